"""What is told apart, answered and silenced, case by case."""

import pytest

from homeostat.repair import shortcuts

SILENT = "catches every error and goes on"
BEFORE = """\
function receive(body) {
  try {
    return JSON.parse(body);
  } catch (error) {
    return { status: 400, text: message };
  }
}
"""


def told(before: str, after: str, tests: str = "", path: str = "a.js") -> list[str]:
    return [one.removeprefix(f"{path}: it ") for one in shortcuts({path: before}, {path: after}, [tests])]


def test_a_fix_within_a_handler_that_was_there_is_none() -> None:
    assert told(BEFORE, BEFORE.replace("message", "body")) == []


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (
            "function f(x) {\n  return g(x);\n}\n",
            "function f(x) {\n  try { return g(x); } catch { return 0; }\n}\n",
        ),
        (BEFORE.replace("return { status: 400, text: message };", "throw error;"), BEFORE),
        (BEFORE, f"{BEFORE}\ntry {{ receive(''); }} catch {{}}\n"),
    ],
    ids=["a new one", "one that threw", "one more"],
)
def test_a_handler_that_newly_keeps_silent_is_a_shortcut(before: str, after: str) -> None:
    assert told(before, after) == [SILENT]


def test_a_question_for_a_type_is_none() -> None:
    before = "function poll(ask, options) {\n  return ask(options);\n}\n"
    after = before.replace(
        "return", "if (typeof options === 'function') {\n    return options();\n  }\n  return"
    )
    tests = "assert.ok(typeof stop === 'function');\npoll('function');\n"
    assert told(before, after, tests) == []


TABLE = """\
def price(grams):
    for heaviest, cents in ((500, 290), (31500, 1290)):
        if grams < heaviest:
            return cents
"""


@pytest.mark.parametrize("asks", ["if grams == 31500:", "if grams in (31500, 7):"])
def test_a_number_that_the_file_knows_is_told_apart_all_the_same(asks: str) -> None:
    after = TABLE.replace("    for", f"    {asks}\n        return 0\n    for")
    found = told(TABLE, after, "assert price(31500) == 1290", "a.py")
    assert found == ["treats values of the test apart: 31500"]


def test_a_number_that_the_file_knows_may_be_a_bound() -> None:
    after = TABLE.replace("    for", "    if grams > 31500:\n        raise ValueError(grams)\n    for")
    assert told(TABLE, after, "assert price(31500) == 1290", "a.py") == []


@pytest.mark.parametrize(
    ("put", "found"),
    [
        ('return "news-2"', ["answers with the value that the test expects, whatever it is given"]),
        ("return 4711", ["answers with the value that the test expects, whatever it is given"]),
        ('return f"{slug}-{number}"', []),
        ('return ""', []),
        ("return 0", []),
    ],
)
def test_the_value_that_the_test_expects_is_no_answer(put: str, found: list[str]) -> None:
    before = (
        "def unique(slug, taken):\n    while slug in taken:\n        return slug + number\n    return slug\n"
    )
    tests = 'assert unique("news", {"news"}) == "news-2"; assert unique("", 0) == 4711'
    assert told(before, before.replace("return slug + number", put), tests, "a.py") == found
