"""An answer as it comes, whole or in pieces, read strictly where money hangs on it and gently elsewhere."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Any

import msgspec

from homeostat.errors import CutOffError
from homeostat.records import Reply, Stop, Usage

MOST_CHARACTERS = 200_000
"""Of one answer's text."""
MOST_TOKENS = 10_000_000
"""Of a count that can be meant; no model reads or writes as many."""
GAVE_UP = "insufficient_system_resource"
"""How DeepSeek says that it stopped in the middle: https://api-docs.deepseek.com/api/create-chat-completion"""
_STOPS = {"length": Stop.LENGTH, "content_filter": Stop.REFUSED}
_Count = Annotated[int, msgspec.Meta(ge=0, le=MOST_TOKENS)]


class _Said(msgspec.Struct):
    content: str | None = None
    refusal: str | None = None


class _Choice(msgspec.Struct):
    message: _Said | None = None
    delta: _Said | None = None
    finish_reason: str | None = None


class _Piece(msgspec.Struct):
    choices: list[_Choice] | None = None
    usage: Any = None


class _Cached(msgspec.Struct):
    cached_tokens: _Count | None = None


class _Counted(msgspec.Struct):
    prompt_tokens: _Count
    completion_tokens: _Count
    prompt_tokens_details: _Cached | None = None
    prompt_cache_hit_tokens: _Count | None = None
    """DeepSeek's name."""


@dataclass
class Answer:
    """What came so far."""

    provider: str
    text: str = ""
    refusal: str = ""
    usage: Usage | None = None
    ending: str | None = None
    begun: bool = False

    @property
    def size(self) -> int:
        return len(self.text) + len(self.refusal)

    @property
    def floods(self) -> bool:
        return self.size > MOST_CHARACTERS

    def add(self, piece: object) -> None:
        """Take in one piece of JSON. Raises ValueError where it is not of OpenAI's shape."""
        found = msgspec.convert(piece, _Piece)
        if found.usage is not None:
            self.usage = _usage(found.usage)
        for choice in (found.choices or [])[:1]:
            self.ending = choice.finish_reason or self.ending
            if said := choice.message or choice.delta:
                self.begun = True
                self.text += said.content or ""
                self.refusal += said.refusal or ""

    def reply(self) -> Reply:
        """All of it. Raises CutOffError when it is known to lack its end."""
        if self.ending == GAVE_UP:
            raise CutOffError(f"{self.provider} broke off its answer: {GAVE_UP}")
        text = _valid(self.refusal or self.text)
        if self.floods:
            return Reply(text[:MOST_CHARACTERS], self.usage, Stop.FLOOD)
        stop = Stop.REFUSED if self.refusal else _STOPS.get(self.ending or "", Stop.DONE)
        return Reply(text, self.usage, stop)


def _valid(text: str) -> str:
    """Text that UTF-8 can hold: pairs that were sent in two halves are joined, lone halves replaced."""
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def _usage(said: object) -> Usage | None:
    """The endpoint's own count, or None where it makes no sense: then the upper bound is booked."""
    try:
        found = msgspec.convert(said, _Counted)
    except msgspec.ValidationError:
        return None
    details = found.prompt_tokens_details
    told = details.cached_tokens if details else None
    cached = found.prompt_cache_hit_tokens if told is None else told
    if cached is not None and cached > found.prompt_tokens:
        return None
    return Usage(found.prompt_tokens, found.completion_tokens, cached or 0)
