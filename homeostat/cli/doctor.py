"""`homeostat doctor`: all that a run needs, looked at beforehand."""

from __future__ import annotations

import os
import shutil
import sys
import textwrap
from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import click

from homeostat import outbound
from homeostat.checkup import Visit, findings
from homeostat.cli.choices import config_option, control_of, json_option
from homeostat.cli.completion import slugs as complete_slugs
from homeostat.doctor import Finding, Health, exit_code
from homeostat.outbound import one_line

COLOURS = {Health.OK: "green", Health.WARNING: "yellow", Health.FAILED: "red"}
MARGIN = 19
"""Characters before what is told."""


@click.command()
@config_option
@click.option(
    "--repo",
    "slugs",
    multiple=True,
    metavar="OWNER/NAME",
    help="Look at these repositories only. [default: all that are enabled]",
    shell_complete=complete_slugs,
)
@click.option(
    "--state-repo",
    metavar="OWNER/NAME",
    help="Where the state branch lives. [default: GITHUB_REPOSITORY, else origin of repos.yml]",
)
@json_option
def doctor(config_path: Path, slugs: tuple[str, ...], state_repo: str | None, *, as_json: bool) -> None:
    """Say whether a run would come through, and what to do.

    Looked at are git, Docker, repos.yml, switches, models, tokens, labels, branches and the ledger. Each
    check says what it found and what to do about it. Nothing is changed anywhere and no model is paid;
    what failed keeps no other check from being made.
    """
    state = control_of(state_repo, config_path.parent)
    visit = Visit(os.environ, config_path, slugs, state, lambda: datetime.now(UTC))
    found = []
    for one in findings(visit):
        found.append(one)
        if not as_json:
            _tell(one)
    _sum_up(found, as_json=as_json)
    sys.exit(exit_code(found))


def _tell(found: Finding) -> None:
    health = click.style(f"{found.health:8}", COLOURS.get(found.health))
    color = False if os.environ.get("NO_COLOR") else None
    click.echo(f"{health} {found.check:9} {_wrapped(one_line(found.told, 600))}", color=color)
    if found.remedy:
        click.echo(f"{'':{MARGIN}}→ {_wrapped(one_line(found.remedy, 300), 2)}")


def _wrapped(text: str, further: int = 0) -> str:
    """In a column of its own where somebody watches; in one line for programs."""
    if not sys.stdout.isatty():
        return text
    margin = MARGIN + further
    lines = textwrap.wrap(text, max(shutil.get_terminal_size().columns - margin, 40), break_on_hyphens=False)
    return f"\n{'':{margin}}".join(lines)


def _sum_up(found: Sequence[Finding], *, as_json: bool) -> None:
    if as_json:
        click.echo(_as_json(found))
        return
    counts = Counter(one.health for one in found)
    told = ", ".join(f"{counts[health]} {health}" for health in Health if counts[health])
    end = "A run would not come through." if counts[Health.FAILED] else "A run can start."
    click.echo(f"\n{told}. {end}")


def _as_json(found: Sequence[Finding]) -> str:
    checks = [
        {"check": one.check, "health": one.health, "told": one.told, "remedy": one.remedy} for one in found
    ]
    return outbound.as_json({"healthy": not exit_code(found), "checks": checks}, indent=2)
