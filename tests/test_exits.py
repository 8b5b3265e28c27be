"""Each command's help names the exit codes that it ends with: every one is brought about here."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest
from click.testing import CliRunner

from homeostat.cli import commands
from tests.test_cli import LESSONS, PROJECT, TRACE, git, homeostat, lay, paths_of
from tests.test_doctor import REPOS

ALWAYS = {70, 130}
LEAVES = [path for path in paths_of(commands) if path not in {(), ("patterns",)}]
CHANGE = "--- a/{0}\n+++ b/{0}\n@@ -1 +1 @@\n-a = 1\n+a = 2\n"


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with what the words below name."""
    tmp_path = tmp_path_factory.mktemp("place")
    lay(
        tmp_path,
        {
            "repos.yml": REPOS,
            "wrong.yml": "version: 2\n",
            "good.patch": CHANGE.format("src/a.py"),
            "bad.patch": CHANGE.format("other/a.py"),
            "forge/octo/app.git/none": "",
            "red/test_it.py": "raise KeyError\n",
            "empty/none": "",
            "broken/HEAD": "",
            "trace": TRACE,
            "deaf.json/none": "",
            **{f"project/{path}": text for path, text in PROJECT.items()},
        },
    )
    git(lay(tmp_path / "repo", {"a.py": ""}), "init", "--quiet")
    git(tmp_path / "repo", "remote", "add", "origin", "https://forge.example/octo/app.git")
    git(tmp_path / "repo", "add", ".")
    git(tmp_path / "repo", "commit", "--quiet", "-m", "Start")
    homeostat("patterns", "learn", "--jsonl", "--library", tmp_path / "library.json", stdin=LESSONS)
    return tmp_path


ENDINGS: dict[str, dict[int, str]] = {
    "demo": {1: "--keep /proc/none", 2: "--keep library.json"},
    "init": {
        0: "repo --force --test-command true",
        1: "/proc/self/task --repo octo/app --test-command true",
        2: "empty",
    },
    "doctor": {2: "--config wrong.yml"},
    "heal": {
        0: "--repo octo/app",
        1: "--repo octo/app --config repos.yml --forge forge",
        2: "--repo octo/app",
    },
    "fix": {0: "repo --test true", 1: "red --test 'python3 test_it.py'", 2: "project"},
    "matrix": {0: "--config repos.yml", 1: "--config repos.yml", 2: "--config wrong.yml"},
    "report": {0: "empty", 1: "empty", 2: "none"},
    "dashboard": {2: "--config none.yml"},
    "backtest": {2: "none --test true"},
    "validate": {0: "repos.yml", 2: "wrong.yml"},
    "sandbox": {0: "--repo octo/app --config repos.yml", 2: "--repo octo/no --config repos.yml"},
    "fingerprint": {0: "", 2: "--what"},
    "redact": {0: "", 2: "--what"},
    "check-patch": {
        0: "--repo octo/app --config repos.yml good.patch",
        1: "--repo octo/app --config repos.yml --checkout broken good.patch",
        2: "--repo octo/app --config repos.yml none.patch",
        3: "--repo octo/app --config repos.yml bad.patch",
    },
    "completion": {0: "bash", 2: "csh"},
    "patterns list": {0: "--library library.json", 2: "--library none"},
    "patterns show": {2: "p-1 --library library.json"},
    "patterns learn": {1: "empty --trace trace --library new.json", 2: "--library library.json"},
    "patterns mine": {0: "repo --library library.json", 1: "empty --library library.json", 2: "none"},
    "patterns test": {0: "repo --library library.json", 1: "empty --library library.json", 2: "none"},
    "patterns suggest": {0: "repo/a.py --library library.json", 2: "--library library.json"},
    "patterns export": {0: "--library library.json", 2: "r-1 --format ast-grep --library library.json"},
    "patterns import": {0: "library.json --library new.json", 2: "none --library library.json"},
}
EXTRA = {
    ("heal", 0): {"HOMEOSTAT_DISABLED": "true"},
    ("matrix", 1): {"GITHUB_OUTPUT": "/proc/self/stat"},
    ("report", 1): {"GITHUB_STEP_SUMMARY": "/proc/self/stat"},
}
HOW = [
    pytest.param(name, code, words, id=f"{name} {code}")
    for name, row in ENDINGS.items()
    for code, words in row.items()
]


def told(name: str) -> set[int]:
    shown = CliRunner().invoke(commands, [*name.split(), "--help"]).output
    sentence = " ".join(shown.partition("Exit codes: ")[2].split())
    return {int(code) for code in re.findall(r"(?:^|; )(\d+) ", sentence)}


@pytest.mark.slow
@pytest.mark.parametrize(("name", "code", "words"), HOW)
def test_a_command_ends_with_a_code_that_its_help_names(
    place: Path, name: str, code: int, words: str
) -> None:
    said = homeostat(*name.split(), *shlex.split(words), cwd=place, **EXTRA.get((name, code), {}))
    assert said.code == code, said.err
    assert code in told(name)


@pytest.mark.parametrize("path", LEAVES, ids=" ".join)
def test_every_help_names_success_wrong_usage_and_what_may_happen_to_any(path: tuple[str, ...]) -> None:
    name = " ".join(path)
    assert told(name) >= {0, 2, *ALWAYS}
    assert told(name) >= set(ENDINGS[name])


def test_the_help_of_doctor_says_how_it_ends_without_a_token(tmp_path: Path) -> None:
    (tmp_path / "repos.yml").write_text(REPOS, encoding="utf-8")
    assert homeostat("doctor", "--config", tmp_path / "repos.yml").code == 2
    help_text = " ".join(CliRunner().invoke(commands, ["doctor", "--help"]).output.split())
    assert "2 wrong configuration or usage, or no token is given" in help_text


def test_only_the_patch_judge_blocks() -> None:
    assert [" ".join(path) for path in LEAVES if 3 in told(" ".join(path))] == ["check-patch"]
