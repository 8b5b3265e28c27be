"""A repository's own past as lessons: what its fix commits changed, and the error that they name."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from homeostat.conventions import is_test, protection
from homeostat.patterns import language_of
from homeostat.records import Fix, Precedent

MOST_PIECES = 4
"""A commit that changes more places is a piece of work, and teaches nothing."""
_ERROR = re.compile(r"(?<![\w.])(?:[a-z]\w{0,60}\.){0,6}(?P<type>[A-Z]\w{1,60}(?:Error|Exception))\b")
_GENERAL = frozenset({"Error", "Exception"})


def fixes_of(message: str, places: Iterable[tuple[str, str, str]], seen_in: Precedent) -> Iterator[Fix]:
    """The lessons of a commit; `places` are (path, before, after), the lines around included."""
    product = [place for place in places if not is_test(place[0]) and not protection(place[0])]
    if not 0 < len(product) <= MOST_PIECES:
        return
    error = error_named(message)
    for path, before, after in product:
        language = language_of(path)
        if language:
            yield Fix(f"{seen_in}:{path}", language, path, before, after, seen_in, error)


def error_named(message: str) -> str | None:
    """The one type of error that a message names, or None when it names none or several."""
    found = {match["type"] for match in _ERROR.finditer(message)} - _GENERAL
    return found.pop() if len(found) == 1 else None
