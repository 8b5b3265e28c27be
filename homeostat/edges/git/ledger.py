"""The state branch, written by compare-and-swap push without any checkout."""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from homeostat import books as codec
from homeostat.edges.git.command import Git, GitError, signature
from homeostat.errors import LedgerError, LostRaceError
from homeostat.ports import Clock
from homeostat.records import Attempts, Books, Library

TRIES = 40
"""Pushes before a write is given up; eight writers at once need about half of them."""
_LOST = (
    "stale info",
    "failed to update ref",
    "cannot lock ref",
    "fetch first",
    "non-fast-forward",
    "reference already exists",
    "incorrect old value provided",
)
_REF = f"refs/heads/{codec.BRANCH}"
_LOCAL = "refs/heads/state"


class GitLedger:
    """The port Ledger for one target repository, on the branch `homeostat-state` of `remote`."""

    def __init__(self, home: Path, *, remote: str, slug: str, clock: Clock) -> None:
        self._git = Git(home / "ledger.git")
        self._remote = remote
        self._slug = slug
        self._clock = clock
        self._git.init()

    def read(self) -> Books:
        return self._books(self._fetch())

    def write(self, change: Callable[[Books], Books], message: str) -> Books:
        for turn in range(TRIES):
            head = self._fetch()
            current = self._books(head)
            wanted = change(current)
            if wanted == current:
                return current
            try:
                self._push(head, self._files(current, wanted), message)
            except LostRaceError:
                time.sleep(random.uniform(0, min(2.0, 0.05 * (turn + 1))))  # noqa: S311 - jitter, no secret
                continue
            return replace(wanted, entries=())
        raise LedgerError(
            f"{TRIES} writes to {codec.BRANCH} lost against other legs: lower max-parallel, then run again."
        )

    def _fetch(self) -> str | None:
        """Bring the branch here; its commit, or None when there is none yet."""
        try:
            listed = self._git.text("ls-remote", "--", self._remote, _REF)
            if not listed:
                return None
            self._git("fetch", "--quiet", "--no-tags", "--depth=1", self._remote, f"+{_REF}:{_LOCAL}")
            return self._git.text("rev-parse", _LOCAL)
        except GitError as error:
            raise LedgerError(f"The state branch cannot be fetched: {error}") from error

    def _file(self, head: str | None, path: str) -> bytes | None:
        if head is None or not self._git.text("ls-tree", head, "--", path):
            return None
        return self._git("cat-file", "blob", f"{head}:{path}")

    def _books(self, head: str | None) -> Books:
        attempts = self._file(head, codec.attempts_path(self._slug))
        library = self._file(head, codec.LIBRARY_PATH)
        return Books(
            codec.parse_attempts(attempts, codec.attempts_path(self._slug))
            if attempts is not None
            else Attempts(),
            codec.parse_library(library, codec.LIBRARY_PATH) if library is not None else Library(),
        )

    def _files(self, current: Books, wanted: Books) -> dict[str, Callable[[bytes], bytes]]:
        """What becomes of each file that changes: path to a function of its present bytes."""
        files: dict[str, Callable[[bytes], bytes]] = {}
        if wanted.attempts != current.attempts:
            files[codec.attempts_path(self._slug)] = lambda _: codec.render_attempts(wanted.attempts)
        if wanted.library != current.library:
            files[codec.LIBRARY_PATH] = lambda _: codec.render_library(wanted.library)
        if wanted.entries:
            lines = b"".join(map(codec.render_entry, wanted.entries))
            files[codec.log_path(self._clock())] = lambda present: present + lines
        return files

    def _push(self, head: str | None, files: dict[str, Callable[[bytes], bytes]], message: str) -> None:
        index = {"GIT_INDEX_FILE": str(self._git.git_dir / "state.index")}
        self._git("read-tree", head or "--empty", env=index)
        for path, content in files.items():
            blob = self._git.text(
                "hash-object", "-w", "--stdin", stdin=content(self._file(head, path) or b"")
            )
            self._git("update-index", "--add", "--cacheinfo", f"100644,{blob},{path}", env=index)
        tree = self._git.text("write-tree", env=index)
        parents = ("-p", head) if head else ()
        commit = self._git.text("commit-tree", tree, *parents, "-m", message, env=signature(self._clock()))
        try:
            self._git(
                "push", "--quiet", f"--force-with-lease={_REF}:{head or ''}", self._remote, f"{commit}:{_REF}"
            )
        except GitError as error:
            if any(sign in error.stderr for sign in _LOST):
                raise LostRaceError(error.stderr) from error
            raise LedgerError(
                f"The state branch cannot be written: {error.stderr}. Give the token contents: write."
            ) from error
