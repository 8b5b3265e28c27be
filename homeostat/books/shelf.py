"""All files of the state branch as one record: what cannot be read is named, and the rest is used."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

import msgspec

from homeostat import books
from homeostat.books import soundness
from homeostat.books.sifting import BROKEN
from homeostat.errors import LedgerError
from homeostat.outbound import one_line
from homeostat.records import Attempts, Charge, Library, LogLine, SetAside, Shelf

_ATTEMPTS = re.compile(r"attempts/([^/]+/[^/]+)\.json")
_COSTS = re.compile(r"costs/\d{4}-\d\d\.json")
_LOG = re.compile(r"runs/\d{4}-\d\d\.jsonl")
_LINE = msgspec.json.Decoder(LogLine)
LONGEST_LINE = 1_000_000
"""Bytes; real ones have a thousand."""


@dataclass(slots=True)
class _Reading:
    """Files on their way in."""

    attempts: dict[str, Attempts] = field(default_factory=dict)
    library: Library = field(default_factory=Library)
    charges: dict[str, Charge] = field(default_factory=dict)
    log: list[LogLine] = field(default_factory=list)
    set_aside: dict[str, tuple[SetAside, ...]] = field(default_factory=dict)
    unread: dict[str, str] = field(default_factory=dict)

    def take(self, path: str, text: bytes) -> tuple[SetAside, ...]:
        """Read one file; what it sets aside. Raises LedgerError."""
        found = _ATTEMPTS.fullmatch(path)
        if found:
            attempts = books.parse_attempts(text, path)
            self.attempts[found[1]] = attempts
            return attempts.set_aside
        if path == books.LIBRARY_PATH:
            self.library = books.parse_library(text, path)
            return self.library.set_aside
        if _COSTS.fullmatch(path):
            charges, aside = books.parse_costs(text, path)
            self.charges |= {charge.id: charge for charge in charges}
            return aside
        if _LOG.fullmatch(path):
            read = [*_lines(text)]
            self.log += [line for line in read if isinstance(line, LogLine)]
            return tuple(line for line in read if isinstance(line, SetAside))
        return ()


def parse_shelf(files: Mapping[str, bytes]) -> Shelf:
    """The ledger in files, by their paths. Nothing that stands in them raises."""
    reading = _Reading()
    for path, text in sorted(files.items()):
        try:
            aside = reading.take(path, text)
        except LedgerError as error:
            reading.unread[path] = one_line(str(error), 400)
            continue
        if aside:
            reading.set_aside[path] = aside
    return Shelf(
        reading.attempts,
        reading.library,
        tuple(sorted(reading.charges.values(), key=lambda one: one.at)),
        tuple(sorted(reading.log, key=lambda one: one.at)),
        reading.set_aside,
        reading.unread,
    )


def _lines(text: bytes) -> Iterator[LogLine | SetAside]:
    for number, raw in enumerate(text.split(b"\n"), start=1):
        if raw.strip():
            yield _line(number, raw)


def _line(number: int, raw: bytes) -> LogLine | SetAside:
    why: str | None = f"it has {len(raw)} bytes, and no line has more than {LONGEST_LINE}"
    if len(raw) <= LONGEST_LINE:
        try:
            line = _LINE.decode(raw)
        except BROKEN as error:
            why = str(error)
        else:
            why = soundness.log_line(line)
            if why is None:
                return replace(line, reported=None) if soundness.time(line.reported) else line
    readable = one_line(str(why).encode(errors="backslashreplace").decode(), 200)
    return SetAside(f"line {number}", readable, raw[:200].decode(errors="replace"))
