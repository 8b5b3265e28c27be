"""The target repository at one commit. Its files are read from git objects, never from a work tree."""

from __future__ import annotations

import re
import shutil
import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import IO

from homeostat.edges.git.apply import applied, strip_of, with_sources
from homeostat.edges.git.command import BOT_EMAIL, Git, GitError, signature
from homeostat.edges.git.diffs import DIFF, GITLINK, judged, raw_rows, replaced
from homeostat.edges.git.objects import contents, sizes, text_of
from homeostat.edges.git.origin import Commit, Origin
from homeostat.edges.git.refusals import MissingRefError
from homeostat.edges.git.remote import Remote
from homeostat.errors import ForgeError, LostRaceError
from homeostat.records import Patch

MAX_FILE = 1 << 20
"""Bytes of a file that is still read as source."""
MAX_NAME, MAX_PATH = 255, 4096
"""Bytes that Linux takes at most."""
MOST_KNOWN = 500
"""Files whose text is kept at hand."""
SINGLY = 3
"""Files that are brought one by one; a leg that reads more will run the tests and need them all."""
_PLAIN = ("100644", "100755")
_FORGE_EMAIL = "noreply@github.com"
_OURS = re.compile(r"^Fingerprint: hs", re.MULTILINE)


class GitWorkspace:
    """The port Workspace over a bare clone of our own."""

    def __init__(
        self,
        git: Git,
        base: str,
        *,
        origin: Origin | None = None,
        branch: str = "",
        checkout: Path | None = None,
    ) -> None:
        self._git = git
        self._base = base
        self._origin = origin or Origin(git.git_dir, "")
        self._branch = branch
        self._checkout = checkout
        self._known: dict[str, str | None] = {}
        self._brought = 0
        self._stood: dict[str, str | None] = {}

    @classmethod
    def clone(cls, home: Path, *, remote: Remote | str, branch: str) -> GitWorkspace:
        """Fetch one branch of `remote` into the empty folder `home`.

        By HTTP only its newest commit comes, and files as they are needed; from a path all of it.
        """
        git = Git(home / "target.git")
        git.init()
        origin = Origin(git.git_dir, remote)
        try:
            origin.fetch(f"+refs/heads/{branch}:refs/heads/base", depth=1)
        except MissingRefError as error:
            raise ForgeError(
                f"{origin.url} has no branch {branch!r}: push it, or mend --branch or `branch` in repos.yml."
            ) from error
        return cls(git, git.text("rev-parse", "refs/heads/base"), origin=origin, branch=branch)

    @classmethod
    def snapshot(cls, home: Path, *, checkout: Path, when: datetime) -> GitWorkspace:
        """The files of a local folder as they are now, what .gitignore names left out.

        Everything is written to `home`; the folder and its own git data stay as they are.
        """
        git = Git(home / "target.git")
        git.init()
        env = {"GIT_WORK_TREE": str(checkout.resolve())}
        git("add", "--all", "--", ".", env=env, cwd=checkout)
        tree = git.text("write-tree")
        base = git.text("commit-tree", tree, "-m", "snapshot", env=signature(when))
        return cls(git, base, checkout=checkout)

    @classmethod
    def at(cls, home: Path, *, checkout: Path, revision: str) -> GitWorkspace:
        """One commit of a local repository, with its history; the repository itself is only read."""
        source = checkout.resolve()
        theirs = Git(source if (source / "HEAD").is_file() else source / ".git")
        try:
            commit = theirs.text(
                "rev-parse", "--verify", "--quiet", "--end-of-options", f"{revision}^{{commit}}"
            )
        except GitError as error:
            raise ForgeError(
                f"{checkout} has no commit {revision!r}: give a commit of that repository."
            ) from error
        git = Git(home / "target.git")
        git.init()
        origin = Origin(git.git_dir, str(source))
        origin.fetch(f"{commit}:refs/heads/base", depth=1)
        return cls(git, commit, origin=origin)

    def write_back(self, edits: Mapping[str, str]) -> list[str]:
        """Write new texts into the checkout; returns the paths left alone, as they changed meanwhile."""
        left = []
        for path, text in edits.items():
            target = (self._checkout or Path()) / path
            if not _holds(target, self.read(path)):
                left.append(path)
                continue
            fresh = target.with_name(f".{target.name}.homeostat")
            fresh.write_bytes(text.encode())
            shutil.copymode(target, fresh)
            fresh.replace(target)
        return left

    def copy_worktree(self, destination: Path) -> None:
        """Copy the checkout as it lies on disk, with what git ignores, such as installed dependencies."""
        top = str(self._checkout)
        shutil.copytree(
            top,
            destination,
            symlinks=True,
            dirs_exist_ok=True,
            ignore=lambda folder, _: [".git"] if folder == top else [],
        )

    @property
    def base(self) -> str:
        return self._base

    @property
    def round_trips(self) -> int:
        return self._origin.round_trips

    @contextmanager
    def _index(self, tree: str | None = None) -> Iterator[dict[str, str]]:
        """The environment of an index, of a tree or an empty one, for as long as it is needed."""
        with tempfile.TemporaryDirectory(dir=self._git.git_dir) as scratch:
            env = {"GIT_INDEX_FILE": f"{scratch}/index"}
            if tree:
                self._git("read-tree", tree, env=env)
            yield env

    @cached_property
    def _written(self) -> tuple[str, bytes]:
        """Base as git itself writes it, entry by entry, and its entries: none twice, into .git or outside."""
        listed = self._git("ls-tree", "-r", "-z", "--full-tree", self._base)
        try:
            with self._index() as env:
                self._git("update-index", "-z", "--index-info", stdin=listed, env=env)
                tree = self._git.text("write-tree", "--missing-ok", env=env)
        except GitError as error:
            raise self._malformed(error.stderr) from error
        strange = self._git.text(*DIFF, "--name-only", "--no-renames", self._base, tree)
        if strange:
            raise self._malformed(f"{strange.splitlines()[0]} is there twice, or is no path")
        return tree, listed

    @property
    def _tree(self) -> str:
        return self._written[0]

    def _malformed(self, reason: str) -> ForgeError:
        branch = self._branch or self._base
        return ForgeError(
            f"{branch} holds a path that git refuses to write, so nothing is healed here: remove it. "
            f"git said: {reason}"
        )

    @cached_property
    def _entries(self) -> list[tuple[bytes, str, str]]:
        """(path, mode, object) of everything at base but submodules."""
        rows = (row.partition(b"\t") for row in self._written[1].split(b"\0") if row)
        entries = ((path, meta.decode().split()) for meta, _, path in rows)
        found = [(path, mode, blob) for path, (mode, _, blob) in entries if mode != GITLINK]
        for path, _, _ in found:
            if len(path) >= MAX_PATH or len(max(path.split(b"/"), key=len)) > MAX_NAME:
                name = path[:80].decode(errors="replace")
                raise ForgeError(f"{name!r}… is too long a name for Linux: rename the file, then run again.")
        return found

    @cached_property
    def _blobs(self) -> dict[str, tuple[str, str]]:
        """Path to (mode, object) of every file at base whose name is UTF-8."""
        named = ((path.decode(errors="replace"), mode, blob) for path, mode, blob in self._entries)
        return {path: (mode, blob) for path, mode, blob in named if "\ufffd" not in path}

    def _bring(self, blobs: Iterable[str]) -> None:
        """Have these files here, by one round trip for all that a clone by HTTP left there."""
        if not self._origin.far:
            return
        known = self._git.text("cat-file", "--batch-check", stdin="\n".join(blobs).encode())
        missing = [row.split()[0] for row in known.splitlines() if row.endswith(" missing")]
        if missing:
            self._origin.fetch_objects(dict.fromkeys(missing))

    def _bring_all(self) -> None:
        self._bring(blob for _, _, blob in self._entries)

    def paths(self) -> frozenset[str]:
        return self._names

    @cached_property
    def _names(self) -> frozenset[str]:
        return frozenset(self._blobs)

    def read(self, path: str) -> str | None:
        mode, blob = self._blobs.get(path, ("", ""))
        return self._text(blob) if mode in _PLAIN else None

    def _size(self, blob: str) -> int:
        words = ("cat-file", "--batch-check=%(objectsize)")
        size = self._git.text(*words, stdin=blob.encode())
        if size.endswith("missing"):
            self._brought += 1
            self._bring([blob] if self._brought <= SINGLY else (b for _, b in self._blobs.values()))
            size = self._git.text(*words, stdin=blob.encode())
        return int(size)

    def _text(self, blob: str) -> str | None:
        if blob not in self._known:
            big = self._size(blob) > MAX_FILE
            self._keep({blob: None if big else text_of(self._git("cat-file", "blob", blob))})
        return self._known[blob]

    def _keep(self, texts: Mapping[str, str | None]) -> None:
        """Remember texts that were read: an object never changes."""
        if len(self._known) > MOST_KNOWN:
            self._known.clear()
        self._known.update(texts)

    def texts(self, paths: Sequence[str]) -> dict[str, str]:
        blobs = {path: self._blobs[path][1] for path in paths if self._blobs.get(path, ("",))[0] in _PLAIN}
        self._bring(blobs.values())
        small = [blob for blob, size in sizes(self._git, [*blobs.values()]).items() if size <= MAX_FILE]
        known = zip(small, contents(self._git, small), strict=True)
        read = {blob: text_of(found[1]) for blob, found in known if found}
        self._keep(read)
        texts = ((path, read.get(blob)) for path, blob in blobs.items())
        return {path: text for path, text in texts if text is not None}

    def mentions(self, words: Sequence[str]) -> list[str]:
        # A line end in a pattern would make two of it, and an empty one none.
        sought = [part for word in words if word and "\n" not in word for part in ("-e", word)]
        if not sought:
            return []
        self._bring_all()
        try:
            found = self._git("grep", "-I", "-l", "-z", "-w", "-F", *sought, self._tree)
        except GitError as error:
            if error.stderr:
                raise
            return []  # git's way to say that there is none
        named = found.decode(errors="replace").split("\0")
        return [path for name in named if (path := name.partition(":")[2]) in self._blobs]

    def export(self, destination: Path) -> None:
        self._bring_all()
        with self._index(self._tree) as env:
            env["GIT_WORK_TREE"] = str(destination)
            self._git("checkout-index", "--all", "--force", env=env, cwd=destination)

    def archive(self, destination: IO[bytes]) -> None:
        self._bring_all()
        destination.flush()
        # Of a tree, not of a commit: that would add its id and take the time of every file from it.
        self._git("archive", "--format=tar", self._tree, out=destination)

    def patch(self, edits: Mapping[str, str]) -> Patch:
        with self._index(self._tree) as env:
            entries = "".join(self._index_entry(path, text) for path, text in sorted(edits.items()))
            self._git("update-index", "-z", "--index-info", stdin=entries.encode(), env=env)
            tree = self._git.text("write-tree", "--missing-ok", env=env)
        self._bring(replaced(self._git, self._base, tree))
        return judged(self._git, self._base, tree)

    def applied(self, text: bytes) -> Patch:
        """The judged patch that a raw one makes here. Raises PatchError with git's reason."""
        strip = strip_of(text, self.paths())
        with self._index(self._tree) as env:
            tree = applied(self._git, text, env, strip)
        return with_sources(judged(self._git, self._base, tree), text, strip, self.read)

    def _index_entry(self, path: str, text: str) -> str:
        mode = self._blobs.get(path, ("100644", ""))[0]
        blob = self._git.text("hash-object", "-w", "--stdin", stdin=text.encode())
        return f"{mode} {blob}\t{path}\0"

    def pairs(self, commit: str) -> list[tuple[str, str, str]]:
        try:
            self._have(commit)
        except MissingRefError:
            return []
        raw = self._git("diff-tree", "-r", "--raw", "-z", "--no-abbrev", f"{commit}^1", commit)
        modified = [
            (path, *meta.removeprefix(":").split())
            for meta, _, path in raw_rows(raw.decode(errors="replace"))
        ]
        plain = [
            (path, old, new)
            for path, old_mode, mode, old, new, status in modified
            if status == "M" and old_mode in _PLAIN and mode in _PLAIN
        ]
        self._bring(blob for _, *blobs in plain for blob in blobs)
        texts = [(path, self._text(old), self._text(new)) for path, old, new in plain]
        return [(path, old, new) for path, old, new in texts if old is not None and new is not None]

    def _have(self, commit: str) -> None:
        try:
            self._git("cat-file", "-e", f"{commit}^1^{{tree}}")
            self._git("cat-file", "-e", f"{commit}^{{tree}}")
        except GitError:
            if not self._origin.url:
                raise
            self._origin.fetch(commit, depth=2)

    def publish(self, patch: Patch, *, branch: str, message: str, when: datetime) -> str:
        if branch == self._branch:
            raise ForgeError(f"{branch} is the branch under repair: fixes are proposed on one of their own.")
        self._bring_all()
        commit, ref = self._commit(patch, message, when), f"refs/heads/{branch}"
        standing = self._standing(branch)
        if standing != commit:
            try:
                self._origin.put(commit, ref, lease=standing)
            except LostRaceError as error:
                stranger = self.stranger_on(branch)
                if stranger:
                    raise ForgeError(
                        f"{stranger} has pushed to {branch} meanwhile: the next run looks again."
                    ) from error
                self._origin.put(commit, ref, lease=self._standing(branch))
        self._stood[branch] = commit
        return commit

    def _standing(self, branch: str) -> str | None:
        """Where our branch was when its commits were looked at, or is now."""
        if branch in self._stood:
            return self._stood[branch]
        return self._origin.tip(f"refs/heads/{branch}")

    def commit(self, patch: Patch, *, message: str, when: datetime) -> str:
        self._bring_all()
        commit = self._commit(patch, message, when)
        try:
            self._origin.put(commit, f"refs/heads/{self._branch}", lease=self._base)
        except LostRaceError as error:
            raise ForgeError(
                f"{self._branch} did not take the commit; if it moved meanwhile, the next run tries again. "
                f"git said: {error}"
            ) from error
        return commit

    def _commit(self, patch: Patch, message: str, when: datetime) -> str:
        env = signature(when)
        words = ("commit-tree", patch.tree, "-p", patch.base, "-F", "-")
        return self._git.text(*words, stdin=message.encode(), env=env)

    def commits_with(self, line: str) -> list[str]:
        if not self._origin.far:
            words = ("log", "-z", "--format=%H%n%B", "--fixed-strings", f"--grep={line}", self._base)
            found = (told.partition("\n") for told in self._git.text(*words).split("\0") if told)
            return [sha for sha, _, message in found if line in message.splitlines()]
        return [commit.id for commit in self._past if line in commit.message.splitlines()]

    @cached_property
    def _past(self) -> list[Commit]:
        return self._origin.commits(self._base)

    def stranger_on(self, branch: str) -> str | None:
        if not self._origin.url:
            return None
        try:
            commits = self._origin.commits_beyond(f"refs/heads/{self._branch}", f"refs/heads/{branch}")
        except MissingRefError:
            self._stood[branch] = None
            return None
        self._stood.pop(branch, None)
        if commits:
            self._stood[branch] = commits[0].id
        strangers = (commit for commit in commits if not _ours(commit))
        return next((found.author or found.author_email or "someone" for found in strangers), None)


def _ours(commit: Commit) -> bool:
    """Whether we made it, or the forge signed it for us."""
    signed = commit.committer_email == _FORGE_EMAIL and _OURS.search(commit.message)
    return commit.author_email == BOT_EMAIL or bool(signed)


def _holds(target: Path, text: str | None) -> bool:
    plain = target.is_file() and not target.is_symlink()
    return plain and target.read_bytes().decode(errors="replace") == text
