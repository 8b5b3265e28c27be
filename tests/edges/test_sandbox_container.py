"""The engine against sidecars that fail, lie or flood; each is a real peer on a real socket."""

import json
import socket
import stat
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import IO

import pytest

from homeostat.edges.sandbox import ContainerSandbox
from homeostat.edges.sandbox.protocol import LENGTHS, Wire
from homeostat.errors import HomeostatError
from tests.sidecars import archive_of, short_folder

Peer = Callable[[socket.socket], None]
DONE = {"kind": "end", "exit_code": 0, "seconds": 0.1, "truncated": False}


@pytest.fixture
def sockets() -> Iterator[Path]:
    with short_folder() as folder:
        yield folder


def frame(header: object, payload: bytes = b"") -> bytes:
    encoded = header if isinstance(header, bytes) else json.dumps(header).encode()
    return LENGTHS.pack(len(encoded), len(payload)) + encoded + payload


def play(sockets: Path, tests: Peer, setup: Peer | None = None) -> None:
    """Connect both; setup answers as it should unless it has a part."""

    def follow(role: str, part: Peer) -> None:
        with socket.socket(socket.AF_UNIX) as connection, suppress(OSError, EOFError):
            connection.connect(str(sockets / f"{role}.sock"))
            part(connection)

    for role, part in (("setup", setup or answering(frame(DONE))), ("tests", tests)):
        threading.Thread(target=follow, args=(role, part), daemon=True).start()


def requests_of(connection: socket.socket) -> list[dict[str, object]]:
    wire = Wire(connection)
    taken: list[dict[str, object]] = [{"op": ""}]
    while taken[-1]["op"] != "go":
        taken.append(wire.receive()[0])
    return taken[1:]


def answering(*answers: bytes, last: Peer = lambda _: None) -> Peer:
    def part(connection: socket.socket) -> None:
        for answer in answers:
            requests_of(connection)
            connection.sendall(answer)
        last(connection)
        with suppress(OSError):
            connection.recv(1)

    return part


def prepared(sockets: Path, tests: Peer, grace: float = 120.0) -> ContainerSandbox:
    sandbox = ContainerSandbox(sockets, archive_of({"a": "text"}), 1000, grace=grace)
    play(sockets, tests)
    assert sandbox.prepare(None, timeout=5) is None
    return sandbox


# --- who is let in ----------------------------------------------------------------------------


def test_each_socket_takes_one_connection_and_is_gone_before_anything_runs(sockets: Path) -> None:
    with ContainerSandbox(sockets, archive_of({})) as sandbox:
        assert sorted(path.name for path in sockets.iterdir()) == ["setup.sock", "tests.sock"]
        assert {stat.S_IMODE(path.stat().st_mode) for path in sockets.iterdir()} == {0o666}

        seen: list[Path] = []

        def looking(connection: socket.socket) -> None:
            requests_of(connection)
            seen.extend(sockets.iterdir())
            connection.sendall(frame(DONE))

        play(sockets, answering(), setup=looking)
        sandbox.prepare(None, timeout=5)
        assert seen == []


def test_a_sandbox_that_does_not_start_is_told(sockets: Path) -> None:
    with (
        ContainerSandbox(sockets, archive_of({}), connect=0.2) as sandbox,
        pytest.raises(HomeostatError, match=r"for setup did not start within 0 s.*test_image"),
    ):
        sandbox.prepare(None, timeout=5)
    assert list(sockets.iterdir()) == []


def test_sockets_that_a_killed_engine_left_are_replaced(sockets: Path) -> None:
    for role in ("setup", "tests"):
        with socket.socket(socket.AF_UNIX) as left:
            left.bind(str(sockets / f"{role}.sock"))
    with prepared(sockets, answering(frame(DONE))) as sandbox:
        assert sandbox.run("true", {}, timeout=5).exit_code == 0
    assert list(sockets.iterdir()) == []


def test_a_folder_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(HomeostatError, match="cannot be reached"):
        ContainerSandbox(tmp_path / "none", archive_of({}))


def test_a_run_before_prepare_is_refused(sockets: Path) -> None:
    with (
        ContainerSandbox(sockets, archive_of({})) as sandbox,
        pytest.raises(HomeostatError, match="prepare it first"),
    ):
        sandbox.run("true", {}, timeout=5)


# --- what is taken for an answer --------------------------------------------------------------


@pytest.mark.parametrize(
    "answer",
    [
        pytest.param(LENGTHS.pack(70_000, 0), id="a header that is too long"),
        pytest.param(LENGTHS.pack(2, 0xFFFF_FFFF), id="a payload that is too long"),
        pytest.param(frame(b"\xff"), id="a header that is no text"),
        pytest.param(frame(b"no"), id="a header that is no JSON"),
        pytest.param(frame(b"[" * 60_000), id="a header that is too deep"),
        pytest.param(frame([]), id="a header that is no object"),
        pytest.param(frame({}), id="nothing"),
        pytest.param(frame({"kind": "other"}), id="an unknown kind"),
        pytest.param(frame({"kind": "output", "more": 1}), id="output with more"),
        pytest.param(frame(DONE | {"more": 1}), id="an end with more"),
        pytest.param(frame({"kind": "end"}), id="an end without anything"),
        pytest.param(frame(DONE, b"bytes"), id="an end with a payload"),
        pytest.param(frame(DONE | {"exit_code": True}), id="an exit code that is a truth"),
        pytest.param(frame(DONE | {"exit_code": "0"}), id="an exit code that is a text"),
        pytest.param(frame(DONE | {"exit_code": 256}), id="an exit code that no shell gives"),
        pytest.param(frame(DONE | {"exit_code": -1}), id="a negative exit code"),
        pytest.param(frame(DONE | {"seconds": -1}), id="negative seconds"),
        pytest.param(frame(DONE | {"seconds": 1e9}), id="more seconds than there were"),
        pytest.param(frame(json.dumps(DONE).replace("0.1", "NaN").encode()), id="seconds that are no number"),
        pytest.param(frame(json.dumps(DONE).replace("0.1", "Infinity").encode()), id="endless seconds"),
        pytest.param(frame(DONE | {"truncated": 0}), id="a truth that is a number"),
        pytest.param(frame({"kind": "error", "message": 1}), id="an error that is no text"),
    ],
)
def test_an_answer_of_another_shape_ends_the_sandbox(sockets: Path, answer: bytes) -> None:
    with prepared(sockets, answering(answer)) as sandbox:
        with pytest.raises(HomeostatError, match="for tests is not trusted any more"):
            sandbox.run("true", {}, timeout=5)
        with pytest.raises(HomeostatError, match="for tests is gone"):
            sandbox.run("true", {}, timeout=5)


def test_an_error_is_told_as_one_plain_line_and_the_next_run_works(sockets: Path) -> None:
    error = frame({"kind": "error", "message": "No space left\n::error::x\x1b[2J" + "y" * 9_000})
    with prepared(sockets, answering(error, frame(DONE))) as sandbox:
        with pytest.raises(HomeostatError) as caught:
            sandbox.run("true", {}, timeout=5)
        assert str(caught.value).startswith("No space left ::error::x [2Jyyy")
        assert len(str(caught.value)) == 500
        assert sandbox.run("true", {}, timeout=5).exit_code == 0


def test_output_over_the_limit_is_cut_whatever_the_sidecar_sends(sockets: Path) -> None:
    flood = frame({"kind": "output"}, b"x" * 65_536) * 100
    with prepared(sockets, answering(flood + frame(DONE))) as sandbox:
        run = sandbox.run("true", {}, timeout=5)
    assert run.truncated
    assert len(run.output) < 1_200


def test_a_flood_without_end_ends_at_the_time_limit(sockets: Path) -> None:
    def flooding(connection: socket.socket) -> None:
        requests_of(connection)
        while True:
            connection.sendall(frame({"kind": "output"}, b"x" * 65_536))

    with (
        prepared(sockets, flooding, grace=0.2) as sandbox,
        pytest.raises(HomeostatError, match="gave no answer in 0 s"),
    ):
        sandbox.run("true", {}, timeout=0.2)


@pytest.mark.timeout(20)
@pytest.mark.parametrize("begun", [b"", LENGTHS.pack(100, 0), frame({"kind": "output"}, b"x")])
def test_silence_ends_at_the_time_limit(sockets: Path, begun: bytes) -> None:
    with (
        prepared(sockets, answering(begun), grace=0.2) as sandbox,
        pytest.raises(HomeostatError, match="gave no answer"),
    ):
        sandbox.run("true", {}, timeout=0.2)


def test_a_sidecar_that_does_not_listen_is_told(sockets: Path) -> None:
    with (
        prepared(sockets, lambda connection: time.sleep(3), grace=0.2) as sandbox,  # noqa: ARG005
        pytest.raises(HomeostatError, match="gave no answer"),
    ):
        sandbox.run("true", {f"file{n}": "x" * 1_000_000 for n in range(9)}, timeout=0.2)


@pytest.mark.timeout(20)
@pytest.mark.parametrize("begun", [b"", LENGTHS.pack(100, 0)])
def test_a_sidecar_that_is_gone_is_told(sockets: Path, begun: bytes) -> None:
    leaving = answering(begun, last=lambda connection: connection.shutdown(socket.SHUT_RDWR))
    with (
        prepared(sockets, leaving) as sandbox,
        pytest.raises(HomeostatError, match="for tests ended before its command did"),
    ):
        sandbox.run("true", {}, timeout=5)


# --- what is asked ----------------------------------------------------------------------------


def test_a_request_says_command_time_and_limit_and_brings_each_edit(sockets: Path) -> None:
    asked: list[dict[str, object]] = []

    def noting(connection: socket.socket) -> None:
        asked.extend(requests_of(connection))
        connection.sendall(frame(DONE))

    with prepared(sockets, noting) as sandbox:
        run = sandbox.run("npm test", {"a": "1", "b\udcff": "2"}, timeout=7)
    assert asked == [
        {"op": "run", "command": "npm test", "timeout": 7, "output_limit": 1000},
        {"op": "edit", "path": "a"},
        {"op": "edit", "path": "b\udcff"},
        {"op": "go"},
    ]
    assert (run.command, run.exit_code, run.output, run.seconds) == ("npm test", 0, "", 0.1)


@pytest.mark.parametrize(
    ("path", "text", "said"),
    [
        pytest.param("a", "\ud800", "cannot be written", id="text that is no Unicode"),
        pytest.param("a", "x" * 16_777_217, "too long", id="a huge text"),
        pytest.param("a" * 5_000, "x", "too long", id="a huge path"),
    ],
)
def test_an_edit_that_cannot_be_sent_is_told_and_the_next_run_works(
    sockets: Path, path: str, text: str, said: str
) -> None:
    with prepared(sockets, answering(frame(DONE))) as sandbox:
        with pytest.raises(HomeostatError, match=said):
            sandbox.run("true", {path: text}, timeout=5)
        assert sandbox.run("true", {}, timeout=5).exit_code == 0


def test_a_tree_that_cannot_be_read_asks_nothing(sockets: Path) -> None:
    def failing(_: IO[bytes]) -> None:
        raise HomeostatError("The clone is gone.")

    with ContainerSandbox(sockets, failing) as sandbox:
        play(sockets, answering())
        with pytest.raises(HomeostatError, match="clone is gone"):
            sandbox.prepare(None, timeout=5)
        with pytest.raises(HomeostatError, match="prepare it first"):
            sandbox.run("true", {}, timeout=5)
