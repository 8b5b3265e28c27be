"""Which repository a checkout belongs to, by its remote `origin`."""

from __future__ import annotations

import re
from pathlib import Path

from homeostat.edges.git.command import Git, GitError

# https://host/, ssh://git@host:22/ or git@host: - a path on this machine names no repository of a forge.
_ADDRESS = re.compile(
    r"(?:[a-z+]+://[^/]+/|(?:[^@/:]+@)?[^@/:]+:)([A-Za-z0-9_-]+/[A-Za-z0-9._-]+?)(?:\.git)?/?"
)


def origin_slug(checkout: Path) -> str | None:
    """OWNER/NAME of the remote `origin`, or None when there is no such remote."""
    found = _ADDRESS.fullmatch(_answer(checkout, "config", "--get", "remote.origin.url"))
    return found[1] if found else None


def main_branch(checkout: Path) -> str | None:
    """The default branch of `origin` where a clone has noted it, else the one checked out, else None."""
    noted = _answer(checkout, "symbolic-ref", "--short", "refs/remotes/origin/HEAD")
    return noted.removeprefix("origin/") or _answer(checkout, "symbolic-ref", "--short", "HEAD") or None


def _answer(checkout: Path, *words: str) -> str:
    """What git says; nothing where it has nothing to say."""
    try:
        return Git(checkout.resolve() / ".git").text(*words)
    except GitError:
        return ""
