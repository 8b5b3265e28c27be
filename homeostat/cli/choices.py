"""Options that several commands share, and how what they name is read."""

from __future__ import annotations

import os
from pathlib import Path

import click

from homeostat.books import parse_library
from homeostat.edges.git.origin_name import origin_slug
from homeostat.errors import ConfigError, LedgerError
from homeostat.intake import read_text
from homeostat.outbound import one_line
from homeostat.records import Failure, Library, Unreadable

DEFAULT_CONFIG = Path(".homeostat/repos.yml")
config_option = click.option(
    "--config",
    "config_path",
    type=click.Path(path_type=Path),
    default=DEFAULT_CONFIG,
    show_default=True,
    help="The team's repos.yml.",
)


def control_of(given: str | None, folder: Path) -> str | None:
    """The repository that keeps the ledger: as given, of the workflow, else a folder's origin."""
    known = given or os.environ.get("GITHUB_REPOSITORY")
    here = folder.resolve()
    checkout = next((one for one in (here, *here.parents) if (one / ".git").exists()), here)
    return known or origin_slug(checkout)


json_option = click.option("--json", "as_json", is_flag=True, help="Print JSON.")
library_argument = click.option(
    "--library",
    "library_path",
    type=click.Path(path_type=Path),
    required=True,
    help="Learned patterns, as a JSON file.",
)


def readable(text: str) -> Failure:
    """The failure that a report tells of. Raises ConfigError with what it lacks."""
    found = read_text(text)
    if isinstance(found, Unreadable):
        lacking = "; ".join(found.missing)
        raise ConfigError(f"The report cannot be read. It lacks {lacking}: give all that was printed.")
    return found


def library(path: Path) -> Library:
    """The library in a file. Raises ConfigError."""
    if not path.is_file():
        raise ConfigError(f"{path} is no file: give a library that `homeostat patterns learn` wrote.")
    try:
        found = parse_library(path.read_bytes(), str(path))
    except LedgerError as error:
        raise ConfigError(
            f"{path} is no library that this Homeostat can read: "
            "give a file that `homeostat patterns learn` wrote."
        ) from error
    for one in found.set_aside:
        if not one.told:
            told = f"{path}: an entry of {one.place} is set aside, and kept there: {one.reason}"
            click.echo(one_line(told, 400), err=True)
    return found
