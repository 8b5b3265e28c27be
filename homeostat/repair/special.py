"""Code for single values: what a program asks a value to be, and what it then answers."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace

from ast_grep_py import SgNode

from homeostat.repair.seen import STATUS, Special, number, squeezed, words

STRINGS = frozenset({"string", "template_string", "encapsed_string", "string_literal", "regex"})
NUMBERS = frozenset({"integer", "float", "number", "decimal_integer_literal"})
_EQUAL = frozenset({"==", "===", "!=", "!==", "<>", "<=>", "is", "is not"})
_ORDER = frozenset({"<", ">", "<=", ">="})
_IN = frozenset({"in", "not in"})
_BOXES = frozenset({"list", "set", "array", "dictionary", "object", "array_creation_expression"})
"""Literals of many values."""
_AROUND = _BOXES | words(
    """
    parenthesized_expression tuple pair unary_operator unary_expression unary_op_expression
    expression_list array_element_initializer argument arguments argument_list case_pattern
    union_pattern list_pattern tuple_pattern dict_pattern match_condition_list concatenated_string
    new_expression as_expression
    """
)
"""What stands around values without changing what they are."""
_NAMES = frozenset(
    {
        "identifier",
        "property_identifier",
        "variable_name",
        "name",
        "member_expression",
        "attribute",
        "class_constant_access_expression",
    }
)
_KEYED = frozenset({"pair", "array_element_initializer"})
_SETS = words(
    """
    set frozenset tuple list dict Set Map entries fromEntries freeze MappingProxyType
    hash str int float String Number BigInt sha1 md5 crc32 strtolower atob base64_decode
    """
)
"""Functions that make of literals what is as good as one."""
_HOLDS = words(
    """
    assignment variable_declarator assignment_expression const_element property_element enum_assignment
    enum_case public_field_definition field_definition
    """
)
"""Where a value gets a name."""
_DEFAULTS = words("default_parameter typed_default_parameter assignment_pattern simple_parameter")
_CALLS = frozenset({"call", "call_expression", "function_call_expression", "member_call_expression"})
_ASKING = words(
    """
    startswith endswith startsWith endsWith includes has equals eq is __eq__ test match fullmatch search
    indexOf localeCompare in_array array_search str_contains str_starts_with str_ends_with strpos strcmp
    strcasecmp preg_match
    """
)
"""Functions that compare."""
_LOOKING = words(
    """
    get has includes indexOf in_array array_key_exists array_search isset hasOwnProperty pop
    __contains__
    """
)
"""Functions that look something up in a table."""
_SUBSCRIPTS = frozenset({"subscript", "subscript_expression"})
_BRANCHES = {
    "if_statement": ("condition", ("consequence", "body")),
    "elif_clause": ("condition", ("consequence",)),
    "else_if_clause": ("condition", ("body",)),
    "ternary_expression": ("condition", ("consequence",)),
    "match_conditional_expression": ("conditional_expressions", ("return_expression",)),
    "case_clause": ("", ("consequence",)),
    "switch_case": ("value", ()),
    "case_statement": ("value", ()),
}
"""Where a program decides: the fields of what is asked, and of what follows."""
_TYPE = re.compile(r"\s*(?:\(\s*)?(?:typeof\b|type\s*\(|gettype\s*\(|get_debug_type\s*\()")
_ANSWERS = re.compile(r"(?i)status|code\b")
_OTHERWISE = re.compile(r"default\b|case\s+_\s*:")
_THROWS = re.compile(r"\b(?:throw|raise)\b")
_REMAINDER = re.compile(r"%\s*\d+\)*\s*$")
"""What is left of a division says no more of a value than its last digits."""
_QUOTES = re.compile(r"[A-Za-z]{0,2}('''|\"\"\"|['\"`])(.*)\1", re.DOTALL)
_WRAPS = frozenset({"parenthesized_expression", "argument", "expression_list", "as_expression"})
"""What is as plain as what stands first in it."""
_FILLED = frozenset({"interpolation", "template_substitution", "variable_name"})
"""What makes a string more than a literal."""


def plain(node: SgNode) -> str | None:
    """A string without its quotes, a number in one spelling, a list or table squeezed; None for the rest."""
    signs = ""
    while node.kind() in _WRAPS or (node.kind().startswith("unary_op") and node.text()[:1] == "-"):
        inner = named(node)
        if not inner:
            return None
        wraps = node.kind() in _WRAPS
        node, signs = (inner[0], signs) if wraps else (inner[-1], f"{signs}-")
    value = _bare(node)
    return None if value is None else f"{signs}{value}"


def _bare(node: SgNode) -> str | None:
    """What stands within brackets and signs."""
    kind = node.kind()
    if kind in NUMBERS:
        return number(node.text())
    if kind == "regex":
        return node.text().rpartition("/")[0].strip("/^$")
    if kind in STRINGS:
        if any(inner.kind() in _FILLED for inner in named(node)):
            return None
        quoted = _QUOTES.fullmatch(node.text())
        return quoted[2] if quoted else node.text()
    if kind in _BOXES or kind in {"unary_expression", "tuple"}:
        return _whole(node)
    return None


def _whole(node: SgNode) -> str | None:
    """A box that holds literals only."""
    leaves = [one for one in _inside(node, names=True) if one.kind() in STRINGS | NUMBERS]
    text = squeezed(node.text())
    bare = re.sub(r"'[^']*'", "", text)
    fixed = not re.search(
        r"\$|\w\(|\.\.\.|[A-Za-z_]\w*(?![\w:])", bare.replace("True", "").replace("true", "")
    )
    return text if leaves and fixed else None


def named(node: SgNode) -> list[SgNode]:
    """What a node holds, without signs and comments."""
    return [child for child in node.children() if child.is_named() and child.kind() != "comment"]


def specials(nodes: Sequence[tuple[str, SgNode]]) -> Iterator[Special]:
    """Everything that the nodes of a program ask for."""
    tables, constants = _looked_up(nodes), _constants(nodes)
    for kind, node in nodes:
        if kind in {"comparison_operator", "binary_expression"}:
            yield from _compared(node)
        elif kind in _CALLS:
            yield from _called(node)
        elif kind in _SUBSCRIPTS:
            yield from _indexed(node)
        elif kind in _HOLDS or kind in _DEFAULTS:
            yield from _table(node, tables, constants)
        if kind in _BRANCHES or kind == "conditional_expression":
            yield from _decided(kind, node)


def _inside(node: SgNode, *, names: bool = False) -> Iterator[SgNode]:
    """The values that a node is made of, and the keys of its tables."""
    waiting = [node]
    while waiting:
        one = waiting.pop()
        kind = one.kind()
        if kind in STRINGS or kind in NUMBERS or (names and kind == "property_identifier"):
            yield one
        elif kind in _AROUND or (kind in _CALLS and called_name(one) in _SETS):
            inner = named(one)
            waiting += inner[:1] if kind in _KEYED and len(inner) > 1 and not names else inner


def called_name(call: SgNode) -> str:
    """The last name of what is called."""
    target = call.field("function") or call.field("name") or call.field("constructor") or call.child(0)
    return re.split(r"\W+", target.text()[-40:])[-1] if target else ""


def _operators(node: SgNode) -> set[str]:
    return {child.text() for child in node.children() if not child.is_named()} | {
        " ".join(child.text().split()) for child in node.children() if child.kind() in {"not in", "is not"}
    }


def _compared(node: SgNode) -> Iterator[Special]:
    operators, operands = _operators(node), named(node)
    if any(_TYPE.match(one.text()) or _REMAINDER.search(one.text()) for one in operands):
        return
    if operators & _EQUAL:
        answers = any(_ANSWERS.search(one.text()) for one in operands)
        for one in operands:
            whole = plain(one)
            if answers and whole and STATUS.fullmatch(whole):
                continue
            if whole and whole[0] in "[{":
                yield Special(whole)
            yield from _asked(_inside(one))
    elif operators & _IN and operands:
        for special in _asked(_inside(operands[0])):
            yield Special(special.asked, part=True, key=True)
        yield from _asked(_inside(operands[-1], names=True))


def _asked(values: Iterator[SgNode], *, part: bool = False) -> Iterator[Special]:
    for value in values:
        told = plain(value) if value.kind() != "property_identifier" else value.text()
        if told is not None:
            yield Special(told, part=part)


def _arguments(call: SgNode) -> list[SgNode]:
    held = call.field("arguments")
    return named(held) if held else []


def _receiver(call: SgNode) -> SgNode | None:
    target = call.field("object") or call.field("function")
    return (target.field("object") or target) if target else None


def _called(node: SgNode) -> Iterator[Special]:
    name = called_name(node)
    receiver = _receiver(node)
    if name in _ASKING:
        for special in (one for given in _arguments(node) for one in _asked(_inside(given), part=True)):
            yield special
            yield Special(special.asked.strip("/^$"), part=True)  # where it is a regular expression
        if receiver is not None and receiver.kind() == "regex":
            yield from _asked(iter([receiver]), part=True)
    if name in _LOOKING and receiver is not None:
        yield from _pairs(receiver)


def _indexed(node: SgNode) -> Iterator[Special]:
    """A table that is looked up where it stands."""
    inner = named(node)
    if len(inner) > 1 and plain(inner[1]) is None:
        yield from _pairs(inner[0])


def _pairs(table: SgNode) -> Iterator[Special]:
    """What a table asks for and answers; what a list or set holds."""
    waiting = [table]
    while waiting:
        node = waiting.pop()
        inner = named(node)
        if node.kind() in _KEYED and len(inner) > 1:
            key = inner[0].text() if inner[0].kind() == "property_identifier" else plain(inner[0])
            if key is not None:
                yield Special(key, plain(inner[1]) or "")
        elif node.kind() in STRINGS | NUMBERS:
            yield from _asked(iter([node]))
        elif node.kind() == "array" and len(inner) == 2 and node is not table and plain(inner[0]):  # noqa: PLR2004
            yield Special(plain(inner[0]) or "", plain(inner[1]) or "")  # an entry of a Map
        elif node.kind() in _AROUND or (node.kind() in _CALLS and called_name(node) in _SETS):
            waiting += inner


def _last(text: str) -> str:
    found = re.findall(r"\w+", text[-80:])
    return found[-1] if found else ""


def _looked_up(nodes: Sequence[tuple[str, SgNode]]) -> frozenset[str]:
    """Names of tables that are asked for something not written there."""
    found = set()
    for kind, node in nodes:
        where: list[SgNode | None] = []
        if kind in _SUBSCRIPTS:
            inner = named(node)
            where = [inner[0]] if len(inner) > 1 and plain(inner[1]) is None else []
        elif kind in {"comparison_operator", "binary_expression"} and _operators(node) & _IN:
            where = [named(node)[-1]]
        elif kind in _CALLS and called_name(node) in _LOOKING:
            where = [
                _receiver(node),
                *(named(one)[0] if one.kind() == "argument" else one for one in _arguments(node)),
            ]
        found |= {_last(one.text()) for one in where if one is not None and one.kind() in _NAMES}
    return frozenset(found)


def _constants(nodes: Sequence[tuple[str, SgNode]]) -> frozenset[str]:
    """Names that are set once, and that something is compared with."""
    compared, times = set[str](), Counter[str]()
    for kind, node in nodes:
        if kind in {"comparison_operator", "binary_expression"} and _operators(node) & _EQUAL:
            compared |= {_last(one.text()) for one in named(node) if one.kind() in _NAMES}
        elif kind in _HOLDS:
            times[_name(node)] += 1
    return frozenset(name for name in compared if times[name] == 1)


def _name(holder: SgNode) -> str:
    inner = named(holder)
    return _last(inner[0].text().split(":")[0]) if inner else ""


def _table(node: SgNode, tables: frozenset[str], constants: frozenset[str]) -> Iterator[Special]:
    """A table under a name by which it is looked up, or a value under one that is asked for."""
    inner, name = named(node), _name(node)
    if len(inner) < 2:  # noqa: PLR2004 - a name and a value
        return
    if name in tables and inner[-1].kind() not in STRINGS | NUMBERS:
        yield from (replace(one, table=name) for one in _pairs(inner[-1]))
    elif name in constants and node.kind() in _HOLDS and inner[-1].kind() in STRINGS | NUMBERS:
        yield from _asked(iter(inner[-1:]))


def _decided(kind: str, node: SgNode) -> Iterator[Special]:
    """What a branch asks, with the literal that it answers."""
    inner = named(node)
    if kind == "conditional_expression" and node.field("condition") is None:
        asked, then = inner[1:2], inner[:1]  # Python says the answer first
    elif kind == "case_clause":
        asked, then = [one for one in inner if one.kind() == "case_pattern"], inner[-1:]
    else:
        condition, bodies = _BRANCHES.get(kind, ("condition", ("body",)))
        asked = [one for one in (node.field(condition),) if one]
        then = [one for one in map(node.field, bodies) if one] or inner[1:]
    answer = _answer(then)
    direct = kind in {"switch_case", "case_statement", "case_clause", "match_conditional_expression"}
    known = direct and _ANSWERS.search(_subject(node))
    for one in asked:
        found = [*_asked(_inside(one))] if direct else []
        found = [two for two in found if not (known and STATUS.fullmatch(two.asked))]
        for special in (*found, *(_questions(one) if answer else ())):
            table = _closed(node) if direct else ""
            yield Special(special.asked, answer, special.part, special.key, table)


def _subject(case: SgNode) -> str:
    """What a switch is about that a case stands in."""
    above = case.parent()
    switch = above.parent() if above else None
    value = switch.field("value") or switch.field("condition") if switch else None
    return value.text() if value else ""


def _closed(case: SgNode) -> str:
    """What a switch is about that throws, or answers one thing, for all that it does not list."""
    body = case.parent()
    last = named(body)[-1:] if body else []
    if not last or not _OTHERWISE.match(last[0].text()):
        return ""
    sure = _THROWS.search(last[0].text()) or _answer(named(last[0])[-1:])
    return f"switch {_subject(case)}" if sure else ""


def _questions(condition: SgNode) -> Iterator[Special]:
    """The comparisons in a condition, of order too."""
    waiting = [condition]
    while waiting:
        node = waiting.pop()
        if node.kind() in {"comparison_operator", "binary_expression"}:
            yield from _compared(node)
            if _operators(node) & _ORDER:
                for operand in named(node):
                    yield from _asked(_inside(operand), part=True)
        elif node.kind() in _CALLS:
            yield from _called(node)
        waiting += node.children()


def _answer(then: Sequence[SgNode]) -> str:
    """The literal that is all that follows, or nothing."""
    while len(then) == 1 or (len(then) == 2 and then[1].kind() == "break_statement"):  # noqa: PLR2004
        value = plain(then[0])
        if value is not None:
            return value
        if then[0].kind() in {"assignment", "assignment_expression"}:
            then = named(then[0])[-1:]
        elif then[0].kind() in {"block", "statement_block", "compound_statement", "return_statement",
                                "expression_statement"}:  # fmt: skip
            then = named(then[0])
        else:
            return ""
    return ""
