"""Broken ledgers: a bad entry is set aside, kept and told; a file that is not ours stops the run."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import msgspec
import pytest

from homeostat import books
from homeostat.edges.git import GitLedger
from homeostat.edges.git.command import Git
from homeostat.errors import LedgerError
from homeostat.leg import DryRun
from homeostat.pipeline import heal
from homeostat.records import Attempts, Books, Library, Record, Result, Rules, SetAside, Use
from tests.test_books import NOW, incident
from tests.world import FILES, GOOD, World, pattern

pytestmark = pytest.mark.slow

Json = dict[str, Any]
A, B = "hs1-" + "a" * 16, "hs1-" + "b" * 16
FOREVER, ZONELESS, ANCIENT = "2099-01-01T00:00:00Z", "2025-03-01T12:30:00", "0001-01-01T00:00:00Z"
GOOD_INCIDENT: Json = msgspec.to_builtins(incident(ids=(A,)))
BAD_INCIDENT: Json = msgspec.to_builtins(incident(ids=(B,)))
GOOD_PATTERN: Json = msgspec.to_builtins(GOOD)
BAD_PATTERN: Json = msgspec.to_builtins(pattern("p-bad", "src/a.py", "x", "y"))
GOOD_CHARGE: Json = {
    "id": "c1", "at": "2025-03-01T12:30:00Z", "run": "r", "repository": "a/b", "fingerprint": A, "model": "m",
    "amount": "1", "tokens": 5, "settled": True,
}  # fmt: skip
USE: Json = msgspec.to_builtins(Use("p-good", "a/b", A, NOW))
RULES: Json = {"rules": {"X0|a": {"b": [1, 0]}}, "precedents": [["a/b", "#1", ""]], "fixes": 1}
NAN = float("nan")
ENDLESS = "x" * 10_000_000


def attempts(entry: Json, key: str = B, **fields: Any) -> Json:  # noqa: ANN401 - any field
    return {"version": 1, "fingerprints": {A: GOOD_INCIDENT, key: BAD_INCIDENT | entry}, **fields}


def beside(**fields: Any) -> Json:  # noqa: ANN401 - any field
    return {"version": 1, "fingerprints": {A: GOOD_INCIDENT}, **fields}


def library(*entries: Any, **fields: Any) -> Json:  # noqa: ANN401 - any field
    return {"version": 1, "patterns": [GOOD_PATTERN, *entries], **fields}


def bad(**facts: Any) -> Json:  # noqa: ANN401 - any field
    return BAD_PATTERN | facts


def costs(**facts: Any) -> Json:  # noqa: ANN401 - any field
    return {"version": 1, "charges": [GOOD_CHARGE, GOOD_CHARGE | {"id": "c2"} | facts]}


ATTEMPTS = {
    "attempts below zero": attempts({"attempts": -1}),
    "attempts beyond counting": attempts({"attempts": 10**300}),
    "attempts are a word": attempts({"attempts": "three"}),
    "attempts are no number": attempts({"attempts": NAN}),
    "attempts are endless": attempts({"attempts": float("inf")}),
    "attempts are true": attempts({"attempts": True}),
    "attempts are half": attempts({"attempts": 1.5}),
    "an unknown status": attempts({"status": "exploded"}),
    "no status": attempts({"status": None}),
    "a time of another age": attempts({"first_seen": ANCIENT}),
    "a time without a zone": attempts({"last_tried": ZONELESS}),
    "a time that is none": attempts({"last_tried": "2025-13-45T99:99:99Z"}),
    "a wait for years": attempts({"next_try": FOREVER}),
    "a claim for ever": attempts({"claim": {"run": "x", "until": FOREVER}}),
    "a pull request below zero": attempts({"pull": -3}),
    "no ids": attempts({"ids": []}),
    "ids are a word": attempts({"ids": B}),
    "an id that is a path": attempts({"ids": ["../../main"]}, key="../../main"),
    "an id that is a prototype": attempts({"ids": ["__proto__"]}, key="__proto__"),
    "an id that is nothing": attempts({"ids": [""]}, key=""),
    "a key that is another's": attempts({"ids": [A]}),
    "an endless reason": attempts({"reason": ENDLESS}),
    "an endless id": attempts({"ids": ["a" * 10_000]}, key="a" * 10_000),
    "an incident that is a list": beside() | {"fingerprints": {A: GOOD_INCIDENT, B: []}},
    "an incident that is nothing": beside() | {"fingerprints": {A: GOOD_INCIDENT, B: None}},
    "a baseline of no colour": beside(
        baseline={"sha": "c", "command": "t", "verdict": "blue", "fingerprints": []}
    ),
    "a baseline that is a word": beside(baseline="green"),
    "a baseline with an id that is none": beside(
        baseline={"sha": "c", "command": "t", "verdict": "red", "fingerprints": ["$(id)"]}
    ),
    "a settled pull request without a number": beside(settled={"7": "learned", "__proto__": "learned"}),
    "a settled one that is a list": beside(settled={"7": []}),
    "settled is a list": beside(settled=["7"]),
    "a last look without a zone": beside(looked_at=ZONELESS),
    "a last look that is a number": beside(looked_at=7),
    "a field that nobody knows": beside(__proto__={"polluted": True}),
    "what is set aside is no list": beside(set_aside=7),
    "what is set aside has no reason": beside(set_aside=[{"place": "x"}]),
}
LIBRARIES = {
    "a rate above one": library(bad(success_rate=1.5)),
    "a rate below zero": library(bad(success_rate=-0.1)),
    "a rate that is no number": library(bad(success_rate=NAN)),
    "uses below zero": library(bad(uses=-1)),
    "a pattern of another age": library(bad(provenance=BAD_PATTERN["provenance"] | {"at": ANCIENT})),
    "a pattern that is a word": library("rm -rf"),
    "a pattern twice": library(GOOD_PATTERN),
    "a pattern's path out of the repository": library(bad(path="../../etc/passwd")),
    "a pattern's absolute path": library(bad(path="/etc/passwd")),
    "a pattern's id is markup": library(bad(id="<script>")),
    "a pattern's fingerprint is none": library(bad(fingerprint="-- x")),
    "a pattern without a rule": library({k: v for k, v in BAD_PATTERN.items() if k != "rule"}),
    "an endless pattern": library(bad(template=ENDLESS)),
    "a record below zero": library(records={"r-1": {"uses": -1}}),
    "records are a list": library(records=[1]),
    "mined up to an option": library(mined={"a/b": "--output=/tmp/x"}),
    "a use of another age": library(uses=[USE, USE | {"at": ANCIENT}]),
    "a use that ended unheard of": library(uses=[USE | {"ending": "exploded"}]),
    "a use with an option for a commit": library(uses=[USE | {"commit": "--all"}]),
    "metadata of no shape": library(metadata=[]),
    "rules from a fix that is not named": library(rules={"python": RULES | {"precedents": []}}),
    "rules counted below zero": library(rules={"python": RULES | {"rules": {"X0|a": {"b": [-1]}}}}),
    "rules of one number": library(rules={"python": RULES | {"words": {"w": [1]}}}),
    "rules that are a list": library(rules={"python": []}),
    "a field that nobody knows": library(constructor={}),
}
COSTS = {
    "below zero": costs(amount="-0.01"),
    "no number": costs(amount="NaN"),
    "a loud one": costs(amount="sNaN"),
    "endless": costs(amount="Infinity"),
    "a bare one that is no number": costs(amount=NAN),
    "a word": costs(amount="a lot"),
    "more than there is": costs(amount="1e22"),
    "more than can be reckoned": costs(amount="9e999999"),
    "nothing": costs(amount=None),
    "tokens below zero": costs(tokens=-1),
    "a time of another age": costs(at=ANCIENT),
    "a charge twice": costs(id="c1"),
    "a charge that is a number": {"version": 1, "charges": [GOOD_CHARGE, 7]},
}


def _params(table: dict[str, Json]) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("content", [pytest.param(one, id=name) for name, one in table.items()])


def _assert_kept(first: tuple[SetAside, ...], again: tuple[SetAside, ...]) -> None:
    """One thing was set aside; written and read again it is the same to the byte, and told."""
    (one,) = first
    assert one.reason
    assert not one.told
    assert again == (replace(one, told=True),)


@_params(ATTEMPTS)
def test_of_attempts_a_bad_entry_is_set_aside_and_the_rest_works(content: Json) -> None:
    found = books.parse_attempts(json.dumps(content).encode(), "a.json")
    assert [*found.incidents] == [A]
    written = books.render_attempts(found)
    again = books.parse_attempts(written, "a.json")
    _assert_kept(found.set_aside, again.set_aside)
    assert replace(again, set_aside=()) == replace(found, set_aside=())
    assert books.render_attempts(again) == written


@_params(LIBRARIES)
def test_of_a_library_a_bad_entry_is_set_aside_and_the_rest_works(content: Json) -> None:
    found = books.parse_library(json.dumps(content).encode(), "library.json")
    assert [one.id for one in found.patterns] == ["p-good"]
    written = books.render_library(found)
    again = books.parse_library(written, "library.json")
    _assert_kept(found.set_aside, again.set_aside)
    assert books.render_library(again) == written


@_params(COSTS)
def test_of_costs_a_bad_entry_is_set_aside_and_the_rest_counts(content: Json) -> None:
    charges, aside = books.parse_costs(json.dumps(content).encode(), "costs.json")
    assert [one.id for one in charges] == ["c1"]
    written = books.render_costs(charges, aside)
    again, kept = books.parse_costs(written, "costs.json")
    _assert_kept(aside, kept)
    assert again == charges
    assert books.render_costs(again, kept) == written


LONG = b"1" + b"0" * 6_000


@pytest.mark.parametrize("text", [b"[1%s]", b'{"1": 1%s}', b"1%s", b'{"1": "#1 was merged", "2": 1%s}'])
def test_an_integer_that_no_one_can_read_spoils_but_its_entry(text: bytes) -> None:
    field = text % LONG
    whole = json.dumps(beside()).encode()[:-1] + b', "settled": ' + field + b"}"
    read = books.parse_attempts(whole, "attempts.json")
    assert read.incidents.keys() == {A}
    assert len(read.set_aside) == 1
    assert LONG.decode()[:4_000] in read.set_aside[0].entry
    assert read.settled.keys() == ({"1"} if b"merged" in text else set())


def test_what_a_key_that_comes_again_would_hide_is_set_aside() -> None:
    """As after a merge of the branch by hand."""
    one, other = json.dumps(GOOD_INCIDENT), json.dumps(GOOD_INCIDENT | {"ids": [B]})
    fields = f'"fingerprints": {{"{B}": {other}}}, "fingerprints": {{"{A}": {one}, "{A}": {one}}}'
    text = f'{{"version": 1, {fields}}}'
    read = books.parse_attempts(text.encode(), "attempts.json")
    assert read.incidents.keys() == {A}
    assert [one.reason for one in read.set_aside] == ["its key comes again"] * 2
    assert {B in one.entry for one in read.set_aside} == {True, False}
    again = books.parse_attempts(books.render_attempts(read), "attempts.json")
    assert [one.entry for one in again.set_aside] == [one.entry for one in read.set_aside]


def test_quotes_in_keys_and_values_hide_nothing() -> None:
    text = json.dumps(beside(settled={'7"': 'said "no"', "8": 'a \\" b'}))
    read = books.parse_attempts(text.encode(), "attempts.json")
    assert read.settled == {"8": 'a \\" b'}
    assert [one.reason for one in read.set_aside] == ["its key is no pull request's number"]


def test_what_was_in_an_entry_can_be_read_again_from_what_is_kept() -> None:
    found = books.parse_attempts(json.dumps(ATTEMPTS["attempts below zero"]).encode(), "a.json")
    assert json.loads(found.set_aside[0].entry) == {
        B: BAD_INCIDENT | {"attempts": -1, "ids": [B], "tests": []}
    }


def test_sound_rules_records_and_uses_stay() -> None:
    content = library(
        rules={"python": RULES}, records={"r-1": {"uses": 3}}, mined={"a/b": "c" * 40}, uses=[USE]
    )
    found = books.parse_library(json.dumps(content).encode(), "library.json")
    assert found.set_aside == ()
    assert (found.records, found.mined) == ({"r-1": Record(3)}, {"a/b": "c" * 40})
    assert isinstance(found.rules["python"], Rules)
    assert len(found.uses) == 1


# --- on the branch ----------------------------------------------------------------------------------


def store(world: World, path: str, text: bytes) -> None:
    """Put a file on the state branch as somebody with write access could."""
    git = Git(world.bare)
    script = b"commit refs/heads/homeostat-state\ncommitter eve <e@e> 1 +0000\ndata 1\nx\n"
    parent = git.text("for-each-ref", "refs/heads/homeostat-state")
    start = b"from refs/heads/homeostat-state^0\n" if parent else b""
    file = b"M 644 inline %b\ndata %d\n%b\n" % (path.encode(), len(text), text)
    git.text("fast-import", "--quiet", "--force", stdin=script + start + file)


def stored(world: World, path: str) -> bytes:
    return world.git("show", f"homeostat-state:{path}").encode() + b"\n"


@pytest.fixture
def world(tmp_path: Path) -> World:
    only = {path: text for path, text in FILES.items() if "prices" not in path and "agenda" not in path}
    made = World.build(tmp_path / "forge", only)
    made.teach(tmp_path / "teacher", GOOD)
    return made


ATTEMPTS_PATH, LIBRARY_PATH = "attempts/acme/shop.json", "patterns/library.json"


@pytest.mark.slow
def test_a_leg_heals_beside_bad_entries_and_tells_of_each_once(world: World) -> None:
    store(world, ATTEMPTS_PATH, json.dumps(ATTEMPTS["attempts below zero"]).encode())
    store(world, LIBRARY_PATH, json.dumps(LIBRARIES["a rate that is no number"]).encode())
    store(world, "costs/2026-03.json", json.dumps(COSTS["below zero"]).encode())
    events: list[str] = []
    first = world.heal(events=events)
    assert Result.CREATED in [outcome.result for outcome in first.outcomes]
    assert events.count("set aside") == 3
    assert [note.split(" is set aside")[0] for note in first.notes] == [
        "ledger, attempts: an entry of fingerprints",
        "ledger, patterns: an entry of patterns",
        "ledger, costs: an entry of charges",
    ]
    assert '"attempts": -1' in json.loads(stored(world, ATTEMPTS_PATH))["set_aside"][0]["entry"]
    before = stored(world, ATTEMPTS_PATH)
    second = world.heal(run="run-2", events=events)
    assert (second.notes, events.count("set aside")) == ((), 3)
    assert json.loads(stored(world, ATTEMPTS_PATH))["set_aside"] == json.loads(before)["set_aside"]


@pytest.mark.slow
def test_a_dry_run_tells_and_writes_nothing(world: World) -> None:
    content = json.dumps(ATTEMPTS["an unknown status"]).encode()
    store(world, ATTEMPTS_PATH, content + b"\n")
    with world.leg(dry_run=DryRun.PLAN) as leg:
        assert len(heal(leg).notes) == 2  # that it is a plan, and the entry
    assert stored(world, ATTEMPTS_PATH) == content + b"\n"


@pytest.mark.parametrize(
    "text",
    [
        b"",
        b"{",
        b"[]",
        b"\xff",
        b'{"version": 2, "fingerprints": {}}',
        b'{"version": 1}',
        b'{"version": NaN}',
    ],
)
def test_a_file_that_is_not_ours_stops_the_run_and_stays_as_it_is(world: World, text: bytes) -> None:
    store(world, ATTEMPTS_PATH, text)
    before = world.git("rev-parse", "homeostat-state")
    with world.leg() as leg, pytest.raises(LedgerError, match="Nothing was changed"):
        leg.ledger.read()
    assert world.git("rev-parse", "homeostat-state") == before


def test_two_legs_at_once_lose_nothing_that_is_set_aside(world: World, tmp_path: Path) -> None:
    store(world, ATTEMPTS_PATH, json.dumps(ATTEMPTS["attempts below zero"]).encode())
    one, two = world.ledger(tmp_path / "one"), world.ledger(tmp_path / "two")
    for ledger in (one, two):
        assert not ledger.read().attempts.set_aside[0].told

    def settle(number: str) -> Callable[[Books], Books]:
        return lambda found: replace(
            found, attempts=replace(found.attempts, settled={**found.attempts.settled, number: "x"})
        )

    one.write(settle("1"), "one")
    two.write(settle("2"), "two")
    found = _read(one)
    assert sorted(found.settled) == ["1", "2"]
    assert [one.place for one in found.set_aside] == ["fingerprints"]
    assert json.loads(found.set_aside[0].entry)[B]["attempts"] == -1


def _read(ledger: GitLedger) -> Attempts:
    return ledger.read().attempts


def test_a_ledger_without_bad_entries_is_written_as_before() -> None:
    assert b"set_aside" not in books.render_attempts(Attempts())
    assert b"set_aside" not in books.render_library(Library())
    assert b"set_aside" not in books.render_costs(())
