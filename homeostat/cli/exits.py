"""The exit codes of every command, as its --help tells them."""

from __future__ import annotations

from collections.abc import Mapping

import click

WRONG = "wrong configuration or usage"
UNWRITTEN = "a file could not be read or written"
FAILED = "git, GitHub, the ledger or a file failed"
ALWAYS = {70: "a fault in Homeostat itself", 130: "stopped"}
_LIBRARY = {0: "done", 1: UNWRITTEN, 2: WRONG}
_HISTORY = {0: "done", 1: "git, or a file, failed", 2: WRONG}

EXITS: Mapping[str, Mapping[int, str]] = {
    "demo": {0: "shown", 1: "git, or a file, failed", 2: WRONG},
    "init": {0: "done", 1: FAILED, 2: f"{WRONG}, or a no that was not overruled"},
    "doctor": {0: "nothing failed", 1: "something failed", 2: f"{WRONG}, or no token is given"},
    "heal": {0: "done, also when something stayed unhealed", 1: FAILED, 2: WRONG},
    "fix": {0: "all healed", 1: "something stayed unhealed, or git or a file failed", 2: WRONG},
    "backtest": {0: "done, also when nothing was healed or a budget ended it", 1: FAILED, 2: WRONG},
    "matrix": {0: "done, also when no repository is enabled", 1: UNWRITTEN, 2: WRONG},
    "report": {0: "done", 1: FAILED, 2: WRONG},
    "dashboard": {0: "done", 1: FAILED, 2: WRONG},
    "validate": {0: "valid", 2: "not valid, or wrong usage"},
    "sandbox": {0: "done", 2: WRONG},
    "fingerprint": {0: "done, also for a report without an error in it", 2: WRONG},
    "redact": {0: "done", 2: "wrong usage"},
    "check-patch": {0: "the patch passes", 1: "git, or a file, failed", 2: WRONG, 3: "the patch is blocked"},
    "completion": {0: "done", 2: "wrong usage"},
    "patterns list": {0: "done", 1: UNWRITTEN, 2: WRONG},
    "patterns show": {0: "done", 1: UNWRITTEN, 2: "there is no such pattern, or wrong usage"},
    "patterns learn": {0: "learned", 1: "git, or a file, failed", 2: "nothing to learn, or wrong usage"},
    "patterns mine": _HISTORY,
    "patterns test": _HISTORY,
    "patterns suggest": {0: "done, also when nothing is suggested", 1: UNWRITTEN, 2: WRONG},
    "patterns export": _LIBRARY,
    "patterns import": _LIBRARY,
}


def tell_exits(group: click.Group, above: str = "") -> None:
    """Let each command below a group end its help with its exit codes."""
    for name, command in group.commands.items():
        path = f"{above}{name}"
        if isinstance(command, click.Group):
            tell_exits(command, f"{path} ")
        else:
            command.epilog = _sentence({**EXITS[path], **ALWAYS})


def _sentence(codes: Mapping[int, str]) -> str:
    return f"Exit codes: {'; '.join(f'{code} {meaning}' for code, meaning in codes.items())}."
