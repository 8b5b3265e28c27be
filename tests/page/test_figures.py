"""Every number of the page beside one that was counted by hand."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from homeostat.outbound import one_line
from homeostat.page.figures import Wait, figures
from homeostat.page.html import money, page, span
from homeostat.page.rules import rule_rows
from homeostat.records import Attempts, Charge, Ending, Incident, Library, LogLine, Record, Shelf, Status, Use
from tests.page.ledgers import patterns

DAY = datetime(2026, 3, 1, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)


def use(
    number: int,
    ending: Ending,
    *,
    at: datetime = DAY,
    ended: datetime | None = None,
    **more: Any,  # noqa: ANN401
) -> Use:
    given = {"pull": number, "pattern": "p-1", "repository": "acme/till", **more}
    return Use(fingerprint=f"hs1-{number}", at=at, ending=ending, ended=ended, **given)


def charge(number: int, dollars: str, *, at: datetime = DAY, settled: bool = True) -> Charge:
    key = f"hs1-{number}"
    name = f"{key} {at} {dollars}"
    return Charge(name, at, "1", "acme/till", key, "gpt-5-mini", Decimal(dollars), 100, settled=settled)


def line(number: int, *, at: datetime = DAY, reported: datetime | None = None, **more: Any) -> LogLine:  # noqa: ANN401
    given = {"run": "1", "repository": "acme/till", "status": "delivered", "pull": number, **more}
    return LogLine(at=at, fingerprint=f"hs1-{number}", reported=reported, **given)


def incident(number: int, status: Status, *, seen: datetime = DAY) -> Incident:
    words = one_line("boom")
    return Incident((f"hs1-{number}",), "python", words, words, status, 1, seen, seen, words)


APRIL = datetime(2026, 5, 1, tzinfo=UTC) - HOUR
SHELF = Shelf(
    attempts={
        "acme/till": Attempts(
            {
                f"hs1-{number}": incident(number, status, seen=DAY - number * HOUR)
                for number, status in enumerate(
                    (
                        Status.MERGED, Status.COOLING, Status.GIVEN_UP,
                        Status.GIVEN_UP, Status.DELIVERED, Status.GONE,
                    ),
                    start=1,
                )
            }
        )
    },
    library=Library(
        uses=(
            use(1, Ending.MERGED, ended=DAY + 5 * HOUR),  # reported 2 h before: 2 h and 7 h
            use(2, Ending.EDITED, ended=APRIL),  # 40 cents, reported 4 h before
            use(3, Ending.COMMITTED, ended=DAY, pull=None, commit="c" * 40),  # reported 1 h before
            use(4, Ending.MERGED),  # merged nobody knows when; charged nothing
            use(5, Ending.RECURRED, ended=DAY),
            use(6, Ending.REVERTED, ended=DAY),
            use(7, Ending.CLOSED, ended=DAY),
            use(8, Ending.OPEN),
            use(9, Ending.OPEN, pull=None),  # a reservation that a crash left
            use(10, Ending.WITHDRAWN, ended=DAY),
        )
    ),
    charges=(
        charge(1, "0", at=DAY),
        charge(2, "0.30", at=APRIL),
        charge(2, "0.10", at=APRIL),
        charge(7, "0.20", settled=False),
    ),
    log=(
        line(1, reported=DAY - 2 * HOUR, run="1"),
        line(1, at=DAY + HOUR, reported=DAY - HOUR, run="2"),  # renewed: the first line counts
        line(2, reported=DAY - 4 * HOUR, run="2"),
        line(3, pull=None, reported=DAY - HOUR, run="2", status="claimed"),
        line(8, reported=DAY + HOUR, run="3"),  # a report of later than its pull request is none
        line(7, run="3", result="pull request created", reason="pull request #7 is open"),
        line(8, run="3", result="pull request created", reason="pull request #8 is open"),
    ),
)  # fmt: skip
FOUND = figures(SHELF)


def test_fixes_are_counted_by_how_they_ended() -> None:
    sums = FOUND.sums
    assert (sums.delivered, sums.healed, sums.undone, sums.closed, sums.pending) == (9, 4, 2, 1, 1)


def test_what_no_model_was_paid_for_is_free_and_a_call_in_vain_is_paid_by_all() -> None:
    sums = FOUND.sums
    assert (sums.free, sums.share_free) == (3, 0.75)
    assert (sums.spent, sums.calls, sums.unsettled) == (Decimal("0.60"), 4, 1)
    assert sums.per_fix == Decimal("0.15")


def test_times_run_from_the_report_and_those_not_known_are_counted_as_such() -> None:
    assert FOUND.sums.to_pull == Wait(2, 6, 3 * HOUR, 4 * HOUR)
    merges = sorted([7 * HOUR, APRIL - DAY + 4 * HOUR, HOUR])
    assert FOUND.sums.to_merge == Wait(3, 1, 7 * HOUR, merges[-1])


def test_months_follow_each_other_by_the_time_of_merge_and_payment() -> None:
    told = [(one.name, one.sums.healed, one.sums.free, one.sums.spent) for one in FOUND.months]
    assert told == [("2026-03", 2, 2, Decimal("0.20")), ("2026-04", 1, 0, Decimal("0.40"))]
    assert FOUND.undated == 1
    assert sum(one.sums.healed for one in FOUND.months) + FOUND.undated == FOUND.sums.healed
    assert sum(one.sums.spent for one in FOUND.months) == FOUND.sums.spent


def test_a_month_without_anything_stands_between_two_with_something() -> None:
    found = figures(Shelf(charges=(charge(1, "1"), charge(2, "1", at=datetime(2026, 1, 1, tzinfo=UTC)))))
    assert [one.name for one in found.months] == ["2026-01", "2026-02", "2026-03"]


def test_reasons_that_differ_in_numbers_alone_are_one() -> None:
    told = [(one.outcome, one.reason, one.count) for one in FOUND.reasons]
    assert told == [
        ("delivered", "", 4),
        ("pull request created", "pull request … is open", 2),
        ("claimed", "", 1),
    ]
    assert (FOUND.runs, FOUND.lines) == (3, sum(count for _, _, count in told))


def test_open_failures_that_need_a_person_come_first_and_of_these_the_oldest() -> None:
    assert [one.incident.ids[0] for one in FOUND.open] == ["hs1-4", "hs1-3", "hs1-2", "hs1-5"]


def test_a_repository_has_its_own_sums_and_endings() -> None:
    other = use(20, Ending.MERGED, repository="acme/a")
    found = figures(
        Shelf(SHELF.attempts, Library(uses=(*SHELF.library.uses, other)), SHELF.charges, SHELF.log)
    )
    first, till = found.places
    assert (first.slug, first.sums.healed, first.sums.spent, first.open) == ("acme/a", 1, Decimal(0), 0)
    assert (till.slug, till.sums, till.open) == ("acme/till", FOUND.sums, 4)
    assert till.endings[Ending.MERGED] == 2
    assert till.standings[Status.GIVEN_UP] == 2


def test_nothing_gives_no_share_and_no_cost() -> None:
    sums = figures(Shelf()).sums
    assert (sums.share_free, sums.per_fix, sums.to_merge) == (None, None, Wait(0, 0, None, None))


def test_a_pattern_is_shown_with_its_record_and_its_newest_fix_that_stands() -> None:
    first = patterns()[0]
    uses = tuple(
        use(number, ending, at=DAY + number * HOUR, pattern=name)
        for number, (name, ending) in enumerate(
            [
                (first.id, Ending.MERGED),
                (first.id, Ending.EDITED),
                (first.id, Ending.CLOSED),
                ("r-1", Ending.CLOSED),
                ("model:gpt-5", Ending.OPEN),
            ],
            start=1,
        )
    )
    library = Library((first, patterns()[1]), records={"r-1": Record(1, 0.9)}, uses=uses)
    rows = rule_rows(library, figures(Shelf(library=library)).fixes)
    assert [(row.name, row.delivered, row.merged, row.rate) for row in rows] == [
        (first.id, 3, 2, 0.94),
        ("model:gpt-5", 1, 0, None),
        ("r-1", 1, 0, 0.9),
        (patterns()[1].id, 0, 0, 0.9),
    ]
    assert rows[0].example == uses[1]
    assert rows[3].example is None


@pytest.mark.parametrize(
    ("amount", "told"),
    [(None, "not known"), ("0", "$0.00"), ("0.0004", "$0.0004"), ("0.0773", "$0.077"), ("7.964", "$7.96")],
)
def test_money_is_told_as_far_as_it_matters(amount: str | None, told: str) -> None:
    assert money(None if amount is None else Decimal(amount)) == told


@pytest.mark.parametrize(
    ("time", "told"),
    [
        (None, "not known"),
        (timedelta(minutes=5), "5 min"),
        (timedelta(minutes=90), "1.5 h"),
        (timedelta(days=3), "3.0 days"),
    ],
)
def test_a_time_is_told_as_people_tell_it(time: timedelta | None, told: str) -> None:
    assert span(time) == told


def test_the_page_shows_these_very_numbers() -> None:
    text = page(SHELF, title="acme/control", server="https://forge.example", now=DAY)
    for told in (
        '<dd class="big">4</dd>',
        "of 9 delivered; 1 open, 1 closed unmerged, 2 undone later",
        '<dd class="big">75%</dd>',
        '<dd class="big">$0.150</dd>',
        "$0.600 for 4 calls of models, those in vain too; 1 booked at the most that it can have cost",
        "median; nine of ten within 4.0 h; known of 2, not known of 6",
        "2 given up and left to a person",
        'href="https://forge.example/acme/till/pull/1"',
        "merged before the ledger kept the time",
    ):
        assert told in text
