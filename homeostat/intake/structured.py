"""Errors that trackers and loggers tell as JSON objects, written as the stacks that programs print."""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Iterator, Mapping
from itertools import islice
from typing import Any, NamedTuple

_TYPES = ("exc_type", "outerType", "type", "class", "errorClass", "exceptionType", "errorType", "name")
_SAID = ("exc_value", "value", "message", "outerMessage", "errorMessage", "msg")
_STACKS = ("frames", "stacktrace", "stack_trace", "stackTrace", "stack", "trace", "backtrace", "parsedStack")
_FILES = ("filename", "fileName", "file", "abs_path", "path")
_LINES = ("lineno", "lineNumber", "line")
_FUNCTIONS = ("function", "method", "name", "methodName", "func")
"""What they call an error's parts and a frame's, the likeliest first."""
_PLACE = re.compile(r"(?P<file>[^\s:()]{1,300}):(?P<line>[0-9]{1,9})")
MAX_OBJECTS = 50
"""Looked at in one text."""
MAX_FRAMES = 200


class _At(NamedTuple):
    file: str
    line: int
    function: str


def mappings(told: object) -> Iterator[Mapping[str, Any]]:
    """The objects of a text, from outside in; of a list the last first: a chain ends with what came of it."""
    waiting = deque([told])
    while waiting:
        entry = waiting.popleft()
        if isinstance(entry, dict):
            waiting.extend(entry.values())
            yield entry
        elif isinstance(entry, list):
            waiting.extend(entry[:MAX_FRAMES][::-1])


def printed(told: object) -> str | None:
    """The first object that names an error and its frames, as its language prints it."""
    for entry in islice(mappings(told), MAX_OBJECTS):
        kind, frames = _text(entry, _TYPES), _stack(entry)
        if kind and frames:
            return _as_printed(f"{kind}: {_text(entry, _SAID)}".rstrip(": "), frames)
    return None


def _text(entry: Mapping[str, Any], names: tuple[str, ...]) -> str:
    found = (entry[name] for name in names if isinstance(entry.get(name), str))
    return "\n".join(next(found, "").splitlines())[:2_000]


def _stack(error: Mapping[str, Any]) -> list[_At]:
    """The frames of an error, innermost first, from where it was raised."""
    below = (one for name in (*_STACKS, "details") for one in _listed(error.get(name)))
    for entry in (error, *(one for one in below if isinstance(one, dict))):
        for name in _STACKS:
            frames = [at for one in _listed(entry.get(name)) if (at := _frame(one))]
            if frames:
                raised = _frame(error.get("file"))
                inner = frames[::-1] if name == "frames" else frames
                return [raised, *inner] if raised else inner
    return []


def _listed(value: object) -> list[Any]:
    return value[:MAX_FRAMES] if isinstance(value, list) else [value]


def _frame(told: object) -> _At | None:
    if isinstance(told, str):
        place = _PLACE.fullmatch(told.strip())
        return _At(place["file"], int(place["line"]), "") if place else None
    if not isinstance(told, Mapping):
        return None
    file, line = _text(told, _FILES), next((told[name] for name in _LINES if name in told), None)
    known = file and "\n" not in file and isinstance(line, int) and not isinstance(line, bool)
    return _At(file, line, _text(told, _FUNCTIONS).partition("\n")[0]) if known else None  # type: ignore[arg-type]


def _as_printed(error: str, frames: list[_At]) -> str:
    """In the form of the language that the innermost file is of."""
    first = frames[0]
    if first.file.endswith(".py"):
        calls = [_in_python(at) for at in frames[::-1]]
        return "\n".join(["Traceback (most recent call last):", *calls, error])
    if first.file.endswith(".php"):
        calls = [_in_php(number, at) for number, at in enumerate(frames[1:])]
        told = f"PHP Fatal error:  Uncaught {error} in {first.file}:{first.line}"
        return "\n".join([told, "Stack trace:", *calls])
    return "\n".join([error, *map(_in_javascript, frames)])


def _in_python(at: _At) -> str:
    return f'  File "{at.file}", line {at.line}' + (f", in {at.function}" if at.function else "")


def _in_php(number: int, at: _At) -> str:
    return f"#{number} {at.file}({at.line})" + (f": {at.function}()" if at.function else "")


def _in_javascript(at: _At) -> str:
    place = f"{at.file}:{at.line}"
    return f"    at {at.function} ({place})" if at.function else f"    at {place}"
