"""A pattern's life: made once, judged by merges, retired when it fails too often."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TypeVar

from homeostat.conventions import is_test, protection
from homeostat.patterns.hunks import hunks_between, is_meaningful, shape
from homeostat.patterns.lessons import RULE
from homeostat.patterns.teaching import pieces
from homeostat.records import Fix, Library, Pattern, Provenance, Record, Rule

ALPHA = 0.1
"""Weight of the newest result in the success rate's moving average."""
RETIRE_BELOW, RETIRE_AFTER = 0.5, 10
MOST_FILES = 3
"""A change of more source files teaches no general rule."""
MAX_LINES = 60
"""A longer change is a piece of work, not a pattern."""


@dataclass(frozen=True, slots=True)
class Cause:
    """The error that a merged change healed: what a pattern keeps of it."""

    fingerprint: str
    language: str
    error_type: str
    template: str


def _same_rule(one: Pattern, other: Pattern) -> bool:
    return (
        (one.language, one.error_type) == (other.language, other.error_type)
        and [*map(shape, one.rule.hunks)] == [*map(shape, other.rule.hunks)]
    )  # fmt: skip


Changes = list[tuple[str, str, str]]
"""(path, before, after) of each modified file."""


def extract(changes: Changes, cause: Cause, provenance: Provenance) -> Pattern | str:
    """The pattern in a merged change, or the reason why there is none to learn.

    `changes` are (path, before, after) of each modified file; tests and machinery are passed over.
    """
    product = _product(changes)
    if len(product) != 1:
        return f"it changes {len(product)} source files; a pattern comes from exactly one"
    path, before, after = product[0]
    hunks = hunks_between(before, after)
    if not hunks or not all(map(is_meaningful, hunks)):
        return "its lines say too little to be recognised elsewhere"
    if sum(len(hunk.before) + len(hunk.after) for hunk in hunks) > MAX_LINES:
        return f"it changes more than {MAX_LINES} lines"
    identity = json.dumps([cause.language, cause.error_type, path, [shape(hunk) for hunk in hunks]])
    return Pattern(
        id="p-" + hashlib.sha256(identity.encode()).hexdigest()[:12],
        fingerprint=cause.fingerprint,
        language=cause.language,
        error_type=cause.error_type,
        template=cause.template,
        path=path,
        rule=Rule("hunks", hunks),
        provenance=provenance,
    )


def fixes_in(changes: Changes, cause: Cause, repository: str, commit: str) -> tuple[Fix, ...]:
    """Each place that a merged change mends, as general rules learn it; none of a change of many files."""
    product = _product(changes)
    if not 0 < len(product) <= MOST_FILES:
        return ()
    return tuple(
        piece
        for path, old, new in product
        for piece in pieces(
            Fix(f"{repository}@{commit}:{path}", cause.language, path, old, new, repository, cause.error_type)
        )
    )


def _product(changes: Changes) -> Changes:
    return [(path, old, new) for path, old, new in changes if not is_test(path) and not protection(path)]


def added(library: Library, pattern: Pattern, *, at: datetime) -> Library:
    """The library with the pattern in it; the same library when it holds that rule already."""
    if any(_same_rule(known, pattern) for known in library.patterns):
        return library
    return replace(library, patterns=(*library.patterns, pattern), updated=at)


Scored = TypeVar("Scored", Pattern, Record)


def _scored(pattern: Scored, *, merged: bool) -> Scored:
    rate = pattern.success_rate + ALPHA * (merged - pattern.success_rate)
    uses = pattern.uses + 1
    failing = uses >= RETIRE_AFTER and rate < RETIRE_BELOW
    reason = f"success rate {rate:.0%} after {uses} uses" if failing else pattern.retired
    return replace(pattern, uses=uses, success_rate=round(rate, 6), retired=reason)


def scored(library: Library, pattern_id: str, *, merged: bool, at: datetime) -> Library:
    """The library after one use of a pattern ended: its pull request was merged, or closed by a person."""
    if pattern_id.startswith(RULE):
        record = _scored(library.records.get(pattern_id, Record()), merged=merged)
        return replace(library, records={**library.records, pattern_id: record}, updated=at)
    patterns = tuple(_scored(p, merged=merged) if p.id == pattern_id else p for p in library.patterns)
    return library if patterns == library.patterns else replace(library, patterns=patterns, updated=at)


def digest(library: Library) -> str:
    """Identifies the patterns that can be tried: it changes when one is learned or retired."""
    usable = sorted(pattern.id for pattern in library.patterns if pattern.retired is None)
    learned = sorted((language, known.fixes) for language, known in library.rules.items())
    retired = sorted(rule for rule, record in library.records.items() if record.retired)
    told = [usable, learned, retired] if learned else usable
    return hashlib.sha256(json.dumps(told).encode()).hexdigest()[:16]
