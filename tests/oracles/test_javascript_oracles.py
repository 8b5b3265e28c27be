"""Our readers of V8's, SpiderMonkey's and JavaScriptCore's stacks beside four parsers that npm keeps.

Every frame with a file and a line that a parser finds must be one of ours, in the same order and under the
same name; and each of ours must be found by one of them. Where they differ, RULES says how and why, and every
rule must still be needed. Parsers read a program's stack and no log: they are given none of syslog's columns.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache

import pytest

from homeostat.intake import read_trace
from homeostat.records import Failure, Frame
from tests.fingerprint.corpus import CORPUS, reports
from tests.oracles.oracles import ORACLES, RULES, Answers, Rule, as_ours, ask, placed

pytestmark = pytest.mark.oracle

SYSLOG = re.compile(r"^<[0-9]+>\w+ [0-9]+ [0-9:]+ \w+: ", re.MULTILINE)


@dataclass(frozen=True)
class Stack:
    """A report's text, and the frames with a file and a line that we read in it."""

    text: str
    frames: tuple[Frame, ...]


@cache
def stacks() -> Mapping[str, Stack]:
    """Every JavaScript report of the corpus, by its file."""
    found = {
        report.expected["file"]: Stack(SYSLOG.sub("", report.text), placed(report.failure.frames))
        for report in reports()
        if report.expected["language"] == "javascript"
    }
    for path in sorted((CORPUS / "traces").glob("node-*")):
        failure = read_trace(path.read_text())
        assert isinstance(failure, Failure)
        found[f"traces/{path.name}"] = Stack(path.read_text(), placed(failure.frames))
    return found


@cache
def answers() -> Answers:
    return ask({id_: stack.text for id_, stack in stacks().items()})


def missed(oracle: str, id_: str, rules: Iterable[Rule]) -> Frame | None:
    """The first frame of a parser that does not follow in ours."""
    stack = stacks()[id_]
    ours = iter(stack.frames)
    theirs = as_ours(answers()[id_][oracle], stack.text, oracle, rules)
    return next((frame for frame in theirs if frame not in ours), None)


def _place(frame: Frame) -> tuple[str, int | None, int | None]:
    return frame.file, frame.line, frame.column


@pytest.mark.parametrize("oracle", ORACLES)
def test_we_read_every_frame_that_the_oracle_reads_in_its_order(oracle: str) -> None:
    found = {id_: missed(oracle, id_, RULES.values()) for id_ in stacks()}
    assert not {id_: frame for id_, frame in found.items() if frame}


@pytest.mark.parametrize("oracle", ORACLES)
def test_the_oracle_has_read_the_corpus(oracle: str) -> None:
    shown = [id_ for id_, stack in stacks().items() if stack.frames]
    silent = [id_ for id_ in shown if not answers()[id_][oracle]]
    assert len(shown) > 350
    assert not silent


def test_every_frame_of_ours_is_read_by_an_oracle_or_opens_a_dump() -> None:
    alone = [
        f"{frame.file}:{frame.line}:{frame.column} {{\n"
        in stack.text  # node prints the error's fields behind it
        for id_, stack in stacks().items()
        for frame in stack.frames
        if _place(frame) not in {_place(theirs) for frames in answers()[id_].values() for theirs in frames}
    ]
    assert alone
    assert all(alone)


@pytest.mark.parametrize("name", RULES)
def test_every_rule_is_needed(name: str) -> None:
    others = [rule for other, rule in RULES.items() if other != name]
    assert any(missed(oracle, id_, others) for oracle in RULES[name].oracles for id_ in stacks())
