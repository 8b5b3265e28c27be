"""The message with what changes from one occurrence to the next taken out.

One pass, one alternation: at each place the first pattern of the table that matches wins, so the order
below is the rule. Every pattern is linear: no repeat stands inside another over the same characters.
"""

from __future__ import annotations

import re

PATTERNS = {
    "uuid": r"\b[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}\b",
    "url": r"\b[a-z][a-z0-9+.-]{1,20}://[^\s'\"<>)\]]+",
    "email": r"\b[\w.+-]{1,64}@[\w-]{1,63}\.[\w.-]{1,190}\b",
    "datetime": r"\b\d{4}-\d\d-\d\d[T ]\d\d:\d\d(?::\d\d(?:[.,]\d{1,9})?)?(?:Z|[+-]\d\d:?\d\d)?",
    "date": r"\b\d{4}[-/]\d\d[-/]\d\d\b|\b\d{1,2}[./]\d{1,2}[./]\d{4}\b",
    "time": r"\b\d\d:\d\d(?::\d\d(?:[.,]\d{1,9})?)?Z?\b",
    "ip": r"\b\d{1,3}\.\d{1,3}\.\d{1,3}\.\d{1,3}\b",
    "path": r"(?<![\w.:/\\])(?:[A-Za-z]:)?(?:\.{0,2}[/\\][\w.@+~-]+){2,}[/\\]?",
    "hex": r"\b0[xX][0-9a-fA-F]+\b",
    "hash": r"\b(?=[0-9a-fA-F]{0,63}[0-9])(?=[0-9a-fA-F]{0,63}[a-fA-F])[0-9a-fA-F]{7,64}\b",
    "number": (
        r"(?<![\w.])[-+]?\d+(?:\.\d+)?(?:[eE][-+]?\d+)?(?=(?:[mun]?s|[kKMG]i?B|B)?(?!\w))"
        r"|(?<=[a-z_])\d{3,}\b"
    ),
}
"""Placeholder to pattern, first match wins."""

_ANY = re.compile("|".join(f"(?P<{name}>{pattern})" for name, pattern in PATTERNS.items()))
MAX_MESSAGE = 4_000
"""Characters of a message that identify it; the rest is payload."""


def template(message: str) -> str:
    """Replace what varies by `<kind>`; names in quotes stay, white space is folded."""
    folded = " ".join(message[:MAX_MESSAGE].split())
    return _ANY.sub(lambda found: f"<{found.lastgroup}>", folded)
