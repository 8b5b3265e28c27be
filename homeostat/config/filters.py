"""Path patterns as git reads them in .gitignore."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from pathspec import GitIgnoreSpec

_CLASS = re.compile(r"\[([!^]?)(\]?(?:\[:[a-z]*:\]|[^\]/])*+)\]")
_NAMED = re.compile(r"\[:([a-z]*):\]")
_LETTERS = {
    "alpha": "a-zA-Z",
    "digit": "0-9",
    "alnum": "a-zA-Z0-9",
    "upper": "A-Z",
    "lower": "a-z",
    "xdigit": "0-9a-fA-F",
}


@dataclass(frozen=True, slots=True)
class PathFilters:
    """Repository paths by gitignore-style patterns: included by one, excluded by none."""

    include: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()


def path_refusal(filters: PathFilters, path: str) -> str | None:
    """Why no fix may touch this repository path, or None. For a rename, ask for both sides."""
    if any(part in {"", ".", ".."} for part in path.split("/")):
        return "not a plain relative path"
    excluding = matches(filters.exclude, path)
    if excluding:
        return f"excluded by path_filters.exclude pattern '{excluding}'"
    return None if matches(filters.include, path) else "outside path_filters.include"


def matches(patterns: Iterable[str], path: str) -> str | None:
    """The first pattern that matches a repository path, or None."""
    plain = _plain(path)
    return next((pattern for pattern in patterns if compiled(pattern).match_file(plain)), None)


def matches_any(patterns: tuple[str, ...], path: str) -> bool:
    """Whether a repository path is matched, when it does not matter by which pattern: in one look."""
    return compiled(*patterns).match_file(_plain(path))


def _plain(path: str) -> str:
    # pathspec's folders end at a line break, which git allows in a name: "tests/a\nb" would slip past tests/.
    # Nor does it take a name that is no UTF-8.
    return path.encode(errors="replace").decode().replace("\n", "\ufffd")


@lru_cache(maxsize=1024)
def compiled(*patterns: str) -> GitIgnoreSpec:
    """Patterns as one. Raises ValueError or re.error when one of them is none."""
    return GitIgnoreSpec.from_lines(_CLASS.sub(_class, _below(pattern)) for pattern in patterns)


def _below(pattern: str) -> str:
    """To git the `**/` that ends a pattern is the folders below, not what lies beside them."""
    return f"{pattern}*/" if pattern.endswith("/**/") else pattern


def _class(found: re.Match[str]) -> str:
    """Characters in brackets as pathspec reads them: without names, and no bracket in front."""
    mark, held = found.groups()
    strange = next((name for name in _NAMED.findall(held) if name not in _LETTERS), None)
    if strange is not None:
        raise ValueError(strange)
    held = _NAMED.sub(lambda name: _LETTERS[name[1]], held)
    if held == "[" and not mark:
        return r"\["
    first = held.startswith("[") and not held.startswith("[-")
    return f"[{mark}{held[1:]}[]" if first else f"[{mark}{held}]"
