"""What a tick does to the ledger: pure changes, to be stored by compare-and-swap."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from homeostat.dashboard.boxes import Box
from homeostat.incidents import as_stored
from homeostat.outbound import one_line, plain
from homeostat.records import Action, Board, Incident, Plain, Shown, Status, TeamBooks, Tick

SNOOZED = timedelta(days=30)
MOST_TICKS = 10
"""That are remembered."""
_WAITING = (Action.RETRY, Action.SNOOZE, Action.STOP)
OFFERED: Mapping[Status, tuple[Action, ...]] = {
    Status.COOLING: _WAITING,
    Status.UNHEALED: _WAITING,
    Status.GIVEN_UP: (Action.RETRY, Action.STOP),
    Status.STOPPED: (Action.RETRY,),
}
"""What may be ticked. Of an open pull request nothing: closing it is the no already."""


@dataclass(frozen=True, slots=True)
class Ticking:
    """Boxes that were ticked, by whom, in which text."""

    boxes: Sequence[Box]
    by: Plain
    now: datetime
    shown: Shown | None
    """As the ledger knew the text when it was read: each is acted on once."""


def again(known: Incident, _: Ticking) -> Incident:
    """It is due in the next leg; one that was given up or stopped has all its attempts again."""
    ended = known.status in {Status.GIVEN_UP, Status.STOPPED}
    return replace(
        known,
        status=Status.COOLING,
        attempts=0 if ended else known.attempts,
        next_try=None,
        library=None,
    )


def snoozed(known: Incident, ticking: Ticking) -> Incident:
    """It cools down, which new patterns do not end; `last_tried` moves, for no wait is for years."""
    return replace(
        known,
        status=Status.COOLING,
        next_try=ticking.now + SNOOZED,
        last_tried=ticking.now,
        library=None,
        reason=plain("{} snoozed it on the dashboard", ticking.by),
    )


def stopped(known: Incident, ticking: Ticking) -> Incident:
    """A person's no."""
    return replace(
        known,
        status=Status.STOPPED,
        next_try=None,
        library=None,
        reason=plain("{} stopped it on the dashboard", ticking.by),
    )


_DONE: Mapping[Action, Callable[[Incident, Ticking], Incident]] = {
    Action.RETRY: again,
    Action.SNOOZE: snoozed,
    Action.STOP: stopped,
}
_TOLD: Mapping[Action, Plain] = {
    Action.RETRY: plain("the next run may try it"),
    Action.SNOOZE: plain("nothing is tried for 30 days"),
    Action.STOP: plain("nothing is tried any more"),
}


def applied(books: TeamBooks, ticking: Ticking) -> TeamBooks:
    """The books once every tick has had its effect, and is noted; of several for one error the last word."""
    if books.board.issue != ticking.shown:
        return books
    for box in _final(ticking.boxes):
        known = _incident(books, box)
        if known and box.action in OFFERED.get(known.status, ()):
            books = _with(books, box, _DONE[box.action](known, ticking))
            books = _noted(books, box, ticking, _TOLD[box.action])
        elif known:
            books = _noted(books, box, ticking, as_stored(f"not done: it is {known.status} by now"))
    return _unread(books)


def refused(books: TeamBooks, ticking: Ticking, reason: str) -> TeamBooks:
    """The books once it is noted that no tick counts, and why."""
    if books.board.issue != ticking.shown:
        return books
    for box in _final(ticking.boxes):
        if _incident(books, box):
            books = _noted(books, box, ticking, as_stored(f"not done: {reason}"))
    return _unread(books)


def _final(boxes: Sequence[Box]) -> list[Box]:
    """One for each error: stop before snooze before try again."""
    order = list(Action).index
    by_error = {(b.repository, b.fingerprint): b for b in sorted(boxes, key=lambda b: order(b.action))}
    return list(by_error.values())


def _incident(books: TeamBooks, box: Box) -> Incident | None:
    attempts = books.attempts.get(box.repository)
    return attempts.incidents.get(box.fingerprint) if attempts else None


def _with(books: TeamBooks, box: Box, incident: Incident) -> TeamBooks:
    attempts = books.attempts[box.repository]
    incidents = {**attempts.incidents, box.fingerprint: incident}
    return replace(books, attempts={**books.attempts, box.repository: replace(attempts, incidents=incidents)})


def _noted(books: TeamBooks, box: Box, ticking: Ticking, told: Plain) -> TeamBooks:
    tick = Tick(ticking.now, box.repository, box.fingerprint, box.action, one_line(ticking.by), told)
    ticks = (*books.board.ticks, tick)[-MOST_TICKS:]
    return replace(books, board=replace(books.board, ticks=ticks))


def _unread(books: TeamBooks) -> TeamBooks:
    """What stands there now was read: until it is rendered anew no tick in it counts again."""
    issue = books.board.issue
    shown = replace(issue, digest="") if issue else None
    return replace(books, board=replace(books.board, issue=shown))


def with_issue(books: TeamBooks, shown: Shown, stood: Shown | None) -> TeamBooks:
    """The books with the issue as it stands now, unless another run has put another one in meanwhile."""
    known = books.board.issue
    newer = known and known.number == shown.number and (not known.at or not shown.at or known.at <= shown.at)
    if known != stood and not newer:
        return books
    return replace(books, board=_all_told(replace(books.board, issue=shown)))


def _all_told(board: Board) -> Board:
    return replace(board, set_aside=tuple(replace(one, told=True) for one in board.set_aside))
