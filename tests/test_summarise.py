"""What a workflow, a person and a machine read after a leg."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal

import pytest

from homeostat.outbound import shown
from homeostat.records import Caps, LegReport, Lesson, Outcome, Result
from homeostat.summarise import (
    HEALED,
    LEFT_ALONE,
    SUMMARY_LIMIT,
    as_json,
    markdown_of,
    outputs,
    status,
    terminal,
    worked_on,
)

CONTRACT = {
    "processed", "created", "updated", "cooldown", "cost", "tokens", "status", "skipped", "patterns-used",
    "zero-cost-fixes", "pr-urls", "report-path",
}  # fmt: skip
HOSTILE = "a | b\n| c | d |\n\n# Title `x` <img src=x> @ann [y](http://z) \u202e\x1b[31m"


def outcome(result: Result, *, title: str = "KeyError: 'a'", reason: str = "why") -> Outcome:
    return Outcome(result, title, reason)


def report(*outcomes: Outcome, lessons: tuple[Lesson, ...] = ()) -> LegReport:
    started = datetime(2026, 3, 2, 10, 17, tzinfo=UTC)
    return LegReport("acme/shop", "17", "production", started, outcomes, lessons, patterns_known=4)


HEALING = report(
    Outcome(Result.CREATED, "A", "proven", pull=7, url="https://forge/pull/7", pattern="p-b"),
    Outcome(Result.UPDATED, "B", "proven", pull=5, url="https://forge/pull/5", pattern="p-a"),
    Outcome(Result.COMMITTED, "C", "proven", pattern="p-b"),
    Outcome(Result.COOLING, "D", "next try tomorrow"),
    Outcome(Result.SKIPPED, "E", "locked", issue=3),
    Outcome(Result.NEEDS_INFO, "F", "it lacks a trace", issue=4),
)


# --- outputs --------------------------------------------------------------------------------------


@pytest.mark.parametrize("told", [report(), HEALING], ids=["nothing", "something"])
def test_every_output_of_the_contract_is_there_as_text(told: LegReport) -> None:
    found = outputs(told)
    assert set(found) == CONTRACT
    assert all(isinstance(value, str) for value in found.values())


def test_outputs_count_what_was_done() -> None:
    assert outputs(HEALING, report_path="reports/leg.json") == {
        "status": "healed",
        "processed": "3",
        "created": "1",
        "updated": "1",
        "cooldown": "1",
        "skipped": "2",
        "cost": "0.00",
        "tokens": "0",
        "patterns-used": "p-a,p-b",
        "zero-cost-fixes": "3",
        "pr-urls": "https://forge/pull/7,https://forge/pull/5",
        "report-path": "reports/leg.json",
    }


def test_an_unhealed_failure_names_no_pattern_and_no_pull_request() -> None:
    tried = Outcome(Result.UNHEALED, "A", "rejected", url="https://forge/pull/7", pattern="p-a")
    found = outputs(report(tried))
    assert (found["patterns-used"], found["pr-urls"], found["zero-cost-fixes"]) == ("", "", "0")


# --- status ---------------------------------------------------------------------------------------

STATUSES = {
    "nothing": ((), "nothing-to-do"),
    "only left alone": (tuple(LEFT_ALONE), "nothing-to-do"),
    "only healed": (tuple(HEALED), "healed"),
    "healed and left alone": ((Result.CREATED, Result.COOLING), "healed"),
    "healed and unhealed": ((Result.CREATED, Result.UNHEALED), "partial"),
    "unhealed": ((Result.UNHEALED,), "partial"),
    "only planned": ((Result.WOULD_TRY, Result.COOLING), "planned"),
    "planned and an error": ((Result.WOULD_TRY, Result.ERROR), "partial"),
    "flaky": ((Result.FLAKY,), "partial"),
    "broken": ((Result.BROKEN,), "partial"),
    "error": ((Result.ERROR, Result.CREATED), "partial"),
}


@pytest.mark.parametrize(("results", "expected"), STATUSES.values(), ids=STATUSES.keys())
def test_the_status_sums_up_what_was_tried(results: tuple[Result, ...], expected: str) -> None:
    assert status(report(*map(outcome, results))) == expected


def test_a_result_is_healed_or_left_alone_and_never_both() -> None:
    assert HEALED.isdisjoint(LEFT_ALONE)
    tried = worked_on(report(*map(outcome, Result)))
    assert {one.result for one in tried} == set(Result) - LEFT_ALONE


# --- the step summary -----------------------------------------------------------------------------


def cells(row: str) -> list[str]:
    return [cell.strip() for cell in re.split(r"(?<!\\)\|", row)[1:-1]]


def rows(text: str) -> list[list[str]]:
    """Those before the numbers."""
    return [cells(line) for line in text.partition("<details>")[0].splitlines() if line.startswith("| ")]


def test_the_summary_says_in_a_sentence_what_it_came_to() -> None:
    assert "\n**3 of 3 failures healed**, 3 at no cost; $0.00 in all.\n" in markdown_of(HEALING)
    assert "\n**0 of 1 failure healed**, 0 at no cost" in markdown_of(report(outcome(Result.UNHEALED)))
    assert "\n**1 of 1 failure would be healed**, 1 at no cost" in markdown_of(
        report(outcome(Result.PLANNED))
    )
    planned = markdown_of(report(*map(outcome, (Result.WOULD_TRY, Result.WOULD_TRY))))
    assert "\n**2 failures would be tried**; a plan tries nothing.\n" in planned
    mixed = markdown_of(report(*map(outcome, (Result.WOULD_TRY, Result.ERROR))))
    assert "\n**0 of 1 failure healed**" in mixed
    assert "\nNo failure was worked on.\n" in markdown_of(report())


def test_the_summary_counts_and_tells_each_failure() -> None:
    text = markdown_of(HEALING)
    heads, *told = rows(text)
    counted, numbers, library, learned = (
        cells(line) for line in text.partition("<details>")[2].splitlines() if line[:2] == "| "
    )
    found = dict(zip((*counted, *library), (*numbers, *learned), strict=True))
    expected = {"processed": "3", "created": "1", "cost": "0.00", "learned patterns": "4"}
    assert found.items() >= (expected | {"zero-cost fixes": "3"}).items()
    assert heads == ["failure", "from", "outcome", "why"]
    assert told[0] == ["A", "tests", "✅ pull request created ([#7](https://forge/pull/7))", "proven"]
    assert told[3] == ["D", "tests", "⏸ cooling down", "next try tomorrow"]
    assert told[4] == ["E", "#3", "⏸ skipped", "locked"]


def test_the_summary_of_a_leg_tells_its_limits_and_what_was_used_of_each() -> None:
    caps = Caps(2, 5, 500, 10, Decimal("1.0"), 50, 40, 20, 1000)
    text = markdown_of(replace(HEALING, caps=caps, api_requests=7, open_pulls=3))
    assert "\n<details><summary>Safety: limits, and the most that was used of each</summary>\n" in text
    limits = text.partition("Safety")[2].splitlines()
    assert [cells(line) for line in limits if line[:2] == "| "] == [
        ["limit", "used", "allowed"],
        ["pull requests of one leg", "1", "2"],
        ["pull requests open at once", "3", "5"],
        ["changed lines of one fix", "0", "500"],
        ["files of one fix", "0", "10"],
        ["US dollars", "0.00", "1.00"],
        ["calls of models in one leg", "0", "40"],
        ["comments of one leg", "0", "20"],
        ["API requests of one leg", "7", "1000"],
        ["minutes of one leg", "0.0", "50"],
    ]


def test_what_now_is_said_where_a_failure_stays_unhealed() -> None:
    now = "What is unhealed is tried again, a day later at first. Or mend it by hand"
    assert now in markdown_of(report(outcome(Result.UNHEALED)))
    assert now not in markdown_of(HEALING)


@pytest.mark.parametrize("result", Result)
def test_every_result_has_its_mark_and_row(result: Result) -> None:
    row = rows(markdown_of(report(outcome(result))))[-1]
    assert re.fullmatch(rf"\S+ {re.escape(result)}", row[2])


def test_pipes_and_newlines_stay_in_their_cell() -> None:
    text = markdown_of(report(outcome(Result.UNHEALED, title=HOSTILE, reason=HOSTILE)))
    assert len(text.splitlines()) == len(markdown_of(report(outcome(Result.UNHEALED))).splitlines())
    row = rows(text)[-1]
    assert len(row) == 4
    assert row[1:3] == ["tests", "⚠️ unhealed"]


@pytest.mark.parametrize("acting", [" <img", "@ann", "[y]", "http:", "\u202e", "\x1b"])
def test_nothing_from_outside_acts_in_the_summary(acting: str) -> None:
    lesson = Lesson(HOSTILE, "p-a", applied=True)
    assert acting not in markdown_of(
        report(outcome(Result.ERROR, title=HOSTILE, reason=HOSTILE), lessons=(lesson,))
    )


def test_a_leg_without_failures_has_no_table_of_failures() -> None:
    text = markdown_of(report())
    assert text.startswith("## Homeostat: acme/shop: nothing-to-do\n")
    assert "| failure |" not in text


@pytest.mark.parametrize(
    ("applied", "headline", "verb"),
    [(True, "**Learned**", "  learned: "), (False, "**Would learn** (learning is off)", "  would learn: ")],
    ids=["learning", "not learning"],
)
def test_lessons_are_told_with_their_pattern(applied: bool, headline: str, verb: str) -> None:  # noqa: FBT001
    told = report(lessons=(Lesson("from #3", "p-a", applied), Lesson("from #4: nothing", None, applied)))
    text = markdown_of(told)
    assert headline in text.splitlines()
    told_of = text.partition(headline)[2].partition("<details>")[0].split("\n")
    assert [line for line in told_of if line] == ["- from #\u200b3 → `p-a`", "- from #\u200b4: nothing"]
    assert f"{verb}from #3" in terminal(told).splitlines()


@pytest.mark.slow
@pytest.mark.parametrize("letter", ["x", "误"])
def test_a_huge_summary_stays_under_the_limit_and_says_what_is_missing(letter: str) -> None:
    many = report(*[outcome(Result.UNHEALED, reason=letter * 390)] * 3_000)
    text = markdown_of(many)
    assert len(text.encode()) < SUMMARY_LIMIT + 100
    assert "characters left out" in text
    assert text.endswith("\n\nThe rest is in the reports, kept as artifacts of this run.\n")


# --- terminal and JSON ----------------------------------------------------------------------------


def test_a_terminal_gets_one_line_for_the_leg_and_two_for_each_failure() -> None:
    lines = terminal(HEALING).splitlines()
    assert lines[0].startswith("acme/shop: healed (1 pull request created, 1 pull request updated, ")
    assert lines[1:3] == ["  pull request created: A → #7 https://forge/pull/7", "    proven"]
    assert len(lines) == 1 + 2 * len(HEALING.outcomes)


def test_a_terminal_hears_that_there_was_nothing() -> None:
    assert terminal(report()) == "acme/shop: nothing-to-do (no failures)"


def test_text_from_outside_neither_adds_lines_nor_steers_the_terminal() -> None:
    lesson = Lesson(HOSTILE, None, applied=True)
    text = terminal(report(outcome(Result.ERROR, title=HOSTILE, reason=HOSTILE), lessons=(lesson,)))
    assert len(text.splitlines()) == 4
    assert "\x1b" not in text
    assert "\u202e" not in text


def test_the_report_parses_and_holds_everything() -> None:
    found = json.loads(as_json(HEALING))
    assert (found["version"], found["repository"], found["started"]) == (
        1,
        "acme/shop",
        "2026-03-02T10:17:00Z",
    )
    assert [one["result"] for one in found["outcomes"]] == [one.result for one in HEALING.outcomes]
    assert found["outputs"] == outputs(HEALING)


def test_hostile_text_comes_back_from_the_report_as_a_reader_sees_it() -> None:
    text = as_json(report(outcome(Result.ERROR, title=HOSTILE)))
    assert json.loads(text)["outcomes"][0]["title"] == shown(HOSTILE)
    assert text.endswith("}\n")
