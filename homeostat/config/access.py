"""Where GitHub is and how we may enter: read strictly from the environment, never printed."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from homeostat.config.problems import quoted
from homeostat.errors import ConfigError

API_URL, SERVER_URL = "https://api.github.com", "https://github.com"
_ADDRESS = re.compile(
    r"https?://(?:[A-Za-z0-9.-]{1,253}|\[[0-9A-Fa-f:]{2,45}\])(?::[0-9]{1,5})?(?:/[\w.~-]+)*/?"
)
_TOKEN = re.compile(r"[!-~]{1,1000}")


@dataclass(frozen=True, slots=True)
class Access:
    """GitHub's addresses, without a closing slash, and the tokens to use there."""

    api_url: str
    server_url: str
    token: str = field(repr=False)
    """For the repository under repair."""
    state_token: str = field(repr=False)
    """For the repository that keeps the state branch."""


def access(environ: Mapping[str, str]) -> Access:
    """Read the variables; an empty one counts as unset. Raises ConfigError."""
    token = secret(environ, "GITHUB_TOKEN")
    if not token:
        raise ConfigError(
            "GITHUB_TOKEN is not set: give the action `github-token`, or set the variable to a token with "
            "contents, issues and pull-requests: write on the repository."
        )
    return Access(
        api_url=address(environ, "GITHUB_API_URL", API_URL),
        server_url=address(environ, "GITHUB_SERVER_URL", SERVER_URL),
        token=token,
        state_token=secret(environ, "HOMEOSTAT_STATE_TOKEN") or token,
    )


def secret(environ: Mapping[str, str], name: str) -> str:
    """The token or key in a variable, empty when there is none. Raises ConfigError."""
    found = environ.get(name, "").strip()
    if found and not _TOKEN.fullmatch(found):
        raise ConfigError(
            f"{name} does not hold a token: it has spaces or other characters that none has. Copy it again."
        )
    return found


_SECRET = re.compile(r"(?:^|_)(?:TOKEN|KEY|SECRET|PASSWORD|PASSWD)$")


def secrets(environ: Mapping[str, str]) -> list[str]:
    """What no text may let out: every variable whose name ends in TOKEN, KEY, SECRET or PASSWORD."""
    return [value.strip() for name, value in environ.items() if _SECRET.search(name.upper())]


def address(environ: Mapping[str, str], name: str, default: str) -> str:
    """The address in a variable, without a closing slash. Raises ConfigError."""
    text = environ.get(name, "").strip() or default
    if not _ADDRESS.fullmatch(text):
        raise ConfigError(f"{name}: found {quoted(text)}, accepted: an address such as {default}")
    return text.rstrip("/")
