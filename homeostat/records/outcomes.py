"""What a leg tells afterwards."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum

from homeostat.records.models import Call
from homeostat.records.patches import Proof


class Result(StrEnum):
    """What a leg did about one failure; the value is what people see."""

    CREATED = "pull request created"
    UPDATED = "pull request updated"
    COMMITTED = "committed"
    PLANNED = "would open a pull request"
    WOULD_TRY = "would be tried"
    """In a plan, which tries nothing."""
    UNHEALED = "unhealed"
    COOLING = "cooling down"
    DELIVERED = "already delivered"
    SKIPPED = "skipped"
    FLAKY = "flaky"
    BROKEN = "environment broken"
    NEEDS_INFO = "needs info"
    GIVEN_UP = "needs a person"
    WITHDRAWN = "pull request withdrawn"
    NOT_PERMITTED = "not permitted"
    OUTAGE = "no model answers"
    """It is no attempt: the next run asks again."""
    ERROR = "error"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a leg did about one failure, and why."""

    result: Result
    title: str
    reason: str
    fingerprint: str = ""
    issue: int | None = None
    pull: int | None = None
    url: str = ""
    pattern: str | None = None
    proof: Proof | None = None
    diff: str = ""
    calls: tuple[Call, ...] = ()
    """Of models, in order."""

    @property
    def cost(self) -> Decimal:
        """US dollars."""
        return sum((call.cost for call in self.calls), Decimal(0))

    @property
    def tokens(self) -> int:
        return sum(call.usage.tokens for call in self.calls if call.usage)


@dataclass(frozen=True, slots=True)
class Lesson:
    """One thing learned, or that would have been learned were learning on."""

    what: str
    pattern: str | None
    applied: bool


@dataclass(frozen=True, slots=True)
class Caps:
    """The limits that a leg kept."""

    max_prs_per_run: int
    max_open_prs: int
    max_diff_lines: int
    max_files: int
    max_run_cost: Decimal
    """US dollars."""
    max_run_minutes: int
    max_calls: int
    max_comments: int
    max_requests: int


@dataclass(frozen=True, slots=True)
class LegReport:
    """Everything a leg tells afterwards."""

    repository: str
    run: str
    environment: str
    started: datetime
    outcomes: tuple[Outcome, ...]
    lessons: tuple[Lesson, ...] = ()
    patterns_known: int = 0
    api_requests: int = 0
    """Requests to the forge's API, retries counted."""
    git_round_trips: int = 0
    """git commands that talked to a remote."""
    caps: Caps | None = None
    minutes: float = 0.0
    """That the leg took."""
    comments: int = 0
    """New ones that it wrote."""
    open_pulls: int = 0
    """Pull requests of ours that were open before it, and those that it opened."""
    notes: tuple[str, ...] = ()
    """What people should know beside the outcomes, a sentence each."""
