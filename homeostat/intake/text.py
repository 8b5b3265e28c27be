"""Reports arrive pasted, quoted, coloured and cut; readers want plain lines of bounded size."""

from __future__ import annotations

import re

MAX_CHARACTERS = 256 * 1024
MAX_LINES = 10_000
MAX_LINE = 4_000
MAX_EXCERPT = 4_000

_ANSI = re.compile(r"\x1b\[[0-9;:?]*[@-~]|\x1b\][^\x07\x1b]*(?:\x07|\x1b\\)?")
_CLOCK = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:]{8}\.[0-9]{1,9}Z ")


def plain_lines(text: str) -> list[str]:
    """Lines without colours, carriage returns or a CI log's clock; a huge text loses its middle."""
    capped = _without_middle(text).replace("\r\n", "\n").replace("\r", "\n").replace("\0", "")
    lines = _ANSI.sub("", capped).split("\n")
    kept = lines if len(lines) <= MAX_LINES else [*lines[: MAX_LINES // 2], *lines[-MAX_LINES // 2 :]]
    return [_CLOCK.sub("", line[:MAX_LINE], count=1) for line in kept]


def report_lines(text: str) -> list[str]:
    """Plain lines as the program printed them: no quote marks, no code fences, no common indentation."""
    return _dedented(["" if is_fence(line) else line for line in map(_unquoted, plain_lines(text))])


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


def _without_middle(text: str) -> str:
    half = MAX_CHARACTERS // 2
    return text if len(text) <= MAX_CHARACTERS else f"{text[:half]}\n{text[-half:]}"


def _unquoted(line: str) -> str:
    while line.lstrip().startswith(">"):
        line = line.lstrip()[1:].removeprefix(" ")
    return line


def _dedented(lines: list[str]) -> list[str]:
    margin = min((indentation(line) for line in lines if line.strip()), default=0)
    return [line[margin:].rstrip() for line in lines]
