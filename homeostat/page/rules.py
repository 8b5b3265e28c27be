"""Learned rules as the page shows them: what each heals, how it did, and one example."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from homeostat.page.figures import STANDING, Fix
from homeostat.patterns.lessons import EDIT
from homeostat.records import MODEL, Hunk, Library, Pattern, Record, Use


@dataclass(frozen=True, slots=True)
class RuleRow:
    """A pattern, a general rule, or a model, with its record."""

    name: str
    about: str
    delivered: int
    merged: int
    rate: float | None
    """None where no record is kept, or nothing has ended yet."""
    retired: str | None
    example: Use | None
    """The newest fix of it that stands, else the newest of all."""
    hunk: Hunk | None


def rule_rows(library: Library, fixes: Sequence[Fix]) -> list[RuleRow]:
    """The most used first; a rule that was learned and never used stands at the end."""
    uses = defaultdict[str, list[Use]](list)
    for fix in fixes:
        if fix.use.pattern:
            uses[fix.use.pattern].append(fix.use)
    known = {pattern.id: pattern for pattern in library.patterns}
    rows = [_row(name, known.get(name), library, uses[name]) for name in {**known, **uses}]
    return sorted(rows, key=lambda row: (-row.delivered, row.name))


def _row(name: str, pattern: Pattern | None, library: Library, uses: Sequence[Use]) -> RuleRow:
    record: Pattern | Record | None = pattern or library.records.get(name)
    standing = [use for use in uses if use.ending in STANDING]
    hunks = pattern.rule.hunks if pattern else ()
    return RuleRow(
        name=name,
        about=_about(name, pattern),
        delivered=len(uses),
        merged=len(standing),
        rate=record.success_rate if record and record.uses else None,
        retired=record.retired if record else None,
        example=max(standing or uses, key=lambda use: use.at, default=None),
        hunk=hunks[0] if hunks else None,
    )


def _about(name: str, pattern: Pattern | None) -> str:
    if pattern:
        return f"{pattern.error_type} in {pattern.path}"
    if name.startswith(MODEL):
        return "a language model"
    return "an edit that no one taught" if name.startswith(EDIT) else "a general rule"
