"""A team on a GitHub of our own: emulate's API, and real git over HTTP."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.error import HTTPError, URLError
from urllib.request import Request, urlopen

from homeostat import books
from homeostat.demo import stage
from homeostat.demo.stage import bundled
from homeostat.edges.git import GitLedger
from homeostat.edges.git.command import Git
from homeostat.edges.local_forge import create_repository
from homeostat.patterns import added, pieces, taught
from homeostat.records import Books, Fix, Precedent
from tests.git_server import GitServer
from tests.world import pattern

ROOT = Path(__file__).parent.parent.parent
HERE = Path(__file__).parent
CONTROL, STOREFRONT, REPORTS, ORDERS = "acme/control", "acme/storefront", "acme/reports", "acme/orders"
TARGETS = (STOREFRONT, REPORTS, ORDERS)
NOW = datetime(2026, 1, 20, 9, 0, tzinfo=UTC)
BOT, OWNER = "ghs_" + "b" * 36, "ghp_" + "o" * 36
"""Tokens of homeostat-bot and of acme, in the shape of GitHub's."""

WITHDRAWN = replace(
    pattern(
        "p-withdrawn",
        "content/cart.js",
        "  return cart.items.reduce((sum, item) => sum + item.product.price * item.count, 0);",
        "  return cart.items.reduce((sum, item) => sum + (item.product?.price ?? 0) * item.count, 0);",
        error_type="TypeError",
    ),
    language="javascript",
)
RULE = "r-58e9d6ac9044"
"""What the fix of orders teaches, as it heals reports: the names there are others."""
REPOS_YML = """\
version: 1
defaults:
  branch: main
  max_prs_per_run: 2
  path_filters: {include: [src/, content/], exclude: [tests/, test/]}
repositories:
  - {slug: acme/storefront, test_command: node --test, labels: [homeostat-fix, storefront]}
  - {slug: acme/reports, test_command: python3 -m unittest discover -s tests -t ., labels: [homeostat-fix]}
  - {slug: acme/orders, test_command: python3 -m unittest discover -s tests -t ., labels: [homeostat-fix]}
"""


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@dataclass
class World:
    """The team's forge. Issues, branches and pull requests are real where GitHub's are."""

    root: Path
    api_url: str
    git: GitServer

    @property
    def repositories(self) -> Path:
        return self.root / "repositories"

    @property
    def server_url(self) -> str:
        return f"http://{self.git.host}"

    def bare(self, slug: str) -> Git:
        return Git(self.repositories / f"{slug}.git")

    def api(self, verb: str, path: str, body: object = None, *, token: str = OWNER) -> Any:  # noqa: ANN401 - JSON
        content = None if body is None else json.dumps(body).encode()
        headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
        request = Request(self.api_url + path, content, headers, method=verb)  # noqa: S310 - loopback
        with urlopen(request, timeout=30) as answer:  # noqa: S310 - loopback
            return json.loads(answer.read() or b"null")

    def put(self, slug: str, branch: str, files: Mapping[str, bytes], message: str) -> str:
        """A person's commit on a branch."""
        exists = self.bare(slug).text("for-each-ref", f"refs/heads/{branch}")
        change = stage.Commit(files, message, "ann", NOW)
        made = stage.commit(
            self.repositories / f"{slug}.git", branch, change, parent=branch if exists else None
        )
        self.api("POST", f"/_test/follow/{slug}")
        return made

    def file_issue(self, slug: str, title: str, body: str, labels: list[str]) -> None:
        for label in labels:
            self.label(slug, label)
        self.api("POST", f"/repos/{slug}/issues", {"title": title, "body": body, "labels": labels})

    def label(self, slug: str, name: str) -> None:
        try:
            self.api("POST", f"/repos/{slug}/labels", {"name": name, "color": "1f883d"})
        except HTTPError as error:
            if error.code != 422:  # it is there
                raise

    # --- what the forge shows afterwards -------------------------------------------------------

    def requests(self) -> list[dict[str, Any]]:
        """Of Homeostat itself, since the start."""
        told: list[dict[str, Any]] = self.api("GET", "/_test/requests")
        return [one for one in told if one["login"] == "homeostat-bot"]

    def refs(self, slug: str) -> dict[str, str]:
        told = self.bare(slug).text("for-each-ref", "--format=%(refname:short) %(objectname)")
        return dict(line.split(" ", 1) for line in told.splitlines())

    def pulls(self, slug: str) -> list[dict[str, Any]]:
        told: list[dict[str, Any]] = self.api("GET", f"/repos/{slug}/pulls?state=all&per_page=100")
        return told

    def comments(self, slug: str, number: int) -> list[dict[str, Any]]:
        told: list[dict[str, Any]] = self.api("GET", f"/repos/{slug}/issues/{number}/comments?per_page=100")
        return told

    def state(self) -> dict[str, object]:
        """Everything that outlives a run: branches, issues, pull requests, comments, labels."""
        state: dict[str, object] = {CONTROL: self.refs(CONTROL)}
        for slug in TARGETS:
            issues = self.api("GET", f"/repos/{slug}/issues?state=all&per_page=100")
            pulls = self.pulls(slug)
            numbers = [one["number"] for one in (*issues, *pulls)]
            labels = self.api("GET", f"/repos/{slug}/labels?per_page=100")
            told = {number: self.comments(slug, number) for number in numbers}
            state[slug] = (self.refs(slug), issues, pulls, told, labels)
        return state

    def books(self, slug: str) -> Books:
        remote = str(self.repositories / f"{CONTROL}.git")
        home = self.root / f"books-{time.monotonic_ns()}"
        return GitLedger(home, remote=remote, slug=slug, clock=lambda: NOW).read()

    def ledger_files(self) -> list[str]:
        return self.bare(CONTROL).text("ls-tree", "-r", "--name-only", books.BRANCH).splitlines()

    # --- its beginning -------------------------------------------------------------------------

    def settle(self) -> None:
        """Three targets, two of them with a report; a pattern in the ledger, and the rules of one fix."""
        self.put(
            CONTROL, "main", {".homeostat/repos.yml": REPOS_YML.encode()}, "List the team's repositories"
        )
        self.put(STOREFRONT, "main", bundled("storefront"), "Start storefront")
        self.put(REPORTS, "main", bundled("reports"), "Start reports")
        self.put(ORDERS, "main", bundled("orders") | bundled("orders-fix"), "Start orders")
        title = "[storefront] TypeError: Cannot read properties of undefined (reading 'price')"
        self.file_issue(STOREFRONT, title, stage.report(stage.STOREFRONT), ["robot"])
        self.file_issue(
            REPORTS, "[reports] KeyError: 'timeout'", stage.report(stage.REPORTS), ["robot", "source:vps"]
        )
        self._teach()

    def _teach(self) -> None:
        before, after = (bundled(name)["src/settings.py"].decode() for name in ("orders", "orders-fix"))
        fix = Fix("orders", "python", "src/settings.py", before, after, Precedent(ORDERS, "#1"), "KeyError")

        def change(known: Books) -> Books:
            library = added(known.library, WITHDRAWN, at=NOW)
            return replace(known, library=replace(library, rules=taught({}, pieces(fix))[0]))

        remote = str(self.repositories / f"{CONTROL}.git")
        GitLedger(self.root / "teacher", remote=remote, slug=CONTROL, clock=lambda: NOW).write(
            change, "Teach"
        )
        self.api("POST", f"/_test/follow/{CONTROL}")

    # --- running docker/run.sh without a runner ------------------------------------------------

    def environment(self, **changes: str) -> dict[str, str]:
        """What the action gives to run.sh, without a runner's files."""
        given = {
            "HOMEOSTAT_REPO": ORDERS,
            "HOMEOSTAT_CONFIG": ".homeostat/repos.yml",
            "HOMEOSTAT_DOCKER_NETWORK": "host",
            "HOMEOSTAT_ENV": "production",
            "GITHUB_TOKEN": BOT,
            "GITHUB_API_URL": self.api_url,
            "GITHUB_SERVER_URL": self.server_url,
            "GITHUB_REPOSITORY": CONTROL,
            "GITHUB_RUN_ID": "7",
            "DOCKER_HOST": os.environ["DOCKER_HOST"],
            "PATH": os.environ["PATH"],
        }
        return given | changes


@contextmanager
def world(root: Path, emulate: Path) -> Iterator[World]:
    """A forge of its own, until the end of the block. `emulate` is where npm has installed it."""
    port, slugs = free_port(), (CONTROL, *TARGETS)
    seed = {
        "tokens": {
            BOT: {"login": "homeostat-bot", "scopes": ["repo"]},
            OWNER: {"login": "acme", "scopes": ["repo"]},
        },
        "github": {
            "users": [{"login": "acme"}, {"login": "homeostat-bot"}],
            "repos": [{"owner": slug.split("/")[0], "name": slug.split("/")[1]} for slug in slugs],
        },
    }  # fmt: skip
    root.mkdir(parents=True, exist_ok=True)
    (root / "seed.json").write_text(json.dumps(seed), encoding="utf-8")
    for slug in slugs:
        create_repository(root / "repositories", slug)
        hook = root / "repositories" / f"{slug}.git" / "hooks" / "post-receive"
        hook.parent.mkdir(exist_ok=True)
        hook.write_text(f"#!/bin/sh\nexec curl -sf -X POST http://127.0.0.1:{port}/_test/follow/{slug}\n")
        hook.chmod(0o755)
    words = [
        "node",
        str(HERE / "forge.mjs"),
        str(emulate),
        str(port),
        str(root / "repositories"),
        str(root / "seed.json"),
    ]
    with (root / "forge.log").open("wb") as log, GitServer(root / "repositories", {BOT: "rw"}) as server:
        node = subprocess.Popen(words, stdout=log, stderr=log)
        try:
            made = World(root, f"http://127.0.0.1:{port}", server)
            _await(made, node)
            made.settle()
            yield made
        finally:
            node.terminate()
            node.wait()


def _await(made: World, node: subprocess.Popen[bytes]) -> None:
    for _ in range(200):
        try:
            made.api("GET", "/meta")
        except URLError:
            if node.poll() is not None:
                break
            time.sleep(0.05)
        else:
            return
    raise AssertionError((made.root / "forge.log").read_text(encoding="utf-8"))
