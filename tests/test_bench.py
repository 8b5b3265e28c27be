"""Many candidates, one slow suite: the failing test rejects, all tests prove."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from homeostat.bench import WORTH_SHARE, Bench
from homeostat.config import Tier
from homeostat.incidents import Trial
from homeostat.records import Candidate, Result, Verdict
from tests.world import GREEN, TESTS, World

pytestmark = pytest.mark.slow

RANGE = "def inside(low, high, value):\n    ends = (low, high)\n    return ends[2] - value\n"
SHOWS = (
    "import unittest\n\nfrom src.range import inside\n\n\nclass T(unittest.TestCase):\n"
    "    def test_top(self):\n        self.assertEqual(inside(1, 9, 4), 5)\n"
)
SLOW = (
    "import time\nimport unittest\n\nfrom src import range\n\n\nclass T(unittest.TestCase):\n"
    "    def test_slow(self):\n        time.sleep(2)\n        self.assertTrue(callable(range.inside))\n"
)
FILES = {**GREEN, "src/range.py": RANGE, "tests/test_range.py": SHOWS, "tests/test_slow.py": SLOW}
NARROW = TESTS.replace("discover", "discover '-k*tests.test_range.T.test_top'")
FIRST, NOT_FIRST = "failing tests go first", "all tests for each fix"

WRONG = "return ends[0] - value"
RIGHT = "return ends[1] - value"
ENDLESS = "while ends: ends = (low, high)"
BREAKS = "global inside; inside = None; return ends[1] - value"


def candidates(*lines: str) -> list[Candidate]:
    return [
        Candidate({"src/range.py": RANGE.replace("return ends[2] - value", line)}, line, 0.9, "")
        for line in lines
    ]


def climbed(bench: Bench, *lines: str) -> list[Trial]:
    (case,) = bench.test_cases()
    return bench.climb(case, candidates(*lines))


def commands(trials: Sequence[Trial]) -> list[str | None]:
    return [trial.proof.command if trial.proof else None for trial in trials]


def test_a_wrong_fix_is_rejected_by_the_failing_test_and_a_right_one_proven_by_all(tmp_path: Path) -> None:
    world, events = World.build(tmp_path / "forge", FILES), list[str]()
    with world.leg(events=events) as leg:
        trials = climbed(leg.bench, WRONG, "return ends - value", RIGHT)
    assert commands(trials) == [NARROW, NARROW, TESTS]
    wrong, _, right = (trial.proof for trial in trials)
    assert wrong
    assert wrong.before
    assert wrong.after
    assert (wrong.verdict, wrong.reason) == (Verdict.REJECTED, "still failing: tests.test_range.T.test_top")
    assert wrong.before.command == wrong.after.command == NARROW
    assert trials[0].seconds == wrong.after.seconds < WORTH_SHARE * trials[2].seconds
    assert right
    assert right.verdict is Verdict.PROVEN
    assert right.fixed == ("tests.test_range.T.test_top",)
    assert events.count(FIRST) == 1
    assert events.count("failing tests after the fix") == 2
    assert events.count("tests after the fix") == 1


def test_what_the_failing_test_lets_pass_is_judged_by_all(tmp_path: Path) -> None:
    with World.build(tmp_path / "forge", FILES).leg() as leg:
        (trial, _) = climbed(leg.bench, BREAKS, RIGHT)
    assert trial.proof
    assert (trial.proof.command, trial.proof.reason) == (TESTS, "it breaks tests.test_slow.T.test_slow")
    assert trial.proof.after
    assert trial.seconds > trial.proof.after.seconds


def test_a_fix_without_an_end_is_rejected_by_the_failing_test(tmp_path: Path) -> None:
    with World.build(tmp_path / "forge", FILES).leg() as leg:
        trials = climbed(replace(leg.bench, timeout=6.0), ENDLESS, RIGHT)
    assert commands(trials) == [NARROW, TESTS]
    assert trials[0].proof
    assert trials[0].proof.reason == "the tests did not end within 6 s"
    assert trials[1].deliverable


ASLEEP = "        time.sleep(2)\n        self."
NEEDS_COMPANY = {
    "tests/test_first.py": (
        "import unittest\nfrom src import range\n\n\nclass T(unittest.TestCase):\n"
        "    def test_first(self):\n        range.ready = True\n"
    ),
    "tests/test_range.py": SHOWS.replace("self.assert", "from src.range import ready; self.assert"),
}
NO_OTHER = {
    "tests/test_settings.py": "",
    "tests/test_slow.py": "",
    "tests/test_range.py": "import time\n" + SHOWS.replace("        self.", ASLEEP),
}
SLOW_TO_LOAD = {"tests/test_range.py": f"import time\ntime.sleep(6)\n{SHOWS}"}
QUICK = {"tests/test_slow.py": SLOW.replace("sleep(2)", "sleep(0)")}


@pytest.mark.parametrize(
    ("files", "told"),
    [
        pytest.param(NEEDS_COMPANY, {1}, id="fails otherwise alone"),
        pytest.param(NO_OTHER, {0}, id="the only test"),
        pytest.param(SLOW_TO_LOAD, {1}, id="slow by itself", marks=pytest.mark.slow),
        pytest.param(QUICK, {0, 1}, id="quick suite"),  # slow on a busy machine
    ],
)
def test_all_tests_run_for_each_fix_where_the_failing_one_would_not_pay(
    tmp_path: Path, files: dict[str, str], told: set[int]
) -> None:
    world, events = World.build(tmp_path / "forge", FILES | files), list[str]()
    with world.leg(events=events) as leg:
        trials = climbed(leg.bench, WRONG, RIGHT)
    assert commands(trials) == [TESTS, TESTS]
    assert trials[1].deliverable
    assert events.count(NOT_FIRST) in told
    assert FIRST not in events


@pytest.mark.parametrize("command", [TESTS, f"{TESTS} && true"], ids=["one candidate", "no plain call"])
def test_nothing_is_run_first_in_vain(tmp_path: Path, command: str) -> None:
    world, events = World.build(tmp_path / "forge", FILES), list[str]()
    with world.leg(test_command=command, events=events) as leg:
        trials = climbed(leg.bench, *([RIGHT] if command == TESTS else [WRONG, RIGHT]))
    assert set(commands(trials)) == {command}
    assert FIRST not in events
    assert NOT_FIRST not in events


def test_a_search_in_a_slow_suite_delivers_what_all_tests_prove(tmp_path: Path) -> None:
    world, events = World.build(tmp_path / "forge", FILES), list[str]()
    (outcome,) = world.heal(tiers=(Tier.PATTERNS, Tier.SEARCH), events=events).outcomes
    assert outcome.result is Result.CREATED
    assert outcome.proof
    assert outcome.proof.command == TESTS
    (pull,) = world.forge().pull_requests()
    assert TESTS in pull.body
    assert "-k*" not in pull.body
    assert events.count("tests after the fix") == 1
    assert events.count("trying a fix") == events.count("failing tests after the fix") + 1


UNSTEADY = """\
import pathlib
import unittest

COUNT = pathlib.Path({path!r})


class T(unittest.TestCase):
    def test_now_and_then(self):
        times = int(COUNT.read_text()) + 1 if COUNT.exists() else 1
        COUNT.write_text(str(times))
        self.assertNotIn(times, {failing})
"""


@pytest.mark.parametrize(
    ("failing", "verdict", "runs"),
    [
        ((), Verdict.PROVEN, 3),
        ((2,), Verdict.PROVEN, 4),
        ((2, 4), Verdict.REJECTED, 4),
        ((2, 3), Verdict.REJECTED, 3),
    ],
    ids=["steady", "once", "now and then", "in the first run after the fix"],
)
def test_two_green_runs_are_needed_where_any_test_is_unsteady(
    tmp_path: Path, failing: tuple[int, ...], verdict: Verdict, runs: int
) -> None:
    count = tmp_path / "count"
    files = FILES | QUICK | {"tests/test_count.py": UNSTEADY.format(path=str(count), failing=failing)}
    with World.build(tmp_path / "forge", files).leg() as leg:
        (case,) = leg.bench.test_cases()
        assert leg.bench.unsteady(case) is None
        (trial,) = leg.bench.climb(case, candidates(RIGHT))
    assert trial.proof
    assert trial.proof.verdict is verdict
    assert ("twice" in trial.proof.reason) is (verdict is Verdict.PROVEN and runs == 4)
    assert int(count.read_text()) == runs


@pytest.mark.parametrize(
    ("line", "why"),
    [
        ("return 5 if value == 4 else ends[0]", "treats values of the test apart: 4"),
        ("return 5", "returns a literal in place of what it found"),
        ("raise SystemExit(0)", "ends the program"),
    ],
)
def test_what_would_buy_a_proof_is_refused_whoever_wrote_it(tmp_path: Path, line: str, why: str) -> None:
    with World.build(tmp_path / "forge", FILES | QUICK).leg() as leg:
        (trial,) = climbed(leg.bench, line)
    assert trial.proof is None
    assert any(why in reason for reason in trial.refusals), trial.refusals
