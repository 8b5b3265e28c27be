"""A small team on a local forge, for tests that run whole legs."""

from __future__ import annotations

import contextlib
import json
import os
import re
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from homeostat import config
from homeostat.assembly import Order, local_leg
from homeostat.demo.stage import Commit, commit
from homeostat.edges.git import GitLedger
from homeostat.edges.git.command import Git
from homeostat.edges.local_forge import LocalForge, create_repository
from homeostat.leg import NOBODY, DryRun, Leg, Models
from homeostat.patterns import added
from homeostat.pipeline import heal
from homeostat.records import Books, Hunk, LegReport, Pattern, Provenance, Rule

NOW = datetime(2026, 3, 2, 10, 17, tzinfo=UTC)
SLUG = "acme/shop"
TESTS = "python3 -m unittest discover -s tests -t ."
PRODUCTION = {"HOMEOSTAT_ENV": "production"}

SETTINGS = """\
DEFAULT = 30


def timeout(settings):
    value = settings["timeout"]
    return int(value)
"""
PRICES = """\
def price(item):
    amount = item["price"]
    return amount + 1
"""
AGENDA = """\
def first(meetings):
    return sorted(meetings)[0]
"""
COLOURS = "def shade(colours):\n    return colours['dark']\n"
FILES = {
    "src/__init__.py": "",
    "src/settings.py": SETTINGS,
    "src/prices.py": PRICES,
    "src/agenda.py": AGENDA,
    "tests/__init__.py": "",
    "tests/test_settings.py": (
        "import unittest\n\nfrom src.settings import timeout\n\n\nclass T(unittest.TestCase):\n"
        "    def test_given(self):\n        self.assertEqual(timeout({'timeout': '5'}), 5)\n\n"
        "    def test_default(self):\n        self.assertEqual(timeout({}), 30)\n"
    ),
    "tests/test_prices.py": (
        "import unittest\n\nfrom src.prices import price\n\n\nclass T(unittest.TestCase):\n"
        "    def test_free(self):\n        self.assertEqual(price({}), 0)\n"
    ),
    "tests/test_agenda.py": (
        "import unittest\n\nfrom src.agenda import first\n\n\nclass T(unittest.TestCase):\n"
        "    def test_free_day(self):\n        self.assertIsNone(first([]))\n"
    ),
}
GREEN = {path: text for path, text in FILES.items() if path.endswith("__init__.py") or "settings" in path} | {
    "tests/test_settings.py": FILES["tests/test_settings.py"].split("    def test_default")[0]
}


def environment() -> dict[str, str]:
    """For a leg in a process of its own: its python3 is ours, no slow wrapper of the machine's."""
    ours = Path(sys.executable).parent
    return {**os.environ, "PATH": f"{ours}{os.pathsep}{os.environ['PATH']}"}


def pattern(name: str, path: str, before: str, after: str, *, error_type: str = "KeyError") -> Pattern:
    """A learned one-line rewrite."""
    return Pattern(
        id=name,
        fingerprint="hs1-0000000000000000",
        language="python",
        error_type=error_type,
        path=path,
        rule=Rule("hunks", (Hunk((before,), (after,), (), ()),)),
        provenance=Provenance("acme/other", 7, "c" * 40, "person", NOW),
    )


GOOD = pattern(
    "p-good", "lib/settings.py", 'value = settings["timeout"]', 'value = settings.get("timeout", DEFAULT)'
)
USELESS = pattern("p-useless", "lib/prices.py", 'amount = item["price"]', 'amount = item.get("price", 7)')


def report(file: str, line: int, function: str, message: str) -> str:
    """An issue's body in the server format."""
    return (
        "**Error Type:** KeyError • **Host:** web-1\n**Fingerprint:** abc\n\n## Error Message\n\n"
        f"{message}\n\n## Stack Trace\n\n```\nTraceback (most recent call last):\n"
        f'  File "/srv/{file}", line {line}, in {function}\n    code\nKeyError: {message}\n```\n'
    )


@dataclass(frozen=True)
class World:
    """One forge with one target repository, which keeps the ledger too unless another one does."""

    root: Path
    slug: str = SLUG
    state_slug: str = SLUG

    @classmethod
    def build(
        cls,
        root: Path,
        files: Mapping[str, str] = FILES,
        *,
        slug: str = SLUG,
        state_slug: str | None = None,
    ) -> World:
        create_repository(root, slug)
        world = cls(root, slug, state_slug or slug)
        world.push("main", files, "Start")
        return world

    @classmethod
    def busy(cls, root: Path, home: Path) -> World:
        """One in which a single leg learns, asks, heals, fails to heal and finds nothing to try."""
        world = cls.build(root, {**FILES, "src/colours.py": COLOURS})
        world.teach(home, GOOD, USELESS)
        forge = world.forge()
        forge.file_issue("it does not work", "please help", labels=["robot"])
        labels = ["robot", "source:vps"]
        timeout, dark = (
            report("src/settings.py", 5, "timeout", "'timeout'"),
            report("src/colours.py", 2, "shade", "'dark'"),
        )
        forge.file_issue("[shop] KeyError: 'timeout'", timeout, labels=labels)
        forge.file_issue("[shop] KeyError: 'dark'", dark, labels=labels)
        world.push("colours", {"src/colours.py": COLOURS.replace("['dark']", ".get('dark')")}, "Mend colours")
        ann = world.forge(actor="ann")
        pull = ann.open_pull_request(branch="colours", base="main", title="Mend colours", body="Fixes #3")
        ann.merge_pull_request(pull.number, by="ann")
        return world

    @property
    def bare(self) -> Path:
        return self.root / f"{self.slug}.git"

    def git(self, *words: str) -> str:
        return Git(self.bare).text(*words)

    def push(self, branch: str, files: Mapping[str, str], message: str, *, author: str = "ann") -> str:
        content = {path: text.encode() for path, text in files.items()}
        exists = Git(self.bare).text("for-each-ref", f"refs/heads/{branch}")
        start = (
            branch if exists else "main" if Git(self.bare).text("for-each-ref", "refs/heads/main") else None
        )
        change = Commit(content, message, author, NOW)
        return commit(self.bare, branch, change, parent=start)

    def forge(self, actor: str = "homeostat[bot]", now: datetime = NOW) -> LocalForge:
        return LocalForge(self.root, self.slug, lambda: now, actor=actor)

    def ledger(self, home: Path, now: datetime = NOW) -> GitLedger:
        remote = str(self.root / f"{self.state_slug}.git")
        return GitLedger(home, remote=remote, slug=self.slug, clock=lambda: now)

    def books(self, home: Path) -> Books:
        return self.ledger(home).read()

    def teach(self, home: Path, *patterns: Pattern) -> None:
        """Put patterns into the library."""

        def change(books: Books) -> Books:
            for one in patterns:
                books = replace(books, library=added(books.library, one, at=NOW))
            return books

        self.ledger(home).write(change, "Teach")

    def repository(self, **changes: object) -> config.Repository:
        text = (
            f"version: 1\nrepositories:\n  - slug: {self.slug}\n    branch: main\n    max_prs_per_run: 2\n"
            f"    labels: [homeostat-fix, shop]\n    path_filters: {{include: [src/]}}\n"
            f"    test_command: {TESTS}\n    tiers: [patterns]\n"
        )
        found = config.parse(text.encode(), "repos.yml").repositories[0]
        return replace(found, **changes)  # type: ignore[arg-type]

    @contextlib.contextmanager
    def leg(
        self,
        *,
        environ: Mapping[str, str] = PRODUCTION,
        now: datetime = NOW,
        run: str = "run-1",
        dry_run: DryRun = DryRun.OFF,
        events: list[str] | None = None,
        models: Models = NOBODY,
        **changes: object,
    ) -> Iterator[Leg]:
        order = Order(
            self.state_slug,
            self.repository(**changes),
            config.settings(environ),
            run=run,
            now=now,
            dry_run=dry_run,
            models=models,
        )

        def tell(event: str, **_: object) -> None:
            if events is not None:
                events.append(event)

        with local_leg(self.root, order, tell) as leg:
            yield leg

    def heal(self, **arguments: object) -> LegReport:
        with self.leg(**arguments) as leg:  # type: ignore[arg-type]
            return heal(leg)

    def state(self) -> dict[str, str]:
        """Everything that outlives a leg; measured seconds are masked, the run log is sorted."""
        files = {
            str(path.relative_to(self.root)): re.sub(r"\d+\.\d s", "N s", path.read_text(encoding="utf-8"))
            for path in sorted((self.root / self.slug).rglob("*.json"))
        }
        refs: dict[str, str] = json.loads(
            "{" + self.git("for-each-ref", '--format="%(refname)": "%(objectname)",').rstrip(",") + "}"
        )
        ledger = refs.pop("refs/heads/homeostat-state", None)
        if ledger:
            listed = self.git("ls-tree", "-r", ledger).split("\n")
            logs = [row.split("\t")[1] for row in listed if "\truns/" in row]
            files["ledger"] = "\n".join(row for row in listed if "\truns/" not in row)
            lines = [line for path in logs for line in self.git("show", f"{ledger}:{path}").split("\n")]
            files["run log"] = "\n".join(sorted(lines))
        return files | refs
