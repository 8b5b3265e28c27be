"""Which repository a checkout belongs to, by its remote `origin`."""

from __future__ import annotations

import re
from pathlib import Path

from homeostat.edges.git.command import Git, GitError

_ADDRESS = re.compile(r"(?:^|[/:@])([A-Za-z0-9_-]+/[A-Za-z0-9._-]+?)(?:\.git)?/?$")


def origin_slug(checkout: Path) -> str | None:
    """OWNER/NAME of the remote `origin`, or None when there is no such remote."""
    try:
        url = Git(checkout.resolve() / ".git").text("config", "--get", "remote.origin.url")
    except GitError:
        return None
    found = _ADDRESS.search(url)
    return found[1] if found else None


def current_branch(checkout: Path) -> str | None:
    """The branch that is checked out, or None."""
    try:
        return Git(checkout.resolve() / ".git").text("symbolic-ref", "--short", "HEAD") or None
    except GitError:
        return None
