"""What foreign commands can do in the real sandbox, with the real containers and flags: very little."""

import http.server
import ipaddress
import json
import subprocess
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from homeostat.records import Run
from tests.e2e.sandboxes import TOKEN, Box, docker, sandbox

HUNTED = f"{TOKEN[:8]}[{TOKEN[8]}]{TOKEN[9:]}"
"""The token as a pattern that does not match its own text."""


def python(program: str) -> str:
    return f"python3 - <<'END'\n{program}\nEND"


@pytest.fixture(scope="module")
def box(image: str) -> Iterator[Box]:
    with sandbox(image) as made:
        assert made.prepare(None, {"file": "text\n"}) is None
        yield made


@pytest.fixture(scope="module")
def small(image: str) -> Iterator[Box]:
    """Little of everything, so that it is soon used up."""
    with sandbox(
        image,
        HOMEOSTAT_SANDBOX_MEMORY="400m",
        HOMEOSTAT_WORK_SIZE="100m",
        HOMEOSTAT_WORK_INODES="20k",
        HOMEOSTAT_PREPARED_SIZE="100m",
        HOMEOSTAT_TMP_SIZE="60m",
    ) as made:
        assert made.prepare(None, {"file": "text\n"}) is None
        yield made


# --- secrets ----------------------------------------------------------------------------------


def test_the_token_is_nowhere(box: Box) -> None:
    processes = "/proc/[0-9]*/environ /proc/[0-9]*/cmdline /proc/[0-9]*/maps"
    places = f"{processes} /etc /run /var /home /root /opt /app /work /prepared"
    hunt = f"env | grep -c '{HUNTED}'; grep -rIlsE '{HUNTED}' {places}; "
    hunt += "git config --list --show-origin; echo over"
    assert box.output(hunt) == "0\nover\n"
    names = {line.partition("=")[0] for line in box.output("env").splitlines()}
    assert names == {
        *("CI", "HOME", "LANG", "NO_COLOR", "PATH", "PWD", "PYTHONDONTWRITEBYTECODE"),
        *("PYTHONUNBUFFERED", "TERM", "TMPDIR", "TZ"),
    }


def test_the_token_is_nowhere_for_setup_either(image: str) -> None:
    with sandbox(image) as box:
        run = box.prepare(
            f"env | grep -c '{HUNTED}'; grep -lsE '{HUNTED}' /proc/[0-9]*/environ; ls /run/homeostat", {}
        )
    assert isinstance(run, Run)
    assert run.output == "0\n"


def test_no_docker_socket_is_there(box: Box) -> None:
    found = box.output(
        "ls /var/run/docker.sock /run/docker.sock 2>/dev/null; find / -type s 2>/dev/null; echo over"
    )
    assert found == "over\n"


def test_a_command_is_nobody(box: Box) -> None:
    look = (
        "id -u; id -g; grep -E '^(Cap|NoNewPrivs|Seccomp:)' /proc/self/status; cat /proc/self/oom_score_adj"
    )
    assert box.output(look).split() == [
        *("10002", "10002", "CapInh:", "0" * 16, "CapPrm:", "0" * 16, "CapEff:", "0" * 16),
        *("CapBnd:", "0" * 16, "CapAmb:", "0" * 16, "NoNewPrivs:", "1", "Seccomp:", "2", "1000"),
    ]


# --- the sidecar ------------------------------------------------------------------------------


def test_the_sidecar_cannot_be_read_traced_or_ended(box: Box) -> None:
    attack = python("""
import ctypes, os, signal
libc = ctypes.CDLL(None, use_errno=True)
for name in ("environ", "mem", "maps", "fd/3", "exe", "root"):
    try:
        os.listdir("/proc/1/" + name) if name == "root" else open("/proc/1/" + name, "rb").read(1)
        print("read", name)
    except PermissionError:
        pass
if libc.ptrace(16, 1, 0, 0) != -1: print("traced")
if libc.syscall(438, os.pidfd_open(1), 3, 0) != -1: print("took its socket")
try:
    open("/proc/1/oom_score_adj", "w").write("1000"); print("offered to the OOM killer")
except PermissionError:
    pass
for number in signal.valid_signals():
    try:
        os.kill(1, number)
    except OSError:
        pass
print("over")
""")
    assert box.output(attack) == "over\n"
    assert box.output("echo still here") == "still here\n"


def test_nobody_can_speak_for_a_sidecar(image: str) -> None:
    attack = python("""
import os, socket
print(os.listdir("/run/homeostat"))
for role in ("setup", "tests"):
    path = f"/run/homeostat/{role}.sock"
    for act in (socket.socket.connect, socket.socket.bind):
        try:
            act(socket.socket(socket.AF_UNIX), path)
            print("reached", path)
        except OSError:
            pass
""")
    with sandbox(image) as box:
        setup = box.prepare(attack, {})
        assert isinstance(setup, Run)
        assert [setup.output, box.output(attack)] == ["[]\n", "[]\n"]


def test_log_commands_come_back_as_plain_text(box: Box) -> None:
    said = "::set-output name=status::healed\n::stop-commands::x\n::add-mask::a\n"
    run = box.run(f"printf '{said}'; echo $GITHUB_OUTPUT$GITHUB_ENV$GITHUB_STEP_SUMMARY")
    assert run.output == said + "\n"


# --- the network ------------------------------------------------------------------------------


def test_tests_have_no_network(box: Box) -> None:
    gateway = host_address()
    attack = python(f"""
import errno, socket
for address in ("{gateway}", "169.254.169.254", "168.63.129.16", "192.0.2.1"):
    for port in (80, 2375):
        found = socket.socket().connect_ex((address, port))
        if found != errno.ENETUNREACH: print(address, errno.errorcode.get(found))
print([name for _, name in socket.if_nameindex()])
try:
    socket.getaddrinfo("example.org", 80)
except OSError:
    print("no names")
""")
    assert box.output(attack) == "['lo']\nno names\n"


def test_loopback_works_and_setup_has_a_network(image: str, tmp_path: Path) -> None:
    gateway = host_address()
    (tmp_path / "package").write_text("from the network")
    with http.server.ThreadingHTTPServer((gateway, 0), Shelf) as server, sandbox(image) as box:
        server.folder = str(tmp_path)  # type: ignore[attr-defined]
        threading.Thread(target=server.serve_forever, daemon=True).start()
        address = f"http://{gateway}:{server.server_address[1]}/package"
        setup = box.prepare(
            python(f"import urllib.request; print(urllib.request.urlopen({address!r}).read())"), {}
        )
        server.shutdown()
        assert isinstance(setup, Run)
        assert setup.output == "b'from the network'\n"
        local = python(
            "import socket\ns = socket.create_server(('127.0.0.1', 0))\n"
            "socket.create_connection(s.getsockname()).close(); print('fine')"
        )
        assert box.output(local) == "fine\n"


def host_address() -> str:
    """This machine, as containers on the bridge see it."""
    (plan,) = json.loads(docker("network", "inspect", "bridge"))[0]["IPAM"]["Config"]
    return str(plan.get("Gateway") or next(ipaddress.ip_network(plan["Subnet"]).hosts()))


class Shelf(http.server.SimpleHTTPRequestHandler):
    """Serves one folder, silently."""

    def translate_path(self, path: str) -> str:
        return f"{self.server.folder}/{Path(path).name}"  # type: ignore[attr-defined]

    def log_message(self, *_: object) -> None:
        pass


# --- time, memory, disk, processes ------------------------------------------------------------


@pytest.mark.parametrize(
    "command",
    [
        pytest.param("trap '' TERM INT HUP; sleep 60", id="deaf to signals"),
        pytest.param("setsid setsid sleep 60 & sleep 60", id="another session"),
        pytest.param("yes", id="a flood of output"),
        pytest.param("bomb() { bomb | bomb & }; (bomb); exec sleep 60", id="a fork bomb"),
        pytest.param(
            python("import os\nwhile True:\n  try: os.fork()\n  except OSError: pass"), id="a busy one"
        ),
    ],
)
def test_nothing_outlives_its_time(box: Box, command: str) -> None:
    run = box.run(command, timeout=2)
    assert run.timed_out
    assert run.seconds < 30
    assert int(box.output("ls -d /proc/[0-9]* | wc -l")) <= 5  # the sidecar, shells, ls and wc


def test_nothing_is_left_running_after_its_end(box: Box) -> None:
    box.run("setsid sh -c 'while :; do touch /tmp/alive; done' >/dev/null 2>&1 & sleep 0.2")
    assert box.output("sleep 0.2; ls -A /tmp; cat /proc/[0-9]*/comm | grep -c sleep") == "0\n"


def test_the_dead_use_up_no_processes(box: Box) -> None:
    orphans = python("""
import os, time
for _ in range(1500):
    if os.fork() == 0:
        if os.fork() == 0: time.sleep(0.001)
        os._exit(0)
    os.wait()
print("fine")
""")
    assert box.output(orphans) == "fine\n"


@pytest.mark.parametrize(
    ("command", "said"),
    [
        pytest.param("head -c 1G /dev/zero >x", "No space left", id="work"),
        pytest.param("head -c 1G /dev/zero >~/x", "No space left", id="home"),
        pytest.param("head -c 1G /dev/zero >/dev/shm/x", "", id="shared memory"),
        pytest.param("head -c 1G /dev/zero >/var/tmp/x", "No space left", id="another temporary folder"),
        pytest.param("head -c 2G /dev/zero >/tmp/x", "No space left", id="temporary files"),
        pytest.param("touch /x /etc/x /usr/x /opt/x /run/x /prepared/x", "Read-only", id="the image"),
        pytest.param(
            python("import os\nfor n in range(3000000): os.mkdir(str(n))"), "No space left", id="inodes"
        ),
        pytest.param(python("a = []\nwhile True: a.append(b'x' * 10**7)"), "", id="memory"),
        pytest.param(
            python("import os\nfor _ in range(50): os.fork()\na = []\nwhile True: a.append(b'x' * 10**6)"),
            "",
            id="memory of many",
        ),
    ],
)
def test_no_disk_and_no_memory_can_be_filled(small: Box, command: str, said: str) -> None:
    run = small.run(command, timeout=20)
    assert run.exit_code != 0
    assert said in run.output
    after = small.run("cat file; du -s /work /tmp /dev/shm /var/tmp | awk '{n += $1} END {print (n < 1000)}'")
    assert (after.exit_code, after.output) == (0, "text\n1\n")


def test_folders_up_to_the_memory_limit_are_cleared(image: str) -> None:
    with sandbox(image, HOMEOSTAT_SANDBOX_MEMORY="400m", HOMEOSTAT_WORK_SIZE="100m") as box:
        assert box.prepare(None, {"file": "text\n"}) is None
        hog = python("import os\nfor n in range(3000000): os.mkdir(str(n)); os.mkdir(f'{n}/x')")
        assert box.run(hog).exit_code != 0
        assert box.output("cat file; ls") == "text\nfile\n"


def test_a_setup_that_fills_its_place_is_told(image: str) -> None:
    with sandbox(image, HOMEOSTAT_PREPARED_SIZE="20m", HOMEOSTAT_WORK_SIZE="10m") as box:
        run = box.prepare("head -c 1G /dev/zero >x", {})
        assert isinstance(run, Run)
        assert "No space left" in run.output
        assert "cannot copy" in box.refusal("true")
        assert box.prepare(None, {"file": "text\n"}) is None
        assert box.output("cat file") == "text\n"
        too_big = box.prepare(None, {"file": "x" * 30_000_000})
        assert isinstance(too_big, str)
        assert "cannot be laid out" in too_big


# --- what is kept and what is not -------------------------------------------------------------


def test_each_run_starts_from_what_setup_left(image: str) -> None:
    with sandbox(image) as box:
        assert isinstance(box.prepare("echo kept | tee made ~/made", {"file": "text\n"}), Run)
        look = "cat file made ~/made; ls -A . ~ /tmp /var/tmp /dev/shm /dev/mqueue; "
        look += "ipcs | grep -c 0x; pwd; echo ~"
        before = box.output(look)
        damage = (
            "touch x ~/x /tmp/x /var/tmp/x /dev/shm/x /dev/mqueue/x; echo y | tee file made ~/made; "
            "ipcmk -M 9 -S 1 -Q; "
            "chmod 0 . ~; rm -rf /prepared/*; mv /work/tree /work/gone; chmod 0 /work"
        )
        assert "Read-only file system" in box.output(damage)
        assert box.output(look) == before
    assert before.endswith("0\n/work/tree\n/work/home\n")


PACKAGE = '{"name": "app", "scripts": {"test": "greet"}, "dependencies": {"greet": "file:./greet"}}'


def test_dependencies_that_setup_installed_are_there(image: str) -> None:
    files = {
        "package.json": PACKAGE,
        "greet/package.json": '{"name": "greet", "version": "1.0.0", "bin": {"greet": "cli.js"}}',
        "greet/cli.js": "#!/usr/bin/env node\nconsole.log('hello from', process.cwd());\n",
        "lib/pyproject.toml": '[project]\nname = "lib"\nversion = "1"\n[build-system]\nrequires = []\n'
        'build-backend = "backend"\nbackend-path = ["."]\n',
    }
    setup = (
        "npm install --offline --no-audit --no-fund && python3 -m venv .venv && "
        "echo 'def f(): return 42' "
        ">$(.venv/bin/python -c 'import site; print(site.getsitepackages()[0])')/lib.py"
    )
    with sandbox(image) as box:
        prepared = box.prepare(setup, files)
        assert isinstance(prepared, Run)
        assert prepared.exit_code == 0, prepared.output
        for _ in range(2):
            run = box.run(
                "npm test --silent && .venv/bin/python -c 'import lib; print(lib.f())' && .venv/bin/pip -V"
            )
            assert run.output.startswith("hello from /work/tree\n42\npip "), run.output


# --- images of others -------------------------------------------------------------------------

FOREIGN = """\
ARG BASE_IMAGE=python:3.12-slim-bookworm
FROM ${BASE_IMAGE} AS build
RUN apt-get update && apt-get install --yes --no-install-recommends busybox-static
FROM scratch
COPY --from=build /bin/busybox /bin/busybox
RUN ["/bin/busybox", "--install", "-s", "/bin"]
ENV SECRET=of-the-image PATH=/bin
ENTRYPOINT ["/bin/false"]
"""


@pytest.fixture(scope="module")
def foreign(image: str) -> str:  # noqa: ARG001 - Docker first
    """An image with a shell and nothing else: no Python, no C library."""
    tag = "homeostat:e2e-foreign"
    build = ["docker", "build", "--quiet", "--tag", tag, "-"]
    subprocess.run(build, input=FOREIGN, text=True, stdout=subprocess.DEVNULL, check=True)
    return tag


def test_commands_run_in_an_image_of_others(image: str, foreign: str) -> None:
    with sandbox(image, test_image=foreign) as box:
        setup = box.prepare("cat file >made; which python3 ld.so; env | grep -c SECRET", {"file": "text\n"})
        assert isinstance(setup, Run)
        assert setup.output == "0\n"
        run = box.run("cat made file; ls /lib /usr; pwd; id -u", {"file": "edited\n"})
        assert run.output.endswith("/work/tree\n10002\n")
        assert run.output.startswith("text\nedited\n")


def test_an_image_without_a_shell_is_told(image: str) -> None:
    build = ["docker", "build", "--quiet", "--tag", "homeostat:e2e-empty", "-"]
    subprocess.run(build, input='FROM scratch\nCMD ["x"]\n', text=True, stdout=subprocess.DEVNULL, check=True)
    with sandbox(image, test_image="homeostat:e2e-empty") as box:
        assert box.prepare(None, {}) is None
        assert "cannot be started in the sandbox" in box.refusal("true")
