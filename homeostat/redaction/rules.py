"""Credentials by form and by what stands around them, found in one pass of RE2 over all rules."""

from __future__ import annotations

import math
import re
import tomllib
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

import re2

from homeostat.redaction.spans import Span, options

_DIGIT = frozenset(b"0123456789")
_EXPRESSION = re.compile(rb"[<{]|%\(|\$[{(A-Z]")
_RUN = 40
_BASE64 = re.compile(rb"[A-Za-z0-9+/]{%d}" % _RUN)
_MIXED = tuple(re.compile(kind) for kind in (rb"[a-z]", rb"[A-Z]", rb"[0-9]"))
_STRUCTURE = "structure"


@dataclass(frozen=True, slots=True)
class Rule:
    """A form to look for; the group `s` is what is taken out, or all of it where there is none."""

    kind: str
    pattern: str
    entropy: float = 2.0
    digit: bool = False

    def holds(self, secret: bytes) -> bool:
        """Whether what was found is random enough to be one, and no name of one or what stands for one."""
        if b"REDACTED" in secret or len(set(secret[:40])) < 3 or _EXPRESSION.match(secret):
            return False
        return (not self.digit or not _DIGIT.isdisjoint(secret)) and entropy(secret) >= self.entropy


def entropy(value: bytes) -> float:
    """Bits a character."""
    size = len(value)
    return -sum(n / size * math.log2(n / size) for n in Counter(value).values()) if size else 0.0


class Rules:
    """Rules in order: one automaton that finds, a set that says which it was, and each rule alone."""

    def __init__(self, rules: Sequence[Rule]) -> None:
        self._rules = rules
        both = "|".join(f"(?:{rule.pattern})" for rule in rules).replace("(?P<s>", "(?:")
        self._any = re2.compile(both.encode(), options())
        self._which = re2.Set.FullMatchSet(options())
        for rule in rules:
            self._which.Add(rule.pattern.encode())
        self._which.Compile()

    def found(self, data: bytes) -> Iterator[Span]:
        """Where in `data`, and of what kind."""
        for match in self._any.finditer(data):
            start, end = match.span()
            if _in_blob(data, start):
                continue
            for number in sorted(self._which.Match(data[start:end])):
                rule = self._rules[number]
                alone = _alone(rule.pattern).match(data, start, end)
                group = 1 if alone and alone.re.groups else 0
                if alone and alone.span(group) != (-1, -1) and rule.holds(alone[group]):
                    yield Span.at(alone.span(group), rule.kind)
                    break


def _in_blob(data: bytes, start: int) -> bool:
    """Whether a long run of base64 leads to it: an image or a map of sources, where any form comes up."""
    if data[start - 1 : start] not in (b"+", b"/"):
        return False
    before = data[max(0, start - _RUN) : start]
    return bool(_BASE64.fullmatch(before)) and all(kind.search(before) for kind in _MIXED)


@cache
def _alone(pattern: str) -> re2._Regexp:
    return re2.compile(pattern.encode(), options())


@cache
def tables() -> tuple[Rules, Rules]:
    """The rules by form, and those by surroundings."""
    text = (files("homeostat.redaction") / "rules.toml").read_text(encoding="utf-8")
    read = {name: [Rule(**row) for row in rows] for name, rows in tomllib.loads(text).items()}
    around = read.pop(_STRUCTURE)
    return Rules([rule for rows in read.values() for rule in rows]), Rules(around)
