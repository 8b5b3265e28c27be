"""What goes wrong with a language model: told in a sentence, tried again while it is free, paid or not."""

from __future__ import annotations

import socket
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from email.utils import format_datetime
from typing import Any

import pytest

from homeostat.assembly import models_of
from homeostat.config import Ladder
from homeostat.edges.llm import Breaker
from homeostat.edges.llm.faults import IN_A_ROW, BusyError, of_status
from homeostat.errors import CutOffError, ModelError, OutageError
from homeostat.records import Reply
from tests.edges.test_llm import KEY, NOW, PROMPT, Way, ask, endpoint_at, model_at, server, way
from tests.model_server import Json, ModelServer, Turn, model_server, playing

__all__ = ["server", "way"]  # the fixtures

LIMITED = {"message": "Rate limit reached", "type": "requests", "code": "rate_limit_exceeded"}
CORRECT = "the key for deepseek is refused: correct the secret DEEPSEEK_API_KEY."
TOP_UP = "the account of deepseek has no credit left: top it up."
EMPTY = {"message": "You exceeded your quota", "type": "insufficient_quota", "code": "insufficient_quota"}


def failure(
    server: ModelServer, turn: Turn, slept: list[float] | None = None, *, stream: bool = True
) -> ModelError:
    """What a call ends with that gets the same answer for ever."""
    server.script = playing([turn])
    patience = 0.3 if turn.manner in ("slow", "endless") else 20.0
    model = replace(model_at(server.url, slept, stream=stream), silence=patience, most_seconds=patience)
    with pytest.raises(ModelError) as raised:
        ask(model)
    assert KEY not in repr(raised.value)
    return raised.value


# --- broken answers: they may have been paid for ---------------------------------------------------


@pytest.mark.parametrize(
    ("manner", "sentence"),
    [
        ("reset", "the answer of deepseek broke off: "),
        ("slow", "deepseek did not answer in time"),
        ("endless", "deepseek did not answer in time"),
        ("torrent", "deepseek sends more than any answer may be: it was not read to its end"),
        ("cut", "the answer of deepseek broke off: "),
        ("packed", "deepseek compresses its answer, which was not asked for: it was not read"),
        ("garbled", "deepseek does not answer as OpenAI's API does: "),
        ("deep", "deepseek does not answer as OpenAI's API does: "),
        ("miscounted", "deepseek does not answer as OpenAI's API does: "),
        ("listed", "deepseek does not answer as OpenAI's API does: "),
        ("html", "deepseek does not answer as OpenAI's API does: "),
        ("choiceless", "deepseek does not answer as OpenAI's API does: there is no message in it"),
        ("unchosen", "deepseek does not answer as OpenAI's API does: there is no message in it"),
        ("null", "deepseek does not answer as OpenAI's API does: there is no message in it"),
        ("failing", "deepseek "),
    ],
    ids=lambda column: column if " " not in column else "",
)
def test_an_answer_that_breaks_off_may_be_paid_and_is_asked_for_once(
    server: ModelServer, way: Way, manner: str, sentence: str
) -> None:
    slept = list[float]()
    error = failure(server, Turn('{"why": "because"}', manner=manner), slept, **way)
    assert type(error) is CutOffError
    assert (error.outage, error.unknown_cost) == (True, True)
    assert str(error).startswith(sentence)
    assert (len(server.asked), slept) == (1, [])


def test_a_stream_that_ends_without_a_reason_broke_off(server: ModelServer) -> None:
    error = failure(server, Turn('{"why": ', finish=None))
    assert str(error) == "the answer of deepseek broke off before its end"
    assert error.unknown_cost


def test_a_whole_answer_without_a_reason_is_taken_as_it_is(server: ModelServer) -> None:
    server.script = playing([Turn("{}", None, finish=None)])
    assert ask(model_at(server.url, stream=False)) == Reply("{}", None)


def test_what_deepseek_cannot_finish_is_no_answer(server: ModelServer, way: Way) -> None:
    error = failure(server, Turn('{"why": ', finish="insufficient_system_resource"), **way)
    assert str(error) == "deepseek broke off its answer: insufficient_system_resource"
    assert error.unknown_cost


def test_the_words_of_an_error_in_a_stream_are_told(server: ModelServer) -> None:
    error = failure(server, Turn('{"why": ""}', manner="failing"))
    assert str(error) == "deepseek broke off its answer: the engine is overloaded"


# --- nobody there ---------------------------------------------------------------------------------


def nobody() -> str:
    """An address where nobody listens."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return f"http://127.0.0.1:{free.getsockname()[1]}/v1"


@pytest.mark.parametrize("place", [nobody, lambda: "http://127.0.0.1:99999/v1"], ids=["free", "no port"])
def test_where_nobody_listens_nothing_is_paid_and_three_are_tried(way: Way, place: Callable[[], str]) -> None:
    slept = list[float]()
    with pytest.raises(OutageError, match=r"^deepseek cannot be reached: ") as raised:
        ask(model_at(place(), slept, **way))
    assert not raised.value.unknown_cost
    assert len(slept) == 2


def test_the_call_before_is_no_cause_of_a_fault(server: ModelServer, way: Way) -> None:
    broken = failure(server, Turn(manner="torrent"), **way)
    try:
        raise broken
    except CutOffError:
        with pytest.raises(OutageError, match=r"^deepseek cannot be reached: .*refused") as raised:
            ask(model_at(nobody(), **way))
    assert not raised.value.unknown_cost


# --- refusals: they are not paid for -----------------------------------------------------------


@pytest.mark.parametrize("status", [408, 429, 500, 502, 503, 529])
def test_a_busy_endpoint_is_tried_again_and_then_an_outage(
    server: ModelServer, way: Way, status: int
) -> None:
    slept = list[float]()
    error = failure(server, Turn(status=status, error={"message": "later"}), slept, **way)
    assert str(error) == f"deepseek answers {status}: later"
    assert (error.outage, error.unknown_cost) == (True, False)
    assert len(server.asked) == 3
    assert 1 <= slept[0] <= 2 <= slept[1] <= 3


def test_a_fault_that_goes_away_is_not_told(server: ModelServer, way: Way) -> None:
    slept = list[float]()
    server.script = playing([Turn(status=503), Turn('{"why": ""}')])
    assert ask(model_at(server.url, slept, **way)).text == '{"why": ""}'
    assert (len(server.asked), len(slept)) == (2, 1)


@pytest.mark.parametrize("status", [400, 404, 413, 422])
def test_a_refused_request_is_no_outage_and_is_not_sent_again(server: ModelServer, status: int) -> None:
    error = failure(server, Turn(status=status, error={"message": "context too long"}))
    assert str(error) == f"deepseek answers {status}: context too long"
    assert (error.outage, error.unknown_cost) == (False, False)
    assert len(server.asked) == 1


@pytest.mark.parametrize(
    ("turn", "sentence"),
    [
        (
            Turn(status=401, error={"message": f"Incorrect API key provided: {KEY}."}),
            f"{CORRECT} deepseek answers 401: Incorrect API key provided: ***.",
        ),
        (
            Turn(status=403, error={"message": "not in your country"}),
            f"{CORRECT} deepseek answers 403: not in your country",
        ),
        (
            Turn(status=402, error={"message": "Insufficient Balance"}),
            f"{TOP_UP} deepseek answers 402: Insufficient Balance",
        ),
        (
            Turn(status=429, error=EMPTY, headers={"retry-after": "1"}),
            f"{TOP_UP} deepseek answers 429: You exceeded your quota",
        ),
        (
            Turn(status=429, error=EMPTY | {"code": None}),
            f"{TOP_UP} deepseek answers 429: You exceeded your quota",
        ),
    ],
    ids=["401", "403", "402", "quota", "quota by its type"],
)
def test_what_only_a_person_can_mend_is_told_and_nothing_more_is_asked(
    server: ModelServer, way: Way, turn: Turn, sentence: str
) -> None:
    server.script = playing([turn])
    model = model_at(server.url, **way)
    with pytest.raises(OutageError) as first:
        ask(model)
    with pytest.raises(OutageError) as second:
        ask(model)
    assert str(first.value) == sentence
    assert str(second.value) == f"deepseek is not asked again in this run: {sentence}"
    assert not first.value.unknown_cost
    assert len(server.asked) == 1


def test_an_endpoint_that_wants_a_key_after_all_is_told(server: ModelServer) -> None:
    server.script = playing([Turn(status=401, error={"message": "none was given"})])
    with pytest.raises(
        OutageError, match=r"^local wants a key: .*`key_from`.* local answers 401: none was gi"
    ):
        ask(model_at(server.url, provider="local", key="none", key_from=""))


@pytest.mark.parametrize(
    "message",
    [f"{'x' * 140} {KEY}", f"@{KEY}\n::error::{KEY}", f"{KEY}{KEY}"],
    ids=["where it is cut", "among commands", "twice"],
)
def test_an_endpoint_that_repeats_the_key_does_not_print_it(server: ModelServer, message: str) -> None:
    for status in (400, 401, 500):
        assert KEY[:10] not in str(failure(server, Turn(status=status, error={"message": message})))


@pytest.mark.parametrize(
    "error",
    [{"code": ["x"], "type": {}}, {"message": None}, {"message": 7}, {"message": ["x"]}, {"detail": "x"}],
    ids=str,
)
def test_an_error_of_any_shape_is_told_by_its_status(server: ModelServer, error: Json) -> None:
    assert str(failure(server, Turn(status=400, error=error))) == "deepseek answers 400"


def test_a_compressed_error_is_told_by_its_status(server: ModelServer, way: Way) -> None:
    error = failure(server, Turn(status=429, headers={"content-encoding": "gzip"}), **way)
    assert not error.unknown_cost
    assert str(error).startswith("deepseek answers 429")


def test_a_redirect_is_not_followed_and_no_other_host_sees_the_key(server: ModelServer, way: Way) -> None:
    with model_server(playing([Turn("{}")])) as other:
        elsewhere = other.url.replace("127.0.0.1", "localhost") + "/chat/completions"
        error = failure(server, Turn(status=307, headers={"location": elsewhere}), **way)
        assert other.keys == []
    assert str(error) == "deepseek answers 307: no"
    assert (error.outage, error.unknown_cost) == (False, False)


# --- how long it waits ---------------------------------------------------------------------------


def date(seconds: float) -> str:
    return format_datetime(NOW + timedelta(seconds=seconds), usegmt=True)


@pytest.mark.parametrize(
    ("asked", "expected"),
    [("7", 7), ("0.5", 0.5), ("60", 60), (date(30), 30)],
    ids=["seconds", "a part of one", "the longest", "a date"],
)
def test_an_endpoint_is_given_the_time_it_asks_for(server: ModelServer, asked: str, expected: float) -> None:
    slept = list[float]()
    failure(server, Turn(status=429, error=LIMITED, headers={"retry-after": asked}), slept)
    assert slept == [expected, expected]


@pytest.mark.parametrize(
    "asked",
    [
        *("", "0", "-5", "nan", "soon", date(-30), "Mon, 02 Mar 2026 10:18:00", "99 Mar 2026"),
        "Mon, 02 Mar 99999999999999999999 10:18:00 GMT",
    ],
)
def test_one_that_asks_for_no_time_is_given_more_from_try_to_try(server: ModelServer, asked: str) -> None:
    slept = list[float]()
    failure(server, Turn(status=429, error=LIMITED, headers={"retry-after": asked}), slept)
    assert 1 <= slept[0] <= 2 <= slept[1] <= 3


@pytest.mark.parametrize("asked", ["3600", "61", "inf", date(3_600)])
def test_one_that_asks_for_too_much_time_is_left_to_the_next_run(server: ModelServer, asked: str) -> None:
    slept = list[float]()
    error = failure(server, Turn(status=503, headers={"retry-after": asked}), slept)
    assert "; it asks to wait " in str(error)
    assert (error.outage, error.unknown_cost) == (True, False)
    assert (len(server.asked), slept) == (1, [])


# --- the breaker ---------------------------------------------------------------------------------

FAILING = [Turn(status=500)] * 3
"""One call without an answer."""


def calls(server: ModelServer, turns: list[Turn], number: int) -> list[str]:
    """How some calls of one model end."""
    server.script = playing(turns)
    model, ends = model_at(server.url), list[str]()
    for _ in range(number):
        try:
            ends.append(ask(model).text)
        except ModelError as error:
            ends.append(str(error))
    return ends


def test_a_provider_that_fails_three_calls_is_not_asked_again(server: ModelServer) -> None:
    ends = calls(server, [Turn(status=500)], 5)
    assert ends[:3] == ["deepseek answers 500: no"] * 3
    assert ends[3:] == ["deepseek is not asked again in this run: deepseek answers 500: no"] * 2
    assert len(server.asked) == 3 * IN_A_ROW


def test_an_answer_lets_a_provider_fail_anew(server: ModelServer) -> None:
    ends = calls(server, [*FAILING, *FAILING, Turn("one"), *FAILING, *FAILING, Turn("two")], 6)
    assert [end for end in ends if len(end) == 3] == ["one", "two"]


def test_a_request_that_is_refused_says_nothing_of_the_provider(server: ModelServer) -> None:
    ends = calls(server, [Turn(status=400)] * 3 + [Turn("one")], 4)
    assert ends == ["deepseek answers 400: no"] * 3 + ["one"]


def test_broken_answers_open_the_breaker_too(server: ModelServer) -> None:
    calls(server, [Turn("{}", manner="cut")], 4)
    assert len(server.asked) == 3


def test_an_open_breaker_says_that_nothing_is_paid() -> None:
    breaker = Breaker("deepseek", failed=IN_A_ROW, reason="it is down")
    with pytest.raises(OutageError, match=r"^deepseek is not asked again in this run: it is down$") as raised:
        breaker.check()
    assert not raised.value.unknown_cost


@pytest.mark.parametrize(
    ("provider", "requests"), [("deepseek", 1), ("another", 2)], ids=["shared", "each its own"]
)
def test_the_models_of_one_provider_share_their_luck(
    server: ModelServer, provider: str, requests: int
) -> None:
    server.script = playing([Turn(status=401)])
    models = models_of(Ladder())
    for changes in ({"model": "flash"}, {"model": "pro", "provider": provider}):
        asked: Any = endpoint_at(server.url, **changes)
        with pytest.raises(OutageError):
            models.at(asked).ask(PROMPT, lambda _: None)
    assert len(server.asked) == requests


@pytest.mark.parametrize("status", [504, 524])
def test_a_proxy_that_stopped_waiting_may_have_let_the_model_work(status: int) -> None:
    error = of_status(status, {"message": "timed out"}, {}, endpoint_at("http://127.0.0.1"), lambda: NOW)
    assert (error.unknown_cost, error.outage, isinstance(error, BusyError)) == (True, True, False)
