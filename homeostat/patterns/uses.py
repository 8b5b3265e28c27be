"""Where rules were used, what became of each use, and how far a rule may go before it has proven itself."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from math import sqrt
from typing import TypeVar

from homeostat.patterns.lessons import EDIT, RULE
from homeostat.records import Ending, Library, Opinion, Pattern, Precedent, Record, Use

ALPHA = 0.1
"""Weight of the newest result in the success rate's moving average."""
RETIRE_BELOW, RETIRE_AFTER = 0.5, 10
RESERVED = timedelta(hours=3)
"""How long a use holds without its pull request: longer than any leg may take."""
ON_TRIAL = timedelta(days=30)
"""How long a pull request that nobody looks at holds its rule back elsewhere."""
SURE = 1.64
"""Standard deviations below the share that the lower bound lies."""
MOST_USES = 5_000
"""Uses that are kept, the newest."""

_RESULTS = {Ending.MERGED: True, Ending.EDITED: False, Ending.CLOSED: False}
"""What counts as a use, and whether it was a success."""
_SHARES = {**_RESULTS, Ending.REVERTED: False, Ending.RECURRED: False}
"""What each use came to in the end."""
_OPINIONS = {Opinion.RIGHT: 1.0, Opinion.IDEA: 0.5, Opinion.WRONG: 0.0}
"""What a reviewer's word comes to, whether the fix was merged or not."""
_GOOD = frozenset({Ending.MERGED, Ending.COMMITTED})
_LATER = frozenset({Ending.REVERTED, Ending.RECURRED})
"""What may still become of a fix that stands."""

Judged = TypeVar("Judged", Pattern, Record)


def began(library: Library, use: Use) -> Library:
    """The library with a fix that is about to be delivered, or was; one stands open for a fingerprint.

    One that is renewed keeps its time and its pull request.
    """
    standing = next((one for one in library.uses if _is_of(one, use) and _open(one)), None)
    if standing and standing.pattern == use.pattern:
        use = replace(use, at=standing.at, pull=use.pull or standing.pull)
    others = [one for one in library.uses if one is not standing]
    return replace(library, uses=(*others[-MOST_USES:], use))


def ended(library: Library, use: Use, *, at: datetime) -> Library:
    """The library once a use has ended as `use.ending` says: its rule's record moves.

    An ending that comes later, such as a revert, is told of the newest fix that stands.
    """
    later = use.ending in _LATER
    known = [one for one in library.uses if _is_of(one, use) and _may_end(one, use)]
    if later and not known:
        return library
    last = known[-1] if known else use
    done = replace(
        last,
        ending=use.ending,
        commit=use.commit or last.commit,
        pull=use.pull or last.pull,
        ended=last.ended if later else at,
        opinion=use.opinion or last.opinion,
    )
    uses = tuple(done if one is last else one for one in library.uses) if known else (*library.uses, done)
    return _judged(replace(library, uses=uses, updated=at), done)


def _may_end(one: Use, as_told: Use) -> bool:
    if as_told.ending is Ending.REVERTED:
        return bool(one.commit) and one.commit == as_told.commit and one.ending is not Ending.REVERTED
    return one.ending in _GOOD if as_told.ending in _LATER else _open(one)


def _is_of(one: Use, other: Use) -> bool:
    return (one.repository, one.fingerprint) == (other.repository, other.fingerprint)


def _open(use: Use) -> bool:
    return use.ending is Ending.OPEN


def _judged(library: Library, use: Use) -> Library:
    """The library with what an ending says of the rule."""
    if use.pattern.startswith((RULE, EDIT)):
        record = _after(library.records.get(use.pattern, Record()), use)
        return library if record == Record() else _with_record(library, use.pattern, record)
    patterns = tuple(_after(p, use) if p.id == use.pattern else p for p in library.patterns)
    return replace(library, patterns=patterns)


def _with_record(library: Library, pattern: str, record: Record) -> Library:
    return replace(library, records={**library.records, pattern: record})


def _after(known: Judged, use: Use) -> Judged:
    """A record once a use has ended: a result is counted; what undoes one only lowers the rate."""
    if use.ending not in _SHARES:
        return known
    uses = known.uses + (use.ending in _RESULTS)
    rate = known.success_rate + ALPHA * (_share(use) - known.success_rate)
    reason = known.retired
    if uses >= RETIRE_AFTER and rate < RETIRE_BELOW:
        reason = f"success rate {rate:.0%} after {uses} uses"
    if use.ending is Ending.REVERTED:
        reason = f"quarantined: its fix was reverted, {merge_of(use)}"
    return replace(known, uses=uses, success_rate=round(rate, 6), retired=reason)


def _share(use: Use) -> float:
    """How far a use was a success: by its reviewer's word, unless the time after the merge knew better."""
    if use.ending in _RESULTS and use.opinion:
        return _OPINIONS[use.opinion]
    return float(_SHARES[use.ending])


def merge_of(use: Use) -> Precedent:
    """The merge that a use became, as rules that were learned from it name it."""
    return Precedent(use.repository, f"#{use.pull}" if use.pull else use.commit[:10])


def disgraced(library: Library) -> frozenset[str]:
    """The fixes that no rule may rest on: those that were reverted, and those that they came from."""
    reverted = [one for one in library.uses if one.ending is Ending.REVERTED]
    origins = [one.precedent for one in reverted if one.precedent]
    return frozenset(map(str, [*origins, *map(merge_of, reverted)]))


def tried_elsewhere(
    library: Library, precedent: Precedent | None, repository: str, *, now: datetime
) -> Use | None:
    """The open use for which a rule must wait here: it is tried in one repository before it goes everywhere.

    None once such a fix was merged in a repository other than its own.
    """
    if precedent is None or precedent.repository == repository:
        return None
    elsewhere = [
        one
        for one in library.uses
        if str(one.precedent) == str(precedent) and one.repository != precedent.repository
    ]
    if any(one.ending in _GOOD and one.opinion is not Opinion.WRONG for one in elsewhere):
        return None
    return next((one for one in elsewhere if one.repository != repository and _holds(one, now)), None)


def _holds(use: Use, now: datetime) -> bool:
    return _open(use) and now < use.at + (ON_TRIAL if use.pull else RESERVED)


def lower_bound(library: Library, pattern: str) -> float:
    """What share of a rule's fixes is merged, as far as so few of them tell: 1 of 1 is less than 40 of 41.

    The lower end of Wilson's interval; 0 for a rule that was never used.
    """
    results = [_share(one) for one in library.uses if one.pattern == pattern and one.ending in _SHARES]
    count = len(results)
    if not count:
        return 0.0
    share, square = sum(results) / count, SURE * SURE / count
    spread = SURE * sqrt(share * (1 - share) / count + square / (4 * count))
    return (share + square / 2 - spread) / (1 + square)
