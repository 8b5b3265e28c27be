"""The real sandbox: an engine and two sidecars in containers, started with the flags that run.sh uses."""

import json
import os
import subprocess
import uuid
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from homeostat.records import Run

SIDECAR_SH = Path(__file__).parent.parent.parent / "docker" / "sidecar.sh"
TOKEN = "ghs_" + "e2e" * 12

ENGINE = """
import dataclasses, io, json, pathlib, sys, tarfile
from homeostat.edges.sandbox import ContainerSandbox
from homeostat.errors import HomeostatError

def archive(destination):
    with tarfile.open(fileobj=destination, mode="w|") as members:
        for path, text in files.items():
            member = tarfile.TarInfo(path)
            member.size, member.mode = len(text.encode()), 0o755
            members.addfile(member, io.BytesIO(text.encode()))

with ContainerSandbox(pathlib.Path("/run/homeostat"), archive) as sandbox:
    for line in sys.stdin:
        method, files, arguments, options = json.loads(line)
        try:
            run = getattr(sandbox, method)(*arguments, **options)
            answer = run and dataclasses.asdict(run)
        except HomeostatError as error:
            answer = str(error)
        print(json.dumps(answer), flush=True)
"""


@dataclass(frozen=True)
class Box:
    """The port Sandbox of an engine in a container. Errors come back as text."""

    name: str
    requests: IO[str]
    answers: IO[str]

    def prepare(
        self, setup: str | None, files: Mapping[str, str], *, timeout: float = 120
    ) -> Run | str | None:
        return self._ask("prepare", files, setup, timeout=timeout)

    def run(self, command: str, edits: Mapping[str, str] | None = None, *, timeout: float = 60) -> Run:
        answer = self._ask("run", {}, command, edits or {}, timeout=timeout)
        assert isinstance(answer, Run), answer
        return answer

    def refusal(self, command: str, *, timeout: float = 60) -> str:
        """What a run says that fails on the sandbox's own account."""
        answer = self._ask("run", {}, command, {}, timeout=timeout)
        assert isinstance(answer, str), answer
        return answer

    def output(self, command: str, *, timeout: float = 60) -> str:
        return self.run(command, timeout=timeout).output

    def _ask(
        self, method: str, files: Mapping[str, str], *arguments: object, **options: float
    ) -> Run | str | None:
        self.requests.write(json.dumps([method, files, arguments, options]) + "\n")
        self.requests.flush()
        answer = json.loads(self.answers.readline())
        return Run(**answer) if isinstance(answer, dict) else answer


def docker(*arguments: str) -> str:
    return subprocess.run(["docker", *arguments], stdout=subprocess.PIPE, text=True, check=True).stdout


def start(name: str, image: str, test_image: str, sizes: dict[str, str]) -> None:
    script = f'. {SIDECAR_SH}; volumes; sidecar setup "$test_image" bridge; sidecar tests "$test_image" none'
    given = {"run": name, "image": image, "test_image": test_image} | sizes
    subprocess.run(["bash", "-euc", script], env=os.environ | given, stdout=subprocess.DEVNULL, check=True)


@contextmanager
def sandbox(image: str, *, test_image: str = "", **sizes: str) -> Iterator[Box]:
    """A box that has a token in its engine; `sizes` are variables of docker/sidecar.sh."""
    name = f"homeostat-e2e-{uuid.uuid4().hex[:12]}"
    engine = ["docker", "run", "--rm", "--interactive", "--label", f"homeostat={name}", "--network", "none"]
    engine += ["--env", "GITHUB_TOKEN", "--volume", f"{name}-socket:/run/homeostat"]
    engine += ["--entrypoint", "/opt/homeostat/bin/python", image, "-I", "-c", ENGINE]
    try:
        start(name, image, test_image or image, sizes)
        with subprocess.Popen(
            engine,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env=os.environ | {"GITHUB_TOKEN": TOKEN},
        ) as process:
            assert process.stdin
            assert process.stdout
            yield Box(name, process.stdin, process.stdout)
            process.stdin.close()
    finally:
        sweep(name)


def sweep(name: str) -> None:
    found = ("--all", "--quiet", "--filter", f"label=homeostat={name}")
    if containers := docker("ps", *found).split():
        docker("rm", "--force", "--volumes", *containers)
    if volumes := docker("volume", "ls", *found[1:]).split():
        docker("volume", "rm", *volumes)
