"""What becomes of an open pull request while its base moves on, and what an idle look costs."""

from datetime import timedelta
from pathlib import Path

import pytest

from homeostat import config
from homeostat.assembly import models_of
from homeostat.books import recovered_state
from homeostat.config import Tier
from homeostat.leg import DryRun
from homeostat.records import Incident, LegReport, PullState, Result, Status
from homeostat.summarise import status
from tests.world import FILES, GOOD, NOW, SETTINGS, World, report

pytestmark = pytest.mark.slow
ONLY_SETTINGS = {path: text for path, text in FILES.items() if "prices" not in path and "agenda" not in path}
MENDED = SETTINGS.replace('settings["timeout"]', 'settings.get("timeout", DEFAULT)')
TITLE, TIMEOUT = "[shop] KeyError: 'timeout'", report("src/settings.py", 5, "timeout", "'timeout'")
LATER = NOW + timedelta(hours=6)


@pytest.fixture
def world(tmp_path: Path) -> World:
    """One failing test, and an open pull request of ours that heals it."""
    made = World.build(tmp_path / "forge", ONLY_SETTINGS)
    made.teach(tmp_path / "teacher", GOOD)
    assert [outcome.result for outcome in made.heal().outcomes] == [Result.CREATED]
    return made


def _again(world: World, **arguments: object) -> LegReport:
    return world.heal(**{"run": "run-2", "now": LATER, **arguments})


def _incident(world: World, home: Path) -> Incident:
    (incident,) = world.books(home).attempts.incidents.values()
    return incident


def _head_is_on_main(world: World, branch: str) -> bool:
    return world.git("rev-parse", f"{branch}^") == world.git("rev-parse", "main")


# --- the base moves -------------------------------------------------------------------------------


def test_a_pull_request_whose_base_moved_is_proven_and_built_anew(world: World, tmp_path: Path) -> None:
    world.push("main", {"src/other.py": "x = 1\n"}, "Something else")
    (outcome,) = _again(world).outcomes
    assert outcome.result is Result.UPDATED
    (pull,) = world.forge().pull_requests()
    assert _head_is_on_main(world, pull.branch)
    assert _incident(world, tmp_path / "l").base == world.git("rev-parse", "main")
    before = world.state()
    assert [o.result for o in _again(world, run="run-3").outcomes] == [Result.DELIVERED]
    assert world.state() == before


def test_a_pull_request_that_cannot_be_renewed_stands_and_costs_no_attempt(
    world: World, tmp_path: Path
) -> None:
    moved = SETTINGS.replace('value = settings["timeout"]', 'value = settings[ "timeout" ]')
    world.push("main", {"src/settings.py": moved}, "Reformat")
    (outcome,) = _again(world).outcomes
    assert outcome.result is Result.DELIVERED
    assert "could not be renewed" in outcome.reason
    incident = _incident(world, tmp_path / "l")
    assert (incident.status, incident.attempts) == (Status.DELIVERED, 0)
    events: list[str] = []
    assert [o.result for o in _again(world, run="run-3", events=events).outcomes] == [Result.DELIVERED]
    assert "running the tests" not in events


# --- the error is gone ----------------------------------------------------------------------------


def test_a_pull_request_whose_error_is_gone_is_withdrawn_with_a_word(world: World, tmp_path: Path) -> None:
    world.push("main", {"src/settings.py": MENDED}, "Mend it by hand")
    (outcome,) = _again(world).outcomes
    assert outcome.result is Result.WITHDRAWN
    (pull,) = world.forge().pull_requests()
    assert pull.state is PullState.CLOSED
    state, said = (comment.body for comment in world.forge().comments(pull.number))
    assert "the error is gone from main" in said
    stored = _incident(world, tmp_path / "l")
    assert (stored.status, recovered_state(state)) == (Status.GONE, stored)


def test_a_withdrawn_pull_request_is_no_persons_no_and_weakens_nothing(world: World, tmp_path: Path) -> None:
    world.push("main", {"src/settings.py": MENDED}, "Mend it by hand")
    _again(world)
    _again(world, run="run-3")
    books = world.books(tmp_path / "l")
    assert next(iter(books.attempts.incidents.values())).status is Status.GONE
    assert (books.library.patterns[0].uses, books.library.patterns[0].success_rate) == (0, 1.0)
    world.push("main", {"src/settings.py": SETTINGS}, "Bring it back")
    assert [o.result for o in _again(world, run="run-4").outcomes] == [Result.CREATED]


def test_a_report_from_before_is_answered_once_the_error_is_gone(world: World) -> None:
    world.push("main", {"src/settings.py": MENDED}, "Mend it by hand")
    world.forge().file_issue(TITLE, TIMEOUT, labels=["robot", "source:vps"])
    assert Result.WITHDRAWN in [o.result for o in _again(world).outcomes]
    assert [o.result for o in _again(world, run="run-3").outcomes] == [Result.DELIVERED]


def test_a_persons_commit_keeps_the_pull_request_open(world: World) -> None:
    (pull,) = world.forge().pull_requests()
    world.push(pull.branch, {"src/settings.py": MENDED + "# by hand\n"}, "My way", author="ann")
    world.push("main", {"src/settings.py": MENDED}, "Mend it by hand")
    (outcome,) = _again(world).outcomes
    assert outcome.result is Result.SKIPPED
    assert "it is left to them" in outcome.reason
    assert world.forge().pull_requests()[0].state is PullState.OPEN


def test_a_dry_run_withdraws_nothing(world: World) -> None:
    world.push("main", {"src/settings.py": MENDED}, "Mend it by hand")
    before = world.state()
    _again(world, dry_run=DryRun.FULL)
    assert world.state() == before


# --- looking only ---------------------------------------------------------------------------------


def test_known_reports_are_not_read_again_while_nothing_is_new(world: World) -> None:
    number = world.forge().file_issue(TITLE, TIMEOUT, labels=["robot", "source:vps"]).number
    _again(world)
    before, events = world.state(), list[str]()
    with world.leg(run="run-3", now=LATER, events=events) as leg:
        from homeostat.pipeline import heal  # noqa: PLC0415 - the leg is looked at afterwards

        (outcome,) = heal(leg).outcomes
        assert not leg.bench.tested
        assert "_blobs" not in vars(leg.bench.workspace)
    assert (outcome.result, outcome.issue, outcome.pull) == (Result.DELIVERED, number, 1)
    assert world.state() == before


def test_two_reports_of_one_error_are_both_remembered(world: World) -> None:
    for _ in range(2):
        world.forge().file_issue(TITLE, TIMEOUT, labels=["robot", "source:vps"])
    _again(world)
    before, events = world.state(), list[str]()
    assert {o.result for o in _again(world, run="run-3", events=events).outcomes} == {Result.DELIVERED}
    assert (world.state(), events) == (before, [])


def test_an_edited_report_is_read_again(world: World, tmp_path: Path) -> None:
    issue = world.forge().file_issue(TITLE, TIMEOUT, labels=["robot", "source:vps"])
    _again(world)
    baseline = world.books(tmp_path / "l").attempts.baseline
    world.forge().add_labels(issue.number, ["seen"])
    _again(world, run="run-3")
    assert world.books(tmp_path / "l").attempts.baseline != baseline


def test_a_plan_matches_and_runs_no_test(tmp_path: Path) -> None:
    world = World.build(tmp_path / "forge", ONLY_SETTINGS)
    world.teach(tmp_path / "teacher", GOOD)
    world.forge().file_issue(TITLE, TIMEOUT, labels=["robot", "source:vps"])
    before, events = world.state(), list[str]()
    told = world.heal(dry_run=DryRun.PLAN, events=events)
    (outcome,) = told.outcomes
    assert outcome.result is Result.WOULD_TRY
    assert told.notes[0].startswith("This was a plan: no test was run")
    assert outcome.reason == "a run tries the learned fix p-good (confidence 0.90)"
    assert "running the tests" not in events
    assert world.state() == before


SEARCHED = "a search of small edits where a failing test shows the error"
UNLEARNED = "no pattern has been learned yet"


@pytest.mark.parametrize(
    ("tiers", "keys", "result", "reason"),
    [
        (tuple(Tier), {}, Result.WOULD_TRY, f"a run tries {SEARCHED}; {UNLEARNED}; no model has a key"),
        (
            tuple(Tier),
            {"DEEPSEEK_API_KEY": "a"},
            Result.WOULD_TRY,
            f"a run tries {SEARCHED}, then the model deepseek (deepseek-flash); {UNLEARNED}",
        ),
        ((Tier.PATTERNS, Tier.SEARCH), {}, Result.WOULD_TRY, f"a run tries {SEARCHED}; {UNLEARNED}"),
        ((Tier.PATTERNS,), {}, Result.SKIPPED, UNLEARNED),
    ],
    ids=["no key", "a key", "no models", "nothing to try"],
)
def test_a_plan_says_what_a_run_would_try_and_never_that_it_failed(
    tmp_path: Path, tiers: tuple[Tier, ...], keys: dict[str, str], result: Result, reason: str
) -> None:
    world = World.build(tmp_path / "forge", ONLY_SETTINGS)
    world.forge().file_issue(TITLE, TIMEOUT, labels=["robot", "source:vps"])
    models = models_of(config.ladder(keys, tiers))
    told = world.heal(dry_run=DryRun.PLAN, tiers=tiers, models=models)
    assert [(one.result, one.reason) for one in told.outcomes] == [(result, reason)]
    assert status(told) == ("planned" if result is Result.WOULD_TRY else "nothing-to-do")


def test_settled_pull_requests_are_looked_at_once(world: World, tmp_path: Path) -> None:
    (pull,) = world.forge().pull_requests()
    world.forge(actor="ann", now=LATER).merge_pull_request(pull.number, by="ann")
    _again(world)
    looked_at = world.books(tmp_path / "l").attempts.looked_at
    assert looked_at == LATER
    assert world.forge().pull_requests(LATER + timedelta(hours=1)) == []
