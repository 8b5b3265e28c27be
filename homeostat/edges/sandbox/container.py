"""The target's own commands in containers of another user, served by a sidecar each over a socket.

One container has a network and runs setup, the other has none and runs the tests. The engine listens and
lets each in once, before anything foreign runs. What they send is taken for hostile from then on.
"""

import os
import socket
import time
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from tempfile import TemporaryFile
from types import TracebackType
from typing import IO, Self

from homeostat.edges.sandbox import trees
from homeostat.edges.sandbox.commands import CappedOutput
from homeostat.edges.sandbox.protocol import PAYLOAD_LIMIT, GarbledError, Header, Wire
from homeostat.errors import HomeostatError
from homeostat.records import Run

ROLES = ("setup", "tests")
CONNECT = 60.0
GRACE = 120.0
PIECE = 1_048_576
MARKER = 100
"""Bytes that a sidecar may add to capped output to say so."""
MESSAGE_LIMIT = 500
PATH_LIMIT = 4096
HIGHEST_EXIT_CODE = 255

Frame = tuple[Header, bytes]


class ContainerSandbox:
    """The port Sandbox over the sockets SOCKETS/setup.sock and SOCKETS/tests.sock; listens from the start.

    `archive` writes a tar of the pristine files. `output_limit` is in bytes. `connect` is how long both
    sidecars may take to come, `grace` what an answer may take beyond a command's own time; seconds.
    `governing` names the files that are restored after the setup, before the tests' container sees them.
    """

    def __init__(
        self,
        sockets: Path,
        archive: Callable[[IO[bytes]], None],
        output_limit: int = 1_000_000,
        *,
        connect: float = CONNECT,
        grace: float = GRACE,
        governing: Callable[[], Collection[str]] = frozenset,
    ) -> None:
        self._archive = archive
        self._governing = governing
        self._output_limit = output_limit
        self._connect = connect
        self._grace = grace
        self._prepared = False
        self._wires: dict[str, Wire] = {}
        self._listeners = {role: _listen(sockets / f"{role}.sock") for role in ROLES}

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Hang up; the sidecars end by that."""
        self._stop_listening()
        for wire in self._wires.values():
            wire.connection.close()
        self._wires = {}

    def prepare(self, setup_command: str | None, *, timeout: float) -> Run | None:
        if self._listeners:
            self._meet()
        self._prepared = False
        with TemporaryFile() as archive, TemporaryFile() as base:
            self._archive(archive)
            run = self._ask("setup", "prepare", setup_command, _pieces(archive), timeout)
            if setup_command:
                archive.seek(0)
                trees.chosen(archive, self._governing(), base)
                self._ask("setup", "restore", None, _pieces(base), timeout)
        self._prepared = True
        return run if setup_command else None

    def run(self, command: str, edits: Mapping[str, str], *, timeout: float) -> Run:
        if not self._prepared:
            raise HomeostatError("The sandbox has no tree to run in; prepare it first.")
        frames = [({"op": "edit", "path": path}, _encoded(path, text)) for path, text in edits.items()]
        return self._ask("tests", "run", command, frames, timeout)

    def _meet(self) -> None:
        """Let both in, so that nothing foreign can run before, and nobody else after."""
        deadline = time.monotonic() + self._connect
        try:
            for role, listener in self._listeners.items():
                listener.settimeout(max(0.001, deadline - time.monotonic()))
                self._wires[role] = Wire(listener.accept()[0])
        except TimeoutError as error:
            raise HomeostatError(
                f"The sandbox for {role} did not start within {self._connect:.0f} s: check that the image in "
                "test_image of repos.yml starts on this runner, then run again."
            ) from error
        finally:
            self._stop_listening()

    def _stop_listening(self) -> None:
        for listener in self._listeners.values():
            with suppress(OSError):
                os.unlink(listener.getsockname())  # noqa: PTH108
            listener.close()
        self._listeners = {}

    def _ask(
        self, role: str, operation: str, command: str | None, frames: Iterable[Frame], timeout: float
    ) -> Run:
        with self._talk(role, timeout) as wire:
            wire.send(
                {
                    "op": operation,
                    "command": command,
                    "timeout": timeout,
                    "output_limit": self._output_limit,
                }
            )
            for header, payload in frames:
                wire.send(header, payload)
            wire.send({"op": "go"})
            return self._hear(wire, command or "", timeout)

    @contextmanager
    def _talk(self, role: str, timeout: float) -> Iterator[Wire]:
        """The connection to one sidecar, closed for good after anything that a sound one does not do."""
        if role not in self._wires:
            raise HomeostatError(f"The sandbox for {role} is gone; run Homeostat again.")
        wire = self._wires[role]
        allowed = timeout + self._grace
        wire.deadline = time.monotonic() + allowed
        try:
            yield wire
        except TimeoutError as error:
            self._drop(role)
            raise HomeostatError(
                f"The sandbox for {role} gave no answer in {allowed:.0f} s; run Homeostat again."
            ) from error
        except (EOFError, OSError) as error:
            self._drop(role)
            raise HomeostatError(
                f"The sandbox for {role} ended before its command did: its container was stopped, or its "
                "memory ran out. Run Homeostat again; when it stays, use a runner with more memory."
            ) from error
        except GarbledError as error:
            self._drop(role)
            raise HomeostatError(
                f"The sandbox for {role} is not trusted any more: {error}. Run Homeostat again."
            ) from error

    def _drop(self, role: str) -> None:
        self._wires.pop(role).connection.close()

    def _hear(self, wire: Wire, command: str, timeout: float) -> Run:
        """Collect output up to the end of the command, whatever the sidecar makes of the limit."""
        said = bytearray()
        output = CappedOutput(self._output_limit + MARKER, said.extend)
        header, payload = wire.receive()
        while header == {"kind": "output"}:
            output.feed(payload)
            header, payload = wire.receive()
        output.close()
        if payload:
            raise GarbledError("An answer ends with bytes that belong to nothing.")
        end = _end(header, longest=timeout + self._grace)
        truncated = end["truncated"] or output.left_out > 0
        return Run(command, end["exit_code"], said.decode(errors="replace"), end["seconds"], truncated)


def _pieces(archive: IO[bytes]) -> Iterator[Frame]:
    archive.seek(0)
    return (({"op": "file"}, piece) for piece in iter(lambda: archive.read(PIECE), b""))


def _listen(path: Path) -> socket.socket:
    listener = socket.socket(socket.AF_UNIX)
    try:
        path.unlink(missing_ok=True)
        listener.bind(str(path))
        path.chmod(0o666)  # the sidecars are another user; the folder is ours
        listener.listen(0)
    except OSError as error:
        listener.close()
        raise HomeostatError(
            f"The sandbox cannot be reached by {path}: {error}. See that HOMEOSTAT_SANDBOX names a folder "
            "that this user may write to."
        ) from error
    return listener


def _encoded(path: str, text: str) -> bytes:
    try:
        content = text.encode()
    except UnicodeEncodeError as error:
        raise HomeostatError(f"The edit of {path!r} cannot be written in the sandbox: {error}.") from error
    if len(content) > PAYLOAD_LIMIT or len(path) > PATH_LIMIT:
        raise HomeostatError(
            f"The edit of {path[:PATH_LIMIT]!r} is too long for the sandbox: it is not tried."
        )
    return content


def _end(header: Header, *, longest: float) -> Header:
    """The last frame of an answer, checked field by field."""
    match header:
        case {"kind": "error", "message": str(message), **more} if not more:
            raise HomeostatError("".join(c if c.isprintable() else " " for c in message[:MESSAGE_LIMIT]))
        case {
            "kind": "end",
            "exit_code": int() | None as code,
            "seconds": int() | float() as seconds,
            "truncated": bool(),
            **more,
        } if not more and _is_exit_code(code) and 0 <= seconds <= longest:
            return header
    raise GarbledError("An answer has another shape than those of a sandbox.")


def _is_exit_code(code: int | None) -> bool:
    return code is None or (not isinstance(code, bool) and 0 <= code <= HIGHEST_EXIT_CODE)
