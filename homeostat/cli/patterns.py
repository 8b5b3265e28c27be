"""`homeostat patterns …`: look at learned fixes, and ask what they would change."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain
from pathlib import Path

import click
import msgspec

from homeostat import console
from homeostat.cli.choices import json_option, library, library_argument
from homeostat.cli.completion import pattern_ids
from homeostat.cli.learning import back_tested, export_library, import_library, learn, mine
from homeostat.cli.lines import Raised, requests, whole
from homeostat.errors import ConfigError
from homeostat.patterns import NamedRule, Place, Suggester, language_of, named_rules
from homeostat.records import Pattern, Proposal, Record


@click.group()
def patterns() -> None:
    """Look at learned fixes, learn more, give and take them."""


for command in (learn, mine, back_tested, export_library, import_library):
    patterns.add_command(command)


@patterns.command("list")
@library_argument
@json_option
def list_patterns(library_path: Path, *, as_json: bool) -> None:
    """One line for each pattern."""
    known = library(library_path)
    found = known.patterns
    if as_json:
        counts = {language: console.rules_counts(rules) for language, rules in known.rules.items()}
        click.echo(json.dumps({"patterns": msgspec.to_builtins(found), "rules": counts}, indent=2))
        return
    for pattern in found:
        click.echo(console.pattern_lines(pattern, known)[0] + (" (retired)" if pattern.retired else ""))
    for language, rules in known.rules.items():
        click.echo(console.rules_line(language, rules))
    if not found and not known.rules:
        click.echo("The library is empty: patterns are learned from merged fixes.")


@patterns.command()
@click.argument("pattern_id", metavar="ID", shell_complete=pattern_ids)
@library_argument
@json_option
def show(pattern_id: str, library_path: Path, *, as_json: bool) -> None:
    """A page on one pattern: its change, its origin, its record."""
    known = library(library_path)
    every: Iterator[Pattern | NamedRule] = chain(known.patterns, named_rules(known))
    found = next((one for one in every if one.id == pattern_id), None)
    if found is None:
        raise ConfigError(
            f"{library_path} holds no pattern {pattern_id}: `homeostat patterns list` names patterns, "
            "`homeostat patterns suggest` and pull requests name rules."
        )
    if as_json:
        record = found if isinstance(found, Pattern) else known.records.get(found.id, Record())
        uses = [one for one in known.uses if one.pattern == found.id]
        told = {**msgspec.to_builtins(record), **msgspec.to_builtins(found)}
        click.echo(json.dumps({**told, "deliveries": msgspec.to_builtins(uses)}, indent=2))
    elif isinstance(found, Pattern):
        click.echo("\n".join(console.pattern_lines(found, known)))
    else:
        click.echo("\n".join(console.rule_lines(found, known)))


@dataclass(frozen=True, slots=True)
class _Question:
    """A failing piece of code, as a line of JSON."""

    id: str
    language: str
    path: str
    source: str
    lines: tuple[int, int] | None = None
    error: Raised | None = None

    def place(self) -> Place:
        """As the library is asked about it: without an error, the lines are those to change."""
        kind = self.error.type if self.error else None
        said = self.error.said if self.error else ""
        return Place(whole(self.source), self.lines, kind, said, exact=self.error is None)


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
    """What the library would change in a failing file.

    The likeliest comes first. Nothing is run or written.
    """
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
