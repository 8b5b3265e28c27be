"""A file of the ledger taken apart entry by entry: what is sound is used, what is not is kept and told."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, TypeVar

import msgspec

from homeostat.outbound import one_line
from homeostat.records import SetAside

T = TypeVar("T")
Fault = Callable[[str, T], str | None]
"""What is wrong with an entry, by its key (in a list: its place), or None."""

FIELD = "set_aside"
MOST_BYTES = 1_000_000
"""Of one entry; real ones have a thousand."""
BROKEN = (msgspec.MsgspecError, ValueError, RecursionError)
"""Raised of text that is no JSON, or not of the shape that was asked for."""


def opened(text: bytes) -> dict[str, bytes]:
    """The fields of a file, each as its own JSON; raises one of BROKEN when it is no object."""
    try:
        return {name: bytes(raw) for name, raw in _raw(text, dict[str, msgspec.Raw]).items()}
    except msgspec.DecodeError:
        plain = json.loads(text)  # reads NaN, which is no JSON, and spoils but the entry that holds it
        if not isinstance(plain, dict):
            raise
        return {name: json.dumps(value).encode() for name, value in plain.items()}


def _raw(text: bytes, shape: type[T]) -> T:
    return msgspec.json.decode(text, type=shape)


@dataclass(slots=True)
class Sieve:
    """One file on its way in; `set_aside` grows."""

    fields: dict[str, bytes]
    set_aside: list[SetAside] = field(default_factory=list)

    def mapping(self, place: str, shape: type[T], fault: Fault[T], *, most: int = MOST_BYTES) -> dict[str, T]:
        """The sound entries of an object, by key; a field that is not there is empty. `most` bytes each."""
        sound = {}
        for key, raw in self._members(place):
            found = _sound(raw, shape, fault, key, most)
            if isinstance(found, _Unsound):
                self._keep(place, found.why, _member(key, raw))
            else:
                sound[key] = found
        return sound

    def entries(self, place: str, shape: type[T], fault: Fault[T]) -> tuple[T, ...]:
        """The sound entries of a list."""
        sound = []
        for key, raw in self._items(place):
            found = _sound(raw, shape, fault, key)
            if isinstance(found, _Unsound):
                self._keep(place, found.why, _text(raw))
            else:
                sound.append(found)
        return tuple(sound)

    def single(self, place: str, shape: type[T], fault: Fault[T]) -> T | None:
        """A field that is one entry; None when it is not there, empty or not sound."""
        raw = self.fields.pop(place, b"null")
        if raw.strip() == b"null":
            return None
        found = _sound(raw, shape, fault, place)
        if isinstance(found, _Unsound):
            self._keep(place, found.why, _text(raw))
            return None
        return found

    def rest(self) -> tuple[SetAside, ...]:
        """All that is set aside: what was so before, what was found now, and fields that nobody knows."""
        before: list[SetAside] = []
        for key, raw in self._items(FIELD):
            told = _sound(raw, SetAside, _no_fault, key, len(raw))
            if isinstance(told, _Unsound):
                self._keep(FIELD, told.why, _text(raw))
            else:
                before.append(replace(told, told=True))
        for name, raw in self.fields.items():
            self._keep("the file", "nobody knows this field", _member(name, raw))
        return (*before, *self.set_aside)

    # --- inside -----------------------------------------------------------------------------

    def _members(self, place: str) -> Iterable[tuple[str, bytes]]:
        return self._parts(place, b"{}", dict, lambda whole: whole.items())

    def _items(self, place: str) -> Iterable[tuple[str, bytes]]:
        return self._parts(
            place, b"[]", list, lambda whole: ((str(at), one) for at, one in enumerate(whole, 1))
        )

    def _parts(
        self, place: str, empty: bytes, kind: type, pairs: Callable[[Any], Iterable[tuple[str, Any]]]
    ) -> list[tuple[str, bytes]]:
        """The entries of a field as JSON; the whole field is set aside when it is of another kind."""
        raw = self.fields.pop(place, empty)
        try:
            shape: Any = dict[str, msgspec.Raw] if kind is dict else list[msgspec.Raw]
            return [(key, bytes(one)) for key, one in pairs(_raw(raw, shape))]
        except msgspec.DecodeError:
            whole = json.loads(raw)
        if isinstance(whole, kind):
            return [(key, json.dumps(one).encode()) for key, one in pairs(whole)]
        self._keep(place, f"it is no {'object' if kind is dict else 'list'}", _text(raw))
        return []

    def _keep(self, place: str, reason: str, entry: str) -> None:
        readable = one_line(reason.encode(errors="backslashreplace").decode(), 200)
        self.set_aside.append(SetAside(place, readable, entry, told=False))


@dataclass(frozen=True, slots=True)
class _Unsound:
    why: str


def _sound(raw: bytes, shape: type[T], fault: Fault[T], key: str, most: int = MOST_BYTES) -> T | _Unsound:
    if len(raw) > most:
        return _Unsound(f"it has {len(raw)} bytes, and no entry has more than {most}")
    try:
        found = _raw(raw, shape)
    except BROKEN as error:
        return _Unsound(str(error))
    why = fault(key, found)
    return _Unsound(why) if why else found


def _no_fault(_: str, __: object) -> None:
    return None


def _text(raw: bytes) -> str:
    return raw.decode(errors="replace")


def _member(key: str, raw: bytes) -> str:
    """An entry of an object, with its key, as the JSON of an object of its own."""
    return f"{{{json.dumps(key)}: {_text(raw)}}}"


def kept(found: Iterable[SetAside]) -> list[Mapping[str, str]]:
    """What is set aside, as it is written."""
    return [{"place": one.place, "reason": one.reason, "entry": one.entry} for one in found]
