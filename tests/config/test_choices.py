"""Which repository is meant, and whose word counts when file and environment both speak."""

from __future__ import annotations

from pathlib import Path

import pytest

from homeostat.config import (
    ApplyMode,
    Repository,
    Settings,
    apply_mode,
    confidence_threshold,
    find,
    load,
    parse,
)
from homeostat.errors import ConfigError

EXAMPLE = Path(__file__).parents[2] / "examples" / "repos.yml"


def repository(line: str) -> Repository:
    """A repository that says only what it must, and one line more."""
    text = f"""\
version: 1
repositories:
  - slug: a/b
    branch: main
    max_prs_per_run: 2
    labels: [fix]
    path_filters: {{include: [src/]}}
    test_command: npm test
    {line}
"""
    return parse(text.encode(), "r.yml").repositories[0]


def test_a_repository_is_found_whatever_its_case() -> None:
    config = load(EXAMPLE)
    assert find(config, "LittleBearApps/NoteBridge") is config.repositories[1]


@pytest.mark.parametrize(
    ("slug", "told"),
    [
        ("littlebearapps/note-bridge", "did you mean 'littlebearapps/notebridge'?"),
        ("x/y", '"x/y" is not listed in the configuration; add it to repositories'),
        ("x", '"x" is not listed in the configuration; a repository is written as OWNER/NAME'),
    ],
)
def test_a_repository_that_is_not_listed_is_an_error(slug: str, told: str) -> None:
    with pytest.raises(ConfigError) as caught:
        find(load(EXAMPLE), slug)
    assert told in str(caught.value)


@pytest.mark.parametrize(
    ("line", "environment", "threshold"),
    [
        ("confidence_threshold: 0.0", 0.9, 0.0),
        ("confidence_threshold: 0.5", None, 0.5),
        ("enabled: true", 0.0, 0.0),
        ("enabled: true", 0.9, 0.9),
        ("enabled: true", None, 0.8),
    ],
)
def test_the_file_wins_over_the_environment_and_that_over_the_default(
    line: str, environment: float | None, threshold: float
) -> None:
    settings = Settings(confidence_threshold=environment)
    assert confidence_threshold(repository(line), settings) == threshold


def test_the_files_apply_mode_wins_over_the_environments() -> None:
    settings = Settings(apply_mode=ApplyMode.COMMIT)
    assert apply_mode(repository("apply_mode: propose"), settings) is ApplyMode.PROPOSE
    assert apply_mode(repository("enabled: true"), settings) is ApplyMode.COMMIT
