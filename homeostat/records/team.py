"""What the dashboard knows: the attempts of all repositories, and the issue that shows them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from homeostat.records.memory import Attempts, SetAside
from homeostat.records.texts import Plain


class Action(StrEnum):
    """What a box on the dashboard does; the value is what people see."""

    RETRY = "try again now"
    SNOOZE = "snooze 30 days"
    STOP = "stop for good"


@dataclass(frozen=True, slots=True)
class Shown:
    """The dashboard's issue, as it was rendered last."""

    number: int
    author: str
    """Whose it was when it was found or opened; another one's is not ours."""
    at: datetime | None = None
    """By the forge's clock; None: nothing of ours is known to stand there."""
    digest: str = ""
    """Of the text as the forge keeps it."""


@dataclass(frozen=True, slots=True)
class Tick:
    """A box that was ticked, and what came of it."""

    at: datetime
    repository: str
    fingerprint: str
    action: Action
    by: Plain
    told: Plain
    """What was done, in a sentence."""


@dataclass(frozen=True, slots=True)
class Board:
    """The file dashboard.json."""

    issue: Shown | None = None
    ticks: tuple[Tick, ...] = ()
    """The newest, the oldest of them first."""
    set_aside: tuple[SetAside, ...] = ()


@dataclass(frozen=True, slots=True)
class TeamBooks:
    """What the dashboard knows of the ledger."""

    board: Board = field(default_factory=Board)
    attempts: Mapping[str, Attempts] = field(default_factory=dict)
    """By repository."""
    unreadable: Mapping[str, str] = field(default_factory=dict)
    """By repository whose file cannot be read: why. It is left as it is."""
