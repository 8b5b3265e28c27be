"""Is this patch fit to be applied? The guard's reasons against it, and the tests' values in it."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence

from homeostat.guard import Limits, collisions, refusals
from homeostat.outbound import holds_our_secret
from homeostat.records import Patch
from homeostat.repair import special_cases


def objections(
    patch: Patch, limits: Limits, *, known: Collection[str], tests: Sequence[str]
) -> tuple[str, ...]:
    """Every reason to block a patch; `known` are the files before it, `tests` the texts of the tests."""
    before = {change.path: change.before for change in patch.changes}
    after = {change.path: change.after for change in patch.changes if change.after}
    found = [
        *refusals(patch, limits),
        *collisions(patch, known),
        *_telling(patch),
        *special_cases(before, after, tests),
    ]
    return tuple(dict.fromkeys(found))


def _telling(patch: Patch) -> Iterator[str]:
    """Files that a patch gives what only this run knows."""
    for change in patch.changes:
        if holds_our_secret("\n".join((change.path, *change.added))) and not holds_our_secret(change.before):
            yield f"{change.path}: it holds a secret of this run, which it did not before"
