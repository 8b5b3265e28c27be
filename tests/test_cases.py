"""Reports and tests that tell of one error make one case."""

from __future__ import annotations

from dataclasses import replace

import pytest

from homeostat.cases import Case, gathered
from homeostat.fingerprint import identify
from homeostat.records import Failure, Frame, Origin

FRAME = Frame("src/settings.py", 4, function="timeout")
TELLING = "the list of all orders has no total"


def case(
    *,
    message: str = "'timeout'",
    function: str = "timeout",
    origin: Origin = Origin.ISSUE,
    reported: str | None = None,
    tests: tuple[str, ...] = (),
    occurrences: int = 1,
) -> Case:
    told = Failure(
        "KeyError",
        message,
        (Frame("src/settings.py", 4, function=function),),
        "python",
        origin,
        reported_id=reported,
        tests=tests,
        occurrences=occurrences,
    )
    return Case(told, identify(told, None))


def elsewhere(one: Case, file: str = "", kind: str = "KeyError") -> Case:
    """The same in another file, or in none that is known."""
    frames = tuple(frame._replace(file=file) for frame in one.failure.frames if file)
    told = replace(one.failure, frames=frames, type=kind)
    return Case(told, identify(told, None))


def test_nothing_makes_no_case() -> None:
    assert gathered([]) == []


def test_different_errors_stay_apart_in_order_of_mention() -> None:
    told = [case(function=name) for name in ("c", "a", "b")]
    assert gathered(told) == told


def test_a_test_says_where_it_is_when_the_report_has_only_another_name_for_it() -> None:
    report = elsewhere(case(message=TELLING), "bundle.js")
    shown = case(message=TELLING, origin=Origin.TESTS, tests=("t",))
    (joined,) = gathered([report, shown])
    assert joined.fingerprint.exact == report.fingerprint.exact
    assert joined.fingerprint.culprit == shown.fingerprint.culprit
    assert joined.failure.frames == shown.failure.frames
    assert gathered([case(message=TELLING), shown])[0].failure.frames == case().failure.frames


PAIRS = {
    "same exact id": (case(), case(), 1),
    "same reported id": (
        case(message="'a'", function="f", reported="abc"),
        case(message="'b'", reported="abc"),
        1,
    ),
    "same reported id in another file": (
        case(message="'a'", reported="abc"),
        elsewhere(case(message="'a'", reported="abc"), "src/prices.py"),
        2,
    ),
    "same reported id of another type": (
        case(message="'a'", reported="abc"),
        elsewhere(case(message="'b'", reported="abc"), "src/settings.py", "ValueError"),
        2,
    ),
    "same reported id without a place": (
        elsewhere(case(message="a is gone", reported="abc")),
        elsewhere(case(message="b went away", reported="abc")),
        2,
    ),
    "same reported id of one message": (
        case(message=TELLING, reported="abc"),
        elsewhere(case(message=TELLING, reported="abc"), "src/prices.py"),
        1,
    ),
    "same message in two files": (case(message=TELLING), elsewhere(case(message=TELLING), "src/b.py"), 2),
    "no reported id on either side": (case(message="'a'", function="f"), case(message="'b'"), 2),
    "different reported ids of one exact id": (case(reported="abc"), case(reported="def"), 1),
    "same place in report and test": (case(), case(message="'x'", origin=Origin.TESTS), 1),
    "same place in trace and test": (
        case(origin=Origin.TRACE),
        case(message="'x'", origin=Origin.TESTS),
        1,
    ),
    "same place in two tests": (
        case(message="'x'", origin=Origin.TESTS),
        case(message="'y'", origin=Origin.TESTS),
        1,
    ),
    "same first line at one place in two reports": (
        case(message="'x'\nbye"),
        case(message="'x'\nall done"),
        1,
    ),
    "another first line at one place": (case(message="'x'\nbye"), case(message="'y'\nbye"), 2),
    "same first line at another place": (case(message="'x'\nbye"), case(message="'x'\nbye", function="f"), 2),
    "same place in two reports": (case(message="'x'"), case(message="'y'"), 2),
    "another place in a test": (case(), case(function="other", origin=Origin.TESTS), 2),
}


@pytest.mark.parametrize(("one", "other", "number"), PAIRS.values(), ids=PAIRS.keys())
def test_two_tellings_are_one_case_when_an_id_says_so(one: Case, other: Case, number: int) -> None:
    found = gathered([one, other])
    assert len(found) == number
    assert found[0].fingerprint == one.fingerprint
    assert len(gathered([other, one])) == number


def test_a_report_collects_the_tests_that_show_it_each_once() -> None:
    shown = [case(origin=Origin.TESTS, tests=tests) for tests in (("t1", "t2"), ("t2", "t3"))]
    (found,) = gathered([case(), *shown])
    assert found.failure.tests == ("t1", "t2", "t3")
    assert found.failure.origin is Origin.ISSUE


def test_occurrences_are_those_of_the_reports() -> None:
    told = [case(occurrences=14), case(occurrences=3), case(origin=Origin.TESTS, occurrences=1)]
    (found,) = gathered(told)
    assert found.failure.occurrences == 17


def test_the_first_telling_speaks_for_the_case() -> None:
    first = case(message="'a'", reported="abc")
    (found,) = gathered([first, case(message="'b'", function="f", reported="abc")])
    assert found.failure.message == "'a'"
    assert found.title == "KeyError: 'a'"


def test_a_title_tells_the_template_not_the_payload() -> None:
    assert case(message="no user 4711").title == "KeyError: no user <number>"


def told_of(frame: Frame, excerpt: str, *, kind: str = "ExceptionGroup", tests: tuple[str, ...] = ()) -> Case:
    """A report of an error that no test shows, with its text."""
    failure = Failure(kind, "it failed", (frame,), "python", Origin.ISSUE, excerpt=excerpt, tests=tests)
    return Case(failure, identify(failure, None))


NAMED = "  | ExceptionGroup: it failed (1 sub-exception)\n    | KeyError: 'timeout'"
NAMERS = {
    "a group's member": (told_of(FRAME, NAMED), 1),
    "a cause": (told_of(FRAME, "Error: late\n  [cause]: KeyError: 'timeout'"), 1),
    "another place": (told_of(FRAME._replace(function="other"), NAMED), 2),
    "another message": (told_of(FRAME, NAMED.replace("timeout", "price")), 2),
    "another type": (told_of(FRAME, NAMED.replace("KeyError", "ValueError")), 2),
    "within a sentence": (told_of(FRAME, "It is no KeyError: 'timeout' at all"), 2),
    "a report that a test shows": (told_of(FRAME, NAMED, tests=("t1",)), 2),
}


@pytest.mark.parametrize(("report", "number"), NAMERS.values(), ids=NAMERS.keys())
def test_a_report_may_name_the_error_of_a_test_besides_its_own(report: Case, number: int) -> None:
    found = gathered([report, case(origin=Origin.TESTS, tests=("t2",))])
    assert len(found) == number
    assert found[0].failure.tests == (*report.failure.tests, *(("t2",) if number == 1 else ()))


def test_a_report_that_a_test_shows_as_it_is_takes_no_other() -> None:
    own = told_of(FRAME, NAMED)
    shown = Case(replace(own.failure, origin=Origin.TESTS, tests=("t1",)), own.fingerprint)
    others = case(origin=Origin.TESTS, tests=("t2",))
    assert [found.failure.tests for found in gathered([own, others, shown])] == [("t1",), ("t2",)]


def test_reports_and_errors_without_words_are_not_compared_so() -> None:
    silent = case(message="", origin=Origin.TESTS)
    assert len(gathered([told_of(FRAME, "| KeyError:"), silent])) == 2
    assert len(gathered([told_of(FRAME, NAMED), told_of(FRAME, NAMED, kind="KeyError")])) == 2


def thrown(message: str, origin: Origin, *, function: str = "timeout", kind: str = "TypeError") -> Case:
    failure = Failure(kind, message, (Frame("src/settings.js", 5, function=function),), "javascript", origin)
    return Case(failure, identify(failure, None))


VOIDS = {
    "what is nothing, and what was read of it": (thrown("settings.net is undefined", Origin.ISSUE), 1),
    "null": (thrown("settings.net is null", Origin.ISSUE), 2),
    "another place": (thrown("settings.net is undefined", Origin.ISSUE, function="start"), 2),
    "another type": (thrown("settings.net is undefined", Origin.ISSUE, kind="ReferenceError"), 2),
    "another complaint": (
        thrown("settings.net.timeout is not allowed to be undefined here", Origin.ISSUE),
        2,
    ),
}


@pytest.mark.parametrize(("report", "number"), VOIDS.values(), ids=VOIDS.keys())
def test_firefox_of_before_and_a_test_under_node_tell_of_one_error(report: Case, number: int) -> None:
    test = thrown("Cannot read properties of undefined (reading 'timeout')", Origin.TESTS)
    assert len(gathered([report, test])) == number
