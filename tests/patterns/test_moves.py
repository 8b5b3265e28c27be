"""The edits that no one learned: each of the table, on code that it mends."""

import pytest

from homeostat.patterns.grammars import GRAMMARS
from homeostat.patterns.lessons import places_on
from homeostat.patterns.rewrites import applied
from homeostat.patterns.scope import Scope
from homeostat.patterns.search import MOVES, moves
from homeostat.patterns.trees import parse

EXAMPLES: dict[str, tuple[str, ...]] = {
    "another operator of its kind": ("python", "a < b\n", "a <= b\n"),
    "another operator": ("python", "x -= a\n", "x //= a\n"),
    "the operands the other way round": ("python", "a - b\n", "b - a\n"),
    "one side of it only": ("javascript", "a && b;\n", "a;\n"),
    "one more or less": ("python", "a[2]\n", "a[1]\n"),
    "another number": ("python", "a(7)\n", "a(0)\n"),
    "off by one": ("python", "range(n)\n", "range(n + 1)\n"),
    "the opposite": ("python", "if a:\n    b()\n", "if not (a):\n    b()\n"),
    "items in another order": ("python", "f(a, b)\n", "f(b, a)\n"),
    "its twin": ("python", "a.lower()\n", "a.upper()\n"),
    "a conversion": ("python", "return a\n", "return len(a)\n"),
    "without the call": ("python", "f(a)\n", "a\n"),
    "the call twice": ("python", "f(a)\n", "f(f(a))\n"),
    "a default": ("php", "return $a;\n", "return ($a ?? null);\n"),
    "a guarded access": ("javascript", "a.b;\n", "a?.b;\n"),
    "a part of it": ("python", "return a\n", "return a[1:]\n"),
    "another string": ("python", "f('a', 'b')\n", "f('b', 'b')\n"),
    "the other truth": ("python", "return True\n", "return False\n"),
    "the same everywhere": ("python", "a and b and c\n", "a or b or c\n"),
    "sorted the other way": ("python", "sorted(a)\n", "sorted(a, reverse=True)\n"),
    "another word": ("python", "f(a)\ng(b)\n", "f(b)\ng(b)\n"),
    "a name instead of the expression": ("python", "f(a.b)\nc = 1\n", "f(c)\nc = 1\n"),
    "an expression instead of the name": ("python", "f(a)\ng(b.c)\n", "f(b.c)\ng(b.c)\n"),
    "without it": ("python", "a()\nb()\n", "b()\n"),
    "a missing return": ("python", "def f():\n    a\n", "def f():\n    return a\n"),
    "a missing await": ("javascript", "f(a);\n", "await f(a);\n"),
    "called where it is there": ("javascript", "a.b(c);\n", "a.b?.(c);\n"),
    "another value": ("python", "return a.b\n", "return a.b if a else 0\n", "a"),
    "a guarded condition": ("python", "if a.b:\n    c()\n", "if a is None or a.b:\n    c()\n", "a"),
    "one more argument": ("python", "b = 1\nf(a)\n", "b = 1\nf(a, b)\n", "", "b"),
    "a guard": ("python", "return a.b\n", "if not a:\n    return None\nreturn a.b\n"),
}
"""The language, the code, the edited code; what the error was about, and the parameter that it missed."""
MORE: dict[str, tuple[str, ...]] = {
    "an index that may be missing": ("php", "return $a['b'];\n", "return ($a['b'] ?? []);\n"),
    "a number where something is added up": ("python", "return a + b\n", "return a + (b or 0)\n"),
    "an element that may be missing": ("javascript", "a[b].c;\n", "a?.[b].c;\n"),
    "the next turn of a loop": (
        "python",
        "for a in b:\n    c(a.d)\n",
        "for a in b:\n    if not a:\n        continue\n    c(a.d)\n",
        "a",
    ),
    "an end that looks like the other results": (
        "python",
        "def f(a):\n    if a.b:\n        return ' '.join(a.c)\n    return a.d.strip()\n",
        (
            "def f(a):\n    if a.b:\n        return ' '.join(a.c)\n"
            '    if not a.d:\n        return ""\n    return a.d.strip()\n'
        ),
        "a.d",
    ),
    "a method only where it may wait": (
        "javascript",
        "async function f() {\n  g().h;\n}\n",
        "async function f() {\n  (await g()).h;\n}\n",
    ),
    "a part of a chain": ("javascript", "[a].sort();\n", "[a].sort((a, b) => a - b);\n"),
    "a key that may be missing": ("python", "a[b]\n", "a.get(b)\n"),
    "an object that may be null": ("php", "$a->b;\n", "$a?->b;\n"),
    "not": ("python", "if not a:\n    b()\n", "if a:\n    b()\n"),
    "JavaScript's not": ("javascript", "if (a) b();\n", "if (!(a)) b();\n"),
    "an empty string": ("python", "f('')\n", "f(' ')\n"),
    "a method's receiver": ("python", "a.b()\n", "a\n"),
    "a word of JavaScript": ("javascript", "a === b;\n", "a !== b;\n"),
}


def found(language: str, code: str, culprit: str = "", lacks: str = "") -> dict[str, set[str]]:
    """What each edit of the table makes of a text."""
    grammar = GRAMMARS[language]
    root = parse(code, grammar)
    scope = Scope(root, grammar)
    scope.culprits, scope.lacks = (culprit,) if culprit else (), lacks
    told: dict[str, set[str]] = {}
    for site in places_on(root, 1, code.count("\n") + 1, scope, grammar):
        for name, _, text in moves(site, grammar, scope):
            told.setdefault(name, set()).add(squeezed(applied(code, site, text, grammar)))
    return told


def squeezed(code: str) -> str:
    return "\n".join(line for line in code.split("\n") if line.strip())


@pytest.mark.parametrize("name", MOVES)
def test_each_edit_of_the_table_mends_its_example(name: str) -> None:
    language, code, wanted, *told = EXAMPLES[name]
    assert squeezed(wanted) in found(language, code, *told)[name]


@pytest.mark.parametrize("name", MORE)
def test_an_edit_knows_its_language(name: str) -> None:
    language, code, wanted, *told = MORE[name]
    assert squeezed(wanted) in set().union(*found(language, code, *told).values())


@pytest.mark.parametrize(
    ("language", "code", "unwanted"),
    [
        ("javascript", "a == b;\n", "a not in b;"),
        ("python", "a == b\n", "a === b"),
        ("php", "$a && $b;\n", "$a and $b;"),
    ],
)
def test_no_operator_of_another_language(language: str, code: str, unwanted: str) -> None:
    assert unwanted not in set().union(*found(language, code).values())


def test_nothing_waits_where_it_may_not() -> None:
    assert "a missing await" not in found("javascript", "function f() {\n  g();\n}\n")
