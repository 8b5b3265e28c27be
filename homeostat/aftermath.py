"""What earlier runs left behind: records that were lost, commits half told, pull requests that teach."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import timedelta
from functools import partial

from homeostat import deliver, incidents, learn, triage
from homeostat.books import recovered_state
from homeostat.conventions import licence_of
from homeostat.intake import read_issue
from homeostat.leg import Leg
from homeostat.outbound import one_line, plain
from homeostat.patterns import Cause, Changes, change_of, extract, fixes_in, takes_back
from homeostat.records import (
    Books,
    Ending,
    Failure,
    Incident,
    Issue,
    Lesson,
    Opinion,
    Pattern,
    Provenance,
    PullRequest,
    PullState,
    SetAside,
    Status,
    Use,
)

Recovery = tuple[Incident, Callable[[Books], Books]]
"""An incident as it should have been stored, and the change that does it."""
Named = dict[int, Issue | None]
"""What was asked for, by number: a report that could have started work, or None."""
MANY = 100
"""So many settled pull requests that teach nothing are noted as looked at, lest every leg lists them."""
STANDING = frozenset({Ending.MERGED, Ending.COMMITTED, Ending.EDITED, Ending.RECURRED})
"""Endings of fixes that are on the branch, where a revert may follow."""
MOST_ASKED = 100
"""Issues that one leg asks for because pull requests name them; or a few texts would use up its requests."""
MOMENT, SOON = timedelta(minutes=1), timedelta(days=1)
"""How long before a merge, by clocks that differ, and after it a report is closed by it."""
MOST_TOLD = 20
"""Entries set aside that the report names."""
MOST_SAID = 10
"""Commits that say they revert a fix, which are looked at."""
MOST_STANDING = 50
"""Fixes that a revert is looked for, the newest."""


def sorted_out(leg: Leg, books: Books) -> tuple[Books, tuple[str, ...]]:
    """The books once entries that cannot be used stand set aside in their files, and a sentence on each."""
    places: dict[str, Sequence[SetAside]] = {
        "attempts": books.attempts.set_aside,
        "patterns": books.library.set_aside,
        "costs": [one for aside in books.charges_aside.values() for one in aside],
    }
    fresh = [(name, one) for name, found in places.items() for one in found if not one.told]
    for name, one in fresh:
        leg.tell("set aside", file=name, place=one.place, reason=one.reason, entry=one.entry[:200])
    told = [
        f"ledger, {name}: an entry of {one.place} is set aside and kept ({one.reason}): {one.entry[:80]}"
        for name, one in fresh[:MOST_TOLD]
    ]
    if fresh[MOST_TOLD:]:
        told.append(f"ledger: {len(fresh) - MOST_TOLD} more entries are set aside; the log names them")
    if fresh:
        books = leg.write(books, incidents.all_told, plain("Set aside what cannot be read"))
    return books, tuple(told)


def recover(leg: Leg, books: Books, pulls: Sequence[PullRequest]) -> Books:
    """Rebuild what the ledger lost from the comments, and finish commits that a crash left unrecorded."""
    lost: list[Recovery] = [(i, partial(incidents.restored, incident=i)) for i in _lost(leg, books, pulls)]
    for incident, change in [*lost, *_unfinished(leg, books)]:
        leg.tell("recovered", fingerprint=incident.ids[0], status=incident.status)
        books = leg.write(books, change, one_line(f"Recover {incident.ids[0]}"))
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


def _unfinished(leg: Leg, books: Books) -> list[Recovery]:
    claimed = [i for i in books.attempts.incidents.values() if i.status is Status.CLAIMED]
    found = [(i, leg.bench.workspace.commits_with(f"Fingerprint: {i.ids[0]}")) for i in claimed]
    return [_landed(leg, incident, commits[0]) for incident, commits in found if commits]


def _landed(leg: Leg, known: Incident, sha: str) -> Recovery:
    incident = incidents.committed(known, commit=sha, now=leg.stamp.now)
    slug, exact = leg.repository.slug, known.ids[0]
    use = Use(known.pattern or "", slug, exact, leg.stamp.now, Ending.COMMITTED, commit=sha)
    return incident, partial(incidents.landed, incident=incident, use=use)


def study(leg: Leg, books: Books, pulls: Sequence[PullRequest]) -> tuple[Books, tuple[Lesson, ...]]:
    """Learn from pull requests that were merged or closed since the last run."""
    known = books.attempts
    settled = learn.unsettled(list(pulls), known.settled)
    named: Named = {}
    teachings, whole = _teachings(leg, books, settled, named)
    switches = learn.Switches(learner=leg.settings.learner_on, extractor=leg.settings.extractor_on)
    lessons = learn.lessons(teachings, switches)
    for lesson in lessons:
        leg.tell("learned" if lesson.applied else "would learn", what=lesson.what, pattern=lesson.pattern)
    newest = max((pull.updated_at for pull in settled if pull.updated_at), default=None)
    looked_at = newest if whole else known.looked_at
    if teachings or (looked_at != known.looked_at and (named or len(settled) > MANY)):
        fold = partial(
            learn.learned, teachings=teachings, now=leg.stamp.now, switches=switches, looked_at=looked_at
        )
        books = leg.write(books, fold, one_line(f"Learn from {leg.repository.slug}"))
    return _without_reverted(leg, books, switches), lessons


def _teachings(
    leg: Leg, books: Books, settled: Sequence[PullRequest], named: Named
) -> tuple[list[learn.Teaching], bool]:
    """What pull requests teach, and whether all were studied: one that fails is settled, and ends it here."""
    found: list[learn.Teaching] = []
    for pull in reversed(settled):  # what is new is asked for first
        incident = _incident_of(books, pull)
        try:
            told = _teaching(leg, incident, pull, named)
        except Exception as error:  # noqa: BLE001 - else the words of one pull request would stop every leg
            leg.tell("internal error", pull=pull.number, error=repr(error))
            return [_unstudied(leg, incident, pull), *found], False
        found = [told, *found] if told else found
    return found, True


def _unstudied(leg: Leg, incident: Incident | None, pull: PullRequest) -> learn.Teaching:
    fingerprint = incident.ids[0] if incident else None
    used = _use(leg, incident, pull, _ending(incident, pull, [])) if incident else None
    return learn.Teaching(pull, fingerprint, used, None, "it could not be studied; the log says why")


def _incident_of(books: Books, pull: PullRequest) -> Incident | None:
    known = books.attempts.incidents.values()
    return next((i for i in known if deliver.pull_of(i.ids[0], [pull])), None)


def _teaching(leg: Leg, incident: Incident | None, pull: PullRequest, named: Named) -> learn.Teaching | None:
    """What one settled pull request is about; None when it is no business of ours."""
    cause = (
        Cause(incident.ids[0], incident.language, incident.error_type, incident.template)
        if incident
        else None
    )
    merged = pull.state is PullState.MERGED
    here = merged and pull.base == leg.repository.branch
    if here:
        cause = cause or _reported_cause(leg, pull, named)
    if cause is None:
        return None
    if incident and incident.status is Status.GONE:
        used = _use(leg, incident, pull, Ending.WITHDRAWN)
        return learn.Teaching(pull, None, used, None, f"withdrawn: {incident.reason}")
    changes = leg.bench.workspace.pairs(pull.merge_sha) if here and pull.merge_sha else []
    source = _provenance(leg, pull)
    used = _use(leg, incident, pull, _ending(incident, pull, changes)) if incident else None
    if used and used.opinion is Opinion.WRONG:
        return learn.Teaching(pull, cause.fingerprint, used, None, "a reviewer ticked it as wrong")
    elsewhere = "it was merged into another branch" if merged else "it was closed unmerged"
    lesson = _extracted(cause, pull, changes, source) if here else elsewhere
    return learn.Teaching(
        pull=pull,
        fingerprint=cause.fingerprint,
        used=used,
        pattern=lesson if isinstance(lesson, Pattern) else None,
        note=lesson if isinstance(lesson, str) else f"learned {lesson.id}",
        fixes=fixes_in(changes, cause, source),
    )


def _ending(incident: Incident, pull: PullRequest, changes: Changes) -> Ending:
    """How our pull request ended; a reviewer who had to change what we changed says that it was not right."""
    if pull.state is not PullState.MERGED:
        return Ending.CLOSED
    merged = change_of(changes)
    edited = changes and any(merged.get(path) != digest for path, digest in incident.change.items())
    return Ending.EDITED if edited else Ending.MERGED


def _use(leg: Leg, incident: Incident, pull: PullRequest, ending: Ending) -> Use | None:
    """The use that ended. A merge is one also where a crash took the pattern: it may be reverted."""
    if incident.pattern is None and ending not in STANDING:
        return None
    at, commit = pull.closed_at or leg.stamp.now, pull.merge_sha or ""
    pattern, slug = incident.pattern or "", leg.repository.slug
    opinion = None if ending is Ending.WITHDRAWN else deliver.opinion_of(pull.body)
    return Use(pattern, slug, incident.ids[0], at, ending, pull=pull.number, commit=commit, opinion=opinion)


def _without_reverted(leg: Leg, books: Books, switches: learn.Switches) -> Books:
    """The books once what a person took back is known; looked for only where the branch has moved."""
    known = books.attempts.baseline
    if not switches.learner or (known and known.sha == leg.bench.workspace.base):
        return books
    standing = [
        use
        for use in books.library.uses
        if use.repository == leg.repository.slug and use.ending in STANDING and use.commit
    ]
    found = [
        replace(use, ending=Ending.REVERTED) for use in standing[-MOST_STANDING:] if _is_reverted(leg, use)
    ]
    for use in found:
        leg.tell("a fix was reverted", pattern=use.pattern, fingerprint=use.fingerprint)
    if not found:
        return books
    change = partial(learn.disowned, uses=found, now=leg.stamp.now)
    return leg.write(books, change, one_line(f"Learn from reverts in {leg.repository.slug}"))


def _is_reverted(leg: Leg, use: Use) -> bool:
    """As git words it, of a commit and of a merge, and as GitHub's button does; and it takes the fix back."""
    by_git = (f"This reverts commit {use.commit}.", f"This reverts commit {use.commit}, reversing")
    by_button = (f"Reverts {use.repository}#{use.pull}",) if use.pull else ()
    workspace = leg.bench.workspace
    said = [commit for line in (*by_git, *by_button) for commit in workspace.commits_with(line)]
    return bool(said) and any(
        takes_back(workspace.pairs(commit), workspace.pairs(use.commit)) for commit in said[:MOST_SAID]
    )


def _reported_cause(leg: Leg, pull: PullRequest, named: Named) -> Cause | None:
    """The error of the report that a person's pull request closed."""
    for number in learn.closed_issues(pull):
        report = _report(leg, number, named)
        failure = read_issue(report) if report and _closed_with(report, pull) else None
        if isinstance(failure, Failure):
            found = leg.bench.case_of(failure).fingerprint
            return Cause(found.exact, failure.language, found.type, found.template)
    return None


def _closed_with(report: Issue, pull: PullRequest) -> bool:
    """Whether a merge may be what closed a report: its words alone say nothing, and are changed later."""
    if report.is_open or not (report.closed_at and pull.closed_at and report.created_at <= pull.closed_at):
        return False
    return -MOMENT <= report.closed_at - pull.closed_at <= SOON


def _report(leg: Leg, number: int, named: Named) -> Issue | None:
    """A report of that number that could have started work; each is asked for once, and not too many."""
    if number not in named and len(named) < MOST_ASKED and not leg.spent:
        issue = leg.forge.issue(number)
        named[number] = issue if issue and leg.is_report(issue) and _is_trusted(leg, issue) else None
    return named.get(number)


def _is_trusted(leg: Leg, issue: Issue) -> bool:
    """Whether a report could have started work."""
    return triage.is_trusted(issue, leg.repository.report_authors) or leg.distrust(issue) is None


def _provenance(leg: Leg, pull: PullRequest) -> Provenance:
    by = "homeostat" if pull.branch.startswith(deliver.PREFIX) else "person"
    at = pull.closed_at or leg.stamp.now
    licence = licence_of(leg.bench.workspace.read)
    return Provenance(leg.repository.slug, pull.number, pull.merge_sha or "", by, at, licence)


def _extracted(cause: Cause, pull: PullRequest, changes: Changes, source: Provenance) -> Pattern | str:
    if pull.merge_sha is None:
        return "its merge commit is unknown"
    return extract(changes, cause, source)
