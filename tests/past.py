"""A repository with a past: features, fixes with tests and without, reports that were closed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

from homeostat.demo.stage import Commit, commit
from homeostat.edges.git.command import Git
from tests.world import NOW, World, report

TEST = (
    "import unittest\n\nfrom src.{module} import {name}\n\n\nclass T(unittest.TestCase):\n"
    "    def test_it(self):\n        self.assertEqual({name}({given}), {wanted})\n"
)
NAMES = ("price", "stock", "weight", "limit", "rate", "size")
SUM = 'sum(entry["lines"])'
TAX = 'sum(entry["lines"]) + entry.get("tax", 0)'


def module(name: str, code: str) -> dict[str, str]:
    return {f"src/{name}.py": f"def {name}(entry):\n    found = {code}\n    return found\n"}


def shows(name: str, given: str, wanted: str) -> dict[str, str]:
    return {f"tests/test_{name}.py": TEST.format(module=name, name=name, given=given, wanted=wanted)}


def mended(name: str, default: str) -> dict[str, str]:
    """The fix of a missing key, without a test."""
    return module(name, f'entry.get("{name}", {default})')


@dataclass
class Story:
    """The repository `acme/shop`, told commit by commit, one a day."""

    world: World
    day: datetime = NOW
    told: dict[str, str] = field(default_factory=dict)
    """By its message: each commit or merge on main."""

    @classmethod
    def begin(cls, root: Path) -> Story:
        files = {"src/__init__.py": "", "tests/__init__.py": "", **module("total", SUM)}
        for name in NAMES:
            files |= module(name, f'entry["{name}"]')
        return cls(World.build(root, files | shows("price", "{'price': 5}", "5")))

    def commit(self, message: str, files: Mapping[str, str], branch: str = "main") -> str:
        self.day += timedelta(days=1)
        content = {path: text.encode() for path, text in files.items()}
        there = Git(self.world.bare).text("for-each-ref", f"refs/heads/{branch}")
        change = Commit(content, message, "ann", self.day)
        sha = commit(self.world.bare, branch, change, parent=branch if there else "main")
        self.told[message] = sha
        return sha

    def report(self, name: str) -> int:
        """A report of a missing key, filed today."""
        body = report(f"src/{name}.py", 2, name, f"'{name}'")
        forge = self.world.forge(actor="capture-bot", now=self.day)
        return forge.file_issue(f"[shop] KeyError: '{name}'", body, labels=["robot", "source:vps"]).number

    def merge(self, message: str, files: Mapping[str, str], closes: int) -> str:
        """A person's pull request that closes a report, merged."""
        branch = f"mend-{closes}"
        self.commit(message, files, branch=branch)
        self.day += timedelta(days=1)
        ann = self.world.forge(actor="ann", now=self.day)
        pull = ann.open_pull_request(branch=branch, base="main", title=message, body=f"Fixes #{closes}")
        sha = ann.merge_pull_request(pull.number, by="ann").merge_sha or ""
        self.told[message] = sha
        return sha


PRICE, STOCK = "Fix KeyError for an item without price", "Fix KeyError for an item without stock"
WORDING, CRASH, HOPE = "Fix the wording of weights", "Fix a crash", "Fix what stays broken"
LIMIT, RATE, SIZE = "Have a limit", "Have a rate", "Have a size"


def pair(root: Path) -> Story:
    """Two errors, the second of which is healed by what the first teaches."""
    story = Story.begin(root)
    story.commit(PRICE, mended("price", "0") | shows("price", "{}", "0"))
    story.commit(STOCK, mended("stock", "0") | shows("stock", "{}", "0"))
    return story


def shop(root: Path) -> Story:
    """What every kind of outcome comes from."""
    story = Story.begin(root)
    story.commit("Add a colour", {"src/colour.py": "COLOUR = 1\n"})
    story.commit(PRICE, mended("price", "0") | shows("price", "{}", "0"))
    story.commit(STOCK, mended("stock", "0") | shows("stock", "{}", "0"))
    story.commit(WORDING, module("weight", '(entry["weight"])') | shows("weight", "{'weight': 2}", "2"))
    story.commit(CRASH, {"src/colour.py": "COLOUR = 2\n"})
    story.merge(LIMIT, mended("limit", "0") | shows("limit", "{}", "0"), story.report("limit"))
    story.merge(RATE, mended("rate", "entry") | shows("rate", "{}", "{}"), story.report("rate"))
    story.merge(SIZE, mended("size", "0"), story.report("size"))
    forge = story.world.forge(now=story.day)
    forge.close_issue(forge.file_issue("it does not work", "please help", labels=["robot"]).number)
    forge.close_issue(story.report("weight"))
    story.commit(HOPE, {"src/colour.py": "COLOUR = 3\n"} | shows("total", "{'lines': [{}]}", "0"))
    return story


TAXED = "Fix the sum of lines with a tax"


def bought(root: Path) -> Story:
    """An error that only a model may heal: a wrong result, which points at no line."""
    story = Story.begin(root)
    story.commit(TAXED, module("total", TAX) | shows("total", "{'lines': [1], 'tax': 2}", "1 + 2"))
    return story
