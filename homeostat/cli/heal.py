"""`homeostat heal`: one leg, as the action runs it; and what the action must know before it can."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from contextlib import AbstractContextManager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import click

from homeostat import config, console, summarise
from homeostat.assembly import Order, github_leg, local_leg, models_of
from homeostat.bench import Tell
from homeostat.cli.choices import config_option, json_option
from homeostat.cli.completion import slugs
from homeostat.config import Repository
from homeostat.edges import actions
from homeostat.edges.llm import Reel
from homeostat.errors import ConfigError, HomeostatError
from homeostat.leg import NOBODY, DryRun, Leg, Models
from homeostat.outbound import shown
from homeostat.pipeline import heal as heal_repository
from homeostat.purse import LOCAL
from homeostat.records import LegReport

NO_SANDBOX = (
    "There is no sandbox: the tests of a repository never run beside a token. Run the action, or look "
    "without running any test: --dry-run plan. (HOMEOSTAT_SANDBOX names the folder of the sandbox's sockets.)"
)
SWITCHED_OFF = "HOMEOSTAT_DISABLED is true: nothing was looked at and nothing was done."
repo_option = click.option(
    "--repo",
    "slug",
    required=True,
    metavar="OWNER/NAME",
    help="The repository to heal.",
    shell_complete=slugs,
)


@click.command()
@repo_option
@config_option
@click.option(
    "--forge",
    type=click.Path(path_type=Path, exists=True, file_okay=False),
    help="Work on a local forge in this folder: bare git repositories, with issues and pull requests as JSON "
    "beside them. [default: GitHub, by GITHUB_TOKEN]",
)
@click.option(
    "--state-repo",
    metavar="OWNER/NAME",
    help="Where the state branch lives. [default: GITHUB_REPOSITORY, else --repo]",
)
@click.option(
    "--dry-run",
    type=click.Choice([mode.value for mode in DryRun]),
    is_flag=False,
    flag_value="full",
    default="off",
    show_default=True,
    help="plan: read and match, run no test. full: prove fixes too. Neither writes anything anywhere.",
)
@click.option(
    "--report-dir",
    type=click.Path(path_type=Path, file_okay=False),
    help="Write the leg's report there as OWNER-NAME.json; outputs are the totals of all reports there. "
    "[default: RUNNER_TEMP/homeostat in a workflow]",
)
@click.option(
    "--record",
    type=click.Path(path_type=Path, file_okay=False),
    help="Keep every call of a model in this new folder: the prompts whole, never a key.",
)
@click.option(
    "--replay",
    type=click.Path(path_type=Path, file_okay=False, exists=True),
    help="Ask no model: take what --record kept; with --dry-run full, or on a local forge.",
)
@json_option
def heal(  # noqa: PLR0913 - options of a command line
    slug: str,
    config_path: Path,
    forge: Path | None,
    state_repo: str | None,
    dry_run: str,
    report_dir: Path | None,
    *,
    record: Path | None,
    replay: Path | None,
    as_json: bool,
) -> None:
    """Run one leg: heal a repository on GitHub.

    It reads reports and failing tests, tries learned fixes, then models, proves them by the repository's own
    tests, and opens pull requests.
    """
    environ = os.environ
    try:
        settings, now = config.settings(environ), datetime.now(UTC)
        repository = None if settings.disabled else config.find(config.load(config_path), slug)
        if repository is None or not repository.enabled:
            why = f"enabled is false in {config_path}: nothing was done." if repository else SWITCHED_OFF
            told = LegReport(slug, _run_id(environ), settings.environment, now, (), notes=(why,))
        else:
            state = state_repo or environ.get("GITHUB_REPOSITORY") or slug
            order = Order(state, repository, settings, _run_id(environ), now, DryRun(dry_run))
            tell = console.teller(environ)
            order = replace(order, models=_models(order, forge, record, replay))
            with tell.working(f"looking at {slug}"), _leg(order, forge, tell) as leg:
                told = heal_repository(leg)
    except HomeostatError:
        actions.write_outputs(environ, {"status": shown("failed")})
        raise
    _tell(told, report_dir or _runner_folder(environ), summed=report_dir is not None, as_json=as_json)


def _models(order: Order, forge: Path | None, record: Path | None, replay: Path | None) -> Models:
    """What the leg may ask. A dry run pays nobody: it asks only a recording, and a plan only counts."""
    if record and replay:
        raise ConfigError("--record and --replay exclude each other: give one of them.")
    ladder = config.ladder(os.environ, order.repository.tiers, keyless=replay is not None)
    tell = console.teller(os.environ)
    if replay and order.dry_run is DryRun.OFF and not forge:
        raise ConfigError("--replay writes to a local forge only: give --dry-run full, or --forge.")
    for reason in ladder.off:
        tell("tier off", reason=reason)
    if order.dry_run is DryRun.FULL and not replay:
        if ladder.rungs:
            tell("no model is asked", reason="a dry run pays nobody; --replay takes what was recorded")
        return NOBODY
    if replay:
        reel = Reel.old(replay)
        known = tuple(rung for rung in ladder.rungs if rung.tier in reel.tiers)
        return models_of(replace(ladder, rungs=known), reel, playing=True)
    return models_of(ladder, Reel.new(record, [rung.tier for rung in ladder.rungs]) if record else None)


def _run_id(environ: Mapping[str, str]) -> str:
    """The workflow's run; each new attempt of it is a run of its own."""
    run, again = environ.get("GITHUB_RUN_ID"), environ.get("GITHUB_RUN_ATTEMPT") or "1"
    return LOCAL if not run else run if again == "1" else f"{run}.{again}"


def _leg(order: Order, forge: Path | None, tell: Tell) -> AbstractContextManager[Leg]:
    if forge:
        return local_leg(forge, order, tell)
    sockets = os.environ.get("HOMEOSTAT_SANDBOX")
    if not sockets and order.dry_run is not DryRun.PLAN:
        raise ConfigError(NO_SANDBOX)
    return github_leg(config.access(os.environ), order, tell, Path(sockets) if sockets else None)


def _runner_folder(environ: Mapping[str, str]) -> Path | None:
    """Where reports lie when a workflow runs the leg."""
    folder = environ.get("RUNNER_TEMP")
    return Path(folder) / "homeostat" if folder else None


def _tell(told: LegReport, folder: Path | None, *, summed: bool, as_json: bool) -> None:
    report = folder / f"{told.repository.replace('/', '-')}.json" if folder else None
    text = summarise.as_json(told, report_path=str(report or ""))
    if report:
        report.parent.mkdir(parents=True, exist_ok=True)
        report.write_text(text, encoding="utf-8")
    reports = [told, *_earlier(report)] if report and summed else [told]
    actions.write_outputs(os.environ, summarise.totals(reports, report_path=str(report or "")))
    in_summary = actions.write_summary(os.environ, summarise.markdown_of(told))
    if as_json:
        click.echo(text, nl=False)
    elif not in_summary or sys.stdout.isatty():
        click.echo(summarise.terminal(told))


def _earlier(report: Path) -> list[LegReport]:
    """The other reports in the folder: those of legs that ran before in the same job."""
    others = sorted(path for path in report.parent.glob("*.json") if path != report)
    read = [summarise.read_report(path.read_bytes()) for path in others]
    return [found for found in read if isinstance(found, LegReport)]


@click.command()
@repo_option
@config_option
def sandbox(slug: str, config_path: Path) -> None:
    """Print what the sandbox of a repository takes.

    For the action: its image, then the tests' network.

    An empty first line stands for Homeostat's own image; the network is none or bridge.
    """
    repository: Repository = config.find(config.load(config_path), slug)
    click.echo(repository.test_image or "")
    click.echo("bridge" if repository.test_network else "none")
