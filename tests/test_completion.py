"""What a shell is told when somebody presses the tab key: a real bash, and what it would offer."""

from __future__ import annotations

import os
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from tests.test_cli import LESSONS, homeostat, lay
from tests.test_doctor import REPOS

ROOT = Path(__file__).parent.parent
TWO = REPOS + REPOS.partition("repositories:\n")[2].replace("octo/app", "octo/shop")


@pytest.fixture
def team(tmp_path: Path) -> Path:
    """A folder with a repos.yml and a library, and `homeostat` on the path of its shells."""
    program = f'#!/bin/sh\nPYTHONPATH={ROOT} exec {sys.executable} -m homeostat "$@"\n'
    lay(tmp_path, {".homeostat/repos.yml": TWO, "other.yml": REPOS, "bin/homeostat": program})
    (tmp_path / "bin" / "homeostat").chmod(0o755)
    homeostat("patterns", "learn", "--jsonl", "--library", tmp_path / "library.json", stdin=LESSONS)
    return tmp_path


def in_bash(team: Path, script: str) -> list[str]:
    done = subprocess.run(
        ["bash", "--norc", "-euo", "pipefail", "-c", f'eval "$(homeostat completion bash)"\n{script}'],
        cwd=team,
        env={**os.environ, "PATH": f"{team / 'bin'}:{os.environ['PATH']}"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
    return done.stdout.split()


def offered(team: Path, line: str) -> list[str]:
    """What bash offers at the end of a line."""
    words = [*shlex.split(line), *([""] if line.endswith(" ") else [])]
    quoted = " ".join(shlex.quote(word) for word in words)
    script = (
        f"COMP_WORDS=({quoted}); COMP_CWORD={len(words) - 1}; COMPREPLY=()\n"
        'function=$(complete -p homeostat | sed "s/.*-F \\([^ ]*\\) .*/\\1/")\n'
        '"$function" homeostat\nprintf "%s\\n" "${COMPREPLY[@]}"'
    )
    return in_bash(team, script)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("homeostat do", ["doctor"]),
        ("homeostat patterns s", ["show", "suggest"]),
        ("homeostat heal --re", ["--repo", "--report-dir", "--record", "--replay"]),
        ("homeostat heal --repo ", ["octo/app", "octo/shop"]),
        ("homeostat heal --repo octo/s", ["octo/shop"]),
        ("homeostat doctor --repo Octo/s", ["octo/shop"]),
        ("homeostat heal --config other.yml --repo ", ["octo/app"]),
        ("homeostat heal --config none.yml --repo ", []),
        ("homeostat check-patch --repo octo/a", ["octo/app"]),
        ("homeostat completion ", ["bash", "zsh", "fish"]),
        ("homeostat patterns show --library none.json r", []),
    ],
)
def test_bash_offers(team: Path, line: str, words: list[str]) -> None:
    assert offered(team, line) == words


@pytest.mark.slow
def test_bash_offers_the_ids_of_a_library(team: Path) -> None:
    found = offered(team, "homeostat patterns show --library library.json r-")
    assert len(found) > 3
    page = homeostat("patterns", "show", found[0], "--library", team / "library.json")
    assert page.code == 0


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_each_shell_gets_a_script_that_asks_homeostat(shell: str) -> None:
    said = homeostat("completion", shell)
    assert said.code == 0
    assert f"_HOMEOSTAT_COMPLETE={shell}_complete" in said.out
