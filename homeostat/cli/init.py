"""`homeostat init`: the two files that a team needs, written into a repository."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Sequence
from dataclasses import replace
from importlib.resources import files
from pathlib import Path
from string import Template

import click

from homeostat import config
from homeostat.cli.introduce import propose
from homeostat.edges.git.origin_name import main_branch, origin_slug
from homeostat.errors import ConfigError
from homeostat.onboarding import (
    ECOSYSTEMS,
    Answers,
    ecosystem_of,
    folders_of,
    pages_workflow,
    repos_yml,
    workflow,
)
from homeostat.records.slugs import SLUG

CONFIG, WORKFLOW = Path(".homeostat/repos.yml"), Path(".github/workflows/homeostat.yml")
PAGES = Path(".github/workflows/homeostat-pages.yml")
OTHERS = (
    "Any other repository of the list needs a GitHub App (HOMEOSTAT_APP_CLIENT_ID,\n"
    "   HOMEOSTAT_APP_PRIVATE_KEY) or a fine-grained token (secret HOMEOSTAT_TOKEN) with the same three\n"
    "   rights on it: the job's own token reaches no other repository."
)
PUSHED = "The repository that you push this folder to"
PUBLISH = (
    'Set Settings > Pages > Source to "GitHub Actions". The page is published after each run, and by hand,\n'
    "   once a run has written the ledger."
)
MAKE = ECOSYSTEMS["Makefile"].test_command
GUESS = (
    "`make test` is a guess, and our own image has Python and Node only: correct test_command, or run again "
    "with --test-command."
)
EVERYTHING = (
    "No folder of sources is known there: a fix may touch every file that no rule protects. Narrow it by "
    "path_filters, or run again with --include."
)
EXAMPLE = Answers(("owner/name",), "main", "true", None, None, ("fix",), ("*",), ())
"""Valid: one answer after the other is tried in its place."""
PLACE = re.compile(r"^:\d+:\d+: [\w.\[\]]+: ", re.MULTILINE)
"""In a file that nobody has seen yet."""
NO_OTHERS = "To heal other repositories too, list them and give a GitHub App or a token that reaches them."


@click.command()
@click.argument("folder", type=click.Path(path_type=Path, exists=True, file_okay=False), default=Path())
@click.option(
    "--repo", "slugs", multiple=True, metavar="OWNER/NAME", help="Repositories to heal. [default: origin's]"
)
@click.option("--branch", metavar="BRANCH", help="The branch under repair. [default: origin's]")
@click.option("--test-command", metavar="CMD", help="How the tests are run. [default: by the manifest]")
@click.option(
    "--setup-command",
    metavar="CMD",
    help="What installs their dependencies; empty for nothing. [default: by the manifest]",
)
@click.option(
    "--label", "labels", multiple=True, help="Labels of its pull requests. [default: homeostat-fix]"
)
@click.option(
    "--include",
    "include",
    multiple=True,
    metavar="PATH",
    help="What a fix may touch. [default: src/ and its like, else *]",
)
@click.option(
    "--pages",
    is_flag=True,
    help="Write a workflow, too, that publishes the report on GitHub Pages; other files that are there stay.",
)
@click.option(
    "--pull-request",
    is_flag=True,
    help="Write nothing here: propose both files on GitHub, by GITHUB_TOKEN, with what a run would do.",
)
@click.option("--force", is_flag=True, help="Overwrite files that are there; propose again after a no.")
def init(  # noqa: PLR0913, PLR0917 - options of a command line
    folder: Path,
    slugs: tuple[str, ...],
    branch: str | None,
    test_command: str | None,
    setup_command: str | None,
    labels: tuple[str, ...],
    include: tuple[str, ...],
    *,
    pages: bool,
    pull_request: bool,
    force: bool,
) -> None:
    """Write repos.yml and the workflow, or propose them.

    They are written into FOLDER; which token is needed, and why, is said.

    Nothing is asked when flags say it all, or when nobody sits at a terminal.
    """
    left = () if pull_request else _left(folder, pages=pages, force=force)
    guessed = _guessed(folder, slugs)
    answers = replace(
        guessed,
        branch=branch or guessed.branch,
        test_command=test_command or guessed.test_command,
        setup_command=guessed.setup_command if setup_command is None else setup_command.strip() or None,
        labels=labels or guessed.labels,
        include=include or guessed.include,
    )
    if CONFIG not in left and sys.stdin.isatty() and not (slugs or branch or test_command):
        answers = _asked(answers)
    if pull_request:
        _propose(folder, answers, pages=pages, force=force)
    else:
        _write(folder, answers, left, pages=pages)
    if CONFIG not in left and answers.test_command == MAKE and not test_command:
        click.echo(GUESS, err=True)


def _left(folder: Path, *, pages: bool, force: bool) -> tuple[Path, ...]:
    """The files that are there and stay as they are. Raises ConfigError where one would be overwritten."""
    there = [
        path for path in (CONFIG, WORKFLOW, *([PAGES] if pages else [])) if os.path.lexists(folder / path)
    ]
    if there and not force and (not pages or PAGES in there):
        names = " and ".join(str(folder / path) for path in there)
        raise ConfigError(f"{names} would be overwritten: add --force, or edit by hand.")
    return () if force else tuple(there)


def _guessed(folder: Path, slugs: tuple[str, ...]) -> Answers:
    entries = list(folder.iterdir())
    names = frozenset(entry.name for entry in entries)
    kind = ecosystem_of(names)
    include, exclude = folders_of(f"{entry.name}/" for entry in entries if entry.is_dir())
    own = origin_slug(folder)
    return Answers(
        slugs=slugs or ((own,) if own else ()),
        branch=main_branch(folder) or "main",
        test_command=kind.test_command,
        setup_command=kind.setup_command(names),
        test_image=kind.test_image,
        labels=("homeostat-fix",),
        include=include,
        exclude=exclude,
    )


def _asked(answers: Answers) -> Answers:
    """Four questions, each with its answer at hand, and asked again until that is valid."""
    _valid(replace(EXAMPLE, labels=answers.labels, include=answers.include))
    slugs = click.prompt(
        "Repositories to heal (OWNER/NAME, parted by spaces)",
        default=" ".join(answers.slugs) or None,
        value_proc=lambda said: _valid(replace(EXAMPLE, slugs=tuple(said.split()))).slugs,
    )
    branch = click.prompt(
        "Branch under repair",
        default=answers.branch,
        value_proc=lambda said: _valid(replace(EXAMPLE, branch=said)).branch,
    )
    setup = click.prompt(
        "Command that installs dependencies (- for none)",
        default=answers.setup_command or "-",
        value_proc=lambda said: (
            _valid(replace(EXAMPLE, setup_command=None if said == "-" else said)).setup_command
        ),
    )
    tests = click.prompt(
        "Command that runs the tests",
        default=answers.test_command or None,
        value_proc=lambda said: _valid(replace(EXAMPLE, test_command=said)).test_command,
    )
    return replace(answers, slugs=slugs, branch=branch, setup_command=setup, test_command=tests)


def _valid(answers: Answers) -> Answers:
    """The same. Raises UsageError, upon which a question is asked again."""
    try:
        _parsed(answers, "")
    except ConfigError as error:
        raise click.UsageError(PLACE.sub("", str(error))) from error
    return answers


def _parsed(answers: Answers, place: str) -> tuple[str, config.Config]:
    """The text of repos.yml, and what is read of it. Raises ConfigError."""
    for slug in answers.slugs:
        if not SLUG.fullmatch(slug):
            raise ConfigError(f"{slug!r} is no repository: write it as OWNER/NAME.")
    text = repos_yml(answers)
    return text, config.parse(text.encode(errors="surrogateescape"), place)


def _texts(folder: Path, answers: Answers, *, pages: bool) -> tuple[dict[Path, str], config.Config]:
    """The files, validated. Raises ConfigError."""
    if not answers.slugs:
        raise ConfigError(f"{folder.resolve()} has no remote `origin` on a forge: give --repo OWNER/NAME.")
    if not answers.test_command:
        raise ConfigError(
            f"Nothing in {folder.resolve()} tells how its tests are run: give --test-command CMD. Our own "
            "image has Python and Node only: name another one as test_image in repos.yml."
        )
    text, found = _parsed(answers, str(folder / CONFIG))
    return {CONFIG: text, **_workflows(pages=pages)}, found


def _workflows(*, pages: bool) -> dict[Path, str]:
    return {WORKFLOW: workflow(), **({PAGES: pages_workflow()} if pages else {})}


def _propose(folder: Path, answers: Answers, *, pages: bool, force: bool) -> None:
    """The files as a pull request; the folder stays as it is."""
    texts, found = _texts(folder, answers, pages=pages)
    own = origin_slug(folder) or answers.slugs[0]
    propose(own, {str(path): text for path, text in texts.items()}, found.repositories, force=force)


def _write(folder: Path, answers: Answers, left: Sequence[Path], *, pages: bool) -> None:
    """All files or none: what is written was validated, and what is there and `left` stays."""
    texts = _workflows(pages=pages) if CONFIG in left else _texts(folder, answers, pages=pages)[0]
    for path in left:
        click.echo(f"left as it is: {folder / path}")
    for path, text in texts.items():
        if path not in left:
            (folder / path).parent.mkdir(parents=True, exist_ok=True)
            (folder / path).write_text(text, encoding="utf-8")
            click.echo(f"written: {folder / path}")
    if CONFIG in left:
        click.echo(f"\nNext:\n1. {PUBLISH}\n2. Commit what was written, and push it.")
        return
    if answers.include == ("*",):
        click.echo(EVERYTHING, err=True)
    click.echo(_next(origin_slug(folder), answers.slugs))
    if pages:
        click.echo(f"4. {PUBLISH}")


def _next(own: str | None, slugs: Sequence[str]) -> str:
    """The steps that follow; without a remote nothing tells which repository runs the workflow."""
    others = own is None or any(slug.casefold() != own.casefold() for slug in slugs)
    told = Template((files("homeostat") / "templates" / "init.txt").read_text(encoding="utf-8"))
    return told.substitute(own=own or PUSHED, others=OTHERS if others else NO_OTHERS).rstrip()
