"""What is particular to the sandbox of local processes: real commands, well and badly behaved."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from homeostat.edges.sandbox import ProcessSandbox
from homeostat.errors import HomeostatError

PYTHON = sys.executable


def nothing(_: Path) -> None:
    """Populate an empty repository."""


def prepared(
    home: Path,
    setup: str | None = None,
    *,
    populate: Callable[[Path], None] = nothing,
    limit: int = 1_000_000,
) -> ProcessSandbox:
    sandbox = ProcessSandbox(home, populate, limit)
    run = sandbox.prepare(setup, timeout=5)
    assert run is None or run.exit_code == 0, run
    return sandbox


def is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


# --- before anything ran ---------------------------------------------------------------------


def test_a_run_before_prepare_is_refused(tmp_path: Path) -> None:
    with pytest.raises(HomeostatError, match="prepare it first"):
        ProcessSandbox(tmp_path, nothing).run("true", {}, timeout=5)


def test_nothing_is_made_until_prepare(tmp_path: Path) -> None:
    ProcessSandbox(tmp_path / "home", nothing)
    assert list(tmp_path.iterdir()) == []


def test_prepare_again_starts_from_the_pristine_files(tmp_path: Path) -> None:
    sandbox = prepared(tmp_path, "touch first")
    sandbox.prepare("touch second", timeout=5)
    assert sandbox.run("ls", {}, timeout=5).output == "second\n"


# --- what a command gets ---------------------------------------------------------------------


def test_only_the_allowed_variables_arrive(tmp_path: Path) -> None:
    script = (
        "import os, pathlib, homeostat.edges.sandbox as edge\n"
        "os.environ.update(GITHUB_TOKEN='t0p', OPENAI_API_KEY='s3cret', INPUT_X='1', PYTHONPATH='/x')\n"
        f"box = edge.ProcessSandbox(pathlib.Path({str(tmp_path)!r}), lambda tree: None)\n"
        "box.prepare(None, timeout=5)\n"
        "print(box.run('/usr/bin/env', {}, timeout=5).output)\n"
    )
    told = subprocess.run([PYTHON, "-c", script], capture_output=True, text=True, check=True).stdout
    variables = dict(line.split("=", 1) for line in told.split("\n") if line)
    assert variables.pop("PWD") == str(tmp_path / "tree")  # the shell's own
    assert variables.pop("PATH") == os.environ["PATH"]
    assert variables == {
        "CI": "true",
        "HOME": str(tmp_path / "home"),
        "LANG": "C.UTF-8",
        "NO_COLOR": "1",
        "PYTHONDONTWRITEBYTECODE": "1",
        "PYTHONUNBUFFERED": "1",
        "TERM": "dumb",
        "TMPDIR": str(tmp_path / "tmp"),
        "TZ": "UTC",
    }


def test_home_and_temporary_folder_are_empty_in_each_run(tmp_path: Path) -> None:
    sandbox = prepared(tmp_path, 'touch "$HOME/kept" "$TMPDIR/kept"')
    command = 'ls -A "$HOME" "$TMPDIR" | grep -c kept; touch "$HOME/kept" "$TMPDIR/kept"'
    assert [sandbox.run(command, {}, timeout=5).output for _ in range(2)] == ["0\n", "0\n"]


def test_standard_input_is_at_its_end(tmp_path: Path) -> None:
    run = prepared(tmp_path).run("cat; echo $?", {}, timeout=5)
    assert (run.output, run.exit_code) == ("0\n", 0)


@pytest.mark.parametrize(
    ("command", "code"),
    [
        pytest.param("no-such-command-anywhere", 127, id="missing command"),
        pytest.param("touch x; ./x", 126, id="not executable"),
        pytest.param("kill -9 $$", 137, id="killed"),
        pytest.param("kill -15 $$", 143, id="terminated"),
        pytest.param("exit 255", 255, id="its own"),
    ],
)
def test_exit_codes_are_those_of_a_shell(tmp_path: Path, command: str, code: int) -> None:
    assert prepared(tmp_path).run(command, {}, timeout=5).exit_code == code


# --- what a command says ---------------------------------------------------------------------


def test_output_that_is_not_utf_8_is_told_as_far_as_it_can_be(tmp_path: Path) -> None:
    assert prepared(tmp_path).run(r"printf 'caf\351 \303\251'", {}, timeout=5).output == "caf\ufffd é"


def test_output_up_to_the_limit_is_whole(tmp_path: Path) -> None:
    run = prepared(tmp_path, limit=9).run("printf 'aaaé-bbb'", {}, timeout=5)
    assert (run.output, run.truncated) == ("aaaé-bbb", False)


def test_output_over_the_limit_keeps_both_ends(tmp_path: Path) -> None:
    run = prepared(tmp_path, limit=10).run("printf 01234; sleep 0.05; printf 56789abcdef", {}, timeout=5)
    assert (run.output, run.truncated) == ("01234\n[… 6 bytes of output left out …]\nbcdef", True)


def test_a_flood_ends_at_the_time_limit_in_little_memory(tmp_path: Path) -> None:
    script = (
        "import pathlib, resource, homeostat.edges.sandbox as edge\n"
        f"box = edge.ProcessSandbox(pathlib.Path({str(tmp_path)!r}), lambda tree: None)\n"
        "box.prepare(None, timeout=5)\n"
        "before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss\n"
        "run = box.run('yes 0123456789012345678901234567890123456789', {}, timeout=0.7)\n"
        "grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before\n"
        "print(run.timed_out, run.truncated, len(run.output) < 1_001_000, grown)\n"
    )
    told = subprocess.run([PYTHON, "-c", script], capture_output=True, text=True, check=True).stdout.split()
    assert told[:3] == ["True", "True", "True"]
    assert int(told[3]) < 20_000  # KiB


# --- what a command leaves running -----------------------------------------------------------

DAEMON = f"""{PYTHON} -c '
import os, time
if os.fork() == 0:
    os.setsid()
    if os.fork() == 0:
        open("pid", "w").write(str(os.getpid()))
        time.sleep(60)
    time.sleep(60)
while not (os.path.exists("pid") and os.path.getsize("pid")): time.sleep(0.005)
'"""


@pytest.mark.parametrize(
    ("command", "timeout", "exit_code"),
    [
        pytest.param("sleep 60 & echo $! >pid", 5, 0, id="a background child that holds the pipe"),
        pytest.param("sleep 60 >/dev/null 2>&1 & echo $! >pid", 5, 0, id="a silent background child"),
        pytest.param(
            "setsid sh -c 'echo $$ >pid; exec sleep 60' & until [ -s pid ]; do sleep 0.02; done",
            5,
            0,
            id="another session",
        ),
        pytest.param(DAEMON, 5, 0, id="a daemon and its child"),
        pytest.param("trap '' TERM INT HUP; echo $$ >pid; sleep 60", 0.5, None, id="deaf to signals"),
        pytest.param("exec >/dev/null 2>&1; echo $$ >pid; sleep 60", 0.5, None, id="output closed"),
        pytest.param(
            "setsid sh -c 'echo $$ >pid; exec sleep 60'; true", 0.5, None, id="session at the limit"
        ),
    ],
)
def test_nothing_outlives_its_run(
    tmp_path: Path, command: str, timeout: float, exit_code: int | None
) -> None:
    run = prepared(tmp_path).run(command, {}, timeout=timeout)
    assert not is_alive(int((tmp_path / "tree/pid").read_text()))
    assert run.exit_code == exit_code
    assert run.seconds < 3


def test_a_background_flood_does_not_keep_the_run_waiting(tmp_path: Path) -> None:
    run = prepared(tmp_path).run("yes & echo over; exit 5", {}, timeout=5)
    assert run.exit_code == 5
    assert run.seconds < 3


def test_a_process_of_the_engine_itself_is_left_alone(tmp_path: Path) -> None:
    own_command = ["sh", "-c", "sleep 60 & echo $!; wait"]
    with subprocess.Popen(own_command, stdout=subprocess.PIPE, text=True, start_new_session=True) as own:
        assert own.stdout
        below = int(own.stdout.readline())
        prepared(tmp_path).run("sleep 60 & true", {}, timeout=5)
        assert own.poll() is None
        assert is_alive(below)
        os.killpg(own.pid, signal.SIGKILL)


def test_an_interrupt_ends_the_command_too(tmp_path: Path) -> None:
    script = (
        "import pathlib, signal, homeostat.edges.sandbox as edge\n"
        "signal.signal(signal.SIGINT, signal.default_int_handler)\n"
        f"box = edge.ProcessSandbox(pathlib.Path({str(tmp_path)!r}), lambda tree: None)\n"
        "box.prepare(None, timeout=5)\n"
        "box.run('setsid sleep 60 & echo $! $$ >pid.new; mv pid.new pid; wait', {}, timeout=30)\n"
    )
    with subprocess.Popen([PYTHON, "-c", script], stderr=subprocess.PIPE, text=True) as engine:
        pids = tmp_path / "tree/pid"
        deadline = time.monotonic() + 5
        while not pids.exists() and time.monotonic() < deadline:
            time.sleep(0.01)
        engine.send_signal(signal.SIGINT)
        _, errors = engine.communicate(timeout=5)
    assert "KeyboardInterrupt" in errors
    assert [pid for pid in pids.read_text().split() if is_alive(int(pid))] == []


# --- each run starts anew --------------------------------------------------------------------


@pytest.mark.parametrize(
    "damage",
    [
        "echo other >kept",
        "rm kept",
        "touch extra; mkdir more; touch more/file",
        "chmod 755 kept",
        "rm kept; mkdir kept",
        "mkdir locked; touch locked/file; chmod 555 locked; chmod 000 .",
        "mkfifo queue",
        "rm -rf ../tree",
        "mv ../tree ../moved; ln -s / ../tree",
        "rm -rf ../home; ln -s / ../home",
    ],
)
def test_what_a_run_did_to_the_tree_is_undone(tmp_path: Path, damage: str) -> None:
    sandbox = prepared(tmp_path, "echo text >kept; chmod 640 kept; ln -s kept link; chmod 750 .")
    look = "stat -c '%a %F %n' . kept link && cat link && ls -A"
    before = sandbox.run(look, {}, timeout=5).output
    assert before.startswith("750 directory .\n640 regular file kept\n777 symbolic link link\ntext\n")
    assert sandbox.run(damage, {}, timeout=5).exit_code == 0
    assert sandbox.run(look, {}, timeout=5).output == before


@pytest.mark.slow
def test_a_very_deep_tree_can_be_cleared(tmp_path: Path) -> None:
    deepen = f'{PYTHON} -c \'import os\nfor _ in range(3000): os.mkdir("d"); os.chdir("d")\''
    sandbox = prepared(tmp_path)
    assert sandbox.run(deepen, {}, timeout=5).exit_code == 0
    assert sandbox.run("ls -A", {}, timeout=5).output == ""


def test_clearing_follows_no_link(tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "file").touch()
    outside.chmod(0o500)
    sandbox = prepared(tmp_path / "sandbox", f"ln -s {outside} folder; ln -s {outside}/file file")
    sandbox.run("true", {}, timeout=5)
    sandbox.prepare(None, timeout=5)
    assert [entry.name for entry in outside.iterdir()] == ["file"]
    assert outside.stat().st_mode & 0o777 == 0o500


def test_what_is_neither_file_nor_folder_nor_link_is_left_out(tmp_path: Path) -> None:
    def populate(tree: Path) -> None:
        with socket.socket(socket.AF_UNIX) as listener:
            listener.bind(os.path.relpath(tree / "socket"))

    sandbox = prepared(tmp_path, "mkfifo queue; touch file", populate=populate)
    assert (tmp_path / "tree/socket").is_socket()
    assert sandbox.run("ls -A", {}, timeout=5).output == "file\n"


def test_a_prepared_tree_that_became_a_link_is_refused(tmp_path: Path) -> None:
    sandbox = prepared(tmp_path)
    sandbox.run("rm -r ../prepared; ln -s /etc ../prepared", {}, timeout=5)
    with pytest.raises(HomeostatError, match="replaced by a link"):
        sandbox.run("true", {}, timeout=5)


def test_a_tree_that_setup_destroyed_is_told(tmp_path: Path) -> None:
    with pytest.raises(HomeostatError, match="cannot copy"):
        ProcessSandbox(tmp_path, nothing).prepare("rm -r ../tree", timeout=5)


def test_a_place_that_cannot_hold_a_tree_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(HomeostatError, match="cannot lay out"):
        ProcessSandbox(tmp_path / "file", nothing).prepare("true", timeout=5)


# --- edits -----------------------------------------------------------------------------------


def test_an_edit_keeps_the_mode_and_touches_no_second_name_of_the_file(tmp_path: Path) -> None:
    def populate(tree: Path) -> None:
        (tree / "tool").write_text("#!/bin/sh\necho old\n")
        (tree / "tool").chmod(0o555)

    sandbox = prepared(tmp_path, populate=populate)
    assert sandbox.run("./tool", {"tool": "#!/bin/sh\necho new\n"}, timeout=5).output == "new\n"
    assert (tmp_path / "tree/tool").stat().st_mode & 0o777 == 0o555
    assert sandbox.run("./tool", {}, timeout=5).output == "old\n"


@pytest.mark.parametrize(
    "path",
    ["out/escaped", "out/sub/escaped", "away", "dangling", "inner/file"],
)
def test_an_edit_through_a_link_is_refused(tmp_path: Path, path: str) -> None:
    outside = tmp_path / "outside"
    (outside / "sub").mkdir(parents=True)
    (outside / "file").write_text("mine")
    links = f"ln -s {outside} out; ln -s {outside}/file away; ln -s {outside}/new dangling"
    sandbox = prepared(tmp_path / "sandbox", f"{links}; mkdir folder; ln -s folder inner")
    with pytest.raises(HomeostatError, match="symbolic link"):
        sandbox.run("true", {path: "theirs"}, timeout=5)
    assert sorted(entry.name for entry in outside.rglob("*")) == ["file", "sub"]
    assert (outside / "file").read_text() == "mine"


@pytest.mark.parametrize("path", ["", "/etc/x", "../x", "a/../../x", "./x", "a//x", "a/", ".", ".."])
def test_an_edit_outside_the_tree_is_refused(tmp_path: Path, path: str) -> None:
    sandbox = prepared(tmp_path / "sandbox")
    with pytest.raises(HomeostatError, match="no path inside the repository"):
        sandbox.run("true", {path: "text"}, timeout=5)


@pytest.mark.parametrize(
    ("path", "text"),
    [
        pytest.param("file/below", "text", id="a file where a folder should be"),
        pytest.param("folder", "text", id="a folder where the file should be"),
        pytest.param("nul\0", "text", id="NUL in the path"),
        pytest.param("x" * 300, "text", id="a name too long"),
        pytest.param("new", "\ud800", id="text that is no Unicode"),
    ],
)
def test_an_edit_that_cannot_be_written_is_told(tmp_path: Path, path: str, text: str) -> None:
    sandbox = prepared(tmp_path, "touch file; mkdir folder")
    with pytest.raises(HomeostatError, match="cannot be written"):
        sandbox.run("true", {path: text}, timeout=5)
