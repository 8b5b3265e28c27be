"""What the readers of test runners share: cutting output into blocks, and counting."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace
from itertools import islice
from textwrap import dedent

from homeostat.intake.reading import Heading, Reading, failure, heading, is_telling, language_of
from homeostat.intake.text import excerpt
from homeostat.records import FailedTest, Frame, Origin

ASSERTION = "AssertionError"
MAX_TESTS = 1_000
"""More failing tests than this are not read: a suite in that state is not healed test by test."""

_COUNT = re.compile(r"(?P<number>[0-9]{1,9}) (?P<what>[a-z]+)")


def blocks(lines: Sequence[str], starts: re.Pattern[str]) -> list[tuple[re.Match[str], Sequence[str]]]:
    """Each line that `starts` matches, with the lines below it up to the next."""
    found = [(at, match) for at, line in enumerate(lines) if (match := starts.fullmatch(line))]
    ends = [*[at for at, _ in found][1:], len(lines)]
    return [(match, lines[at + 1 : end]) for (at, match), end in zip(found, ends, strict=False)]


def until(lines: Sequence[str], stops: re.Pattern[str]) -> Sequence[str]:
    """The lines above the first one that begins as `stops` says."""
    return lines[: next((at for at, line in enumerate(lines) if stops.match(line)), len(lines))]


def counts(line: str) -> dict[str, int]:
    """`3 failed, 1 passed` as numbers by word."""
    return {found["what"]: int(found["number"]) for found in _COUNT.finditer(line)}


def distinct(tests: Iterable[FailedTest]) -> tuple[FailedTest, ...]:
    """Tests of one name are numbered in the order of the output, so that ids are unique in a run."""
    seen: Counter[str] = Counter()
    named = []
    for test in islice(tests, MAX_TESTS):
        seen[test.id] += 1
        named.append(test if seen[test.id] == 1 else _renamed(test, f"{test.id} #{seen[test.id]}"))
    return tuple(named)


def _renamed(test: FailedTest, name: str) -> FailedTest:
    return FailedTest(name, replace(test.failure, tests=(name,)) if test.failure else None)


def failed_test(name: str, reading: Reading | None, lines: Sequence[str]) -> FailedTest:
    """A failing test and what its block of the output tells."""
    shown = excerpt(dedent("\n".join(lines)))
    return FailedTest(name, failure(reading, Origin.TESTS, excerpt=shown, test=name) if reading else None)


def worded(lines: Sequence[str], *, default: str = ASSERTION) -> Heading:
    """Type and message of a block's first words; a block that names no type is of the `default` one."""
    text = "\n".join(lines).strip()
    first, _, rest = text.partition("\n")
    found = heading(first)
    if found and is_telling(found.type):
        return Heading(found.type, f"{found.message}\n{rest}".strip())
    return Heading(default, text)


def told(error: Heading, frames: Sequence[Frame], *, language: str) -> Reading | None:
    """The reading of a block, or None for one without a place."""
    known = language_of(frames, language)
    return Reading(known, error.type, error.message, tuple(frames)) if frames else None
