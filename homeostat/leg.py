"""One repository's share of a run, and the ports that it works through."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from enum import StrEnum

from homeostat import triage
from homeostat.bench import Bench, Tell
from homeostat.config import Endpoint, Repository, Rung, Settings
from homeostat.errors import ForgeError
from homeostat.incidents import Stamp
from homeostat.ports import Forge, Ledger, Model
from homeostat.records import Books, Caps, Issue, Plain


class DryRun(StrEnum):
    """How much of a leg only happens on paper."""

    OFF = "off"
    PLAN = "plan"
    """Reports are read and patterns matched; no test is run."""
    FULL = "full"
    """All of it happens, in the sandbox; nothing is written anywhere."""


_NOTES = {
    DryRun.OFF: (),
    DryRun.PLAN: (
        "This was a plan: no test was run, so what only tests show is not seen, and no edit is sought.",
    ),
    DryRun.FULL: ("This was a dry run: fixes were tried and proven, and nothing was written.",),
}
RESERVE = 30
"""Requests that one failure may take: it is begun only while so many are left."""


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
    began: float = field(default_factory=time.monotonic)
    """By the clock that only counts seconds."""

    def write(self, books: Books, change: Callable[[Books], Books], message: Plain) -> Books:
        """Store a change of the books; a dry run only imagines it."""
        return self.ledger.write(change, message) if self.writes else replace(change(books), entries=())

    @property
    def writes(self) -> bool:
        """Whether this is no dry run."""
        return self.dry_run is DryRun.OFF

    @property
    def notes(self) -> tuple[str, ...]:
        """What people should know of a leg that writes nothing."""
        return _NOTES[self.dry_run]

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
            settings.max_run_minutes,
            settings.max_calls,
            settings.max_comments,
            settings.max_requests,
        )

    @property
    def minutes(self) -> float:
        """That it has taken so far."""
        return (time.monotonic() - self.began) / 60

    @property
    def spent(self) -> str | None:
        """Why nothing more is begun in this leg, or None."""
        caps = self.caps
        if self.minutes >= caps.max_run_minutes:
            return f"MAX_RUN_MINUTES ({caps.max_run_minutes}) is over: the next run goes on"
        if self.forge.requests + RESERVE > caps.max_requests:
            return (
                f"fewer than {RESERVE} requests of MAX_REQUESTS ({caps.max_requests}) are left: "
                "the next run goes on"
            )
        return None

    @property
    def held(self) -> str | None:
        """Why nothing more is begun of which a comment tells, or None."""
        if self.forge.comments_added >= self.caps.max_comments:
            return f"MAX_COMMENTS ({self.caps.max_comments}) is reached: the next run goes on"
        return self.spent

    @property
    def round_trips(self) -> int:
        """Git commands that talked to a remote so far."""
        return self.bench.workspace.round_trips + self.ledger.round_trips

    def distrust(self, issue: Issue) -> str | None:
        """Why a stranger's report may start no work, by who handled it; what cannot be told is a no."""
        try:
            handling = self.forge.handling(issue.number)
            labels = self.repository.report_labels
            return triage.handling_refusal(issue, handling, labels, self.forge.may_write)
        except ForgeError as error:
            return (
                f"{issue.author} is neither owner, member nor collaborator, nor named in report_authors, and "
                f"GitHub does not tell who set the label: {error}"
            )

    def is_report(self, issue: Issue) -> bool:
        """Whether an issue carries one of the labels that make it a report."""
        return bool(set(issue.labels) & set(self.repository.report_labels))
