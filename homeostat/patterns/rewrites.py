"""The new code of a rule: text with holes, made from a fix and written into another file."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from homeostat.patterns.grammars import EXPRESSIONS, Grammar
from homeostat.patterns.trees import Node, role

OPENS, CLOSES = "\N{MATHEMATICAL LEFT WHITE SQUARE BRACKET}", "\N{MATHEMATICAL RIGHT WHITE SQUARE BRACKET}"
HOLE = re.compile(f"{OPENS}(?P<role>[a-z]?)(?P<number>[0-9]{{1,3}}){CLOSES}")
"""A number alone is a part of the place; with a role, something to be found in the code around it."""
EXPRESSION = "e"
"""The role of a hole that takes a whole small expression of the code around it."""

MOST_FOUND, MOST_FOUND_FOR_ERROR = 2, 4
"""Holes of one rule that are filled from the surroundings; of a rule about one type of error."""


_SPACE = re.compile(r"""("[^"\n]*"|'[^'\n]*')|\s+""")


@lru_cache(maxsize=200_000)
def squeezed(code: str) -> str:
    """Code without white space, but for that in strings: how two texts are told to be the same change."""
    return _SPACE.sub(lambda found: found[1] or "", code)


Takes = Callable[[str, str], str]
"""Says, of a text and its role, as what it is found in the surroundings; empty when it is not."""


@dataclass(frozen=True, slots=True)
class Rewrite:
    """New code with holes, and the text of each hole that is found in the surroundings, by its mark."""

    text: str
    found: Mapping[str, str]


def written(
    after: Iterable[Node], holes: Mapping[str, int], grammar: Grammar, *, takes: Takes, joint: str
) -> Rewrite:
    """A fix as new code with holes; what it takes from the surroundings besides is a hole to be found."""
    found: dict[tuple[str, str], str] = {}
    parts = [_part(node, holes, grammar, takes, found) for node in after]
    return Rewrite(joint.join(parts), {mark: text for (text, _), mark in found.items()})


def _part(
    top: Node,
    holes: Mapping[str, int],
    grammar: Grammar,
    takes: Takes,
    found: dict[tuple[str, str], str],
) -> str:
    text, last = "", top.start
    waiting = [top]
    while waiting:
        node = waiting.pop()
        number = holes.get(node.text)
        if number is not None:
            told = f"{OPENS}{number}{CLOSES}"
        else:
            use = EXPRESSION if node.kind in EXPRESSIONS else "" if node.children else role(node, grammar)
            taken = takes(node.text, use) if use else ""
            if taken:
                told = found.setdefault((node.text, taken), f"{OPENS}{taken}{len(found)}{CLOSES}")
            elif node.children:
                waiting += reversed(node.children)
                continue
            else:
                told = node.text
        text += _gap(top.text[last - top.start : node.start - top.start]) + told
        last = node.end
    return _outdented(text, top)


def _gap(between: str) -> str:
    """White space as it was, without the comments in it."""
    if not between.strip():
        return between
    return "\n" + between.rpartition("\n")[2] if "\n" in between else " "


def _outdented(text: str, top: Node) -> str:
    """Without the indentation that the lines of a node share with its first one."""
    lines = text.split("\n")
    margin = _margin_of(top)
    return "\n".join([lines[0], *[line.removeprefix(margin) for line in lines[1:]]])


def _margin_of(node: Node) -> str:
    """The indentation of the line that a node begins on."""
    root = node
    while root.parent is not None:
        root = root.parent
    return margin_at(root.text, node.start)


def margin_at(text: str, position: int) -> str:
    """The indentation of the line that a character stands in."""
    line = text[text.rfind("\n", 0, position) + 1 :].partition("\n")[0]
    return line[: len(line) - len(line.lstrip())]


def joint_of(site: Node, grammar: Grammar) -> str:
    """What sets off the items of the list that a place is in."""
    return ", " if site.parent is not None and site.parent.kind in grammar.commas else "\n"


def filled(rewrite: str, holes: Mapping[str, int], found: Mapping[str, str]) -> str:
    """New code with its holes filled; `found` by mark."""
    texts = {str(number): text for text, number in holes.items()}
    return HOLE.sub(lambda hole: found[hole[0]] if hole["role"] else texts.get(hole["number"], ""), rewrite)


def marks(rewrite: str) -> Sequence[str]:
    """The holes that the surroundings must fill, each once, in order."""
    return list(dict.fromkeys(hole[0] for hole in HOLE.finditer(rewrite) if hole["role"]))


def applied(source: str, site: Node, code: str, grammar: Grammar) -> str:
    """The source with new code in place of `site`; with the comma or the block that it leaves in order."""
    start, end, text = replacement(source, site, code, grammar)
    return source[:start] + text + source[end:]


def replacement(source: str, site: Node, code: str, grammar: Grammar) -> tuple[int, int, str]:
    """Which characters go when new code takes the place of `site`, and what comes instead."""
    start, end, parent = site.start, site.end, site.parent
    if code.strip():
        return start, end, code.replace("\n", "\n" + margin_at(source, start))
    if parent is not None and parent.kind in grammar.commas:
        beside = parent.children
        if site.index + 1 < len(beside) and beside[site.index + 1].text == ",":
            end = beside[site.index + 1].end
        elif site.index and beside[site.index - 1].text == ",":
            start = beside[site.index - 1].start
    alone = parent is not None and parent.kind == "block" and len(parent.children) == 1
    return start, end, "pass" if alone else ""
