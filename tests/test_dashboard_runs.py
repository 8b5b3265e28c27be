"""The dashboard over real edges: git, GitHub's stub, the command line, and the legs that heed its ticks."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path

import pytest
from click.testing import CliRunner

from homeostat import books as codec
from homeostat.cli import commands
from homeostat.dashboard import LABEL, Desk, State, keep
from homeostat.dashboard.boxes import Box, box, ticked
from homeostat.edges.git import GitTeamLedger
from homeostat.edges.github import GitHubForge
from homeostat.edges.local_forge import LocalForge, create_repository
from homeostat.errors import ForgeError, LedgerError
from homeostat.incidents import settled
from homeostat.records import Action, Attempts, Incident, Plain, Result, Status, TeamBooks
from tests.shelf_ledger import Shelf, ShelfTeamLedger
from tests.stub_github import Fault, StubGitHub, refusal, stub_github
from tests.test_dashboard import ORDERS, SHOP, attempts, incident, tick
from tests.world import GOOD, NOW, SLUG, USELESS, World

slow = pytest.mark.slow


# --- GitHub ---------------------------------------------------------------------------------------


@pytest.fixture
def stub() -> Iterator[StubGitHub]:
    with stub_github() as running:
        running.permissions["ann"] = "write"
        yield running


@pytest.fixture
def shelf() -> Shelf:
    known = attempts(incident(1), incident(2, Status.GIVEN_UP))
    return Shelf([{codec.attempts_path(SHOP): codec.render_attempts(known)}])


def desk(stub: StubGitHub, shelf: Shelf, forge: GitHubForge | None = None) -> Desk:
    stub.time.sleep(3_600)
    ledger = ShelfTeamLedger(shelf, slugs=[SHOP], clock=stub.time.clock)
    return Desk(forge or stub.forge(), ledger, stub.time.now, "https://github.example")


def test_on_github_it_is_opened_once_ticked_by_a_writer_and_written_anew(
    stub: StubGitHub, shelf: Shelf
) -> None:
    stub.time.now = NOW
    assert keep(desk(stub, shelf)).state is State.CREATED
    assert stub.entries[1]["labels"] == [LABEL]
    assert keep(desk(stub, shelf)).state is State.UNCHANGED
    stub.edit_issue(1, by="ann", body=tick(stub.entries[1]["body"], Action.RETRY, 2))
    kept = keep(desk(stub, shelf))
    assert (kept.state, [one.by for one in kept.ticks]) == (State.UPDATED, ["ann"])
    assert ticked(stub.entries[1]["body"]) == []
    assert len(stub.entries) == 1


def test_on_github_a_tick_by_another_bot_does_not_count(stub: StubGitHub, shelf: Shelf) -> None:
    stub.time.now = NOW
    keep(desk(stub, shelf))
    stub.edit_issue(1, by="eager", kind="Bot", body=tick(stub.entries[1]["body"], Action.STOP))
    kept = keep(desk(stub, shelf))
    assert [one.told for one in kept.ticks] == ["not done: eager[bot] edited it, who has no write access"]


def test_ticks_still_count_after_we_act_by_another_account(stub: StubGitHub, shelf: Shelf) -> None:
    stub.time.now = NOW
    keep(desk(stub, shelf))
    stub.edit_issue(1, by="ann", body=tick(stub.entries[1]["body"], Action.SNOOZE))
    keep(desk(stub, shelf))
    stub.account = "renewed[bot]"
    stub.edit_issue(1, by="ann", body=tick(stub.entries[1]["body"], Action.RETRY, 2))
    assert [one.told for one in keep(desk(stub, shelf)).ticks] == ["the next run may try it"]


def test_a_dashboard_that_was_closed_and_reopened_is_kept_again(stub: StubGitHub, shelf: Shelf) -> None:
    stub.time.now = NOW
    keep(desk(stub, shelf))
    stub.edit_issue(1, by="ann", body=tick(stub.entries[1]["body"], Action.STOP))
    stub.close_issue(1)
    assert keep(desk(stub, shelf)).state is State.SWITCHED_OFF
    stub.entries[1]["state"] = "open"
    assert [one.told for one in keep(desk(stub, shelf)).ticks] == ["nothing is tried any more"]


def test_an_unchanged_dashboard_takes_one_request(stub: StubGitHub, shelf: Shelf) -> None:
    stub.time.now = NOW
    keep(desk(stub, shelf))
    forge = stub.forge()
    keep(desk(stub, shelf, forge))
    assert forge.requests == 1


def test_after_hundreds_of_renderings_a_tick_still_counts(stub: StubGitHub, shelf: Shelf) -> None:
    stub.time.now = NOW
    keep(desk(stub, shelf))
    for _ in range(150):
        stub.time.sleep(60)
        stub.edit_issue(1, by="homeostat", kind="Bot", body=stub.entries[1]["body"])
    forget = {path: text for path, text in shelf.files.items() if path != codec.BOARD_PATH}
    shelf.versions.append(forget)
    keep(desk(stub, shelf))
    stub.time.sleep(60)
    stub.edit_issue(1, by="ann", body=tick(stub.entries[1]["body"], Action.STOP))
    assert [one.told for one in keep(desk(stub, shelf)).ticks] == ["nothing is tried any more"]


def test_ticks_of_which_nothing_tells_whose_they_are_do_not_count(stub: StubGitHub, shelf: Shelf) -> None:
    stub.time.now = NOW
    keep(desk(stub, shelf))
    stub.edit_issue(1, by="ann", body=tick(stub.entries[1]["body"], Action.STOP))
    stub.faults = [Fault("POST", "graphql$", refusal(403, "Resource not accessible by integration"))]
    (told,) = keep(desk(stub, shelf)).ticks
    assert told.told.startswith("not done: nothing tells who ticked it: ")


def test_a_refusal_says_what_the_token_lacks_in_one_sentence(stub: StubGitHub, shelf: Shelf) -> None:
    stub.time.now = NOW
    lacks = refusal(
        403,
        "Resource not accessible by integration",
        x_accepted_github_permissions="issues=write",
    )
    stub.faults = [Fault("POST", "/(labels|issues)$", lacks)]
    with pytest.raises(ForgeError, match="issues=write") as told:
        keep(desk(stub, shelf))
    assert "\n" not in str(told.value)
    assert stub.entries == {}


# --- the ledger -----------------------------------------------------------------------------------


@slow
def test_ticks_for_several_repositories_are_one_commit_and_other_files_stay(tmp_path: Path) -> None:
    remote = create_repository(tmp_path, "acme/control")

    def ledger(home: str) -> GitTeamLedger:
        return GitTeamLedger(tmp_path / home, remote=str(remote), slugs=[SHOP, ORDERS], clock=lambda: NOW)

    def start(books: TeamBooks) -> TeamBooks:
        return replace(books, attempts={SHOP: attempts(incident(1)), ORDERS: attempts(incident(2))})

    assert ledger("a").read() == TeamBooks(attempts={SHOP: Attempts(), ORDERS: Attempts()})
    ledger("a").write(start, Plain("Start"))
    world = World(tmp_path, "acme/control", "acme/control")
    before = world.git("rev-list", "--count", codec.BRANCH)
    forge = LocalForge(tmp_path, "acme/control", lambda: NOW)
    forge.let_write("ann")
    keep(Desk(forge, ledger("b"), NOW, "x"))
    body = tick(tick(forge.open_issues([LABEL])[0].body, Action.STOP), Action.SNOOZE, 2, ORDERS)
    LocalForge(tmp_path, "acme/control", lambda: NOW, "ann").edit_issue(1, body=body)
    keep(Desk(forge, ledger("c"), NOW, "x"))
    told = ledger("d").read()
    assert told.attempts[SHOP].incidents[incident(1).ids[0]].status is Status.STOPPED
    assert told.attempts[ORDERS].incidents[incident(2).ids[0]].next_try == NOW + timedelta(days=30)
    assert int(world.git("rev-list", "--count", codec.BRANCH)) - int(before) == 3
    assert len(told.board.ticks) == 2


@slow
def test_a_tick_and_a_leg_that_write_at_once_lose_nothing(tmp_path: Path) -> None:
    world = World.build(tmp_path)
    home = iter(range(9))

    def ledger() -> GitTeamLedger:
        return GitTeamLedger(
            tmp_path / f"t{next(home)}", remote=str(world.bare), slugs=[SLUG], clock=lambda: NOW
        )

    late = ledger()
    calls: list[str] = []

    def change(books: TeamBooks) -> TeamBooks:
        if not calls:
            calls.append("raced")
            ledger().write(lambda b: replace(b, attempts={SLUG: attempts(incident(1))}), Plain("A leg"))
        known = books.attempts[SLUG].incidents
        both = {**known, incident(2).ids[0]: incident(2)}
        return replace(books, attempts={SLUG: Attempts(both)})

    late.write(change, Plain("A tick"))
    assert set(ledger().read().attempts[SLUG].incidents) == {incident(1).ids[0], incident(2).ids[0]}


@pytest.mark.parametrize("text", [b"{", b"[]", b'{"version": 2, "ticks": []}', b'{"version": 1}'])
def test_a_dashboards_file_that_is_not_ours_to_read_is_never_overwritten(
    stub: StubGitHub, shelf: Shelf, text: bytes
) -> None:
    shelf.versions.append({**shelf.files, codec.BOARD_PATH: text})
    with pytest.raises(LedgerError, match=r"dashboard\.json"):
        keep(desk(stub, shelf))
    assert (shelf.files[codec.BOARD_PATH], stub.entries) == (text, {})


# --- legs -----------------------------------------------------------------------------------------


def put(world: World, home: Path, action: Action, exact: str, now: datetime) -> None:
    """A run of the dashboard, a tick by a person, and another run."""
    forge, ann = world.forge(now=now), world.forge("ann", now)
    forge.let_write("ann")
    slugs, clock = [world.slug], lambda: now
    ledger = GitTeamLedger(home, remote=str(world.bare), slugs=slugs, clock=clock)
    keep(Desk(forge, ledger, now, "x"))
    (issue,) = forge.open_issues([LABEL])
    name = box(Box(action, world.slug, exact))
    assert name in issue.body
    ann.edit_issue(issue.number, body=issue.body.replace(name, name.replace("[ ]", "[x]")))
    (told,) = keep(Desk(forge, ledger, now, "x")).ticks
    assert not told.told.startswith("not done")


def of(world: World, home: Path, kind: str) -> Incident:
    known = world.books(home).attempts.incidents.values()
    return next(one for one in known if kind in one.template)


@slow
def test_an_idle_leg_looks_again_at_what_was_ticked_and_at_nothing_else(tmp_path: Path) -> None:
    world = World.build(tmp_path)
    world.teach(tmp_path / "home", USELESS)
    world.heal()
    cooling = of(world, tmp_path / "h1", "price")
    assert cooling.status is Status.COOLING
    soon = NOW + timedelta(hours=1)
    world.heal(now=soon, run="run-2")
    assert of(world, tmp_path / "h3", "price") == cooling
    put(world, tmp_path / "t", Action.RETRY, cooling.ids[0], soon)
    world.heal(now=soon, run="run-3")
    after = of(world, tmp_path / "h2", "price")
    assert (after.attempts, after.last_tried) == (2, soon)


@slow
def test_what_was_given_up_is_tried_and_has_all_its_attempts_again(tmp_path: Path) -> None:
    world = World.build(tmp_path)
    world.teach(tmp_path / "home", USELESS)
    world.heal()
    given_up = replace(of(world, tmp_path / "h1", "price"), status=Status.GIVEN_UP, attempts=3)
    world.ledger(tmp_path / "l").write(partial(settled, incident=given_up), Plain("Give up"))
    put(world, tmp_path / "t", Action.RETRY, given_up.ids[0], NOW)
    world.heal(run="again")
    after = of(world, tmp_path / "h2", "price")
    assert (after.status, after.attempts) == (Status.COOLING, 1)


@slow
def test_what_is_snoozed_is_not_tried_when_its_fix_is_learned_or_its_report_edited(tmp_path: Path) -> None:
    world = World.build(tmp_path)
    world.heal()
    timeout = of(world, tmp_path / "h1", "timeout")
    assert timeout.status is Status.UNHEALED
    put(world, tmp_path / "t", Action.SNOOZE, timeout.ids[0], NOW)
    world.teach(tmp_path / "home", GOOD)
    world.heal(now=NOW + timedelta(days=29), run="run-2")
    assert world.forge().pull_requests() == []
    world.heal(now=NOW + timedelta(days=31), run="run-3")
    assert len(world.forge().pull_requests()) == 1


@slow
def test_what_is_stopped_is_never_tried_again(tmp_path: Path) -> None:
    world = World.build(tmp_path)
    world.heal()
    timeout = of(world, tmp_path / "h1", "timeout")
    put(world, tmp_path / "t", Action.STOP, timeout.ids[0], NOW)
    world.teach(tmp_path / "home", GOOD)
    report = world.heal(now=NOW + timedelta(days=400), run="run-2")
    told = next(o for o in report.outcomes if o.fingerprint == timeout.ids[0])
    assert (told.result, "ann stopped it on the dashboard" in told.reason) == (Result.SKIPPED, True)
    assert world.forge().pull_requests() == []


# --- the command ----------------------------------------------------------------------------------

REPOS_YML = """\
version: 1
repositories:
  - {slug: acme/shop, branch: main, max_prs_per_run: 2, labels: [x], path_filters: {include: [src/]},
     test_command: t}
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "repos.yml").write_text(REPOS_YML, encoding="utf-8")
    create_repository(tmp_path, "acme/control")
    return tmp_path


def said(folder: Path, *words: str, **extra: str) -> tuple[int, str]:
    unset = dict.fromkeys(("GITHUB_REPOSITORY", "GITHUB_TOKEN", "HOMEOSTAT_STATE_TOKEN"))
    command = ["dashboard", "--config", str(folder / "repos.yml"), *words]
    done = CliRunner().invoke(commands, command, env={**unset, **extra})
    return done.exit_code, done.output if done.exit_code == 0 else str(done.exception)


def local(folder: Path) -> list[str]:
    return ["--forge", str(folder), "--state-repo", "acme/control"]


@slow
def test_the_command_keeps_the_dashboard_and_says_so(folder: Path) -> None:
    code, out = said(folder, *local(folder))
    assert code == 0
    assert out == "The dashboard of acme/control#1: created (0 ticks; 0 open, 0 cooling down, 0 given up).\n"
    told = json.loads(said(folder, *local(folder), "--json")[1])
    assert told == {
        "state": "unchanged",
        "issue": 1,
        "open": 0,
        "cooling_down": 0,
        "given_up": 0,
        "stopped": 0,
        "ticks": [],
    }


@slow
def test_a_dry_run_of_the_command_prints_the_text(folder: Path) -> None:
    code, out = said(folder, *local(folder), "--dry-run")
    assert code == 0
    assert "not written: this is a dry run" in out
    assert "Homeostat heals 1 repository from here." in out
    assert not [*(folder / "acme" / "control").rglob("issues/*.json")]


def test_switched_off_the_command_does_nothing(folder: Path) -> None:
    code, out = said(folder, *local(folder), HOMEOSTAT_DISABLED="true")
    assert (code, out.startswith("HOMEOSTAT_DISABLED is true")) == (0, True)
    assert not (folder / "acme" / "control" / "issues").exists()


def test_without_a_control_repository_or_a_token_the_command_says_what_to_give(folder: Path) -> None:
    assert "--state-repo" in said(folder)[1]
    assert "GITHUB_TOKEN is not set" in said(folder, GITHUB_REPOSITORY="acme/control")[1]
