"""A trace on its own, pasted or piped in."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from homeostat.intake.reading import Reading, error_above, failure
from homeostat.intake.runners import read_test_output
from homeostat.intake.text import MAX_REPORT_LINES, excerpt, report_lines
from homeostat.intake.traces import best_reading
from homeostat.intake.traces.go import panic
from homeostat.outbound import markdown
from homeostat.records import Failure, Origin, Unreadable

_FAILED = re.compile(
    r"\n[^\S\n]{0,6}(?:FAIL|ERROR[: ]|not ok |\N{HEAVY MULTIPLICATION X} |\N{BLACK CIRCLE} "
    r"|There w(?:as|ere) [0-9]|E   |=+ (?:FAILURES|ERRORS|short|[0-9]+ (?:failed|error))"
    r"|[0-9]+ (?:failed|error))"
)
"""A run with a failing test prints one of these, whatever the runner."""

NO_FRAMES = markdown("a stack trace with at least one file and line")


def read_trace(text: str, *, words: bool = False) -> Failure | Unreadable:
    """The failure that a trace tells of; the first failing test when it is a test runner's output.

    With `words`, a text without a stack is a failure too, by the error that it names and the message alone.
    """
    lines = report_lines(text)
    shown = next(failing_tests(text, lines), None)
    if shown:
        return replace(shown, origin=Origin.TRACE)
    reading = best_reading(lines) or (_worded(lines) if words else None)
    if reading is None:
        return Unreadable((NO_FRAMES,))
    return failure(reading, Origin.TRACE, excerpt=excerpt("\n".join(lines)))


def failing_tests(text: str, lines: Sequence[str]) -> Iterator[Failure]:
    """What a pasted test run tells of its failing tests; `lines` are the text's report lines."""
    ran = _FAILED.search("\n" + "\n".join(lines))
    told = read_test_output(text, exit_code=None, most=MAX_REPORT_LINES) if ran else None
    return (test.failure for test in (told.failed if told else ()) if test.failure)


def pasted_reading(text: str) -> Reading | None:
    """How a text within a report reads: as a test run that shows where a test failed, else as a trace."""
    lines = report_lines(text)
    tests = (shown for shown in failing_tests(text, lines) if any(frame.line for frame in shown.frames))
    return next(map(_as_read, tests), None) or best_reading(lines)


def _as_read(shown: Failure) -> Reading:
    return Reading(shown.language, shown.type, shown.message, shown.frames, shown.root, shown.cause)


def _worded(lines: Sequence[str]) -> Reading | None:
    told = [line for line in lines if line.strip()]
    # What is indented, or introduced by a colon, is the stack of a language that no reader knows.
    outer = [line for line in told if not line[:1].isspace() and not line.endswith(":")] or told
    error = panic(told) or error_above(outer)
    return Reading("unknown", error.type, error.message, ()) if error.type or error.message else None
