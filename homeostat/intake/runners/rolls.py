"""The tests that a runner names one by one, the passing ones too: where it does, in the form that it has.

pytest (`-v`, `-rA`, xdist), unittest (`-v`), node:test (TAP and spec), jest (`--verbose`), vitest (verbose)
and phpunit (`--testdox`). What a program prints in between may hide a name: a roll is whole only
when it has as many passing tests as the runner counts.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

from homeostat.intake.runners.jest import FILE
from homeostat.intake.text import indentation
from homeostat.records import Roll

Told = tuple[str, bool]
"""A test's name, and whether it passed."""

_PYTEST = (
    re.compile(r"(?P<id>[^\s:]+::.+?) (?P<kind>PASSED|FAILED|ERROR|SKIPPED|XFAIL|XPASS)(?: .*)?"),
    re.compile(r"\[gw[0-9]+\] \[ *[0-9]+%\] (?P<kind>[A-Z]{5,7}) (?P<id>\S+::.*?) *"),
    re.compile(r"(?P<kind>PASSED) (?P<id>[^\s:]+::.*)"),
)
_UNITTEST = re.compile(r"(?P<name>\w+) \((?P<owner>[\w.]+)\)(?P<rest>.*)")
_NO_TEST = re.compile(r"(?:setUp|tearDown)(?:Class|Module)")
_FAILED_IMPORT = "unittest.loader._FailedTest"
_TAP = re.compile(
    r"(?P<blank> *)(?P<not>not )?ok [0-9]{1,9} - (?P<name>.*?)(?P<directive> # (?:SKIP|TODO)\b.*)?"
)
_SUBTEST = re.compile(r"(?P<blank> *)# Subtest: (?P<name>.*)")
_SUITE = re.compile(r" +type: 'suite'")
_SPEC = re.compile(
    r"(?P<blank> *)(?P<mark>[✔✖▶﹣⚠]) (?P<name>.+?)(?P<time> \([0-9.]+ms\))?(?P<directive> # .*)?"
)
_SPEC_ENDS = "✖ failing tests:"
_FILE = re.compile(r"(?:/|[A-Za-z]:\\).*\.[cm]?[jt]sx?")
"""What node:test calls a file that it could not load."""
_JEST = re.compile(r"(?P<blank>  +)(?P<mark>[✓✕○✎√\u00d7]) (?P<name>.+?)(?: \([0-9.]+ m?s\))?")
_VITEST = re.compile(
    r" (?P<mark>[✓\u00d7↓]) (?:\|[^|]*\| )?(?P<name>\S+\.[cm]?[jt]sx? > .+?)(?: [0-9.]+m?s)?"
)
_TESTDOX = re.compile(r" (?P<mark>[✔✘☢↩∅⚠]) (?P<name>\S.*?)(?: +\[?[0-9.]+ ms\]?)? *")


def _pytest(lines: Sequence[str]) -> Iterator[Told]:
    told: dict[str, bool] = {}
    for line in lines:
        found = next((match for pattern in _PYTEST if (match := pattern.fullmatch(line))), None)
        if found:  # it may pass and then err when it is torn down
            told[found["id"]] = found["kind"] == "PASSED" or told.get(found["id"], False)
    yield from told.items()


def _unittest(lines: Sequence[str]) -> Iterator[Told]:
    name = ""
    for line in lines:
        if line.startswith("=" * 70):
            return
        found = _UNITTEST.fullmatch(line)
        if found:
            loaded = not (_NO_TEST.match(found["name"]) or found["owner"].startswith(_FAILED_IMPORT))
            owner = found["owner"].removesuffix(f".{found['name']}")
            name = f"{owner}.{found['name']}" if loaded else ""
        if name and " ... " in f"{line} ":
            yield name, line.endswith(" ... ok")
            name = ""


def _tap(lines: Sequence[str]) -> Iterator[Told]:
    path: list[tuple[int, str]] = []
    for at, line in enumerate(lines):
        opened, ended = _SUBTEST.fullmatch(line), _TAP.fullmatch(line)
        if opened:
            path = [*_above(path, len(opened["blank"])), (len(opened["blank"]), opened["name"])]
        elif ended and not any(_SUITE.fullmatch(below) for below in lines[at + 1 : at + 4]):
            names = [*(name for _, name in _above(path, len(ended["blank"]))), ended["name"]]
            yield " > ".join(names), not (ended["not"] or ended["directive"])


def _spec(lines: Sequence[str]) -> Iterator[Told]:
    path: list[tuple[int, str]] = []
    for line in lines:
        found = _SPEC.fullmatch(line)
        if line.startswith(_SPEC_ENDS):
            return
        if found:
            depth = len(found["blank"])
            closes, path = (depth, found["name"]) in path, _above(path, depth)
            if found["mark"] == "▶" and not found["time"]:
                path.append((depth, found["name"]))
            elif not closes:
                names = [*(name for _, name in path), found["name"]]
                yield " > ".join(names), found["mark"] == "✔" and not found["directive"]


def _above(path: Sequence[tuple[int, str]], depth: int) -> list[tuple[int, str]]:
    return [step for step in path if step[0] < depth]


def _jest(lines: Sequence[str]) -> Iterator[Told]:
    file, path = "", list[tuple[int, str]]()
    for line in lines:
        opened, found = FILE.fullmatch(line), _JEST.fullmatch(line)
        if opened:
            file, path = opened["file"], []
        elif found and file:
            names = [*(name for _, name in _above(path, len(found["blank"]))), found["name"]]
            yield " > ".join([file, *names]), found["mark"] in "✓√"
        elif line.startswith("  ●") or (line and line[0] != " "):
            file = ""
        elif file and line.strip():
            path = [*_above(path, indentation(line)), (indentation(line), line.strip())]


def _vitest(lines: Sequence[str]) -> Iterator[Told]:
    for line in lines:
        found = _VITEST.fullmatch(line)
        if found:
            yield found["name"], found["mark"] == "✓"


def _phpunit(lines: Sequence[str]) -> Iterator[Told]:
    owner = ""
    for line in lines:
        found = _TESTDOX.fullmatch(line)
        if found:
            yield f"{owner} > {found['name']}", found["mark"] == "✔"
        elif line and not line[0].isspace():
            owner = line


_ROLLS: Mapping[str, Callable[[Sequence[str]], Iterator[Told]]] = {
    "pytest": _pytest,
    "unittest": _unittest,
    "node:test, spec": _spec,
    "node:test, TAP": _tap,
    "jest": _jest,
    "vitest": _vitest,
    "phpunit": _phpunit,
}


def roll_of(reader: str, lines: Sequence[str], passed: int | None) -> Roll | None:
    """The tests that a reader's runner names; `passed` is how many it counts. None where it names none."""
    return rolled(_ROLLS[reader](lines), passed)


def rolled(told: Iterable[Told], passed: int | None) -> Roll | None:
    """What was told of tests; passing ones of one name are numbered. A file that cannot load is none."""
    seen: Counter[str] = Counter()
    good, others = set[str](), set[str]()
    for name, fine in told:
        if fine:
            seen[name] += 1
            good.add(name if seen[name] == 1 else f"{name} #{seen[name]}")
        elif not _FILE.fullmatch(name):
            others.add(name)
    if not (good or others):
        return None
    return Roll(frozenset(good), frozenset(others), whole=len(good) == passed)


def joined(rolls: Sequence[Roll | None]) -> Roll | None:
    """The rolls of all runners of a command as one: whole when each runner has a whole one."""
    known = [roll for roll in rolls if roll]
    if not known:
        return None
    passed = frozenset(name for roll in known for name in roll.passed)
    others = frozenset(name for roll in known for name in roll.others)
    return Roll(passed, others, whole=len(known) == len(rolls) and all(roll.whole for roll in known))
