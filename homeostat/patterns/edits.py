"""What a fix changes, as the smallest edits of the tree that say it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from homeostat.patterns.grammars import Grammar
from homeostat.patterns.trees import TOKEN, Node, is_list, role

_BRACKETS = frozenset("()[]{}")


@dataclass(frozen=True, slots=True, eq=False)
class Edit:
    """`site`, in the old tree, is replaced by `after`, nodes of the new tree: none when it goes.

    What is inserted into a list is an edit of the item beside it.
    """

    site: Node
    after: tuple[Node, ...]


def edits_between(before: Node, after: Node, grammar: Grammar) -> list[Edit]:
    """The smallest edit that turns one tree into the other; two for an insertion, one by each neighbour.

    None when several statements change at once, or only comments.
    """
    while before.children and after.children:
        old, new, start = _changed(before, after)
        if not old and not new:
            return []
        if len(old) == len(new) == 1 and _deeper(old[0], new[0]):
            before, after = old[0], new[0]
        elif len(old) == len(new) == 1 and not any(_belongs_to_parent(x, grammar) for x in (*old, *new)):
            return _ours([Edit(old[0], (new[0],))])
        elif is_list(before, grammar):
            return _ours(_in_list(before, old, new, start, after, grammar))
        else:
            break
    return _ours([Edit(before, (after,))])


def _ours(edits: list[Edit]) -> list[Edit]:
    return [edit for edit in edits if edit.site.start >= 0 and edit.site.parent is not None]


def _changed(before: Node, after: Node) -> tuple[list[Node], list[Node], int]:
    """The children between those that both trees begin with and those that both end with."""
    old, new = before.children, after.children
    most = min(len(old), len(new))
    start = next((at for at in range(most) if not _same(old[at], new[at])), most)
    left = most - start
    stop = next((at for at in range(left) if not _same(old[-1 - at], new[-1 - at])), left)
    return old[start : len(old) - stop], new[start : len(new) - stop], start


def _same(one: Node, other: Node) -> bool:
    return one.text == other.text and one.kind == other.kind


def _deeper(one: Node, other: Node) -> bool:
    return one.kind == other.kind and bool(one.children) and bool(other.children)


def _belongs_to_parent(node: Node, grammar: Grammar) -> bool:
    """An operator or a keyword says nothing without what it stands between."""
    return not node.children and node.kind == node.text and role(node, grammar) == TOKEN


def _in_list(
    before: Node, old: list[Node], new: list[Node], start: int, after: Node, grammar: Grammar
) -> list[Edit]:
    if before.kind in grammar.commas:
        old, new = ([node for node in nodes if node.text != ","] for nodes in (old, new))
    if len(old) == 1:
        return [Edit(old[0], tuple(new))]
    if old:
        return [] if before.kind in grammar.blocks else [Edit(before, (after,))]
    right = _item(before.children[start:])
    left = _item(before.children[:start][::-1])
    found = [Edit(right, (*new, right))] if right else []
    return [*found, *([Edit(left, (left, *new))] if left else [])] or [Edit(before, (after,))]


def _item(nodes: Sequence[Node]) -> Node | None:
    """The nearest item of a list, past a comma."""
    beside = nodes[1:] if nodes and nodes[0].text == "," else nodes
    return beside[0] if beside and beside[0].text not in _BRACKETS else None
