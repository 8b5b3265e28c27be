"""Go's panics: two lines a frame, one stack a goroutine."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

from homeostat.intake.reading import Heading, Reading
from homeostat.records import Frame

_PANIC = re.compile(r"(?P<type>panic|fatal error): (?P<message>.*)")
_GOROUTINE = re.compile(r"goroutine [0-9]+ \[.*\]:")
_FILE = re.compile(r"\s+(?P<file>\S.*?):(?P<line>[0-9]{1,9})(?: \+0x[0-9a-f]+.*)?")


def read(lines: Sequence[str]) -> Reading | None:
    """The panic and the first goroutine, which is the one that panicked."""
    start = next((at for at, line in enumerate(lines) if _GOROUTINE.fullmatch(line.strip())), None)
    if start is None:
        return None
    frames = _frames(_until_blank(lines[start + 1 :]))
    error = _panic(lines[:start])
    return Reading("go", 2 * len(frames) + 2, error.type, error.message, frames) if frames else None


def _until_blank(lines: Sequence[str]) -> Sequence[str]:
    end = next((at for at, line in enumerate(lines) if not line.strip()), len(lines))
    return lines[:end]


def _frames(lines: Sequence[str]) -> tuple[Frame, ...]:
    pairs = ((above, _FILE.fullmatch(line)) for above, line in pairwise(lines))
    return tuple(Frame(at["file"], int(at["line"]), function=_function(above)) for above, at in pairs if at)


def _function(line: str) -> str:
    name = line.strip().removeprefix("created by ").partition(" in goroutine ")[0]
    return name.rpartition("(")[0] if name.endswith(")") else name


def _panic(lines: Sequence[str]) -> Heading:
    found = next((found for line in lines if (found := _PANIC.fullmatch(line.strip()))), None)
    return Heading(found["type"], found["message"].removesuffix(" [recovered]")) if found else Heading("", "")
