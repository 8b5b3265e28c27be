"""What a merge or a closing teaches, each pull request once."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from homeostat.outbound import plain
from homeostat.patterns import added, ended, taught
from homeostat.records import Books, Fix, Lesson, Pattern, PullRequest, PullState, Status, Use

_CLOSES = re.compile(r"\b(?:close[sd]?|fix(?:e[sd])?|resolve[sd]?):?\s+#(\d{1,9})\b", re.IGNORECASE)
_UNSEEN = re.compile(
    r"<!--.*?(?:-->|\Z)|^ {0,3}(`{3,}|~{3,}).*?(?:^ {0,3}\1|\Z)|`[^`\n]*`", re.DOTALL | re.MULTILINE
)
"""Comments and code, in which GitHub closes nothing."""
MOST_CLOSED = 10
"""Issues that one text is believed to close."""


@dataclass(frozen=True, slots=True)
class Switches:
    """Which parts of learning are on; those that are off only say what they would do."""

    learner: bool
    extractor: bool


@dataclass(frozen=True, slots=True)
class Teaching:
    """One settled pull request and what follows from it."""

    pull: PullRequest
    fingerprint: str | None
    """The incident that it was about."""
    used: Use | None
    """The use of the pattern that made it, as it ended: the pattern's record moves."""
    pattern: Pattern | None
    """What can be learned from its diff."""
    note: str
    fixes: tuple[Fix, ...] = ()
    """The places that its diff mends, for the general rules."""


def closed_issues(pull: PullRequest) -> tuple[int, ...]:
    """Numbers of the issues that a pull request says it fixes."""
    return closed_by(f"{pull.title}\n{pull.body}")


def closed_by(text: str) -> tuple[int, ...]:
    """Numbers of the first issues that a text says it fixes, each once."""
    numbers = (int(number) for number in _CLOSES.findall(_UNSEEN.sub(" ", text)))
    return tuple(dict.fromkeys(numbers))[:MOST_CLOSED]


def unsettled(pulls: list[PullRequest], settled: Mapping[str, str]) -> list[PullRequest]:
    """Merged and closed pull requests that have not taught yet."""
    return [pull for pull in pulls if pull.state is not PullState.OPEN and str(pull.number) not in settled]


def _with_record(books: Books, teaching: Teaching, *, learner_on: bool) -> Books:
    if not (teaching.used and learner_on):
        return books
    at = teaching.pull.closed_at or teaching.pull.created_at
    return replace(books, library=ended(books.library, teaching.used, at=at))


def _with_pattern(books: Books, teaching: Teaching, *, extractor_on: bool) -> Books:
    if not extractor_on:
        return books
    library = books.library
    if teaching.pattern:
        library = added(library, teaching.pattern, at=teaching.pattern.provenance.at)
    if teaching.fixes:
        library = replace(library, rules=taught(library.rules, teaching.fixes)[0])
    return replace(books, library=library)


def _with_fate(books: Books, teaching: Teaching, now: datetime) -> Books:
    settled = {**books.attempts.settled, str(teaching.pull.number): teaching.note}
    incidents = dict(books.attempts.incidents)
    incident = incidents.get(teaching.fingerprint or "")
    if incident:
        merged = teaching.pull.state is PullState.MERGED
        status = Status.MERGED if merged else Status.DECLINED
        how = plain("merged" if merged else "closed unmerged by a person")
        reason = plain("pull request #{} was {}", teaching.pull.number, how)
        incidents[incident.ids[0]] = replace(
            incident, status=status, reason=reason, last_tried=now, next_try=None, pull=teaching.pull.number
        )
    return replace(books, attempts=replace(books.attempts, incidents=incidents, settled=settled))


def learned(
    books: Books, teachings: list[Teaching], *, now: datetime, switches: Switches, looked_at: datetime | None
) -> Books:
    """The books after the teachings; those that were settled meanwhile change nothing."""
    if not (switches.learner or switches.extractor):
        return books
    for teaching in teachings:
        if str(teaching.pull.number) not in books.attempts.settled:
            books = _with_record(books, teaching, learner_on=switches.learner)
            books = _with_pattern(books, teaching, extractor_on=switches.extractor)
            books = _with_fate(books, teaching, now)
    if switches.learner and switches.extractor:
        books = replace(books, attempts=replace(books.attempts, looked_at=looked_at))
    return books


def lessons(teachings: list[Teaching], switches: Switches) -> tuple[Lesson, ...]:
    """What is told of the teachings, also of those that are switched off."""
    told = []
    for teaching in teachings:
        number, used = teaching.pull.number, teaching.used
        if used and used.pattern:
            what = f"#{number} was {used.ending}: {used.pattern} is rated anew"
            told.append(Lesson(what, used.pattern, switches.learner))
        if teaching.pattern:
            what = f"{teaching.pattern.error_type} in {teaching.pattern.path}, from #{number}"
            told.append(Lesson(what, teaching.pattern.id, switches.extractor))
        if not teaching.used and not teaching.pattern:
            told.append(Lesson(f"#{number}: nothing to learn, {teaching.note}", None, switches.extractor))
    return tuple(told)


def disowned(books: Books, uses: Sequence[Use], *, now: datetime) -> Books:
    """The books once fixes were reverted: their rules are quarantined, and their errors left to people."""
    incidents = dict(books.attempts.incidents)
    for use in uses:
        books = replace(books, library=ended(books.library, use, at=now))
        incident = incidents.get(use.fingerprint)
        if incident:
            reason = plain("its fix was reverted by a person")
            incidents[use.fingerprint] = replace(
                incident, status=Status.DECLINED, reason=reason, next_try=None
            )
    return replace(books, attempts=replace(books.attempts, incidents=incidents))
