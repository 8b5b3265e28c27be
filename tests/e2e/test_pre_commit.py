"""The hook for pre-commit, as a team's repository gets it: installed from here, by its own tool."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent.parent
SOUND = (ROOT / "examples" / "control-repository" / ".homeostat" / "repos.yml").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where pre-commit keeps what it installs; the packages come from outside, once."""
    return tmp_path_factory.mktemp("pre-commit")


def _git(folder: Path, *words: str) -> None:
    subprocess.run(["git", "-C", folder, *words], check=True, capture_output=True)


def _hooked(home: Path, folder: Path, text: str) -> subprocess.CompletedProcess[str]:
    """What the hook says of a repository that holds this repos.yml."""
    (folder / ".homeostat").mkdir(parents=True)
    (folder / ".homeostat" / "repos.yml").write_text(text, encoding="utf-8")
    _git(folder, "init", "--quiet")
    _git(folder, "add", "--all")
    tool = Path(sys.executable).with_name("pre-commit")
    return subprocess.run(
        [tool, "try-repo", ROOT, "homeostat-validate", "--ref", "HEAD", "--verbose", "--all-files"],
        cwd=folder,
        env={**os.environ, "PRE_COMMIT_HOME": str(home)},
        capture_output=True,
        text=True,
        check=False,
    )


def test_the_hook_lets_a_sound_configuration_pass(home: Path, tmp_path: Path) -> None:
    ran = _hooked(home, tmp_path, SOUND)
    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert ".homeostat/repos.yml: valid, 5 repositories" in ran.stdout


def test_the_hook_stops_a_wrong_one_and_names_the_place(home: Path, tmp_path: Path) -> None:
    ran = _hooked(home, tmp_path, SOUND.replace("test_command: npm test", "test_comand: npm test"))
    assert ran.returncode == 1
    assert ".homeostat/repos.yml:" in ran.stdout
    assert "unknown key; did you mean 'test_command'?" in ran.stdout
