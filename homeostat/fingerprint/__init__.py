"""One error, one id: three ids from narrow to wide, made of what does not change between occurrences."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable, Mapping
from functools import lru_cache

from homeostat.config import PathFilters, matches
from homeostat.fingerprint.coarse import coarse_template
from homeostat.fingerprint.culprit import Judged, culprit, judged
from homeostat.fingerprint.dialects import fold
from homeostat.fingerprint.enclosing import enclosing_function
from homeostat.fingerprint.functions import bare
from homeostat.fingerprint.ownership import DEPENDENCY, by_file, foreign
from homeostat.fingerprint.paths import in_checkout, portable
from homeostat.fingerprint.template import KINDS, template
from homeostat.ports import Source
from homeostat.records import Failure, Fingerprint, Frame

VERSION = "hs1"
"""Part of every id and of what is hashed: other rules, other version."""

Algorithm = Callable[[Failure, Source | None], str]
EARLIER: Mapping[str, Algorithm] = {}
"""The exact id by each version that ledgers may still hold; a new VERSION leaves the one before here."""

TELLING = 6
"""Words of its author's that make a message tell errors apart by itself."""

_ASIDE = re.compile(
    r" at \[[^\[\]]*\b(?:line|column|position|offset|char)\b[^\[\]]*\]| because \"[^\"]{1,200}\" is null$"
)
"""Where in its input a parser stopped, which is data; what a JVM knows of a null only with debug symbols."""

_KIND = rf"<(?:{'|'.join(KINDS)})>"
_VALUE = re.compile(
    rf"(?<!\w)(?:[A-Za-z]{{1,2}}-)?{_KIND}|(?<=[\"'])[A-Za-z]{{1,2}}-?(?:[0-9]{{2,}}|{_KIND})(?=[\"'])"
)
"""A value: of one error it is now a number, now a uuid, now A-12."""

_NAMES = re.compile(r"\s\S|['\"`]|^[^\W\d_]+$")
"""What makes a message more than a value: several words, something in quotes, or one plain word."""

_WORD = re.compile(r"(?<![\w<])[^\W\d_]{2,}(?![\w>])")

_Owned = tuple[Frame, str | None]
"""A frame, and whose code it is: None for the repository's own."""

OUTSIDE = "outside the checkout"
_CUSTOM = PathFilters()


def identify(
    failure: Failure,
    source: Source | None,
    in_app: PathFilters = _CUSTOM,
    *,
    earlier: Mapping[str, Algorithm] = EARLIER,
) -> Fingerprint:
    """The identity of a failure.

    `source` is the checkout that it happened in, or None when not at hand; `in_app` what its repository says
    of its own code; `earlier` the versions of this algorithm to name it by as well.
    """
    located = _located(failure, source, in_app)
    blamed = culprit([*located[failure.root :], *located[: failure.root]])
    kind, message = fold(failure.type, failure.message, failure.language)
    words = template(message)
    said = _said(words)
    cause = (failure.cause,) if failure.cause else ()
    place = _place(failure, blamed, source)
    return Fingerprint(
        exact=_id("exact", kind, *place, said if not blamed or _NAMES.search(said) else "", *cause),
        coarse=_id("coarse", kind, *(_telling(kind, said) or place or (coarse_template(message),))),
        site=_site(kind, blamed, source),
        type=kind,
        template=words,
        culprit=blamed,
        frames=tuple([frame for frame, _ in located]),
        earlier=tuple([algorithm(failure, source) for algorithm in earlier.values()]),
    )


def explain(failure: Failure, source: Source | None, in_app: PathFilters = _CUSTOM) -> list[Judged]:
    """Every frame as `identify` sees it, and why it is passed over."""
    return judged(_located(failure, source, in_app))


def _located(failure: Failure, source: Source | None, in_app: PathFilters) -> list[_Owned]:
    """Each frame with its path and bare function, and whose code it is; None for the repository's own."""
    language = failure.language
    found = [_anywhere(frame, language) for frame in failure.frames]
    if language == "csharp" and any(frame.file for frame in failure.frames):
        # .NET prints the file of what was built here, and of libraries only the function.
        found = [_owned(frame, whose or (None if frame.file else DEPENDENCY)) for frame, whose in found]
    if source is None:
        return found
    printed = zip(failure.frames, found, strict=True)
    found = [_here(frame, owned, language, source, in_app) for frame, owned in printed]
    return found if any(whose is None for _, whose in found) else [_by_custom(*one) for one in found]


def _owned(frame: Frame, whose: str | None) -> _Owned:
    return frame._replace(in_app=whose is None), whose


def _by_custom(frame: Frame, whose: str | None) -> _Owned:
    """Of a report whose files the checkout lacks, as those of a bundle: what custom does not know is own."""
    return _owned(frame, None if whose == OUTSIDE else whose)


@lru_cache(maxsize=16_384)
def _anywhere(frame: Frame, language: str) -> _Owned:
    """A frame with its path and bare function, and whose code it is, as far as the report alone tells."""
    file, line, column, function, _, _ = frame
    whose = foreign(file, function, language)
    path = portable(file, function, language)
    return Frame(file, line, column, bare(function), path, whose is None), whose


def _here(printed: Frame, owned: _Owned, language: str, source: Source, in_app: PathFilters) -> _Owned:
    """A frame now that the checkout has a say."""
    frame, whose = owned
    path, whose = _in_repository(printed, language, source.paths(), in_app, whose)
    name = frame.function
    if path and name is None and frame.line:
        text = source.read(path)
        name = enclosing_function(text, path, frame.line) if text else None
    return _owned(frame._replace(path=path or frame.path, function=name), whose)


def _in_repository(
    frame: Frame, language: str, paths: frozenset[str], in_app: PathFilters, whose: str | None
) -> tuple[str | None, str | None]:
    """A frame's repository path, and whose code it is."""
    path = in_checkout(frame.file, frame.function, language, paths)
    if path is None:
        return None, whose or OUTSIDE
    lies = by_file(path)
    # Code of others may hold a folder named as ours; what only a function's package tells, a file refutes.
    if (lies and not matches(in_app.include, path)) or (not lies and by_file(frame.file)):
        return None, whose
    excluding = matches(in_app.exclude, path)
    return path, f"excluded by in_app.exclude pattern '{excluding}'" if excluding else None


def _said(words: str) -> str:
    """What of a template tells errors apart: not the kind of its values, nor how it ends."""
    return _VALUE.sub("<*>", _ASIDE.sub("", words)).rstrip(" .!:;,")


def _id(kind: str, *parts: str | None) -> str:
    digest = hashlib.sha256(json.dumps([VERSION, kind, *parts]).encode()).hexdigest()
    return f"{VERSION}-{digest[:16]}"


def _place(failure: Failure, blamed: Frame | None, source: Source | None) -> tuple[str | None, ...]:
    """Where it happened: file and function, nothing when no frame is known."""
    if blamed is None:
        return ()
    # Rust prints the function only when it was told to print backtraces; the checkout knows it always.
    printed = source is not None or failure.language != "rust"
    return (blamed.path, blamed.function if printed else None)


def _telling(kind: str, said: str) -> tuple[str, ...]:
    """A message that says enough to be a coarse id by itself: it survives a cut trace."""
    return (said,) if kind and len(_WORD.findall(said)) >= TELLING else ()


def _site(kind: str, blamed: Frame | None, source: Source | None) -> str | None:
    """The id of the source line's text: it survives edits above the line and new messages."""
    if not (source and blamed and blamed.path and blamed.line):
        return None
    lines = (source.read(blamed.path) or "").split("\n")
    if not 1 <= blamed.line <= len(lines) or not lines[blamed.line - 1].strip():
        return None
    return _id("site", kind, blamed.path, lines[blamed.line - 1].strip())
