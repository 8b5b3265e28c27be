"""Which frame an error is the fault of: past engines, libraries, helpers that throw, and recursion."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain

from homeostat.conventions import is_test
from homeostat.fingerprint.ownership import DEPENDENCY
from homeostat.records import Frame

THROWS = re.compile(
    r"_*(?:throw|raise|panic|abort|fail|invariant|assert|die|unreachable)(?:[A-Z_0-9]\w*)?$"
    r"|\w*(?:[Rr]ethrow|raise_error|throw_error)\w*$|_*throw\w*$"
    r"|_*(?:check|require|ensure|verify|validate|enforce|expect|must)_?(?:Not|Non|Valid|State|Argument|Element|Value"
    r"|Bound|Range|Index|Position|Param|Null|Empty|Type|Size|True|False|Present)\w*$"
    r"|is(?:True|False)$|(?:not|non)_?(?:Null|Empty|Blank|Zero|Negative)\w*$"
    r"|_*report(?:[A-Z_]\w*)?$|\w*(?:Error|Exception|_error|_exception)s?$"
)
"""Names of functions whose work is to complain about what their caller did."""

_ERROR_CLASS = re.compile(r"(?:^|/)[A-Z]\w*(?:Exception|Error)s?\.\w+$")
RECURSION = 8
"""A function that stands in a stack this often is taken for a recursion without end."""


@dataclass(frozen=True, slots=True)
class Judged:
    """A frame as it was judged: why it is passed over, None when it may be the culprit."""

    frame: Frame
    dropped: str | None


def throws(frame: Frame) -> bool:
    """Whether a frame only throws on behalf of its caller: by its name, or as a method of an error class."""
    function, file = frame.function or "", frame.path or frame.file
    return THROWS.match(function) is not None or _ERROR_CLASS.search(file) is not None


@lru_cache(maxsize=16_384)
def _reason(frame: Frame, whose: str | None) -> str | None:
    if whose:
        return whose
    if is_test(frame.path or frame.file):
        return "a test"
    return "throws for its caller" if throws(frame) else None


def judged(frames: Sequence[tuple[Frame, str | None]]) -> list[Judged]:
    """Every frame with the reason why it is not the culprit."""
    return [Judged(frame, _reason(frame, whose)) for frame, whose in frames]


def culprit(frames: Sequence[tuple[Frame, str | None]]) -> Frame | None:
    """The frame to blame. `frames` come with whose code they are, None for the repository's own.

    Where none is the repository's own product code, in this order: a helper that throws, a test, a dependency
    (past helpers that throw), whatever there is.
    """
    first = next((frame for frame, whose in frames if _reason(frame, whose) is None), None)
    if first is None:
        first = _fallback(frames)
    return _settled(first, frames) if first else None


def _fallback(frames: Sequence[tuple[Frame, str | None]]) -> Frame | None:
    own = [frame for frame, whose in frames if whose is None]
    dependency = [frame for frame, whose in frames if whose == DEPENDENCY]
    wishes = (
        (frame for frame in own if not is_test(frame.path or frame.file)),
        own,
        (frame for frame in dependency if _reason(frame, None) is None),
        (frame for frame in dependency if not is_test(frame.path or frame.file)),
        dependency,
        (frame for frame, _ in frames),
    )
    return next(chain.from_iterable(wishes), None)


def _settled(first: Frame, frames: Sequence[tuple[Frame, str | None]]) -> Frame:
    """In a recursion the stack may end anywhere in its round: the same function is named each time."""
    if sum([frame.function == first.function for frame, _ in frames]) < RECURSION:
        return first
    often = Counter((frame.path, frame.function) for frame, _ in frames)
    if often[first.path, first.function] < RECURSION:
        return first
    rounds = [
        frame for frame, whose in frames if whose is None and often[frame.path, frame.function] >= RECURSION
    ]
    return min(rounds, key=lambda frame: (frame.path or "", frame.function or ""), default=first)
