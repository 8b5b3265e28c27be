"""What `homeostat init` writes into a repository, as text: guessed from its files where nobody says."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from importlib.resources import files

SCHEMA = "https://raw.githubusercontent.com/littlebearapps/homeostat/v1/schema/repos.schema.json"
SOURCES = ("src/", "lib/", "app/", "content/", "background/", "includes/")
"""Folders that usually hold what may be mended."""
LONGEST_LABEL = 50
"""Characters, as GitHub takes them."""
UNTOUCHED = ("tests/", "test/", "__tests__/", "spec/", "docs/")


@dataclass(frozen=True, slots=True)
class Answers:
    """What the configuration of one repository takes."""

    slugs: tuple[str, ...]
    branch: str
    test_command: str
    setup_command: str | None
    test_image: str | None
    labels: tuple[str, ...]
    include: tuple[str, ...]
    exclude: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Ecosystem:
    """How projects with a certain manifest are tested."""

    test_command: str
    setup_command: Callable[[frozenset[str]], str | None]
    test_image: str | None = None
    """None: our own, which has Python and Node."""


def _npm(names: frozenset[str]) -> str:
    return "npm ci" if names & {"package-lock.json", "npm-shrinkwrap.json"} else "npm install"


def _pip(names: frozenset[str]) -> str:
    here = "python -m venv .venv && .venv/bin/pip install pytest"
    return f"{here} -r requirements.txt" if "requirements.txt" in names else f"{here} -e ."


def _composer(_: frozenset[str]) -> str:
    return "composer install --no-interaction"


ECOSYSTEMS: Mapping[str, Ecosystem] = {
    "package.json": Ecosystem("npm test", _npm),
    "pyproject.toml": Ecosystem(".venv/bin/python -m pytest", _pip),
    "setup.py": Ecosystem(".venv/bin/python -m pytest", _pip),
    "requirements.txt": Ecosystem(".venv/bin/python -m pytest", _pip),
    "composer.json": Ecosystem("vendor/bin/phpunit", _composer, "composer:2"),
    "Makefile": Ecosystem("make test", lambda _: None),
}
"""By the manifest at the top; the first that is there decides."""
UNKNOWN = Ecosystem("", lambda _: None)


def ecosystem_of(names: frozenset[str]) -> Ecosystem:
    """The ecosystem of a repository with these names at its top."""
    return next((found for manifest, found in ECOSYSTEMS.items() if manifest in names), UNKNOWN)


def folders_of(names: Iterable[str]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Which of these top folders (with a closing slash) may be mended, and which may not."""
    there = frozenset(names)
    include = tuple(folder for folder in SOURCES if folder in there)
    exclude = tuple(folder for folder in UNTOUCHED if folder in there)
    return include or ("*",), exclude


def _quoted(text: str) -> str:
    """A YAML string in double quotes: YAML reads those of JSON."""
    return json.dumps(text, ensure_ascii=False)


def _listed(items: Sequence[str]) -> str:
    return f"[{', '.join(map(_quoted, items))}]"


def _labels(answers: Answers, slug: str) -> list[str]:
    """The team's own, and the repository's name where a label may be that long."""
    name = slug.split("/")[1]
    return list(dict.fromkeys((*answers.labels, *([name] if len(name) <= LONGEST_LABEL else []))))


def repos_yml(answers: Answers) -> str:
    """The text of `.homeostat/repos.yml`."""
    setup = (
        f"  setup_command: {_quoted(answers.setup_command)} # runs once, with a network\n"
        if answers.setup_command
        else "  # setup_command: what installs the tests' dependencies, with a network\n"
    )
    image = f"  test_image: {_quoted(answers.test_image)} # where both run\n" if answers.test_image else ""
    rows = "".join(
        f"  - slug: {slug}\n    labels: {_listed(_labels(answers, slug))}\n" for slug in answers.slugs
    )
    return (
        f"# yaml-language-server: $schema={SCHEMA}\n"
        "# Check it: homeostat validate\n"
        "version: 1\n\n"
        "defaults:\n"
        f"  branch: {_quoted(answers.branch)}\n"
        "  max_prs_per_run: 2\n"
        "  path_filters: # a fix may touch these, and nothing else\n"
        f"    include: {_listed(answers.include)}\n"
        f"    exclude: {_listed(answers.exclude)}\n"
        f"{setup}"
        f"  test_command: {_quoted(answers.test_command)} # runs without a network\n"
        f"{image}\n"
        f"repositories:\n{rows}"
    )


def workflow() -> str:
    """The text of the workflow that calls the reusable one."""
    return (files("homeostat") / "templates" / "workflow.yml").read_text(encoding="utf-8")


def pages_workflow() -> str:
    """The text of the workflow that publishes the report."""
    return (files("homeostat") / "templates" / "pages.yml").read_text(encoding="utf-8")
