"""What four parsers that npm keeps read in a stack, and where we differ from them on purpose."""

import json
import re
import subprocess
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from homeostat.records import Frame

PARSE = Path(__file__).parent / "parse.mjs"
ORACLES = ("error-stack-parser", "sentry", "stacktrace-parser", "stacktracey")

Answers = Mapping[str, Mapping[str, tuple[Frame, ...]]]
"""By the id of a stack and the parser: the frames with a file and a line, innermost first."""


@dataclass(frozen=True)
class Rule:
    """How a parser's frame becomes one that we should have; None when we should not."""

    reason: str
    ours: Callable[[Frame, str], Frame | None]
    oracles: tuple[str, ...] = ORACLES


def _named(frame: Frame, function: str | None) -> Frame:
    return Frame(frame.file, frame.line, frame.column, function)


def _no_marker(frame: Frame, _: str) -> Frame:
    unnamed = frame.function in {"<unknown>", "?", "", "async"}
    return _named(frame, None) if unnamed else frame


def _no_async(frame: Frame, _: str) -> Frame:
    return _named(frame, frame.function and frame.function.removeprefix("async "))


def _no_alias(frame: Frame, _: str) -> Frame:
    return _named(frame, frame.function and frame.function.partition(" [as ")[0])


def _no_async_file(frame: Frame, _: str) -> Frame:
    return Frame(frame.file.removeprefix("async "), frame.line, frame.column, frame.function)


def _no_head(frame: Frame, text: str) -> Frame | None:
    head = re.search(rf"{re.escape(frame.file)}:{frame.line}\n.*\n *\^+\n", text)
    return None if head and frame.column is None else frame


def _no_split(frame: Frame, _: str) -> Frame:
    split = frame.function is not None and frame.function.startswith("/")
    return Frame(f"{frame.function} {frame.file}", frame.line, frame.column) if split else frame


def _no_clock(frame: Frame, _: str) -> Frame | None:
    return None if re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}", frame.file) else frame


RULES: Mapping[str, Rule] = {
    "a mark for no name": Rule(
        "We say None where they say `?`, `<unknown>`, nothing or `async`.", _no_marker
    ),
    "async": Rule("V8 prints it where a call was resumed; the function is the same.", _no_async),
    "alias": Rule("`f [as g]` is f: the name of the property it was called by comes and goes.", _no_alias),
    "async in a file": Rule(
        "`at async http://…` without a function: the word is no part of the address.",
        _no_async_file,
        ("error-stack-parser",),
    ),
    "head": Rule(
        "Node prints the place of the throw above its source line and a caret: the first frame once more.",
        _no_head,
        ("sentry", "stacktrace-parser"),
    ),
    "blank": Rule(
        "`at /my project/a.js:1:2` without a function: it ends the function at the blank within the path.",
        _no_split,
        ("stacktracey",),
    ),
    "clock": Rule("A log's date and hours look like file and line to it.", _no_clock, ("stacktracey",)),
}


def placed(frames: Iterable[Frame]) -> tuple[Frame, ...]:
    """Those with a file and a line."""
    return tuple(frame for frame in frames if frame.file and frame.line is not None)


def ask(stacks: Mapping[str, str]) -> Answers:
    """What each parser reads in each text."""
    asked = "\n".join(json.dumps({"id": id_, "stack": text}) for id_, text in stacks.items())
    told = subprocess.run(["node", str(PARSE)], input=asked, capture_output=True, text=True, check=True)
    return {
        answer["id"]: {name: placed(Frame(*row) for row in rows) for name, rows in answer["frames"].items()}
        for answer in map(json.loads, told.stdout.splitlines())
    }


def as_ours(frames: Iterable[Frame], text: str, oracle: str, rules: Iterable[Rule]) -> list[Frame]:
    """A parser's frames as they should be ours, by the rules that hold for it."""
    kept = list(frames)
    for rule in rules:
        if oracle in rule.oracles:
            kept = [ours for frame in kept if (ours := rule.ours(frame, text))]
    return kept
