"""The ledger as a whole, as a reader of many runs sees it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from homeostat.records.memory import Attempts, Library, SetAside
from homeostat.records.models import Charge


@dataclass(frozen=True, slots=True)
class LogLine:
    """A line of the run log: what one run did about one failure."""

    at: datetime
    run: str
    repository: str
    fingerprint: str
    status: str
    reason: str = ""
    pull: int | None = None
    pattern: str | None = None
    result: str | None = None
    """As the run told it; lines of before lack it."""
    reported: datetime | None = None
    """When the report was filed; None also for what only a test has shown."""


@dataclass(frozen=True, slots=True)
class Shelf:
    """All files of the state branch."""

    attempts: Mapping[str, Attempts] = field(default_factory=dict)
    """By repository."""
    library: Library = field(default_factory=Library)
    charges: tuple[Charge, ...] = ()
    log: tuple[LogLine, ...] = ()
    """The oldest line first."""
    set_aside: Mapping[str, tuple[SetAside, ...]] = field(default_factory=dict)
    """By file: entries that cannot be used."""
    unread: Mapping[str, str] = field(default_factory=dict)
    """Files that cannot be read at all, each with the reason."""
