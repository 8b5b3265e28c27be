"""A place in code, told from specific to general: fixes that agree at one of the levels share a rule there.

A key says what stands at a place and what it stands in. Names and values that vary are holes, numbered in the
order in which they appear; a fix is then written with the same holes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from enum import StrEnum
from typing import NamedTuple

from homeostat.patterns.grammars import Grammar
from homeostat.patterns.trees import NAME, STRING, TOKEN, Node, is_list, role


class Level(StrEnum):
    """How much of the code at a place is kept, the most specific first."""

    EXACT = "X"
    """Every token."""
    VARIABLES = "A"
    """Variables and strings are holes; what is called and which members stay."""
    NAMES = "S"
    """Every name and value is a hole; operators and keywords stay."""
    PARTS = "P"
    """Its parts are holes, whatever they are."""
    WHOLE = "K"
    """All of it is one hole; its kind stays."""


CONTEXTS = {
    Level.EXACT: (0, 1),
    Level.VARIABLES: (0,),
    Level.NAMES: (0, 1),
    Level.PARTS: (0, 1, 2),
    Level.WHOLE: (1, 2),
}
"""How many levels of what a place stands in are told with each."""

SITE = 99
"""The hole that all of a place is: for a fix that wraps it."""
MOST_TOKENS = 40
"""A larger piece of code is told by its parts alone."""
LONGEST = 2_000
"""Characters of it."""
MOST_PARTS = 14
SHORT = 3
"""Characters of a string, quotes included, that is told as it is: '', ' ', '/'."""
DEPTH = 2
"""Levels of brackets that its parts are looked for through."""
LONGEST_OPERATORS = 24


class Key(NamedTuple):
    """One way to tell of a place, and the text that each hole stands for."""

    level: Level
    context: int
    text: str
    holes: Mapping[str, int]


def keys(site: Node, grammar: Grammar) -> Iterator[Key]:
    """Every way to tell of a place, the most specific first."""
    surroundings = _surroundings(site, grammar)
    for level, tell in _TOLD.items():
        told = tell(site, grammar)
        if told:
            text, holes = told
            holes = holes if site.text in holes else {**holes, site.text: SITE}
            for context in CONTEXTS[level]:
                yield Key(level, context, f"{level}{context}|{surroundings[context]}|{text}", holes)


_Told = tuple[str, Mapping[str, int]] | None


def _exact(site: Node, grammar: Grammar) -> _Told:  # noqa: ARG001 - one of a table of readers
    if site.size > LONGEST or len(site.leaves) > MOST_TOKENS:
        return None
    return " ".join([leaf.text for leaf in site.leaves]), {}


def _without_variables(site: Node, grammar: Grammar) -> _Told:
    def varies(kind: str, text: str) -> bool:
        return kind == NAME or (kind == STRING and len(text) > SHORT)

    return _with_holes(site, grammar, varies)


def _without_names(site: Node, grammar: Grammar) -> _Told:
    return _with_holes(site, grammar, lambda kind, _: kind != TOKEN)


def _with_holes(site: Node, grammar: Grammar, varies: Callable[[str, str], bool]) -> _Told:
    if site.size > LONGEST or not 1 < len(site.leaves) <= MOST_TOKENS:
        return None
    holes: dict[str, int] = {}
    told = []
    for leaf in site.leaves:
        kind, text = role(leaf, grammar), leaf.text
        if varies(kind, text):
            number = holes.setdefault(text, len(holes))
            told.append(f"\N{SECTION SIGN}{kind if kind in 'sd' else NAME}{number}")
        else:
            told.append(text)
    return (" ".join(told), holes) if holes else None


def _parts(site: Node, grammar: Grammar) -> _Told:
    if len(site.children) > MOST_PARTS:
        return None
    holes: dict[str, int] = {}
    told: list[str] = []
    waiting = [(child, 0) for child in reversed(site.children)]
    while waiting:
        node, depth = waiting.pop()
        if not node.children and role(node, grammar) == TOKEN:
            told.append(node.text)
        elif depth < DEPTH and node.children and node.kind in grammar.through:
            waiting += [(child, depth + 1) for child in reversed(node.children)]
        else:
            told.append(f"\N{SECTION SIGN}{holes.setdefault(node.text, len(holes))}")
    return (f"{site.kind}:{' '.join(told)}", holes) if 0 < len(told) <= MOST_PARTS else None


def _whole(site: Node, grammar: Grammar) -> _Told:
    return f"{site.kind}:{'' if site.children else role(site, grammar)}", {site.text: 0}


_TOLD: Mapping[Level, Callable[[Node, Grammar], _Told]] = {
    Level.EXACT: _exact,
    Level.VARIABLES: _without_variables,
    Level.NAMES: _without_names,
    Level.PARTS: _parts,
    Level.WHOLE: _whole,
}


def _surroundings(site: Node, grammar: Grammar) -> tuple[str, str, str]:
    """What a place stands in: nothing told, its parent, and its parent's parent with what that calls."""
    parent = site.parent
    if parent is None:
        return "", "-", "-/-"
    near = f"{parent.kind}.{_position(site, parent, grammar)}"
    outer = parent.parent
    if outer is None:
        return "", near, f"{near}/-"
    called = outer.kind in grammar.calls and outer.children[0] is not parent
    name = _last_token(outer.children[0]) if called else ""
    place = "*" if is_list(outer, grammar) else parent.index
    return "", near, f"{near}/{outer.kind}.{place} {name}"


def _last_token(node: Node) -> str:
    while node.children:
        node = node.children[-1]
    return node.text[:LONGEST_OPERATORS]


def _position(site: Node, parent: Node, grammar: Grammar) -> str:
    if is_list(parent, grammar):
        return str(site.index) if parent.kind == "subscript" else "*"
    tokens = [n.text for n in parent.children if not n.children and role(n, grammar) == TOKEN]
    return f"{site.index} {' '.join(tokens)[:LONGEST_OPERATORS]}"
