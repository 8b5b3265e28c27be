"""Commands for one machine: no forge, no token."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import IO

import click

from homeostat import config, console
from homeostat.assembly import Checkout, checkout_bench, models_of
from homeostat.bench import Tell
from homeostat.cli.choices import json_option, library, readable
from homeostat.config import Settings, Tier
from homeostat.edges.git import GitWorkspace
from homeostat.errors import ConfigError
from homeostat.incidents import Stamp
from homeostat.leg import Models
from homeostat.money import Bounds
from homeostat.pipeline import Fixed, Means
from homeostat.pipeline import fix as fix_checkout
from homeostat.purse import Purse
from homeostat.records import Books, Library
from homeostat.verify import Colour

DEFAULT_THRESHOLD = 0.8


@click.command()
@click.option(
    "--keep", type=click.Path(path_type=Path), help="Keep the demo's repositories in this new folder."
)
def demo(keep: Path | None) -> None:
    """Show the whole loop on three small repositories.

    No token, no key, under 30 seconds.
    """
    from homeostat.demo import play  # noqa: PLC0415 - only this command needs the bundled repositories

    tell = console.teller(os.environ)
    with tell.working("playing the demo"):
        play(keep, tell.say)


@click.command()
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
@click.option("--search/--no-search", default=True, help="Then try edits that no fix of this error taught.")
@click.option(
    "--ai",
    is_flag=True,
    help="Then ask models, by DEEPSEEK_API_KEY and OPENAI_API_KEY; MAX_RUN_COST bounds what it costs.",
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
    search: bool,
    ai: bool,
    apply: bool,
    as_json: bool,
) -> None:
    """Heal a local checkout: print the patch and its proof.

    PATH changes only with --apply.

    Without --trace, every failure that the tests show is tried. Exit 0 when all were healed, 1 when not.
    The tests run on this machine as you: use it on code that you would run yourself.
    """
    failure = readable(trace.read()) if trace else None
    known = library(library_path) if library_path else Library()
    if not library_path:
        click.echo("No --library: nothing learned to try. `homeostat patterns learn` makes one.", err=True)
    settings = config.settings(os.environ)
    means = Means(known, settings.confidence_threshold or DEFAULT_THRESHOLD, search)
    tell = console.teller(os.environ)
    if ai:
        means = _with_models(means, path, settings, tell)
    checkout = Checkout(path, test_command, setup_command, timeout * 60)
    with checkout_bench(checkout, settings, now=datetime.now(UTC), tell=tell) as (bench, workspace):
        with tell.working(f"looking at {path}"):
            found = fix_checkout(bench, failure, means)
        console.print_fixes(found, bench.suite, as_json=as_json)
        healed = [one for one in found if one.proof]
        if apply:
            _apply(workspace, healed, beside=as_json)
    sound = bench.suite.colour is not Colour.BROKEN
    sys.exit(0 if sound and len(healed) == len(found) else 1)


def _with_models(means: Means, path: Path, settings: Settings, tell: Tell) -> Means:
    """The means with the models whose keys are here, all failures of the checkout on one bill."""
    models = local_models(tell)
    stamp = Stamp("fix", datetime.now(UTC), path.resolve().name)
    bounds = Bounds(settings.max_run_cost, None, settings.max_run_cost, settings.max_calls)
    bill = Books()

    def write(books: Books, change: Callable[[Books], Books], _: str) -> Books:  # noqa: ARG001 - ours is newer
        nonlocal bill
        bill = change(bill)
        return bill

    return replace(
        means,
        models=models,
        purse=lambda case: Purse(bill, write, bounds, stamp, case.fingerprint.exact),
    )


def local_models(tell: Tell) -> Models:
    """The models whose keys are here. Raises ConfigError when there is none."""
    ladder = config.ladder(os.environ, tuple(Tier))
    if not ladder.rungs:
        raise ConfigError(
            f"--ai: no model can be asked: {'; '.join(ladder.off)}. "
            "Set a key, or name a model of your own by HOMEOSTAT_MODELS (docs/models.md)."
        )
    for reason in ladder.off:
        tell("tier off", reason=reason)
    return models_of(ladder)


def _apply(workspace: GitWorkspace, healed: Sequence[Fixed], *, beside: bool) -> None:
    """Write the fixes; what is told of it stands beside the JSON on standard output."""
    for one in healed:
        edits = one.trials[-1].candidate.edits
        left = workspace.write_back(edits)
        for path in edits:
            click.echo(
                f"left alone, changed meanwhile: {path}; run again" if path in left else f"written: {path}",
                err=beside,
            )
