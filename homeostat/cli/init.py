"""`homeostat init`: the two files that a team needs, written into a repository."""

from __future__ import annotations

import os
import sys
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
    UNKNOWN,
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
    "The other repositories need a GitHub App (HOMEOSTAT_APP_CLIENT_ID, HOMEOSTAT_APP_PRIVATE_KEY) or a\n"
    "   fine-grained token (secret HOMEOSTAT_TOKEN) with the same three rights on each of them: the job's\n"
    "   own token reaches no other repository."
)
GUESS = (
    "Nothing there tells how the tests are run, and our own image has Python and Node only: correct "
    "test_command, or run again with --test-command."
)
EVERYTHING = (
    "No folder of sources is known there: a fix may touch every file that no rule protects. Narrow it by "
    "path_filters, or run again with --include."
)
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
    "--pages", is_flag=True, help="Write a workflow, too, that publishes the report on GitHub Pages."
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
    guessed = _guessed(folder, slugs)
    answers = replace(
        guessed,
        branch=branch or guessed.branch,
        test_command=test_command or guessed.test_command,
        setup_command=guessed.setup_command if setup_command is None else setup_command.strip() or None,
        labels=labels or guessed.labels,
        include=include or guessed.include,
    )
    if sys.stdin.isatty() and not (slugs or branch or test_command):
        answers = _asked(answers)
    if pull_request:
        _propose(folder, answers, pages=pages, force=force)
    else:
        _write(folder, answers, pages=pages, force=force)
    if answers.test_command == UNKNOWN.test_command and not test_command:
        click.echo(GUESS, err=True)


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
    """Four questions, each with its answer at hand."""
    slugs = click.prompt(
        "Repositories to heal (OWNER/NAME, parted by spaces)", default=" ".join(answers.slugs)
    )
    branch = click.prompt("Branch under repair", default=answers.branch)
    setup = click.prompt(
        "Command that installs dependencies (- for none)", default=answers.setup_command or "-"
    )
    tests = click.prompt("Command that runs the tests", default=answers.test_command)
    return replace(
        answers,
        slugs=tuple(slugs.split()),
        branch=branch,
        setup_command=None if setup == "-" else setup,
        test_command=tests,
    )


def _texts(folder: Path, answers: Answers, *, pages: bool) -> tuple[dict[Path, str], config.Config]:
    """The files, validated. Raises ConfigError."""
    for slug in answers.slugs:
        if not SLUG.fullmatch(slug):
            raise ConfigError(f"{slug!r} is no repository: write it as OWNER/NAME.")
    if not answers.slugs:
        raise ConfigError(f"{folder} has no remote `origin` on a forge: give --repo OWNER/NAME.")
    texts = {CONFIG: repos_yml(answers), WORKFLOW: workflow()}
    if pages:
        texts[PAGES] = pages_workflow()
    found = config.parse(texts[CONFIG].encode(errors="surrogateescape"), str(folder / CONFIG))
    return texts, found


def _propose(folder: Path, answers: Answers, *, pages: bool, force: bool) -> None:
    """The files as a pull request; the folder stays as it is."""
    texts, found = _texts(folder, answers, pages=pages)
    own = origin_slug(folder) or answers.slugs[0]
    propose(own, {str(path): text for path, text in texts.items()}, found.repositories, force=force)


def _write(folder: Path, answers: Answers, *, pages: bool, force: bool) -> None:
    """All files or none: what is written was validated, and nothing is overwritten unasked."""
    texts, _ = _texts(folder, answers, pages=pages)
    there = [str(folder / path) for path in texts if os.path.lexists(folder / path)]
    if there and not force:
        raise ConfigError(f"{' and '.join(there)} would be overwritten: add --force, or edit by hand.")
    for path, text in texts.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text, encoding="utf-8")
        click.echo(f"written: {folder / path}")
    own = origin_slug(folder) or answers.slugs[0]
    others = any(slug.casefold() != own.casefold() for slug in answers.slugs)
    if answers.include == ("*",):
        click.echo(EVERYTHING, err=True)
    told = Template((files("homeostat") / "templates" / "init.txt").read_text(encoding="utf-8"))
    click.echo(told.substitute(own=own, others=OTHERS if others else NO_OTHERS), nl=False)
