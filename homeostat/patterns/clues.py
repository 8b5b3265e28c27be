"""What an error says of the place where it was raised, and of the edits that may mend it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from homeostat.patterns.grammars import CONSTANTS, Grammar
from homeostat.patterns.trees import Node


class Kind(StrEnum):
    """What went wrong."""

    ABSENT = "something is not there"
    KEY = "a key is not there"
    RANGE = "an index is out of range"
    CALL = "something cannot be called"
    NAME = "a name is not defined"
    NOTHING = "a value is nothing"
    TYPE = "a value is of another type"
    ZERO = "a division by zero"
    CHANGED = "a collection changes while it is read"
    ITEMS = "something has no items"
    READING = "a text cannot be read"
    ARGUMENT = "an argument is missing"


_NAMED = r"(?P<name>[\w$]+(?:\??\.[\w$]+|\[\w+\])*)"
_SAID = {
    Kind.ABSENT: (
        r"Cannot (?:read|set) properties of (?:undefined|null) \((?:reading|setting) '(?P<name>[^']*)'\)",
        r"'NoneType' object has no attribute '(?P<name>\w+)'",
        r"'NoneType' object (?:is not (?:subscriptable|callable)|does not support)",
        rf"{_NAMED} is (?:undefined|null)\b",
        rf"{_NAMED} is not a function or its return value is not iterable",
        r"Call to a member function (?P<name>\w+)\(\) on null",
        r'Attempt to read property "(?P<name>\w+)" on null',
    ),
    Kind.ITEMS: (r"' object is not iterable", rf"{_NAMED} is not iterable"),
    Kind.CALL: (rf"{_NAMED} is not a function", r"'\w+' object is not callable"),
    Kind.NAME: (
        r"(?P<name>[\w$]+) is not defined",
        r"name '(?P<name>\w+)' is not defined",
        r"variable '(?P<name>\w+)' where it is not associated",
        r'Undefined variable "?(?P<name>\$\w+)',
        r"object has no attribute '(?P<name>\w+)'",
    ),
    Kind.KEY: (r"^KeyError", r'Undefined (?:array key|index|offset):? "?(?P<name>[^"]*)'),
    Kind.RANGE: (r"^IndexError", r"index out of (?:range|bounds)"),
    Kind.ZERO: (r"^ZeroDivisionError|[Dd]ivision by zero",),
    Kind.CHANGED: (r"changed (?:size )?during iteration|mutated during iteration",),
    Kind.READING: (
        r"invalid literal for (?P<name>int)\(\)",
        r"could not convert string to (?P<name>float)",
        r"Unexpected (?:end of JSON input|token .* JSON|end of input)",
        r"Expecting value: line",
    ),
    Kind.ARGUMENT: (r"missing \d+ required positional arguments?: '(?P<name>\w+)'", r"Too few arguments"),
    Kind.NOTHING: (r"^TypeError.*NoneType", r"^TypeError.*\bnull\b"),
    Kind.TYPE: (r"^TypeError", r"^ValueError"),
}
_READ = {kind: tuple(map(re.compile, said)) for kind, said in _SAID.items()}

_HELPS: Mapping[Kind, Mapping[str, float]] = {
    Kind.ABSENT: {
        "a guarded access": 30, "a default": 30, "a guard": 80, "a guarded condition": 100,
        "another value": 60, "a missing await": 200, "a missing return": 3,
        "the operands the other way round": 60, "a conversion": 3,
    },
    Kind.ITEMS: {"a default": 200, "a guard": 60, "another value": 30, "a missing await": 100},
    Kind.KEY: {"a guarded access": 60, "a guard": 40, "another string": 3, "another value": 20,
               "a guarded condition": 40, "another word": 3},
    Kind.RANGE: {"off by one": 10, "one more or less": 10, "another operator of its kind": 3, "a guard": 60,
                 "a guarded condition": 40, "the operands the other way round": 30, "another value": 30},
    Kind.CALL: {"called where it is there": 100, "a conversion": 30, "its twin": 3, "another word": 2,
                "a guard": 20, "a missing await": 60, "without the call": 3},
    Kind.NAME: {"another word": 20, "its twin": 3},
    Kind.READING: {"a default": 60, "a guard": 60, "another value": 100, "a guarded condition": 30},
    Kind.ARGUMENT: {"one more argument": 200, "items in another order": 3},
    Kind.NOTHING: {"a default": 100, "a guard": 60, "another value": 60, "a guarded condition": 60},
    Kind.TYPE: {"a conversion": 80, "a default": 10, "a guard": 20, "another value": 20,
                "a guarded condition": 10, "items in another order": 3, "another word": 2},
    Kind.ZERO: {"another value": 100, "a guard": 100, "a default": 5},
    Kind.CHANGED: {"a conversion": 200},
}  # fmt: skip
"""How much likelier each edit of the search is when that went wrong."""

_CALLS = {
    Kind.TYPE: frozenset({"str", "int", "float", "Number", "String", "parseInt", "intval", "strval"}),
    Kind.CHANGED: frozenset({"list"}),
    Kind.CALL: frozenset({"Array.from", "String", "Number"}),
}
"""The conversions that help then; others hardly do."""
OTHER_CALL = 0.1

AT_CULPRIT, WITH_CULPRIT, ELSEWHERE = 6.0, 2.0, 0.3
"""How much likelier a place is: the culprit itself or what is read of it; what they stand in; others."""
SURE = 0.9


@dataclass(frozen=True, slots=True)
class Clue:
    """What an error's message tells; nothing when it is not known."""

    kind: Kind | None = None
    name: str = ""
    """What it names: a member that is read, an expression, a variable."""

    def weight(self, move: str, code: str) -> float:
        """How much likelier an edit of the search is."""
        if self.kind is None:
            return 1.0
        calls = _CALLS.get(self.kind)
        other = move == CONVERSION and calls is not None and code.partition("(")[0] not in calls
        return _HELPS[self.kind].get(move, 1.0) * (OTHER_CALL if other else 1.0)

    def culprits(self, sites: Iterable[Node], grammar: Grammar) -> tuple[str, ...]:
        """The expressions that the error may be about, as they stand in the code."""
        if self.kind is None:
            return ()
        find = _named if self.name and self.kind is not Kind.READING else _CULPRITS.get(self.kind, _read_of)
        found = (part for site in sites for part in find(self, site, grammar))
        return tuple(dict.fromkeys(part.text for part in found if _is_code(part, grammar)))


_DIVISIONS = frozenset({"/", "//", "%", "/=", "//=", "%="})
_OPERATIONS = frozenset(
    {"binary_operator", "binary_expression", "augmented_assignment", "comparison_operator", "unary_operator"}
)
_OF_EXPRESSIONS = frozenset({Kind.NAME, Kind.ITEMS, Kind.CALL})
"""What names the expression itself, and not a member that is read of it."""
OF_HOLDER = frozenset({"a guarded access", "called where it is there"})
"""Edits of what is read of a culprit."""
CONVERSION = "a conversion"
_SUBSCRIPTS = frozenset({"subscript", "subscript_expression"})


def _is_indexed_by(site: Node, name: str) -> bool:
    inside = [child for child in site.children[1:] if child.text not in ("[", "]")]
    return site.kind in _SUBSCRIPTS and len(inside) == 1 and inside[0].text.strip("\"'") == name


def _is_code(node: Node, grammar: Grammar) -> bool:
    return bool(node.children) or node.kind in grammar.names


def _named(clue: Clue, site: Node, grammar: Grammar) -> Iterable[Node]:
    """The expression of that name, or what a member of that name is read of."""
    if site.text == clue.name and (site.children or clue.kind in _OF_EXPRESSIONS):
        return [site, *site.children[:1]]
    read = site.kind in grammar.members and site.children and site.children[-1].text == clue.name
    return site.children[:1] if read or _is_indexed_by(site, clue.name) else []


def _given(clue: Clue, site: Node, grammar: Grammar) -> Iterable[Node]:
    """The arguments of a call that reads a text."""
    if site.kind not in grammar.calls or not site.children:
        return []
    called = site.children[0].leaves[-1].text
    return site.children[-1].children if called in (clue.name or "loads", "parse") else []


def _iterated(clue: Clue, site: Node, grammar: Grammar) -> Iterable[Node]:  # noqa: ARG001 - one of a table
    """What is gone through."""
    parent = site.parent
    return [site] if parent and site.index and parent.children[site.index - 1].text in ("in", "of") else []


def _operands(clue: Clue, site: Node, grammar: Grammar) -> Iterable[Node]:  # noqa: ARG001
    return site.children if site.kind in _OPERATIONS else []


def _divisor(clue: Clue, site: Node, grammar: Grammar) -> Iterable[Node]:  # noqa: ARG001
    return site.children[-1:] if len(site.children) > 1 and site.children[1].text in _DIVISIONS else []


def _item(clue: Clue, site: Node, grammar: Grammar) -> Iterable[Node]:  # noqa: ARG001
    """What an item is read of, and its key."""
    return site.children if site.kind in _SUBSCRIPTS else []


def _read_of(clue: Clue, site: Node, grammar: Grammar) -> Iterable[Node]:  # noqa: ARG001
    """What a member or an item is read of."""
    return site.children[:1] if site.kind in _SUBSCRIPTS or site.kind in grammar.members else []


_CULPRITS: Mapping[Kind, Callable[[Clue, Node, Grammar], Iterable[Node]]] = {
    Kind.READING: _given,
    Kind.ITEMS: _iterated,
    Kind.CHANGED: _iterated,
    Kind.TYPE: _operands,
    Kind.NOTHING: _operands,
    Kind.ZERO: _divisor,
    Kind.KEY: _item,
    Kind.RANGE: _item,
}
"""Where to look, when the message names nothing."""


def clue_of(said: str) -> Clue:
    """What an error says of itself: its type, a colon, its message."""
    for kind, patterns in _READ.items():
        for pattern in patterns:
            found = pattern.search(said)
            if found:
                return Clue(kind, found.groupdict().get("name") or "")
    return Clue()


def arguments(sites: Iterable[Node], grammar: Grammar) -> tuple[str, ...]:
    """What calls are given: where a caller stands, the error may be about any of it."""
    calls = (site for site in sites if site.kind in grammar.calls and len(site.children) > 1)
    given = (one for call in calls for one in call.children[-1].children)
    return tuple(dict.fromkeys(one.text for one in given if one.children or one.kind in grammar.names))


_BROAD = frozenset(
    {"TypeError", "AttributeError", "ValueError", "RuntimeError", "RangeError", "Error", "Warning"}
)
"""Types of errors that are raised for more than one reason."""


def error_names(error_type: str | None, said: str) -> list[str]:
    """What rules call an error: a type that is raised for many reasons with its reason first, then alone."""
    if not error_type:
        return []
    kind = clue_of(said).kind if error_type in _BROAD else None
    return [*([f"{error_type}, {kind}"] if kind else []), error_type]


def error_name(error_type: str | None, said: str) -> str | None:
    """What a rule that is learned from a fix calls its error."""
    return next(iter(error_names(error_type, said)), None)


def nearness(site: Node, culprits: tuple[str, ...], move: str) -> float:
    """How much likelier a place is the right one than any other of the same lines."""
    if not culprits:
        return 1.0
    beside = site.parent is not None and site.parent.kind in _SUBSCRIPTS and site.index > 0
    holder = site.parent if beside else site
    held = holder is not None and bool(holder.children) and holder.children[0].text in culprits
    if held or (site.text in culprits and move not in OF_HOLDER):
        return AT_CULPRIT
    return WITH_CULPRIT if any(one in site.text for one in culprits) else ELSEWHERE


_GIVES = frozenset({"assignment", "assignment_expression", "variable_declarator"})
_ROOT = re.compile(r"\$?[A-Za-z_]\w*")


def values_given(root: Node, culprits: Iterable[str], *, before: int) -> list[Node]:
    """What was last given, before a character, to each variable that a culprit begins with."""
    names = {found[0] for one in culprits if (found := _ROOT.match(one)) and found[0] not in CONSTANTS}
    last: dict[str, Node] = {}
    for node in root.walk():
        if node.kind in _GIVES and 0 <= node.start < before and len(node.children) > 1:
            name = node.children[0].text
            if name in names:
                last[name] = node.children[-1]
    return list(last.values())
