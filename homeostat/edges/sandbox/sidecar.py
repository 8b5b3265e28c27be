"""The program in a sandbox's container: it talks to the engine and starts the target's commands.

As PID 1 of its container it outlives whatever a command does, and everything else in there is the command's.
It needs the standard library only, and of the image that it runs in nothing but /bin/sh.
"""

import ctypes
import io
import os
import resource
import signal
import socket
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO, cast

from homeostat.edges.sandbox import trees
from homeostat.edges.sandbox.commands import (
    FIXED_ENVIRONMENT,
    CappedOutput,
    Command,
    alone,
    among_others,
    bury_orphans,
    run_to_end,
)
from homeostat.edges.sandbox.protocol import Header, Wire
from homeostat.errors import HomeostatError

PR_SET_DUMPABLE = 4
PATIENCE = 60.0
"""Seconds for the engine to listen, and to take what it is sent."""
RETRY = 0.05
BALLAST = 8 << 20
"""Bytes held while a command runs and let go at its end, when memory files may have used up all the rest."""
FILE_LIMIT = 2 << 30
"""Bytes of the largest file that a command may write."""
KEPT = ("tree", "home")
SOCKETS = "/run/homeostat"
WRITABLE = ("/tmp", "/var/tmp", "/dev/shm", "/dev/mqueue")  # noqa: S108 - cleared after each command
EXPENDABLE = '{ echo 1000 >/proc/self/oom_score_adj; } 2>/dev/null; exec /bin/sh -c "$0"'
"""Before a command: when memory runs out, it goes first."""


@dataclass(frozen=True, slots=True)
class Places:
    """Where a sandbox keeps things; both `work` and `prepared` hold the folders KEPT."""

    work: Path
    prepared: Path
    temporary: Path
    scratch: tuple[Path, ...]

    def clear_scratch(self) -> None:
        """Delete what commands wrote outside `work`."""
        for folder in self.scratch:
            trees.clear(folder)

    def keep(self) -> None:
        """Put by what setup has made. In containers it is made where the tests' container finds it."""
        self.work.chmod(0o700)
        for name in KEPT:
            if not (self.work / name).is_dir():
                raise HomeostatError(f"setup_command removed {self.work / name}; mend it.")
        if self.work != self.prepared:
            trees.clear(self.prepared)
            self._copy(self.work, self.prepared)

    def renew(self) -> None:
        """Begin again from what setup has made."""
        trees.clear(self.work)
        self._copy(self.prepared, self.work)

    def _copy(self, source: Path, target: Path) -> None:
        for name in KEPT:
            trees.copy(source / name, target / name)


def in_container(role: str) -> Places:
    """Places for PID 1 of a container; what setup has at /work the tests have at /prepared, read-only."""
    prepared = Path("/work" if role == "setup" else "/prepared")
    return Places(Path("/work"), prepared, Path(WRITABLE[0]), tuple(map(Path, WRITABLE)))


def on_this_machine(home: Path) -> Places:
    """Places for a sidecar without a container."""
    places = Places(home / "work", home / "prepared", home / "tmp", (home / "tmp",))
    for folder in (places.work, places.prepared, places.temporary):
        folder.mkdir(parents=True, exist_ok=True)
    return places


@dataclass(frozen=True)
class Sidecar:
    """One sandbox, serving one engine over one connection until that closes."""

    wire: Wire
    places: Places

    def serve(self, role: str) -> None:
        """Answer requests one after the other."""
        setup = {"prepare": self._prepare, "restore": self._restore}
        answers = setup if role == "setup" else {"run": self._run}
        with self.wire.connection, suppress(EOFError):
            while True:
                self.wire.deadline = None
                request = self.wire.receive()[0]
                answers[request["op"]](request)

    def _prepare(self, request: Header) -> None:
        archive = _Pieces(self.wire)
        with self._telling_errors():
            try:
                trees.clear(self.places.work)
                for name in KEPT:
                    trees.make_empty(self.places.work / name)
                trees.unpack(cast("IO[bytes]", archive), self.places.work / "tree")
            finally:
                archive.drain()
            end = self._execute(request)
            self.places.keep()
            self._answer(end)

    def _restore(self, request: Header) -> None:
        """Write pristine files over what setup has made of them."""
        archive = _Pieces(self.wire)
        with self._telling_errors():
            try:
                trees.lay_over(cast("IO[bytes]", archive), self.places.prepared / "tree")
            finally:
                archive.drain()
            self._answer(self._execute(request))

    def _run(self, request: Header) -> None:
        edits = {}
        while (edit := self.wire.receive())[0] != {"op": "go"}:
            edits[edit[0]["path"]] = edit[1].decode()
        with self._telling_errors():
            self.places.renew()
            for path, text in edits.items():
                trees.write(self.places.work / "tree", path, text)
            self._answer(self._execute(request))
        trees.clear(self.places.work)

    def _execute(self, request: Header) -> Header:
        text = request["command"]
        if text is None:
            return {"kind": "end", "exit_code": None, "seconds": 0.0, "truncated": False}
        output = CappedOutput(request["output_limit"], self._tell)
        started = time.monotonic()
        command = self._command(text, deadline=started + request["timeout"])
        ballast = b"x" * BALLAST
        try:
            with (alone if os.getpid() == 1 else among_others)() as sweep:
                exit_code = run_to_end(command, output, sweep)
        except (OSError, ValueError) as error:
            raise HomeostatError(f"The command cannot be started in the sandbox: {error}.") from error
        finally:
            del ballast
            self.places.clear_scratch()
        seconds, truncated = time.monotonic() - started, output.left_out > 0
        return {"kind": "end", "exit_code": exit_code, "seconds": seconds, "truncated": truncated}

    def _command(self, text: str, *, deadline: float) -> Command:
        places = self.places
        folders = {"HOME": str(places.work / "home"), "TMPDIR": str(places.temporary)}
        environment = {"PATH": os.environ.get("PATH", os.defpath)} | FIXED_ENVIRONMENT | folders
        arguments = ("/bin/sh", "-c", EXPENDABLE, text)
        return Command(arguments, places.work / "tree", environment, deadline, self._beat)

    def _beat(self, child: int) -> None:
        if self.wire.ended():
            raise EOFError
        if os.getpid() == 1:
            bury_orphans(living=child)

    def _tell(self, output: bytes) -> None:
        self._answer({"kind": "output"}, output)

    def _answer(self, header: Header, payload: bytes = b"") -> None:
        self.wire.deadline = time.monotonic() + PATIENCE
        try:
            self.wire.send(header, payload)
        except OSError as error:
            raise EOFError from error

    @contextmanager
    def _telling_errors(self) -> Iterator[None]:
        try:
            yield
        except HomeostatError as error:
            self._answer({"kind": "error", "message": str(error)[: trees.MESSAGE_LIMIT]})


class _Pieces(io.RawIOBase):
    """The tar that follows a request, in `file` frames up to a `go`."""

    def __init__(self, wire: Wire) -> None:
        self._wire = wire
        self._left = b""
        self._ended = False

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1) -> bytes:
        while not self._left and not self._ended:
            header, self._left = self._wire.receive()
            self._ended = header == {"op": "go"}
        taken, self._left = self._left[:size], self._left[size:]
        return taken

    def drain(self) -> None:
        """Take the rest, so that the next frame is a request."""
        while not self._ended:
            self._left = b""
            self.read(1)


def _connect(path: str) -> socket.socket | None:
    """The engine's socket; None when no engine listens in time."""
    deadline = time.monotonic() + PATIENCE
    connection = socket.socket(socket.AF_UNIX)
    while time.monotonic() < deadline:
        with suppress(OSError):
            connection.connect(path)
            return connection
        time.sleep(RETRY)
    return None


def _shut_in() -> None:
    """Let no other process of this user look into this one, stop it by a signal or fill files through it."""
    ctypes.CDLL(None).prctl(PR_SET_DUMPABLE, 0, 0, 0, 0)
    signal.signal(signal.SIGINT, signal.SIG_DFL)  # which PID 1 never gets from inside
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (FILE_LIMIT, FILE_LIMIT))


def main(role: str, sockets: str = SOCKETS, home: str | None = None) -> str | None:
    """Serve as `setup` or `tests` and tell why not; `home` is for a sidecar without a container."""
    if home is None and os.getpid() != 1:
        return "The sidecar must be PID 1 of its container: start it without --init, by exec form."
    _shut_in()
    connection = _connect(f"{sockets}/{role}.sock")
    if connection is None:
        return f"No engine listened at {sockets} for {PATIENCE:.0f} s."
    places = on_this_machine(Path(home)) if home else in_container(role)
    Sidecar(Wire(connection), places).serve(role)
    return None


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
