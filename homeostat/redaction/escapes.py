"""A text as it reads once colours and escapes are undone, so that what they touch is seen as well."""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass, field
from functools import cache

import re2

from homeostat.redaction.spans import Span, options

_COLOUR = (
    rb"(?:(?:\x1b|\\{1,4}(?:x1[bB]|u001[bB]|033|e))(?:\[[0-9;?]{0,20}[A-Za-z]|\([AB0])|"
    rb"\[[0-9]{1,3}(?:;[0-9]{1,3}){0,5}m|\[[0-2]?K|\(B)"
)
"""Also with its first character written out, or dropped."""
_ESCAPE = re.compile(
    rb"(" + _COLOUR + rb"++)|\\{1,4}([nrt])|(?:\\{1,4}(?:u00|x)|%(?:25){0,3})([0-9a-fA-F]{2})|"
    rb"&(?:amp;){0,2}(?:(quot|apos|amp|lt|gt)|#0{0,4}(3[49]|64)|#[xX]0{0,4}(2[27]|40));"
)
_WORD, _BEGINS = re.compile(rb"\w"), re.compile(rb"[\w/+]")
_ENTITIES = {b"quot": b'"', b"apos": b"'", b"amp": b"&", b"lt": b"<", b"gt": b">"}
_WHITE = {b"n": b"\n", b"r": b"\r", b"t": b"\t"}


@dataclass(slots=True)
class Unescaped:
    """The lines that hold an escape, without them; and where each piece of these stood."""

    text: bytes = b""
    _pieces: list[bytes] = field(default_factory=list)
    _at: list[int] = field(default_factory=lambda: [0])
    _from: list[int] = field(default_factory=list)
    _to: list[int] = field(default_factory=list)

    def add(self, piece: bytes, start: int, end: int) -> None:
        """What reads as `piece` and stood from `start` to `end`."""
        self._pieces.append(piece)
        self._from.append(start)
        self._to.append(end)
        self._at.append(self._at[-1] + len(piece))

    def close(self) -> None:
        """Join what was added."""
        self.text = b"".join(self._pieces)

    def place(self, span: Span) -> Span:
        """Where it stands in the text with its escapes."""
        first = bisect_right(self._at, span.start) - 1
        last = bisect_right(self._at, span.end - 1) - 1
        start = self._from[first] + span.start - self._at[first]
        whole = span.end == self._at[last + 1]
        end = self._to[last] if whole else self._from[last] + span.end - self._at[last]
        return Span(start, end, span.kind)


@cache
def _lines() -> re2._Regexp:
    return re2.compile(b"(?:" + _ESCAPE.pattern.replace(b"++", b"+") + rb")[^\n]*\n?", options())


def unescaped(data: bytes) -> Unescaped | None:
    """The lines that hold escapes as they read; nothing where there are none."""
    made = Unescaped()
    done = 0
    for line in _lines().finditer(data):
        done = max(data.rfind(b"\n", done, line.start()) + 1, done)
        for escape in _ESCAPE.finditer(data, line.start(), line.end()):
            start, end = escape.span()
            if done < start:
                made.add(data[done:start], done, start)
            made.add(_read(data, escape), start, end)
            done = end
        if done < line.end():
            made.add(data[done : line.end()], done, line.end())
        done = line.end()
    made.close()
    return made if done else None


def _read(data: bytes, escape: re.Match[bytes]) -> bytes:
    _, white, code, entity, number, hexadecimal = escape.groups()
    if entity:
        return _ENTITIES[entity]
    if number:
        return bytes([int(number)])
    code = code or hexadecimal
    if white:
        return _WHITE[white]
    if code:
        one = bytes.fromhex(code.decode())
        return one if one >= b" " or one in _WHITE.values() else b" "
    joined = _WORD.match(data, max(0, escape.start() - 1)) and _BEGINS.match(data, escape.end())
    return b" " if joined else b""
