"""A trace on its own, pasted or piped in."""

from __future__ import annotations

from dataclasses import replace

from homeostat.intake.reading import UNNAMED, error_above, failure
from homeostat.intake.runners import read_test_output
from homeostat.intake.text import excerpt, report_lines
from homeostat.intake.traces import best_reading
from homeostat.intake.traces.go import panic
from homeostat.records import Failure, Origin, Unreadable

_FAILED = (
    "FAIL",
    "ERROR",
    " failed",
    "failure",
    " fail ",
    "not ok ",
    "\N{BLACK CIRCLE} ",
    "\N{HEAVY MULTIPLICATION X} ",
)
"""A run with a failing test prints one of these, whatever the runner."""

NO_FRAMES = "a stack trace with at least one file and line"


def read_words(text: str) -> Failure:
    """What a text without a stack tells: an error's type when it names one, and the message."""
    lines = [line for line in report_lines(text) if line.strip()]
    error = panic(lines) or error_above(lines)
    return Failure(
        error.type or UNNAMED, error.message, (), "unknown", Origin.TRACE, excerpt=excerpt("\n".join(lines))
    )


def read_trace(text: str) -> Failure | Unreadable:
    """The failure that a trace tells of; the first failing test when it is a test runner's output."""
    lines = report_lines(text)
    tested = read_test_output(text, exit_code=None) if _may_be_a_run(text) else None
    shown = next((test.failure for test in tested.failed if test.failure), None) if tested else None
    if shown:
        return replace(shown, origin=Origin.TRACE)
    reading = best_reading(lines)
    if reading is None:
        return Unreadable((NO_FRAMES,))
    return failure(reading, Origin.TRACE, excerpt=excerpt("\n".join(lines)))


def _may_be_a_run(text: str) -> bool:
    for word in _FAILED:  # noqa: SIM110 - a generator takes longer than the search
        if word in text:
            return True
    return False
