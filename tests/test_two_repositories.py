"""What one repository learned heals another: other names, another file, and only where its tests agree."""

from dataclasses import replace
from pathlib import Path

import pytest

from homeostat.records import Books, Library, Record, Result
from tests.world import GREEN, World, report

pytestmark = pytest.mark.slow

RATES = "def rate(table, land):\n    percent = table[land]\n    return percent / 100\n"
BROKEN = "def shade(colours):\n    return colours['dark'] + 1\n"
MENDED = "def shade(colours):\n    return colours.get('dark', 0) + 1\n"
CASE = (
    "import unittest\n\nfrom src.rates import rate\n\n\n"
    "class T(unittest.TestCase):\n    def test_unknown(self):\n"
)
AGREES = CASE + "        self.assertEqual(rate({}, 'de'), 0)\n"
REFUSES = CASE + "        self.assertEqual(rate({}, 'de'), 19)\n"


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Library:
    """What a leg learns when a person's pull request that closes a report was merged."""
    root = tmp_path_factory.mktemp("one")
    world = World.build(root / "forge", {**GREEN, "src/colours.py": BROKEN})
    body = report("src/colours.py", 2, "shade", "'dark'")
    world.forge().file_issue("[shop] KeyError: 'dark'", body, labels=["robot", "source:vps"])
    world.push("colours", {"src/colours.py": MENDED}, "Mend colours")
    ann = world.forge(actor="ann")
    pull = ann.open_pull_request(branch="colours", base="main", title="Mend colours", body="Fixes #1")
    ann.merge_pull_request(pull.number, by="ann")
    world.heal()
    return world.books(root / "books").library


def other(root: Path, library: Library, case: str) -> World:
    """Another repository of the team, whose one test fails."""
    world = World.build(root / "forge", {**GREEN, "src/rates.py": RATES, "tests/test_rates.py": case})

    def shared(books: Books) -> Books:
        return replace(books, library=library)

    world.ledger(root / "teacher").write(shared, "Share the library")
    return world


def test_a_merged_fix_teaches_rules(library: Library) -> None:
    known = library.rules["python"]
    assert known.repositories == ["acme/shop"]
    assert any("!KeyError|" in place for place in known.rules)


def test_a_rule_heals_another_expression_of_another_file(library: Library, tmp_path: Path) -> None:
    world = other(tmp_path, library, AGREES)
    (outcome,) = world.heal().outcomes
    assert outcome.result is Result.CREATED
    assert (outcome.pattern or "").startswith("r-")
    (pull,) = world.forge().pull_requests()
    assert "1 fix in acme/shop" in pull.body
    assert "+    percent = table.get(land, 0)" in world.git("diff", f"main...{pull.branch}")


def test_a_rule_that_the_tests_do_not_confirm_is_refused(library: Library, tmp_path: Path) -> None:
    world = other(tmp_path, library, REFUSES)
    (outcome,) = world.heal().outcomes
    assert outcome.result is Result.UNHEALED
    assert "still failing" in outcome.reason
    assert not world.forge().pull_requests()


@pytest.mark.parametrize(("merged", "rate"), [(True, 1.0), (False, 0.9)], ids=["merged", "closed"])
def test_what_becomes_of_its_pull_request_is_the_rules_record(
    library: Library, tmp_path: Path, *, merged: bool, rate: float
) -> None:
    world = other(tmp_path, library, AGREES)
    (outcome,) = world.heal().outcomes
    ann = world.forge(actor="ann")
    (pull,) = ann.pull_requests()
    if merged:
        ann.merge_pull_request(pull.number, by="ann")
    else:
        ann.close_pull_request(pull.number, by="ann")
    world.heal(run="run-2")
    record = world.books(tmp_path / "books").library.records[outcome.pattern or ""]
    assert (record.uses, record.success_rate) == (1, rate)


def test_a_retired_rule_is_tried_no_more(library: Library, tmp_path: Path) -> None:
    world = other(tmp_path / "first", library, AGREES)
    (outcome,) = world.heal().outcomes
    assert outcome.pattern
    record = Record(uses=12, success_rate=0.4, retired="success rate 40% after 12 uses")
    retired = replace(library, records={outcome.pattern: record})
    (other_outcome,) = other(tmp_path / "second", retired, AGREES).heal().outcomes
    assert other_outcome.pattern != outcome.pattern
