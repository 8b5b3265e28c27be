"""How a library would have done on fixes that it never saw."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from homeostat.patterns.lessons import changed_lines
from homeostat.patterns.proposals import Place
from homeostat.patterns.rewrites import squeezed
from homeostat.patterns.teaching import NamedRule, Suggester
from homeostat.records import Fix, Library

DEEP = 50
"""Proposals that are looked at."""


@dataclass(slots=True)
class Score:
    """What became of the fixes that a library was asked about."""

    known: int = 0
    """Fixes that it has learned from, and was not asked about."""
    asked: int = 0
    proposed: int = 0
    """Fixes for which there was any proposal."""
    ranks: tuple[int, ...] = ()
    """Of the developer's own code, 1 for the first proposal, where it was among them."""

    def among(self, count: int) -> int:
        """How often the developer's code was among so many."""
        return sum(rank <= count for rank in self.ranks)


def alone(library: Library, rule: NamedRule) -> Library:
    """A library that holds one general rule, and all that its holes are filled by."""
    known = library.rules[rule.language]
    tally = known.rules[rule.place][rule.code]
    one = replace(known, rules={rule.place: {rule.code: tally}}, swaps={}, trials={})
    return Library(rules={rule.language: one})


def back_test(library: Library, fixes: Iterable[Fix]) -> Score:
    """Ask a library about the lines that each fix changed."""
    known = {str(one) for rules in library.rules.values() for one in rules.precedents}
    suggester, score = Suggester(library, search=False), Score()
    for fix in fixes:
        if str(fix.seen_in) in known:
            score.known += 1
            continue
        lines = changed_lines(fix.before, fix.after)
        place = Place(fix.before, lines, fix.error_type, exact=fix.error_type is None)
        found = suggester.proposals(fix.language, fix.path, place, limit=DEEP)
        score.asked += 1
        score.proposed += bool(found)
        right = squeezed(fix.after)
        rank = next((n for n, one in enumerate(found, start=1) if squeezed(one.after) == right), None)
        score.ranks += (rank,) if rank else ()
    return score
