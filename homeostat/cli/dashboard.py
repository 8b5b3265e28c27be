"""`homeostat dashboard`: the issue that tells what waits, and whose boxes people tick."""

from __future__ import annotations

import json
import os
from contextlib import AbstractContextManager
from datetime import UTC, datetime
from pathlib import Path

import click

from homeostat import config
from homeostat.assembly import Subject, github_desk, local_desk
from homeostat.cli.choices import config_option, control_of, json_option
from homeostat.cli.heal import SWITCHED_OFF
from homeostat.dashboard import Desk, Kept, State, keep
from homeostat.errors import ConfigError
from homeostat.outbound import counted, logged, one_line

NO_CONTROL = (
    "Nothing tells which repository keeps the dashboard: give --state-repo, or set GITHUB_REPOSITORY to the "
    "one that runs the workflow."
)


@click.command()
@config_option
@click.option(
    "--forge",
    type=click.Path(path_type=Path, exists=True, file_okay=False),
    help="Work on a local forge in this folder. [default: GitHub, by HOMEOSTAT_STATE_TOKEN or GITHUB_TOKEN]",
)
@click.option(
    "--state-repo",
    metavar="OWNER/NAME",
    help="Where the state branch and the issue are. [default: GITHUB_REPOSITORY, else origin of repos.yml]",
)
@click.option("--dry-run", is_flag=True, help="Write nothing: print what the issue would say.")
@json_option
def dashboard(
    config_path: Path, forge: Path | None, state_repo: str | None, *, dry_run: bool, as_json: bool
) -> None:
    """Do what people ticked on the dashboard, then write it anew.

    One issue of the control repository lists what is open, cooling down and given up. The token needs
    contents and issues: write there. A dashboard that a person closed is left alone.
    """
    settings = config.settings(os.environ)
    if settings.disabled:
        click.echo(SWITCHED_OFF)
        return
    slugs = tuple(repository.slug for repository in config.load(config_path).repositories)
    control = control_of(state_repo, config_path.parent)
    if not control:
        raise ConfigError(NO_CONTROL)
    subject = Subject(control, slugs, datetime.now(UTC), settings, not dry_run)
    with _desk(subject, forge) as desk:
        kept = keep(desk)
    for note in kept.notes:
        click.echo(one_line(note, 400), err=True)
    click.echo(_as_json(kept) if as_json else "\n".join(_lines(control, kept)))


def _desk(subject: Subject, forge: Path | None) -> AbstractContextManager[Desk]:
    return local_desk(forge, subject) if forge else github_desk(config.access(os.environ), subject)


def _lines(control: str, kept: Kept) -> list[str]:
    where = f"{control}#{kept.number}" if kept.number else control
    ticks = [
        one_line(f"{tick.repository} {tick.fingerprint}, {tick.action} ({tick.by}): {tick.told}", 400)
        for tick in kept.ticks
    ]
    told = kept.sections
    totals = f"{len(told.open)} open, {len(told.cooling)} cooling down, {len(told.given_up)} given up"
    text = [logged(kept.text)] if kept.state is State.PLANNED else []
    return [
        f"The dashboard of {where}: {kept.state} ({counted(len(ticks), 'tick')}; {totals}).",
        *ticks,
        *text,
    ]


def _as_json(kept: Kept) -> str:
    told = kept.sections
    return json.dumps(
        {
            "state": kept.state.name.lower(),
            "issue": kept.number,
            "open": len(told.open),
            "cooling_down": len(told.cooling),
            "given_up": len(told.given_up),
            "stopped": len(told.stopped),
            "ticks": [
                {
                    "repository": tick.repository,
                    "fingerprint": tick.fingerprint,
                    "action": tick.action,
                    "by": tick.by,
                    "told": tick.told,
                }
                for tick in kept.ticks
            ],
        }
    )
