"""The ledger read as a whole: old lines count, broken ones are set aside and told, nothing raises."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from homeostat import books as codec
from homeostat.books.shelf import parse_shelf
from homeostat.edges.git import ledger_files
from homeostat.edges.git.command import Git
from homeostat.page import page
from homeostat.records import LogLine
from tests.edges.test_git_workspace import git
from tests.page.ledgers import HOSTILE, NOW, committed, hostile, told
from tests.test_cli import homeostat

OLD = (
    b'{"at":"2026-03-01T12:00:00Z","fingerprint":"hs1-a","repository":"acme/till","run":"1",'
    b'"status":"merged"}\n'
)


def rendered(files: dict[str, bytes]) -> str:
    return page(parse_shelf(files), title="acme/control", server="https://forge.example", now=NOW)


def test_a_line_of_before_is_read_without_what_it_lacks() -> None:
    (line,) = parse_shelf({"runs/2026-03.jsonl": OLD}).log
    assert (line.run, line.status, line.result, line.reported, line.reason) == ("1", "merged", None, None, "")


@pytest.mark.parametrize(
    ("broken", "why"),
    [
        (b'{"at": NaN}', "malformed"),
        (b'{"at":"2026-03-01T12:00:00Z"}', "missing required field"),
        (OLD.replace(b"T12:00:00Z", b"T12:00:00"), "no zone"),
        (OLD.replace(b"2026", b"1026"), "another age"),
        (OLD.replace(b"hs1-a", b"../x"), "an id is none"),
        (b"\xff\xfe", "malformed"),
        (OLD.rstrip(b"}\n") + b',"frames":' + b"[" * 200_000, "recursion"),
        (b'"' + b"x" * 1_000_001 + b'"', "no line has more"),
    ],
    ids=["no number", "short", "no zone", "old", "id", "bytes", "deep", "long"],
)
def test_a_broken_line_is_set_aside_and_told_and_the_others_count(broken: bytes, why: str) -> None:
    files = {"runs/2026-03.jsonl": OLD + broken + b"\n" + OLD}
    found = parse_shelf(files)
    (aside,) = found.set_aside["runs/2026-03.jsonl"]
    assert len(found.log) == 2
    assert aside.place == "line 2"
    assert why in aside.reason
    assert "What could not be read" in rendered(files)


def test_a_time_of_report_that_cannot_be_is_none() -> None:
    line = OLD.rstrip(b"}\n") + b',"reported":"0001-01-01T00:00:00Z"}'
    (read,) = parse_shelf({"runs/2026-03.jsonl": line}).log
    assert read.reported is None


def test_a_file_that_is_none_of_ours_to_read_is_named_and_the_rest_is_shown() -> None:
    files = {
        **told(20),
        "costs/2026-01.json": b"{",
        "attempts/acme/new.json": b'{"version":9}',
        "README.md": b"x",
    }
    found = parse_shelf(files)
    assert sorted(found.unread) == ["attempts/acme/new.json", "costs/2026-01.json"]
    assert "at least" in rendered(files)
    assert "at least" not in rendered(dict(told(20)))


@given(st.lists(st.binary(max_size=60) | st.text(max_size=60).map(str.encode), max_size=6))
def test_no_log_raises(lines: list[bytes]) -> None:
    raw = b"\n".join(lines)
    found = parse_shelf({"runs/2026-03.jsonl": raw})
    kept = len(found.log) + sum(map(len, found.set_aside.values()))
    assert kept == sum(bool(line.strip()) for line in raw.split(b"\n"))


def test_what_a_hostile_ledger_says_stays_text() -> None:
    text = rendered(dict(hostile()))
    assert "&lt;script&gt;" in text
    assert not re.search(r"<(?:script|img|iframe|object|embed|form|link|base)\b", text)
    assert HOSTILE not in text
    assert "\u202e" not in text
    assert {link.split("/")[2] for link in re.findall(r'href="(https?://[^"]*)"', text)} <= {"forge.example"}
    assert all(
        link.startswith(("#", "https://forge.example/")) for link in re.findall(r'href="([^"]*)"', text)
    )


def test_the_page_allows_itself_its_own_style_and_nothing_else() -> None:
    text = rendered(dict(told(20)))
    (policy,) = re.findall(r'Content-Security-Policy" content="([^"]*)"', text)
    assert re.fullmatch(
        r"default-src 'none'; style-src 'sha256-[\w+/=]{44}'; base-uri 'none'; form-action 'none'", policy
    )
    assert not re.search(r"<script|\sstyle=|\son\w+=|<link|src=|@import|url\(", text)


@pytest.mark.parametrize("days", [60, 400, 720])
def test_an_axis_of_months_bears_whole_names_that_fit_and_ends_now(days: int) -> None:
    made = rendered({**told(40, days)})
    (chart,) = re.findall(r'<svg[^>]*aria-labelledby="merged-title.*?</svg>', made, re.DOTALL)
    names = re.findall(r">([A-Z][a-z]{2}(?: 20\d\d)?)</text>", chart)
    assert 2 <= len(names) <= 8
    assert re.fullmatch(r"\w{3} 20\d\d", names[0])
    assert names[-1].startswith(f"{NOW:%b}")
    assert "…" not in chart


def test_an_empty_ledger_says_what_to_do() -> None:
    text = rendered({})
    assert "Nothing has happened yet" in text
    assert "homeostat init" in text


# --- from git -----------------------------------------------------------------------------------


def test_every_file_of_the_branch_is_read_from_a_clone_also_a_shallow_one(tmp_path: Path) -> None:
    files = dict(told(20))
    whole = committed(tmp_path / "ledger", files)
    git(tmp_path, "clone", "--quiet", "--bare", f"file://{whole}", "bare")
    git(tmp_path, "clone", "--quiet", "--depth=1", f"file://{whole}", "shallow")
    git(tmp_path / "shallow", "checkout", "--quiet", "-b", "main")
    git(tmp_path / "shallow", "branch", "--quiet", "-D", codec.BRANCH)
    for number, name in enumerate(("ledger", "bare", "shallow")):
        (tmp_path / str(number)).mkdir()
        assert ledger_files(tmp_path / str(number), str(tmp_path / name)) == files


def test_a_repository_without_the_branch_has_no_files(tmp_path: Path) -> None:
    Git(tmp_path / "bare").init()
    (tmp_path / "home").mkdir()
    assert ledger_files(tmp_path / "home", str(tmp_path / "bare")) == {}


def test_the_command_writes_the_page_and_tells_what_it_left_out(tmp_path: Path) -> None:
    ledger = committed(tmp_path / "ledger", {**told(20), "runs/2026-01.jsonl": OLD + b"broken\n"})
    page_file = tmp_path / "new" / "index.html"
    said = homeostat("report", "--html", page_file, "--ledger", ledger, "--state-repo", "acme/control")
    assert said.code == 0
    assert said.out == f"written: {page_file}\n"
    assert "runs/2026-01.jsonl: 1 entry set aside, such as line 2" in said.err
    assert "<title>acme/control: what Homeostat healed</title>" in page_file.read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("words", "why"),
    [
        (["--html", "x.html"], "Give --state-repo OWNER/NAME, or --ledger FOLDER"),
        (["--html", "x.html", "--state-repo", "x"], "is no repository"),
        (["--html", "x.html", "reports"], "--html reads the ledger and no FOLDER"),
        (["--ledger", "."], "go with it alone"),
        ([], "Give the FOLDER that holds the legs' reports, or --html FILE"),
    ],
)
def test_what_cannot_be_meant_is_refused_in_a_sentence(words: list[str], why: str, tmp_path: Path) -> None:
    said = homeostat("report", *words, cwd=tmp_path)
    assert said.code == 2
    assert why in said.err


def test_a_line_as_legs_write_it_is_read_back() -> None:
    entry = {
        "at": NOW, "run": "7", "repository": "acme/till", "fingerprint": "hs1-a", "status": "delivered",
        "reason": "x", "pull": 3, "pattern": "p-1", "result": "pull request created", "reported": NOW,
        "frames": [], "candidates": [],
    }  # fmt: skip
    (line,) = parse_shelf({"runs/2026-06.jsonl": codec.render_entry(entry)}).log
    assert line == LogLine(
        NOW, "7", "acme/till", "hs1-a", "delivered", "x", 3, "p-1", "pull request created", NOW
    )
