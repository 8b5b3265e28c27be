"""Edits for what may not be there: defaults, guarded accesses, guarded conditions, guards."""

from __future__ import annotations

import re
from collections.abc import Iterator

from homeostat.patterns.grammars import EXPRESSIONS, Grammar
from homeostat.patterns.scope import Scope
from homeostat.patterns.trees import NAME, NUMBER, Node, role

_DEFAULTS = {
    "python": (" or []", " or {}", ' or ""', " or 0"),
    "javascript": (" || []", " || {}", ' || ""', " ?? 0"),
    "php": (" ?? null", " ?? []", " ?? ''", " ?? 0"),
}
_ABSENT = {"python": "{} is None", "javascript": "{} == null", "php": "{} === null"}
_PRESENT = {"python": "{} is not None", "javascript": "{} != null", "php": "{} !== null"}
_FALSE = {"python": "not {}", "javascript": "!{}", "php": "empty({})"}
_AND_OR = {"python": (" and ", " or ")}
_LEAVES = {
    "python": "if {}:\n    {}\n",
    "javascript": "if ({}) {{\n  {}\n}}\n",
    "php": "if ({}) {{\n    {}\n}}\n",
}
_RETURNS = {
    "python": ("return None", "return []", 'return ""', "return 0", "return False", "return {}"),
    "javascript": ("return;", "return [];", "return null;", "return '';", "return 0;", "return false;"),
    "php": ("return null;", "return [];", "return '';", "return 0;", "return false;"),
}
_RESULTS = {
    "False": re.compile(
        r"return (?:not |.* (?:==|!=|<|>|in|is) |.*\.(?:startswith|endswith|is\w+)\()|return True"
    ),
    "false": re.compile(
        r"return (?:!|.* (?:===?|!==?|<|>) |.*\.(?:includes|startsWith|endsWith|has)\()|return true"
    ),
    "[]": re.compile(r"return (?:\[|sorted\(|list\(|.*\.(?:map|filter|split|splitlines)\()"),
    '""': re.compile(r"return (?:f?\"|f?'|.*\.(?:strip|join|format|lower|upper|title|replace)\()"),
    "''": re.compile(r"return (?:`|'|.*\.(?:trim|join|toLowerCase|toUpperCase|toFixed|replace)\()"),
    "{}": re.compile(r"return (?:\{|dict\()"),
    "0": re.compile(r"return (?:sum\(|len\(|round\(|max\(|min\(|.* [-+*/%] |.*\.(?:length|reduce)\b)"),
}
"""What an early end may return, by how the function's other results look."""
_VALUES = {
    "python": ("0", "None", '""', "[]"),
    "javascript": ("0", "null", "''", "[]"),
    "php": ("0", "null", "''", "[]"),
}
_CHOICE = {"python": "{value} if {there} else {other}"}
_KEY_DEFAULTS = ("", ", 0", ', ""', ", []", ", {}", ", None")
STATEMENTS = frozenset({"expression_statement", "return_statement"})
_ARITHMETIC = frozenset({"binary_operator", "binary_expression", "augmented_assignment", "unary_operator"})
_BINDERS = frozenset(
    {"for_in_clause", "as_pattern", "variable_declarator", "named_expression", "default_parameter"}
)
"""What gives its first part a value."""
_LOOPS = frozenset(
    {"for_statement", "while_statement", "for_in_statement", "foreach_statement", "do_statement"}
)
_CONDITIONS = frozenset(
    {"if_statement", "elif_clause", "while_statement", "conditional_expression", "ternary_expression",
     "if_clause", "else_if_clause"}
)  # fmt: skip
_JUNCTIONS = frozenset({"and", "or", "&&", "||"})
MOST_READ = 200
"""Characters of a result that are looked at."""
MOST_NAMES = 4
"""Names of a statement that are guarded where it is not known what is missing."""


def speech(grammar: Grammar) -> str:
    """The language, whatever its dialect."""
    return "javascript" if grammar.parser in ("typescript", "tsx") else grammar.parser


def is_value(site: Node, grammar: Grammar) -> bool:
    """Whether a place holds a value that is read: no name that is called, written or declared."""
    parent = site.parent
    if parent is None or parent.kind in grammar.members or "parameters" in parent.kind:
        return False
    if site.index == 0 and parent.kind in ("assignment", "augmented_assignment", "assignment_expression"):
        return False
    if site.index == 0 and (parent.kind in grammar.calls or parent.kind in _BINDERS):
        return False
    named = not site.children and role(site, grammar) in (NAME, NUMBER)
    return named or site.kind in EXPRESSIONS or site.kind == "binary_expression"


def is_read(site: Node, grammar: Grammar, scope: Scope) -> bool:
    """Whether a place holds a value, or something that an error is about and a member of which is read."""
    return is_value(site, grammar) or (site.text in scope.culprits and _is_holder(site, grammar))


def _is_holder(site: Node, grammar: Grammar) -> bool:
    """Whether a member of it is read."""
    parent = site.parent
    return parent is not None and site.index == 0 and parent.kind in grammar.members


def default(site: Node, grammar: Grammar, scope: Scope) -> Iterator[str]:
    """Something else where there is nothing."""
    if is_read(site, grammar, scope) and (site.kind in EXPRESSIONS or role(site, grammar) == NAME):
        counts = site.parent is not None and site.parent.kind in _ARITHMETIC
        others = _DEFAULTS.get(speech(grammar), ())
        yield from (f"({site.text}{other})" for other in (others[::-1] if counts else others))


def guarded_access(site: Node, grammar: Grammar, scope: Scope) -> Iterator[str]:  # noqa: ARG001 - a Move
    """A member or an item only where it is there."""
    if site.kind == "member_expression" and "?." not in site.text and grammar.parser != "php":
        holder, member = site.children[0], site.children[-1]
        yield f"{holder.text}?.{member.text}"
        yield f"{holder.text} && {site.text}"
    elif site.kind == "subscript_expression" and grammar.parser == "php":
        yield from (f"({site.text}{other})" for other in _DEFAULTS["php"])
    elif site.kind == "subscript_expression" and speech(grammar) == "javascript" and "?." not in site.text:
        holder = site.children[0]
        yield f"{holder.text}?.{site.text[holder.size :].lstrip()}"
    elif site.kind == "subscript" and grammar.parser == "python" and len(site.children) == 4:  # noqa: PLR2004
        holder, key = site.children[0], site.children[2]
        yield from (f"{holder.text}.get({key.text}{other})" for other in _KEY_DEFAULTS)
    elif site.kind == "member_access_expression":
        yield site.text.replace("->", "?->", 1)


def called_if_there(site: Node, grammar: Grammar, scope: Scope) -> Iterator[str]:  # noqa: ARG001 - a Move
    """A call only where there is something to call."""
    if site.kind == "call_expression" and speech(grammar) == "javascript" and len(site.children) == 2:  # noqa: PLR2004
        yield f"{site.children[0].text}?.{site.children[1].text}"


def _missing(site: Node, grammar: Grammar, scope: Scope) -> list[str]:
    """What may not be there, of what a place reads: what an error was about, else its names."""
    if scope.culprits:
        return [one for one in scope.culprits if one in site.text]
    leaves = dict.fromkeys(leaf.text for leaf in site.leaves if role(leaf, grammar) == NAME)
    return list(leaves)[:MOST_NAMES]


def guarded(site: Node, grammar: Grammar, scope: Scope) -> Iterator[str]:
    """A statement only where what it reads is there: else its function ends, or the next turn begins."""
    language = speech(grammar)
    if language not in _LEAVES or not _is_statement(site):
        return
    ends = (*(("continue",) if _in_loop(site) else ()), *_ends(site, language))
    for one in _missing(site, grammar, scope):
        absent, false = _ABSENT[language].format(one), _FALSE[language].format(one)
        for end in ends if scope.culprits else ends[:3]:
            yield _LEAVES[language].format(false, end) + site.text
        yield _LEAVES[language].format(absent, ends[0]) + site.text
        body = site.text.replace("\n", "\n    ")
        yield _LEAVES[language].format(one if language != "php" else f"!empty({one})", body).rstrip("\n")


def _ends(site: Node, language: str) -> tuple[str, ...]:
    """How a function may end early, first as its other results look."""
    ends = _RETURNS[language]
    node: Node | None = site
    while node is not None and "function" not in node.kind and "method" not in node.kind:
        node = node.parent
    results = [one.text for one in node.walk() if one.kind == "return_statement"] if node is not None else []
    like = next(
        (value for text in results for value, words in _RESULTS.items() if words.match(text[:MOST_READ])),
        None,
    )
    return tuple(sorted(ends, key=lambda end: like is None or like not in end))


def _is_statement(site: Node) -> bool:
    return site.kind in STATEMENTS or site.kind.endswith(("_declaration", "_statement"))


def _in_loop(site: Node) -> bool:
    node = site.parent
    while node is not None and "function" not in node.kind and "method" not in node.kind:
        if node.kind in _LOOPS:
            return True
        node = node.parent
    return False


def guarded_condition(site: Node, grammar: Grammar, scope: Scope) -> Iterator[str]:
    """A condition that asks first whether what it reads is there."""
    parent, language = site.parent, speech(grammar)
    if parent is None or not scope.culprits or language not in _PRESENT:
        return
    brackets = parent.kind == "parenthesized_expression" and parent.parent is not None
    holder = parent.parent if brackets else parent
    joined = any(child.text in _JUNCTIONS for child in parent.children)
    if not site.children or (holder and holder.kind not in _CONDITIONS and not joined):
        return
    both, either = _AND_OR.get(language, (" && ", " || "))
    for one in _missing(site, grammar, scope):
        yield f"{_PRESENT[language].format(one)}{both}{site.text}"
        yield f"{_ABSENT[language].format(one)}{either}{site.text}"


def another_value(site: Node, grammar: Grammar, scope: Scope) -> Iterator[str]:
    """Another value where what this one is made of is not there."""
    parent, language = site.parent, speech(grammar)
    if parent is None or not scope.culprits or language not in _VALUES or not site.children:
        return
    if parent.kind not in ("return_statement", "assignment", "assignment_expression", "variable_declarator"):
        return
    given = parent.children[0].text
    for one in [one for one in _missing(site, grammar, scope) if one != given]:
        there = f"!empty({one})" if language == "php" else one
        for other in _VALUES[language]:
            form = _CHOICE.get(language, "{there} ? {value} : {other}")
            yield form.format(value=site.text, there=there, other=other)
