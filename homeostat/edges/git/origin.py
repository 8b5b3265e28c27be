"""The other side of a git directory: asked and told, counted, repeated when that is safe."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Iterable, Mapping
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urlsplit

from tenacity import Retrying, retry_if_exception_type, stop_after_attempt, wait_random_exponential

from homeostat.edges.git.command import Git, GitError
from homeostat.edges.git.refusals import MissingRefError, MovedError, NetworkFaultError, error_of
from homeostat.edges.git.remote import Remote
from homeostat.errors import LostRaceError

TRIES = 3
_LOOK = "refs/heads/look"
_LOCATION = re.compile(r"[Ll]ocation: (\S+)/info/refs\?service=")
_FETCH = ("fetch", "--quiet", "--no-tags")
# Only these fetches may leave files there: a push that knew of a promise would bring what it overwrites. And
# a server that is told which commits we have would leave out files that we never brought.
_PARTLY = (
    *("-c", "remote.origin.promisor=true", "-c", "remote.origin.partialCloneFilter=blob:none"),
    *("-c", "fetch.negotiationAlgorithm=noop"),
    *_FETCH,
)
HISTORY, FAR_HISTORY = 250, 5000
"""How many commits back one is looked for, and how many a branch is compared with at worst."""


_NOTHING_BEYOND = re.compile(
    "no commits selected for shallow requests|processing shallow info|--shallow-exclude|deepen-not"
)


class Commit(NamedTuple):
    """What a commit says of itself."""

    id: str
    author: str
    author_email: str
    committer_email: str
    message: str


class Origin:
    """The remote of the git directory `git_dir`. From a local path everything is brought at once."""

    def __init__(self, git_dir: Path, remote: Remote | str) -> None:
        self.round_trips = 0
        self._here = Git(git_dir)
        self._aside = Git(git_dir / "aside.git")
        self._remote = Remote.of(remote)

    @property
    def url(self) -> str:
        return self._remote.url

    @property
    def far(self) -> bool:
        return self._remote.far

    # --- ask ---------------------------------------------------------------------------------

    def fetch(self, ref: str, *, depth: int) -> None:
        """Bring a ref or a commit; from afar at most `depth` commits of it, and no file."""
        if self.far:
            self._asked(*_PARTLY, f"--depth={depth}", "--filter=blob:none", "origin", ref)
        else:
            self._asked(*_FETCH, "origin", ref)

    def fetch_whole(self, ref: str, *, depth: int | None) -> None:
        """Bring a ref with its files; at most `depth` commits of it, or all that are not here yet."""
        self._asked(*_FETCH, *((f"--depth={depth}",) if depth else ()), "origin", ref)

    def fetch_objects(self, objects: Iterable[str]) -> None:
        """Bring single objects, all at once."""
        stdin = "".join(f"{name}\n" for name in objects).encode()
        self._asked(*_PARTLY, "--filter=blob:none", "--no-write-fetch-head", "--stdin", "origin", stdin=stdin)

    def commits(self, ref: str, *, depth: int = HISTORY) -> list[Commit]:
        """The newest commits of a ref, its own first."""
        return self._commits(ref, f"--depth={depth}")

    def commits_beyond(self, known: str, ref: str) -> list[Commit]:
        """The commits of `ref` that the remote's `known` does not hold, its own first."""
        try:
            return self._commits(ref, f"--shallow-exclude={known}")
        except GitError as error:
            if not _NOTHING_BEYOND.search(error.stderr):
                raise
        # git's servers end without a word when there are none; those that cannot exclude say so.
        held = {commit.id for commit in self.commits(known, depth=FAR_HISTORY)}
        return [commit for commit in self.commits(ref) if commit.id not in held]

    def _commits(self, ref: str, limit: str) -> list[Commit]:
        """They are kept aside, without files: a clone that held them would promise more than it has."""
        if not self._aside.git_dir.is_dir():
            self._aside.init()
        few = (*_PARTLY, "--filter=tree:0") if self.far else _FETCH
        self._asked(*few, limit, "origin", f"+{ref}:{_LOOK}", where=self._aside)
        told = self._aside("log", "-z", "--format=%H%x00%an%x00%ae%x00%ce%x00%B", _LOOK)
        fields = iter(told.decode(errors="replace").split("\0"))
        return [Commit(*row) for row in zip(*[fields] * 5, strict=False)]

    def tip(self, ref: str) -> str | None:
        """The commit that a ref of the remote is at."""
        listed = self._asked("ls-remote", "origin", ref).decode()
        return listed.split()[0] if listed else None

    def _asked(self, *words: str, stdin: bytes = b"", where: Git | None = None) -> bytes:
        ask = partial(self._once, *words, stdin=stdin, where=where)
        try:
            return self._retrying()(ask)
        except MovedError:
            self._follow()
            return self._retrying()(ask)

    def _retrying(self) -> Retrying:
        return Retrying(
            stop=stop_after_attempt(TRIES),
            retry=retry_if_exception_type(NetworkFaultError),
            wait=wait_random_exponential(multiplier=self._remote.patience, max=20),
            reraise=True,
        )

    def _once(
        self, *words: str, stdin: bytes = b"", where: Git | None = None, env: Mapping[str, str] | None = None
    ) -> bytes:
        self.round_trips += 1
        try:
            return Git((where or self._here).git_dir, self._remote)(*words, stdin=stdin, env=env)
        except GitError as error:
            raise error_of(error, self._remote, pushing="push" in words) from None

    def _follow(self) -> None:
        """Take the address that the remote names, when the same host keeps it: a renamed repository."""
        with tempfile.TemporaryDirectory(dir=self._here.git_dir) as scratch:
            trace = Path(scratch) / "trace"
            try:
                self._once("ls-remote", "origin", "refs/heads/x", env={"GIT_TRACE_CURL": str(trace)})
            except MovedError:
                found = _LOCATION.search(trace.read_text(errors="replace"))
                if not found or urlsplit(found[1])[:2] != urlsplit(self.url)[:2]:
                    raise
                self._remote = replace(self._remote, url=found[1])

    # --- tell --------------------------------------------------------------------------------

    def push(self, commit: str, ref: str, *, lease: str | None) -> None:
        """Move a ref from `lease` (None: not there yet) to `commit`, once.

        Raises LostRaceError when it is elsewhere, NetworkFaultError when nobody knows whether it has moved.
        """
        self._once(*_push(commit, ref, lease))

    def rehearse(self, commit: str, ref: str) -> None:
        """Ask the remote for a push, and send none."""
        self._retrying()(self._once, "push", "--quiet", "--dry-run", "origin", f"{commit}:{ref}")

    def put(self, commit: str, ref: str, *, lease: str | None) -> None:
        """The same, until it is known to have happened or not: one that has happened may be repeated."""
        # A branch that has moved on since hides our base: without asking, all of its files would be sent.
        asking = ("-c", "push.negotiate=true") if self.far else ()
        try:
            self._retrying()(self._once, *asking, *_push(commit, ref, lease))
        except (LostRaceError, NetworkFaultError):
            if not self.holds(ref, commit):
                raise

    def holds(self, ref: str, commit: str) -> bool:
        """Whether `commit` is among the newest in the remote's `ref`."""
        try:
            return commit in {found.id for found in self.commits(ref)}
        except MissingRefError:
            return False


def _push(commit: str, ref: str, lease: str | None) -> tuple[str, ...]:
    return ("push", "--quiet", f"--force-with-lease={ref}:{lease or ''}", "origin", f"{commit}:{ref}")
