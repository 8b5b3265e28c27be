"""What is seen of the places that a leg needs, before it runs."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta


@dataclass(frozen=True, slots=True)
class RepositoryFacts:
    """One repository on GitHub, as a token sees it."""

    slug: str
    impediment: str | None
    """Why nothing can be delivered there, or None."""
    private: bool
    has_issues: bool
    has_branch: bool
    labels: frozenset[str]
    """In small letters: GitHub does not mind their case."""
    scopes: frozenset[str] | None
    """Of a classic token; GitHub tells of no other kind what it may do."""
    ahead: timedelta | None
    """Our clock before GitHub's; None where its answer bears no date."""
