"""Which pull request is a fingerprint's own, and what it says."""

import re
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from homeostat.deliver import (
    Parcel,
    ask_for_info,
    branch_of,
    commit_message,
    marker_of,
    opinion_of,
    origin_of_rule,
    pull_of,
)
from homeostat.deliver.text import body
from homeostat.outbound import ZERO_WIDTH, markdown
from homeostat.records import (
    Candidate,
    Change,
    Failure,
    Fingerprint,
    Markdown,
    Opinion,
    Origin,
    Patch,
    Proof,
    PullRequest,
    PullState,
    Record,
    Run,
    Unreadable,
    Verdict,
)
from tests.world import World

LIVE = re.compile(r"#\d|@\w|^This reverts commit |^Reverts |^Fingerprint: ", re.MULTILINE)
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


OTHERS = f"<!-- homeostat:fingerprint {EXACT[:-1]}0 -->"
FORGED = {
    "in a block": f"```\nat f  {marker_of(EXACT)}\n```\n\n{OTHERS}\n",
    "on a line of its own": f"{marker_of(EXACT)}\n{OTHERS}",
    "without another": f"{marker_of(EXACT)}\nwords",
    "at the end of a line": f"words {marker_of(EXACT)}",
    "escaped": f"\\{marker_of(EXACT)}",
}


@pytest.mark.parametrize("text", FORGED.values(), ids=FORGED)
def test_a_marker_anywhere_but_in_the_last_line_is_not_ours(text: str) -> None:
    assert pull_of(EXACT, [replace(MARKED, body=text)]) is None


@pytest.mark.parametrize("end", ["", "\n", "\r\n", "\n\n \n"])
def test_a_body_is_found_by_its_marker_however_it_was_stored(end: str) -> None:
    stored = replace(MARKED, body=body(parcel()).replace("\n", "\r\n") + end)
    assert pull_of(EXACT, [stored]) is stored


# --- what it says -------------------------------------------------------------------------------


def parcel(*tests: str, said: str = "'timeout'", verdict: Verdict = Verdict.PROVEN) -> Parcel:
    failure = Failure("KeyError", said, (), "python", Origin.TESTS, excerpt=said)
    change = Change("M", "src/a.py", "src/a.py", "100644", "100644", ("x = 1", "y = 2"), 1)
    runs = Run("npm test", 1, "", 1.5), Run("npm test", 0, "", 2.5)
    return Parcel(
        failure,
        Fingerprint(EXACT, "hs1-wide", None, "KeyError", "<key>", None, ()),
        said,
        Candidate({"src/a.py": "x = 1\ny = 2\n"}, "p-1", 0.9, "the same fingerprint"),
        markdown("pattern `p-1`"),
        Patch("c" * 40, "d" * 40, "", (change,)),
        Proof(verdict, "1 failing before, passing after", "npm test", *runs, tests),
        most_files=10,
        most_lines=500,
    )


def test_what_broke_what_changes_and_the_proof_come_first() -> None:
    lines = [line for line in body(parcel("T.test_a")).split("\n") if line]
    assert lines[0] == "**What broke.** `KeyError` in code that is not of this repository: 'timeout'"
    assert lines[1].startswith(
        "**What changes.** 2 lines added, 1 removed in `src/a.py`. A learned fix matches"
    )
    assert lines[2].startswith("**Proof.** **Proven**: 1 failing before, passing after.")
    assert lines[3:7] == [
        "| test | before | after |",
        "|---|---|---|",
        "| `T.test_a` | failed | passed |",
        "| all of `npm test` | exit 1, 1.5 s | exit 0, 2.5 s |",
    ]


DIFF = "diff --git a/src/a.py b/src/a.py\nindex 1..2 100644\n--- a/src/a.py\n+++ b/src/a.py\n@@ -1 +1 @@\n"


def with_diff(text: str) -> str:
    made = parcel("T.test_a")
    return body(replace(made, patch=replace(made.patch, diff=text)))


def test_a_short_diff_is_shown_whole() -> None:
    assert "\n```diff\n@@ -1 +1 @@\n--- x\n+x = 1\n```\n" in with_diff(f"{DIFF}--- x\n+x = 1\n")


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(DIFF + "+x\n" * 30, id="long"),
        pytest.param(f"{DIFF}-x\n{DIFF}-y\n", id="of two files"),
        pytest.param("", id="none"),
    ],
)
def test_any_other_diff_is_for_the_page_that_shows_the_files(text: str) -> None:
    assert "```diff" not in with_diff(text)


def test_one_command_shows_the_fix() -> None:
    assert f"git fetch origin {branch_of(EXACT)} && git switch --detach FETCH_HEAD && npm test" in body(
        parcel()
    )


def test_the_command_is_the_one_of_the_settings_letter_for_letter() -> None:
    made = parcel()
    said = "npm test --workspace @acme/shop # see #12"
    told = body(replace(made, proof=replace(made.proof, command=said)))
    assert f"git switch --detach FETCH_HEAD && {said}\n```" in told


def test_a_clone_is_set_up_before_its_tests_run() -> None:
    told = body(replace(parcel(), setup="npm ci # with a network"))
    assert "git switch --detach FETCH_HEAD && npm ci # with a network\nnpm test\n```" in told


def test_the_guards_limits_and_what_the_change_takes_of_them_are_told() -> None:
    assert "**Guard.** passed: 1 of at most 10 files, 3 of at most 500 lines; path filters" in body(parcel())


LINES = (
    f"Fingerprint: {EXACT}", f"This reverts commit {'c' * 40}.", "Reverts acme/shop#3", "Fixes #7",
    "closes acme/other#8", "#0 a.php", "@ann @acme/admins",
)  # fmt: skip


@pytest.mark.parametrize("line", LINES)
def test_a_body_that_becomes_a_commits_message_says_nothing_that_a_report_said(line: str) -> None:
    made = parcel(said=f"f\n{line}\n  g")
    squashed = body(replace(made, patch=replace(made.patch, diff=f"{DIFF}+x\n{line}\n")))
    assert line not in squashed.splitlines()
    assert not LIVE.search(squashed)
    assert f"\n{line}\n" in squashed.replace(ZERO_WIDTH, "")


@pytest.mark.parametrize(
    ("record", "told"),
    [
        pytest.param(Record(), "not used before", id="never"),
        pytest.param(Record(1, 0.9, None), "used 1 time, success rate 90%", id="once, and closed"),
        pytest.param(Record(12, 0.75, None), "used 12 times, success rate 75%", id="often"),
    ],
)
def test_the_record_of_a_rule_is_told_as_what_it_is_no_share_of_merges(record: Record, told: str) -> None:
    rule = Candidate({}, "r-1", 0.9, "", origin="2 fixes in 2 repositories")
    expected = f"rule `r-1`, learned from 2 fixes in 2 repositories ({told})"
    assert origin_of_rule(rule, record) == expected


RIGHT, IDEA, WRONG = (f"<!-- homeostat:{name} -->" for name in ("right", "idea", "wrong"))


def test_a_reviewer_finds_three_boxes_and_none_is_ticked() -> None:
    text = body(parcel())
    assert [line[:5] for line in text.split("\n") if line.startswith("- [")] == ["- [ ]"] * 3
    assert opinion_of(text) is None


@pytest.mark.parametrize(
    ("ticked", "opinion"),
    [
        pytest.param([RIGHT], Opinion.RIGHT, id="right"),
        pytest.param([IDEA], Opinion.IDEA, id="right idea"),
        pytest.param([WRONG], Opinion.WRONG, id="wrong"),
        pytest.param([RIGHT, IDEA], Opinion.IDEA, id="two of them"),
        pytest.param([RIGHT, WRONG], Opinion.WRONG, id="right and wrong"),
    ],
)
@pytest.mark.parametrize("mark", ["x", "X"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_what_is_ticked_is_read_and_the_worst_of_several(
    ticked: list[str], opinion: Opinion, mark: str, end: str
) -> None:
    text = str(body(parcel()))
    for box in ticked:
        text = text.replace(f"- [ ] {box}", f"- [{mark}] {box}")
    assert opinion_of(text.replace("\n", end)) is opinion


def test_boxes_that_a_report_brings_along_say_nothing() -> None:
    forged = f"<!-- homeostat:opinion -->\n- [x] {RIGHT}right\n"
    assert opinion_of(body(parcel(said=forged))) is None
    assert opinion_of(f"- [x] {RIGHT}right") is None


def test_no_mark_of_ours_that_outsiders_bring_along_stands_in_a_body() -> None:
    forged = f"{OTHERS}\n<!--  homeostat:state\n{OTHERS}"
    made = parcel(f"T.test {OTHERS}", said=forged)
    candidate = replace(made.candidate, why=forged, pattern=forged, origin=forged)
    diff = f"{DIFF}+{OTHERS}\n"
    told = replace(made, candidate=candidate, patch=replace(made.patch, diff=diff), reasons=(forged,))
    marks = re.findall(r"<!--\s*homeostat:(\S+)", body(told))
    assert marks == ["opinion", "right", "idea", "wrong", "fingerprint"]


def test_a_tick_is_kept_in_a_body_that_is_renewed() -> None:
    assert opinion_of(body(replace(parcel(), opinion=Opinion.IDEA))) is Opinion.IDEA


@pytest.mark.parametrize("letter", ["x", "|", "\\", "`", "<", "&", "@a ", "#1", "\n", "\u8bef"])
def test_no_body_is_longer_than_github_takes(letter: str) -> None:
    text = body(parcel(*(f"{n}{letter * 500}" for n in range(900)), said=letter * 90_000))
    assert len(text) < 65_536
    assert "and 890 more tests" in text
    assert text.rstrip().endswith(marker_of(EXACT))


# --- what is asked of a report ------------------------------------------------------------------


@pytest.mark.parametrize("author", ["helper[bot]", "ann"])
def test_a_comment_that_only_repeats_our_marker_is_left_as_it_is(tmp_path: Path, author: str) -> None:
    world = World.build(tmp_path / "forge", {"a.py": ""})
    world.forge().let_write("ann")
    number = world.forge().file_issue("it fails", "no idea", ["robot"]).number
    repeated = Markdown("It says:\n> <!-- homeostat:needs-info -->\n> Alas. <!-- homeostat:needs-info -->")
    world.forge(actor=author).add_comment(number, repeated)
    for _ in range(2):
        ask_for_info(world.forge(), number, Unreadable((markdown("a trace"),), number))
    first, ours = world.forge().comments(number)
    assert (first.author, first.body) == (author, repeated)
    assert ours.author == "homeostat[bot]"


# --- what its commit says -----------------------------------------------------------------------


def test_no_word_of_a_failure_is_taken_for_our_own_line() -> None:
    made = parcel(said=f"{EXACT[:-1]}0")
    told = replace(made, failure=replace(made.failure, type="Fingerprint"))
    lines = commit_message(told).splitlines()
    assert [line for line in lines if line.startswith("Fingerprint: ")] == [f"Fingerprint: {EXACT}"]


def test_no_address_in_a_commit_can_be_clicked() -> None:
    made = parcel(said="see HTTPS://evil.example/x and www.evil.example, ftp://evil.example")
    found = replace(made.fingerprint, type="http://evil.example")
    told = commit_message(replace(made, fingerprint=found))
    assert "evil.example/x" in told
    assert not re.search(r"(?i)(?:https?|ftp)://|www\.", told)
