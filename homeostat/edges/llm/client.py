"""The port Model over the official client: streamed, bounded in time and size, tried again while free."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cache, cached_property, partial
from ssl import SSLContext
from typing import TYPE_CHECKING, Any, cast

import httpx2
from tenacity import (
    RetryCallState,
    Retrying,
    retry_if_exception_type,
    stop_after_attempt,
    wait_exponential_jitter,
)

from homeostat.config import Answers, Endpoint
from homeostat.edges.llm.answers import Answer
from homeostat.edges.llm.faults import (
    Breaker,
    BusyError,
    DeniedError,
    FloodError,
    PackedError,
    TooLateError,
    of_connection,
    of_status,
    told,
)
from homeostat.errors import CutOffError, ModelError
from homeostat.ports import Clock
from homeostat.records import Prompt, Reply

if TYPE_CHECKING:
    from openai import OpenAI
    from openai.types.chat import ChatCompletionStreamOptionsParam

TRIES = 3
CONNECT_SECONDS = 10.0
SILENCE_SECONDS = 120.0
"""Between two pieces of an answer; a model that thinks says nothing for long."""
MOST_SECONDS = 600.0
"""Of one answer from the first byte that is sent."""
MOST_BYTES = 32_000_000
"""Of one answer as it comes over the wire; a streamed one wraps each token in some 300 bytes."""
TELL_EACH = 5.0
"""Seconds between two words of progress."""


def _now() -> datetime:
    return datetime.now(UTC)


@cache
def _certificates() -> SSLContext:
    """Whom to trust; reading it takes as long as all else that a client needs."""
    return httpx2.create_ssl_context()


class _Bounded(httpx2.SyncByteStream):
    """A body that ends at a number of bytes, and at a time."""

    def __init__(self, inner: httpx2.SyncByteStream, until: float) -> None:
        self._inner, self._until = inner, until

    def __iter__(self) -> Iterator[bytes]:
        size = 0
        for chunk in self._inner:
            size += len(chunk)
            if size > MOST_BYTES:
                raise FloodError("too large")
            if time.monotonic() > self._until:
                raise TooLateError("too late")
            yield chunk

    def close(self) -> None:
        self._inner.close()


def _bounded(answer: httpx2.Response, most_seconds: float) -> None:
    """Let an answer be no larger and no later than any may be."""
    packed = answer.headers.pop("content-encoding", "identity") != "identity"
    if packed and answer.is_success:  # the words of an error are dispensable, and now nothing unpacks them
        raise PackedError("packed, which was not asked for")
    stream = cast("httpx2.SyncByteStream", answer.stream)  # our client is no async one
    answer.stream = _Bounded(stream, time.monotonic() + most_seconds)


@dataclass
class OpenAIModel:
    """One model at one endpoint; `breaker` is shared by all models of its provider."""

    endpoint: Endpoint
    breaker: Breaker
    clock: Clock = _now
    sleep: Callable[[float], None] = time.sleep
    silence: float = SILENCE_SECONDS
    most_seconds: float = MOST_SECONDS
    _heard: float = field(default=0.0, init=False)

    def ask(self, prompt: Prompt, heard: Callable[[int], object]) -> Reply:
        self.breaker.check()
        try:
            reply = self._persistently(prompt, heard)
        except ModelError as error:
            self.breaker.note(error)
            if isinstance(error, DeniedError):
                self.breaker.open(error)
            raise
        self.breaker.note(None)
        return reply

    def _persistently(self, prompt: Prompt, heard: Callable[[int], object]) -> Reply:
        tries = Retrying(
            stop=stop_after_attempt(TRIES),
            retry=retry_if_exception_type(BusyError),
            wait=_pause,
            sleep=self.sleep,
            reraise=True,
        )
        return tries(self._once, prompt, heard)

    def _once(self, prompt: Prompt, heard: Callable[[int], object]) -> Reply:
        import openai  # noqa: PLC0415 - half a second, for legs that ask a model

        endpoint = self.endpoint
        try:
            return self._answer(prompt, heard)
        except openai.APIStatusError as error:
            found = error.response.headers
            raise of_status(error.status_code, error.body, found, endpoint, self.clock) from None
        except (openai.APIConnectionError, httpx2.HTTPError) as error:
            raise of_connection(error, endpoint) from None
        except openai.APIError as error:  # as an event in a stream
            why = told(error.message, endpoint)
            raise CutOffError(f"{endpoint.provider} broke off its answer: {why}") from None
        except (ValueError, RecursionError) as error:
            why = told(str(error), endpoint)
            raise CutOffError(f"{endpoint.provider} does not answer as OpenAI's API does: {why}") from None

    def _answer(self, prompt: Prompt, heard: Callable[[int], object]) -> Reply:
        words, answer = self._words(prompt), Answer(self.endpoint.provider)
        if self.endpoint.stream:
            self._streamed(words, answer, heard)
        else:
            whole = self._client.chat.completions.with_raw_response.create(**words, stream=False)
            answer.add(whole.parse(to=object))
        if not answer.begun:
            raise ValueError("there is no message in it")
        if answer.ending is None and self.endpoint.stream and not answer.floods:
            raise CutOffError(f"the answer of {self.endpoint.provider} broke off before its end")
        return answer.reply()

    def _streamed(self, words: dict[str, Any], answer: Answer, heard: Callable[[int], object]) -> None:
        from openai import Stream  # noqa: PLC0415

        counted: ChatCompletionStreamOptionsParam = {"include_usage": True}
        begun = self._client.chat.completions.with_raw_response.create(
            **words, stream=True, stream_options=counted
        )
        with begun.parse(to=Stream[object]) as pieces:
            for piece in pieces:
                answer.add(piece)
                if answer.floods:
                    answer.usage = None
                    return
                self._progress(answer.size, heard)

    def _progress(self, size: int, heard: Callable[[int], object]) -> None:
        if time.monotonic() - self._heard >= TELL_EACH:
            self._heard = time.monotonic()
            heard(size)

    def _words(self, prompt: Prompt) -> dict[str, Any]:
        endpoint = self.endpoint
        words: dict[str, Any] = {
            "model": endpoint.model,
            "messages": [{"role": one.role, "content": one.text} for one in prompt.messages],
            "extra_body": {**endpoint.options, endpoint.limit: endpoint.output_tokens},
        }
        if endpoint.answers is Answers.SCHEMA:
            form = {"name": prompt.name, "schema": dict(prompt.form), "strict": True}
            words["response_format"] = {"type": "json_schema", "json_schema": form}
        elif endpoint.answers is Answers.OBJECT:
            words["response_format"] = {"type": "json_object"}
        return words

    @cached_property
    def _client(self) -> OpenAI:
        from openai import OpenAI  # noqa: PLC0415

        timeout = httpx2.Timeout(self.silence, connect=CONNECT_SECONDS)
        client = OpenAI(
            api_key=self.endpoint.key,
            base_url=self.endpoint.url,
            max_retries=0,
            timeout=timeout,
            default_headers={"Accept-Encoding": "identity"},
            http_client=httpx2.Client(
                verify=_certificates(),
                timeout=timeout,
                limits=httpx2.Limits(max_keepalive_connections=0),  # minutes lie between two calls
                event_hooks={"response": [partial(_bounded, most_seconds=self.most_seconds)]},
            ),
        )
        client.organization = client.project = None  # of OpenAI, out of the environment, for any endpoint
        return client


def _pause(state: RetryCallState) -> float:
    """What the endpoint asks for, else longer from try to try."""
    error = state.outcome.exception() if state.outcome else None
    asked = error.wait if isinstance(error, BusyError) else None
    return asked if asked is not None else wait_exponential_jitter(initial=1, max=20)(state)
