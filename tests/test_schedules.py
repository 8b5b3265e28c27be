"""Whatever befalls a leg: never two pull requests, no attempt and no cost lost or counted twice."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from homeostat.ports import Ledger
from homeostat.records import Attempts, Books, Plain
from tests.grounds import GitGround, PaperGround
from tests.schedules import START, Act, Deed, Fault, Heal, Mood, Step, Story, Trouble, Wait
from tests.shelf_ledger import Shelf, ShelfLedger
from tests.world import NOW, SLUG, World

CHUNKS, EACH = 40, 25
"""A thousand schedules."""
GIT_CHUNKS, GIT_EACH = 8, 3
"""Those of real git are a hundred times slower."""

PLACES = st.integers(1, 16)
ANSWERS = st.sampled_from([None, None, "right", "wrong"])
FAULTS = st.builds(Trouble, PLACES, st.sampled_from(Fault))
ALONE = st.builds(
    Heal,
    st.none() | FAULTS,
    ANSWERS,
    st.sampled_from([Mood.STEADY] * 6 + [Mood.FLAKY, Mood.BROKEN]),
    st.booleans(),
)
INSIDE = st.builds(Heal, st.none() | FAULTS, ANSWERS)
LEGS = ALONE | st.builds(
    Heal, st.builds(Trouble, PLACES, st.none() | st.sampled_from(Fault), INSIDE), ANSWERS
)
ACTS = st.builds(Act, st.sampled_from([*Deed, Deed.MERGE, Deed.CLOSE, Deed.BREAK]), st.integers(0, 1))
WAITS = st.builds(Wait, st.sampled_from([1, 3, 25, 50, 100]))
LESSONS = st.builds(Act, st.sampled_from([Deed.TEACH, Deed.MISLEAD]), st.integers(0, 1))
STEPS = LEGS | LEGS | ACTS | ACTS | WAITS
SCHEDULES = st.builds(list.__add__, st.lists(LESSONS, max_size=3), st.lists(STEPS, min_size=3, max_size=8))
"""What is learned first decides whether there is anything to deliver."""


def _on_paper(steps: list[Step]) -> None:
    with TemporaryDirectory() as root:
        Story(PaperGround.build(Path(root), START)).play(steps)


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("template") / "forge"
    World.build(root, START)
    return root


def _on_git(template: Path, steps: list[Step]) -> None:
    with TemporaryDirectory() as home:
        Story(GitGround(World(shutil.copytree(template, Path(home) / "forge")))).play(steps)


def _tried(play: Callable[[list[Step]], None], many: int) -> None:
    """Play other schedules each time; the one that fails is told in its shortest form, ready for REPLAYS."""

    @settings(max_examples=many, database=None, suppress_health_check=[*HealthCheck])
    @given(SCHEDULES)
    def holds(steps: list[Step]) -> None:
        play(steps)

    holds()


@pytest.mark.crash
@pytest.mark.timeout(900)
@pytest.mark.parametrize("chunk", range(CHUNKS))
def test_no_schedule_breaks_what_must_hold(chunk: int) -> None:  # noqa: ARG001 - shares the work
    _tried(_on_paper, EACH)


@pytest.mark.crash
@pytest.mark.timeout(900)
@pytest.mark.parametrize("chunk", range(GIT_CHUNKS))
def test_nor_does_one_on_real_git(chunk: int, template: Path) -> None:  # noqa: ARG001 - shares the work
    _tried(lambda steps: _on_git(template, steps), GIT_EACH)


# --- known ones: most of them once broke something --------------------------------------------------

CALM, TEACH = Heal(), Act(Deed.TEACH)
REPLAYS: dict[str, list[Step]] = {
    "both legs deliver one fix": [TEACH, Heal(Trouble(1, inside=CALM))],
    "a leg claims one error, and another delivers the next": [
        Act(Deed.TEACH, 1),
        Heal(Trouble(1, inside=Heal(answer="wrong")), answer="wrong"),
    ],
    "both legs fail at one error": [
        Act(Deed.MISLEAD),
        Act(Deed.MISLEAD, 1),
        Heal(Trouble(1, inside=CALM)),
    ],
    "a leg with nothing to try comes after one whose attempt failed": [
        Heal(Trouble(1, inside=Heal(answer="wrong"))),
        Wait(1),
    ],
    "both legs rebuild the ledger": [
        TEACH,
        CALM,
        Act(Deed.MERGE),
        Act(Deed.FORGET),
        Heal(Trouble(1, inside=CALM)),
    ],
    "a revert of what was never booked": [
        TEACH,
        Heal(Trouble(5, Fault.KILLED)),
        Act(Deed.MERGE),
        CALM,
        Act(Deed.REVERT),
        Wait(50),
    ],
    "a pull request that was never booked": [Heal(Trouble(6, Fault.LOST), answer="right"), Wait(25)],
    "a claim in a wait that ended early": [CALM, TEACH, Heal(Trouble(1, Fault.KILLED))],
    "a report of what a person has taken over": [TEACH, CALM, CALM, Act(Deed.EDIT), Act(Deed.REPORT)],
    "a wait between attempts": [
        Act(Deed.MISLEAD),
        *(CALM, Wait(25), CALM, Wait(25), CALM, Wait(25), CALM, Wait(100), CALM),
    ],
    "a no": [TEACH, CALM, Act(Deed.CLOSE), Act(Deed.FORGET), CALM, Act(Deed.MEND), CALM, Act(Deed.BREAK)],
    "a call that nobody heard the answer of": [
        Heal(Trouble(3, Fault.KILLED), answer="right"),
        Heal(Trouble(3, Fault.LOST), answer="wrong", again=True),
    ],
}


@pytest.mark.parametrize("steps", REPLAYS.values(), ids=REPLAYS)
def test_a_known_schedule_breaks_nothing(steps: list[Step]) -> None:
    _on_paper(steps)


@pytest.mark.slow
@pytest.mark.parametrize("name", ["both legs deliver one fix", "a revert of what was never booked"])
def test_nor_does_it_on_real_git(name: str, template: Path) -> None:
    _on_git(template, REPLAYS[name])


# --- the ledger on a shelf --------------------------------------------------------------------------


@pytest.fixture(params=[pytest.param("git", marks=pytest.mark.slow), "shelf"])
def ledgers(request: pytest.FixtureRequest, tmp_path: Path) -> tuple[Ledger, Ledger]:
    """Two writers of one ledger."""
    if request.param == "git":
        world = World.build(tmp_path / "forge")
        return world.ledger(tmp_path / "one"), world.ledger(tmp_path / "other")
    shelf = Shelf()
    one, other = (ShelfLedger(shelf, slug=SLUG, clock=lambda: NOW) for _ in range(2))
    return one, other


def _settled(number: str) -> Callable[[Books], Books]:
    def change(books: Books) -> Books:
        settled = {**books.attempts.settled, number: "told"}
        return replace(books, attempts=Attempts(settled=settled), entries=({"number": number},))

    return change


def test_a_ledger_gives_back_what_was_written_without_entries(ledgers: tuple[Ledger, Ledger]) -> None:
    one, other = ledgers
    assert one.read() == Books()
    written = one.write(_settled("1"), Plain("One"))
    assert written == other.read() == one.read() == Books(attempts=Attempts(settled={"1": "told"}))


def test_a_ledger_folds_a_change_into_what_came_first(ledgers: tuple[Ledger, Ledger]) -> None:
    one, other = ledgers
    late = iter([True])

    def change(books: Books) -> Books:
        if next(late, False):
            other.write(_settled("1"), Plain("First"))
        return _settled("2")(books)

    written = one.write(change, Plain("Second"))
    assert written.attempts.settled == {"1": "told", "2": "told"}
    assert written == other.read()


def test_a_ledger_stores_nothing_when_nothing_changes(ledgers: tuple[Ledger, Ledger]) -> None:
    one, other = ledgers
    one.write(_settled("1"), Plain("One"))
    assert one.write(lambda books: books, Plain("Nothing")) == other.read()
