"""The ledger's files as records and back: sifted on the way in, canonical on the way out."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import msgspec

from homeostat.books import soundness
from homeostat.books.sifting import BROKEN, FIELD, Sieve, kept
from homeostat.errors import LedgerError
from homeostat.outbound import as_json, hidden
from homeostat.records import (
    Attempts,
    Baseline,
    Board,
    Charge,
    Incident,
    Library,
    Markdown,
    Pattern,
    Record,
    Rules,
    SetAside,
    Shown,
    Tick,
    Use,
)

VERSION = 1
BRANCH = "homeostat-state"
LIBRARY_PATH = "patterns/library.json"
BOARD_PATH = "dashboard.json"
EMPTY_NOTE = "Learned from merged pull requests only; nothing is shipped."
STATE_OPENS, STATE_CLOSES = "<!-- homeostat:state", "-->"


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
class _Metadata:
    lastUpdated: datetime | None  # noqa: N815 - the contract's spelling
    totalPatterns: int  # noqa: N815
    note: str


def _sieve(text: bytes, name: str, place: str, begins: bytes) -> Sieve:
    """The file, ready to be sifted; LedgerError when it is not ours to read. `place` must be there."""
    try:
        sieve = Sieve.of(text)
        found = msgspec.json.decode(sieve.fields.pop("version", b""), type=int)
        if found == VERSION and sieve.fields.get(place, b"").strip()[:1] == begins:
            return sieve
        error: Exception | str = f"it has no {place}"
    except BROKEN as fault:
        found, error = VERSION, fault
    if found == VERSION:
        raise LedgerError(
            f"{name} on the state branch cannot be read ({error}). Nothing was changed: "
            f"restore the file from the branch's history (git log {BRANCH}) and run again."
        )
    raise LedgerError(
        f"{name} on the state branch has version {found}; this Homeostat knows version {VERSION}. "
        "Nothing was changed: upgrade Homeostat, then run again."
    )


def parse_attempts(text: bytes, name: str) -> Attempts:
    """attempts/<owner>/<name>.json; LedgerError when it is not ours to read. Bad entries are set aside."""
    sieve = _sieve(text, name, "fingerprints", b"{")
    return Attempts(
        sieve.mapping("fingerprints", Incident, soundness.incident),
        sieve.single("baseline", Baseline, soundness.baseline),
        sieve.mapping("settled", str, soundness.settled),
        sieve.single("looked_at", datetime, soundness.moment),
        sieve.rest(),
    )


def parse_library(text: bytes, name: str) -> Library:
    """patterns/library.json; LedgerError when it is not ours to read. Bad entries are set aside."""
    sieve = _sieve(text, name, "patterns", b"[")
    meta = sieve.single("metadata", _Metadata, lambda _, one: soundness.time(one.lastUpdated))
    return Library(
        sieve.entries("patterns", Pattern, soundness.Once().pattern),
        meta.lastUpdated if meta else None,
        meta.note if meta else "",
        sieve.mapping("rules", Rules, soundness.rules, most=len(text)),
        sieve.mapping("records", Record, soundness.record),
        sieve.mapping("mined", str, soundness.mined),
        sieve.entries("uses", Use, soundness.use),
        sieve.rest(),
    )


def parse_costs(text: bytes, name: str) -> tuple[tuple[Charge, ...], tuple[SetAside, ...]]:
    """costs/<yyyy-mm>.json; LedgerError when it is not ours to read. Bad entries are set aside."""
    sieve = _sieve(text, name, "charges", b"[")
    return sieve.entries("charges", Charge, soundness.Once().charge), sieve.rest()


def parse_board(text: bytes, name: str) -> Board:
    """dashboard.json; LedgerError when it is not ours to read. Bad entries are set aside."""
    sieve = _sieve(text, name, "ticks", b"[")
    return Board(
        sieve.single("issue", Shown, soundness.shown),
        sieve.entries("ticks", Tick, soundness.tick),
        sieve.rest(),
    )


def _rendered(plain: Mapping[str, Any], aside: tuple[SetAside, ...]) -> bytes:
    whole = {**plain, "version": VERSION, **({FIELD: kept(aside)} if aside else {})}
    return json.dumps(whole, indent=2, sort_keys=True, ensure_ascii=False).encode() + b"\n"


def render_attempts(attempts: Attempts) -> bytes:
    """Canonical text: the same record always gives the same bytes."""
    plain = {
        "fingerprints": attempts.incidents,
        "baseline": attempts.baseline,
        "settled": attempts.settled,
        "looked_at": attempts.looked_at,
    }
    return _rendered(msgspec.to_builtins(plain), attempts.set_aside)


def render_costs(charges: tuple[Charge, ...], aside: tuple[SetAside, ...] = ()) -> bytes:
    """Canonical text of costs/<yyyy-mm>.json."""
    return _rendered({"charges": msgspec.to_builtins(charges)}, aside)


def render_board(board: Board) -> bytes:
    """Canonical text of dashboard.json."""
    return _rendered(msgspec.to_builtins({"issue": board.issue, "ticks": board.ticks}), board.set_aside)


def render_library(library: Library) -> bytes:
    """Canonical text of patterns/library.json."""
    fields = {
        "records": library.records,
        "mined": library.mined,
        "uses": library.uses,
        "metadata": _Metadata(library.updated, len(library.patterns), library.note or EMPTY_NOTE),
    }
    plain = {name: msgspec.to_builtins(value) for name, value in fields.items() if value}
    told = _rendered({**plain, "patterns": msgspec.to_builtins(library.patterns)}, library.set_aside)
    if not library.rules:
        return told
    # Tables of many thousand rows: a row a line would be most of the file.
    tables = msgspec.json.encode(library.rules, order="deterministic")
    return told.removesuffix(b"\n}\n") + b',\n  "rules": ' + tables + b"\n}\n"


def render_entry(entry: Mapping[str, Any]) -> bytes:
    """One line of the run log."""
    return as_json(entry).encode() + b"\n"


# --- the same state, for recovery, hidden in a pull request's comment ---------------------------


def hidden_state(incident: Incident) -> Markdown:
    """An HTML comment that holds the incident."""
    return hidden(STATE_OPENS, {"version": VERSION, "incident": incident}, STATE_CLOSES)


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
    known = state.incident
    sound = state.version == VERSION and known.ids and not soundness.incident(known.ids[0], known)
    return known if sound else None
