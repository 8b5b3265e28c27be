"""Give each frame the name that its file has in the repository, wherever the trace was made."""

from __future__ import annotations

import re
from dataclasses import replace

from homeostat.conventions import is_library
from homeostat.records import Frame

_ORIGIN = re.compile(r"^(?:\(?[a-z][a-z0-9+.-]*://[^/]*(?:/|$))?(?:[A-Za-z]:[/\\])?")
_QUERY = re.compile(r"[?#].*$")
_ROOTS = frozenset({"src", "lib", "content", "background", "includes", "pkg", "cmd", "server", "client"})


def _parts(file: str) -> list[str]:
    """The path's segments without scheme, host, extension id, drive, query and dots."""
    bare = _ORIGIN.sub("", _QUERY.sub("", file)).replace("\\", "/")
    return [part for part in bare.split("/") if part not in ("", ".", "..")]


def _in_checkout(parts: list[str], paths: frozenset[str]) -> str | None:
    """The longest suffix that is a file of the checkout."""
    suffixes = ("/".join(parts[start:]) for start in range(len(parts)))
    return next((suffix for suffix in suffixes if suffix in paths), None)


def _guess(parts: list[str]) -> str:
    """Without a checkout: from the first customary source folder on, else the last two segments."""
    start = next((i for i, part in enumerate(parts[:-1]) if part in _ROOTS), max(len(parts) - 2, 0))
    return "/".join(parts[start:])


def located(frame: Frame, paths: frozenset[str] | None) -> Frame:
    """The frame with its repository path and whether it is the repository's own code.

    `paths` are the files of the checkout, or None when there is none at hand.
    """
    parts = _parts(frame.file)
    foreign = is_library(frame.file)
    found = _in_checkout(parts, paths) if paths is not None and not foreign else None
    own = found is not None if paths is not None else not foreign
    return replace(frame, path=found or _guess(parts), in_app=own)
