"""The target's own commands as local processes, with no secrets and bounded time and output.

No security boundary: a process of the same user can read what the engine can read. The container is one.
Here a command is kept from inheriting secrets, from outliving its run and from flooding the report.
"""

import os
import time
from collections.abc import Callable, Collection, Mapping
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO
from weakref import finalize

from homeostat.edges.sandbox import trees
from homeostat.edges.sandbox.commands import (
    FIXED_ENVIRONMENT,
    CappedOutput,
    Command,
    among_others,
    run_to_end,
)
from homeostat.errors import HomeostatError
from homeostat.records import Run


class ProcessSandbox:
    """The port Sandbox by processes of this machine; one run at a time in one engine process.

    `populate` writes the pristine files into an empty folder. Every command runs at HOME/tree.
    `governing` names those that are as pristine before each run, whatever a command did to them.
    """

    def __init__(
        self,
        home: Path,
        populate: Callable[[Path], None],
        output_limit: int = 1_000_000,
        *,
        governing: Callable[[], Collection[str]] = frozenset,
    ) -> None:
        self._home = home.resolve()
        self._tree = self._home / "tree"
        self._prepared = self._home / "prepared"
        self._populate = populate
        self._governing = governing
        self._base: IO[bytes] | None = None
        """A tar of the files that `governing` names, in a file without a name."""
        self._output_limit = output_limit

    def prepare(self, setup_command: str | None, *, timeout: float) -> Run | None:
        trees.remove(self._prepared)
        trees.make_empty(self._tree)
        self._populate(self._tree)
        self._base = TemporaryFile()  # noqa: SIM115 - it lives as long as the sandbox
        finalize(self, self._base.close)
        trees.packed(self._tree, self._governing(), self._base)
        run = self._execute(setup_command, timeout) if setup_command else None
        trees.copy(self._tree, self._prepared)
        return run

    def run(self, command: str, edits: Mapping[str, str], *, timeout: float) -> Run:
        if self._base is None or not self._prepared.exists():
            raise HomeostatError("The sandbox has no tree to run in; prepare it first.")
        trees.remove(self._tree)
        trees.copy(self._prepared, self._tree)
        self._base.seek(0)
        trees.lay_over(self._base, self._tree)
        for path, text in edits.items():
            trees.write(self._tree, path, text)
        return self._execute(command, timeout)

    def _execute(self, command: str, timeout: float) -> Run:
        said = bytearray()
        output = CappedOutput(self._output_limit, said.extend)
        started = time.monotonic()
        with among_others() as sweep:
            call = Command(("/bin/sh", "-c", command), self._tree, self._environment(), started + timeout)
            exit_code = run_to_end(call, output, sweep)
        seconds = time.monotonic() - started
        return Run(command, exit_code, said.decode(errors="replace"), seconds, output.left_out > 0)

    def _environment(self) -> dict[str, str]:
        folders = {"HOME": self._home / "home", "TMPDIR": self._home / "tmp"}
        for folder in folders.values():
            trees.make_empty(folder)
        found = {"PATH": os.environ.get("PATH", os.defpath)}
        return found | FIXED_ENVIRONMENT | {name: str(folder) for name, folder in folders.items()}
