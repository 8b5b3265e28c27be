"""One file for each program: what the models answer in their turns, and what kind of answer each is."""

from __future__ import annotations

import re
from collections.abc import Iterator
from enum import StrEnum
from pathlib import Path

import msgspec

from benchmarks.crashes.check import LANGUAGES, Language
from homeostat.config import Tier

HERE = Path(__file__).parent


class Kind(StrEnum):
    """What an answer is, by the one who wrote it."""

    RIGHT = "right"
    FENCED = "right, in a fence among prose"
    MORE = "right, with more beside it"
    TWO_PLACES = "right, in two places"
    PLAUSIBLE = "plausible, but wrong"
    WRONG = "wrong"
    INVALID = "invalid JSON"
    NOWHERE = "search text that does not occur"
    TWICE = "search text that occurs twice"
    CUT = "cut off at the limit of tokens"
    REFUSAL = "refusal"
    NO_FIX = "sees no fix"
    SPECIAL = "special-cases the test's value"
    LITERAL = "returns the expected literal"
    CATCH_ALL = "catches everything"
    EXIT = "ends the program"
    RUNNER = "looks at the test runner"
    TEST_EDIT = "edits a test"
    CONFIG_EDIT = "edits configuration"
    APPROVES = "approves"
    REJECTS = "rejects"
    GARBAGE = "review that cannot be read"


SOUND = frozenset({Kind.RIGHT, Kind.FENCED, Kind.MORE, Kind.TWO_PLACES})
UNREADABLE = frozenset({Kind.INVALID, Kind.NOWHERE, Kind.TWICE, Kind.CUT, Kind.REFUSAL, Kind.NO_FIX})
CHEATS = frozenset(
    {
        Kind.SPECIAL,
        Kind.LITERAL,
        Kind.CATCH_ALL,
        Kind.EXIT,
        Kind.RUNNER,
        Kind.TEST_EDIT,
        Kind.CONFIG_EDIT,
    }
)
"""None of these may be delivered."""


class Role(StrEnum):
    """What a turn is asked for; the words of `Call.task`."""

    WRITER = "write"
    REVIEWER = "review"


class Tokens(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """As the endpoint counts them; `cached` are among `prompt`."""

    prompt: int
    cached: int
    completion: int


class Turn(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """One answer."""

    tier: Tier
    role: Role
    kind: Kind
    says: str
    tokens: Tokens
    ends: str = "stop"
    """The endpoint's finish_reason: stop, length or content_filter."""


class Script(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """All turns of one program, in order."""

    turns: tuple[Turn, ...]
    beside: dict[str, str] = {}
    """Files that lie in the repository too, by path."""


class Program(msgspec.Struct, frozen=True):
    """A program that crashes, with the script of its models."""

    language: Language
    name: str
    script: Script

    @property
    def title(self) -> str:
        return f"{self.language.name}/{self.name}"


def programs(named: str = "") -> Iterator[Program]:
    """All of them, in order; those alone whose title a pattern finds."""
    for language in LANGUAGES:
        for path in sorted((HERE / language.name).glob("*.yml")):
            script = msgspec.yaml.decode(path.read_bytes(), type=Script)
            found = Program(language, path.stem, script)
            if re.search(named, found.title):
                yield found
