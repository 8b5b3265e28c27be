"""Libraries from one team to another."""

from __future__ import annotations

from copy import deepcopy
from dataclasses import replace

from homeostat.patterns.lessons import SPREAD
from homeostat.patterns.rewrites import squeezed
from homeostat.records import Library, Precedent, Rules


def shared(library: Library) -> Library:
    """What others may learn from: patterns and rules, without where they were used here and how they did."""
    patterns = tuple(replace(p, uses=0, success_rate=1.0, retired=None) for p in library.patterns)
    return replace(library, patterns=patterns, records={}, mined={}, uses=())


def common(ours: Library, theirs: Library) -> list[Precedent]:
    """The fixes that both have learned from: together they would count twice."""
    known = {str(one) for rules in ours.rules.values() for one in rules.precedents}
    return [one for rules in theirs.rules.values() for one in rules.precedents if str(one) in known]


def joined(ours: Library, theirs: Library) -> Library:
    """Our library with what another one has learned from other fixes."""
    known = {pattern.id for pattern in ours.patterns}
    new = tuple(pattern for pattern in shared(theirs).patterns if pattern.id not in known)
    rules = deepcopy(dict(ours.rules))
    for language, learned in theirs.rules.items():
        _add(rules.setdefault(language, Rules()), learned)
    return replace(ours, patterns=(*ours.patterns, *new), rules=rules)


def _add(known: Rules, other: Rules) -> None:
    """Count the other tables in; `known` changes in place."""
    first = len(known.precedents)
    known.precedents += other.precedents
    known.fixes += other.fixes
    for place, codes in other.rules.items():
        tallies = known.rules.setdefault(place, {})
        for code, (fixes, *where) in codes.items():
            same = next((text for text in tallies if squeezed(text) == squeezed(code)), code)
            tally = tallies.setdefault(same, [0])
            tally[0] += fixes
            here = {known.precedents[number].repository for number in tally[1:]}
            new = [first + n for n in where if other.precedents[n].repository not in here]
            tally += new[: max(0, SPREAD + 1 - len(tally))]
    for place, times in other.seen.items():
        known.seen[place] = known.seen.get(place, 0) + times
    for mine, its in ((known.words, other.words), (known.swaps, other.swaps), (known.trials, other.trials)):
        for name, (right, tried) in its.items():
            row = mine.setdefault(name, [0, 0])
            row[0], row[1] = row[0] + right, row[1] + tried
    known.takes = {**other.takes, **known.takes}
