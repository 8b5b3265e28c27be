"""A trace on its own, pasted or piped in."""

from __future__ import annotations

from dataclasses import replace

from homeostat.intake.reading import failure
from homeostat.intake.runners import read_test_output
from homeostat.intake.text import excerpt, report_lines
from homeostat.intake.traces import best_reading
from homeostat.records import Failure, Origin, Unreadable

NO_FRAMES = "a stack trace with at least one file and line"


def read_trace(text: str) -> Failure | Unreadable:
    """The failure that a trace tells of; the first failing test when it is a test runner's output."""
    lines = report_lines(text)
    tested = read_test_output(text, exit_code=None)
    shown = next((test.failure for test in tested.failed if test.failure), None) if tested else None
    if shown:
        return replace(shown, origin=Origin.TRACE)
    reading = best_reading(lines)
    if reading is None:
        return Unreadable((NO_FRAMES,))
    return failure(reading, Origin.TRACE, excerpt=excerpt("\n".join(lines)))
