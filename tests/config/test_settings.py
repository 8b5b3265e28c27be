"""The environment's variables: each read strictly, unset or empty meaning the default."""

from __future__ import annotations

from decimal import Decimal

import pytest

from homeostat.config import ApplyMode, Environment, Settings, settings
from homeostat.config.settings import _VARIABLES
from homeostat.errors import ConfigError


def test_nothing_set_is_a_development_run_that_proposes() -> None:
    assert settings({}) == Settings(
        environment=Environment.DEV,
        learning=False,
        apply_mode=ApplyMode.PROPOSE,
        confidence_threshold=None,
        max_diff_lines=500,
        max_files=10,
        max_run_cost=Decimal("1.0"),
        disabled=False,
        max_run_minutes=50,
        max_calls=40,
        max_comments=20,
        max_requests=1000,
    )


NAMES = ["HOMEOSTAT_ENV", "LEARNING_ENABLED", "APPLY_MODE", "CONFIDENCE_THRESHOLD"]
NAMES += ["MAX_DIFF_LINES", "MAX_FILES", "MAX_RUN_COST", "MAX_FINGERPRINT_COST"]
NAMES += ["MAX_RUN_MINUTES", "MAX_CALLS", "MAX_COMMENTS", "MAX_REQUESTS"]


@pytest.mark.parametrize("blank", ["", " ", "\n"])
def test_an_empty_variable_counts_as_unset(blank: str) -> None:
    assert settings(dict.fromkeys([*NAMES, "HOMEOSTAT_DISABLED"], blank)) == settings({})


def test_every_variable_is_read() -> None:
    values = ["production", "off", "commit", " 0.55 ", "20", "3", "2.50", "0.1", "9", "8", "7", "6"]
    assert settings(dict(zip(NAMES, values, strict=True))) == Settings(
        environment=Environment.PRODUCTION,
        learning=False,
        apply_mode=ApplyMode.COMMIT,
        confidence_threshold=0.55,
        max_diff_lines=20,
        max_files=3,
        max_run_cost=Decimal("2.50"),
        max_fingerprint_cost=Decimal("0.1"),
        max_run_minutes=9,
        max_calls=8,
        max_comments=7,
        max_requests=6,
    )


def test_every_variable_is_tried_here() -> None:
    assert {*NAMES, "HOMEOSTAT_DISABLED"} == {*_VARIABLES}


def test_the_process_environment_is_read_when_none_is_given() -> None:
    assert isinstance(settings(), Settings)


LIMITS = [
    ("CONFIDENCE_THRESHOLD", "confidence_threshold", text, float(text))
    for text in ("0", "1", "1.0", ".5", "0.0")
]
LIMITS += [("MAX_FILES", "max_files", "0", 0), ("MAX_DIFF_LINES", "max_diff_lines", "007", 7)]
LIMITS += [("MAX_RUN_COST", "max_run_cost", "0", 0), ("MAX_RUN_COST", "max_run_cost", ".25", 0.25)]


@pytest.mark.parametrize(("name", "field", "text", "value"), LIMITS)
def test_a_limit_itself_is_accepted(name: str, field: str, text: str, value: float) -> None:
    assert getattr(settings({name: text}), field) == value


WRONG = [
    ("HOMEOSTAT_ENV", text)
    for text in ("prod", "Production", "staging", "dev test", "dev|test", "pro\nduction")
]
WRONG += [("LEARNING_ENABLED", text) for text in ("maybe", "2", "truee", "enabled", "tr\u00fce")]
WRONG += [("HOMEOSTAT_DISABLED", text) for text in ("maybe", "2", "disabled", "t", "y")]
WRONG += [("APPLY_MODE", text) for text in ("push", "PROPOSE", "proposecommit")]
NUMBERS = (
    "nan",
    "NaN",
    "inf",
    "-inf",
    "-1",
    "-0",
    "+1",
    "1_000",
    "1e3",
    "0x1",
    "one",
    "\u0661",
    "1,5",
    "$1",
    "1.",
    "5 0",
)
WRONG += [(name, text) for name in NAMES[3:] for text in NUMBERS]
WRONG += [("CONFIDENCE_THRESHOLD", text) for text in ("1.01", "2", "80", "80%", "10")]
WRONG += [("MAX_FILES", "1.5"), ("MAX_DIFF_LINES", "9" * 5000), ("MAX_RUN_COST", "9" * 5000)]


@pytest.mark.parametrize(("name", "text"), WRONG)
def test_what_cannot_be_understood_stops_the_run(name: str, text: str) -> None:
    with pytest.raises(ConfigError) as caught:
        settings({name: text})
    assert str(caught.value).startswith(f'{name}: found "')
    assert "accepted: " in str(caught.value)
    assert len(str(caught.value).splitlines()) == 1


def test_all_problems_are_told_with_what_was_probably_meant() -> None:
    with pytest.raises(ConfigError) as caught:
        settings({"HOMEOSTAT_ENV": "Producton", "MAX_FILES": "many", "APPLY_MODE": "commit"})
    assert str(caught.value).splitlines() == [
        "HOMEOSTAT_ENV: found \"Producton\", accepted: dev, test, production; did you mean 'production'?",
        'MAX_FILES: found "many", accepted: a whole number from 0',
    ]


SWITCH = {"true": True, "1": True, "yes": True, "on": True, "TRUE": True, "Yes": True, " On ": True}
SWITCH |= {"false": False, "0": False, "no": False, "off": False, "False": False, "OFF": False}


@pytest.mark.parametrize(("text", "learning"), SWITCH.items())
@pytest.mark.parametrize("environment", Environment)
def test_the_learning_switch_has_the_usual_words(environment: Environment, text: str, learning: bool) -> None:  # noqa: FBT001
    assert settings({"HOMEOSTAT_ENV": environment, "LEARNING_ENABLED": text}).learning is learning


@pytest.mark.parametrize(("text", "disabled"), SWITCH.items())
def test_the_kill_switch_has_the_same_words(text: str, disabled: bool) -> None:  # noqa: FBT001
    assert settings({"HOMEOSTAT_DISABLED": text}).disabled is disabled


MATRIX = {
    ("", ""): (True, False, False),
    ("", "true"): (True, False, False),
    ("dev", ""): (True, False, False),
    ("dev", "true"): (True, False, False),
    ("dev", "false"): (True, False, False),
    ("test", ""): (True, False, False),
    ("test", "true"): (True, False, False),
    ("test", "false"): (True, False, False),
    ("production", ""): (True, True, True),
    ("production", "true"): (True, True, True),
    ("production", "false"): (True, False, False),
}


@pytest.mark.parametrize(("given", "expected"), MATRIX.items())
@pytest.mark.parametrize(("column", "component"), [(0, "matcher_on"), (1, "extractor_on"), (2, "learner_on")])
def test_each_component_works_where_the_matrix_says(
    given: tuple[str, str], expected: tuple[bool, bool, bool], column: int, component: str
) -> None:
    read = settings({"HOMEOSTAT_ENV": given[0], "LEARNING_ENABLED": given[1]})
    assert getattr(read, component) is expected[column]
