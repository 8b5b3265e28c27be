"""The git ledger with a shelf of files in place of the remote: the same loop, the same texts, no git."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from homeostat.edges.git import GitLedger, GitTeamLedger
from homeostat.edges.git.branch import Held, StateBranch
from homeostat.ports import Clock
from homeostat.records import Books, TeamBooks


@dataclass
class Shelf:
    """A branch: every version of its files, the oldest first."""

    versions: list[Mapping[str, bytes]] = field(default_factory=list)

    @property
    def files(self) -> Mapping[str, bytes]:
        """Those of the newest version."""
        return self.versions[-1] if self.versions else {}


class _OnShelf(StateBranch[Held]):
    """What is kept, in which form, and who wins a race is the git ledger's."""

    def _settle(self, shelf: Shelf, clock: Clock) -> None:
        self._shelf = shelf
        self._drafts: dict[str, Mapping[str, bytes]] = {}
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


class ShelfLedger(_OnShelf[Books], GitLedger):
    """The port Ledger on a shelf."""

    def __init__(self, shelf: Shelf, *, slug: str, clock: Clock) -> None:
        self._settle(shelf, clock)
        self._slug = slug


class ShelfTeamLedger(_OnShelf[TeamBooks], GitTeamLedger):
    """The port TeamLedger on a shelf."""

    def __init__(self, shelf: Shelf, *, slugs: Sequence[str], clock: Clock) -> None:
        self._settle(shelf, clock)
        self._slugs = tuple(slugs)
