"""The target repository at one commit. Its files are read from git objects, never from a work tree."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Mapping
from datetime import datetime
from functools import cached_property
from pathlib import Path

from homeostat.edges.git.command import BOT_EMAIL, Git, GitError, signature
from homeostat.errors import ForgeError
from homeostat.records import Change, Patch

MAX_FILE = 1 << 20
"""Bytes of a file that is still read as source."""
_PLAIN = ("100644", "100755")
_GITLINK = "160000"


class GitWorkspace:
    """The port Workspace over a bare clone of our own."""

    def __init__(
        self, git: Git, base: str, *, remote: str = "", branch: str = "", checkout: Path | None = None
    ) -> None:
        self._git = git
        self._base = base
        self._remote = remote
        self._branch = branch
        self._checkout = checkout

    @classmethod
    def clone(cls, home: Path, *, remote: str, branch: str) -> GitWorkspace:
        """Fetch one branch of `remote` (a URL or a path) into the empty folder `home`."""
        git = Git(home / "target.git")
        git.init()
        try:
            git("fetch", "--quiet", "--no-tags", "--", remote, f"+refs/heads/{branch}:refs/heads/base")
        except GitError as error:
            if "couldn't find remote ref" in error.stderr:
                raise ForgeError(
                    f"{remote} has no branch {branch!r}: correct `branch` in repos.yml or push the branch."
                ) from error
            raise
        return cls(git, git.text("rev-parse", "refs/heads/base"), remote=remote, branch=branch)

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
        git("fetch", "--quiet", "--no-tags", str(source), f"{commit}:refs/heads/base")
        return cls(git, commit, remote=str(source))

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

    @cached_property
    def _blobs(self) -> dict[str, tuple[str, str]]:
        """Path to (mode, object) of every file at base whose name is UTF-8; a submodule is none."""
        listed = self._git("ls-tree", "-r", "-z", "--full-tree", self._base).decode(errors="replace")
        rows = (row.split("\t", 1) for row in listed.split("\0") if row)
        files = ((path, *meta.split()) for meta, path in rows)
        return {
            path: (mode, blob) for path, mode, _, blob in files if mode != _GITLINK and "\ufffd" not in path
        }

    def paths(self) -> frozenset[str]:
        return self._names

    @cached_property
    def _names(self) -> frozenset[str]:
        return frozenset(self._blobs)

    def read(self, path: str) -> str | None:
        mode, blob = self._blobs.get(path, ("", ""))
        return self._text(blob) if mode in _PLAIN else None

    def _text(self, blob: str) -> str | None:
        if int(self._git.text("cat-file", "-s", blob)) > MAX_FILE:
            return None
        content = self._git("cat-file", "blob", blob)
        try:
            return None if b"\0" in content else content.decode()
        except UnicodeDecodeError:
            return None

    def export(self, destination: Path) -> None:
        with tempfile.TemporaryDirectory(dir=self._git.git_dir) as scratch:
            env = {"GIT_INDEX_FILE": f"{scratch}/index", "GIT_WORK_TREE": str(destination)}
            self._git("read-tree", self._base, env=env)
            self._git("checkout-index", "--all", "--force", env=env, cwd=destination)

    def patch(self, edits: Mapping[str, str]) -> Patch:
        with tempfile.TemporaryDirectory(dir=self._git.git_dir) as scratch:
            env = {"GIT_INDEX_FILE": f"{scratch}/index"}
            self._git("read-tree", self._base, env=env)
            entries = "".join(self._index_entry(path, text) for path, text in sorted(edits.items()))
            self._git("update-index", "-z", "--index-info", stdin=entries.encode(), env=env)
            tree = self._git.text("write-tree", env=env)
        return self._judged(tree)

    def _index_entry(self, path: str, text: str) -> str:
        mode = self._blobs.get(path, ("100644", ""))[0]
        blob = self._git.text("hash-object", "-w", "--stdin", stdin=text.encode())
        return f"{mode} {blob}\t{path}\0"

    def _judged(self, tree: str) -> Patch:
        plain = ("diff-tree", "-r", "--no-ext-diff", "--no-textconv", "--no-color", "-M", self._base, tree)
        raw = self._git(*plain, "--raw", "-z", "--no-abbrev").decode(errors="surrogateescape")
        diff = self._git(*plain, "--patch").decode(errors="replace")
        return Patch(self._base, tree, diff, tuple(self._change(tree, *row) for row in _raw_rows(raw)))

    def _change(self, tree: str, meta: str, old_path: str, path: str) -> Change:
        old_mode, mode, _, _, status = meta.removeprefix(":").split()
        hunks = self._git(
            "diff-tree", "-r", "--no-ext-diff", "--no-textconv", "--no-color", "-M", "-U0", "--patch",
            self._base, tree, "--", f":(top,literal){old_path}", f":(top,literal){path}",
        ).decode(errors="replace")  # fmt: skip
        body = hunks[hunks.find("\n@@") + 1 :].split("\n") if "\n@@" in hunks else []
        return Change(
            status=status[0],
            path=path,
            old_path=old_path,
            mode=mode,
            old_mode=old_mode,
            added=tuple(line[1:] for line in body if line.startswith("+")),
            removed=sum(line.startswith("-") for line in body),
            binary="\nBinary files " in hunks,
        )

    def pairs(self, commit: str) -> list[tuple[str, str, str]]:
        self._have(commit)
        raw = self._git("diff-tree", "-r", "--raw", "-z", "--no-abbrev", f"{commit}^1", commit)
        modified = [
            (path, *meta.removeprefix(":").split())
            for meta, _, path in _raw_rows(raw.decode(errors="replace"))
        ]
        texts = [
            (path, self._text(old), self._text(new))
            for path, old_mode, mode, old, new, status in modified
            if status == "M" and old_mode in _PLAIN and mode in _PLAIN
        ]
        return [(path, old, new) for path, old, new in texts if old is not None and new is not None]

    def _have(self, commit: str) -> None:
        try:
            self._git("cat-file", "-e", f"{commit}^1")
        except GitError:
            if not self._remote:
                raise
            self._git("fetch", "--quiet", "--no-tags", self._remote, commit)

    def publish(self, patch: Patch, *, branch: str, message: str, when: datetime) -> str:
        commit = self._commit(patch, message, when)
        standing = self._standing(branch)
        if standing != commit:
            lease = f"--force-with-lease=refs/heads/{branch}:{standing or ''}"
            self._git("push", "--quiet", lease, self._remote, f"{commit}:refs/heads/{branch}")
        return commit

    def commit(self, patch: Patch, *, message: str, when: datetime) -> str:
        commit = self._commit(patch, message, when)
        lease = f"--force-with-lease=refs/heads/{self._branch}:{self._base}"
        try:
            self._git("push", "--quiet", lease, self._remote, f"{commit}:refs/heads/{self._branch}")
        except GitError as error:
            raise ForgeError(
                f"{self._branch} did not take the commit; if it moved meanwhile, the next run tries again. "
                f"git said: {error.stderr}"
            ) from error
        return commit

    def _commit(self, patch: Patch, message: str, when: datetime) -> str:
        env = signature(when)
        words = ("commit-tree", patch.tree, "-p", patch.base, "-F", "-")
        return self._git.text(*words, stdin=message.encode(), env=env)

    def commit_with(self, line: str) -> str | None:
        found = self._git.text("log", "-1", "--format=%H", "--fixed-strings", f"--grep={line}", self._base)
        return found or None

    def _standing(self, branch: str) -> str | None:
        """The commit that the remote branch is at."""
        listed = self._git.text("ls-remote", self._remote, f"refs/heads/{branch}")
        return listed.split()[0] if listed else None

    def stranger_on(self, branch: str) -> str | None:
        if not self._remote or not self._standing(branch):
            return None
        self._git("fetch", "--quiet", "--no-tags", self._remote, f"+refs/heads/{branch}:refs/heads/ours")
        written = self._git.text("log", "--format=%ae%x00%an", f"{self._base}..refs/heads/ours")
        authors = dict(row.split("\0", 1) for row in written.split("\n") if row)
        return next((name for email, name in authors.items() if email != BOT_EMAIL), None)


def _holds(target: Path, text: str | None) -> bool:
    plain = target.is_file() and not target.is_symlink()
    return plain and target.read_bytes().decode(errors="replace") == text


def _raw_rows(raw: str) -> list[tuple[str, str, str]]:
    """(meta, old path, path) of each change of `--raw -z`; renames and copies carry two paths."""
    fields = iter(raw.split("\0"))
    rows = []
    for meta in fields:
        if not meta:
            continue
        old_path = next(fields)
        path = next(fields) if meta.split()[-1][0] in "RC" else old_path
        rows.append((meta, old_path, path))
    return rows
