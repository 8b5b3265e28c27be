"""What rules propose for a failing piece of code, the likeliest first."""

from __future__ import annotations

import heapq
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from itertools import islice
from operator import itemgetter

from homeostat.patterns.abstraction import Key, keys
from homeostat.patterns.clues import SURE, Clue, Kind, arguments, clue_of, error_names, nearness, values_given
from homeostat.patterns.grammars import Grammar
from homeostat.patterns.lessons import (
    SEARCH,
    SWAP_WEIGHT,
    WORD_WEIGHT,
    is_about_error,
    is_rule,
    key_names,
    lines_changed,
    move_row,
    places_on,
    rule_id,
    seen_row,
)
from homeostat.patterns.rewrites import HOLE, OPENS, applied, filled, marks, squeezed
from homeostat.patterns.scope import Odds, Scope
from homeostat.patterns.search import moves
from homeostat.patterns.trees import Node, parse, role
from homeostat.patterns.trust import Trust
from homeostat.records import Proposal, Rules

MOST_RULES = 60
"""Rules of one key that are looked at."""
MOST_WORDS, MOST_EACH = 30, 12
"""Words that are tried for a hole alone, and for each of several."""
ALIKE = 0.9
"""How likely a word is the right one that stands around a place exactly as the fix's own word did."""
DELETES = 0.25
"""What is left of the odds of deleting something where no trace points at it."""
_ANNOTATIONS = frozenset({"type", "type_annotation", "type_parameter", "generic_type", "named_type"})
ELSEWHERE = 0.1
"""What is left of the odds of an edit that changes other lines than those which are to change."""
LOOKED_AT = 60
"""Candidates that are put in that order, though fewer are asked for."""
MADE = 2
"""Fixes that make an edit of the table a learned rule, whose new code comes from the table."""
MOVE_WEIGHT = 2_000
"""Trials that the odds of an edit which no one learned are worth, before it was tried."""
SWAP = "word for word"


class Means(StrEnum):
    """What may make a proposal."""

    ALL = "what fixes taught, and edits that no one learned"
    LEARNED = "what fixes taught"
    PROVEN = "rules that mended this type of error"


@dataclass(frozen=True, slots=True)
class Place:
    """A piece of code under suspicion."""

    source: str
    lines: tuple[int, int] | None = None
    """The first and last line under suspicion, 1-based; None for all of them."""
    error_type: str | None = None
    said: str = ""
    """The error as it was raised: its type, a colon, its message. It says where to look, and for what."""
    calls: bool = False
    """Whether it was raised further down, in what is called here."""
    exact: bool = False
    """Whether those lines are the ones to change, all of them and no others: a trace only points near."""


@dataclass(slots=True)
class Reader:
    """The rules of a language, with what was worked out of them so far: one for many places."""

    known: Rules
    grammar: Grammar
    _ranked: dict[str, list[tuple[float, str]]] = field(default_factory=dict)
    _trust: Trust = field(init=False)

    def __post_init__(self) -> None:
        self._trust = Trust(self.known.trials)

    def ranked(self, key: Key, name: str) -> list[tuple[float, str]]:
        """What may be right at a place: how likely, and the new code; the likeliest first."""
        found = self._ranked.get(name)
        if found is None:
            rules, seen = self.known.rules.get(name, {}), self.known.seen.get(seen_row(name), 0)
            found = heapq.nlargest(
                MOST_RULES,
                [
                    (self._trust.odds(key, tally[0], seen), text)
                    for text, tally in rules.items()
                    if name != key.text or is_rule(key.level, text, tally)
                ],
            )
            self._ranked[name] = found
        return found


@dataclass(frozen=True, slots=True)
class _Idea:
    odds: float
    site: Node
    text: str
    holes: Mapping[str, int]
    rule: str

    @property
    def is_whole(self) -> bool:
        """Whether it takes nothing from the surroundings."""
        return not any(hole["role"] for hole in HOLE.finditer(self.text))


_Way = tuple[float, Mapping[str, str]]
_NONE: Mapping[str, str] = {}
_NO_WAYS: Iterator[_Way] = iter(())


def proposals(reader: Reader, place: Place, *, limit: int, means: Means = Means.ALL) -> list[Proposal]:
    """At most `limit` whole new texts, each once, the likeliest first."""
    if OPENS in place.source:
        return []  # what is written like a hole would be taken for one
    root = parse(place.source, reader.grammar)
    scope = Scope(root, reader.grammar)
    first, last = place.lines or (1, place.source.count("\n") + 1)
    sites = list(places_on(root, first, last, scope, reader.grammar))
    clue = clue_of(place.said)
    if clue.kind:
        sites += _told_of(root, sites, scope, clue, reader.grammar, calls=place.calls)
    ideas = list(_ideas(reader, sites, scope, place, means))
    if clue.kind:
        ideas = [_as_told(idea, clue, scope.culprits) for idea in ideas]
    if place.lines is None:
        ideas = [_judged_by_tests(idea) for idea in ideas if not _is_inert(idea.site)]
    return _distinct(reader, place, _best_first(ideas, _Words(reader, scope)), limit)


def _distinct(
    reader: Reader, place: Place, written: Iterable[tuple[float, _Idea, str]], limit: int
) -> list[Proposal]:
    """New texts, each once; where the lines to change are known, what changes others comes later."""
    exact = place.lines if place.exact else None
    most = max(limit, LOOKED_AT) if exact else limit
    found: dict[str, Proposal] = {}
    for odds, idea, code in written:
        if squeezed(code) == squeezed(idea.site.text):
            continue
        same = applied(place.source, idea.site, squeezed(code), reader.grammar)
        if same not in found:
            after = applied(place.source, idea.site, code, reader.grammar)
            fits = not exact or exact == lines_changed(place.source, idea.site, code, reader.grammar)
            likely = odds if fits else odds * ELSEWHERE
            found[same] = Proposal(rule_id(idea.rule, idea.text), after, idea.rule, likely, idea.text)
        if len(found) == most:
            break
    return sorted(found.values(), key=lambda one: -one.confidence)[:limit]


def _told_of(
    root: Node, sites: Sequence[Node], scope: Scope, clue: Clue, grammar: Grammar, *, calls: bool
) -> list[Node]:
    """Note what an error is about; and the places where that was given its value."""
    scope.lacks = clue.name if clue.kind is Kind.ARGUMENT else ""
    scope.culprits = arguments(sites, grammar) if calls else clue.culprits(sites, grammar)
    first = min((site.start for site in sites), default=0)
    given = values_given(root, scope.culprits, before=first)
    scope.culprits = (*scope.culprits, *(one.text for one in given))
    lines = [scope.line(one.start) for one in given]
    return [site for line in lines for site in places_on(root, line, line, scope, grammar)]


def _as_told(idea: _Idea, clue: Clue, culprits: tuple[str, ...]) -> _Idea:
    """How likely it is once the error has been read."""
    move = idea.rule.removeprefix(SEARCH)
    weight = clue.weight(move, idea.text) if idea.rule.startswith(SEARCH) else 1.0
    return replace(idea, odds=min(SURE, idea.odds * weight * nearness(idea.site, culprits, move)))


def _judged_by_tests(idea: _Idea) -> _Idea:
    """Where tests alone say what is right, deleting code is the likeliest way to please them and be wrong."""
    return idea if idea.text.strip() else replace(idea, odds=idea.odds * DELETES)


def _is_inert(site: Node) -> bool:
    """Whether a place cannot change what a test sees: in an annotation."""
    node: Node | None = site
    while node is not None and node.start >= 0:
        if node.kind in _ANNOTATIONS:
            return True
        node = node.parent
    return False


def _best_first(ideas: Sequence[_Idea], words: _Words) -> Iterator[tuple[float, _Idea, str]]:
    """The new code of every filling of every idea, the likeliest first.

    No filling is likelier than its idea, and each idea's come in order: one of each waits at a time.
    """
    waiting: list[tuple[float, int, _Idea, _Way | None, Iterator[_Way]]] = [
        (-idea.odds, number, idea, None, _NO_WAYS) for number, idea in enumerate(ideas)
    ]
    heapq.heapify(waiting)
    while waiting:
        _, number, idea, way, ways = heapq.heappop(waiting)
        if way is not None:
            yield way[0], idea, filled(idea.text, idea.holes, way[1])
        elif idea.is_whole:
            yield idea.odds, idea, filled(idea.text, idea.holes, _NONE)
        else:
            ways = words.fillings(idea)
        following = next(ways, None)
        if following:
            heapq.heappush(waiting, (-following[0], number, idea, following, ways))


def _ideas(
    reader: Reader, sites: Sequence[Node], scope: Scope, place: Place, means: Means
) -> Iterator[_Idea]:
    names = error_names(place.error_type, place.said)
    yield from _by_rule(reader, sites, names, proven=means is Means.PROVEN)
    if means is not Means.PROVEN:
        if reader.known.swaps:
            yield from _by_word(reader, sites, scope)
        yield from _by_move(reader, sites, scope, search=means is Means.ALL)


def _by_rule(
    reader: Reader, sites: Sequence[Node], errors: Sequence[str], *, proven: bool
) -> Iterator[_Idea]:
    for site in sites:
        for key in keys(site, reader.grammar):
            for name in list(key_names(key, *errors))[proven:]:
                for odds, text in reader.ranked(key, name):
                    yield _Idea(odds, site, text, key.holes, name)


def _by_word(reader: Reader, sites: Sequence[Node], scope: Scope) -> Iterator[_Idea]:
    swaps = Odds(reader.known.swaps, SWAP_WEIGHT)
    for site in sites:
        use = "" if site.children else role(site, reader.grammar)
        for word in scope.fitting(use, site) if use else ():
            odds = swaps.of(scope.features(word, use, site))
            yield _Idea(odds, site, word, {}, SWAP)


def _by_move(reader: Reader, sites: Sequence[Node], scope: Scope, *, search: bool) -> Iterator[_Idea]:
    """Edits of the table: all of them for the search, else those that merged fixes were seen to make."""
    for site in sites:
        for name, odds, text in moves(site, reader.grammar, scope):
            right, tried = reader.known.trials.get(move_row(name), (0, 0))
            if not search and right < MADE:
                continue
            likely = (right + odds * MOVE_WEIGHT) / (tried + MOVE_WEIGHT)
            yield _Idea(likely, site, text, {}, SEARCH + name)


class _Words:
    """The words that each place may take, worked out once."""

    def __init__(self, reader: Reader, scope: Scope) -> None:
        self._takes = reader.known.takes
        self._odds = Odds(reader.known.words, WORD_WEIGHT)
        self._scope = scope
        self._ranked: dict[tuple[int, str], list[tuple[float, str]]] = {}

    def fillings(self, idea: _Idea) -> Iterator[_Way]:
        """The ways to fill an idea's holes, the likeliest first, and how likely each is."""
        stood = self._takes.get(rule_id(idea.rule, idea.text), {}) if is_about_error(idea.rule) else {}
        first, *others = marks(idea.text)
        ways = ((idea.odds * likely, {first: word}) for likely, word in self._words(idea.site, first, stood))
        if not others:
            return ways
        best: list[_Way] = list(islice(ways, MOST_EACH))
        for mark in others:
            fitting = self._words(idea.site, mark, stood)[:MOST_EACH]
            more = [
                (odds * likely, {**words, mark: word}) for odds, words in best for likely, word in fitting
            ]
            best = heapq.nlargest(2 * MOST_WORDS, more, key=itemgetter(0))
        return iter(best)

    def _words(self, site: Node, mark: str, stood: Mapping[str, list[str]]) -> list[tuple[float, str]]:
        """The words for one hole, the likeliest first."""
        fitting = self._fitting(site, mark[1])
        return self._standing(fitting, frozenset(stood[mark]), site) if mark in stood else fitting

    def _standing(
        self, fitting: Sequence[tuple[float, str]], stood: frozenset[str], site: Node
    ) -> list[tuple[float, str]]:
        """The words that stand around here as the fix's own word stood there, before others."""
        found = []
        for likely, word in fitting:
            stands = frozenset(self._scope.stands(word, site))
            alike = len(stands & stood) / max(1, len(stands | stood))
            found.append((max(likely / 2, ALIKE * alike**3), word))
        return heapq.nlargest(MOST_WORDS, found)

    def _fitting(self, site: Node, use: str) -> list[tuple[float, str]]:
        asked = (id(site), use)
        if asked not in self._ranked:
            scope = self._scope
            every = [
                (self._odds.of(scope.features(word, use, site)), word) for word in scope.fitting(use, site)
            ]
            self._ranked[asked] = heapq.nlargest(MOST_WORDS, every)
        return self._ranked[asked]
