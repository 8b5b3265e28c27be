"""What is wrong now: open reports and failing tests; and whether anything is new since the last look."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial

from homeostat import deliver, incidents, triage
from homeostat.cases import Case, gathered
from homeostat.intake import read_issue
from homeostat.leg import DryRun, Leg
from homeostat.outbound import one_line
from homeostat.patterns import digest
from homeostat.records import (
    Baseline,
    Books,
    Failure,
    Issue,
    Outcome,
    PullRequest,
    Result,
    Seen,
    Status,
    Unreadable,
)
from homeostat.verify import Colour

WAITING = {
    **dict.fromkeys(Status, Result.COOLING),
    **dict.fromkeys((Status.DELIVERED, Status.MERGED, Status.GONE), Result.DELIVERED),
    **dict.fromkeys(triage.NO, Result.SKIPPED),
    Status.GIVEN_UP: Result.GIVEN_UP,
}
"""What is told of an incident that is only looked at."""
SETTLED = frozenset({Status.DELIVERED, Status.MERGED, Status.GONE}) | triage.NO
"""Nothing more is tried at the same commit."""

LOOKS = 100
"""Reports of strangers whose labels are looked at in one leg; or whoever files many uses up its requests."""
UNREAD = "internal error in reading it: please report it"


@dataclass(frozen=True, slots=True)
class Reports:
    """The open reports of a repository, read; and what is told of those that are none."""

    failures: Mapping[str, Failure] = field(default_factory=dict)
    """By the digest of the issue's text; each names its issue."""
    unreadable: tuple[tuple[Issue, Unreadable], ...] = ()
    cured: tuple[Issue, ...] = ()
    """Readable now, and still labelled as lacking something."""
    told: tuple[Outcome, ...] = ()

    @property
    def seen(self) -> dict[str, str]:
        """Issue number (as text) to the digest of its text."""
        return {str(failure.issue): key for key, failure in self.failures.items()}


def read_reports(leg: Leg) -> Reports:
    """Look at every open issue that is a report."""
    issues, found = leg.forge.open_issues(leg.repository.report_labels), Reports()
    looked_at = in_turn([issue for issue in issues if not _settled(leg, issue)])[:LOOKS]
    for issue in issues:
        no = _refusal(leg, issue, looked_at)
        read = Unreadable((), issue.number) if no else _read(leg, issue)
        if no or read is None:
            result, reason = (Result.SKIPPED, no) if no else (Result.ERROR, UNREAD)
            told = Outcome(result, issue.title, reason, issue=issue.number)
            found = replace(found, told=(*found.told, told))
        elif isinstance(read, Unreadable):
            found = replace(found, unreadable=(*found.unreadable, (issue, read)))
        else:
            cured = (issue,) if deliver.NEEDS_INFO in issue.labels else ()
            failures = {**found.failures, _digest(issue): read}
            found = replace(found, failures=failures, cured=(*found.cured, *cured))
    return found


def _settled(leg: Leg, issue: Issue) -> bool:
    """Whether an issue and its author tell by themselves if it is worked on."""
    return bool(triage.issue_refusal(issue)) or triage.is_trusted(issue, leg.repository.report_authors)


def in_turn(issues: Iterable[Issue]) -> list[Issue]:
    """One report of each author, then the second ones: so whoever files many stands in nobody's way.

    The newest first, which an approval makes of any.
    """
    turns = Counter[str]()
    ordered = []
    for issue in sorted(issues, key=lambda one: one.updated_at or one.created_at, reverse=True):
        ordered.append((turns[issue.author], issue))
        turns[issue.author] += 1
    return [issue for _, issue in sorted(ordered, key=lambda found: found[0])]


def _refusal(leg: Leg, issue: Issue, looked_at: Collection[Issue]) -> str | None:
    """Why a report is not worked on; only what its author does not settle costs a look at its labels."""
    if _settled(leg, issue):
        return triage.issue_refusal(issue)
    if issue not in looked_at:
        return f"it is one of more than {LOOKS} reports of strangers: close those that are none"
    return leg.distrust(issue)


def _read(leg: Leg, issue: Issue) -> Failure | Unreadable | None:
    """The boundary of one report: a fault of ours in reading a stranger's text costs that report alone."""
    try:
        return read_issue(issue)
    except Exception as error:  # noqa: BLE001 - else one open issue would stop every leg
        leg.tell("internal error", issue=issue.number, error=repr(error))
        return None


def _digest(issue: Issue) -> str:
    text = "\0".join((str(issue.number), issue.title, issue.body, *sorted(issue.labels)))
    return hashlib.sha256(text.encode(errors="replace")).hexdigest()[:16]


def withdrawn(leg: Leg, case: Case) -> str | None:
    """Why nobody asks any more for what was mended, nor any test: what its reports have become meanwhile."""
    reason = None
    for number in () if case.failure.tests or case.open_pull else case.issues:
        issue = leg.forge.issue(number)
        no = _taken_back(leg, issue)
        if no is None:
            return None
        reason = f"while it was worked on, its report #{number} was withdrawn: {no}"
    return reason


def _taken_back(leg: Leg, issue: Issue | None) -> str | None:
    if issue is None or not issue.is_open:
        return "it is closed"
    if not leg.is_report(issue):
        return "its label is gone"
    if not isinstance(_read(leg, issue), Failure):
        return "its text tells of no error now"
    return _refusal(leg, issue, (issue,))


def ask(leg: Leg, reports: Reports) -> list[Outcome]:
    """Ask, once each, for what reports lack; and take the label off those that have it now."""
    outcomes = list(reports.told)
    for issue, unreadable in reports.unreadable:
        asks = deliver.NEEDS_INFO not in issue.labels and leg.writes
        held = leg.held if asks else None
        if asks and not held:
            deliver.ask_for_info(leg.forge, issue.number, unreadable)
        reason = "; ".join([f"it lacks {'; '.join(unreadable.missing)}", *([held] if held else [])])
        outcomes.append(Outcome(Result.NEEDS_INFO, issue.title, reason, issue=issue.number))
    for issue in reports.cured:
        if leg.writes and not leg.spent:
            leg.forge.remove_label(issue.number, deliver.NEEDS_INFO)
    return outcomes


# --- is anything new? -----------------------------------------------------------------------------


def _moment(leg: Leg, books: Books) -> triage.Moment:
    return triage.Moment(leg.stamp.now, leg.stamp.run, digest(books.library), leg.bench.workspace.base)


def _baseline(leg: Leg, books: Books) -> Baseline | None:
    """What is known of this very commit under this very command."""
    known = books.attempts.baseline
    now = (leg.bench.workspace.base, leg.repository.test_command)
    return known if known and (known.sha, known.command) == now else None


def quiet(
    leg: Leg, books: Books, reports: Reports, pulls: Sequence[PullRequest]
) -> list[tuple[str, Failure]] | None:
    """The known reports by exact id, when nothing is new or due; None when there is something to do."""
    known = _baseline(leg, books)
    if known is None or _any_due(leg, books, known) or reports.cured:
        return None
    if {number: seen.digest for number, seen in known.reports.items()} != reports.seen:
        return None
    waiting = [(known.reports[str(f.issue)].exact, f) for f in reports.failures.values()]
    moment = _moment(leg, books)
    for exact, failure in waiting:
        incident = books.attempts.incidents.get(exact)
        standing = deliver.pull_of(exact, pulls)
        if incident is None or triage.refusal(failure, incident, standing, moment) is None:
            return None
    return waiting


def _any_due(leg: Leg, books: Books, known: Baseline) -> bool:
    """Whether a failure that these tests showed before may be tried now."""
    found = [books.attempts.incidents.get(exact) for exact in known.fingerprints]
    moment = _moment(leg, books)
    return any(
        i is None or (i.status not in SETTLED and triage.incident_refusal(i, moment) is None) for i in found
    )


def waiting_outcomes(books: Books, known: Sequence[tuple[str, Failure]]) -> list[Outcome]:
    """What is told of reports that were read before and are not due."""
    found = [(books.attempts.incidents[exact], failure) for exact, failure in known]
    return [
        Outcome(
            WAITING[i.status],
            f"{i.error_type}: {i.template}",
            i.reason,
            i.ids[0],
            issue=failure.issue,
            pull=i.pull,
        )
        for i, failure in found
    ]


# --- what there is to work on ---------------------------------------------------------------------


def cases_of(leg: Leg, books: Books, reports: Reports, pulls: Sequence[PullRequest]) -> list[Case]:
    """One case for each error that reports or tests show, with its newest pull request."""
    now = books.attempts.incidents

    def standing(cases: Iterable[Case]) -> list[Case]:
        known = gathered(incidents.as_known(case, now) for case in cases)
        return [replace(case, standing=deliver.pull_of(case.fingerprint.exact, pulls)) for case in known]

    reported = standing(leg.bench.case_of(failure) for failure in reports.failures.values())
    if not _asks_tests(leg, books, reported):
        return reported
    return standing([*reported, *leg.bench.test_cases()])


def _asks_tests(leg: Leg, books: Books, reported: Sequence[Case]) -> bool:
    """Whether the tests are to show what fails: not when this commit was seen before and nothing is due."""
    if leg.dry_run is DryRun.PLAN:
        return False
    known = _baseline(leg, books)
    return known is None or _any_due(leg, books, known) or any(_is_due(leg, books, one) for one in reported)


def _is_due(leg: Leg, books: Books, case: Case) -> bool:
    known = incidents.incident_of(case, books.attempts.incidents)
    return triage.refusal(case.failure, known, case.standing, _moment(leg, books)) is None


def blind(leg: Leg) -> list[Outcome]:
    """What is told when there is no case because the tests could not run: that is not "nothing to do"."""
    if not leg.bench.tested or leg.bench.suite.colour is not Colour.BROKEN:
        return []
    return [Outcome(Result.BROKEN, "the tests", leg.bench.suite.reason)]


def unasked(books: Books, told: Sequence[Outcome]) -> list[Outcome]:
    """What is told of failing tests that were known and not run again."""
    already = {outcome.fingerprint for outcome in told}
    known = books.attempts.baseline.fingerprints if books.attempts.baseline else ()
    now = books.attempts.incidents  # one that was only skipped has no entry yet
    waiting = [now[exact] for exact in known if exact not in already and exact in now]
    return [
        Outcome(WAITING[i.status], f"{i.error_type}: {i.template}", i.reason, i.ids[0], pull=i.pull)
        for i in waiting
    ]


def remember(leg: Leg, books: Books, reports: Reports, cases: Sequence[Case]) -> Books:
    """Note what tests and reports said of this commit; a broken environment is not a fact about it.

    A leg that was cut short notes nothing: the next one looks again.
    """
    if leg.held:
        return books
    known = found = _baseline(leg, books)
    if leg.bench.tested and leg.bench.suite.colour is not Colour.BROKEN:
        shown = tuple(case.fingerprint.exact for case in cases if case.failure.tests)
        found = Baseline(leg.bench.workspace.base, leg.repository.test_command, leg.bench.suite.colour, shown)
    if found is None:
        return books
    exact = {str(number): case.fingerprint.exact for case in cases for number in case.issues}
    seen = {n: Seen(text, exact[n]) for n, text in reports.seen.items() if n in exact}
    found = replace(found, reports=seen)
    if found == known:
        return books
    note = partial(incidents.with_baseline, baseline=found)
    return leg.write(books, note, one_line(f"Note the tests of {leg.repository.slug}"))
