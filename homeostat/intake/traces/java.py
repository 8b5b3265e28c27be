"""The stacks of the JVM: the outer error first, its causes below."""

from __future__ import annotations

import re
from collections.abc import Sequence

from homeostat.intake.reading import Reading, error_above
from homeostat.records import Frame

_LINE = re.compile(
    r"\n(?P<margin>[^\S\n]*+)(?:at (?P<function>[^\n()]{1,600}+)\("
    r"(?:(?P<file>[^\s():/\\.]{1,200}+\.(?:java|kt|kts|scala|groovy|clj|cljc|jsp)|SourceFile)"
    r"(?::(?P<line>[0-9]{1,9}))?|(?P<where>Native Method|Unknown Source|Unknown|<generated>))\)"
    r"|(?P<next>Caused by|Suppressed|Wrapped by): (?P<error>[^\s:]{1,300})[^\n]*)"
)
_Row = tuple[str, str, str, str, str, str, str]
"""A line's indentation, function, file, line number, other place, word for the next error, and that."""


def read(lines: Sequence[str]) -> Reading | None:
    """The outermost error, its frames and those of its causes, as printed."""
    body = "\n" + "\n".join(lines)
    rows: list[_Row] = _LINE.findall(body)
    frames = tuple([_frame(row) for row in rows if row[1]])
    if not frames:
        return None
    start = next(found.start() for found in _LINE.finditer(body) if found["function"])
    error = error_above(body[:start].split("\n"))
    return Reading("java", error.type, error.message, frames, *_root(rows))


def _root(rows: Sequence[_Row]) -> tuple[int, str]:
    """How many frames stand above those of the last cause, and its type; what was suppressed is none."""
    root, cause, frames = 0, "", 0
    told, aside = "", -1
    if not any([word for *_, word, _ in rows]):  # noqa: C419 - a list is quicker than a generator here
        return root, cause
    for margin, function, *_, word, error in rows:
        if word:
            aside = len(margin) if word == "Suppressed" else aside if 0 <= aside <= len(margin) else -1
            told = "" if aside >= 0 else error
        elif told:
            root, cause, told = frames, told, ""
        frames += bool(function)
    return root, cause


def _frame(row: _Row) -> Frame:
    _, function, file, line, where, _, _ = row
    # A class loader's and a module's name stand before the class: `app//shop.Cart`, `java.base@17/java.lang`.
    name = function.rpartition("/")[2] if "/" in function and "$$Lambda" not in function else function
    return Frame(file or where, int(line) if line else None, None, name)
