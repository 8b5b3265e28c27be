"""The state branch, written by compare-and-swap push without any checkout."""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from homeostat import books as codec
from homeostat.edges.git.command import BOT, BOT_EMAIL, Git, GitError
from homeostat.edges.git.objects import contents
from homeostat.edges.git.origin import Origin
from homeostat.edges.git.refusals import MissingRefError, NetworkFaultError, RefusedError
from homeostat.edges.git.remote import Remote
from homeostat.errors import LedgerError, LostRaceError
from homeostat.ports import Clock
from homeostat.records import Attempts, Books, Charge, Library

TRIES = 100
"""Pushes before a write is given up; of eight writers at once hardly one needs twenty."""
CROWD = 8
"""Writers at once that share the branch well."""
LONGEST = 20.0
"""Seconds of one wait at most."""
FAULTS = 3
"""Pushes without an answer before a write is given up."""
RUN = timedelta(days=1)
"""Between the beginnings of two legs of one run at most: its bill may lie in two months."""
_REF = f"refs/heads/{codec.BRANCH}"
_LOCAL = "refs/heads/state"


class GitLedger:
    """The port Ledger for one target repository, on the branch `homeostat-state` of `remote`."""

    def __init__(self, home: Path, *, remote: Remote | str, slug: str, clock: Clock) -> None:
        self._git = Git(home / "ledger.git")
        self._origin = Origin(self._git.git_dir, remote)
        self._slug = slug
        self._clock = clock
        self._git.init()
        self._polite_until = 0.0

    @property
    def round_trips(self) -> int:
        return self._origin.round_trips

    def is_there(self) -> bool:
        """Whether the branch was made yet."""
        return self._origin.tip(_REF) is not None

    def read(self) -> Books:
        return self._books(self._fetch())

    def write(self, change: Callable[[Books], Books], message: str) -> Books:
        tried: list[str] = []
        faults = 0
        time.sleep(max(0.0, self._polite_until - time.monotonic()))
        for turn in range(TRIES):
            started = time.monotonic()
            head = self._fetch(whole=bool(tried))
            current = self._books(head)
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
                return replace(wanted, entries=())
            time.sleep(_pause(turn, cycle))
        raise LedgerError(_gave_up(faults))

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

    def _books(self, head: str | None) -> Books:
        path, now = codec.attempts_path(self._slug), self._clock()
        months = [*dict.fromkeys(codec.costs_path(at) for at in (now - RUN, now, now + RUN))]
        attempts, library, *costs = self._read(head, path, codec.LIBRARY_PATH, *months)
        found = [(month, text) for month, text in zip(months, costs, strict=True) if text is not None]
        read = {month: codec.parse_costs(text, month) for month, text in found}
        return Books(
            Attempts() if attempts is None else codec.parse_attempts(attempts, path),
            Library() if library is None else codec.parse_library(library, codec.LIBRARY_PATH),
            tuple(charge for charges, _ in read.values() for charge in charges),
            {month: aside for month, (_, aside) in read.items() if aside},
        )

    def _files(self, head: str | None, current: Books, wanted: Books) -> dict[str, bytes]:
        """The new content of each file that changes."""
        files = {}
        if wanted.attempts != current.attempts:
            files[codec.attempts_path(self._slug)] = codec.render_attempts(wanted.attempts)
        if wanted.library != current.library:
            files[codec.LIBRARY_PATH] = codec.render_library(wanted.library)
        before, wanted_costs = _by_month(current.charges), _by_month(wanted.charges)
        for path in {*wanted_costs, *wanted.charges_aside}:
            now = (wanted_costs.get(path, ()), wanted.charges_aside.get(path, ()))
            if now != (before.get(path, ()), current.charges_aside.get(path, ())):
                files[path] = codec.render_costs(*now)
        if wanted.entries:
            path = codec.log_path(self._clock())
            (log,) = self._read(head, path)
            files[path] = (log or b"") + b"".join(map(codec.render_entry, wanted.entries))
        return files

    def _commit(self, head: str | None, files: dict[str, bytes], message: str) -> str:
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


def _by_month(charges: Sequence[Charge]) -> dict[str, tuple[Charge, ...]]:
    """Charges by the file that they lie in."""
    found = dict[str, list[Charge]]()
    for charge in charges:
        found.setdefault(codec.costs_path(charge.at), []).append(charge)
    return {path: tuple(those) for path, those in found.items()}


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
