"""All legs of a run: their totals, their one table, and reports that are none."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import pytest

from homeostat.records import Caps, LegReport, Outcome, Result
from homeostat.summarise import SUMMARY_LIMIT, as_json, outputs, read_report, table, totals
from tests.test_cli import homeostat
from tests.test_summarise import HEALING, HOSTILE, report

CAPS = Caps(2, 5, 500, 10, Decimal("1.0"), 50, 40, 20, 1000)
DIFF = "diff --git a/x b/x\n--- a/x\n+++ b/x\n@@ -1 +1,2 @@\n-a\n+b\n+c\n"


def leg(slug: str, *outcomes: Outcome) -> LegReport:
    started = datetime(2026, 3, 2, 10, 17, tzinfo=UTC)
    return LegReport(
        slug, "17", "production", started, outcomes,
        patterns_known=3, api_requests=7, git_round_trips=2, caps=CAPS,
        minutes=1.5, comments=3, open_pulls=4,
    )  # fmt: skip


HEALED = leg("octo/a", Outcome(Result.CREATED, "A", "proven", pattern="p-1", url="https://f/1", diff=DIFF))
PARTLY = leg("octo/b", Outcome(Result.UNHEALED, "B", "no learned pattern matches"))
IDLE = leg("octo/c")


# --- totals ---------------------------------------------------------------------------------------


def test_nothing_comes_to_nothing() -> None:
    assert totals([])["status"] == "nothing-to-do"
    assert set(totals([])) == set(outputs(HEALED))


def test_the_totals_of_one_leg_are_its_outputs() -> None:
    for one in (HEALED, PARTLY, IDLE, HEALING):
        assert totals([one], report_path="x") == outputs(one, report_path="x")


def test_counts_are_added_and_lists_are_joined_once() -> None:
    found = totals([HEALED, replace(HEALED, repository="octo/d"), PARTLY])
    assert (found["processed"], found["created"], found["zero-cost-fixes"]) == ("3", "2", "2")
    assert (found["patterns-used"], found["pr-urls"], found["cost"]) == ("p-1", "https://f/1", "0.00")


@pytest.mark.parametrize(
    ("reports", "status"),
    [([HEALED, IDLE], "healed"), ([IDLE, IDLE], "nothing-to-do"), ([HEALED, PARTLY, IDLE], "partial")],
    ids=["healed", "idle", "partial"],
)
def test_the_status_of_all_is_the_least_good_of_any(reports: list[LegReport], status: str) -> None:
    assert totals(reports)["status"] == status


# --- reports --------------------------------------------------------------------------------------


@pytest.mark.parametrize("told", [report(), HEALING, HEALED], ids=["nothing", "something", "with caps"])
def test_a_report_is_read_as_it_was_written(told: LegReport) -> None:
    assert read_report(as_json(told).encode()) == told


@pytest.mark.parametrize(
    ("text", "why"),
    [
        (b"", "no report"),
        (b"[]", "no report"),
        (b'{"version": 2, "outputs": {}}', "version 2"),
        (b'{"version": 1, "outputs": {}}', "no report"),
        (b'{"a": ' + b"[" * 10_000, "no report"),
        (b"\xff", "no report"),
    ],
    ids=["empty", "list", "newer", "bare", "deep", "binary"],
)
def test_what_is_no_report_is_told(text: bytes, why: str) -> None:
    found = read_report(text)
    assert isinstance(found, str)
    assert why in found


# --- the table ------------------------------------------------------------------------------------


def test_the_table_has_a_row_for_each_leg_and_one_for_all() -> None:
    text = table([PARTLY, HEALED], silent=["octo/z"])
    rows = [line for line in text.splitlines() if line.startswith(("| octo/", "| **all**"))]
    assert rows[:4] == [
        "| octo/a | healed | 1 | 1 | 0 | 0 | 0 | 0.00 | 0 |",
        "| octo/b | partial | 1 | 0 | 0 | 0 | 0 | 0.00 | 0 |",
        "| octo/z | no report |  |  |  |  |  |  |  |",
        "| **all** | failed | 2 | 1 | 0 | 0 | 0 | 0.00 | 0 |",
    ]


def test_the_table_tells_of_patterns_limits_requests_and_what_stayed_unhealed() -> None:
    text = table([HEALED, PARTLY])
    assert "| 3 | 1 | 1 |" in text
    assert "| changed lines of one fix | 3 | 500 |" in text
    assert "| files of one fix | 1 | 10 |" in text
    assert "| pull requests of one leg | 1 | 2 |" in text
    assert "| pull requests open at once | 4 | 5 |" in text
    assert "| calls of models in one leg | 0 | 40 |" in text
    assert "| comments of one leg | 3 | 20 |" in text
    assert "| API requests of one leg | 7 | 1000 |" in text
    assert "| minutes of one leg | 1.5 | 50 |" in text
    assert "API requests: 14 · git round trips: 4" in text
    assert "<summary>1 not healed</summary>" in text
    assert "\n**1 of 2 failures healed**, 1 at no cost; $0.00 in all.\n" in text
    assert "| octo/b | B | unhealed | no learned pattern matches |\n\nWhat is unhealed is tried again" in text


def test_the_table_says_what_a_plan_would_try_and_calls_it_neither_healed_nor_unhealed() -> None:
    text = table([leg("octo/a", Outcome(Result.WOULD_TRY, "A", "a run tries the learned fix p-1")), IDLE])
    assert text.startswith("## Homeostat: 2 repositories: planned\n")
    assert "<details open><summary>1 would be tried</summary>" in text
    assert "| octo/a | A | would be tried | a run tries the learned fix p-1 |" in text
    assert "healed</summary>" not in text


def test_the_table_leads_to_what_waits_for_review() -> None:
    waiting = Outcome(Result.UPDATED, "KeyError: 'a|b'", "proven", pull=5, url="https://f/octo/a/pull/5")
    text = table([leg("octo/a", waiting), PARTLY])
    assert "\n**To review**\n\n- octo/a [#5](https://f/octo/a/pull/5): KeyError: 'a\\|b'\n" in text
    assert "To review" not in table([PARTLY])


def test_what_people_should_know_is_told_of_each_leg() -> None:
    text = table([replace(IDLE, notes=("one | two",)), HEALED])
    assert "\n- octo/c: one \\| two\n" in text


def test_no_text_from_outside_breaks_the_table() -> None:
    text = table([leg("octo/a", Outcome(Result.UNHEALED, HOSTILE, HOSTILE))])
    (row,) = [line for line in text.splitlines() if "| unhealed |" in line]
    assert row.replace("\\|", "").count("|") == 5
    assert "<img" not in text.replace("\\<img", "")


@pytest.mark.slow
@pytest.mark.parametrize("letter", ["x", "é", "误", "🦊"])
def test_a_long_table_is_cut_below_the_limit_of_github(letter: str) -> None:
    enough = 200 + SUMMARY_LIMIT // (600 * len(letter.encode()))
    many = [leg(f"octo/r{n}", Outcome(Result.UNHEALED, letter * 200, letter * 400)) for n in range(enough)]
    text = table(many)
    assert SUMMARY_LIMIT - 5_000 <= len(text.encode()) < SUMMARY_LIMIT + 200
    assert text.rstrip().endswith("kept as artifacts of this run.")


def test_legs_without_a_report_have_failed() -> None:
    text = table([], silent=["octo/z"])
    assert text.startswith("## Homeostat: 1 repository: failed\n")
    assert "| **all** | failed |" in text
    assert "\nocto/z left no report: look at its job's log.\n" in text
    assert "No failure was worked on" not in text
    two = table([HEALED], silent=["octo/y", "octo/z"])
    assert "\n2 repositories left no report: look at the logs of their jobs.\n" in two


def test_a_run_without_any_report_says_that_nothing_is_known() -> None:
    text = table([])
    assert text.startswith("## Homeostat: 0 repositories: nothing-to-do\n\nNo leg left a report: look at")


# --- the command ----------------------------------------------------------------------------------


def lay(folder: Path, *reports: LegReport) -> Path:
    for one in reports:
        place = folder / one.repository.replace("/", "-") / "report.json"
        place.parent.mkdir(parents=True)
        place.write_text(as_json(one), encoding="utf-8")
    return folder


def test_the_command_sums_up_what_lies_in_a_folder(tmp_path: Path) -> None:
    lay(tmp_path / "reports", HEALED, PARTLY)
    (tmp_path / "reports/other.json").write_text("{}")
    (tmp_path / "reports/folder.json").mkdir()
    expected = json.dumps({"include": [{"repo": "octo/a octo/lost"}, {"repo": "octo/b"}]})
    said = homeostat("report", tmp_path / "reports", "--expected", expected)
    assert said.code == 0
    assert "| octo/lost | no report |" in said.out
    assert "other.json is left out: it is no report of a leg" in said.err
    assert "folder.json is left out: it cannot be read" in said.err


@pytest.mark.parametrize("broken", [False, True], ids=["empty", "broken files"])
def test_a_folder_without_a_report_is_told_with_what_to_do(tmp_path: Path, *, broken: bool) -> None:
    if broken:
        (tmp_path / "report.json").write_text("{}")
    said = homeostat("report", tmp_path)
    assert said.code == 0
    assert f"{tmp_path} holds no report of a leg, so nothing is known of the run: give the folder" in said.err


def test_scripts_get_the_totals_and_each_legs_outputs(tmp_path: Path) -> None:
    lay(tmp_path, PARTLY, HEALED)
    expected = json.dumps({"include": [{"repo": "octo/a octo/b octo/lost"}]})
    summary = tmp_path / "summary"
    said = homeostat("report", tmp_path, "--json", "--expected", expected, GITHUB_STEP_SUMMARY=str(summary))
    assert json.loads(said.out) == {
        "version": 1,
        "outputs": totals([HEALED, PARTLY]) | {"status": "failed"},
        "legs": [
            {"repository": "octo/a", "outputs": outputs(HEALED)},
            {"repository": "octo/b", "outputs": outputs(PARTLY)},
        ],
        "silent": ["octo/lost"],
    }
    assert not summary.exists()


def test_in_a_workflow_the_table_goes_to_the_step_summary(tmp_path: Path) -> None:
    summary = tmp_path / "summary"
    summary.touch()
    said = homeostat("report", lay(tmp_path / "reports", HEALED), GITHUB_STEP_SUMMARY=str(summary))
    assert (said.code, said.out) == (0, "")
    assert "| octo/a | healed |" in summary.read_text(encoding="utf-8")


@pytest.mark.parametrize("expected", ["{", "[]", '{"include": [{"repo": 1}]}', '{"include": 1}'])
def test_a_matrix_that_is_none_is_told(tmp_path: Path, expected: str) -> None:
    said = homeostat("report", lay(tmp_path / "reports", IDLE), "--expected", expected)
    assert (said.code, said.out) == (2, "")
    assert "--expected is no matrix" in said.err


def test_a_folder_that_is_not_there_is_told(tmp_path: Path) -> None:
    said = homeostat("report", tmp_path / "none")
    assert (said.code, said.out) == (2, "")
    assert "is no folder" in said.err
