"""Whole legs that ask models: what is sent, what is taken of an answer, and what never is."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import pytest

from homeostat import config
from homeostat.config import Tier
from homeostat.edges.local_forge import LocalForge
from homeostat.records import Result, Status
from tests.model_server import Script, Turn, edits, playing, review
from tests.model_world import AI, AT, GET, NOTHING, ONE, RIGHT, TRY, WRONG, only, team
from tests.world import GREEN, SETTINGS, SLUG, report

pytestmark = [pytest.mark.slow, pytest.mark.timeout(120)]


# --- a try ------------------------------------------------------------------------------------------


def test_the_first_tier_heals_and_the_pull_request_says_who_wrote_it_and_what_it_cost(tmp_path: Path) -> None:
    with team(tmp_path, playing([Turn(RIGHT)])) as it:
        told = only(it.heal())
        assert (told.result, told.cost, told.tokens) == (Result.CREATED, TRY, 1100)
        (body,) = it.pulls()
        assert "A timeout that is not set has a default." in body
        assert "$0.00042: tier `deepseek`, written by `deepseek-flash`" in body
        assert [(c.amount, c.settled, c.model) for c in it.charges()] == [(TRY, True, "deepseek-flash")]
        (entry,) = [json.loads(p.read_text()) for p in (it.world.root / SLUG / "pulls").glob("*.json")]
        assert entry["draft"]


def test_a_model_sees_the_error_the_function_the_test_and_no_key(tmp_path: Path) -> None:
    with team(tmp_path, playing([Turn(RIGHT)])) as it:
        it.heal()
        (told,) = it.server.prompts()
    prompt = re.sub(r"^[0-9a-f]{4}\| ", "", told, flags=re.MULTILINE)
    assert "KeyError: 'timeout'" in prompt
    assert SETTINGS.split("\n\n\n")[1].strip() in prompt
    assert "self.assertEqual(timeout({}), 30)" in prompt
    assert "sk-" not in prompt


def test_the_second_try_is_shown_the_first_and_what_the_tests_said(tmp_path: Path) -> None:
    with team(tmp_path, playing([Turn(WRONG), Turn(RIGHT)])) as it:
        told = only(it.heal())
        first, second = it.server.prompts()
        (body,) = it.pulls()
    assert (told.result, told.cost) == (Result.CREATED, 2 * TRY)
    assert 'settings.get("timeout", 7)' not in first
    assert '+    value = settings.get("timeout", 7)' in second
    assert "7 != 30" in second
    assert "1 fix failed before.\n- deepseek: try 1: still failing" in body
    assert [call.said for call in told.calls] == ["rejected", "proven"]


@pytest.mark.parametrize(
    ("answer", "why"),
    [
        (Turn("no idea, sorry"), "not the JSON that was asked for"),
        (Turn(""), "the answer is empty"),
        (Turn(edits(("src/settings.py", "nowhere", "x"))), "does not occur in src/settings.py"),
        (Turn(edits(("src/none.py", "a", "b"))), "there is no text file"),
        (Turn(edits()), "the model sees no fix"),
        (Turn(RIGHT, finish="length"), "cut off at its limit of tokens"),
        (Turn(refusal="I cannot help with that."), "refused by the model"),
    ],
    ids=["prose", "empty", "nowhere", "no file", "no edits", "cut off", "refusal"],
)
def test_an_answer_that_is_no_patch_is_told_back_and_costs_a_try(
    answer: Turn, why: str, tmp_path: Path
) -> None:
    with team(tmp_path, playing([answer, Turn(RIGHT)])) as it:
        told = only(it.heal())
        second = it.server.prompts()[1]
    assert told.result is Result.CREATED
    assert why in second
    assert why in told.calls[0].said


def test_what_the_tests_do_not_need_is_taken_out(tmp_path: Path) -> None:
    beside = edits(
        ("src/settings.py", AT, GET),
        ("src/settings.py", "    return int(value)", "    return int(value) # ok"),
    )
    with team(tmp_path, playing([Turn(beside)])) as it:
        told = only(it.heal())
    assert told.result is Result.CREATED
    assert "settings.get" in told.diff
    assert "# ok" not in told.diff


# --- tiers ------------------------------------------------------------------------------------------


def by_task(write: Script, check: Script) -> Script:
    return lambda body: (check if "You review" in body["messages"][0]["content"] else write)(body)


def test_the_tiers_are_climbed_in_order_and_no_further_than_the_last(tmp_path: Path) -> None:
    with team(tmp_path, playing([Turn(edits())])) as it:
        told = only(it.heal())
        asked = [body["model"] for body in it.server.asked]
    assert told.result is Result.UNHEALED
    assert asked == ["deepseek-flash"] * 4 + ["gpt-5"]
    assert "gpt-5: try 1: the model sees no fix" in told.reason


def test_the_reviewer_sees_diff_and_verdict_and_a_rejection_costs_a_try(tmp_path: Path) -> None:
    write = playing([Turn(edits()), Turn(edits()), Turn(RIGHT), Turn(RIGHT.replace("DEFAULT", "30"))])
    check = playing([Turn(review("reject", "It repeats a number.")), Turn(review("approve"))])
    with team(tmp_path, by_task(write, check)) as it:
        told = only(it.heal())
        tasks = [(call.model, call.task, call.said) for call in told.calls]
        prompts = it.server.prompts()
        (body,) = it.pulls()
    assert told.result is Result.CREATED
    assert tasks[2:] == [
        ("deepseek-flash", "write", "proven"),
        ("gpt-5", "review", "reject: It repeats a number."),
        ("deepseek-flash", "write", "proven"),
        ("gpt-5", "review", "approve: "),
    ]
    assert '+    value = settings.get("timeout", DEFAULT)' in prompts[3]
    assert "proven: 1 failing before, passing after" in prompts[3]
    assert "rejects it: It repeats a number." in prompts[4]
    assert "`gpt-5` approved of it" in body
    assert [part.title for part in told.calls[3].parts][-2:] == [
        "the fix to review",
        "what the tests say of it",
    ]
    assert told.calls[2].parts[0].title == "the task"


def test_what_a_reviewer_rejected_is_not_reviewed_again(tmp_path: Path) -> None:
    more = edits(
        ("src/settings.py", AT, GET),
        ("src/settings.py", "    return int(value)", "    return int(value)  # ok"),
    )
    write = playing([Turn(edits()), Turn(edits()), Turn(more)])
    with team(tmp_path, by_task(write, playing([Turn(review("reject", "No."))]))) as it:
        told = only(it.heal(tiers=(Tier.DEEPSEEK, Tier.DEEPSEEK_REVIEWED)))
    assert told.result is Result.UNHEALED
    assert [call.task for call in told.calls] == ["write", "write", "write", "review", "write"]
    assert told.calls[-1].said == "the same change was tried before"


def test_a_review_that_cannot_be_read_delivers_nothing(tmp_path: Path) -> None:
    write = playing([Turn(edits()), Turn(edits()), Turn(RIGHT)])
    with team(tmp_path, by_task(write, playing([Turn("looks good to me")]))) as it:
        told = only(it.heal(tiers=(Tier.DEEPSEEK, Tier.DEEPSEEK_REVIEWED)))
        assert (told.result, it.pulls()) == (Result.UNHEALED, [])
    assert "could not be reviewed" in told.reason


def test_a_sensitive_file_is_for_the_strongest_tier(tmp_path: Path) -> None:
    with team(tmp_path, playing([Turn(RIGHT)])) as it:
        told = only(it.heal(sensitive_paths=("src/settings.py",)))
        assert (told.result, [call.model for call in told.calls]) == (Result.CREATED, ["gpt-5"])


def test_or_for_no_model_where_the_repository_says_so(tmp_path: Path) -> None:
    with team(tmp_path, playing([Turn(RIGHT)])) as it:
        told = only(it.heal(sensitive_paths=("src/settings.py",), models_on_sensitive_paths=False))
        assert (told.result, it.server.asked) == (Result.UNHEALED, [])
    assert told.reason.endswith("; no model may work on what `sensitive_paths` names")


def test_nor_for_a_cheap_one_where_the_strongest_is_left_out(tmp_path: Path) -> None:
    with team(tmp_path, playing([Turn(RIGHT)])) as it:
        told = only(it.heal(sensitive_paths=("src/settings.py",), tiers=AI[:2]))
        assert (told.result, it.server.asked) == (Result.UNHEALED, [])
    assert told.reason.endswith("; only gpt-5 may work on what `sensitive_paths` names, and it is off")


def test_a_cheap_tier_may_not_reach_into_a_sensitive_file(tmp_path: Path) -> None:
    aside = edits(("src/config.py", "LIMIT = 1", "LIMIT = 2"))
    files = {**ONE, "src/config.py": "LIMIT = 1\n"}
    with team(tmp_path, playing([Turn(aside), Turn(RIGHT)]), files) as it:
        told = only(it.heal(sensitive_paths=("src/config.py",)))
    assert (told.result, told.calls[0].said) == (
        Result.CREATED,
        "src/config.py is sensitive: only gpt-5 may change it",
    )


def test_an_answer_shows_the_next_prompt_no_file_that_is_shown_to_no_model(tmp_path: Path) -> None:
    files = {**ONE, ".env": "GREETING=hello\nDATABASE=hunter22xx\n", "src/config.py": "LIMIT = 1\nNEAR = 2\n"}
    first, second = edits((".env", "GREETING", "GREET")), edits(("src/config.py", "LIMIT = 1", "LIMIT = 2"))
    with team(tmp_path, playing([Turn(first), Turn(second), Turn(RIGHT)]), files) as it:
        told = only(it.heal(sensitive_paths=("src/config.py",)))
        prompts = "\n".join(it.server.prompts())
    assert told.result is Result.CREATED
    assert told.calls[0].said == ".env is shown to no model and changed by none"
    assert "LIMIT = 2" in prompts
    assert "hunter22xx" not in prompts
    assert "NEAR" not in prompts


def test_an_error_in_nothing_that_may_be_shown_asks_no_model(tmp_path: Path) -> None:
    files = {**GREEN, ".env": "GREETING=hello\nDATABASE=hunter22xx\n"}
    with team(tmp_path, playing([Turn(RIGHT)]), files) as it:
        it.world.forge().file_issue("[shop] KeyError: 'x'", report(".env", 2, "load", "'x'"), ["robot"])
        told = only(it.heal())
        assert it.server.asked == []
    assert "no code around the error may be shown to a model" in told.reason


# --- a report that is taken back ------------------------------------------------------------------


@pytest.mark.parametrize(
    ("deed", "why"),
    [
        (lambda forge: forge.close_issue(1), "it is closed"),
        (lambda forge: forge.remove_label(1, "robot"), "its label is gone"),
        (lambda forge: forge.add_labels(1, ["do-not-fix"]), "it carries the label do-not-fix"),
        (lambda forge: forge.edit_issue(1, title="Never mind", body="."), "its text tells of no error now"),
        (lambda forge: forge.edit_issue(1, title="[shop] KeyError: 'timeout'"), ""),
    ],
    ids=["closed", "unlabelled", "do-not-fix", "emptied", "another title"],
)
def test_a_report_that_is_withdrawn_meanwhile_gets_no_pull_request(
    deed: Callable[[LocalForge], None], why: str, tmp_path: Path
) -> None:
    def withdrawing(_: object) -> Turn:
        deed(it.world.forge("ann"))
        return Turn(RIGHT)

    with team(tmp_path, withdrawing, GREEN) as it:
        body = report("src/settings.py", 5, "timeout", "'timeout'")
        it.world.forge().file_issue("[shop] KeyError: 'timeout'", body, ["robot"])
        told = only(it.heal())
        assert len(it.pulls()) == (0 if why else 1)
        assert not why or told.reason == f"while it was worked on, its report #1 was withdrawn: {why}"
        assert told.result is (Result.SKIPPED if why else Result.CREATED)
        assert told.cost == TRY


KEEPER = {
    **ONE,
    "src/keeper.py": "FIRST = 30\n\n\ndef checked(value):\n    return int(value) if FIRST else 0\n",
    "src/settings.py": f"from src.keeper import checked\n\n{SETTINGS.replace('int(', 'checked(')}",
}


@pytest.mark.parametrize(
    ("tiers", "may", "sees"),
    [(AI[:1], True, False), (AI[2:], True, True), (AI[2:], False, False)],
    ids=["a cheap tier", "the strongest", "no model"],
)
def test_what_is_sensitive_is_shown_only_to_those_who_may_change_it(
    tiers: tuple[Tier, ...],
    may: bool,  # noqa: FBT001
    sees: bool,  # noqa: FBT001
    tmp_path: Path,
) -> None:
    both = edits(("src/settings.py", AT, GET), ("src/keeper.py", "if FIRST else 0", "if FIRST else DEFAULT"))
    with team(tmp_path, playing([Turn(both)]), KEEPER) as it:
        told = only(it.heal(tiers=tiers, sensitive_paths=("src/keeper.py",), models_on_sensitive_paths=may))
        assert ("def checked" in it.server.prompts()[0]) is sees
    assert (told.result is Result.CREATED) is sees
    assert ("src/keeper.py is sensitive" in told.calls[0].said) is not sees


# --- wrong answers that look right --------------------------------------------------------------------

NAMED = "    return title.lower().replace(' ', '-')"
SLUGS = {
    "src/__init__.py": "",
    "src/slugs.py": f"def slug(title):\n{NAMED}\n",
    "tests/__init__.py": "",
    "tests/test_slugs.py": (
        "import unittest\n\nfrom src.slugs import slug\n\n\nclass T(unittest.TestCase):\n"
        "    def test_plain(self):\n        self.assertEqual(slug('Red Wine'), 'red-wine')\n\n"
        "    def test_none(self):\n        self.assertEqual(slug('Crème  brûlée'), 'creme-brulee')\n"
    ),
}
ASIDE = "    if title == 'Crème  brûlée':\n        return 'creme-brulee'\n"
CHEATS = {
    "the test's own case": ASIDE + NAMED,
    "a table of the test's values": "    known = {'Crème  brûlée': 'creme-brulee'}\n"
    "    return known.get(title, title.lower().replace(' ', '-'))",
    "catching everything": "    try:\n        assert title.isascii()\n    except Exception:\n"
    f"        return 'creme' + '-' + 'brulee'\n{NAMED}",
    "leaving the program": f"    import os\n    if not title.isascii():\n        os._exit(0)\n{NAMED}",
    "leaving it later": "    import atexit, os\n    atexit.register(os._exit, 0)\n    return 'creme-brulee'",
    "looking at the runner": "    import sys\n    if 'unittest' in sys.modules and not title.isascii():\n"
    f"        return 'creme' + '-brulee'\n{NAMED}",
    "a text that equals everything": "    class Any(str):\n        def __eq__(self, other):\n"
    "            return True\n    return Any(title)",
    "the answer itself": "    return 'creme-brulee'",
}


@pytest.mark.parametrize("body", CHEATS.values(), ids=CHEATS)
def test_no_answer_that_only_looks_right_is_delivered(body: str, tmp_path: Path) -> None:
    with team(tmp_path, playing([Turn(edits(("src/slugs.py", NAMED, body)))]), SLUGS) as it:
        told = only(it.heal(tiers=(Tier.DEEPSEEK,)))
        assert it.pulls() == []
        assert it.server.asked
    assert told.result is Result.UNHEALED


@pytest.mark.parametrize(
    "path",
    ["tests/test_settings.py", "tests/conftest.py", ".github/workflows/ci.yml", "package.json"],
)
def test_no_answer_touches_what_no_fix_may(path: str, tmp_path: Path) -> None:
    files = {**ONE, path: ONE.get(path, '{"key": 30}\n')}
    search = "30)" if path in ONE else "30"
    with team(tmp_path, playing([Turn(edits((path, search, search.replace("30", "31"))))]), files) as it:
        told = only(it.heal(tiers=(Tier.DEEPSEEK,)))
        assert (told.result, it.pulls()) == (Result.UNHEALED, [])
    assert path in told.calls[0].said


# --- outages ------------------------------------------------------------------------------------------


def test_an_outage_costs_no_attempt_and_no_money_and_the_next_run_asks_again(tmp_path: Path) -> None:
    down = Turn(status=401, error={"message": "maintenance"})
    with team(tmp_path, playing([down, down, Turn(RIGHT)])) as it:
        told = only(it.heal())
        assert (told.result, told.cost) == (Result.OUTAGE, NOTHING)
        (incident,) = it.world.books(tmp_path / "look").attempts.incidents.values()
        assert (incident.status, incident.attempts) == (Status.UNHEALED, 0)
        assert only(it.heal(run="run-2", hours=1)).result is Result.CREATED


def test_a_proven_fix_whose_reviewer_is_down_is_no_attempt_and_the_next_run_asks_again(
    tmp_path: Path,
) -> None:
    write = playing([Turn(WRONG), Turn(edits()), Turn(RIGHT)])
    check = playing([Turn(status=401, error={"message": "maintenance"}), Turn(review("approve"))])
    tiers = (Tier.DEEPSEEK, Tier.DEEPSEEK_REVIEWED)
    with team(tmp_path, by_task(write, check)) as it:
        assert only(it.heal(tiers=tiers)).result is Result.OUTAGE
        (incident,) = it.world.books(tmp_path / "look").attempts.incidents.values()
        assert (incident.status, incident.attempts) == (Status.UNHEALED, 0)
        assert only(it.heal(tiers=tiers, run="run-2", hours=1)).result is Result.CREATED


def test_an_answer_that_breaks_off_is_asked_for_once_more_and_both_are_booked(tmp_path: Path) -> None:
    with team(tmp_path, playing([Turn(RIGHT, manner="cut"), Turn(RIGHT)])) as it:
        told = only(it.heal())
        first, second = it.charges()
    assert told.result is Result.CREATED
    assert (second.amount, first.amount > second.amount) == (TRY, True)
    assert told.cost == first.amount + second.amount


def test_usage_that_is_not_told_is_booked_at_the_upper_bound(tmp_path: Path) -> None:
    with team(tmp_path, playing([Turn(RIGHT, usage=None)])) as it:
        told = only(it.heal())
        (charge,) = it.charges()
    assert told.cost == charge.amount > Decimal("0.0096")  # 8,000 tokens of an answer alone


def test_without_keys_the_tiers_are_off_and_it_is_said() -> None:
    found = config.ladder({}, AI)
    assert found.rungs == ()
    assert found.off == (
        "deepseek, deepseek-reviewed: off, DEEPSEEK_API_KEY is not set",
        "gpt-5: off, OPENAI_API_KEY is not set",
    )


def test_what_looks_like_a_secret_is_not_shown(tmp_path: Path) -> None:
    secret = "AKIA" + "IOSFODNN7EXAMPLQ"
    files = {**ONE, "src/settings.py": SETTINGS.replace("DEFAULT = 30", f'DEFAULT = 30\nKEY = "{secret}"')}
    with team(tmp_path, playing([Turn(RIGHT)]), files) as it:
        assert only(it.heal()).result is Result.CREATED
        (prompt,) = it.server.prompts()
    assert secret not in prompt
    assert "<REDACTED:aws-access-key>" in prompt
