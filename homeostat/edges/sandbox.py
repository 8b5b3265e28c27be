"""The target's own commands as local processes, with no secrets and bounded time and output.

No security boundary: a process of the same user can read what the engine can read. The container is one.
Here a command is kept from inheriting secrets, from outliving its run and from flooding the report.
"""

import ctypes
import os
import selectors
import shutil
import signal
import stat
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from itertools import chain
from pathlib import Path
from typing import IO, cast

from homeostat.errors import HomeostatError
from homeostat.records import Run

PR_SET_CHILD_SUBREAPER = 36
CHUNK = 65_536
HEARTBEAT = 0.05
"""Seconds after which the end of a command is seen when something else holds its output open."""
MESSAGE_LIMIT = 500
AFTERMATH = 2.0
"""Seconds to hunt for stragglers, and to read what they left in the pipe, once a command has ended."""

FIXED_ENVIRONMENT = {
    "CI": "true",
    "LANG": "C.UTF-8",
    "NO_COLOR": "1",
    "PYTHONDONTWRITEBYTECODE": "1",
    "PYTHONUNBUFFERED": "1",
    "TERM": "dumb",
    "TZ": "UTC",
}


class ProcessSandbox:
    """The port Sandbox by processes of this machine; one run at a time in one engine process.

    `populate` writes the pristine files into an empty folder. Every command runs at HOME/tree.
    """

    def __init__(self, home: Path, populate: Callable[[Path], None], output_limit: int = 1_000_000) -> None:
        self._home = home.resolve()
        self._tree = self._home / "tree"
        self._prepared = self._home / "prepared"
        self._populate = populate
        self._output_limit = output_limit

    def prepare(self, setup_command: str | None, *, timeout: float) -> Run | None:
        _remove(self._prepared)
        _empty(self._tree)
        self._populate(self._tree)
        run = self._execute(setup_command, timeout) if setup_command else None
        _copy(self._tree, self._prepared)
        return run

    def run(self, command: str, edits: Mapping[str, str], *, timeout: float) -> Run:
        if not self._prepared.exists():
            raise HomeostatError("The sandbox has no tree to run in; prepare it first.")
        _remove(self._tree)
        _copy(self._prepared, self._tree)
        for path, text in edits.items():
            _write(self._tree, path, text)
        return self._execute(command, timeout)

    def _execute(self, command: str, timeout: float) -> Run:
        output = _CappedOutput(self._output_limit)
        environment = self._environment()
        started = time.monotonic()
        exit_code = _run_to_end(command, self._tree, environment, output, deadline=started + timeout)
        seconds = time.monotonic() - started
        return Run(command, exit_code, output.text(), seconds, truncated=output.left_out > 0)

    def _environment(self) -> dict[str, str]:
        folders = {"HOME": self._home / "home", "TMPDIR": self._home / "tmp"}
        for folder in folders.values():
            _empty(folder)
        found = {"PATH": os.environ.get("PATH", os.defpath)}
        return found | FIXED_ENVIRONMENT | {name: str(folder) for name, folder in folders.items()}


class _CappedOutput:
    """The first and the last half of what is fed to it; what lies between is only counted."""

    def __init__(self, limit: int) -> None:
        self._head_room = limit // 2
        self._tail_room = limit - limit // 2
        self._head = bytearray()
        self._tail = bytearray()
        self.left_out = 0

    def feed(self, chunk: bytes) -> bool:
        """Take a chunk; False for an empty one, the end."""
        room = self._head_room - len(self._head)
        self._head += chunk[:room]
        self._tail += chunk[room:]
        excess = max(0, len(self._tail) - self._tail_room)
        del self._tail[:excess]
        self.left_out += excess
        return bool(chunk)

    def text(self) -> str:
        marker = f"\n[… {self.left_out} bytes of output left out …]\n".encode() if self.left_out else b""
        return (self._head + marker + self._tail).decode(errors="replace")


# --- processes ------------------------------------------------------------------------------


def _run_to_end(
    command: str, tree: Path, environment: Mapping[str, str], output: _CappedOutput, *, deadline: float
) -> int | None:
    """Run a command and kill all that it left; its exit code as shells tell it, None at the deadline."""
    with _adopting_orphans() as bystanders, _started(command, tree, environment) as child:
        try:
            ended = _follow(child, output, deadline)
        finally:
            _kill_group(child)
        _kill_strays(bystanders)  # before reading on: they may hold the pipe
        _drain(child, output)
    code: int = child.returncode
    return None if not ended else code if code >= 0 else 128 - code


def _started(command: str, tree: Path, environment: Mapping[str, str]) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        ["/bin/sh", "-c", command],
        cwd=tree,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        bufsize=0,
        start_new_session=True,
    )


def _pipe(child: subprocess.Popen[bytes]) -> int:
    return cast("IO[bytes]", child.stdout).fileno()


def _follow(child: subprocess.Popen[bytes], output: _CappedOutput, deadline: float) -> bool:
    """Read until the command ends, whoever else holds the pipe; False when the deadline came first."""
    with selectors.DefaultSelector() as selector:
        selector.register(_pipe(child), selectors.EVENT_READ)
        while child.poll() is None and (left := deadline - time.monotonic()) > 0:
            if selector.select(min(left, HEARTBEAT)) and not output.feed(os.read(_pipe(child), CHUNK)):
                break
    with suppress(subprocess.TimeoutExpired):
        child.wait(max(0.0, deadline - time.monotonic()))
    return child.returncode is not None


def _drain(child: subprocess.Popen[bytes], output: _CappedOutput) -> None:
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


@contextmanager
def _adopting_orphans() -> Iterator[frozenset[int]]:
    """Become the parent of orphans, daemons too, and end them; yields the processes of before."""
    bystanders = _descendants(frozenset())
    _set_subreaper(1)
    try:
        yield bystanders
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


# --- files ----------------------------------------------------------------------------------


def _empty(folder: Path) -> None:
    _remove(folder)
    try:
        folder.mkdir(parents=True)
    except OSError as error:
        raise HomeostatError(f"The sandbox cannot lay out {folder}; clear it by hand. {error}") from error


def _remove(folder: Path) -> None:
    """Delete a tree of any depth, read-only folders too. Neither tool follows links.

    What resists is told by whoever then finds the place taken.
    """
    if os.path.lexists(folder):
        unlock = ["find", str(folder), "-type", "d", "!", "-perm", "-700"]
        subprocess.run([*unlock, "-exec", "chmod", "u+rwx", "{}", ";"], capture_output=True, check=False)
        subprocess.run(["rm", "-rf", "--", str(folder)], capture_output=True, check=False)


def _copy(source: Path, target: Path) -> None:
    if source.is_symlink():
        raise HomeostatError(f"{source} was replaced by a link; a command tampered with the sandbox.")
    try:
        shutil.copytree(source, target, symlinks=True, copy_function=_copy_regular)
    except (OSError, RecursionError) as error:
        reason = str(error)[:MESSAGE_LIMIT]
        raise HomeostatError(
            f"The sandbox cannot copy {source}; mend what its setup made. {reason}"
        ) from error


def _copy_regular(source: str, target: str) -> None:
    """Copy a file; leave out sockets, pipes and devices, which do not outlive their process."""
    if Path(source).is_file():
        shutil.copy2(source, target)


def _write(tree: Path, path: str, text: str) -> None:
    try:
        _replace(_unlinked(tree, path), text.encode())
    except (OSError, ValueError) as error:
        raise HomeostatError(f"The edit of {path!r} cannot be written in the sandbox: {error}.") from error


def _unlinked(tree: Path, path: str) -> Path:
    """Where `path` is in the tree, its folders made; refused when it leaves the tree or meets a link."""
    parts = path.split("/")
    if {"", ".", ".."} & {*parts}:
        raise HomeostatError(f"{path!r} is no path inside the repository; the edit is refused.")
    target = tree
    for part in parts:
        target.mkdir(exist_ok=True)
        target /= part
        if target.is_symlink():
            raise HomeostatError(f"{path!r} goes through a symbolic link; the edit is refused.")
    return target


def _replace(target: Path, content: bytes) -> None:
    """Write a new file of the same mode: what was there may be read-only, or one file under two names."""
    mode = stat.S_IMODE(target.stat().st_mode) if target.exists() else 0o644
    target.unlink(missing_ok=True)
    with target.open("xb") as file:
        file.write(content)
    target.chmod(mode)
