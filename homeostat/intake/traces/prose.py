"""A place named in a sentence, as in `logic.js:34` or a link: what is left when no stack was pasted."""

from __future__ import annotations

import re
from collections.abc import Sequence

from homeostat.intake.reading import (
    LANGUAGES,
    Heading,
    Reading,
    buried_heading,
    heading,
    is_telling,
    language_of,
)
from homeostat.records import Frame

_EXTENSIONS = "|".join(LANGUAGES)
_FILE = rf"(?P<file>[\w./\\@~-]{{1,400}}\.(?:{_EXTENSIONS}))"
_PLACES = (
    re.compile(rf"(?<![\w./\\@~:-]){_FILE}:(?P<line>[0-9]{{1,9}})(?::(?P<column>[0-9]{{1,9}}))?(?!\w)"),
    re.compile(
        rf"(?<![\w./\\@~:-]){_FILE}(?:#L|`?,? (?:(?:on|at) )?line )(?P<line>[0-9]{{1,9}})(?P<column>)(?!\w)"
    ),
    re.compile(rf"/blob/[^/\s]{{1,100}}/{_FILE}#L(?P<line>[0-9]{{1,9}})(?P<column>)(?!\w)"),
)
"""The first that stands anywhere counts: a compiler's form before words and links."""


def read(lines: Sequence[str]) -> Reading | None:
    """The first line that names a source file's line, with the error that stands above it or in it."""
    found = next((found for form in _PLACES for line in lines if (found := form.search(line))), None)
    if found is None:
        return None
    frame = Frame(found["file"], int(found["line"]), int(found["column"]) if found["column"] else None)
    error = _error(lines)
    return Reading(language_of([frame], "unknown"), error.type, error.message, (frame,))


def _error(lines: Sequence[str]) -> Heading:
    for line in lines:
        titled = heading(line)
        if titled and is_telling(titled.type):
            return titled
        buried = buried_heading(line)
        if buried:
            return buried
    return Heading("", "")
