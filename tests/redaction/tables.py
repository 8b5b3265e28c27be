"""Tables of texts; what looks secret is put together here, so that no file holds any such thing."""

import random
import re
import string
from dataclasses import dataclass
from pathlib import Path

_URLSAFE = string.ascii_letters + string.digits + "-_"
_ALPHABETS = {
    "a": string.ascii_letters + string.digits,
    "A": string.ascii_letters,
    "l": string.ascii_lowercase + string.digits,
    "u": string.ascii_uppercase + "234567",
    "U": string.ascii_uppercase + string.digits,
    "h": "0123456789abcdef",
    "d": string.digits,
    "s": _URLSAFE,
    "b": string.ascii_letters + string.digits + "+/",
}
_FIELD = re.compile(r"\{([aAluUhdsb])(\d+)\}")
_OPEN, _CLOSE = "\u2039", "\u203a"
"""Marks, in the tables, around what must be gone."""
_TAKEN = re.compile(f"{_OPEN}(.*?){_CLOSE}", re.DOTALL)


@dataclass(frozen=True)
class Row:
    """A text, and what must be gone from it."""

    name: str
    text: str
    secrets: tuple[str, ...]


def _random(chance: random.Random, alphabet: str, size: int) -> str:
    """Characters of an alphabet; long ones hold a digit, and begin and end with a letter."""
    made = [chance.choice(_ALPHABETS[alphabet]) for _ in range(size)]
    letters = [one for one in _ALPHABETS[alphabet] if one.isalnum()]
    made[0], made[-1] = chance.choice(letters), chance.choice(letters)
    if size >= 8 and alphabet not in "Ad":
        made[size // 2], made[size // 2 + 1] = chance.choice("23456789"), chance.choice("234567")
    return "".join(made)


def expanded(template: str, seed: int) -> str:
    chance = random.Random(seed)  # noqa: S311 - the same in every run
    plain = template.replace("~~", "\0").replace("~", "").replace("\0", "~")
    lines = (
        plain.replace("\\\\n", "\0")
        .replace("\\e[", "\x1b[")
        .replace("\\r", "\r")
        .replace("\\n", "\n")
        .replace("\0", "\\n")
    )
    return _FIELD.sub(lambda found: _random(chance, found[1], int(found[2])), lines)


def rows(name: str, seed: int = 0) -> list[Row]:
    read = (Path(__file__).parent / f"{name}.txt").read_text(encoding="utf-8").split("\n")
    made = []
    for number, line in enumerate(line for line in read if line):
        title, _, template = line.partition("\t")
        text = expanded(template, seed * 10_000 + number)
        secrets = tuple(
            part for found in _TAKEN.findall(text) for part in re.split(r"\r?\n|\\n", found) if part
        )
        made.append(Row(title, text.replace(_OPEN, "").replace(_CLOSE, ""), secrets))
    return made


def texts(name: str) -> list[str]:
    read = (Path(__file__).parent / f"{name}.txt").read_text(encoding="utf-8").split("\n")
    return [line for line in read if line]
