"""Commands about a team's repositories as a whole."""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

import click

from homeostat import config, outbound, summarise
from homeostat.cli.choices import DEFAULT_CONFIG, config_option, json_option
from homeostat.cli.page import ledger_option, state_option, write_page
from homeostat.edges import actions
from homeostat.errors import ConfigError
from homeostat.matrix import legs
from homeostat.outbound import counted, one_line, shown
from homeostat.records import LegReport


@click.command()
@click.argument("file", type=click.Path(path_type=Path), default=DEFAULT_CONFIG)
@json_option
def validate(file: Path, *, as_json: bool) -> None:
    """Check repos.yml: FILE:LINE:COLUMN for every problem."""
    try:
        slugs = [repository.slug for repository in config.load(file).repositories]
    except ConfigError as error:
        if as_json:
            click.echo(outbound.as_json({"valid": False, "problems": str(error).splitlines()}))
        raise
    if as_json:
        click.echo(outbound.as_json({"valid": True, "repositories": slugs}))
    else:
        told = f"{counted(len(slugs), 'repository')}: {', '.join(slugs)}" if slugs else "empty"
        click.echo(f"{file}: valid, {told}")


@click.command()
@config_option
def matrix(config_path: Path) -> None:
    """Print the legs of a run as JSON for strategy.matrix.

    Each enabled repository has one. Above 256 repositories, which is what a matrix may hold, a leg gets
    several. In a workflow the outputs `matrix` and `legs` (their number) are written too: with no legs,
    skip the job that uses the matrix.
    """
    found = legs(config.load(config_path).repositories)
    text = shown(json.dumps({"include": [asdict(leg) for leg in found]}))
    actions.write_outputs(os.environ, {"matrix": text, "legs": shown(str(len(found)))})
    click.echo(text)
    if not found:
        click.echo(f"{config_path} lists no enabled repository: there is nothing to heal.", err=True)


@click.command()
@click.argument("folder", type=click.Path(path_type=Path), required=False)
@click.option(
    "--expected", metavar="JSON", help="The matrix of the run: legs that left no report are named then."
)
@click.option(
    "--html",
    metavar="FILE",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Write a page on all runs, from the ledger instead of FOLDER.",
)
@ledger_option
@state_option
@json_option
def report(
    folder: Path | None,
    expected: str | None,
    html: Path | None,
    ledger: Path | None,
    state_repo: str | None,
    *,
    as_json: bool,
) -> None:
    """Sum up the legs of a run, or all runs as a page.

    One table is made of the JSON reports below FOLDER. It goes to the workflow's step summary, or to standard
    output when there is none; with --json its numbers go there. With --html: what happened across
    repositories and time, as one page that needs no network and no JavaScript.
    """
    if html and not (folder or expected or as_json):
        write_page(html, ledger, state_repo)
        return
    if html or ledger or state_repo:
        raise ConfigError(
            "--html reads the ledger and no FOLDER; --ledger and --state-repo go with it alone."
        )
    if folder is None:
        raise ConfigError("Give the FOLDER that holds the legs' reports, or --html FILE for a page.")
    if not folder.is_dir():
        raise ConfigError(f"{folder} is no folder: give the one that holds the legs' reports.")
    found = _reports_in(folder)
    silent = _silent(found, expected)
    if as_json:
        click.echo(summarise.data(found, silent=silent))
        return
    text = summarise.table(found, silent=silent)
    if not actions.write_summary(os.environ, text):
        click.echo(text, nl=False)


def _reports_in(folder: Path) -> list[LegReport]:
    found = []
    for path in sorted(folder.rglob("*.json")):
        read = _report_in(path)
        if isinstance(read, LegReport):
            found.append(read)
        else:
            click.echo(f"{path} is left out: {one_line(read)}.", err=True)
    if not found:
        told = (
            f"{folder} holds no report of a leg, so nothing is known of the run: give the folder that the "
            "legs' artifacts were downloaded to, and look at the logs of their jobs."
        )
        click.echo(one_line(told, 600), err=True)
    return found


def _report_in(path: Path) -> LegReport | str:
    try:
        return summarise.read_report(path.read_bytes())
    except OSError as error:
        return f"it cannot be read ({error.strerror})"


def _silent(found: Sequence[LegReport], expected: str | None) -> list[str]:
    """The repositories of the matrix that no report tells of."""
    try:
        rows = json.loads(expected)["include"] if expected else []
        slugs = [slug for row in rows for slug in row["repo"].split()]
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise ConfigError("--expected is no matrix: give what `homeostat matrix` printed.") from error
    told = {one.repository.casefold() for one in found}
    return [slug for slug in slugs if slug.casefold() not in told]
