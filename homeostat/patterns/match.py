"""Which patterns may heal a failure: exact by fingerprint, fuzzy by file and error type, then structural."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import PurePosixPath

from homeostat.patterns.anchor import apply_hunks
from homeostat.patterns.record import precedent_of
from homeostat.patterns.structural import Suspicion, once, structural
from homeostat.patterns.uses import disgraced, lower_bound
from homeostat.ports import Source
from homeostat.records import Candidate, Fingerprint, Frame, Library, Pattern

SAME_PATH = 0.95
"""Certainty of a fuzzy match: same path and error type."""
SAME_NAME = 0.93
"""The same, when only the file's name is the same, as in another repository."""


def own_frames(found: Fingerprint) -> list[Frame]:
    """The repository's frames, the culprit first."""
    own = [frame for frame in found.frames if frame.in_app and frame.path]
    first = [found.culprit] if found.culprit and found.culprit.path else []
    return [*first, *(frame for frame in own if frame != found.culprit)]


def _targets(pattern: Pattern, found: Fingerprint) -> Iterator[tuple[str, int | None, float, str]]:
    """(path, 1-based line, certainty, why) of each file that the pattern may apply to."""
    frames = own_frames(found)
    exact = pattern.fingerprint in found.ids
    if exact:
        line = next((frame.line for frame in frames if frame.path == pattern.path), None)
        yield pattern.path, line, 1.0, "the same fingerprint"
    if pattern.error_type != found.type:
        return
    name = PurePosixPath(pattern.path).name
    for frame in frames:
        path = frame.path or ""
        if path == pattern.path and not exact:
            yield path, frame.line, SAME_PATH, f"{found.type} in the same file, {path}"
        elif path != pattern.path and PurePosixPath(path).name == name:
            yield path, frame.line, SAME_NAME, f"{found.type} in a file of the same name, {path}"


def _candidates(pattern: Pattern, found: Fingerprint, source: Source) -> Iterator[Candidate]:
    for path, line, certainty, why in _targets(pattern, found):
        text = source.read(path)
        applied = (
            apply_hunks(pattern.rule.hunks, text, near=line - 1 if line else None)
            if text is not None
            else None
        )
        if applied:
            text, fits = applied
            seen_in = precedent_of(pattern.provenance)
            yield Candidate({path: text}, pattern.id, round(certainty * fits, 3), why, precedent=seen_in)


def match(
    found: Fingerprint, library: Library, source: Source, *, language: str, said: str = ""
) -> list[Candidate]:
    """Candidates: those of patterns, the surest first, then those of general rules; equal patches once.

    `said` is the error as it was raised: its type, a colon, its message.
    """
    by_id = {pattern.id: pattern for pattern in library.patterns}
    bad = disgraced(library)
    eligible = [
        p
        for p in library.patterns
        if p.retired is None and p.language == language and str(precedent_of(p.provenance)) not in bad
    ]
    ranked = sorted(
        (candidate for pattern in eligible for candidate in _candidates(pattern, found, source)),
        key=lambda c: (
            -c.confidence,
            -lower_bound(library, c.pattern),
            -by_id[c.pattern].success_rate,
            -by_id[c.pattern].uses,
            c.pattern,
        ),
    )
    error = Suspicion(found.type, said or f"{found.type}: {found.template}")
    ranked += structural(error, own_frames(found), library, source, language=language)
    return list(once(ranked))
