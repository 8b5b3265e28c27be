"""The forge's contract once more, on a GitHub that nobody here wrote."""

import json
import subprocess
import time
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from typing import Any
from urllib.error import HTTPError, URLError
from urllib.request import Request, urlopen

import pytest
import sh

from homeostat.edges.github import GitHubForge
from homeostat.edges.local_forge import create_repository
from tests.e2e.world import BOT, HERE, OWNER, free_port
from tests.edges import test_forge_contract as contract
from tests.edges.test_forge_contract import World

REPOSITORIES = 60
TESTS = {name: test for name, test in vars(contract).items() if name.startswith("test_")}
globals().update(TESTS)
people = contract.people


def _asked(api_url: str, verb: str, path: str, body: object = None) -> Any:  # noqa: ANN401 - JSON
    headers = {"Authorization": f"Bearer {OWNER}", "Content-Type": "application/json"}
    content = None if body is None else json.dumps(body).encode()
    request = Request(api_url + path, content, headers, method=verb)  # noqa: S310 - loopback
    with urlopen(request, timeout=30) as answer:  # noqa: S310 - loopback
        return json.loads(answer.read() or b"null")


@pytest.fixture(scope="module")
def server(emulate: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, Path]]:
    """The emulator with an empty repository for each test; its address, and where the repositories lie."""
    root, port = tmp_path_factory.mktemp("emulate"), free_port()
    names = [f"app{place}" for place in range(REPOSITORIES)]
    for name in names:
        create_repository(root, f"acme/{name}")
    actors = {BOT: "homeostat-bot", OWNER: "acme"}
    seed = {
        "tokens": {token: {"login": login, "scopes": ["repo"]} for token, login in actors.items()},
        "github": {
            "users": [{"login": login} for login in actors.values()],
            "repos": [{"owner": "acme", "name": name} for name in names],
        },
    }
    (root / "seed.json").write_text(json.dumps(seed), encoding="utf-8")
    words = ["node", f"{HERE / 'forge.mjs'}", f"{emulate}", f"{port}", f"{root}", f"{root / 'seed.json'}"]
    node = subprocess.Popen(words, stdout=subprocess.DEVNULL)
    api_url = f"http://127.0.0.1:{port}"
    try:
        _await(api_url)
        yield api_url, root
    finally:
        node.terminate()
        node.wait()


def _await(api_url: str) -> None:
    for _ in range(200):
        with suppress(URLError):
            _asked(api_url, "GET", "/meta")
            return
        time.sleep(0.05)
    raise AssertionError(f"no answer at {api_url}")


@pytest.fixture(scope="module")
def slugs() -> Iterator[str]:
    return (f"acme/app{place}" for place in count())


@pytest.fixture
def world(server: tuple[str, Path], slugs: Iterator[str]) -> World:
    (api_url, root), slug = server, next(slugs)

    def file_issue(title: str, body: str, labels: tuple[str, ...]) -> int:
        for label in labels:
            with suppress(HTTPError):  # it is there
                _asked(api_url, "POST", f"/repos/{slug}/labels", {"name": label, "color": "1f883d"})
        content = {"title": title, "body": body, "labels": labels}
        return int(_asked(api_url, "POST", f"/repos/{slug}/issues", content)["number"])

    def close_issue(number: int) -> None:
        _asked(api_url, "PATCH", f"/repos/{slug}/issues/{number}", {"state": "closed"})

    def push(branch: str, parent: str = "from refs/heads/main\n") -> None:
        commit = f"commit refs/heads/{branch}\ncommitter a <a@b> 1 +0000\ndata 1\nm\n"
        file = f"M 644 inline {branch}.txt\ndata {len(branch)}\n{branch}\n"
        sh.git(f"--git-dir={root / slug}.git", "fast-import", "--quiet", _in=commit + parent + file)
        _asked(api_url, "POST", f"/_test/follow/{slug}")

    push("main", "")
    forge = GitHubForge(
        slug,
        token=BOT,
        api_url=api_url,
        server_url=api_url,
        clock=lambda: datetime.now(UTC),
        sleep=lambda _: None,
    )
    return World(forge, file_issue, close_issue, push)


@pytest.fixture
def forge(world: World) -> Any:  # noqa: ANN401 - a port, as the contract's own fixture
    return world.forge
