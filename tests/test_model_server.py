"""The scripted endpoint speaks what the official client expects: it is driven with that client alone."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator
from typing import Any

import httpx2
import openai
import pytest
from openai.types.chat import ChatCompletion, ChatCompletionChunk, ChatCompletionMessageParam
from pydantic import BaseModel

from tests.model_server import Json, ModelServer, Turn, edits, model_server, playing, review

KEY = "sk-of-the-contract"
ASKED: list[ChatCompletionMessageParam] = [{"role": "user", "content": "Why? ünïcode"}]
USAGE = {"prompt_tokens": 12, "completion_tokens": 3, "prompt_tokens_details": {"cached_tokens": 4}}
SPOKEN = {
    "text": Turn(edits(("src/a.py", "x", "y"))),
    "long": Turn("ü" * 9_000),
    "empty": Turn(""),
    "refusal": Turn("", refusal="No."),
    "length": Turn("{", finish="length"),
    "bill": Turn("{}", USAGE),
    "no bill": Turn("{}", None),
    "patient": Turn("{}", manner="patient"),
}


@pytest.fixture
def server() -> Iterator[ModelServer]:
    with model_server(playing([Turn("{}")])) as running:
        yield running


@pytest.fixture
def client(server: ModelServer) -> Iterator[openai.OpenAI]:
    with openai.OpenAI(
        base_url=server.url, api_key=KEY, max_retries=0, timeout=5, _strict_response_validation=True
    ) as made:
        yield made


def whole(client: openai.OpenAI) -> ChatCompletion:
    return client.chat.completions.create(model="flash", messages=ASKED)


def pieces(client: openai.OpenAI) -> list[ChatCompletionChunk]:
    counted: Any = {"include_usage": True}
    with client.chat.completions.create(
        model="flash", messages=ASKED, stream=True, stream_options=counted
    ) as stream:
        return [*stream]


def sent(server: ModelServer, **more: Any) -> httpx2.Response:  # noqa: ANN401 - JSON is of any type
    """What goes over the wire."""
    body = {"model": "flash", "messages": ASKED, **more}
    return httpx2.post(f"{server.url}/chat/completions", json=body, headers={"accept-encoding": "identity"})


def events(answer: httpx2.Response) -> list[Json]:
    lines = [line.removeprefix("data: ") for line in answer.text.split("\n") if line.startswith("data: ")]
    assert lines[-1] == "[DONE]"
    return [json.loads(line) for line in lines[:-1]]


@pytest.mark.parametrize("turn", SPOKEN.values(), ids=SPOKEN.keys())
def test_a_whole_answer_is_what_the_official_client_expects(
    server: ModelServer, client: openai.OpenAI, turn: Turn
) -> None:
    server.script = playing([turn])
    found = whole(client)
    said = found.choices[0]
    assert (said.message.content, said.message.refusal) == (turn.text, turn.refusal)
    assert said.finish_reason == turn.finish
    assert (found.usage.prompt_tokens if found.usage else None) == (turn.usage or {}).get("prompt_tokens")
    ChatCompletion.model_validate_json(sent(server).text, strict=True)


@pytest.mark.parametrize("turn", SPOKEN.values(), ids=SPOKEN.keys())
def test_a_stream_is_what_the_official_client_expects(
    server: ModelServer, client: openai.OpenAI, turn: Turn
) -> None:
    server.script = playing([turn])
    found = pieces(client)
    said = [choice for piece in found for choice in piece.choices]
    assert "".join(choice.delta.content or "" for choice in said) == turn.text
    assert "".join(choice.delta.refusal or "" for choice in said) == (turn.refusal or "")
    assert [choice.finish_reason for choice in said if choice.finish_reason] == [turn.finish]
    counted = [piece.usage for piece in found if piece.usage]
    assert [usage.total_tokens for usage in counted] == (
        [1_100 if turn.usage != USAGE else 15] * bool(turn.usage)
    )
    for event in events(sent(server, stream=True, stream_options={"include_usage": True})):
        ChatCompletionChunk.model_validate_json(json.dumps(event), strict=True)


def test_a_stream_tells_its_bill_only_when_it_is_asked(server: ModelServer) -> None:
    assert all("usage" not in event for event in events(sent(server, stream=True)))


def test_an_answer_in_a_form_is_parsed_by_the_official_client(
    server: ModelServer, client: openai.OpenAI
) -> None:
    class Review(BaseModel):
        verdict: str
        reasons: list[str]

    server.script = playing([Turn(review("approve", "it is right"))])
    found = client.chat.completions.parse(model="flash", messages=ASKED, response_format=Review)
    assert found.choices[0].message.parsed == Review(verdict="approve", reasons=["it is right"])


def test_what_was_asked_is_kept(server: ModelServer, client: openai.OpenAI) -> None:
    whole(client)
    assert (server.paths, server.keys) == (["/v1/chat/completions"], [f"Bearer {KEY}"])
    assert server.prompts() == ["Why? ünïcode"]
    assert server.headers[0]["content-type"] == "application/json"


def test_turns_are_played_in_order_and_the_last_for_ever(server: ModelServer, client: openai.OpenAI) -> None:
    server.script = playing([Turn("one"), Turn("two")])
    assert [whole(client).choices[0].message.content for _ in range(3)] == ["one", "two", "two"]


def test_an_error_is_told_as_openai_tells_it(server: ModelServer, client: openai.OpenAI) -> None:
    error = {"message": "slow down", "type": "requests", "code": "rate_limit_exceeded", "param": None}
    server.script = playing([Turn(status=429, error=error, headers={"retry-after": "7"})])
    with pytest.raises(openai.RateLimitError) as raised:
        whole(client)
    assert raised.value.code == "rate_limit_exceeded"
    assert raised.value.response.headers["retry-after"] == "7"


@pytest.mark.parametrize("ask", [whole, pieces], ids=["whole", "streamed"])
@pytest.mark.parametrize("manner", ["reset", "cut"])
def test_a_broken_connection_is_one_to_the_official_client(
    server: ModelServer,
    client: openai.OpenAI,
    manner: str,
    ask: Any,  # noqa: ANN401
) -> None:
    server.script = playing([Turn("{}", manner=manner)])
    with pytest.raises(openai.APIConnectionError):
        ask(client)


@pytest.mark.parametrize("ask", [whole, pieces], ids=["whole", "streamed"])
@pytest.mark.parametrize("manner", ["choiceless", "miscounted", "null", "listed", "failing"])
def test_an_answer_of_another_shape_is_refused_by_the_official_client(
    server: ModelServer,
    client: openai.OpenAI,
    manner: str,
    ask: Any,  # noqa: ANN401
) -> None:
    server.script = playing([Turn("{}", manner=manner)])
    with pytest.raises(openai.APIError):
        ask(client)


def test_an_error_in_a_stream_is_one_to_the_official_client(
    server: ModelServer, client: openai.OpenAI
) -> None:
    server.script = playing([Turn("{}", manner="failing")])
    with pytest.raises(openai.APIError, match=r"^the engine is overloaded$"):
        pieces(client)


def test_a_packed_answer_is_gzip_and_says_so(server: ModelServer) -> None:
    server.script = playing([Turn("{}", manner="packed")])
    with httpx2.stream(
        "POST", f"{server.url}/chat/completions", json={"model": "m", "messages": []}
    ) as found:
        text = gzip.decompress(b"".join(found.iter_raw()))
    assert found.headers["content-encoding"] == "gzip"
    ChatCompletion.model_validate_json(text, strict=True)
