"""The fingerprint of a report: as lines of JSON for programs, or explained for people."""

from __future__ import annotations

import json
import sys
from typing import Any

import click
import msgspec

from homeostat.errors import ConfigError
from homeostat.fingerprint import explain, identify
from homeostat.fingerprint.explained import as_data, explanation
from homeostat.intake import read_text
from homeostat.outbound import logged
from homeostat.records import Failure, Origin, Unreadable

FORM = 'one object a line, such as {"text": "…"}'


@click.command()
@click.option("--jsonl", is_flag=True, help='Read JSON lines: {"text": ...} or {"type", "message", "stack"}.')
@click.option("--explain", "explained", is_flag=True, help="Show what the ids are made of, and why.")
def fingerprint(*, jsonl: bool, explained: bool) -> None:
    """Print the fingerprint of a report on standard input.

    It is JSON, one line for each report.
    """
    if jsonl and explained:
        raise ConfigError("--explain tells of one report; leave out --jsonl.")
    stdin, stdout = sys.stdin.buffer, sys.stdout.buffer
    if explained:
        failure = _failure({"text": stdin.read().decode(errors="replace")})
        if isinstance(failure, Unreadable):
            raise ConfigError(f"standard input: {_missing(failure)['error']}.")
        lines = explanation(failure, identify(failure, None), explain(failure, None))
        click.echo("\n".join(map(logged, lines)))
    elif not jsonl:
        stdout.write(_answer({"text": stdin.read().decode(errors="replace")}))
    else:
        for number, line in enumerate(stdin, start=1):
            if line.strip():
                stdout.write(_answer(_request(line, number)))
    stdout.flush()


def _request(line: bytes, number: int) -> dict[str, Any]:
    try:
        found = json.loads(line.decode(errors="replace"))
    except (json.JSONDecodeError, RecursionError) as error:
        raise ConfigError(f"standard input, line {number}: not JSON ({error}): give {FORM}.") from error
    if not isinstance(found, dict):
        raise ConfigError(f"standard input, line {number}: no JSON object: give {FORM}.")
    return found


def _failure(request: dict[str, Any]) -> Failure | Unreadable:
    """The failure that a request tells of; without a stack, the words alone."""
    if "text" not in request and not request.get("stack"):
        kind, message = _plain(request.get("type", "")), _plain(request.get("message", ""))
        return Failure(kind, message, (), "unknown", Origin.TRACE)
    return read_text(_text_of(request), words=True)


def _text_of(request: dict[str, Any]) -> str:
    if "text" in request:
        return _plain(request["text"])
    headline = f"{_plain(request.get('type', 'Error'))}: {_plain(request.get('message', ''))}"
    stack = _plain(request["stack"])
    return stack if headline in stack else f"{headline}\n{stack}"


def _plain(value: object) -> str:
    """A text; half a character, which JSON can escape and UTF-8 cannot write, becomes `?`."""
    text = "" if value is None else str(value)
    return text if text.isascii() else text.encode(errors="replace").decode()


def _answer(request: dict[str, Any]) -> bytes:
    """One line of JSON."""
    failure = _failure(request)
    told = _missing(failure) if isinstance(failure, Unreadable) else _identity(failure)
    own = request.get("id")
    named = {"id": _plain(own) if isinstance(own, str) else own} if "id" in request else {}
    return msgspec.json.encode(named | told) + b"\n"


def _identity(failure: Failure) -> dict[str, Any]:
    return {"language": failure.language, **as_data(identify(failure, None))}


def _missing(failure: Unreadable) -> dict[str, Any]:
    return {"error": f"it lacks {'; '.join(failure.missing)}"}
