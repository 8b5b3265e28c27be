"""Which tier begins: a cheap one for what is plain, the strong one for what is deep or sensitive."""

from __future__ import annotations

from collections.abc import Sequence

from homeostat.config import Rung, Tier, matches
from homeostat.conventions import is_test
from homeostat.records import Failure, Fingerprint

PLAIN_LINES, PLAIN_FILES = 5, 1
"""A stack of at most so many lines in so many files is one for the first tier."""
KNOWN_LINES, KNOWN_FILES = 14, 3
"""And one for the second."""


def is_sensitive(found: Fingerprint, patterns: Sequence[str]) -> bool:
    """Whether a frame of the repository stands in a file that these patterns name."""
    return any(frame.path and matches(patterns, frame.path) for frame in found.frames)


def begins(failure: Failure, found: Fingerprint) -> Tier:
    """The tier that a failure begins with, by the frames of its stack that are the repository's own.

    Frames of tests are counted where there are no others: an assertion that failed.
    """
    told = [frame for frame in found.frames if frame.in_app] or failure.frames
    frames = [frame for frame in told if not is_test(frame.path or frame.file)] or told
    lines, places = len(frames), len({frame.path or frame.file for frame in frames})
    if not frames:
        return Tier.GPT_5
    if lines <= PLAIN_LINES and places <= PLAIN_FILES:
        return Tier.DEEPSEEK
    if lines <= KNOWN_LINES and places <= KNOWN_FILES:
        return Tier.DEEPSEEK_REVIEWED
    return Tier.GPT_5


def route(failure: Failure, found: Fingerprint, rungs: Sequence[Rung], *, sensitive: bool) -> list[Rung]:
    """The rungs to climb, from where the failure begins, else the last one that there is.

    Of something sensitive the strongest tier, or none.
    """
    order = [*Tier]
    first = order.index(Tier.GPT_5 if sensitive else begins(failure, found))
    climbed = [rung for rung in rungs if order.index(rung.tier) >= first]
    return climbed if climbed or sensitive else [*rungs[-1:]]
