"""nektos/act, which runs a workflow that uses the action as a runner of GitHub would."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.e2e.world import BOT, CONTROL, REPOS_YML, TARGETS, World

ACTION = "littlebearapps/homeostat@v1"
WORKFLOW = """\
on: workflow_dispatch
env:
  HOMEOSTAT_ENV: production
jobs:
  heal:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v4
      - uses: littlebearapps/homeostat@v1
        id: homeostat
        with:
          repo: {repo}
          config: {config}
          github-token: ${{{{ secrets.HEAL_TOKEN }}}}
          github-api-url: {api}
          github-server-url: {server}
      - if: always()
        env:
          REPORT: ${{{{ steps.homeostat.outputs.report-path }}}}
        run: grep -h '"repository"' "$(dirname "$REPORT")"/*.json
"""


@dataclass(frozen=True)
class Consumer:
    """The control repository's work tree, with a workflow that uses the action."""

    world: World
    action: Path
    """Folder that stands for the action's repository."""

    @property
    def workspace(self) -> Path:
        return self.world.root / "control of acme"

    def run(self, *, repo: str = " ".join(TARGETS), config: str = ".homeostat/repos.yml") -> ActRun:
        """Run the workflow on this machine."""
        self._check_out(repo, config)
        words = [
            str(Path(sys.executable).parent / "act"), "workflow_dispatch", "--json", "--pull=false", "--rm",
            "--no-cache-server", "--platform", "ubuntu-latest=-self-hosted",
            "--local-repository", f"{ACTION}={self.action}",
            "--action-cache-path", str(self.world.root / "act"),
            "--secret", "HEAL_TOKEN", "--env", f"DOCKER_HOST={os.environ['DOCKER_HOST']}",
            "--env", "HOMEOSTAT_DOCKER_NETWORK=host",
        ]  # fmt: skip
        env, started = os.environ | {"HEAL_TOKEN": BOT}, time.monotonic()
        done = subprocess.run(words, cwd=self.workspace, env=env, capture_output=True, text=True, check=False)
        return ActRun(done.returncode, done.stdout, done.stderr, time.monotonic() - started)

    def _check_out(self, repo: str, config: str) -> None:
        shutil.rmtree(self.workspace, ignore_errors=True)
        api, server = self.world.api_url, self.world.server_url
        workflow = WORKFLOW.format(repo=repo, config=config, api=api, server=server)
        for path, text in {".github/workflows/heal.yml": workflow, ".homeostat/repos.yml": REPOS_YML}.items():
            place = self.workspace / path
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_text(text, encoding="utf-8")
        for words in (
            ["init", "-q", "-b", "main"],
            ["remote", "add", "origin", f"https://github.com/{CONTROL}.git"],
            ["add", "--all"],
            ["-c", "user.name=ann", "-c", "user.email=ann@example.com", "commit", "-qm", "Heal"],
        ):
            subprocess.run(["git", *words], cwd=self.workspace, check=True)


@dataclass(frozen=True)
class ActRun:
    """What act said: a line of JSON for each event."""

    code: int
    stdout: str
    stderr: str
    seconds: float

    @property
    def lines(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.stdout.splitlines() if line.startswith("{")]

    @property
    def log(self) -> str:
        return "\n".join(str(line.get("msg", "")).rstrip("\n") for line in self.lines) + self.stderr

    @property
    def outputs(self) -> dict[str, str]:
        """Of the step; the last value of each counts, as on GitHub."""
        told = [line for line in self.lines if line.get("command") == "set-output"]
        return {line["name"]: line["arg"] for line in told}

    @property
    def reports(self) -> list[str]:
        """The repositories of the reports that a later step finds."""
        return re.findall(r'^ *"repository": "(.+?)"', self.log, re.MULTILINE)

    @property
    def summary(self) -> str:
        told: list[str] = [line["content"] for line in self.lines if line.get("command") == "summary"]
        return (
            told[-1] if told else ""
        )  # act says it for the step in the action and for the step that uses it

    @property
    def result(self) -> str:
        """Of the job: success or failure."""
        return next(str(line["jobResult"]) for line in reversed(self.lines) if "jobResult" in line)
