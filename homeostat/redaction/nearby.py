"""Values that stand apart from their names: in a field of their own, in an element, in lines below."""

from __future__ import annotations

import re
from functools import cache
from typing import NamedTuple

import re2

from homeostat.redaction.spans import options

_TAIL = r"(?i)([\w.-]{0,40})"
_OTHER = (
    r"(?:[\"']?[\w-]{1,30}[\"']?[ \t]{0,4}[:=][ \t]{0,4}[\"']?[\w./*-]{0,40}[\"']?(?:,\s{0,40}|\s{1,40}))"
)
_FIELD = (
    _TAIL + r"(?:\\?[\"'])?[ \t]{0,4},?\s{0,40}" + _OTHER + r"{0,2}"
    r"(?:\\?[\"'])?(?:value|val|content)(?:\\?[\"'])?[ \t]{0,4}[:=]\s{0,4}(\\{0,3}[\"']?)"
)
_ELEMENT = _TAIL + r"(?:[\"'][^<>\r\n]{0,100}>|</[\w.:-]{1,40}>\s{0,40}<(?:[\w.-]{1,20}:)?value>)()"
_BLOCK = _TAIL + r"(?:\\?[\"'])?[ \t]{0,4}:[ \t]{1,4}[|>][+-]?[0-9]?[ \t]{0,8}\r?\n[ \t]{1,40}()"
_NAMED = re.compile(
    rb"(?i)(?:[\s\"'{,(\[-](?:name|key|id|var|variable|field|property|parameter(?:key|name)?)(?:\\?[\"'])?"
    rb"[ \t]{0,4}[:=][ \t]{0,4}(?:\\?[\"'])?|<(?:name|key)>)[\w.:-]{0,60}\Z"
)
_INSIDE = re.compile(rb"[^<>\s]{1,600}(?=<)")
_LINE = re.compile(rb"[^\s\"'`,;<>&|(){}\[\]\\]{1,600}(?=[ \t]*(?:[\r\n]|\Z))")
MORE = re.compile(rb"(?:\r?\n[ \t]{1,40}[\w+/=.~-]{12,600}+(?=\r?\n|\Z)){0,40}")
"""What goes on in the lines below."""


class Nearby(NamedTuple):
    """Where the name ends, what opens the value and where; how it goes on, where that is known here."""

    tail: bytes
    opened: bytes
    end: int
    shape: re.Pattern[bytes] | None
    block: bool = False


@cache
def _compiled() -> tuple[re2._Regexp, ...]:
    return tuple(re2.compile(pattern.encode(), options()) for pattern in (_FIELD, _ELEMENT, _BLOCK))


def nearby(data: bytes, start: int, after: int) -> Nearby | None:
    """The value that belongs to a name of which a piece stands from `start` to `after`."""
    field, element, block = _compiled()
    most = min(len(data), after + 300)
    below = block.match(data, after, most)
    if below:
        return Nearby(below[1], b"", below.end(), _LINE, block=True)
    if not _NAMED.search(data, max(0, start - 120), start):
        return None
    beside = field.match(data, after, most)
    if beside:
        return Nearby(beside[1], beside[2], beside.end(), None)
    inside = element.match(data, after, most)
    return Nearby(inside[1], b"", inside.end(), _INSIDE) if inside else None
