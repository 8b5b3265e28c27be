"""The port Ledger: what a leg knows of the state branch."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from homeostat import books as codec
from homeostat.edges.git.branch import StateBranch
from homeostat.edges.git.remote import Remote
from homeostat.ports import Clock
from homeostat.records import Attempts, Books, Charge, Library

RUN = timedelta(days=1)
"""Between the beginnings of two legs of one run at most: its bill may lie in two months."""


class GitLedger(StateBranch[Books]):
    """The books of one target repository."""

    def __init__(self, home: Path, *, remote: Remote | str, slug: str, clock: Clock) -> None:
        super().__init__(home, remote=remote, clock=clock)
        self._slug = slug

    def _held(self, head: str | None) -> Books:
        path, now = codec.attempts_path(self._slug), self._clock()
        months = [*dict.fromkeys(codec.costs_path(at) for at in (now - RUN, now, now + RUN))]
        attempts, library, *costs = self._read(head, path, codec.LIBRARY_PATH, *months)
        found = [(month, text) for month, text in zip(months, costs, strict=True) if text is not None]
        read = {month: codec.parse_costs(text, month) for month, text in found}
        return Books(
            Attempts() if attempts is None else codec.parse_attempts(attempts, path),
            Library() if library is None else codec.parse_library(library, codec.LIBRARY_PATH),
            tuple(charge for charges, _ in read.values() for charge in charges),
            {month: aside for month, (_, aside) in read.items() if aside},
        )

    def _files(self, head: str | None, current: Books, wanted: Books) -> dict[str, bytes]:
        files = {}
        if wanted.attempts != current.attempts:
            files[codec.attempts_path(self._slug)] = codec.render_attempts(wanted.attempts)
        if wanted.library != current.library:
            files[codec.LIBRARY_PATH] = codec.render_library(wanted.library)
        before, wanted_costs = _by_month(current.charges), _by_month(wanted.charges)
        for path in {*wanted_costs, *wanted.charges_aside}:
            now = (wanted_costs.get(path, ()), wanted.charges_aside.get(path, ()))
            if now != (before.get(path, ()), current.charges_aside.get(path, ())):
                files[path] = codec.render_costs(*now)
        if wanted.entries:
            path = codec.log_path(self._clock())
            (log,) = self._read(head, path)
            files[path] = (log or b"") + b"".join(map(codec.render_entry, wanted.entries))
        return files

    def _after(self, wanted: Books) -> Books:
        return replace(wanted, entries=())


def _by_month(charges: Sequence[Charge]) -> dict[str, tuple[Charge, ...]]:
    """Charges by the file that they lie in."""
    found = dict[str, list[Charge]]()
    for charge in charges:
        found.setdefault(codec.costs_path(charge.at), []).append(charge)
    return {path: tuple(those) for path, those in found.items()}
