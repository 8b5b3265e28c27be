"""CPython's tracebacks: outermost frame first, the error below them, chains in order of time."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import takewhile

from homeostat.intake.reading import Heading, Reading, heading, is_telling
from homeostat.intake.text import indentation
from homeostat.records import Frame

_START = "Traceback (most recent call last):"
_FRAME = re.compile(r'\s*File "(?P<file>[^"]+)", line (?P<line>[0-9]{1,9})(?:, in (?P<function>.+))?')
_ERROR = re.compile(r"(?P<type>[^\W\d][\w.<>]*)(?:: ?(?P<message>.*))?")
_GROUP = re.compile(r"\s*(?:\+ Exception Group |\| )")
_MEMBER = re.compile(r"\s*\+-[+-]-")
_AFTER = re.compile(
    r"#{1,6} |\[?[0-9]{4}-[0-9]{2}-[0-9]{2}[ T]|={3,}|-{3,}|During handling |The above exception "
)


def read(lines: Sequence[str]) -> Reading | None:
    """The last traceback of a text, which is the error that stopped it."""
    block = _last_block(_flat(lines))
    places = [(at, found) for at, line in enumerate(block) if (found := _FRAME.fullmatch(line))]
    if not places:
        return None
    frames = tuple(
        Frame(found["file"], int(found["line"]), function=found["function"]) for _, found in reversed(places)
    )
    error = _error(block, places[-1][0])
    return Reading("python", 2 * len(places) + 1, error.type, error.message, frames)


def _flat(lines: Sequence[str]) -> list[str]:
    """A group of exceptions without its ladder and its members: the group's own traceback."""
    start = next((at for at, line in enumerate(lines) if "+ Exception Group Traceback" in line), None)
    if start is None:
        return list(lines)
    own = takewhile(lambda line: not _MEMBER.match(line), lines[start:])
    return [_GROUP.sub("", line, count=1) for line in own]


def _last_block(lines: Sequence[str]) -> Sequence[str]:
    starts = [at for at, line in enumerate(lines) if line.strip().endswith(_START)]
    return lines[starts[-1] :] if starts else lines


def _error(block: Sequence[str], last_frame: int) -> Heading:
    depth = indentation(block[last_frame])
    for at in range(last_frame + 1, len(block)):
        found = _ERROR.fullmatch(block[at].strip())
        if found and (indentation(block[at]) < depth or _stands_alone(block[at])):
            return Heading(found["type"], _message(found["message"] or "", block[at + 1 :]))
    return Heading("", "")


def _stands_alone(line: str) -> bool:
    """Whether a line names an error even in a paste that has lost its indentation."""
    found = heading(line)
    return found is not None and is_telling(found.type) and bool(found.message) and line[:1].strip() != ""


def _message(first: str, rest: Sequence[str]) -> str:
    kept = [first]
    for at, line in enumerate(rest):
        goes_on = line.strip() or "".join(rest[at + 1 : at + 2]).startswith(" ")
        if not goes_on or _AFTER.match(line):
            break
        kept.append(line)
    return "\n".join(kept).rstrip()
