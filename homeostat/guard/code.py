"""A file's text with nothing in it that no machine obeys: comments, and what a function says of itself."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from pathlib import PurePosixPath

from ast_grep_py import SgNode, SgRoot

from homeostat.conventions import LANGUAGES

MOST_CHARACTERS = 2 << 20
_CAST = re.compile(r"\(\s*(\w+)\s+as\s+(?:any|unknown|never)\s*\)")
"""What TypeScript writes around a name, and no machine obeys."""
_STRINGS = frozenset(
    {"string_content", "string_fragment", "string_value", "interpreted_string_literal_content"}
)
_NAMES = frozenset({"identifier", "name", "variable_name", "constant", "type_identifier", "field_identifier"})


@dataclass(frozen=True, slots=True)
class Code:
    """A text's instructions, its words and its names."""

    plain: str
    """The text, comments blanked."""
    names: tuple[str, ...]
    """What it calls things; every word of it where the language is not known."""
    strings: tuple[str, ...]


@lru_cache(maxsize=64)
def code_of(path: str, text: str) -> Code:
    """Read a text by the language of its path; all of it counts as code when that is not known."""
    language = LANGUAGES.get(PurePosixPath(path).suffix.lower())
    if language is None or len(text) > MOST_CHARACTERS:
        return Code(text, (), (text,))
    # Half a character is none to the parser, and a mark at the top shifts its places.
    whole = text.encode(errors="replace").decode()
    blanks: list[tuple[int, int]] = []
    names: list[str] = []
    strings: list[str] = []
    for node in _nodes(SgRoot(whole, language).root()):
        kind = node.kind()
        if _is_silent(kind, node):
            blanks.append((node.range().start.index, node.range().end.index))
        elif kind in _STRINGS:
            strings.append(node.text())
        elif kind in _NAMES or kind.endswith("identifier"):
            names.append(node.text())
    return Code(_CAST.sub(r"\1", _blanked(whole, blanks)), tuple(names), tuple(strings))


def _nodes(root: SgNode) -> Iterator[SgNode]:
    waiting = [root]
    while waiting:
        node = waiting.pop()
        yield node
        if not _is_silent(node.kind(), node):
            waiting += reversed(node.children())


def _is_silent(kind: str, node: SgNode) -> bool:
    if "comment" in kind:
        return True
    if kind != "expression_statement":
        return False
    inner = node.children()
    return len(inner) == 1 and inner[0].kind() == "string"


def _blanked(text: str, blanks: list[tuple[int, int]]) -> str:
    edges = [(0, 0), *sorted(blanks), (len(text), len(text))]
    kept = []
    for (start, end), (following, _) in pairwise(edges):
        kept.append("\n" * text.count("\n", start, end) or " ")
        kept.append(text[end:following])
    return "".join(kept)
