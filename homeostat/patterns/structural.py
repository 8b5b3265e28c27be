"""What is tried where a trace points: rules that mended the same type of error elsewhere, and the search."""

from __future__ import annotations

import re
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import islice

from homeostat.conventions import is_test
from homeostat.outbound import counted
from homeostat.patterns.grammars import family, grammar_of
from homeostat.patterns.lessons import SEARCH, SPREAD
from homeostat.patterns.proposals import Means, Place, Reader, proposals
from homeostat.patterns.uses import disgraced, lower_bound
from homeostat.ports import Source
from homeostat.records import Candidate, Frame, Library, Precedent, Proposal, Record, Rules

CERTAINTY = {"X": 0.9, "A": 0.88, "S": 0.86, "P": 0.84, "K": 0.82}
"""Certainty of a match by how much of the code's form is the same; the type of error is, in all of them."""
MOST_FRAMES = 3
"""The culprit, and the callers that stand next to it."""
MOST_CANDIDATES = 12
"""Each of them costs a run of the tests."""
MOST_SEARCHED = 30
"""The same, of edits that no one learned."""
FAR_BEHIND = 50
"""A candidate that many times less likely than the first is not worth one."""
FURTHER = 0.5
"""How likely an edit at a caller is the right one, beside one where the error was raised."""
AROUND = 40
"""Lines on each side of a frame's that names are taken from."""


_LINE = re.compile(r"[^\n]*\n|[^\n]+")


@dataclass(frozen=True, slots=True)
class Suspicion:
    """What is known of an error."""

    type: str | None
    """The rules about it alone are asked; all there are without it."""
    said: str = ""
    """As it was raised: its type, a colon, its message."""
    calls: bool = False
    """Whether it was raised in what is called here."""


@dataclass(frozen=True, slots=True)
class _Window:
    """A part of a file, and what stands before and after it."""

    before: str
    text: str
    after: str
    line: int
    """The 1-based line of the frame, in `text`."""


def structural(
    error: Suspicion, frames: Sequence[Frame], library: Library, source: Source, *, language: str
) -> Iterator[Candidate]:
    """Candidates of the rules that are known to mend this type of error, the likeliest first."""
    tried = (
        candidate for frame in _suspects(frames) for candidate in _at(frame, error, library, source, language)
    )
    yield from islice(once(tried), MOST_CANDIDATES)


def once(candidates: Iterable[Candidate]) -> Iterator[Candidate]:
    """Equal patches once: the first of them."""
    seen = set()
    for candidate in candidates:
        if candidate.patch not in seen:
            seen.add(candidate.patch)
            yield candidate


def _suspects(frames: Sequence[Frame]) -> Sequence[Frame]:
    """Where to look: never in the tests, which are to judge."""
    return [frame for frame in frames if frame.path and not is_test(frame.path)][:MOST_FRAMES]


def searched(
    frames: Sequence[Frame], library: Library, source: Source, *, language: str, said: str = ""
) -> list[Candidate]:
    """Candidates that nothing says are about this error: for tests to judge, and a person to read.

    They are what fixes of other errors taught, and edits that no one learned.
    """
    known = library.rules.get(family(language), Rules())
    found: dict[str, Candidate] = {}
    for depth, frame in enumerate(_suspects(frames)):
        proposed = _proposed(frame, Suspicion(None, said, depth > 0), known, source, language)
        for path, one in _by_record(proposed, library, known):
            origin, precedent = _origin(known, one)
            what = "what mended code elsewhere" if origin else one.place.removeprefix(SEARCH)
            why = f"{what}, at {path}:{frame.line}"
            likely = one.confidence * FURTHER**depth
            candidate = Candidate({path: one.after}, one.id, likely, why, origin, precedent, searched=True)
            found.setdefault(one.after, candidate)
    return sorted(found.values(), key=lambda one: -one.confidence)[:MOST_SEARCHED]


def _at(
    frame: Frame, error: Suspicion, library: Library, source: Source, language: str
) -> Iterator[Candidate]:
    known = library.rules.get(family(language), Rules())
    ranked = _by_record(_proposed(frame, error, known, source, language), library, known)
    for path, proposal in ranked:
        if proposal.confidence * FAR_BEHIND < ranked[0][1].confidence:
            break
        origin, precedent = _origin(known, proposal)
        why = f"it mended {error.type} elsewhere: {origin}"
        certainty = CERTAINTY[proposal.place[0]]
        yield Candidate({path: proposal.after}, proposal.id, certainty, why, origin, precedent)


def _by_record(
    proposed: Sequence[tuple[str, Proposal]], library: Library, known: Rules
) -> list[tuple[str, Proposal]]:
    """Without what is retired, quarantined or rests on reverted fixes alone; what failed comes later."""
    bad = disgraced(library)
    judged = [(one, library.records.get(one[1].id, Record())) for one in proposed]
    kept = [
        (path, replace(proposal, confidence=proposal.confidence * record.success_rate))
        for (path, proposal), record in judged
        if record.retired is None and not _rests_on(bad, known, proposal)
    ]
    return sorted(kept, key=lambda one: (-one[1].confidence, -lower_bound(library, one[1].id)))


def _rests_on(bad: Container[str], known: Rules, proposal: Proposal) -> bool:
    tallies: Mapping[str, list[int]] = known.rules.get(proposal.place, {})
    _, *where = tallies.get(proposal.code, [0])
    return bool(where) and all(str(known.precedents[number]) in bad for number in where)


def _proposed(
    frame: Frame, error: Suspicion, known: Rules, source: Source, language: str
) -> list[tuple[str, Proposal]]:
    """Whole new texts of a frame's file: by the rules about a type of error, without one by all there is."""
    path = frame.path or ""
    grammar, text = grammar_of(language, path), source.read(path)
    if grammar is None or text is None or frame.line is None or frame.line > text.count("\n") + 1:
        return []
    window = _window(text, frame.line)
    place = Place(window.text, (max(1, window.line - 1), window.line), error.type, error.said, error.calls)
    means, most = (Means.PROVEN, MOST_CANDIDATES) if error.type else (Means.ALL, MOST_SEARCHED)
    return [
        (path, replace(one, after=window.before + one.after + window.after))
        for one in proposals(Reader(known, grammar), place, limit=most, means=means)
    ]


def _window(text: str, line: int) -> _Window:
    lines = _LINE.findall(text)
    begin, end = max(0, line - 1 - AROUND), line + AROUND
    before, near, after = ("".join(part) for part in (lines[:begin], lines[begin:end], lines[end:]))
    return _Window(before, near, after, line - begin)


def _origin(known: Rules, proposal: Proposal) -> tuple[str, Precedent | None]:
    """How often a rule was seen, for people; and the fix that it comes from, if from one repository alone.

    Repositories are counted and not named: the one that reads this may be open to all, and those not.
    """
    tallies: Mapping[str, list[int]] = known.rules.get(proposal.place, {})
    fixes, *where = tallies.get(proposal.code, [0])
    if not where:
        return "", None
    more = " or more" if len(where) == SPREAD else ""
    origin = f"{counted(fixes, 'fix')} in {counted(len(where), 'repository')}{more}"
    return origin, known.precedents[where[0]] if len(where) == 1 else None
