"""Where code is defined and what it calls: whole functions and classes, never a part of one."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import PurePosixPath

from ast_grep_py import SgNode, SgRoot

from homeostat.conventions import LANGUAGES

LONGEST = 400_000
"""Characters of a file that is still read: more is a bundle or data."""
AROUND = 30
"""Lines on each side that stand for the unit where there is none, and where a language cannot be read."""
MOST_CALLS = 100
"""Of one function that are looked at in a file."""
_UNITS = frozenset(
    {
        "abstract_class_declaration",
        "class_declaration",
        "class_definition",
        "constructor_declaration",
        "decorated_definition",
        "enum_declaration",
        "export_statement",
        "expression_statement",
        "field_definition",
        "function_declaration",
        "function_definition",
        "function_item",
        "generator_function_declaration",
        "impl_item",
        "interface_declaration",
        "lexical_declaration",
        "method",
        "method_declaration",
        "method_definition",
        "public_field_definition",
        "trait_declaration",
        "variable_declaration",
    }
)
_CALLS = frozenset(
    {
        "call",
        "call_expression",
        "function_call_expression",
        "member_call_expression",
        "method_invocation",
        "new_expression",
        "object_creation_expression",
        "scoped_call_expression",
    }
)
_FUNCTIONS = frozenset({"arrow_function", "class", "function_expression", "generator_function"})
_WORD = re.compile(r"[A-Za-z_$][\w$]*")


@dataclass(frozen=True, slots=True)
class Unit:
    """A piece of a file that makes sense by itself; lines count from 1 and are both included."""

    name: str
    path: str
    first: int
    last: int
    text: str

    @property
    def title(self) -> str:
        return f"{self.path}, lines {self.first} to {self.last}"


@lru_cache(maxsize=256)
def _root(source: str, path: str) -> SgNode | None:
    language = LANGUAGES.get(PurePosixPath(path).suffix)
    return SgRoot(source, language).root() if language and len(source) <= LONGEST else None


def nodes(root: SgNode) -> Iterator[SgNode]:
    """Every node from the top, without recursion: code nests without end."""
    waiting = [root]
    while waiting:
        node = waiting.pop()
        yield node
        waiting += reversed(node.children())


def _wrapped(node: SgNode) -> SgNode | None:
    """The definition that decorators or an export stand around."""
    wraps = node.kind() in {"decorated_definition", "export_statement"}
    return (node.field("definition") or node.field("declaration")) if wraps else None


def _name(node: SgNode) -> str:
    """What a unit defines; the empty string for one without a name, such as a bundle of constants."""
    inner = _wrapped(node)
    if inner is not None:
        return _name(inner)
    kind = node.kind()
    if kind in {"lexical_declaration", "variable_declaration", "expression_statement"}:
        held = {"variable_declarator", "assignment_expression"}
        return next((_given(child) for child in node.children() if child.kind() in held), "")
    if kind in {"field_definition", "public_field_definition"}:
        return _given(node)
    named = node.field("name")
    return named.text() if named else ""


def _given(node: SgNode) -> str:
    """The name under which a function without one is kept."""
    value = node.field("value") or node.field("right")
    named = node.field("name") or node.field("property") or node.field("left")
    return _last(named) if named and value is not None and value.kind() in _FUNCTIONS else ""


def _last(named: SgNode) -> str:
    return next(reversed(_WORD.findall(named.text()[-200:])), "")


def _span(node: SgNode) -> tuple[int, int]:
    span = node.range()
    return span.start.index, span.end.index


@lru_cache(maxsize=256)
def units(source: str, path: str) -> tuple[Unit, ...]:
    """Every function and class that has a name, the outer ones first."""
    root = _root(source, path)
    if root is None:
        return ()
    outer, inner, lines = dict[tuple[int, int], str](), set[tuple[int, int]](), source.split("\n")
    for node in nodes(root):
        name = _name(node) if node.kind() in _UNITS and _span(node) not in inner else ""
        if name:
            wrapped, span = _wrapped(node), node.range()
            inner |= {_span(wrapped)} if wrapped else set()
            outer.setdefault((span.start.line, span.end.line), name)
    return tuple(
        Unit(name, path, first + 1, last + 1, "\n".join(lines[first : last + 1]))
        for (first, last), name in outer.items()
    )


def around(source: str, path: str, line: int) -> Unit:
    """The innermost function around a 1-based line; else a class; else some lines between blank ones."""
    spans = [unit for unit in units(source, path) if unit.first <= line <= unit.last]
    return min(spans, key=lambda unit: unit.last - unit.first, default=None) or _lines(source, path, line)


def _lines(source: str, path: str, line: int) -> Unit:
    lines = source.split("\n")
    line = min(line, len(lines))  # a trace may be older than the file
    first, last = max(0, line - 1 - AROUND), min(len(lines), line + AROUND)
    least, most = max(0, first - AROUND), min(len(lines), last + AROUND)
    while first > least and lines[first - 1].strip():
        first -= 1
    while last < most and lines[last].strip():
        last += 1
    return Unit("", path, first + 1, last, "\n".join(lines[first:last]))


def head(source: str, path: str) -> Unit | None:
    """What stands before the first function or class: imports and constants."""
    first = min((unit.first for unit in units(source, path)), default=0)
    lines = source.split("\n")[: max(0, first - 1)]
    return Unit("", path, 1, len(lines), "\n".join(lines)) if any(map(str.strip, lines)) else None


@lru_cache(maxsize=256)
def _calls(source: str, path: str) -> tuple[tuple[int, str], ...]:
    """(line, name) of every call, in order."""
    root = _root(source, path)
    calls = (node for node in nodes(root) if node.kind() in _CALLS) if root else ()
    told = ((node.range().start.line + 1, _last_called(node)) for node in calls)
    return tuple((line, name) for line, name in told if name)


def _last_called(call: SgNode) -> str:
    target = call.field("function") or call.field("name") or call.field("constructor")
    if target is None:  # PHP's `new` has no field
        target = next((child for child in call.children() if child.kind().endswith("name")), None)
    return _last(target) if target else ""


def called(unit: Unit, source: str) -> tuple[str, ...]:
    """Names that a unit of this file calls, in order of mention."""
    names = (name for line, name in _calls(source, unit.path) if unit.first <= line <= unit.last)
    return tuple(dict.fromkeys(names))


def calls_of(name: str, source: str, path: str) -> list[Unit]:
    """The innermost units of a file that call `name`."""
    lines = sorted({line for line, what in _calls(source, path) if what == name})
    found = [around(source, path, line) for line in lines[:MOST_CALLS]]
    return [unit for unit in dict.fromkeys(found) if unit.name and unit.name != name]
