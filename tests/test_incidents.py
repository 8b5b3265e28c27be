"""An error keeps its history when the algorithm that names it gets better."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial

from homeostat.cases import Case
from homeostat.deliver import branch_of
from homeostat.incidents import (
    Stamp,
    as_known,
    claimed,
    entry,
    holds_claim,
    incident_of,
    kept,
    recorded,
    restored,
    unhealed,
    unless_changed,
)
from homeostat.records import Attempts, Books, Failure, Fingerprint, Incident, Origin, Plain, Result, Status

NOW = datetime(2026, 3, 2, 10, 17, tzinfo=UTC)
STAMP = Stamp("run-2", NOW, "acme/shop")
FAILURE = Failure("KeyError", "'timeout'", (), "python", Origin.TRACE)
FOUND = Fingerprint("hs2-now", "hs2-wide", None, "KeyError", "'timeout'", None, (), earlier=("hs1-before",))
CASE = Case(FAILURE, FOUND)
BEFORE = Incident(
    ids=("hs1-before", "hs0-once"),
    language="python",
    error_type=Plain("KeyError"),
    template=Plain("'timeout'"),
    status=Status.COOLING,
    attempts=2,
    first_seen=NOW,
    last_tried=NOW,
    reason=Plain("p-1: still failing"),
)


def test_an_incident_is_found_by_an_id_of_an_earlier_version() -> None:
    assert incident_of(CASE, {"hs1-before": BEFORE}) == BEFORE


def test_an_incident_is_found_by_an_id_that_it_once_had() -> None:
    once = replace(CASE, fingerprint=replace(FOUND, earlier=("hs0-once",)))
    assert incident_of(once, {"hs1-before": BEFORE}) == BEFORE


def test_another_error_is_not_found() -> None:
    assert incident_of(replace(CASE, fingerprint=replace(FOUND, earlier=())), {"hs1-before": BEFORE}) is None


def test_a_known_error_goes_on_under_the_id_that_its_branch_carries() -> None:
    known = as_known(CASE, {"hs1-before": BEFORE})
    assert branch_of(known.fingerprint.exact) == "homeostat/hs1-before"
    assert known.fingerprint.ids == ("hs1-before", "hs2-now", "hs1-before")


def test_a_new_error_goes_under_its_own_id() -> None:
    assert as_known(CASE, {}) == CASE


def test_the_ledger_keeps_every_id_and_loses_no_attempt() -> None:
    books = Books(attempts=Attempts(incidents={"hs1-before": BEFORE}))
    case = as_known(CASE, books.attempts.incidents)
    after = claimed(books, case, STAMP, BEFORE)
    (incident,) = after.attempts.incidents.values()
    assert incident.ids == ("hs1-before", "hs0-once", "hs2-now")
    assert (incident.attempts, incident.status) == (2, Status.CLAIMED)
    assert holds_claim(after, CASE, STAMP)


def _known(incident: Incident) -> Books:
    return Books(attempts=Attempts(incidents={"hs1-before": incident}))


def test_a_claim_is_refused_once_another_run_has_changed_what_was_judged() -> None:
    books = _known(replace(BEFORE, status=Status.DELIVERED, pull=7))
    assert claimed(books, CASE, STAMP, BEFORE) == books
    assert not holds_claim(books, CASE, STAMP)


def test_a_claim_does_not_keep_the_wait_that_is_over() -> None:
    waited = replace(BEFORE, next_try=NOW)
    (incident,) = claimed(_known(waited), CASE, STAMP, waited).attempts.incidents.values()
    assert incident.next_try is None


def test_an_attempt_of_another_run_is_not_overwritten() -> None:
    now = _known(replace(BEFORE, attempts=3, status=Status.GIVEN_UP))
    late = unhealed(CASE, BEFORE, stamp=STAMP, reason="no pattern", library="none")
    change = partial(recorded, incident=late, line=entry(CASE, late, (), STAMP))
    assert unless_changed(now, CASE, BEFORE, change) == now
    assert unless_changed(_known(BEFORE), CASE, BEFORE, change) == change(_known(BEFORE))


def test_a_line_of_the_log_tells_the_result_and_when_the_report_was_filed() -> None:
    filed = NOW - timedelta(hours=3)
    case = replace(CASE, failure=replace(CASE.failure, seen_at=filed))
    told = entry(case, BEFORE, (), STAMP, Result.FLAKY)
    assert (told["result"], told["reported"], told["at"]) == ("flaky", filed, NOW)
    assert entry(CASE, BEFORE, (), STAMP)["reported"] is None


def test_what_another_run_has_restored_and_gone_on_with_is_not_restored_again() -> None:
    merged = _known(replace(BEFORE, status=Status.MERGED))
    assert restored(merged, BEFORE) == merged
    assert restored(Books(), BEFORE).attempts.incidents == {"hs1-before": BEFORE}


def test_a_pull_request_whose_run_died_is_known_once_it_is_kept() -> None:
    case = replace(CASE, failure=replace(FAILURE, tests=("t.T.test_x",)))
    incident = kept(BEFORE, case, pull=7, base="c" * 40, now=NOW, reason="no pattern")
    assert (incident.status, incident.pull, incident.tests) == (Status.DELIVERED, 7, ("t.T.test_x",))
