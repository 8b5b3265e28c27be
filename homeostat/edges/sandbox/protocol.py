"""Frames between the engine and a sandbox: a short JSON header, then bytes; both with a bound.

A frame is two lengths (32 bits, big-endian), the header and the payload. The engine sends requests:
`prepare` or `restore`, `file` … `go` (a tar in pieces), or `run`, `edit` … `go`. The sandbox answers with any
number of `output` and one `end`, or with `error`. What is longer or other than that ends the talk.
"""

import json
import select
import socket
import struct
import time
from dataclasses import dataclass, field
from typing import Any

from homeostat.errors import HomeostatError

LENGTHS = struct.Struct("!II")
HEADER_LIMIT = 65_536
PAYLOAD_LIMIT = 16_777_216

Header = dict[str, Any]


class GarbledError(HomeostatError):
    """The other side sent what no sandbox and no engine sends."""


@dataclass
class Wire:
    """One connection. `deadline` is on the monotonic clock; None waits for ever."""

    connection: socket.socket
    deadline: float | None = None
    _buffer: bytearray = field(default_factory=bytearray)

    def send(self, header: Header, payload: bytes = b"") -> None:
        """Send one frame; OSError when it cannot go out in time."""
        encoded = json.dumps(header, separators=(",", ":")).encode()
        if len(encoded) > HEADER_LIMIT or len(payload) > PAYLOAD_LIMIT:
            raise GarbledError("A command, a path or a file is too long for the sandbox.")
        self._await()
        self.connection.sendall(LENGTHS.pack(len(encoded), len(payload)) + encoded + payload)

    def receive(self) -> tuple[Header, bytes]:
        """Receive one frame; OSError when it does not come in time, EOFError when the other side is gone."""
        header_length, payload_length = LENGTHS.unpack(self._take(LENGTHS.size))
        if header_length > HEADER_LIMIT or payload_length > PAYLOAD_LIMIT:
            raise GarbledError("A frame is longer than any that is sent here.")
        return _header(self._take(header_length)), self._take(payload_length)

    def ended(self) -> bool:
        """Whether the other side has closed the connection; nothing is taken from it."""
        poll = select.poll()
        poll.register(self.connection, select.POLLIN)
        try:
            return bool(poll.poll(0)) and not self.connection.recv(1, socket.MSG_PEEK)
        except OSError:
            return True

    def _take(self, length: int) -> bytes:
        while len(self._buffer) < length:
            self._await()
            chunk = self.connection.recv(65_536)
            if not chunk:
                raise EOFError
            self._buffer += chunk
        taken = bytes(self._buffer[:length])
        del self._buffer[:length]
        return taken

    def _await(self) -> None:
        if self.deadline is None:
            self.connection.settimeout(None)
            return
        left = self.deadline - time.monotonic()
        if left <= 0:
            raise TimeoutError
        self.connection.settimeout(left)


def _header(encoded: bytes) -> Header:
    try:
        header = json.loads(encoded, parse_constant=_refuse)
    except (ValueError, RecursionError) as error:
        raise GarbledError("A frame's header is no JSON.") from error
    if not isinstance(header, dict):
        raise GarbledError("A frame's header is no object.")
    return header


def _refuse(constant: str) -> None:
    raise ValueError(constant)
