"""Python's unittest, with the differences of 3.11 to 3.13."""

from __future__ import annotations

import re
from collections.abc import Sequence

from homeostat.intake.runners.blocks import blocks, distinct, failed_test, until
from homeostat.intake.traces import python
from homeostat.records import FailedTest, TestReport

_BLOCK = re.compile(r"(?:FAIL|ERROR): (?P<name>\S+) \((?P<owner>[\w.<>-]+)\)(?P<case> .+)?")
_RAN = re.compile(r"Ran (?P<number>[0-9]{1,9}) tests? in [0-9.]+s")
_RULE = re.compile(r"={70}$")
_END = re.compile(r"(?:OK|FAILED|NO TESTS RAN)(?: \((?P<counts>.*)\))?")
_SUMMARY = re.compile(r"(?P<what>[a-z ]+)=(?P<number>[0-9]{1,9})")
_NO_TEST = ("setUpClass", "tearDownClass", "setUpModule", "tearDownModule")
_FAILED_IMPORT = "unittest.loader._FailedTest"


def read(lines: Sequence[str]) -> TestReport | None:
    """Every FAIL and ERROR block and the count at the end."""
    ran = next((found for line in reversed(lines) if (found := _RAN.fullmatch(line))), None)
    bodies = [(match, until(body, _RULE)) for match, body in blocks(lines, _BLOCK) if _is_block(body)]
    if not ran and not bodies:
        return None
    failed = distinct(_test(match, until(body, _RAN)) for match, body in bodies)
    skipped = _summary(lines).get("skipped", 0)
    bad = {f"{match['owner']}.{match['name']}" for match, _ in bodies if match["name"] not in _NO_TEST}
    passed = max(0, int(ran["number"]) - len(bad) - _without_proof(lines)) if ran else None
    return TestReport("unittest", failed, passed, skipped if ran else None)


def _is_block(body: Sequence[str]) -> bool:
    return any(line.startswith("-" * 70) for line in body[:3])


def _test(match: re.Match[str], body: Sequence[str]) -> FailedTest:
    trace = [line for line in body if not line.startswith("-" * 70)]
    return failed_test(_id(match["name"], match["owner"]) + (match["case"] or ""), python.read(trace), trace)


def _id(name: str, owner: str) -> str:
    """Dotted, as `python -m unittest` takes it: 3.11 prints the method with its class, 3.10 did not."""
    if owner.startswith(_FAILED_IMPORT):
        return name
    return owner if owner.endswith(f".{name}") else f"{owner}.{name}"


def _summary(lines: Sequence[str]) -> dict[str, int]:
    end = next((found for line in reversed(lines) if (found := _END.fullmatch(line))), None)
    text = (end["counts"] if end else None) or ""
    return {found["what"].strip(): int(found["number"]) for found in _SUMMARY.finditer(text)}


def _without_proof(lines: Sequence[str]) -> int:
    """Tests that ran and neither passed nor have a block of their own."""
    summary = _summary(lines)
    return sum(summary.get(what, 0) for what in ("skipped", "expected failures", "unexpected successes"))
