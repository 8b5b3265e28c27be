"""What is remembered between runs: incidents, patterns, the books."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from homeostat.records.models import Charge
from homeostat.records.rules import Precedent, Rules
from homeostat.records.texts import Plain


class Status(StrEnum):
    """Where an incident stands in the ledger."""

    CLAIMED = "claimed"
    COOLING = "cooling down"
    UNHEALED = "unhealed"
    DELIVERED = "delivered"
    MERGED = "merged"
    DECLINED = "declined"
    STOPPED = "stopped"
    """By a person, on the dashboard."""
    GIVEN_UP = "given up"
    GONE = "gone"
    """The error is no longer on the branch under repair; its pull request was withdrawn."""


@dataclass(frozen=True, slots=True)
class Claim:
    """A leg's word that it works on an incident; void after `until` or for the same run."""

    run: str
    until: datetime


@dataclass(frozen=True, slots=True)
class Incident:
    """One fingerprint's history in one repository."""

    ids: tuple[str, ...]
    """Every exact id that it ever had; the first is the one that its branch and pull request carry."""
    language: str
    error_type: Plain
    template: Plain
    status: Status
    attempts: int
    """Failed attempts so far."""
    first_seen: datetime
    last_tried: datetime
    reason: Plain
    next_try: datetime | None = None
    claim: Claim | None = None
    pull: int | None = None
    pattern: str | None = None
    library: str | None = None
    """Digest of the patterns that were tried in vain; new patterns end the wait."""
    base: str | None = None
    """The commit that the open pull request was last judged on."""
    tests: tuple[Plain, ...] = ()
    """Ids of the tests that showed the error there, as they may be shown."""
    change: Mapping[str, str] = field(default_factory=dict)
    """By path: the digest of what the pull request changes there, to tell whether a reviewer changed it."""


@dataclass(frozen=True, slots=True)
class Seen:
    """A report as it was read: the digest of its text, and the exact fingerprint of its error."""

    digest: str
    exact: str


@dataclass(frozen=True, slots=True)
class Baseline:
    """What the tests and the open reports said of a commit, so that an idle leg need not ask again."""

    sha: str
    command: str
    verdict: str
    """green, red or broken."""
    fingerprints: tuple[str, ...] = ()
    """Exact ids of what the tests show."""
    reports: Mapping[str, Seen] = field(default_factory=dict)
    """By issue number (as text)."""


@dataclass(frozen=True, slots=True)
class SetAside:
    """An entry of a file that cannot be used, and is kept all the same."""

    place: str
    """The field that it stood in."""
    reason: str
    entry: str
    """Its JSON; of an object's entry, with its key."""
    told: bool = True
    """Whether it was told to people, and stands in the file as set aside."""


@dataclass(frozen=True, slots=True)
class Attempts:
    """The file attempts/<owner>/<name>.json."""

    incidents: Mapping[str, Incident] = field(default_factory=dict)
    """By exact fingerprint."""
    baseline: Baseline | None = None
    settled: Mapping[str, str] = field(default_factory=dict)
    """Pull request number (as text) to what was learned from it: each teaches once."""
    looked_at: datetime | None = None
    """Merged and closed pull requests that changed before have taught; None: look at all."""
    set_aside: tuple[SetAside, ...] = ()


@dataclass(frozen=True, slots=True)
class Provenance:
    """Where a pattern was learned."""

    repository: str
    pull: int | None
    commit: str
    by: str
    """homeostat or person."""
    at: datetime
    licence: str = ""
    """The SPDX name of the repository's, where it is known."""


@dataclass(frozen=True, slots=True)
class Hunk:
    """Lines to replace, with the lines around them, in file order and without line ends."""

    before: tuple[str, ...]
    after: tuple[str, ...]
    context_before: tuple[str, ...]
    context_after: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Rule:
    """How a pattern rewrites. `kind` says how to read `hunks`; other kinds come with their own field."""

    kind: str
    hunks: tuple[Hunk, ...]


@dataclass(frozen=True, slots=True)
class Pattern:
    """A learned rewrite rule with its record of success."""

    id: str
    fingerprint: str
    """Exact id of the failure that it healed first."""
    language: str
    error_type: str
    path: str
    rule: Rule
    provenance: Provenance
    uses: int = 0
    success_rate: float = 1.0
    retired: str | None = None
    """Why it is no longer used, or None."""


@dataclass(frozen=True, slots=True)
class Record:
    """How a general rule did: a use is a delivered patch, judged by its merge or closing."""

    uses: int = 0
    success_rate: float = 1.0
    retired: str | None = None


class Ending(StrEnum):
    """What became of a delivered fix; the value is what people see."""

    OPEN = "open"
    MERGED = "merged"
    COMMITTED = "committed"
    EDITED = "merged after a reviewer changed it"
    CLOSED = "closed unmerged"
    WITHDRAWN = "withdrawn"
    REVERTED = "reverted"
    RECURRED = "merged, and the error came back"


class Opinion(StrEnum):
    """What a reviewer ticked, the best first; the value is what people see."""

    RIGHT = "right"
    IDEA = "right idea"
    WRONG = "wrong"


@dataclass(frozen=True, slots=True)
class Use:
    """A verified fix that was delivered, and what became of it."""

    pattern: str
    repository: str
    fingerprint: str
    at: datetime
    ending: Ending = Ending.OPEN
    pull: int | None = None
    commit: str = ""
    """The one that brought it into the branch under repair."""
    precedent: Precedent | None = None
    """The fix that the rule comes from, as long as no other repository has shown it."""
    opinion: Opinion | None = None
    """What a reviewer ticked before it ended; it says more than the ending."""
    ended: datetime | None = None
    """When it was merged, committed, closed or withdrawn; None: not yet, or long ago."""


@dataclass(frozen=True, slots=True)
class Library:
    """The file patterns/library.json."""

    patterns: tuple[Pattern, ...] = ()
    updated: datetime | None = None
    note: str = ""
    rules: Mapping[str, Rules] = field(default_factory=dict)
    """What all fixes teach together, by language family."""
    records: Mapping[str, Record] = field(default_factory=dict)
    """By id of a general rule that was used."""
    mined: Mapping[str, str] = field(default_factory=dict)
    """By repository: the newest commit of its history that was learned from."""
    uses: tuple[Use, ...] = ()
    """Every fix that was delivered, the oldest first."""
    set_aside: tuple[SetAside, ...] = ()


@dataclass(frozen=True, slots=True)
class Books:
    """What a leg knows of the ledger: one repository's attempts, the library, costs, lines for the log."""

    attempts: Attempts = field(default_factory=Attempts)
    library: Library = field(default_factory=Library)
    charges: tuple[Charge, ...] = ()
    """What the models cost this month, of all repositories, and at the ends of those beside it."""
    charges_aside: Mapping[str, tuple[SetAside, ...]] = field(default_factory=dict)
    """By the file that they stand in."""
    entries: tuple[Mapping[str, Any], ...] = ()
