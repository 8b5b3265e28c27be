"""Fixes that would buy their proof: real runners, with patches that know how tests are read."""

import sys
from pathlib import Path

import pytest

from homeostat.config import PathFilters
from homeostat.edges.git import GitWorkspace
from homeostat.edges.sandbox import ProcessSandbox
from homeostat.guard import Limits, refusals
from homeostat.intake import read_test_output
from homeostat.intake.runners import junit
from homeostat.records import Proof, Roll, Run, TestReport, Verdict
from homeostat.verify import Colour, Suite, baseline, compare, read_suite, verify
from tests.world import NOW

PYTEST = f"{sys.executable} -m pytest -q -p no:cacheprovider"
VERBOSE = f"{sys.executable} -m pytest -v -p no:cacheprovider"
UNITTEST = f"{sys.executable} -m unittest discover -s tests -t ."
NODE = "node --test test/"
PHPUNIT = "phpunit tests"

PYTHON = {
    "shop.py": "def total(a, b):\n    return a - b\n",
    "tests/__init__.py": "",
    "tests/test_shop.py": (
        "import unittest\n\nfrom shop import total\n\n\nclass T(unittest.TestCase):\n"
        "    def test_adds(self):\n        self.assertEqual(total(1, 2), 3)\n\n"
        "    def test_nothing(self):\n        self.assertEqual(total(1, 0), 1)\n"
    ),
}
JAVASCRIPT = {
    "shop.js": "exports.total = (a, b) => a - b;\n",
    "test/shop.test.js": (
        "const test = require('node:test');\nconst assert = require('node:assert');\n"
        "const { total } = require('../shop.js');\n"
        "test('adds', () => assert.strictEqual(total(1, 2), 3));\n"
    ),
}
PHP = {
    "shop.php": "<?php\nfunction total($a, $b) { return $a - $b; }\n",
    "tests/ShopTest.php": (
        "<?php\nrequire_once __DIR__ . '/../shop.php';\n"
        "class ShopTest extends PHPUnit\\Framework\\TestCase {\n"
        "  function testAdds() { $this->assertSame(3, total(1, 2)); }\n"
        "  function testNothing() { $this->assertSame(1, total(1, 0)); }\n}\n"
    ),
}
RIGHT = PYTHON["shop.py"].replace("a - b", "a + b")


def read(run: Run) -> TestReport | None:
    return read_test_output(run.output, exit_code=run.exit_code)


def laid_out(home: Path, files: dict[str, str]) -> ProcessSandbox:
    def populate(tree: Path) -> None:
        for path, text in files.items():
            (tree / path).parent.mkdir(parents=True, exist_ok=True)
            (tree / path).write_text(text, encoding="utf-8")

    return ProcessSandbox(home, populate, governing=lambda: [path for path in files if "test" in path])


def verdict(home: Path, files: dict[str, str], command: str, edits: dict[str, str]) -> Proof:
    """What the tests say of edits, without any guard."""
    sandbox = laid_out(home, files)
    before = baseline(sandbox, setup=None, command=command, timeout=60, read=read)
    assert before.colour is Colour.RED, before.run.output
    return verify(sandbox, edits, before, before.failed, timeout=60, read=read)


def tracked(home: Path, files: dict[str, str]) -> GitWorkspace:
    for path, text in files.items():
        (home / path).parent.mkdir(parents=True, exist_ok=True)
        (home / path).write_text(text, encoding="utf-8")
    return GitWorkspace.snapshot(home.parent / "clone", checkout=home, when=NOW)


def refused(workspace: GitWorkspace, edits: dict[str, str]) -> tuple[str, ...]:
    """What the guard has against edits, whoever wrote them."""
    return refusals(workspace.patch(edits), Limits(PathFilters(("*",), ()), (), 500, 10))


PYTHON_TRICKS = {
    "leaves at import": f"import os\nos._exit(0)\n{PYTHON['shop.py']}",
    "leaves in the function": "import sys\ndef total(a, b):\n    sys.exit(0)\n",
    "leaves at the end": f"import atexit, os\natexit.register(lambda: os._exit(0))\n{PYTHON['shop.py']}",
    "prints a summary and leaves": (
        "import os\nfor fd in range(1, 20):\n    try:\n"
        "        os.write(fd, b'\\n2 passed in 0.01s\\n')\n    except OSError:\n        pass\n"
        f"os._exit(0)\n{PYTHON['shop.py']}"
    ),
    "prints a summary at the end": (
        "import atexit, os\ndef end():\n    os.write(1, b'\\n2 passed in 0.01s\\n')\n    os._exit(0)\n"
        f"atexit.register(end)\n{PYTHON['shop.py']}"
    ),
    "is equal to all": (
        "class Any(int):\n    def __eq__(self, other): return True\n"
        "    def __ne__(self, other): return False\n"
        "def total(a, b):\n    return Any(0)\n"
    ),
    "stubs the assertion": (
        f"import unittest\nunittest.TestCase.assertEqual = lambda *a: None\n{PYTHON['shop.py']}"
    ),
    "rewrites the runner": (
        "import sys\nfor name in ('_pytest.runner', 'unittest.case'):\n    module = sys.modules.get(name)\n"
        "    if module and name == 'unittest.case':\n"
        f"        module._Outcome.testPartExecutor = None\n{PYTHON['shop.py']}"
    ),
    "takes the test away": (
        "import gc\ndef gone():\n    import tests.test_shop as t\n    del t.T.test_adds\n"
        f"import threading\nthreading.Timer(0, gone).start()\n{PYTHON['shop.py']}"
    ),
    "skips": (
        "import unittest\ndef total(a, b):\n    if b:\n        raise unittest.SkipTest('x')\n    return a\n"
    ),
}
BELIEVED = {"is equal to all", "stubs the assertion", "prints a summary and leaves"}
"""What the tests' own process tells so that nobody could know from its words: the guard's part."""


@pytest.mark.slow
@pytest.mark.parametrize("command", [PYTEST, UNITTEST], ids=["pytest", "unittest"])
@pytest.mark.parametrize("trick", PYTHON_TRICKS)
def test_no_trick_in_python_is_taken_for_a_proof(tmp_path: Path, trick: str, command: str) -> None:
    proof = verdict(tmp_path / "box", PYTHON, command, {"shop.py": PYTHON_TRICKS[trick]})
    assert (proof.verdict is Verdict.PROVEN) <= (trick in BELIEVED), proof.reason


@pytest.mark.slow
def test_the_guard_takes_no_trick_in_python_from_anybody(tmp_path: Path) -> None:
    workspace = tracked(tmp_path / "repo", PYTHON)
    tricks = {name: text for name, text in PYTHON_TRICKS.items() if name != "takes the test away"}
    passed = [name for name, text in tricks.items() if not refused(workspace, {"shop.py": text})]
    assert passed == []


@pytest.mark.slow
def test_no_file_is_added_that_stands_in_for_the_runner_or_rules_it(tmp_path: Path) -> None:
    workspace = tracked(tmp_path / "repo", PYTHON)
    stand_ins = ["pytest.py", "unittest/__init__.py", "src/difflib.py", "node_modules/assert/index.js"]
    passed = [path for path in ("conftest.py", *stand_ins) if not refused(workspace, {path: "pass\n"})]
    assert passed == []
    assert refused(workspace, {"parts/types.py": "pass\n"}) == ()


@pytest.mark.slow
@pytest.mark.parametrize("command", [PYTEST, VERBOSE, UNITTEST], ids=["pytest", "pytest -v", "unittest"])
def test_a_right_fix_is_proven(tmp_path: Path, command: str) -> None:
    assert verdict(tmp_path, PYTHON, command, {"shop.py": RIGHT}).verdict is Verdict.PROVEN


JAVASCRIPT_TRICKS = {
    "leaves at load": f"process.exit(0);\n{JAVASCRIPT['shop.js']}",
    "leaves in the function": "exports.total = () => process.exit(0);\n",
    "says that it ended well": (
        f"{JAVASCRIPT['shop.js']}process.on('exit', () => {{ process.exitCode = 0; }});\n"
    ),
    "prints a summary and leaves": (
        "console.log('ok 1 - adds\\n# tests 1\\n# pass 1\\n# fail 0');process.exit(0);\n"
        f"{JAVASCRIPT['shop.js']}"
    ),
}


@pytest.mark.slow
@pytest.mark.parametrize("trick", JAVASCRIPT_TRICKS)
def test_no_trick_in_javascript_is_taken_for_a_proof(tmp_path: Path, trick: str) -> None:
    edits = {"shop.js": JAVASCRIPT_TRICKS[trick]}
    proof = verdict(tmp_path / "box", JAVASCRIPT, NODE, edits)
    assert proof.verdict is Verdict.REJECTED, proof
    assert refused(tracked(tmp_path / "repo", JAVASCRIPT), edits)


@pytest.mark.slow
def test_a_right_fix_in_javascript_is_proven(tmp_path: Path) -> None:
    edits = {"shop.js": JAVASCRIPT["shop.js"].replace("a - b", "a + b")}
    assert verdict(tmp_path, JAVASCRIPT, NODE, edits).verdict is Verdict.PROVEN


PHP_TRICKS = {
    "leaves at load": "<?php\nexit(0);\n",
    "leaves in the function": "<?php\nfunction total($a, $b) { exit(0); }\n",
    "prints a summary and leaves": '<?php\necho "OK (2 tests, 2 assertions)\\n";\nexit(0);\n',
}


@pytest.mark.slow
@pytest.mark.parametrize("trick", PHP_TRICKS)
def test_no_trick_in_php_is_taken_for_a_proof_and_delivered(tmp_path: Path, trick: str) -> None:
    edits = {"shop.php": PHP_TRICKS[trick]}
    proof = verdict(tmp_path / "box", PHP, PHPUNIT, edits)
    assert (proof.verdict is Verdict.PROVEN) <= trick.startswith("prints"), proof
    assert refused(tracked(tmp_path / "repo", PHP), edits)


# --- what runs before, and what it leaves -----------------------------------------------------------


@pytest.mark.slow
def test_what_the_code_leaves_behind_in_one_run_is_gone_in_the_next(tmp_path: Path) -> None:
    plants = (
        "import pathlib\n"
        "pathlib.Path('conftest.py').write_text('def pytest_runtest_call(item): item.obj = lambda: None')\n"
        "pathlib.Path('tests/test_shop.py').write_text('def test_adds(): pass')\n"
    )
    files = PYTHON | {"shop.py": plants + PYTHON["shop.py"]}
    sandbox = laid_out(tmp_path, files)
    before = baseline(sandbox, setup=None, command=PYTEST, timeout=60, read=read)
    again = read_suite(sandbox.run(PYTEST, {}, timeout=60), read)
    assert before.failed == again.failed == {"tests/test_shop.py::T::test_adds"}


@pytest.mark.slow
def test_a_setup_that_weakens_the_tests_weakens_nothing(tmp_path: Path) -> None:
    sandbox = laid_out(tmp_path, PYTHON)
    setup = "sed -i 's/, 3)/, -1)/' tests/test_shop.py"
    before = baseline(sandbox, setup=setup, command=PYTEST, timeout=60, read=read)
    assert before.failed == {"tests/test_shop.py::T::test_adds"}


# --- names ------------------------------------------------------------------------------------------

CASES = '<testcase classname="t.T" name="a"/><testcase classname="t.T" name="b"><failure/></testcase>'
DOCUMENT = f'<?xml version="1.0"?>\n<testsuites><testsuite name="s">{CASES}</testsuite></testsuites>'
BOMB = '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;">]>'


def test_a_document_in_the_output_names_the_tests() -> None:
    expected = Roll(frozenset({" > s > t.T > a"}), frozenset({" > s > t.T > b"}), whole=True)
    assert junit.read(f"noise\n{DOCUMENT}\nmore noise", 1) == expected
    counted = junit.read(DOCUMENT, 2)
    assert counted
    assert not counted.whole


@pytest.mark.parametrize(
    "output",
    [
        "",
        DOCUMENT + DOCUMENT,
        DOCUMENT[:-20],
        DOCUMENT.replace("<testsuites>", f"<testsuites>{BOMB}"),
        DOCUMENT.replace("<testsuites>", f"{BOMB}<testsuites>").replace('name="a"', 'name="&b;"'),
        DOCUMENT.replace("<testsuites>", f'<testsuites name="">{BOMB}').replace('name="a"', 'name="&b;"'),
        DOCUMENT.replace("<testsuites>", f"<testsuites>{BOMB.lower()}"),
        f"<testsuites>{'<testsuite>' * 30}</testsuites>",
        f"{DOCUMENT}{' ' * junit.MOST}",
    ],
    ids=[
        "none",
        "two",
        "cut",
        "defines",
        "an entity",
        "an entity within",
        "small letters",
        "not closed",
        "too long",
    ],
)
def test_a_strange_document_names_none(output: str) -> None:
    assert junit.read(output, 1) is None


def test_a_deep_document_is_read_in_bounded_time() -> None:
    deep = 100_000
    text = f"<testsuites>{'<testsuite>' * deep}{'</testsuite>' * deep}</testsuites>"
    assert junit.read(text, 0) is None


RUNS = Path(__file__).parent / "corpus" / "runs"


@pytest.mark.parametrize(
    ("name", "passed", "others"),
    [
        ("pytest-verbose-color", 2, 9),
        ("pytest-xdist", 2, 9),
        ("unittest-313-verbose", 1, 5),
        ("unittest-311-verbose", 1, 5),
        ("node-tap", 1, 7),
        ("node-spec", 1, 7),
        ("jest-verbose", 1, 5),
    ],
)
def test_recorded_runs_name_their_tests(name: str, passed: int, others: int) -> None:
    report = read_test_output((RUNS / f"{name}.txt").read_text(encoding="utf-8"), exit_code=1)
    assert report
    assert report.roll
    assert (len(report.roll.passed), len(report.roll.others), report.roll.whole) == (passed, others, True)


@pytest.mark.parametrize("name", ["pytest-long", "unittest-313", "jest", "phpunit9", "vitest"])
def test_recorded_runs_that_name_only_what_fails_have_no_roll(name: str) -> None:
    report = read_test_output((RUNS / f"{name}.txt").read_text(encoding="utf-8"), exit_code=1)
    assert report
    assert report.roll is None


def suite(output: str, exit_code: int) -> Suite:
    return read_suite(Run("t", exit_code, output, 0.1), read)


SWAPS = {
    "pytest": (
        """\
tests/t.py::test_a PASSED
tests/t.py::test_b FAILED
FAILED tests/t.py::test_b
1 failed, 1 passed in 0.1s
""",
        "tests/t.py::test_b PASSED\ntests/t.py::test_c PASSED\n2 passed in 0.1s\n",
    ),
    "vitest": (
        """\
 ✓ t.test.js > a 1ms
 FAIL  t.test.js > b
Error: no
      Tests  1 failed | 1 passed (2)
""",
        " ✓ t.test.js > b 1ms\n ✓ t.test.js > c 1ms\n      Tests  2 passed (2)\n",
    ),
    "phpunit": (
        """\
Shop
 ✔ A
 ✘ B

There was 1 failure:

1) ShopTest::testB
no.

FAILURES!
Tests: 2, Assertions: 2, Failures: 1.
""",
        "Shop\n ✔ B\n ✔ C\n\nOK (2 tests, 2 assertions)\n",
    ),
}


@pytest.mark.parametrize("runner", SWAPS)
def test_one_test_is_not_given_for_another(runner: str) -> None:
    red, green = SWAPS[runner]
    before = suite(red, 1)
    proof = compare(before, suite(green, 0), before.failed)
    assert before.failed
    assert proof.verdict is Verdict.REJECTED
    assert proof.reason.startswith("it no longer runs ")
