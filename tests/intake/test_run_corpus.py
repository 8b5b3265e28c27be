from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from homeostat.intake import read_test_output, read_trace
from homeostat.records import Failure, Origin, TestReport

CORPUS = Path(__file__).parent.parent / "corpus"
EXPECTED: dict[str, Any] = yaml.safe_load((CORPUS / "runs.yaml").read_text())


def run(name: str) -> str:
    return (CORPUS / "runs" / f"{name}.txt").read_text()


def read(text: str) -> TestReport:
    report = read_test_output(text, exit_code=1)
    assert report is not None
    return report


def shown(failure: Failure | None) -> list[str | int | None] | None:
    if failure is None:
        return None
    first = failure.frames[0]
    place = ":".join(str(part) for part in (first.file, first.line, first.column) if part is not None)
    return [failure.type, failure.message.partition("\n")[0], place, first.function, len(failure.frames)]


def test_every_run_has_its_expectation() -> None:
    assert {path.stem for path in (CORPUS / "runs").iterdir()} == EXPECTED.keys()


@pytest.mark.parametrize("name", EXPECTED)
def test_a_real_run_is_read(name: str) -> None:
    report = read(run(name))
    assert {
        "runner": report.runner,
        "passed": report.passed,
        "skipped": report.skipped,
        "failed": {test.id: shown(test.failure) for test in report.failed},
    } == EXPECTED[name]


@pytest.mark.parametrize("name", EXPECTED)
def test_ids_are_unique_and_kept_in_the_failure(name: str) -> None:
    report = read(run(name))
    assert len({test.id for test in report.failed}) == len(report.failed)
    for test in report.failed:
        assert test.failure is None or (test.failure.tests, test.failure.origin) == ((test.id,), Origin.TESTS)


@pytest.mark.parametrize("name", EXPECTED)
def test_a_command_that_ended_well_has_no_failing_tests(name: str) -> None:
    report = read_test_output(run(name), exit_code=0)
    assert report is not None
    assert report.failed == ()


@pytest.mark.parametrize("name", EXPECTED)
def test_line_ends_of_windows_change_nothing(name: str) -> None:
    assert read(run(name).replace("\n", "\r\n")) == read(run(name))


@pytest.mark.parametrize("name", [name for name in EXPECTED if EXPECTED[name]["failed"]])
def test_output_without_its_middle_still_names_failing_tests(name: str) -> None:
    text = run(name)
    third = len(text) // 3
    report = read_test_output(f"{text[:third]}\n[… cut …]\n{text[-third:]}", exit_code=1)
    assert report is not None
    assert report.failed


def test_the_long_and_the_short_style_of_pytest_agree() -> None:
    long = {
        test.id: test.failure and (test.failure.type, test.failure.message, test.failure.frames)
        for test in read(run("pytest-long")).failed
    }
    short = {
        test.id: test.failure and (test.failure.type, test.failure.message, test.failure.frames)
        for test in read(run("pytest-short")).failed
    }
    assert long == short


def test_spec_and_tap_agree_on_ids_types_and_messages() -> None:
    spec, tap = (
        {
            test.id: test.failure and (test.failure.type, test.failure.message)
            for test in read(run(name)).failed
        }
        for name in ("node-spec", "node-tap")
    )
    assert spec == tap


def test_the_output_of_a_runner_may_be_pasted_as_a_trace() -> None:
    failure = read_trace(run("pytest-long"))
    assert isinstance(failure, Failure)
    assert (failure.origin, failure.type) == (Origin.TRACE, "AssertionError")
    assert failure.frames[0].file == "tests/test_orders.py"
