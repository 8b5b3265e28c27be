"""The workflows and the action's description: pinned, few rights, and everything passed on."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import yaml

from homeostat.config.settings import _VARIABLES, Settings
from homeostat.records import LegReport
from homeostat.summarise import outputs

ROOT = Path(__file__).parent.parent
FOLDER = ROOT / ".github" / "workflows"
WORKFLOWS = [*sorted(FOLDER.glob("*.yml")), ROOT / "homeostat" / "templates" / "pages.yml"]
OURS = re.compile(r"littlebearapps/homeostat(/\.github/workflows/heal\.yml)?@v1")
PINNED = re.compile(r"[\w.-]+(/[\w.-]+)+@[0-9a-f]{40} # v\d+\.\d+\.\d+")

workflow = pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.stem)


def _read(path: Path) -> dict[str, Any]:
    """A workflow; `on` is a word here, as GitHub reads it, and no truth value."""
    read: dict[str, Any] = yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.BaseLoader)  # noqa: S506 - makes texts only
    return read


def _steps(read: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for job in read["jobs"].values():
        yield from job.get("steps", [])


def _calls_of_ourselves(read: dict[str, Any]) -> list[dict[str, str]]:
    return [step["with"] for step in _steps(read) if OURS.fullmatch(step.get("uses", ""))]


_ELSEWHERE = {"dry-run", "config", "github-api-url", "github-server-url"}
REPORT = LegReport("acme/orders", "1-1", "dev", datetime(2030, 1, 2, tzinfo=UTC), ())
ACTION = _read(ROOT / "action.yml")
HEAL = _read(FOLDER / "heal.yml")
CALLER = _read(FOLDER / "multi-repo.yml")
CALL = HEAL["on"]["workflow_call"]


def test_the_workflows_are_the_ones_that_the_documentation_names() -> None:
    told = ["audit", "ci", "codeql", "docs", "heal", "multi-repo", "release", "scorecard", "pages"]
    assert [path.stem for path in WORKFLOWS] == told


@workflow
def test_every_action_is_pinned_by_commit_and_says_its_version(path: Path) -> None:
    used = re.findall(r"^\s*(?:- )?uses: (.+)$", path.read_text(encoding="utf-8"), re.MULTILINE)
    assert used
    assert not [one for one in used if not PINNED.fullmatch(one) and not OURS.match(one)]


@workflow
def test_nothing_is_permitted_on_top_and_each_job_says_what_it_needs(path: Path) -> None:
    read = yaml.safe_load(path.read_text(encoding="utf-8"))
    assert read["permissions"] == {}
    assert all("permissions" in job for job in read["jobs"].values())


@workflow
def test_no_expression_reaches_a_shell(path: Path) -> None:
    assert not [step["run"] for step in _steps(_read(path)) if "${{" in step.get("run", "")]


@workflow
def test_every_job_has_a_limit_in_time_and_no_checkout_keeps_the_token(path: Path) -> None:
    read = _read(path)
    assert all("timeout-minutes" in job for job in read["jobs"].values() if "uses" not in job)
    checkouts = [step for step in _steps(read) if step.get("uses", "").startswith("actions/checkout@")]
    assert all(step["with"]["persist-credentials"] == "false" for step in checkouts)


def test_the_actions_expressions_stay_out_of_its_shell() -> None:
    [step] = ACTION["runs"]["steps"]
    assert "${{" not in step["run"]


def test_the_action_takes_every_setting_as_an_input_and_maps_it() -> None:
    [step] = ACTION["runs"]["steps"]
    for name in _VARIABLES:
        given = name.lower().replace("_", "-")
        assert ACTION["inputs"][given]["description"]
        assert step["env"][name] == f"${{{{ inputs.{given} || env.{name} }}}}"


def test_every_setting_reaches_the_engine_and_the_documentation() -> None:
    script = (ROOT / "docker" / "run.sh").read_text(encoding="utf-8")
    (plain,) = re.findall(r"^plain=\((.*?)\)$", script, re.MULTILINE | re.DOTALL)
    page = (ROOT / "docs" / "configuration.md").read_text(encoding="utf-8")
    assert set(_VARIABLES) <= set(plain.split())
    assert [name for name in _VARIABLES if f"`{name}`" not in page] == []


def test_a_default_is_told_the_same_everywhere() -> None:
    page = (ROOT / "docs" / "configuration.md").read_text(encoding="utf-8")
    for name in ("MAX_RUN_MINUTES", "MAX_CALLS", "MAX_COMMENTS", "MAX_REQUESTS"):
        default, given = getattr(Settings(), name.lower()), name.lower().replace("_", "-")
        assert ACTION["inputs"][given]["description"].endswith(f"Without it {name}, else {default}.")
        assert CALL["inputs"][given]["description"].endswith(f"Without it {default}.")
        (row,) = [line for line in page.splitlines() if line.startswith(f"| `{name}` |")]
        assert row.endswith(f"| {default} |")


def test_every_input_of_the_action_is_described_and_reaches_its_shell() -> None:
    [step] = ACTION["runs"]["steps"]
    mapped = "\n".join(step["env"].values())
    assert [name for name, one in ACTION["inputs"].items() if not one["description"]] == []
    assert [name for name in ACTION["inputs"] if f"inputs.{name} " not in mapped] == []


def test_the_actions_outputs_are_those_of_a_leg_and_of_the_matrix() -> None:
    told = [*outputs(REPORT), "matrix", "legs"]
    assert sorted(ACTION["outputs"]) == sorted(told)
    assert all(
        one["value"] == f"${{{{ steps.homeostat.outputs.{name} }}}}"
        for name, one in ACTION["outputs"].items()
    )


def test_every_input_and_secret_of_the_reusable_workflow_is_described_and_used() -> None:
    text = (FOLDER / "heal.yml").read_text(encoding="utf-8")
    assert all(one["description"] for one in (*CALL["inputs"].values(), *CALL["secrets"].values()))
    assert not [name for name in CALL["inputs"] if not re.search(rf"inputs\.{name}\b(?!-)", text)]
    assert not [name for name in CALL["secrets"] if not re.search(rf"secrets\.{name}\b(?!-)", text)]
    assert not [name for name, one in CALL["secrets"].items() if one.get("required") == "true"]


def test_the_reusable_workflow_passes_on_what_the_action_takes() -> None:
    calls = _calls_of_ourselves(HEAL)
    assert [call.get("command", "heal") for call in calls] == [
        "matrix",
        "dashboard",
        "heal",
        "report",
        "dashboard",
    ]
    assert {name for call in calls for name in call} <= set(ACTION["inputs"])
    leg = calls[2]
    settings = {name.lower().replace("_", "-") for name in _VARIABLES} | _ELSEWHERE
    assert {name: leg[name] for name in settings} == {name: f"${{{{ inputs.{name} }}}}" for name in settings}


def test_legs_run_one_after_the_other_each_alone_with_its_repository_and_to_the_end() -> None:
    leg = HEAL["jobs"]["heal"]
    assert CALL["inputs"]["max-parallel"]["default"] == "1"
    assert leg["strategy"]["max-parallel"] == "${{ inputs.max-parallel }}"
    assert leg["strategy"]["fail-fast"] == "false"
    assert leg["concurrency"] == {"group": "${{ matrix.id }}", "cancel-in-progress": "false"}
    assert leg["needs"] == ["plan", "ticks"]
    assert leg["if"] == (
        "${{ !cancelled() && needs.plan.result == 'success' && needs.plan.outputs.legs != '0' }}"
    )


def test_the_token_of_an_app_reaches_the_legs_repositories_with_three_rights() -> None:
    [given] = [step["with"] for step in _steps(HEAL) if "create-github-app-token" in step.get("uses", "")]
    assert given["owner"] == "${{ matrix.owner }}"
    assert given["repositories"] == "${{ matrix.repositories }}"
    rights = {name: value for name, value in given.items() if name.startswith("permission-")}
    assert rights == dict.fromkeys(
        ("permission-contents", "permission-issues", "permission-pull-requests"), "write"
    )


def test_the_report_comes_after_failed_legs_too_and_knows_which_were_expected() -> None:
    job = HEAL["jobs"]["report"]
    assert job["needs"] == ["plan", "heal"]
    assert "!cancelled()" in job["if"]
    assert _calls_of_ourselves(HEAL)[3]["expected"] == "${{ needs.plan.outputs.matrix }}"


def test_the_dashboard_is_opt_in_kept_before_and_after_the_legs_and_fails_none() -> None:
    before, after = HEAL["jobs"]["ticks"], HEAL["jobs"]["dashboard"]
    assert CALL["inputs"]["dashboard"]["default"] == "false"
    assert before["if"] == "inputs.dashboard"
    assert after["needs"] == ["plan", "heal"]
    assert after["if"] == "${{ !cancelled() && inputs.dashboard && needs.plan.result == 'success' }}"
    assert before["steps"] == after["steps"]
    assert after["steps"][-1]["continue-on-error"] == "true"
    assert before["permissions"] == after["permissions"] == {"contents": "write", "issues": "write"}


def test_the_dashboard_has_the_token_of_the_ledger_alone() -> None:
    given = HEAL["jobs"]["dashboard"]["steps"][-1]["with"]
    for name in ("homeostat-env", "learning-enabled", "homeostat-disabled", "max-requests", "config"):
        assert given[name] == f"${{{{ inputs.{name} }}}}"
    assert given["homeostat-state-token"] == "${{ secrets.state-token || github.token }}"
    assert [name for name in given if name.endswith(("token", "key"))] == ["homeostat-state-token"]


def test_the_caller_knows_the_reusable_workflow() -> None:
    job = CALLER["jobs"]["heal"]
    assert OURS.fullmatch(job["uses"])
    assert set(job["with"]) <= set(CALL["inputs"])
    assert set(job["secrets"]) <= set(CALL["secrets"])
    assert job["permissions"] == HEAL["jobs"]["heal"]["permissions"]


def test_the_caller_learns_in_production_every_six_hours_off_the_full_hour() -> None:
    [schedule] = CALLER["on"]["schedule"]
    minute, hour, *rest = schedule["cron"].split()
    assert 0 < int(minute) < 60
    assert (hour, rest) == ("*/6", ["*", "*", "*"])
    assert CALLER["jobs"]["heal"]["with"]["homeostat-env"] == "production"
    assert CALLER["on"]["workflow_dispatch"]["inputs"]["dry-run"]["options"] == ["plan", "full", "off"]


def test_our_own_repository_heals_nobody() -> None:
    assert CALLER["jobs"]["heal"]["if"] == "github.repository != 'littlebearapps/homeostat'"


def test_a_release_tags_nothing_before_its_image_is_there() -> None:
    jobs = _read(FOLDER / "release.yml")["jobs"]
    assert jobs["image"]["environment"] == "release"
    assert (
        "contents" not in jobs["image"]["permissions"] or jobs["image"]["permissions"]["contents"] == "read"
    )
    assert jobs["publish"]["needs"] == "image"
    assert "release.sh tag" in "\n".join(step.get("run", "") for step in jobs["publish"]["steps"])


def test_a_release_attests_the_one_digest_that_it_pushed_with_its_provenance_and_its_parts() -> None:
    steps = list(_steps(_read(FOLDER / "release.yml")))
    [build] = [step for step in steps if "build-push-action" in step.get("uses", "")]
    [attested] = [step for step in steps if "attest-build-provenance" in step.get("uses", "")]
    assert (build["with"]["sbom"], build["with"]["provenance"]) == ("true", "mode=max")
    assert "push-by-digest=true" in build["with"]["outputs"]
    assert attested["with"]["subject-digest"] == f"${{{{ steps.{build['id']}.outputs.digest }}}}"
    [pushed] = [step for step in steps if step.get("id") == "pushed"]
    assert pushed["env"]["DIGEST"] == attested["with"]["subject-digest"]


def test_every_locked_package_has_a_hash_and_none_names_an_index() -> None:
    for name in ("requirements.lock", "requirements.runtime.lock", "docker/node.lock"):
        text = (ROOT / name).read_text(encoding="utf-8")
        locked = text.replace("\\\n", " ").splitlines()
        assert locked
        assert not [one for one in locked if "--hash=sha256:" not in one]
        assert "://" not in text
        assert "--index" not in text


def test_nothing_is_installed_without_its_hash() -> None:
    for name in ("Makefile", "Dockerfile"):
        text = (ROOT / name).read_text(encoding="utf-8").replace("\\\n", " ")
        installs = re.findall(r"pip\b[^&\n]* install [^&\n]*", text)
        assert installs
        bare = [one for one in installs if "--require-hashes" not in one]
        assert [one for one in bare if not re.search(r"--no-deps --editable \.$", one)] == []


def test_the_image_is_built_of_hashed_wheels_alone() -> None:
    text = (ROOT / "Dockerfile").read_text(encoding="utf-8").replace("\\\n", " ")
    installs = re.findall(r"pip\b[^&\n]* install [^&\n]*", text)
    assert [one for one in installs if "--only-binary :all:" not in one] == []


def test_known_vulnerabilities_are_asked_for_each_day_and_when_a_lock_changes() -> None:
    read = _read(FOLDER / "audit.yml")
    assert "**.lock" in read["on"]["push"]["paths"]
    assert read["on"]["push"]["paths"] == read["on"]["pull_request"]["paths"]
    [schedule] = read["on"]["schedule"]
    assert schedule["cron"].endswith(" * * *")
    assert any("make audit" in step.get("run", "") for step in _steps(read))
    make = (ROOT / "Makefile").read_text(encoding="utf-8")
    assert "--strict" in make.partition("AUDIT =")[2].splitlines()[0]


def test_ci_runs_every_gate() -> None:
    rows = _read(FOLDER / "ci.yml")["jobs"]["make"]["strategy"]["matrix"]["include"]
    assert {row["target"] for row in rows} == {
        "check",
        "lint",
        "docs",
        "demo",
        "test",
        "slow",
        "coverage",
        "crash",
        "network",
        "e2e",
        "oracle",
        "browser",
        "fuzz",
    }
    assert {row["python"] for row in rows} == {"3.11", "3.13"}
