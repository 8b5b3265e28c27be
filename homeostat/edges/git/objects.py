"""Objects by the batch: one process however many are read."""

from __future__ import annotations

from collections.abc import Sequence

from homeostat.edges.git.command import Git


def contents(git: Git, names: Sequence[str]) -> list[tuple[str, bytes] | None]:
    """Kind and content of each object that `names` (ids, or `commit:path`) tell; None for one not there."""
    left = git("cat-file", "--batch", stdin="".join(f"{name}\n" for name in names).encode())
    found: list[tuple[str, bytes] | None] = []
    for _ in names:
        told, _, left = left.partition(b"\n")
        if told.endswith(b" missing"):
            found.append(None)
            continue
        _, kind, size = told.split()
        found.append((kind.decode(), left[: int(size)]))
        left = left[int(size) + 1 :]
    return found


def sizes(git: Git, blobs: Sequence[str]) -> dict[str, int]:
    """Bytes of each of these objects that is here."""
    told = git.text("cat-file", "--batch-check=%(objectname) %(objectsize)", stdin="\n".join(blobs).encode())
    rows = (row.split() for row in told.splitlines())
    return {name: int(size) for name, size in rows if size != "missing"}


def text_of(content: bytes) -> str | None:
    """A file as text; None when it is binary."""
    try:
        return None if b"\0" in content else content.decode()
    except UnicodeDecodeError:
        return None
