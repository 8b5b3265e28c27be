"""Whether an endpoint answers and takes its key, asked by what costs nothing: the list of its models."""

from __future__ import annotations

from http import HTTPStatus

import httpx2
import msgspec

from homeostat.config import Endpoint
from homeostat.edges.llm.faults import of_connection, of_status
from homeostat.errors import ModelError
from homeostat.ports import Clock

SECONDS = 15.0
MOST_BYTES = 4_000_000
NO_LIST = {HTTPStatus.NOT_FOUND, HTTPStatus.METHOD_NOT_ALLOWED, HTTPStatus.NOT_IMPLEMENTED}


class _One(msgspec.Struct):
    id: str


class _List(msgspec.Struct):
    data: list[_One]


def models_at(endpoint: Endpoint, clock: Clock) -> frozenset[str] | None:
    """The models that it lists; None when it answers, but has no list. Raises ModelError."""
    headers = {"Authorization": f"Bearer {endpoint.key}", "Accept-Encoding": "identity"}
    try:
        with httpx2.stream("GET", f"{endpoint.url}/models", headers=headers, timeout=SECONDS) as answer:
            return _read(endpoint, answer, clock)
    except httpx2.HTTPError as error:
        raise of_connection(error, endpoint) from None


def _read(endpoint: Endpoint, answer: httpx2.Response, clock: Clock) -> frozenset[str] | None:
    text = b""
    for chunk in answer.iter_bytes():
        text += chunk
        if len(text) > MOST_BYTES:
            raise ModelError(
                f"{endpoint.provider} lists more models than any may: see whether its address is right"
            )
    if answer.status_code in NO_LIST:
        return None
    if not answer.is_success:
        raise of_status(answer.status_code, _error(text), answer.headers, endpoint, clock)
    try:
        return frozenset(one.id for one in msgspec.json.decode(text, type=_List).data)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return None


def _error(text: bytes) -> object:
    """What stands in an error's body as OpenAI's API writes it."""
    try:
        found = msgspec.json.decode(text)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return None
    return found.get("error", found) if isinstance(found, dict) else None
