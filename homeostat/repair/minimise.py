"""Take out of a fix what its proof does not need."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

MOST_RUNS = 8
"""Smaller fixes that are tried."""
MOST_PAIRS = 4_000_000
"""Lines of a file before, times lines of it after, that are compared: a second or so."""


@dataclass(frozen=True, slots=True)
class Piece:
    """Lines `first` to `last` (counted from 0, the last not included) of a file, and what is put there."""

    path: str
    first: int
    last: int
    put: tuple[str, ...]


def pieces(before: Mapping[str, str], after: Mapping[str, str]) -> list[Piece]:
    """The separate pieces that a change is made of."""
    found = []
    for path, text in after.items():
        old, new = (one.splitlines(keepends=True) for one in (before[path], text))
        start = _same(old, new)
        end = _same(old[start:][::-1], new[start:][::-1])
        found += _between(path, old[start : len(old) - end], new[start : len(new) - end], start)
    return found


def _same(old: Sequence[str], new: Sequence[str]) -> int:
    """How many lines are the same from the start."""
    pairs = enumerate(zip(old, new, strict=False))
    return next((at for at, (one, other) in pairs if one != other), min(len(old), len(new)))


def _between(path: str, old: Sequence[str], new: Sequence[str], start: int) -> list[Piece]:
    """The pieces where two texts differ; one where it would take long to find more."""
    if len(old) * len(new) > MOST_PAIRS:
        return [Piece(path, start, start + len(old), tuple(new))]
    found = list[Piece]()
    for step, a, b, c, d in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if step == "replace" and b - a == d - c:  # lines beside each other may still be two changes
            lines = enumerate(new[c:d], start + a)
            found += [Piece(path, at, at + 1, (line,)) for at, line in lines]
        elif step != "equal":
            found.append(Piece(path, start + a, start + b, tuple(new[c:d])))
    return found


def joined(before: Mapping[str, str], kept: Sequence[Piece]) -> dict[str, str]:
    """The new texts that some pieces make; only files that change."""
    texts = {}
    for path in dict.fromkeys(piece.path for piece in kept):
        lines = before[path].splitlines(keepends=True)
        for piece in sorted((one for one in kept if one.path == path), key=lambda one: -one.first):
            lines[piece.first : piece.last] = piece.put
        texts[path] = "".join(lines)
    return texts


def smallest(
    before: Mapping[str, str], after: Mapping[str, str], proves: Callable[[dict[str, str]], bool]
) -> dict[str, str]:
    """The change without pieces that it can do without: halves first, then smaller ones, within MOST_RUNS."""
    kept, runs = pieces(before, after), 0
    width = len(kept) // 2
    while width and len(kept) > 1:
        start = 0
        while start < len(kept) and len(kept) > width and runs < MOST_RUNS:
            fewer = kept[:start] + kept[start + width :]
            runs += 1
            if proves(joined(before, fewer)):
                kept = fewer
            else:
                start += width
        width //= 2
    return joined(before, kept)
