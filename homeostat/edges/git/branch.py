"""The state branch, written by compare-and-swap push without any checkout."""

from __future__ import annotations

import random
import time
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Generic, TypeVar

from homeostat import books as codec
from homeostat.edges.git.command import BOT, BOT_EMAIL, Git, GitError
from homeostat.edges.git.objects import contents
from homeostat.edges.git.origin import Origin
from homeostat.edges.git.refusals import MissingRefError, NetworkFaultError, RefusedError
from homeostat.edges.git.remote import Remote
from homeostat.errors import LedgerError, LostRaceError
from homeostat.ports import Clock

Held = TypeVar("Held")

TRIES = 100
"""Pushes before a write is given up; of eight writers at once hardly one needs twenty."""
CROWD = 8
"""Writers at once that share the branch well."""
LONGEST = 20.0
"""Seconds of one wait at most."""
FAULTS = 3
"""Pushes without an answer before a write is given up."""
_REF = f"refs/heads/{codec.BRANCH}"
_LOCAL = "refs/heads/state"


class StateBranch(ABC, Generic[Held]):
    """Some of the files on the branch `homeostat-state` of `remote`, held as a record."""

    def __init__(self, home: Path, *, remote: Remote | str, clock: Clock) -> None:
        self._git = Git(home / "ledger.git")
        self._origin = Origin(self._git.git_dir, remote)
        self._clock = clock
        self._git.init()
        self._polite_until = 0.0

    @property
    def round_trips(self) -> int:
        return self._origin.round_trips

    def is_there(self) -> bool:
        """Whether the branch was made yet."""
        return self._origin.tip(_REF) is not None

    def read(self) -> Held:
        return self._held(self._fetch())

    def write(self, change: Callable[[Held], Held], message: str) -> Held:
        tried: list[str] = []
        faults = 0
        time.sleep(max(0.0, self._polite_until - time.monotonic()))
        for turn in range(TRIES):
            started = time.monotonic()
            head = self._fetch(whole=bool(tried))
            current = self._held(head)
            if head and self._arrived(head, tried):
                return current
            if faults == FAULTS:
                break
            wanted = change(current)
            if wanted == current:
                return current
            commit = self._commit(head, self._files(head, current, wanted), message)
            tried.append(commit)
            try:
                pushed = self._pushed(commit, head)
            except NetworkFaultError:
                pushed, faults = False, faults + 1
            cycle = time.monotonic() - started
            if pushed:
                # Whoever waits goes first. A leg that writes again after minutes waits for nobody.
                self._polite_until = time.monotonic() + (_pause(0, cycle) if turn else 0.0)
                return self._after(wanted)
            time.sleep(_pause(turn, cycle))
        raise LedgerError(_gave_up(faults))

    @abstractmethod
    def _held(self, head: str | None) -> Held:
        """The record of the files at `head`."""

    @abstractmethod
    def _files(self, head: str | None, current: Held, wanted: Held) -> Mapping[str, bytes]:
        """The new content of each file that changes."""

    def _after(self, wanted: Held) -> Held:
        """What is held once it is stored."""
        return wanted

    def _fetch(self, *, whole: bool = False) -> str | None:
        """Bring the newest commit of the branch, or all new ones; None when there is no branch."""
        try:
            self._origin.fetch_whole(f"+{_REF}:{_LOCAL}", depth=None if whole else 1)
        except MissingRefError:
            return None
        except GitError as error:
            raise LedgerError(f"The state branch cannot be fetched: {error}") from error
        return self._git.text("rev-parse", _LOCAL)

    def _arrived(self, head: str, tried: list[str]) -> bool:
        """Whether a push came through that seemed to fail.

        libcurl repeats one whose connection was cut, and what is heard then is the refusal of the second.
        """
        return bool(tried) and not {*self._git.text("rev-list", head).split()}.isdisjoint(tried)

    def _pushed(self, commit: str, head: str | None) -> bool:
        """False when another writer came first."""
        try:
            self._origin.push(commit, _REF, lease=head)
        except LostRaceError:
            return False
        except NetworkFaultError:
            raise
        except RefusedError as error:
            raise LedgerError(f"The state branch cannot be written: {error}") from error
        except GitError as error:
            raise LedgerError(
                f"The state branch cannot be written: {error}. Give the token contents: write."
            ) from error
        return True

    def _read(self, head: str | None, *paths: str) -> list[bytes | None]:
        """The files at `head`; None for one that is not there."""
        if head is None:
            return [None] * len(paths)
        found = contents(self._git, [f"{head}:{path}" for path in paths])
        for path, one in zip(paths, found, strict=True):
            if one and one[0] != "blob":
                raise LedgerError(f"{path} on the state branch cannot be read: it is no file. Remove it.")
        return [one[1] if one else None for one in found]

    def _commit(self, head: str | None, files: Mapping[str, bytes], message: str) -> str:
        """One process makes blobs, tree and commit: the shorter the way to the push, the fewer lost races."""
        script = [
            b"commit refs/heads/next\nmark :1\n",
            f"committer {BOT} <{BOT_EMAIL}> {self._clock().timestamp():.0f} +0000\n".encode(),
            _stretch(message.encode()),
            f"from {head}\n".encode() if head else b"",
            *(f"M 100644 inline {path}\n".encode() + _stretch(text) for path, text in files.items()),
            b"get-mark :1\n",
        ]
        return self._git.text("fast-import", "--quiet", "--force", stdin=b"".join(script))


def _stretch(content: bytes) -> bytes:
    return b"data %d\n%b\n" % (len(content), content)


def _pause(turn: int, cycle: float) -> float:
    """Seconds to wait after a lost race: measured in tries, and shorter the longer a writer has waited."""
    return random.uniform(0, min(LONGEST, cycle * max(0, CROWD - turn)))  # noqa: S311 - jitter, no secret


def _gave_up(faults: int) -> str:
    if faults:
        return (
            f"{faults} writes to {codec.BRANCH} got no answer, and none is there: check the network, then "
            "run again."
        )
    return f"{TRIES} writes to {codec.BRANCH} lost against other legs: lower max-parallel, then run again."
