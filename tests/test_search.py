"""Edits that no fix taught: tried where a test shows the failure; drafts, and never commits."""

import json
from pathlib import Path

import pytest

from homeostat.config import ApplyMode, Tier
from homeostat.records import Outcome, Result
from tests.world import GREEN, NOW, World, report

pytestmark = pytest.mark.slow

RANGE = "def inside(low, high, value):\n    ends = (low, high)\n    return ends[2] - value\n"
CASE = (
    "import unittest\n\nfrom src.range import inside\n\n\nclass T(unittest.TestCase):\n"
    "    def test_top(self):\n        self.assertEqual(inside(1, 9, 4), 5)\n"
)
BOTH = (Tier.PATTERNS, Tier.SEARCH)


@pytest.fixture
def world(tmp_path: Path) -> World:
    """One index too far, and a test that shows it."""
    files = {**GREEN, "src/range.py": RANGE, "tests/test_range.py": CASE}
    return World.build(tmp_path / "forge", files)


def healed(world: World, **arguments: object) -> Outcome:
    (outcome,) = world.heal(**arguments).outcomes
    return outcome


def test_what_the_search_finds_is_a_draft_that_says_so(world: World) -> None:
    outcome = healed(world, tiers=BOTH)
    assert outcome.result is Result.CREATED
    (pull,) = world.forge().pull_requests()
    assert "+    return ends[1] - value" in world.git("diff", f"main...{pull.branch}")
    assert "hence a draft" in pull.body
    assert "learned from nobody" in pull.body
    assert (outcome.pattern or "").startswith("s-")
    assert json.loads((world.root / "acme/shop/pulls/1.json").read_text())["draft"] is True


def test_what_the_search_finds_is_never_a_commit(world: World) -> None:
    outcome = healed(world, tiers=BOTH, apply_mode=ApplyMode.COMMIT)
    assert outcome.result is Result.CREATED
    assert "ends[2]" in world.git("show", "main:src/range.py")


def test_the_search_can_be_turned_off(world: World) -> None:
    outcome = healed(world, tiers=(Tier.PATTERNS,))
    assert (outcome.result, outcome.reason) == (Result.UNHEALED, "no pattern has been learned yet")


def test_nothing_is_searched_where_no_test_shows_the_failure(tmp_path: Path) -> None:
    world = World.build(tmp_path / "forge", {**GREEN, "src/range.py": RANGE})
    body = report("src/range.py", 3, "inside", "2")
    world.forge(now=NOW).file_issue("[shop] KeyError: 2", body, labels=["robot", "source:vps"])
    assert healed(world, tiers=BOTH).result is Result.UNHEALED
    assert not world.forge().pull_requests()


def test_a_search_in_vain_is_an_attempt(tmp_path: Path) -> None:
    case = CASE.replace("5)", "'five')")
    world = World.build(tmp_path / "forge", {**GREEN, "src/range.py": RANGE, "tests/test_range.py": case})
    outcome = healed(world, tiers=BOTH)
    assert outcome.result is Result.UNHEALED
    (incident,) = world.books(tmp_path / "books").attempts.incidents.values()
    assert incident.attempts == 1
    assert healed(world, tiers=BOTH, run="run-2").result is Result.COOLING
