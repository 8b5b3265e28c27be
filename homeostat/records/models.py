"""What passes between us and a language model, and what it costs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any

from homeostat.records.texts import Plain


@dataclass(frozen=True, slots=True)
class Usage:
    """Tokens as the endpoint counted them; `cached` are among `input`, reasoning is among `output`."""

    input: int
    output: int
    cached: int = 0

    @property
    def tokens(self) -> int:
        return self.input + self.output


class Stop(StrEnum):
    """Why a model stopped writing."""

    DONE = "done"
    LENGTH = "cut off at its limit of tokens"
    REFUSED = "refused by the model"
    FLOOD = "longer than any answer may be"


@dataclass(frozen=True, slots=True)
class Message:
    """One turn of a conversation; `role` is system, user or assistant."""

    role: str
    text: Plain


@dataclass(frozen=True, slots=True)
class Part:
    """One piece of what a model was shown, by the digest and the size of its text."""

    title: str
    sha256: str
    size: int
    """Bytes."""


@dataclass(frozen=True, slots=True)
class Prompt:
    """One call of a model: what it reads, and the form that its answer must have."""

    messages: tuple[Message, ...]
    form: Mapping[str, Any]
    """A JSON Schema in the subset that structured outputs know."""
    name: str
    """Of the form: letters, digits, `-` and `_`."""
    parts: tuple[Part, ...] = ()
    """Everything in it, piece by piece."""

    @property
    def size(self) -> int:
        """Bytes that are sent as text, the form's included."""
        return sum(len(one.text.encode()) for one in self.messages) + len(str(self.form))


@dataclass(frozen=True, slots=True)
class Reply:
    """What a model answered; `usage` is None where the endpoint did not say."""

    text: str
    usage: Usage | None
    stop: Stop = Stop.DONE


@dataclass(frozen=True, slots=True)
class Charge:
    """What one call of a model costs, or may cost until it is settled."""

    id: str
    at: datetime
    run: str
    repository: str
    fingerprint: str
    model: str
    amount: Decimal
    """US dollars: an upper bound before the call, and after one of unknown usage."""
    tokens: int = 0
    settled: bool = False


@dataclass(frozen=True, slots=True)
class Call:
    """One call of a model, as the leg's report tells of it."""

    tier: str
    model: str
    task: str
    """write or review."""
    cost: Decimal
    """US dollars."""
    usage: Usage | None
    seconds: float
    said: str
    """What came of it."""
    parts: tuple[Part, ...] = ()
    left_out: tuple[str, ...] = ()
    """Parts that did not fit into the tier's budget."""
