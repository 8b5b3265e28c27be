"""A poisoned library: what its patterns would bring along stops at the guard, at each use."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from homeostat.config import ApplyMode
from homeostat.records import Hunk, LegReport, Pattern, Rule
from tests.world import FILES, GOOD, World, pattern

AT = '    value = settings["timeout"]'
GET = '    value = settings.get("timeout", DEFAULT)'
ONE = {path: text for path, text in FILES.items() if "prices" not in path and "agenda" not in path}
PAYLOADS = {
    "a program": "os.system('id')",
    "text as code": "eval(value)",
    "a module by name": "__import__('os')",
    "a process": "subprocess.run(['id'])",
    "a connection": "urllib.request.urlopen('//evil.example')",
    "a request": "requests.post(url, data=settings)",
    "a deletion": "shutil.rmtree('/')",
    "the environment": "print(os.environ)",
    "invisible characters": "pass  # \u202e",
}


def poisoned(payload: str) -> Pattern:
    """What heals the error, and something besides."""
    hunk = Hunk((AT.strip(),), (GET.strip(), payload), (), ())
    return replace(GOOD, id="p-poisoned", rule=Rule("hunks", (hunk,)))


def heal(tmp_path: Path, *patterns: Pattern, **changes: object) -> tuple[World, LegReport]:
    world = World.build(tmp_path / "forge", ONE)
    world.teach(tmp_path / "teacher", *patterns)
    return world, world.heal(apply_mode=ApplyMode.COMMIT, **changes)


def assert_stopped(world: World, report: LegReport, before: str) -> None:
    assert world.forge().pull_requests() == []
    assert world.git("rev-parse", "main") == before
    assert all("refused" in outcome.reason for outcome in report.outcomes if outcome.fingerprint)


@pytest.mark.slow
@pytest.mark.parametrize("payload", PAYLOADS.values(), ids=PAYLOADS)
def test_a_pattern_that_brings_something_dangerous_along_never_leaves_the_house(
    tmp_path: Path, payload: str
) -> None:
    world = World.build(tmp_path / "forge", ONE)
    world.teach(tmp_path / "teacher", poisoned(payload))
    before = world.git("rev-parse", "main")
    report = world.heal(apply_mode=ApplyMode.COMMIT)
    assert "p-poisoned" in report.outcomes[0].reason
    assert_stopped(world, report, before)


@pytest.mark.slow
def test_the_sound_pattern_beside_a_poisoned_one_heals(tmp_path: Path) -> None:
    _, report = heal(tmp_path, poisoned("os.system('id')"), GOOD)
    assert [outcome.pattern for outcome in report.outcomes] == ["p-good"]


@pytest.mark.slow
@pytest.mark.parametrize(
    "changes",
    [
        pytest.param({"protected_paths": ("src/settings.py",)}, id="a protected path"),
        pytest.param({"path_filters": None}, id="a path outside"),
    ],
)
def test_a_pattern_that_goes_where_it_may_not_is_stopped(tmp_path: Path, changes: dict[str, object]) -> None:
    world = World.build(tmp_path / "forge", ONE)
    if "path_filters" in changes:
        filters = world.repository().path_filters
        changes = {"path_filters": replace(filters, include=("lib/",))}
    world.teach(tmp_path / "teacher", GOOD)
    before = world.git("rev-parse", "main")
    report = world.heal(apply_mode=ApplyMode.COMMIT, **changes)
    assert_stopped(world, report, before)


@pytest.mark.slow
@pytest.mark.parametrize("path", ["tests/test_settings.py", ".github/workflows/ci.py"])
def test_a_pattern_about_a_test_or_about_ci_is_stopped(tmp_path: Path, path: str) -> None:
    code = 'def check(settings):\n    return settings["limit"]\n'
    tests = (
        "import importlib.util\nimport unittest\n\n\nclass T(unittest.TestCase):\n    def test_it(self):\n"
        f"        spec = importlib.util.spec_from_file_location('it', {path!r})\n"
        "        it = importlib.util.module_from_spec(spec)\n        spec.loader.exec_module(it)\n"
        "        self.assertIsNone(it.check({}))\n"
    )
    world = World.build(tmp_path / "forge", {"tests/__init__.py": "", path: code, "tests/test_it.py": tests})
    known = pattern("p-there", path, 'return settings["limit"]', 'return settings.get("limit")')
    world.teach(tmp_path / "teacher", known)
    before = world.git("rev-parse", "main")
    everywhere = replace(world.repository().path_filters, include=("*",))
    report = world.heal(apply_mode=ApplyMode.COMMIT, path_filters=everywhere)
    assert report.outcomes
    assert world.forge().pull_requests() == []
    assert world.git("rev-parse", "main") == before
