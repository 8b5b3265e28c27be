"""What goes wrong between us and an endpoint, in a sentence: is it worth a try, was it paid."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from email.utils import parsedate_to_datetime

import httpx2

from homeostat.config import Endpoint
from homeostat.errors import CutOffError, ModelError, OutageError
from homeostat.outbound import one_line
from homeostat.ports import Clock

LONGEST_WAIT = 60.0
"""Seconds that a leg waits because an endpoint asks for it."""
IN_A_ROW = 3
"""Calls without an answer after which a provider is not asked again."""
BEFORE_ANYTHING = (httpx2.ConnectError, httpx2.ConnectTimeout, httpx2.PoolTimeout, httpx2.ProxyError)
"""Faults after which the endpoint has certainly seen nothing."""
OUT_OF_CREDIT = frozenset({"insufficient_quota", "billing_hard_limit_reached"})
NO_CREDIT = 402
BUSY = frozenset({408, 409, 425, 429})
ITS_OWN_FAULT = 500
"""From here on a status tells of a fault of the endpoint, or of a proxy before it (52x)."""
BEHIND_A_PROXY = frozenset({504, 524})
"""A proxy has stopped waiting: the model behind it may have worked, and charged."""
DENIED = frozenset({401, 403})
SECRET_LENGTH = 8
"""Shorter keys are placeholders such as `none`, and stand in sentences as words."""


class FloodError(httpx2.ReadError):
    """An answer is larger than any may be."""


class PackedError(httpx2.ReadError):
    """An answer is compressed: how large it is unpacked cannot be bounded."""


class TooLateError(httpx2.ReadTimeout):
    """An answer did not end in time."""


@dataclass
class Breaker:
    """Keeps a provider that does not answer from being asked on and on."""

    provider: str
    failed: int = 0
    reason: str = ""

    def check(self) -> None:
        """Raise OutageError when it is open."""
        if self.failed >= IN_A_ROW:
            raise OutageError(f"{self.provider} is not asked again in this run: {self.reason}")

    def note(self, error: ModelError | None) -> None:
        """Take in how a call ended."""
        if error is None:
            self.failed = 0
        elif error.outage:
            self.failed += 1
            self.reason = str(error)

    def open(self, error: ModelError) -> None:
        """Ask no more: nothing but a person can mend it."""
        self.failed, self.reason = IN_A_ROW, str(error)


class BusyError(OutageError):
    """Worth another try; `wait` is what the endpoint asks for, in seconds."""

    def __init__(self, message: str, wait: float | None = None) -> None:
        super().__init__(message)
        self.wait = wait


class DeniedError(OutageError):
    """The key is refused, or the account is empty: no try will help."""


def told(text: str, endpoint: Endpoint) -> str:
    """What an endpoint says of itself, in one short line; an endpoint may repeat the key it was given."""
    hidden = text.replace(endpoint.key, "***") if len(endpoint.key) >= SECRET_LENGTH else text
    return one_line(hidden, 160)


def _causes(error: BaseException) -> Iterator[BaseException]:
    """The error and those it was raised from; not its context, which may be the call before."""
    found: BaseException | None = error
    while found is not None:
        yield found
        found = found.__cause__


def of_connection(error: Exception, endpoint: Endpoint) -> ModelError:
    """A fault on the way; whether the model has worked is known only when nothing was sent."""
    name, causes = endpoint.provider, [*_causes(error)]
    last = told(str(causes[-1]) or type(causes[-1]).__name__, endpoint)
    if any(isinstance(cause, FloodError) for cause in causes):
        return CutOffError(f"{name} sends more than any answer may be: it was not read to its end")
    if any(isinstance(cause, PackedError) for cause in causes):
        return CutOffError(f"{name} compresses its answer, which was not asked for: it was not read")
    if any(isinstance(cause, BEFORE_ANYTHING) for cause in causes):
        return BusyError(f"{name} cannot be reached: {last}; is its address right, does it run?")
    if any(isinstance(cause, httpx2.TimeoutException) for cause in causes):
        return CutOffError(f"{name} did not answer in time")
    return CutOffError(f"the answer of {name} broke off: {last}")


def of_status(
    status: int, body: object, headers: Mapping[str, str], endpoint: Endpoint, clock: Clock
) -> ModelError:
    """A refusal by its HTTP status: no answer was made, so none is paid for, but behind a proxy."""
    name, fields = endpoint.provider, body if isinstance(body, dict) else {}
    message = fields.get("message")
    sentence = f"{name} answers {status}"
    if isinstance(message, str) and message:
        sentence += f": {told(message, endpoint)}"
    kinds = [kind for kind in (fields.get("code"), fields.get("type")) if isinstance(kind, str)]
    if status == NO_CREDIT or not OUT_OF_CREDIT.isdisjoint(kinds):
        return DeniedError(f"the account of {name} has no credit left: top it up. {sentence}")
    if status in DENIED:
        if not endpoint.key_from:
            return DeniedError(
                f"{name} wants a key: name its variable as `key_from` in models.yml. {sentence}"
            )
        return DeniedError(
            f"the key for {name} is refused: correct the secret {endpoint.key_from}. {sentence}"
        )
    if status in BEHIND_A_PROXY:
        return CutOffError(sentence)
    if status not in BUSY and status < ITS_OWN_FAULT:
        return ModelError(sentence)
    wait = _wait(headers.get("retry-after", ""), clock)
    if wait and wait > LONGEST_WAIT:
        return OutageError(f"{sentence}; it asks to wait {wait:.0f} s, so the next run does")
    return BusyError(sentence, wait)


def _wait(text: str, clock: Clock) -> float | None:
    """Seconds of Retry-After, given as a number or as a date; None where it asks for no wait."""
    try:
        seconds = float(text)
    except ValueError:
        try:
            seconds = (parsedate_to_datetime(text) - clock()).total_seconds()
        except (TypeError, ValueError, OverflowError):
            return None
    return seconds if seconds > 0 else None
