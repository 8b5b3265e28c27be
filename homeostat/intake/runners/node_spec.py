"""node:test's spec reporter: a tree with marks, then the failing tests again with their places."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice, pairwise
from textwrap import dedent

from homeostat.intake.reading import Heading, Reading, place
from homeostat.intake.runners.blocks import MAX_TESTS, distinct, failed_test, told
from homeostat.intake.runners.node_crash import crash_of, crashes
from homeostat.intake.runners.node_tap import test_id
from homeostat.intake.text import indentation
from homeostat.intake.traces import javascript
from homeostat.records import FailedTest, Frame, TestReport

_COUNT = re.compile(r"\N{INFORMATION SOURCE} (?P<what>tests|pass|fail|skipped) (?P<number>[0-9]{1,9})")
_FAILED = re.compile(r" *✖ (?P<name>.+) \([0-9.]+ms\)(?: # .*)?")
_OPENED = re.compile(r" *▶ (?P<name>.+?)(?P<closed> \([0-9.]+ms\))?(?: # .*)?")
_PLACE = re.compile(r"test at (?P<place>\S.*)")
_SECOND_PART = "✖ failing tests:"


@dataclass(frozen=True, slots=True)
class _Entry:
    path: tuple[str, ...]
    body: Sequence[str]
    place: Frame | None = None


def read(lines: Sequence[str]) -> TestReport | None:
    """The failing tests of the second part under their names in the tree; of the tree when that is all."""
    numbers = {found["what"]: int(found["number"]) for found in map(_COUNT.fullmatch, lines) if found}
    tree = list(islice(_tree(lines), MAX_TESTS))
    listed = list(islice(_listed(lines), MAX_TESTS))
    if not (numbers or tree or listed):
        return None
    entries = _with_paths(listed, tree) if listed else tree
    printed = crashes(lines)
    failed = distinct(_test(entry, printed) for entry in entries)
    return TestReport("node:test", failed, numbers.get("pass"), numbers.get("skipped"))


def _tree(lines: Sequence[str]) -> Iterator[_Entry]:
    """Failing leaves: a mark that closes a suite is none."""
    suites: list[tuple[int, str]] = []
    for at, line in enumerate(lines):
        if line.startswith(_SECOND_PART):
            return
        opened, failed = _OPENED.fullmatch(line), _FAILED.fullmatch(line)
        if opened or failed:
            depth = indentation(line)
            closed = (depth, failed["name"]) in suites if failed else False
            suites = [suite for suite in suites if suite[0] < depth]
            if opened and not opened["closed"]:
                suites.append((depth, opened["name"]))
            elif failed and not closed:
                names = (*(name for _, name in suites), failed["name"])
                yield _Entry(names, _body(lines[at + 1 :], depth))


def _listed(lines: Sequence[str]) -> Iterator[_Entry]:
    for at, (above, line) in enumerate(pairwise(lines)):
        where, failed = _PLACE.fullmatch(above), _FAILED.fullmatch(line)
        if where and failed:
            yield _Entry((failed["name"],), _body(lines[at + 2 :], 0), place(where["place"]))


def _body(lines: Sequence[str], depth: int) -> Sequence[str]:
    end = next(
        (at for at, line in enumerate(lines) if line.strip() and indentation(line) <= depth), len(lines)
    )
    return dedent("\n".join(lines[:end])).splitlines()


def _with_paths(listed: Sequence[_Entry], tree: Sequence[_Entry]) -> Iterator[_Entry]:
    """Both parts have the same order, so the first leaf of a name is the one."""
    left = [leaf.path for leaf in tree]
    for entry in listed:
        path = next((path for path in left if path[-1] == entry.path[-1]), entry.path)
        if path in left:
            left.remove(path)
        yield _Entry(path, entry.body, entry.place)


def _test(entry: _Entry, printed: Sequence[str]) -> FailedTest:
    file = entry.path[-1] if entry.path[-1].startswith("/") else (entry.place.file if entry.place else "")
    reading = javascript.read(entry.body) or crash_of(entry.path[-1], printed) or _thrown(entry)
    return failed_test(test_id(file, entry.path), reading, entry.body)


def _thrown(entry: _Entry) -> Reading | None:
    """What was thrown was no error: only the test's own place is known."""
    text = "\n".join(entry.body).strip().strip("'")
    return told(Heading("Error", text), [entry.place] if entry.place else [], language="javascript")
