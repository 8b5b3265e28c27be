"""`homeostat init --pull-request` over HTTP on loopback: proposed once, and a no is a no."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from homeostat import config
from homeostat.introduction import BRANCH
from homeostat.onboarding import workflow
from tests.edges.test_git_workspace import git
from tests.network import Network, network
from tests.stub_github import TOKEN, Json
from tests.test_cli import Said, homeostat
from tests.world import FILES, GOOD, World, report

pytestmark = pytest.mark.slow

CONFIG, WORKFLOW = ".homeostat/repos.yml", ".github/workflows/homeostat.yml"


@dataclass(frozen=True)
class Guest:
    """A repository on GitHub that does not know Homeostat yet, and a checkout of it."""

    net: Network
    checkout: Path

    def init(self, *words: object, **extra: str) -> Said:
        environ = {
            "GITHUB_TOKEN": TOKEN,
            "GITHUB_API_URL": self.net.github.url,
            "GITHUB_SERVER_URL": f"http://{self.net.git.host}",
        }
        said = homeostat(
            "init", self.checkout, "--pull-request", *words, **(environ | extra), cwd=self.checkout
        )
        assert TOKEN not in said.out + said.err
        return said

    @property
    def pulls(self) -> list[Json]:
        return [one for one in self.net.github.entries.values() if "pull_request" in one]

    def on_branch(self, path: str) -> str:
        return self.net.world.git("show", f"{BRANCH}:{path}")


@pytest.fixture
def guest(tmp_path: Path) -> Iterator[Guest]:
    world = World.build(tmp_path / "forge", FILES)
    world.teach(tmp_path / "home", GOOD)
    told = report("src/settings.py", 5, "timeout", "'timeout'")
    world.forge().file_issue("[shop] KeyError: 'timeout'", told, labels=["robot", "source:vps"])
    checkout = tmp_path / "shop"
    (checkout / "src").mkdir(parents=True)
    (checkout / "setup.py").touch()
    git(checkout, "init", "--quiet", "-b", "main")
    git(checkout, "remote", "add", "origin", f"https://forge.example/{world.slug}.git")
    with network(world) as net:
        yield Guest(net, checkout)


def test_both_files_are_proposed_with_what_a_run_would_try(guest: Guest) -> None:
    before = guest.net.world.git("rev-parse", "main", "homeostat-state")
    said = guest.init()
    assert said.code == 0, said.err
    (pull,) = guest.pulls
    assert f"opened: https://github.example/acme/shop/pull/{pull['number']}" in said.out
    assert "label" not in said.out
    assert (
        "the paths that a fix may touch. The label `robot` marks an issue as a report. After" in pull["body"]
    )
    assert (pull["head"], pull["base"]) == (BRANCH, "main")
    assert "| KeyError: 'timeout' | #1 | would be tried |" in pull["body"]
    assert "a run tries the learned fix p-good (confidence 0.90), then a search of" in pull["body"]
    assert "No test was run" in pull["body"]
    assert "contents: write" in pull["body"]
    assert "GitHub App" not in pull["body"]
    (repository,) = config.parse(guest.on_branch(CONFIG).encode(), CONFIG).repositories
    assert (repository.slug, repository.test_command) == ("acme/shop", ".venv/bin/python -m pytest")
    assert guest.on_branch(WORKFLOW) == workflow().strip()
    assert guest.net.world.git("rev-parse", "main", "homeostat-state") == before
    assert not (guest.checkout / ".homeostat").exists()
    assert guest.net.github.threads[1] == []


def test_an_open_one_is_updated(guest: Guest) -> None:
    guest.init()
    said = guest.init("--test-command", "make check")
    assert said.code == 0, said.err
    assert said.out.startswith("updated: ")
    assert len(guest.pulls) == 1
    assert 'test_command: "make check"' in guest.on_branch(CONFIG)


def test_a_closed_one_is_a_no_unless_somebody_insists(guest: Guest) -> None:
    guest.init()
    guest.net.github.close_pull(guest.pulls[0]["number"])
    said = guest.init()
    assert said.code == 2
    assert "was closed unmerged, which is a no: add --force" in said.err
    assert len(guest.pulls) == 1
    assert guest.init("--force").out.startswith("opened: ")
    assert [one["state"] for one in guest.pulls] == ["closed", "open"]


def test_a_merged_one_is_not_proposed_again(guest: Guest) -> None:
    guest.init()
    guest.pulls[0].update(state="closed", merged_at="2026-03-02T10:17:00Z", merge_commit_sha="c" * 40)
    said = guest.init()
    assert (said.code, len(guest.pulls)) == (2, 1)
    assert "was merged: Homeostat is set up there" in said.err


def test_files_that_are_there_are_not_overwritten_unasked(guest: Guest) -> None:
    guest.net.world.push("main", {CONFIG: "version: 1\nrepositories: []\n"}, "By hand")
    said = guest.init()
    assert (said.code, guest.pulls) == (2, [])
    assert f"{CONFIG} would be overwritten: add --force" in said.err


def test_what_somebody_else_committed_to_the_branch_is_not_lost(guest: Guest) -> None:
    guest.init()
    guest.net.world.push(BRANCH, {CONFIG: "mine"}, "Correct it")
    said = guest.init()
    assert said.code == 2
    assert f"ann has committed to {BRANCH}, which would be lost" in said.err
    assert guest.on_branch(CONFIG) == "mine"


def test_a_token_without_the_right_to_workflows_is_told_what_it_lacks(guest: Guest) -> None:
    hook = guest.net.world.bare / "hooks" / "pre-receive"
    hook.parent.mkdir(exist_ok=True)
    words = (
        "refusing to allow a GitHub App to create or update workflow `x.yml` without `workflows` permission"
    )
    hook.write_text(f"#!/bin/sh\necho '{words}' >&2\nexit 1\n")
    hook.chmod(0o755)
    said = guest.init()
    assert (said.code, guest.pulls) == (1, [])
    assert "may not change workflow files" in said.err
    assert "give it `workflows: write` (a classic one the scope `workflow`)" in said.err


def test_a_plan_that_breaks_off_is_told_and_the_files_are_proposed_all_the_same(guest: Guest) -> None:
    guest.net.world.push("homeostat-state", {"attempts/acme/shop.json": "{"}, "Break")
    said = guest.init()
    assert said.code == 0, said.err
    (pull,) = guest.pulls
    assert "That is not known: see below." in pull["body"]
    assert "A plan was tried and broke off: attempts/acme/shop.json on the state branch" in pull["body"]


def test_a_repository_without_reports_hears_that_there_is_nothing_yet(guest: Guest) -> None:
    guest.net.github.close_issue(1)
    said = guest.init()
    assert said.code == 0
    assert "Then create the label 'robot', if it is not there." in said.out
    assert "Create the label `robot` if it is not there" in guest.pulls[0]["body"]
    assert "Nothing for now: no open issue carries the label `robot`." in guest.pulls[0]["body"]


def test_other_repositories_need_another_token_and_were_not_looked_at(guest: Guest) -> None:
    assert guest.init("--repo", "acme/shop", "--repo", "acme/other", "--branch", "main").code == 0
    body = guest.pulls[0]["body"]
    assert "The other repositories of the list need a GitHub App" in body
    assert "Nor were other repositories of the list: acme/other." in body
    assert "| would be tried |" in body


def test_a_repository_that_keeps_the_list_only_is_not_planned(guest: Guest) -> None:
    assert guest.init("--repo", "acme/other", "--branch", "main").code == 0
    assert "acme/shop keeps the list only" in guest.pulls[0]["body"]


def test_without_a_token_nothing_is_proposed(guest: Guest) -> None:
    said = guest.init(GITHUB_TOKEN="")
    assert (said.code, guest.pulls) == (2, [])
    assert "GITHUB_TOKEN is not set" in said.err
