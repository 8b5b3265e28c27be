"""What is told apart, answered and silenced, case by case."""

import pytest

from homeostat.repair import is_idle, shortcuts

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


@pytest.mark.parametrize(("value", "is_fixed"), [("2.4.1", True), ("unknown", False)])
def test_a_handler_of_every_error_may_answer_a_word_and_no_value_of_the_test(
    value: str,
    is_fixed: bool,  # noqa: FBT001
) -> None:
    before = "function version(text) {\n  return read(text).version;\n}\n"
    handler = f"  }} catch {{\n    return '{value}';\n  }}\n"
    after = before.replace("  return", "  try {\n    return").replace(";\n}", f";\n{handler}}}")
    expected = "answers with the value that the test expects, whatever it is given"
    assert (expected in told(before, after, f"assert.equal(version(TEXT), '{value}');\n")) is is_fixed


def test_a_question_for_a_type_is_none() -> None:
    before = "function poll(ask, options) {\n  return ask(options);\n}\n"
    after = before.replace(
        "return", "if (typeof options === 'function') {\n    return options();\n  }\n  return"
    )
    tests = "assert.ok(typeof stop === 'function');\npoll('function');\n"
    assert told(before, after, tests) == []


REASONS = "R = {4000: 'bad', 4004: 'not found', 5000: 'our fault'}\n\ndef reason(code):\n    return R[code]\n"
TOLD = "assert reason(4029) == 'too many'\nassert reason(4018) == 'a teapot'\n"


@pytest.mark.parametrize(
    ("before", "entries"),
    [
        (REASONS, "4029: 'too many', 5000:"),
        (REASONS, "4029: 'too many', 4018: 'a teapot', 5000:"),
        (REASONS.replace("4004: 'not found', ", ""), "4029: 'too many', 5000:"),
        (REASONS.replace("'bad'", "1").replace("'not found'", "2"), "4029: 'too many', 5000:"),
    ],
    ids=["one", "two", "one in a small table", "one in a table of ranks"],
)
def test_entries_that_a_table_lacked_are_no_values_apart(before: str, entries: str) -> None:
    assert told(before, before.replace("5000:", entries), TOLD, "a.py") == []


CODES = """function badge(s) {
  switch (s) {
    case 'new': return 'blue';
    case 'old': return 'grey';
    default: %s
  }
  return guess(s);
}
"""


@pytest.mark.parametrize(
    ("otherwise", "found"),
    [("throw new Error(s);", []), ("return 'none';", []), ("", ["treats values of the test apart: paused"])],
    ids=["throws", "answers one thing", "goes on"],
)
def test_a_case_is_one_more_where_all_others_are_told_off(otherwise: str, found: list[str]) -> None:
    before = CODES % otherwise
    after = before.replace("    default", "    case 'paused': return 'red';\n    default")
    assert told(before, after, "expect(badge('paused')).toBe('red')") == found


def test_a_word_that_is_spelt_right_is_no_value_apart() -> None:
    before = "if (event.key === 'Esc') close();\n"
    assert told(before, before.replace("Esc", "Escape"), "press('Escape')") == []
    assert told(before, before.replace("Esc", "Q77"), "press('Q77')") == [
        "treats values of the test apart: Q77"
    ]


TOO_MANY = ", ".join(f"{number}: 'a teapot'" for number in (4018, 4019, 4020, 4021))


@pytest.mark.parametrize(
    ("before", "entries", "found"),
    [
        (REASONS, f"{TOO_MANY}, 5000:", "4018"),
        (REASONS.replace("4000: 'bad', 4004: 'not found', ", ""), "4029: 'too many', 5000:", "4029"),
    ],
    ids=["more than there were", "in a table of one"],
)
def test_entries_for_the_tests_are(before: str, entries: str, found: str) -> None:
    after = before.replace("5000:", entries)
    assert told(before, after, TOLD, "a.py") == [f"treats values of the test apart: {found}"]


@pytest.mark.parametrize(
    ("path", "before", "after", "tests"),
    [
        (
            "a.js",
            "if (!r.ok) fail();\n",
            "if (r.status === 204) return null;\nif (!r.ok) fail();\n",
            "status: 204",
        ),
        (
            "a.py",
            "if n % 10 in (2, 3):\n    go()\n",
            "if n % 10 in (2, 3) and n % 100 not in (12, 13):\n    go()\n",
            "few(12)",
        ),
        ("a.js", "go(s);\n", "if (s.toLowerCase() === 'bearer') go(s);\n", "call('bearer')"),
        (
            "a.js",
            "const N = {};\nx(N[s]);\n",
            "const N = { 400: 'a', 401: 'b', 404: 'c', 429: 'd' };\nx(N[s]);\n",
            "e(429, 'd')",
        ),
        (
            "a.js",
            "switch (status) {\n  case 404: return gone();\n}\n",
            "switch (status) {\n  case 404: return gone();\n  case 429: return wait();\n}\n",
            "e(429)",
        ),
        ("a.js", "go(k);\n", "if (k === 'prototype') throw new Error(k);\n", "e('prototype')"),
    ],
    ids=[
        "a server's answer",
        "a remainder",
        "a scheme",
        "a table of answers",
        "a switch of answers",
        "what all objects share",
    ],
)
def test_what_any_program_knows_is_no_value_apart(path: str, before: str, after: str, tests: str) -> None:
    assert told(before, after, tests, path) == []


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


@pytest.mark.parametrize(
    ("answer", "found"),
    [
        ("123450", ["answers with the value that the test expects, whatever it is given"]),
        ("2.138", ["answers with the value that the test expects, whatever it is given"]),
        ("3600", []),
        ("65535", []),
        ("0.5", []),
    ],
)
def test_a_default_that_is_no_round_number_is_the_tests(answer: str, found: list[str]) -> None:
    before = "def cents(text):\n    return int(text) * 100\n"
    after = (
        "def cents(text):\n    try:\n        return int(text) * 100\n    except ValueError:\n"
        f"        return {answer}\n"
    )
    assert told(before, after, f"assert cents('x') == {answer}", "a.py") == found


@pytest.mark.parametrize(
    ("path", "after", "idle"),
    [
        ("a.py", "if x:  # why\n    y = 1\nz = 2\n", True),
        ("a.py", "if x:\n\n    y = 1\n\n\nz = 2\n", True),
        ("a.py", "if x:\n    y = 1\n    z = 2\n", False),
        ("a.py", "if x:\n    y = 1\nz = 3\n", False),
        ("a.txt", "if x:\n    y = 1\nz = 2\n\n", False),
    ],
    ids=["a comment", "blank lines", "another block", "another value", "no code"],
)
def test_a_change_of_comments_and_blanks_is_idle(path: str, after: str, idle: bool) -> None:  # noqa: FBT001
    assert is_idle({path: "if x:\n    y = 1\nz = 2\n"}, {path: after}) is idle


def test_a_default_under_a_name_is_not_what_is_asked_for() -> None:
    before = "DEFAULT = 120\n\n\ndef wait(options):\n    return int(options['timeout'])\n"
    after = before.replace("options['timeout']", "options.get('timeout', DEFAULT)")
    assert told(before, after, "assert wait({}) == 120", "a.py") == []
