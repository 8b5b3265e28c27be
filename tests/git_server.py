"""Real git over HTTP on loopback: `git http-backend`, tokens, a log of requests, and faults on demand.

usage: python -m tests.git_server ROOT [--port N] [--token TOKEN=rw|ro]...
"""

from __future__ import annotations

import argparse
import base64
import binascii
import gzip
import os
import socket
import struct
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import TracebackType
from typing import NamedTuple, Self
from urllib.parse import unquote, urlsplit

ENDINGS = ("/info/refs", "/git-upload-pack", "/git-receive-pack")


class Answer(NamedTuple):
    """What goes back to git."""

    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes


@dataclass(frozen=True, slots=True)
class Seen:
    """One request as it came in, for tests to judge."""

    method: str
    target: str
    authorization: str | None
    body: bytes

    @property
    def service(self) -> str:
        """git-upload-pack or git-receive-pack, asked for or spoken to."""
        return "git-receive-pack" if "git-receive-pack" in self.target else "git-upload-pack"

    @property
    def told(self) -> bytes:
        """The body as git wrote it."""
        return gzip.decompress(self.body) if self.body.startswith(b"\x1f\x8b") else self.body


@dataclass
class Fault:
    """What goes wrong with the next requests that it fits."""

    fits: Callable[[Seen], bool]
    kind: str
    """`refuse`: answer with `answer`. `reset before|after`: cut the line before or after git has done its
    work, `reset late`: a while before. `truncate`: send half of the answer. `slow`: wait first."""
    times: int = 1
    answer: Answer = field(default=Answer(500, (), b""))
    seconds: float = 0.0
    gate: threading.Event | None = None
    """Opened by the test when a late request is to be carried out."""


def saying(status: int, text: str = "", **headers: str) -> Answer:
    """A refusal in the words of a server; underscores in header names are dashes."""
    told = tuple((name.replace("_", "-"), value) for name, value in headers.items())
    return Answer(status, (("Content-Type", "text/plain"), *told), text.encode())


def pushing(seen: Seen) -> bool:
    """Whether the request carries a push itself."""
    return seen.method == "POST" and seen.target.endswith("/git-receive-pack")


class GitServer:
    """Serves ROOT/<owner>/<name>.git while it is open; a token's role is `rw` or `ro`."""

    def __init__(self, root: Path, tokens: dict[str, str] | None = None, port: int = 0) -> None:
        self.root = root.resolve()
        self.tokens = tokens or {}
        self.seen: list[Seen] = []
        self.faults: list[Fault] = []
        self.moved: dict[str, str] = {}
        """Repository (`owner/name`) to the URL that it is at now."""
        this = self

        class Exchange(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                this.exchange(self)

            do_POST = do_GET  # noqa: N815 - the library's name

            def log_message(self, *words: object) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", port), Exchange)
        self._server.daemon_threads = True
        self.host = f"127.0.0.1:{self._server.server_port}"

    def __enter__(self) -> Self:
        threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True).start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.shutdown()
        self._server.server_close()

    def url(self, slug: str) -> str:
        return f"http://{self.host}/{slug}.git"

    # --- one request -------------------------------------------------------------------------

    def exchange(self, http: BaseHTTPRequestHandler) -> None:
        body = _body(http) if http.command == "POST" else b""
        seen = Seen(http.command, http.path, http.headers.get("Authorization"), body)
        self.seen.append(seen)
        fault = self._fault(seen)
        kind = fault.kind if fault else ""
        if kind in ("reset before", "reset late"):
            _cut(http)
        time.sleep(fault.seconds if fault else 0)
        if fault and fault.gate:
            fault.gate.wait(30)
        if kind == "reset before":
            return None
        answer = fault.answer if fault and kind == "refuse" else self._answer(seen, http)
        if kind == "reset after":
            return _cut(http)
        if kind == "reset late":
            return None
        return _send(http, answer, half=kind == "truncate")

    def _fault(self, seen: Seen) -> Fault | None:
        found = next((fault for fault in self.faults if fault.times and fault.fits(seen)), None)
        if found:
            found.times -= 1
        return found

    def _answer(self, seen: Seen, http: BaseHTTPRequestHandler) -> Answer:
        address = urlsplit(seen.target)
        path = unquote(address.path)
        slug, rest = next(((path[: -len(e)], e) for e in ENDINGS if path.endswith(e)), ("", ""))
        slug = slug.strip("/").removesuffix(".git")
        if slug in self.moved:
            return saying(301, "moved", Location=f"{self.moved[slug]}{rest}?{address.query}")
        role = self._role(seen.authorization)
        if self.tokens and role is None:
            words = "Invalid username or token. Password authentication is not supported for Git operations."
            return saying(401, words, WWW_Authenticate='Basic realm="GitHub"')
        if seen.service == "git-receive-pack" and role == "ro":
            return saying(403, "Write access to repository not granted.")
        repository = (self.root / f"{slug}.git").resolve()
        if not rest or self.root not in repository.parents or not repository.is_dir():
            return saying(404, "Repository not found.")
        return self._git(f"/{slug}.git{rest}", address.query, seen, http)

    def _role(self, authorization: str | None) -> str | None:
        kind, _, value = (authorization or "").partition(" ")
        try:
            _, _, token = base64.b64decode(value).decode().partition(":")
        except (binascii.Error, UnicodeDecodeError):
            return None
        return self.tokens.get(token) if kind.lower() == "basic" else None

    def _git(self, path: str, query: str, seen: Seen, http: BaseHTTPRequestHandler) -> Answer:
        env = {
            "PATH": os.environ["PATH"], "HOME": os.devnull, "GIT_CONFIG_NOSYSTEM": "1",
            "GIT_CONFIG_COUNT": "2", "GIT_CONFIG_KEY_0": "safe.directory", "GIT_CONFIG_VALUE_0": "*",
            "GIT_CONFIG_KEY_1": "http.receivepack", "GIT_CONFIG_VALUE_1": "true",
            "GIT_PROJECT_ROOT": str(self.root), "GIT_HTTP_EXPORT_ALL": "1",
            "REQUEST_METHOD": seen.method, "PATH_INFO": path, "QUERY_STRING": query,
            "CONTENT_TYPE": http.headers.get("Content-Type", ""), "CONTENT_LENGTH": str(len(seen.body)),
            "HTTP_CONTENT_ENCODING": http.headers.get("Content-Encoding", ""),
            "GIT_PROTOCOL": http.headers.get("Git-Protocol", ""),
            "REMOTE_ADDR": "127.0.0.1", "REMOTE_USER": "token",
        }  # fmt: skip
        done = subprocess.run(["git", "http-backend"], input=seen.body, env=env, capture_output=True)  # noqa: PLW1510
        head, _, body = done.stdout.partition(b"\r\n\r\n")
        rows = [row.split(": ", 1) for row in head.decode().split("\r\n") if row]
        status = next((int(value.split()[0]) for name, value in rows if name == "Status"), 200)
        return Answer(status, tuple((name, value) for name, value in rows if name != "Status"), body)


def _body(http: BaseHTTPRequestHandler) -> bytes:
    if http.headers.get("Transfer-Encoding", "").lower() != "chunked":
        return http.rfile.read(int(http.headers.get("Content-Length") or 0))
    pieces = []
    while size := int(http.rfile.readline().split(b";")[0], 16):
        pieces.append(http.rfile.read(size))
        http.rfile.readline()
    http.rfile.readline()
    return b"".join(pieces)


def _send(http: BaseHTTPRequestHandler, answer: Answer, *, half: bool) -> None:
    http.send_response(answer.status)
    for name, value in answer.headers:
        http.send_header(name, value)
    http.send_header("Content-Length", str(len(answer.body)))
    http.end_headers()
    http.wfile.write(answer.body[: len(answer.body) // 2] if half else answer.body)
    http.close_connection = half or http.close_connection


def _cut(http: BaseHTTPRequestHandler) -> None:
    """End the connection with a TCP reset."""
    http.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    http.connection.shutdown(socket.SHUT_RD)
    http.close_connection = True
    http.rfile.close()
    http.connection.close()
    http.wfile = open(os.devnull, "wb")  # noqa: SIM115, PTH123 - the library flushes and closes it


def main(words: list[str]) -> None:
    """Serve until the process ends."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("root", type=Path)
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--token", action="append", default=[], metavar="TOKEN=rw|ro")
    given = parser.parse_args(words)
    tokens = dict(token.rsplit("=", 1) for token in given.token)
    with GitServer(given.root, tokens, given.port) as server:
        sys.stdout.write(f"listening on http://{server.host}\n")
        sys.stdout.flush()
        threading.Event().wait()


if __name__ == "__main__":
    main(sys.argv[1:])
