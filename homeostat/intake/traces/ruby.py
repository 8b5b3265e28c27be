"""Ruby's backtraces: the error stands in the first line, behind its place."""

from __future__ import annotations

import re
from collections.abc import Sequence

from homeostat.intake.reading import Heading, Reading
from homeostat.records import Frame

_FRAME = re.compile(
    r"\s*(?:from )?(?P<file>\S.*?):(?P<line>[0-9]{1,9}):in [`'](?P<function>[^'`]+)'(?:: (?P<error>.*))?"
)
_TYPE = re.compile(r"(?P<message>.*) \((?P<type>[A-Z][\w:]*)\)")


def read(lines: Sequence[str]) -> Reading | None:
    """All frames, innermost first as Ruby prints them."""
    matches = [found for found in map(_FRAME.fullmatch, lines) if found]
    if not matches:
        return None
    frames = tuple(Frame(at["file"], int(at["line"]), function=at["function"]) for at in matches)
    error = _error(matches[0]["error"] or "")
    return Reading("ruby", len(frames) + 1, error.type, error.message, frames)


def _error(text: str) -> Heading:
    found = _TYPE.fullmatch(text)
    return Heading(found["type"], found["message"]) if found else Heading("", text)
