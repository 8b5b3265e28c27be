"""A test command that runs a few tests only: what becomes of which command, and what never does."""

import shlex
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

from homeostat.edges.sandbox import ProcessSandbox
from homeostat.edges.sandbox.trees import write
from homeostat.intake import read_test_output
from homeostat.narrowing import LONGEST, MOST_TESTS, narrowed

NODE_ID = "tests/test_range.py::T::test_top"
DOTTED = "tests.test_range.T.test_top"
SPEC = "range.test.js > range > takes (both) ends"
MARK = "\N{SINGLE RIGHT-POINTING ANGLE QUOTATION MARK}"
JEST = f"src/range.test.js {MARK} range {MARK} takes (both) ends"
VITEST = "src/range.test.js > range > takes (both) ends"
PHP = r"Acme\Tests\RangeTest::testTop"
TAKES = r"takes \(both\) ends"

CHOSEN = {
    "pytest": ("pytest", NODE_ID, f"pytest {NODE_ID}"),
    "pytest, a folder": ("pytest -q tests/", NODE_ID, f"pytest {NODE_ID} -q"),
    "pytest, values": (
        "pytest -k 'a or b' tests -n 2 --tb short --cov",
        NODE_ID,
        f"pytest {NODE_ID} -k 'a or b' -n 2 --tb short --cov",
    ),
    "pytest, a file name": ("pytest -x tests/*.py -o a=b", NODE_ID, f"pytest {NODE_ID} -x -o a=b"),
    "pytest as a module": ("python -X dev -m pytest -q", NODE_ID, f"python -X dev -m pytest {NODE_ID} -q"),
    "pytest in a venv": (
        ".venv/bin/python3.12 -m pytest",
        NODE_ID,
        f".venv/bin/python3.12 -m pytest {NODE_ID}",
    ),
    "pytest, assignments": (
        "A=1 B='x y' bin/pytest  -q\n",
        NODE_ID,
        f"A=1 B='x y' bin/pytest {NODE_ID} -q",
    ),
    "pytest, parameters": ("pytest", "t.py::test_x[a - b]", "pytest 't.py::test_x[a - b]'"),
    "pytest, a subtest": ("pytest", "t.py::test_x [even] (i=1)", "pytest t.py::test_x"),
    "pytest, a file": ("pytest", "tests/test_range.py", "pytest tests/test_range.py"),
    "unittest": ("python3 -m unittest", DOTTED, f"python3 -m unittest '-k*{DOTTED}'"),
    "unittest, discovery": (
        "python3 -W error -m unittest discover -s tests -t .",
        DOTTED,
        f"python3 -W error -m unittest discover '-k*{DOTTED}' -s tests -t .",
    ),
    "unittest, a subtest": ("python -m unittest", f"{DOTTED} (i=1)", f"python -m unittest '-k*{DOTTED}'"),
    "unittest, odd name": (
        "python -m unittest",
        "t.T.test_[a]*",
        "python -m unittest '-k*t.T.test_[[]a][*]'",
    ),
    "node": ("node --test", SPEC, f"node --test '--test-name-pattern=^ ?(?:{TAKES})$'"),
    "node, loader and files": (
        "node --import tsx --test --test-only 't/**/*.ts' t/*.js",
        SPEC,
        f"node --import tsx --test '--test-name-pattern=^ ?(?:{TAKES})$' --test-only 't/**/*.ts' t/*.js",
    ),
    "jest": (
        "npx jest --ci",
        JEST,
        f"npx jest src/range.test.js --runTestsByPath -t '^ ?(?:range(?: {MARK})? {TAKES})$' --ci",
    ),
    "jest, a value or a file": ("jest src", JEST, f"jest -t '^ ?(?:range(?: {MARK})? {TAKES})$' src"),
    "jest, a file that does not load": ("npx jest", "a.test.js", "npx jest a.test.js --runTestsByPath"),
    "vitest": ("npx vitest", VITEST, f"npx vitest src/range.test.js -t '^ ?(?:range(?: >)? {TAKES})$'"),
    "vitest, once": (
        "node_modules/.bin/vitest run --no-color",
        VITEST,
        f"node_modules/.bin/vitest run src/range.test.js -t '^ ?(?:range(?: >)? {TAKES})$' --no-color",
    ),
    "phpunit": (
        "vendor/bin/phpunit --testsuite unit",
        PHP,
        r"vendor/bin/phpunit --filter '/^ ?(?:Acme\\Tests\\RangeTest::testTop)$/' --testsuite unit",
    ),
    "phpunit, a data set": (
        "php vendor/bin/phpunit",
        'RangeTest::testTop with data set "a/b"',
        r"""php vendor/bin/phpunit --filter '/^ ?(?:RangeTest::testTop with data set "a\/b")$/'""",
    ),
}


@pytest.mark.parametrize(("command", "test", "narrow"), CHOSEN.values(), ids=CHOSEN)
def test_a_plain_call_of_a_known_runner_can_run_one_test(command: str, test: str, narrow: str) -> None:
    assert narrowed(command, [test]) == narrow


@pytest.mark.parametrize(
    ("command", "tests", "narrow"),
    [
        ("pytest", ["t.py::a", "t.py::b", "t.py::a (i=1)"], "pytest t.py::a t.py::b"),
        (
            "python -m unittest",
            ["t.T.a (i=1)", "t.T.a (i=2)", "t.T.b"],
            "python -m unittest '-k*t.T.a' '-k*t.T.b'",
        ),
        ("node --test", ["a.js > x > y", "b.js > z"], "node --test '--test-name-pattern=^ ?(?:y|z)$'"),
        ("jest", [f"a.js {MARK} x", f"a.js {MARK} y"], "jest a.js --runTestsByPath -t '^ ?(?:x|y)$'"),
        ("vitest", ["a.js > x", "b.js"], "vitest a.js b.js"),
        ("phpunit", ["A::x", "A::y"], "phpunit --filter '/^ ?(?:A::x|A::y)$/'"),
    ],
    ids=["pytest", "unittest", "node:test", "jest", "vitest", "phpunit"],
)
def test_several_tests_are_chosen_together(command: str, tests: list[str], narrow: str) -> None:
    assert narrowed(command, tests) == narrow


def test_of_very_many_tests_a_few_are_chosen() -> None:
    found = narrowed("pytest", [f"t.py::test_{n}" for n in range(500)])
    assert found == shlex.join(["pytest", *(f"t.py::test_{n}" for n in range(MOST_TESTS))])


@pytest.mark.parametrize(
    "command",
    [
        "npm test",
        "make test",
        "npm test -- --ci",
        "tox -e py",
        "pytest && echo done",
        "pytest; true",
        "pytest | tee log",
        "pytest > log",
        "pytest & wait",
        "pytest\npytest",
        "(pytest)",
        "pytest $OPTIONS",
        "pytest ${OPTIONS}",
        "pytest `cat options`",
        'pytest "$(cat options)"',
        "pytest \\-q",
        "pytest 'tests",
        "cd app; pytest",
        "! pytest",
        "~/bin/pytest",
        "pytest # quickly",
        "echo pytest",
        "A=1",
        "A=b/pytest -q",
        '"pytest" -q',
        '"/opt/pytest env/bin/pytest" -q',
        '"a b"/pytest',
        'python "-X pytest" -m pytest',
        "sh -c 'pytest -q'",
        "pytests",
        "python -m pytest_cov",
        "python -c pytest",
        "python -m unittest -k top",
        "python tests.py",
        "node --test --test-name-pattern=top",
        "node test.js --test",
        "node --test-only",
        "npx jest -t top",
        "npx vitest --testNamePattern=top",
        "npx mocha",
        "phpunit --filter Top",
        "",
    ],
)
def test_any_other_command_runs_whole(command: str) -> None:
    assert [narrowed(command, [test]) for test in (NODE_ID, DOTTED, SPEC, JEST, PHP)] == [None] * 5


COMMANDS = ("pytest", "python -m unittest", "node --test", "npx jest", "npx vitest run", "phpunit")


@pytest.mark.parametrize(
    "test",
    ["", "-x", "--config=evil", "@evil", " -x", "a\nb", "a\0b", "a\x1b[2Jb", "a\rb", "a\u2028b", "a\u202eb"],
    ids=ascii,
)
@pytest.mark.parametrize("command", COMMANDS)
def test_an_id_that_a_program_may_take_for_something_else_is_no_argument(command: str, test: str) -> None:
    assert narrowed(command, [test]) is None
    assert narrowed(command, ["a.js > b", test]) is None


def test_no_command_is_made_of_no_test_nor_of_endless_ones() -> None:
    assert narrowed("pytest", []) is None
    assert narrowed("pytest", [f"t.py::test[{'x' * LONGEST}]"]) is None


def test_a_file_that_does_not_load_cannot_be_chosen_by_name() -> None:
    assert narrowed("node --test", ["range.test.js"]) is None
    assert narrowed("npx jest src", ["src/range.test.js"]) is None


EVIL = {
    "quote": "'; touch pwned; '",
    "command": "$(touch pwned)",
    "backtick": "`touch pwned`",
    "double quote": '" && touch pwned "',
    "pipe": "| touch pwned #",
    "glob": "*",
    "backslash": "\\'; touch pwned; \\",
}


@pytest.mark.parametrize("evil", EVIL.values(), ids=EVIL)
@pytest.mark.parametrize("call", ["pytest", "python -m unittest", "node --test", "jest", "vitest", "phpunit"])
def test_to_a_shell_an_id_is_nothing_but_an_argument(tmp_path: Path, call: str, evil: str) -> None:
    program = tmp_path / call.partition(" ")[0]
    program.write_text("#!/bin/sh\nprintf '%s\\n' \"$@\"\n")
    program.chmod(0o755)
    command = f"{tmp_path}/{call}"
    for test in (f"{evil}::{evil}", f"a.js > {evil}", f"a.js {MARK} {evil}", f"A::b with data set {evil}"):
        narrow = narrowed(command, [test])
        if narrow:
            told = subprocess.run(["/bin/sh", "-c", narrow], cwd=tmp_path, stdout=subprocess.PIPE, check=True)
            assert told.stdout.decode().splitlines() == shlex.split(narrow)[1:]
    assert list(tmp_path.iterdir()) == [program]


# --- with real runners ------------------------------------------------------------------------------


NOTE = "open('ran', 'a').write"
PYTEST = f"""
import pytest

def test_good(): {NOTE}('good ')

@pytest.mark.parametrize("text", ["a - b]", "$(touch pwned)", "'; touch pwned; '"])
def test_text(text):
    {NOTE}(text + ' ')
    assert text == ""
"""
UNITTEST = f"""
import unittest

class T(unittest.TestCase):
    def test_top(self):
        {NOTE}('top ')
        with self.subTest(i=1):
            self.fail()

    def test_top_two(self): {NOTE}('two ')
"""
NODE = """
const { test, describe, it } = require("node:test");
const ran = (what) => require("fs").appendFileSync("ran", what + " ");
describe("range", () => {
  it("takes (both) ends? '; touch pwned; '", () => { ran("takes"); throw new Error("no"); });
  it("takes", () => ran("other"));
});
test("top", () => ran("top"));
"""
PY = sys.executable
ALONE = "PYTEST_DISABLE_PLUGIN_AUTOLOAD=1"
PROJECTS = {
    "pytest, first": (f"{ALONE} {PY} -m pytest -q tests", {"tests/test_a.py": PYTEST}, 0, "a - b] "),
    "pytest, second": (
        f"{ALONE} {PY} -m pytest -q tests",
        {"tests/test_a.py": PYTEST},
        1,
        "$(touch pwned) ",
    ),
    "pytest, third": (
        f"{ALONE} {PY} -m pytest -q tests",
        {"tests/test_a.py": PYTEST},
        2,
        "'; touch pwned; ' ",
    ),
    "unittest": (f"{PY} -m unittest", {"test_a.py": UNITTEST}, 0, "top "),
    "unittest, discovery": (
        f"{PY} -m unittest discover -s tests -t .",
        {"tests/test_a.py": UNITTEST, "tests/__init__.py": ""},
        0,
        "top ",
    ),
    "unittest, discovery inside": (
        f"{PY} -m unittest discover -s tests",
        {"tests/test_a.py": UNITTEST},
        0,
        "top ",
    ),
    "node, found": ("node --test", {"test/a.test.js": NODE}, 0, "takes "),
    "node, spec": ("node --test --test-reporter=spec test/*.js", {"test/a.test.js": NODE}, 0, "takes "),
}


@pytest.mark.parametrize(("command", "files", "which", "ran"), PROJECTS.values(), ids=PROJECTS)
def test_exactly_the_wanted_test_runs(
    tmp_path: Path, command: str, files: Mapping[str, str], which: int, ran: str
) -> None:
    def populate(folder: Path) -> None:
        for path, text in files.items():
            write(folder, path, text)

    sandbox = ProcessSandbox(tmp_path, populate)
    sandbox.prepare(None, timeout=30)
    run = sandbox.run(command, {}, timeout=30)
    whole = read_test_output(run.output, exit_code=run.exit_code)
    assert whole is not None, run.output
    wanted = whole.failed[which]
    narrow = narrowed(command, [wanted.id])
    assert narrow is not None
    run = sandbox.run(narrow, {}, timeout=30)
    alone = read_test_output(run.output, exit_code=run.exit_code)
    assert alone is not None, run.output
    assert [test.id for test in alone.failed] == [wanted.id]
    assert (tmp_path / "tree" / "ran").read_text() == ran
    assert not (tmp_path / "tree" / "pwned").exists()
