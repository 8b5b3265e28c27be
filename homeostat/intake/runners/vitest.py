"""Vitest: a FAIL line for each test, a heading, and frames behind a pointing mark."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from homeostat.intake.reading import Heading, place
from homeostat.intake.runners.blocks import blocks, counts, distinct, failed_test, told, until, worded
from homeostat.records import FailedTest, Frame, TestReport

_TOTAL = re.compile(r"\s+Tests  (?P<counts>[0-9].*)")
_FAIL = re.compile(r" FAIL  (?:\|[^|]*\| )?(?P<name>\S.*)")
_SUITE = re.compile(r"(?P<file>\S+) \[ \S+ \]")
_RULE = re.compile(r"⎯{5,}|Caused by: | Test Files ")
_FRAME = re.compile(
    r" \N{HEAVY RIGHT-POINTING ANGLE QUOTATION MARK ORNAMENT} "
    r"(?:(?P<function>\S.*) )?(?P<place>\S+:[0-9]{1,9}:[0-9]{1,9})"
)
_DETAIL = re.compile(r" \N{HEAVY RIGHT-POINTING ANGLE QUOTATION MARK ORNAMENT} |- Expected|\s+[0-9]+\|")


def read(lines: Sequence[str]) -> TestReport | None:
    """The FAIL blocks; tests that failed alike share one."""
    total = next((found for line in reversed(lines) if (found := _TOTAL.fullmatch(line))), None)
    failed = distinct(_tests(lines))
    if not total and not failed:
        return None
    numbers = counts(total["counts"]) if total else {}
    known = 0 if total else None
    return TestReport("vitest", failed, numbers.get("passed", known), numbers.get("skipped", known))


def _tests(lines: Sequence[str]) -> Iterator[FailedTest]:
    waiting: list[str] = []
    for match, content in blocks(lines, _FAIL):
        waiting.append(_id(match["name"]))
        body = until(content, _RULE)
        if any(line.strip() for line in body):
            yield from (
                failed_test(name, told(_error(body), _frames(body), language="javascript"), body)
                for name in waiting
            )
            waiting = []


def _id(printed: str) -> str:
    suite = _SUITE.fullmatch(printed)
    return suite["file"] if suite else printed


def _error(body: Sequence[str]) -> Heading:
    return worded(until(body, _DETAIL), default="Error")


def _frames(body: Sequence[str]) -> list[Frame]:
    found = ((match, place(match["place"])) for match in map(_FRAME.fullmatch, body) if match)
    return [Frame(at.file, at.line, at.column, match["function"]) for match, at in found if at]
