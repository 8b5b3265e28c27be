"""An OpenAI-compatible endpoint on loopback that plays a script: answers, faults and a bill."""

import gzip
import json
import socket
import struct
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

# ruff: noqa: ANN401 - JSON is of any type

Json = dict[str, Any]


@dataclass(frozen=True)
class Turn:
    """How one request is answered."""

    text: str = ""
    usage: Json | None = field(default_factory=lambda: {"prompt_tokens": 1_000, "completion_tokens": 100})
    """None: the endpoint does not say."""
    finish: str | None = "stop"
    refusal: str | None = None
    status: int = 200
    error: Json | None = None
    headers: dict[str, str] = field(default_factory=dict)
    manner: str = "answer"
    """answer, reset (before a word), slow (silence), flood (1.2 MB of text), or one of SHAPES and WIRES."""


def edits(*changes: tuple[str, str, str], why: str = "The cause is mended.") -> str:
    """An answer in the form that is asked for."""
    told = [{"path": path, "search": search, "replace": put} for path, search, put in changes]
    return json.dumps({"explanation": why, "edits": told})


def review(verdict: str, *reasons: str) -> str:
    return json.dumps({"verdict": verdict, "reasons": list(reasons)})


Script = Callable[[Json], Turn]
"""What a request gets."""


def playing(turns: Sequence[Turn]) -> Script:
    """One turn after the other; then the last for ever."""
    left = list(turns)

    def play(_: Json) -> Turn:
        return left.pop(0) if len(left) > 1 else left[0]

    return play


@dataclass
class ModelServer:
    """The endpoint, and what it was asked."""

    url: str
    script: Script
    asked: list[Json] = field(default_factory=list)
    keys: list[str] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)
    """By name in small letters."""
    paths: list[str] = field(default_factory=list)
    silence: float = 3.0
    listed: Turn = field(default_factory=lambda: Turn(status=404))
    """The list of models: its text, or a refusal."""

    def prompts(self) -> list[str]:
        """The whole text of each request."""
        return ["\n".join(one["content"] for one in body["messages"]) for body in self.asked]


@contextmanager
def model_server(script: Script) -> Iterator[ModelServer]:
    http = ThreadingHTTPServer(("127.0.0.1", 0), _Endpoint)
    http.daemon_threads = True
    served = ModelServer(f"http://127.0.0.1:{http.server_port}/v1", script)
    http.served = served  # type: ignore[attr-defined]
    thread = threading.Thread(target=http.serve_forever, kwargs={"poll_interval": 0.005}, daemon=True)
    thread.start()
    try:
        yield served
    finally:
        http.shutdown()
        http.server_close()
        thread.join()


class _Endpoint(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class's name
        pass

    def do_POST(self) -> None:
        served: ModelServer = self.server.served  # type: ignore[attr-defined]
        body: Json = json.loads(self.rfile.read(int(self.headers["content-length"])))
        served.asked.append(body)
        served.keys.append(self.headers.get("authorization", ""))
        served.headers.append({name.lower(): value for name, value in self.headers.items()})
        served.paths.append(self.path)
        turn = served.script(body)
        try:
            self._play(served, turn, body)
        except (BrokenPipeError, ConnectionResetError):
            self.close_connection = True

    def do_GET(self) -> None:
        served: ModelServer = self.server.served  # type: ignore[attr-defined]
        served.keys.append(self.headers.get("authorization", ""))
        served.paths.append(self.path)
        turn = served.listed
        text = turn.text if turn.status == 200 else json.dumps({"error": turn.error or {"message": "no"}})
        self._whole(turn.status, text, turn.headers)

    def _play(self, served: ModelServer, turn: Turn, body: Json) -> None:
        if turn.manner == "reset":
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            self.connection.close()
            self.close_connection = True
        elif turn.manner == "slow":
            time.sleep(served.silence)
            self.close_connection = True
        elif turn.status != 200:
            self._whole(turn.status, json.dumps({"error": turn.error or {"message": "no"}}), turn.headers)
        elif body.get("stream"):
            self._streamed(turn, body)
        else:
            self._plain(turn, body)

    def _whole(self, status: int, text: str, headers: dict[str, str]) -> None:
        self._open(status, {"content-type": "application/json", "content-length": str(len(text)), **headers})
        self.wfile.write(text.encode())

    def _plain(self, turn: Turn, body: Json) -> None:
        text, headers = _completion(turn, body), {"content-type": "application/json", **turn.headers}
        if turn.manner in WIRES:
            self._in_chunks([text], turn.manner, headers)
        else:
            self._whole(200, text, headers)

    def _streamed(self, turn: Turn, body: Json) -> None:
        headers = {"content-type": "text/event-stream", **turn.headers}
        self._in_chunks(_events(turn, body), turn.manner, headers)

    def _in_chunks(self, pieces: Iterable[str], manner: str, headers: dict[str, str]) -> None:
        added = {"packed": {"content-encoding": "gzip"}, "html": {"content-type": "text/html"}}
        self._open(200, {**headers, **added.get(manner, {}), "transfer-encoding": "chunked"})
        for piece in WIRES[manner](pieces) if manner in WIRES else pieces:
            content = piece.encode() if isinstance(piece, str) else piece
            self.wfile.write(f"{len(content):x}\r\n".encode() + content + b"\r\n")
        self.close_connection = True
        if manner != "cut":
            self.wfile.write(b"0\r\n\r\n")

    def _open(self, status: int, headers: dict[str, str]) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()


def _head(body: Json, kind: str) -> Json:
    return {"id": "chatcmpl-1", "object": kind, "created": 1_700_000_000, "model": body["model"]}


def _usage(said: Json) -> Json:
    counts = (said.get("prompt_tokens"), said.get("completion_tokens"))
    return {"total_tokens": sum(count for count in counts if isinstance(count, int)), **said}


def _text(turn: Turn) -> str:
    return "x" * 1_200_000 if turn.manner == "flood" else turn.text


def _completion(turn: Turn, body: Json) -> str:
    """The answer as one piece of JSON."""
    message = {"role": "assistant", "content": _text(turn), "refusal": turn.refusal}
    choice = {"index": 0, "message": message, "finish_reason": turn.finish, "logprobs": None}
    content = _head(body, "chat.completion") | {"choices": [choice]}
    return _json(turn, content if turn.usage is None else content | {"usage": _usage(turn.usage)})


def _events(turn: Turn, body: Json) -> Iterator[str]:
    """The answer as events: its text in pieces, why it ends, and the bill where it is asked for."""
    counted = turn.usage is not None and body.get("stream_options", {}).get("include_usage")
    head = _head(body, "chat.completion.chunk") | ({"usage": None} if counted else {})

    def event(delta: Json, finish: str | None = None) -> str:
        choice = {"index": 0, "delta": delta, "finish_reason": finish, "logprobs": None}
        return f"data: {_json(turn, head | {'choices': [choice]})}\n\n"

    text = _text(turn)
    yield event({"role": "assistant", "content": "", "refusal": None})
    for start in range(0, len(text), 4_000):
        yield event({"content": text[start : start + 4_000]})
    if turn.refusal:
        yield event({"refusal": turn.refusal})
    yield event({}, turn.finish)
    if turn.usage is not None and counted:
        yield f"data: {_json(turn, head | {'choices': [], 'usage': _usage(turn.usage)})}\n\n"
    yield "data: [DONE]\n\n"


def _json(turn: Turn, content: Json) -> str:
    return json.dumps(SHAPES[turn.manner](content) if turn.manner in SHAPES else content)


def _choices(**fields: Any) -> Callable[[Json], Json]:
    def changed(content: Json) -> Json:
        return content | {"choices": [choice | fields for choice in content["choices"]]}

    return changed


SHAPES: dict[str, Callable[[Json], Json]] = {
    "choiceless": lambda content: {name: value for name, value in content.items() if name != "choices"},
    "unchosen": lambda content: content | {"choices": []},
    "running": lambda content: content | {"usage": {"prompt_tokens": 1_000, "completion_tokens": 1}},
    "miscounted": lambda content: content | {"choices": 7},
    "null": _choices(message=None, delta=None),
    "contentless": _choices(message={"role": "assistant", "content": None}, delta={"content": None}),
    "listed": _choices(message={"content": [{"type": "text"}]}, delta={"content": [{"type": "text"}]}),
}
"""Answers in the form of JSON, but of another shape than OpenAI's."""


def _is_event(pieces: Sequence[str]) -> bool:
    return pieces[0].startswith("data:")


def _garbled(pieces: Iterable[str]) -> Iterator[str]:
    yield from (piece.replace("{", "{not json", 1) for piece in pieces)


def _deep(pieces: Iterable[str]) -> Iterator[str]:
    yield from ("data: " * _is_event([piece]) + "[" * 200_000 + "\n\n" for piece in pieces)


def _cut(pieces: Iterable[str]) -> Iterator[str]:
    whole = "".join(pieces)
    yield whole[: len(whole) // 2]


def _packed(pieces: Iterable[str]) -> Iterator[bytes]:
    yield gzip.compress("".join(pieces).encode())


def _html(_: Iterable[str]) -> Iterator[str]:
    yield "<html><body>Please log in.</body></html>\n\n"


def _failing(pieces: Iterable[str]) -> Iterator[str]:
    """An error in place of the second event, or of the whole answer, with status 200."""
    known = list(pieces)
    error = json.dumps({"error": {"message": "the engine is overloaded", "code": 503}})
    yield from (known[0], f"data: {error}\n\n") if _is_event(known) else (error,)


def _patient(pieces: Iterable[str]) -> Iterator[str]:
    """As DeepSeek keeps a connection alive: https://api-docs.deepseek.com/quick_start/rate_limit"""
    known = list(pieces)
    yield from (": keep-alive\n\n" if _is_event(known) else "\n",) * 5
    yield from known


def _trailing(pieces: Iterable[str]) -> Iterator[str]:
    """With one more piece after the end and the bill, which says nothing."""
    *known, last = pieces
    yield from (*known, *known[:1], last)


def _endless(pieces: Iterable[str]) -> Iterator[str]:
    waiting = ": keep-alive\n\n" if _is_event([*pieces]) else "\n"
    while True:  # ends with the connection
        time.sleep(0.01)
        yield waiting


def _torrent(_: Iterable[str]) -> Iterator[bytes]:
    line = b":" + b" " * 1_000_000 + b"\n"
    while True:  # ends with the connection
        yield line


WIRES: dict[str, Callable[[Iterable[str]], Iterator[str | bytes]]] = {
    "garbled": _garbled,
    "deep": _deep,
    "cut": _cut,
    "packed": _packed,
    "html": _html,
    "failing": _failing,
    "patient": _patient,
    "trailing": _trailing,
    "endless": _endless,
    "torrent": _torrent,
}
"""What becomes of an answer on its way."""
