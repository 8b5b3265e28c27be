"""The schema that editors read says the same as the tool, and says it of every key."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from jsonschema import Draft7Validator

from homeostat.config.schema import repository_keys, schema
from homeostat.config.settings import Settings, settings
from homeostat.onboarding import SCHEMA

REQUIRED = {"slug", "branch", "max_prs_per_run", "labels", "path_filters", "test_command"}


def subschemas(value: Any) -> Iterator[dict[str, Any]]:  # noqa: ANN401 -- any JSON
    if isinstance(value, dict):
        yield value
        for key, child in value.items():
            if key not in {"default", "examples"}:
                yield from subschemas(child)
    if isinstance(value, list):
        for child in value:
            yield from subschemas(child)


def described() -> Iterator[tuple[str, dict[str, Any]]]:
    for found in subschemas(schema()):
        if "type" in found and found["type"] == "object":
            yield from found["properties"].items()


def validator() -> Draft7Validator:
    return Draft7Validator(schema())


def test_the_schema_is_one() -> None:
    Draft7Validator.check_schema(schema())
    assert schema()["$id"] == SCHEMA


def test_every_key_is_described_or_points_at_its_description() -> None:
    assert [key for key, found in described() if not {"description", "$ref"} & set(found)] == []


def test_every_mapping_is_closed() -> None:
    mappings = [found for found in subschemas(schema()) if found.get("type") == "object"]
    assert len(mappings) == 5
    assert all(found["additionalProperties"] is False for found in mappings)


@pytest.mark.parametrize("key", repository_keys())
def test_every_key_shows_an_example_that_is_valid_as_is_its_default(key: str) -> None:
    found = repository_keys()[key]
    checked = validator().evolve(schema=found)
    for value in [*found["examples"], *([found["default"]] if "default" in found else [])]:
        checked.validate(value)


def test_defaults_may_carry_every_key_but_the_slug() -> None:
    assert set(schema()["properties"]["defaults"]["properties"]) == set(repository_keys()) - {"slug"}


def test_a_key_left_out_is_required_or_has_a_default_or_may_stay_open() -> None:
    without = {key for key, found in repository_keys().items() if "default" not in found}
    assert without - REQUIRED == {"apply_mode", "max_cost_usd"}


@pytest.mark.parametrize("key", sorted(REQUIRED - {"slug"}))
def test_editors_too_ask_for_a_key_only_when_defaults_leave_it_out(key: str) -> None:
    given = {name: repository_keys()[name]["examples"][0] for name in REQUIRED}
    value = given.pop(key)
    config: dict[str, object] = {"version": 1, "repositories": [given]}
    assert [error.validator for error in validator().iter_errors(config)] == ["required"]
    assert validator().is_valid({**config, "defaults": {key: value}})


def test_the_default_threshold_is_the_documented_one() -> None:
    assert repository_keys()["confidence_threshold"]["default"] == 0.8
    assert settings({}) == Settings()
