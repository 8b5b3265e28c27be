"""Jest: a bullet for each failing test, with its message, a piece of code and its stack."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from homeostat.intake.runners.blocks import blocks, counts, distinct, failed_test, told, until, worded
from homeostat.intake.traces import javascript
from homeostat.records import FailedTest, Frame, TestReport

_TOTAL = re.compile(r"Tests: +(?P<counts>[0-9].* total)")
FILE = re.compile(r"(?:FAIL|PASS)\s+(?:\S+ )??(?P<file>[^\s:]+\.[cm]?[jt]sx?)(?: \([0-9.]+ m?s\))?")
_TEST = re.compile(r"  ● (?P<name>\S.*)")
_END = re.compile(r"Test Suites: |Tests: |Summary of all failing tests|Snapshot Summary")
_CODE = re.compile(r"\s*>?\s*[0-9]*\s?\|")
_CAUSE = re.compile(r"\s*Cause:|\s*Errors contained in AggregateError:")
_STEP = "\N{SINGLE RIGHT-POINTING ANGLE QUOTATION MARK}"
"""What jest itself prints between the names of suites."""

_LOG = "Console"
_BROKEN_SUITE = "Test suite failed to run"


def read(lines: Sequence[str]) -> TestReport | None:
    """The blocks under each FAIL line, before the summary repeats them."""
    total = next((found for line in reversed(lines) if (found := _TOTAL.fullmatch(line))), None)
    failed = distinct(_tests(until(lines, _END)))
    if not total and not failed:
        return None
    numbers = counts(total["counts"]) if total else {}
    known = 0 if total else None
    return TestReport("jest", failed, numbers.get("passed", known), numbers.get("skipped", known))


def _tests(lines: Sequence[str]) -> Iterator[FailedTest]:
    for file, content in blocks(lines, FILE):
        for match, body in blocks(content, _TEST):
            if match["name"] != _LOG:
                yield _test(file["file"], match["name"], body)


def _test(file: str, name: str, body: Sequence[str]) -> FailedTest:
    body = until(body, _CAUSE)
    prose = [line.strip() for line in body if not _CODE.match(line) and not javascript.frame(line)]
    frames = _frames(body) or [Frame(file)]
    broken = name == _BROKEN_SUITE
    error = worded(prose, default="Error") if broken else worded(prose)
    reading = told(error, frames, language="javascript")
    return failed_test(file if broken else f"{file} {_STEP} {name}", reading, body)


def _frames(body: Sequence[str]) -> list[Frame]:
    return [found for found in map(javascript.frame, body) if found]
