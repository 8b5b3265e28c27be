"""`homeostat patterns …`: look at learned fixes, or learn one."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import IO

import click
import msgspec

from homeostat import console
from homeostat.assembly import lesson_of_commit
from homeostat.books import render_library
from homeostat.cli.choices import json_option, library, library_argument, readable
from homeostat.errors import ConfigError
from homeostat.patterns import added
from homeostat.records import Library


@click.group()
def patterns() -> None:
    """Look at learned fixes, or learn one from a commit."""


@patterns.command("list")
@library_argument
@json_option
def list_patterns(library_path: Path, *, as_json: bool) -> None:
    """One line for each pattern."""
    found = library(library_path).patterns
    if as_json:
        click.echo(json.dumps(msgspec.to_builtins(found), indent=2))
        return
    for pattern in found:
        click.echo(console.pattern_lines(pattern)[0] + (" (retired)" if pattern.retired else ""))
    if not found:
        click.echo("The library is empty: patterns are learned from merged fixes.")


@patterns.command()
@click.argument("pattern_id", metavar="ID")
@library_argument
def show(pattern_id: str, library_path: Path) -> None:
    """A page on one pattern: before, after, where it came from, how it did."""
    found = [p for p in library(library_path).patterns if p.id == pattern_id]
    if not found:
        raise ConfigError(f"{library_path} holds no pattern {pattern_id}: see `homeostat patterns list`.")
    click.echo("\n".join(console.pattern_lines(found[0])))


@patterns.command("learn")
@click.argument("checkout", type=click.Path(path_type=Path, exists=True, file_okay=False))
@click.option(
    "--commit", "revision", default="HEAD", show_default=True, help="The commit that fixed the error."
)
@click.option(
    "--trace",
    type=click.File(errors="replace"),
    required=True,
    help="The report of the error; - is standard input.",
)
@library_argument
def learn_pattern(checkout: Path, revision: str, trace: IO[str], library_path: Path) -> None:
    """Learn a pattern from one fix commit of a local repository and add it to a library file."""
    failure = readable(trace.read())
    known = library(library_path) if library_path.exists() else Library()
    now = datetime.now(UTC)
    pattern = lesson_of_commit(checkout, revision, failure, now=now)
    if isinstance(pattern, str):
        raise ConfigError(f"Nothing to learn from {revision}: {pattern}.")
    library_path.parent.mkdir(parents=True, exist_ok=True)
    library_path.write_bytes(render_library(added(known, pattern, at=now)))
    click.echo("\n".join(console.pattern_lines(pattern)))
