"""What a leg may do at most: over a cap nothing is begun, nothing is lost, and the next run goes on."""

from __future__ import annotations

import json
import time
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import cast

import pytest

from homeostat import reception
from homeostat.edges.local_forge import LocalForge
from homeostat.errors import CapError
from homeostat.pipeline import heal
from homeostat.records import Issue, Outcome, Result
from tests.model_server import Turn, playing
from tests.model_world import RIGHT, WRONG, only, team
from tests.stub_github import Fault, refusal, stub_github
from tests.test_cli import homeostat
from tests.test_trust import TIMEOUT, TITLE
from tests.world import FILES, GOOD, NOW, PRODUCTION, World

ONE = {path: text for path, text in FILES.items() if "prices" not in path and "agenda" not in path}
slow = pytest.mark.slow


@pytest.fixture
def world(tmp_path: Path) -> World:
    """One failing test, and the pattern that heals it."""
    made = World.build(tmp_path / "forge", ONE)
    made.teach(tmp_path / "teacher", GOOD)
    return made


def _heals_later(world: World) -> bool:
    return [one.result for one in world.heal(run="run-2").outcomes if one.fingerprint] == [Result.CREATED]


def _assert_nothing_begun(world: World, outcome: Outcome, cap: str, home: Path) -> None:
    assert outcome.result is Result.SKIPPED
    assert cap in outcome.reason
    assert "the next run goes on" in outcome.reason
    assert world.forge().pull_requests() == []
    assert world.books(home).attempts.incidents == {}


@slow
@pytest.mark.parametrize(
    ("name", "cap"),
    [
        ("MAX_RUN_MINUTES", "MAX_RUN_MINUTES (0) is over"),
        ("MAX_COMMENTS", "MAX_COMMENTS (0) is reached"),
        ("MAX_REQUESTS", "requests of MAX_REQUESTS (0) are left"),
    ],
)
def test_over_a_cap_nothing_is_begun_and_the_next_run_goes_on(
    world: World, tmp_path: Path, name: str, cap: str
) -> None:
    (outcome,) = world.heal(environ={**PRODUCTION, name: "0"}).outcomes
    _assert_nothing_begun(world, outcome, cap, tmp_path / "home")
    assert _heals_later(world)


@slow
def test_a_leg_whose_time_is_over_begins_nothing_more(world: World, tmp_path: Path) -> None:
    with world.leg() as leg:
        report = heal(replace(leg, began=time.monotonic() - 51 * 60))
    _assert_nothing_begun(world, report.outcomes[0], "MAX_RUN_MINUTES (50) is over", tmp_path / "home")
    assert report.minutes >= 51
    assert _heals_later(world)


@slow
def test_a_failure_is_begun_only_while_requests_are_left_for_it(world: World, tmp_path: Path) -> None:
    with world.leg() as leg:
        cast("LocalForge", leg.forge).requests = 971
        report = heal(leg)
    _assert_nothing_begun(world, report.outcomes[0], "fewer than 30 requests", tmp_path / "home")
    assert _heals_later(world)


@slow
def test_what_is_over_the_cap_on_calls_is_no_attempt(tmp_path: Path) -> None:
    with team(tmp_path, playing([Turn(RIGHT)])) as it:
        first = only(it.heal(MAX_CALLS="0"))
        assert (first.result, it.server.asked) == (Result.SKIPPED, [])
        assert first.reason == "MAX_CALLS (0) is reached: the next run goes on"
        (incident,) = it.world.books(tmp_path / "home").attempts.incidents.values()
        assert (incident.attempts, incident.next_try) == (0, None)
        assert only(it.heal(run="run-2")).result is Result.CREATED


@slow
def test_calls_are_counted_over_the_whole_leg(tmp_path: Path) -> None:
    with team(tmp_path, playing([Turn(WRONG)]), FILES) as it:
        report = it.heal(MAX_CALLS="3")
        assert len(it.server.asked) == 3
        assert sum(len(outcome.calls) for outcome in report.outcomes) == 3
        assert any("MAX_CALLS (3) is reached" in outcome.reason for outcome in report.outcomes)


@slow
def test_what_may_not_be_asked_for_now_is_asked_for_by_the_next_run(world: World) -> None:
    number = world.forge().file_issue("it does not work", "please help", ["robot"]).number
    told = world.heal(environ={**PRODUCTION, "MAX_COMMENTS": "0"}).outcomes[0]
    assert told.result is Result.NEEDS_INFO
    assert told.reason.endswith("; MAX_COMMENTS (0) is reached: the next run goes on")
    assert world.forge().comments(number) == []
    world.heal(run="run-2")
    assert len(world.forge().comments(number)) == 1


@slow
def test_comments_are_counted(world: World) -> None:
    world.forge().file_issue("it does not work", "please help", ["robot"])
    assert world.heal().comments == 2


@slow
def test_a_flood_of_strangers_reports_uses_up_no_leg_and_hides_no_approved_one(world: World) -> None:
    for author in ["eve"] * 110 + ["bob"]:
        world.forge().file_issue(TITLE, TIMEOUT, ["robot"], author, "NONE")
    world.forge().let_write("ann")
    ann = world.forge(actor="ann", now=NOW - timedelta(days=1))
    ann.remove_label(111, "robot")
    ann.add_labels(111, ["robot"])
    told = {outcome.issue: outcome for outcome in world.heal().outcomes}
    assert sum("one of more than 100 reports of strangers" in one.reason for one in told.values()) == 11
    assert told[111].result is Result.CREATED


@pytest.mark.parametrize(
    ("authors", "order"),
    [
        pytest.param("eve eve eve", [3, 2, 1], id="of one the newest first"),
        pytest.param("bob eve eve eve", [4, 1, 3, 2], id="each in turn"),
        pytest.param("bob bob eve ann eve", [5, 4, 2, 3, 1], id="and then each again"),
        pytest.param("", [], id="none"),
    ],
)
def test_strangers_take_turns(authors: str, order: list[int]) -> None:
    filed = enumerate(authors.split(), 1)
    issues = [Issue(n, "t", "b", (), who, "NONE", NOW + timedelta(hours=n)) for n, who in filed]
    assert [issue.number for issue in reception.in_turn(issues)] == order


def test_a_report_that_is_touched_is_a_new_one() -> None:
    old, new = (Issue(n, "t", "b", (), "eve", "NONE", NOW + timedelta(hours=n)) for n in (1, 2))
    touched = replace(old, updated_at=NOW + timedelta(days=1))
    assert reception.in_turn([touched, new]) == [touched, new]
    assert reception.in_turn([old, new]) == [new, old]


# --- requests ---------------------------------------------------------------------------------------


def test_no_request_is_sent_beyond_the_cap_and_retries_count() -> None:
    with stub_github() as stub:
        forge = stub.forge()
        forge.most_requests = 3
        stub.faults = [Fault("GET", "/comments$", refusal(502, "bad gateway"), times=9)]
        number = stub.file_issue("t", "b", ("robot",))
        with pytest.raises(CapError, match=r"MAX_REQUESTS \(3\) is reached: the next run goes on"):
            forge.comments(number)
        with pytest.raises(CapError):
            forge.issue(number)
        assert forge.requests == len(stub.requests) == 3


# --- the kill switch --------------------------------------------------------------------------------


def test_a_leg_that_is_switched_off_does_nothing_says_so_and_leaves_a_report(tmp_path: Path) -> None:
    output = tmp_path / "output"
    output.touch()
    said = homeostat(
        "heal", "--repo", "octo/app", "--config", tmp_path / "none.yml", "--report-dir", tmp_path / "reports",
        HOMEOSTAT_DISABLED="true", GITHUB_OUTPUT=str(output),
    )  # fmt: skip
    assert said.code == 0
    assert "HOMEOSTAT_DISABLED is true: nothing was looked at and nothing was done." in said.out
    assert output.read_text(encoding="utf-8").splitlines()[1] == "nothing-to-do"
    report = json.loads((tmp_path / "reports" / "octo-app.json").read_text(encoding="utf-8"))
    assert report["outputs"]["status"] == "nothing-to-do"


def test_switched_on_the_same_leg_needs_its_configuration(tmp_path: Path) -> None:
    said = homeostat("heal", "--repo", "octo/app", "--config", tmp_path / "none.yml", HOMEOSTAT_DISABLED="no")
    assert said.code == 2
