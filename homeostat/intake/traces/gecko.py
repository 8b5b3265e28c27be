"""The stacks of Firefox and Safari: `function@url:line:column`, and no error in sight."""

from __future__ import annotations

import re
from collections.abc import Sequence

from homeostat.intake.reading import Reading, error_above, place
from homeostat.records import Frame

_NATIVE = "[native code]"
_URL = re.compile(
    r"[a-z][a-z0-9+.-]{1,40}://\S+:[0-9]{1,9}|[\w.-]+\.(?:jsbundle|bundle|hbc):[0-9]{1,9}:[0-9]{1,9}"
)
_BARE = re.compile(r"self-hosted|debugger eval code|[\w.-]+\.(?:jsbundle|bundle|hbc|[cm]?[jt]sx?)")
"""Files without a folder: of the engine itself, of its console, of React Native, of a shell."""
_CONSOLE = re.compile(
    r"\s{2,20}(?P<function>[\w$.<>/*]{1,200}) "
    r"(?P<where>[a-z][a-z0-9+.-]{1,40}://[^\s/?]{0,200}/[^\s?]{0,400}\.[a-z]{1,10}(?:\?\S{0,300})?"
    r":[0-9]{1,9}(?::[0-9]{1,9})?)"
)
"""As Firefox's console is copied."""

_EVAL = re.compile(r"(?P<file>.+?) line (?P<line>[0-9]{1,9}) > (?:eval|Function)\b.*")


def read(lines: Sequence[str]) -> Reading | None:
    """Every frame of the text, the first stack first."""
    start = next((at for at, line in enumerate(lines) if frame(line)), None)
    if start is None:
        return None
    frames = tuple(found for found in map(frame, lines[start:]) if found)
    error = error_above(lines[:start])
    return Reading("javascript", error.type, error.message, frames)


def frame(line: str) -> Frame | None:
    """One frame, with or without a function."""
    text = line.strip()
    if _URL.fullmatch(text):
        return place(text)
    copied = _CONSOLE.fullmatch(line)
    if copied:
        found = place(copied["where"])
        return found._replace(function=copied["function"]) if found else None
    function, at, where = _split(text)
    if not at:
        return None
    found = Frame(_NATIVE) if where == _NATIVE else _place(where)
    return Frame(found.file, found.line, found.column, function or None) if found else None


def _split(text: str) -> tuple[str, str, str]:
    """At the first `@` that is not within quotes: a property's name may hold one."""
    function, at, where = text.partition("@")
    while at and function.count('"') % 2:
        more, at, where = where.partition("@")
        function = f"{function}@{more}"
    return function, at, where


def _place(where: str) -> Frame | None:
    evaluated = _EVAL.fullmatch(where)
    if evaluated:
        return Frame(evaluated["file"], int(evaluated["line"]))
    found = place(where)
    if found is None:
        return None
    name = found.file.rpartition("/")[2]
    addressed = "/" in found.file and ("://" in found.file or not any(blank in found.file for blank in " \t"))
    absolute = found.file[:1] == "/" or name == found.file
    return found if addressed or (absolute and _BARE.fullmatch(name)) else None
