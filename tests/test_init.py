"""`homeostat init` in real repositories: what it guesses, writes, refuses and says."""

from __future__ import annotations

import os
import pty
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from homeostat import config
from homeostat.config import PathFilters, Repository
from homeostat.edges.git.origin_name import origin_slug
from homeostat.onboarding import workflow
from tests.edges.test_git_workspace import git
from tests.test_cli import homeostat

ROOT = Path(__file__).parent.parent
CONFIG, WORKFLOW = ".homeostat/repos.yml", ".github/workflows/homeostat.yml"
PAGES = ".github/workflows/homeostat-pages.yml"


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    folder = tmp_path / "my shop"
    folder.mkdir()
    git(folder, "init", "--quiet", "-b", "trunk")
    git(folder, "remote", "add", "origin", "git@forge.example:octo/shop.git")
    (folder / "Makefile").touch()
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
    ids=["npm", "pyproject", "requirements", "composer", "make"],
)
def test_commands_follow_the_manifest(
    checkout: Path, files: list[str], setup: str | None, tests: str
) -> None:
    lay(checkout, *files)
    assert homeostat("init", checkout).code == 0
    found = written(checkout)
    assert tests in found.test_command
    assert found.setup_command is None if setup is None else setup in (found.setup_command or "")


@pytest.mark.parametrize(
    ("files", "image", "warned"),
    [(["package.json"], None, False), (["composer.json"], "composer:2", False), ([], None, True)],
    ids=["npm", "composer", "make"],
)
def test_what_our_image_cannot_run_gets_its_own_or_a_warning(
    checkout: Path, files: list[str], image: str | None, *, warned: bool
) -> None:
    lay(checkout, *files)
    said = homeostat("init", checkout)
    assert (written(checkout).test_image, "`make test` is a guess" in said.err) == (image, warned)


@pytest.mark.parametrize("words", [(), ("--test-command", "")], ids=["not given", "empty"])
def test_where_nothing_tells_how_the_tests_are_run_that_must_be_said(
    checkout: Path, words: tuple[str, ...]
) -> None:
    (checkout / "Makefile").unlink()
    said = homeostat("init", checkout, *words)
    assert (said.code, said.out) == (2, "")
    assert "tells how its tests are run: give --test-command CMD." in said.err
    assert not (checkout / ".homeostat").exists()
    assert homeostat("init", checkout, "--test-command", "go test ./...").code == 0
    assert written(checkout).test_command == "go test ./..."


@pytest.mark.parametrize(("folder", "told"), [("src", False), ("stuff", True)])
def test_that_fixes_may_touch_every_file_is_said(checkout: Path, folder: str, *, told: bool) -> None:
    (checkout / folder).mkdir()
    said = homeostat("init", checkout)
    assert (written(checkout).path_filters.include == ("*",)) is told
    assert ("a fix may touch every file" in said.err) is told


@pytest.mark.parametrize(
    ("flag", "setup"), [((), "npm ci"), (("--setup-command", ""), None), (("--setup-command", "x"), "x")]
)
def test_setup_follows_the_manifest_unless_its_own_flag_is_given(
    checkout: Path, flag: tuple[str, ...], setup: str | None
) -> None:
    lay(checkout, "package.json", "package-lock.json")
    assert homeostat("init", checkout, "--test-command", "npm run unit", *flag).code == 0
    assert written(checkout).setup_command == setup


@pytest.mark.parametrize(
    ("slug", "flags", "labels"),
    [
        ("octo/shop", ("--label", "shop", "--label", "fix"), ("shop", "fix")),
        (f"octo/{'x' * 51}", (), ("homeostat-fix",)),
    ],
    ids=["given already", "too long"],
)
def test_a_name_that_cannot_be_another_label_is_left_out(
    checkout: Path, slug: str, flags: tuple[str, ...], labels: tuple[str, ...]
) -> None:
    assert homeostat("init", checkout, "--repo", slug, *flags).code == 0
    assert written(checkout).labels == labels


@pytest.mark.parametrize(
    ("address", "slug"),
    [
        ("https://forge.example/octo/a.js.git", "octo/a.js"),
        ("https://ann:secret@forge.example/octo/shop/", "octo/shop"),
        ("ssh://git@forge.example:22/octo/shop.git", "octo/shop"),
        ("forge.example:octo/shop", "octo/shop"),
        ("/srv/git/octo/shop.git", None),
        ("../octo/shop", None),
        ("file:///srv/octo/shop.git", None),
        ("https://forge.example/shop", None),
    ],
)
def test_the_remote_names_the_repository_unless_it_is_a_path(
    checkout: Path, address: str, slug: str | None
) -> None:
    git(checkout, "remote", "set-url", "origin", address)
    assert origin_slug(checkout) == slug


def test_the_branch_under_repair_is_the_default_one_not_the_one_checked_out(checkout: Path) -> None:
    git(checkout, "symbolic-ref", "refs/remotes/origin/HEAD", "refs/remotes/origin/release/2")
    assert homeostat("init", checkout).code == 0
    assert written(checkout).branch == "release/2"


def test_a_link_that_leads_elsewhere_is_not_written_through(checkout: Path, tmp_path: Path) -> None:
    (checkout / CONFIG).parent.mkdir()
    (checkout / CONFIG).symlink_to(tmp_path / "elsewhere")
    assert homeostat("init", checkout).code == 2
    assert not (tmp_path / "elsewhere").exists()


def test_flags_win_and_several_repositories_need_another_token(checkout: Path) -> None:
    words = ["--repo", "octo/a", "--repo", "octo/b", "--branch", "main", "--test-command", 'sh -c "x # y"']
    said = homeostat("init", checkout, *words, "--label", "fix", "--include", "lib/")
    assert said.code == 0
    first, second = config.load(checkout / CONFIG).repositories
    assert (first.slug, second.slug, second.labels) == ("octo/a", "octo/b", ("fix", "b"))
    assert (first.branch, first.test_command, first.setup_command) == ("main", 'sh -c "x # y"', None)
    assert first.path_filters.include == ("lib/",)
    assert "1. Tokens. octo/shop needs none" in said.out
    assert "Any other repository of the list needs a GitHub App" in said.out


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
        (["--label", "\udcff"], "not UTF-8"),
    ],
    ids=["slug", "command", "path", "bytes"],
)
def test_what_would_not_be_valid_is_not_written(checkout: Path, words: list[str], told: str) -> None:
    said = homeostat("init", checkout, *words)
    assert (said.code, said.out) == (2, "")
    assert told in said.err
    assert not (checkout / ".homeostat").exists()


def test_the_workflow_that_publishes_the_report_is_written_when_it_is_asked_for(checkout: Path) -> None:
    assert homeostat("init", checkout, "--pages").code == 0
    text = (checkout / PAGES).read_text(encoding="utf-8")
    read = yaml.load(text, Loader=yaml.BaseLoader)  # noqa: S506 - makes texts only
    assert read["on"]["workflow_run"]["workflows"] == [yaml.safe_load(workflow())["name"]]
    assert "workflow_dispatch" in read["on"]
    assert read["permissions"] == {}
    assert read["jobs"]["build"]["permissions"] == {"contents": "read"}
    assert read["jobs"]["deploy"]["permissions"] == {"pages": "write", "id-token": "write"}
    steps = [step for job in read["jobs"].values() for step in job["steps"]]
    (ours,) = [step["with"] for step in steps if step.get("uses", "").startswith("littlebearapps/")]
    action = yaml.safe_load((ROOT / "action.yml").read_text(encoding="utf-8"))
    assert set(ours) <= set(action["inputs"])
    assert all("${{" not in step.get("run", "") for step in steps)


def test_the_report_is_published_only_when_that_is_asked_for(checkout: Path) -> None:
    assert homeostat("init", checkout).code == 0
    assert not (checkout / PAGES).exists()


def test_the_report_is_added_to_what_is_set_up_already(checkout: Path) -> None:
    assert homeostat("init", checkout).code == 0
    (checkout / CONFIG).write_text("mine\n", encoding="utf-8")
    said = homeostat("init", checkout, "--pages")
    assert (said.code, said.err) == (0, "")
    assert said.out.startswith(f"left as it is: {checkout / CONFIG}\nleft as it is: {checkout / WORKFLOW}\n")
    assert (checkout / CONFIG).read_text(encoding="utf-8") == "mine\n"
    assert f"written: {checkout / PAGES}\n" in said.out
    assert "Tokens" not in said.out
    again = homeostat("init", checkout, "--pages")
    assert (again.code, again.out) == (2, "")
    assert f"{checkout / PAGES} would be overwritten: add --force" in again.err


@pytest.mark.parametrize("words", [(), ("--pages",)], ids=["two files", "three files"])
def test_the_steps_that_follow_name_where_the_report_is_switched_on(
    checkout: Path, words: tuple[str, ...]
) -> None:
    said = homeostat("init", checkout, *words)
    assert "3. Commit what was written, push it" in said.out
    assert ('4. Set Settings > Pages > Source to "GitHub Actions".' in said.out) is bool(words)


def test_a_folder_without_a_remote_is_asked_for_the_repository(tmp_path: Path) -> None:
    said = homeostat("init", tmp_path)
    assert (said.code, said.out) == (2, "")
    assert "give --repo OWNER/NAME" in said.err


def test_without_a_remote_no_repository_is_taken_for_the_one_that_runs_the_workflow(tmp_path: Path) -> None:
    said = homeostat("init", tmp_path, "--repo", "acme/orders", "--test-command", "npm test")
    assert said.code == 0
    assert "1. Tokens. The repository that you push this folder to needs none" in said.out
    assert "Any other repository of the list needs a GitHub App" in said.out


def answered(checkout: Path, *lines: str) -> subprocess.CompletedProcess[str]:
    """The command at a terminal where somebody types these lines."""
    keeper, terminal = pty.openpty()
    os.write(keeper, "".join(f"{line}\n" for line in lines).encode())
    words = [sys.executable, "-m", "homeostat", "init", str(checkout)]
    done = subprocess.run(words, stdin=terminal, capture_output=True, text=True, cwd=ROOT, check=False)
    os.close(keeper)
    os.close(terminal)
    return done


@pytest.mark.slow
def test_on_a_terminal_four_questions_are_asked(checkout: Path) -> None:
    done = answered(checkout, "octo/a octo/b", "main", "-", "make check")
    assert done.returncode == 0, done.stderr
    first, second = config.load(checkout / CONFIG).repositories
    assert (first.slug, second.slug, first.branch) == ("octo/a", "octo/b", "main")
    assert (first.setup_command, first.test_command) == (None, "make check")


@pytest.mark.slow
def test_on_a_terminal_a_wrong_answer_is_asked_for_again_at_once(checkout: Path) -> None:
    (checkout / "Makefile").unlink()
    done = answered(checkout, "nonsense", "", "a: b", "main", "-", "", "make check")
    assert done.returncode == 0, done.stderr
    errors = [line.partition("Error: ")[2] for line in done.stdout.splitlines() if "Error: " in line]
    assert errors == [
        "'nonsense' is no repository: write it as OWNER/NAME.",
        'not a branch name that git accepts, found the string "a: b"',
    ]
    assert (written(checkout).slug, written(checkout).test_command) == ("octo/shop", "make check")


@pytest.mark.slow
def test_on_a_terminal_nothing_is_asked_in_vain(checkout: Path) -> None:
    assert homeostat("init", checkout).code == 0
    done = answered(checkout)
    assert (done.returncode, done.stdout) == (2, "")
    assert "would be overwritten: add --force" in done.stderr
