"""What an error says: what went wrong, of what, and which edit is tried first because of it."""

import difflib

import pytest

from homeostat.patterns import searched
from homeostat.patterns.clues import Kind, clue_of, error_names
from homeostat.records import Frame, Library
from tests.patterns.examples import Files

SAID = {
    "TypeError: Cannot read properties of undefined (reading 'price')": (Kind.ABSENT, "price"),
    "AttributeError: 'NoneType' object has no attribute 'lower'": (Kind.ABSENT, "lower"),
    'Warning: Attempt to read property "name" on null': (Kind.ABSENT, "name"),
    "TypeError: cart.items is not iterable": (Kind.ITEMS, "cart.items"),
    "TypeError: 'NoneType' object is not iterable": (Kind.ITEMS, ""),
    "TypeError: plugin.close is not a function": (Kind.CALL, "plugin.close"),
    "ReferenceError: total is not defined": (Kind.NAME, "total"),
    "NameError: name 'totl' is not defined": (Kind.NAME, "totl"),
    "AttributeError: 'Cart' object has no attribute 'totl'": (Kind.NAME, "totl"),
    "KeyError: 'x'": (Kind.KEY, ""),
    'Warning: Undefined array key "dark"': (Kind.KEY, "dark"),
    "IndexError: list index out of range": (Kind.RANGE, ""),
    "ZeroDivisionError: division by zero": (Kind.ZERO, ""),
    "RuntimeError: dictionary changed size during iteration": (Kind.CHANGED, ""),
    "ValueError: invalid literal for int() with base 10: ''": (Kind.READING, "int"),
    "TypeError: f() missing 1 required positional argument: 'size'": (Kind.ARGUMENT, "size"),
    "TypeError: unsupported operand type(s) for +: 'int' and 'NoneType'": (Kind.NOTHING, ""),
    'TypeError: can only concatenate str (not "int") to str': (Kind.TYPE, ""),
    "AssertionError: 1 != 2": (None, ""),
}


@pytest.mark.parametrize("said", SAID)
def test_a_message_says_what_went_wrong_and_of_what(said: str) -> None:
    clue = clue_of(said)
    assert (clue.kind, clue.name) == SAID[said]


def test_a_type_of_many_reasons_is_named_with_its_reason_first() -> None:
    said = "TypeError: x is not a function"
    assert error_names("TypeError", said) == ["TypeError, something cannot be called", "TypeError"]
    assert error_names("KeyError", "KeyError: 'a'") == ["KeyError"]
    assert error_names(None, said) == []


FIRST = {
    "a member of nothing": (
        "a.js", 2, "TypeError: Cannot read properties of undefined (reading 'zip')",
        "function zip(order) {\n  return order.address.zip;\n}\n",
        "return order.address?.zip;",
    ),
    "a key": (
        "a.py", 2, "KeyError: 'size'", "def f(row):\n    return row['size']\n", "return row.get('size')"
    ),
    "an index of PHP": (
        "a.php", 4, 'Warning: Undefined array key "a"',
        "<?php\nfunction f($x)\n{\n    return $x['a'];\n}\n", "return ($x['a'] ?? null);",
    ),
    "a missing argument": (
        "a.py", 5, "TypeError: log() missing 1 required positional argument: 'level'",
        "def log(text, level):\n    print(text)\n\ndef run(level, text):\n    log(text)\n",
        "log(text, level)",
    ),
    "a list that changes": (
        "a.py", 2, "RuntimeError: dictionary changed size during iteration",
        "def f(d):\n    for k in d:\n        d.pop(k)\n", "for k in list(d):",
    ),
    "a condition that reads too soon": (
        "a.py", 2, "AttributeError: 'NoneType' object has no attribute 'on'",
        "def f(x):\n    if x.lead.on:\n        return 1\n    return 2\n",
        "if x.lead is not None and x.lead.on:",
    ),
}  # fmt: skip
LANGUAGES = {"js": "javascript", "py": "python", "php": "php"}


def lines(path: str, line: int, said: str, code: str) -> list[list[str]]:
    """The lines that each candidate writes, the likeliest first."""
    frame = Frame(path, line, None, "f", path, in_app=True)
    language = LANGUAGES[path.partition(".")[2]]
    tried = searched([frame], Library(), Files({path: code}), language=language, said=said)
    changes = [difflib.ndiff(code.split("\n"), one.edits[path].split("\n")) for one in tried]
    return [[row[2:].strip() for row in change if row.startswith("+ ")] for change in changes]


@pytest.mark.parametrize("name", FIRST)
def test_the_edit_that_fits_the_message_comes_among_the_first(name: str) -> None:
    path, line, said, code, wanted = FIRST[name]
    assert wanted in [row for rows in lines(path, line, said, code)[:3] for row in rows]


def test_what_was_given_to_the_culprit_is_looked_at_too() -> None:
    code = "async function f(store) {\n  const user = store.load(1);\n\n  return user.name.first;\n}\n"
    said = "TypeError: Cannot read properties of undefined (reading 'first')"
    assert ["const user = await store.load(1);"] in lines("a.js", 4, said, code)
