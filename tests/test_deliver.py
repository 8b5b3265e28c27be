"""Which pull request is a fingerprint's own."""

from dataclasses import replace
from datetime import UTC, datetime

from homeostat.deliver import branch_of, marker_of, pull_of
from homeostat.records import PullRequest, PullState

EXACT = "hs1-0123456789abcdef"
NOW = datetime(2026, 3, 2, 10, 17, tzinfo=UTC)
OURS = PullRequest(3, branch_of(EXACT), "main", "t", "b", (), "homeostat[bot]", PullState.OPEN, NOW)
MARKED = replace(OURS, number=4, branch="renamed", body=f"b\n{marker_of(EXACT)}")


def test_none_is_none() -> None:
    assert pull_of(EXACT, []) is None
    assert pull_of(EXACT, [replace(OURS, branch="other")]) is None


def test_the_branch_comes_first_and_the_newest_of_them() -> None:
    again = replace(OURS, number=9)
    assert pull_of(EXACT, [OURS, MARKED, again]) is again


def test_without_a_branch_the_marker_finds_it() -> None:
    assert pull_of(EXACT, [MARKED]) is MARKED


def test_a_marker_or_a_branch_name_copied_into_a_fork_finds_nothing() -> None:
    copied = replace(MARKED, branch="mallory:fix")
    same_name = replace(OURS, branch=f"mallory:{branch_of(EXACT)}")
    assert pull_of(EXACT, [copied, same_name]) is None
