"""Code as a tree of plain nodes, fragments of files included."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from ast_grep_py import SgNode, SgRoot

from homeostat.patterns.grammars import CONSTANTS, Grammar
from homeostat.patterns.scaffolds import scaffold

if TYPE_CHECKING:
    from collections.abc import Sequence

MOST_NODES = 30_000
"""A text that has more is read up to there."""
MOST_CHARACTERS = 100_000
"""A longer text is a bundle or data, and is not read."""
DEEPEST = 120
"""What is nested deeper is taken as it stands."""
KEPT = 400
"""Characters of a node whose text is kept at hand."""

NAME, CALLEE, MEMBER, METHOD, KEY, STRING, NUMBER, TOKEN = "n", "c", "a", "m", "k", "s", "d", ""
"""What a leaf is for. A token is anything that belongs to the language."""


class Node:
    """A piece of code: `start` and `end` count characters of the text that was parsed.

    What stands before the text to make a fragment readable has a negative start.
    """

    __slots__ = (
        "_leaves",
        "_source",
        "_text",
        "children",
        "depth",
        "end",
        "index",
        "kind",
        "parent",
        "start",
    )

    def __init__(
        self, kind: str, span: tuple[int, int], source: str, parent: Node | None, index: int
    ) -> None:
        """`source` is the text that `span` counts in; `index` its place among its parent's children."""
        self.kind = kind
        self.start, self.end = span
        self.parent = parent
        self.index = index
        self.depth: int = parent.depth + 1 if parent else 0
        self.children: list[Node] = []
        self._source = source
        self._text: str | None = None
        self._leaves: list[Node] | None = None

    @property
    def size(self) -> int:
        """Characters."""
        return self.end - self.start

    @property
    def text(self) -> str:
        """The code; kept only where it is short, for large pieces hold each other."""
        if self._text is not None:
            return self._text
        text = self._source[max(self.start, 0) : max(self.end, 0)]
        if self.size <= KEPT:
            self._text = text
        return text

    @property
    def leaves(self) -> Sequence[Node]:
        """The tokens under it, in order; itself when it has no children."""
        if self._leaves is None:
            self._leaves = [node for node in self.walk() if not node.children]
        return self._leaves

    def walk(self) -> Iterator[Node]:
        """It and everything under it, outer before inner, in the order of the text."""
        waiting = [self]
        while waiting:
            node = waiting.pop()
            yield node
            waiting.extend(reversed(node.children))


def parse(text: str, grammar: Grammar) -> Node:
    """The tree of a file or of any piece of one; comments are left out."""
    readable = text if len(text) <= MOST_CHARACTERS else ""
    above, below = scaffold(readable, grammar)
    shift = len(above)
    # Half a character, which JSON can escape, is none to the parser.
    whole = f"{above}{readable}\n{below}".encode(errors="replace").decode()
    root = SgRoot(whole, grammar.parser).root()
    top = Node(root.kind(), (-shift, len(text)), text, None, 0)
    waiting, left = [(root, top)], MOST_NODES
    while waiting and left > 0:
        parsed, node = waiting.pop()
        closed = node.kind in grammar.leaves or node.depth >= DEEPEST
        found = [] if closed else _children(parsed, node, text, shift)
        node.children = [child for _, child in found]
        waiting += found
        left -= len(found)
    return top


def _children(parsed: SgNode, parent: Node, source: str, shift: int) -> list[tuple[SgNode, Node]]:
    found: list[tuple[SgNode, Node]] = []
    for child in parsed.children():
        kind, place = child.kind(), child.range()
        start, end = place.start.index - shift, min(place.end.index - shift, len(source))
        if start < end and "comment" not in kind:
            node = Node(kind, (start, end), source, parent, len(found))
            found.append((child, node))
    return found


def role(leaf: Node, grammar: Grammar) -> str:
    """What a leaf is for: NAME, CALLEE, MEMBER, METHOD, KEY, STRING, NUMBER, or TOKEN."""
    if leaf.kind in grammar.names:
        return TOKEN if leaf.text in CONSTANTS else _name_role(leaf, grammar)
    if leaf.kind in grammar.strings:
        return STRING
    return NUMBER if leaf.kind in grammar.numbers else TOKEN


def _name_role(leaf: Node, grammar: Grammar) -> str:
    parent = leaf.parent
    if parent is None:
        return NAME
    if parent.kind in grammar.members and leaf.index > 0:
        outer = parent.parent
        called = outer is not None and outer.kind in grammar.calls and parent.index == 0
        return METHOD if called or parent.kind in grammar.calls else MEMBER
    if parent.kind in grammar.calls and (leaf.index == 0 or parent.kind == "new_expression"):
        return CALLEE
    if parent.kind in grammar.keyed and leaf.index == 0:
        return KEY
    return MEMBER if leaf.kind == "property_identifier" else NAME


def is_list(node: Node, grammar: Grammar) -> bool:
    """Whether a node may hold any number of items."""
    return node.kind in grammar.commas or node.kind in grammar.blocks or node.kind == "ERROR"
