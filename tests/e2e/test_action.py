"""The action under a workflow runner, by `uses: littlebearapps/homeostat@v1`: three repositories, twice."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from homeostat.records import Status
from tests.e2e.act import ActRun, Consumer
from tests.e2e.world import ORDERS, REPORTS, RULE, STOREFRONT, TARGETS, World, world


@dataclass(frozen=True)
class Told:
    """A run, and what the world was like after it."""

    run: ActRun
    state: dict[str, object]
    requests: list[dict[str, object]]
    """Of this run."""
    round_trips: int
    """Requests to the git server that begin a conversation."""


@pytest.fixture(scope="module")
def forge(tmp_path_factory: pytest.TempPathFactory, emulate: Path) -> Iterator[World]:
    with world(tmp_path_factory.mktemp("forge"), emulate) as made:
        yield made


@pytest.fixture(scope="module")
def consumer(forge: World, action: Path, image: str) -> Consumer:  # noqa: ARG001 - its layers are built then
    return Consumer(forge, action)


def _told(consumer: Consumer) -> Told:
    forge = consumer.world
    requests, talks = len(forge.requests()), len(forge.git.seen)
    run = consumer.run()
    began = [seen for seen in forge.git.seen[talks:] if "/info/refs" in seen.target and seen.authorization]
    return Told(run, forge.state(), forge.requests()[requests:], len(began))


@pytest.fixture(scope="module")
def first(consumer: Consumer) -> Told:
    return _told(consumer)


@pytest.fixture(scope="module")
def second(consumer: Consumer, first: Told) -> Told:  # noqa: ARG001 - it comes after
    return _told(consumer)


# --- the first run -----------------------------------------------------------------------------


def test_the_job_succeeds(first: Told) -> None:
    assert first.run.result == "success", first.run.log
    assert first.run.code == 0


def test_each_fix_is_one_commit_on_its_own_branch(first: Told, forge: World) -> None:
    assert first.run.code == 0, first.run.log
    expected = {
        STOREFRONT: ("content/cart.js", "product?.price"),
        REPORTS: ("src/settings.py", "DEFAULT_TIMEOUT)"),
    }
    for slug, (path, text) in expected.items():
        git, branches = forge.bare(slug), forge.refs(slug)
        [branch] = [name for name in branches if name != "main"]
        assert re.fullmatch(r"homeostat/hs1-[0-9a-f]{16}", branch)
        assert git.text("rev-parse", f"{branch}~1") == branches["main"]
        assert git.text("diff", "--name-only", "main", branch) == path
        assert text in git.text("show", f"{branch}:{path}")
    assert list(forge.refs(ORDERS)) == ["main"]


def test_each_pull_request_says_what_why_and_proof(first: Told, forge: World) -> None:
    assert first.run.code == 0, first.run.log
    for slug, labels in {STOREFRONT: ["homeostat-fix", "storefront"], REPORTS: ["homeostat-fix"]}.items():
        [pull] = forge.pulls(slug)
        assert pull["user"]["login"] == "homeostat-bot"
        assert sorted(label["name"] for label in pull["labels"]) == labels
        assert pull["head"]["sha"] == forge.refs(slug)[pull["head"]["ref"]]
        assert pull["head"]["ref"].removeprefix("homeostat/") in pull["body"]
        assert "#1" in pull["body"]
        assert "**Proven**: 1 failing before, passing after." in pull["body"]
        assert any(
            "<!-- homeostat:state" in comment["body"] for comment in forge.comments(slug, pull["number"])
        )
    assert forge.pulls(ORDERS) == []


def test_the_ledger_knows_what_was_delivered(first: Told, forge: World) -> None:
    assert first.run.code == 0, first.run.log
    files = forge.ledger_files()
    assert {"attempts/acme/storefront.json", "attempts/acme/reports.json", "patterns/library.json"} <= set(
        files
    )
    assert [path for path in files if re.fullmatch(r"runs/\d{4}-\d{2}\.jsonl", path)]
    for slug in (STOREFRONT, REPORTS):
        [incident] = forge.books(slug).attempts.incidents.values()
        assert incident.status is Status.DELIVERED
        assert incident.pull == forge.pulls(slug)[0]["number"]


def test_outputs_are_the_totals_of_all_repositories(first: Told, forge: World) -> None:
    given = first.run.outputs
    urls = [forge.pulls(slug)[0]["html_url"] for slug in (REPORTS, STOREFRONT)]
    assert {name: given[name] for name in given if name != "report-path"} == {
        "status": "healed",
        "processed": "2",
        "created": "2",
        "updated": "0",
        "cooldown": "0",
        "skipped": "0",
        "cost": "0.00",
        "tokens": "0",
        "patterns-used": f"{RULE},p-withdrawn",
        "zero-cost-fixes": "2",
        "pr-urls": ",".join(urls),
        "matrix": "",
        "legs": "",
    }


def test_every_repository_has_its_report_on_the_runner(first: Told) -> None:
    assert sorted(first.run.reports) == sorted(TARGETS)


def test_the_summary_tells_of_every_repository(first: Told) -> None:
    for slug in TARGETS:
        assert slug in first.run.summary
    assert "pull request created" in first.run.summary


def test_no_token_is_in_the_log(first: Told) -> None:
    assert "ghs_" not in first.run.stdout + first.run.stderr


# --- the second --------------------------------------------------------------------------------


def test_a_second_run_changes_nothing(first: Told, second: Told) -> None:
    assert second.run.result == "success", second.run.log
    assert second.state == first.state
    assert second.run.outputs["status"] == "nothing-to-do"


def test_an_idle_leg_asks_little(second: Told) -> None:
    assert second.run.code == 0, second.run.log
    assert {one["method"] for one in second.requests} == {"GET"}
    assert len(second.requests) <= 4 * len(TARGETS)
    for slug in TARGETS:
        assert len([one for one in second.requests if str(one["path"]).startswith(f"/repos/{slug}")]) <= 4
    assert second.round_trips <= 2 * len(TARGETS)


def test_the_summary_of_an_idle_leg_says_its_count(second: Told) -> None:
    counts = [int(count) for count in re.findall(r"API requests: (\d+)", second.run.summary)]
    assert counts
    assert sum(counts) == len(second.requests)


# --- runs that fail ----------------------------------------------------------------------------


def test_a_configuration_that_is_not_there_fails_the_job(consumer: Consumer, second: Told) -> None:
    run = consumer.run(repo=ORDERS, config="elsewhere.yml")
    assert run.result == "failure"
    assert "exit status 2" in run.log
    [error] = [line for line in run.lines if line.get("command") == "error"]
    assert error["kvPairs"] == {"title": "Homeostat"}
    assert "elsewhere.yml" in error["arg"]
    assert consumer.world.state() == second.state


HOSTILE = (
    "::set-output name=status::forged",
    "::add-mask::e",
    "::stop-commands::forged",
    "::forged::",
    "::error::forged",
    "::save-state name=x::forged",
    "::warning file=a::forged",
    "##[add-mask]e",
    "##[error]forged",
    "::group::forged",
)
OURS = {"stop-commands", "set-output", "summary", "group", "endgroup"}  # the groups: an image that is built


def test_hostile_tests_forge_no_command_and_no_output(tmp_path: Path, emulate: Path, action: Path) -> None:
    shout = "".join(f"        print({line!r}, flush=True)\n" for line in HOSTILE)
    test = (
        "import unittest\n\n\nclass T(unittest.TestCase):\n    def test_shout(self):\n"
        f"{shout}        raise KeyError('x')\n"
    )
    with world(tmp_path, emulate) as forge:
        forge.put(ORDERS, "main", {"tests/test_shout.py": test.encode()}, "Shout")
        run = Consumer(forge, action).run(repo=ORDERS)
        assert run.result == "success", run.log
        assert run.outputs["status"] == "partial"
    obeyed = {
        line["command"] for line in run.lines if line.get("command") and line["stepID"][-1] == "homeostat"
    }
    assert {name for name in obeyed if not re.fullmatch(r"[0-9a-f]{32}", name)} <= OURS
    assert not [line for line in run.lines if line.get("command") and "forged" in str(line.get("arg"))]
