""".NET's stacks: `at Method(arguments) in file:line N`."""

from __future__ import annotations

import re
from collections.abc import Sequence

from homeostat.intake.reading import Reading, heading_above
from homeostat.records import Frame

_FRAME = re.compile(r"\s*at (?P<function>[^\s(]+)\([^()]*\)(?: in (?P<file>.+):line (?P<line>[0-9]{1,9}))?")
_UNHANDLED = re.compile(r"Unhandled [Ee]xception[.:] ")


def read(lines: Sequence[str]) -> Reading | None:
    """The first run of frames; it must name a C# file or look like nothing else."""
    lines = [_UNHANDLED.sub("", line, count=1) for line in lines]
    matches = [(at, found) for at, line in enumerate(lines) if (found := _FRAME.fullmatch(line))]
    if not any(found["file"] for _, found in matches):
        return None
    frames = tuple(_frame(found) for _, found in matches)
    error = heading_above(lines, matches[0][0])
    return Reading("csharp", len(frames) + 1, error.type, error.message, frames)


def _frame(found: re.Match[str]) -> Frame:
    line = int(found["line"]) if found["line"] else None
    return Frame(found["file"] or "", line, function=found["function"])
