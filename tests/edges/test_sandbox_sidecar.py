"""The sidecar asked directly: odd trees from git, what setup leaves, and how it ends."""

import io
import socket
import subprocess
import sys
import tarfile
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from homeostat.edges.sandbox.protocol import Header, Wire
from homeostat.edges.sandbox.sidecar import Sidecar, main, on_this_machine
from tests.sidecars import SIDECAR, short_folder

Member = tuple[str, bytes, str]
"""Name, type, and a link's target or a file's content."""


@dataclass(frozen=True)
class Engine:
    """Speaks to a sidecar that serves in a thread."""

    home: Path
    wires: dict[str, Wire]

    def prepare(self, members: list[Member], command: str | None = None) -> Header:
        wire = self.wires["setup"]
        wire.send({"op": "prepare", "command": command, "timeout": 5, "output_limit": 1000})
        wire.send({"op": "file"}, tar_of(members))
        wire.send({"op": "go"})
        return answer_of(wire)[1]

    def run(self, command: str, edits: dict[str, str] | None = None) -> tuple[bytes, Header]:
        wire = self.wires["tests"]
        wire.send({"op": "run", "command": command, "timeout": 5, "output_limit": 1000})
        for path, text in (edits or {}).items():
            wire.send({"op": "edit", "path": path}, text.encode())
        wire.send({"op": "go"})
        return answer_of(wire)


def answer_of(wire: Wire) -> tuple[bytes, Header]:
    said = b""
    while (frame := wire.receive())[0] == {"kind": "output"}:
        said += frame[1]
    return said, frame[0]


def tar_of(members: list[Member]) -> bytes:
    written = io.BytesIO()
    with tarfile.open(fileobj=written, mode="w") as archive:
        for name, kind, text in members:
            member = tarfile.TarInfo(name)
            member.type, member.mtime, member.mode = kind, 1_600_000_000, 0o6755
            if kind == tarfile.REGTYPE:
                member.size = len(text)
                archive.addfile(member, io.BytesIO(text.encode()))
            else:
                member.linkname = text
                archive.addfile(member)
    return written.getvalue()


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    wires, threads = {}, []
    for role in ("setup", "tests"):
        ours, theirs = socket.socketpair()
        sidecar = Sidecar(Wire(theirs), on_this_machine(tmp_path))
        threads.append(threading.Thread(target=sidecar.serve, args=(role,)))
        threads[-1].start()
        wires[role] = Wire(ours)
        wires[role].deadline = time.monotonic() + 30
    yield Engine(tmp_path, wires)
    for wire in wires.values():
        wire.connection.close()
    for thread in threads:
        thread.join(10)


# --- the tree -----------------------------------------------------------------------------------


def test_files_arrive_as_they_are_in_git(engine: Engine) -> None:
    members = [
        ("folder", tarfile.DIRTYPE, ""),
        ("folder/tool", tarfile.REGTYPE, "#!/bin/sh\n"),
        ("deep/er/file", tarfile.REGTYPE, "text"),
        ("caf\udce9", tarfile.REGTYPE, "not UTF-8"),
        ("absolute", tarfile.SYMTYPE, "/etc/passwd"),
        ("outside", tarfile.SYMTYPE, "../../../x"),
        ("itself", tarfile.SYMTYPE, "itself"),
        ("nowhere", tarfile.SYMTYPE, "no/such/file"),
    ]
    assert engine.prepare(members)["kind"] == "end"
    said, _ = engine.run("stat -c '%a %Y %n' folder/tool deep/er/file; ls")
    assert said.decode(errors="surrogateescape").splitlines() == [
        "755 1600000000 folder/tool",
        "755 1600000000 deep/er/file",
        *("absolute", "caf\udce9", "deep", "folder", "itself", "nowhere", "outside"),
    ]
    tree = engine.home / "prepared/tree"
    links = {name: target for name, kind, target in members if kind == tarfile.SYMTYPE}
    assert {name: str((tree / name).readlink()) for name in links} == links


@pytest.mark.parametrize(
    ("members", "said"),
    [
        pytest.param([("/x", tarfile.REGTYPE, "")], "no path inside", id="an absolute path"),
        pytest.param([("../x", tarfile.REGTYPE, "")], "no path inside", id="a path that leaves"),
        pytest.param([("a/../../x", tarfile.REGTYPE, "")], "no path inside", id="a path that leaves below"),
        pytest.param(
            [("out", tarfile.SYMTYPE, "/etc"), ("out/x", tarfile.REGTYPE, "")],
            "goes through a symbolic link",
            id="a path through a link",
        ),
        pytest.param([("x", tarfile.LNKTYPE, "/etc/passwd")], "refuses it", id="a second name"),
        pytest.param([("x", tarfile.CHRTYPE, "")], "refuses it", id="a device"),
        pytest.param([("x", tarfile.FIFOTYPE, "")], "refuses it", id="a pipe"),
        pytest.param([("x" * 300, tarfile.REGTYPE, "")], "cannot be laid out", id="a name too long"),
        pytest.param([("x", tarfile.REGTYPE, "")] * 2, "cannot be laid out", id="one file twice"),
    ],
)
def test_a_tree_that_git_never_makes_is_refused_and_the_next_is_taken(
    engine: Engine, members: list[Member], said: str
) -> None:
    error = engine.prepare(members)
    assert (error["kind"], said in error["message"]) == ("error", True)
    assert engine.prepare([("x", tarfile.REGTYPE, "text")])["kind"] == "end"
    assert engine.run("cat x")[0] == b"text"


def test_what_is_no_tar_is_refused(engine: Engine) -> None:
    wire = engine.wires["setup"]
    wire.send({"op": "prepare", "command": None, "timeout": 5, "output_limit": 1000})
    for _ in range(3):
        wire.send({"op": "file"}, b"no tar " * 100_000)
    wire.send({"op": "go"})
    assert "cannot be laid out" in answer_of(wire)[1]["message"]


# --- what setup leaves ----------------------------------------------------------------------------


def test_home_is_kept_with_modes_times_links_and_second_names(engine: Engine) -> None:
    setup = (
        "mkdir ~/.cache; echo kept >~/.cache/one; ln ~/.cache/one ~/.cache/two; ln -s one ~/.cache/link; "
        "chmod 400 ~/.cache/one; touch -d @1600000000 ~/.cache/one ~/.cache; chmod 500 ~/.cache"
    )
    assert engine.prepare([], setup)["exit_code"] == 0
    look = "cd ~/.cache; stat -c '%a %h %Y %n' . one two; readlink link; cat two; rm -rf ~/.cache"
    seen = "500 2 1600000000 .\n400 2 1600000000 one\n400 2 1600000000 two\none\nkept\n"
    assert [engine.run(look)[0].decode() for _ in range(2)] == [seen, seen]


def test_what_commands_leave_in_the_temporary_folder_is_gone(engine: Engine) -> None:
    engine.prepare([], 'touch "$TMPDIR/x"; mkdir -p "$TMPDIR/a/b"; chmod 0 "$TMPDIR/a"')
    command = 'ls -A "$TMPDIR"; touch "$TMPDIR/y"'
    assert [engine.run(command)[0] for _ in range(2)] == [b"", b""]


@pytest.mark.parametrize("damage", ["rm -r ../tree", "rm -r ~", "rm -r ../tree; touch ../tree"])
def test_a_setup_that_destroys_what_it_works_on_is_told(engine: Engine, damage: str) -> None:
    error = engine.prepare([], damage)
    assert (error["kind"], "setup_command removed" in error["message"]) == ("error", True)


def test_a_tree_that_became_a_link_is_told(engine: Engine) -> None:
    error = engine.prepare([], "mv ../tree ../moved; ln -s moved ../tree")
    assert "replaced by a link" in error["message"]


# --- runs ---------------------------------------------------------------------------------------


def test_output_over_the_limit_keeps_both_ends_and_says_so(engine: Engine) -> None:
    engine.prepare([])
    said, end = engine.run("yes 123456789 | head -c 100000")
    assert len(said) < 1_100
    assert b"bytes of output left out" in said
    assert end["truncated"] is True


def test_a_flood_of_output_ends_at_the_time_limit(engine: Engine) -> None:
    engine.prepare([])
    wire = engine.wires["tests"]
    wire.send({"op": "run", "command": "yes", "timeout": 0.3, "output_limit": 1000})
    wire.send({"op": "go"})
    assert answer_of(wire)[1]["exit_code"] is None


def test_an_edit_that_cannot_be_written_is_told_and_the_next_run_works(engine: Engine) -> None:
    engine.prepare([("file", tarfile.REGTYPE, "text")])
    assert "cannot be written" in engine.run("true", {"file/below": "x"})[1]["message"]
    assert engine.run("cat file")[0] == b"text"


def test_a_command_that_cannot_be_started_is_told(engine: Engine) -> None:
    engine.prepare([])
    assert "cannot be started" in engine.run("true\0")[1]["message"]


def test_the_engine_can_leave_in_the_middle_of_a_command(tmp_path: Path) -> None:
    ours, theirs = socket.socketpair()
    places = on_this_machine(tmp_path)
    for name in ("tree", "home"):
        (places.prepared / name).mkdir()
    thread = threading.Thread(target=Sidecar(Wire(theirs), places).serve, args=("tests",))
    thread.start()
    wire = Wire(ours)
    wire.send({"op": "run", "command": "echo begun; sleep 60", "timeout": 60, "output_limit": 1000})
    wire.send({"op": "go"})
    assert wire.receive() == ({"kind": "output"}, b"begun\n")
    ours.close()
    thread.join(5)
    assert not thread.is_alive()


# --- as a program -------------------------------------------------------------------------------


def test_a_sidecar_that_is_not_the_first_of_its_container_refuses() -> None:
    assert "PID 1" in (main("tests") or "")


def test_a_sidecar_waits_for_the_engine(tmp_path: Path) -> None:
    with short_folder() as sockets:
        waiting = subprocess.Popen([*SIDECAR, "tests", sockets, tmp_path])
        time.sleep(0.3)
        with socket.socket(socket.AF_UNIX) as listener:
            listener.bind(str(sockets / "tests.sock"))
            listener.listen()
            listener.settimeout(10)
            listener.accept()[0].close()
        assert waiting.wait(10) == 0


def test_the_sidecar_needs_nothing_but_pythons_own_library() -> None:
    """It starts in any image, from a kit that holds no package."""
    root = Path(__file__).parents[2]
    bare = [sys.executable, "-I", "-S", "-c"]
    subprocess.run(
        [*bare, f"import sys; sys.path.append({str(root)!r}); import {main.__module__}"], check=True
    )
