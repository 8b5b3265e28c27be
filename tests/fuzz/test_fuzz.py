"""A hundred thousand hostile reports: none stops the program, none holds it up."""

from __future__ import annotations

import gc
import time

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from homeostat.fingerprint import explain, identify
from homeostat.fingerprint.explained import explanation
from homeostat.intake import read_text
from homeostat.intake.text import MAX_CHARACTERS
from homeostat.records import Failure, Origin
from tests.fingerprint.corpus import CORPUS

pytestmark = [pytest.mark.fuzz, pytest.mark.timeout(3_000)]

TRIES = 100_000
SHARES = 8
LIMIT = 0.05
"""Seconds of the processor that one report may take."""

YARDSTICK = 0.0009
"""Seconds that a loop takes where the limit was set; a slower or shared processor gets as much more."""

LINES = sorted({line for path in CORPUS.rglob("*.txt") for line in path.read_text().splitlines()})
MARKS = [
    *"\n \t\r\x00\x1b.,:;/\\()[]{}<>'\"`@#&%$=|*+~?!^_-0aAé", "\u201c", "\u2003", "\ud83d\ude00", "\r\n",
    "\n\n", "at ", "\n    at f (", "(eval at ", "<anonymous>", "[native code]", "https://a.b/c.js:1:2",
    "f@a.js:1\n", " > eval", 'File "', '", line 1, in f\n', "Traceback (most recent call last):\n",
    "  + Exception Group Traceback", "  | ", "+-+---------------- 1 ----------------\n",
    "[Previous line repeated 9999 more times]\n", "#0 ", "#1 a.php(1): f()\n", " called at ", " on line 1",
    "PHP Fatal error:  Uncaught ", "Stack trace:\n", "Next ", "{closure:", "Caused by: ", "Suppressed: ",
    "\tat a.B.c(B.java:1)\n", "... 9 more\n", " ---> ", "--- End of ", "   at A.B(C d) in e.cs:line 1\n",
    "goroutine 1 [running]:\n", "panic: ", "main.f(0x1)\n\t/a.go:1 +0x1\n", "thread 'm' panicked at ",
    "   0: f\n   at a.rs:1:1\n", "a.rb:1:in `f'", "\tfrom ", "Error: ", "TypeError: x is not a function",
    "Cannot read properties of ", "&lt;", "&amp;#39;", "<br />", "<td title='", "```", "~~~\n", "> ",
    "2026-03-01T10:11:12.345Z ", "app[1]: ", "web_1  | ", "ERROR ", "[X] E: ", "## Stack Trace\n",
    "**Error Type:** ", "FAILED ", "not ok 1 - ", "\u25cf ", "\u2716 ", "= FAILURES =\n", "Tests: 1 failed",
    "12345678-1234-1234-1234-123456789012", "deadbeef", "10.0.0.1", "::1", "a@b.co", "1.5e10", "C:\\a\\b",
    "$1", "%s", "{0}",
]  # fmt: skip
LARGE = 1
"""Of a hundred reports, how many are as long as may be."""


PIECE = st.one_of(st.sampled_from(MARKS), st.sampled_from(MARKS), st.sampled_from(LINES), st.text(max_size=8))


def report(pieces: list[str], ends: tuple[str, str], size: int) -> str:
    """A few pieces of real reports and what stands between them, once or over and over."""
    unit, most = "".join(pieces), 20_000
    if size < LARGE:
        most, times = MAX_CHARACTERS, MAX_CHARACTERS
    else:
        times = 400 if size < 10 * LARGE else size % 9 + 1
    return f"{ends[0]}{(unit * times)[:most]}\n{ends[1]}"


def told(text: str) -> None:
    """All that is done with a report."""
    failure = read_text(text, words=True)
    if isinstance(failure, Failure):
        explanation(failure, identify(failure, None), explain(failure, None))
    identify(Failure("", text, (), "unknown", Origin.TRACE), None)


def seconds(text: str) -> float:
    """Of the processor, without the garbage that a hundred thousand examples have left to be collected."""
    gc.disable()
    try:
        begun = time.process_time()
        told(text)
        return time.process_time() - begun
    finally:
        gc.enable()


def limit() -> float:
    begun = time.process_time()
    sum(range(50_000))
    return LIMIT * max(1.0, (time.process_time() - begun) / YARDSTICK)


@pytest.mark.parametrize("_share", range(SHARES))
def test_no_report_stops_or_holds_up_the_program(_share: int) -> None:
    @settings(
        max_examples=TRIES // SHARES,
        database=None,
        suppress_health_check=[
            HealthCheck.too_slow,
            HealthCheck.data_too_large,
            HealthCheck.large_base_example,
        ],
    )
    @given(st.lists(PIECE, min_size=1, max_size=8), st.tuples(PIECE, PIECE), st.integers(0, 99))
    def tried(pieces: list[str], ends: tuple[str, str], size: int) -> None:
        text = report(pieces, ends, size)
        assert seconds(text) < LIMIT or any(seconds(text) < limit() for _ in range(9))

    tried()
