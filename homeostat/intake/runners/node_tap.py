"""node:test in TAP, which Node 20 prints when nobody watches: nested results with a YAML block each."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from homeostat.intake.reading import Heading, place
from homeostat.intake.runners.blocks import ASSERTION, distinct, failed_test, told
from homeostat.intake.runners.node_crash import crash_of, crashes
from homeostat.intake.text import indentation
from homeostat.intake.traces import javascript
from homeostat.records import FailedTest, TestReport

_RESULT = re.compile(r"(?P<blank> *)not ok [0-9]{1,9} - (?P<name>.*)")
_SUBTEST = re.compile(r"(?P<blank> *)# Subtest: (?P<name>.*)")
_OURS = re.compile(r"TAP version 13.*| *# Subtest: .*| *failureType: '\w+'")
"""Its heading, or what of its results no other runner's TAP has: a paste may begin anywhere."""

_DIRECTIVE = re.compile(r" # (?:SKIP|TODO)\b")
_COUNT = re.compile(r"# (?P<what>tests|pass|fail|skipped) (?P<number>[0-9]{1,9})")
_KEY = re.compile(r" *(?P<key>[a-z][A-Za-z]*):(?: (?P<value>.*))?")
_FAILED_INSIDE = "subtestsFailed"


@dataclass(frozen=True, slots=True)
class _Result:
    path: tuple[str, ...]
    block: dict[str, str]


def read(lines: Sequence[str]) -> TestReport | None:
    """Every `not ok` that is no suite."""
    if not any(map(_OURS.fullmatch, lines)):
        return None
    numbers = {found["what"]: int(found["number"]) for found in map(_COUNT.fullmatch, lines) if found}
    leaves = (result for result in _results(lines) if result.block.get("failureType") != _FAILED_INSIDE)
    printed = crashes(lines)
    failed = distinct(_test(result, printed) for result in leaves)
    return TestReport("node:test", failed, numbers.get("pass"), numbers.get("skipped"))


def _results(lines: Sequence[str]) -> Iterator[_Result]:
    path: list[tuple[int, str]] = []
    for at, line in enumerate(lines):
        subtest = _SUBTEST.fullmatch(line)
        result = _RESULT.fullmatch(line)
        if subtest:
            path = [*_above(path, len(subtest["blank"])), (len(subtest["blank"]), _name(subtest["name"]))]
        elif result and not _DIRECTIVE.search(line):
            above = _above(path, len(result["blank"]))
            names = (*(name for _, name in above), _name(result["name"]))
            yield _Result(names, _yaml(lines[at + 1 :], len(result["blank"]) + 2))


def _above(path: Sequence[tuple[int, str]], depth: int) -> list[tuple[int, str]]:
    return [step for step in path if step[0] < depth]


def _name(printed: str) -> str:
    return printed.strip().replace("\\#", "#").replace("\\\\", "\\")


def _yaml(lines: Sequence[str], depth: int) -> dict[str, str]:
    """The block below a result: one level of keys, long texts joined."""
    found: dict[str, list[str]] = {}
    texts: list[str] = []
    for line in lines[1:] if lines[:1] and lines[0].strip() == "---" else ():
        if line.strip() == "..." and indentation(line) == depth:
            break
        key = _KEY.fullmatch(line) if indentation(line) == depth else None
        if key:
            texts = found.setdefault(key["key"], [])
            texts.append(_scalar(key["value"] or ""))
        else:
            texts.append(line[depth + 2 :])
    return {key: "\n".join(texts).strip("\n") for key, texts in found.items()}


def _scalar(text: str) -> str:
    if text[:1] == text[-1:] == "'":
        return text[1:-1].replace("''", "'")
    if text[:1] == text[-1:] == '"':
        return text[1:-1].replace("\\n", "\n").replace('\\"', '"')
    return "" if text in {"|-", "|", ">-"} else text


def _test(result: _Result, printed: Sequence[str]) -> FailedTest:
    block = result.block
    at = place(block.get("location", ""))
    name = test_id(at.file if at else "", result.path)
    stack = block.get("stack", "").splitlines()
    frames = [found for line in stack if (found := javascript.call(line.strip()))]
    places = frames or ([at] if at else [])
    crash = None if frames else crash_of(result.path[-1], printed)
    reading = crash or told(_error(block), places, language="javascript")
    return failed_test(name, reading, [block.get("error", ""), *stack])


def _error(block: dict[str, str]) -> Heading:
    assertion = block.get("code") == "ERR_ASSERTION"
    return Heading(block.get("name") or (ASSERTION if assertion else "Error"), block.get("error", "").strip())


def test_id(file: str, path: Sequence[str]) -> str:
    """The file's own name and the names of suites and test: where the file lies differs between runs."""
    own = file.replace("\\", "/").rpartition("/")[2]
    names = [name.rpartition("/")[2] if name == file else name for name in path]
    return " > ".join([own, *names] if own and names != [own] else names)
