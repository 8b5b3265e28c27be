"""The release's own steps, against a real repository with a real remote."""

import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
IMAGE = f"registry.example/acme/homeostat@sha256:{'0123abcd' * 8}"
OTHER = IMAGE.replace("0123abcd", "4567abcd")


def _git(place: Path, *words: str) -> str:
    done = subprocess.run(["git", *words], cwd=place, check=True, capture_output=True, text=True)
    return done.stdout.strip()


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    origin, place = tmp_path / "origin.git", tmp_path / "checkout"
    _git(tmp_path, "init", "-q", "--bare", str(origin))
    _git(tmp_path, "init", "-q", "-b", "main", str(place))
    (place / "homeostat").mkdir()
    (place / "homeostat" / "__init__.py").write_text('__version__ = "1.2.3"\n', encoding="utf-8")
    (place / "CHANGELOG.md").write_text(
        "# Changelog\n\n## 1.2.3 - 2030-01-02\n\n### Added\n\n- All.\n\n## 1.2.2\n\n- Less.\n",
        encoding="utf-8",
    )
    (place / ".github").mkdir()
    shutil.copy(ROOT / ".github" / "release.sh", place / ".github")
    shutil.copy(ROOT / "action.yml", place)
    _git(place, "add", "--all")
    _commit(place, "Begin")
    _git(place, "remote", "add", "origin", str(origin))
    _git(place, "push", "-q", "origin", "main")
    return place


def _commit(place: Path, message: str) -> None:
    _git(place, "-c", "user.name=ann", "-c", "user.email=ann@example.com", "commit", "-aqm", message)


def _step(place: Path, *words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [".github/release.sh", *words],
        cwd=place,
        capture_output=True,
        text=True,
        check=False,
        env={"PATH": "/usr/local/bin:/usr/bin:/bin", "HOME": str(place.parent)},
    )


def _tags(place: Path) -> list[str]:
    return _git(place.parent / "origin.git", "tag", "--list").split()


def test_a_sound_version_passes_and_tells_its_registry(checkout: Path) -> None:
    done = _step(checkout, "check", "1.2.3", "registry.example:5000/acme/homeostat")
    assert (done.stdout, done.stderr) == ("registry=registry.example:5000\n", "")


@pytest.mark.parametrize(
    ("version", "repository", "sentence"),
    [
        ("v1.2.3", "registry.example/acme/homeostat", "'v1.2.3' is no version"),
        ("1.2.3; id", "registry.example/acme/homeostat", "is no version"),
        ("1.2.3", "", "IMAGE_REPOSITORY must name the image"),
        ("1.2.3", "registry.example/Acme/homeostat", "in small letters"),
        ("1.2.4", "registry.example/acme/homeostat", "__init__.py has another version than 1.2.4"),
    ],
)
def test_what_cannot_be_released_is_told(
    checkout: Path, version: str, repository: str, sentence: str
) -> None:
    done = _step(checkout, "check", version, repository)
    assert done.returncode == 1
    assert sentence in done.stderr
    assert done.stdout == ""


def test_a_version_without_notes_is_told(checkout: Path) -> None:
    (checkout / "CHANGELOG.md").write_text(
        "# Changelog\n\n## 1.2.3\n\n## 1.2.2\n\n- Less.\n", encoding="utf-8"
    )
    done = _step(checkout, "check", "1.2.3", "registry.example/acme/homeostat")
    assert "no heading '## 1.2.3' with text below" in done.stderr


def test_the_tags_reach_a_commit_that_names_the_image_and_main_does_not(checkout: Path) -> None:
    done = _step(checkout, "tag", "1.2.3", IMAGE)
    assert done.returncode == 0, done.stderr
    origin = checkout.parent / "origin.git"
    assert _tags(checkout) == ["v1", "v1.2.3"]
    assert _git(origin, "rev-parse", "v1^{commit}") == _git(origin, "rev-parse", "v1.2.3^{commit}")
    assert _git(origin, "diff", "--name-only", "main", "v1") == "action.yml"
    assert f"HOMEOSTAT_IMAGE: {IMAGE}" in _git(origin, "show", "v1:action.yml")
    assert 'HOMEOSTAT_IMAGE: ""' in _git(origin, "show", "main:action.yml")


def test_the_same_step_again_changes_nothing(checkout: Path) -> None:
    _step(checkout, "tag", "1.2.3", IMAGE)
    origin = checkout.parent / "origin.git"
    before = _git(origin, "for-each-ref")
    fresh = checkout.parent / "fresh"
    _git(
        checkout.parent,
        "clone",
        "-q",
        "--depth=1",
        "--no-tags",
        "--branch=main",
        f"file://{origin}",
        str(fresh),
    )
    assert _step(fresh, "tag", "1.2.3", IMAGE).returncode == 0
    assert _git(origin, "for-each-ref") == before


def test_a_release_never_gets_another_image(checkout: Path) -> None:
    _step(checkout, "tag", "1.2.3", IMAGE)
    assert "is there: release the next version" in _step(checkout, "check", "1.2.3", "r.example/h").stderr
    done = _step(checkout, "tag", "1.2.3", OTHER)
    assert done.returncode == 1
    assert "tags of releases do not move" in done.stderr


def test_the_next_release_moves_the_major_tag(checkout: Path) -> None:
    _step(checkout, "tag", "1.2.3", IMAGE)
    _git(checkout, "reset", "-q", "--hard", "origin/main")
    assert _step(checkout, "tag", "1.3.0", OTHER).returncode == 0
    origin = checkout.parent / "origin.git"
    assert f"HOMEOSTAT_IMAGE: {OTHER}" in _git(origin, "show", "v1:action.yml")
    assert f"HOMEOSTAT_IMAGE: {IMAGE}" in _git(origin, "show", "v1.2.3:action.yml")


def test_a_refused_push_leaves_no_tag(checkout: Path) -> None:
    hook = checkout.parent / "origin.git" / "hooks" / "update"
    hook.write_text('#!/bin/sh\n[ "$1" != refs/tags/v1 ]\n', encoding="utf-8")
    hook.chmod(0o755)
    assert _step(checkout, "tag", "1.2.3", IMAGE).returncode != 0
    assert _tags(checkout) == []


@pytest.mark.parametrize("image", ["", "registry.example/h:1", IMAGE + "0", f"{IMAGE}|e id"])
def test_only_an_image_by_digest_is_written(checkout: Path, image: str) -> None:
    done = _step(checkout, "tag", "1.2.3", image)
    assert "is no image by digest" in done.stderr
    assert _tags(checkout) == []


def test_the_notes_are_those_of_the_version_alone(checkout: Path) -> None:
    assert _step(checkout, "notes", "1.2.3").stdout == "### Added\n\n- All.\n\n"
    assert _step(checkout, "notes", "1.2").stdout == ""
