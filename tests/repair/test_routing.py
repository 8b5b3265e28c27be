"""Which tier a failure begins with."""

from dataclasses import replace
from decimal import Decimal

import pytest

from homeostat.config import Endpoint, Price, Rung, Tier
from homeostat.records import Failure, Fingerprint, Frame, Origin
from homeostat.repair import begins, is_sensitive, route

MODEL = Endpoint("m", "p", "http://127.0.0.1", "none", Price(Decimal(0), Decimal(0), Decimal(0)))
RUNGS = [Rung(tier, MODEL, None, 1, 1_000) for tier in (Tier.DEEPSEEK, Tier.DEEPSEEK_REVIEWED, Tier.GPT_5)]

NOWHERE = Fingerprint("hs1-a", "hs1-b", None, "KeyError", "<str>", None, ())


def failure(*files: str) -> Failure:
    return Failure("KeyError", "'x'", tuple(Frame(file, 1) for file in files), "python", Origin.TRACE)


def names(rungs: list[Rung]) -> list[Tier]:
    return [rung.tier for rung in rungs]


def test_without_rungs_there_is_nothing_to_climb() -> None:
    assert route(failure("src/a.py"), NOWHERE, [], sensitive=False) == []


def test_a_failure_without_a_stack_is_one_for_the_strong_tier() -> None:
    assert begins(failure(), NOWHERE) is Tier.GPT_5


@pytest.mark.parametrize(
    ("files", "tier"),
    [
        pytest.param(["a.py"], Tier.DEEPSEEK, id="one line"),
        pytest.param(["a.py"] * 5, Tier.DEEPSEEK, id="five lines of a file"),
        pytest.param(["a.py"] * 6, Tier.DEEPSEEK_REVIEWED, id="six lines of a file"),
        pytest.param(["a.py", "b.py"], Tier.DEEPSEEK_REVIEWED, id="two files"),
        pytest.param([*["a.py"] * 12, "b.py", "c.py"], Tier.DEEPSEEK_REVIEWED, id="fourteen lines"),
        pytest.param(["a.py"] * 15, Tier.GPT_5, id="fifteen lines"),
        pytest.param(["a.py", "b.py", "c.py", "d.py"], Tier.GPT_5, id="four files"),
        pytest.param(["a.py", "tests/test_a.py", "tests/b.py"], Tier.DEEPSEEK, id="with tests"),
        pytest.param(["tests/test_a.py"], Tier.DEEPSEEK, id="an assertion"),
    ],
)
def test_the_stack_tells_the_tier(files: list[str], tier: Tier) -> None:
    assert begins(failure(*files), NOWHERE) is tier


def test_a_file_is_counted_by_its_path_where_that_is_known() -> None:
    frames = (Frame("/srv/a.py", 1, path="a.py"), Frame("/app/a.py", 2, path="a.py"))
    assert begins(Failure("E", "", frames, "python", Origin.TRACE), NOWHERE) is Tier.DEEPSEEK


@pytest.mark.parametrize(
    ("files", "sensitive", "climbed"),
    [
        pytest.param(["a.py"], False, [*Tier][2:], id="plain"),
        pytest.param(["a.py", "b.py"], False, [*Tier][3:], id="known"),
        pytest.param([], False, [Tier.GPT_5], id="deep"),
        pytest.param(["a.py"], True, [Tier.GPT_5], id="sensitive"),
    ],
)
def test_the_rungs_are_climbed_from_there(files: list[str], sensitive: bool, climbed: list[Tier]) -> None:  # noqa: FBT001
    assert names(route(failure(*files), NOWHERE, RUNGS, sensitive=sensitive)) == climbed


def test_a_tier_that_is_off_is_left_out() -> None:
    assert names(route(failure("a.py"), NOWHERE, RUNGS[2:], sensitive=False)) == [Tier.GPT_5]


@pytest.mark.parametrize(
    ("patterns", "sensitive"),
    [
        pytest.param((), False, id="no patterns"),
        pytest.param(("billing/",), True, id="folder"),
        pytest.param(("*.sql", "/src/billing/pay.py"), True, id="file"),
        pytest.param(("auth/",), False, id="another"),
    ],
)
def test_a_frame_in_a_sensitive_file_makes_a_failure_sensitive(
    patterns: tuple[str, ...],
    sensitive: bool,  # noqa: FBT001
) -> None:
    frames = (Frame("/srv/lib/x.py", 1), Frame("/srv/src/billing/pay.py", 1, path="src/billing/pay.py"))
    found = Fingerprint("hs1-a", "hs1-b", None, "E", "", frames[1], frames)
    assert is_sensitive(found, patterns) is sensitive


def test_only_the_repository_s_own_frames_are_counted_where_there_are_any() -> None:
    own = Frame("/srv/a.js", 3, path="a.js", in_app=True)
    frames = (own, *(Frame(f"node:internal/{number}", 1) for number in range(20)))
    found = replace(NOWHERE, frames=frames)
    assert begins(Failure("E", "", frames, "javascript", Origin.TRACE), found) is Tier.DEEPSEEK
