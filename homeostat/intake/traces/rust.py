"""Rust's panics, with or without a backtrace, and the backtraces of errors that were returned."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

from homeostat.intake.reading import Heading, Reading, place
from homeostat.records import Frame

_PANIC = re.compile(r"thread '[^']*'(?: \([0-9]+\))? panicked at (?P<rest>.*)")
_OLD = re.compile(r"'(?P<message>.*?)', (?P<place>[^\n']+:[0-9]{1,9}(?::[0-9]{1,9})?)(?=\n|$)", re.DOTALL)
_FUNCTION = re.compile(r"\s*[0-9]+: +(?:0x[0-9a-f]+ - )?(?P<function>\S.*)")
MAX_MESSAGE_LINES = 30
_ERROR = re.compile(r"Error: (?P<message>\S.*)")


def read(lines: Sequence[str]) -> Reading | None:
    """The panic's own place when there is no backtrace, else the backtrace."""
    start = next((at for at, line in enumerate(lines) if _PANIC.fullmatch(line.strip())), None)
    if start is None:
        frames = _backtrace(lines)
        return Reading("rust", "Error", _returned(lines), frames) if frames else None
    error, raised = _panic(lines[start:])
    frames = _with(raised, _backtrace(lines[start:]))
    return Reading("rust", error.type, error.message, frames) if frames else None


def _with(raised: Frame | None, frames: tuple[Frame, ...]) -> tuple[Frame, ...]:
    """The panic's own place first, unless the backtrace knows it: one without debug symbols may not."""
    known = raised is None or any(
        (raised.file, raised.line) == (at.file, at.line) for at in map(_plain, frames)
    )
    return frames if known or raised is None else (raised, *frames)


def _plain(frame: Frame) -> Frame:
    return Frame(frame.file.removeprefix("./"), frame.line)


def _returned(lines: Sequence[str]) -> str:
    return next((found["message"] for line in lines if (found := _ERROR.fullmatch(line.strip()))), "")


def _panic(lines: Sequence[str]) -> tuple[Heading, Frame | None]:
    found = _PANIC.fullmatch(lines[0].strip())
    rest = found["rest"] if found else ""
    quoted = "\n".join([rest, *lines[1:MAX_MESSAGE_LINES]]) if rest.startswith("'") else ""
    old = _OLD.match(quoted)
    if old:
        return Heading("panic", old["message"]), place(old["place"])
    said = []
    for line in lines[1:MAX_MESSAGE_LINES]:
        if not line.strip() or line.startswith(("stack backtrace:", "note: run with ")):
            break
        said.append(line)
    return Heading("panic", "\n".join(said).strip()), place(rest.removesuffix(":"))


def _backtrace(lines: Sequence[str]) -> tuple[Frame, ...]:
    frames = []
    for above, line in pairwise(lines):
        function, text = _FUNCTION.fullmatch(above), line.strip()
        at = place(text.removeprefix("at ")) if function and text.startswith("at ") else None
        if function and at:
            frames.append(Frame(at.file, at.line, at.column, function["function"]))
    return tuple(frames)
