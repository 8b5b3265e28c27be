"""A repository to talk to. Its token exists in the environment of git's own processes, and nowhere else."""

from __future__ import annotations

import base64
import os
import re
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from homeostat.errors import ConfigError

_PROXIES = ("http_proxy", "https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY", "no_proxy", "NO_PROXY")
_CERTIFICATES = ("GIT_SSL_CAPATH", "GIT_PROXY_SSL_CAINFO", "SSL_CERT_DIR")
_AUTHORITIES = ("GIT_SSL_CAINFO", "SSL_CERT_FILE", "CURL_CA_BUNDLE")
"""The first that is set is git's certificate file: libcurl itself reads none of the last two."""
_USER_INFO = re.compile(r"(?<=://)[^/@\s]+@")


@dataclass(frozen=True, slots=True)
class Remote:
    """A URL or a local path, and the token that opens it."""

    url: str
    token: str | None = field(default=None, repr=False)
    secret: str = "GITHUB_TOKEN"  # noqa: S105 - a name
    """The setting that the token came from, for messages."""
    patience: float = 1.0
    """Seconds to wait, about, before a question is repeated for the first time."""

    def __post_init__(self) -> None:
        if self.far and "@" in urlsplit(self.url).netloc:
            raise ConfigError(
                "The address of the git server holds a user name or a password: take it out, and give the "
                f"token as {self.secret}."
            )

    @classmethod
    def of(cls, where: Remote | str) -> Remote:
        """A remote as it is, or an address without a token."""
        return where if isinstance(where, Remote) else cls(where)

    @property
    def far(self) -> bool:
        """Whether it is reached by HTTP: then history and files are brought only as they are needed."""
        return self.url.lower().startswith(("http://", "https://"))

    @property
    def settings(self) -> dict[str, str]:
        """What git is told about it, as configuration in the environment."""
        if not self.far:
            return {"remote.origin.url": self.url}
        scheme, host = urlsplit(self.url)[:2]
        header = {f"http.{scheme}://{host}/.extraHeader": self._header} if self.token else {}
        return {
            "remote.origin.url": self.url,
            **header,
        }

    @property
    def environment(self) -> dict[str, str]:
        """What else its commands need: which transport is allowed, proxies, certificates."""
        if not self.far:
            return {"GIT_ALLOW_PROTOCOL": "file"}
        allowed = "https" if self.url.lower().startswith("https:") else "http:https"
        kept = {name: os.environ[name] for name in _PROXIES + _CERTIFICATES if name in os.environ}
        authority = next((os.environ[name] for name in _AUTHORITIES if os.environ.get(name)), None)
        return {"GIT_ALLOW_PROTOCOL": allowed, **kept, **({"GIT_SSL_CAINFO": authority} if authority else {})}

    @property
    def _header(self) -> str:
        return f"Authorization: Basic {self._encoded}"

    @property
    def _encoded(self) -> str:
        return base64.b64encode(f"x-access-token:{self.token}".encode()).decode()

    def scrubbed(self, text: str) -> str:
        """Text without the token, in either spelling, and without the password of a proxy."""
        for secret in (self._encoded, self.token) if self.token else ():
            text = text.replace(str(secret), "***")
        return _USER_INFO.sub("***@", text)
