"""Rust's panics, with or without a backtrace."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

from homeostat.intake.reading import Reading, place
from homeostat.records import Frame

_PANIC = re.compile(r"thread '[^']*'(?: \([0-9]+\))? panicked at (?P<rest>.*)")
_OLD = re.compile(r"'(?P<message>.*)', (?P<place>\S+)")
_FUNCTION = re.compile(r"\s*[0-9]+: +(?:0x[0-9a-f]+ - )?(?P<function>\S.*)")


def read(lines: Sequence[str]) -> Reading | None:
    """The panic's own place when there is no backtrace, else the backtrace."""
    start = next((at for at, line in enumerate(lines) if _PANIC.fullmatch(line.strip())), None)
    if start is None:
        return None
    message, raised = _panic(lines[start : start + 2])
    frames = _backtrace(lines[start:]) or tuple(filter(None, [raised]))
    return Reading("rust", 2 * len(frames) + 1, "panic", message, frames) if frames else None


def _panic(lines: Sequence[str]) -> tuple[str, Frame | None]:
    found = _PANIC.fullmatch(lines[0].strip())
    rest = found["rest"] if found else ""
    old = _OLD.fullmatch(rest)
    if old:
        return old["message"], place(old["place"])
    return "".join(lines[1:]).strip(), place(rest.removesuffix(":"))


def _backtrace(lines: Sequence[str]) -> tuple[Frame, ...]:
    frames = []
    for above, line in pairwise(lines):
        function, text = _FUNCTION.fullmatch(above), line.strip()
        at = place(text.removeprefix("at ")) if function and text.startswith("at ") else None
        if function and at:
            frames.append(Frame(at.file, at.line, at.column, function["function"]))
    return tuple(frames)
