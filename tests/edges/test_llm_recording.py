"""Calls of models, recorded from a real server and played again without one."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from homeostat.edges.llm import Player, Recorder, Reel
from homeostat.errors import ConfigError, CutOffError, ModelError, OutageError
from homeostat.ports import Model
from homeostat.records import Message, Plain, Prompt, Reply, Stop, Usage
from tests.edges.test_llm import KEY, PROMPT, model_at, server
from tests.model_server import ModelServer, Turn, playing

__all__ = ["server"]  # a fixture

OTHER = replace(PROMPT, messages=(Message("user", Plain("And now?")),))
CACHED = {"prompt_tokens": 1_000, "completion_tokens": 100, "prompt_tokens_details": {"cached_tokens": 600}}
SCRIPT = [
    Turn('{"why": "ünïcode 😀"}', CACHED),
    Turn("", refusal="I cannot help with that."),
    *[Turn(status=503, error={"message": f"later, {KEY}"})] * 3,
    Turn("half of it", manner="cut"),
    Turn("no bill, and a lone half: \ud83d", None, finish="length"),
    Turn(status=400, error={"message": f"too long, {KEY}"}),
    Turn(status=401, error={"message": f"unknown key {KEY}"}),
]
CALLS = 7

End = Reply | tuple[type[ModelError], str, bool, bool]


def ends(model: Model, number: int = CALLS, prompt: Prompt = PROMPT) -> list[End]:
    """How some calls end: with a reply, or with an error and what it says of outages and costs."""
    found = list[End]()
    for _ in range(number):
        try:
            found.append(model.ask(prompt, lambda _: None))
        except ModelError as error:
            kind = next((kind for kind in (CutOffError, OutageError) if isinstance(error, kind)), ModelError)
            found.append((kind, str(error), error.outage, error.unknown_cost))
    return found


def recorded(server: ModelServer, folder: Path, number: int = CALLS) -> list[End]:
    """What calls that are recorded end with."""
    server.script = playing(SCRIPT)
    return ends(Recorder(model_at(server.url), "flash", Reel.new(folder)), number)


def contents(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in sorted(folder.iterdir())}


def test_a_recording_is_played_as_it_was_without_any_server(server: ModelServer, tmp_path: Path) -> None:
    first = recorded(server, tmp_path / "reel")
    requests = len(server.asked)
    assert ends(Player("flash", Reel.old(tmp_path / "reel"))) == first
    assert len(server.asked) == requests
    assert first[0] == Reply('{"why": "ünïcode 😀"}', Usage(1_000, 100, 600))
    assert first[4] == Reply("no bill, and a lone half: \ufffd", None, Stop.LENGTH)
    assert [end[0] for end in first if isinstance(end, tuple)] == [
        *(OutageError, CutOffError, ModelError, OutageError)
    ]


def test_a_recorder_changes_nothing_of_what_it_hears(server: ModelServer, tmp_path: Path) -> None:
    first = recorded(server, tmp_path / "reel")
    server.script = playing(SCRIPT)
    assert ends(model_at(server.url)) == first


def test_no_file_of_a_recording_holds_the_key(server: ModelServer, tmp_path: Path) -> None:
    recorded(server, tmp_path / "reel")
    found = contents(tmp_path / "reel")
    assert len(found) == 1 + CALLS
    assert server.keys == [f"Bearer {KEY}"] * len(server.keys)
    assert KEY.encode() not in b"".join(found.values())


def test_the_same_calls_with_the_same_seed_make_the_same_files(server: ModelServer, tmp_path: Path) -> None:
    for name in ("one", "two"):
        server.script = playing(SCRIPT)
        (tmp_path / name).mkdir()
        ends(Recorder(model_at(server.url), "flash", Reel(tmp_path / name, "a seed")))
    assert contents(tmp_path / "one") == contents(tmp_path / "two")
    assert len(contents(tmp_path / "one")) == CALLS


def test_a_recording_keeps_its_seed_and_another_has_another(tmp_path: Path) -> None:
    seeds = [Reel.new(tmp_path / name).seed for name in ("one", "two")]
    assert [Reel.old(tmp_path / name).seed for name in ("one", "two")] == seeds
    assert seeds[0] != seeds[1]


def test_two_models_share_one_reel_in_the_order_of_their_calls(server: ModelServer, tmp_path: Path) -> None:
    server.script = playing([Turn(word) for word in ("one", "two", "three", "four")])
    order = ("flash", "pro", "pro", "flash")

    def asked_in_order(models: dict[str, Model]) -> list[str]:
        return [models[name].ask(PROMPT, lambda _: None).text for name in order]

    taking = Reel.new(tmp_path / "reel")
    asked_in_order({name: Recorder(model_at(server.url, model=name), name, taking) for name in order})
    giving = Reel.old(tmp_path / "reel")
    played = asked_in_order({name: Player(name, giving) for name in order})
    assert played == ["one", "two", "three", "four"]
    assert [body["model"] for body in server.asked] == [*order]


@pytest.mark.parametrize(
    ("name", "prompt"),
    [
        ("flash", OTHER),
        ("flash", replace(PROMPT, form={"type": "object"})),
        ("flash", replace(PROMPT, name="review")),
        ("pro", PROMPT),
    ],
    ids=["messages", "form", "name", "model"],
)
def test_another_call_than_was_recorded_is_refused(
    server: ModelServer, tmp_path: Path, name: str, prompt: Prompt
) -> None:
    recorded(server, tmp_path / "reel", 1)
    expected = (
        "call 1 is not the one that was recorded: the repository, its tests or Homeostat have changed. "
        "Record it again."
    )
    player = Player(name, Reel.old(tmp_path / "reel"))
    assert ends(player, 1, prompt) == [(ModelError, expected, False, False)]


def test_a_recording_that_ends_early_says_so(server: ModelServer, tmp_path: Path) -> None:
    recorded(server, tmp_path / "reel", 1)
    last = ends(Player("flash", Reel.old(tmp_path / "reel")), 2)[1]
    assert last == (ModelError, "the recording ends before call 2: record it again", False, False)


@pytest.mark.parametrize(
    "tear",
    [
        lambda whole: whole[: len(whole) // 2],
        lambda whole: whole[: whole.index("ï".encode()) + 1],
        lambda _: b"",
        lambda _: b"[]",
        lambda whole: whole.replace(b'"replied"', b'"replies"'),
        lambda whole: whole.replace(b'"input": 1000', b'"input": "many"'),
    ],
    ids=["half", "in a character", "empty", "a list", "no answer", "no number"],
)
def test_a_torn_file_is_refused_with_its_name(
    server: ModelServer, tmp_path: Path, tear: Callable[[bytes], bytes]
) -> None:
    recorded(server, tmp_path / "reel", 1)
    file = tmp_path / "reel" / "0001.json"
    file.write_bytes(tear(file.read_bytes()))
    with pytest.raises(ModelError) as raised:
        Player("flash", Reel.old(tmp_path / "reel")).ask(PROMPT, lambda _: None)
    assert str(raised.value).startswith(str(file))
    assert str(raised.value).endswith(": record it again")
    assert not raised.value.outage


def test_an_error_that_was_recorded_by_an_unknown_name_is_an_error(
    server: ModelServer, tmp_path: Path
) -> None:
    server.script = playing([Turn(status=400)])
    ends(Recorder(model_at(server.url), "flash", Reel.new(tmp_path / "reel")), 1)
    file = tmp_path / "reel" / "0001.json"
    call = json.loads(file.read_text("utf-8"))
    file.write_text(json.dumps(call | {"failed": call["failed"] | {"kind": "NewerError"}}), encoding="utf-8")
    played = ends(Player("flash", Reel.old(tmp_path / "reel")), 1)
    assert played == [(ModelError, "deepseek answers 400: no", False, False)]


@pytest.mark.parametrize("seed", [None, b"\xff\xfe\x00"], ids=["none", "no text"])
def test_a_folder_without_a_recording_is_refused(tmp_path: Path, seed: bytes | None) -> None:
    if seed:
        (tmp_path / "seed").write_bytes(seed)
    with pytest.raises(
        ConfigError, match=r"holds no recording: give the folder of a --record to --replay\.$"
    ):
        Reel.old(tmp_path)


def test_nothing_is_recorded_over_what_is_there(server: ModelServer, tmp_path: Path) -> None:
    recorded(server, tmp_path / "reel", 1)
    before = contents(tmp_path / "reel")
    with pytest.raises(ConfigError, match=r"reel is not empty: give a new folder to --record\.$"):
        Reel.new(tmp_path / "reel")
    assert contents(tmp_path / "reel") == before


@pytest.mark.parametrize("below", ["", "below"], ids=["a file", "below a file"])
def test_a_folder_that_cannot_be_is_refused(tmp_path: Path, below: str) -> None:
    (tmp_path / "reel").write_text("mine", encoding="utf-8")
    with pytest.raises(
        ConfigError, match=r"cannot hold a recording \(.+\): give a new folder to --record\.$"
    ):
        Reel.new(tmp_path / "reel" / below)
    assert (tmp_path / "reel").read_text("utf-8") == "mine"


def test_a_new_folder_is_made_with_its_parents(tmp_path: Path) -> None:
    Reel.new(tmp_path / "a" / "b")
    assert [*contents(tmp_path / "a" / "b")] == ["seed"]
