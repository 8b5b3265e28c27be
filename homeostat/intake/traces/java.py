"""The stacks of the JVM: the outer error first, its causes below."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

from homeostat.intake.reading import Reading, error_above
from homeostat.records import Frame

_LINE = re.compile(
    r"(?P<margin>\s*+)(?:at (?P<function>[^()]{1,600}+)\("
    r"(?:(?P<file>[^\s():/\\.]{1,200}+\.(?:java|kt|kts|scala|groovy|clj|cljc|jsp)|SourceFile)"
    r"(?::(?P<line>[0-9]{1,9}))?|(?P<where>Native Method|Unknown Source|Unknown|<generated>))\)"
    r"|(?P<next>Caused by|Suppressed|Wrapped by): (?P<error>[^\s:]{1,300}))"
)


class _Next(NamedTuple):
    """The line between two stacks of a chain."""

    margin: int
    suppressed: bool
    error: str


def read(lines: Sequence[str]) -> Reading | None:
    """The outermost error, its frames and those of its causes, as printed."""
    rows = list(map(_row, lines))
    told = [row for row in rows if row]
    frames = tuple([row for row in told if isinstance(row, Frame)])
    if not frames:
        return None
    error = error_above(lines[: rows.index(frames[0])])
    chain = _root(told) if len(told) > len(frames) else (0, "")
    return Reading("java", error.type, error.message, frames, *chain)


def _root(rows: Sequence[Frame | _Next]) -> tuple[int, str]:
    """How many frames stand above those of the last cause, and its type; what was suppressed is none."""
    root, cause, frames = 0, "", 0
    told, aside = "", -1
    for row in rows:
        if isinstance(row, _Next):
            aside = row.margin if row.suppressed else aside if 0 <= aside <= row.margin else -1
            told = "" if aside >= 0 else row.error
            continue
        if told:
            root, cause, told = frames, told, ""
        frames += 1
    return root, cause


@lru_cache(maxsize=4_096)
def _row(line: str) -> Frame | _Next | None:
    """What a line says. The traces of one program share most of their lines: each is read once."""
    found = _LINE.match(line)
    if found is None:
        return None
    margin, function, file, number, where, following, error = found.groups()
    if following:
        return _Next(len(margin), following == "Suppressed", error)
    # A class loader's and a module's name stand before the class: `app//shop.Cart`, `java.base@17/java.lang`.
    name = function.rpartition("/")[2] if "/" in function and "$$Lambda" not in function else function
    return Frame(file or where, int(number) if number else None, None, name)
