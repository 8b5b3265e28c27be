"""What loggers, containers and CI do to a stack: tags before each line, or all of it in one string."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Sequence
from itertools import islice, takewhile

from homeostat.intake.structured import MAX_OBJECTS, mappings, printed

_MONTH = r"(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[a-z]{0,6}"
_TIME = r"[0-9]{2}:[0-9]{2}:[0-9]{2}(?:[.,][0-9]{1,9})?"
_ZONE = r"(?: ?(?:Z|UTC|GMT|[+-][0-9]{2}:?[0-9]{2}))?"
_LEVEL = (
    r"(?:TRACE|DEBUG|INFO|NOTICE|WARN|WARNING|ERROR|FATAL|CRITICAL|SEVERE|EMERGENCY"
    r"|trace|debug|info|notice|warn|warning|error|fatal(?! error)|critical)\b:?(?= )"
    r"(?:(?<=INFO|WARN) (?= \S))?"
)
"""One of four letters is often filled up to the width of the others."""
_CLOCK = (
    rf"[\[(]?(?:[0-9]{{4}}[-/.][0-9]{{2}}[-/.][0-9]{{2}}[T ]{_TIME}{_ZONE}"
    rf"|[0-9]{{1,2}}[-/]{_MONTH}[-/][0-9]{{4}}[ :]{_TIME}(?: [A-Z][\w/+]{{1,30}}| [+-][0-9]{{4}})?"
    rf"|(?:[A-Z][a-z]{{2}},? )?{_MONTH} [ 0-9]?[0-9] {_TIME}(?: [0-9]{{4}})?"
    rf"|[0-9]{{2}}-[0-9]{{2}} {_TIME}"
    rf"|{_TIME}(?= ?[\[|A-Z]))[\])]?"
)
_TAG = (
    r" ?(?:\[[^\]\n]{0,80}\]|(?:[\w.@-]{1,64} )?[\w./@-]{1,64}\[[\w.-]{1,64}\]:|(?:stdout|stderr) [FP](?= )"
    rf"| *[0-9]{{1,7}} +[0-9]{{1,7}} [VDIWEF] [\w.-]{{1,40}} *:|[-|:](?= )|{_LEVEL})"
)
_SYSLOG = (
    rf"(?:<[0-9]{{1,3}}>)?{_MONTH} [ 0-9]?[0-9] {_TIME} (?:[\w.-]{{1,64}} )?"
    r"(?!\w{0,60}(?:Error|Exception)\b)[\w./@-]{1,64}(?:\[[0-9]{1,9}\])?:"
)
_STAMPED = re.compile(
    rf"\n(?=[<\[(\w])(?:{_SYSLOG}|{_CLOCK}(?:{_TAG}){{0,8}}"
    r"|(?:[\w.@-]{1,64} )?[\w.@-]{1,64}\[[0-9]{1,9}\]:) ?"
)
"""A clock and the tags behind it, or a process, with the one blank that sets them off."""

_ENDS = re.compile(
    r"(?:[\])>:!](?![\])>:!])|\N{BOX DRAWINGS LIGHT VERTICAL}|\||\t|[0-9]Z"
    r"|\b(?:ERROR|INFO|WARN|WARNING|FATAL|DEBUG)(?= ))[ \t]?| - "
)
"""How what stands before each line may end."""

_OWN = re.compile(
    r"\s*(?:at |from |File |in |#[0-9]|[0-9]+[:.] |[A-Za-z]:[\\/]|[/.<(]"
    r"|[\w.]*(?:Error|Exception)\b|Caused by|[a-z-]{2,40}://|[^\s:]{0,200}@(?:[a-z-]+:|/|\[native))"
)
"""A line that begins as a stack's own lines do: what they share is no tag."""

_MARGIN = re.compile(r"(?:[*|#+!-]|//) ")
"""What comments, tables, lists and diffs put before every line."""

_DIGITS = str.maketrans("123456789", "000000000")
LAYERS = 3
LONGEST = 200
"""Characters that a tag may have."""
SAMPLE = 200
"""Lines that are asked, of as many as there are."""
_STACKS = (
    "stack",
    "stack_trace",
    "stacktrace",
    "stackTrace",
    "trace",
    "exc_info",
    "exception",
    "log",
    "message",
    "msg",
)
"""Where loggers put a stack, the likeliest key first."""

_ESCAPED = re.compile(
    r"\\n(?:\\t|\s){0,40}"
    r"(?:at |File \\?\"|#[0-9]|from |Stack trace:|[\w./-]{1,200}:[0-9]|[^\s\\@]{0,100}@[a-z/])"
)
_ESCAPE = re.compile(r"\\([nt\"\\])")
_MEANT = {"n": "\n", "t": "\t"}


def without_stamps(body: str) -> str:
    """A text that begins with a line end, without the clocks, levels and processes before its lines.

    Where only some lines have them, each is an entry of its own, and what stands above it ended; so it is
    where a traceback begins without one.
    """
    bare, stamped = _STAMPED.subn("\n", body)
    apart = stamped * 10 < 6 * body.count("\n") or "\nTraceback (most recent call last)" in body
    return _STAMPED.sub("\n\n", body) if stamped and apart else bare


def unwrapped(lines: Sequence[str]) -> list[str]:
    """The lines of a log, each string that holds a stack as the lines that it stands for."""
    if lines[0][:1] == "{" and lines[-1][-1:] == "}":
        found = _stack_in("\n".join(lines))
        if found:
            return found.split("\n")
    return [part for line in lines for part in _unwrapped(line)]


def _unwrapped(line: str) -> Sequence[str]:
    if '{"' in line and line.rstrip().endswith("}"):
        found = _stack_in(line[line.index('{"') :])
        if found:
            return found.split("\n")
    if line[:1] == '"' and "\\n" in line:
        line = line.strip('"')
    if "\\n" in line and _ESCAPED.search(line):
        return _ESCAPE.sub(lambda found: _MEANT.get(found[1], found[1]), line).split("\n")
    return [line]


def _stack_in(text: str) -> str | None:
    """The stack that a line of JSON holds, with the error that stands beside it."""
    try:
        told = json.loads(text)
    except (ValueError, RecursionError):
        return None
    found = printed(told)
    if found:
        return found
    for entry in islice(mappings(told), MAX_OBJECTS):
        for key in _STACKS:
            stack = _lines_of(entry.get(key))
            if "\n" in stack:
                kind = str(entry.get("errorType") or "")
                headed = not kind or stack.lstrip().startswith(kind)
                return stack if headed else f"{kind}: {entry.get('errorMessage', '')}\n{stack}"
    return None


def _lines_of(value: object) -> str:
    if isinstance(value, list):
        return "\n".join(str(line).rstrip("\n") for line in value)
    return value if isinstance(value, str) else ""


def without_tags(lines: list[str]) -> list[str]:
    """Lines without what most of them begin with, digits aside: a container, a build tool, a request."""
    if not any(map(str.strip, lines[1::2])):
        lines = lines[::2]
    for _ in range(LAYERS):
        told = [line for line in lines if line.strip()]
        tag = _tag(told[:: len(told) // SAMPLE + 1])
        if not tag:
            return lines
        lines = [_untagged(line, tag) for line in lines]
    return lines


def _tag(told: Sequence[str]) -> str:
    """The longest start that ends like a tag and that most lines share with the one in the middle."""
    margin = _MARGIN.match(told[0]) if told[1:] else None
    if margin and all(line.startswith(margin[0].rstrip()) for line in told):
        return margin[0]
    if not told[2:] or sum(_OWN.match(line) is not None for line in _sample(told)) > 1:
        return ""
    masked = sorted(line[:LONGEST].translate(_DIGITS) for line in told)
    middle, best = masked[len(masked) // 2], _common(masked)
    most = len(masked) if best else 0
    for found in _ENDS.finditer(middle):
        start = middle[: found.end()]
        share = sum(line.startswith(start) or line == start.rstrip() for line in masked)
        if _OWN.match(start[len(best) :]) or share < most or share * 10 < len(masked) * 6:
            break
        if any(map(str.isalnum, start)):
            best, most = max(best, start, key=len), share
    return best


def _common(masked: Sequence[str]) -> str:
    """What all lines begin with, up to its last blank; masked lines come sorted."""
    pairs = zip(masked[0], masked[-1], strict=False)
    shared = masked[0][: sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], pairs))]
    whole = shared[: shared.rfind(" ") + 1]
    return whole if len(whole.strip()) > 1 and not _OWN.match(whole) else ""


def _sample(told: Sequence[str]) -> Iterable[str]:
    return (told[len(told) * quarter // 4] for quarter in (1, 2, 3))


def _untagged(line: str, tag: str) -> str:
    if line[: len(tag)].translate(_DIGITS) == tag:
        return line[len(tag) :]
    return "" if line[:LONGEST].translate(_DIGITS).rstrip() == tag.rstrip() else line
