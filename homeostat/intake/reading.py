"""What every reader of a trace answers, and the small grammar that they share."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from homeostat.records import Failure, Frame, Origin

INNERMOST, OUTERMOST = 400, 100
"""A deep recursion keeps this many frames of each end."""

REACH = 60
"""Lines above a stack in which its error is looked for."""

MAX_MESSAGE = 4_000
UNNAMED = "Error"
"""The type of an error whose trace does not print one, as in Firefox and Safari."""

_PLACE = re.compile(r"(?P<file>.+?)(?::(?P<line>[0-9]{1,9}))(?::(?P<column>[0-9]{1,9}))?")
_TITLE = re.compile(
    r"(?P<type>[^\W\d][\w.$\\]*(?:::[\w.$\\]+)*)(?: \[(?P<alias>[\w.$-]+)\])?"
    r"(?::(?:\s+(?P<message>\S.*)?)?)?",
    re.DOTALL,
)
_BURIED = re.compile(r"(?<![\w.$\\])(?P<type>[A-Za-z_$][\w.$\\]*(?:Error|Exception)): (?P<message>.*)")
_TELLING = re.compile(
    r".*(?:Error|Exception|ExceptionGroup|Rejection|Warning|Failure|Failed|Fault|Interrupt|Exit|Timeout)"
)
_ENGINE = re.compile(r", js engine: (?:hermes|jsc|v8|chakra)\b")
"""What React Native writes behind every message."""

_THREAD = re.compile(r'Exception in thread "[^"\n]*" ')
_PREFIXES = (
    "error: Uncaught ",
    "unhandledRejection: ",
    "uncaughtException: ",
    "Uncaught ",
    "(in promise) ",
    "Unhandled Promise Rejection: ",
    "[cause]: ",
    "Caused by: ",
)
_MAIL = frozenset({"From", "To", "Subject", "Sent", "Date", "Host", "On", "Hello", "Hi", "Dear"})
"""What begins a line of a letter or a request, and names no error."""

LANGUAGES = {
    "js": "javascript", "mjs": "javascript", "cjs": "javascript", "jsx": "javascript", "ts": "javascript",
    "tsx": "javascript", "mts": "javascript", "vue": "javascript", "svelte": "javascript",
    "py": "python", "pyx": "python", "php": "php", "java": "java", "kt": "java", "go": "go", "rb": "ruby",
    "rs": "rust", "cs": "csharp",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Reading:
    """One grammar's view of a trace: the error that surfaced, and the frames of all errors of its chain."""

    language: str
    type: str
    message: str
    frames: tuple[Frame, ...]
    root: int = 0
    """Where the frames of the error that started it all begin."""
    cause: str = ""
    """That error's type, when it is not the one that surfaced."""


@dataclass(frozen=True, slots=True)
class Heading:
    """The line that names an error."""

    type: str
    message: str


def place(text: str) -> Frame | None:
    """`file:line` or `file:line:column`."""
    found = _PLACE.fullmatch(text.strip())
    if found is None:
        return None
    column = found["column"]
    return Frame(found["file"], int(found["line"]), int(column) if column else None)


def heading(line: str) -> Heading | None:
    """`Type: message`, `Type [CODE]: message` or a type alone."""
    text = _THREAD.sub("", line.strip(), count=1)
    for prefix in _PREFIXES:
        text = text.removeprefix(prefix)
    if text[:1] == "[" and text[-1:] == "]":
        text = text[1:-1]
    found = _TITLE.fullmatch(text)
    if found is None:
        return None
    return Heading(_own_name(found["type"], found["alias"]), found["message"] or "")


def _own_name(printed: str, alias: str | None) -> str:
    # Node prints `Error [CartError]` when a class set its name late, and `Error [ERR_CODE]` for a code.
    return alias if alias and printed == "Error" and not alias.isupper() else printed


def is_telling(name: str) -> bool:
    """Whether a name says by itself that it is an error."""
    return _TELLING.fullmatch(name) is not None


def buried_heading(line: str) -> Heading | None:
    """An error named behind something else, such as a log's own columns."""
    found = _BURIED.search(line)
    return Heading(found["type"], found["message"]) if found else None


def error_above(lines: Sequence[str]) -> Heading:
    """The heading of a stack, given the lines above it; its message is taken over all its lines."""
    near = lines[-REACH:]
    for at in range(len(near) - 1, -1, -1):
        found = heading(near[at])
        if found and is_telling(found.type):
            return _continued(found, near[at + 1 :])
    for line in reversed(near):
        found = buried_heading(line) or _plain(line)
        if found:
            return found
    return Heading("", _unnamed(near))


def _unnamed(lines: Sequence[str]) -> str:
    """What stands right above a stack: an unnamed error's message, unless it introduces the stack."""
    above = lines[-1].strip() if lines else ""
    return "" if above.endswith(":") or not above.strip(" ^~-=`") else above


def _plain(line: str) -> Heading | None:
    found = heading(line)
    if not (found and found.message) or found.type in _MAIL or found.type.isupper():
        return None
    return found if re.split(r"[.:\\]", found.type)[-1][:1].isupper() else None


def _continued(found: Heading, rest: Sequence[str]) -> Heading:
    return Heading(found.type, "\n".join([found.message, *rest]).strip())


def language_of(frames: Sequence[Frame], default: str) -> str:
    """By the extension of the first file that has a known one."""
    endings = (frame.file.partition("?")[0].rpartition(".")[2].lower() for frame in frames)
    return next((LANGUAGES[ending] for ending in endings if ending in LANGUAGES), default)


def failure(reading: Reading, origin: Origin, *, excerpt: str = "", test: str | None = None) -> Failure:
    """The failure that a reading tells of."""
    return Failure(
        type=reading.type or UNNAMED,
        message=_ENGINE.sub("", reading.message)[:MAX_MESSAGE],
        frames=_bounded(reading.frames),
        root=reading.root if reading.root < INNERMOST else 0,
        cause=reading.cause,
        language=reading.language,
        origin=origin,
        tests=(test,) if test else (),
        excerpt=excerpt,
    )


def _bounded(frames: tuple[Frame, ...]) -> tuple[Frame, ...]:
    if len(frames) <= INNERMOST + OUTERMOST:
        return frames
    return frames[:INNERMOST] + frames[-OUTERMOST:]
