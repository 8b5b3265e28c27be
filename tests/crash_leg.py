"""Run one leg and die by SIGKILL right after its N-th effect; prints the number of effects when it lives.

usage: python -m tests.crash_leg ROOT N RUN HOURS MODE; with DEEPSEEK_API_KEY it asks that tier only
"""

from __future__ import annotations

import os
import signal
import sys
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

from homeostat.assembly import models_of
from homeostat.config import ApplyMode, Tier, ladder
from homeostat.pipeline import heal
from tests.world import NOW, World

EFFECTS = frozenset(
    {
        "open_pull_request",
        "update_pull_request",
        "add_comment",
        "update_comment",
        "add_labels",
        "remove_label",
        "write",
        "publish",
        "commit",
    }
)


class Mortal:
    """A port whose effects are counted; after the fatal one the process is gone."""

    def __init__(self, port: Any, counter: list[int], fatal: int) -> None:  # noqa: ANN401 - any port
        self._port, self._counter, self._fatal = port, counter, fatal

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 - whatever the port has
        found = getattr(self._port, name)
        if name not in EFFECTS:
            return found

        def effect(*args: object, **kwargs: object) -> object:
            result = found(*args, **kwargs)
            self._counter[0] += 1
            if self._counter[0] == self._fatal:
                os.kill(os.getpid(), signal.SIGKILL)
            return result

        return effect


def main(root: str, fatal: str, run: str, hours: str, mode: str) -> None:
    """Heal through mortal ports."""
    counter = [0]
    world, now = World(Path(root)), NOW + timedelta(hours=float(hours))
    given: dict[str, Any] = {"apply_mode": ApplyMode(mode), "max_prs_per_run": 5}
    if "DEEPSEEK_API_KEY" in os.environ:
        tiers = (Tier.DEEPSEEK,)
        given |= {"tiers": tiers, "models": models_of(ladder(os.environ, tiers))}
    with world.leg(run=run, now=now, **given) as leg:
        ports: dict[str, Any] = {
            name: Mortal(getattr(leg, name), counter, int(fatal)) for name in ("forge", "ledger")
        }
        workspace: Any = Mortal(leg.bench.workspace, counter, int(fatal))
        heal(replace(leg, bench=replace(leg.bench, workspace=workspace), **ports))
    sys.stdout.write(f"{counter[0]}\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
