"""One command from its start to the end of everything it started, and the first and last of what it said."""

import ctypes
import os
import selectors
import signal
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import IO, cast

from homeostat.errors import HomeostatError

PR_SET_CHILD_SUBREAPER = 36
IPC_RMID = 0
CHUNK = 65_536
HEARTBEAT = 0.05
"""Seconds after which the end of a command is seen when something else holds its output open."""
AFTERMATH = 2.0
"""Seconds to hunt for stragglers, and to read what they left in the pipe, once a command has ended."""
LAST_WAIT = 10.0
"""Seconds that the kernel has to end all processes of a container, once they are killed."""

FIXED_ENVIRONMENT = {
    "CI": "true",
    "LANG": "C.UTF-8",
    "NO_COLOR": "1",
    "PYTHONDONTWRITEBYTECODE": "1",
    "PYTHONUNBUFFERED": "1",
    "TERM": "dumb",
    "TZ": "UTC",
}

Sweep = Callable[[], None]
"""Ends whatever a command has left running."""


@dataclass(frozen=True, slots=True)
class Command:
    """What to start, where, and until when on the monotonic clock."""

    arguments: tuple[str, ...]
    folder: Path
    environment: Mapping[str, str]
    deadline: float
    beat: Callable[[int], None] = lambda _: None
    """Called often with the child's id while the command runs; what it raises ends the command."""


class CappedOutput:
    """Tells the first half of its limit at once and the last half at its end; counts what lies between."""

    def __init__(self, limit: int, tell: Callable[[bytes], object]) -> None:
        self._room = limit // 2
        self._tail_room = limit - limit // 2
        self._tail = bytearray()
        self._tell = tell
        self.left_out = 0

    def feed(self, chunk: bytes) -> bool:
        """Take a chunk; False for an empty one, the end."""
        head, rest = chunk[: self._room], chunk[self._room :]
        self._room -= len(head)
        if head:
            self._tell(head)
        self._tail += rest
        excess = max(0, len(self._tail) - self._tail_room)
        del self._tail[:excess]
        self.left_out += excess
        return bool(chunk)

    def close(self) -> None:
        """Tell the rest."""
        if self.left_out:
            self._tell(f"\n[… {self.left_out} bytes of output left out …]\n".encode())
        if self._tail:
            self._tell(bytes(self._tail))


def run_to_end(command: Command, output: CappedOutput, sweep: Sweep) -> int | None:
    """Run a command and kill all that it left; its exit code as shells tell it, None at the deadline."""
    with _started(command) as child:
        try:
            ended = _follow(child, output, command)
        finally:
            _kill_group(child)
        sweep()  # before reading on: they may hold the pipe
        _drain(child, output)
    output.close()
    code: int = child.returncode
    return None if not ended else code if code >= 0 else 128 - code


def _started(command: Command) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        command.arguments,
        cwd=command.folder,
        env=command.environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        bufsize=0,
        start_new_session=True,
    )


def _pipe(child: subprocess.Popen[bytes]) -> int:
    return cast("IO[bytes]", child.stdout).fileno()


def _follow(child: subprocess.Popen[bytes], output: CappedOutput, command: Command) -> bool:
    """Read until the command ends, whoever else holds the pipe; False when the deadline came first."""
    with selectors.DefaultSelector() as selector:
        selector.register(_pipe(child), selectors.EVENT_READ)
        while child.poll() is None and (left := command.deadline - time.monotonic()) > 0:
            command.beat(child.pid)
            if selector.select(min(left, HEARTBEAT)) and not output.feed(os.read(_pipe(child), CHUNK)):
                break
    with suppress(subprocess.TimeoutExpired):
        child.wait(max(0.0, command.deadline - time.monotonic()))
    return child.returncode is not None


def _drain(child: subprocess.Popen[bytes], output: CappedOutput) -> None:
    """Read what the dead left in the pipe, without waiting for anyone who may still hold it."""
    deadline = time.monotonic() + AFTERMATH
    os.set_blocking(_pipe(child), False)
    with suppress(BlockingIOError):
        while output.feed(os.read(_pipe(child), CHUNK)) and time.monotonic() < deadline:
            pass


def _kill_group(child: subprocess.Popen[bytes]) -> None:
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(child.pid, signal.SIGKILL)
    child.wait()


# --- among other processes: what is the command's is known by its descent ----------------------


@contextmanager
def among_others() -> Iterator[Sweep]:
    """Become the parent of orphans, daemons too, and end them; processes of before are left alone."""
    bystanders = _descendants(frozenset())
    _set_subreaper(1)
    try:
        yield lambda: _kill_strays(bystanders)
    finally:
        _kill_strays(bystanders)  # an interrupt may have come before anyone knew the command's id
        _set_subreaper(0)


def _set_subreaper(switch: int) -> None:
    with suppress(AttributeError):  # only Linux has it; elsewhere a daemon that left its group gets away
        ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, switch, 0, 0, 0)


def _kill_strays(bystanders: frozenset[int]) -> None:
    deadline = time.monotonic() + AFTERMATH
    while (strays := _descendants(bystanders)) and time.monotonic() < deadline:
        for pid in strays:
            with suppress(ProcessLookupError, PermissionError):
                os.kill(pid, signal.SIGKILL)
            with suppress(ChildProcessError):
                os.waitpid(pid, os.WNOHANG)
        time.sleep(0.002)


def _descendants(bystanders: frozenset[int]) -> frozenset[int]:
    """The processes below this one, without the bystanders and what is below them; empty without /proc."""
    children: dict[int, list[int]] = {}
    for pid, parent in _parents():
        children.setdefault(parent, []).append(pid)
    found: list[int] = []
    for pid in chain([os.getpid()], found):
        found += [child for child in children.get(pid, []) if child not in bystanders]
    return frozenset(found)


def _parents() -> Iterator[tuple[int, int]]:
    for path in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):  # it may end while we look
            after_name = path.read_bytes().rpartition(b")")[2].split()
            yield int(path.parent.name), int(after_name[1])


# --- alone, as PID 1 of a container: everyone else is the command's ----------------------------


@contextmanager
def alone() -> Iterator[Sweep]:
    """End every other process of the container, by one signal that no fork can outrun."""
    try:
        yield _kill_everyone
    finally:
        _kill_everyone()
        _remove_ipc()


def _kill_everyone() -> None:
    deadline = time.monotonic() + LAST_WAIT
    with suppress(ProcessLookupError):  # nobody is left
        while time.monotonic() < deadline:
            os.kill(-1, signal.SIGKILL)
            bury_orphans()
            time.sleep(0.001)
        raise HomeostatError(
            "Processes of the last command cannot be ended; the sandbox stops. Run Homeostat again."
        )


def bury_orphans(living: int = 0) -> None:
    """Take away the dead that fell to us: they count as processes of the container.

    `living` is a child whose end someone else waits for.
    """
    with suppress(ChildProcessError):
        while dead := os.waitid(os.P_ALL, 0, os.WEXITED | os.WNOHANG | os.WNOWAIT):
            if dead.si_pid == living:
                return
            os.waitpid(dead.si_pid, 0)


def _remove_ipc() -> None:
    """Remove the System V objects of the container, which outlive their processes."""
    libc = ctypes.CDLL(None)
    removals: dict[str, Callable[[int], int]] = {
        "msg": lambda number: libc.msgctl(number, IPC_RMID, None),
        "sem": lambda number: libc.semctl(number, 0, IPC_RMID),
        "shm": lambda number: libc.shmctl(number, IPC_RMID, None),
    }
    for kind, remove in removals.items():
        for row in Path(f"/proc/sysvipc/{kind}").read_text(encoding="ascii").splitlines()[1:]:
            remove(int(row.split()[1]))
