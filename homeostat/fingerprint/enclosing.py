"""Name the function around a line: some runners print a file and a line, and nothing else."""

from __future__ import annotations

from functools import lru_cache
from pathlib import PurePosixPath

from ast_grep_py import SgNode, SgRoot

from homeostat.conventions import LANGUAGES

_FUNCTION_KINDS = frozenset(
    {
        "function_definition",
        "function_declaration",
        "generator_function_declaration",
        "method_definition",
        "method_declaration",
        "method",
        "function_item",
    }
)


@lru_cache(maxsize=64)
def _root(source: str, language: str) -> SgNode:
    return SgRoot(source, language).root()


def _innermost(root: SgNode, line: int) -> str | None:
    """The name of the deepest function that spans a line; a loop, for expressions nest without end."""
    found: str | None = None
    node: SgNode | None = root
    while node is not None:
        name = node.field("name") if node.kind() in _FUNCTION_KINDS else None
        found = name.text() if name is not None else found
        node = next((child for child in node.children() if _spans(child, line)), None)
    return found


def _spans(node: SgNode, line: int) -> bool:
    span = node.range()
    return span.start.line <= line <= span.end.line


def enclosing_function(source: str, path: str, line: int) -> str | None:
    """The name of the innermost named function around a 1-based line, or None outside of any."""
    language = LANGUAGES.get(PurePosixPath(path).suffix)
    return _innermost(_root(source, language), line - 1) if language else None
