"""A place named in a sentence, as in `logic.js:34`: what is left when no stack was pasted."""

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
_PLACE = re.compile(
    rf"(?<![\w./\\@~:-])(?P<file>[\w./\\@~-]{{1,400}}\.(?:{_EXTENSIONS})):(?P<line>[0-9]{{1,9}})(?::(?P<column>[0-9]{{1,9}}))?(?!\w)"
)


def read(lines: Sequence[str]) -> Reading | None:
    """The first line that names a source file's line, with the error that stands above it or in it."""
    found = next((found for line in lines if (found := _PLACE.search(line))), None)
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
