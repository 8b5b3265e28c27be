"""The name that a frame's file has wherever the trace was made: other host, folder, build or release."""

from __future__ import annotations

import re
from functools import lru_cache

from homeostat.conventions import is_test

_SCHEME = re.compile(r"\(?(?:[a-z][a-z0-9+.-]{1,30}:(?://[^/]*(?=/|$)|/(?=/)|(?=[/a-z]{2})))+")
_DRIVE = re.compile(r"/*[A-Za-z]:(?=/)")
_QUERY = re.compile(r"\.\w{1,8}[?#]")
_VERSION = re.compile(
    r"[-@_]?v?[0-9]{1,6}(?:\.[0-9]{1,6}){1,4}(?:[-.]?(?:alpha|beta|rc|dev|pre)[-.]?[0-9]*)?(?![\w])"
)
_HEX = re.compile(r"[.\-_~](?=[a-f]{0,63}[0-9])[0-9a-f]{6,64}(?=[.-])")
_MIXED = re.compile(
    r"[.\-_](?=[A-Za-z_-]{0,11}[0-9])(?![A-Za-z]?[a-z]{3,}[0-9]{1,3}\.)[A-Za-z0-9_-]{8,12}(?=\.(?:[cm]?js|css)$)"
)
_LETTERS = re.compile(
    r"-(?:[A-Z2-7]{8}|(?=[a-z]{0,7}[A-Z])(?=[A-Z]{0,7}[a-z])[A-Za-z]{8})(?=\.(?:[cm]?js|css)$)"
)
"""A hash that happens to hold no digit: as bundlers write it, and as no one writes a word."""

_CHUNK = re.compile(r"^(?:chunk[-.])?[0-9]{1,6}(?=\.)|(?<=chunk)[-.][0-9]{1,6}(?=\.)")
_BUNDLED = re.compile(r"\.(?:[cm]?js|css)$")
_PACKAGES = ("node_modules", "site-packages", "dist-packages", "gems", "mod", "registry", "wp-content")
_MEMBER = re.compile(r"(?:[.+](?=<)|\.(?=\.c?ctor\b))")
_NESTED = re.compile(r"[`+]")
"""Where a C# class's own name ends: its type parameters, a class within it."""

_HOME = re.compile(
    r"^/?(?:usr/(?:local/)?(?:src|lib|share)(?:/app)?|(?:home|Users)/[\w.-]{1,60}/(?:src|lib)|root/src|opt/(?:src|lib))/"
    r"(?!python|ruby|node|jvm|go/)"
)
"""Where machines keep sources and programs: folders that are named like a root of one, and are none."""

_ROOTS = frozenset(
    {"src", "lib", "content", "background", "includes", "pkg", "cmd", "wp-includes", "wp-admin"}
)


def parts(file: str) -> list[str]:
    """A printed file's segments without scheme, host, extension id, drive, query and dots."""
    bare = file.replace("\\", "/")
    bare = _DRIVE.sub("", _SCHEME.sub("", bare, count=1), count=1)
    cut = _QUERY.search(bare)
    bare = bare[: cut.end() - 1] if cut else bare
    return [part for part in bare.split("/") if part not in ("", ".", "..")]


def _timeless(part: str) -> str:
    """A segment without what changes from release to release: versions, content hashes, chunk numbers."""
    if _BUNDLED.search(part):
        part = _CHUNK.sub("", _LETTERS.sub("", _MIXED.sub("", _HEX.sub("", part)))).lstrip(".")
        part = f"chunk.{part}" if part in ("js", "mjs", "cjs", "css") else part
    return _VERSION.sub("", part)


def portable(file: str, function: str | None, language: str) -> str:
    """The name without a checkout: from the package or the last customary root on, else the file alone."""
    segments = [part for part in map(_timeless, parts(_HOME.sub("", file, count=1))) if part]
    package = _package(function, language)
    if package and (segments or language == "csharp"):
        return package if language == "csharp" else f"{package}/{segments[-1]}"
    if not segments:
        return "/"
    start = next((at for at in range(len(segments) - 2, -1, -1) if segments[at] in _PACKAGES), None)
    if start is None:
        start = next(
            (at for at in range(len(segments) - 2, -1, -1) if segments[at] in _ROOTS), len(segments) - 1
        )
    return "/".join(segments[start:])


def _package(function: str | None, language: str) -> str | None:
    """The folder that a function's package stands for: `org/shop` of `org.shop.Cart.<init>`.

    C# prints no file without debug symbols, and names files after their class: there it is the file.
    """
    if not function:
        return None
    if language == "java":
        return "/".join(function.split(".")[:-2]) or None
    if language == "csharp":
        owner = _MEMBER.split(function, maxsplit=1)[0]
        owner = function.rpartition(".")[0] if owner == function else owner
        return _NESTED.split(owner, maxsplit=1)[0].replace(".", "/") + ".cs" if owner else None
    if language == "go" and "/" in function:
        folder, _, rest = function.rpartition("/")
        return f"{folder}/{rest.partition('.')[0]}".replace("%2e", ".")
    return None


@lru_cache(maxsize=4)
def _by_name(paths: frozenset[str]) -> dict[str, list[str]]:
    """Repository paths by file name."""
    found: dict[str, list[str]] = {}
    for path in paths:
        found.setdefault(path.rpartition("/")[2], []).append(path)
    return found


def in_checkout(file: str, function: str | None, language: str, paths: frozenset[str]) -> str | None:
    """A frame's path in the repository: the longest suffix that exists, else the one file of its package.

    One without any folder, as browsers' consoles print it, is the one file of that name that is no test.
    """
    segments = parts(file)
    suffixes = ("/".join(segments[start:]) for start in range(len(segments)))
    found = next((suffix for suffix in suffixes if suffix in paths), None)
    if found or not segments:
        return found
    same = _by_name(paths).get(segments[-1], [])
    package = _package(function, language)
    if package:
        same = [path for path in same if f"/{path}".endswith(f"/{package}/{segments[-1]}")]
    elif "/" in file or "\\" in file or is_test(segments[-1]):
        return None
    else:
        same = [path for path in same if not is_test(path)]
    return same[0] if len(same) == 1 else None
