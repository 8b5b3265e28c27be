"""What becomes of a delivered fix moves the record of its rule, and says how far the rule may go."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from homeostat.patterns import began, ended, lower_bound, tried_elsewhere
from homeostat.patterns.uses import ON_TRIAL, RESERVED, disgraced
from homeostat.records import (
    Ending,
    Hunk,
    Library,
    Opinion,
    Pattern,
    Precedent,
    Provenance,
    Record,
    Rule,
    Use,
)

NOW = datetime(2026, 3, 2, 10, 17, tzinfo=UTC)
LATER = datetime(2026, 3, 3, 10, 17, tzinfo=UTC)
ORIGIN = Precedent("acme/shop", "#7")


def pattern(name: str = "p-1", *, uses: int = 0, rate: float = 1.0, retired: str | None = None) -> Pattern:
    rule = Rule("hunks", (Hunk(("x = a",), ("x = b",), (), ()),))
    seen_in = Provenance("acme/shop", 7, "c" * 40, "person", NOW)
    return Pattern(name, "hs1-a", "python", "KeyError", "a.py", rule, seen_in, uses, rate, retired)


def use(
    name: str = "p-1", ending: Ending = Ending.OPEN, *, pull: int | None = 1, where: str = "acme/till"
) -> Use:
    commit = "" if ending is Ending.OPEN else f"{pull}" * 40
    return Use(name, where, f"hs1-{pull}", NOW, ending, pull=pull, commit=commit, precedent=ORIGIN)


def judged(library: Library, *endings: Ending, name: str = "p-1") -> Library:
    """The library after as many pull requests of a pattern."""
    for pull, ending in enumerate(endings, start=1):
        library = ended(began(library, use(name, pull=pull)), use(name, ending, pull=pull), at=LATER)
    return library


def after(*merges: bool) -> Pattern:
    library = Library((pattern(), pattern("p-else")), NOW)
    library = judged(library, *[Ending.MERGED if merged else Ending.CLOSED for merged in merges])
    assert library.patterns[1] == pattern("p-else")
    return library.patterns[0]


@pytest.mark.parametrize(
    ("merges", "rate"),
    [
        pytest.param([True], 1.0, id="merged"),
        pytest.param([False], 0.9, id="closed"),
        pytest.param([False, False], 0.81, id="closed twice"),
        pytest.param([False, True], 0.91, id="recovering"),
        pytest.param([False, False, True], 0.829, id="two and one"),
        pytest.param([False, False, True, False], 0.7461, id="two, one, one"),
        pytest.param([False] * 6, 0.531441, id="six times closed"),
    ],
)
def test_the_success_rate_is_a_moving_average_of_one_tenth(merges: list[bool], rate: float) -> None:
    result = after(*merges)
    assert (result.uses, result.success_rate, result.retired) == (len(merges), rate, None)


def test_a_failing_pattern_is_not_retired_before_its_tenth_use() -> None:
    nine, ten = after(*[False] * 9), after(*[False] * 10)
    assert nine.success_rate < 0.5
    assert nine.retired is None
    assert ten.retired == "success rate 35% after 10 uses"


@pytest.mark.parametrize(
    ("rate", "ending", "retired"),
    [
        pytest.param(0.5, Ending.MERGED, None, id="above"),
        pytest.param(0.555556, Ending.CLOSED, None, id="just at half"),
        pytest.param(0.555555, Ending.CLOSED, "success rate 50% after 10 uses", id="just below half"),
        pytest.param(0.4, Ending.MERGED, "success rate 46% after 10 uses", id="below although merged"),
    ],
)
def test_the_tenth_use_retires_below_one_half(rate: float, ending: Ending, retired: str | None) -> None:
    library = judged(Library((pattern(uses=9, rate=rate),), NOW), ending)
    assert library.patterns[0].retired == retired


def test_a_merge_does_not_bring_a_retired_pattern_back() -> None:
    library = judged(Library((pattern(uses=3, rate=0.9, retired="by hand"),), NOW), Ending.MERGED)
    assert library.patterns[0].retired == "by hand"


def test_the_use_of_an_unknown_pattern_moves_no_record() -> None:
    library = Library((pattern(),), NOW)
    assert judged(library, Ending.CLOSED, name="p-unknown").patterns == library.patterns


def test_an_ending_dates_the_library() -> None:
    assert judged(Library((pattern(),), NOW), Ending.MERGED).updated == LATER


@pytest.mark.parametrize(
    ("ending", "record"),
    [
        pytest.param(Ending.MERGED, Record(1, 1.0), id="merged"),
        pytest.param(Ending.CLOSED, Record(1, 0.9), id="closed"),
        pytest.param(Ending.EDITED, Record(1, 0.9), id="changed by a reviewer"),
    ],
)
def test_a_general_rule_has_a_record_too(ending: Ending, record: Record) -> None:
    library = judged(Library(), ending, name="r-1")
    assert library.records == {"r-1": record}
    assert [one.ending for one in library.uses] == [ending]


@pytest.mark.parametrize("ending", [Ending.MERGED, Ending.EDITED, Ending.CLOSED])
@pytest.mark.parametrize(
    ("opinion", "rate"), [(Opinion.RIGHT, 1.0), (Opinion.IDEA, 0.95), (Opinion.WRONG, 0.9)]
)
def test_what_a_reviewer_ticked_says_more_than_the_ending(
    ending: Ending, opinion: Opinion, rate: float
) -> None:
    told = replace(use("r-1", ending), opinion=opinion)
    library = ended(began(Library(), use("r-1", Ending.OPEN)), told, at=LATER)
    assert library.records == {"r-1": Record(1, rate)}
    assert library.uses[-1].opinion is opinion


def test_a_revert_says_more_than_what_was_ticked() -> None:
    liked = replace(use("r-1", Ending.MERGED), opinion=Opinion.RIGHT)
    library = ended(began(Library(), use("r-1", Ending.OPEN)), liked, at=LATER)
    assert lower_bound(library, "r-1") > 0
    reverted = ended(library, use("r-1", Ending.REVERTED), at=LATER)
    assert lower_bound(reverted, "r-1") == 0


@pytest.mark.parametrize("ending", [Ending.WITHDRAWN, Ending.COMMITTED])
def test_what_no_person_judged_moves_no_record(ending: Ending) -> None:
    assert judged(Library(), ending, name="r-1").records == {}


def test_a_revert_quarantines_the_rule() -> None:
    merged = judged(Library(), Ending.MERGED, name="r-1")
    reverted = ended(merged, use("r-1", Ending.REVERTED), at=LATER)
    assert reverted.records == {"r-1": Record(1, 0.9, "quarantined: its fix was reverted, acme/till#1")}
    assert [one.ending for one in reverted.uses] == [Ending.REVERTED]


def test_what_a_reverted_fix_came_from_and_what_it_taught_is_no_ground_for_a_rule() -> None:
    merged = judged(Library(), Ending.MERGED, name="r-1")
    assert disgraced(merged) == frozenset()
    reverted = ended(merged, use("r-1", Ending.REVERTED), at=LATER)
    assert disgraced(reverted) == {"acme/shop#7", "acme/till#1"}


def test_a_rule_whose_fixes_come_back_is_retired() -> None:
    library = Library()
    for _ in range(30):
        library = judged(library, Ending.MERGED, name="r-1")
        library = ended(library, use("r-1", Ending.RECURRED), at=LATER)
    assert (library.records["r-1"].retired or "").startswith("success rate 4")


def test_a_renewed_trial_is_no_longer_for_it() -> None:
    trial = began(Library(), use("r-1"))
    renewed = began(trial, replace(use("r-1", pull=None), fingerprint="hs1-1", at=LATER))
    assert renewed.uses == trial.uses


def test_an_error_that_comes_back_lowers_the_rule_once() -> None:
    merged = judged(Library(), Ending.MERGED, name="r-1")
    back = ended(merged, use("r-1", Ending.RECURRED), at=LATER)
    assert back.records == {"r-1": Record(1, 0.9)}
    assert ended(back, use("r-1", Ending.RECURRED), at=LATER) is back


def test_the_time_of_the_merge_is_kept_whatever_becomes_of_the_fix() -> None:
    merged = judged(Library(), Ending.MERGED, name="r-1")
    back = ended(merged, use("r-1", Ending.RECURRED), at=LATER + timedelta(days=9))
    assert [(one.at, one.ended) for one in back.uses] == [(NOW, LATER)]


def test_what_was_never_merged_cannot_come_back() -> None:
    closed = judged(Library(), Ending.CLOSED, name="r-1")
    assert ended(closed, use("r-1", Ending.RECURRED), at=LATER) is closed


def test_a_fingerprint_has_one_open_use() -> None:
    library = began(began(Library(), use("r-1", pull=None)), replace(use("r-2"), fingerprint="hs1-None"))
    assert [one.pattern for one in library.uses] == ["r-2"]


# --- one more repository before everywhere --------------------------------------------------------


def held_back(library: Library, where: str = "acme/desk", *, now: datetime = NOW) -> bool:
    return tried_elsewhere(library, ORIGIN, where, now=now) is not None


def test_a_new_rule_waits_while_another_repository_tries_it() -> None:
    trial = began(Library(), use("r-1"))
    assert held_back(trial)
    assert not held_back(trial, "acme/till")
    assert not held_back(trial, "acme/shop")
    assert not held_back(Library())


def test_other_rules_of_the_same_fix_wait_with_it_and_others_do_not() -> None:
    trial = began(Library(), use("r-1"))
    assert tried_elsewhere(trial, Precedent("acme/shop", "#8"), "acme/desk", now=NOW) is None
    assert tried_elsewhere(trial, None, "acme/desk", now=NOW) is None


@pytest.mark.parametrize("ending", [Ending.MERGED, Ending.COMMITTED])
def test_what_held_in_one_more_repository_goes_everywhere(ending: Ending) -> None:
    library = began(judged(Library(), ending, name="r-1"), use("r-1", pull=2))
    assert not held_back(library)


def test_a_merge_that_was_ticked_as_wrong_goes_nowhere() -> None:
    told = replace(use("r-1", Ending.MERGED), opinion=Opinion.WRONG)
    library = ended(began(Library(), use("r-1")), told, at=LATER)
    assert held_back(began(library, use("r-1", pull=2)))


@pytest.mark.parametrize("ending", [Ending.CLOSED, Ending.WITHDRAWN, Ending.EDITED])
def test_after_a_trial_that_proved_nothing_the_next_repository_tries(ending: Ending) -> None:
    library = judged(Library(), ending, name="r-1")
    assert not held_back(library)
    assert held_back(began(library, use("r-1", pull=2)))


@pytest.mark.parametrize(
    ("pull", "span"), [pytest.param(1, ON_TRIAL, id="forgotten"), pytest.param(None, RESERVED, id="died")]
)
def test_a_trial_holds_a_rule_back_for_a_while_only(pull: int | None, span: timedelta) -> None:
    trial = began(Library(), use("r-1", pull=pull))
    assert held_back(trial, now=NOW + span - timedelta(minutes=1))
    assert not held_back(trial, now=NOW + span)


# --- how much a share of few tells ----------------------------------------------------------------


def bound(merged: int, closed: int) -> float:
    endings = [Ending.MERGED] * merged + [Ending.CLOSED] * closed
    return lower_bound(judged(Library(), *endings, name="r-1"), "r-1")


def test_one_of_one_does_not_beat_forty_of_forty_one() -> None:
    assert bound(0, 0) == bound(0, 1) == 0
    assert 0 < bound(1, 0) < bound(40, 1) < bound(41, 0) < 1
