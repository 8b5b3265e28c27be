"""YAML with places: bounded before it is built, then read by YAML 1.2's plain rules."""

from __future__ import annotations

import codecs
import math
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeAlias

import yaml

from homeostat.config.bounds import excess
from homeostat.config.problems import Keys, Mark, Problem, mark_of, quoted, refusal
from homeostat.errors import ConfigError

Json: TypeAlias = "bool | int | float | str | list[Json] | dict[str, Json] | None"

MAX_BYTES = 1024 * 1024

# libyaml where the wheel brings it; the same grammar in Python elsewhere.
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

_UNPRINTABLE = re.compile("[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


@dataclass(frozen=True, slots=True)
class Document:
    """A file's values, where each of them and of their keys stands, and what could not be read."""

    value: Json
    marks: Mapping[Keys, Mark]
    key_marks: Mapping[Keys, Mark]
    problems: tuple[Problem, ...]


def content(path: Path) -> bytes:
    """A file's bytes, at most one more than is accepted. Raises ConfigError."""
    try:
        with path.open("rb") as stream:
            return stream.read(MAX_BYTES + 1)
    except FileNotFoundError:
        raise ConfigError(
            f"{path}: there is no such file; `homeostat init` writes .homeostat/repos.yml, "
            "or name the file that you mean"
        ) from None
    except IsADirectoryError:
        raise ConfigError(f"{path}: is a folder; give the configuration file in it") from None
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or error
        raise ConfigError(
            f"{quoted(str(path))}: cannot be read ({reason}); see that this user may read it"
        ) from None


def read(text: bytes, name: str, *, needs: str = "version and repositories") -> Document:
    """The one document in `text`, which `needs` these keys. Raises ConfigError when it is no such text."""
    decoded = _decoded(text, name)
    try:
        too_much = excess(yaml.parse(decoded, Loader=_LOADER))
        if too_much:
            raise refusal(name, [too_much])
        node = yaml.compose(decoded, Loader=_LOADER)
    except yaml.MarkedYAMLError as error:
        raise refusal(name, [_syntax_problem(error, decoded)]) from None
    if node is None:
        raise refusal(name, [Problem(Mark(), (), f"the file is empty; it needs {needs}")])
    reading = _Reading()
    value = reading.value(node, ())
    return Document(value, reading.marks, reading.key_marks, tuple(reading.problems))


def scalar(text: str) -> Json:
    """A plain scalar by YAML 1.2's core rules: yes, no, on, off and dates are text. Raises ValueError."""
    return next((read_as(text) for shape, read_as in _SCALARS if shape.fullmatch(text)), text)


# --- text --------------------------------------------------------------------------------------


def _decoded(text: bytes, name: str) -> str:
    if len(text) > MAX_BYTES:
        raise refusal(name, [Problem(Mark(), (), "the file is over 1 MiB; no configuration is that long")])
    try:
        decoded = text.removeprefix(codecs.BOM_UTF8).decode()
    except UnicodeDecodeError as error:
        mark = _mark_at(error.object[: error.start].decode())
        raise refusal(name, [Problem(mark, (), "not UTF-8 text; save the file as UTF-8")]) from None
    if found := _UNPRINTABLE.search(decoded):
        told = f"the character U+{ord(found[0]):04X} is not allowed in YAML; remove it"
        raise refusal(name, [Problem(_mark_at(decoded[: found.start()]), (), told)])
    return decoded


def _mark_at(before: str) -> Mark:
    return Mark(before.count("\n") + 1, len(before) - before.rfind("\n"))


def _syntax_problem(error: yaml.MarkedYAMLError, text: str) -> Problem:
    mark = mark_of(error.problem_mark)
    lines = text.splitlines()
    rest = lines[mark.line - 1][mark.column - 1 :] if mark.line <= len(lines) else ""
    if rest.startswith("\t"):
        return Problem(mark, (), "a tab cannot indent YAML; use spaces")
    told = ", ".join(part for part in (error.context, error.problem) if part)
    return Problem(mark, (), f"not valid YAML: {told}")


# --- building -----------------------------------------------------------------------------------


@dataclass(slots=True)
class _Reading:
    """Builds values from nodes and keeps the places; a value that cannot be read is None and a problem."""

    marks: dict[Keys, Mark] = field(default_factory=dict)
    key_marks: dict[Keys, Mark] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)

    def value(self, node: yaml.Node, keys: Keys) -> Json:
        self.marks[keys] = mark_of(node.start_mark)
        if isinstance(node, yaml.ScalarNode):
            return self._scalar(node, keys)
        if isinstance(node, yaml.SequenceNode):
            return [self.value(child, (*keys, index)) for index, child in enumerate(node.value)]
        return {key: self.value(child, (*keys, key)) for key, child in self._members(node, keys)}

    def _scalar(self, node: yaml.ScalarNode, keys: Keys) -> Json:
        try:
            return _scalar_of(node)
        except ValueError as error:
            self._report(node, keys, error)
            return None

    def _members(self, node: yaml.Node, keys: Keys) -> Iterator[tuple[str, yaml.Node]]:
        for key_node, child in node.value:
            key = self._key(key_node, keys)
            if key is not None:
                yield key, child

    def _key(self, node: yaml.Node, keys: Keys) -> str | None:
        try:
            key = _key_of(node)
        except ValueError as error:
            self._report(node, keys, error)
            return None
        at = (*keys, key)
        if at in self.key_marks:
            self._report(node, at, f"the key stands twice; the first is on line {self.key_marks[at].line}")
            return None
        self.key_marks[at] = mark_of(node.start_mark)
        return key

    def _report(self, node: yaml.Node, keys: Keys, told: object) -> None:
        self.problems.append(Problem(mark_of(node.start_mark), keys, str(told)))


def _key_of(node: yaml.Node) -> str:
    key = _scalar_of(node) if isinstance(node, yaml.ScalarNode) else None
    if not isinstance(key, str):
        raise ValueError("a key must be text; put it in quotes")  # noqa: TRY004 -- told as a Problem
    if key == "<<":
        raise ValueError("merge keys (<<) are not supported; put what repositories share into defaults")
    return key


def _scalar_of(node: yaml.ScalarNode) -> Json:
    text: str = node.value
    return text if node.style else scalar(text)


# --- plain scalars ------------------------------------------------------------------------------


def _refused(sentence: str) -> Callable[[str], Json]:
    def refuse(text: str) -> Json:
        raise ValueError(f"{quoted(text)} {sentence}")

    return refuse


def _fraction(text: str) -> Json:
    number = float(text)
    return number if math.isfinite(number) else _not_finite(text)


_not_finite = _refused("is not a number that can be used here; write a plain decimal number")
_ambiguous = _refused("is read differently by different YAML versions; write a plain decimal number")

_SCALARS: tuple[tuple[re.Pattern[str], Callable[[str], Json]], ...] = tuple(
    (re.compile(shape), read_as)
    for shape, read_as in (
        (r"~|null|Null|NULL|", lambda _text: None),
        (r"true|True|TRUE", lambda _text: True),
        (r"false|False|FALSE", lambda _text: False),
        (r"[-+]?(?:0|[1-9][0-9]{0,17})", int),
        (r"[-+]?[0-9]+|0[xob][0-9a-fA-F]+", _ambiguous),
        (r"[-+]?(?:\.[0-9]{1,20}|[0-9]{1,20}(?:\.[0-9]{0,20})?)(?:[eE][-+]?[0-9]{1,5})?", _fraction),
        (r"[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN)", _not_finite),
    )
)
