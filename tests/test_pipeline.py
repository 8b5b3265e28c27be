"""Whole legs on real git, real tests and the local forge."""

import json
import shutil
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from homeostat import reception
from homeostat.books import recovered_state
from homeostat.config import ApplyMode, Tier
from homeostat.leg import DryRun
from homeostat.records import Issue, Result, Status, Unreadable
from homeostat.summarise import status
from tests.world import FILES, GOOD, GREEN, NOW, PRODUCTION, SLUG, USELESS, World, pattern, report

pytestmark = pytest.mark.slow
ONLY_SETTINGS = {path: text for path, text in FILES.items() if "prices" not in path and "agenda" not in path}
TIMEOUT = report("src/settings.py", 5, "timeout", "'timeout'")
TITLE = "[shop] KeyError: 'timeout'"


@pytest.fixture
def world(tmp_path: Path) -> World:
    """One failing test, and the pattern that heals it."""
    made = World.build(tmp_path / "forge", ONLY_SETTINGS)
    made.teach(tmp_path / "teacher", GOOD)
    return made


def _results(world: World, **arguments: object) -> list[Result]:
    return [outcome.result for outcome in world.heal(**arguments).outcomes]


# --- nothing to do --------------------------------------------------------------------------------


def test_a_green_repository_without_reports_is_left_alone(tmp_path: Path) -> None:
    world = World.build(tmp_path / "forge", GREEN)
    assert status(world.heal()) == "nothing-to-do"
    before = world.state()
    events: list[str] = []
    world.heal(run="run-2", events=events)
    assert world.state() == before
    assert "running the tests" not in events


@pytest.mark.parametrize(
    ("labels", "association", "result"),
    [
        (["robot", "do-not-fix"], "MEMBER", Result.SKIPPED),
        (["robot"], "NONE", Result.SKIPPED),
        (["question"], "MEMBER", None),
    ],
    ids=["opted out", "filed by a stranger", "no report at all"],
)
def test_an_issue_that_may_not_start_work_does_not(
    tmp_path: Path, labels: list[str], association: str, result: Result | None
) -> None:
    world = World.build(tmp_path / "forge", GREEN)
    world.forge().file_issue(TITLE, TIMEOUT, labels=labels, association=association)
    assert _results(world) == ([result] if result else [])


# --- reports --------------------------------------------------------------------------------------


def test_a_report_that_cannot_be_read_is_asked_about_once_and_read_when_mended(tmp_path: Path) -> None:
    world = World.build(tmp_path / "forge", GREEN)
    issue = world.forge().file_issue("it is broken", "please help", labels=["robot"])
    assert _results(world) == [Result.NEEDS_INFO]
    assert _results(world, run="run-2") == [Result.NEEDS_INFO]
    assert len(world.forge().comments(issue.number)) == 1
    found = world.forge().issue(issue.number)
    assert found is not None
    assert "needs-info" in found.labels
    stored = world.root / SLUG / "issues" / f"{issue.number}.json"
    stored.write_text(json.dumps({**json.loads(stored.read_text()), "title": TITLE, "body": TIMEOUT}))
    assert _results(world, run="run-3") == [Result.UNHEALED]
    mended = world.forge().issue(issue.number)
    assert mended is not None
    assert "needs-info" not in mended.labels


def test_a_fault_in_reading_a_report_costs_that_report_alone(world: World) -> None:
    broken = Issue(7, "Odd", None, (), "ann", "OWNER", NOW)  # type: ignore[arg-type]
    with world.leg() as leg:
        assert reception._read(leg, broken) is None  # noqa: SLF001 - no text is known that does this
        assert isinstance(reception._read(leg, replace(broken, body="nothing")), Unreadable)  # noqa: SLF001


# --- healing --------------------------------------------------------------------------------------


def test_a_red_branch_heals_with_no_issue_filed(world: World, tmp_path: Path) -> None:
    report = world.heal()
    assert [outcome.result for outcome in report.outcomes] == [Result.CREATED]
    (pull,) = world.forge().pull_requests()
    assert "**Proven**: 1 failing before, passing after." in pull.body
    explained = pull.body.partition("<summary>How it is recognised</summary>")[2].partition("</details>")[0]
    assert pull.branch.removeprefix("homeostat/") in explained
    assert "the culprit" in explained
    assert set(pull.labels) == {"homeostat-fix", "shop"}
    assert 'settings.get("timeout", DEFAULT)' in world.git("show", f"{pull.branch}:src/settings.py")
    incident = world.books(tmp_path / "l").attempts.incidents[report.outcomes[0].fingerprint]
    assert (incident.status, incident.pull) == (Status.DELIVERED, pull.number)
    state = recovered_state(world.forge().comments(pull.number)[0].body)
    assert state == incident


def test_a_report_and_the_failing_test_are_one_case(world: World) -> None:
    issue = world.forge().file_issue(TITLE, TIMEOUT, labels=["robot", "source:vps"])
    (outcome,) = world.heal().outcomes
    assert (outcome.result, outcome.issue) == (Result.CREATED, issue.number)
    assert f"Fixes #{issue.number}" in world.forge().pull_requests()[0].body


def test_a_fix_that_no_test_shows_is_consistent_and_says_so(tmp_path: Path) -> None:
    world = World.build(tmp_path / "forge", GREEN)
    world.teach(tmp_path / "teacher", GOOD)
    world.forge().file_issue(TITLE, TIMEOUT, labels=["robot", "source:vps"])
    assert _results(world, apply_mode=ApplyMode.COMMIT) == [Result.CREATED]
    (pull,) = world.forge().pull_requests()
    assert "Not proven, only consistent" in pull.body
    assert "nothing shows that the error is gone" in pull.body
    assert "Fixes #" not in pull.body
    assert json.loads((world.root / f"acme/shop/pulls/{pull.number}.json").read_text())["draft"] is True


def test_a_second_run_does_nothing(world: World) -> None:
    world.heal()
    before = world.state()
    events: list[str] = []
    assert _results(world, run="run-2", now=NOW + timedelta(hours=6), events=events) == [Result.DELIVERED]
    assert world.state() == before
    assert "running the tests" not in events


def test_a_dry_run_verifies_and_writes_nothing(world: World) -> None:
    before = world.state()
    told = world.heal(dry_run=DryRun.FULL)
    (outcome,) = told.outcomes
    assert outcome.result is Result.PLANNED
    assert "+    value = settings.get" in outcome.diff
    assert told.notes[0].startswith("This was a dry run: ")
    assert world.state() == before


def test_three_failed_attempts_back_off_and_then_wait_for_a_person(tmp_path: Path) -> None:
    files = {path: text for path, text in FILES.items() if "settings" not in path and "agenda" not in path}
    world = World.build(tmp_path / "forge", files)
    world.teach(tmp_path / "teacher", USELESS)
    told = []
    for hours in (0, 23, 24, 24 + 47, 24 + 48, 24 + 48 + 200):
        told += _results(world, now=NOW + timedelta(hours=hours), run=f"run-{hours}")
    tried, cooling = Result.UNHEALED, Result.COOLING
    assert told == [tried, cooling, tried, cooling, Result.GIVEN_UP, Result.GIVEN_UP]
    (incident,) = world.books(tmp_path / "l").attempts.incidents.values()
    assert (incident.status, incident.attempts) == (Status.GIVEN_UP, 3)
    assert incident.next_try == NOW + timedelta(hours=24 + 48 + 96)
    assert not world.forge().pull_requests()


def test_a_failure_without_a_pattern_costs_no_attempt_and_new_patterns_end_the_wait(tmp_path: Path) -> None:
    world = World.build(tmp_path / "forge", ONLY_SETTINGS)
    assert _results(world) == [Result.UNHEALED]
    assert _results(world, run="run-2") == [Result.COOLING]
    world.teach(tmp_path / "teacher", GOOD)
    assert _results(world, run="run-3") == [Result.CREATED]


def test_what_the_guard_refuses_is_never_tried(tmp_path: Path) -> None:
    world = World.build(tmp_path / "forge", ONLY_SETTINGS)
    world.teach(tmp_path / "teacher", GOOD)
    events: list[str] = []
    (outcome,) = world.heal(protected_paths=("src/settings.py",), events=events).outcomes
    assert outcome.result is Result.UNHEALED
    assert "protected_paths" in outcome.reason
    assert "trying a fix" not in events


def test_the_tier_of_patterns_can_be_turned_off(world: World) -> None:
    assert _results(world, tiers=(Tier.GPT_5,)) == [Result.UNHEALED]


@pytest.mark.parametrize(
    ("command", "reason"),
    [
        ("no-such-runner", "cannot run here"),
        ("sleep 5", "did not end"),
        ("echo oops; exit 3", "no failing test can be read"),
    ],
    ids=["missing runner", "too slow", "unreadable"],
)
def test_a_broken_environment_costs_no_attempt(
    world: World, tmp_path: Path, command: str, reason: str
) -> None:
    world.forge().file_issue(TITLE, TIMEOUT, labels=["robot", "source:vps"])
    (outcome,) = world.heal(test_command=command, test_timeout_minutes=0.01).outcomes
    assert outcome.result is Result.BROKEN
    assert reason in outcome.reason
    assert not world.books(tmp_path / "l").attempts.incidents


def test_a_flaky_failure_costs_no_attempt(tmp_path: Path) -> None:
    marker = tmp_path / "ran"
    flaky = (
        "import pathlib, unittest\n\nfrom src.settings import timeout\n\n\nclass T(unittest.TestCase):\n"
        f"    def test_x(self):\n        seen = pathlib.Path({str(marker)!r})\n"
        "        if not seen.exists():\n            seen.touch()\n            timeout({})\n"
    )
    world = World.build(tmp_path / "forge", {**ONLY_SETTINGS, "tests/test_settings.py": flaky})
    world.teach(tmp_path / "teacher", GOOD)
    (outcome,) = world.heal().outcomes
    assert outcome.result is Result.FLAKY
    (incident,) = world.books(tmp_path / "l").attempts.incidents.values()
    assert incident.attempts == 0


def test_a_report_waits_while_the_tests_are_red_for_another_reason(tmp_path: Path) -> None:
    files = {
        **{p: t for p, t in FILES.items() if "settings" not in p and "prices" not in p},
        "src/settings.py": FILES["src/settings.py"],
    }
    world = World.build(tmp_path / "forge", files)
    world.teach(tmp_path / "teacher", GOOD)
    world.forge().file_issue(TITLE, TIMEOUT, labels=["robot", "source:vps"])
    first, second = world.heal().outcomes
    assert first.result is Result.UNHEALED
    assert "red for another reason" in first.reason
    assert second.reason == "no learned pattern matches"


def test_the_budget_of_pull_requests_holds(tmp_path: Path) -> None:
    world = World.build(tmp_path / "forge")
    right = pattern("p-price", "lib/prices.py", 'amount = item["price"]', 'amount = item.get("price", -1)')
    world.teach(tmp_path / "teacher", GOOD, right)
    first = world.heal(max_prs_per_run=1)
    assert [o.result for o in first.outcomes].count(Result.CREATED) == 1
    assert [o.result for o in first.outcomes].count(Result.SKIPPED) == 1
    second = world.heal(max_open_prs=1, run="run-2")
    assert Result.CREATED not in [o.result for o in second.outcomes]
    assert "max_open_prs" in " ".join(o.reason for o in second.outcomes)
    third = world.heal(run="run-3")
    assert [o.result for o in third.outcomes].count(Result.CREATED) == 1
    assert [report.open_pulls for report in (first, second, third)] == [1, 1, 2]


def test_a_skipped_failure_does_not_trip_a_run_whose_tests_are_broken(world: World) -> None:
    assert _results(world, max_prs_per_run=0) == [Result.SKIPPED]
    assert _results(world, run="run-2", setup_command="exit 3") == [Result.BROKEN]


# --- on the branch itself -------------------------------------------------------------------------


def test_a_proven_fix_is_committed_where_that_is_wanted(world: World, tmp_path: Path) -> None:
    assert _results(world, apply_mode=ApplyMode.COMMIT) == [Result.COMMITTED]
    assert 'settings.get("timeout", DEFAULT)' in world.git("show", "main:src/settings.py")
    assert not world.forge().pull_requests()
    (incident,) = world.books(tmp_path / "l").attempts.incidents.values()
    assert (incident.status, incident.pattern) == (Status.MERGED, "p-good")


def test_a_sensitive_file_is_proposed_and_not_committed(world: World) -> None:
    assert _results(world, apply_mode=ApplyMode.COMMIT, sensitive_paths=("src/",)) == [Result.CREATED]


# --- what people do -------------------------------------------------------------------------------


def test_a_pull_request_that_a_person_closed_is_a_no(world: World, tmp_path: Path) -> None:
    world.heal()
    (pull,) = world.forge().pull_requests()
    world.forge(actor="ann").close_pull_request(pull.number, by="ann")
    later = NOW + timedelta(days=9)
    assert Result.CREATED not in _results(world, now=later, run="run-2")
    books = world.books(tmp_path / "l")
    (incident,) = books.attempts.incidents.values()
    assert incident.status is Status.DECLINED
    (known,) = books.library.patterns
    assert (known.uses, known.success_rate) == (1, 0.9)


def test_a_merge_moves_the_record_once(world: World, tmp_path: Path) -> None:
    world.heal()
    (pull,) = world.forge().pull_requests()
    world.forge(actor="ann").merge_pull_request(pull.number, by="ann")
    for run in ("run-2", "run-3"):
        assert status(world.heal(run=run, now=NOW + timedelta(hours=6))) == "nothing-to-do"
    books = world.books(tmp_path / "l")
    assert [(p.id, p.uses, p.success_rate) for p in books.library.patterns] == [("p-good", 1, 1.0)]
    assert [i.status for i in books.attempts.incidents.values()] == [Status.MERGED]


def test_a_branch_with_a_persons_commit_is_left_to_them(world: World) -> None:
    (outcome,) = world.heal(dry_run=DryRun.FULL).outcomes
    branch = f"homeostat/{outcome.fingerprint}"
    mine = world.push(branch, {"src/mine.py": "x = 1\n"}, "Mine")
    (told,) = world.heal().outcomes
    assert told.result is Result.SKIPPED
    assert "ann" in told.reason
    assert world.git("rev-parse", branch) == mine


def test_a_lost_ledger_is_rebuilt_from_the_comments(world: World, tmp_path: Path) -> None:
    world.heal()
    before = world.books(tmp_path / "l").attempts.incidents
    world.git("update-ref", "-d", "refs/heads/homeostat-state")
    assert Result.CREATED not in _results(world, run="run-2")
    assert world.books(tmp_path / "m").attempts.incidents == before


# --- learning, cell by cell -----------------------------------------------------------------------


@pytest.fixture(scope="module")
def settled(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """A world before its first leg, and one in which a person closed our fix and merged another."""
    base = tmp_path_factory.mktemp("settled")
    world = World.build(base / "fresh", ONLY_SETTINGS)
    world.teach(base / "teacher", GOOD)
    shutil.copytree(base / "fresh", base / "settled")
    world = World(base / "settled")
    world.heal()
    (pull,) = world.forge().pull_requests()
    ann = world.forge(actor="ann")
    ann.close_pull_request(pull.number, by="ann")
    world.forge().file_issue(TITLE, TIMEOUT, labels=["robot", "source:vps"])
    mended = FILES["src/settings.py"].replace('settings["timeout"]', 'settings.get("timeout") or DEFAULT')
    world.push("by-hand", {"src/settings.py": mended}, "Mend it")
    person = ann.open_pull_request(branch="by-hand", base="main", title="Mend it", body="Fixes #2")
    ann.merge_pull_request(person.number, by="ann")
    return base / "fresh", base / "settled"


@pytest.mark.parametrize(
    ("environ", "learns"),
    [
        ({}, False),
        ({"HOMEOSTAT_ENV": "dev", "LEARNING_ENABLED": "true"}, False),
        ({"HOMEOSTAT_ENV": "test"}, False),
        ({"HOMEOSTAT_ENV": "test", "LEARNING_ENABLED": "true"}, False),
        (PRODUCTION, True),
        ({**PRODUCTION, "LEARNING_ENABLED": "true"}, True),
        ({**PRODUCTION, "LEARNING_ENABLED": "false"}, False),
    ],
    ids=["unset", "dev", "test", "test, switched on", "production", "production, on", "production, off"],
)
def test_only_production_learns_and_the_second_switch_wins(
    settled: tuple[Path, Path], tmp_path: Path, environ: dict[str, str], *, learns: bool
) -> None:
    shutil.copytree(settled[1], tmp_path / "forge")
    world = World(tmp_path / "forge")
    events: list[str] = []
    told = world.heal(environ=environ, run="run-2", events=events)
    books = world.books(tmp_path / "l")
    assert len(books.library.patterns) == (2 if learns else 1)  # the extractor
    assert books.library.patterns[0].uses == (1 if learns else 0)  # the learner
    assert {lesson.applied for lesson in told.lessons} == {learns}
    assert ("would learn" in events) is not learns
    assert ("learned" in events) is learns


@pytest.mark.parametrize("environment", ["dev", "test", "production"])
def test_the_matcher_works_in_every_environment(settled: tuple[Path, Path], environment: str) -> None:
    (outcome,) = World(settled[0]).heal(environ={"HOMEOSTAT_ENV": environment}, dry_run=DryRun.FULL).outcomes
    assert (outcome.result, outcome.pattern) == (Result.PLANNED, "p-good")


def test_an_empty_library_matches_nothing(tmp_path: Path) -> None:
    (outcome,) = World.build(tmp_path / "forge", ONLY_SETTINGS).heal(dry_run=DryRun.FULL).outcomes
    assert (outcome.result, outcome.reason) == (Result.UNHEALED, "no pattern has been learned yet")
