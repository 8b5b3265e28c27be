"""Which models there are, where they answer and what they cost: models.yml, and what a team changes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import StrEnum
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any, Literal, TypeVar

import msgspec
import yaml

from homeostat.config.access import address, secret
from homeostat.config.problems import near_miss, quoted, refusal
from homeostat.config.repositories import Tier
from homeostat.config.source import content, read
from homeostat.errors import ConfigError

VERSION = 1
LEAST_TOKENS, MOST_TOKENS = 1_000, 1_000_000
MOST_TRIES = 5
OURS = frozenset(
    {
        "max_completion_tokens",
        "max_tokens",
        "messages",
        "model",
        "n",
        "response_format",
        "stream",
        "stream_options",
        "tools",
    }
)
"""What no options may say: it would break the bound on costs, or the reading of the answer."""
_EXAMPLE = "http://127.0.0.1:8080/v1"


class Answers(StrEnum):
    """How an endpoint can be held to a form."""

    SCHEMA = "json_schema"
    OBJECT = "json_object"
    TEXT = "text"


@dataclass(frozen=True, slots=True)
class Price:
    """US dollars per million tokens."""

    input: Decimal
    cached_input: Decimal
    output: Decimal


@dataclass(frozen=True, slots=True)
class Endpoint:
    """One model where it answers."""

    model: str
    """As the endpoint calls it."""
    provider: str
    url: str
    key: str = field(repr=False)
    price: Price = field(repr=False)
    answers: Answers = Answers.TEXT
    limit: str = "max_tokens"
    output_tokens: int = 8_000
    stream: bool = True
    options: Mapping[str, Any] = field(default_factory=dict)
    key_from: str = ""
    """The variable that holds its key; empty where it needs none."""


@dataclass(frozen=True, slots=True)
class Rung:
    """A tier that can be climbed."""

    tier: Tier
    writer: Endpoint
    reviewer: Endpoint | None
    tries: int
    context_tokens: int


@dataclass(frozen=True, slots=True)
class Ladder:
    """The AI tiers from cheap to strong, and why those that are missing are off."""

    rungs: tuple[Rung, ...] = ()
    off: tuple[str, ...] = ()


class _Provider(msgspec.Struct, forbid_unknown_fields=True):
    url: str
    url_from: str = ""
    key_from: str = ""
    """Empty: it needs no key."""


class _Model(msgspec.Struct, forbid_unknown_fields=True):
    provider: str
    price: Price | None = None
    priced: date | None = None
    source: str = ""
    name: str = ""
    answers: Answers = Answers.TEXT
    limit: Literal["max_tokens", "max_completion_tokens"] = "max_tokens"
    output_tokens: int = 8_000
    stream: bool = True
    options: dict[str, Any] = {}


class _Tier(msgspec.Struct, forbid_unknown_fields=True):
    writer: str
    reviewer: str | None = None
    tries: int = 1
    context_tokens: int = 12_000


class _Sections(msgspec.Struct, forbid_unknown_fields=True):
    version: int
    providers: dict[str, Any]
    models: dict[str, Any]
    tiers: dict[str, Any]


@dataclass(frozen=True, slots=True)
class _File:
    providers: dict[str, _Provider]
    models: dict[str, _Model]
    tiers: dict[Tier, _Tier]


_Shape = TypeVar("_Shape")


@cache
def _shipped() -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load((files("homeostat") / "models.yml").read_text("utf-8"))
    return found


def ladder(environ: Mapping[str, str], wanted: tuple[Tier, ...], *, keyless: bool = False) -> Ladder:
    """The tiers among `wanted` that have their models, and keys unless `keyless`. Raises ConfigError.

    HOMEOSTAT_MODELS names a file in the form of models.yml; what it says goes before what is shipped.
    """
    own = environ.get("HOMEOSTAT_MODELS", "").strip()
    name = own or "models.yml"
    found = _parsed(_changed(_shipped(), _read(Path(own))) if own else _shipped(), name)
    if keyless:
        environ = {**environ, **{one.key_from: "none" for one in found.providers.values() if one.key_from}}
    rungs, off = list[Rung](), dict[str, list[str]]()
    for tier, said in found.tiers.items():
        if tier not in wanted:
            continue
        try:
            rungs.append(_rung(tier, said, found, environ, name))
        except _OffError as why:
            off.setdefault(str(why), []).append(tier)
    return Ladder(tuple(rungs), tuple(f"{', '.join(tiers)}: off, {why}" for why, tiers in off.items()))


class _OffError(Exception):
    """A tier lacks a key."""


def _read(path: Path) -> dict[str, Any]:
    if not path.exists():
        raise ConfigError(
            f"{path}: there is no such file; HOMEOSTAT_MODELS names one in the form of models.yml"
        )
    document = read(content(path), str(path), needs="models, tiers or providers")
    if document.problems:
        raise refusal(str(path), document.problems)
    if not isinstance(document.value, dict):
        raise ConfigError(
            f"{path}: expected a mapping with `models`, `tiers` or `providers`, as in models.yml"
        )
    return document.value


def _changed(shipped: dict[str, Any], own: dict[str, Any]) -> dict[str, Any]:
    """The shipped file with a person's; a model that becomes another one loses the price that was shipped."""
    found: dict[str, Any] = _joined(shipped, own)
    models = own.get("models")
    for model, said in models.items() if isinstance(models, dict) else ():
        if isinstance(said, dict) and "name" in said and "price" not in said:
            found["models"][model].pop("price", None)
    return found


def _joined(shipped: Any, own: Any) -> Any:  # noqa: ANN401 - YAML is of any type
    """What a person says goes before what is shipped, key by key."""
    if not (isinstance(shipped, dict) and isinstance(own, dict)):
        return own
    return {**shipped, **{key: _joined(shipped.get(key), value) for key, value in own.items()}}


def _parsed(value: dict[str, Any], name: str) -> _File:
    top = _converted(value, _Sections, name)
    if top.version != VERSION:
        raise ConfigError(f"{name}: version {top.version} is not known; this Homeostat reads {VERSION}")
    known = _shipped()["tiers"]
    for tier in top.tiers:
        if tier not in known:
            hint = near_miss(tier, known) or f"; there are {', '.join(known)}"
            raise ConfigError(f"{name}: tiers: {quoted(tier)} is no tier that asks models{hint}")
    return _File(
        _entries(top.providers, _Provider, f"{name}: providers"),
        _entries(top.models, _Model, f"{name}: models"),
        {Tier(tier): one for tier, one in _entries(top.tiers, _Tier, f"{name}: tiers").items()},
    )


def _entries(section: dict[str, Any], shape: type[_Shape], place: str) -> dict[str, _Shape]:
    return {key: _converted(said, shape, f"{place}.{key}") for key, said in section.items()}


def _converted(value: object, shape: type[_Shape], place: str) -> _Shape:
    try:
        return msgspec.convert(value, shape, strict=False)
    except msgspec.ValidationError as error:
        raise ConfigError(f"{place}: {error}; compare it with models.yml of this version") from None


def _rung(tier: Tier, said: _Tier, found: _File, environ: Mapping[str, str], name: str) -> Rung:
    if not (1 <= said.tries <= MOST_TRIES and LEAST_TOKENS <= said.context_tokens <= MOST_TOKENS):
        raise ConfigError(
            f"{name}: tiers.{tier}: tries go from 1 to {MOST_TRIES}, "
            f"context_tokens from {LEAST_TOKENS} to {MOST_TOKENS}"
        )
    writer = _endpoint(said.writer, found, environ, name)
    reviewer = _endpoint(said.reviewer, found, environ, name) if said.reviewer else None
    return Rung(tier, writer, reviewer, said.tries, said.context_tokens)


def _endpoint(model: str, found: _File, environ: Mapping[str, str], name: str) -> Endpoint:
    said = found.models.get(model)
    if said is None:
        hint = near_miss(model, [*found.models]) or f"; there are {', '.join(found.models)}"
        raise ConfigError(f"{name}: there is no model {quoted(model)}{hint}")
    provider = found.providers.get(said.provider)
    if provider is None:
        hint = near_miss(said.provider, [*found.providers]) or f"; there are {', '.join(found.providers)}"
        raise ConfigError(f"{name}: models.{model}: there is no provider {quoted(said.provider)}{hint}")
    if said.price is None:
        raise ConfigError(
            f"{name}: models.{model} has no price, and nothing is asked at a price unknown: give it "
            "`price: {input, cached_input, output}` in US dollars per million tokens, 0 where it is free"
        )
    prices = (said.price.input, said.price.cached_input, said.price.output)
    if not all(price.is_finite() and price >= 0 for price in prices) or said.output_tokens < 1:
        raise ConfigError(f"{name}: models.{model}: prices are numbers from 0, output_tokens from 1")
    taken = OURS.intersection(said.options)
    if taken:
        raise ConfigError(
            f"{name}: models.{model}: options cannot hold {quoted(min(taken))}: it is set by us"
        )
    key = secret(environ, provider.key_from) if provider.key_from else "none"
    if not key:
        raise _OffError(f"{provider.key_from} is not set")
    place = f"{name}: providers.{said.provider}.url"
    url = address({place: provider.url}, place, _EXAMPLE)
    if provider.url_from:
        url = address(environ, provider.url_from, url)
    called = said.name or model
    return Endpoint(
        called, said.provider, url, key, said.price, said.answers, said.limit, said.output_tokens,
        said.stream, said.options, provider.key_from,
    )  # fmt: skip
