"""Moments of a local repository's past, and what was between them; the repository itself is only read."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from homeostat.edges.git.command import Git, GitError, signature
from homeostat.edges.git.diffs import GITLINK
from homeostat.edges.git.workspace import GitWorkspace
from homeostat.errors import ForgeError


class Past:
    """A git directory of our own that borrows the objects of a checkout or of a bare repository."""

    def __init__(self, home: Path, checkout: Path) -> None:
        source = checkout.resolve()
        theirs = Git(source if (source / "HEAD").is_file() else source / ".git")
        try:
            objects = theirs.git_dir.parent / theirs.text("rev-parse", "--git-path", "objects")
        except GitError as error:
            raise ForgeError(f"{checkout} has no history that can be read: give a git repository.") from error
        self._git = Git(home / "target.git")
        self._git.init()
        borrowed = self._git.git_dir / "objects" / "info" / "alternates"
        borrowed.parent.mkdir(exist_ok=True)
        borrowed.write_text(f"{objects.resolve()}\n")

    def at(self, commit: str) -> GitWorkspace:
        """The repository as it was at a commit."""
        return GitWorkspace(self._git, commit)

    def mixed(self, commit: str, later: str, paths: Sequence[str], when: datetime) -> GitWorkspace:
        """The same with these files as `later` has them, or without those that it does not have."""
        listed = self._git("ls-tree", "-r", "-z", "--full-tree", later, "--", *paths)
        rows = [row.partition(b"\t") for row in listed.split(b"\0") if row]
        there = {path.decode(errors="replace"): meta.decode().split() for meta, _, path in rows}
        nothing = ("0", "", "0" * 40)
        entries = ((path, there.get(path, nothing)) for path in paths)
        told = "".join(f"{mode} {blob}\t{path}\0" for path, (mode, _, blob) in entries if mode != GITLINK)
        with tempfile.TemporaryDirectory(dir=self._git.git_dir) as scratch:
            env = {"GIT_INDEX_FILE": f"{scratch}/index"}
            self._git("read-tree", commit, env=env)
            self._git("update-index", "-z", "--index-info", stdin=told.encode(), env=env)
            tree = self._git.text("write-tree", env=env)
        words = ("commit-tree", tree, "-p", commit, "-m", f"With files of {later}")
        return self.at(self._git.text(*words, env=signature(when)))
