"""Requests as lines of JSON: one record a line, and one sentence for a line that is none."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TypeVar

import msgspec

from homeostat.errors import ConfigError

T = TypeVar("T")


def whole(text: str) -> str:
    """A text that can be written: half a character, which JSON can escape, becomes `?`."""
    return text if text.isascii() else text.encode(errors="replace").decode()


def requests(lines: Iterable[bytes], shape: type[T]) -> Iterator[T]:
    """Each line of standard input as a record. Raises ConfigError with the number of the line."""
    decoder = msgspec.json.Decoder(shape)
    for number, line in enumerate(lines, start=1):
        if line.strip():
            try:
                yield decoder.decode(line.decode(errors="replace").encode(errors="replace"))
            except (msgspec.MsgspecError, RecursionError) as error:
                raise ConfigError(f"standard input, line {number}: {error}.") from error


@dataclass(frozen=True, slots=True)
class Raised:
    """An error, as far as a line of JSON tells of it."""

    type: str = ""
    message: str = ""

    @property
    def said(self) -> str:
        """As it was raised."""
        return f"{self.type}: {self.message}"
