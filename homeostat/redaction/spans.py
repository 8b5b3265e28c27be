"""Places to take out of a text, and how they are taken out: lines keep their number and their ends."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import NamedTuple

import re2

_MEMORY = 256 << 20
"""For an automaton of all rules, which is built as the text needs it."""
_LINE = re.compile(rb"[^\r\n]+")
PERSONAL = {
    "email": b"<EMAIL_REDACTED>",
    "phone": b"<PHONE_REDACTED>",
    "card": b"<CARD_REDACTED>",
    "ip": b"<IP_REDACTED>",
    "mac": b"<MAC_REDACTED>",
    "iban": b"<IBAN_REDACTED>",
    "ssn": b"<SSN_REDACTED>",
    "user": b"<USER_REDACTED>",
    "jwt": b"<JWT_REDACTED>",
}


class Span(NamedTuple):
    """From, to, and what stands there."""

    start: int
    end: int
    kind: str

    @classmethod
    def at(cls, place: tuple[int, int], kind: str) -> Span:
        """Of what was found at a place."""
        return cls(*place, kind)


def options() -> re2.Options:
    """Bytes as they are, so that any input survives; matching stays linear."""
    chosen = re2.Options()
    chosen.encoding = re2.Options.Encoding.LATIN1
    chosen.max_mem = _MEMORY
    chosen.log_errors = False
    return chosen


def placeholder(kind: str) -> bytes:
    """What stands for something taken out; nothing in it is ever taken out again."""
    return PERSONAL.get(kind) or f"<REDACTED:{kind}>".encode()


def merged(found: Iterable[Span]) -> list[Span]:
    """In order of place, each byte once: where two overlap, the first in `found` names both."""
    ranked = sorted(enumerate(found), key=lambda one: (one[1].start, one[0]))
    kept = list[tuple[int, Span]]()
    for rank, span in ranked:
        if kept and span.start < kept[-1][1].end:
            before, last = kept[-1]
            kind = last.kind if before <= rank else span.kind
            kept[-1] = min(before, rank), Span(last.start, max(last.end, span.end), kind)
        else:
            kept.append((rank, span))
    return [span for _, span in kept]


def replaced(data: bytes, spans: Iterable[Span]) -> bytes:
    """The data with a placeholder in each place, and in each line of it."""
    pieces, at = list[bytes](), 0
    for start, end, kind in spans:
        put = placeholder(kind)
        pieces += [data[at:start], _LINE.sub(lambda _, put=put: put, data[start:end])]  # type: ignore[misc]
        at = end
    return b"".join([*pieces, data[at:]])
