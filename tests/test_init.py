"""`homeostat init` in real repositories: what it guesses, writes, refuses and says."""

from __future__ import annotations

import os
import pty
import subprocess
import sys
from pathlib import Path

import pytest

from homeostat import config
from homeostat.config import PathFilters, Repository
from homeostat.onboarding import workflow
from tests.edges.test_git_workspace import git
from tests.test_cli import homeostat

ROOT = Path(__file__).parent.parent
CONFIG, WORKFLOW = ".homeostat/repos.yml", ".github/workflows/homeostat.yml"


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    folder = tmp_path / "my shop"
    folder.mkdir()
    git(folder, "init", "--quiet", "-b", "trunk")
    git(folder, "remote", "add", "origin", "git@forge.example:octo/shop.git")
    return folder


def lay(folder: Path, *names: str) -> None:
    for name in names:
        path = folder / name
        path.mkdir() if name.endswith("/") else path.touch()


def written(folder: Path) -> Repository:
    (repository,) = config.load(folder / CONFIG).repositories
    return repository


def test_the_workflow_is_the_one_that_our_repository_shows() -> None:
    assert workflow() == (ROOT / ".github/workflows/multi-repo.yml").read_text(encoding="utf-8")


def test_it_asks_nothing_and_guesses_from_the_files(checkout: Path) -> None:
    lay(checkout, "package.json", "package-lock.json", "src/", "tests/", "docs/")
    said = homeostat("init", checkout)
    assert said.code == 0
    found = written(checkout)
    assert (found.slug, found.branch, found.labels) == ("octo/shop", "trunk", ("homeostat-fix", "shop"))
    assert (found.setup_command, found.test_command) == ("npm ci", "npm test")
    assert found.path_filters == PathFilters(("src/",), ("tests/", "docs/"))
    assert (checkout / WORKFLOW).read_text(encoding="utf-8") == workflow()
    assert f"written: {checkout / CONFIG}" in said.out
    assert "octo/shop needs none: the job's own token does" in said.out


@pytest.mark.parametrize(
    ("files", "setup", "tests"),
    [
        (["package.json"], "npm install", "npm test"),
        (["pyproject.toml"], "pip install pytest -e .", "python -m pytest"),
        (["requirements.txt"], "-r requirements.txt", "python -m pytest"),
        (["composer.json"], "composer install", "vendor/bin/phpunit"),
        ([], None, "make test"),
    ],
    ids=["npm", "pyproject", "requirements", "composer", "nothing"],
)
def test_commands_follow_the_manifest(
    checkout: Path, files: list[str], setup: str | None, tests: str
) -> None:
    lay(checkout, *files)
    assert homeostat("init", checkout).code == 0
    found = written(checkout)
    assert tests in found.test_command
    assert found.setup_command is None if setup is None else setup in (found.setup_command or "")


def test_flags_win_and_several_repositories_need_another_token(checkout: Path) -> None:
    words = ["--repo", "octo/a", "--repo", "octo/b", "--branch", "main", "--test-command", 'sh -c "x # y"']
    said = homeostat("init", checkout, *words, "--label", "fix", "--include", "lib/")
    assert said.code == 0
    first, second = config.load(checkout / CONFIG).repositories
    assert (first.slug, second.slug, second.labels) == ("octo/a", "octo/b", ("fix", "b"))
    assert (first.branch, first.test_command, first.setup_command) == ("main", 'sh -c "x # y"', None)
    assert first.path_filters.include == ("lib/",)
    assert "The other repositories need a GitHub App" in said.out


@pytest.mark.parametrize("there", [CONFIG, WORKFLOW])
def test_nothing_is_overwritten_unasked(checkout: Path, there: str) -> None:
    (checkout / there).parent.mkdir(parents=True)
    (checkout / there).write_text("mine\n", encoding="utf-8")
    said = homeostat("init", checkout)
    assert (said.code, said.out) == (2, "")
    assert f"{checkout / there} would be overwritten: add --force" in said.err
    assert (checkout / there).read_text(encoding="utf-8") == "mine\n"
    assert sum((checkout / path).exists() for path in (CONFIG, WORKFLOW)) == 1
    assert homeostat("init", checkout, "--force").code == 0
    assert (checkout / there).read_text(encoding="utf-8") != "mine\n"


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["--repo", "shop"], "'shop' is no repository: write it as OWNER/NAME"),
        (["--test-command", "a\x07b"], "control characters"),
        (["--include", "/src"], "paths are relative"),
    ],
    ids=["slug", "command", "path"],
)
def test_what_would_not_be_valid_is_not_written(checkout: Path, words: list[str], told: str) -> None:
    said = homeostat("init", checkout, *words)
    assert (said.code, said.out) == (2, "")
    assert told in said.err
    assert not (checkout / ".homeostat").exists()


def test_a_folder_without_a_remote_is_asked_for_the_repository(tmp_path: Path) -> None:
    said = homeostat("init", tmp_path)
    assert (said.code, said.out) == (2, "")
    assert "give --repo OWNER/NAME" in said.err


def test_on_a_terminal_four_questions_are_asked(checkout: Path) -> None:
    keeper, terminal = pty.openpty()
    os.write(keeper, b"octo/a octo/b\nmain\n-\nmake check\n")
    words = [sys.executable, "-m", "homeostat", "init", str(checkout)]
    done = subprocess.run(words, stdin=terminal, capture_output=True, text=True, cwd=ROOT, check=False)
    os.close(keeper)
    os.close(terminal)
    assert done.returncode == 0, done.stderr
    first, second = config.load(checkout / CONFIG).repositories
    assert (first.slug, second.slug, first.branch) == ("octo/a", "octo/b", "main")
    assert (first.setup_command, first.test_command) == (None, "make check")
