"""GitHub's rules on when to keep silent, and for how long.

https://docs.github.com/rest/using-the-rest-api/best-practices-for-using-the-rest-api
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime

from homeostat.errors import ForgeError
from homeostat.ports import Clock

BETWEEN_WRITES = 1.0
"""Seconds that GitHub asks for between two requests that change something."""
MINUTE = 60.0
BUDGET = 600.0
"""Seconds that one leg waits for rate limits at most."""
STRIKES = 5
"""Refusals by a rate limit in a row after which a leg gives up."""
SECONDARY = re.compile(r"secondary rate limit|abuse detection|rate limit", re.IGNORECASE)


class Pace:
    """Keeps a leg's requests within the limits; requests come one after another."""

    def __init__(self, clock: Clock, sleep: Callable[[float], None]) -> None:
        self._clock = clock
        self._sleep = sleep
        self._waited = 0.0
        self._wrote: datetime | None = None
        self._silent_until: datetime | None = None

    def before(self, *, writes: bool) -> None:
        """Wait as long as the last answers demand."""
        if self._silent_until:
            self._wait((self._silent_until - self._clock()).total_seconds())
            self._silent_until = None
        if writes and self._wrote:
            since = (self._clock() - self._wrote).total_seconds()
            if since < BETWEEN_WRITES:
                self._sleep(BETWEEN_WRITES - max(0.0, since))

    def after(self, status: int, headers: Mapping[str, str], said: str, *, writes: bool, strike: int) -> bool:
        """Learn from an answer; True when a rate limit refused the request, so that it may be sent again."""
        now = self._clock()
        if writes:
            self._wrote = now
        pause = _pause(status, headers, said, strike=strike, now=now)
        refused = status in {403, 429} and pause is not None
        if refused and strike >= STRIKES:
            raise ForgeError(_exhausted(pause or 0.0, now))
        if pause is not None:
            self._silent_until = now + timedelta(seconds=pause)
        return refused

    def _wait(self, seconds: float) -> None:
        if seconds <= 0:
            return
        if self._waited + seconds > BUDGET:
            raise ForgeError(_exhausted(seconds, self._clock()))
        self._waited += seconds
        self._sleep(seconds)


def _pause(status: int, headers: Mapping[str, str], said: str, *, strike: int, now: datetime) -> float | None:
    """Seconds of silence that an answer demands, or None. Writes and reads share the limits."""
    refused = status in {403, 429}
    asked = headers.get("retry-after", "")
    if refused and asked.isdecimal():
        return max(1.0, float(asked))
    if headers.get("x-ratelimit-remaining") == "0" and headers.get("x-ratelimit-reset", "").isdecimal():
        return max(1.0, int(headers["x-ratelimit-reset"]) - _server_time(headers, now).timestamp() + 1.0)
    if status == 429 or (refused and SECONDARY.search(said)):  # noqa: PLR2004 - an HTTP status
        return MINUTE * 2.0**strike
    return None


def _server_time(headers: Mapping[str, str], now: datetime) -> datetime:
    """The server's own clock, so that ours may be wrong."""
    try:
        return parsedate_to_datetime(headers["date"])
    except (KeyError, ValueError):
        return now


def _exhausted(seconds: float, now: datetime) -> str:
    until = f"{now + timedelta(seconds=seconds):%H:%M} UTC"
    return (
        f"GitHub's rate limit for this token holds until about {until}, longer than a leg waits. "
        "Nothing is lost: the next run goes on from here; a GitHub App's token has a limit of its own."
    )
