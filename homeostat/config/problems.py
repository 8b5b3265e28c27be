"""What is wrong with a configuration, told so that its author can mend it without a manual."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from difflib import get_close_matches
from typing import TYPE_CHECKING

import yaml

from homeostat.errors import ConfigError

if TYPE_CHECKING:
    from yaml._yaml import Mark as CMark

Keys = tuple[str | int, ...]
"""The way to a value from the top: mapping keys and list positions."""

_SHOWN = 60
_PLAIN_KEY = re.compile(r"[A-Za-z0-9_-]{1,60}")


@dataclass(frozen=True, slots=True, order=True)
class Mark:
    """A place in a file, both counted from 1."""

    line: int = 1
    column: int = 1


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing to mend."""

    mark: Mark
    keys: Keys
    text: str


def refusal(name: str, problems: Iterable[Problem]) -> ConfigError:
    """One error that tells of every problem, a line each, in the order of the file."""
    ordered = sorted(problems, key=lambda problem: problem.mark)
    return ConfigError("\n".join(_line(name, problem) for problem in ordered))


def quoted(text: str) -> str:
    """Foreign text as one short printable line in double quotes."""
    shown = text if len(text) <= _SHOWN else text[:_SHOWN] + "…"
    return json.dumps(shown, ensure_ascii=not shown.isprintable())


def mark_of(mark: yaml.Mark | CMark | None) -> Mark:
    """PyYAML counts from 0, and does not always know."""
    return Mark(mark.line + 1, mark.column + 1) if mark else Mark()


def near_miss(found: str, known: Iterable[str]) -> str:
    """A closing "; did you mean 'x'?", or nothing when no known word is close."""
    by_folded = {word.casefold(): word for word in known}
    matches = get_close_matches(found[:_SHOWN].casefold(), by_folded, n=1)
    return f"; did you mean '{by_folded[matches[0]]}'?" if matches else ""


def _line(name: str, problem: Problem) -> str:
    where = f"{name}:{problem.mark.line}:{problem.mark.column}"
    path = _dotted(problem.keys)
    return f"{where}: {path}: {problem.text}" if path else f"{where}: {problem.text}"


def _dotted(keys: Keys) -> str:
    parts = (f"[{key}]" if isinstance(key, int) else "." + _key(key) for key in keys)
    return "".join(parts).removeprefix(".")


def _key(key: str) -> str:
    return key if _PLAIN_KEY.fullmatch(key) else quoted(key)
