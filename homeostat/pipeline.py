"""Heal one repository: the order of things, and nothing else."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial

from homeostat import deliver, endings, incidents, triage
from homeostat.aftermath import recover, study
from homeostat.bench import Bench, summary_of
from homeostat.cases import Case, gathered
from homeostat.config import Tier, confidence_threshold
from homeostat.errors import HomeostatError, LedgerError
from homeostat.incidents import Trial
from homeostat.intake import read_issue
from homeostat.leg import Leg
from homeostat.patterns import digest, match
from homeostat.records import (
    Baseline,
    Books,
    Candidate,
    Failure,
    Issue,
    LegReport,
    Library,
    Outcome,
    Proof,
    PullRequest,
    PullState,
    Result,
    Status,
    Unreadable,
    Verdict,
)
from homeostat.verify import Colour

WAITING = {
    **dict.fromkeys(Status, Result.COOLING),
    Status.DELIVERED: Result.DELIVERED,
    Status.MERGED: Result.DELIVERED,
    Status.DECLINED: Result.SKIPPED,
    Status.GIVEN_UP: Result.GIVEN_UP,
}
"""What is told of an incident that is only looked at."""
UNSTEADY = {Verdict.FLAKY: Result.FLAKY, Verdict.ENVIRONMENT_BROKEN: Result.BROKEN}
SETTLED = frozenset({Status.DELIVERED, Status.MERGED, Status.DECLINED})
"""Nothing more is tried at the same commit."""


@dataclass(frozen=True, slots=True)
class Fixed:
    """What became of one failure of a local checkout; `proof` is None when it stayed unhealed."""

    case: Case
    trials: list[Trial]
    proof: Proof | None
    reason: str


def heal(leg: Leg) -> LegReport:
    """Run one leg, from reports to pull requests."""
    books = leg.ledger.read()
    pulls = leg.forge.pull_requests()
    books = recover(leg, books, pulls)
    books, lessons = study(leg, books, pulls)
    reported, told = _intake(leg)
    cases = gathered([*reported, *_seen_in_tests(leg, books)])
    outcomes: list[Outcome] = []
    for case in cases:
        budget = _budget(leg, pulls, outcomes)
        books, outcome = _bounded(leg, books, case, deliver.pull_of(case.fingerprint.exact, pulls), budget)
        leg.tell(outcome.result, failure=outcome.title, reason=outcome.reason)
        outcomes.append(outcome)
    if not cases:
        outcomes += _blind(leg)
    books = _remember_baseline(leg, books, cases)
    return LegReport(
        repository=leg.repository.slug,
        run=leg.stamp.run,
        environment=leg.settings.environment,
        started=leg.stamp.now,
        outcomes=(*told, *outcomes, *_waiting(books, cases)),
        lessons=lessons,
        patterns_known=len(books.library.patterns),
    )


def attempt(
    leg: Leg, books: Books, case: Case, standing: PullRequest | None, budget: str | None
) -> tuple[Books, Outcome]:
    """Try to heal one failure. `standing` is its newest pull request, `budget` why none may be added."""
    no = _not_now(leg, books, case, standing)
    if no:
        told = endings.outcome(case, no.result, no.reason)
        return books, replace(told, pull=standing.number, url=standing.url) if standing else told
    candidates, nothing = _candidates(leg, books, case)
    if not candidates:
        return endings.unhealed(leg, books, case, nothing)
    no = _impediment(leg, case, standing, budget)
    if no:
        return books, endings.outcome(case, no.result, no.reason)
    books = leg.write(
        books, partial(incidents.claimed, case=case, stamp=leg.stamp), f"Claim {case.fingerprint.exact}"
    )
    if not incidents.holds_claim(books, case, leg.stamp):
        return books, endings.outcome(case, Result.COOLING, "another run works on it")
    unsteady = leg.bench.unsteady(case)
    if unsteady:
        return endings.unhealed(leg, books, case, unsteady.reason, result=UNSTEADY[unsteady.verdict])
    trials = leg.bench.climb(case, candidates)
    proof = trials[-1].deliverable
    if proof is None:
        return endings.failed(leg, books, case, trials)
    return endings.healed(leg, books, endings.Healed(case, trials, proof, standing))


def fix(bench: Bench, failure: Failure | None, library: Library, *, threshold: float) -> list[Fixed]:
    """Heal a local checkout of one reported failure, or of all that its tests show when none is given."""
    shown = bench.test_cases()
    cases = gathered([bench.case_of(failure), *shown] if failure else shown)
    return [_fixed(bench, case, library, threshold) for case in (cases[:1] if failure else cases)]


def _fixed(bench: Bench, case: Case, library: Library, threshold: float) -> Fixed:
    found, nothing = _matching(bench, case, library, threshold)
    if not found or bench.suite.colour is Colour.BROKEN:
        return Fixed(case, [], None, bench.suite.reason if found else nothing)
    unsteady = bench.unsteady(case)
    if unsteady:
        return Fixed(case, [], None, unsteady.reason)
    trials = bench.climb(case, found)
    return Fixed(case, trials, trials[-1].deliverable, summary_of(trials))


# --- what is wrong now ----------------------------------------------------------------------------


def _intake(leg: Leg) -> tuple[list[Case], list[Outcome]]:
    """Cases from open reports, and what is told of those that are none."""
    cases, told = [], []
    for issue in leg.forge.open_issues(leg.repository.report_labels):
        no = triage.issue_refusal(issue, authors=leg.repository.report_authors)
        read = Unreadable((), issue.number) if no else read_issue(issue)
        if no:
            told.append(Outcome(Result.SKIPPED, issue.title, no, issue=issue.number))
        elif isinstance(read, Unreadable):
            told.append(_ask(leg, issue, read))
        else:
            cases.append(leg.bench.case_of(read))
            _thank(leg, issue)
    return cases, told


def _ask(leg: Leg, issue: Issue, unreadable: Unreadable) -> Outcome:
    if deliver.NEEDS_INFO not in issue.labels and not leg.dry_run:
        deliver.ask_for_info(leg.forge, issue.number, unreadable)
    reason = "it lacks " + "; ".join(unreadable.missing)
    return Outcome(Result.NEEDS_INFO, issue.title, reason, issue=issue.number)


def _thank(leg: Leg, issue: Issue) -> None:
    if deliver.NEEDS_INFO in issue.labels and not leg.dry_run:
        leg.forge.remove_label(issue.number, deliver.NEEDS_INFO)


def _seen_in_tests(leg: Leg, books: Books) -> list[Case]:
    """Cases that the tests show on their own, unless this commit was seen before and nothing is due."""
    known = books.attempts.baseline
    if known and (known.sha, known.command) == _state_of_tests(leg) and not _any_due(leg, books, known):
        return []
    return leg.bench.test_cases()


def _blind(leg: Leg) -> list[Outcome]:
    """What is told when there is no case because the tests could not run: that is not "nothing to do"."""
    if "suite" not in vars(leg.bench) or leg.bench.suite.colour is not Colour.BROKEN:
        return []
    return [Outcome(Result.BROKEN, "the tests", leg.bench.suite.reason)]


def _state_of_tests(leg: Leg) -> tuple[str, str]:
    return leg.bench.workspace.base, leg.repository.test_command


def _any_due(leg: Leg, books: Books, known: Baseline) -> bool:
    """Whether a failure that these tests showed before may be tried now."""
    found = [books.attempts.incidents.get(exact) for exact in known.fingerprints]
    moment = triage.Moment(leg.stamp.now, leg.stamp.run, digest(books.library))
    return any(
        i is None or (i.status not in SETTLED and triage.incident_refusal(i, moment) is None) for i in found
    )


def _remember_baseline(leg: Leg, books: Books, cases: Sequence[Case]) -> Books:
    """Note what the tests said of this commit; a broken environment is not a fact about the commit."""
    if "suite" not in vars(leg.bench) or leg.bench.suite.colour is Colour.BROKEN:
        return books
    sha, command = _state_of_tests(leg)
    shown = tuple(case.fingerprint.exact for case in cases if case.failure.tests)
    found = Baseline(sha, command, leg.bench.suite.colour, shown)
    return leg.write(
        books, partial(incidents.with_baseline, baseline=found), f"Note the tests of {leg.repository.slug}"
    )


def _waiting(books: Books, cases: Sequence[Case]) -> list[Outcome]:
    """What is told of failing tests that were known and not run again."""
    told = {case.fingerprint.exact for case in cases}
    known = books.attempts.baseline.fingerprints if books.attempts.baseline else ()
    incidents_now = books.attempts.incidents  # one that was only skipped has no entry yet
    waiting = [incidents_now[exact] for exact in known if exact not in told and exact in incidents_now]
    return [
        Outcome(WAITING[i.status], f"{i.error_type}: {i.template}", i.reason, i.ids[0], pull=i.pull)
        for i in waiting
    ]


# --- one failure ----------------------------------------------------------------------------------


def _bounded(
    leg: Leg, books: Books, case: Case, standing: PullRequest | None, budget: str | None
) -> tuple[Books, Outcome]:
    """The boundary of one failure: what goes wrong here does not reach the next one."""
    try:
        return attempt(leg, books, case, standing, budget)
    except LedgerError:
        raise
    except HomeostatError as error:
        reason = str(error)
    except Exception as error:  # noqa: BLE001 - a fault of ours in one failure must not cost the others
        leg.tell("internal error", error=repr(error))
        reason = f"internal error ({error!r}): please report it"
    return books, endings.outcome(case, Result.ERROR, reason)


def _budget(leg: Leg, pulls: Sequence[PullRequest], outcomes: Sequence[Outcome]) -> str | None:
    """Why no further pull request may be opened, or None."""
    created = sum(outcome.result is Result.CREATED for outcome in outcomes)
    standing = sum(p.state is PullState.OPEN and p.branch.startswith(deliver.PREFIX) for p in pulls)
    if created >= leg.repository.max_prs_per_run:
        return f"max_prs_per_run ({leg.repository.max_prs_per_run}) is reached: the next run goes on"
    if standing + created >= leg.repository.max_open_prs:
        return f"max_open_prs ({leg.repository.max_open_prs}) is reached: merge or close some first"
    return None


def _not_now(leg: Leg, books: Books, case: Case, standing: PullRequest | None) -> triage.Refusal | None:
    incident = incidents.incident_of(case, books.attempts.incidents)
    moment = triage.Moment(leg.stamp.now, leg.stamp.run, digest(books.library))
    return triage.refusal(case.failure, incident, standing, moment)


def _impediment(
    leg: Leg, case: Case, standing: PullRequest | None, budget: str | None
) -> triage.Refusal | None:
    """What stands in the way that is not its fault: nothing is written, and the next run looks again."""
    suite = leg.bench.suite
    if suite.colour is Colour.BROKEN:
        return triage.Refusal(Result.BROKEN, suite.reason)
    if suite.colour is Colour.RED and not case.failure.tests:
        return triage.Refusal(Result.UNHEALED, f"the tests are red for another reason first ({suite.reason})")
    if budget and not (standing and standing.state is PullState.OPEN):
        return triage.Refusal(Result.SKIPPED, budget)
    stranger = leg.bench.workspace.stranger_on(deliver.branch_of(case.fingerprint.exact))
    if stranger:
        return triage.Refusal(Result.SKIPPED, f"{stranger} has committed to its branch: it is left to them")
    return None


def _candidates(leg: Leg, books: Books, case: Case) -> tuple[list[Candidate], str]:
    if not leg.settings.matcher_on or Tier.PATTERNS not in leg.repository.tiers:
        return [], "learned patterns are turned off by `tiers`"
    return _matching(leg.bench, case, books.library, confidence_threshold(leg.repository, leg.settings))


def _matching(bench: Bench, case: Case, library: Library, threshold: float) -> tuple[list[Candidate], str]:
    """The candidates at or above the threshold, and why there are none."""
    found = match(case.fingerprint, library, bench.workspace, language=case.failure.language)
    sure = [candidate for candidate in found if candidate.confidence >= threshold]
    if found and not sure:
        nearest = f"{found[0].pattern} with confidence {found[0].confidence:.2f}"
        return (
            [],
            f"no learned pattern is sure enough: the nearest is {nearest}, {threshold:.2f} is asked for",
        )
    return sure, "no learned pattern matches" if library.patterns else "no pattern has been learned yet"
