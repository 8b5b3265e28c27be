"""`homeostat check-patch`: the guard that every fix meets and a look for tests' values, for any patch."""

from __future__ import annotations

import json
import os
import sys
import tempfile
from pathlib import Path
from typing import BinaryIO

import click

from homeostat import config
from homeostat.bench import limits_of
from homeostat.cli.choices import config_option
from homeostat.cli.completion import slugs
from homeostat.config import Repository
from homeostat.conventions import is_test
from homeostat.edges.git import GitWorkspace
from homeostat.edges.git.apply import MAX_BYTES, bare, bounded, read
from homeostat.edges.git.origin_name import origin_slug
from homeostat.edges.git.sketch import sketched
from homeostat.errors import ConfigError, ForgeError, PatchError
from homeostat.judge import objections
from homeostat.outbound import spelled

BLOCKED = 3
MOST_TESTS = 200
CHECKOUT, SKETCH = "checkout", "from the patch"


@click.command("check-patch")
@click.option(
    "--repo",
    "slug",
    required=True,
    metavar="OWNER/NAME",
    help="Whose rules it must keep to.",
    shell_complete=slugs,
)
@config_option
@click.option(
    "--checkout",
    type=click.Path(path_type=Path, exists=True, file_okay=False),
    help="Judge against this repository's HEAD. [default: the current folder, if it holds the files]",
)
@click.argument("patch", type=click.File("rb"))
def check_patch(slug: str, config_path: Path, checkout: Path | None, patch: BinaryIO) -> None:
    """Judge PATCH, a file or -, by the rules that every fix meets.

    Looked at are what git makes of it, then the guard's rules and the values of the tests.

    Prints JSON: the verdict (pass or block), the reasons, and the base it was judged against. Without a
    checkout the base is made of the lines that the patch itself removes and keeps. Exit 0 or 3.
    """
    repository = config.find(config.load(config_path), slug)
    text = patch.read(MAX_BYTES + 1)
    text += b"" if text.endswith(b"\n") else b"\n"  # lost where a patch was copied; git takes no line without
    base, reasons = _judged(repository, checkout, text)
    verdict = "block" if reasons else "pass"
    told = [spelled(reason) for reason in reasons]
    click.echo(json.dumps({"verdict": verdict, "reasons": told, "base": base}))
    sys.exit(BLOCKED if reasons else 0)


def _judged(repository: Repository, checkout: Path | None, text: bytes) -> tuple[str, tuple[str, ...]]:
    limits = limits_of(repository, config.settings(os.environ))
    base = CHECKOUT if checkout else SKETCH
    with tempfile.TemporaryDirectory(prefix="homeostat-") as home:
        try:
            bounded(text)
            known = _opened(Path(home, "checkout"), checkout) if checkout else None
            known = known or _here(Path(home, "here"), repository.slug, text)
            base = CHECKOUT if known else SKETCH
            workspace = known or sketched(Path(home, "sketch"), text)
            patch = workspace.applied(text)
        except PatchError as error:
            return base, (str(error),)
        paths = workspace.paths()
        tests = workspace.texts(sorted(filter(is_test, paths))[:MOST_TESTS])
        return base, objections(patch, limits, known=paths, tests=[*tests.values()])


def _opened(home: Path, checkout: Path) -> GitWorkspace:
    if not (checkout / ".git").exists() and not (checkout / "HEAD").is_file():
        raise ConfigError(f"{checkout} is no git checkout: give the top of one, or leave out --checkout.")
    home.mkdir()
    return GitWorkspace.at(home, checkout=checkout, revision="HEAD")


def _here(home: Path, slug: str, text: bytes) -> GitWorkspace | None:
    """The current folder, unless it is no checkout, or one of something else."""
    here = Path()
    if not (here / ".git").exists():
        return None
    origin = origin_slug(here)
    if origin and origin.casefold() != slug.casefold():
        return None
    try:
        found = _opened(home, here)
    except ForgeError:
        return None  # nothing is committed there
    old = bare(text) or {name.decode(errors="surrogateescape") for one in read(text) if (name := one.old)}
    return found if origin or not old or old & found.paths() else None
