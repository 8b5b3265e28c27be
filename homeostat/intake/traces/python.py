"""CPython's tracebacks: outermost frame first, the error below them, chains in order of time."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import takewhile

from homeostat.intake.reading import Heading, Reading, error_above, heading, is_telling
from homeostat.intake.text import indentation
from homeostat.records import Frame

_START = "Traceback (most recent call last)"
_FRAME = re.compile(
    r'\s*File (?:"(?P<file>[^"]+)", line (?P<line>[0-9]{1,9})(?:,? in (?P<function>.+))?'
    r"|(?P<path>[^\s\"].*):(?P<number>[0-9]{1,9}), in (?P<name>[^(]+)\(.*)"
)
_COMPREHENSIONS = frozenset({"<listcomp>", "<dictcomp>", "<setcomp>", "<genexpr>"})
_CRASH = "(most recent call first)"
_CAUSE = "The above exception was the direct cause of"
_REPEATED = re.compile(r"\s*\[Previous line repeated (?P<times>[0-9]{1,6}) more times?\]")
_ERROR = re.compile(r"(?P<type>[^\W\d][\w.<>]*)(?:: ?(?P<message>.*))?")
_PAGE = re.compile(r"Exception Type:\s+(?P<type>[\w.]+)(?: at .*)?\nException Value:\s*(?P<message>.*)")
"""What Django's page says below its traceback."""

_GROUP = re.compile(r"\s*(?:\+ Exception Group |\| )")
_LADDER = re.compile(r"[\s|]*(?:\| |\+[-+ ]+)")
_MEMBER = re.compile(r"\s*\+-[+-]-")
_AFTER = re.compile(
    r" ?(?:\[[\w.-]{1,40}\] {1,4})?(?:DEBUG|INFO|WARN(?:ING)?|ERROR|CRITICAL|FATAL)\b[: ]"
    r"|Call stack:|[0-9.]+ - - \[|\$ |\w+@\S+[$#] "
    r"|make(?:\[[0-9]+\])?: \*\*\*|npm ERR!|##\[|::error|error: Recipe [`'\"]|Sentry is attempting to send "
    r"|Process finished with exit code |\[Finished in [0-9.]+m?s\b|command terminated with exit code "
    r"|(?:\[[0-9]+\] )?Failed to execute script |\[PYI-[0-9]+:"
    r"|Error: Process completed|.{0,80} exited with code|\{code\}|\{noformat\}|\[/code\]|"
    r"#{1,6} |\[?[0-9]{4}-[0-9]{2}-[0-9]{2}[ T]|={3,}|-{3,}|Raised during: |During handling "
    r"|The above exception "
)
MAX_REPEATS = 10
"""A recursion is told by a few of its rounds."""


def read(lines: Sequence[str]) -> Reading | None:
    """The last traceback of a text, which is the error that stopped it; the earlier ones' frames follow."""
    blocks = [(block, stack) for block in reversed(_blocks(_flat(lines))) if (stack := _stack(block))]
    if not blocks:
        return None
    error = _error(blocks[0][0])
    if not error.type:  # some hosts print it above
        first = next((at for at, line in enumerate(lines) if _START in line or _FRAME.fullmatch(line)), 0)
        error = error_above(lines[:first])
    frames = tuple(frame for _, stack in blocks for frame in stack) + _members(lines)
    causes = list(takewhile(lambda block: any(_CAUSE in line for line in block[0]), blocks[1:]))
    root = sum(len(stack) for _, stack in blocks[: len(causes)])
    cause = _error(causes[-1][0]).type if causes else ""
    return Reading("python", error.type, error.message, frames, root, cause)


def _flat(lines: Sequence[str]) -> list[str]:
    """A group of exceptions without its ladder and its members: the group's own traceback."""
    start = next((at for at, line in enumerate(lines) if "+ Exception Group Traceback" in line), None)
    if start is None:
        return list(lines)
    own = takewhile(lambda line: not _MEMBER.match(line), lines[start:])
    ladder = max((at for at, line in enumerate(lines) if _LADDER.match(line)), default=start)
    after = lines[ladder + 1 :] if any(_START in line for line in lines[ladder + 1 :]) else []
    return [*(_GROUP.sub("", line, count=1) for line in own), *after]


def _members(lines: Sequence[str]) -> tuple[Frame, ...]:
    """The frames of a group's members, each innermost first."""
    start = next((at for at, line in enumerate(lines) if _MEMBER.match(line)), len(lines))
    bare = [_LADDER.sub("", line, count=1) for line in lines[start:]]
    return tuple(frame for block in _blocks(bare) for frame in _stack(block))


def _blocks(lines: Sequence[str]) -> list[Sequence[str]]:
    """The tracebacks of a text, without what stands above the first."""
    starts = [at for at, line in enumerate(lines) if _START in line] or [0]
    return [lines[at:end] for at, end in zip(starts, [*starts[1:], len(lines)], strict=True)]


def _stack(block: Sequence[str]) -> tuple[Frame, ...]:
    """The frames of one traceback, innermost first; a crash of the interpreter itself prints them so."""
    found = tuple(frame for _, frame in _frames(block))
    return _inlined(found if any(_CRASH in line for line in block) else found[::-1])


def _inlined(frames: tuple[Frame, ...]) -> tuple[Frame, ...]:
    """A comprehension stands in the function around it; since Python 3.12 it has no frame of its own."""
    callers = [*frames[1:], *frames[-1:]]
    return tuple(
        at
        if at.function not in _COMPREHENSIONS or at.file != by.file
        else Frame(at.file, at.line, None, by.function)
        for at, by in zip(frames, callers, strict=True)
    )


def _frames(block: Sequence[str]) -> Iterator[tuple[int, Frame]]:
    """Each frame with its line in the block."""
    last, margin = None, 0
    for at, line in enumerate(block):
        found = _FRAME.fullmatch(line)
        repeated = None if found else _REPEATED.fullmatch(line)
        if found:
            margin = margin if last else indentation(line)
            last = _frame(found)
            yield at, last
        elif repeated and last:
            yield from [(at, last)] * min(int(repeated["times"]), MAX_REPEATS)
        elif last and line.strip() and indentation(line) < margin:
            return  # the error, whose message may quote a frame


def _frame(found: re.Match[str]) -> Frame:
    if found["file"]:
        return Frame(found["file"], int(found["line"]), None, found["function"])
    return Frame(found["path"], int(found["number"]), None, found["name"])


def _error(block: Sequence[str]) -> Heading:
    """What stands below the frames of a traceback."""
    places = [at for at, _ in _frames(block)]
    last_frame, depth = places[-1], indentation(block[places[0]])
    for at in range(last_frame + 1, len(block)):
        page = _PAGE.fullmatch("\n".join(block[at : at + 2]))
        if page:
            return Heading(page["type"], _message(page["message"], block[at + 2 :]))
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
