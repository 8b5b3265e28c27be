"""`homeostat completion`: what a shell needs to finish words, and the words that are not in the program."""

from __future__ import annotations

from pathlib import Path

import click
from click.shell_completion import BashComplete, FishComplete, ShellComplete, ZshComplete

from homeostat import config
from homeostat.books import parse_library
from homeostat.errors import HomeostatError
from homeostat.patterns import named_rules

SHELLS: dict[str, type[ShellComplete]] = {"bash": BashComplete, "zsh": ZshComplete, "fish": FishComplete}
MOST_BYTES = 2_000_000
"""Of a library that is read for its ids while somebody waits."""


@click.command()
@click.argument("shell", type=click.Choice([*SHELLS]))
@click.pass_context
def completion(context: click.Context, shell: str) -> None:
    """Print what lets SHELL complete what you type.

    Commands, options, repositories of repos.yml and ids of patterns are completed.

    For bash (4.4 or newer), put this line into ~/.bashrc: eval "$(homeostat completion bash)". For zsh, the
    same with zsh into ~/.zshrc, after compinit. For fish, once: homeostat completion fish >
    ~/.config/fish/completions/homeostat.fish
    """
    script = SHELLS[shell](context.find_root().command, {}, "homeostat", "_HOMEOSTAT_COMPLETE")
    click.echo(script.source())


def slugs(context: click.Context, _: click.Parameter, begun: str) -> list[str]:
    """The repositories of repos.yml that begin so; none where it cannot be read."""
    try:
        found = config.load(Path(context.params["config_path"])).repositories
    except HomeostatError:
        return []
    return [one.slug for one in found if one.slug.casefold().startswith(begun.casefold())]


def pattern_ids(context: click.Context, _: click.Parameter, begun: str) -> list[str]:
    """The ids in the library that begin so; none where it is not given, not readable or large."""
    path = Path(context.params.get("library_path") or "")
    try:
        text = path.read_bytes() if path.is_file() and path.stat().st_size <= MOST_BYTES else b""
        library = parse_library(text, str(path))
    except (HomeostatError, OSError):
        return []
    ids = [*(one.id for one in library.patterns), *(one.id for one in named_rules(library))]
    return sorted(one for one in ids if one.startswith(begun))
