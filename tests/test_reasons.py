"""Why a failure stayed unhealed, in words that lead somewhere."""

from collections.abc import Sequence

import pytest

from homeostat.bench import summary_of
from homeostat.cases import Case
from homeostat.console import fix_lines
from homeostat.incidents import Trial, tried
from homeostat.pipeline import Fixed
from homeostat.records import Candidate, Failure, Fingerprint, Origin, Patch, Run
from homeostat.verify import compare
from tests.test_verify import counted, ended, names, suite

BEFORE = suite(counted("t1", passed=9))
STILL, BREAKS = counted("t1", passed=9), counted("t3 t2", passed=9)
ENDLESS = ended(None)
PATCH = Patch("c" * 40, "d" * 40, "", ())


def trial(number: int, after: Run, *, origin: str = "", searched: bool = True) -> Trial:
    name = f"{'r' if origin else 's'}-{number:012x}"
    candidate = Candidate({"a.py": f"{number}\n"}, name, 0.5, "why", origin, searched=searched)
    return Trial(candidate, PATCH, compare(BEFORE, suite(after), names("t1")))


def refused(number: int) -> Trial:
    made = trial(number, STILL)
    return Trial(made.candidate, PATCH, None, ("a.py: it is sensitive",))


@pytest.mark.parametrize(
    ("trials", "told"),
    [
        pytest.param([trial(1, STILL)], "1 small edit left the test failing", id="one"),
        pytest.param(
            [trial(1, STILL), trial(2, STILL)], "2 small edits left the test failing", id="all alike"
        ),
        pytest.param(
            [trial(1, STILL), trial(2, BREAKS), trial(3, counted("t1 t2 t4", passed=9))],
            "of 3 small edits tried, 1 left the test failing and 2 broke another (t2, t3 and 1 more)",
            id="two ways",
        ),
        pytest.param(
            [trial(1, ENDLESS), trial(2, STILL), refused(3), trial(4, BREAKS)],
            "of 4 small edits tried, 2 came to nothing (the tests did not end within 62 s, refused: "
            "a.py: it is sensitive), 1 left the test failing and 1 broke another (t2, t3)",
            id="other ways",
        ),
    ],
)
def test_small_edits_are_counted_by_what_became_of_them(trials: Sequence[Trial], told: str) -> None:
    assert summary_of(trials) == told


def test_rules_are_named_for_they_can_be_looked_up() -> None:
    learned = [trial(n, STILL, origin="1 fix in 1 repository", searched=n > 1) for n in range(1, 6)]
    told = summary_of([*learned, trial(9, STILL)], ["deepseek: try 1: it changes no code"])
    assert told == (
        "r-000000000001, r-000000000002, r-000000000003 and 2 more: still failing: t1 | "
        "1 small edit left the test failing | deepseek: try 1: it changes no code"
    )


def test_the_log_names_each_candidate() -> None:
    found = [tuple(one.values()) for one in tried([trial(1, STILL), refused(2)])]
    assert found == [
        ("s-000000000001", 0.5, "rejected", "still failing: t1"),
        ("s-000000000002", 0.5, "refused", "a.py: it is sensitive"),
    ]


CASE = Case(
    Failure("KeyError", "'a'", (), "python", Origin.TESTS),
    Fingerprint("hs1-0123456789abcdef", "hs1-wide", None, "KeyError", "<key>", None, ()),
)


def test_a_terminal_says_why_and_what_now() -> None:
    trials = [trial(1, STILL)]
    told = "\n".join(fix_lines(Fixed(CASE, trials, None, summary_of(trials))))
    assert "Not healed: 1 small edit left the test failing\n            Mend it by hand" in told
    assert "s-0" not in told


def test_where_nothing_was_tried_no_fix_is_asked_for() -> None:
    assert "Mend it" not in "\n".join(fix_lines(Fixed(CASE, [], None, "the tests cannot run here")))
