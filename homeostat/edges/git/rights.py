"""Which git there is, and whether a remote would take a push: asked without changing anything."""

from __future__ import annotations

import re
from datetime import datetime
from pathlib import Path

from homeostat.edges.git.command import Git, GitError, signature
from homeostat.edges.git.origin import Origin
from homeostat.edges.git.remote import Remote

_VERSION = re.compile(r"git version (\d+)\.(\d+)(?:\.(\d+))?")
_NEW = "refs/heads/homeostat-doctor"
"""A branch that is nowhere, and never made."""


def git_version(home: Path) -> tuple[int, ...]:
    """The version of this machine's git. Raises GitError when there is none."""
    said = Git(home / "none.git").text("version")
    found = _VERSION.match(said)
    if not found:
        raise GitError(f"`git version` says {said[:60]!r}, which is no version: install git again.")
    return tuple(int(part) for part in found.groups("0"))


def rehearse_push(home: Path, remote: Remote, when: datetime) -> None:
    """Let the server admit us to push, and send nothing. Raises ForgeError with what is missing."""
    git = Git(home / "rehearsal.git")
    git.init()
    commit = git.text("commit-tree", git.text("mktree"), "-m", "none", env=signature(when))
    Origin(git.git_dir, remote).rehearse(commit, _NEW)
