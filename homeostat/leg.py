"""One repository's share of a run, and the ports that it works through."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from homeostat.bench import Bench, Tell
from homeostat.config import Repository, Settings
from homeostat.incidents import Stamp
from homeostat.ports import Forge, Ledger
from homeostat.records import Books, Issue


@dataclass(frozen=True, slots=True)
class Leg:
    """All that healing one repository takes."""

    repository: Repository
    settings: Settings
    forge: Forge
    ledger: Ledger
    bench: Bench
    stamp: Stamp
    dry_run: bool
    tell: Tell

    def write(self, books: Books, change: Callable[[Books], Books], message: str) -> Books:
        """Store a change of the books; a dry run only imagines it."""
        return replace(change(books), entries=()) if self.dry_run else self.ledger.write(change, message)

    def is_report(self, issue: Issue) -> bool:
        """Whether an issue carries one of the labels that make it a report."""
        return bool(set(issue.labels) & set(self.repository.report_labels))
