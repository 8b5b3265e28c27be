"""A pattern's life: made once, judged by merges, retired when it fails too often."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from homeostat.conventions import is_test, protection
from homeostat.outbound import is_clean
from homeostat.patterns.clues import error_name
from homeostat.patterns.hunks import hunks_between, is_meaningful, shape
from homeostat.patterns.rewrites import squeezed
from homeostat.patterns.teaching import pieces
from homeostat.records import Fix, Hunk, Library, Pattern, Precedent, Provenance, Rule

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
    kept = [cause.error_type, path, *(line for hunk in hunks for line in _lines(hunk))]
    if not all(map(is_clean, kept)):
        return "it holds what looks like a secret, or tells of a person"
    identity = json.dumps([cause.language, cause.error_type, path, [shape(hunk) for hunk in hunks]])
    return Pattern(
        id="p-" + hashlib.sha256(identity.encode()).hexdigest()[:12],
        fingerprint=cause.fingerprint,
        language=cause.language,
        error_type=cause.error_type,
        path=path,
        rule=Rule("hunks", hunks),
        provenance=provenance,
    )


def _lines(hunk: Hunk) -> tuple[str, ...]:
    return (*hunk.context_before, *hunk.before, *hunk.after, *hunk.context_after)


def precedent_of(provenance: Provenance) -> Precedent:
    """Where a pattern was learned, as rules name it."""
    at = f"#{provenance.pull}" if provenance.pull else provenance.commit[:10]
    return Precedent(provenance.repository, at, provenance.licence)


def fixes_in(changes: Changes, cause: Cause, provenance: Provenance) -> tuple[Fix, ...]:
    """Each place that a merged change mends, as general rules learn it; none of a change of many files."""
    product, seen_in = _product(changes), precedent_of(provenance)
    error = error_name(cause.error_type, f"{cause.error_type}: {cause.template}")
    if not 0 < len(product) <= MOST_FILES:
        return ()
    return tuple(
        piece
        for path, old, new in product
        for piece in pieces(Fix(f"{seen_in}:{path}", cause.language, path, old, new, seen_in, error))
    )


def _product(changes: Changes) -> Changes:
    return [(path, old, new) for path, old, new in changes if not is_test(path) and not protection(path)]


def added(library: Library, pattern: Pattern, *, at: datetime) -> Library:
    """The library with the pattern in it; the same library when it holds that rule already."""
    if any(_same_rule(known, pattern) for known in library.patterns):
        return library
    return replace(library, patterns=(*library.patterns, pattern), updated=at)


def change_of(changes: Changes) -> dict[str, str]:
    """By path: the digest of what changes there, wherever in the file and however it is spaced."""
    hunks = {path: hunks_between(before, after) for path, before, after in changes}
    return {path: _digest_of(found) for path, found in hunks.items() if found}


def takes_back(revert: Changes, fix: Changes) -> bool:
    """Whether a change undoes what a fix did to a source file, as far as lines tell."""
    later = {path: (before, after) for path, before, after in revert}
    return any(
        path in later and _undoes(*map(_lines_of, (*later[path], before, after)))
        for path, before, after in _product(fix)
    )


def _lines_of(text: str) -> Counter[str]:
    return Counter(line for line in text.splitlines() if line.strip())


def _undoes(before: Counter[str], after: Counter[str], broken: Counter[str], mended: Counter[str]) -> bool:
    """Whether the lines that a fix took away come back, and those that it brought go, or went before."""
    left = (mended - broken) - (before - after)
    return broken - mended <= after - before and all(after[line] <= broken[line] for line in left)


def _digest_of(hunks: Sequence[Hunk]) -> str:
    told = [[squeezed("\n".join(side)) for side in (hunk.before, hunk.after)] for hunk in hunks]
    return hashlib.sha256(json.dumps(told).encode()).hexdigest()[:16]


def digest(library: Library) -> str:
    """Identifies the patterns that can be tried: it changes when one is learned or retired."""
    usable = sorted(pattern.id for pattern in library.patterns if pattern.retired is None)
    learned = sorted((language, known.fixes) for language, known in library.rules.items())
    retired = sorted(rule for rule, record in library.records.items() if record.retired)
    told = [usable, learned, retired] if learned else usable
    return hashlib.sha256(json.dumps(told).encode()).hexdigest()[:16]
