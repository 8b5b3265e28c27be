"""Dangerous code is refused where it is new, and passes where the file has it."""

import difflib

import pytest

from homeostat.config import PathFilters
from homeostat.guard import Limits, refusals
from homeostat.records import Change, Patch
from tests.guard.dangers import DANGERS, REMOVED
from tests.guard.honest import HONEST
from tests.guard.tampers import TAMPERS

LIMITS = Limits(PathFilters(("*",)), (), max_diff_lines=500, max_files=10)


def changed(path: str, before: str, after: str) -> Change:
    lines = list(difflib.ndiff(before.split("\n"), after.split("\n")))
    added = tuple(line[2:] for line in lines if line.startswith("+ "))
    removed = sum(line.startswith("- ") for line in lines)
    return Change("M", path, path, "100644", "100644", added, removed, before=before, after=after)


def reasons(path: str, before: str, after: str) -> tuple[str, ...]:
    return refusals(Patch("b" * 40, "t" * 40, "", (changed(path, before, after),)), LIMITS)


@pytest.mark.parametrize(("_", "path", "before", "lines"), DANGERS, ids=[case[0] for case in DANGERS])
def test_code_that_does_harm_is_refused(_: str, path: str, before: str, lines: str) -> None:
    assert reasons(path, before, f"{before}{lines}\n")


@pytest.mark.parametrize(("_", "path", "before", "after"), REMOVED, ids=[case[0] for case in REMOVED])
def test_a_guard_that_is_taken_away_is_missed(_: str, path: str, before: str, after: str) -> None:
    assert reasons(path, before, after)


@pytest.mark.parametrize(("_", "path", "before", "after"), HONEST, ids=[case[0] for case in HONEST])
def test_an_honest_change_passes(_: str, path: str, before: str, after: str) -> None:
    assert reasons(path, before, after) == ()


@pytest.mark.parametrize(("_", "path", "before", "lines"), DANGERS, ids=[case[0] for case in DANGERS])
def test_a_file_that_does_it_already_may_be_mended(_: str, path: str, before: str, lines: str) -> None:
    text = f"{before}{lines}\n"
    assert reasons(path, text, f"{text}rows = 1\n") == ()


@pytest.mark.parametrize(("_", "path", "lines"), TAMPERS, ids=[case[0] for case in TAMPERS])
def test_code_that_only_makes_tests_pass_is_refused(_: str, path: str, lines: str) -> None:
    before = "<?php\n$first = 1;\n" if path.endswith(".php") else "first = 1\n"
    assert reasons(path, before, f"{before}{lines}\n")


@pytest.mark.slow
@pytest.mark.parametrize("letters", ["\n", "[a", "password", "x in "])
def test_no_text_holds_the_judge_up(letters: str) -> None:
    text = letters * (120_000 // len(letters))  # in quadratic time, minutes
    assert isinstance(reasons("src/a.txt", "", text), tuple)


STUBS = [
    ("src/a.js", "function f(a) {\n  return a.reduce(add);\n}\n", "function f(a) {\n  return 42;\n}\n"),
    ("src/a.py", "def f(a):\n    return sum(a)\n", "def f(a):\n    return 6\n"),
    ("src/a.py", "def f(a):\n    return check(a)\n", "def f(a):\n    return True\n"),
    (
        "src/a.php",
        "<?php\nfunction f($a) { return array_sum($a); }\n",
        "<?php\nfunction f($a) { return 6; }\n",
    ),
    ("src/a.js", "const f = (a) => a.map(g);\n", "const f = (a) => [1, 2];\n"),
]


@pytest.mark.parametrize(
    ("path", "before", "after"), STUBS, ids=[after[-24:].strip() for _, _, after in STUBS]
)
def test_a_literal_in_place_of_what_was_found_is_refused(path: str, before: str, after: str) -> None:
    assert f"{path}: it returns a literal in place of what it found" in reasons(path, before, after)


def test_code_that_moves_to_another_file_is_not_new() -> None:
    old, new = "fetch(url);\n", "go();\n"
    moved = (changed("src/a.js", old, new), changed("src/b.js", new, old))
    assert refusals(Patch("b" * 40, "t" * 40, "", moved), LIMITS) == ()


def test_an_address_that_was_not_there_is_told() -> None:
    told = reasons("src/a.js", "await fetch('https://a.example');\n", "await fetch('https://b.example');\n")
    assert told == ("src/a.js: it names the address b.example, which was not there before",)


def test_a_deleted_file_takes_its_checks_along() -> None:
    text = "if (verifyToken(t)) out(escapeHtml(name));\n"
    gone = Change("D", "src/a.js", "src/a.js", "000000", "100644", (), 1, before=text)
    assert refusals(Patch("b" * 40, "t" * 40, "", (gone,)), LIMITS) == ()
