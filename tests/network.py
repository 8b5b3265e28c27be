"""The team of `tests.world` behind a GitHub and a git server on loopback, which fail or kill at any step."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator, MutableMapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field, replace
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import Any

from homeostat.edges.git.command import Git, GitError
from tests import git_server, stub_github
from tests.network_leg import Ride
from tests.stub_github import TOKEN, Json, Request, StubGitHub, serving, stamp
from tests.world import NOW, SLUG, World, environment

ROOT = Path(__file__).parent.parent
GITHUB = {
    f"GIT_{role}_{what}": value
    for role, name, email in (
        ("AUTHOR", "homeostat[bot]", "1+homeostat[bot]@users.noreply.github.com"),
        ("COMMITTER", "GitHub", "noreply@github.com"),
    )
    for what, value in (("NAME", name), ("EMAIL", email), ("DATE", NOW.isoformat()))
}
Trouble = Callable[[int, Request], stub_github.Fault | None]
"""What goes wrong with the n-th request, counted from 1."""


class Dead(Exception):  # noqa: N818 - no error: it is what was asked for
    """Nobody is there any more to be answered."""


@dataclass
class Trap:
    """Both servers' steps in one row: each API request, and each push. One of them can be the leg's last."""

    steps: list[str] = field(default_factory=list)
    fatal: tuple[int, str] | None = None
    victim: subprocess.Popen[str] | None = None

    def before(self, step: str) -> None:
        self.steps.append(step)
        self._spring("before")

    def after(self) -> None:
        self._spring("after")

    def _spring(self, when: str) -> None:
        if self.victim and self.fatal == (len(self.steps), when):
            os.killpg(self.victim.pid, signal.SIGKILL)
            self.victim.wait()
            raise Dead


class Branches(MutableMapping[str, str]):
    """The branches of a bare repository."""

    def __init__(self, git: Git) -> None:
        self._git = git

    def __getitem__(self, branch: str) -> str:
        try:
            return self._git.text("rev-parse", "--verify", "--quiet", f"refs/heads/{branch}")
        except GitError:
            raise KeyError(branch) from None

    def __setitem__(self, branch: str, sha: str) -> None:
        self._git("update-ref", f"refs/heads/{branch}", sha)

    def __delitem__(self, branch: str) -> None:
        self._git("update-ref", "-d", f"refs/heads/{branch}", self[branch])

    def __iter__(self) -> Iterator[str]:
        return iter(self._git.text("for-each-ref", "--format=%(refname:lstrip=2)", "refs/heads").split())

    def __len__(self) -> int:
        return len([*iter(self)])


class GitHub(StubGitHub):
    """The stub, whose branches and commits are those of a real repository."""

    def __init__(self, world: World, slug: str, trap: Trap) -> None:
        super().__init__()
        self.time.now = NOW
        self.slug = slug
        self.repository["full_name"] = slug
        self.trap = trap
        self.trouble: Trouble = lambda _number, _request: None
        self._git = Git(world.root / f"{slug}.git")
        self.refs = Branches(self._git)
        self._adopt(world.root / slug)

    def _adopt(self, folder: Path) -> None:
        """Take over what a local forge keeps of issues and pull requests."""
        paths = [*folder.glob("issues/*.json"), *folder.glob("pulls/*.json")]
        for kept in sorted((json.loads(path.read_text()) for path in paths), key=lambda kept: kept["number"]):
            more: Json = {
                "state": "closed" if kept["state"] == "merged" else kept["state"],
                "user": {"login": kept["author"]},
                "closed_at": kept["closed_at"],
            }
            if "branch" in kept:
                merged = {"merged_at": kept["closed_at"], "merge_commit_sha": kept["merge_sha"]}
                more |= {"pull_request": {}, "head": kept["branch"], "base": kept["base"], **merged}
            made = self._entry(kept["title"], kept["body"], tuple(kept["labels"]), **more)
            assert made["number"] == kept["number"]

    def known_commit(self, sha: str) -> Json | None:
        try:
            told = self._git.text("show", "--no-patch", "--format=%P%n%B", sha)
        except GitError:
            return None
        parents, _, message = told.partition("\n")
        return {"sha": sha, "message": message.strip(), "parents": parents.split()}

    def commit_on(self, branch: str, parents: list[str], message: str, files: dict[str, str]) -> str:
        (base,) = parents
        env = {**GITHUB, "GIT_INDEX_FILE": str(self._git.git_dir / "github.index")}
        self._git("read-tree", base, env=env)
        for path, text in files.items():
            blob = self._git.text("hash-object", "-w", "--stdin", stdin=text.encode())
            self._git("update-index", "--add", "--cacheinfo", f"100644,{blob},{path}", env=env)
        tree = self._git.text("write-tree", env=env)
        made = self._git.text("commit-tree", tree, "-p", base, "-F", "-", stdin=message.encode(), env=env)
        self.refs[branch] = made
        return made

    def _create_pull(self, request: Request) -> stub_github.Answer:
        answer = super()._create_pull(request)
        if answer.status == 201:
            self.entries[answer.content["number"]]["user"] = {"login": "homeostat[bot]"}
        return answer

    def close_pull(self, number: int) -> None:
        self.entries[number] |= {"state": "closed", "closed_at": stamp(self.time.now)}

    def answer(self, request: Request) -> stub_github.Answer:
        answer = super().answer(request)
        self.trap.after()
        return answer

    def _played(self, request: Request) -> tuple[stub_github.Answer, str]:
        self.trap.before(f"{request.verb} {request.path.removeprefix(f'/repos/{self.slug}') or '/'}")
        fault = self.trouble(len(self.requests), request)
        self.faults = [fault] if fault else []
        return super()._played(request)

    def kept(self) -> str:
        """All issues, pull requests, comments and labels; seconds and the sandbox's folder are masked."""
        told = json.dumps([self.entries, self.threads, self.labels], indent=1, sort_keys=True)
        return re.sub(r"\d+\.\d+ ?s\b", "N s", re.sub(r'\\"/[^ "]+/tree/', '"tree/', told))


class GitHost(git_server.GitServer):
    """The git server, whose pushes are steps."""

    def __init__(self, root: Path, trap: Trap) -> None:
        super().__init__(root, {TOKEN: "rw"})
        self.trap = trap

    def _answer(self, seen: git_server.Seen, http: BaseHTTPRequestHandler) -> git_server.Answer:
        if not git_server.pushing(seen):
            return super()._answer(seen, http)
        try:
            self.trap.before(f"push {pushed_ref(seen)}")
            answer = super()._answer(seen, http)
            self.trap.after()
        except Dead:
            return git_server.saying(500)
        return answer

    @property
    def round_trips(self) -> int:
        """git commands so far: each begins with one request for the refs of a service."""
        return sum("/info/refs?" in seen.target for seen in self.seen)


def pushed_ref(seen: git_server.Seen) -> str:
    """The branch that a push is for."""
    found = re.search(rb" refs/heads/([^\0 \n]+)", seen.told)
    return found[1].decode() if found else "?"


@dataclass(frozen=True)
class Told:
    """What a leg said."""

    code: int
    error: str
    outcomes: tuple[Json, ...] = ()
    requests: int = 0
    round_trips: int = 0
    waited: float = 0

    @property
    def results(self) -> list[str]:
        return sorted(outcome["result"] for outcome in self.outcomes)


@dataclass(frozen=True)
class Network:
    """One world, served."""

    world: World
    github: GitHub
    git: GitHost
    trap: Trap

    @property
    def ride(self) -> Ride:
        return Ride(self.github.url, f"http://{self.git.host}", self.github.slug, self.github.slug)

    def begin(self, **changes: Any) -> subprocess.Popen[str]:  # noqa: ANN401 - fields of Ride
        words = [sys.executable, "-m", "tests.network_leg", json.dumps(asdict(replace(self.ride, **changes)))]
        pipe, env = subprocess.PIPE, environment()
        return subprocess.Popen(
            words, stdout=pipe, stderr=pipe, text=True, cwd=ROOT, env=env, start_new_session=True
        )

    def leg(self, *, fatal: tuple[int, str] | None = None, **changes: Any) -> Told:  # noqa: ANN401 - fields of Ride
        """Run one leg in a process of its own; `fatal` is its last step, and whether it is carried out."""
        self.trap.steps.clear()
        self.trap.fatal = fatal
        with self.begin(**changes) as process:
            self.trap.victim = process
            return ended(process)

    def state(self) -> dict[str, str]:
        """Everything that outlives a leg."""
        return self.world.state() | {"github": self.github.kept(), "ledger": self._ledger()}

    def _ledger(self) -> str:
        """The state branch's files; a failure that was put off is logged later, so the log is sorted."""
        git = Git(self.world.bare)
        files = {
            path: git.text("show", f"homeostat-state:{path}").splitlines()
            for path in git.text("ls-tree", "-r", "--name-only", "homeostat-state").splitlines()
        }
        logs = {path: sorted(lines) for path, lines in files.items() if path.startswith("runs/")}
        return json.dumps(files | logs, indent=1)


def ended(process: subprocess.Popen[str]) -> Told:
    """What a leg said, once it is over."""
    said, error = process.communicate(timeout=180)
    return Told(process.returncode, error.strip(), **(json.loads(said) if said else {}))


@contextmanager
def network(world: World, slug: str = SLUG) -> Iterator[Network]:
    """Serve a world."""
    trap = Trap()
    github = GitHub(world, slug, trap)
    with serving(github), GitHost(world.root, trap) as git:
        yield Network(world, github, git, trap)
