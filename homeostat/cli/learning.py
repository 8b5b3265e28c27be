"""`homeostat patterns learn | mine | test | export | import`: what goes into a library, and out of it."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import IO

import click

from homeostat import console
from homeostat.assembly import lesson_of_commit, mined, past_fixes
from homeostat.books import render_library
from homeostat.cli.choices import json_option, library, library_argument, readable
from homeostat.cli.completion import pattern_ids
from homeostat.cli.lines import Raised, requests, whole
from homeostat.edges.git.origin_name import origin_slug
from homeostat.errors import ConfigError
from homeostat.outbound import counted, one_line
from homeostat.patterns import (
    added,
    alone,
    as_yaml,
    back_test,
    common,
    error_name,
    fault_of,
    joined,
    named_rules,
    shared,
    taught,
)
from homeostat.records import Fix, Library, Precedent

NAMED = "`homeostat patterns suggest` and pull requests name the rules that they use"
checkout_argument = click.argument("checkout", type=click.Path(path_type=Path, exists=True, file_okay=False))
name_option = click.option(
    "--name", help="OWNER/NAME of the repository; by default that of its remote, or the folder's."
)


@dataclass(frozen=True, slots=True)
class _Lesson:
    """A merged fix, as a line of JSON."""

    id: str
    language: str
    path: str
    before: str
    after: str
    error: Raised | None = None
    repository: str | None = None
    licence: str = ""

    def fix(self) -> Fix:
        """As the library learns it; an id such as `owner/name@sha` names the repository too."""
        repository, _, at = self.id.partition("@")
        seen_in = Precedent(self.repository or repository, at or self.id, self.licence)
        error = error_name(self.error.type, self.error.said) if self.error else None
        before, after = whole(self.before), whole(self.after)
        return Fix(self.id, self.language, self.path, before, after, seen_in, error)


@click.command("learn")
@click.argument("checkout", type=click.Path(path_type=Path, exists=True, file_okay=False), required=False)
@click.option(
    "--commit", "revision", default="HEAD", show_default=True, help="The commit that fixed the error."
)
@click.option(
    "--trace", type=click.File(errors="replace"), help="The report of the error; - is standard input."
)
@click.option("--jsonl", is_flag=True, help="Learn from fixes on standard input, one JSON object a line.")
@library_argument
def learn(
    checkout: Path | None, revision: str, trace: IO[str] | None, library_path: Path, *, jsonl: bool
) -> None:
    """Learn from one fix commit of a checkout, or from many fixes.

    What is learned is kept in a library file.
    """
    known = library(library_path) if library_path.exists() else Library()
    if jsonl:
        lessons = (line.fix() for line in requests(sys.stdin.buffer, _Lesson))
        rules, told = taught(known.rules, lessons)
        _write(library_path, replace(known, rules=rules, updated=datetime.now(UTC)))
        count = sum(len(codes) for table in rules.values() for codes in table.rules.values())
        learnt = f"{counted(told, 'fix')} taught something; {library_path} holds {counted(count, 'rule')}."
        click.echo(learnt, err=True)
        return
    if checkout is None or trace is None:
        raise ConfigError("Give a CHECKOUT and the report of its error with --trace, or fixes with --jsonl.")
    now = datetime.now(UTC)
    with console.teller(os.environ).working(f"looking at {revision}"):
        pattern, fixes = lesson_of_commit(checkout, revision, readable(trace.read()), now=now)
    if isinstance(pattern, str):
        raise ConfigError(f"Nothing to learn from {revision}: {pattern}. Name the fix with --commit.")
    grown = added(known, pattern, at=now)
    if grown is not known:
        grown = replace(grown, rules=taught(known.rules, fixes)[0])
    _write(library_path, grown)
    click.echo("\n".join(console.pattern_lines(pattern, grown)))


@click.command()
@checkout_argument
@name_option
@library_argument
def mine(checkout: Path, name: str | None, library_path: Path) -> None:
    """Learn from the fix commits of a repository's past.

    Stopped, it goes on where it was.
    """
    known = library(library_path) if library_path.exists() else Library()
    repository = _named(checkout, name)
    done = 0
    tell = console.teller(os.environ)
    with tell.working(f"reading the history of {repository}"):
        for grown, done, every in mined(checkout, known, repository):
            _write(library_path, replace(grown, updated=datetime.now(UTC)))
            tell.step(f"{done} of {every} fix commits of {repository}")
            known = grown
    if not done:
        click.echo(f"{repository} has no fix commits that are new to {library_path}.")
        return
    click.echo("\n".join(console.rules_line(language, rules) for language, rules in known.rules.items()))


@click.command("test")
@checkout_argument
@name_option
@click.option("--rule", metavar="ID", help="Ask this rule alone.", shell_complete=pattern_ids)
@library_argument
@json_option
def back_tested(
    checkout: Path, name: str | None, rule: str | None, library_path: Path, *, as_json: bool
) -> None:
    """How often a library would have proposed the past's fixes.

    It is asked about the fix commits of a repository, and its proposals are compared with what developers
    wrote.
    """
    known, repository = library(library_path), _named(checkout, name)
    if rule:
        named = next((one for one in named_rules(known) if one.id == rule), None)
        if named is None:
            raise ConfigError(f"{library_path} holds no rule {rule}: {NAMED}.")
        known = alone(known, named)

    tell = console.teller(os.environ)

    def fixes() -> Iterator[Fix]:
        for batch, done, every in past_fixes(checkout, repository, None):
            yield from batch.fixes
            tell.step(f"{done} of {every} fix commits of {repository}")

    with tell.working(f"reading the history of {repository}"):
        score = back_test(known, fixes())
    if as_json:
        among = {str(count): score.among(count) for count in (1, 5, 50)}
        told = {"asked": score.asked, "known": score.known, "proposed": score.proposed, "among_first": among}
        click.echo(json.dumps({"repository": repository, **told}, indent=2))
    else:
        click.echo("\n".join(console.score_lines(repository, score, rule)))


@click.command("export")
@click.argument("rule_ids", metavar="[ID]...", nargs=-1, shell_complete=pattern_ids)
@click.option(
    "--format",
    "form",
    type=click.Choice(["library", "ast-grep"]),
    default="library",
    show_default=True,
    help="A whole library for another team, or rules that `ast-grep scan` reads.",
)
@library_argument
def export_library(rule_ids: tuple[str, ...], form: str, library_path: Path) -> None:
    """Print what others may learn from.

    What became of its uses here stays here.

    A library holds code and the names of repositories: look at it before you give it away. As ast-grep
    rules, of all or of those named, come those for which examples prove that both change the same code alike.
    """
    known = library(library_path)
    if form == "library":
        if rule_ids:
            raise ConfigError("A library is exported whole: leave the ids out, or give --format ast-grep.")
        click.echo(render_library(shared(known)), nl=False)
        return
    rules = [rule for rule in named_rules(known) if not rule_ids or rule.id in rule_ids]
    missing = set(rule_ids) - {rule.id for rule in rules}
    if missing:
        raise ConfigError(f"{library_path} holds no rule {', '.join(sorted(missing))}: {NAMED}.")
    told = [text for rule in rules if (text := as_yaml(rule))]
    click.echo("---\n".join(told), nl=False)
    click.echo(f"{len(told)} of {counted(len(rules), 'rule')} can be said in ast-grep's words.", err=True)


@click.command("import")
@click.argument("other", metavar="LIBRARY", type=click.Path(path_type=Path))
@library_argument
def import_library(other: Path, library_path: Path) -> None:
    """Add what another library has learned.

    Its rules start without a record here.
    """
    ours = library(library_path) if library_path.exists() else Library()
    theirs = library(other)
    fault = fault_of(theirs)
    if fault:
        raise ConfigError(f"{other} is not a library that may be imported: {fault}. Nothing was changed.")
    both = common(ours, theirs)
    if both:
        some = f"{counted(len(both), 'fix')}, such as {one_line(str(both[0]))}"
        raise ConfigError(
            f"{library_path} and {other} both learned from {some}: it would count twice. "
            "Nothing was changed: import a library that was learned from other fixes."
        )
    grown = joined(ours, theirs)
    _write(library_path, replace(grown, updated=datetime.now(UTC)))
    click.echo("\n".join(console.rules_line(language, rules) for language, rules in grown.rules.items()))


def _named(checkout: Path, name: str | None) -> str:
    return name or origin_slug(checkout) or checkout.resolve().name


def _write(path: Path, written: Library) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(render_library(written))
