from __future__ import annotations

import pytest

from homeostat.intake import read_test_output
from homeostat.records import FailedTest, Frame, TestReport

STEP = "\N{SINGLE RIGHT-POINTING ANGLE QUOTATION MARK}"
POINTER = "\N{HEAVY RIGHT-POINTING ANGLE QUOTATION MARK ORNAMENT}"
COUNTED = "\N{INFORMATION SOURCE}"


def read(text: str) -> TestReport:
    report = read_test_output(text, exit_code=1)
    assert report is not None
    return report


def only(text: str) -> FailedTest:
    (test,) = read(text).failed
    return test


@pytest.mark.parametrize(
    "text",
    [
        "",
        "make: *** [test] Error 1",
        "3 errors in the log",
        "Tests are fine",
        "FAIL",
        "ok 1 - it",
        "FAILED a::b - no",
        "✖",
    ],
)
def test_what_no_runner_printed_is_not_read(text: str) -> None:
    assert read_test_output(text, exit_code=1) is None


@pytest.mark.parametrize(
    ("summary", "passed", "skipped"),
    [
        ("== 3 passed in 0.12s ==", 3, 0),
        ("3 passed, 1 skipped in 0.12s", 3, 1),
        ("= 2 failed, 3 passed, 1 skipped, 2 warnings in 61.01s (0:01:01) =", 3, 1),
        ("== no tests ran in 0.00s ==", 0, 0),
    ],
)
def test_pytest_counts(summary: str, passed: int, skipped: int) -> None:
    report = read(summary)
    assert (report.runner, report.passed, report.skipped) == ("pytest", passed, skipped)


LONG_BLOCK = """\
___ test_x ___

    def test_x():
>       f()
E       KeyError: 1

tests/test_{0}.py:3: KeyError
"""

SUMMARY = """\
=== short test summary info ===
FAILED tests/test_a.py::test_x - KeyError: 1
FAILED tests/test_b.py::test_x - Key...
=== 2 failed in 0.1s ===
"""


def test_pytest_cut_before_its_summary_knows_no_counts() -> None:
    report = read(f"=== FAILURES ===\n{LONG_BLOCK.format('a')}")
    assert (report.passed, report.skipped) == (None, None)
    assert [test.id for test in report.failed] == ["tests/test_a.py::test_x"]


def test_tests_of_one_name_in_two_files_are_told_apart() -> None:
    report = read(f"=== FAILURES ===\n{LONG_BLOCK.format('a')}{LONG_BLOCK.format('b')}{SUMMARY}")
    told = {test.id: test.failure.frames[0].file for test in report.failed if test.failure}
    assert told == {f"{file}::test_x": file for file in ("tests/test_a.py", "tests/test_b.py")}


def test_verbose_lines_name_tests_when_the_summary_is_off() -> None:
    block = "== FAILURES ==\n__ TestA.test_x[1.5] __\n\n>   ???\nE   KeyError: 1\n\nshop.py:3: KeyError\n"
    verbose = "tests/test_a.py::TestA::test_x[1.5] FAILED [100%]\n"
    assert only(f"{verbose}{block}== 1 failed in 0.1s ==").id == "tests/test_a.py::TestA::test_x[1.5]"


def test_a_block_that_cannot_be_read_still_names_its_test() -> None:
    assert only("== FAILURES ==\n__ test_x __\nnothing known\n== 1 failed in 0.1s ==") == FailedTest(
        "test_x", None
    )


NATIVE = """\
== test session starts ==
rootdir: /srv/app, configfile: x
== FAILURES ==
__ TestA.test_x __
Traceback (most recent call last):
  File "/srv/app/tests/test_a.py", line 3, in test_x
    f()
KeyError: 1
"""


def test_pytest_native_ids_are_relative_to_the_root() -> None:
    assert only(NATIVE).id == "tests/test_a.py::TestA::test_x"


def test_a_module_that_does_not_parse_keeps_its_place_without_a_last_word() -> None:
    text = (
        '== ERRORS ==\n__ ERROR collecting a.py __\nE   File "/srv/a.py", line 3\nE     def f(:\nE         ^'
    )
    test = only(text)
    assert test.failure is not None
    assert (test.id, test.failure.type, test.failure.frames) == (
        "a.py",
        "SyntaxError",
        (Frame("/srv/a.py", 3),),
    )


@pytest.mark.parametrize(
    ("heading", "name"),
    [
        ("FAIL: test_x (tests.test_a.A.test_x)", "tests.test_a.A.test_x"),
        ("ERROR: test_x (tests.test_a.A)", "tests.test_a.A.test_x"),
        ("FAIL: test_x (tests.test_a.A.test_x) [odd] (n=1)", "tests.test_a.A.test_x [odd] (n=1)"),
        ("ERROR: tests.test_a (unittest.loader._FailedTest)", "tests.test_a"),
        ("ERROR: tests.test_a (unittest.loader._FailedTest.tests.test_a)", "tests.test_a"),
    ],
)
def test_unittest_ids(heading: str, name: str) -> None:
    rule = "-" * 70
    trace = (
        'Traceback (most recent call last):\n  File "a.py", line 3, in test_x\nKeyError: 1\n\nStdout:\nnoise'
    )
    text = f"{'=' * 70}\n{heading}\n{rule}\n{trace}\n\n{rule}\nRan 1 test in 0.1s\n\nFAILED (failures=1)"
    test = only(text)
    assert test.failure is not None
    assert (test.id, test.failure.message) == (name, "1")


def test_unittest_cut_before_its_end_knows_no_counts() -> None:
    report = read(f"{'=' * 70}\nFAIL: test_x (a.A.test_x)\n{'-' * 70}\nno trace")
    assert (report.passed, report.skipped, report.failed) == (None, None, (FailedTest("a.A.test_x", None),))


def test_a_quoted_heading_of_unittest_is_no_block() -> None:
    assert read("FAIL: test_x (a.A)\nsaid the log\nRan 1 test in 0.1s\n\nOK").failed == ()


PHPUNIT = """PHPUnit {version} by Sebastian Bergmann and contributors.

Runtime:       PHP 8.3.4

FE                                                                  2 / 2 (100%)

There was 1 error:

1) Shop\\CartTest::testLoads with data set "a (b)" ('x')
{message}

/srv/app/src/Cart.php:33
/srv/app/tests/CartTest.php:26

--

There was 1 risky test:

1) Shop\\CartTest::testRisky
This test did not perform any assertions

/srv/app/tests/CartTest.php:52

--

1 test triggered 1 PHP warning:

1) /srv/app/tests/CartTest.php:59
Undefined array key "missing"

ERRORS!
Tests: 2, Assertions: 1, Errors: 1, Risky: 1.
"""


@pytest.mark.parametrize("version", ["9.6.7", "10.5.5", "11.0.1"])
@pytest.mark.parametrize(
    ("printed", "kind", "message"),
    [
        ("Error: no price", "Error", "no price"),
        (r"Shop\CartException: late", r"Shop\CartException", "late"),
        (r"Shop\Oops: late", r"Shop\Oops", "late"),
        ('Undefined array key "a: b"', "Warning", 'Undefined array key "a: b"'),
    ],
)
def test_phpunit_reads_errors_and_passes_over_what_only_warns(
    version: str, printed: str, kind: str, message: str
) -> None:
    report = read(PHPUNIT.format(version=version, message=printed))
    (test,) = report.failed
    assert test.id == 'Shop\\CartTest::testLoads with data set "a (b)"'
    assert test.failure is not None
    assert (test.failure.type, test.failure.message, len(test.failure.frames)) == (kind, message, 2)
    assert (report.passed, report.skipped) == (0, 0)


def test_phpunit_green() -> None:
    report = read("PHPUnit 11.0.1 by Sebastian Bergmann and contributors.\n\nOK (3 tests, 5 assertions)\n")
    assert report == TestReport("phpunit", (), 3, 0)


def test_phpunit_killed_before_its_counts() -> None:
    assert read("PHPUnit 11.0.1 by Sebastian Bergmann and contributors.\n") == TestReport(
        "phpunit", (), None, None
    )


def test_phpunit_names_what_it_cannot_take_apart() -> None:
    text = (
        "There was 1 failure:\n\n1) odd\nno\n\na.php:1\n\nFAILURES!\nTests: 1, Assertions: 1, Failures: 1.\n"
    )
    assert only(text).id == "odd"


JEST = """\
FAIL src/a.test.js (5.1 s)
  ● Console

    console.log

  ● adds

    Oops: no

      at f (src/a.js:1:2)

"""


def test_jest_without_its_totals_reads_the_blocks() -> None:
    report = read(JEST)
    assert (report.passed, [test.id for test in report.failed]) == (None, [f"src/a.test.js {STEP} adds"])


def test_jest_summary_repeats_nothing() -> None:
    text = f"{JEST}Summary of all failing tests\n{JEST}Tests:       1 failed, 1 total\n"
    assert only(text).id == f"src/a.test.js {STEP} adds"


def test_tests_that_share_a_name_are_numbered() -> None:
    report = read(f"{JEST}{JEST}Tests:       2 failed, 2 total\n")
    first = f"src/a.test.js {STEP} adds"
    assert [(test.id, test.failure and test.failure.tests) for test in report.failed] == [
        (first, (first,)),
        (f"{first} #2", (f"{first} #2",)),
    ]


VITEST = f"""
 FAIL  |unit| a.test.ts > adds
 FAIL  a.test.ts > adds > twice
TypeError: x
 {POINTER} f src/a.ts:1:2

⎯⎯⎯⎯⎯⎯⎯⎯[1/2]⎯
"""


def test_vitest_tests_that_failed_alike_share_a_block() -> None:
    report = read(VITEST)
    assert [(test.id, test.failure and test.failure.frames) for test in report.failed] == [
        ("a.test.ts > adds", (Frame("src/a.ts", 1, 2, "f"),)),
        ("a.test.ts > adds > twice", (Frame("src/a.ts", 1, 2, "f"),)),
    ]
    assert report.passed is None


def test_vitest_green() -> None:
    assert read(" RUN  v4\n\n      Tests  3 passed | 1 skipped (4)\n") == TestReport("vitest", (), 3, 1)


LISTED = """\
✖ failing tests:

test at test/a.test.js:3:1
✖ adds (1.5ms)
  TypeError: x
      at f (src/a.js:1:2)

test at test/a.test.js:9:1
✖ adds (1ms)
  Error: y
      at g (src/a.js:2:2)
"""

NEWER_SPEC = f"""\
▶ cart
  ✖ adds (1.5ms)
  ▶ inner
    ✖ adds (1ms)
  ✖ inner (2ms)
✖ cart (3ms)
{COUNTED} pass 0
{COUNTED} skipped 0

{LISTED}"""


def test_spec_of_newer_node_keeps_bodies_for_the_end() -> None:
    assert [(test.id, test.failure and test.failure.type) for test in read(NEWER_SPEC).failed] == [
        ("a.test.js > cart > adds", "TypeError"),
        ("a.test.js > cart > inner > adds", "Error"),
    ]


OLDER_SPEC = """\
▶ cart
  ✖ adds (1.5ms)
    TypeError: x
        at f (src/a.js:1:2)

▶ cart (3ms)

✖ other (1ms)
  'text'
"""


def test_spec_of_older_node_closes_suites_with_their_own_mark() -> None:
    report = read(OLDER_SPEC)
    assert [(test.id, test.failure is None) for test in report.failed] == [
        ("cart > adds", False),
        ("other", True),
    ]


def test_spec_without_its_tree_names_tests_by_their_file() -> None:
    assert [test.id for test in read(LISTED).failed] == ["a.test.js > adds", "a.test.js > adds #2"]


TAP = """TAP version 13
# Subtest: it's #1
not ok 1 - it's \\#1
  ---
  location: '/srv/x/test/a.test.js:3:1'
  failureType: 'testCodeFailure'
  error: "line one\\nsays \\"x\\""
  code: {code}
  ...
not ok 2 - later # TODO
ok 3 - skipped # SKIP
"""


@pytest.mark.parametrize(
    ("code", "kind"), [("'ERR_ASSERTION'", "AssertionError"), ("'ERR_TEST_FAILURE'", "Error")]
)
def test_tap_without_a_stack_knows_the_tests_place(code: str, kind: str) -> None:
    test = only(TAP.format(code=code))
    assert test.failure is not None
    assert (test.id, test.failure.type, test.failure.message) == (
        "a.test.js > it's #1",
        kind,
        'line one\nsays "x"',
    )
    assert test.failure.frames == (Frame("/srv/x/test/a.test.js", 3, 1),)


def test_tap_without_a_block_still_names_the_test() -> None:
    assert only("TAP version 13\nnot ok 1 - bare\n") == FailedTest("bare", None)


def test_tap_ids_do_not_depend_on_the_folder() -> None:
    here = only(TAP.format(code="~"))
    there = only(TAP.format(code="~").replace("/srv/x", "/srv/elsewhere"))
    assert here.id == there.id


def test_two_runners_are_merged() -> None:
    report = read("= 3 passed in 0.1s =\nRan 2 tests in 0.1s\n\nOK (skipped=1)\n")
    assert report == TestReport("pytest+unittest", (), 4, 1)


def test_many_failing_tests_are_bounded() -> None:
    lines = "\n".join(f"not ok {number} - test {number}" for number in range(1, 3_000))
    assert len(read(f"TAP version 13\n{lines}").failed) == 1_000
