"""What pull requests of strangers may cost a leg, and that they teach what they mended and nothing else."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from homeostat.aftermath import MOST_ASKED, study
from homeostat.edges.local_forge import LocalForge
from homeostat.errors import CapError
from homeostat.learn import closed_by
from homeostat.leg import Leg
from homeostat.records import Books, Issue, PullRequest, PullState
from tests.test_trust import TIMEOUT, TITLE
from tests.world import GREEN, NOW, SETTINGS, World

AT = NOW - timedelta(hours=1)
MENDED = {"src/settings.py": SETTINGS.replace('settings["timeout"]', 'settings.get("timeout", DEFAULT)')}


class Asked(LocalForge):
    """A local forge that counts what it is asked for, and is asked for too much at some numbers."""

    def __init__(self, world: World, *broken: int) -> None:
        super().__init__(world.root, world.slug, lambda: NOW, actor="homeostat[bot]")
        self.numbers: list[int] = []
        self._broken = broken

    def issue(self, number: int) -> Issue | None:
        self.numbers.append(number)
        if number in self._broken:
            raise CapError("MAX_REQUESTS (1000) is reached")
        return super().issue(number)


@pytest.fixture
def world(tmp_path: Path) -> World:
    """An error, its report (#1) and the commit that mended it."""
    made = World.build(tmp_path / "forge", GREEN)
    made.forge(now=NOW - timedelta(days=1)).file_issue(TITLE, TIMEOUT, ["robot"])
    made.push("main", MENDED, "Mend it")
    return made


@pytest.fixture
def leg(world: World) -> Iterator[Leg]:
    with world.leg() as made:
        yield made


def merged(world: World, number: int, body: str, **changes: object) -> PullRequest:
    """A person's pull request that brought in the newest commit."""
    sha = world.git("rev-parse", "main").strip()
    ours = PullRequest(
        number, "eve:mend", "main", "Mend", body, (), "eve", PullState.MERGED, AT, AT, sha, updated_at=AT
    )
    return replace(ours, **changes)  # type: ignore[arg-type]


def studied(leg: Leg, forge: LocalForge, *pulls: PullRequest) -> Books:
    return study(replace(leg, forge=forge), leg.ledger.read(), pulls)[0]


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        pytest.param("Fixes #1, closes #2", (1, 2), id="two"),
        pytest.param("fix #2, fix #1, fix #2", (2, 1), id="one of them twice"),
        pytest.param("Thanks!\n<!-- fixes #1 -->\nFixes #2", (2,), id="in a comment"),
        pytest.param("Fixes #2 <!-- fixes #1\n\nfixes #3", (2,), id="in a comment without an end"),
        pytest.param("Fixes #2\n```\nfixes #1\n```\nfixes #3", (2, 3), id="in a block of code"),
        pytest.param("~~~\nfixes #1", (), id="in a block of code without an end"),
        pytest.param("`fixes #1` and fixes #2", (2,), id="in code"),
        pytest.param(" ".join(f"fixes #{n}" for n in range(1, 3001)), tuple(range(1, 11)), id="many"),
        pytest.param("`" * 60_000 + "<!--" * 60_000 + "fixes #1", (), id="much that opens"),
    ],
)
def test_a_text_closes_few_issues_and_none_that_it_hides(text: str, numbers: tuple[int, ...]) -> None:
    assert closed_by(text) == numbers


@pytest.mark.slow
def test_a_merge_that_closed_a_report_teaches_what_mended_it(world: World, leg: Leg) -> None:
    world.forge(now=AT + timedelta(seconds=2)).close_issue(1)
    books = studied(leg, world.forge(), merged(world, 9, "fixes #1"))
    assert [pattern.provenance.pull for pattern in books.library.patterns] == [9]
    assert books.library.rules


@pytest.mark.slow
@pytest.mark.parametrize(
    ("closed", "changes"),
    [
        pytest.param(None, {}, id="the report is open"),
        pytest.param(timedelta(0), {"base": "side"}, id="it was merged into another branch"),
        pytest.param(-timedelta(hours=1), {}, id="the report was closed before"),
        pytest.param(timedelta(days=2), {}, id="the report was closed long after"),
        pytest.param(timedelta(0), {"closed_at": AT - timedelta(days=2)}, id="it was merged long before"),
        pytest.param(-timedelta(hours=22), {"closed_at": NOW - timedelta(hours=25)}, id="it was filed later"),
    ],
)
def test_a_merge_that_only_says_that_it_closes_a_report_teaches_nothing(
    world: World, leg: Leg, closed: timedelta | None, changes: dict[str, object]
) -> None:
    if closed is not None:
        world.forge(now=AT + closed).close_issue(1)
    books = studied(leg, world.forge(), merged(world, 9, "fixes #1", **changes))
    assert books.library == leg.ledger.read().library
    assert (books.library.patterns, books.library.rules, books.attempts.settled) == ((), {}, {})


@pytest.mark.slow
def test_what_pull_requests_name_uses_up_no_leg(world: World, leg: Leg) -> None:
    forge = Asked(world)
    flood = [
        merged(world, 10 + one, " ".join(f"fixes #{1000 + 10 * one + n}" for n in range(10)))
        for one in range(20)
    ]
    later = replace(flood[-1], number=99, body="", updated_at=NOW)
    books = studied(leg, forge, *flood, later)
    assert len(forge.numbers) == len(set(forge.numbers)) == MOST_ASKED
    assert max(forge.numbers) == 1199  # of the newest
    assert books.attempts.looked_at == NOW


@pytest.mark.slow
def test_an_issue_that_many_name_is_asked_for_once(world: World, leg: Leg) -> None:
    forge = Asked(world)
    studied(leg, forge, *(merged(world, n, "fixes #7") for n in range(10, 20)))
    assert forge.numbers == [7]


@pytest.mark.slow
def test_where_few_requests_are_left_none_is_asked_for(world: World, leg: Leg) -> None:
    forge = Asked(world)
    forge.requests = 971
    studied(leg, forge, merged(world, 9, "fixes #7"))
    assert forge.numbers == []


@pytest.mark.slow
def test_a_pull_request_that_cannot_be_studied_stops_nothing_and_is_settled(world: World, leg: Leg) -> None:
    world.forge(now=AT).close_issue(1)
    pulls = [merged(world, 8, "fixes #1"), merged(world, 9, "fixes #7")]
    books = studied(leg, Asked(world, 7), *pulls)
    assert books.attempts.settled == {"9": "it could not be studied; the log says why"}
    assert books.attempts.looked_at is None
    books = studied(leg, Asked(world, 7), *pulls)
    assert books.attempts.settled["8"].startswith("learned p-")
    assert books.attempts.looked_at == AT
