"""The Markdown of a report: its sections, fields and code blocks."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum, auto
from itertools import groupby, takewhile

from homeostat.intake.text import MAX_REPORT_LINES, is_fence, plain_lines

_HEADING = re.compile(r" {0,3}#{1,6}[ \t]+(?P<name>\S.*)")
_ASIDE = re.compile(r"\s{0,3}(?:-{3,}\s*\Z|\*\*[A-Za-z][A-Za-z ]{0,40}(?::\*\*|\*\*:))")
"""What ends a section's own text: a rule, or a field in bold."""
_FIELD = re.compile(r"(?P<name>[A-Za-z][A-Za-z ]{0,40}):(?P<value>.*)")
_BULLETS = ("- ", "* ", "+ ")
_ITEM = re.compile(r"\s*[0-9]{1,4}[.)]\s+(?P<text>\S.*)")


@dataclass(frozen=True, slots=True)
class Document:
    """A report's body. Names of sections and fields are in small letters; the first of a name counts."""

    lines: tuple[str, ...]
    sections: Mapping[str, tuple[str, ...]]
    fields: Mapping[str, str]
    blocks: tuple[tuple[str, ...], ...]
    """What stands in code fences, in order."""


def document(body: str) -> Document:
    """Take a body apart."""
    lines = tuple(plain_lines(body, MAX_REPORT_LINES))
    parts = tuple(_parts(lines))
    prose = [line for line, part in zip(lines, parts, strict=True) if part is _Part.PROSE]
    return Document(lines, _sections(lines, parts), _fields(prose), _blocks(lines, parts))


def code_of(section: Sequence[str]) -> list[str]:
    """The first code block of a section; without one, all of it down to a rule or a line of bold fields."""
    blocks = _blocks(section, tuple(_parts(section)))
    prose = takewhile(lambda line: not _ASIDE.match(line), section)
    return list(blocks[0] if blocks else prose)


def items_of(section: Sequence[str]) -> list[str]:
    """The entries of a numbered list."""
    return [found["text"].strip() for found in map(_ITEM.fullmatch, section) if found]


class _Part(Enum):
    PROSE = auto()
    FENCE = auto()
    CODE = auto()


def _parts(lines: Iterable[str]) -> Iterator[_Part]:
    """What each line is. A block ends at a fence of its own kind that is as long or longer, and bare."""
    fence = ""
    for line in lines:
        text = line.strip()
        if fence:
            ends = text.startswith(fence) and not text.strip(fence[0])
            fence = "" if ends else fence
            yield _Part.FENCE if ends else _Part.CODE
        elif is_fence(line):
            fence = text[: len(text) - len(text.lstrip(text[0]))]
            yield _Part.FENCE
        else:
            yield _Part.PROSE


def _blocks(lines: Sequence[str], parts: Sequence[_Part]) -> tuple[tuple[str, ...], ...]:
    runs = groupby(zip(lines, parts, strict=True), key=lambda one: one[1])
    blocks = (tuple(line for line, _ in run) for part, run in runs if part is _Part.CODE)
    return tuple(block for block in blocks if any(line.strip() for line in block))


def _sections(lines: Sequence[str], parts: Sequence[_Part]) -> dict[str, tuple[str, ...]]:
    found: list[tuple[str, list[str]]] = []
    for line, part in zip(lines, parts, strict=True):
        heading = _HEADING.fullmatch(line) if part is _Part.PROSE else None
        if heading:
            found.append((_key(heading["name"].rstrip(" #")), []))
        elif found:
            found[-1][1].append(line)
    return {name: tuple(content) for name, content in reversed(found)}


def _fields(prose: Iterable[str]) -> dict[str, str]:
    pieces = (piece for line in prose for piece in _pieces(line))
    found = [
        (_key(field["name"]), _value(field["value"])) for field in map(_FIELD.fullmatch, pieces) if field
    ]
    return {name: value for name, value in reversed(found) if value}


def _pieces(line: str) -> list[str]:
    """The fields of a line: in bold, or a bullet's. Prose with a colon is none."""
    marked = line.strip().startswith(_BULLETS) or "**" in line
    return [_bare(piece) for piece in line.split("•")] if marked else []


def _bare(piece: str) -> str:
    text = piece.strip()
    bulleted = text[2:] if text.startswith(_BULLETS) else text
    return bulleted.replace("**", "").strip()


def _value(text: str) -> str:
    return text.strip().strip("`").strip()


def _key(name: str) -> str:
    return " ".join(name.replace("*", "").strip(": ").casefold().split())
