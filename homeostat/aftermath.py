"""What earlier runs left behind: records that were lost, commits half told, pull requests that teach."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from homeostat import deliver, incidents, learn
from homeostat.books import recovered_state
from homeostat.intake import read_issue
from homeostat.leg import Leg
from homeostat.patterns import Cause, Changes, extract, fixes_in
from homeostat.records import (
    Books,
    Failure,
    Incident,
    Lesson,
    Pattern,
    Provenance,
    PullRequest,
    PullState,
    Status,
)

MANY = 100
"""So many settled pull requests that teach nothing are noted as looked at, lest every leg lists them."""


def recover(leg: Leg, books: Books, pulls: Sequence[PullRequest]) -> Books:
    """Rebuild what the ledger lost from the comments, and finish commits that a crash left unrecorded."""
    found = [*_lost(leg, books, pulls), *_unfinished(leg, books)]
    for incident in found:
        leg.tell("recovered", fingerprint=incident.ids[0], status=incident.status)
        books = leg.write(books, partial(incidents.settled, incident=incident), f"Recover {incident.ids[0]}")
    return books


def _lost(leg: Leg, books: Books, pulls: Sequence[PullRequest]) -> list[Incident]:
    known = {exact for incident in books.attempts.incidents.values() for exact in incident.ids}
    ours = {
        pull.branch.removeprefix(deliver.PREFIX): pull
        for pull in pulls
        if pull.branch.startswith(deliver.PREFIX)
    }
    return [
        state
        for exact, pull in ours.items()
        if exact not in known
        for comment in leg.forge.comments(pull.number)
        if comment.author == pull.author
        if (state := recovered_state(comment.body)) and exact in state.ids
    ]


def _unfinished(leg: Leg, books: Books) -> list[Incident]:
    claimed = [i for i in books.attempts.incidents.values() if i.status is Status.CLAIMED]
    found = [(i, leg.bench.workspace.commit_with(f"Fingerprint: {i.ids[0]}")) for i in claimed]
    return [incidents.committed(i, commit=sha, now=leg.stamp.now) for i, sha in found if sha]


def study(leg: Leg, books: Books, pulls: Sequence[PullRequest]) -> tuple[Books, tuple[Lesson, ...]]:
    """Learn from pull requests that were merged or closed since the last run."""
    settled = learn.unsettled(list(pulls), books.attempts.settled)
    teachings = [told for pull in settled if (told := _teaching(leg, books, pull))]
    switches = learn.Switches(learner=leg.settings.learner_on, extractor=leg.settings.extractor_on)
    lessons = learn.lessons(teachings, switches)
    for lesson in lessons:
        leg.tell("learned" if lesson.applied else "would learn", what=lesson.what, pattern=lesson.pattern)
    if teachings or len(settled) > MANY:
        looked_at = max((pull.updated_at for pull in settled if pull.updated_at), default=None)
        fold = partial(
            learn.learned, teachings=teachings, now=leg.stamp.now, switches=switches, looked_at=looked_at
        )
        books = leg.write(books, fold, f"Learn from {leg.repository.slug}")
    return books, lessons


def _teaching(leg: Leg, books: Books, pull: PullRequest) -> learn.Teaching | None:
    """What one settled pull request is about; None when it is no business of ours."""
    known = books.attempts.incidents.values()
    incident = next((i for i in known if deliver.pull_of(i.ids[0], [pull])), None)
    cause = (
        Cause(incident.ids[0], incident.language, incident.error_type, incident.template)
        if incident
        else None
    )
    if pull.state is PullState.MERGED:
        cause = cause or _reported_cause(leg, pull)
    if cause is None:
        return None
    if incident and incident.status is Status.GONE:
        return learn.Teaching(pull, None, None, None, f"withdrawn: {incident.reason}")
    merged = pull.state is PullState.MERGED
    changes = leg.bench.workspace.pairs(pull.merge_sha) if merged and pull.merge_sha else []
    lesson = _extracted(leg, cause, pull, changes) if merged else "it was closed unmerged"
    return learn.Teaching(
        pull=pull,
        fingerprint=cause.fingerprint,
        used=incident.pattern if incident else None,
        pattern=lesson if isinstance(lesson, Pattern) else None,
        note=lesson if isinstance(lesson, str) else f"learned {lesson.id}",
        fixes=fixes_in(changes, cause, leg.repository.slug, pull.merge_sha or ""),
    )


def _reported_cause(leg: Leg, pull: PullRequest) -> Cause | None:
    """The error of the report that a person's pull request closed."""
    for number in learn.closed_issues(pull):
        issue = leg.forge.issue(number)
        failure = read_issue(issue) if issue and leg.is_report(issue) else None
        if isinstance(failure, Failure):
            found = leg.bench.case_of(failure).fingerprint
            return Cause(found.exact, failure.language, found.type, found.template)
    return None


def _extracted(leg: Leg, cause: Cause, pull: PullRequest, changes: Changes) -> Pattern | str:
    if pull.merge_sha is None:
        return "its merge commit is unknown"
    by = "homeostat" if pull.branch.startswith(deliver.PREFIX) else "person"
    source = Provenance(leg.repository.slug, pull.number, pull.merge_sha, by, pull.closed_at or leg.stamp.now)
    return extract(changes, cause, source)
