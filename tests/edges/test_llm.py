"""What is asked of a language model and what is made of its answer, over real HTTP."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any, get_type_hints

import pytest
from openai.types.chat import completion_create_params as params

from homeostat.config import Answers, Endpoint, Price
from homeostat.edges.llm import Breaker, OpenAIModel
from homeostat.edges.llm.answers import MOST_CHARACTERS, MOST_TOKENS
from homeostat.records import Message, Plain, Prompt, Reply, Stop, Usage
from tests.model_server import ModelServer, Turn, model_server, playing

# ruff: noqa: ANN401 - fields are of any type

NOW = datetime(2026, 3, 2, 10, 17, tzinfo=UTC)
KEY = "sk-0123456789abcdefKEY"
FORM = {"type": "object", "properties": {"why": {"type": "string"}}, "required": ["why"]}
PROMPT = Prompt(
    (Message("system", Plain("You mend code.")), Message("user", Plain("Why? ünïcode"))), FORM, "edits"
)
PRICE = Price(Decimal("0.30"), Decimal("0.006"), Decimal("1.20"))
COUNTED = {"prompt_tokens": 1_000, "completion_tokens": 100}
Way = dict[str, Any]


def endpoint_at(url: str, **changes: Any) -> Endpoint:
    known = Endpoint("flash", "deepseek", url, KEY, PRICE, key_from="DEEPSEEK_API_KEY")
    return replace(known, **changes)


def model_at(url: str, slept: list[float] | None = None, **changes: Any) -> OpenAIModel:
    endpoint, sleep = endpoint_at(url, **changes), ([] if slept is None else slept).append
    breaker = Breaker(endpoint.provider)
    return OpenAIModel(endpoint, breaker, lambda: NOW, sleep, silence=5.0, most_seconds=5.0)


def ask(model: OpenAIModel, prompt: Prompt = PROMPT) -> Reply:
    return model.ask(prompt, lambda _: None)


@pytest.fixture
def server() -> Iterator[ModelServer]:
    with model_server(playing([Turn("{}")])) as running:
        yield running


@pytest.fixture(params=[True, False], ids=["streamed", "whole"])
def way(request: pytest.FixtureRequest) -> Way:
    """Both ways in which an endpoint can answer."""
    return {"stream": request.param}


Said = Callable[[Turn], Reply]


@pytest.fixture
def said(server: ModelServer, way: Way) -> Said:
    """What is made of an answer, in both ways."""

    def said(turn: Turn) -> Reply:
        server.script = playing([turn])
        return ask(model_at(server.url, **way))

    return said


# --- answers ------------------------------------------------------------------------------------


def test_an_answer_comes_with_its_text_and_its_bill(said: Said) -> None:
    assert said(Turn('{"why": "ünïcode"}')) == Reply('{"why": "ünïcode"}', Usage(1_000, 100))


@pytest.mark.parametrize(
    ("finish", "stop"),
    [
        ("stop", Stop.DONE),
        ("length", Stop.LENGTH),
        ("content_filter", Stop.REFUSED),
        ("tool_calls", Stop.DONE),
        ("a word of the future", Stop.DONE),
    ],
)
def test_the_reason_why_it_ends_is_told(said: Said, finish: str, stop: Stop) -> None:
    assert said(Turn("{}", finish=finish)) == Reply("{}", Usage(1_000, 100), stop)


def test_a_refusal_is_told_as_one_with_its_words(said: Said) -> None:
    expected = Reply("I cannot help with that.", Usage(1_000, 100), Stop.REFUSED)
    assert said(Turn("", refusal="I cannot help with that.")) == expected


@pytest.mark.parametrize("manner", ["answer", "contentless"])
def test_an_answer_without_a_word_is_empty(said: Said, manner: str) -> None:
    assert said(Turn("", manner=manner)) == Reply("", Usage(1_000, 100))


@pytest.mark.parametrize(
    ("stream", "usage"), [(True, None), (False, Usage(1_000, 100))], ids=["left early", "read and paid"]
)
def test_of_an_answer_that_is_too_long_the_beginning_is_kept(
    server: ModelServer, stream: Any, usage: Usage | None
) -> None:
    server.script = playing([Turn(manner="flood")])
    reply = ask(model_at(server.url, stream=stream))
    assert reply == Reply("x" * MOST_CHARACTERS, usage, Stop.FLOOD)


def test_what_a_stream_has_cost_when_it_is_left_is_no_bill(server: ModelServer) -> None:
    server.script = playing([Turn("x" * 1_000_000, manner="running")])
    assert ask(model_at(server.url, stream=True)).usage is None


def test_a_piece_after_the_end_takes_nothing_back(said: Said) -> None:
    reply = said(Turn("{", manner="trailing", finish="length"))
    assert reply == Reply("{", Usage(1_000, 100), Stop.LENGTH)


def test_a_refusal_that_is_too_long_is_cut_as_any_answer(said: Said) -> None:
    reply = said(Turn("", refusal="no" * MOST_CHARACTERS))
    assert (len(reply.text), reply.stop) == (MOST_CHARACTERS, Stop.FLOOD)


def test_an_endpoint_that_keeps_the_connection_alive_is_waited_for(said: Said) -> None:
    assert said(Turn('{"why": ""}', manner="patient")).text == '{"why": ""}'


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ("a \ud83d\ude00", "a 😀"),
        ("a \ud83d b", "a \ufffd b"),
        ("x" * 3_999 + "\ud83d\ude00", "x" * 3_999 + "😀"),
    ],
    ids=["two halves", "a lone half", "between two pieces"],
)
def test_text_is_such_that_a_file_can_hold_it(said: Said, sent: str, kept: str) -> None:
    assert said(Turn(sent)).text == kept


def test_progress_is_told_in_characters_and_not_for_each_piece(server: ModelServer) -> None:
    server.script = playing([Turn("x" * 100_000)])
    told = list[int]()
    model_at(server.url).ask(PROMPT, told.append)
    assert len(told) == 1


# --- bills --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("usage", "expected"),
    [
        (COUNTED, Usage(1_000, 100)),
        (COUNTED | {"prompt_tokens_details": {"cached_tokens": 600}}, Usage(1_000, 100, 600)),
        (COUNTED | {"prompt_tokens_details": None}, Usage(1_000, 100)),
        (COUNTED | {"prompt_cache_hit_tokens": 700, "prompt_cache_miss_tokens": 300}, Usage(1_000, 100, 700)),
        (
            COUNTED | {"prompt_cache_hit_tokens": 0, "prompt_tokens_details": {"cached_tokens": 1_000}},
            Usage(1_000, 100, 1_000),
        ),
        (COUNTED | {"completion_tokens_details": {"reasoning_tokens": 90}}, Usage(1_000, 100)),
        ({"prompt_tokens": 0, "completion_tokens": 0}, Usage(0, 0)),
    ],
    ids=["plain", "OpenAI's cache", "no details", "DeepSeek's cache", "both", "reasoning", "nothing"],
)
def test_tokens_are_counted_as_the_endpoint_tells(said: Said, usage: dict[str, Any], expected: Usage) -> None:
    assert said(Turn("{}", usage)).usage == expected


@pytest.mark.parametrize(
    "usage",
    [
        None,
        {},
        {"prompt_tokens": 1_000},
        COUNTED | {"prompt_tokens": -1},
        COUNTED | {"completion_tokens": -1},
        COUNTED | {"prompt_tokens": "1000"},
        COUNTED | {"prompt_tokens": 1_000.0},
        COUNTED | {"completion_tokens": True},
        COUNTED | {"completion_tokens": None},
        COUNTED | {"prompt_tokens": MOST_TOKENS + 1},
        COUNTED | {"completion_tokens": 10**30},
        COUNTED | {"prompt_tokens_details": {"cached_tokens": 1_001}},
        COUNTED | {"prompt_tokens_details": {"cached_tokens": -1}},
        COUNTED | {"prompt_tokens_details": {"cached_tokens": False}},
        COUNTED | {"prompt_tokens_details": {"cached_tokens": ""}},
        COUNTED | {"prompt_cache_hit_tokens": "all"},
    ],
    ids=lambda usage: str(usage)[-60:],
)
def test_a_bill_that_makes_no_sense_is_none(said: Said, usage: dict[str, Any] | None) -> None:
    assert said(Turn("{}", usage)) == Reply("{}", None)


# --- requests -----------------------------------------------------------------------------------


def test_a_request_holds_the_messages_and_the_key_and_nothing_is_compressed(server: ModelServer) -> None:
    ask(model_at(server.url))
    assert server.paths == ["/v1/chat/completions"]
    assert server.keys == [f"Bearer {KEY}"]
    assert server.headers[0]["accept-encoding"] == "identity"
    assert server.asked[0]["model"] == "flash"
    assert server.asked[0]["messages"] == [
        {"role": "system", "content": "You mend code."},
        {"role": "user", "content": "Why? ünïcode"},
    ]


@pytest.mark.parametrize(
    ("answers", "expected"),
    [
        (
            Answers.SCHEMA,
            {"type": "json_schema", "json_schema": {"name": "edits", "schema": FORM, "strict": True}},
        ),
        (Answers.OBJECT, {"type": "json_object"}),
        (Answers.TEXT, None),
    ],
)
def test_the_form_is_asked_for_as_the_endpoint_knows_it(
    server: ModelServer, answers: Answers, expected: dict[str, Any] | None
) -> None:
    ask(model_at(server.url, answers=answers))
    assert server.asked[0].get("response_format") == expected


@pytest.mark.parametrize(
    ("limit", "other"),
    [("max_tokens", "max_completion_tokens"), ("max_completion_tokens", "max_tokens")],
)
def test_the_limit_goes_before_the_options_and_by_its_name(
    server: ModelServer, limit: str, other: str
) -> None:
    ask(model_at(server.url, limit=limit, output_tokens=123, options={limit: 9_999}))
    assert server.asked[0][limit] == 123
    assert other not in server.asked[0]


def test_options_are_sent_as_they_are(server: ModelServer) -> None:
    options = {"thinking": {"type": "disabled"}, "reasoning_effort": "medium", "temperature": 0}
    ask(model_at(server.url, options=options))
    assert server.asked[0].items() >= options.items()


def test_a_stream_is_asked_for_with_its_bill(server: ModelServer) -> None:
    ask(model_at(server.url, stream=True))
    assert (server.asked[0]["stream"], server.asked[0]["stream_options"]) == (True, {"include_usage": True})


def test_a_whole_answer_is_asked_for_without_a_word_of_streams(server: ModelServer) -> None:
    ask(model_at(server.url, stream=False))
    assert not server.asked[0]["stream"]
    assert "stream_options" not in server.asked[0]


def test_the_official_package_knows_every_word_of_a_request(server: ModelServer, way: Way) -> None:
    wanted = (
        params.CompletionCreateParamsStreaming if way["stream"] else params.CompletionCreateParamsNonStreaming
    )
    options = {"reasoning_effort": "medium"}
    ask(
        model_at(
            server.url,
            **way,
            answers=Answers.SCHEMA,
            limit="max_completion_tokens",
            options=options,
        )
    )
    assert server.asked[0].keys() <= get_type_hints(wanted).keys()
    assert server.asked[0].keys() >= wanted.__required_keys__ & {"model", "messages", "stream"}


def test_the_environment_says_nothing_of_openai_to_another_endpoint(
    server: ModelServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPENAI_ORG_ID", "org-of-mine")
    monkeypatch.setenv("OPENAI_PROJECT_ID", "project-of-mine")
    monkeypatch.setenv("OPENAI_BASE_URL", "http://127.0.0.1:9/v1")
    monkeypatch.setenv("OPENAI_API_KEY", "sk-another")
    monkeypatch.setenv("OPENAI_ADMIN_KEY", "sk-admin")
    ask(model_at(server.url))
    assert "of-mine" not in str(server.headers)
    assert server.keys == [f"Bearer {KEY}"]


# --- what is not shown and not loaded -----------------------------------------------------------


def test_nobody_sees_the_key_of_a_model(server: ModelServer) -> None:
    model = model_at(server.url)
    ask(model)
    assert KEY not in repr(model) + repr(model.endpoint) + repr(model.breaker)


@pytest.mark.parametrize("module", ["homeostat.edges.llm", "homeostat.cli"])
def test_the_official_client_is_loaded_by_the_first_call_only(module: str) -> None:
    program = f"import sys, {module}; print('openai' in sys.modules)"
    run = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert run.stdout == "False\n"
