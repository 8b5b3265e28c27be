"""Path patterns as git reads them in .gitignore."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from pathspec import GitIgnoreSpec


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
    return GitIgnoreSpec.from_lines(patterns)
