"""Edits that no one had to learn: what goes wrong in every language, tried when nothing learned works."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from itertools import pairwise

from homeostat.patterns import guards
from homeostat.patterns.grammars import EXPRESSIONS, Grammar
from homeostat.patterns.guards import STATEMENTS, is_read, is_value, speech
from homeostat.patterns.scope import Scope, likeness
from homeostat.patterns.trees import CALLEE, METHOD, NAME, NUMBER, STRING, TOKEN, Node, role

Move = Callable[[Node, Grammar, Scope], Iterator[str]]
"""What may stand at a place instead of what does."""

_ORDER, _EQUALITY = ("<", "<=", ">", ">="), ("==", "!=", "===", "!==")
_NEAR = {
    **{one: tuple(o for o in _ORDER if o != one) for one in _ORDER},
    "==": ("!=", "==="), "!=": ("==", "!=="), "===": ("!==", "=="), "!==": ("===", "!="),
    "+": ("-",), "-": ("+",), "*": ("**", "/"), "/": ("//", "*"), "//": ("/",), "%": ("//", "/"),
    "**": ("*",),
    "+=": ("-=",), "-=": ("+=",), "*=": ("**=", "/="), "/=": ("//=", "*="), "//=": ("/=",), "%=": ("//=",),
    "and": ("or",), "or": ("and",), "&&": ("||",), "||": ("&&", "??"), "&": ("|",), "|": ("&",),
    "^": ("&", "|"),
    "<<": (">>",), ">>": ("<<",), "++": ("--",), "--": ("++",),
    "in": ("not in",), "not in": ("in",), "is": ("is not",), "is not": ("is",),
}  # fmt: skip
_COMPARED = (*_ORDER, "==", "!=")
_FAR = {
    **{one: tuple(o for o in _COMPARED if o not in (one, *_NEAR[one])) for one in _COMPARED},
    "+": ("*", "/", "//"), "-": ("*", "//", "/", "%"), "*": ("+", "//", "%"), "/": ("+", "-", "%"),
    "%": ("+", "-", "*"),
    "+=": ("*=", "=", "//="), "-=": ("//=", "/=", "*=", "="), "*=": ("+=", "="), "=": ("+=", "-="),
}  # fmt: skip
"""Operators that are taken for each other, and those that seldom are."""

_PYTHON_ONLY = frozenset({"//", "//=", "not in", "is not"})
_SCRIPT_ONLY = frozenset({"===", "!==", "??"})
_TWINS = (
    "lower upper", "islower isupper", "startswith endswith", "append extend", "min max", "any all",
    "floor ceil", "ljust rjust", "lstrip rstrip", "lstrip strip", "find rfind", "index rindex", "keys values",
    "values items",
    "push unshift", "pop shift", "indexOf lastIndexOf", "startsWith endsWith", "toLowerCase toUpperCase",
    "some every", "slice splice", "round floor", "round ceil", "remove discard", "union intersection",
    "strtolower strtoupper", "array_push array_unshift", "array_pop array_shift", "isset empty",
    "sorted reversed",
)  # fmt: skip
_TWIN: dict[str, list[str]] = {}
for _pair in _TWINS:
    _one, _other = _pair.split()
    _TWIN.setdefault(_one, []).append(_other)
    _TWIN.setdefault(_other, []).append(_one)

_WRAPS = {
    "python": ("len", "abs", "set", "sorted", "list", "int", "str", "sum", "max", "min", "reversed", "float"),
    "javascript": (
        "Math.abs",
        "Math.floor",
        "Math.ceil",
        "Number",
        "String",
        "parseInt",
        "Math.round",
        "Array.from",
    ),
    "php": ("count", "abs", "intval", "strval", "floor", "trim"),
}
_LITERALS = ("0", "1", "2", "-1")
_EMPTY = {"''": "' '", '""': '" "', "' '": "''", '" "': '""'}
_FLIPPED = {"True": "False", "False": "True", "true": "false", "false": "true", "null": "undefined"}
_EMPTY_OR_FLIPPED = {text: (other,) for text, other in (*_EMPTY.items(), *_FLIPPED.items())}
_FUNCTIONS = frozenset(
    {
        "function_definition",
        "function_declaration",
        "arrow_function",
        "method_definition",
        "method_declaration",
    }
)
LONGEST = 8_000
"""Characters of a place that is changed."""
MOST_TOKENS = 400
"""A larger function is not changed all over."""
_BINARY = frozenset({"binary_operator", "binary_expression", "boolean_operator", "comparison_operator"})


def _spoken(operator: str, grammar: Grammar) -> bool:
    if operator in _PYTHON_ONLY or operator in ("and", "or", "in", "is"):
        return grammar.parser == "python"
    return operator not in _SCRIPT_ONLY or grammar.parser != "python"


def _operators(table: Mapping[str, tuple[str, ...]]) -> Move:
    def replaced(site: Node, grammar: Grammar, scope: Scope) -> Iterator[str]:  # noqa: ARG001 - a Move
        for child in site.children:
            if not child.children and child.index > 0:
                for other in table.get(child.text, ()):
                    if _spoken(other, grammar):
                        yield _with(site, child, other)

    return replaced


def _with(site: Node, part: Node, text: str) -> str:
    """A place's text with one part of it replaced."""
    return site.text[: part.start - site.start] + text + site.text[part.end - site.start :]


def _turned(site: Node, grammar: Grammar, scope: Scope) -> Iterator[str]:  # noqa: ARG001
    if site.kind in _BINARY and len(site.children) == 3 and site.children[1].text not in ("+", "*", "=="):  # noqa: PLR2004
        left, operator, right = site.children
        yield f"{right.text} {operator.text} {left.text}"


def _halves(site: Node, grammar: Grammar, scope: Scope) -> Iterator[str]:  # noqa: ARG001
    if site.kind in _BINARY and len(site.children) == 3:  # noqa: PLR2004 - left, operator, right
        yield site.children[0].text
        yield site.children[2].text


def _next_number(site: Node, grammar: Grammar, scope: Scope) -> Iterator[str]:  # noqa: ARG001
    if site.kind in grammar.numbers and site.text.isdecimal() and len(site.text) < 10:  # noqa: PLR2004
        yield str(int(site.text) + 1)
        yield str(int(site.text) - 1)


def _other_number(site: Node, grammar: Grammar, scope: Scope) -> Iterator[str]:  # noqa: ARG001
    if site.kind in grammar.numbers:
        yield from (number for number in _LITERALS if number != site.text)


def _offset(site: Node, grammar: Grammar, scope: Scope) -> Iterator[str]:  # noqa: ARG001
    if is_value(site, grammar):
        yield f"{site.text} + 1"
        yield f"{site.text} - 1"


def _negated(site: Node, grammar: Grammar, scope: Scope) -> Iterator[str]:  # noqa: ARG001
    parent = site.parent
    if site.kind in ("not_operator", "unary_expression", "unary_op_expression") and len(site.children) == 2:  # noqa: PLR2004
        yield site.children[1].text
    elif parent is not None and parent.kind in (
        "if_statement",
        "while_statement",
        "parenthesized_expression",
    ):
        inside = site.text[1:-1] if site.kind == "parenthesized_expression" else site.text
        if site.children or role(site, grammar) == NAME:
            yield f"not ({inside})" if grammar.parser == "python" else f"!({inside})"


def _items(site: Node) -> list[Node]:
    return [child for child in site.children if child.text not in ("(", ")", "[", "]", "{", "}", ",")]


def _reordered(site: Node, grammar: Grammar, scope: Scope) -> Iterator[str]:  # noqa: ARG001
    if site.kind in grammar.commas:
        for left, right in pairwise(_items(site)):
            turned = _with(site, right, left.text)
            yield turned[: left.start - site.start] + right.text + turned[left.end - site.start :]


def _more(site: Node, grammar: Grammar, scope: Scope) -> Iterator[str]:
    """One more argument at the end: the names around, those alike to the parameter first."""
    called = site.parent is not None and site.parent.kind in grammar.calls and site.index > 0
    if not called or site.kind not in grammar.commas or not scope.lacks:
        return
    words = sorted(scope.fitting(NAME, site), key=lambda word: -likeness(word, scope.lacks))[:MOST_MORE]
    inside = site.text[1:-1].rstrip().removesuffix(",")
    yield from (f"({inside}, {word})" if inside else f"({word})" for word in words)


def _twin(site: Node, grammar: Grammar, scope: Scope) -> Iterator[str]:  # noqa: ARG001
    if not site.children and role(site, grammar) in (CALLEE, METHOD, NAME):
        yield from _TWIN.get(site.text, ())


def _wrapped(site: Node, grammar: Grammar, scope: Scope) -> Iterator[str]:
    if is_read(site, grammar, scope):
        yield from (f"{call}({site.text})" for call in _WRAPS.get(speech(grammar), ()))


def _unwrapped(site: Node, grammar: Grammar, scope: Scope) -> Iterator[str]:  # noqa: ARG001
    if site.kind in grammar.calls and site.children:
        inside = _items(site.children[-1])
        if len(inside) == 1:
            yield inside[0].text
        if site.children[0].children:
            yield site.children[0].children[0].text


def _again(site: Node, grammar: Grammar, scope: Scope) -> Iterator[str]:  # noqa: ARG001
    if site.kind in grammar.calls and len(site.children) == 2 and not site.children[0].children:  # noqa: PLR2004
        yield f"{site.children[0].text}({site.text})"


def _sliced(site: Node, grammar: Grammar, scope: Scope) -> Iterator[str]:  # noqa: ARG001
    if grammar.parser == "python" and is_value(site, grammar) and not site.text.isdecimal():
        yield from (f"{site.text}{cut}" for cut in ("[1:]", "[:-1]", "[::-1]", "[0]"))


def _string(site: Node, grammar: Grammar, scope: Scope) -> Iterator[str]:
    if not site.children and role(site, grammar) == STRING:
        if site.text in _EMPTY:
            yield _EMPTY[site.text]
        yield from (text for text in scope.fitting(STRING, site) if text != site.text)


def _flipped(site: Node, grammar: Grammar, scope: Scope) -> Iterator[str]:  # noqa: ARG001
    if not site.children and site.text in _FLIPPED:
        yield _FLIPPED[site.text]


def _everywhere(site: Node, grammar: Grammar, scope: Scope) -> Iterator[str]:  # noqa: ARG001
    """The same slip all over a function or a condition: what stands there more than once, changed at once."""
    whole = site.kind in _FUNCTIONS or (
        site.kind in _BINARY and site.parent and site.parent.kind != site.kind
    )
    if not whole or len(site.leaves) > MOST_TOKENS:
        return
    often = Counter(leaf.text for leaf in site.leaves)
    for old in [text for text, times in often.items() if times > 1]:
        for new in (*_NEAR.get(old, ()), *_EMPTY_OR_FLIPPED.get(old, ())):
            if new.isidentifier() or _spoken(new, grammar):
                yield _replaced(site, old, new)


def _replaced(site: Node, old: str, new: str) -> str:
    """A place's text with every token that is `old` replaced."""
    text, last = "", site.start
    for leaf in site.leaves:
        if leaf.text == old:
            text += site.text[last - site.start : leaf.start - site.start] + new
            last = leaf.end
    return text + site.text[last - site.start :]


def _other_way(site: Node, grammar: Grammar, scope: Scope) -> Iterator[str]:  # noqa: ARG001
    """Sorted from the other end, or, in JavaScript, by number and not as text."""
    called = site.children[0].leaves[-1].text if site.kind in grammar.calls and site.children else ""
    inside = site.children[-1] if called in ("sorted", "sort") else None
    if inside is None:
        return
    if grammar.parser == "python" and "reverse" not in inside.text:
        given = f"{inside.text[1:-1]}, " if _items(inside) else ""
        yield _with(site, inside, f"({given}reverse=True)")
    elif grammar.parser != "php" and not _items(inside):
        yield from (_with(site, inside, f"((a, b) => {order})") for order in ("a - b", "b - a"))


def _word(site: Node, grammar: Grammar, scope: Scope) -> Iterator[str]:
    use = "" if site.children else role(site, grammar)
    if use in (NAME, NUMBER, CALLEE) and use:
        yield from scope.fitting(use, site)


def _name_for_expression(site: Node, grammar: Grammar, scope: Scope) -> Iterator[str]:
    if site.kind in EXPRESSIONS and is_value(site, grammar) and len(site.leaves) <= 8:  # noqa: PLR2004
        yield from scope.fitting(NAME, site)


def _expression_for_name(site: Node, grammar: Grammar, scope: Scope) -> Iterator[str]:
    if not site.children and role(site, grammar) == NAME and is_value(site, grammar):
        yield from scope.fitting("e", site)


def _dropped(site: Node, grammar: Grammar, scope: Scope) -> Iterator[str]:  # noqa: ARG001
    listed = site.parent is not None and site.parent.kind in grammar.commas
    if site.kind in STATEMENTS or site.kind == "if_statement" or (listed and role(site, grammar) != TOKEN):
        yield ""


def _returned(site: Node, grammar: Grammar, scope: Scope) -> Iterator[str]:  # noqa: ARG001
    if site.kind == "expression_statement" and len(site.children) <= 2:  # noqa: PLR2004 - a value and `;`
        yield f"return {site.text}"


def _awaited(site: Node, grammar: Grammar, scope: Scope) -> Iterator[str]:  # noqa: ARG001
    asked = site.kind in ("call", "call_expression") and (
        site.parent is None or "await" not in site.parent.kind
    )
    if asked and _is_async(site):
        held = site.parent is not None and site.parent.kind in grammar.members
        yield f"(await {site.text})" if held else f"await {site.text}"


def _is_async(site: Node) -> bool:
    """Whether its function may wait."""
    node = site.parent
    while node is not None and node.kind not in _FUNCTIONS:
        node = node.parent
    return node is None or node.text.startswith(("async", "static async"))


MOST_MORE = 8
"""Names that are tried as one more argument."""
FADING = 0.97
"""How much less likely the next way to make an edit at a place is than the one before."""
MOVES: Mapping[str, tuple[Move, float]] = {
    "another operator of its kind": (_operators(_NEAR), 0.02),
    "another operator": (_operators(_FAR), 0.006),
    "the operands the other way round": (_turned, 0.006),
    "one side of it only": (_halves, 0.008),
    "one more or less": (_next_number, 0.02),
    "another number": (_other_number, 0.004),
    "off by one": (_offset, 0.005),
    "the opposite": (_negated, 0.008),
    "items in another order": (_reordered, 0.008),
    "one more argument": (_more, 0.002),
    "its twin": (_twin, 0.03),
    "a conversion": (_wrapped, 0.0012),
    "without the call": (_unwrapped, 0.004),
    "the call twice": (_again, 0.004),
    "a default": (guards.default, 0.001),
    "a guarded access": (guards.guarded_access, 0.006),
    "called where it is there": (guards.called_if_there, 0.001),
    "a part of it": (_sliced, 0.0008),
    "another string": (_string, 0.003),
    "the other truth": (_flipped, 0.03),
    "the same everywhere": (_everywhere, 0.002),
    "sorted the other way": (_other_way, 0.01),
    "another word": (_word, 0.002),
    "a name instead of the expression": (_name_for_expression, 0.0006),
    "an expression instead of the name": (_expression_for_name, 0.0006),
    "without it": (_dropped, 0.004),
    "a missing return": (_returned, 0.004),
    "a missing await": (_awaited, 0.001),
    "a guard": (guards.guarded, 0.001),
    "a guarded condition": (guards.guarded_condition, 0.001),
    "another value": (guards.another_value, 0.001),
}
"""What is tried, and how likely it is before any fix was seen."""


def moves(site: Node, grammar: Grammar, scope: Scope) -> Iterator[tuple[str, float, str]]:
    """Each edit of the table that can be made at a place: its name, its odds, the new code."""
    if site.size > LONGEST:
        return
    for name, (move, odds) in MOVES.items():
        for nth, text in enumerate(move(site, grammar, scope)):
            if text != site.text:
                yield name, odds * FADING**nth, text
