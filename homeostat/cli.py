"""The commands; the boundary at which every failure of a run becomes one sentence and an exit code."""

from __future__ import annotations

import json
import os
import sys
import traceback
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, Any, NoReturn

import click
import msgspec

from homeostat import __version__, config, console, summarise
from homeostat.assembly import Checkout, Order, checkout_bench, lesson_of_commit, local_leg
from homeostat.books import parse_library, render_library
from homeostat.edges import actions
from homeostat.edges.git import GitWorkspace
from homeostat.errors import ConfigError, HomeostatError, LedgerError
from homeostat.fingerprint import identify
from homeostat.intake import read_text
from homeostat.patterns import added
from homeostat.pipeline import Fixed
from homeostat.pipeline import fix as fix_checkout
from homeostat.pipeline import heal as heal_repository
from homeostat.records import Failure, LegReport, Library, Unreadable
from homeostat.verify import Colour

DEFAULT_THRESHOLD = 0.8
DEFAULT_CONFIG = Path(".homeostat/repos.yml")
config_option = click.option(
    "--config",
    "config_path",
    type=click.Path(path_type=Path),
    default=DEFAULT_CONFIG,
    show_default=True,
    help="The team's repos.yml.",
)
json_option = click.option("--json", "as_json", is_flag=True, help="Print JSON.")


def main(arguments: Sequence[str] | None = None) -> NoReturn:
    """Run a command: no traceback reaches a user."""
    try:
        told = commands(args=arguments, prog_name="homeostat", standalone_mode=False)
    except click.ClickException as error:
        error.show()
        sys.exit(error.exit_code)
    except HomeostatError as error:
        click.echo(str(error), err=True)
        sys.exit(error.exit_code)
    except OSError as error:
        click.echo(f"{error}: check that the path is there, and that you may read and write it.", err=True)
        sys.exit(1)
    except (KeyboardInterrupt, click.Abort):
        click.echo("Stopped. Nothing is half done: the next run goes on from here.", err=True)
        sys.exit(130)
    except Exception as error:  # noqa: BLE001 - the run's boundary
        if os.environ.get("HOMEOSTAT_DEBUG"):
            traceback.print_exc()
        hint = "please report it; HOMEOSTAT_DEBUG=1 shows where it happened"
        click.echo(f"homeostat: internal error ({error!r}): {hint}.", err=True)
        sys.exit(70)
    sys.exit(told)


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="homeostat")
def commands() -> None:
    """Heal repositories: learned fixes first, proof by the repository's own tests.

    Exit codes: 0 done (also when something stayed unhealed), 1 infrastructure failed, 2 wrong
    configuration or usage, 70 a fault in Homeostat itself.
    """


@commands.command()
@click.option(
    "--keep", type=click.Path(path_type=Path), help="Keep the demo's repositories in this new folder."
)
def demo(keep: Path | None) -> None:
    """Show the whole loop on three bundled repositories: no token, no key, under 30 seconds."""
    from homeostat.demo import play  # noqa: PLC0415 - only this command needs the bundled repositories

    play(keep, click.echo)


@commands.command()
@click.argument("file", type=click.Path(path_type=Path), default=DEFAULT_CONFIG)
@json_option
def validate(file: Path, *, as_json: bool) -> None:
    """Check repos.yml: FILE:LINE:COLUMN for every problem. Exit 0 when it is sound, 2 when not."""
    found = config.load(file)
    slugs = [repository.slug for repository in found.repositories]
    if as_json:
        click.echo(json.dumps({"valid": True, "repositories": slugs}))
    else:
        click.echo(
            f"{file}: valid, {len(slugs)} repositories: {', '.join(slugs)}"
            if slugs
            else f"{file}: valid, empty"
        )


@commands.command()
@click.option("--repo", "slug", required=True, metavar="OWNER/NAME", help="The repository to heal.")
@config_option
@click.option(
    "--forge",
    type=click.Path(path_type=Path, exists=True, file_okay=False),
    required=True,
    help="Folder of a local forge: bare git repositories, with issues and pull requests as JSON beside them.",
)
@click.option(
    "--state-repo",
    metavar="OWNER/NAME",
    help="Where the state branch lives. [default: GITHUB_REPOSITORY, else --repo]",
)
@click.option("--dry-run", is_flag=True, help="Verify, but write nothing anywhere.")
@click.option("--report", type=click.Path(path_type=Path), help="Write the leg's JSON report to this file.")
@json_option
def heal(  # noqa: PLR0913 - options of a command line
    slug: str,
    config_path: Path,
    forge: Path,
    state_repo: str | None,
    report: Path | None,
    *,
    dry_run: bool,
    as_json: bool,
) -> None:
    """Run one leg: read reports, try learned fixes, prove them, open pull requests."""
    environ = os.environ
    try:
        order = Order(
            forge_root=forge,
            state_slug=state_repo or environ.get("GITHUB_REPOSITORY") or slug,
            repository=config.find(config.load(config_path), slug),
            settings=config.settings(environ),
            run=environ.get("GITHUB_RUN_ID") or "local",
            now=datetime.now(UTC),
            dry_run=dry_run,
        )
        if not order.repository.enabled:
            click.echo(f"{slug}: enabled is false in {config_path}: nothing was done.")
            return
        with local_leg(order, console.teller(os.environ)) as leg:
            told = heal_repository(leg)
    except HomeostatError:
        actions.write_outputs(environ, {"status": "failed"})
        raise
    _tell(told, report or _runner_report(slug), as_json=as_json)


def _runner_report(slug: str) -> Path | None:
    """Where a leg's report lies when a workflow runs it."""
    folder = os.environ.get("RUNNER_TEMP")
    return Path(folder) / f"homeostat-{slug.replace('/', '-')}.json" if folder else None


def _tell(told: LegReport, report: Path | None, *, as_json: bool) -> None:
    text = summarise.as_json(told, report_path=str(report or ""))
    if report:
        report.parent.mkdir(parents=True, exist_ok=True)
        report.write_text(text, encoding="utf-8")
    actions.write_outputs(os.environ, summarise.outputs(told, report_path=str(report or "")))
    in_summary = actions.write_summary(os.environ, summarise.markdown(told))
    if as_json:
        click.echo(text, nl=False)
    elif not in_summary or sys.stdout.isatty():
        click.echo(summarise.terminal(told))


@commands.command()
@click.argument("path", type=click.Path(path_type=Path, exists=True, file_okay=False))
@click.option(
    "--trace",
    type=click.File(errors="replace"),
    help="A report: a stack trace or an issue's text; - is standard input.",
)
@click.option(
    "--test",
    "test_command",
    required=True,
    metavar="CMD",
    help="How the tests are run, from the top of PATH.",
)
@click.option("--setup", "setup_command", metavar="CMD", help="Run once before the tests.")
@click.option(
    "--library", "library_path", type=click.Path(path_type=Path), help="Learned patterns, as a JSON file."
)
@click.option(
    "--timeout",
    default=10.0,
    show_default=True,
    type=click.FloatRange(min=0.01),
    help="Minutes for one run of the tests.",
)
@click.option("--apply", is_flag=True, help="Write a proven or consistent fix into PATH.")
@json_option
def fix(  # noqa: PLR0913 - options of a command line
    path: Path,
    trace: IO[str] | None,
    test_command: str,
    setup_command: str | None,
    library_path: Path | None,
    timeout: float,
    *,
    apply: bool,
    as_json: bool,
) -> None:
    """Heal a local checkout: print the patch and its proof; PATH changes only with --apply.

    Without --trace, every failure that the tests show is tried. Exit 0 when all were healed, 1 when not.
    The tests run on this machine as you: use it on code that you would run yourself.
    """
    failure = _readable(trace.read()) if trace else None
    library = _library(library_path) if library_path else Library()
    if not library_path:
        click.echo("No --library: there is nothing to try. `homeostat patterns learn` makes one.", err=True)
    settings = config.settings(os.environ)
    checkout = Checkout(path, test_command, setup_command, timeout * 60)
    with checkout_bench(checkout, settings, now=datetime.now(UTC), tell=console.teller(os.environ)) as (
        bench,
        workspace,
    ):
        found = fix_checkout(
            bench, failure, library, threshold=settings.confidence_threshold or DEFAULT_THRESHOLD
        )
        console.print_fixes(found, bench.suite, as_json=as_json)
        healed = [one for one in found if one.proof]
        if apply:
            _apply(workspace, healed)
    sound = bench.suite.colour is not Colour.BROKEN
    sys.exit(0 if sound and len(healed) == len(found) else 1)


def _apply(workspace: GitWorkspace, healed: Sequence[Fixed]) -> None:
    for one in healed:
        edits = one.trials[-1].candidate.edits
        left = workspace.write_back(edits)
        for path in edits:
            click.echo(
                f"left alone, changed meanwhile: {path}; run again" if path in left else f"written: {path}"
            )


def _readable(text: str) -> Failure:
    found = read_text(text)
    if isinstance(found, Unreadable):
        raise ConfigError(f"The report cannot be read. It lacks {'; '.join(found.missing)}.")
    return found


def _library(path: Path) -> Library:
    if not path.is_file():
        raise ConfigError(f"{path} is no file: give a library that `homeostat patterns learn` wrote.")
    try:
        return parse_library(path.read_bytes(), str(path))
    except LedgerError as error:
        raise ConfigError(
            f"{path} is no library that this Homeostat can read: "
            "give a file that `homeostat patterns learn` wrote."
        ) from error


@commands.command()
@click.option("--jsonl", is_flag=True, help='Read JSON lines: {"text": ...} or {"type", "message", "stack"}.')
def fingerprint(*, jsonl: bool) -> None:
    """Read a report on standard input; print its fingerprint as JSON, one line for each report."""
    stdin = sys.stdin.buffer
    if not jsonl:
        text = stdin.read().decode(errors="replace")
        click.echo(_answer({"text": text}))
        return
    for number, line in enumerate(stdin, start=1):
        if line.strip():
            request = _request(line.decode(errors="replace"), number)
            click.echo(_answer(request))


def _request(line: str, number: int) -> dict[str, Any]:
    try:
        found = json.loads(line)
    except (json.JSONDecodeError, RecursionError) as error:
        raise ConfigError(f"standard input, line {number}: not JSON ({error}).") from error
    if not isinstance(found, dict):
        raise ConfigError(f"standard input, line {number}: expected an object with a text.")
    return found


def _text_of(request: dict[str, Any]) -> str:
    if "text" in request:
        return str(request["text"])
    headline = f"{request.get('type', 'Error')}: {request.get('message', '')}"
    stack = str(request.get("stack", ""))
    return stack if headline in stack else f"{headline}\n{stack}"


def _answer(request: dict[str, Any]) -> str:
    """One line of JSON; half a character, which JSON can escape and UTF-8 cannot write, becomes `?`."""
    line = json.dumps(_identity(request), ensure_ascii=False)
    return line.encode(errors="replace").decode()


def _identity(request: dict[str, Any]) -> dict[str, Any]:
    failure = read_text(_text_of(request))
    own = {"id": request["id"]} if "id" in request else {}
    if isinstance(failure, Unreadable):
        return {**own, "error": "it lacks " + "; ".join(failure.missing)}
    found = identify(failure, None)
    return {**own, "language": failure.language, **msgspec.to_builtins(found)}


@commands.group()
def patterns() -> None:
    """Look at learned fixes, or learn one from a commit."""


library_argument = click.option(
    "--library",
    "library_path",
    type=click.Path(path_type=Path),
    required=True,
    help="Learned patterns, as a JSON file.",
)


@patterns.command("list")
@library_argument
@json_option
def list_patterns(library_path: Path, *, as_json: bool) -> None:
    """One line for each pattern."""
    found = _library(library_path).patterns
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
    found = [p for p in _library(library_path).patterns if p.id == pattern_id]
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
    failure = _readable(trace.read())
    library = _library(library_path) if library_path.exists() else Library()
    now = datetime.now(UTC)
    pattern = lesson_of_commit(checkout, revision, failure, now=now)
    if isinstance(pattern, str):
        raise ConfigError(f"Nothing to learn from {revision}: {pattern}.")
    library_path.parent.mkdir(parents=True, exist_ok=True)
    library_path.write_bytes(render_library(added(library, pattern, at=now)))
    click.echo("\n".join(console.pattern_lines(pattern)))
