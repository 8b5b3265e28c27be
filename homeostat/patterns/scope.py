"""The code around a place: what a fix may take from it, and how likely it is to take each."""

from __future__ import annotations

import bisect
import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from functools import lru_cache

from homeostat.patterns.grammars import EXPRESSIONS, Grammar
from homeostat.patterns.rewrites import EXPRESSION
from homeostat.patterns.trees import CALLEE, KEY, MEMBER, METHOD, NAME, NUMBER, STRING, TOKEN, Node, role

FITS = {
    NAME: NAME + CALLEE,
    CALLEE: CALLEE + NAME,
    MEMBER: MEMBER + METHOD,
    METHOD: METHOD + MEMBER,
    KEY: KEY + NAME,
    STRING: STRING,
    NUMBER: NUMBER,
    EXPRESSION: EXPRESSION,
}
"""What may stand for what."""
_NAMES = frozenset((NAME, CALLEE, MEMBER, METHOD, KEY))

MOST_IN_EXPRESSION = 9
"""Tokens of an expression that is taken as a whole."""

OFTEN = 4
"""Uses of a word that are told apart by their number."""

LONGEST = 400
"""Characters of it."""
MOST_WORDS = 400
"""Different words that are known of a piece of code."""

Features = tuple[object, ...]
"""What is known of a word that might be taken, the most telling first."""


class _Uses:
    """Where a word occurs, in the order of the text, and as what."""

    def __init__(self) -> None:
        self.starts: list[int] = []
        self.lines: list[int] = []
        self.roles: set[str] = set()
        self.stands: set[str] = set()

    def add(self, node: Node, use: str, line: int) -> None:
        self.starts.append(node.start)
        self.lines.append(line)
        self.roles.add(use)
        if node.parent:
            self.stands.add(f"{node.parent.kind}.{node.index}")


class Scope:
    """The words of a piece of code by their text, with where and as what each occurs."""

    def __init__(self, root: Node, grammar: Grammar) -> None:
        """Everything that stands in `root`."""
        self._uses: dict[str, _Uses] = defaultdict(_Uses)
        self._fitting: dict[str, list[str]] = {}
        self.culprits: tuple[str, ...] = ()
        """The expressions that an error may be about, where that is known."""
        self.lacks = ""
        """The parameter for which an argument is missing."""
        self._starts = [0, *[found.end() for found in re.finditer("\n", root.text)]]
        for node in root.walk():
            if node.start >= 0:
                use = _use(node, grammar)
                if use and (len(self._uses) < MOST_WORDS or node.text in self._uses):
                    self._uses[node.text].add(node, use, self.line(node.start))

    def taken(self, text: str, use: str) -> str:
        """The role under which a text may be taken: the one asked for, else what its uses have; or none."""
        uses = self._uses.get(text)
        if uses is None:
            return ""
        fits = FITS[use]
        if any(used in fits for used in uses.roles):
            return use
        return min(uses.roles & _NAMES, default="") if use in _NAMES else ""

    def line(self, position: int) -> int:
        """The 1-based line of a character."""
        return bisect.bisect_right(self._starts, position)

    def fitting(self, use: str, site: Node) -> Iterator[str]:
        """What may be taken for a hole of that role."""
        if use not in self._fitting:
            fits = FITS[use]
            self._fitting[use] = [
                text for text, uses in self._uses.items() if any(used in fits for used in uses.roles)
            ]
        return (text for text in self._fitting[use] if text != site.text)

    def stands(self, text: str, site: Node) -> list[str]:
        """What a word's uses stand in, and how they lie around a place: the same under any other name."""
        uses, here = self._uses[text], self.line(site.start)
        lies = {f"@{_distance(abs(line - here))}{'<' if line < here else '>'}" for line in uses.lines}
        return sorted({*uses.stands, *lies, f"#{min(len(uses.starts), OFTEN)}"})

    def features(self, text: str, use: str, site: Node) -> Features:
        """What is known of a word that might stand at a place, or be taken into what is written there."""
        uses = self._uses[text]
        here, start, end = self.line(site.start), site.start, site.end
        distance = _distance(min([abs(line - here) for line in uses.lines]))
        often = min(len(uses.starts), OFTEN) // 2
        earlier, alike = uses.starts[0] < start, use in uses.roles
        if site.children or use == EXPRESSION:
            first = bisect.bisect_left(uses.starts, start)
            inside = first < len(uses.starts) and uses.starts[first] < end
            return f"{use}{inside:d}", distance, often, earlier, alike
        held = self._uses.get(site.text)
        alone = held is None or len(held.starts) <= 1
        return use, likeness(site.text, text), alone, distance, alike, often, earlier


_NEARNESS = (0, 2, 6)
"""Lines that are as good as the same: on it, beside it, near it."""


def _use(node: Node, grammar: Grammar) -> str:
    if not node.children:
        return role(node, grammar)
    small = node.kind in EXPRESSIONS and node.size <= LONGEST and len(node.leaves) <= MOST_IN_EXPRESSION
    return EXPRESSION if small else TOKEN


def _distance(lines: int) -> int:
    return bisect.bisect_left(_NEARNESS, lines)


@lru_cache(maxsize=65_536)
def likeness(one: str, other: str) -> int:
    """How alike two words are, from 0 to 4: 4 for the same but for case."""
    a, b = one.lower().strip("\"'`"), other.lower().strip("\"'`")
    if a == b:
        return 4
    begin, end = _shared(a, b), _shared(a[::-1], b[::-1])
    longer, shorter = max(len(a), len(b)), min(len(a), len(b))
    if max(begin, end) == shorter or begin + end >= max(longer - 2, 1):
        return 3
    if max(begin, end) >= 3:  # noqa: PLR2004 - a stem
        return 2
    return 1 if longer <= 2 else 0  # noqa: PLR2004 - the short names of a loop


def _shared(one: str, other: str) -> int:
    """Characters that two words begin with."""
    pairs = zip(one, other, strict=False)
    return next((at for at, (a, b) in enumerate(pairs) if a != b), min(len(one), len(other)))


class Odds:
    """How often what looked like this was right: a table that falls back to what is known of less."""

    def __init__(self, counts: dict[str, list[int]], weight: float) -> None:
        """`counts` maps the first features to (right, seen); `weight` is what a shorter row is worth."""
        self._counts, self._weight = counts, weight

    def note(self, features: Features, *, right: bool) -> None:
        """Count one case."""
        for name in _rows(features):
            row = self._counts.setdefault(name, [0, 0])
            row[0] += right
            row[1] += 1

    def of(self, features: Features) -> float:
        """The estimate for features like these."""
        odds = 0.002
        for name in _rows(features):
            row = self._counts.get(name)
            if row is None:
                break
            odds = (row[0] + odds * self._weight) / (row[1] + self._weight)
        return odds


def _rows(features: Sequence[object]) -> Iterator[str]:
    name = ""
    for feature in features:
        name += f"{feature:d}," if isinstance(feature, int) else f"{feature},"
        yield name
