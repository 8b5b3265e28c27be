"""What tests mention: whether a program that asks for a value asks for one of theirs."""

from __future__ import annotations

import re
from collections.abc import Container, Sequence
from dataclasses import dataclass
from functools import cached_property


def words(text: str) -> frozenset[str]:
    """A set of words."""
    return frozenset(text.split())


LONGEST_NUMBER = 300
BRACKETS = ("[", "{", "(")
_EMPTY = frozenset({"0", "", "-1", "-0", "0.0"})
SMALL = _EMPTY | {"1", "2", "10", "100"}
"""Values that any code may hold."""
_WORDS = words(
    """
    string number boolean object function undefined symbol bigint integer float double int str bool list
    dict tuple array set map GET POST PUT PATCH DELETE HEAD OPTIONS http https bearer Bearer basic Basic
    null NULL nan NaN None none true false True False utf-8 utf8 ascii __proto__ constructor prototype
    production development
    """
)
_ERROR = re.compile(r"E[A-Z]{3,}|[A-Z]\w*(?:Error|Exception)")
"""Names of types and errors: to ask for them is to ask what something is."""
STATUS = re.compile(r"[1-5]\d\d")
"""A server's answers have numbers that any program knows."""
_LONG = re.compile(r"-?\d{3,}")
"""A number that stands for nothing but itself: that a file holds it somewhere is no excuse."""
_NUMBER = re.compile(r"(?<![\w.])(?:0[xob][0-9a-fA-F_]+|\d[\d_]*(?:\.\d+)?(?:[eE][+-]?\d+)?|\.\d+)n?(?!\w)")


@dataclass(frozen=True, slots=True)
class Special:
    """A value that is asked for, as `plain` spells it."""

    asked: str
    answer: str = ""
    """The literal that follows, if it is one."""
    part: bool = False
    """Whether it need only be a part of what it is compared with."""
    key: bool = False
    """Whether it may be the name of a field that is asked for."""
    table: str = ""
    """The name of the table that it is an entry of."""


class Seen:
    """The texts of tests, to ask what they mention."""

    def __init__(self, texts: Sequence[str]) -> None:
        self.text = "\n".join(texts)

    @cached_property
    def _numbers(self) -> frozenset[str]:
        return frozenset(number(found) for found in _NUMBER.findall(self.text))

    @cached_property
    def _squeezed(self) -> str:
        return squeezed(self.text)

    def holds(self, value: str) -> bool:
        """Whether the tests mention it, by itself."""
        if value[:1] in BRACKETS and len(value) > 2:  # noqa: PLR2004 - more than its brackets
            return value in self._squeezed or f"[{value[1:-1]}]" in self._squeezed
        known = value.removeprefix("-") in self._numbers or value in self._numbers
        return known or re.search(rf"(?<![\w.]){re.escape(value)}(?![\w.])", self.text) is not None

    def quotes(self, value: str) -> bool:
        """Whether it is a whole string of theirs."""
        return any(f"{quote}{value}{quote}" in self.text for quote in "'\"`")

    def names(self, value: str) -> bool:
        """Whether it is a field in their records, and no value."""
        return re.search(rf"(?<!\w){re.escape(value)}[\"']?\s*(?::|=>|=(?!=))", self.text) is not None

    def expects(self, value: str) -> bool:
        """Whether a literal that is returned is one of theirs, and none that any code may return."""
        return _is_telling(value) and self.holds(value)

    def tells(self, special: Special, known: Container[str]) -> bool:
        """Whether a program that asks for this asks for a value of the tests, and for none that it knows."""
        if special.key and self.names(special.asked):
            return False
        if special.answer and self._answers(special):
            return True
        if (special.asked in known and not _LONG.fullmatch(special.asked)) or not _is_telling(special.asked):
            return False
        return (self.quotes if special.part else self.holds)(special.asked)

    def _answers(self, special: Special) -> bool:
        """Whether both the question and its answer are theirs."""
        asked, answer = special.asked, special.answer
        if not re.search(r"\w", asked) and len(asked) < 3:  # noqa: PLR2004
            return False  # a sign is one of few
        if asked in _WORDS | _EMPTY or answer in _EMPTY | {"1"} or asked == answer:
            return False
        if asked == "1" and not (_is_telling(answer) and answer in self._numbers):
            return False  # one of something has words of its own
        return self.holds(asked) and self.holds(answer)


def _is_telling(value: str) -> bool:
    if value in SMALL or value in _WORDS or _ERROR.fullmatch(value):
        return False
    return len(value) > (1 if re.search(r"\w", value) else 4)


def squeezed(text: str) -> str:
    """Without blanks, and with one kind of quotes."""
    return re.sub(r",(?=[\]}])", "", re.sub(r"\s+", "", text)).replace('"', "'")


def number(text: str) -> str:
    """A number in one spelling, whatever its base and its zeros."""
    digits = text.replace("_", "").removesuffix("n").lower()
    if len(digits) > LONGEST_NUMBER:
        return digits
    try:
        found = int(digits, 0) if digits[:2] in {"0x", "0o", "0b"} else float(digits)
    except (ValueError, OverflowError):
        return text
    return str(int(found)) if found == found // 1 and abs(found) < 1e15 else str(found)  # noqa: PLR2004
