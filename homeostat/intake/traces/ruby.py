"""Ruby's backtraces, also JRuby's: the error stands in the first line, behind its place."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import takewhile

from homeostat.intake.reading import Heading, Reading, error_above
from homeostat.records import Frame

_FRAME = re.compile(
    r"\s*+(?:[0-9]{1,6}: |# )?(?:from )?(?P<file>\S.*?):(?P<line>[0-9]{1,9})"
    r":in [`'](?P<function>[^'`]{0,300})'(?:: (?P<error>.*))?"
)
_OTHERS = (
    re.compile(r"\s*(?:at )?(?P<function>\S[^()]*)\((?P<file>[^()]+\.rb):(?P<line>[0-9]{1,9})\)"),
    re.compile(
        r"\s*+(?P<function>\S.*) at (?P<file>(?:(?! at )[^:]){1,400}\.(?:rb|java)):(?P<line>[0-9]{1,9})"
    ),
)
"""How JRuby prints a frame: as the JVM does, or with the function in front."""

_BARE = re.compile(
    r"\s*+(?:from )?(?P<file>(?! )(?:\.{0,2}/|[A-Za-z]:[/\\])?[\w@.+~ /\\-]+\.\w{1,8})"
    r":(?P<line>[0-9]{1,9})(?:: (?P<error>.*))?"
)
_NUMBERED = re.compile(r"\s*[0-9]{1,6}: from ")
_MISSPELT = re.compile(r"\((?:\w+::)*SyntaxError\)$")
_LOGGED = re.compile(r"(?P<type>[A-Z]\w*(?:::\w+)*) \((?P<message>.*?)\):?")
_TYPE = re.compile(r"(?P<message>.*) \((?P<type>[A-Z][\w:]*)\)", re.DOTALL)


def read(lines: Sequence[str]) -> Reading | None:
    """All frames, innermost first, whichever way up Ruby was told to print them."""
    matches = [(at, found) for at, line in enumerate(lines) if (found := _match(line))]
    if not any(found.re is not _BARE or _MISSPELT.search(found["error"] or "") for _, found in matches):
        return None
    if _NUMBERED.match(matches[0][1][0]):
        matches.reverse()
    frames = _as_ruby_34([_frame(found) for _, found in matches])
    told = [place for place, (_, found) in enumerate(matches) if _told(found)]
    if told:
        at, found = matches[told[0]]
        error = _error(found["error"], lines[at + 1 :])
    else:
        error = _above(lines[: matches[0][0]])
    if not told[1:]:
        return Reading("ruby", error.type, error.message, frames)
    at, found = matches[told[-1]]
    cause = _error(found["error"], lines[at + 1 :]).type
    return Reading("ruby", error.type, error.message, frames, told[-1], cause)


def _match(line: str) -> re.Match[str] | None:
    found = _FRAME.fullmatch(line)
    others = (match for pattern in _OTHERS if (match := pattern.fullmatch(line)))
    return found or next(others, None) or _BARE.fullmatch(line)


def _told(found: re.Match[str]) -> bool:
    return bool(found.groupdict().get("error"))


def _frame(found: re.Match[str]) -> Frame:
    name = found.groupdict().get("function")
    return Frame(found["file"], int(found["line"]), None, name or None)


def _as_ruby_34(frames: Sequence[Frame]) -> tuple[Frame, ...]:
    """Before Ruby 3.4 a function written in C stood at the line that called it: it is named as its caller."""
    callers = [*frames[1:], *frames[-1:]]
    return tuple(
        Frame(at.file, at.line, None, by.function) if (at.file, at.line) == (by.file, by.line) else at
        for at, by in zip(frames, callers, strict=True)
    )


def _above(lines: Sequence[str]) -> Heading:
    """`Type (message):`, as Rails logs it, or what any stack has above it."""
    logged = next(
        (found for line in reversed(lines[-3:]) if (found := _LOGGED.fullmatch(line.strip()))), None
    )
    return Heading(logged["type"], logged["message"]) if logged else error_above(lines)


def _error(text: str, below: Sequence[str]) -> Heading:
    """Message and type; a message of several lines names its type at the end of the first."""
    found = _TYPE.fullmatch(text)
    if found is None:
        return Heading("", text)
    rest = takewhile(lambda line: line.strip() and not _match(line), below)
    return Heading(found["type"], "\n".join([found["message"], *rest]))
