"""The dashboard: one issue of the control repository that tells what waits, with boxes that people tick.

No leg writes it, for legs run at once. The ledger knows which issue it is, and what we wrote there last: a
stranger may copy our mark into an issue, and a box counts only in the very text that we wrote.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from functools import partial

from homeostat.dashboard import folds
from homeostat.dashboard.boxes import OPENS, digest, ticked
from homeostat.dashboard.page import Sections, is_same, page, sections
from homeostat.errors import ForgeError
from homeostat.outbound import one_line, plain
from homeostat.ports import Forge, TeamLedger
from homeostat.records import Issue, Markdown, Plain, Shown, TeamBooks, Tick
from homeostat.triage import BOT

__all__ = ["Desk", "Kept", "State", "keep"]

TITLE = plain("Homeostat dashboard")
LABEL = "homeostat-dashboard"
"""By it the issue is found when the ledger has lost its number; strangers can set none."""
NOBODY = plain("somebody")
CHANGED = "the text was changed otherwise than by ticking, and is written anew"
UNKNOWN = "the ledger did not know this text yet, and does now: tick again"
UNTOLD = "nothing tells who ticked it"


class State(StrEnum):
    """What became of the issue; the value is what people see."""

    CREATED = "created"
    UPDATED = "updated"
    UNCHANGED = "unchanged"
    SWITCHED_OFF = "switched off: a person closed it"
    YIELDED = "left to another run, which opened one meanwhile"
    PLANNED = "not written: this is a dry run"


@dataclass(frozen=True, slots=True)
class Desk:
    """All that keeping the dashboard takes."""

    forge: Forge
    """Of the control repository."""
    ledger: TeamLedger
    now: datetime
    server: str
    """Address that links begin with."""
    writes: bool = True
    """Whether this is no dry run."""
    learns: bool = True
    """Whether legs note how pull requests ended."""

    def page(self, books: TeamBooks) -> Markdown:
        """What the issue should say."""
        return page(books, now=self.now, server=self.server, learns=self.learns)

    def write(self, books: TeamBooks, change: Callable[[TeamBooks], TeamBooks], message: Plain) -> TeamBooks:
        """Store a change; a dry run only imagines it."""
        return self.ledger.write(change, message) if self.writes else change(books)


@dataclass(frozen=True, slots=True)
class Kept:
    """What is told afterwards."""

    state: State
    number: int | None
    ticks: tuple[Tick, ...]
    """Of this run."""
    sections: Sections
    text: Markdown
    notes: tuple[str, ...] = ()


def keep(desk: Desk) -> Kept:
    """Do what people ticked, then say how things stand."""
    books = desk.ledger.read()
    notes = tuple(
        f"ledger, dashboard: an entry of {one.place} is set aside and kept ({one.reason}): {one.entry[:80]}"
        for one in books.board.set_aside
        if not one.told
    )
    issue = _found(desk, books)
    if issue and not issue.is_open:
        text = desk.page(books)
        return Kept(State.SWITCHED_OFF, issue.number, (), sections(books, desk.now), text, notes)
    books = _acted(desk, books, issue)
    text = desk.page(books)
    state, number = _put(desk, books, issue, text)
    mine = tuple(tick for tick in books.board.ticks if tick.at == desk.now)
    return Kept(state, number, mine, sections(books, desk.now), text, notes)


# --- the issue ------------------------------------------------------------------------------------


def _found(desk: Desk, books: TeamBooks) -> Issue | None:
    """Our issue, by the number that the ledger knows; else an open one with our mark that may be ours."""
    known = books.board.issue
    issue = desk.forge.issue(known.number) if known else None
    if issue and known and issue.author == known.author and (OPENS in issue.body or not issue.is_open):
        return issue
    marked = [one for one in desk.forge.open_issues([LABEL]) if OPENS in one.body]
    return next((one for one in marked if _may_be_ours(desk.forge, one)), None)


def _may_be_ours(forge: Forge, issue: Issue) -> bool:
    return issue.author == forge.account() or forge.may_write(issue.author)


def _put(desk: Desk, books: TeamBooks, issue: Issue | None, text: Markdown) -> tuple[State, int | None]:
    if not desk.writes:
        return State.PLANNED, issue.number if issue else None
    if issue is None:
        return _opened(desk, books, text)
    known = books.board.issue
    same = is_same(text, issue.body)
    if same and known and (known.number, known.digest) == (issue.number, digest(issue.body)):
        return State.UNCHANGED, issue.number
    put = issue if same else desk.forge.update_issue(issue.number, body=text)
    _remember(desk, books, put)
    return State.UPDATED, issue.number


def _opened(desk: Desk, books: TeamBooks, text: Markdown) -> tuple[State, int]:
    """Open one. Of two runs at once the ledger takes one's; the other closes its own."""
    issue = desk.forge.open_issue(title=TITLE, body=text, label=LABEL)
    known = _remember(desk, books, issue).board.issue
    if known and known.number != issue.number:
        desk.forge.close_issue(issue.number)
        return State.YIELDED, known.number
    return State.CREATED, issue.number


def _remember(desk: Desk, books: TeamBooks, issue: Issue) -> TeamBooks:
    shown = Shown(issue.number, issue.author, issue.updated_at, digest(issue.body))
    change = partial(folds.with_issue, shown=shown, stood=books.board.issue)
    return desk.write(books, change, plain("Note the dashboard as #{}", issue.number))


# --- the ticks ------------------------------------------------------------------------------------


def _acted(desk: Desk, books: TeamBooks, issue: Issue | None) -> TeamBooks:
    """The books once every tick has had its effect, or it is noted why none has."""
    boxes = ticked(issue.body) if issue else []
    if issue is None or not boxes:
        return books
    known = books.board.issue
    ticking = folds.Ticking(boxes, NOBODY, desk.now, known)
    no = _text_refusal(known, issue)
    if no is None and known:
        no, by = _editors(desk.forge, known)
        ticking = replace(ticking, by=by)
    change = (
        partial(folds.refused, ticking=ticking, reason=no) if no else partial(folds.applied, ticking=ticking)
    )
    return desk.write(books, change, plain("Do what was ticked on the dashboard"))


def _text_refusal(known: Shown | None, issue: Issue) -> str | None:
    """Why no box in this text counts: it is not the very one that we wrote."""
    if known is None or known.number != issue.number or not known.digest:
        return UNKNOWN
    return None if known.digest == digest(issue.body) else CHANGED


def _editors(forge: Forge, known: Shown) -> tuple[str | None, Plain]:
    """Why what was ticked since does not count, or None; and who ticked it."""
    try:
        edits = forge.handling(known.number, since=known.at).edits
        us = {forge.account(), *([known.author] if known.author.endswith(BOT) else [])}
        names = list(dict.fromkeys(edit.by for edit in edits))
        writers = [name for name in names if forge.may_write(name)]
    except ForgeError as error:
        return f"{UNTOLD}: {error}", NOBODY
    strangers = [name for name in names if name not in {*writers, *us}]
    if strangers:
        return f"{strangers[0]} edited it, who has no write access", _named(strangers)
    return (None if writers else UNTOLD), _named(writers) if writers else NOBODY


def _named(logins: Sequence[str]) -> Plain:
    return one_line(" and ".join(logins[:3]), 80)
