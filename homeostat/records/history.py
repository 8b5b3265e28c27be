"""What a branch went through."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime

_MERGE = re.compile(r"Merge (?:pull|merge) request ")


@dataclass(frozen=True, slots=True)
class Landing:
    """One step of a branch: a commit on it, or a merge with all that came by it."""

    sha: str
    parent: str
    """Where the branch was before."""
    at: datetime
    message: str
    brought: tuple[str, ...]
    """The commits that the branch did not have before, the oldest first, itself the last."""
    said: str
    """The messages of all of them."""

    @property
    def subject(self) -> str:
        """What it did, in a line: of a pull request's merge, the title of that."""
        lines = [line for line in self.message.splitlines() if line.strip()] or [self.sha[:10]]
        return lines[1] if _MERGE.match(lines[0]) and lines[1:] else lines[0]
