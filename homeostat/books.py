"""The ledger's files as records and back: strict on the way in, canonical on the way out."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, TypeVar

import msgspec

from homeostat.errors import LedgerError
from homeostat.records import Attempts, Baseline, Charge, Incident, Library, Pattern, Record, Rules, Use

VERSION = 1
BRANCH = "homeostat-state"
LIBRARY_PATH = "patterns/library.json"
EMPTY_NOTE = "Learned from merged pull requests only; nothing is shipped."
STATE_OPENS, STATE_CLOSES = "<!-- homeostat:state", "-->"

T = TypeVar("T")


def attempts_path(slug: str) -> str:
    """Where a target repository's attempts lie on the branch."""
    return f"attempts/{slug}.json"


def log_path(at: datetime) -> str:
    """The month's run log."""
    return f"runs/{at:%Y-%m}.jsonl"


def costs_path(at: datetime) -> str:
    """What the models cost in that month."""
    return f"costs/{at:%Y-%m}.json"


@dataclass(frozen=True, slots=True)
class _CostsFile:
    version: int
    charges: tuple[Charge, ...]


@dataclass(frozen=True, slots=True)
class _AttemptsFile:
    version: int
    fingerprints: Mapping[str, Incident]
    baseline: Baseline | None = None
    settled: Mapping[str, str] = field(default_factory=dict)
    looked_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class _Metadata:
    lastUpdated: datetime | None  # noqa: N815 - the contract's spelling
    totalPatterns: int  # noqa: N815
    note: str


@dataclass(frozen=True, slots=True)
class _LibraryFile:
    version: int
    patterns: tuple[Pattern, ...]
    metadata: _Metadata
    rules: Mapping[str, Rules] = field(default_factory=dict)
    records: Mapping[str, Record] = field(default_factory=dict)
    mined: Mapping[str, str] = field(default_factory=dict)
    uses: tuple[Use, ...] = ()


@dataclass(frozen=True, slots=True)
class _Version:
    version: int


def _decoded(text: bytes, shape: type[T], name: str) -> T:
    try:
        found = msgspec.json.decode(text, type=_Version).version
        if found == VERSION:
            return msgspec.json.decode(text, type=shape)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        raise LedgerError(
            f"{name} on the state branch cannot be read ({error}). Nothing was changed: "
            f"restore the file from the branch's history (git log {BRANCH}) and run again."
        ) from error
    raise LedgerError(
        f"{name} on the state branch has version {found}; this Homeostat knows version {VERSION}. "
        "Nothing was changed: upgrade Homeostat, then run again."
    )


def _check(sound: Callable[[T], str | None], items: Mapping[str, T], name: str) -> None:
    for key, item in items.items():
        wrong = sound(item)
        if wrong:
            raise LedgerError(
                f"{name} on the state branch: {key}: {wrong}. Nothing was changed: correct the file."
            )


def _incident_fault(incident: Incident) -> str | None:
    return "attempts is below zero" if incident.attempts < 0 else None


def _charge_fault(charge: Charge) -> str | None:
    sound = charge.amount.is_finite() and charge.amount >= 0 and charge.tokens >= 0
    return None if sound else "amount and tokens must be numbers from 0"


def _pattern_fault(pattern: Pattern | Record) -> str | None:
    if not 0 <= pattern.success_rate <= 1:
        return "success_rate is outside 0..1"
    return "uses is below zero" if pattern.uses < 0 else None


def parse_attempts(text: bytes, name: str) -> Attempts:
    """attempts/<owner>/<name>.json; LedgerError when it is not ours to read."""
    stored = _decoded(text, _AttemptsFile, name)
    _check(_incident_fault, stored.fingerprints, name)
    return Attempts(stored.fingerprints, stored.baseline, stored.settled, stored.looked_at)


def parse_library(text: bytes, name: str) -> Library:
    """patterns/library.json; LedgerError when it is not ours to read."""
    stored = _decoded(text, _LibraryFile, name)
    patterns: dict[str, Pattern | Record] = {pattern.id: pattern for pattern in stored.patterns}
    _check(_pattern_fault, {**patterns, **stored.records}, name)
    meta = stored.metadata
    return Library(
        stored.patterns,
        meta.lastUpdated,
        meta.note,
        stored.rules,
        stored.records,
        stored.mined,
        stored.uses,
    )


def parse_costs(text: bytes, name: str) -> tuple[Charge, ...]:
    """costs/<yyyy-mm>.json; LedgerError when it is not ours to read."""
    stored = _decoded(text, _CostsFile, name)
    _check(_charge_fault, {charge.id: charge for charge in stored.charges}, name)
    return stored.charges


def _rendered(record: object) -> bytes:
    plain = msgspec.to_builtins(record)
    return json.dumps(plain, indent=2, sort_keys=True, ensure_ascii=False).encode() + b"\n"


def render_attempts(attempts: Attempts) -> bytes:
    """Canonical text: the same record always gives the same bytes."""
    stored = (attempts.incidents, attempts.baseline, attempts.settled, attempts.looked_at)
    return _rendered(_AttemptsFile(VERSION, *stored))


def render_costs(charges: tuple[Charge, ...]) -> bytes:
    """Canonical text of costs/<yyyy-mm>.json."""
    return _rendered(_CostsFile(VERSION, charges))


def render_library(library: Library) -> bytes:
    """Canonical text of patterns/library.json."""
    metadata = _Metadata(library.updated, len(library.patterns), library.note or EMPTY_NOTE)
    stored = msgspec.to_builtins(
        _LibraryFile(VERSION, library.patterns, metadata, {}, library.records, library.mined, library.uses)
    )
    told = _rendered({name: value for name, value in stored.items() if value or name == "patterns"})
    if not library.rules:
        return told
    # Tables of many thousand rows: a row a line would be most of the file.
    tables = msgspec.json.encode(library.rules, order="deterministic")
    return told.removesuffix(b"\n}\n") + b',\n  "rules": ' + tables + b"\n}\n"


def render_entry(entry: Mapping[str, Any]) -> bytes:
    """One line of the run log."""
    return json.dumps(msgspec.to_builtins(entry), sort_keys=True, ensure_ascii=False).encode() + b"\n"


# --- the same state, for recovery, hidden in a pull request's comment ---------------------------


def hidden_state(incident: Incident) -> str:
    """An HTML comment that holds the incident; `<`, `>` and `&` are escaped, so nothing inside can end it."""
    text = json.dumps({"version": VERSION, "incident": msgspec.to_builtins(incident)}, sort_keys=True)
    safe = re.sub("[<>&]", lambda found: f"\\u{ord(found[0]):04x}", text)
    return f"{STATE_OPENS}\n{safe}\n{STATE_CLOSES}"


@dataclass(frozen=True, slots=True)
class _State:
    version: int
    incident: Incident


def recovered_state(comment: str) -> Incident | None:
    """The incident in a comment of ours, or None when it holds none that can be read."""
    _, opening, rest = comment.partition(STATE_OPENS)
    text, closing, _ = rest.partition(STATE_CLOSES)
    if not (opening and closing):
        return None
    try:
        state = msgspec.json.decode(text, type=_State)
    except (msgspec.MsgspecError, UnicodeEncodeError, RecursionError):
        return None
    return state.incident if state.version == VERSION else None
