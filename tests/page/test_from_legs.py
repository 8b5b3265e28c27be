"""What legs leave in a ledger, as the page tells it."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from homeostat.books.shelf import parse_shelf
from homeostat.edges.git import ledger_files
from homeostat.page import figures
from homeostat.records import Shelf
from tests.world import FILES, GOOD, NOW, World, report

pytestmark = pytest.mark.slow
HOUR = timedelta(hours=1)


def shelf(world: World, home: Path) -> Shelf:
    home.mkdir()
    return parse_shelf(ledger_files(home, str(world.root / f"{world.state_slug}.git")))


def test_a_report_that_was_healed_and_merged_is_counted_with_its_times(tmp_path: Path) -> None:
    world = World.build(tmp_path / "forge", FILES)
    world.teach(tmp_path / "teacher", GOOD)
    trace = report("src/settings.py", 5, "timeout", "'timeout'")
    world.forge(now=NOW).file_issue("[shop] KeyError: 'timeout'", trace, labels=["robot"])
    world.heal(now=NOW + 2 * HOUR)
    found = figures(shelf(world, tmp_path / "one"))
    assert (found.sums.delivered, found.sums.pending) == (1, 1)
    assert found.sums.to_pull.median == 2 * HOUR
    ann = world.forge(actor="ann", now=NOW + 5 * HOUR)
    (pull,) = ann.pull_requests()
    ann.merge_pull_request(pull.number, by="ann")
    world.heal(now=NOW + 6 * HOUR, run="run-2")
    read = shelf(world, tmp_path / "two")
    found = figures(read)
    assert (found.sums.healed, found.sums.free) == (1, 1)
    assert found.sums.to_merge.median == 5 * HOUR
    assert (read.set_aside, read.unread) == ({}, {})
    assert {line.result for line in read.log} >= {"pull request created"}
