"""What models cost: bounded before, booked after, once for all legs, and nothing the next time."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from contextlib import ExitStack
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest

from homeostat.config import Tier
from homeostat.edges.local_forge import create_repository
from homeostat.leg import DryRun
from homeostat.records import Result
from tests.model_server import Turn, edits, playing
from tests.model_world import AI, KEYS, NOTHING, ONE, RIGHT, TRY, WRONG, Team, only, team
from tests.world import SLUG, TESTS, World, environment

pytestmark = [pytest.mark.slow, pytest.mark.timeout(120)]


# --- money --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("limit", "name"),
    [
        ({"MAX_RUN_COST": "0.001"}, "MAX_RUN_COST"),
        ({"MAX_FINGERPRINT_COST": "0.001"}, "MAX_FINGERPRINT_COST"),
        ({"max_cost_usd": Decimal("0.001")}, "max_cost_usd of this month"),
    ],
    ids=["run", "error", "month"],
)
def test_nobody_is_asked_what_may_cost_more_than_is_allowed(
    limit: dict[str, object], name: str, tmp_path: Path
) -> None:
    with team(tmp_path, playing([Turn(RIGHT)])) as it:
        told = only(it.heal(**limit))  # type: ignore[arg-type]
        assert (told.result, it.server.asked) == (Result.UNHEALED, [])
        (incident,) = it.world.books(tmp_path / "look").attempts.incidents.values()
    assert f"of {name} ($0.001) is spent" in told.reason
    assert incident.attempts == 0


def test_a_bill_goes_on_from_run_to_run(tmp_path: Path) -> None:
    with team(tmp_path, playing([Turn(edits())])) as it:
        first = only(it.heal(MAX_FINGERPRINT_COST="0.02"))
        spent = sum(charge.amount for charge in it.charges())
        second = only(it.heal(MAX_FINGERPRINT_COST="0.02", run="run-2", hours=25))
        assert len(it.server.asked) == len(it.charges()) < 10
    assert first.cost == spent
    assert spent + second.cost <= Decimal("0.02")
    assert "MAX_FINGERPRINT_COST" in second.reason


@pytest.mark.parametrize("hours", [(709, 711), (711, 709)], ids=["one after the other", "side by side"])
def test_a_run_over_the_end_of_a_month_has_one_bill(hours: tuple[int, int], tmp_path: Path) -> None:
    with team(tmp_path, playing([Turn(edits(), usage=None)])) as it:
        other = replace(it, world=World.build(it.world.root, ONE, slug="acme/post", state_slug=SLUG))
        first = only(it.heal(hours=hours[0], MAX_RUN_COST="0.03"))
        second = only(other.heal(hours=hours[1], MAX_RUN_COST="0.03"))
        third = only(other.heal(hours=760, MAX_RUN_COST="0.03", run="run-2"))
    assert first.cost > NOTHING
    assert first.cost + second.cost <= Decimal("0.03")
    assert third.cost > NOTHING


def test_an_open_pull_request_is_never_paid_twice(tmp_path: Path) -> None:
    with team(tmp_path, playing([Turn(RIGHT)])) as it:
        it.heal()
        it.world.push("main", {"README.md": "more\n"}, "Move on")
        again = only(it.heal(run="run-2", hours=30))
        assert (again.result, again.cost, len(it.server.asked)) == (Result.DELIVERED, NOTHING, 1)


def test_what_was_paid_is_told_of_a_fix_that_could_not_be_pushed(tmp_path: Path) -> None:
    with team(tmp_path, playing([Turn(RIGHT)])) as it:
        hook = it.world.bare / "hooks" / "update"
        hook.parent.mkdir(exist_ok=True)
        hook.write_text('#!/bin/sh\ncase "$1" in refs/heads/homeostat/*) exit 1;; esac\n', encoding="utf-8")
        hook.chmod(0o755)
        told = only(it.heal())
        (charge,) = it.charges()
    assert (told.result, told.cost, charge.amount) == (Result.ERROR, TRY, TRY)


@pytest.mark.parametrize("dry_run", [DryRun.PLAN, DryRun.FULL])
def test_a_dry_run_pays_nobody(dry_run: DryRun, tmp_path: Path) -> None:
    with team(tmp_path, playing([Turn(RIGHT)])) as it:
        done = _command(it, tmp_path, "--dry-run", dry_run.value)
        assert done.returncode == 0, done.stderr
        assert it.server.asked == []


# --- the next one is free -------------------------------------------------------------------------------

ELSEWHERE = {
    "src/__init__.py": "",
    "src/mail.py": (
        "RETRIES = 3\n\n\ndef retries(options):\n    count = options['retries']\n    return int(count)\n"
    ),
    "tests/__init__.py": "",
    "tests/test_mail.py": (
        "import unittest\n\nfrom src.mail import retries\n\n\nclass T(unittest.TestCase):\n"
        "    def test_given(self):\n        self.assertEqual(retries({'retries': '5'}), 5)\n\n"
        "    def test_default(self):\n        self.assertEqual(retries({}), 3)\n"
    ),
}


def test_what_a_model_was_paid_for_once_heals_another_repository_for_nothing(tmp_path: Path) -> None:
    with team(tmp_path, playing([Turn(RIGHT)])) as it:
        first = only(it.heal(tiers=(Tier.PATTERNS, *AI)))
        (pull,) = it.world.forge().pull_requests()
        it.world.forge(actor="ann").merge_pull_request(pull.number, by="ann")
        learned = it.heal(run="run-2", hours=1, tiers=(Tier.PATTERNS, *AI))
        other = World.build(it.world.root, ELSEWHERE, slug="acme/post", state_slug=SLUG)
        second = only(replace(it, world=other).heal(run="run-3", hours=2, tiers=(Tier.PATTERNS, *AI)))
        assert len(it.server.asked) == 1
    assert (first.result, first.cost) == (Result.CREATED, TRY)
    assert [lesson.applied for lesson in learned.lessons] == [True, True]
    assert (second.result, second.cost, second.calls) == (Result.CREATED, NOTHING, ())
    assert "options.get('retries', RETRIES)" in second.diff


# --- over processes -------------------------------------------------------------------------------------


def _command(it: Team, tmp_path: Path, *more: str, **environ: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "homeostat", *_words(it, tmp_path), *more],
        env={**environment(), **it.environ(**environ)},
        capture_output=True,
        text=True,
        check=False,
        timeout=90,
    )


def _words(it: Team, tmp_path: Path, slug: str = SLUG) -> list[str]:
    listed = tmp_path / f"{slug.replace('/', '-')}.yml"
    listed.write_text(
        f"version: 1\nrepositories:\n  - slug: {slug}\n    branch: main\n    max_prs_per_run: 2\n"
        f"    labels: [homeostat-fix]\n    path_filters: {{include: [src/]}}\n    test_command: {TESTS}\n"
        "    tiers: [patterns, deepseek, gpt-5]\n"
    )
    return ["heal", "--repo", slug, "--config", str(listed), "--forge", str(it.world.root)]


def test_a_leg_that_dies_in_a_call_leaves_it_booked_at_its_upper_bound(tmp_path: Path) -> None:
    with team(tmp_path, playing([Turn(manner="slow"), Turn(RIGHT)])) as it:
        it.server.silence = 60
        words = [sys.executable, "-m", "homeostat", *_words(it, tmp_path)]
        environ = {**environment(), **it.environ()}
        with subprocess.Popen(words, env=environ, stderr=subprocess.DEVNULL) as leg:
            for _ in range(600):
                if it.server.asked:
                    break
                time.sleep(0.1)
            os.kill(leg.pid, signal.SIGKILL)
        (charge,) = it.charges()
        assert (charge.settled, charge.amount > TRY) == (False, True)
        spent = str(charge.amount + Decimal("0.0001"))
        done = _command(it, tmp_path, "--json", MAX_FINGERPRINT_COST=spent)
        assert "MAX_FINGERPRINT_COST" in done.stdout
        assert len(it.server.asked) == 1


def test_a_recording_is_played_byte_for_byte_with_nobody_to_ask(tmp_path: Path) -> None:
    with team(tmp_path, playing([Turn(WRONG), Turn(RIGHT)])) as it:
        before = tmp_path / "before"
        shutil.copytree(it.world.root, before)
        first = _command(it, tmp_path, "--json", "--record", str(tmp_path / "reel"))
        assert first.returncode == 0, first.stderr
        asked = len(it.server.asked)
        kept = "".join(path.read_text() for path in (tmp_path / "reel").iterdir())
        there = replace(it, world=replace(it.world, root=before))
        second = _command(there, tmp_path, "--json", "--replay", str(tmp_path / "reel"))
        assert second.returncode == 0, second.stderr
        assert len(it.server.asked) == asked == 2
    assert not [key for key in KEYS.values() if key in kept]
    assert _comparable(first.stdout, it.world.root) == _comparable(second.stdout, before)
    assert _bodies(it.world.root) == _bodies(before)


def _comparable(told: str, root: Path) -> str:
    """A report without its clock and its place."""
    clock = r'"(seconds|minutes|started|output)": (?:"(?:[^"\\]|\\.)*"|[0-9.]+)'
    return re.sub(clock, r'"\1": 0', told.replace(str(root), "ROOT"))


def _bodies(root: Path) -> list[str]:
    found = [json.loads(path.read_text())["body"] for path in sorted((root / SLUG / "pulls").glob("*.json"))]
    return [re.sub(r"[0-9]\.[0-9] s|homeostat-\w+", "N", body) for body in found]


def test_legs_at_once_spend_no_more_than_their_run_may(tmp_path: Path) -> None:
    with team(tmp_path, playing([Turn(edits(), usage=None)])) as it:
        create_repository(it.world.root, "acme/control")
        slugs = [f"acme/shop{number}" for number in range(4)]
        for slug in slugs:
            World.build(it.world.root, ONE, slug=slug, state_slug="acme/control")
        environ = {**environment(), **it.environ(MAX_RUN_COST="0.05"), "GITHUB_RUN_ID": "77"}
        with ExitStack() as stack:
            legs = [
                stack.enter_context(
                    subprocess.Popen(
                        [
                            sys.executable,
                            "-m",
                            "homeostat",
                            *_words(it, tmp_path, slug),
                            "--state-repo",
                            "acme/control",
                        ],
                        env=environ,
                        stdout=subprocess.DEVNULL,
                        stderr=subprocess.DEVNULL,
                    )
                )
                for slug in slugs
            ]
            assert [leg.wait(timeout=90) for leg in legs] == [0] * 4
        control = replace(it, world=replace(it.world, slug="acme/control"))
        charges = control.charges()
    spent = sum((charge.amount for charge in charges), NOTHING)
    assert len(charges) == len(it.server.asked)
    assert {charge.settled for charge in charges} == {True}
    assert Decimal("0.03") < spent <= Decimal("0.05")


# --- on one machine -------------------------------------------------------------------------------------


def _fix(it: Team, folder: Path, *more: str, **environ: str) -> subprocess.CompletedProcess[str]:
    for path, text in ONE.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text, encoding="utf-8")
    words = [sys.executable, "-m", "homeostat", "fix", str(folder), "--test", TESTS, "--no-search", *more]
    given = {**environment(), **it.environ(**environ)}
    return subprocess.run(words, env=given, capture_output=True, text=True, check=False, timeout=60)


def test_a_checkout_is_healed_by_a_model_only_where_that_is_asked_for(tmp_path: Path) -> None:
    with team(tmp_path, playing([Turn(RIGHT)])) as it:
        without = _fix(it, tmp_path / "one")
        assert (without.returncode, it.server.asked) == (1, [])
        done = _fix(it, tmp_path / "two", "--ai")
        assert done.returncode == 0, done.stderr
    assert "model    deepseek-flash (tier deepseek), cost $0.00042" in done.stdout
    assert '+    value = settings.get("timeout", DEFAULT)' in done.stdout


@pytest.mark.parametrize(
    ("environ", "code", "said"),
    [
        ({"DEEPSEEK_API_KEY": "", "OPENAI_API_KEY": ""}, 2, "--ai: no model can be asked: deepseek"),
        ({"MAX_RUN_COST": "0.001"}, 1, "Not healed: deepseek: deepseek-flash may cost up to"),
        ({"HOMEOSTAT_MODELS": "nowhere.yml"}, 2, "nowhere.yml"),
    ],
    ids=["no key", "no money", "no file"],
)
def test_what_keeps_a_model_from_being_asked_is_said(
    environ: dict[str, str], code: int, said: str, tmp_path: Path
) -> None:
    with team(tmp_path, playing([Turn(RIGHT)])) as it:
        done = _fix(it, tmp_path / "one", "--ai", **environ)
        assert (done.returncode, it.server.asked) == (code, [])
    assert said in done.stdout + done.stderr
    assert "Traceback" not in done.stderr


def test_a_replay_asks_the_tiers_that_were_on_and_pays_into_no_real_ledger(tmp_path: Path) -> None:
    with team(tmp_path, playing([Turn(edits())])) as it:
        before = tmp_path / "before"
        shutil.copytree(it.world.root, before)
        reel = ("--record", str(tmp_path / "reel"))
        first = _command(it, tmp_path, "--json", *reel, OPENAI_API_KEY="")
        there = replace(it, world=replace(it.world, root=before))
        second = _command(there, tmp_path, "--json", "--replay", str(tmp_path / "reel"))
        words = ["heal", "--repo", SLUG, "--config", str(tmp_path / "acme-shop.yml"), "--replay", reel[1]]
        refused = subprocess.run(
            [sys.executable, "-m", "homeostat", *words],
            env={**environment(), **it.environ()},
            capture_output=True,
            text=True,
            check=False,
        )
    assert [json.loads(done.stdout)["outputs"]["tokens"] for done in (first, second)] == ["2200"] * 2
    assert (refused.returncode, "--replay writes to a local forge only" in refused.stderr) == (2, True)
