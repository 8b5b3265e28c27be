"""A report in whatever form it was pasted: an issue's text with its title on top, or a trace alone."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, datetime

from homeostat.intake.issues import read_issue
from homeostat.intake.pasted import read_trace
from homeostat.records import Failure, Issue, Origin, Unreadable

_FORM = re.compile(r"\n(?:#{1,3} (?:Error|Stack|Trace)|\*\*[A-Z][\w ]{1,30}:\*\*)")
_TITLED = re.compile(
    r"\s{0,99}(?:# )?\[(?!(?:ERROR|WARN|INFO|DEBUG|FATAL|pool )\b)[A-Za-z][^\]\n:]{0,100}\] [^\W\d][\w.\\]*: "
)
"""A title as the capture tool writes it, `[Product] TypeError: message`; a logger's tags look alike."""

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def read_text(text: str, *, words: bool = False) -> Failure | Unreadable:
    """The failure that a pasted report tells of; with `words`, a stack need not be in it."""
    if not (_TITLED.match(text) or _FORM.search("\n" + text)):
        return read_trace(text, words=words)
    title = text.lstrip().partition("\n")[0].lstrip("# ")
    found = read_issue(Issue(0, title, text, (), "", "", _EPOCH))
    if isinstance(found, Unreadable):
        return read_trace(text, words=True) if words else Unreadable(found.missing)
    return replace(found, origin=Origin.TRACE, issue=None, seen_at=None)
