"""What a person sees while something runs: a real terminal, and what is written to it."""

from __future__ import annotations

import os
import pty
import re
import subprocess
import sys
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests import past
from tests.test_cli import LESSONS, PROJECT, ROOT, environment, history, homeostat, lay

SPINS = re.compile("[\N{BRAILLE PATTERN DOTS-1}-\N{BRAILLE PATTERN DOTS-12345678}]")
COLOUR = re.compile(r"\x1b\[(?:\d+;)*(?:3\d|4\d|9\d)(?:;\d+)*m")
TESTS = "sleep 1.2; python3 -m unittest discover -s tests -t ."


@dataclass(frozen=True)
class Seen:
    """What came to a terminal on standard error, and to a pipe on standard output."""

    code: int
    out: str
    terminal: str


def watched(*words: object, cwd: Path = ROOT, **extra: str) -> Seen:
    """Run a command whose standard error is a terminal."""
    keeper, terminal = pty.openpty()
    pieces: list[bytes] = []

    def read() -> None:
        try:
            while piece := os.read(keeper, 65_536):
                pieces.append(piece)
        except OSError:
            pass  # Linux's way to say that the other end is closed

    reader = threading.Thread(target=read)
    reader.start()
    command = [sys.executable, "-m", "homeostat", *map(str, words)]
    env = plain({"TERM": "xterm-256color", **extra})
    done = subprocess.run(
        command, stdout=subprocess.PIPE, stderr=terminal, text=True, cwd=cwd, env=env, check=False
    )
    os.close(terminal)
    reader.join(20)
    os.close(keeper)
    return Seen(done.returncode, done.stdout, b"".join(pieces).decode())


def plain(extra: Mapping[str, str]) -> dict[str, str]:
    """An environment that says nothing of terminals but what is given."""
    silent = {"CI", "NO_COLOR", "FORCE_COLOR", "TTY_COMPATIBLE", "TTY_INTERACTIVE"}
    return {**{name: value for name, value in environment({}).items() if name not in silent}, **extra}


@pytest.fixture
def project(tmp_path: Path) -> Path:
    return lay(tmp_path / "project", PROJECT)


@pytest.mark.slow
def test_somebody_who_watches_sees_what_goes_on_and_for_how_long(project: Path) -> None:
    seen = watched("fix", project, "--test", TESTS, "--no-search")
    assert seen.code == 1
    assert SPINS.search(seen.terminal)
    assert re.search(r"running the tests.*0:00:01", seen.terminal)
    assert COLOUR.search(seen.terminal)
    assert re.search(r"\d\d:\d\d:\d\d.*tests before any fix", seen.terminal)
    assert seen.terminal.count("\x1b[?25l") == seen.terminal.count("\x1b[?25h") > 0, "the cursor is back"
    assert "\x1b" not in seen.out
    assert seen.out.startswith("KeyError: 'timeout'")


@pytest.mark.slow
def test_no_color_leaves_the_foot_without_colours(project: Path) -> None:
    seen = watched("fix", project, "--test", TESTS, "--no-search", NO_COLOR="1")
    assert SPINS.search(seen.terminal)
    assert not COLOUR.search(seen.terminal)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("extra", "line"),
    [
        ({"TERM": "dumb"}, r"\d\d:\d\d:\d\d running the tests +command="),
        ({"CI": "true"}, r'timestamp=\d\d:\d\d:\d\d event="running the tests" command='),
    ],
    ids=["dumb", "CI"],
)
def test_elsewhere_there_are_plain_lines(project: Path, extra: dict[str, str], line: str) -> None:
    seen = watched("fix", project, "--test", TESTS, "--no-search", cwd=ROOT, **extra)
    assert "\x1b" not in seen.terminal
    assert not SPINS.search(seen.terminal)
    assert re.search(line, seen.terminal)


@pytest.mark.slow
def test_who_watches_sees_wrong_tries_pass_and_reads_of_them_in_the_end(
    project: Path, tmp_path: Path
) -> None:
    library = tmp_path / "library.json"
    assert homeostat("patterns", "learn", "--jsonl", "--library", library, stdin=LESSONS).code == 0
    words = ("fix", project, "--test", TESTS.partition("; ")[2], "--no-search", "--library", library)
    seen, piped = watched(*words), watched(*words, CI="true")
    assert (seen.code, piped.code) == (1, 1)
    assert "verdict=rejected" in piped.terminal
    assert "rejected" not in seen.terminal
    assert "trying a fix" in seen.terminal
    assert "Not healed: r-" in seen.out


@pytest.mark.slow
def test_a_backtest_leaves_two_lines_of_each_past_error_and_says_which_one_it_is_at(tmp_path: Path) -> None:
    story = past.pair(tmp_path)
    words = ("--test", TESTS.partition("; ")[2], "--state", tmp_path / "state.json")
    seen = watched("backtest", story.world.bare, *words)
    assert seen.code == 0
    assert len(re.findall(r"\d\d:\d\d:\d\d", seen.terminal)) == 2 * seen.out.count("2026-") == 4
    assert "2 of 2: trying a fix" in seen.terminal
    assert "reading the history" in seen.terminal


@pytest.mark.slow
def test_mining_tells_at_the_foot_how_far_it_is(tmp_path: Path) -> None:
    root = history(tmp_path / "shop")
    seen = watched("patterns", "mine", root, "--library", tmp_path / "library.json")
    assert seen.code == 0
    assert "reading the history of shop" in seen.terminal
    assert "\x1b" not in seen.out


@pytest.mark.slow
@pytest.mark.usefixtures("interruptible")
def test_an_interrupt_gives_the_terminal_back(project: Path) -> None:
    seen = watched("fix", project, "--test", "sleep 1; kill -INT $PPID; sleep 20", "--no-search")
    assert seen.code == 130
    assert "Stopped." in seen.terminal
    assert seen.terminal.count("\x1b[?25l") == seen.terminal.count("\x1b[?25h") > 0


@pytest.mark.parametrize("words", [["--version"], ["redact"], ["matrix", "--help"]], ids=" ".join)
def test_a_command_that_shows_no_progress_loads_nothing_for_it(words: list[str]) -> None:
    code = (
        "import sys\nfrom homeostat.cli import main\n"
        "try:\n    main(sys.argv[1:])\nexcept SystemExit:\n    pass\n"
        "print({'rich', 'structlog'} & {*sys.modules})"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, *words],
        input="",
        capture_output=True,
        text=True,
        env=plain({}),
        check=True,
    )
    assert done.stdout.splitlines()[-1] == "set()"
