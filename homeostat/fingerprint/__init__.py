"""One error, one id: three ids from narrow to wide, made of what does not change between occurrences."""

from __future__ import annotations

import hashlib
import json
import re
from dataclasses import replace

from homeostat.conventions import is_test
from homeostat.fingerprint.enclosing import enclosing_function
from homeostat.fingerprint.paths import located
from homeostat.fingerprint.template import template
from homeostat.ports import Source
from homeostat.records import Failure, Fingerprint, Frame

VERSION = "hs1"
"""Part of every id and of what is hashed: other rules, other version."""

_NOISE = re.compile(r"^(?:async|new)\s+|\s*\[as \w+\]$|\(.*\)$")
_ANONYMOUS = frozenset(
    {"", "?", "anonymous", "<anonymous>", "<module>", "<lambda>", "{closure}", "{main}", "eval"}
)


def _function(name: str | None) -> str | None:
    """The bare function name: without receiver, class, alias or call."""
    bare = re.split(r"::|->|[./#]", _NOISE.sub("", name or "").strip())[-1]
    return None if bare in _ANONYMOUS else bare


def _resolved(frame: Frame, source: Source | None) -> Frame:
    frame = located(frame, source.paths() if source else None)
    name = _function(frame.function)
    if name is None and source and frame.in_app and frame.path and frame.line:
        text = source.read(frame.path)
        name = enclosing_function(text, frame.path, frame.line) if text else None
    return replace(frame, function=name)


def _culprit(frames: tuple[Frame, ...]) -> Frame | None:
    """The innermost frame of the repository's own code, a test only when nothing else is there."""
    own = [frame for frame in frames if frame.in_app]
    product = [frame for frame in own if not is_test(frame.path or frame.file)]
    return next(iter(product or own or frames), None)


def _id(kind: str, *parts: str | None) -> str:
    digest = hashlib.sha256(json.dumps([VERSION, kind, *parts]).encode()).hexdigest()
    return f"{VERSION}-{digest[:16]}"


def _site(failure: Failure, culprit: Frame | None, source: Source | None) -> str | None:
    """The id of the source line's text: it survives edits above the line and new messages."""
    if not (source and culprit and culprit.path and culprit.line):
        return None
    lines = (source.read(culprit.path) or "").split("\n")
    if not 1 <= culprit.line <= len(lines) or not lines[culprit.line - 1].strip():
        return None
    return _id("site", failure.type, culprit.path, lines[culprit.line - 1].strip())


def identify(failure: Failure, source: Source | None) -> Fingerprint:
    """The identity of a failure; `source` is the checkout that it happened in, or None when not at hand."""
    frames = tuple(_resolved(frame, source) for frame in failure.frames)
    culprit = _culprit(frames)
    words = template(failure.message)
    where = (culprit.path, culprit.function) if culprit else (None, None)
    return Fingerprint(
        exact=_id("exact", failure.type, *where, words),
        coarse=_id("coarse", failure.type, *where) if culprit else _id("coarse", failure.type, words),
        site=_site(failure, culprit, source),
        type=failure.type,
        template=words,
        culprit=culprit,
        frames=frames,
    )
