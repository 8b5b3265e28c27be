"""What may heal a failure, in the order in which the tests are asked: learned fixes, then the search."""

from __future__ import annotations

from collections.abc import Sequence

from homeostat import incidents
from homeostat.bench import Bench
from homeostat.cases import Case
from homeostat.config import Tier, confidence_threshold
from homeostat.leg import Leg
from homeostat.patterns import match, once, own_frames, searched, tried_elsewhere
from homeostat.records import Books, Candidate, Library

LEARNED_FIRST = 6
"""Learned candidates that are tried before the search."""
Found = tuple[list[Candidate], str]
"""The candidates, and why there are none."""


def for_leg(leg: Leg, books: Books, case: Case) -> Found:
    """What a leg may try, as far as its settings and the ledger allow it."""
    if not leg.settings.matcher_on:
        return [], "matching is turned off"
    found, nothing = list[Candidate](), "learned patterns are turned off by `tiers`"
    if Tier.PATTERNS in leg.repository.tiers:
        threshold = confidence_threshold(leg.repository, leg.settings)
        found, nothing = _matching(leg.bench, case, books.library, threshold)
    if searches(leg, case):
        found = _merged(found, _searched(leg.bench, case, books.library))
    return _tried_first(leg, books, found, nothing)


def searches(leg: Leg, case: Case) -> bool:
    """Whether the search may follow what was learned.

    A draft says that only a person can tell; a pull request that is open already may be none.
    """
    return leg.settings.matcher_on and Tier.SEARCH in leg.repository.tiers and not case.open_pull


def for_checkout(bench: Bench, case: Case, library: Library, *, threshold: float, search: bool) -> Found:
    """What may be tried on a local checkout."""
    found, nothing = _matching(bench, case, library, threshold)
    return _merged(found, _searched(bench, case, library) if search else []), nothing


def _merged(learned: Sequence[Candidate], others: Sequence[Candidate]) -> list[Candidate]:
    """The best of what was learned, then the search, then the rest."""
    return list(once([*learned[:LEARNED_FIRST], *others, *learned[LEARNED_FIRST:]]))


def _tried_first(leg: Leg, books: Books, found: Sequence[Candidate], nothing: str) -> Found:
    """Without the rules that are new and are being tried in another repository."""
    here = leg.repository.slug
    waits = [tried_elsewhere(books.library, one.precedent, here, now=leg.stamp.now) for one in found]
    free = [one for one, first in zip(found, waits, strict=True) if first is None]
    first = next((use for use in waits if use), None)
    return free, incidents.on_trial(first) if first and not free else nothing


def _searched(bench: Bench, case: Case, library: Library) -> list[Candidate]:
    """What the search tries: nothing without a test that shows the failure, to tell right from wrong."""
    if not case.failure.tests:
        return []
    frames, failure = own_frames(case.fingerprint), case.failure
    return searched(frames, library, bench.workspace, language=failure.language, said=_said(case))


def _said(case: Case) -> str:
    return f"{case.failure.type}: {case.failure.message}"


def _matching(bench: Bench, case: Case, library: Library, threshold: float) -> Found:
    """The candidates at or above the threshold, and why there are none."""
    language, said, known = case.failure.language, _said(case), library.patterns or library.rules
    found = match(case.fingerprint, library, bench.workspace, language=language, said=said)
    sure = [candidate for candidate in found if candidate.confidence >= threshold]
    if found and not sure:
        nearest = f"{found[0].pattern} with confidence {found[0].confidence:.2f}"
        return (
            [],
            f"no learned pattern is sure enough: the nearest is {nearest}, {threshold:.2f} is asked for",
        )
    return sure, "no learned pattern matches" if known else "no pattern has been learned yet"
