"""`homeostat patterns …`: look at learned fixes, or learn one."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import IO

import click
import msgspec

from homeostat import console
from homeostat.assembly import lesson_of_commit, mined
from homeostat.books import render_library
from homeostat.cli.choices import json_option, library, library_argument, readable
from homeostat.cli.lines import requests, whole
from homeostat.edges.git.origin_name import origin_slug
from homeostat.errors import ConfigError
from homeostat.patterns import Place, Suggester, added, language_of, rules_named, taught
from homeostat.records import Fix, Library, Precedent, Proposal


@click.group()
def patterns() -> None:
    """Look at learned fixes, or learn one from a commit."""


@patterns.command("list")
@library_argument
@json_option
def list_patterns(library_path: Path, *, as_json: bool) -> None:
    """One line for each pattern."""
    known = library(library_path)
    found = known.patterns
    if as_json:
        click.echo(json.dumps(msgspec.to_builtins(found), indent=2))
        return
    for pattern in found:
        click.echo(console.pattern_lines(pattern)[0] + (" (retired)" if pattern.retired else ""))
    for language, rules in known.rules.items():
        click.echo(console.rules_line(language, rules))
    if not found and not known.rules:
        click.echo("The library is empty: patterns are learned from merged fixes.")


@patterns.command()
@click.argument("pattern_id", metavar="ID")
@library_argument
def show(pattern_id: str, library_path: Path) -> None:
    """A page on one pattern: before, after, where it came from, how it did."""
    known = library(library_path)
    pages = [console.pattern_lines(pattern) for pattern in known.patterns if pattern.id == pattern_id]
    pages += [console.rule_lines(rule, known) for rule in rules_named(known, pattern_id)]
    if not pages:
        raise ConfigError(f"{library_path} holds no pattern {pattern_id}: see `homeostat patterns list`.")
    click.echo("\n".join(pages[0]))


@dataclass(frozen=True, slots=True)
class _Error:
    type: str = ""
    message: str = ""


@dataclass(frozen=True, slots=True)
class _Lesson:
    """A merged fix, as a line of JSON."""

    id: str
    language: str
    path: str
    before: str
    after: str
    error: _Error | None = None
    repository: str | None = None

    def fix(self) -> Fix:
        """As the library learns it; an id such as `owner/name@sha` names the repository too."""
        repository, _, at = self.id.partition("@")
        seen_in = Precedent(self.repository or repository, at or self.id)
        kind = self.error.type if self.error else None
        before, after = whole(self.before), whole(self.after)
        return Fix(self.id, self.language, self.path, before, after, seen_in, kind or None)


@dataclass(frozen=True, slots=True)
class _Question:
    """A failing piece of code, as a line of JSON."""

    id: str
    language: str
    path: str
    source: str
    lines: tuple[int, int] | None = None
    error: _Error | None = None

    def place(self) -> Place:
        """As the library is asked about it."""
        return Place(whole(self.source), self.lines, self.error.type if self.error else None)


@patterns.command("learn")
@click.argument("checkout", type=click.Path(path_type=Path, exists=True, file_okay=False), required=False)
@click.option(
    "--commit", "revision", default="HEAD", show_default=True, help="The commit that fixed the error."
)
@click.option(
    "--trace", type=click.File(errors="replace"), help="The report of the error; - is standard input."
)
@click.option("--jsonl", is_flag=True, help="Learn from fixes on standard input, one JSON object a line.")
@library_argument
def learn_pattern(
    checkout: Path | None, revision: str, trace: IO[str] | None, library_path: Path, *, jsonl: bool
) -> None:
    """Learn from one fix commit of a local repository, or from many fixes, and keep it in a library file."""
    known = library(library_path) if library_path.exists() else Library()
    if jsonl:
        lessons = (line.fix() for line in requests(sys.stdin.buffer, _Lesson))
        rules, told = taught(known.rules, lessons)
        _write(library_path, replace(known, rules=rules, updated=datetime.now(UTC)))
        count = sum(len(codes) for table in rules.values() for codes in table.rules.values())
        click.echo(f"{told} fixes taught something; {library_path} holds {count} rules.", err=True)
        return
    if checkout is None or trace is None:
        raise ConfigError("Give a CHECKOUT and the report of its error with --trace, or fixes with --jsonl.")
    now = datetime.now(UTC)
    pattern, fixes = lesson_of_commit(checkout, revision, readable(trace.read()), now=now)
    if isinstance(pattern, str):
        raise ConfigError(f"Nothing to learn from {revision}: {pattern}.")
    grown = added(known, pattern, at=now)
    if grown is not known:
        grown = replace(grown, rules=taught(known.rules, fixes)[0])
    _write(library_path, grown)
    click.echo("\n".join(console.pattern_lines(pattern)))


@patterns.command()
@click.argument("checkout", type=click.Path(path_type=Path, exists=True, file_okay=False))
@click.option("--name", help="OWNER/NAME of the repository; by default that of its remote, or the folder's.")
@library_argument
def mine(checkout: Path, name: str | None, library_path: Path) -> None:
    """Learn from the fix commits in a repository's own history; stopped, it goes on where it was."""
    known = library(library_path) if library_path.exists() else Library()
    repository = name or origin_slug(checkout) or checkout.resolve().name
    done = 0
    for grown, done, every in mined(checkout, known, repository):
        _write(library_path, replace(grown, updated=datetime.now(UTC)))
        click.echo(f"{done} of {every} fix commits of {repository}", err=True)
        known = grown
    if not done:
        click.echo(f"{repository} has no fix commits that are new to {library_path}.")
        return
    click.echo("\n".join(console.rules_line(language, rules) for language, rules in known.rules.items()))


def _write(path: Path, written: Library) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(render_library(written))


@patterns.command()
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False), required=False)
@click.option("--line", type=click.IntRange(min=1), help="The line under suspicion; all of them without it.")
@click.option("--error", "error_type", help="The type of the error, such as TypeError.")
@click.option(
    "--limit", type=click.IntRange(min=1), default=5, show_default=True, help="Suggestions at most."
)
@click.option("--search/--no-search", default=True, help="Propose edits that no one learned, too.")
@click.option("--jsonl", is_flag=True, help="Answer questions on standard input, one JSON object a line.")
@library_argument
def suggest(  # noqa: PLR0913 - one parameter for each option
    file: Path | None,
    line: int | None,
    error_type: str | None,
    library_path: Path,
    *,
    limit: int,
    search: bool,
    jsonl: bool,
) -> None:
    """What the library would change in a failing file, the likeliest first. Nothing is run or written."""
    asked = Suggester(library(library_path), search=search)
    if jsonl:
        for question in requests(sys.stdin.buffer, _Question):
            found = asked.proposals(question.language, question.path, question.place(), limit=limit)
            sys.stdout.buffer.write(msgspec.json.encode(_answer(question.id, found)) + b"\n")
        sys.stdout.buffer.flush()
        return
    if file is None:
        raise ConfigError("Give the FILE that fails, or questions with --jsonl.")
    source = file.read_text(errors="replace")
    language = language_of(file.name) or "unknown"
    place = Place(source, (line, line) if line else None, error_type)
    found = asked.proposals(language, file.name, place, limit=limit)
    click.echo("\n".join(console.proposal_lines(source, found)) or "The library has nothing to suggest here.")


def _answer(asked: str, found: Sequence[Proposal]) -> dict[str, object]:
    candidates = [
        {"after": one.after, "pattern": one.id, "confidence": round(one.confidence, 4)} for one in found
    ]
    return {"id": asked, "candidates": candidates}
