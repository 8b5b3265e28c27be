"""Readers of test runners' output, one file a runner; a command may have run several of them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace

from homeostat.intake.runners import jest, junit, node_spec, node_tap, phpunit, pytest, unittest, vitest
from homeostat.intake.runners.rolls import joined, roll_of
from homeostat.intake.text import MAX_LINES, plain_lines
from homeostat.records import TestReport

READERS: Mapping[str, Callable[[Sequence[str]], TestReport | None]] = {
    "pytest": pytest.read,
    "unittest": unittest.read,
    "node:test, spec": node_spec.read,
    "node:test, TAP": node_tap.read,
    "jest": jest.read,
    "vitest": vitest.read,
    "phpunit": phpunit.read,
}


def read_test_output(output: str, *, exit_code: int | None, most: int = MAX_LINES) -> TestReport | None:
    """Which tests failed and how; None when no runner is recognised.

    Of more than `most` lines both ends are read, and what surrounds a stack that stands in between.
    A command that ended well (exit code 0) has no failing tests, whatever its output quotes.
    """
    lines = [line.rstrip() for line in plain_lines(output, most)]
    found = {name: report for name, read in READERS.items() if (report := read(lines))}
    if not found:
        return None
    rolls = joined([roll_of(name, lines, report.passed) for name, report in found.items()])
    merged = _merged([*found.values()], failing=exit_code != 0)
    return replace(merged, roll=junit.read(output, merged.passed) or rolls)


def _merged(reports: Sequence[TestReport], *, failing: bool) -> TestReport:
    tests = tuple(test for report in reports for test in report.failed)
    return TestReport(
        runner="+".join(dict.fromkeys(report.runner for report in reports)),
        failed=tests if failing else (),
        disowned=frozenset() if failing else frozenset(test.id for test in tests),
        passed=_sum(report.passed for report in reports),
        skipped=_sum(report.skipped for report in reports),
    )


def _sum(numbers: Iterable[int | None]) -> int | None:
    known = [number for number in numbers if number is not None]
    return sum(known) if known else None
