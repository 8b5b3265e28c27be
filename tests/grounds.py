"""Where schedules are played: on real git, or on paper, where a leg takes milliseconds."""

from __future__ import annotations

import difflib
import hashlib
import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import IO, Literal, Protocol

from homeostat.edges.git import GitWorkspace
from homeostat.edges.git.command import BOT, GitError
from homeostat.edges.local_forge import LocalForge
from homeostat.errors import ForgeError
from homeostat.ports import Ledger, Workspace
from homeostat.records import Change, Patch, PullRequest
from tests.shelf_ledger import Shelf, ShelfLedger
from tests.world import SLUG, World

MAIN = "main"


class Ground(Protocol):
    """A repository with its ledger, and what a person can do to it."""

    def forge(self, actor: str, now: datetime) -> LocalForge:
        """The forge, as somebody uses it."""

    def ports(self, now: datetime) -> AbstractContextManager[tuple[Ledger, Workspace]]:
        """A leg's own ledger and clone."""

    def push(self, branch: str, files: Mapping[str, str], message: str) -> None:
        """A person's commit on a branch."""

    def text(self, path: str) -> str:
        """A file on main."""

    def kept(self, path: str) -> bytes | None:
        """A file of the ledger."""

    def forget(self) -> None:
        """Delete the ledger."""

    def state(self) -> Mapping[str, object]:
        """Everything that outlives a leg."""


@dataclass(frozen=True)
class GitGround:
    """Real git."""

    world: World

    def forge(self, actor: str, now: datetime) -> LocalForge:
        return self.world.forge(actor=actor, now=now)

    @contextmanager
    def ports(self, now: datetime) -> Iterator[tuple[Ledger, Workspace]]:
        with TemporaryDirectory() as home:
            ledger = self.world.ledger(Path(home) / "ledger", now)
            yield ledger, GitWorkspace.clone(Path(home) / "clone", remote=str(self.world.bare), branch=MAIN)

    def push(self, branch: str, files: Mapping[str, str], message: str) -> None:
        self.world.push(branch, files, message)

    def text(self, path: str) -> str:
        return self.world.git("show", f"{MAIN}:{path}")

    def kept(self, path: str) -> bytes | None:
        try:
            return self.world.git("show", f"homeostat-state:{path}").encode()
        except GitError:
            return None

    def forget(self) -> None:
        self.world.git("update-ref", "-d", "refs/heads/homeostat-state")

    def state(self) -> Mapping[str, object]:
        return self.world.state()


# --- on paper ---------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Revision:
    """A commit."""

    parents: tuple[str, ...]
    files: Mapping[str, str]
    message: str
    author: str


@dataclass
class Paper:
    """A repository's commits and branches."""

    revisions: dict[str, Revision] = field(default_factory=dict)
    branches: dict[str, str] = field(default_factory=dict)

    def add(self, revision: Revision, *more: object) -> str:
        name = hashlib.sha1(repr((revision, more)).encode()).hexdigest()  # noqa: S324 - as git names commits
        self.revisions[name] = revision
        return name

    def past(self, tip: str) -> list[str]:
        """A commit and all before it, the newest first."""
        found, todo = dict[str, None](), [tip]
        while todo:
            found[todo[0]] = None
            todo += [name for name in self.revisions[todo.pop(0)].parents if name not in found]
        return [*found]

    def beyond(self, base: str, tip: str) -> list[str]:
        """The commits of `tip` that `base` does not hold."""
        known = {*self.past(base)}
        return [name for name in self.past(tip) if name not in known]

    def merged(self, base: str, tip: str) -> dict[str, str]:
        """The files of both; ForgeError where both changed one."""
        known = {*self.past(base)}
        common = self.revisions[next(name for name in self.past(tip) if name in known)].files
        ours, theirs = self.revisions[base].files, self.revisions[tip].files
        both = [path for path in theirs if common.get(path) not in (ours.get(path), theirs[path])]
        if any(ours.get(path) != theirs[path] for path in both):
            raise ForgeError(f"{both} were changed on both sides")
        return {**ours, **{path: text for path, text in theirs.items() if common.get(path) != text}}


class PaperForge(LocalForge):
    """The local forge, whose branches are on paper."""

    def __init__(self, root: Path, paper: Paper, actor: str, now: datetime) -> None:
        super().__init__(root, SLUG, lambda: now, actor)
        self._paper = paper

    def _tip(self, branch: str) -> str:
        return self._paper.branches[branch]

    def _refuse_empty(self, branch: str, base: str) -> None:
        if not self._paper.beyond(self._tip(base), self._tip(branch)):
            raise ForgeError(f"No commits between {base} and {branch}")

    def _merge_in_git(self, pull: PullRequest, by: str, method: Literal["merge", "squash"]) -> str:  # noqa: ARG002
        base, tip = self._tip(pull.base), self._tip(pull.branch)
        merge = Revision((base, tip), self._paper.merged(base, tip), f"Merge #{pull.number}", by)
        self._paper.branches[pull.base] = self._paper.add(merge)
        return self._paper.branches[pull.base]


class PaperWorkspace:
    """The port Workspace on paper, whose pushes are leases as git's are."""

    round_trips = 0

    def __init__(self, paper: Paper) -> None:
        self._paper = paper
        self.base = paper.branches[MAIN]
        self._files = paper.revisions[self.base].files
        self._stood: dict[str, str | None] = {}

    def paths(self) -> frozenset[str]:
        return frozenset(self._files)

    def read(self, path: str) -> str | None:
        return self._files.get(path)

    def texts(self, paths: Sequence[str]) -> dict[str, str]:
        return {path: self._files[path] for path in paths if path in self._files}

    def mentions(self, words: Sequence[str]) -> list[str]:
        return [
            p
            for p, text in sorted(self._files.items())
            if any(re.search(rf"\b{re.escape(w)}\b", text) for w in words)
        ]

    def export(self, destination: Path) -> None:
        raise NotImplementedError

    def archive(self, destination: IO[bytes]) -> None:
        raise NotImplementedError

    def patch(self, edits: Mapping[str, str]) -> Patch:
        changes, diffs = [], list[str]()
        for path, after in sorted(edits.items()):
            before = self._files[path]
            rows = [
                *difflib.unified_diff(
                    before.splitlines(), after.splitlines(), f"a/{path}", f"b/{path}", n=0, lineterm=""
                )
            ]
            added = tuple(row[1:] for row in rows[2:] if row.startswith("+"))
            removed = sum(row.startswith("-") for row in rows[2:])
            changes.append(
                Change("M", path, path, "100644", "100644", added, removed, before=before, after=after)
            )
            diffs += [f"diff --git a/{path} b/{path}", *rows]
        tree = hashlib.sha1(repr({**self._files, **edits}).encode()).hexdigest()  # noqa: S324 - as git names trees
        return Patch(self.base, tree, "\n".join(diffs), tuple(changes))

    def _commit(self, patch: Patch, message: str, when: datetime) -> str:
        files = {**self._paper.revisions[patch.base].files, **{c.path: c.after for c in patch.changes}}
        return self._paper.add(Revision((patch.base,), files, message, BOT), when)

    def _put(self, commit: str, branch: str, lease: str | None) -> bool:
        if self._paper.branches.get(branch) not in (lease, commit):
            return False
        self._paper.branches[branch] = commit
        return True

    def publish(self, patch: Patch, *, branch: str, message: str, when: datetime) -> str:
        commit = self._commit(patch, message, when)
        standing = self._stood.get(branch, self._paper.branches.get(branch))
        if not self._put(commit, branch, standing):
            stranger = self.stranger_on(branch)
            if stranger:
                raise ForgeError(f"{stranger} has pushed to {branch} meanwhile: the next run looks again.")
            self._put(commit, branch, self._paper.branches.get(branch))
        self._stood[branch] = commit
        return commit

    def commit(self, patch: Patch, *, message: str, when: datetime) -> str:
        commit = self._commit(patch, message, when)
        if not self._put(commit, MAIN, self.base):
            raise ForgeError(f"{MAIN} did not take the commit")
        return commit

    def commits_with(self, line: str) -> list[str]:
        past = self._paper.past(self.base)
        return [n for n in past if line in self._paper.revisions[n].message.splitlines()]

    def pairs(self, commit: str) -> list[tuple[str, str, str]]:
        after = self._paper.revisions[commit]
        before = self._paper.revisions[after.parents[0]].files
        return [
            (path, before[path], text)
            for path, text in after.files.items()
            if path in before and before[path] != text
        ]

    def stranger_on(self, branch: str) -> str | None:
        self._stood[branch] = self._paper.branches.get(branch)
        tip = self._stood[branch]
        ahead = self._paper.beyond(self._paper.branches[MAIN], tip) if tip else []
        authors = [self._paper.revisions[name].author for name in ahead]
        return next((author for author in authors if author != BOT), None)


@dataclass
class PaperGround:
    """Everything but the forge's records in memory."""

    root: Path
    paper: Paper
    shelf: Shelf = field(default_factory=Shelf)

    @classmethod
    def build(cls, root: Path, files: Mapping[str, str]) -> PaperGround:
        paper = Paper()
        paper.branches[MAIN] = paper.add(Revision((), files, "Start", "ann"))
        return cls(root, paper)

    def forge(self, actor: str, now: datetime) -> LocalForge:
        return PaperForge(self.root, self.paper, actor, now)

    @contextmanager
    def ports(self, now: datetime) -> Iterator[tuple[Ledger, Workspace]]:
        yield ShelfLedger(self.shelf, slug=SLUG, clock=lambda: now), PaperWorkspace(self.paper)

    def push(self, branch: str, files: Mapping[str, str], message: str) -> None:
        tip = self.paper.branches[branch]
        whole = {**self.paper.revisions[tip].files, **files}
        self.paper.branches[branch] = self.paper.add(Revision((tip,), whole, message, "ann"))

    def text(self, path: str) -> str:
        return self.paper.revisions[self.paper.branches[MAIN]].files[path]

    def kept(self, path: str) -> bytes | None:
        return self.shelf.files.get(path)

    def forget(self) -> None:
        self.shelf.versions.clear()

    def state(self) -> Mapping[str, object]:
        found = {str(p.relative_to(self.root)): p.read_text() for p in self.root.rglob("*.json")}
        return {**found, "branches": {**self.paper.branches}, "ledger": self.shelf.files}
