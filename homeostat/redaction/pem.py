"""Private keys in blocks of lines: PEM, OpenPGP, SSH2, PuTTY; also quoted, escaped or cut off."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

import re2

from homeostat.redaction.spans import Span, options

_BEGIN = r"-----? ?BEGIN[ A-Z0-9_]{0,40}PRIVATE KEY(?: BLOCK)? ?-----?|PuTTY-User-Key-File-\d: [^\r\n]{1,60}"
_END = r"-----? ?END[ A-Z0-9_]{0,40}PRIVATE KEY(?: BLOCK)? ?-----?|Private-MAC: ?[0-9a-f]{40,64}"
_CUT_OFF = (
    r"(?:(?:\s|\\+[nr]|[\"'+,>|#*-])*[A-Za-z0-9+/=]{16,200})+(?:(?:\s|\\+[nr])*[A-Za-z0-9+/]{1,200}={0,2})?"
)
LONGEST = 32_768
"""Bytes between the first and the last line."""


@cache
def _compiled() -> tuple[re2._Regexp, ...]:
    return tuple(re2.compile(pattern.encode(), options()) for pattern in (_BEGIN, _END, _CUT_OFF))


def begun(data: bytes) -> Iterator[Span]:
    """Each first line of a key, whatever follows."""
    for match in _compiled()[0].finditer(data):
        yield Span.at(match.span(), "private-key")


def found(data: bytes) -> Iterator[Span]:
    """Each key from its first line to its last, or as far as it goes on."""
    begin, end, cut_off = _compiled()
    ends = (
        [match.span() for match in end.finditer(data)] if b"PRIVATE KEY" in data or b"PuTTY" in data else []
    )
    number, done = 0, 0
    for match in begin.finditer(data) if ends or b"PRIVATE KEY" in data or b"PuTTY" in data else ():
        if match.start() < done:
            continue
        while number < len(ends) and ends[number][0] < match.end():
            number += 1
        if number < len(ends) and ends[number][0] - match.end() <= LONGEST:
            done = ends[number][1]
            yield Span(match.start(), done, "private-key")
        else:
            body = cut_off.match(data, match.end(), min(len(data), match.end() + LONGEST))
            if body:
                done = body.end()
                yield Span(match.start(), done, "private-key")
