"""Is this patch fit to be applied? The guard's reasons against it, and the tests' values in it."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from homeostat.guard import Limits, collisions, refusals
from homeostat.records import Patch
from homeostat.repair import special_cases


def objections(
    patch: Patch, limits: Limits, *, known: Collection[str], tests: Sequence[str]
) -> tuple[str, ...]:
    """Every reason to block a patch; `known` are the files before it, `tests` the texts of the tests."""
    before = {change.path: change.before for change in patch.changes}
    after = {change.path: change.after for change in patch.changes if change.after}
    found = [*refusals(patch, limits), *collisions(patch, known), *special_cases(before, after, tests)]
    return tuple(dict.fromkeys(found))
