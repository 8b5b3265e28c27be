"""Which models are asked, and what a file of a team's own changes."""

from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path

import pytest

from homeostat.config import Answers, Ladder, Price, Tier, ladder
from homeostat.errors import ConfigError

KEYS = {"DEEPSEEK_API_KEY": "sk-deep", "OPENAI_API_KEY": "sk-open"}
ALL = tuple(Tier)
FREE = "price: {input: 0, cached_input: 0, output: 0}"
LOCAL = f"""
providers:
  here: {{url: 'http://localhost:1234/v1/'}}
models:
  llama: {{provider: here, {FREE}}}
tiers:
  gpt-5: {{writer: llama}}
"""


def own(tmp_path: Path, text: str, environ: Mapping[str, str] = KEYS) -> Ladder:
    path = tmp_path / "models.yml"
    path.write_text(text, "utf-8")
    return ladder({"HOMEOSTAT_MODELS": str(path), **environ}, ALL)


def test_nothing_wanted_is_no_tier() -> None:
    assert ladder(KEYS, ()) == Ladder()


def test_tiers_that_ask_no_model_are_none() -> None:
    assert ladder(KEYS, (Tier.PATTERNS, Tier.SEARCH)) == Ladder()


def test_an_empty_variable_is_no_file() -> None:
    assert ladder({"HOMEOSTAT_MODELS": " ", **KEYS}, ALL) == ladder(KEYS, ALL)


def test_a_file_that_changes_nothing_changes_nothing(tmp_path: Path) -> None:
    assert own(tmp_path, "{}") == ladder(KEYS, ALL)


def test_the_shipped_tiers_go_from_cheap_to_strong() -> None:
    found = ladder(KEYS, ALL)
    assert [rung.tier for rung in found.rungs] == [Tier.DEEPSEEK, Tier.DEEPSEEK_REVIEWED, Tier.GPT_5]
    assert [rung.context_tokens for rung in found.rungs] == [12_000, 24_000, 48_000]
    reviewers = [rung.reviewer.model if rung.reviewer else None for rung in found.rungs]
    assert reviewers == [None, "gpt-5", None]
    assert found.off == ()


def test_the_shipped_prices_are_those_of_the_pages_they_name() -> None:
    cheap, _, strong = ladder(KEYS, ALL).rungs
    assert cheap.writer.price == Price(Decimal("0.30"), Decimal("0.006"), Decimal("1.20"))
    assert strong.writer.price == Price(Decimal("1.25"), Decimal("0.125"), Decimal("10.00"))
    assert (cheap.writer.answers, strong.writer.answers) == (Answers.OBJECT, Answers.SCHEMA)


def test_a_tier_without_its_key_is_off_and_says_so() -> None:
    found = ladder({"DEEPSEEK_API_KEY": "sk-deep", "OPENAI_API_KEY": " "}, ALL)
    assert [rung.tier for rung in found.rungs] == [Tier.DEEPSEEK]
    assert found.off == ("deepseek-reviewed, gpt-5: off, OPENAI_API_KEY is not set",)


def test_answers_that_are_replayed_need_no_key() -> None:
    found = ladder({}, ALL, keyless=True)
    assert [rung.writer.key for rung in found.rungs] == ["none"] * 3


def test_a_key_is_never_printed() -> None:
    assert "sk-" not in repr(ladder(KEYS, ALL))


def test_an_address_of_ones_own_goes_before_the_shipped_one() -> None:
    found = ladder({"OPENAI_BASE_URL": "http://127.0.0.1:9/v1/", **KEYS}, (Tier.GPT_5,))
    assert found.rungs[0].writer.url == "http://127.0.0.1:9/v1"


def test_a_model_of_ones_own_needs_no_key(tmp_path: Path) -> None:
    found = own(tmp_path, LOCAL, {})
    assert [rung.tier for rung in found.rungs] == [Tier.GPT_5]
    writer = found.rungs[0].writer
    assert (writer.model, writer.url, writer.key) == ("llama", "http://localhost:1234/v1", "none")


def test_one_key_of_the_file_changes_one_thing(tmp_path: Path) -> None:
    changed = own(tmp_path, "tiers: {deepseek-reviewed: {reviewer: null, tries: 3}}").rungs[1]
    shipped = ladder(KEYS, ALL).rungs[1]
    assert (changed.reviewer, changed.tries) == (None, 3)
    assert (changed.writer, changed.context_tokens) == (shipped.writer, shipped.context_tokens)


def test_a_price_in_the_file_is_read_to_the_last_digit(tmp_path: Path) -> None:
    found = own(tmp_path, "models: {gpt-5: {price: {input: 0.1, cached_input: '0.0125', output: 3}}}")
    assert found.rungs[2].writer.price == Price(Decimal("0.1"), Decimal("0.0125"), Decimal(3))


def test_a_model_that_becomes_another_one_brings_its_own_price(tmp_path: Path) -> None:
    with pytest.raises(
        ConfigError, match=r"models\.gpt-5 has no price, and nothing is asked at a price unkn"
    ):
        own(tmp_path, "models: {gpt-5: {name: gpt-6}}")
    found = own(tmp_path, f"models: {{gpt-5: {{name: gpt-6, {FREE}}}}}")
    assert found.rungs[2].writer.model == "gpt-6"
    assert found.rungs[2].writer.price.output == 0


@pytest.mark.parametrize(
    ("text", "message"),
    [
        pytest.param("", "1:1: the file is empty; it needs models, tiers or providers", id="empty"),
        pytest.param("[]", "expected a mapping with `models`, `tiers` or `providers`", id="list"),
        pytest.param("a: [", "not valid YAML", id="no YAML"),
        pytest.param("model: {}", "unknown field `model`", id="a key that is none"),
        pytest.param("models: [1]", "Expected `object`, got `array`", id="models as a list"),
        pytest.param("models: {gpt-5: 1}", "Expected `object`, got `int`", id="a model as a number"),
        pytest.param(
            "models: {gpt-5: {colour: red}}",
            r"models\.gpt-5: .* unknown field `colour`",
            id="a key of a model",
        ),
        pytest.param("models: {gpt-5: {answers: xml}}", "Invalid enum value 'xml'", id="form"),
        pytest.param("models: {gpt-5: {output_tokens: 0}}", "output_tokens from 1", id="no tokens"),
        pytest.param("models: {gpt-5: {provider: opnai}}", "did you mean 'openai'", id="provider"),
        pytest.param("models: {gpt-5: {price: {input: -1}}}", "prices are numbers from 0", id="below zero"),
        pytest.param("models: {gpt-5: {price: {input: 'NaN'}}}", "prices are numbers from 0", id="no number"),
        pytest.param("models: {gpt-5: {price: {output: 'Infinity'}}}", "prices are numbers", id="endless"),
        pytest.param(
            "models: {m: {provider: openai}}\ntiers: {gpt-5: {writer: m}}", "has no price", id="free"
        ),
        pytest.param(
            "tiers: {gpt-5: {writer: gpt5}}", "no model \"gpt5\"; did you mean 'gpt-5'", id="writer"
        ),
        pytest.param(
            "tiers: {gpt-5: {reviewer: x}}", 'no model "x"; there are deepseek-flash, gpt-5', id="reviewer"
        ),
        pytest.param("tiers: {gpt-5: {tries: 0}}", "tries go from 1 to 5", id="no try"),
        pytest.param("tiers: {gpt-5: {tries: 6}}", "tries go from 1 to 5", id="too many tries"),
        pytest.param("tiers: {gpt-5: {context_tokens: 999}}", "from 1000 to 1000000", id="too little shown"),
        pytest.param(
            "tiers: {gpt-5: {context_tokens: 1000001}}", "from 1000 to 1000000", id="too much shown"
        ),
        pytest.param(
            "models: {gpt-5: {}, gpt-5: {}}", "1:21: models.gpt-5: the key stands twice", id="twice"
        ),
        pytest.param("tiers: {gpt-6: {}}", "\"gpt-6\" is no tier .*; did you mean 'gpt-5'", id="no tier"),
        pytest.param("tiers: {patterns: {}}", "there are deepseek, deepseek-rev", id="another tier"),
        pytest.param("version: 2", "version 2 is not known; this Homeostat reads 1", id="version"),
        pytest.param("providers: {openai: {url: 'localhost:1'}}", r"openai\.url: found", id="address"),
    ],
)
def test_a_file_that_is_wrong_is_told_by_its_name(tmp_path: Path, text: str, message: str) -> None:
    with pytest.raises(ConfigError, match=message) as caught:
        own(tmp_path, text)
    assert str(caught.value).startswith(str(tmp_path / "models.yml"))


def test_a_file_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="there is no such file; HOMEOSTAT_MODELS names one in the form"):
        ladder({"HOMEOSTAT_MODELS": str(tmp_path / "none.yml"), **KEYS}, ALL)


def test_an_address_in_the_environment_that_is_none_is_refused() -> None:
    with pytest.raises(ConfigError, match="OPENAI_BASE_URL: found"):
        ladder({"OPENAI_BASE_URL": "localhost:1", **KEYS}, ALL)


def test_a_key_that_is_none_is_refused_without_being_shown() -> None:
    with pytest.raises(ConfigError, match="OPENAI_API_KEY does not hold a token") as caught:
        ladder({**KEYS, "OPENAI_API_KEY": "two words"}, ALL)
    assert "two words" not in str(caught.value)
