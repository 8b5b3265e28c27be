"""The JVM's stacks: the outer error first, its causes below."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import takewhile

from homeostat.intake.reading import Reading, heading_above
from homeostat.records import Frame

_FRAME = re.compile(
    r"\s*at (?P<function>[\w.$<>/@-]+)\((?:(?P<file>[\w$.-]+\.(?:java|kt|scala|groovy|clj))"
    r"(?::(?P<line>[0-9]{1,9}))?|(?P<where>Native Method|Unknown Source|<generated>))\).*"
)
_NEXT = re.compile(r"\s*(?:Caused by: |Suppressed: |Wrapped by: )")
_THREAD = re.compile(r'Exception in thread "[^"]*" ')


def read(lines: Sequence[str]) -> Reading | None:
    """The outermost error and its own frames."""
    lines = [_THREAD.sub("", line, count=1) for line in lines]
    start = next((at for at, line in enumerate(lines) if _FRAME.fullmatch(line)), None)
    if start is None:
        return None
    own = takewhile(lambda line: not _NEXT.match(line), lines[start:])
    frames = tuple(_frame(found) for found in map(_FRAME.fullmatch, own) if found)
    error = heading_above(lines, start)
    return Reading("java", len(frames) + 1, error.type, error.message, frames)


def _frame(found: re.Match[str]) -> Frame:
    line = int(found["line"]) if found["line"] else None
    return Frame(found["file"] or found["where"], line, function=found["function"].rpartition("/")[2])
