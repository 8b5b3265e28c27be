"""The action asks a model from its own container, at an address of the team's, and books what it cost."""

import json
import os
import subprocess
from decimal import Decimal
from pathlib import Path

from tests.e2e.world import CONTROL, REPORTS, ROOT, world
from tests.model_server import Turn, edits, model_server, playing

REPOS_YML = """\
version: 1
repositories:
  - slug: acme/reports
    branch: main
    max_prs_per_run: 2
    labels: [homeostat-fix]
    path_filters: {include: [src/], exclude: [tests/]}
    test_command: python3 -m unittest discover -s tests -t .
    tiers: [deepseek]
"""
MODELS_YML = """\
models: {local: {provider: deepseek, price: {input: 1, cached_input: 0.5, output: 2}}}
tiers: {deepseek: {writer: local, tries: 1, context_tokens: 8000}}
"""
COST = Decimal("0.0012")
"""1,000 tokens read at one dollar a million, 100 written at two."""
ANSWER = edits(
    ("src/settings.py", 'wait = options["timeout"]', 'wait = options.get("timeout", DEFAULT_TIMEOUT)')
)


def test_the_action_heals_by_a_model_and_books_what_it_cost(
    tmp_path: Path, emulate: Path, image: str
) -> None:
    (tmp_path / "control" / ".homeostat").mkdir(parents=True)
    control = tmp_path / "control"
    (control / ".homeostat" / "repos.yml").write_text(REPOS_YML, encoding="utf-8")
    (control / "our models.yml").write_text(MODELS_YML, encoding="utf-8")
    files = {name: tmp_path / name for name in ("GITHUB_OUTPUT", "GITHUB_STEP_SUMMARY")}
    for path in files.values():
        path.touch()
    with world(tmp_path / "forge", emulate) as forge, model_server(playing([Turn(ANSWER)])) as server:
        environment = forge.environment(
            HOMEOSTAT_IMAGE=image,
            HOMEOSTAT_REPO=REPORTS,
            HOMEOSTAT_MODELS="our models.yml",
            DEEPSEEK_BASE_URL=server.url,
            DEEPSEEK_API_KEY="sk-" + "d" * 32,
            RUNNER_TEMP=str(tmp_path),
            **{name: str(one) for name, one in files.items()},
        )
        told = subprocess.run(
            [ROOT / "docker" / "run.sh"],
            env={**os.environ, **environment},
            cwd=control,
            capture_output=True,
            text=True,
            check=False,
        )
        assert told.returncode == 0, told.stdout
        assert server.keys == ["Bearer sk-" + "d" * 32]
        assert server.asked[0]["model"] == "local"
        pulls = forge.pulls(REPORTS)
        assert len(pulls) == 1, told.stdout
        (pull,) = pulls
        costs = forge.bare(CONTROL)
        month = costs.text("ls-tree", "-r", "--name-only", "homeostat-state", "costs/")
        kept = json.loads(costs.text("show", f"homeostat-state:{month}"))
    assert pull["draft"]
    assert "written by `local`" in pull["body"]
    assert [Decimal(one["amount"]) for one in kept["charges"]] == [COST]
    assert "cost<<" in files["GITHUB_OUTPUT"].read_text(encoding="utf-8")
    assert "0.0012" in files["GITHUB_OUTPUT"].read_text(encoding="utf-8")
    assert "sk-ddd" not in told.stdout + told.stderr
