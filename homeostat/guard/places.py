"""Paths: where a patch may go, and names that file systems or people read in two ways."""

from __future__ import annotations

import re
import sys
import unicodedata
from collections.abc import Iterable, Iterator

from homeostat.guard.letters import mixed
from homeostat.records import Patch

_ODD = {
    "holds a control or an invisible character": re.compile(
        "[\x00-\x1f\x7f-\x9f\u00ad\u034f\u061c\u115f\u1160\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\u3164\ufe00-\ufe0f"
        "\ufeff\uffa0\ufff0-\uffff\ue000-\uf8ff\U000e0000-\U0010ffff]"
    ),
    "is not UTF-8": re.compile("[\ud800-\udfff]"),
    "holds a character that another system reads as something else": re.compile(r'[\\:*?"<>|]'),
    "begins or ends with a blank, or ends with a dot": re.compile(r"(?:^|/)\s|(?:\s|[^./]\.+)(?:/|$)"),
    "is a short name of another file": re.compile(r"~\d"),
    "begins with a dash": re.compile(r"(?:^|/)-"),
    "holds what a shell would run": re.compile(r"`|\$\("),
    "is what a shell takes for a home": re.compile(r"(?:^|/)~(?:/|$)"),
    "is a device's name": re.compile(r"(?i)(?:^|/)(?:con|prn|nul|com\d|lpt\d)(?:\.|/|$)"),
}
MAX_PATH = 400
MAX_NAME = 255
"""Bytes of a file's or a folder's name that Linux takes."""
_COMMON = frozenset(
    {"site", "test", "types", "email", "platform", "calendar", "queue", "code", "parser", "cmd"}
)
"""Modules of Python's own whose names programs give to their parts too; no runner needs them to judge."""
_RUNNERS = frozenset(
    {"pytest", "_pytest", "pluggy", "nose", "nose2", "hypothesis", "mock", "phpunit"}
    | {"jest", "mocha", "vitest", "chai", "jasmine", "sinon"}
)
_INSTALLED = frozenset({"node_modules", "site-packages", "dist-packages", "vendor", "bower_components"})


def stands_in(path: str) -> bool:
    """Whether a new file would be found in place of a test runner, a library or a module of Python's own."""
    *folders, name = _fold(path).split("/")
    stem, _, suffix = name.partition(".")
    imported = {*folders, stem} if suffix else {*folders}
    python = suffix in {"py", "pyi", "so", "pyc"}
    own = python and not imported.isdisjoint(sys.stdlib_module_names - _COMMON)
    return own or not imported.isdisjoint(_RUNNERS) or not _INSTALLED.isdisjoint(folders)


def oddity(path: str) -> str | None:
    """Why a path is none that a fix may have, or None."""
    told = next((what for what, pattern in _ODD.items() if pattern.search(path)), None)
    if told is None and any(mixed(word) for word in re.findall(r"\w+", path)):
        told = "mixes letters that look alike"
    if told is None and (len(path) > MAX_PATH or any(map(_too_long, path.split("/")))):
        told = "is too long"
    return told


def _too_long(name: str) -> bool:
    return len(name.encode(errors="surrogateescape")) > MAX_NAME


def collisions(patch: Patch, known: Iterable[str]) -> Iterator[str]:
    """New files that a forgiving file system takes for another one; `known` are the files before."""
    files = set(known)
    folds: dict[str, str] = {}
    for path in [*files, *(change.path for change in patch.changes)]:
        for place in _upwards(path):
            folds.setdefault(_fold(place), place)
    for change in patch.changes:
        if change.status not in {"A", "C", "R"}:
            continue
        for place in _upwards(change.path):
            if folds[_fold(place)] != place:
                yield f"{change.path}: it is the same as {_alike(place, folds[_fold(place)])}"
            if place != change.path and place in files:
                yield f"{change.path}: {place} is a file, and would become a folder"
        if any(path.startswith(f"{change.path}/") for path in files):
            yield f"{change.path}: it is a folder, and would become a file"


def _alike(place: str, other: str) -> str:
    """The other name, and for whom it is the same."""
    case = place.casefold() == other.casefold()
    return f"{other} where {'case' if case else 'the form of its letters in Unicode'} does not matter"


def _upwards(path: str) -> list[str]:
    parts = path.split("/")
    return ["/".join(parts[: count + 1]) for count in range(len(parts))]


def _fold(path: str) -> str:
    return unicodedata.normalize("NFKC", path).casefold()
