"""A leg that is killed after any of its effects, then run again, ends where an undisturbed leg ends."""

import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

from homeostat.records import Status
from tests.model_server import Turn, playing
from tests.model_world import RIGHT, TRY, team
from tests.world import SETTINGS, World, environment

pytestmark = pytest.mark.crash
ROOT = Path(__file__).parent.parent
PROPOSED, COMMITTED = 14, 12
"""Effects of an undisturbed leg in each mode, pinned: a new effect must join the trial."""


def _leg(
    root: Path,
    *,
    fatal: int = 0,
    run: str = "run-1",
    hours: float = 0,
    mode: str = "propose",
    environ: Mapping[str, str] | None = None,
) -> subprocess.CompletedProcess[str]:
    words = [sys.executable, "-m", "tests.crash_leg", str(root), str(fatal), run, str(hours), mode]
    env = {**environment(), **(environ or {})}
    return subprocess.run(words, capture_output=True, text=True, cwd=ROOT, env=env, check=False)


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A world in which one leg learns, asks, heals, fails to heal and finds nothing to try."""
    root = tmp_path_factory.mktemp("template")
    World.busy(root / "forge", root / "ledger")
    return root / "forge"


def _copy(template: Path, to: Path) -> World:
    shutil.copytree(template, to)
    return World(to)


@pytest.fixture(scope="module", params=["propose", "commit"])
def undisturbed(
    request: pytest.FixtureRequest, template: Path, tmp_path_factory: pytest.TempPathFactory
) -> tuple[str, int, dict[str, str]]:
    world = _copy(template, tmp_path_factory.mktemp("calm") / "forge")
    done = _leg(world.root, mode=request.param)
    assert done.returncode == 0, done.stderr
    _look_again(world, request.param)
    return request.param, int(done.stdout), _without_place(world)


def _look_again(world: World, mode: str) -> None:
    """A commit moves the branch, so the next run notes other tests: let it, on both sides."""
    if mode == "commit":
        assert _leg(world.root, mode=mode).returncode == 0


def _without_place(world: World) -> dict[str, str]:
    """The state, with the folder that the world happens to lie in taken out."""
    return {name: text.replace(str(world.root), "ROOT") for name, text in world.state().items()}


def test_the_number_of_effects_is_known(undisturbed: tuple[str, int, dict[str, str]]) -> None:
    mode, effects, _ = undisturbed
    assert effects == {"propose": PROPOSED, "commit": COMMITTED}[mode]


def test_a_leg_does_what_the_trial_needs(undisturbed: tuple[str, int, dict[str, str]]) -> None:
    mode, _, state = undisturbed
    said = " ".join(state.values())
    assert "homeostat:needs-info" in said
    assert ("homeostat-fix" in said) is (mode == "propose")
    assert any("attempts/acme/shop.json" in text for text in state.values())


@pytest.mark.parametrize("fatal", range(1, max(PROPOSED, COMMITTED) + 1))
def test_a_killed_leg_run_again_ends_in_the_same_state(
    fatal: int, template: Path, undisturbed: tuple[str, int, dict[str, str]], tmp_path: Path
) -> None:
    mode, effects, state = undisturbed
    if fatal > effects:
        return  # the other mode has more effects
    world = _copy(template, tmp_path / "forge")
    killed = _leg(world.root, fatal=fatal, mode=mode)
    assert killed.returncode == -9, killed.stderr
    again = _leg(world.root, mode=mode)
    assert again.returncode == 0, again.stderr
    _look_again(world, mode)
    assert _without_place(world) == state


def test_another_run_respects_the_claim_of_a_killed_leg_until_its_lease_ends(
    template: Path, tmp_path: Path
) -> None:
    world = _copy(template, tmp_path / "forge")
    claim = 4  # learning, comment, label, claim
    assert _leg(world.root, fatal=claim).returncode == -9
    assert _leg(world.root, run="run-2", hours=1).returncode == 0
    assert not [pull for pull in world.forge().pull_requests() if pull.branch.startswith("homeostat/")]
    assert _leg(world.root, run="run-3", hours=3).returncode == 0
    assert [pull.branch for pull in world.forge().pull_requests() if pull.branch.startswith("homeostat/")]
    assert SETTINGS in world.git("show", "main:src/settings.py") + "\n"


ASKED = 9
"""Effects of a leg that asks a model once and delivers its answer."""


@pytest.mark.parametrize("fatal", range(ASKED + 1))
def test_a_leg_killed_around_a_call_delivers_once_and_books_every_call(fatal: int, tmp_path: Path) -> None:
    with team(tmp_path, playing([Turn(RIGHT)])) as it:
        killed = _leg(it.world.root, fatal=fatal, environ=it.environ())
        assert (killed.returncode, killed.stdout.strip()) == ((-9, "") if fatal else (0, str(ASKED)))
        again = _leg(it.world.root, environ=it.environ())
        assert again.returncode == 0, again.stderr
        assert len(it.pulls()) == 1
        (incident,) = it.world.books(tmp_path / "look").attempts.incidents.values()
        assert (incident.status, incident.attempts) == (Status.DELIVERED, 0)
        charges = it.charges()
        assert len(charges) >= len(it.server.asked)
        assert sum(charge.amount for charge in charges) >= TRY * len(it.server.asked)
        assert all(charge.settled for charge in charges[1:])
