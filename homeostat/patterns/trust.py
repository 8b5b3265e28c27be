"""How far a rule keeps what its share promises, by what later fixes said of rules like it.

Right at one of ten places so far is less than right at one of the next ten: the fix that made the rule is
counted. How much less goes by the number of its fixes above all.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from homeostat.patterns.abstraction import Key
from homeostat.patterns.lessons import class_of, is_class

UNTRIED = 0.3
"""What is left of a share before anything was tried."""
WEIGHT = 20.0
"""Right ones, expected by their shares, that what is known of a wider class of rules is worth."""


class Trust:
    """Rules of all kinds, after the trials of each class."""

    def __init__(self, trials: Mapping[str, Sequence[int]]) -> None:
        """`trials` maps a class of rules to (right, tried)."""
        self._told: dict[str, tuple[float, float]] = {}
        for name, (right, tried) in trials.items():
            if is_class(name):
                promised = tried * 2.0 ** int(name.rpartition(",")[2])
                for wider in _classes(name):
                    before = self._told.get(wider, (0.0, 0.0))
                    self._told[wider] = before[0] + right, before[1] + promised

    def odds(self, key: Key, fixes: int, seen: int) -> float:
        """How likely such a rule is right where its key stood `seen` times on changed lines."""
        left = UNTRIED
        for name in _classes(class_of(key, fixes, seen)):
            right, promised = self._told.get(name, (0.0, 0.0))
            left = (right + left * WEIGHT) / (promised + WEIGHT)
        return left * fixes / max(seen, fixes)


def _classes(name: str) -> Iterator[str]:
    """By how many fixes; by level, too; and by share."""
    level, many, _ = name.split(",")
    yield many
    yield f"{level},{many}"
    yield name
