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
MOST_DIGITS = 4_000
"""Python itself reads no longer integer."""
BROKEN = (msgspec.MsgspecError, ValueError, RecursionError)
"""Raised of text that is no JSON, or not of the shape that was asked for."""


class _Object(dict[str, Any]):
    """An object whose items are all that were written, those too whose keys come again."""

    def __init__(self, pairs: list[tuple[str, Any]]) -> None:
        super().__init__(pairs)
        self._pairs = pairs

    def items(self) -> Any:  # noqa: ANN401
        return self._pairs


def _members(text: bytes) -> list[tuple[str, bytes]] | None:
    """The members of an object, each as its own JSON; None when it is none. Raises one of BROKEN."""
    try:
        found = {name: bytes(raw) for name, raw in _raw(text, dict[str, msgspec.Raw]).items()}
        if not _lacks(text, found):
            return [*found.items()]
    except msgspec.DecodeError:
        pass
    plain = _lenient(text)
    return _dumped(plain.items()) if isinstance(plain, _Object) else None


def _items(text: bytes) -> list[tuple[str, bytes]] | None:
    """The entries of a list, by their place, each as its own JSON; None when it is none."""
    try:
        return [(str(at), bytes(raw)) for at, raw in enumerate(_raw(text, list[msgspec.Raw]), 1)]
    except msgspec.DecodeError:
        plain = _lenient(text)
    return _dumped((str(at), one) for at, one in enumerate(plain, 1)) if isinstance(plain, list) else None


def _lacks(text: bytes, found: Mapping[str, bytes]) -> bool:
    """Whether a member is lost because its key comes again: then its quotes are."""
    told = sum(json.dumps(key).count('"') + raw.count(b'"') for key, raw in found.items())
    return text.count(b'"') != told


def _lenient(text: bytes) -> Any:  # noqa: ANN401
    """JSON, with NaN and endless numbers, which are none, in it: they spoil but the entry that holds them."""
    return json.loads(text, object_pairs_hook=_Object, parse_int=_integer)


def _integer(digits: str) -> int | str:
    return int(digits) if len(digits) < MOST_DIGITS else digits


def _dumped(pairs: Iterable[tuple[str, Any]]) -> list[tuple[str, bytes]]:
    return [(key, json.dumps(value).encode()) for key, value in pairs]


def _raw(text: bytes, shape: type[T]) -> T:
    return msgspec.json.decode(text, type=shape)


@dataclass(slots=True)
class Sieve:
    """One file on its way in; `set_aside` grows."""

    fields: dict[str, bytes] = field(default_factory=dict)
    set_aside: list[SetAside] = field(default_factory=list)

    @classmethod
    def of(cls, text: bytes) -> Sieve:
        """A file whose fields are to be asked for. Raises one of BROKEN when it is no object."""
        members = _members(text)
        if members is None:
            raise ValueError("it is no object")
        sieve = cls()
        sieve.fields = sieve._once("the file", members)
        return sieve

    def mapping(self, place: str, shape: type[T], fault: Fault[T], *, most: int = MOST_BYTES) -> dict[str, T]:
        """The sound entries of an object, by key; a field that is not there is empty. `most` bytes each."""
        sound = {}
        for key, raw in self._once(place, self._parts(place, b"{}", _members, "object")).items():
            found = _sound(raw, shape, fault, key, most)
            if isinstance(found, _Unsound):
                self._keep(place, found.why, _member(key, raw))
            else:
                sound[key] = found
        return sound

    def entries(self, place: str, shape: type[T], fault: Fault[T]) -> tuple[T, ...]:
        """The sound entries of a list."""
        sound = []
        for key, raw in self._parts(place, b"[]", _items, "list"):
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
        for key, raw in self._parts(FIELD, b"[]", _items, "list"):
            told = _sound(raw, SetAside, _no_fault, key, len(raw))
            if isinstance(told, _Unsound):
                self._keep(FIELD, told.why, _text(raw))
            else:
                before.append(replace(told, told=True))
        for name, raw in self.fields.items():
            self._keep("the file", "nobody knows this field", _member(name, raw))
        return (*before, *self.set_aside)

    # --- inside -----------------------------------------------------------------------------

    def _parts(
        self, place: str, empty: bytes, read: Callable[[bytes], list[tuple[str, bytes]] | None], kind: str
    ) -> list[tuple[str, bytes]]:
        """The entries of a field as JSON; the whole field is set aside when it is of another kind."""
        raw = self.fields.pop(place, empty)
        try:
            found = read(raw)
        except BROKEN as error:
            self._keep(place, str(error), _text(raw))
            return []
        if found is None:
            self._keep(place, f"it is no {kind}", _text(raw))
        return found or []

    def _once(self, place: str, members: Iterable[tuple[str, bytes]]) -> dict[str, bytes]:
        """The members of an object, of those with one key the last; the others are set aside."""
        found: dict[str, bytes] = {}
        for key, raw in members:
            if key in found:
                self._keep(place, "its key comes again", _member(key, found[key]))
            found[key] = raw
        return found

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
