"""Open pull requests whose base has moved: those whose error is gone from there are withdrawn."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import partial

from homeostat import deliver, incidents
from homeostat.incidents import as_stored
from homeostat.leg import Leg
from homeostat.outbound import one_line
from homeostat.records import Books, Incident, Outcome, PullRequest, PullState, Result, Status
from homeostat.triage import is_stale
from homeostat.verify import Colour


def withdraw_gone(
    leg: Leg, books: Books, pulls: Sequence[PullRequest], shown: frozenset[str]
) -> tuple[Books, list[Outcome]]:
    """Withdraw what is no longer needed; `shown` are the exact ids that the tests still show."""
    outcomes = []
    for incident in _gone(leg, books, shown):
        pull = deliver.pull_of(incident.ids[0], pulls)
        if pull and pull.state is PullState.OPEN and leg.writes:
            books, outcome = _withdrawn(leg, books, incident, pull)
            outcomes.append(outcome)
    return books, outcomes


def _gone(leg: Leg, books: Books, shown: frozenset[str]) -> list[Incident]:
    known = books.attempts.incidents.values()
    return [i for i in known if i.status is Status.GONE or _passes_now(leg, i, shown)]


def _passes_now(leg: Leg, incident: Incident, shown: frozenset[str]) -> bool:
    """Whether the tests ran on a newer base, and those that showed the error pass there."""
    if not incident.tests or not is_stale(incident, leg.bench.workspace.base) or not leg.bench.tested:
        return False
    suite = leg.bench.suite
    still = shown.intersection(incident.ids) or set(map(as_stored, suite.failed)).intersection(incident.tests)
    return suite.colour is not Colour.BROKEN and not still


def _withdrawn(leg: Leg, books: Books, known: Incident, pull: PullRequest) -> tuple[Books, Outcome]:
    """The ledger first: a run that dies in between must not read the closing as a person's no."""
    title, exact = f"{known.error_type}: {known.template}", known.ids[0]
    told = Outcome(Result.WITHDRAWN, title, known.reason, exact, pull=pull.number, url=pull.url)
    if leg.held:
        return books, _with(told, Result.SKIPPED, f"its error is gone; {leg.held}")
    stranger = leg.bench.workspace.stranger_on(pull.branch)
    if stranger:
        reason = f"the error is gone, and {stranger} has committed to its branch: it is left to them"
        return books, _with(told, Result.SKIPPED, reason)
    base = leg.bench.workspace.base
    incident = incidents.gone(known, branch=leg.repository.branch, base=base, now=leg.stamp.now)
    if known.status is not Status.GONE:
        change = partial(incidents.settled, incident=incident)
        books = leg.write(books, change, one_line(f"Gone: {exact}"))
    deliver.withdraw(leg.forge, pull, books.attempts.incidents[exact])
    return books, _with(told, Result.WITHDRAWN, books.attempts.incidents[exact].reason)


def _with(outcome: Outcome, result: Result, reason: str) -> Outcome:
    return replace(outcome, result=result, reason=reason)
