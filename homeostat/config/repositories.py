"""repos.yml as frozen records: parsed here once, trusted everywhere else."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from pathlib import Path
from typing import Any, cast

from homeostat.config.filters import PathFilters
from homeostat.config.problems import Keys, Problem, near_miss, quoted, refusal
from homeostat.config.schema import problems, repository_keys
from homeostat.config.settings import ApplyMode, Settings
from homeostat.config.source import Document, Json, content, read
from homeostat.errors import ConfigError
from homeostat.records.slugs import SLUG


class Tier(StrEnum):
    """A means of repair, from free to dear."""

    PATTERNS = "patterns"
    SEARCH = "search"
    DEEPSEEK = "deepseek"
    DEEPSEEK_REVIEWED = "deepseek-reviewed"
    GPT_5 = "gpt-5"


@dataclass(frozen=True, slots=True, kw_only=True)
class Repository:
    """How one repository is healed; the schema describes each field and holds its default."""

    slug: str
    branch: str
    max_prs_per_run: int
    labels: tuple[str, ...]
    path_filters: PathFilters
    test_command: str
    confidence_threshold: float | None
    """None when the file does not say; see `confidence_threshold`."""
    enabled: bool
    setup_command: str | None
    test_timeout_minutes: float
    test_image: str | None
    """The container image of setup and tests; None is our own."""
    test_network: bool
    report_labels: tuple[str, ...]
    report_authors: tuple[str, ...] | None
    """None: trusted people only. Otherwise those and these logins."""
    in_app: PathFilters
    """Which code is the repository's own where custom tells otherwise."""
    sensitive_paths: tuple[str, ...]
    protected_paths: tuple[str, ...]
    apply_mode: ApplyMode | None
    """None when the file does not say; see `apply_mode`."""
    max_open_prs: int
    max_cost_usd: Decimal | None
    """Of models in a month; None: only the limits of a run and of an error hold."""
    models_on_sensitive_paths: bool
    """Whether the strongest tier may work on what `sensitive_paths` names."""
    tiers: tuple[Tier, ...]


@dataclass(frozen=True, slots=True)
class Config:
    """The whole of repos.yml."""

    version: int
    repositories: tuple[Repository, ...]


def load(path: Path) -> Config:
    """Read a repos.yml. Raises ConfigError with every problem, a line each."""
    return parse(content(path), str(path))


def parse(text: bytes, name: str) -> Config:
    """Read the bytes of a repos.yml; `name` is how messages call it. Raises ConfigError as `load` does."""
    document = read(text, name)
    found = [*document.problems, *problems(document), *_twins(document)]
    if found:
        raise refusal(name, found)
    return _config(cast("dict[str, Any]", document.value))


def find(config: Config, slug: str) -> Repository:
    """The repository of that slug, whatever its case. Raises ConfigError."""
    by_slug = {repository.slug.casefold(): repository for repository in config.repositories}
    if slug.casefold() in by_slug:
        return by_slug[slug.casefold()]
    hint = near_miss(slug, [repository.slug for repository in config.repositories])
    remedy = "add it to repositories" if SLUG.fullmatch(slug) else "a repository is written as OWNER/NAME"
    raise ConfigError(f"{quoted(slug)} is not listed in the configuration{hint or f'; {remedy}'}")


def confidence_threshold(repository: Repository, settings: Settings) -> float:
    """The file's own value wins over the environment, and that over the default."""
    default: float = repository_keys()["confidence_threshold"]["default"]
    stated = (repository.confidence_threshold, settings.confidence_threshold)
    return next((value for value in stated if value is not None), default)


def apply_mode(repository: Repository, settings: Settings) -> ApplyMode:
    """The file's own value wins over the environment."""
    return repository.apply_mode or settings.apply_mode


def _twins(document: Document) -> Iterator[Problem]:
    """Slugs listed twice; GitHub does not mind their case."""
    seen: dict[str, Keys] = {}
    for keys, slug in _slugs(document.value):
        first = seen.setdefault(slug.casefold(), keys)
        if first != keys:
            told = f"the repository is listed twice, first on line {document.marks[first].line}"
            yield Problem(document.marks[keys], keys, told)


def _slugs(value: Json) -> Iterator[tuple[Keys, str]]:
    match value:
        case {"repositories": [*repositories]}:
            for index, repository in enumerate(repositories):
                match repository:
                    case {"slug": str(slug)}:
                        yield ("repositories", index, "slug"), slug


def _config(value: dict[str, Any]) -> Config:
    given = {**_defaults(), **value.get("defaults", {})}
    repositories = (_repository({**given, **own}) for own in value["repositories"])
    return Config(version=value["version"], repositories=tuple(repositories))


def _defaults() -> dict[str, Any]:
    """What the schema says of keys left out; None where the environment may still decide."""
    stated = {key: schema.get("default") for key, schema in repository_keys().items()}
    return {**stated, "confidence_threshold": None}


def _repository(value: Mapping[str, Any]) -> Repository:
    fields: dict[str, Any] = {
        key: _FIELDS[key](value[key]) if key in _FIELDS else value[key] for key in value
    }
    return Repository(**fields)


def _path_filters(value: Mapping[str, list[str]]) -> PathFilters:
    return PathFilters(tuple(value.get("include", ())), tuple(value.get("exclude", ())))


def _authors(value: str | list[str]) -> tuple[str, ...] | None:
    return None if isinstance(value, str) else tuple(value)


def _unless_none(read_as: Callable[[Any], object]) -> Callable[[Any], object]:
    return lambda value: None if value is None else read_as(value)


_FIELDS: Mapping[str, Callable[[Any], object]] = {
    "labels": tuple,
    "path_filters": _path_filters,
    "confidence_threshold": _unless_none(float),
    "test_timeout_minutes": float,
    "report_labels": tuple,
    "report_authors": _authors,
    "in_app": _path_filters,
    "sensitive_paths": tuple,
    "protected_paths": tuple,
    "apply_mode": _unless_none(ApplyMode),
    "max_cost_usd": _unless_none(lambda dollars: Decimal(str(dollars))),
    "tiers": lambda names: tuple(Tier(name) for name in names),
}
