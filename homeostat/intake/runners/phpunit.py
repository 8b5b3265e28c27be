"""PHPUnit 9 to 12: numbered blocks under headings that say what they are."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from homeostat.intake.reading import Heading, place
from homeostat.intake.runners.blocks import blocks, distinct, failed_test, told, until, worded
from homeostat.records import FailedTest, Frame, TestReport

_BANNER = re.compile(r"PHPUnit [0-9]+\.[0-9.]+\S* by Sebastian Bergmann.*")
_COUNTS = re.compile(r"Tests: [0-9]{1,9}, Assertions: [0-9]{1,9}.*\.")
_COUNT = re.compile(r"(?P<what>[A-Z][A-Za-z ]*): (?P<number>[0-9]{1,9})")
_OK = re.compile(r"OK \((?P<number>[0-9]{1,9}) tests?, .*\)")
_SECTION = re.compile(
    r"(?:There (?:was|were) )?[0-9]{1,9} "
    r"(?:(?P<bad>errors?|failures?|PHPUnit errors?)|[A-Za-z][A-Za-z0-9 ]{2,80}):"
)
_BLOCK = re.compile(r"[0-9]{1,9}\) (?P<name>\S.*)")
_NAME = re.compile(r"(?P<test>[^\s:]+::[^\s(]+(?: with data set (?:\"[^\"]*\"|#[0-9]+))?).*")
_STOP = re.compile(r"--$|FAILURES!|ERRORS!|WARNINGS!|OK|Tests: |Time: |Caused by$|Previous exception")
_FRAME = re.compile(r"\S[^:]*(?::[\\/][^:]*)?:[0-9]{1,9}")
EXPECTATION = r"PHPUnit\Framework\ExpectationFailedException"
_WARNING = "Warning"


def read(lines: Sequence[str]) -> TestReport | None:
    """The tests of the sections for errors and failures; risky and skipped ones did not fail."""
    counted = next((line for line in reversed(lines) if _COUNTS.fullmatch(line)), None)
    fine = next((found for line in lines if (found := _OK.fullmatch(line))), None)
    if not (counted or fine or any(map(_BANNER.fullmatch, lines))):
        return None
    failed = distinct(_tests(lines))
    if fine:
        return TestReport("phpunit", failed, int(fine["number"]), 0)
    return TestReport("phpunit", failed, *_passed_and_skipped(counted))


def _passed_and_skipped(counted: str | None) -> tuple[int | None, int | None]:
    if counted is None:
        return None, None
    numbers = {found["what"]: int(found["number"]) for found in _COUNT.finditer(counted)}
    skipped = numbers.get("Skipped", 0)
    rest = sum(numbers.get(what, 0) for what in ("Errors", "Failures", "Incomplete", "Risky"))
    return max(0, numbers["Tests"] - rest - skipped), skipped


def _tests(lines: Sequence[str]) -> Iterator[FailedTest]:
    for section, content in blocks(lines, _SECTION):
        if section["bad"]:
            yield from (_test(match["name"], body, section["bad"]) for match, body in blocks(content, _BLOCK))


def _test(printed: str, body: Sequence[str], section: str) -> FailedTest:
    found = _NAME.fullmatch(printed)
    name = found["test"] if found else printed
    body = until(body, _STOP)
    words = [line for line in body if not _FRAME.fullmatch(line)]
    return failed_test(name, told(_error(words, section), _frames(body), language="php"), body)


def _error(words: Sequence[str], section: str) -> Heading:
    """A failed expectation prints no type, nor does a warning that became an error."""
    error = worded(words, default=EXPECTATION if section.startswith("failure") else _WARNING)
    first, _, rest = error.message.partition(": ")
    named = error.type == _WARNING and rest and re.fullmatch(r"[A-Z][\w\\]*", first)
    return Heading(first, rest) if named else error


def _frames(body: Sequence[str]) -> list[Frame]:
    places = (place(line) for line in body if _FRAME.fullmatch(line))
    return [found for found in places if found]
