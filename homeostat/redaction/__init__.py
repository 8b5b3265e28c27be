"""What must not leave: secrets and what tells of a person are taken out of a text, in one pass."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from homeostat.redaction.spans import Span

__all__ = ["Redactor", "credentials", "personal_details", "redacted"]

_BLOCK = 1 << 20
_MOST_ROUNDS = 4
"""What is taken out changes what stands beside it: looked at again until nothing is found."""


class Redactor:
    """A gate that knows the run's own secrets; built once, since its automata take time to build."""

    def __init__(self, known: Iterable[str] = ()) -> None:
        from homeostat.redaction.known import Known  # noqa: PLC0415 - RE2 is loaded by those who redact

        self._known = Known(known)

    def __call__(self, text: str) -> str:
        """The text with a placeholder for each secret and each personal detail; lines stay lines."""
        return self.of_bytes(text.encode("utf-8", "surrogatepass")).decode("utf-8", "surrogatepass")

    def of_bytes(self, data: bytes) -> bytes:
        """The same for bytes in any encoding that begins with ASCII."""
        once = self._once(data)
        if once is data:
            return data
        lines = once.split(b"\n")
        looked_at = _changed(data.split(b"\n"), lines)
        for _ in range(_MOST_ROUNDS):
            if not looked_at:
                break
            again = self._once(b"\n".join(lines[number] for number in looked_at)).split(b"\n")
            changed = {number for number, line in zip(looked_at, again, strict=True) if line != lines[number]}
            for number, line in zip(looked_at, again, strict=True):
                lines[number] = line
            looked_at = _around(changed, len(lines))
        return b"\n".join(lines)

    def knows(self, text: str) -> bool:
        """Whether one of the run's own secrets is in a text, in whatever form."""
        return any(self._known.found(text.encode("utf-8", "surrogatepass")))

    def _once(self, data: bytes) -> bytes:
        from homeostat.redaction.spans import merged, replaced  # noqa: PLC0415

        spans = merged(self._found(data))
        return replaced(data, spans) if spans else data

    def stream(self, blocks: Iterable[bytes]) -> Iterator[bytes]:
        """The same for a text of any length that comes in blocks; cut between lines, never inside a key."""
        held = b""
        for block in blocks:
            held += block
            if len(held) >= _BLOCK:
                at = _cut(held)
                if at:
                    yield self.of_bytes(held[:at])
                    held = held[at:]
        if held:
            yield self.of_bytes(held)

    def _found(self, data: bytes) -> Iterator[Span]:
        from homeostat.redaction import pem, personal  # noqa: PLC0415
        from homeostat.redaction.escapes import unescaped  # noqa: PLC0415

        yield from self._known.found(data)
        yield from pem.found(data)
        yield from _credentials(data)
        yield from personal.found(data)
        plainer = unescaped(data)
        if plainer:
            yield from map(plainer.place, _credentials(plainer.text))
            yield from map(plainer.place, personal.found(plainer.text))


def redacted(text: str, known: Iterable[str] = ()) -> str:
    """The text as it may leave, once; for many texts build a Redactor."""
    return Redactor(known)(text)


def credentials(text: str) -> frozenset[str]:
    """The kinds of credentials it holds, the first line of a private key among them."""
    from homeostat.redaction import pem  # noqa: PLC0415
    from homeostat.redaction.escapes import unescaped  # noqa: PLC0415
    from homeostat.redaction.spans import merged  # noqa: PLC0415

    data = text.encode("utf-8", "surrogatepass")
    plainer = unescaped(data)
    found = [*pem.begun(data), *_credentials(data)]
    if plainer:
        found += map(plainer.place, _credentials(plainer.text))
    return frozenset(span.kind for span in merged(found))


def personal_details(text: str) -> frozenset[tuple[str, str]]:
    """(kind, what it is) of each detail of a person or a machine."""
    from homeostat.redaction import personal  # noqa: PLC0415
    from homeostat.redaction.escapes import unescaped  # noqa: PLC0415

    data = text.encode("utf-8", "surrogatepass")
    plainer = unescaped(data)
    return frozenset(
        (span.kind, told[span.start : span.end].decode("utf-8", "replace"))
        for told in (data, *([plainer.text] if plainer else []))
        for span in personal.found(told)
    )


def _credentials(data: bytes) -> Iterator[Span]:
    from homeostat.redaction import assigned, rules  # noqa: PLC0415

    for table in rules.tables():
        yield from table.found(data)
    yield from assigned.found(data)


def _changed(before: Sequence[bytes], after: Sequence[bytes]) -> list[int]:
    """The lines that are not as they were, and their neighbours."""
    different = {number for number, (a, b) in enumerate(zip(before, after, strict=True)) if a != b}
    return _around(different, len(after))


def _around(numbers: Iterable[int], count: int) -> list[int]:
    near = {number + step for number in numbers for step in (-1, 0, 1)}
    return sorted(number for number in near if 0 <= number < count)


def _cut(data: bytes) -> int:
    """Where a text may be cut: after a line that no key goes on from; 0 where nowhere yet."""
    at = data.rfind(b"\n") + 1
    begun = data.rfind(b"-----BEGIN", max(0, at - _BLOCK // 8), at)
    if begun >= 0 and data.find(b"-----END", begun, at) < 0:
        at = data.rfind(b"\n", 0, begun) + 1
    return at or (len(data) if len(data) > 16 * _BLOCK else 0)
