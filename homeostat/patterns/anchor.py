"""Find the place where a learned hunk applies in a file as it is today."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from homeostat.patterns.hunks import indent_of
from homeostat.records import Hunk

REINDENTED = 0.97
"""Certainty kept when only the indent differs."""
AMBIGUOUS = 0.85
"""Certainty kept when several places fit and the nearest to the error is taken."""
CONTEXT_FLOOR = 0.9
"""Certainty kept when none of the surrounding lines is the same; all the same keeps 1."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a hunk fits: lines `start` up to `stop` (0-based, open end), and how surely."""

    start: int
    stop: int
    indent: tuple[str, str]
    """The learned indent and the one found here."""
    certainty: float


def _same(wanted: Sequence[str], found: Sequence[str]) -> float | None:
    """1 for equal lines, less for the same lines at another indent, None for other lines."""
    if list(wanted) == list(found):
        return 1.0
    old, new = _lead(wanted), _lead(found)
    moved = [_moved(line, old, new) if line.strip() else "" for line in wanted]
    return REINDENTED if moved == [line.rstrip() for line in found] else None


def _lead(lines: Sequence[str]) -> str:
    return indent_of(next((line for line in lines if line.strip()), ""))


def _moved(line: str, old: str, new: str) -> str:
    """A line carried from one indent to another; one that stands further out keeps its distance."""
    if old == new or not line.strip():
        return line
    if line.startswith(old):
        return new + line.removeprefix(old)
    distance = len(old) - len(indent_of(line))
    return new[: max(0, len(new) - distance)] + line.lstrip()


def _context(hunk: Hunk, lines: Sequence[str], start: int, stop: int) -> float:
    """The share of surrounding lines that are the same here, indent aside."""
    wanted = (*hunk.context_before, *hunk.context_after)
    if not wanted:
        return 1.0
    above = lines[max(0, start - len(hunk.context_before)) : start]
    below = lines[stop : stop + len(hunk.context_after)]
    pairs = [*zip(reversed(hunk.context_before), reversed(above), strict=False)]
    pairs += [*zip(hunk.context_after, below, strict=False)]
    return sum(a.strip() == b.strip() for a, b in pairs) / len(wanted)


def _replacements(hunk: Hunk, lines: Sequence[str]) -> list[Place]:
    size = len(hunk.before)
    places = []
    for start in range(len(lines) - size + 1):
        if hunk.before[0].strip() != lines[start].strip():
            continue
        found = lines[start : start + size]
        same = _same(hunk.before, found)
        if same is not None:
            surroundings = _context(hunk, lines, start, start + size)
            certainty = same * (CONTEXT_FLOOR + (1 - CONTEXT_FLOOR) * surroundings)
            places.append(Place(start, start + size, (_lead(hunk.before), _lead(found)), certainty))
    return places


def _insertions(hunk: Hunk, lines: Sequence[str]) -> list[Place]:
    """Places for a hunk that only adds: the lines right above and right below must both be there."""
    above, below = hunk.context_before[-1:], hunk.context_after[:1]
    wanted = (*above, *below)
    places = []
    for at in range(len(lines) + 1):
        here = (*lines[max(0, at - 1) : at],), (*lines[at : at + 1],)
        found = [line for side, n in zip(here, (above, below), strict=True) if n for line in side]
        if wanted and [line.strip() for line in wanted] == [line.strip() for line in found]:
            certainty = CONTEXT_FLOOR + (1 - CONTEXT_FLOOR) * _context(hunk, lines, at, at)
            places.append(Place(at, at, (_lead(wanted), _lead(found)), certainty))
    return places


def place(hunk: Hunk, lines: Sequence[str], *, near: int | None, after: int) -> Place | None:
    """The best place at or below line `after`, the nearest to line `near` (0-based) among equals."""
    found = _replacements(hunk, lines) if hunk.before else _insertions(hunk, lines)
    found = [spot for spot in found if spot.start >= after]
    if not found:
        return None
    best = max(spot.certainty for spot in found)
    equals = [spot for spot in found if spot.certainty == best]
    target = near if near is not None else 0
    chosen = min(equals, key=lambda spot: (abs(spot.start - target), spot.start))
    factor = AMBIGUOUS if len(equals) > 1 else 1.0
    return Place(chosen.start, chosen.stop, chosen.indent, chosen.certainty * factor)


def _reindented(lines: Sequence[str], indent: tuple[str, str]) -> list[str]:
    old, new = indent
    return [_moved(line, old, new) for line in lines]


def apply_hunks(hunks: Sequence[Hunk], text: str, *, near: int | None) -> tuple[str, float] | None:
    """The text with every hunk applied and the least certainty among them; None when one fits nowhere.

    `near` is the 0-based line of the error. Line ends and a missing last line end are kept.
    """
    ending = "\r\n" if "\r\n" in text else "\n"
    lines = text.split(ending)
    spots: list[Place] = []
    for hunk in hunks:
        spot = place(hunk, lines, near=near, after=spots[-1].stop if spots else 0)
        if spot is None:
            return None
        spots.append(spot)
    for hunk, spot in reversed([*zip(hunks, spots, strict=True)]):
        lines[spot.start : spot.stop] = _reindented(hunk.after, spot.indent)
    return ending.join(lines), min((spot.certainty for spot in spots), default=1.0)
