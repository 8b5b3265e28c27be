"""The Markdown of a report: its sections, fields and code blocks."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from homeostat.intake.text import MAX_REPORT_LINES, is_fence, plain_lines

_HEADING = re.compile(r" {0,3}#{1,6}[ \t]+(?P<name>\S.*)")
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
    fenced = tuple(_fenced(lines))
    prose = [line for line, inside in zip(lines, fenced, strict=True) if not inside]
    return Document(lines, _sections(lines, fenced), _fields(prose), _blocks(lines, fenced))


def code_of(section: Sequence[str]) -> list[str]:
    """The first code block of a section, or all of it when it has none."""
    blocks = _blocks(section, tuple(_fenced(section)))
    return list(blocks[0] if blocks else section)


def items_of(section: Sequence[str]) -> list[str]:
    """The entries of a numbered list."""
    return [found["text"].strip() for found in map(_ITEM.fullmatch, section) if found]


def _fenced(lines: Iterable[str]) -> Iterator[bool]:
    """For each line whether it belongs to a code block, its fences included."""
    mark = ""
    for line in lines:
        opening = line.strip()[:3] if is_fence(line) else ""
        yield bool(mark or opening)
        if opening and not mark:
            mark = opening
        elif opening == mark:
            mark = ""


def _blocks(lines: Sequence[str], fenced: Sequence[bool]) -> tuple[tuple[str, ...], ...]:
    blocks: list[list[str]] = []
    mark = ""
    for line, inside in zip(lines, fenced, strict=True):
        edge = line.strip()[:3] if inside and is_fence(line) else ""
        if edge and not mark:
            mark = edge
            blocks.append([])
        elif edge == mark:
            mark = ""
        else:
            blocks[-1].append(line)
    return tuple(tuple(block) for block in blocks if any(line.strip() for line in block))


def _sections(lines: Sequence[str], fenced: Sequence[bool]) -> dict[str, tuple[str, ...]]:
    found: list[tuple[str, list[str]]] = []
    for line, inside in zip(lines, fenced, strict=True):
        heading = None if inside else _HEADING.fullmatch(line)
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
