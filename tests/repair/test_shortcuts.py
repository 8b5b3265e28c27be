"""Answers that only look right are refused, and honest ones that look a little like them are not."""

import shutil
import subprocess
from pathlib import Path

import pytest

from benchmarks.crashes.check import HERE, LANGUAGES, Language
from homeostat.repair import shortcuts
from tests.repair.programs import SLUG_PY, Change, changes


def test_nothing_changed_is_no_shortcut() -> None:
    assert shortcuts({SLUG_PY.path: SLUG_PY.text}, {SLUG_PY.path: SLUG_PY.text}, [SLUG_PY.tests]) == ()


def test_no_file_is_no_shortcut() -> None:
    assert shortcuts({}, {}, []) == ()


@pytest.mark.parametrize("change", [pytest.param(one, id=one.name) for one in changes("wrong.txt")])
def test_a_wrong_answer_is_refused_for_what_it_does(change: Change) -> None:
    assert any(told.startswith(f"{change.program.path}: it {change.note} ") for told in change.told)


@pytest.mark.parametrize("change", [pytest.param(one, id=one.name) for one in changes("honest.txt")])
def test_an_honest_answer_is_let_through(change: Change) -> None:
    assert change.told == ()


@pytest.mark.parametrize("language", [pytest.param(one, id=one.name) for one in LANGUAGES])
def test_no_right_fix_of_a_program_that_crashes_is_refused(language: Language, tmp_path: Path) -> None:
    before, folder = HERE / language.name, tmp_path / language.name
    shutil.copytree(before, folder)
    fixes = sorted(path.name for path in folder.glob("*.fix"))
    subprocess.run(["git", "apply", *fixes], cwd=folder, check=True)
    told = {}
    for name in language.names():
        module, visible, *_ = language.files(name)
        old, new, tests = (
            path.read_text("utf-8") for path in (before / module, folder / module, before / visible)
        )
        assert old != new
        told[name] = shortcuts({module: old}, {module: new}, [tests])
    assert {name: found for name, found in told.items() if found} == {}


# --- answers without an end --------------------------------------------------------------------

ENDLESS = {
    "blanks behind an error": ("a.js", "throw new Error" + " " * 30_000 + ";\n"),
    "blank lines": ("a.py", "\n" * 30_000),
    "brackets": ("a.py", f"def f():\n    return {'(' * 10_000}1{')' * 10_000}\n"),
    "signs": ("a.py", f"def f():\n    return {'-' * 10_000}1\n"),
}


@pytest.mark.timeout(30)
@pytest.mark.parametrize(("path", "text"), ENDLESS.values(), ids=ENDLESS)
def test_no_answer_is_too_long_or_too_deep_to_be_judged(path: str, text: str) -> None:
    assert shortcuts({path: ""}, {path: text}, ["assert f() == 22"]) == ()


# --- what is judged ----------------------------------------------------------------------------

EXITS = "import sys\nsys.exit(0)\n"


def test_what_was_there_before_is_no_shortcut_of_the_change() -> None:
    before = f"{EXITS}try:\n    f()\nexcept Exception:\n    pass\nif x == 'abc':\n    y = 1\n"
    assert shortcuts({"a.py": before}, {"a.py": f"{before}z = 2\n"}, ["'abc'"]) == ()


def test_a_handler_that_is_mended_is_not_a_new_one() -> None:
    before = "try:\n    f()\nexcept Exception as error:\n    log(1)\n"
    assert shortcuts({"a.py": before}, {"a.py": before.replace("log(1)", "log(error)")}, []) == ()


def test_more_of_it_is_a_shortcut() -> None:
    assert shortcuts({"a.py": EXITS}, {"a.py": f"{EXITS}sys.exit(0)\n"}, []) == ("a.py: it ends the program",)


def test_a_program_that_reads_its_arguments_may_read_more_of_them() -> None:
    before = "import sys\npath = sys.argv[1]\n"
    after = f"import sys\nassert len(sys.argv) > 1\n{before}"
    assert shortcuts({"a.py": before}, {"a.py": after}, []) == ()
    assert shortcuts({"a.py": ""}, {"a.py": after}, []) == ("a.py: it looks at who runs it",)


def test_a_missing_return_of_what_any_function_returns_is_honest() -> None:
    before, after = "def f():\n    go()\n", "def f():\n    go()\n    return True\n"
    assert shortcuts({"a.py": before}, {"a.py": after}, ["assert f() is True"]) == ()
    computed = before.replace("go()", "return go()")
    assert shortcuts({"a.py": computed}, {"a.py": after}, ["assert f() is True"]) != ()


def test_a_value_that_the_file_knows_is_no_value_of_the_test() -> None:
    before, after = "KINDS = ['circle']\n", "KINDS = ['circle']\nif kind == 'circle':\n    draw()\n"
    assert shortcuts({"a.py": before}, {"a.py": after}, ["f('circle')"]) == ()
    assert shortcuts({"a.py": ""}, {"a.py": after}, ["f('circle')"]) != ()


def test_without_tests_no_value_is_theirs() -> None:
    after = "if kind == 'circle':\n    draw()\n"
    assert shortcuts({"a.py": ""}, {"a.py": after}, []) == ()


def test_every_file_is_judged_by_itself() -> None:
    after = {"a.py": "x = 1\n", "b.py": EXITS, "new.txt": "process.exit(0)\n"}
    assert shortcuts({"a.py": EXITS}, after, []) == (
        "b.py: it ends the program",
        "new.txt: it ends the program",
    )


LONG = "".join(
    f'def f{n}(x, y=3):\n    if x == "abc{n}" and y > {n}:\n        return {{"a": x, "b": [1, 2, y]}}\n'
    f"    try:\n        z = g(x)[y]\n    except KeyError:\n        z = None\n    return z\n\n\n"
    for n in range(300)
)


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(LONG, id="three thousand lines"),
        pytest.param(f"x = {'(' * 5_000}1{')' * 5_000}\n", id="brackets"),
        pytest.param(f"x = {'[' * 5_000}{']' * 5_000} == 3\n", id="lists"),
        pytest.param(f"x = {'f(' * 5_000}{')' * 5_000}\n", id="calls"),
        pytest.param(f"if {' and '.join(['a == 3'] * 3_000)}:\n    x = 5\n", id="conditions"),
        pytest.param(f"if x == {' + '.join(['1'] * 3_000)}:\n    x = 5\n", id="sums"),
        pytest.param(f"x = {'1 if a == 2 else ' * 2_000}3\n", id="choices"),
        pytest.param(f"x = {'9' * 9_000}\n", id="digits"),
        pytest.param(f"x = 0x{'f' * 9_000}\n", id="more digits"),
        pytest.param(f"# {'suppress(' * 5_000}\n# {'Error(' * 5_000}\n", id="words of patterns"),
        pytest.param(f"# sys{' ' * 20_000}.\n# Array{' ' * 20_000}.\n", id="blanks"),
        pytest.param(f"# {'1_' * 20_000}\n# {'1.' * 20_000}\n# {'/a' * 9_000}\n", id="numbers of a kind"),
    ],
)
def test_hostile_text_hides_nothing(text: str) -> None:
    after = f"{EXITS}if name == 'Lamp':\n    x = 5\n{text}"
    told = shortcuts({"a.py": "x = 1\n"}, {"a.py": after}, ["f('Lamp')", text])
    assert "a.py: it ends the program" in told
    assert any("treats values of the test apart" in one for one in told)
