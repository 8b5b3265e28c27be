"""`homeostat doctor` against a GitHub, a git server and models on loopback, each sound or ill in its way."""

from __future__ import annotations

import json
import os
import shutil
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from homeostat.books import render_library
from homeostat.config import load
from homeostat.records import Library, SetAside
from tests.edges.test_git_workspace import git
from tests.git_server import GitServer
from tests.model_server import ModelServer, Turn, model_server, playing
from tests.stub_github import SLUG, TOKEN, Fault, StubGitHub, refusal, stub_github
from tests.test_cli import Said, homeostat

REPOS = (
    "version: 1\nrepositories:\n  - slug: octo/app\n    branch: main\n    max_prs_per_run: 2\n"
    "    labels: [homeostat-fix]\n    path_filters: {include: [src/]}\n    test_command: make test\n"
)
KEY = "sk-none-but-a-key-of-a-test"
LISTED = Turn(json.dumps({"data": [{"id": "deepseek-flash"}, {"id": "other"}]}))


@dataclass
class Clinic:
    """What the doctor is sent to."""

    github: StubGitHub
    git: GitServer
    models: ModelServer
    home: Path
    environ: dict[str, str] = field(default_factory=dict)

    @property
    def config(self) -> Path:
        return self.home / "repos.yml"

    def examine(self, *words: object, **extra: str) -> Said:
        said = homeostat("doctor", "--config", self.config, *words, cwd=self.home, **(self.environ | extra))
        assert TOKEN not in said.out + said.err
        assert KEY not in said.out + said.err
        return said

    def found(self, *words: object, **extra: str) -> dict[str, list[tuple[str, str, str]]]:
        """By check: health, what is told and the remedy of each finding."""
        by_check: dict[str, list[tuple[str, str, str]]] = {}
        for one in self.examine(*words, "--json", **extra).json["checks"]:
            by_check.setdefault(one["check"], []).append((one["health"], one["told"], one["remedy"]))
        return by_check


@contextmanager
def bare(root: Path, slug: str) -> Iterator[Path]:
    path = root / f"{slug}.git"
    path.mkdir(parents=True)
    git(path, "init", "--quiet", "--bare", "-b", "main")
    tree = git(path, "hash-object", "-t", "tree", "-w", "/dev/null").strip()
    commit = git(path, "commit-tree", tree, "-m", "Start").strip()
    git(path, "update-ref", "refs/heads/main", commit)
    yield path


@pytest.fixture
def clinic(tmp_path: Path) -> Iterator[Clinic]:
    root = tmp_path / "git"
    with (
        bare(root, SLUG),
        stub_github() as github,
        GitServer(root, {TOKEN: "rw"}) as served,
        model_server(playing([Turn()])) as models,
    ):
        github.time.now = datetime.now(UTC)
        github.labels |= {"robot": {"name": "robot"}, "homeostat-fix": {"name": "homeostat-fix"}}
        models.listed = LISTED
        one = Clinic(github, served, models, tmp_path)
        one.config.write_text(REPOS)
        one.environ |= {
            "GITHUB_TOKEN": TOKEN,
            "GITHUB_API_URL": github.url,
            "GITHUB_SERVER_URL": f"http://{served.host}",
            "DEEPSEEK_API_KEY": KEY,
            "DEEPSEEK_BASE_URL": models.url,
        }
        yield one


def files_of(folder: Path) -> dict[str, bytes]:
    return {str(path): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


@pytest.mark.slow
def test_the_ledger_is_sought_where_repos_yml_comes_from(clinic: Clinic) -> None:
    git(clinic.home, "init", "--quiet")
    git(clinic.home, "remote", "add", "origin", "https://github.com/octo/control.git")
    below = clinic.home / ".homeostat" / "repos.yml"
    below.parent.mkdir()
    below.write_text(REPOS)
    for where in (clinic.config, below):
        told = [told for _, told, _ in clinic.found("--config", where)["ledger"]]
        assert "octo/control" in " ".join(told)
    assert "octo/app" in " ".join(told for _, told, _ in clinic.found(GITHUB_REPOSITORY=SLUG)["ledger"])


def test_a_sound_team_hears_that_a_run_can_start_and_nothing_is_changed(clinic: Clinic) -> None:
    before = files_of(clinic.git.root)
    said = clinic.examine()
    assert (said.code, said.err) == (0, "")
    assert "failed" not in said.out
    assert "warning" not in said.out
    assert said.out.rstrip().endswith("A run can start.")
    for told in (
        "ok       git       git 2.",
        "ok       config    ",
        "ok       switches  HOMEOSTAT_ENV is dev, LEARNING_ENABLED false: nothing is learned",
        "ok       models    deepseek: deepseek-flash ($0.30 in, $1.20 out per million tokens)",
        "skipped  models    deepseek-reviewed, gpt-5: off, OPENAI_API_KEY is not set",
        "ok       models    deepseek takes the key and lists deepseek-flash",
        "ok       token     octo/app: read, with its issues and pull requests",
        "ok       clock     it differs from GitHub's by",
        "ok       branch    octo/app: branch main",
        "ok       labels    octo/app: reports are marked robot",
        "ok       push      octo/app: fixes may be pushed",
        "ok       ledger    octo/app has no branch homeostat-state yet",
    ):
        assert told in said.out
    assert files_of(clinic.git.root) == before
    assert {request.verb for request in clinic.github.requests} == {"GET"}
    assert clinic.models.asked == []
    assert clinic.models.paths == ["/v1/models"]


def test_findings_come_as_json_too(clinic: Clinic) -> None:
    said = clinic.examine("--json").json
    assert said["healthy"] is True
    assert {tuple(one) for one in said["checks"]} == {("check", "health", "remedy", "told")}


# --- the repository ---------------------------------------------------------------------------------


@pytest.mark.slow
def test_a_renamed_archived_or_closed_repository_fails_with_what_to_do(clinic: Clinic) -> None:
    clinic.github.repository["archived"] = True
    (token,) = clinic.found()["token"]
    assert token[0] == "failed"
    assert "octo/app is archived: set `enabled: false`" in token[1]
    assert clinic.examine().code == 1


def test_a_missing_branch_fails(clinic: Clinic) -> None:
    clinic.config.write_text(REPOS.replace("branch: main", "branch: trunk"))
    (branch,) = clinic.found()["branch"]
    assert branch == (
        "failed",
        "octo/app: there is no branch trunk",
        "Correct `branch` in repos.yml, or push that branch.",
    )


@pytest.mark.slow
def test_disabled_issues_fail_and_the_other_checks_go_on(clinic: Clinic) -> None:
    clinic.github.repository["has_issues"] = False
    clinic.github.faults.append(Fault("GET", "/issues", refusal(410, "Issues are disabled for this repo")))
    found = clinic.found()
    assert found["issues"][0][0] == "failed"
    assert "Settings > General > Features" in found["issues"][0][2]
    assert [one[0] for one in (*found["branch"], *found["ledger"])] == ["ok", "ok"]


@pytest.mark.slow
def test_a_label_that_reports_carry_is_missed_and_those_of_pull_requests_come_by_themselves(
    clinic: Clinic,
) -> None:
    clinic.github.labels.clear()
    missing, later = clinic.found()["labels"]
    assert missing[0] == "warning"
    assert "no label robot" in missing[1]
    assert missing[2] == "Create it: gh label create 'robot' --repo octo/app"
    assert later == ("ok", "octo/app: the first pull request makes homeostat-fix", "")
    assert clinic.examine().code == 0


@pytest.mark.slow
def test_labels_are_found_on_later_pages_and_in_any_case(clinic: Clinic) -> None:
    many = {f"l{n}": {"name": f"l{n}"} for n in range(150)}
    clinic.github.labels = many | {"robot": {"name": "ROBOT"}, "homeostat-fix": {"name": "Homeostat-Fix"}}
    clinic.config.write_text(f"{REPOS}    report_labels: [Robot]\n")
    assert [one[0] for one in clinic.found()["labels"]] == ["ok"]
    assert "makes" not in clinic.found()["labels"][0][1]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("scopes", "private", "health", "remedy"),
    [
        ("repo, workflow", True, "ok", ""),
        ("public_repo", False, "ok", ""),
        ("public_repo", True, "failed", "Give it the scope repo"),
        ("", False, "failed", "Give it the scope repo"),
    ],
)
def test_a_classic_token_is_judged_by_its_scopes(
    clinic: Clinic, scopes: str, *, private: bool, health: str, remedy: str
) -> None:
    clinic.github.scopes, clinic.github.repository["private"] = scopes, private
    (token,) = clinic.found()["token"]
    assert token[0] == health
    assert token[2].startswith(remedy)


@pytest.mark.slow
def test_a_token_that_may_not_read_issues_fails_with_the_right_that_it_lacks(clinic: Clinic) -> None:
    said = refusal(
        403, "Resource not accessible by integration", **{"x-accepted-github-permissions": "issues=read"}
    )
    clinic.github.faults.append(Fault("GET", "/issues$", said))
    found = clinic.found()
    assert found["token"][0][0] == "failed"
    assert "give it issues=read" in found["token"][0][1]
    assert [one[0] for one in found["push"]] == ["ok"]


@pytest.mark.slow
def test_a_token_that_reads_only_fails_though_github_says_it_may_push(clinic: Clinic) -> None:
    clinic.git.tokens[TOKEN] = "ro"
    found = clinic.found()
    assert found["token"][0][0] == "ok"
    assert found["push"][0][0] == "failed"
    assert "The token in GITHUB_TOKEN has no right to this" in found["push"][0][1]
    assert found["ledger"][0][0] == "ok"


def test_a_wrong_token_fails_each_look_for_itself(clinic: Clinic) -> None:
    wrong = "ghs_wrong0123456789wrong"
    said = clinic.examine(GITHUB_TOKEN=wrong)
    assert said.code == 1
    assert "failed   token     octo/app: GitHub does not accept the token (Bad credentials)" in said.out
    assert "failed   ledger    " in said.out
    assert "A run would not come through." in said.out
    assert wrong not in said.out


def test_without_a_token_what_needs_one_is_skipped_and_the_rest_is_told(clinic: Clinic) -> None:
    del clinic.environ["GITHUB_TOKEN"]
    found = clinic.found()
    assert found["token"][0][0] == "failed"
    assert {one[0] for check in ("branch", "labels", "push", "ledger") for one in found[check]} == {"skipped"}
    assert found["models"][0][0] == "ok"
    assert clinic.examine().code == 2


@pytest.mark.slow
def test_a_clock_that_is_wrong_is_told(clinic: Clinic) -> None:
    clinic.github.time.now -= timedelta(minutes=10)
    (clock,) = clinic.found()["clock"]
    assert clock[0] == "warning"
    assert "it is 600 seconds fast" in clock[1].replace("601", "600")


@pytest.mark.slow
def test_a_github_that_cannot_be_reached_fails_soon(clinic: Clinic) -> None:
    found = clinic.found(GITHUB_API_URL="http://127.0.0.1:9")
    assert found["token"][0][0] == "failed"
    assert "Check the network" in found["token"][0][1]
    assert found["push"][0][0] == "ok"


@pytest.mark.slow
def test_a_rate_limit_is_not_waited_for(clinic: Clinic) -> None:
    limited = refusal(429, "You have exceeded a secondary rate limit", retry_after="60")
    clinic.github.faults.append(Fault("GET", "/repos/octo/app$", limited))
    (token,) = clinic.found()["token"]
    assert token[:2] == (
        "failed",
        "octo/app: GitHub's rate limit for this token holds for 60 s: look again then.",
    )


# --- the ledger -------------------------------------------------------------------------------------


def ledger(folder: Path, files: dict[str, bytes]) -> None:
    """A state branch with these files."""
    rows = []
    for path, text in files.items():
        (folder / "file").write_bytes(text)
        blob = git(folder, "hash-object", "-w", "file").strip()
        git(folder, "update-index", "--add", "--cacheinfo", f"100644,{blob},{path}")
        rows.append(path)
    tree = git(folder, "write-tree").strip()
    git(
        folder,
        "update-ref",
        "refs/heads/homeostat-state",
        git(folder, "commit-tree", tree, "-m", "s").strip(),
    )


def test_entries_that_are_set_aside_are_told(clinic: Clinic) -> None:
    library = Library(set_aside=(SetAside("patterns", "it has no id", "{}"),))
    ledger(clinic.git.root / f"{SLUG}.git", {"patterns/library.json": render_library(library)})
    known, aside = clinic.found()["ledger"]
    assert known == ("ok", "octo/app tells of 0 errors in octo/app and 0 patterns", "")
    assert aside[0] == "warning"
    assert "1 entry is set aside, kept and not used (of patterns: " in aside[1]


@pytest.mark.slow
def test_a_ledger_that_cannot_be_read_fails(clinic: Clinic) -> None:
    ledger(clinic.git.root / f"{SLUG}.git", {f"attempts/{SLUG}.json": b"{"})
    (broken,) = clinic.found()["ledger"]
    assert broken[0] == "failed"
    assert f"attempts/{SLUG}.json on the state branch cannot be read" in broken[1]


@pytest.mark.slow
def test_a_ledger_of_its_own_is_tried_with_its_own_token(clinic: Clinic) -> None:
    with bare(clinic.git.root, "octo/state"):
        own = "ghs_state0123456789state"
        clinic.git.tokens[own] = "ro"
        found = clinic.found("--state-repo", "octo/state", HOMEOSTAT_STATE_TOKEN=own)
    assert [one[0] for one in found["push"]] == ["ok", "failed"]
    assert "The token in HOMEOSTAT_STATE_TOKEN has no right" in found["push"][1][1]
    assert found["ledger"][0][1].startswith("octo/state has no branch homeostat-state yet")


# --- models, switches, this machine ---------------------------------------------------------------------


@pytest.mark.slow
@pytest.mark.parametrize(
    ("turn", "health", "told"),
    [
        (Turn(status=404), "warning", "has no list of its models"),
        (Turn("<html>"), "warning", "has no list of its models"),
        (Turn(json.dumps({"data": [{"id": "x"}]})), "warning", "does not list deepseek-flash"),
        (
            Turn(status=401, error={"message": f"bad key {KEY}"}),
            "failed",
            "correct the secret DEEPSEEK_API_KEY",
        ),
        (Turn(status=402), "failed", "has no credit left: top it up"),
        (Turn(status=500, error={"message": "it is broken"}), "failed", "deepseek answers 500: it is broken"),
    ],
    ids=["no list", "no JSON", "unknown model", "wrong key", "no credit", "fault"],
)
def test_an_endpoint_is_asked_for_its_models(clinic: Clinic, turn: Turn, health: str, told: str) -> None:
    clinic.models.listed = turn
    found = clinic.found()["models"]
    assert found[-1][0] == health
    assert told in found[-1][1]
    assert clinic.models.keys == [f"Bearer {KEY}"]


@pytest.mark.slow
def test_an_endpoint_that_is_not_there_fails(clinic: Clinic) -> None:
    found = clinic.found(DEEPSEEK_BASE_URL="http://127.0.0.1:9/v1")["models"]
    assert found[-1][0] == "failed"
    assert "deepseek cannot be reached" in found[-1][1]


@pytest.mark.slow
def test_models_without_a_price_are_a_wrong_configuration(clinic: Clinic) -> None:
    own = clinic.home / "models.yml"
    own.write_text("models:\n  deepseek-flash: {name: dear}\n")
    said = clinic.examine(HOMEOSTAT_MODELS=str(own))
    assert said.code == 2
    assert "models.deepseek-flash has no price" in said.out
    assert "ok       ledger" in said.out


def test_switches_are_told_as_they_will_act(clinic: Clinic) -> None:
    found = clinic.found(HOMEOSTAT_DISABLED="true", HOMEOSTAT_ENV="production", APPLY_MODE="commit")
    disabled, learning, mode = found["switches"]
    assert disabled[:2] == ("warning", "HOMEOSTAT_DISABLED is true: a run does nothing at all")
    assert learning[1] == "HOMEOSTAT_ENV is production, LEARNING_ENABLED true: merged fixes become patterns"
    assert mode[0] == "warning"
    assert "apply mode is commit for octo/app" in mode[1]


def test_wrong_settings_and_a_wrong_repos_yml_are_told_line_by_line_and_end_with_2(clinic: Clinic) -> None:
    clinic.config.write_text(REPOS.replace("max_prs_per_run: 2", "max_prs: 2"))
    said = clinic.examine(HOMEOSTAT_ENV="prod", MAX_FILES="x")
    assert said.code == 2
    assert said.out.count("failed   switches") == 2
    assert "failed   config    " in said.out
    assert "max_prs" in said.out
    assert "skipped  branch" in said.out


@pytest.mark.slow
def test_only_the_repositories_that_are_named_are_looked_at(clinic: Clinic) -> None:
    more = REPOS + REPOS.partition("repositories:\n")[2].replace("octo/app", "octo/other")
    clinic.config.write_text(more)
    assert len(load(clinic.config).repositories) == 2
    assert "octo/other" not in clinic.examine("--repo", "Octo/App").out
    unknown = clinic.examine("--repo", "octo/ap")
    assert unknown.code == 2
    assert "did you mean" in unknown.out


@pytest.mark.slow
def test_a_file_without_an_enabled_repository_is_a_warning(clinic: Clinic) -> None:
    clinic.config.write_text(REPOS + "    enabled: false\n")
    found = clinic.found()
    assert found["config"][0][0] == "warning"
    assert found["ledger"][0][0] == "skipped"


@pytest.fixture
def docker(tmp_path: Path) -> Path:
    """A folder that goes before all others on PATH, for a docker of our own."""
    folder = tmp_path / "bin"
    folder.mkdir()
    return folder


@pytest.mark.slow
@pytest.mark.parametrize(
    ("script", "environ", "health", "told"),
    [
        ("echo 27.3.1", {}, "ok", "engine 27.3.1"),
        ("exit 1", {}, "skipped", "no engine answers here"),
        ("exit 1", {"GITHUB_ACTIONS": "true"}, "failed", "no engine answers on this runner"),
        ("exit 1", {"GITHUB_ACTIONS": "true", "HOMEOSTAT_SANDBOX": "/x"}, "ok", "the action has started"),
    ],
    ids=["there", "on a laptop", "on a runner", "in the action"],
)
def test_docker_is_asked_where_it_is_needed(
    clinic: Clinic, docker: Path, script: str, environ: dict[str, str], health: str, told: str
) -> None:
    program = docker / "docker"
    program.write_text(f"#!/bin/sh\n{script}\n")
    program.chmod(program.stat().st_mode | stat.S_IXUSR)
    found = clinic.found(PATH=f"{docker}:{os.environ['PATH']}", **environ)
    assert found["docker"][0][0] == health
    assert told in found["docker"][0][1]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("version", "health"), [("2.30.9", "failed"), ("2.31.0", "ok"), ("2.47.1.windows.1", "ok")]
)
def test_an_old_git_is_refused(clinic: Clinic, docker: Path, version: str, health: str) -> None:
    program = docker / "git"
    real = shutil.which("git")
    program.write_text(
        f'#!/bin/sh\ncase "$*" in *" version") echo git version {version} ;; *) exec {real} "$@" ;; esac\n'
    )
    program.chmod(program.stat().st_mode | stat.S_IXUSR)
    assert clinic.found(PATH=f"{docker}:{os.environ['PATH']}")["git"][0][0] == health


@pytest.mark.slow
def test_no_git_at_all_is_told(clinic: Clinic, docker: Path) -> None:
    found = clinic.found(PATH=str(docker))
    assert found["git"][0][0] == "failed"
    assert "git is not installed" in found["git"][0][1]
