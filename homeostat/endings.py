"""How the trial of one failure ends: what is delivered, what is stored, what is told."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial

from homeostat import candidates, deliver, incidents
from homeostat.asking import Ascent
from homeostat.bench import several, summary_of
from homeostat.cases import Case
from homeostat.config import ApplyMode, Rung, Tier, apply_mode, matches
from homeostat.errors import NotPermittedError
from homeostat.incidents import Trial, incident_of
from homeostat.leg import Leg
from homeostat.outbound import one_line
from homeostat.patterns import change_of, digest, tried_elsewhere
from homeostat.records import (
    Books,
    Call,
    Ending,
    Incident,
    Opinion,
    Outcome,
    Proof,
    PullRequest,
    Record,
    Result,
    Status,
    Use,
    Verdict,
)

SEARCH = "a search of small edits where a failing test shows the error"
AI = {*Tier} - {Tier.PATTERNS, Tier.SEARCH}
Told = tuple[Books, Outcome]
"""The books as they are stored now, and what is told of the failure."""


def outcome(case: Case, result: Result, reason: str, trial: Trial | None = None) -> Outcome:
    """What is told of a case."""
    return Outcome(
        result,
        case.title,
        reason,
        fingerprint=case.fingerprint.exact,
        issue=case.failure.issue,
        pattern=trial.candidate.pattern if trial else None,
        proof=trial.proof if trial else None,
        diff=trial.patch.diff if trial else "",
    )


@dataclass(frozen=True, slots=True)
class Course:
    """What was tried for a case, and what is told of it."""

    result: Result
    trials: Sequence[Trial]
    use: Use | None = None


def _stored(leg: Leg, books: Books, case: Case, incident: Incident, course: Course) -> Books:
    line = incidents.entry(case, incident, course.trials, leg.stamp, course.result)
    change = partial(incidents.recorded, incident=incident, line=line, use=course.use)
    known = incident_of(case, books.attempts.incidents)
    change = partial(incidents.unless_changed, case=case, known=known, change=change)
    return leg.write(books, change, one_line(f"{incident.status.capitalize()}: {case.fingerprint.exact}"))


def unhealed(
    leg: Leg,
    books: Books,
    case: Case,
    reason: str,
    *,
    result: Result = Result.UNHEALED,
    trials: Sequence[Trial] = (),
) -> Told:
    """Nothing reached verification: no attempt is counted."""
    if case.open_pull:
        return _kept(leg, books, case, reason, trials)
    known = incident_of(case, books.attempts.incidents)
    library = digest(books.library)
    incident = incidents.unhealed(case, known, stamp=leg.stamp, reason=reason, library=library)
    if result in {Result.OUTAGE, Result.SKIPPED}:
        incident = replace(incident, next_try=None)  # the next run asks again
    return _stored(leg, books, case, incident, Course(result, trials)), outcome(case, result, reason)


def planned(
    leg: Leg, books: Books, case: Case, learned: candidates.Found, asked: tuple[Sequence[Rung], str]
) -> Told:
    """A plan only looks at a failure: what is told is what a run would try, and what it lacks."""
    (found, nothing), (rungs, nobody) = learned, asked
    first = [f"{one.pattern} (confidence {one.confidence:.2f})" for one in found]
    models = [f"{rung.tier} ({rung.writer.model})" for rung in rungs]
    tries = [
        f"the learned {'fix' if len(first) == 1 else 'fixes'} {several(first)}" if first else "",
        SEARCH if candidates.searches(leg, case) else "",
        f"the {'model' if len(models) == 1 else 'models'} {', '.join(models)}" if models else "",
    ]
    keyless = "" if rungs or not AI.intersection(leg.repository.tiers) else "no model has a key"
    lacks = "; ".join(filter(None, ("" if first else nothing, nobody or keyless)))
    if not any(tries):
        return unhealed(leg, books, case, lacks, result=Result.SKIPPED)
    told = f"a run tries {', then '.join(filter(None, tries))}"
    return books, outcome(case, Result.WOULD_TRY, f"{told}; {lacks}" if lacks else told)


def failed(leg: Leg, books: Books, case: Case, trials: Sequence[Trial], *reasons: str) -> Told:
    """No candidate held: an attempt, if the tests had a say in it. `reasons` are those of the models."""
    reason = summary_of(trials, reasons)
    if case.open_pull:
        return _kept(leg, books, case, reason, trials)
    if not any(trial.proof for trial in trials):
        return unhealed(leg, books, case, reason, trials=trials)
    known = incident_of(case, books.attempts.incidents)
    incident = incidents.failed(case, known, stamp=leg.stamp, reason=reason)
    result = Result.GIVEN_UP if incident.status is Status.GIVEN_UP else Result.UNHEALED
    books = _stored(leg, books, case, incident, Course(result, trials))
    return books, outcome(case, result, reason, trials[-1])


def ended(leg: Leg, ascent: Ascent, case: Case, gone: str | None = None) -> Told:
    """How the trial of a failure ends, once all was tried; `gone` says why nobody asks for it any more."""
    books, trials = ascent.purse.books, ascent.trials
    if gone:
        return unhealed(leg, books, case, gone, result=Result.SKIPPED, trials=trials)
    if ascent.proof:
        return healed(
            leg, books, Healed(case, trials, ascent.proof, tuple(ascent.purse.calls), tuple(ascent.reasons))
        )
    if ascent.postponed and not case.open_pull:
        result, reason = ascent.postponed
        return unhealed(leg, books, case, reason, result=result, trials=trials)
    return failed(leg, books, case, trials, *ascent.reasons)


def _kept(leg: Leg, books: Books, case: Case, reason: str, trials: Sequence[Trial]) -> Told:
    """An open pull request that could not be renewed on a newer base is left as it stands."""
    known = incident_of(case, books.attempts.incidents)
    pull = case.open_pull
    if known is None or pull is None:
        return books, outcome(case, Result.DELIVERED, reason)
    base = leg.bench.workspace.base
    incident = incidents.kept(known, case, pull=pull.number, base=base, now=leg.stamp.now, reason=reason)
    told = outcome(case, Result.DELIVERED, incident.reason)
    books = _stored(leg, books, case, incident, Course(Result.DELIVERED, trials))
    return books, replace(told, pull=pull.number, url=pull.url)


@dataclass(frozen=True, slots=True)
class Healed:
    """A case whose last trial may be delivered."""

    case: Case
    trials: Sequence[Trial]
    proof: Proof
    calls: tuple[Call, ...] = ()
    """Of models, for it."""
    reasons: tuple[str, ...] = ()
    """Why models' answers before were not taken."""

    @property
    def trial(self) -> Trial:
        return self.trials[-1]


def healed(leg: Leg, books: Books, it: Healed) -> Told:
    """Deliver: on the branch itself where the repository wants that, else as a pull request."""
    if not leg.writes:
        return books, outcome(it.case, Result.PLANNED, it.proof.reason, it.trial)
    use = _use(leg, it)
    if use.precedent and use.precedent.repository != use.repository:
        books = leg.write(books, partial(incidents.reserved, use=use), one_line(f"Try {use.pattern}"))
        first = tried_elsewhere(books.library, use.precedent, use.repository, now=use.at)
        if first:
            return unhealed(leg, books, it.case, incidents.on_trial(first), trials=it.trials)
    if _may_commit(leg, it):
        return _commit(leg, books, it, use)
    return _propose(leg, books, it, use)


def _use(leg: Leg, it: Healed) -> Use:
    candidate = it.trial.candidate
    slug, exact = leg.repository.slug, it.case.fingerprint.exact
    return Use(candidate.pattern, slug, exact, leg.stamp.now, precedent=candidate.precedent)


def _may_commit(leg: Leg, it: Healed) -> bool:
    """Whether proven fixes are wanted on the branch itself, and this one touches nothing sensitive."""
    wanted = apply_mode(leg.repository, leg.settings) is ApplyMode.COMMIT
    sensitive = any(matches(leg.repository.sensitive_paths, change.path) for change in it.trial.patch.changes)
    taught = not it.trial.candidate.needs_reading
    return wanted and taught and it.proof.verdict is Verdict.PROVEN and not sensitive


def _parcel(leg: Leg, books: Books, it: Healed) -> deliver.Parcel:
    candidate = it.trial.candidate
    known = (p for p in books.library.patterns if p.id == candidate.pattern)
    record = books.library.records.get(candidate.pattern, Record())
    origin = next((deliver.origin_of(p, leg.repository.slug) for p in known), None) or deliver.origin_of_rule(
        candidate, record
    )
    explanation, limits = leg.bench.explanation(it.case), leg.bench.limits
    return deliver.Parcel(
        it.case.failure, it.case.fingerprint, explanation, candidate, origin, it.trial.patch, it.proof,
        it.calls, len(it.trials) - 1, it.reasons, setup=leg.bench.setup_command,
        most_files=limits.max_files, most_lines=limits.max_diff_lines,
    )  # fmt: skip


def _commit(leg: Leg, books: Books, it: Healed, use: Use) -> Told:
    """The proof is noted before the push, so that a crash after it leaves all there is to tell."""
    exact = it.case.fingerprint.exact
    message = deliver.commit_message(_parcel(leg, books, it))
    note = partial(incidents.noted, case=it.case, trials=it.trials, stamp=leg.stamp, use=use)
    books = leg.write(books, note, one_line(f"Note the proof of {exact}"))
    commit = leg.bench.workspace.commit(it.trial.patch, message=message, when=leg.stamp.now)
    done = incidents.committed(books.attempts.incidents[exact], commit=commit, now=leg.stamp.now)
    use = replace(use, ending=Ending.COMMITTED, commit=commit)
    books = leg.write(
        books, partial(incidents.landed, incident=done, use=use), one_line(f"Committed: {exact}")
    )
    return books, outcome(it.case, Result.COMMITTED, done.reason, it.trial)


def _propose(leg: Leg, books: Books, it: Healed, use: Use) -> Told:
    """Branch, pull request, labels, comment, ledger: each can be done again after a crash."""
    known, change = incident_of(it.case, books.attempts.incidents), _change(leg, it)
    parcel = replace(_parcel(leg, books, it), opinion=_opinion(it.case.standing, known, change))
    branch = deliver.branch_of(it.case.fingerprint.exact)
    deliver.push(leg.forge, leg.bench.workspace, parcel, branch=branch, when=leg.stamp.now)
    try:
        pull = deliver.put_pull_request(
            leg.forge, parcel, base=leg.repository.branch, standing=it.case.standing
        )
    except NotPermittedError as error:
        return unhealed(leg, books, it.case, str(error), result=Result.NOT_PERMITTED, trials=it.trials)
    deliver.put_labels(leg.forge, pull, leg.repository.labels)
    incident = incidents.delivered(it.case, known, it.trial, stamp=leg.stamp, pull=pull.number, change=change)
    deliver.put_state(leg.forge, pull, incident)
    use = replace(use, pull=pull.number)
    is_told = known is not None and known.pull == pull.number  # a leg that was killed may have opened it
    result = Result.UPDATED if is_told else Result.CREATED
    books = _stored(leg, books, it.case, incident, Course(result, it.trials, use))
    told = outcome(it.case, result, it.proof.reason, it.trial)
    return books, replace(told, pull=pull.number, url=pull.url)


def _opinion(
    standing: PullRequest | None, known: Incident | None, change: Mapping[str, str]
) -> Opinion | None:
    """What was ticked, as long as the pull request still makes the change that it was ticked of."""
    same = standing is not None and known is not None and dict(known.change) == change
    return deliver.opinion_of(standing.body) if standing and same else None


def _change(leg: Leg, it: Healed) -> dict[str, str]:
    read = leg.bench.workspace.read
    return change_of([(path, read(path) or "", text) for path, text in it.trial.candidate.edits.items()])
