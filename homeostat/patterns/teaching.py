"""Fixes into the library, and out of it again: by language, in pieces that a rule can be made of."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Iterator, Mapping
from copy import deepcopy
from dataclasses import dataclass, replace

from homeostat.patterns.grammars import family, grammar_of
from homeostat.patterns.lessons import learn, rule_id
from homeostat.patterns.proposals import Means, Place, Reader, proposals
from homeostat.records import Fix, Library, Precedent, Proposal, Rules

AROUND = 6
"""Lines that are kept on each side of a change."""
MOST_PIECES = 8
"""A fix that changes more places is a piece of work."""


def pieces(fix: Fix) -> list[Fix]:
    """A fix of whole files, one for each place that it changes, with the lines around."""
    old, new = fix.before.split("\n"), fix.after.split("\n")
    changes = [
        change
        for change in difflib.SequenceMatcher(None, old, new, autojunk=False).get_opcodes()
        if change[0] != "equal"
    ]
    if len(changes) > MOST_PIECES:
        return []
    found = []
    for _, begin, end, other_begin, other_end in changes:
        above, below = old[max(0, begin - AROUND) : begin], old[end : end + AROUND]
        before, after = [*above, *old[begin:end], *below], [*above, *new[other_begin:other_end], *below]
        found.append(replace(fix, before="\n".join(before), after="\n".join(after)))
    return found


def taught(rules: Mapping[str, Rules], fixes: Iterable[Fix]) -> tuple[dict[str, Rules], int]:
    """The tables after the fixes, and how many of those taught something; the given ones stay as they are."""
    tables = deepcopy(dict(rules))
    told = 0
    for fix in fixes:
        grammar = grammar_of(fix.language, fix.path)
        if grammar:
            told += learn(tables.setdefault(family(fix.language), Rules()), fix, grammar)
    return tables, told


@dataclass(frozen=True, slots=True)
class NamedRule:
    """One rule of a library."""

    id: str
    language: str
    place: str
    """The key of the place that it is about."""
    code: str
    """What it writes there, with its holes."""
    fixes: int
    precedents: tuple[Precedent, ...]
    """Up to four of them, of different repositories."""

    @property
    def error_type(self) -> str | None:
        """The type of error that it is about, where that is known."""
        level, _, _ = self.place.partition("|")
        return level[3:] or None


def named_rules(library: Library) -> Iterator[NamedRule]:
    """Every general rule of a library."""
    for language, known in library.rules.items():
        for place, codes in known.rules.items():
            for code, (fixes, *where) in codes.items():
                precedents = tuple(known.precedents[number] for number in where)
                yield NamedRule(rule_id(place, code), language, place, code, fixes, precedents)


class Suggester:
    """A library that is asked about many places."""

    def __init__(self, library: Library, *, search: bool) -> None:
        """With `search`, edits that no one learned are proposed too."""
        self._library, self._search = library, search
        self._readers: dict[str, Reader] = {}

    def proposals(self, language: str, path: str, place: Place, *, limit: int) -> list[Proposal]:
        """At most `limit` new texts, the likeliest first; none for a language that has no grammar here."""
        grammar = grammar_of(language, path)
        if grammar is None:
            return []
        if grammar.parser not in self._readers:
            known = self._library.rules.get(family(language), Rules())
            self._readers[grammar.parser] = Reader(known, grammar)
        means = Means.ALL if self._search else Means.LEARNED
        return proposals(self._readers[grammar.parser], place, limit=limit, means=means)
