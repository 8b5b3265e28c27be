"""The environment's settings, read strictly: what cannot be understood stops the run."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Any, NamedTuple

from homeostat.config.problems import near_miss, quoted
from homeostat.errors import ConfigError


class Environment(StrEnum):
    """Where Homeostat runs; only production learns."""

    DEV = "dev"
    TEST = "test"
    PRODUCTION = "production"


class ApplyMode(StrEnum):
    """What becomes of a proven fix."""

    PROPOSE = "propose"
    COMMIT = "commit"


class Components(NamedTuple):
    """Which components work in an environment."""

    matcher: bool
    extractor: bool
    learner: bool


COMPONENTS: Mapping[Environment, Components] = {
    Environment.DEV: Components(matcher=True, extractor=False, learner=False),
    Environment.TEST: Components(matcher=True, extractor=False, learner=False),
    Environment.PRODUCTION: Components(matcher=True, extractor=True, learner=True),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """What the environment decides for the whole run."""

    disabled: bool = False
    """Nothing is done at all."""
    environment: Environment = Environment.DEV
    learning: bool = False
    """The second switch; on by itself it changes nothing outside production."""
    apply_mode: ApplyMode = ApplyMode.PROPOSE
    confidence_threshold: float | None = None
    """None when unset. A repository's own value in repos.yml wins over it; it wins over the default 0.8."""
    max_diff_lines: int = 500
    max_files: int = 10
    max_run_cost: Decimal = Decimal("1.0")
    """US dollars that all legs of a run may spend on models together."""
    max_fingerprint_cost: Decimal = Decimal("0.5")
    """US dollars that one error may cost in a month, in one repository."""
    max_run_minutes: int = 50
    """Then a leg begins no further failure."""
    max_calls: int = 40
    """Of models, in one leg."""
    max_comments: int = 20
    """New ones that a leg may write."""
    max_requests: int = 1000
    """To the forge's API, in one leg, retries counted."""

    @property
    def matcher_on(self) -> bool:
        """Whether learned patterns are tried."""
        return COMPONENTS[self.environment].matcher

    @property
    def extractor_on(self) -> bool:
        """Whether merged pull requests become patterns; when off, the run says what it would do."""
        return COMPONENTS[self.environment].extractor and self.learning

    @property
    def learner_on(self) -> bool:
        """Whether success rates move; when off, the run says what it would do."""
        return COMPONENTS[self.environment].learner and self.learning


def settings(environ: Mapping[str, str] = os.environ) -> Settings:
    """Read the variables; an empty one counts as unset. Raises ConfigError, a line for each problem."""
    given = {name: environ[name].strip() for name in _VARIABLES if environ.get(name, "").strip()}
    problems = [told for name, text in given.items() if (told := _refusal(name, text))]
    if problems:
        raise ConfigError("\n".join(problems))
    values = {_VARIABLES[name].field: _VARIABLES[name].read(text) for name, text in given.items()}
    in_production = values.get("environment") is Environment.PRODUCTION
    return Settings(**{"learning": in_production, **values})


class _Variable(NamedTuple):
    """How one variable is read; `read` is called only with text of that shape."""

    field: str
    shape: str
    accepted: str
    read: Callable[[str], Any]
    known: tuple[str, ...] = ()


_SWITCH = {
    **dict.fromkeys(("true", "1", "yes", "on"), True),
    **dict.fromkeys(("false", "0", "no", "off"), False),
}
_COUNT = r"[0-9]{1,9}"
_AMOUNT = r"[0-9]{1,9}(?:\.[0-9]{1,9})?|\.[0-9]{1,9}"
_SHARE = r"0?\.[0-9]{1,9}|[01](?:\.0{1,9})?"


def _words(kind: type[StrEnum]) -> tuple[str, str, type[StrEnum], tuple[str, ...]]:
    """Shape, accepted, read and known of a choice."""
    words = tuple(kind)
    return "|".join(words), ", ".join(words), kind, words


def _switch(field: str) -> _Variable:
    words = tuple(_SWITCH)
    return _Variable(
        field, f"(?i:{'|'.join(words)})", ", ".join(words), lambda text: _SWITCH[text.lower()], words
    )


def _number(field: str) -> _Variable:
    return _Variable(field, _COUNT, "a whole number from 0", int)


_VARIABLES: Mapping[str, _Variable] = {
    "HOMEOSTAT_DISABLED": _switch("disabled"),
    "HOMEOSTAT_ENV": _Variable("environment", *_words(Environment)),
    "LEARNING_ENABLED": _switch("learning"),
    "APPLY_MODE": _Variable("apply_mode", *_words(ApplyMode)),
    "CONFIDENCE_THRESHOLD": _Variable("confidence_threshold", _SHARE, "a number from 0 to 1", float),
    "MAX_DIFF_LINES": _number("max_diff_lines"),
    "MAX_FILES": _number("max_files"),
    "MAX_RUN_COST": _Variable("max_run_cost", _AMOUNT, "US dollars such as 1.0", Decimal),
    "MAX_FINGERPRINT_COST": _Variable("max_fingerprint_cost", _AMOUNT, "US dollars such as 0.5", Decimal),
    "MAX_RUN_MINUTES": _number("max_run_minutes"),
    "MAX_CALLS": _number("max_calls"),
    "MAX_COMMENTS": _number("max_comments"),
    "MAX_REQUESTS": _number("max_requests"),
}


def _refusal(name: str, text: str) -> str | None:
    variable = _VARIABLES[name]
    if re.fullmatch(variable.shape, text):
        return None
    return f"{name}: found {quoted(text)}, accepted: {variable.accepted}{near_miss(text, variable.known)}"
