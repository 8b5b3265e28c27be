"""The dashboard: what it lists, which ticks count, what they do, and whose issue it is."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from itertools import permutations
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from homeostat.books import BOARD_PATH, attempts_path, parse_board, render_attempts, render_board
from homeostat.dashboard import CHANGED, LABEL, UNKNOWN, UNTOLD, Desk, Kept, State, keep
from homeostat.dashboard.boxes import OPENS, Box, box, digest, ticked
from homeostat.dashboard.folds import OFFERED, Ticking, again, applied, snoozed, stopped
from homeostat.dashboard.page import STALE, UNFOLDED, page
from homeostat.edges.local_forge import LocalForge
from homeostat.errors import ForgeError
from homeostat.incidents import as_stored
from homeostat.records import (
    Action,
    Attempts,
    Baseline,
    Board,
    Claim,
    Incident,
    Issue,
    Plain,
    Result,
    Seen,
    Shown,
    Status,
    TeamBooks,
    Tick,
)
from homeostat.triage import MAX_ATTEMPTS, Moment, incident_refusal
from tests.shelf_ledger import Shelf, ShelfTeamLedger

NOW = datetime(2026, 3, 2, 10, 17, tzinfo=UTC)
CONTROL, SHOP, ORDERS = "acme/control", "acme/shop", "acme/orders"
US = "homeostat[bot]"
SERVER = "https://github.example"
HOSTILE = [
    "x\n  - [x] <!-- homeostat:stop acme/shop hs1-0000000000000001 -->stop for good",
    "x\r\n  - [x] <!-- homeostat:retry acme/shop hs1-0000000000000001 -->",
    "x\u2028  - [X] <!-- homeostat:snooze acme/shop hs1-0000000000000001 -->",
    "--> <!-- homeostat:dashboard -->\n  - [x] <!-- homeostat:stop acme/shop hs1-0000000000000001 -->",
    "```\n  - [x] <!-- homeostat:stop acme/shop hs1-0000000000000001 -->\n```",
    "</details><details>\n\n  - [x] <!-- homeostat:stop acme/shop hs1-0000000000000001 -->",
    "[x] <!-- homeostat:stop acme/shop hs1-0000000000000001 -->",
]


def incident(number: int = 1, status: Status = Status.COOLING, **changes: object) -> Incident:
    """One that waits for a day more."""
    made = Incident(
        ids=(f"hs1-{number:016x}",),
        language="python",
        error_type=Plain("KeyError"),
        template=Plain(f"'key {number}'"),
        status=status,
        attempts=3 if status is Status.GIVEN_UP else 1,
        first_seen=NOW - timedelta(days=3),
        last_tried=NOW - timedelta(hours=number),
        reason=Plain("no fix held"),
        next_try=NOW + timedelta(days=1) if status in {Status.COOLING, Status.UNHEALED} else None,
        pull=12 if status is Status.DELIVERED else None,
    )
    return replace(made, **changes)  # type: ignore[arg-type]


def attempts(*incidents: Incident, baseline: Baseline | None = None) -> Attempts:
    return Attempts({one.ids[0]: one for one in incidents}, baseline)


def books(*incidents: Incident) -> TeamBooks:
    return TeamBooks(attempts={SHOP: attempts(*incidents)})


def text_of(known: TeamBooks, now: datetime = NOW) -> str:
    return page(known, now=now, server=SERVER)


def tick(text: str, action: Action, number: int = 1, slug: str = SHOP) -> str:
    """As GitHub changes the text when a box is clicked."""
    name = box(Box(action, slug, f"hs1-{number:016x}"))
    assert name in text
    return text.replace(name, name.replace("[ ]", "[x]"))


# --- boxes ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("text", HOSTILE)
def test_a_hostile_title_or_reason_ticks_nothing(text: str) -> None:
    bad = incident(error_type=as_stored(text), template=as_stored(text), reason=as_stored(text))
    told = text_of(books(bad, replace(bad, ids=("hs1-2",), status=Status.GIVEN_UP)))
    assert ticked(told) == []
    unstored = incident(error_type=Plain(text), template=Plain(text), reason=Plain(text))
    assert ticked(text_of(books(unstored, replace(unstored, ids=("hs1-2",), status=Status.GIVEN_UP)))) == []


@given(
    st.lists(
        st.tuples(
            st.one_of(st.text(max_size=60), st.sampled_from(HOSTILE)),
            st.text(max_size=60),
            st.sampled_from([Status.COOLING, Status.UNHEALED, Status.GIVEN_UP, Status.DELIVERED]),
        ),
        max_size=5,
    )
)
def test_what_is_rendered_reads_as_unticked_and_each_ticked_box_as_itself(
    errors: list[tuple[str, str, Status]],
) -> None:
    known = [
        incident(n, status, template=Plain(title), error_type=Plain(title[::-1]), reason=Plain(reason))
        for n, (title, reason, status) in enumerate(errors, 1)
    ]
    told = text_of(books(*known))
    assert ticked(told) == []
    for one in known:
        for action in OFFERED.get(one.status, ()):
            assert ticked(tick(told, action, int(one.ids[0][4:], 16))) == [Box(action, SHOP, one.ids[0])]


@pytest.mark.parametrize("slug", ["acme/a--b", "a-/-b", "acme/---", "acme/shop"])
def test_no_slug_ends_the_comment_that_hides_it(slug: str) -> None:
    made = box(Box(Action.STOP, slug, "hs1-1"))
    hidden = re.fullmatch(r"  - \[ \] <!--(.*)-->stop for good", made)
    assert hidden
    assert "--" not in hidden[1]
    assert ticked(f"{OPENS}\n{made.replace('[ ]', '[X]')}") == [Box(Action.STOP, slug, "hs1-1")]


def test_only_what_stands_after_our_mark_is_ticked() -> None:
    row = box(Box(Action.STOP, SHOP, "hs1-1")).replace("[ ]", "[x]")
    assert ticked(f"text\n{row}") == []
    assert ticked(f"text\n{row}\n{OPENS}") == []
    assert ticked(f"{OPENS}\n> {row}") == []
    assert len(ticked(f"{OPENS}\r\n{row}\r\n")) == 1


def test_a_tick_leaves_a_texts_digest_and_any_other_change_does_not() -> None:
    told = text_of(books(incident()))
    clicked = tick(told, Action.STOP)
    assert digest(told) == digest(clicked) == digest(clicked.replace("\n", "\r\n") + "\r\n")
    assert digest(told) != digest(told.replace("KeyError", "KeyErro"))
    assert digest(told) != digest(f"{told}\n- [x] more")


# --- effects --------------------------------------------------------------------------------------


def ticking(*boxes: Box) -> Ticking:
    return Ticking(boxes, Plain("ann"), NOW, None)


def due(one: Incident, *, now: datetime = NOW, library: str = "new") -> bool:
    return incident_refusal(one, Moment(now, "run-2", library)) is None


@pytest.mark.parametrize("status", [Status.COOLING, Status.UNHEALED, Status.GIVEN_UP])
def test_what_may_be_tried_again_is_due_at_once_with_the_same_patterns(status: Status) -> None:
    known = incident(status=status, library="new")
    assert not due(known)
    assert due(again(known, ticking()))


def test_one_that_was_given_up_has_all_its_attempts_again_and_no_other_has_more() -> None:
    assert again(incident(status=Status.GIVEN_UP, attempts=MAX_ATTEMPTS), ticking()).attempts == 0
    assert again(incident(attempts=2), ticking()).attempts == 2


@pytest.mark.parametrize("status", [Status.COOLING, Status.UNHEALED])
def test_what_is_snoozed_waits_thirty_days_whatever_is_learned_or_reported(status: Status) -> None:
    one = snoozed(incident(status=status, library="old"), ticking())
    assert not due(one, now=NOW + timedelta(days=29, hours=23))
    no = incident_refusal(one, Moment(NOW, "run-2", "new"), NOW + timedelta(days=1))
    assert no is not None
    assert (no.result, "ann snoozed it" in no.reason) == (Result.COOLING, True)
    assert due(one, now=NOW + timedelta(days=30))


def test_what_is_stopped_is_a_no_that_says_whose() -> None:
    no = incident_refusal(stopped(incident(status=Status.GIVEN_UP), ticking()), Moment(NOW, "run-2", "new"))
    assert no is not None
    assert (no.result, no.reason) == (Result.SKIPPED, "ann stopped it on the dashboard: that is a no")


def test_what_was_stopped_by_mistake_may_be_tried_again(tmp_path: Path) -> None:
    no = stopped(incident(attempts=2), ticking())
    told = text_of(books(no))
    assert "### Stopped" in told
    assert [one.action for one in ticked(told.replace("[ ]", "[x]"))] == [Action.RETRY]
    known = (
        applied(books(no), ticking(Box(Action.RETRY, SHOP, no.ids[0]))).attempts[SHOP].incidents[no.ids[0]]
    )
    assert (known.status, known.attempts) == (Status.COOLING, 0)
    assert due(known)
    world = World(tmp_path, {SHOP: attempts(no)})
    assert world.books().attempts[SHOP].incidents == {no.ids[0]: no}


def test_an_incident_snoozed_years_after_it_was_tried_is_still_read(tmp_path: Path) -> None:
    old = incident(first_seen=NOW - timedelta(days=900), last_tried=NOW - timedelta(days=800))
    world = World(tmp_path, {SHOP: attempts(snoozed(old, ticking()))})
    assert not world.books().attempts[SHOP].set_aside


@pytest.mark.parametrize("actions", [*permutations(Action)], ids=str)
def test_of_several_ticks_for_one_error_the_strongest_counts(actions: tuple[Action, ...]) -> None:
    boxes = [Box(action, SHOP, incident().ids[0]) for action in actions]
    told = applied(books(incident()), ticking(*boxes))
    assert told.attempts[SHOP].incidents[incident().ids[0]].status is Status.STOPPED
    assert [one.action for one in told.board.ticks] == [Action.STOP]


@pytest.mark.parametrize(
    "named", [Box(Action.STOP, "acme/other", "hs1-0000000000000001"), Box(Action.STOP, SHOP, "hs1-9")]
)
def test_a_tick_for_what_the_ledger_does_not_know_is_nothing(named: Box) -> None:
    assert applied(books(incident()), ticking(named)) == books(incident())


@pytest.mark.parametrize("status", [s for s in Status if s not in OFFERED])
def test_a_tick_for_what_has_moved_on_changes_nothing_and_says_so(status: Status) -> None:
    known = books(incident(status=status))
    told = applied(known, ticking(Box(Action.STOP, SHOP, incident().ids[0])))
    assert told.attempts == known.attempts
    assert [one.told for one in told.board.ticks] == [f"not done: it is {status} by now"]


def test_one_that_was_given_up_cannot_be_snoozed() -> None:
    known = books(incident(status=Status.GIVEN_UP))
    assert applied(known, ticking(Box(Action.SNOOZE, SHOP, incident().ids[0]))).attempts == known.attempts


# --- the page -------------------------------------------------------------------------------------


def test_sections_list_by_repository_the_newest_first_with_links_that_are_ours() -> None:
    seen = Baseline("a" * 40, "t", "red", (), {"4": Seen("d", incident(2).ids[0])})
    known = TeamBooks(
        attempts={
            SHOP: attempts(incident(3), incident(2), incident(1, Status.DELIVERED), baseline=seen),
            ORDERS: attempts(incident(5, Status.GIVEN_UP), incident(4)),
        }
    )
    told = text_of(known)
    order = ["### Open", "acme/shop", "/acme/shop/pull/12", "### Cooling", "key 2", "key 3", "acme/orders"]
    places = [told.index(order[0])]
    for word in [*order[1:], "key 4", "### Given up", "key 5"]:
        places.append(told.index(word, places[-1]))
    assert f"[#4]({SERVER}/acme/shop/issues/4)" in told
    assert "**1** open · **3** cooling down · **1** given up · as of 2026-03-02 10:17 UTC" in told
    assert "until 2026-03-03 10:17 UTC · 1 of 3 attempts failed · no fix held" in told


def test_what_is_due_is_listed_only_while_tests_or_reports_show_it() -> None:
    past = incident(next_try=NOW - timedelta(days=9))
    unseen = TeamBooks(attempts={SHOP: attempts(past)})
    assert "**0** cooling down" in text_of(unseen)
    seen = Baseline("a" * 40, "t", "red", past.ids)
    assert "next run · 1 of 3" in text_of(TeamBooks(attempts={SHOP: attempts(past, baseline=seen)}))


def test_what_a_run_works_on_has_no_boxes() -> None:
    claim = Claim("run-1", NOW + timedelta(hours=1))
    told = text_of(books(incident(status=Status.CLAIMED, claim=claim)))
    assert "a run works on it until 2026-03-02 11:17 UTC" in told
    assert "- [ ]" not in told


def test_what_is_over_is_not_listed() -> None:
    over = [incident(n, s) for n, s in enumerate((Status.MERGED, Status.DECLINED, Status.GONE), 1)]
    assert "key" not in text_of(books(*over))


def test_where_nothing_is_learned_it_says_that_what_is_open_may_be_over() -> None:
    known = books(incident(1, Status.DELIVERED))
    assert STALE not in page(known, now=NOW, server=SERVER)
    assert STALE in page(known, now=NOW, server=SERVER, learns=False)
    assert STALE not in page(books(incident(1)), now=NOW, server=SERVER, learns=False)


def test_beyond_twenty_a_section_is_folded() -> None:
    told = text_of(books(*(incident(n) for n in range(1, UNFOLDED + 8))))
    seen, _, folded = told.partition("<details><summary>7 more</summary>")
    assert (seen.count("try again now"), folded.count("try again now")) == (UNFOLDED, 7)


@pytest.mark.parametrize("text", ["\\", "&", "🌍", "]", "é", "a"])
def test_however_much_waits_github_takes_the_text_and_it_says_what_is_left_out(text: str) -> None:
    slug = f"{'o' * 39}/{'r' * 100}"
    known = [
        incident(n, status, template=Plain(text * 1_000), reason=Plain(text * 1_000))
        for n, status in enumerate((Status.COOLING, Status.GIVEN_UP, Status.DELIVERED) * 300)
    ]
    boxes = [Box(Action.STOP, slug, one.ids[0]) for one in known]
    told = applied(
        TeamBooks(attempts={slug: attempts(*known)}), Ticking(boxes[:99], Plain("w" * 99), NOW, None)
    )
    told = replace(told, unreadable={f"{slug}{n}": text * 1_000 for n in range(99)})
    whole = text_of(told)
    assert len(whole.encode()) < 65_536
    assert whole.count("more, which the report of the last run names") == 4
    assert len(whole) > 20_000


def test_the_room_that_one_section_leaves_is_anothers() -> None:
    told = text_of(books(*(incident(n, Status.GIVEN_UP) for n in range(1, 121))))
    assert told.count("stop for good") == 120


# --- the issue ------------------------------------------------------------------------------------


@dataclass
class World:
    """A control repository on a local forge, and its ledger on a shelf."""

    root: Path
    known: Mapping[str, Attempts]
    shelf: Shelf = field(default_factory=Shelf)
    now: datetime = NOW

    def __post_init__(self) -> None:
        files = {attempts_path(slug): render_attempts(one) for slug, one in self.known.items()}
        self.shelf.versions.append(files)
        self.forge().let_write("ann")

    def forge(self, actor: str = US, kind: type[LocalForge] = LocalForge) -> LocalForge:
        return kind(self.root, CONTROL, lambda: self.now, actor)

    def ledger(self) -> ShelfTeamLedger:
        return ShelfTeamLedger(self.shelf, slugs=[*self.known], clock=lambda: self.now)

    def books(self) -> TeamBooks:
        return self.ledger().read()

    def desk(self, forge: LocalForge | None = None, *, writes: bool = True) -> Desk:
        return Desk(forge or self.forge(), self.ledger(), self.now, SERVER, writes)

    def keep(self, forge: LocalForge | None = None) -> Kept:
        """A run, an hour later."""
        self.now += timedelta(hours=1)
        return keep(self.desk(forge))

    def issue(self, number: int = 1) -> Issue:
        found = self.forge().issue(number)
        assert found is not None
        return found

    def tick(self, action: Action, by: str = "ann", number: int = 1) -> None:
        self.now += timedelta(minutes=5)
        self.forge(by).edit_issue(1, body=tick(self.issue().body, action, number))

    def status(self, number: int = 1) -> Status:
        return self.books().attempts[SHOP].incidents[f"hs1-{number:016x}"].status

    def all_issues(self) -> list[Issue]:
        return self.forge().open_issues([LABEL])


@pytest.fixture
def world(tmp_path: Path) -> World:
    return World(tmp_path, {SHOP: attempts(incident(1), incident(2, Status.GIVEN_UP)), ORDERS: Attempts()})


def told_of(kept: Kept) -> list[str]:
    return [one.told for one in kept.ticks]


def test_the_first_run_opens_an_issue_and_the_next_changes_nothing(world: World) -> None:
    first = world.keep()
    assert (first.state, first.number) == (State.CREATED, 1)
    issue, stored = world.issue(), len(world.shelf.versions)
    again_ = world.keep()
    assert (again_.state, again_.number) == (State.UNCHANGED, 1)
    assert world.issue() == issue
    assert len(world.shelf.versions) == stored
    assert issue.body.startswith(OPENS)


def test_a_tick_of_a_writer_is_done_once_unticked_and_told(world: World) -> None:
    world.keep()
    world.tick(Action.STOP)
    kept = world.keep()
    assert kept.state is State.UPDATED
    assert told_of(kept) == ["nothing is tried any more"]
    assert world.status() is Status.STOPPED
    assert ticked(world.issue().body) == []
    assert (
        "ann ticked *stop for good* for acme/shop, KeyError: 'key 1': nothing is tried" in world.issue().body
    )
    assert world.keep().ticks == ()


def test_two_ticks_one_after_the_other_both_count(world: World) -> None:
    world.keep()
    for action, number, status in ((Action.RETRY, 2, Status.COOLING), (Action.SNOOZE, 1, Status.COOLING)):
        world.tick(action, number=number)
        assert len(world.keep().ticks) == 1
        assert world.status(number) is status


def test_what_a_tick_did_is_told_for_a_week(world: World) -> None:
    world.keep()
    world.tick(Action.STOP)
    world.keep()
    world.now += timedelta(days=7)
    world.keep()
    assert "Ticked lately" not in world.issue().body


def test_no_tick_counts_once_somebody_without_write_access_edited_the_text(world: World) -> None:
    world.keep()
    world.tick(Action.STOP, by="eve")
    world.tick(Action.STOP, by="ann", number=2)
    kept = world.keep()
    assert told_of(kept) == ["not done: eve edited it, who has no write access"] * 2
    assert (world.status(1), world.status(2)) == (Status.COOLING, Status.GIVEN_UP)
    assert "eve edited it, who has no write access" in world.issue().body


def test_no_tick_counts_that_our_own_account_set(world: World) -> None:
    world.keep()
    world.tick(Action.STOP, by=US)
    assert told_of(world.keep()) == [f"not done: {UNTOLD}"]
    assert world.status() is Status.COOLING


@pytest.mark.parametrize(
    "change",
    [
        lambda text: text + "\n\nHello",
        lambda text: text.replace("KeyError", "Key"),
        lambda text: text + "\n" + box(Box(Action.STOP, SHOP, "hs1-0000000000000002")).replace("[ ]", "[x]"),
    ],
    ids=["more", "other words", "a second box"],
)
def test_no_tick_counts_in_a_text_that_is_not_the_one_we_wrote(
    world: World, change: Callable[[str], str]
) -> None:
    world.keep()
    world.tick(Action.STOP)
    world.forge("ann").edit_issue(1, body=change(world.issue().body))
    assert set(told_of(world.keep())) == {f"not done: {CHANGED}"}
    assert (world.status(1), world.status(2)) == (Status.COOLING, Status.GIVEN_UP)
    world.tick(Action.STOP)
    world.keep()
    assert world.status() is Status.STOPPED


def test_a_browsers_line_ends_change_nothing(world: World) -> None:
    world.keep()
    world.tick(Action.STOP)
    world.forge("ann").edit_issue(1, body=world.issue().body.replace("\n", "\r\n"))
    world.keep()
    assert world.status() is Status.STOPPED


def test_a_closed_dashboard_is_left_alone(world: World) -> None:
    world.keep()
    world.tick(Action.STOP)
    world.forge("ann").close_issue(1)
    before, stored = world.issue(), len(world.shelf.versions)
    assert world.keep().state is State.SWITCHED_OFF
    assert (world.issue(), len(world.shelf.versions)) == (before, stored)


def test_a_strangers_copy_is_never_ours(world: World) -> None:
    copy = tick(text_of(books(incident())), Action.STOP)
    eve = world.forge("eve").file_issue("Homeostat dashboard", copy, [LABEL], "eve", "NONE")
    kept = world.keep()
    assert (kept.state, kept.number, kept.ticks) == (State.CREATED, 2, ())
    assert world.issue(eve.number) == eve
    assert world.status() is Status.COOLING


def forget(world: World) -> None:
    """A ledger that has lost the dashboard's file."""
    kept = {path: text for path, text in world.shelf.files.items() if path != BOARD_PATH}
    world.shelf.versions.append(kept)


@pytest.mark.parametrize("author", [US, "ann"])
def test_a_ledger_that_lost_its_number_finds_the_issue_and_then_counts_ticks_again(
    world: World, author: str
) -> None:
    world.keep(world.forge(author))
    forget(world)
    world.tick(Action.STOP)
    kept = world.keep()
    assert (kept.state, kept.number, told_of(kept)) == (State.UPDATED, 1, [f"not done: {UNKNOWN}"])
    world.tick(Action.STOP)
    world.keep()
    assert world.status() is Status.STOPPED


def test_an_issue_of_that_number_that_is_anothers_is_not_touched(world: World) -> None:
    eve = world.forge().file_issue("A report", f"{OPENS} text", (), "eve", "NONE")
    world.keep()
    board = json.loads(world.shelf.files[BOARD_PATH])
    board["issue"]["number"] = eve.number
    world.shelf.versions.append({**world.shelf.files, BOARD_PATH: json.dumps(board).encode()})
    assert world.keep().number == 2
    assert world.issue(eve.number) == eve


def test_an_issue_that_lost_our_mark_is_another_one(world: World) -> None:
    world.keep()
    world.forge("ann").edit_issue(1, body="nothing of yours")
    assert (world.keep().state, world.issue().body) == (State.CREATED, "nothing of yours")


class Raced(LocalForge):
    """One in which another run does all its work before ours opens an issue."""

    other: Callable[[], object] = staticmethod(lambda: None)

    def open_issue(self, *, title: str, body: str, label: str) -> Issue:
        self.other()
        return super().open_issue(title=title, body=body, label=label)


def test_of_two_runs_at_once_one_opens_the_dashboard_and_the_other_closes_its_own(world: World) -> None:
    raced = world.forge(kind=Raced)
    raced.other = lambda: keep(world.desk())  # type: ignore[attr-defined]
    kept = world.keep(raced)
    assert (kept.state, kept.number) == (State.YIELDED, 1)
    assert [one.number for one in world.all_issues()] == [1]
    assert world.keep().number == 1


class Broken(LocalForge):
    """One that takes no new text."""

    def update_issue(self, number: int, *, body: str) -> Issue:  # noqa: ARG002
        raise ForgeError("The token may not edit issues.")


def test_a_run_that_dies_before_it_unticks_does_not_do_it_twice(world: World) -> None:
    world.keep()
    world.tick(Action.RETRY, number=2)
    with pytest.raises(ForgeError):
        world.keep(world.forge(kind=Broken))
    tried = replace(incident(2, Status.GIVEN_UP), ids=incident(2).ids)
    files = {**world.shelf.files, attempts_path(SHOP): render_attempts(attempts(incident(1), tried))}
    world.shelf.versions.append(files)
    assert told_of(world.keep()) == [f"not done: {UNKNOWN}"]
    assert world.status(2) is Status.GIVEN_UP


def test_of_two_runs_that_read_the_same_tick_one_does_it(world: World) -> None:
    world.keep()
    world.tick(Action.RETRY, number=2)
    read = world.books()
    world.keep()
    late = Ticking([Box(Action.STOP, SHOP, incident(2).ids[0])], Plain("ann"), NOW, read.board.issue)
    assert applied(world.books(), late) == world.books()


def test_a_repository_whose_file_cannot_be_read_is_named_and_stops_no_other(world: World) -> None:
    newer = b'{"version": 9, "fingerprints": {}}'
    world.shelf.versions.append({**world.shelf.files, attempts_path(ORDERS): newer})
    world.keep()
    world.tick(Action.STOP)
    world.keep()
    assert world.status() is Status.STOPPED
    assert "> acme/orders is missing here: " in world.issue().body
    assert world.shelf.files[attempts_path(ORDERS)] == newer


def test_a_dry_run_writes_nothing_and_tells_what_it_would_say(world: World) -> None:
    world.keep()
    world.tick(Action.STOP)
    before, stored = world.issue(), len(world.shelf.versions)
    world.now += timedelta(hours=1)
    kept = keep(world.desk(writes=False))
    assert (kept.state, told_of(kept)) == (State.PLANNED, ["nothing is tried any more"])
    assert "ann ticked *stop for good*" in kept.text
    assert (world.issue(), len(world.shelf.versions)) == (before, stored)


def test_a_bad_entry_of_the_file_is_set_aside_told_once_and_kept(world: World) -> None:
    world.keep()
    board = json.loads(world.shelf.files[BOARD_PATH])
    board["ticks"] = [{"at": "never"}]
    board["issue"]["number"] = -1
    world.shelf.versions.append({**world.shelf.files, BOARD_PATH: json.dumps(board).encode()})
    kept = world.keep()
    assert kept.number == 1  # found again by its mark
    assert len(kept.notes) == 2
    assert [one["place"] for one in json.loads(world.shelf.files[BOARD_PATH])["set_aside"]] == [
        "issue",
        "ticks",
    ]
    assert world.keep().notes == ()


# --- the file -------------------------------------------------------------------------------------

BOARD = Board(
    Shown(7, US, NOW, "a" * 64),
    (Tick(NOW, SHOP, "hs1-1", Action.SNOOZE, Plain("ann"), Plain("nothing is tried for 30 days")),),
)


@pytest.mark.parametrize("board", [Board(), BOARD, replace(BOARD, issue=Shown(7, "ann"))])
def test_the_file_comes_back_as_it_went(board: Board) -> None:
    assert parse_board(render_board(board), BOARD_PATH) == board


@pytest.mark.parametrize(
    ("place", "field_", "value"),
    [
        ("issue", "number", 0),
        ("issue", "number", True),
        ("issue", "author", "../x"),
        ("issue", "at", "2026-03-02T10:17:00"),
        ("issue", "digest", "../../x"),
        ("ticks", "repository", "acme/../shop"),
        ("ticks", "fingerprint", "a b"),
        ("ticks", "action", "delete everything"),
        ("ticks", "at", "1999-03-02T10:17:00Z"),
    ],
)
def test_what_the_file_cannot_hold_is_set_aside(place: str, field_: str, value: object) -> None:
    whole = json.loads(render_board(BOARD))
    entry = whole[place] if place == "issue" else whole[place][0]
    entry[field_] = value
    found = parse_board(json.dumps(whole).encode(), BOARD_PATH)
    assert [one.place for one in found.set_aside] == [place]
    assert (found.issue is None, found.ticks == ()) == (place == "issue", place == "ticks")
