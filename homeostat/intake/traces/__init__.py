"""Readers of stack traces, one file a grammar; the one that recognises most of a text reads it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from homeostat.intake.reading import Reading
from homeostat.intake.traces import csharp, gecko, go, java, javascript, php, python, ruby, rust

READERS: Mapping[str, Callable[[Sequence[str]], Reading | None]] = {
    "python": python.read,
    "php": php.read,
    "java": java.read,
    "csharp": csharp.read,
    "go": go.read,
    "rust": rust.read,
    "ruby": ruby.read,
    "v8": javascript.read,
    "gecko": gecko.read,
}
"""In the order of preference when two recognise equally much."""


def best_reading(lines: Sequence[str]) -> Reading | None:
    """The reading with the highest score; None when no grammar finds a frame."""
    readings = [found for read in READERS.values() if (found := read(lines))]
    return max(readings, key=lambda reading: reading.score, default=None)
