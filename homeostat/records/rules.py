"""What was learned from fixes in general: tables of counts, from which every estimate is made anew."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NamedTuple

Tally = list[int]
"""How many fixes a rule was seen in, then numbers of up to four of them, of different repositories."""
Row = list[int]
"""How often something was right, and how often it could have been."""


class Precedent(NamedTuple):
    """Where a fix was seen."""

    repository: str
    at: str
    """A pull request such as `#7`, or a commit."""
    licence: str = ""
    """The SPDX name of the repository's, where it is known."""

    def __str__(self) -> str:
        """As people name it: `acme/shop#7`, `acme/shop@7fd1a60b01`."""
        return self.repository + (self.at if self.at.startswith("#") else f"@{self.at}" if self.at else "")


@dataclass(slots=True)
class Rules:
    """The rules of one language family. The tables grow in place: `taught` grows a copy."""

    rules: dict[str, dict[str, Tally]] = field(default_factory=dict)
    """By the key of a place: each new code that was once right there, with its tally."""
    seen: dict[str, int] = field(default_factory=dict)
    """By the digest of a key: how often such a place stood on changed lines, mended or not."""
    words: dict[str, Row] = field(default_factory=dict)
    """By features: how often such a word was the one that a fix took."""
    swaps: dict[str, Row] = field(default_factory=dict)
    """By features: how often such a word was to stand where another one stood."""
    trials: dict[str, Row] = field(default_factory=dict)
    """By class of rule: how often it foretold the fix that came next, of the times that it could apply."""
    takes: dict[str, dict[str, list[str]]] = field(default_factory=dict)
    """By id of a rule about an error: what the words that its last fix took from around it stood in there."""
    precedents: list[Precedent] = field(default_factory=list)
    """The fixes that rules were seen in, by number."""
    fixes: int = 0


@dataclass(frozen=True, slots=True)
class Fix:
    """A merged fix: one text before and after, a file or any piece of one."""

    id: str
    language: str
    path: str
    before: str
    after: str
    seen_in: Precedent
    error_type: str | None = None


@dataclass(frozen=True, slots=True)
class Proposal:
    """A whole new text that a rule proposes, with how likely it is to be right."""

    id: str
    """The rule's: the same wherever it is learned."""
    after: str
    place: str
    """The key of the place that the rule is about, or the name of an edit that no one learned."""
    confidence: float
    """0 to 1."""
    code: str = ""
    """What the rule writes, with its holes."""
