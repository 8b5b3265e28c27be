"""What is made of the tests' own words, before a fix and after it."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import pytest

from homeostat.ports import Sandbox
from homeostat.records import FailedTest, Roll, Run, TestReport, Verdict
from homeostat.verify import (
    Colour,
    Suite,
    baseline,
    compare,
    differ,
    read_suite,
    refuted,
    reproduced,
    steady,
    twice,
    verify,
)

COMMAND = "run the tests"


@dataclass
class Scripted:
    """A sandbox that answers from a script and notes what it was asked."""

    runs: list[Run]
    setup: Run | None = None
    asked: list[tuple[str, dict[str, str], float]] = field(default_factory=list)

    def prepare(self, setup_command: str | None, *, timeout: float) -> Run | None:
        self.asked.append((f"setup: {setup_command}", {}, timeout))
        return self.setup

    def run(self, command: str, edits: Mapping[str, str], *, timeout: float) -> Run:
        self.asked.append((command, dict(edits), timeout))
        return self.runs.pop(0)


def ended(exit_code: int | None, output: str = "") -> Run:
    return Run(COMMAND, exit_code, output, 61.6)


def counted(failed: str = "", *, passed: int | None = None, skipped: int | None = None) -> Run:
    """A run whose output is one word for each failing test, then what was counted."""
    words = [*failed.split(), f"passed={passed}", f"skipped={skipped}"]
    return ended(1 if failed else 0, " ".join(words))


def _count(word: str) -> int | None:
    return None if word.endswith("None") else int(word.partition("=")[2])


def read(run: Run) -> TestReport | None:
    """The report in such an output; None when it holds no counts."""
    if "passed=" not in run.output:
        return None
    *failed, passed, skipped = run.output.split()
    tests = tuple(FailedTest(name, None) for name in failed)
    return TestReport("scripted", tests, _count(passed), _count(skipped))


def suite(run: Run) -> Suite:
    return read_suite(run, read)


def names(text: str) -> frozenset[str]:
    return frozenset(text.split())


# --- one run ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("run", "colour", "reason"),
    [
        (counted(), Colour.GREEN, "the tests pass"),
        (ended(0, "no summary"), Colour.GREEN, "the tests pass"),
        (counted("t2 t1"), Colour.RED, "2 failing: t1, t2"),
        (counted("t4 t3 t2 t1"), Colour.RED, "4 failing: t1, t2, t3"),
        (ended(None, "t1 passed=None skipped=None"), Colour.BROKEN, "the tests did not end within 62 s"),
        (
            ended(126, "sh: tests:\nPermission denied\n"),
            Colour.BROKEN,
            "the test command cannot run here: Permission denied",
        ),
        (ended(127, "npm: not found"), Colour.BROKEN, "the test command cannot run here: npm: not found"),
        (ended(127, " \n"), Colour.BROKEN, "the test command cannot run here: no output"),
        (
            ended(2, "a wild traceback"),
            Colour.BROKEN,
            "exit code 2, and no failing test can be read from the output of the tests",
        ),
        (
            ended(1, "passed=3 skipped=0"),
            Colour.BROKEN,
            "exit code 1, and no failing test can be read from the output of the tests",
        ),
    ],
    ids=[
        "passing",
        "passing without a summary",
        "failing",
        "many failing",
        "timeout",
        "126",
        "127",
        "127 in silence",
        "unreadable",
        "no failing test",
    ],
)
def test_a_run_has_a_colour_and_the_reason_for_it(run: Run, colour: Colour, reason: str) -> None:
    found = suite(run)
    assert (found.run, found.colour, found.reason) == (run, colour, reason)


@pytest.mark.parametrize(
    ("run", "failed", "ran"),
    [
        (counted("t1 t2", passed=3), "t1 t2", 5),
        (counted(passed=0), "", 0),
        (counted("t1"), "t1", None),
        (ended(0), "", None),
        (ended(127, "t1 passed=3 skipped=0"), "", None),
    ],
    ids=["failed and passed", "none at all", "not counted", "no summary", "a command not found"],
)
def test_a_suite_says_which_tests_failed_and_how_many_ran(run: Run, failed: str, ran: int | None) -> None:
    assert (suite(run).failed, suite(run).ran) == (names(failed), ran)


# --- before any fix ---------------------------------------------------------------------------------


def told(sandbox: Sandbox, *, setup: str | None = "install") -> Suite:
    return baseline(sandbox, setup=setup, command=COMMAND, timeout=9.0, read=read)


@pytest.mark.parametrize("setup", [None, ended(0)], ids=["no setup", "setup done"])
def test_the_tests_run_once_untouched_after_the_setup(setup: Run | None) -> None:
    sandbox = Scripted([counted("t1")], setup)
    assert told(sandbox) == suite(counted("t1"))
    assert sandbox.asked == [("setup: install", {}, 9.0), (COMMAND, {}, 9.0)]


def test_a_tree_is_laid_out_without_a_setup_too() -> None:
    sandbox = Scripted([counted()])
    assert told(sandbox, setup=None).colour is Colour.GREEN
    assert sandbox.asked[0] == ("setup: None", {}, 9.0)


@pytest.mark.parametrize(
    ("setup", "reason"),
    [
        (ended(1), "setup_command ended with exit code 1"),
        (ended(127), "setup_command ended with exit code 127"),
        (ended(None), "setup_command did not end in time"),
    ],
    ids=["failed", "not found", "timeout"],
)
def test_no_test_runs_after_a_setup_that_fails(setup: Run, reason: str) -> None:
    sandbox = Scripted([], setup)
    assert told(sandbox) == Suite(setup, None, Colour.BROKEN, reason)
    assert len(sandbox.asked) == 1


# --- after a fix ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("before", "after", "tests", "reason", "left"),
    [
        (counted("t1", passed=2), counted(passed=3), "t1", "1 failing before, passing after", ""),
        (counted("t1 t2", passed=0), counted(passed=2), "t1 t2", "2 failing before, passing after", ""),
        (counted("t1 t2", passed=0), counted("t2", passed=1), "t1", "1 failing before, passing after", "t2"),
        (counted("t1", passed=2), counted(passed=4), "t1", "1 failing before, passing after", ""),
        (
            counted("t1", passed=0, skipped=1),
            counted(passed=1, skipped=1),
            "t1",
            "1 failing before, passing after",
            "",
        ),
        (counted("t1", passed=0, skipped=2), counted(passed=1), "t1", "1 failing before, passing after", ""),
    ],
    ids=["one", "two", "beside another failure", "with more tests", "skipped as before", "fewer skipped"],
)
def test_a_fix_is_proven_when_what_failed_passes_and_nothing_else_breaks(
    before: Run, after: Run, tests: str, reason: str, left: str
) -> None:
    proof = compare(suite(before), suite(after), names(tests))
    assert (proof.verdict, proof.reason) == (Verdict.PROVEN, reason)
    assert (proof.fixed, proof.still_failing) == (tuple(tests.split()), tuple(left.split()))
    assert (proof.command, proof.before, proof.after) == (COMMAND, before, after)


@pytest.mark.parametrize("after", [counted(passed=3), counted(passed=4)], ids=["as many", "more"])
def test_a_fix_that_no_test_speaks_of_is_only_consistent(after: Run) -> None:
    proof = compare(suite(counted(passed=3)), suite(after), names(""))
    assert proof.verdict is Verdict.CONSISTENT
    assert proof.reason == "no test failed before; all pass after: nothing shows that the error is gone"
    assert proof.fixed == ()


FIXED = "1 failing before, passing after"
UNSHOWN = "the runner neither counts nor names its tests: only the exit code is good"
NO_SUMMARY = "the test runner's own summary is missing from the output"


@pytest.mark.parametrize(
    ("before", "after", "reason"),
    [
        (counted("t1"), counted("t1"), "still failing: t1"),
        (counted("t1 t2"), counted("t1"), "still failing: t1"),
        (counted("t1"), counted("t3 t2"), "it breaks t2, t3"),
        (counted("t1"), counted("t1 t2"), "it breaks t2"),
        (counted("t1"), counted("t6 t5 t4 t3 t2 t7"), "it breaks t2, t3, t4, t5, t6"),
        (counted("t1"), ended(0, "all is well"), NO_SUMMARY),
        (counted("t1"), ended(0, "t1 passed=None skipped=None"), "still failing: t1"),
        (counted("t1", passed=2), counted(passed=2), "fewer tests ran than before (2 instead of 3)"),
        (counted("t1", passed=2), counted(passed=0), "fewer tests ran than before (0 instead of 3)"),
        (counted("t1", passed=2), counted(), "fewer tests ran than before (unknown instead of 3)"),
        (counted("t1"), counted(skipped=1), "more tests are skipped than before (1 instead of 0)"),
        (counted("t1", skipped=1), counted(skipped=2), "more tests are skipped than before (2 instead of 1)"),
        (counted("t1"), ended(None), "the tests did not end within 62 s"),
        (counted("t1"), ended(127), "the test command cannot run here: no output"),
        (
            counted("t1"),
            ended(3, "killed"),
            "exit code 3, and no failing test can be read from the output of the tests",
        ),
    ],
    ids=[
        "the same failure",
        "one of two failures",
        "another failure instead",
        "another failure besides",
        "many other failures",
        "exit code 0 and no summary",
        "exit code 0 and a failure",
        "fewer tests",
        "no tests",
        "tests not counted",
        "skipped instead",
        "more skipped",
        "timeout",
        "command gone",
        "unreadable",
    ],
)
def test_a_fix_is_rejected_and_the_reason_told(before: Run, after: Run, reason: str) -> None:
    proof = compare(suite(before), suite(after), suite(before).failed)
    assert (proof.verdict, proof.reason, proof.fixed) == (Verdict.REJECTED, reason, ())
    assert proof.still_failing == tuple(sorted(suite(after).failed))


def test_a_fix_that_no_test_speaks_of_shows_nothing_while_the_tests_are_red() -> None:
    proof = compare(suite(counted("t1")), suite(counted("t1")), names(""))
    assert proof.verdict is Verdict.REJECTED
    assert proof.reason == "the tests are red for another reason, so nothing can be shown"


def test_without_any_summary_green_stays_green() -> None:
    proof = compare(suite(ended(0)), suite(ended(0)), names(""))
    assert proof.verdict is Verdict.CONSISTENT


def test_a_fix_is_tried_with_the_same_command_and_its_own_texts() -> None:
    sandbox = Scripted([counted(passed=1)])
    before = suite(counted("t1", passed=0))
    proof = verify(sandbox, {"src/a.py": "fixed"}, before, names("t1"), timeout=7.0, read=read)
    assert proof.verdict is Verdict.PROVEN
    assert sandbox.asked == [(COMMAND, {"src/a.py": "fixed"}, 7.0)]


# --- tests by name ---------------------------------------------------------------------------------


def named(passed: str, others: str = "", *, count: int | None = None, whole: bool = True) -> Suite:
    """A run whose runner names its tests; those that did not pass have failed."""
    failed = tuple(FailedTest(name, None) for name in others.split())
    roll = Roll(names(passed), names(others), whole=whole)
    report = TestReport("scripted", failed, count, 0, roll)
    colour = Colour.RED if others else Colour.GREEN
    return Suite(ended(1 if others else 0), report, colour, "")


@pytest.mark.parametrize(
    ("before", "after", "verdict", "reason"),
    [
        (named("a b", "t", count=2), named("a b t", count=3), Verdict.PROVEN, FIXED),
        (named("a b", "t", count=2), named("a c t", count=3), Verdict.REJECTED, "it no longer runs b"),
        (named("a b", "t", count=2), named("a b c", count=3), Verdict.REJECTED, "it no longer runs t"),
        (named("a b", "t", count=2), suite(counted(passed=3)), Verdict.REJECTED, "it no longer runs a, b, t"),
        (named("a", "t", count=2, whole=False), suite(counted(passed=3)), Verdict.PROVEN, FIXED),
        (named("a", "t"), named("a t"), Verdict.PROVEN, FIXED),
        (named("a", "t", whole=False), named("a t"), Verdict.PROVEN, FIXED),
        (suite(counted("t")), suite(counted()), Verdict.CONSISTENT, UNSHOWN),
        (suite(counted("t")), suite(counted(passed=9)), Verdict.CONSISTENT, UNSHOWN),
        (suite(counted("t")), named("a t"), Verdict.CONSISTENT, UNSHOWN),
    ],
    ids=[
        "all there", "one swapped", "the failing one swapped", "names gone", "names never whole",
        "names without a count", "some names, no count", "neither", "a count after only", "names after only",
    ],
)  # fmt: skip
def test_tests_are_compared_by_name_where_they_have_one(
    before: Suite, after: Suite, verdict: Verdict, reason: str
) -> None:
    proof = compare(before, after, names("t"))
    assert (proof.verdict, proof.reason) == (verdict, reason)
    assert proof.fixed == (("t",) if verdict is Verdict.PROVEN else ())


def test_an_exit_code_does_not_outweigh_what_the_output_says() -> None:
    report = TestReport("scripted", (), 3, 0, disowned=names("t1"))
    after = Suite(ended(0), report, Colour.GREEN, "")
    proof = compare(suite(counted("t1", passed=2)), after, names("t1"))
    assert proof.verdict is Verdict.REJECTED
    assert proof.reason == "still failing by the output, whatever the exit code says: t1"


# --- tests that do not always do the same -----------------------------------------------------------


@pytest.mark.parametrize(
    ("second", "differing"),
    [
        (counted("t1", passed=2), False),
        (counted("t1 t2", passed=1), True),
        (counted("t1", passed=1), True),
        (counted("t1", passed=2, skipped=1), True),
    ],
    ids=["the same", "another fails", "fewer run", "more skipped"],
)
def test_two_runs_of_one_tree_are_told_apart(second: Run, differing: bool) -> None:  # noqa: FBT001
    assert differ(suite(counted("t1", passed=2)), suite(second)) is differing


def test_a_name_that_is_another_in_each_run_is_not_asked_for_again() -> None:
    first, second = named("a x1", "t", count=2), named("a x2", "t", count=2)
    assert differ(first, second)
    assert steady(first, second).roll == Roll(names("a"), names("t"), whole=True)
    assert compare(steady(first, second), named("a x3 t", count=3), names("t")).verdict is Verdict.PROVEN
    assert steady(suite(counted("t")), first) == suite(counted("t"))


def test_a_fix_that_is_proven_once_only_is_rejected() -> None:
    before = suite(counted("t1", passed=2))
    good = compare(before, suite(counted(passed=3)), names("t1"))
    bad = compare(before, suite(counted("t2", passed=2)), names("t1"))
    assert twice(good).verdict is Verdict.PROVEN
    assert twice(good).reason.endswith("twice: the tests do not always do the same")
    assert (twice(bad).verdict, twice(bad).reason) == (
        Verdict.REJECTED, "proven once and not a second time: it breaks t2",
    )  # fmt: skip


# --- the failing tests alone ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("after", "reason"),
    [
        (counted("t1", passed=0), "still failing: t1"),
        (counted("t2", passed=0), "it breaks t2"),
        (ended(None), "the tests did not end within 62 s"),
        (ended(None, "passed=1 skipped=0"), "the tests did not end within 62 s"),
    ],
    ids=["the same failure", "another failure instead", "timeout", "timeout after all passed"],
)
def test_the_failing_tests_alone_reject_a_fix(after: Run, reason: str) -> None:
    alone = suite(counted("t1", passed=0))
    proof = refuted(alone, suite(after), names("t1"))
    assert proof is not None
    assert (proof.verdict, proof.reason) == (Verdict.REJECTED, reason)
    assert (proof.before, proof.after) == (alone.run, after)


@pytest.mark.parametrize(
    "after",
    [
        counted(passed=1),
        counted("t3", passed=1),
        ended(1, "passed=1 skipped=0"),
        ended(2, "a wild traceback"),
        ended(127, "gone"),
        counted(passed=0),
    ],
    ids=[
        "passing",
        "beside another failure",
        "too little covered",
        "unreadable",
        "command gone",
        "no tests",
    ],
)
def test_the_failing_tests_alone_prove_nothing_and_reject_nothing_unsaid(after: Run) -> None:
    assert refuted(suite(counted("t1 t3", passed=0)), suite(after), names("t1")) is None


# --- once more without a fix ------------------------------------------------------------------------


def again(run: Run, tests: str) -> tuple[Verdict, str] | None:
    proof = reproduced(suite(counted("t1 t2")), suite(run), names(tests))
    return (proof.verdict, proof.reason) if proof else None


@pytest.mark.parametrize(
    "second", [counted("t1"), counted("t1 t2"), counted("t1 t3")], ids=["alone", "as before", "with another"]
)
def test_a_failure_that_shows_again_is_reproduced(second: Run) -> None:
    assert again(second, "t1") is None


@pytest.mark.parametrize(
    ("second", "gone"),
    [(counted(), "t1, t2"), (counted("t1"), "t2"), (counted("t1 t3"), "t2")],
    ids=["all pass", "one passes", "one passes and another fails"],
)
def test_a_failure_that_comes_and_goes_is_flaky(second: Run, gone: str) -> None:
    assert again(second, "t1 t2") == (
        Verdict.FLAKY,
        f"failed once and passed once without any change: {gone}",
    )


@pytest.mark.parametrize(
    ("second", "reason"),
    [
        (ended(None), "the tests did not end within 62 s"),
        (ended(127, "sh: gone"), "the test command cannot run here: sh: gone"),
    ],
    ids=["timeout", "command gone"],
)
def test_tests_that_cannot_run_again_are_not_called_flaky(second: Run, reason: str) -> None:
    assert again(second, "t1") == (Verdict.ENVIRONMENT_BROKEN, reason)
