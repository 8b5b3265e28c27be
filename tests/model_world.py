"""A small team that has keys for models: its legs ask a scripted endpoint over real HTTP."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import cast

from homeostat import config
from homeostat.assembly import models_of
from homeostat.books import parse_costs
from homeostat.config import Tier
from homeostat.leg import DryRun
from homeostat.records import Charge, LegReport, Outcome, PullState
from tests.model_server import ModelServer, Script, edits, model_server
from tests.world import FILES, NOW, PRODUCTION, World

ONE = {path: text for path, text in FILES.items() if "prices" not in path and "agenda" not in path}
"""A repository with one error."""
AT = '    value = settings["timeout"]'
GET = '    value = settings.get("timeout", DEFAULT)'
RIGHT = edits(("src/settings.py", AT, GET), why="A timeout that is not set has a default.")
WRONG = edits(("src/settings.py", AT, '    value = settings.get("timeout", 7)'), why="Seven will do.")
AI = (Tier.DEEPSEEK, Tier.DEEPSEEK_REVIEWED, Tier.GPT_5)
KEYS = {"DEEPSEEK_API_KEY": "sk-deepseek-secret", "OPENAI_API_KEY": "sk-openai-secret"}
TRY = Decimal("0.00042")
"""What 1,000 tokens read and 100 written by DeepSeek's model cost, at 0.30 and 1.20 dollars a million."""
NOTHING = Decimal(0)


@dataclass
class Team:
    """A world, and the endpoint that its legs ask."""

    world: World
    server: ModelServer

    def environ(self, **more: str) -> dict[str, str]:
        urls = {"DEEPSEEK_BASE_URL": self.server.url, "OPENAI_BASE_URL": self.server.url}
        return {**PRODUCTION, **KEYS, **urls, **more}

    def heal(
        self, *, run: str = "run-1", hours: int = 0, dry_run: DryRun = DryRun.OFF, **changes: object
    ) -> LegReport:
        limits = {name: str(changes.pop(name)) for name in [*changes] if name.isupper()}
        given = {"tiers": AI, **changes}
        environ = self.environ(**limits)
        wanted = cast("tuple[Tier, ...]", given["tiers"])
        models = models_of(config.ladder(environ, wanted))
        now = NOW + timedelta(hours=hours)
        return self.world.heal(environ=environ, now=now, run=run, dry_run=dry_run, models=models, **given)

    def charges(self) -> tuple[Charge, ...]:
        """Those of the one month that there is."""
        path = self.world.git("ls-tree", "-r", "--name-only", "homeostat-state", "costs/")
        return parse_costs(self.world.git("show", f"homeostat-state:{path}").encode(), path)[0]

    def pulls(self) -> list[str]:
        return [pull.body for pull in self.world.forge().pull_requests() if pull.state is PullState.OPEN]


@contextmanager
def team(tmp_path: Path, script: Script, files: Mapping[str, str] = ONE) -> Iterator[Team]:
    world = World.build(tmp_path / "forge", files)
    with model_server(script) as server:
        yield Team(world, server)


def only(report: LegReport) -> Outcome:
    (outcome,) = report.outcomes
    return outcome
