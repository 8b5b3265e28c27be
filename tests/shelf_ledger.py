"""The git ledger with a shelf of files in place of the remote: the same loop, the same texts, no git."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from homeostat.edges.git import GitLedger
from homeostat.ports import Clock


@dataclass
class Shelf:
    """A branch: every version of its files, the oldest first."""

    versions: list[Mapping[str, bytes]] = field(default_factory=list)

    @property
    def files(self) -> Mapping[str, bytes]:
        """Those of the newest version."""
        return self.versions[-1] if self.versions else {}


class ShelfLedger(GitLedger):
    """The port Ledger on a shelf. What is kept, in which form, and who wins a race is the git ledger's."""

    def __init__(self, shelf: Shelf, *, slug: str, clock: Clock) -> None:
        self._shelf = shelf
        self._drafts: dict[str, Mapping[str, bytes]] = {}
        self._slug = slug
        self._clock = clock
        self._polite_until = 0.0

    @property
    def round_trips(self) -> int:
        return 0

    def _fetch(self, *, whole: bool = False) -> str | None:  # noqa: ARG002 - all of it is here
        return str(len(self._shelf.versions)) if self._shelf.versions else None

    def _arrived(self, head: str, tried: list[str]) -> bool:  # noqa: ARG002 - a push is answered
        return False

    def _read(self, head: str | None, *paths: str) -> list[bytes | None]:
        files = self._shelf.versions[int(head) - 1] if head else {}
        return [files.get(path) for path in paths]

    def _commit(self, head: str | None, files: Mapping[str, bytes], message: str) -> str:
        before = self._shelf.versions[int(head) - 1] if head else {}
        self._drafts[message] = {**before, **files}
        return message

    def _pushed(self, commit: str, head: str | None) -> bool:
        if self._fetch() != head:
            return False
        self._shelf.versions.append(self._drafts.pop(commit))
        return True
