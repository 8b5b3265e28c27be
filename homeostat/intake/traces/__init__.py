"""Readers of stack traces, one file a grammar; the one whose frames a text has most of reads it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from homeostat.intake.reading import Reading
from homeostat.intake.traces import csharp, gecko, go, java, javascript, php, prose, python, ruby, rust


@dataclass(frozen=True, slots=True)
class Grammar:
    """How one family of programs prints a stack."""

    read: Callable[[Sequence[str]], Reading | None]
    marks: tuple[str, ...]
    """A stack holds one of these: counting them tells cheaply how many frames there are at most."""
    height: int = 1
    """Lines that a frame takes."""


GRAMMARS: Mapping[str, Grammar] = {
    "python": Grammar(python.read, ("File ",), 2),
    "java": Grammar(java.read, ("at ",)),
    "csharp": Grammar(
        csharp.read, ("at ", ":line ", " in ", "  bei ", "  \u00e0 ", "  en ", "  \u0432 ", "  \u5728 ")
    ),
    "php": Grammar(php.read, ("#", " on line ", "called at ", "Uncaught ", "): ", ") /", "[object] (")),
    "go": Grammar(go.read, ("goroutine ", ".go:", ".s:", ".c:"), 2),
    "rust": Grammar(rust.read, ("panicked at ", " 0: "), 2),
    "ruby": Grammar(ruby.read, (":in ", ".rb:")),
    "v8": Grammar(javascript.read, ("at ",)),
    "gecko": Grammar(gecko.read, ("@", "://", "bundle:")),
}
"""In the order of preference when a text has equally much of two."""


def best_reading(lines: Sequence[str]) -> Reading | None:
    """The reading of the grammar that recognises most lines; None when no grammar finds a frame."""
    body = "\n".join(lines)
    best, score = None, 0
    for grammar in GRAMMARS.values():
        if 2 * score > len(lines):
            break
        found = grammar.read(lines) if sum(map(body.count, grammar.marks)) * grammar.height > score else None
        if found and len(found.frames) * grammar.height > score:
            best, score = found, len(found.frames) * grammar.height
    return best or prose.read(lines)
