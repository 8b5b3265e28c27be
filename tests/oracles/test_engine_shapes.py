"""Frames of engines and hosts that the corpus holds no report of: where two parsers agree, so must we."""

from collections import Counter
from functools import cache

import pytest

from homeostat.intake import read_trace
from homeostat.records import Failure, Frame
from tests.oracles.oracles import ORACLES, RULES, Answers, as_ours, ask, placed

pytestmark = pytest.mark.oracle

SHAPES = (
    "at f (http://a.test/c.js:1:2)",
    "at http://a.test/c.js:1:2",
    "at async f (file:///a/c.mjs:1:2)",
    "at async file:///a/c.mjs:1:2",
    "at Object.f [as g] (/a/c.js:1:2)",
    "at get x [as x] (/a/c.js:1:2)",
    "at #secret (/a/c.js:1:2)",
    "at [Symbol.iterator] (/a/c.js:1:2)",
    "at odd name (/a/c.js:1:2)",
    "at a.b.<computed> [as f] (/a/c.js:1:2)",
    "at f (/a b/c.js:1:2)",
    "at f (/a (b)/c.js:1:2)",
    "at f (C:\\a b\\c.js:1:2)",
    "at C:\\a\\c.js:1:2",
    "at f (\\\\host\\a\\c.js:1:2)",
    "at f (chrome-extension://abc/c.js:1:2)",
    "at f (blob:http://a.test/0-1:1:2)",
    "at f ([eval]:1:2)",
    "at [eval]-wrapper:6:24",
    "at REPL1:1:2",
    "at process._tickCallback (internal/process/next_tick.js:68:7)",
    "at f (ext:core/01.js:1:2)",
    "at eval (webpack-internal:///./src/a.js:1:2)",
    "at Module../src/a.js (http://a.test/c.js:1:2)",
    "at eval (eval at f (http://a.test/c.js:1:2), <anonymous>:3:4)",
    "at f (index.android.bundle:1:2)",
    "at Anonymous function (http://a.test/c.js:1:2)",
    "at f (http://a.test/c.js:1)",
    "f@http://a.test/c.js:1:2",
    "f@http://a.test/c.js:1",
    "@http://a.test/c.js:1:2",
    "http://a.test/c.js:1:2",
    "f/<@http://a.test/c.js:1:2",
    "o.f/g</<@http://a.test/c.js:1:2",
    "async*f@http://a.test/c.js:1:2",
    "promise callback*f@http://a.test/c.js:1:2",
    "f@http://a.test/c.js line 3 > eval:1:1",
    "f@http://a.test/c.js line 3 > eval line 1 > eval:1:1",
    '["a@b"]@http://a.test/c.js:1:2',
    "f@http://a.test/c.js?x=a@b:1:2",
    "f@http://a.test/@scope/c.js:1:2",
    "f@moz-extension://0a/c.js:1:2",
    "f@safari-web-extension://0a/c.js:1:2",
    "f@resource://gre/modules/c.jsm:1:2",
    "f@webpack-internal:///./src/c.js:1:2",
    "f@/srv/app/c.js:1:2",
    "f@file:///C:/a%20b/c.js:1:2",
    "global code@http://a.test/c.js:1:2",
    "module code@http://a.test/c.js:1:2",
    "value@http://a.test:8081/index.bundle?platform=ios&dev=true:1:2",
    "f@c.js:1:2",
    "f@main.jsbundle:1:2",
    "main.jsbundle:1:2",
    "f@self-hosted:1:2",
    "@debugger eval code:1:2",
    "f@http://a.test/my file.js:1:2",
    "http://a.test/@scope/c.js:1:2",
)

DISPUTED = {
    "f@http://a.test/c.js line 3 > Function:1:1": (
        Frame("http://a.test/c.js", 3, None, "f"),
        "code of `new Function` stands where it was made, as they say themselves of `eval`",
    ),
    "a@b@http://a.test/c.js:1:2": (
        Frame("b@http://a.test/c.js", 1, 2, "a"),
        "no name holds a bare `@`: engines print a property's name in brackets and quotes",
    ),
}
"""Where two parsers agree and are wrong: what we read, and why."""


def _pasted(shape: str) -> str:
    indented = "    " if shape.startswith("at ") else ""
    return f"Error: boom\n{indented}{shape}"


def _stack(shape: str) -> str:
    # SpiderMonkey and JavaScriptCore keep the message out of `error.stack`.
    return _pasted(shape) if shape.startswith("at ") else shape


@cache
def answers() -> Answers:
    return ask({shape: _stack(shape) for shape in (*SHAPES, *DISPUTED)})


def agreed(shape: str) -> list[Frame]:
    """What at least two parsers read alike."""
    told = Counter(
        (frame.file, frame.line, frame.column, frame.function)
        for oracle in ORACLES
        for frame in as_ours(answers()[shape][oracle], _stack(shape), oracle, RULES.values())
    )
    return [Frame(*told_alike) for told_alike, votes in told.items() if votes > 1]


def read(shape: str) -> Frame | None:
    failure = read_trace(_pasted(shape))
    frames = placed(failure.frames) if isinstance(failure, Failure) else ()
    return frames[0] if frames else None


@pytest.mark.parametrize("shape", SHAPES)
def test_we_read_what_two_oracles_agree_on(shape: str) -> None:
    assert read(shape) in agreed(shape)


@pytest.mark.parametrize("shape", DISPUTED)
def test_we_differ_from_two_oracles_for_a_reason(shape: str) -> None:
    ours, _ = DISPUTED[shape]
    assert read(shape) == ours
    assert ours not in agreed(shape)
    assert agreed(shape)
