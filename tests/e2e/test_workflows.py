"""The reusable workflow under a workflow runner: plan, a leg for each repository, one report."""

import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest
import yaml

from tests.e2e.act import ACTION, ActRun
from tests.e2e.world import BOT, CONTROL, ORDERS, REPORTS, REPOS_YML, STOREFRONT, TARGETS, World, world

ROOT = Path(__file__).parent.parent.parent
CALLER = """\
on: workflow_dispatch
permissions: {{}}
jobs:
  heal:
    permissions: {{ contents: write, issues: write, pull-requests: write }}
    uses: ./.github/workflows/heal.yml
    with:
      homeostat-env: production
      dry-run: "{dry_run}"
      github-api-url: {api}
      github-server-url: {server}
      {app}
    secrets:
      {token}
      state-token: ${{{{ secrets.HEAL_TOKEN }}}}
"""
OWN_TOKEN = {"app": "", "token": "token: ${{ secrets.HEAL_TOKEN }}"}
APP = {"app": "app-client-id: Iv1.acme", "token": "app-private-key: ${{ secrets.HEAL_TOKEN }}"}
STAND_INS = {
    "upload-artifact": 'mkdir -p "$STORE/kept/$NAME" && cp $PLACE "$STORE/kept/$NAME"',
    "download-artifact": 'cp -r "$STORE/kept/." "$PLACE"',
    "create-github-app-token": """\
        echo "$OWNER $REPOSITORIES" >>"$STORE/tokens"
        echo "token=$KEY" >>"$GITHUB_OUTPUT\"""",
}
"""Artifacts and Apps live on GitHub: these keep files in a folder, and take the key for the token."""
STAND_IN = """\
name: Stand-in
inputs: {{ {inputs} }}
outputs: {{ token: {{ value: "${{{{ steps.only.outputs.token }}}}" }} }}
runs:
  using: composite
  steps:
    - id: only
      shell: bash
      env:
        STORE: {store}
        NAME: ${{{{ inputs.name }}}}
        PLACE: ${{{{ inputs.path }}}}
        OWNER: ${{{{ inputs.owner }}}}
        REPOSITORIES: ${{{{ inputs.repositories }}}}
        KEY: ${{{{ inputs.private-key }}}}
      run: |
        {script}
"""


@pytest.fixture(scope="module")
def forge(tmp_path_factory: pytest.TempPathFactory, emulate: Path) -> Iterator[World]:
    with world(tmp_path_factory.mktemp("forge"), emulate) as made:
        yield made


def _stand_ins(store: Path) -> list[str]:
    """act's words for the actions that need GitHub itself, as the workflow pins them."""
    words = []
    text = (ROOT / ".github" / "workflows" / "heal.yml").read_text(encoding="utf-8")
    steps = [step for job in yaml.safe_load(text)["jobs"].values() for step in job["steps"]]
    for name, script in STAND_INS.items():
        [step] = [one for one in steps if one.get("uses", "").startswith(f"actions/{name}@")]
        place = store / name
        place.mkdir(parents=True, exist_ok=True)
        inputs = ", ".join(f"{one}: {{}}" for one in step["with"])
        filled = STAND_IN.format(inputs=inputs, store=store, script=script.strip())
        (place / "action.yml").write_text(filled, encoding="utf-8")
        words += ["--local-repository", f"{step['uses']}={place}"]
    return words


def _check_out(forge: World, repos_yml: str, caller: str) -> Path:
    control = forge.root / "control of acme"
    shutil.rmtree(control, ignore_errors=True)
    files = {
        ".homeostat/repos.yml": repos_yml,
        ".github/workflows/heal.yml": (ROOT / ".github/workflows/heal.yml").read_text(encoding="utf-8"),
        ".github/workflows/homeostat.yml": caller,
    }
    for path, text in files.items():
        (control / path).parent.mkdir(parents=True, exist_ok=True)
        (control / path).write_text(text, encoding="utf-8")
    for words in (
        ["init", "-q", "-b", "main"],
        ["remote", "add", "origin", f"https://github.com/{CONTROL}.git"],
        ["add", "--all"],
        ["-c", "user.name=ann", "-c", "user.email=ann@example.com", "commit", "-qm", "Heal"],
    ):
        subprocess.run(["git", *words], cwd=control, check=True)
    return control


def _run(
    forge: World,
    action: Path,
    *,
    repos_yml: str = REPOS_YML,
    dry_run: str = "off",
    token: Mapping[str, str] = OWN_TOKEN,
) -> ActRun:
    caller = CALLER.format(api=forge.api_url, server=forge.server_url, dry_run=dry_run, **token)
    control, store = _check_out(forge, repos_yml, caller), forge.root / "artifacts"
    shutil.rmtree(store, ignore_errors=True)
    (store / "kept").mkdir(parents=True)
    words = [
        str(Path(sys.executable).parent / "act"), "workflow_dispatch", "--json", "--pull=false", "--rm",
        "--workflows", ".github/workflows/homeostat.yml",
        "--no-cache-server", "--platform", "ubuntu-latest=-self-hosted",
        "--local-repository", f"{ACTION}={action}", *_stand_ins(store),
        "--action-cache-path", str(forge.root / "act"),
        "--secret", "HEAL_TOKEN", "--env", f"DOCKER_HOST={os.environ['DOCKER_HOST']}",
        "--env", "HOMEOSTAT_DOCKER_NETWORK=host",
    ]  # fmt: skip
    env, started = os.environ | {"HEAL_TOKEN": BOT}, time.monotonic()
    done = subprocess.run(words, cwd=control, env=env, capture_output=True, text=True, check=False)
    return ActRun(done.returncode, done.stdout, done.stderr, time.monotonic() - started)


def _summaries(run: ActRun) -> list[str]:
    return [line["content"] for line in run.lines if line.get("command") == "summary"]


def _kept(forge: World) -> list[str]:
    kept = (forge.root / "artifacts" / "kept").rglob("*.json")
    return sorted(json.loads(path.read_bytes())["repository"] for path in kept)


def test_a_plan_for_all_writes_nothing_and_is_summed_up_in_one_table(forge: World, action: Path) -> None:
    before = forge.state()
    run = _run(forge, action, dry_run="plan")
    assert run.code == 0, run.log
    assert forge.state() == before
    assert _kept(forge) == sorted(TARGETS)
    assert [slug for slug in TARGETS if slug not in _summaries(run)[-1]] == []


def test_each_leg_heals_with_the_token_of_an_app_for_its_own_repository(forge: World, action: Path) -> None:
    run = _run(forge, action, token=APP)
    assert run.code == 0, run.log
    assert [len(forge.pulls(slug)) for slug in (STOREFRONT, REPORTS, ORDERS)] == [1, 1, 0]
    tokens = (forge.root / "artifacts" / "tokens").read_text(encoding="utf-8").splitlines()
    assert sorted(tokens) == sorted(slug.replace("/", " ") for slug in TARGETS)


def test_a_leg_that_fails_stops_no_other_and_is_named_in_the_report(forge: World, action: Path) -> None:
    gone = "  - {slug: acme/gone, test_command: make test, labels: [homeostat-fix]}\n"
    run = _run(forge, action, repos_yml=REPOS_YML + gone)
    assert run.code == 1
    assert _kept(forge) == sorted(TARGETS)
    assert "acme/gone" in _summaries(run)[-1]


def test_an_empty_list_makes_no_leg_and_no_report(forge: World, action: Path) -> None:
    run = _run(forge, action, repos_yml="version: 1\nrepositories: []\n")
    assert run.code == 0, run.log
    assert _summaries(run) == []
