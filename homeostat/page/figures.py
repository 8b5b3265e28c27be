"""What the ledger says of all runs, as numbers: each of them can be counted again by hand."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from math import ceil
from statistics import median

from homeostat.money import total
from homeostat.records import Charge, Ending, Incident, LogLine, Shelf, Status, Use

STANDING = frozenset({Ending.MERGED, Ending.EDITED, Ending.COMMITTED})
"""What became of a fix that is in the code."""
UNDONE = frozenset({Ending.REVERTED, Ending.RECURRED})
OPEN = (Status.GIVEN_UP, Status.COOLING, Status.UNHEALED, Status.CLAIMED, Status.DELIVERED)
"""Where a failure stands that is not over, the one that needs a person most first."""
_VARIES = re.compile(r"(?<![\w-])[$#]?\b(?:[0-9a-f]{7,64}|\d+(?:[.,]\d+)*)\b")
Key = tuple[str, str]
"""Repository and fingerprint."""


@dataclass(frozen=True, slots=True)
class Fix:
    """A fix that was delivered."""

    use: Use
    free: bool
    """No model was paid for its error."""
    reported: datetime | None

    @property
    def stands(self) -> bool:
        return self.use.ending in STANDING

    @property
    def to_pull(self) -> timedelta | None:
        """From the report to the pull request."""
        return self.use.at - self.reported if self.reported and self.use.pull else None

    @property
    def to_merge(self) -> timedelta | None:
        """From the report to the merge."""
        return self.use.ended - self.reported if self.reported and self.use.ended else None


@dataclass(frozen=True, slots=True)
class Wait:
    """How long something took."""

    known: int
    unknown: int
    """Fixes whose times are not all in the ledger."""
    median: timedelta | None
    most: timedelta | None
    """Nine of ten took no longer."""


@dataclass(frozen=True, slots=True)
class Sums:
    """Some fixes, and what was paid for them and for all that was tried in vain."""

    delivered: int
    healed: int
    undone: int
    closed: int
    pending: int
    """Pull requests that are open."""
    free: int
    """Of those that are healed."""
    spent: Decimal
    calls: int
    unsettled: int
    """Of these calls, booked at the most that they can have cost."""
    to_pull: Wait
    to_merge: Wait

    @property
    def share_free(self) -> float | None:
        return self.free / self.healed if self.healed else None

    @property
    def per_fix(self) -> Decimal | None:
        """US dollars."""
        return self.spent / self.healed if self.healed else None


@dataclass(frozen=True, slots=True)
class Month:
    """What was merged and what was paid in one month."""

    name: str
    sums: Sums


@dataclass(frozen=True, slots=True)
class Reason:
    """Lines of the run log that say the same, but for numbers."""

    outcome: str
    reason: str
    count: int
    last: datetime


@dataclass(frozen=True, slots=True)
class OpenFailure:
    """An incident that is not over."""

    repository: str
    incident: Incident


@dataclass(frozen=True, slots=True)
class Place:
    """One repository."""

    slug: str
    sums: Sums
    standings: Mapping[Status, int]
    endings: Mapping[Ending, int]
    open: int
    incidents: Sequence[Incident]
    """The one that was tried last first."""
    log: Sequence[LogLine]
    """The newest line first."""


@dataclass(frozen=True, slots=True)
class Figures:
    """Everything that the page shows, beside patterns."""

    sums: Sums
    months: Sequence[Month]
    undated: int
    """Fixes that stand, merged nobody knows when."""
    runs: int
    lines: int
    reasons: Sequence[Reason]
    open: Sequence[OpenFailure]
    places: Sequence[Place]
    fixes: Sequence[Fix]


def figures(shelf: Shelf, now: datetime | None = None) -> Figures:
    """Count everything; months in which nothing was done, as far as now, are counted too."""
    fixes = _fixes(shelf)
    opened = _open(shelf)
    return Figures(
        sums=_sums(fixes, shelf.charges),
        months=_months(fixes, shelf.charges, now),
        undated=sum(fix.stands and fix.use.ended is None for fix in fixes),
        runs=len({(line.run, line.at) if line.run == "local" else line.run for line in shelf.log}),
        lines=len(shelf.log),
        reasons=_reasons(shelf.log),
        open=opened,
        places=_places(shelf, fixes),
        fixes=fixes,
    )


def _is_delivered(use: Use) -> bool:
    """Whether there is more of it than a reservation that a crash has left."""
    return bool(use.pull or use.commit) or use.ending is not Ending.OPEN


def _fixes(shelf: Shelf) -> list[Fix]:
    paid = defaultdict[Key, Decimal](Decimal)
    for charge in shelf.charges:
        paid[charge.repository, charge.fingerprint] += charge.amount
    lines = defaultdict[Key, list[LogLine]](list)
    for line in shelf.log:
        lines[line.repository, line.fingerprint].append(line)
    delivered = [use for use in shelf.library.uses if _is_delivered(use)]
    keys = [(use.repository, use.fingerprint) for use in delivered]
    return [
        Fix(use, paid.get(key, Decimal()) == 0, _reported(use, lines.get(key, ())))
        for use, key in zip(delivered, keys, strict=True)
    ]


def _reported(use: Use, lines: Sequence[LogLine]) -> datetime | None:
    """When the report was filed that the fix answers: of the line that tells of its delivery."""
    if use.pull:
        told = next((line.reported for line in lines if line.pull == use.pull), None)
    else:
        ended = use.ended or use.at
        told = next((line.reported for line in reversed(lines) if line.at <= ended), None)
    return told if told and told <= use.at else None


def _wait(times: Iterable[timedelta | None]) -> Wait:
    every = list(times)
    known = sorted(time for time in every if time is not None)
    if not known:
        return Wait(0, len(every), None, None)
    seconds = median(time.total_seconds() for time in known)
    return Wait(
        len(known), len(every) - len(known), timedelta(seconds=seconds), known[ceil(len(known) * 0.9) - 1]
    )


def _sums(fixes: Sequence[Fix], charges: Sequence[Charge]) -> Sums:
    standing = [fix for fix in fixes if fix.stands]
    ends = Counter(fix.use.ending for fix in fixes)
    return Sums(
        delivered=len(fixes),
        healed=len(standing),
        undone=sum(ends[ending] for ending in UNDONE),
        closed=ends[Ending.CLOSED],
        pending=ends[Ending.OPEN],
        free=sum(fix.free for fix in standing),
        spent=total(charges),
        calls=len(charges),
        unsettled=sum(not charge.settled for charge in charges),
        to_pull=_wait(fix.to_pull for fix in fixes if fix.use.pull),
        to_merge=_wait(fix.to_merge for fix in standing),
    )


def _months(fixes: Sequence[Fix], charges: Sequence[Charge], now: datetime | None) -> list[Month]:
    """From the first month in which something was merged or paid to the last, or to now, none left out."""
    merged = defaultdict[int, list[Fix]](list)
    for fix in fixes:
        if fix.use.ended and fix.stands:
            merged[_number(fix.use.ended)].append(fix)
    paid = defaultdict[int, list[Charge]](list)
    for charge in charges:
        paid[_number(charge.at)].append(charge)
    numbers = [*merged, *paid]
    last = max([*numbers, *([_number(now)] if now else [])], default=0)
    span = range(min(numbers), last + 1) if numbers else range(0)
    return [
        Month(f"{number // 12:04d}-{number % 12 + 1:02d}", _sums(merged[number], paid[number]))
        for number in span
    ]


def _number(at: datetime) -> int:
    return at.year * 12 + at.month - 1


def _reasons(log: Sequence[LogLine]) -> list[Reason]:
    """The most frequent first."""
    counts = Counter[tuple[str, str]]()
    last: dict[tuple[str, str], datetime] = {}
    for line in log:
        key = (line.result or line.status, _VARIES.sub("…", line.reason))
        counts[key] += 1
        last[key] = line.at
    return [Reason(*key, count, last[key]) for key, count in counts.most_common()]


def _open(shelf: Shelf) -> list[OpenFailure]:
    """Those that need a person most first, and of these the oldest."""
    found = [
        OpenFailure(slug, incident)
        for slug, attempts in shelf.attempts.items()
        for incident in attempts.incidents.values()
        if incident.status in OPEN
    ]
    return sorted(found, key=lambda one: (OPEN.index(one.incident.status), one.incident.first_seen))


def _places(shelf: Shelf, fixes: Sequence[Fix]) -> list[Place]:
    by_fix, by_charge = defaultdict[str, list[Fix]](list), defaultdict[str, list[Charge]](list)
    by_line = defaultdict[str, list[LogLine]](list)
    for fix in fixes:
        by_fix[fix.use.repository].append(fix)
    for charge in shelf.charges:
        by_charge[charge.repository].append(charge)
    for line in reversed(shelf.log):
        by_line[line.repository].append(line)
    slugs = sorted({*shelf.attempts, *by_fix, *by_charge, *by_line}, key=str.casefold)
    return [_place(shelf, slug, by_fix[slug], by_charge[slug], by_line[slug]) for slug in slugs]


def _place(
    shelf: Shelf, slug: str, fixes: Sequence[Fix], charges: Sequence[Charge], log: Sequence[LogLine]
) -> Place:
    attempts = shelf.attempts.get(slug)
    incidents = attempts.incidents.values() if attempts else ()
    return Place(
        slug,
        _sums(fixes, charges),
        Counter(incident.status for incident in incidents),
        Counter(fix.use.ending for fix in fixes),
        sum(incident.status in OPEN for incident in incidents),
        sorted(incidents, key=lambda incident: incident.last_tried, reverse=True),
        log,
    )
