"""Heal one repository: the order of things, and nothing else."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial

from homeostat import asking, candidates, deliver, endings, incidents, reception, triage
from homeostat.aftermath import recover, sorted_out, study
from homeostat.bench import Bench, summary_of
from homeostat.cases import Case, gathered
from homeostat.errors import CapError, HomeostatError, LedgerError
from homeostat.incidents import Trial
from homeostat.leg import NOBODY, DryRun, Leg, Models
from homeostat.outbound import one_line
from homeostat.patterns import digest
from homeostat.purse import Purse
from homeostat.records import (
    Books,
    Call,
    Failure,
    LegReport,
    Library,
    Outcome,
    Proof,
    PullRequest,
    PullState,
    Result,
    Status,
    Verdict,
)
from homeostat.upkeep import withdraw_gone
from homeostat.verify import Colour

UNSTEADY = {Verdict.FLAKY: Result.FLAKY, Verdict.ENVIRONMENT_BROKEN: Result.BROKEN}


@dataclass(frozen=True, slots=True)
class Fixed:
    """What became of one failure of a local checkout; `proof` is None when it stayed unhealed."""

    case: Case
    trials: list[Trial]
    proof: Proof | None
    reason: str
    calls: tuple[Call, ...] = ()
    """Of models, in order."""
    postponed: str = ""
    """Why a model that might have healed it could not be asked now: no answer is to be had, or no money."""


def heal(leg: Leg) -> LegReport:
    """Run one leg, from reports to pull requests."""
    books, notes = sorted_out(leg, leg.ledger.read())
    pulls = leg.forge.pull_requests(books.attempts.looked_at)
    books = recover(leg, books, pulls)
    books, lessons = study(leg, books, pulls)
    reports = reception.read_reports(leg)
    told = reception.ask(leg, reports)
    waiting = reception.quiet(leg, books, reports, pulls)
    if waiting is None:
        books, outcomes = _worked_off(leg, books, reports, pulls)
    else:
        outcomes = reception.waiting_outcomes(books, waiting)
    told += outcomes
    return LegReport(
        repository=leg.repository.slug,
        run=leg.stamp.run,
        environment=leg.settings.environment,
        started=leg.stamp.now,
        outcomes=(*told, *reception.unasked(books, told)),
        lessons=lessons,
        patterns_known=len(books.library.patterns),
        api_requests=leg.forge.requests,
        git_round_trips=leg.round_trips,
        caps=leg.caps,
        minutes=round(leg.minutes, 1),
        comments=leg.forge.comments_added,
        open_pulls=_open(pulls, told),
        notes=(*leg.notes, *notes),
    )


def _worked_off(
    leg: Leg, books: Books, reports: reception.Reports, pulls: Sequence[PullRequest]
) -> tuple[Books, list[Outcome]]:
    """Every failure in its turn, then what no longer fails."""
    cases = reception.cases_of(leg, books, reports, pulls)
    shown = frozenset(case.fingerprint.exact for case in cases if case.failure.tests)
    books, outcomes = withdraw_gone(leg, books, pulls, shown)
    over = {outcome.fingerprint for outcome in outcomes}
    for case in cases:
        if case.fingerprint.exact in over:
            continue
        books, outcome = _bounded(leg, books, case, _budget(leg, pulls, outcomes))
        leg.tell(outcome.result, failure=outcome.title, reason=outcome.reason)
        outcomes.append(outcome)
    if not cases:
        outcomes += reception.blind(leg)
    return reception.remember(leg, books, reports, cases), outcomes


def attempt(
    leg: Leg, books: Books, case: Case, budget: str | None, calls: list[Call]
) -> tuple[Books, Outcome]:
    """Try to heal one failure; `budget` says why no pull request may be added, `calls` notes models'."""
    no = _not_now(leg, books, case)
    if no:
        told = endings.outcome(case, no.result, no.reason)
        pull = case.standing
        return books, replace(told, pull=pull.number, url=pull.url) if pull else told
    found, nothing = candidates.for_leg(leg, books, case)
    terms = asking.terms_of(leg)
    rungs, nobody = asking.rungs_for(leg.models, case, terms)
    if leg.dry_run is DryRun.PLAN:
        return endings.planned(leg, books, case, (found, nothing), (rungs, nobody))
    if not (found or rungs):
        return endings.unhealed(leg, books, case, "; ".join(filter(None, (nothing, nobody))))
    no = _impediment(leg, case, budget)
    if no:
        return books, endings.outcome(case, no.result, no.reason)
    known = incidents.incident_of(case, books.attempts.incidents)
    claim = partial(incidents.claimed, case=case, stamp=leg.stamp, judged=known)
    books = leg.write(books, claim, one_line(f"Claim {case.fingerprint.exact}"))
    if not incidents.holds_claim(books, case, leg.stamp):
        return books, endings.outcome(case, Result.COOLING, "another run has worked on it meanwhile")
    unsteady = leg.bench.unsteady(case)
    if unsteady:
        return endings.unhealed(leg, books, case, unsteady.reason, result=UNSTEADY[unsteady.verdict])
    if known and known.status is Status.MERGED and leg.settings.learner_on:
        back = partial(incidents.recurred, known=known, stamp=leg.stamp)
        books = leg.write(books, back, one_line(f"Came back: {case.fingerprint.exact}"))
    trials = leg.bench.climb(case, found)
    purse = asking.purse_of(leg, books, case, calls)
    ascent = asking.Ascent(leg.bench, case, leg.models, purse, terms, trials)
    if not ascent.proof:
        ascent.climb(rungs)
    gone = reception.withdrawn(leg, case) if ascent.proof and leg.writes else None
    return endings.ended(leg, ascent, case, gone)


@dataclass(frozen=True, slots=True)
class Means:
    """What may be used to heal a local checkout."""

    library: Library
    threshold: float
    search: bool = True
    models: Models = NOBODY
    purse: Callable[[Case], Purse] | None = None
    """Who pays for a model; None: no model is asked."""


def fix(bench: Bench, failure: Failure | None, means: Means) -> list[Fixed]:
    """Heal a local checkout of one reported failure, or of all that its tests show when none is given."""
    shown = bench.test_cases()
    cases = gathered([bench.case_of(failure), *shown] if failure else shown)
    chosen = cases[:1] if failure else cases
    return [fix_case(bench, case, means) for case in chosen]


def fix_case(bench: Bench, case: Case, means: Means) -> Fixed:
    """Heal a local checkout of one failure."""
    found, nothing = candidates.for_checkout(
        bench, case, means.library, threshold=means.threshold, search=means.search
    )
    rungs = asking.rungs_for(means.models, case, asking.Terms())[0] if means.purse else []
    if not (found or rungs) or bench.suite.colour is Colour.BROKEN:
        return Fixed(case, [], None, bench.suite.reason if found or rungs else nothing)
    unsteady = bench.unsteady(case)
    if unsteady:
        return Fixed(case, [], None, unsteady.reason)
    trials = bench.climb(case, found)
    if means.purse is None or (trials and trials[-1].deliverable):
        return Fixed(case, trials, trials[-1].deliverable, summary_of(trials))
    ascent = asking.Ascent(bench, case, means.models, means.purse(case), asking.Terms(), trials)
    ascent.climb(rungs)
    told, calls = summary_of(trials, ascent.reasons), tuple(ascent.purse.calls)
    _, waits = ascent.postponed or (None, "")
    return Fixed(case, trials, ascent.proof, told, calls, "" if ascent.proof else waits)


# --- one failure ----------------------------------------------------------------------------------


def _bounded(leg: Leg, books: Books, case: Case, budget: str | None) -> tuple[Books, Outcome]:
    """The boundary of one failure: what goes wrong here reaches no other one, and its cost is told."""
    calls: list[Call] = []
    try:
        books, told = attempt(leg, books, case, budget, calls)
        return books, replace(told, calls=tuple(calls))
    except LedgerError:
        raise
    except CapError as error:
        return books, endings.outcome(case, Result.SKIPPED, str(error))
    except HomeostatError as error:
        reason = str(error)
    except Exception as error:  # noqa: BLE001 - a fault of ours in one failure must not cost the others
        leg.tell("internal error", error=repr(error))
        reason = f"internal error ({error!r}): please report it"
    return books, replace(endings.outcome(case, Result.ERROR, reason), calls=tuple(calls))


def _budget(leg: Leg, pulls: Sequence[PullRequest], outcomes: Sequence[Outcome]) -> str | None:
    """Why no further pull request may be opened, or None."""
    if _created(outcomes) >= leg.repository.max_prs_per_run:
        return f"max_prs_per_run ({leg.repository.max_prs_per_run}) is reached: the next run goes on"
    if _open(pulls, outcomes) >= leg.repository.max_open_prs:
        return f"max_open_prs ({leg.repository.max_open_prs}) is reached: merge or close some first"
    return leg.held


def _created(outcomes: Sequence[Outcome]) -> int:
    return sum(outcome.result is Result.CREATED for outcome in outcomes)


def _open(pulls: Sequence[PullRequest], outcomes: Sequence[Outcome]) -> int:
    """Pull requests of ours that are open by now; those that were withdrawn meanwhile count on."""
    ours = (pull for pull in pulls if pull.branch.startswith(deliver.PREFIX))
    return sum(pull.state is PullState.OPEN for pull in ours) + _created(outcomes)


def _not_now(leg: Leg, books: Books, case: Case) -> triage.Refusal | None:
    incident = incidents.incident_of(case, books.attempts.incidents)
    base = leg.bench.workspace.base
    moment = triage.Moment(leg.stamp.now, leg.stamp.run, digest(books.library), base)
    no = triage.refusal(case.failure, incident, case.standing, moment)
    return no or (triage.Refusal(Result.SKIPPED, leg.spent) if leg.spent else None)


def _impediment(leg: Leg, case: Case, budget: str | None) -> triage.Refusal | None:
    """What stands in the way that is not its fault: nothing is written, and the next run looks again."""
    closed = leg.forge.impediment()
    if closed:
        return triage.Refusal(Result.NOT_PERMITTED, closed)
    suite = leg.bench.suite
    if suite.colour is Colour.BROKEN:
        return triage.Refusal(Result.BROKEN, suite.reason)
    if suite.colour is Colour.RED and not case.failure.tests:
        return triage.Refusal(Result.UNHEALED, f"the tests are red for another reason first ({suite.reason})")
    if budget and not case.open_pull:
        return triage.Refusal(Result.SKIPPED, budget)
    stranger = leg.bench.workspace.stranger_on(deliver.branch_of(case.fingerprint.exact))
    if stranger:
        return triage.Refusal(Result.SKIPPED, f"{stranger} has committed to its branch: it is left to them")
    return None
