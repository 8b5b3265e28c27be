"""Run one leg against a GitHub and a git server on loopback, its tests as plain processes; tells what it did.

Waiting costs no time here. usage: python -m tests.network_leg ORDER (the JSON of a `Ride`)
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import cast

from homeostat import config
from homeostat.assembly import Order, github_leg
from homeostat.config import Access, ApplyMode
from homeostat.edges.git import GitWorkspace, command
from homeostat.edges.github import GitHubForge
from homeostat.edges.sandbox import ProcessSandbox
from homeostat.errors import HomeostatError
from homeostat.leg import Leg
from homeostat.pipeline import heal
from tests.stub_github import TOKEN, Time
from tests.world import NOW, PRODUCTION, World


@dataclass(frozen=True)
class Ride:
    """What a leg is asked for."""

    api_url: str
    server_url: str
    slug: str
    state_slug: str
    run: str = "run-1"
    hours: float = 0
    mode: str = "propose"
    patience: float = 30
    """Seconds until an answer of the API counts as lost."""
    git_patience: int = 60

    @property
    def order(self) -> Order:
        changes = {"slug": self.slug, "apply_mode": ApplyMode(self.mode), "max_prs_per_run": 5}
        repository = World(Path()).repository(**changes)
        settings, now = config.settings(PRODUCTION), NOW + timedelta(hours=self.hours)
        return Order(self.state_slug, repository, settings, run=self.run, now=now)


@contextmanager
def leg_of(ride: Ride, time: Time) -> Iterator[Leg]:
    """The leg as the action builds it, but for its sandbox and its clock."""
    access = Access(ride.api_url, ride.server_url, TOKEN, TOKEN)
    command._SETTINGS["http.lowSpeedTime"] = str(ride.git_patience)  # noqa: SLF001 - a minute is long
    forge = GitHubForge(
        ride.slug,
        token=access.token,
        api_url=access.api_url,
        server_url=access.server_url,
        clock=time.clock,
        sleep=time.sleep,
    )
    forge.timeout = ride.patience
    with github_leg(access, ride.order, _silent, None) as leg, TemporaryDirectory() as home:
        workspace = cast("GitWorkspace", leg.bench.workspace)
        bench = replace(leg.bench, sandbox=ProcessSandbox(Path(home), workspace.export))
        yield replace(leg, forge=forge, bench=bench)


def _silent(*_: object, **__: object) -> None:
    """Nobody listens."""


def main(words: str) -> int:
    """Heal; the exit code is the command line's."""
    time = Time()
    try:
        with leg_of(Ride(**json.loads(words)), time) as leg:
            told = heal(leg)
    except HomeostatError as error:
        sys.stderr.write(f"{error}\n")
        return error.exit_code
    outcomes = [asdict(replace(outcome, proof=None)) for outcome in told.outcomes]
    costs = {"requests": told.api_requests, "round_trips": told.git_round_trips, "waited": sum(time.slept)}
    sys.stdout.write(json.dumps({"outcomes": outcomes, **costs}))
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
