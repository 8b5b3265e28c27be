"""What no entry of the ledger can be, each fault in words; types are checked before."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from itertools import chain

from homeostat.records import (
    Baseline,
    Charge,
    Incident,
    LogLine,
    Pattern,
    Record,
    Rules,
    Shown,
    Tick,
    Use,
)
from homeostat.records.slugs import SLUG

ID = re.compile(r"(?=.{1,80}$)[0-9A-Za-z]+(?:-[0-9A-Za-z]+){0,5}")
_NAME = re.compile(r"[0-9A-Za-z][\w.:,/ ()-]{0,119}")
_COMMIT = re.compile(r"[0-9a-f]{6,64}")
_LOGIN = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,99}(?:\[bot\])?")
_DIGEST = re.compile(r"(?:[0-9a-f]{64})?")
_UP = re.compile(r"(?:^|/)\.\.(?:/|$)")
EARLIEST, LATEST = datetime(2015, 1, 1, tzinfo=UTC), datetime(2100, 1, 1, tzinfo=UTC)
LONGEST_WAIT, LONGEST_CLAIM = timedelta(days=400), timedelta(days=7)
MOST = 10**9
"""Of anything that is counted."""
VERDICTS = frozenset({"green", "red", "broken"})


def time(*moments: datetime | None) -> str | None:
    """What is wrong with some times; None stands for one that is not given."""
    given = [moment for moment in moments if moment]
    if any(moment.tzinfo is None for moment in given):
        return "a time has no zone"
    return None if all(EARLIEST <= moment < LATEST for moment in given) else "a time is of another age"


def _ids(*ids: str) -> str | None:
    return None if all(ID.fullmatch(one) for one in ids) else "an id is none"


def _count(name: str, *numbers: int | None) -> str | None:
    sound = all(number is None or 0 <= number <= MOST for number in numbers)
    return None if sound else f"{name} is below zero or beyond all counting"


def incident(key: str, one: Incident) -> str | None:
    """What is wrong with an incident."""
    if key not in one.ids:
        return "its key is none of its ids"
    until = one.claim.until if one.claim else None
    wrong = (
        _ids(*one.ids)
        or _count("attempts", one.attempts)
        or _count("pull", one.pull)
        or time(one.first_seen, one.last_tried, one.next_try, until)
    )
    if wrong:
        return wrong
    if one.next_try and one.next_try - one.last_tried > LONGEST_WAIT:
        return "it waits for years"
    return "its claim holds for ever" if until and until - one.last_tried > LONGEST_CLAIM else None


def baseline(_: str, one: Baseline) -> str | None:
    """What is wrong with what is known of a commit."""
    wrong = _ids(*one.fingerprints, *(seen.exact for seen in one.reports.values()))
    return wrong or (None if one.verdict in VERDICTS else "the verdict is none")


def settled(key: str, _: str) -> str | None:
    """What is wrong with a pull request that has taught."""
    return None if ID.fullmatch(key) else "its key is no pull request's number"


def moment(_: str, one: datetime) -> str | None:
    """What is wrong with a time."""
    return time(one)


class Once:
    """Faults of entries of one list, of which no two may have the same id."""

    def __init__(self) -> None:
        self._seen: set[str] = set()

    def _again(self, name: str) -> str | None:
        known = name in self._seen
        self._seen.add(name)
        return "its id is there already" if known else None

    def pattern(self, _: str, one: Pattern) -> str | None:
        """What is wrong with a pattern."""
        if not _NAME.fullmatch(one.id) or not ID.fullmatch(one.fingerprint):
            return "an id is none"
        if one.path.startswith("/") or _UP.search(one.path) or "\0" in one.path:
            return "its path leaves the repository"
        how = Record(one.uses, one.success_rate, one.retired)
        return record("", how) or time(one.provenance.at) or self._again(one.id)

    def charge(self, _: str, one: Charge) -> str | None:
        """What is wrong with a charge."""
        if not (one.amount.is_finite() and 0 <= one.amount <= MOST):
            return "amount is no number from 0, or beyond all counting"
        return _count("tokens", one.tokens) or time(one.at) or self._again(one.id)


def record(_: str, one: Record) -> str | None:
    """What is wrong with how a rule did."""
    if not 0 <= one.success_rate <= 1:
        return "success_rate is outside 0..1"
    return _count("uses", one.uses)


def use(_: str, one: Use) -> str | None:
    """What is wrong with a use of a rule."""
    if one.commit and not _COMMIT.fullmatch(one.commit):
        return "its commit is none"
    return _ids(one.fingerprint) or _count("pull", one.pull) or time(one.at, one.ended)


def log_line(one: LogLine) -> str | None:
    """What is wrong with a line of the run log."""
    return _ids(one.fingerprint) or _count("pull", one.pull) or time(one.at)


def mined(_: str, commit: str) -> str | None:
    """What is wrong with the newest commit that was learned from."""
    return None if _COMMIT.fullmatch(commit) else "it is no commit"


def shown(_: str, one: Shown) -> str | None:
    """What is wrong with what is known of the dashboard's issue."""
    if not 1 <= one.number <= MOST:
        return "its number is none"
    if not _LOGIN.fullmatch(one.author):
        return "its author is none"
    return time(one.at) or (None if _DIGEST.fullmatch(one.digest) else "its digest is none")


def tick(_: str, one: Tick) -> str | None:
    """What is wrong with a box that was ticked."""
    if not SLUG.fullmatch(one.repository):
        return "its repository is none"
    return _ids(one.fingerprint) or time(one.at)


def rules(_: str, one: Rules) -> str | None:
    """What is wrong with the tables of a language."""
    tallies = [tally for codes in one.rules.values() for tally in codes.values()]
    fixes = range(len(one.precedents))
    if not all(tally and tally[0] >= 0 and all(n in fixes for n in tally[1:]) for tally in tallies):
        return "a rule comes from a fix that it does not name"
    rows = [*one.words.values(), *one.swaps.values(), *one.trials.values()]
    if any(len(row) != 2 for row in rows):  # noqa: PLR2004 - how often right, and how often tried
        return "a count is not of two numbers"
    return _lowest(chain(one.seen.values(), *rows, (one.fixes,)))


def _lowest(numbers: Iterable[int]) -> str | None:
    return "a count is below zero" if min(numbers, default=0) < 0 else None
