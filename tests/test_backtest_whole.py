"""The past of real repositories, healed again: by the command, with their own tests, on real git."""

from __future__ import annotations

import json
import re
import signal
import subprocess
import sys
from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from homeostat.edges.git import History, Past
from homeostat.edges.git.command import Git
from homeostat.hindsight import Schooling, surveyed
from tests import past
from tests.model_server import Turn, edits, model_server, playing
from tests.past import HOPE, LIMIT, PRICE, RATE, SIZE, STOCK, SUM, TAX, TAXED, WORDING, Story
from tests.test_cli import ROOT, Said, environment, files_of, homeostat, wait_for
from tests.world import SLUG, TESTS

pytestmark = [pytest.mark.slow, pytest.mark.timeout(180)]
TRY = Decimal("0.00042")
"""What one call of the scripted model costs."""


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Story:
    return past.shop(tmp_path_factory.mktemp("forge"))


def backtest(story: Story, state: Path, *words: object, test: str = TESTS, **extra: str) -> Said:
    given = ("backtest", story.world.bare, "--test", test, "--state", state)
    return homeostat(*given, *words, cwd=ROOT, **extra)


def by_commit(story: Story, said: Said) -> dict[str, Any]:
    """The rulings of `--json`, by the message of the fix."""
    names = {sha: message for message, sha in story.told.items()}
    return {names[event["id"]]: event["ruling"] for event in said.json["events"]}


def outcomes(story: Story, said: Said) -> dict[str, tuple[str, str | None, bool, bool]]:
    rulings = by_commit(story, said)
    return {name: (r["finding"], r["source"], r["draft"], r["same"]) for name, r in rulings.items()}


# --- outcomes -------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def judged(shop: Story, tmp_path_factory: pytest.TempPathFactory) -> Said:
    folder = tmp_path_factory.mktemp("state")
    forge = ("--repo", SLUG, "--forge", shop.world.root)
    return backtest(shop, folder / "s.json", *forge, "--json", "--html", folder / "page.html")


def test_every_past_error_comes_out_as_it_would_have_then(shop: Story, judged: Said) -> None:
    assert outcomes(shop, judged) == {
        PRICE: ("healed", "search", True, True),
        STOCK: ("healed", "learned", False, True),  # the fix before it pays
        WORDING: ("cannot tell", None, False, False),
        LIMIT: ("healed", "learned", True, True),
        RATE: ("wrong", "learned", True, False),
        SIZE: ("unproven", "learned", True, False),
        HOPE: ("cannot tell", None, False, False),
    }
    rulings = by_commit(shop, judged)
    assert [name for name, ruling in rulings.items() if not ruling["diff"]] == [WORDING, HOPE]
    assert "\n-    found = " in rulings[PRICE]["diff"]
    reasons = {name: ruling["reason"] for name, ruling in by_commit(shop, judged).items()}
    assert reasons[WORDING] == "its tests pass without it as well"
    assert reasons[HOPE] == "its tests fail with it as well"
    assert reasons[RATE] == "still failing: tests.test_rate.T.test_it"
    assert judged.json["left_out"] == {"untested": 1, "larger": 0, "unread": 1, "unanswered": 1}
    assert judged.json["summary"].startswith(
        "Of 7 past errors 3 would have been healed for $0.00, 2 of them as drafts, 3 of them as the developer"
    )
    assert [event["issue"] for event in judged.json["events"]] == [None, None, None, 1, 3, 5, None]


def test_without_a_forge_only_fix_commits_are_past_errors(shop: Story, tmp_path: Path) -> None:
    said = backtest(shop, tmp_path / "s.json", "--json", "--max-minutes", 0)
    assert (said.json["left"], said.json["past_errors"]) == (4, 0)


def test_the_newest_are_chosen_and_those_since_a_day(shop: Story, tmp_path: Path) -> None:
    for words, left in ((("--most", 2), 2), (("--since", "2026-03-05"), 3), (("--since", "2027-01-01"), 0)):
        said = backtest(shop, tmp_path / "s.json", *words, "--json", "--max-minutes", 0)
        assert said.json["left"] == left


def test_a_setup_that_fails_says_nothing_of_the_healer(shop: Story, tmp_path: Path) -> None:
    words = ("--repo", SLUG, "--forge", shop.world.root, "--setup", "echo no such package; false")
    rulings = by_commit(shop, backtest(shop, tmp_path / "s.json", "--json", *words)).values()
    why = "no such package (setup_command ended with exit code 1)"
    assert len(rulings) == 7
    assert {ruling["finding"] for ruling in rulings} == {"cannot tell"}
    assert {ruling["reason"] for ruling in rulings} == {
        f"its tests cannot run before it: {why}", f"the tests cannot run before the fix: {why}",
    }  # fmt: skip


def test_tests_that_fail_now_and_then_prove_no_fix(tmp_path: Path) -> None:
    story, runs = Story.begin(tmp_path / "forge"), tmp_path / "runs"
    luck = (
        "import unittest\nfrom pathlib import Path\n\n\nclass T(unittest.TestCase):\n"
        f"    def test_it(self):\n        runs = Path({str(runs)!r})\n        first = not runs.exists()\n"
        "        runs.touch()\n        self.assertFalse(first)\n"
    )
    story.commit("Fix the luck of rates", past.mended("rate", "0") | {"tests/test_rate.py": luck})
    (ruling,) = by_commit(story, backtest(story, tmp_path / "s.json", "--json")).values()
    assert ruling["finding"] == "cannot tell"
    assert "failed once and passed once without any change" in ruling["reason"]


def test_a_moment_that_cannot_be_laid_out_costs_that_error_alone(tmp_path: Path) -> None:
    story = past.pair(tmp_path / "forge")
    story.commit("Add a page", {f"docs/{'x' * 300}": ""})
    story.commit("Fix KeyError for limits", past.mended("limit", "0") | past.shows("limit", "{}", "0"))
    rulings = by_commit(story, backtest(story, tmp_path / "s.json", "--json"))
    assert [ruling["finding"] for ruling in rulings.values()] == ["healed", "healed", "cannot tell"]
    assert "is too long a name for Linux" in rulings["Fix KeyError for limits"]["reason"]


def test_nothing_known_and_nothing_found_is_not_healed(tmp_path: Path) -> None:
    story = past.bought(tmp_path / "forge")
    (ruling,) = by_commit(story, backtest(story, tmp_path / "s.json", "--json")).values()
    assert (ruling["finding"], ruling["source"]) == ("not healed", None)
    assert ruling["reason"] == "no pattern has been learned yet"
    assert ruling["error"].startswith("AssertionError")


def test_a_report_that_nothing_known_answers_is_not_healed(tmp_path: Path) -> None:
    story = Story.begin(tmp_path / "forge")
    story.merge(LIMIT, past.mended("limit", "0") | past.shows("limit", "{}", "0"), story.report("limit"))
    forge = ("--repo", SLUG, "--forge", story.world.root)
    (ruling,) = by_commit(story, backtest(story, tmp_path / "s.json", "--json", *forge)).values()
    assert (ruling["finding"], ruling["reason"]) == ("not healed", "no pattern has been learned yet")


def test_a_fix_that_ends_the_tests_proves_nothing(tmp_path: Path) -> None:
    story = Story.begin(tmp_path / "forge")
    ends = {"src/rate.py": "import os\n\nos._exit(9)\n"} | past.shows("rate", "{}", "0")
    story.commit("Fix KeyError for rates", ends)
    (ruling,) = by_commit(story, backtest(story, tmp_path / "s.json", "--json")).values()
    assert ruling["finding"] == "cannot tell"
    assert ruling["reason"].startswith("the tests cannot run with the developer's fix: exit code 9")


def test_a_fix_of_one_failure_may_heal_another(tmp_path: Path) -> None:
    story = Story.begin(tmp_path / "forge")
    both = past.shows("stock", "{}", "0")["tests/test_stock.py"] + (
        "\n    def test_no_word(self):\n        try:\n            found = stock({})\n"
        "        except KeyError as error:\n            found = error\n        self.assertEqual(found, 0)\n"
    )
    story.commit(STOCK, past.mended("stock", "0") | {"tests/test_stock.py": both})
    assert outcomes(story, backtest(story, tmp_path / "s.json", "--json")) == {
        STOCK: ("healed", "search", True, True)
    }


def test_tests_that_only_name_what_fails_leave_nothing_to_work_on(shop: Story, tmp_path: Path) -> None:
    failed = "echo '=== short test summary info ==='; echo 'FAILED tests/test_stock.py::test_it'"
    test = f"if grep -q get src/stock.py; then echo '1 passed in 0.1s'; else {failed}; exit 1; fi"
    said = backtest(shop, tmp_path / "s.json", "--json", "--since", "2026-03-05", test=test)
    ruling = by_commit(shop, said)[STOCK]
    assert (ruling["finding"], ruling["error"]) == ("not healed", "")
    assert ruling["reason"] == "no failure can be read from its failing tests"


def test_a_checkout_is_left_as_it_is(shop: Story, tmp_path: Path) -> None:
    root = tmp_path / "checkout"
    Git(shop.world.bare)("worktree", "add", "--quiet", "--detach", str(root), "main")
    (root / "src" / "price.py").write_text("in the middle of something\n")
    before = files_of(root), files_of(shop.world.bare)
    words = ("backtest", "--test", TESTS, "--most", 1)
    done = homeostat(*words, cwd=root, XDG_CACHE_HOME=str(tmp_path / "cache"))
    assert done.code == 0
    assert (files_of(root), files_of(shop.world.bare)) == before
    (state,) = (tmp_path / "cache" / "homeostat").iterdir()
    assert re.fullmatch(r"backtest-checkout-[0-9a-f]{12}\.json", state.name)


# --- nothing is known before its time ---------------------------------------------------------------


def test_what_is_known_at_each_error_comes_from_before_it(tmp_path: Path) -> None:
    story = past.shop(tmp_path / "forge")
    story.day = story.day.replace(year=2020)  # whatever a clock said
    story.commit("Fix KeyError for late news", past.mended("weight", "0") | past.shows("weight", "{}", "0"))
    survey = surveyed(story.world.bare, story.world.forge(), ["robot"])
    history, copy = History(story.world.bare), Past(tmp_path / "past", story.world.bare)
    schooling = Schooling(survey, copy, history, SLUG)
    known = []
    for event in survey.found.events:
        library = schooling.until(event)
        sources = {one.at for rules in library.rules.values() for one in rules.precedents}
        sources |= {one.provenance.commit[:10] for one in library.patterns}
        before = {sha[:10] for sha in story.world.git("rev-list", event.landing.parent).split()}
        assert sources <= before
        known.append(len(sources))
    assert known[:2] == [0, 1]
    assert known == sorted(known)
    assert known[-1] >= 5


def test_each_past_fix_teaches_once_and_a_report_names_its_error(tmp_path: Path) -> None:
    story = past.shop(tmp_path / "forge")
    survey = surveyed(story.world.bare, story.world.forge(), ["robot"])
    history, copy = History(story.world.bare), Past(tmp_path / "past", story.world.bare)
    library = Schooling(survey, copy, history, SLUG).until(survey.found.events[-1])
    sources = [one.at for one in library.rules["python"].precedents]
    assert len(sources) == len(set(sources))
    assert [pattern.error_type for pattern in library.patterns] == ["KeyError"] * 3
    assert {pattern.provenance.commit for pattern in library.patterns} == {
        story.told[name] for name in (LIMIT, RATE, SIZE)
    }


def test_a_library_that_knows_the_past_already_is_refused(shop: Story, tmp_path: Path) -> None:
    library = tmp_path / "library.json"
    homeostat("patterns", "mine", shop.world.bare, "--name", SLUG, "--library", library)
    own = backtest(
        shop, tmp_path / "s.json", "--library", library, "--repo", SLUG, "--forge", shop.world.root
    )
    assert (own.code, own.out) == (2, "")
    assert own.err.startswith(f"The library has learned from {SLUG} itself")
    other = backtest(shop, tmp_path / "s.json", "--library", library, "--most", 4, "--max-minutes", 0)
    assert f"Everything in {library} was known from the start." in other.out


# --- on and on --------------------------------------------------------------------------------------


def untimed(said: Said) -> object:
    data = said.json
    for event in data["events"]:
        del event["seconds"]
    return data


def test_killed_in_an_error_only_that_error_is_lost(tmp_path: Path) -> None:
    shop = past.pair(tmp_path / "forge")
    state, held, go, runs = (tmp_path / name for name in ("s.json", "held", "go", "runs"))
    wait = (
        f"if [ -e {state} ] && [ ! -e {go} ]; then touch {held}; while [ ! -e {go} ]; do sleep 0.1; done; fi"
    )
    test = f"echo run >> {runs}; {wait}; {TESTS}"
    words = ["backtest", str(shop.world.bare), "--test", test, "--state", str(state), "--json"]
    with subprocess.Popen(
        [sys.executable, "-m", "homeostat", *words],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment({}), text=True,
    ) as process:  # fmt: skip
        wait_for(held, seconds=60)
        process.send_signal(signal.SIGKILL)
        assert process.wait(20) == -signal.SIGKILL
        go.touch()
    kept = json.loads(state.read_text(encoding="utf-8"))["judged"]
    assert [one["id"] for one in kept] == [shop.told[PRICE]]
    before = len(runs.read_text(encoding="utf-8").split())
    again = homeostat(*words)
    assert f"Going on from {state}: 1 judged already." in again.err
    assert shop.told[PRICE][:10] not in again.err
    assert len(runs.read_text(encoding="utf-8").split()) > before
    whole = backtest(shop, tmp_path / "other.json", "--json", test=test)
    assert untimed(again) == untimed(whole)
    assert again.json["events"][0] == {**again.json["events"][0], "seconds": kept[0]["seconds"]}
    done = len(runs.read_text(encoding="utf-8").split())
    assert untimed(homeostat(*words)) == untimed(whole)
    assert len(runs.read_text(encoding="utf-8").split()) == done


def test_other_tests_do_not_go_on_from_the_same_file(shop: Story, tmp_path: Path) -> None:
    state = tmp_path / "s.json"
    backtest(shop, state, "--most", 1)
    kept = state.read_bytes()
    said = backtest(shop, state, test="true")
    assert (said.code, said.out) == (2, "")
    assert f"begun with another --test ({TESTS}, now true)" in said.err
    assert state.read_bytes() == kept
    assert backtest(shop, tmp_path / "library.json", "--max-minutes", 0, test="true").code == 0


def test_two_runs_on_one_file_do_not_overwrite_each_other(shop: Story, tmp_path: Path) -> None:
    state = tmp_path / "s.json"
    said = backtest(shop, state, "--most", 1, test=f"echo other > {state}; {TESTS}")
    assert (said.code, said.out) == (2, "")
    assert said.err.splitlines()[-1].startswith(f"{state} was changed by another run meanwhile")
    assert state.read_text(encoding="utf-8") == "other\n"


def test_time_that_is_up_ends_it_between_errors(shop: Story, tmp_path: Path) -> None:
    state, test = tmp_path / "s.json", f"sleep 1; {TESTS}"
    said = backtest(shop, state, "--max-minutes", 0.05, test=test)
    assert "Not judged yet: 3 past errors." in said.out
    assert said.out.endswith("Stopped at --max-minutes 0.05: the same command goes on from here.\n")
    again = backtest(shop, state, "--max-minutes", 0.05, test=test)
    assert "Not judged yet: 2 past errors." in again.out


# --- models -----------------------------------------------------------------------------------------

ANSWER = edits(("src/total.py", SUM, TAX), why="A tax is a part of the total.")


def with_models(url: str) -> Mapping[str, str]:
    return {"DEEPSEEK_API_KEY": "sk-deepseek-secret", "DEEPSEEK_BASE_URL": url}


def test_a_model_heals_what_nothing_learned_does_and_its_cost_is_told(tmp_path: Path) -> None:
    story = past.bought(tmp_path / "forge")
    with model_server(playing([Turn(ANSWER)])) as server:
        said = backtest(story, tmp_path / "s.json", "--ai", "--json", **with_models(server.url))
        assert outcomes(story, said) == {TAXED: ("healed", "model", True, True)}
        assert Decimal(by_commit(story, said)[TAXED]["cost"]) == TRY
        assert Decimal(said.json["cost"]) == TRY
        assert len(server.asked) == 1
        again = backtest(story, tmp_path / "s.json", "--ai", **with_models(server.url))
        assert len(server.asked) == 1
    assert "Of 1 past error 1 would have been healed for $0.00042, 1 of them as a draft" in again.out


def test_money_that_is_out_ends_it_between_errors_and_more_of_it_goes_on(tmp_path: Path) -> None:
    story, state = past.bought(tmp_path / "forge"), tmp_path / "s.json"
    with model_server(playing([Turn(ANSWER)])) as server:
        models = with_models(server.url)
        poor = backtest(story, state, "--ai", "--max-cost", 0.0001, **models)
        assert (poor.code, len(server.asked)) == (0, 0)
        assert "Not judged yet: 1 past error." in poor.out
        assert "Stopped: " in poor.out
        assert "with more --max-cost if need be." in poor.out
        fair = backtest(story, state, "--ai", "--max-cost", 1, "--json", **models)
        assert (fair.json["counts"]["healed"], Decimal(fair.json["cost"])) == (1, TRY)
        story.commit(STOCK, past.mended("stock", "0") | past.shows("stock", "{}", "0"))
        over = backtest(story, state, "--ai", "--max-cost", TRY, **models)
    assert f"Stopped at --max-cost ${TRY}: give more, and the same command goes on from here." in over.out
    assert "Not judged yet: 1 past error." in over.out


def test_a_model_that_does_not_answer_leaves_the_error_for_later(tmp_path: Path) -> None:
    story, state = past.bought(tmp_path / "forge"), tmp_path / "s.json"
    down = Turn(status=401, error={"message": "bad key"})
    with model_server(playing([down])) as server:
        said = backtest(story, state, "--ai", **with_models(server.url))
        assert "Not judged yet: 1 past error." in said.out
    with model_server(playing([Turn(ANSWER)])) as server:
        again = backtest(story, state, "--ai", "--json", **with_models(server.url))
    assert outcomes(story, again) == {TAXED: ("healed", "model", True, True)}


def test_a_report_waits_for_a_model_too(tmp_path: Path) -> None:
    story = Story.begin(tmp_path / "forge")
    story.merge(SIZE, past.mended("size", "0"), story.report("size"))
    words = ("--ai", "--repo", SLUG, "--forge", story.world.root)
    with model_server(playing([Turn(status=401, error={"message": "bad key"})])) as server:
        said = backtest(story, tmp_path / "s.json", *words, **with_models(server.url))
    assert "Not judged yet: 1 past error." in said.out


# --- one sentence -----------------------------------------------------------------------------------


def test_what_cannot_be_asked_is_one_sentence(shop: Story, tmp_path: Path) -> None:
    nothing = tmp_path / "nothing"
    nothing.mkdir()
    for words, code, told in (
        ((nothing, "--test", TESTS), 1, "has no history that can be read: give a git repository."),
        ((shop.world.bare, "--test", TESTS, "--forge", nothing), 2, "--forge needs the repository's name"),
        (
            (shop.world.bare, "--test", TESTS, "--forge", nothing, "--repo", "a/b"),
            2,
            "holds no repository a/b",
        ),
        ((shop.world.bare, "--test", TESTS, "--repo", "a/b"), 2, "GITHUB_TOKEN is not set"),
        ((shop.world.bare, "--test", TESTS, "--ai"), 2, "--ai: no model can be asked"),
        ((shop.world.bare,), 2, "Missing option '--test'"),
    ):
        said = homeostat("backtest", *words, "--state", tmp_path / "s.json")
        assert (said.code, said.out) == (code, "")
        assert told in said.err
