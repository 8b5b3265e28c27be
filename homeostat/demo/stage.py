"""Lay out the demo's forge: bare repositories, a person's fix, reports."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path

from homeostat.edges.git.command import Git
from homeostat.edges.local_forge import LocalForge, create_repository

CONTROL = "acme/control"
_PYTHON_TESTS = "python3 -m unittest discover -s tests -t ."


@dataclass(frozen=True, slots=True)
class Actor:
    """One bundled repository and its part in the play."""

    name: str
    language: str
    source: str
    test_command: str
    title: str
    """Of the report that is filed for it."""

    @property
    def slug(self) -> str:
        return f"acme/{self.name}"


ORDERS = Actor("orders", "Python", "src/", _PYTHON_TESTS, "[orders] KeyError: 'timeout'")
REPORTS = Actor("reports", "Python", "src/", _PYTHON_TESTS, "[reports] KeyError: 'timeout'")
STOREFRONT = Actor(
    "storefront", "JavaScript", "content/", "node --test",
    "[storefront] TypeError: Cannot read properties of undefined (reading 'price')",
)  # fmt: skip
CALENDAR = Actor("calendar", "Python", "src/", _PYTHON_TESTS, "")


def cast() -> tuple[Actor, Actor, Actor]:
    """The three repositories: JavaScript plays when node is there, a third Python one when not."""
    return (ORDERS, STOREFRONT if shutil.which("node") else CALENDAR, REPORTS)


def _tree(folder: Traversable, prefix: str = "") -> dict[str, bytes]:
    found: dict[str, bytes] = {}
    for child in folder.iterdir():
        if child.is_dir() and child.name != "__pycache__":
            found |= _tree(child, f"{prefix}{child.name}/")
        elif child.is_file():
            found[prefix + child.name] = child.read_bytes()
    return found


def bundled(name: str) -> dict[str, bytes]:
    """The files of a bundled repository by path."""
    return _tree(files("homeostat.demo") / "repositories" / name)


def report(actor: Actor) -> str:
    """The body of the report that the capture tool files."""
    return (files("homeostat.demo") / "reports" / f"{actor.name}.md").read_text(encoding="utf-8")


@dataclass(frozen=True, slots=True)
class Commit:
    """Files that a person adds or replaces on a branch."""

    files: Mapping[str, bytes]
    message: str
    author: str
    when: datetime


def commit(repository: Path, branch: str, change: Commit, *, parent: str | None = None) -> str:
    """Write a commit into a bare repository, without a checkout; returns its id."""
    git = Git(repository)
    stamp = change.when.isoformat()
    env = {
        **{f"GIT_{role}_NAME": change.author for role in ("AUTHOR", "COMMITTER")},
        **{f"GIT_{role}_EMAIL": f"{change.author}@example.com" for role in ("AUTHOR", "COMMITTER")},
        **{f"GIT_{role}_DATE": stamp for role in ("AUTHOR", "COMMITTER")},
        "GIT_INDEX_FILE": str(repository / "demo.index"),
    }
    base = git.text("rev-parse", parent) if parent else None
    git("read-tree", base or "--empty", env=env)
    for path, content in change.files.items():
        blob = git.text("hash-object", "-w", "--stdin", stdin=content)
        git("update-index", "--add", "--cacheinfo", f"100644,{blob},{path}", env=env)
    parents = ("-p", base) if base else ()
    tree = git.text("write-tree", env=env)
    made = git.text("commit-tree", tree, *parents, "-m", change.message, env=env)
    git("update-ref", f"refs/heads/{branch}", made)
    return made


def repos_yml(actors: tuple[Actor, ...]) -> bytes:
    """The team's configuration."""
    entries = "".join(
        f"  - slug: {actor.slug}\n"
        f"    test_command: {actor.test_command}\n    tiers: [patterns]\n"
        f"    labels: [homeostat-fix, {actor.name}]\n"
        f"    path_filters: {{include: [{actor.source}], exclude: [tests/, test/]}}\n"
        for actor in actors
    )
    return f"version: 1\ndefaults:\n  branch: main\n  max_prs_per_run: 2\nrepositories:\n{entries}".encode()


def build(root: Path, now: datetime) -> None:
    """Make the forge: a control repository with repos.yml, and the cast with their bugs and reports."""
    actors = cast()
    create_repository(root, CONTROL)
    (root / "repos.yml").write_bytes(repos_yml(actors))
    first = Commit({".homeostat/repos.yml": repos_yml(actors)}, "List the team's repositories", "ann", now)
    commit(root / f"{CONTROL}.git", "main", first)
    for actor in actors:
        create_repository(root, actor.slug)
        start = Commit(bundled(actor.name), f"Start {actor.name}", "ann", now)
        commit(root / f"{actor.slug}.git", "main", start)
        if actor.title:
            forge = LocalForge(root, actor.slug, lambda: now)
            labels = ["robot"] if actor is STOREFRONT else ["robot", "source:vps"]
            forge.file_issue(actor.title, report(actor), labels=labels)


def merge_persons_fix(root: Path, now: datetime) -> int:
    """A person fixes the first repository by hand and merges it; returns the pull request's number."""
    change = Commit(bundled("orders-fix"), "Fall back to the default timeout\n\nFixes #1", "ann", now)
    commit(root / f"{ORDERS.slug}.git", "default-timeout", change, parent="main")
    person = LocalForge(root, ORDERS.slug, lambda: now, actor="ann")
    pull = person.open_pull_request(
        branch="default-timeout", base="main", title="Fall back to the default timeout", body="Fixes #1"
    )
    person.merge_pull_request(pull.number, by="ann")
    return pull.number
