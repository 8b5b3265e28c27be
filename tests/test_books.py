"""The ledger's files: what is written comes back, always as the same bytes, and nothing else gets in."""

import json
import re
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from homeostat import books
from homeostat.errors import LedgerError
from homeostat.outbound import shown
from homeostat.records import (
    Attempts,
    Baseline,
    Charge,
    Claim,
    Hunk,
    Incident,
    Library,
    Pattern,
    Provenance,
    Rule,
    SetAside,
    Status,
)

NOW = datetime(2025, 3, 1, 12, 30, tzinfo=UTC)
TEXT = st.text(max_size=12) | st.sampled_from(
    ["-->", "<!-- homeostat:state", "```", "# a\n- b", "\x00\u2028"]
)
TIMES = st.datetimes(datetime(2025, 1, 1), datetime(2025, 1, 7), timezones=st.just(UTC))  # noqa: DTZ001
IDS = st.from_regex(r"hs[1-9]-[0-9a-f]{16}", fullmatch=True)
LINES = st.lists(TEXT, max_size=2).map(tuple)
HUNKS = st.builds(Hunk, LINES, LINES, LINES, LINES)
INCIDENTS = st.builds(
    Incident,
    ids=st.lists(IDS, min_size=1, max_size=2).map(tuple),
    language=TEXT,
    error_type=TEXT,
    template=TEXT,
    status=st.sampled_from(Status),
    attempts=st.integers(0, 3),
    first_seen=TIMES,
    last_tried=TIMES,
    reason=TEXT,
    next_try=st.none() | TIMES,
    claim=st.none() | st.builds(Claim, TEXT, TIMES),
    pull=st.none() | st.integers(1, 10**6),
    pattern=st.none() | TEXT,
    library=st.none() | TEXT,
)
PATTERNS = st.builds(
    Pattern,
    id=st.from_regex(r"p-[0-9a-f]{12}", fullmatch=True),
    fingerprint=IDS,
    language=TEXT,
    error_type=TEXT,
    path=TEXT.filter(lambda path: not re.search(r"\0|^/|(^|/)\.\.(/|$)", path)),
    rule=st.builds(Rule, TEXT, st.lists(HUNKS, max_size=1).map(tuple)),
    provenance=st.builds(Provenance, TEXT, st.none() | st.integers(1, 99), TEXT, TEXT, TIMES),
    uses=st.integers(0, 99),
    success_rate=st.floats(0, 1),
    retired=st.none() | TEXT,
)
ATTEMPTS = st.builds(
    Attempts,
    st.lists(INCIDENTS, max_size=2).map(lambda found: {one.ids[0]: one for one in found}),
    st.none() | st.builds(Baseline, TEXT, TEXT, st.sampled_from(["green", "red", "broken"]), st.tuples(IDS)),
    st.dictionaries(st.integers(1, 999).map(str), TEXT, max_size=2),
    st.none() | TIMES,
    st.lists(st.builds(SetAside, TEXT, TEXT, TEXT), max_size=2).map(tuple),
)
LIBRARIES = st.builds(
    Library,
    st.lists(PATTERNS, max_size=2, unique_by=lambda one: one.id).map(tuple),
    st.none() | TIMES,
    st.text(min_size=1, max_size=9),
    set_aside=st.lists(st.builds(SetAside, TEXT, TEXT, TEXT), max_size=2).map(tuple),
)

CHARGES = st.lists(
    st.builds(
        Charge,
        id=TEXT,
        at=TIMES,
        run=TEXT,
        repository=TEXT,
        fingerprint=TEXT,
        model=TEXT,
        amount=st.decimals(0, 10**6, allow_nan=False),
        tokens=st.integers(0, 10**9),
        settled=st.booleans(),
    ),
    max_size=3,
    unique_by=lambda charge: charge.id,
).map(tuple)


def incident(**facts: Any) -> Incident:  # noqa: ANN401 - any field
    usual: dict[str, Any] = {
        "ids": ("a1",),
        "language": "python",
        "error_type": "KeyError",
        "template": "<str>",
        "status": Status.COOLING,
        "attempts": 1,
        "first_seen": NOW,
        "last_tried": NOW,
        "reason": "red",
    }
    return Incident(**usual | facts)


# --- there and back ----------------------------------------------------------------------------


@given(ATTEMPTS)
def test_attempts_come_back_as_they_went(attempts: Attempts) -> None:
    written = books.render_attempts(attempts)
    assert books.parse_attempts(written, "a.json") == attempts
    assert books.render_attempts(books.parse_attempts(written, "a.json")) == written


@given(LIBRARIES)
def test_a_library_comes_back_as_it_went(library: Library) -> None:
    written = books.render_library(library)
    assert books.parse_library(written, "library.json") == library
    assert books.render_library(books.parse_library(written, "library.json")) == written


@given(CHARGES)
def test_charges_come_back_as_they_went_to_the_last_digit(charges: tuple[Charge, ...]) -> None:
    written = books.render_costs(charges)
    found, aside = books.parse_costs(written, "costs.json")
    assert (found, aside) == (charges, ())
    assert [str(one.amount) for one in found] == [str(one.amount) for one in charges]
    assert books.render_costs(found) == written


def test_an_amount_is_text_that_no_reader_of_json_rounds() -> None:
    amount = Decimal("0.1234567890123456789012")
    told = json.loads(books.render_costs((Charge("c", NOW, "r", "a/b", "f", "m", amount),)))
    assert told["charges"][0]["amount"] == "0.1234567890123456789012"
    assert told["version"] == 1


def test_a_month_without_charges_is_a_file_too() -> None:
    assert books.parse_costs(books.render_costs(()), "costs.json") == ((), ())


def test_a_file_without_optional_fields_is_read() -> None:
    text = b'{"version": 1, "fingerprints": {}}'
    assert books.parse_attempts(text, "a.json") == Attempts()


def test_an_empty_library_is_written_in_the_contracts_words() -> None:
    assert json.loads(books.render_library(Library())) == {
        "version": 1,
        "patterns": [],
        "metadata": {"lastUpdated": None, "totalPatterns": 0, "note": books.EMPTY_NOTE},
    }


def test_the_order_in_which_incidents_came_does_not_show() -> None:
    one, two = incident(ids=("1",)), incident(ids=("2",))
    assert books.render_attempts(Attempts({"1": one, "2": two})) == books.render_attempts(
        Attempts({"2": two, "1": one})
    )


def test_a_file_is_sorted_indented_plain_utf8_with_one_line_end() -> None:
    text = books.render_attempts(Attempts(settled={"2": "naïve ✓", "1": "b"})).decode()
    assert text == (
        '{\n  "baseline": null,\n  "fingerprints": {},\n  "looked_at": null,\n  "settled": {\n'
        '    "1": "b",\n    "2": "naïve ✓"\n  },\n  "version": 1\n}\n'
    )


@given(st.dictionaries(TEXT, TEXT | TIMES | st.integers(), max_size=3))
def test_an_entry_is_one_line_of_json(entry: dict[str, object]) -> None:
    line = books.render_entry(entry)
    assert line.count(b"\n") == 1
    assert line.endswith(b"\n")
    assert json.loads(line).keys() == set(map(shown, entry))


def test_an_entry_is_sorted_and_its_time_is_iso() -> None:
    assert books.render_entry({"b": NOW, "a": "✓"}) == '{"a": "✓", "b": "2025-03-01T12:30:00Z"}\n'.encode()


def test_files_lie_where_the_contract_says() -> None:
    assert books.attempts_path("octo/app.js") == "attempts/octo/app.js.json"
    assert books.log_path(NOW) == "runs/2025-03.jsonl"
    assert books.costs_path(NOW) == "costs/2025-03.json"


# --- what is not ours to read ------------------------------------------------------------------

PARSERS = [
    pytest.param(books.parse_attempts, id="attempts"),
    pytest.param(books.parse_library, id="library"),
    pytest.param(books.parse_costs, id="costs"),
]


@pytest.mark.parametrize("parse", PARSERS)
@pytest.mark.parametrize(
    ("text", "message"),
    [
        pytest.param(b"", "cannot be read", id="empty"),
        pytest.param(b"<<<<<<< HEAD", "cannot be read", id="conflict"),
        pytest.param(b'{"version": 1, "fing', "cannot be read", id="torn"),
        pytest.param(b"[]", "cannot be read", id="list"),
        pytest.param(b"{}", "cannot be read", id="no version"),
        pytest.param(b'{"version": 1}', "cannot be read", id="nothing but the version"),
        pytest.param(b'{"version": "1"}', "cannot be read", id="version as text"),
        pytest.param(b'{"version": 1, "fingerprints": [], "patterns": {}}', "cannot be read", id="types"),
        pytest.param(b'{"version": 1, "x": "\xff"}', "cannot be read", id="not UTF-8"),
        pytest.param(b'{"x": ' + b"[" * 10**5 + b"]" * 10**5 + b"}", "cannot be read", id="too deep"),
        pytest.param(b'{"version": 2, "fingerprints": {}}', "has version 2", id="newer"),
        pytest.param(b'{"version": 0}', "has version 0", id="older"),
    ],
)
def test_a_file_that_is_not_ours_stops_with_its_name(parse: Any, text: bytes, message: str) -> None:  # noqa: ANN401
    with pytest.raises(LedgerError, match=f"some.json on the state branch {message}") as stopped:
        parse(text, "some.json")
    assert "Nothing was changed" in str(stopped.value)


# --- the state in a comment --------------------------------------------------------------------


@given(INCIDENTS, TEXT.filter(lambda text: books.STATE_OPENS not in text), TEXT)
def test_the_hidden_state_survives_any_text_inside_and_around(
    found: Incident, above: str, below: str
) -> None:
    hidden = books.hidden_state(found)
    recovered = books.recovered_state(f"{above}\n{hidden}\n{below}")
    assert recovered
    assert (recovered.ids, recovered.status, recovered.attempts) == (found.ids, found.status, found.attempts)
    assert recovered.reason == shown(found.reason)
    assert books.recovered_state(books.hidden_state(recovered)) == recovered
    assert hidden.index("-->") == len(hidden) - 3


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("--> <b>seen</b> <!-- homeostat:state", id="comment"),
        pytest.param("```\n# title\n| a | b |\n<details>", id="markdown"),
        pytest.param("</script>&lt;&#62;", id="entities"),
        pytest.param("@bob fixes #1 \\u003e", id="escapes of its own"),
    ],
)
def test_nothing_inside_the_state_can_end_its_comment(text: str) -> None:
    found = incident(template=text, reason=text, error_type=text)
    hidden = books.hidden_state(found)
    assert not set("<>&") & set(hidden.removeprefix("<!--").removesuffix("-->"))
    assert len(hidden.split("\n")) == 3
    assert books.recovered_state(hidden) == found


STATE = '{"version": 1, "incident": '


@pytest.mark.parametrize(
    "comment",
    [
        pytest.param("", id="empty"),
        pytest.param("I think so too", id="a person's"),
        pytest.param("<!-- homeostat:state -->", id="nothing inside"),
        pytest.param("<!-- homeostat:state\n{}", id="not closed"),
        pytest.param("--> <!-- homeostat:state", id="closed before it opens"),
        pytest.param("<!-- homeostat:state\n{}\n-->", id="no version"),
        pytest.param(f"<!-- homeostat:state\n{STATE}null}}\n-->", id="no incident"),
        pytest.param(f'<!-- homeostat:state\n{STATE}{{"ids": 1}}}}\n-->', id="types"),
        pytest.param(f'<!-- homeostat:state\n{{"x": {"[" * 10**5}\n-->', id="too deep"),
        pytest.param("<!-- homeostat:state\n\ud800\n-->", id="not to be encoded"),
        pytest.param(
            books.hidden_state(incident()).replace('"version": 1', '"version": 2'), id="newer version"
        ),
        pytest.param(books.hidden_state(incident(attempts=-9)), id="a count below zero"),
        pytest.param(books.hidden_state(incident(ids=())), id="no id"),
        pytest.param(books.hidden_state(incident(ids=("../x",))), id="an id that is none"),
        pytest.param(
            books.hidden_state(incident(next_try=datetime(2099, 1, 1, tzinfo=UTC))), id="a wait for ever"
        ),
    ],
)
def test_garbage_in_a_comment_is_no_state(comment: str) -> None:
    assert books.recovered_state(comment) is None


@given(st.text() | st.text().map(lambda text: f"{books.STATE_OPENS}{text}-->"))
def test_any_garbage_is_no_state(text: str) -> None:
    assert books.recovered_state(text) is None
