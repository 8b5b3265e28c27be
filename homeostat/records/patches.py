"""Patches, and what the tests said of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from homeostat.records.rules import Precedent

MODEL = "model:"
"""Begins the name of what a model wrote, where a learned fix has the name of its pattern."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A patch not yet verified: whole new texts by repository path."""

    edits: Mapping[str, str]
    pattern: str
    confidence: float
    """0..1: how sure the match is, not how often the pattern was right."""
    why: str
    origin: str = ""
    """Where its rule was seen, when no single pattern is the source."""
    precedent: Precedent | None = None
    """The fix that its rule comes from, as long as no other repository has shown it."""
    searched: bool = False
    """Whether nothing says that it is about this error: then a person reads it as a draft."""
    tier: str = ""
    """The AI tier whose model wrote it; empty when none did."""
    reviewer: str = ""
    """The model that approved of it."""

    @property
    def model(self) -> str:
        """The model that wrote it; empty when none did."""
        return self.pattern.removeprefix(MODEL) if self.tier else ""

    @property
    def small(self) -> bool:
        """Whether it is an edit of the search that no fix taught, and whose name can be looked up nowhere."""
        return self.searched and not self.origin

    @property
    def needs_reading(self) -> bool:
        """Whether only a person can tell if it is right: then it is a draft, and never a commit."""
        return self.searched or bool(self.tier)

    @property
    def patch(self) -> tuple[tuple[str, str], ...]:
        """What makes two candidates the same."""
        return tuple(sorted(self.edits.items()))


@dataclass(frozen=True, slots=True)
class Change:
    """One file of a patch on git's own view (`git diff --raw`)."""

    status: str
    """git's letter: A, C, D, M, R or T."""
    path: str
    old_path: str
    mode: str
    """File mode after the change, six octal digits; 000000 when deleted."""
    old_mode: str
    added: tuple[str, ...]
    removed: int
    binary: bool = False
    before: str = field(default="", compare=False, repr=False)
    """The whole text before it; empty when there was none."""
    after: str = field(default="", compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Patch:
    """A judged diff against `base`; `tree` is the git tree that it makes."""

    base: str
    tree: str
    diff: str
    changes: tuple[Change, ...]


@dataclass(frozen=True, slots=True)
class Run:
    """One command in the sandbox."""

    command: str
    exit_code: int | None
    """None when it was killed at its time limit."""
    output: str
    seconds: float
    truncated: bool = False

    @property
    def timed_out(self) -> bool:
        return self.exit_code is None


class Verdict(StrEnum):
    """What the tests said of a candidate."""

    PROVEN = "proven"
    CONSISTENT = "consistent"
    REJECTED = "rejected"
    FLAKY = "flaky"
    ENVIRONMENT_BROKEN = "environment broken"


@dataclass(frozen=True, slots=True)
class Proof:
    """A verdict and what it rests on. Test ids are the runner's."""

    verdict: Verdict
    reason: str
    command: str
    before: Run | None = None
    after: Run | None = None
    fixed: tuple[str, ...] = ()
    still_failing: tuple[str, ...] = ()
    broken: tuple[str, ...] = ()
    """Of these, those that did not fail before."""
