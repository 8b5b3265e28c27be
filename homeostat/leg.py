"""One repository's share of a run, and the ports that it works through."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from enum import StrEnum

from homeostat.bench import Bench, Tell
from homeostat.config import Endpoint, Repository, Rung, Settings
from homeostat.incidents import Stamp
from homeostat.ports import Forge, Ledger, Model
from homeostat.records import Books, Caps, Issue


class DryRun(StrEnum):
    """How much of a leg only happens on paper."""

    OFF = "off"
    PLAN = "plan"
    """Reports are read and patterns matched; no test is run."""
    FULL = "full"
    """All of it happens, in the sandbox; nothing is written anywhere."""


@dataclass(frozen=True, slots=True)
class Models:
    """The models that a leg may ask."""

    rungs: tuple[Rung, ...]
    at: Callable[[Endpoint], Model]
    marker: Callable[[], str]
    """A word that no text can foresee."""


def _nobody(endpoint: Endpoint) -> Model:
    raise LookupError(endpoint.model)


NOBODY = Models((), _nobody, lambda: "")
"""No model is asked."""


@dataclass(frozen=True, slots=True)
class Leg:
    """All that healing one repository takes."""

    repository: Repository
    settings: Settings
    forge: Forge
    ledger: Ledger
    bench: Bench
    stamp: Stamp
    dry_run: DryRun
    tell: Tell
    models: Models = NOBODY

    def write(self, books: Books, change: Callable[[Books], Books], message: str) -> Books:
        """Store a change of the books; a dry run only imagines it."""
        return self.ledger.write(change, message) if self.writes else replace(change(books), entries=())

    @property
    def writes(self) -> bool:
        """Whether this is no dry run."""
        return self.dry_run is DryRun.OFF

    @property
    def caps(self) -> Caps:
        """The limits that it keeps."""
        repository, settings = self.repository, self.settings
        return Caps(
            repository.max_prs_per_run,
            repository.max_open_prs,
            settings.max_diff_lines,
            settings.max_files,
            settings.max_run_cost,
        )

    @property
    def round_trips(self) -> int:
        """Git commands that talked to a remote so far."""
        return self.bench.workspace.round_trips + self.ledger.round_trips

    def is_report(self, issue: Issue) -> bool:
        """Whether an issue carries one of the labels that make it a report."""
        return bool(set(issue.labels) & set(self.repository.report_labels))
