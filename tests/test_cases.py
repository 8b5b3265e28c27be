"""Reports and tests that tell of one error make one case."""

from __future__ import annotations

import pytest

from homeostat.cases import Case, gathered
from homeostat.fingerprint import identify
from homeostat.records import Failure, Frame, Origin

FRAME = Frame("src/settings.py", 4, function="timeout")


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


def test_nothing_makes_no_case() -> None:
    assert gathered([]) == []


def test_different_errors_stay_apart_in_order_of_mention() -> None:
    told = [case(function=name) for name in ("c", "a", "b")]
    assert gathered(told) == told


PAIRS = {
    "same exact id": (case(), case(), 1),
    "same reported id": (
        case(message="'a'", function="f", reported="abc"),
        case(message="'b'", reported="abc"),
        1,
    ),
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
