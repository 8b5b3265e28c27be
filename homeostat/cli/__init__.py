"""The commands; the boundary at which every failure of a run becomes one sentence and an exit code."""

from __future__ import annotations

import os
import signal
import sys
import traceback
from collections.abc import Sequence
from typing import NoReturn

import click

from homeostat import __version__, config, outbound
from homeostat.cli.backtest import backtest_command
from homeostat.cli.check_patch import check_patch
from homeostat.cli.completion import completion
from homeostat.cli.dashboard import dashboard
from homeostat.cli.doctor import doctor
from homeostat.cli.exits import tell_exits
from homeostat.cli.fingerprint import fingerprint
from homeostat.cli.heal import heal, sandbox
from homeostat.cli.init import init
from homeostat.cli.local import demo, fix
from homeostat.cli.patterns import patterns
from homeostat.cli.redact import redact
from homeostat.cli.team import matrix, report, validate
from homeostat.errors import HomeostatError


def main(arguments: Sequence[str] | None = None) -> NoReturn:
    """Run a command: no traceback reaches a user."""
    signal.signal(signal.SIGTERM, _stop)
    outbound.keep_secret(config.secrets(os.environ))
    try:
        told = commands(args=arguments, prog_name="homeostat", standalone_mode=False)
    except click.ClickException as error:
        error.show()
        sys.exit(error.exit_code)
    except HomeostatError as error:
        click.echo(outbound.logged(str(error)), err=True)
        sys.exit(error.exit_code)
    except OSError as error:
        told = outbound.logged(str(error))
        click.echo(f"{told}: check that the path is there, and that you may read and write it.", err=True)
        sys.exit(1)
    except (KeyboardInterrupt, click.Abort):
        click.echo("Stopped. Nothing is half done: the next run goes on from here.", err=True)
        sys.exit(130)
    except Exception as error:  # noqa: BLE001 - the run's boundary
        if os.environ.get("HOMEOSTAT_DEBUG"):
            traceback.print_exc()
        hint = "please report it; HOMEOSTAT_DEBUG=1 shows where it happened"
        click.echo(f"homeostat: internal error ({outbound.one_line(repr(error), 600)}): {hint}.", err=True)
        sys.exit(70)
    sys.exit(told)


def _stop(*_: object) -> None:
    """A polite end is one end: SIGTERM does what Ctrl-C does."""
    raise KeyboardInterrupt


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="homeostat")
def commands() -> None:
    """Heal repositories: learned fixes first, proof by the repository's own tests.

    Exit codes: 0 done (also when something stayed unhealed), 1 infrastructure failed, 2 wrong
    configuration or usage, 3 a patch that is blocked (check-patch), 70 a fault in Homeostat itself, 130
    stopped. Each command's --help tells its own.

    Shell completion: eval "$(homeostat completion bash)", and see homeostat completion --help.
    """


for command in (
    demo, init, doctor, heal, fix, backtest_command, matrix, report, dashboard, validate, sandbox,
    fingerprint, redact, check_patch, patterns, completion,
):  # fmt: skip
    commands.add_command(command)
tell_exits(commands)
