"""What people decide: repos.yml and the environment as frozen records."""

from homeostat.config.access import Access, access, secrets
from homeostat.config.filters import PathFilters, matches, matches_any, path_refusal
from homeostat.config.models import Answers, Endpoint, Ladder, Price, Rung, ladder
from homeostat.config.repositories import (
    Config,
    Repository,
    Tier,
    apply_mode,
    confidence_threshold,
    find,
    load,
    parse,
)
from homeostat.config.settings import ApplyMode, Environment, Settings, settings

__all__ = [
    "Access",
    "Answers",
    "ApplyMode",
    "Config",
    "Endpoint",
    "Environment",
    "Ladder",
    "PathFilters",
    "Price",
    "Repository",
    "Rung",
    "Settings",
    "Tier",
    "access",
    "apply_mode",
    "confidence_threshold",
    "find",
    "ladder",
    "load",
    "matches",
    "matches_any",
    "parse",
    "path_refusal",
    "secrets",
    "settings",
]
