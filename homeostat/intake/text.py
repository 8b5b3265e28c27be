"""Reports arrive pasted, quoted, coloured, logged and cut; readers want plain lines of bounded size."""

from __future__ import annotations

import re

from homeostat.intake.logged import unwrapped, without_stamps, without_tags
from homeostat.intake.markup import without_markup

MAX_CHARACTERS = 256 * 1024
MAX_LINES = 10_000
"""Lines of a test run."""
MAX_REPORT_LINES = 1_200
"""Lines of a report: what 500 frames of any grammar take, and more."""
MAX_LINE = 4_000
LINE_END = 1_000
"""Characters kept of the end of a line that is too long: PHP names the place there."""
ABOVE = 40
"""Lines kept above a stack: its error stands there in most languages."""
MAX_EXCERPT = 4_000

_ANSI = re.compile(r"\x1b\[[0-9;:?]{0,40}[@-~]|\x1b\][^\x07\x1b\n]{0,400}(?:\x07|\x1b\\)?")
_BARE_ANSI = re.compile(r"(?:\^\[|#033|\\u001b|\\x1b|\\033)?\[[0-9;]{1,15}m")
"""Colours whose escape was lost on the way, or written out."""

_TYPOGRAPHY = {
    **dict.fromkeys("\N{LEFT DOUBLE QUOTATION MARK}\N{RIGHT DOUBLE QUOTATION MARK}", '"'),
    **dict.fromkeys("\N{DOUBLE LOW-9 QUOTATION MARK}\N{DOUBLE HIGH-REVERSED-9 QUOTATION MARK}", '"'),
    **dict.fromkeys("\N{LEFT SINGLE QUOTATION MARK}\N{RIGHT SINGLE QUOTATION MARK}", "'"),
    **dict.fromkeys("\N{SINGLE LOW-9 QUOTATION MARK}\N{SINGLE HIGH-REVERSED-9 QUOTATION MARK}", "'"),
    **dict.fromkeys("\N{NO-BREAK SPACE}\N{NARROW NO-BREAK SPACE}", " "),
    **dict.fromkeys("\N{ZERO WIDTH SPACE}\N{ZERO WIDTH NON-JOINER}\N{ZERO WIDTH NO-BREAK SPACE}", ""),
}
"""What word processors, chats and web forms make of a program's plain characters."""

_CI_CLOCK = re.compile(r"\n[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:]{8}\.[0-9]{1,9}Z ")
_QUOTE = re.compile(r"\n[ \t]{0,20}(?:> ?){1,9}")
_QUOTED = re.compile(r"\n[ \t]{0,20}>(?! +[0-9]+ \|)")
"""A quoted line; not one that a test runner points at in a piece of code."""

_LEVELLED = re.compile(r"\A\s*(?:\[?(?:ERROR|FATAL|CRITICAL)\]?:? |error: )")
"""How a tool announces what a program printed."""

_STACKS = (
    "Traceback (most recent call last)", "tack trace:", "tacktrace:", "\n  at ", "\n    at ", "\n   at ",
    "\n\tat ", "panicked at ", "Exception in thread ", "\ngoroutine ", "Fatal error: ", "@http", "@file:",
    ":in `", ":in '",
)  # fmt: skip
"""How a stack begins, in the languages that are read."""

_CHAT_FENCE = re.compile(r"\n```(?=[^\s`])|(?<=[^\s`])```(?=\n|$)")
"""Where chats let a block of code begin and end: on its own lines."""


def plain_lines(text: str, most: int = MAX_LINES) -> list[str]:
    """Lines without colours, carriage returns or a CI log's clock; a huge text loses its middle."""
    return _cut(_CI_CLOCK.sub("\n", _plain(text))[1:].split("\n"), most)


def report_lines(text: str) -> list[str]:
    """Plain lines as the program printed them.

    Without what mail, Markdown, HTML, word processors and loggers add: quote marks, code fences, entities,
    typographic quotes, clocks and tags before each line, and the indentation that all lines share.
    """
    body = without_markup(_plain(text))
    if body.count("\n") > MAX_REPORT_LINES:
        body = "\n" + "\n".join(_cut(body[1:].split("\n"), MAX_REPORT_LINES))
    if not body.isascii():
        for typed, plain in _TYPOGRAPHY.items():
            body = body.replace(typed, plain)
    if _QUOTED.search(body):
        body = _QUOTE.sub("\n", body)
    if "`" in body:
        body = _CHAT_FENCE.sub("\n", body)
    body = _LEVELLED.sub("\n", body, count=1)
    lines = without_stamps(body)[1:].split("\n")
    if "{" in body or "\\" in body:
        lines = unwrapped(lines)
    lines = without_tags(_cut(lines, MAX_REPORT_LINES))
    if "`" in body or "~" in body:
        lines = ["" if is_fence(line) else line for line in lines]
    return _dedented(lines)


def is_fence(line: str) -> bool:
    """Whether a Markdown line opens or closes a block of code."""
    text = line.strip()
    return text.startswith(("```", "~~~")) and "`" not in text.lstrip("`")


def indentation(line: str) -> int:
    """Leading blanks; a tab counts as one."""
    return len(line) - len(line.lstrip())


def excerpt(text: str) -> str:
    """What people are shown of a trace."""
    return text.strip("\n")[:MAX_EXCERPT]


def _plain(text: str) -> str:
    """The text behind one line end, so that every line begins with one."""
    half = MAX_CHARACTERS // 2
    body = text if len(text) <= MAX_CHARACTERS else f"{text[:half]}\n{text[-half:]}"
    if "\r" in body:
        body = body.replace("\r\n", "\n").replace("\r", "\n")
    if "\x1b" in body:
        body = _ANSI.sub("", body)
    elif "[0m" in body or "[39m" in body:
        body = _BARE_ANSI.sub("", body)
    return "\n" + body.replace("\0", "")


def _cut(lines: list[str], most: int) -> list[str]:
    kept = lines if len(lines) <= most else _telling_part(lines, most)
    if max(map(len, kept)) <= MAX_LINE:
        return kept
    return [
        line if len(line) <= MAX_LINE else f"{line[: MAX_LINE - LINE_END]}{line[-LINE_END:]}" for line in kept
    ]


def _telling_part(lines: list[str], most: int) -> list[str]:
    """Both ends of a long text; where a stack begins at neither, what is around the first in between too."""
    half, fourth = most // 2, most // 4
    ends = [*lines[:half], *lines[-half:]]
    start = _first_stack(lines) if _first_stack(ends) is None else None
    if start is None:
        return ends
    above = max(start - ABOVE, fourth)
    return [*lines[:fourth], *lines[above : above + half], *lines[max(above + half, len(lines) - fourth) :]]


def _first_stack(lines: list[str]) -> int | None:
    text = "\n" + "\n".join(lines)
    found = [at for at in map(text.find, _STACKS) if at >= 0]
    return text.count("\n", 0, min(found) + 1) - 1 if found else None


def _dedented(lines: list[str]) -> list[str]:
    first = next(filter(str.strip, lines), "")
    margin = indentation(first) and min(indentation(line) for line in lines if line.strip())
    return [line[margin:].rstrip() for line in lines] if margin else [line.rstrip() for line in lines]
