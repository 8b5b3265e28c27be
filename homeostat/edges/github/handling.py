"""Who labelled an issue, who edited its text and what that is now, in one question to GraphQL.

The REST timeline knows labels and renamings, and nothing of who edited a body.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING

import msgspec
from msgspec import Struct, field

from homeostat.edges.github.answers import GHOST, GraphQLAnswer
from homeostat.errors import ForgeError
from homeostat.records import Deed, Handling

if TYPE_CHECKING:
    from homeostat.edges.github.wire import Wire

MOST = 100
"""Edits, and events of each kind, that one question brings."""
QUERY = """\
query ($owner: String!, $name: String!, $number: Int!) {
  repository(owner: $owner, name: $name) { issue(number: $number) {
    title body createdAt lastEditedAt editor { login __typename }
    userContentEdits(first: 100) { totalCount nodes { editedAt editor { login __typename } } }
    renamings: timelineItems(last: 100, itemTypes: [RENAMED_TITLE_EVENT]) {
      totalCount nodes { ... on RenamedTitleEvent { createdAt actor { login __typename } } } }
    labellings: timelineItems(last: 100, itemTypes: [LABELED_EVENT]) {
      totalCount nodes { ... on LabeledEvent { createdAt actor { login __typename } label { name } } } }
  } } }
"""


VIEWER = "query { viewer { login __typename } }"


class _Actor(Struct):
    login: str
    kind: str = field(name="__typename", default="User")

    @property
    def name(self) -> str:
        """As the REST interface spells it: GraphQL leaves the end of a bot's login out."""
        return f"{self.login.removesuffix('[bot]')}[bot]" if self.kind == "Bot" else self.login


class _Edit(Struct, rename="camel"):
    edited_at: datetime
    editor: _Actor | None = None


class _Label(Struct):
    name: str


class _Event(Struct, rename="camel"):
    created_at: datetime
    actor: _Actor | None = None
    label: _Label | None = None


class _Edits(Struct, rename="camel"):
    total_count: int
    nodes: list[_Edit]


class _Events(Struct, rename="camel"):
    total_count: int
    nodes: list[_Event]


class _Issue(Struct, rename="camel"):
    title: str
    body: str
    created_at: datetime
    user_content_edits: _Edits | None
    renamings: _Events
    labellings: _Events
    last_edited_at: datetime | None = None
    editor: _Actor | None = None


def account_of(wire: Wire, url: str) -> str:
    """Whom a token belongs to; REST does not tell an App's or a job's."""
    call = wire.call_url("POST", url, "tell whose the token is", {"query": VIEWER})
    answer = wire.ask(call, GraphQLAnswer, repeatable=True)
    try:
        return msgspec.convert((answer.data or {}).get("viewer"), _Actor).name
    except msgspec.ValidationError:
        raise ForgeError("GitHub does not tell whose the token is: check GITHUB_API_URL.") from None


def handling_of(wire: Wire, slug: str, number: int, url: str, since: datetime | None = None) -> Handling:
    """What was done to an issue; ForgeError when GitHub does not tell all of it."""
    owner, _, name = slug.partition("/")
    variables = {"owner": owner, "name": name, "number": number}
    call = wire.call_url("POST", url, "tell who labelled it", {"query": QUERY, "variables": variables})
    answer = wire.ask(call, GraphQLAnswer, repeatable=True)
    try:
        found = msgspec.convert(((answer.data or {}).get("repository") or {}).get("issue"), _Issue)
    except msgspec.ValidationError:
        told = "; ".join(str(error.get("message", "")) for error in answer.errors or ())
        raise ForgeError(
            f"GitHub does not tell who handled issue #{number} of {slug} "
            f"({wire.scrubbed(told) or 'no reason given'}): give the token issues: read."
        ) from None
    return _complete(found, number, since)


def _complete(found: _Issue, number: int, since: datetime | None) -> Handling:
    """All edits; older labellings may be missing, for the last one of a label is what counts."""
    bodies = found.user_content_edits or _Edits(0, [])
    known = [one.edited_at for one in bodies.nodes]
    newest_first = found.last_edited_at is None or found.last_edited_at in known
    texts = bodies.total_count <= MOST or (newest_first and _reaches(known, since))
    titles = [one.created_at for one in found.renamings.nodes]
    if not (texts and (found.renamings.total_count <= MOST or _reaches(titles, since))):
        raise ForgeError(f"Issue #{number} was edited more than {MOST} times: file what it says anew.")
    edits = [_deed(one.editor, one.edited_at) for one in bodies.nodes if one.edited_at > found.created_at]
    if found.last_edited_at:
        edits.append(_deed(found.editor, found.last_edited_at))
    edits += [_deed(one.actor, one.created_at) for one in found.renamings.nodes]
    edits = [deed for deed in edits if since is None or deed.at >= since]
    deeds = tuple(sorted(set(edits), key=_when))
    return Handling(_labelled(found.labellings.nodes), deeds, found.title, found.body)


def _reaches(known: Iterable[datetime], since: datetime | None) -> bool:
    """Whether the newest of more than are told go back to before a time."""
    return since is not None and any(at < since for at in known)


def _labelled(events: Iterable[_Event]) -> dict[str, Deed]:
    """The newest of each label."""
    known = [(one.label.name, _deed(one.actor, one.created_at)) for one in events if one.label]
    return {name.casefold(): deed for name, deed in sorted(known, key=lambda found: found[1].at)}


def _deed(actor: _Actor | None, at: datetime) -> Deed:
    return Deed(actor.name if actor else GHOST, at)


def _when(deed: Deed) -> datetime:
    return deed.at
