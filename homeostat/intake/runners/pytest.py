"""pytest in its styles: long, short, native and line, with or without its summary."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from homeostat.intake.reading import heading
from homeostat.intake.runners.blocks import MAX_TESTS, counts, failed_test, told, until, worded
from homeostat.intake.runners.pytest_blocks import Part, cut, reading_of
from homeostat.intake.runners.pytest_ids import (
    Named,
    built_id,
    failures_named,
    ids_by_block,
    root_of,
    subject,
)
from homeostat.records import FailedTest, Frame, TestReport

_TOTALS = re.compile(r"=* ?(?P<counts>(?:no tests ran|[0-9]{1,9} [a-z]+)\b.*) in [0-9.:]+s?\b.*")
_KINDS = frozenset(
    {"passed", "failed", "skipped", "error", "errors", "deselected", "xfailed", "xpassed", "warnings"}
)
_LINE_STYLE = re.compile(r"(?P<file>\S.*?):(?P<line>[0-9]{1,9}): (?P<error>[^\W\d][\w.]*(?:: .*)?)")
_SUMMARY = "short test summary info"
_SUMMARY_RULE = re.compile(rf"=+ {_SUMMARY} =+")
_MARKED = re.compile(r"E   +\S")
_TITLES = frozenset({"test session starts", "ERRORS", "FAILURES", "PASSES", "warnings summary", _SUMMARY})


def read(lines: Sequence[str]) -> TestReport | None:
    """The blocks of ERRORS and FAILURES under their node ids, then what only the summary names."""
    parts = _headless(lines, cut(lines, "=", _TITLES))
    numbers = _totals(lines)
    if numbers is None and not parts:
        return None
    named = failures_named(lines)
    blocks = list(_blocks(parts, named, root_of(lines)))
    tests = [*blocks, *_line_style(parts, named), *map(_summarised, named)]
    passed, skipped = (
        numbers.get(what, 0) if numbers is not None else None for what in ("passed", "skipped")
    )
    return TestReport("pytest", tuple(_best_of_each(tests)), passed, skipped)


def _headless(lines: Sequence[str], parts: list[Part]) -> list[Part]:
    """A paste may begin below the rule that says FAILURES: its blocks stand above the summary, or alone."""
    if parts and parts[0][0] != _SUMMARY:
        return parts
    above = until(lines, _SUMMARY_RULE)
    return (
        [("FAILURES", above), *parts] if any(map(_MARKED.match, above)) and cut(above, "_", None) else parts
    )


def _blocks(parts: Sequence[Part], named: Sequence[Named], root: str) -> Iterator[FailedTest]:
    """Failures before errors: what a test did counts before what its teardown did."""
    ids = ids_by_block(named)
    for _, lines in sorted(parts, key=lambda part: part[0] == "ERRORS"):
        for title, body in cut(lines, "_", None)[:MAX_TESTS]:
            reading = reading_of(body)
            known = ids.get(subject(title), [])
            frames = reading.frames if reading else ()
            name = known.pop(0) if known else built_id(subject(title)[1], frames, root)
            yield failed_test(name, reading, body)


def _totals(lines: Sequence[str]) -> dict[str, int] | None:
    for line in reversed(lines):
        found = _TOTALS.fullmatch(line)
        numbers = counts(found["counts"]) if found else {}
        if found and (numbers.keys() & _KINDS or found["counts"].startswith("no tests")):
            return numbers
    return None


def _line_style(parts: Sequence[Part], named: Sequence[Named]) -> list[FailedTest]:
    """`--tb=line` names no test: its lines come in the summary's order."""
    lines = [line for title, part in parts if title == "FAILURES" for line in part]
    told_of = [found for line in lines if (found := _LINE_STYLE.fullmatch(line))]
    failed = [entry for entry in named if entry.kind != "ERROR"]
    if len(told_of) != len(failed):
        return []
    return [_in_a_line(entry, found) for entry, found in zip(failed, told_of, strict=True)]


def _in_a_line(entry: Named, found: re.Match[str]) -> FailedTest:
    place = Frame(found["file"], int(found["line"]))
    return failed_test(entry.id, told(worded([found["error"]]), [place], language="python"), [found[0]])


def _summarised(entry: Named) -> FailedTest:
    """A test of which only the summary tells: the outermost place is the test itself."""
    error = heading(entry.message)
    place = Frame(entry.id.partition("::")[0], function=entry.function)
    reading = told(error, [place], language="python") if error else None
    return failed_test(entry.id, reading, [entry.message])


def _best_of_each(tests: Sequence[FailedTest]) -> list[FailedTest]:
    """One entry a test: the first that could be read."""
    best: dict[str, FailedTest] = {}
    for test in tests:
        if test.id not in best or best[test.id].failure is None:
            best[test.id] = test
    return list(best.values())
