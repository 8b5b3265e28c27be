"""Libraries from one team to another."""

from __future__ import annotations

import re
from copy import deepcopy
from dataclasses import replace

from homeostat.patterns.grammars import FAMILIES, GRAMMARS
from homeostat.patterns.lessons import SPREAD
from homeostat.patterns.record import added
from homeostat.patterns.rewrites import CLOSES, OPENS, squeezed
from homeostat.patterns.scope import FITS
from homeostat.records import Library, Precedent, Rules


def shared(library: Library) -> Library:
    """What others may learn from: patterns and rules, without where they were used here and how they did."""
    patterns = tuple(replace(p, uses=0, success_rate=1.0) for p in library.patterns if p.retired is None)
    return replace(library, patterns=patterns, records={}, mined={}, uses=(), set_aside=())


def common(ours: Library, theirs: Library) -> list[Precedent]:
    """The fixes that both have learned from: together they would count twice."""
    known = {str(one) for rules in ours.rules.values() for one in rules.precedents}
    return [one for rules in theirs.rules.values() for one in rules.precedents if str(one) in known]


def joined(ours: Library, theirs: Library) -> Library:
    """Our library with what another one has learned from other fixes."""
    for pattern in shared(theirs).patterns:
        ours = added(ours, pattern, at=pattern.provenance.at)
    rules = deepcopy(dict(ours.rules))
    for language, learned in theirs.rules.items():
        _add(rules.setdefault(language, Rules()), learned)
    return replace(ours, rules=rules)


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


_PLACE = re.compile(r"[XASPK][012](?:![^|\x00-\x1f]{1,120})?\|")
_TRIALS = re.compile(r"search [a-z ]{1,60}|[XASPK][012],[0-5],(?:0|-[0-9]|-1[0-2])")
_MARK = re.compile(f"{OPENS}(?P<mark>.*?){CLOSES}", re.DOTALL)
_HOLE = re.compile(rf"[{''.join(FITS)}]?[0-9]{{1,2}}")
_ID = re.compile(r"p-[0-9a-f]{12}")


def fault_of(library: Library) -> str | None:
    """What is wrong with a library from elsewhere; None when all of it can be asked and told."""
    if library.set_aside:
        return library.set_aside[0].reason
    for pattern in library.patterns:
        if not _ID.fullmatch(pattern.id):
            return "a pattern's id is none"
    for language, known in library.rules.items():
        if language not in GRAMMARS or language in FAMILIES:
            return "it has rules of a language that has none here"
        fault = _fault_of_tables(known)
        if fault:
            return fault
    return None


def _fault_of_tables(known: Rules) -> str | None:
    for place, codes in known.rules.items():
        if not _PLACE.match(place):
            return "a rule is about no place"
        for code, tally in codes.items():
            if not tally or not all(0 <= number < len(known.precedents) for number in tally[1:]):
                return "a rule comes from a fix that it does not name"
            if not all(_HOLE.fullmatch(found["mark"]) for found in _MARK.finditer(code)):
                return "the code of a rule has a hole that nothing fills"
    rows = [*known.words.values(), *known.swaps.values(), *known.trials.values()]
    if any(len(row) != 2 for row in rows):  # noqa: PLR2004 - how often right, and how often tried
        return "a count is not of two numbers"
    if not all(_TRIALS.fullmatch(name) for name in known.trials):
        return "a trial is of no kind of rule"
    return None
