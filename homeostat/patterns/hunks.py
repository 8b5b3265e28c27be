"""A fix as hunks: the lines that changed and a few around them, to be found again in another file."""

from __future__ import annotations

import difflib
import re
from collections.abc import Sequence

from homeostat.records import Hunk

CONTEXT = 3
"""Lines kept on each side of a change."""
_MEANINGFUL = re.compile(r"[A-Za-z_]\w*\W+[A-Za-z_]\w*|[A-Za-z_]\w*\s*[(\[=]")


def hunks_between(before: str, after: str) -> tuple[Hunk, ...]:
    """The changes from one text to the other, in file order."""
    old, new = before.splitlines(), after.splitlines()
    opcodes = difflib.SequenceMatcher(None, old, new, autojunk=False).get_opcodes()
    return tuple(
        Hunk(
            before=tuple(old[i1:i2]),
            after=tuple(new[j1:j2]),
            context_before=tuple(old[max(0, i1 - CONTEXT) : i1]),
            context_after=tuple(old[i2 : i2 + CONTEXT]),
        )
        for tag, i1, i2, j1, j2 in opcodes
        if tag != "equal"
    )


def indent_of(line: str) -> str:
    """The white space that a line begins with."""
    return line[: len(line) - len(line.lstrip())]


def _dedented(lines: Sequence[str]) -> tuple[str, ...]:
    """Lines relative to the first one's indent, trailing white space dropped."""
    lead = indent_of(next((line for line in lines if line.strip()), ""))
    return tuple(line.removeprefix(lead).rstrip() for line in lines)


def shape(hunk: Hunk) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """What two hunks share when they say the same at another indent."""
    return _dedented(_anchor(hunk)), _dedented(hunk.after)


def _anchor(hunk: Hunk) -> tuple[str, ...]:
    """The lines that a hunk is found by: those that it replaces, or those that it goes between."""
    return hunk.before or (*hunk.context_before[-1:], *hunk.context_after[:1])


def is_meaningful(hunk: Hunk) -> bool:
    """Whether a hunk says enough to be recognised elsewhere: a lone brace or `return` does not."""
    return any(_MEANINGFUL.search(line) for line in _anchor(hunk))
