"""The boxes on the dashboard: written for each error, read back by their hidden names."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass

from homeostat.outbound import joined, markdown, word
from homeostat.records import Action, Markdown

OPENS = markdown("<!-- homeostat:dashboard -->")
_NAMES = "|".join(action.name.lower() for action in Action)
_TICKED = re.compile(rf"^  - \[[xX]\] <!-- homeostat:({_NAMES}) (\S{{1,250}}) (\S{{1,80}}) -->", re.MULTILINE)
_MARK = re.compile(rf"^(  - )\[[xX]\](?= <!-- homeostat:(?:{_NAMES}) )", re.MULTILINE)
_TEXT = {
    Action.RETRY: markdown("try again now"),
    Action.SNOOZE: markdown("snooze 30 days"),
    Action.STOP: markdown("stop for good"),
}


@dataclass(frozen=True, slots=True)
class Box:
    """What one box does, and to which error."""

    action: Action
    repository: str
    fingerprint: str


def box(one: Box) -> Markdown:
    """An item of a list in a list. In a comment of HTML two hyphens would end what GitHub hides."""
    slug = joined("~", (word(part) for part in re.split("(?<=-)(?=-)", one.repository)))
    name = word(one.action.name.lower())
    hidden = markdown("<!-- homeostat:{} {} {} -->", name, slug, word(one.fingerprint))
    return markdown("  - [ ] {}{}", hidden, _TEXT[one.action])


def ticked(body: str) -> list[Box]:
    """The ticked boxes after our mark; what they name is only believed when the ledger knows it."""
    _, _, told = _lines(body).partition(OPENS)
    found = [
        Box(Action[name.upper()], slug.replace("~", ""), exact) for name, slug, exact in _TICKED.findall(told)
    ]
    return list(dict.fromkeys(found))


def digest(body: str) -> str:
    """Of a text, whatever is ticked in it: who changes anything else changes this."""
    return hashlib.sha256(_MARK.sub(r"\1[ ]", _lines(body)).encode(errors="replace")).hexdigest()


def _lines(body: str) -> str:
    """A browser's form sends other line ends."""
    return body.replace("\r\n", "\n").strip()
