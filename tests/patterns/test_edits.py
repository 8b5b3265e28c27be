"""The smallest edit between two pieces of code."""

import pytest

from homeostat.patterns.edits import edits_between
from homeostat.patterns.grammars import GRAMMARS
from homeostat.patterns.lessons import changed_lines
from homeostat.patterns.trees import parse

CASES = {
    "a word": ("python", "x = old(1)\n", "x = new(1)\n", [("old", ["new"])]),
    "an operator belongs to its operands": ("python", "a < b\n", "a <= b\n", [("a < b", ["a <= b"])]),
    "a wrapped value": ("python", "x = y\n", "x = abs(y)\n", [("y", ["abs(y)"])]),
    "an argument goes": ("python", "f(a, b)\n", "f(a)\n", [("b", [])]),
    "an argument comes, told by each neighbour": (
        "python", "f(a, c)\n", "f(a, b, c)\n", [("c", ["b", "c"]), ("a", ["a", "b"])]
    ),
    "a guard comes before a statement": (
        "python", "def f(a):\n    return a.b\n", "def f(a):\n    if not a:\n        b()\n    return a.b\n",
        [("return a.b", ["if not a:\n        b()", "return a.b"])],
    ),
    "several statements at once say nothing": ("python", "a()\nb()\n", "c()\nd()\n", []),
    "a comment changes no code": ("python", "a()  # one\n", "a()  # two\n", []),
    "optional chaining": ("javascript", "u = a.b;\n", "u = a?.b;\n", [("a.b", ["a?.b"])]),
    "a class of JavaScript": ("javascript", "x.y(z)\n", "x.y(z, 1)\n", [("z", ["z", "1"])]),
    "PHP without its tag": ("php", "return $a[$b];\n", "return $a[$b] ?? null;\n",
                            [("$a[$b]", ["$a[$b] ?? null"])]),
    "Java": ("java", "if (a == b) { c(); }\n", "if (a != b) { c(); }\n", [("a == b", ["a != b"])]),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_the_smallest_edit_says_it(name: str) -> None:
    language, before, after, expected = CASES[name]
    grammar = GRAMMARS[language]
    found = edits_between(parse(before, grammar), parse(after, grammar), grammar)
    assert [(edit.site.text, [node.text for node in edit.after]) for edit in found] == expected


@pytest.mark.parametrize(
    "text",
    [
        "        return a\n    else:\n        return b\n",
        "            a = 1\n        except E:\n            b = 2\n    c = 3\n",
        "    a = 1\n",
    ],
    ids=["an else without its if", "an except without its try", "an indented line"],
)
def test_a_piece_of_python_is_read_wherever_it_was_cut(text: str) -> None:
    tree = parse(text, GRAMMARS["python"])
    assert not [node for node in tree.walk() if node.kind == "ERROR"]
    assert all(text[node.start : node.end] == node.text for node in tree.walk() if node.start >= 0)


def test_positions_are_those_of_the_text() -> None:
    for language, text in {"python": "    x = 'é'\n    y = 'ü'\n", "php": "$a = 'é'; $b = 1;\n"}.items():
        tree = parse(text, GRAMMARS[language])
        nodes = [node for node in tree.walk() if node.start >= 0]
        assert nodes
        assert all(text[node.start : node.end] == node.text for node in nodes)


@pytest.mark.parametrize(
    ("before", "after", "lines"),
    [
        ("a\nb\nc\n", "a\nx\nc\n", (2, 2)),
        ("a\nc\n", "a\nb\nc\n", (2, 2)),
        ("a\nb\nc\n", "a\nc\n", (2, 2)),
        ("a\n", "a\nb\n", (2, 2)),
    ],
    ids=["one line", "a line before the second", "a line that goes", "at the end"],
)
def test_the_changed_lines(before: str, after: str, lines: tuple[int, int]) -> None:
    assert changed_lines(before, after) == lines
