"""The run's own secrets in every form in which a text may carry them."""

from __future__ import annotations

import base64
import html
import json
import re
from collections.abc import Iterable, Iterator

import re2

from homeostat.redaction.spans import PERSONAL, Span, options, placeholder

SHORTEST = 6
"""Characters of a value that is looked for; a shorter one stands in ordinary words."""
_PLACEHOLDERS = b" ".join([*PERSONAL.values(), placeholder("known")])
_GAP = r"""(?:[\s"'`+,]|\\+(?:[nrt]|u[0-9a-fA-F]{4})?)*"""
"""Between the characters of a value that was folded, quoted in pieces, joined or filled with escapes."""
_UNRESERVED = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~"
_LONGEST_SPLIT = 512
"""Characters of a value that is looked for in pieces."""


class Known:
    """An automaton for all forms of some values."""

    def __init__(self, values: Iterable[str]) -> None:
        wanted = {part for value in values for part in _parts(value)}
        forms = sorted(
            {form for value in wanted for form in _forms(value)}, key=lambda form: (-len(form), form)
        )
        patterns = [_literal(form) for form in forms] + [_split(value) for value in sorted(wanted)]
        self._any = re2.compile("|".join(patterns).encode("latin-1"), options()) if patterns else None

    def found(self, data: bytes) -> Iterator[Span]:
        """Where they stand, in whatever form."""
        for match in self._any.finditer(data) if self._any else ():
            yield Span.at(match.span(), "known")


def _parts(value: str) -> Iterator[str]:
    """The value, and each long line of it."""
    for part in (value, *value.splitlines()):
        stripped = part.strip()
        if len(stripped) >= SHORTEST and stripped.encode("utf-8", "surrogatepass") not in _PLACEHOLDERS:
            yield stripped


def _forms(value: str) -> Iterator[bytes]:
    raw = value.encode("utf-8", "surrogatepass")
    yield raw
    yield value[::-1].encode("utf-8", "surrogatepass")
    safe = raw.decode("utf-8", "replace")
    escaped = json.dumps(safe)[1:-1]
    texts = (
        escaped,
        escaped.replace("/", "\\/"),
        json.dumps(safe, ensure_ascii=False)[1:-1],
        json.dumps(escaped)[1:-1],
        html.escape(safe),
    )
    for text in texts:
        yield text.encode()
    for mark, kept in (
        ("%%%02X", b""),
        ("%%%02x", b""),
        ("%%%02X", b"/"),
        ("%%%02x", b"/"),
        ("%%25%02X", b""),
    ):
        in_address = "".join(chr(byte) if byte in _UNRESERVED + kept else mark % byte for byte in raw)
        yield in_address.encode()
        yield in_address.replace("%20", "+").encode()
    for base in (raw, raw + b"\n"):
        yield from _base64(base)


def _base64(raw: bytes) -> Iterator[bytes]:
    """What of it is the same wherever it stands in something larger, for each of three places."""
    for before in range(3):
        encoded = base64.b64encode(b"\0" * before + raw).rstrip(b"=")
        whole = encoded[: len(encoded) - (1 if (before + len(raw)) % 3 else 0)]
        core = whole[(0, 2, 3)[before] :]
        yield core
        yield core.translate(bytes.maketrans(b"+/", b"-_"))


def _literal(form: bytes) -> str:
    """The form as a pattern; base64 and hex take their ends along."""
    return re.escape(form).decode("latin-1")


def _split(value: str) -> str:
    """The value in hex or in percents, with or without marks between; and folded or joined from pieces."""
    raw = value.encode("utf-8", "surrogatepass")
    octets = r"(?:\\+x|0x|[%:, -])?".join(f"{byte:02x}" for byte in raw)
    if len(raw) > _LONGEST_SPLIT:
        return f"(?i:{octets})"
    return f"(?i:{octets})|{_GAP.join(re.escape(bytes([byte])).decode('latin-1') for byte in raw)}"
