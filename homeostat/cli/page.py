"""`homeostat report --html`: read the ledger, write the page."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

import click

from homeostat import config
from homeostat.books.shelf import parse_shelf
from homeostat.cli.choices import control_of
from homeostat.config.access import SERVER_URL, address
from homeostat.edges.git import Remote, ledger_files
from homeostat.errors import ConfigError
from homeostat.outbound import counted, one_line
from homeostat.records import Shelf
from homeostat.records.slugs import SLUG

ledger_option = click.option(
    "--ledger",
    metavar="FOLDER",
    type=click.Path(path_type=Path, exists=True, file_okay=False),
    help="With --html: a local clone that has the branch homeostat-state. [default: GitHub, by GITHUB_TOKEN]",
)
state_option = click.option(
    "--state-repo",
    metavar="OWNER/NAME",
    help="With --html: where the state branch lives. [default: GITHUB_REPOSITORY, else origin]",
)


def write_page(file: Path, ledger: Path | None, state_repo: str | None) -> None:
    """Write the page; what could not be read is told as well."""
    from homeostat.page import page  # noqa: PLC0415 - a third of a second, for this page only

    known = state_repo or os.environ.get("GITHUB_REPOSITORY")
    slug = (known if ledger else control_of(known, Path())) or ""
    if slug and not SLUG.fullmatch(slug):
        raise ConfigError(f"{one_line(slug)} is no repository: write it as OWNER/NAME.")
    if not (ledger or slug):
        raise ConfigError("Give --state-repo OWNER/NAME, or --ledger FOLDER for a local clone of it.")
    remote = str(ledger.resolve()) if ledger else _remote(slug)
    with TemporaryDirectory(prefix="homeostat-", ignore_cleanup_errors=True) as scratch:
        shelf = parse_shelf(ledger_files(Path(scratch), remote))
    title = slug or (ledger.resolve().name if ledger else "")
    server = address(os.environ, "GITHUB_SERVER_URL", SERVER_URL)
    text = page(shelf, title=title, server=server, now=datetime.now(UTC))
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, encoding="utf-8", errors="replace")
    click.echo(f"written: {file}")
    _tell(shelf)


def _remote(slug: str) -> Remote:
    access = config.access(os.environ)
    name = "GITHUB_TOKEN" if access.state_token == access.token else "HOMEOSTAT_STATE_TOKEN"
    return Remote(f"{access.server_url}/{slug}.git", access.state_token, secret=name)


def _tell(shelf: Shelf) -> None:
    for path, why in shelf.unread.items():
        click.echo(one_line(f"{path} is left out: {why}", 600), err=True)
    for path, aside in shelf.set_aside.items():
        first = aside[0]
        entries = counted(len(aside), "entry")
        told = f"{path}: {entries} set aside, such as {first.place}: {first.reason}"
        click.echo(one_line(told, 400), err=True)
