"""What becomes of an incident in the books: pure changes, to be stored by compare-and-swap."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from homeostat.cases import Case
from homeostat.outbound import one_line, plain
from homeostat.patterns import began, ended, tried_elsewhere
from homeostat.records import (
    Baseline,
    Books,
    Candidate,
    Claim,
    Ending,
    Incident,
    Patch,
    Plain,
    Proof,
    Result,
    SetAside,
    Status,
    Use,
    Verdict,
)
from homeostat.triage import CLAIM_LEASE, MAX_ATTEMPTS, RETRY_UNHEALED, next_try

LONGEST = 1_000
"""Characters of a text that is kept."""
DELIVERABLE = frozenset({Verdict.PROVEN, Verdict.CONSISTENT})


@dataclass(frozen=True, slots=True)
class Trial:
    """One candidate and what became of it: a proof, or the guard's reasons."""

    candidate: Candidate
    patch: Patch
    proof: Proof | None
    refusals: tuple[str, ...] = ()
    seconds: float = 0.0
    """That its runs of tests took, of which the proof shows the last."""

    @property
    def deliverable(self) -> Proof | None:
        """The proof, when it is good enough to be delivered."""
        sound = self.proof and not self.refusals and self.proof.verdict in DELIVERABLE
        return self.proof if sound else None


@dataclass(frozen=True, slots=True)
class Stamp:
    """Who writes, when, for which repository."""

    run: str
    now: datetime
    repository: str


def as_stored(text: str) -> Plain:
    """A text as the ledger keeps it, and as a comment shows it: one line, redacted."""
    return one_line(text, LONGEST)


def incident_of(case: Case, incidents: Mapping[str, Incident]) -> Incident | None:
    """The incident that ever had one of the case's exact ids, by any version of the algorithm."""
    ids = case.fingerprint.ids
    named = next((incidents[exact] for exact in ids if exact in incidents), None)
    return named or next((i for i in incidents.values() if set(ids).intersection(i.ids)), None)


def as_known(case: Case, incidents: Mapping[str, Incident]) -> Case:
    """The case under the id that its incident was first known by, which its branch and pull request carry."""
    known = incident_of(case, incidents)
    found = case.fingerprint
    if known is None or known.ids[0] == found.exact:
        return case
    return replace(case, fingerprint=replace(found, exact=known.ids[0], earlier=found.ids))


def _begun(case: Case, known: Incident | None, now: datetime) -> Incident:
    if known is not None:
        return replace(known, ids=tuple(dict.fromkeys((*known.ids, *case.fingerprint.ids))))
    return Incident(
        ids=(case.fingerprint.exact,),
        language=case.failure.language,
        error_type=as_stored(case.fingerprint.type),
        template=as_stored(case.words),
        status=Status.UNHEALED,
        attempts=0,
        first_seen=now,
        last_tried=now,
        reason=plain("seen for the first time"),
    )


def _stored(books: Books, incident: Incident, entry: Mapping[str, Any] | None = None) -> Books:
    others = {key: old for key, old in books.attempts.incidents.items() if key not in incident.ids}
    incidents = {**others, incident.ids[0]: incident}
    entries = (*books.entries, entry) if entry else books.entries
    return replace(books, attempts=replace(books.attempts, incidents=incidents), entries=entries)


def entry(
    case: Case, incident: Incident, trials: Sequence[Trial], stamp: Stamp, result: Result | None = None
) -> Mapping[str, Any]:
    """A line of the run log: what ranking can learn from later, and what the report page counts."""
    return {
        "at": stamp.now,
        "run": stamp.run,
        "repository": stamp.repository,
        "fingerprint": case.fingerprint.exact,
        "frames": [
            (frame.path, frame.line, frame.function, frame.in_app) for frame in case.fingerprint.frames[:20]
        ],
        "candidates": tried(trials),
        "status": incident.status,
        "reason": incident.reason,
        "pull": incident.pull,
        "pattern": incident.pattern,
        "result": result,
        "reported": case.failure.seen_at,
    }


def tried(trials: Sequence[Trial]) -> list[Mapping[str, Any]]:
    """What became of each candidate, for machines."""
    return [
        {
            "pattern": trial.candidate.pattern,
            "confidence": trial.candidate.confidence,
            "verdict": trial.proof.verdict if trial.proof else "refused",
            "reason": "; ".join(trial.refusals) or (trial.proof.reason if trial.proof else ""),
        }
        for trial in trials
    ]


def claimed(books: Books, case: Case, stamp: Stamp, judged: Incident | None) -> Books:
    """Before the first effect: this run works on it, unless it is no longer as it was `judged`."""
    known = incident_of(case, books.attempts.incidents)
    if known != judged:
        return books
    incident = replace(
        _begun(case, known, stamp.now),
        status=Status.CLAIMED,
        claim=Claim(stamp.run, stamp.now + CLAIM_LEASE),
        next_try=None,
        last_tried=stamp.now,
        reason=as_stored(f"run {stamp.run} works on it"),
    )
    return _stored(books, incident)


def all_told(books: Books) -> Books:
    """The books once people were told of every entry that is set aside."""

    def told(found: tuple[SetAside, ...]) -> tuple[SetAside, ...]:
        return tuple(replace(one, told=True) for one in found)

    return replace(
        books,
        attempts=replace(books.attempts, set_aside=told(books.attempts.set_aside)),
        library=replace(books.library, set_aside=told(books.library.set_aside)),
        charges_aside={path: told(aside) for path, aside in books.charges_aside.items()},
    )


def recurred(books: Books, known: Incident, stamp: Stamp) -> Books:
    """The books once an error came back after its fix was merged."""
    use = Use(known.pattern or "", stamp.repository, known.ids[0], stamp.now, Ending.RECURRED)
    return replace(books, library=ended(books.library, use, at=stamp.now))


def holds_claim(books: Books, case: Case, stamp: Stamp) -> bool:
    """Whether the claim in the books is this run's."""
    incident = incident_of(case, books.attempts.incidents)
    return bool(incident and incident.claim and incident.claim.run == stamp.run)


def delivered(
    case: Case, known: Incident | None, trial: Trial, *, stamp: Stamp, pull: int, change: Mapping[str, str]
) -> Incident:
    """The incident once its pull request stands; `change` is the digest of what that changes, by path."""
    return replace(
        _begun(case, known, stamp.now),
        base=trial.patch.base,
        tests=tuple(map(as_stored, trial.proof.fixed)) if trial.proof else (),
        status=Status.DELIVERED,
        claim=None,
        next_try=None,
        last_tried=stamp.now,
        reason=plain("pull request #{} is open", pull),
        pull=pull,
        pattern=trial.candidate.pattern,
        change=change,
    )


def kept(known: Incident, case: Case, *, pull: int, base: str, now: datetime, reason: str) -> Incident:
    """The incident whose open pull request could not be renewed on a new base: it stands as it was."""
    return replace(
        known,
        pull=pull,
        tests=known.tests or tuple(map(as_stored, case.failure.tests)),
        status=Status.DELIVERED,
        claim=None,
        last_tried=now,
        base=base,
        reason=plain(
            "pull request #{} is open; it could not be renewed on {}: {}",
            pull,
            one_line(base[:10]),
            as_stored(reason),
        ),
    )


def gone(known: Incident, *, branch: str, base: str, now: datetime) -> Incident:
    """The incident whose error is no longer on the branch under repair."""
    return replace(
        known,
        status=Status.GONE,
        claim=None,
        next_try=None,
        last_tried=now,
        base=base,
        reason=as_stored(f"the error is gone from {branch}: what showed it passes at {base[:10]}"),
    )


def noted(books: Books, case: Case, trials: Sequence[Trial], stamp: Stamp, use: Use) -> Books:
    """The claim with the pattern that was proven, before its fix goes to the branch itself; once only."""
    incident = incident_of(case, books.attempts.incidents)
    pattern = trials[-1].candidate.pattern
    if incident is None or incident.pattern == pattern:
        return books
    incident = replace(incident, pattern=pattern)
    books = replace(books, library=began(books.library, use))
    return _stored(books, incident, entry(case, incident, trials, stamp))


def on_trial(use: Use) -> str:
    """Why a rule is not used for now."""
    where = f"{use.repository}#{use.pull}" if use.pull else use.repository
    return f"{use.pattern} is new: it is tried in {where} before it goes further"


def landed(books: Books, incident: Incident, use: Use) -> Books:
    """The books once a fix is on the branch itself."""
    library = ended(books.library, use, at=incident.last_tried)
    return _stored(replace(books, library=library), incident)


def committed(known: Incident, *, commit: str, now: datetime) -> Incident:
    """The incident once its fix is on the branch itself."""
    return replace(
        known,
        status=Status.MERGED,
        claim=None,
        next_try=None,
        last_tried=now,
        reason=as_stored(f"committed as {commit[:10]}"),
    )


def failed(case: Case, known: Incident | None, *, stamp: Stamp, reason: str) -> Incident:
    """One more failed attempt: it cools down, and after the third it waits for a person."""
    incident = _begun(case, known, stamp.now)
    attempts = incident.attempts + 1
    return replace(
        incident,
        status=Status.GIVEN_UP if attempts >= MAX_ATTEMPTS else Status.COOLING,
        attempts=attempts,
        claim=None,
        last_tried=stamp.now,
        next_try=next_try(attempts, now=stamp.now),
        reason=as_stored(reason),
    )


def unhealed(case: Case, known: Incident | None, *, stamp: Stamp, reason: str, library: str) -> Incident:
    """Nothing reached verification: no attempt is counted, and new patterns end the wait."""
    return replace(
        _begun(case, known, stamp.now),
        status=Status.UNHEALED,
        claim=None,
        last_tried=stamp.now,
        next_try=stamp.now + RETRY_UNHEALED,
        reason=as_stored(reason),
        library=library,
    )


def recorded(books: Books, incident: Incident, line: Mapping[str, Any], use: Use | None = None) -> Books:
    """The books with an incident's result, its line in the run log, and the use of a rule that it was."""
    if use:
        books = reserved(books, use)
    return _stored(books, incident, line)


def unless_changed(
    books: Books, case: Case, known: Incident | None, change: Callable[[Books], Books]
) -> Books:
    """The changed books; or as they are, where another run has stored more than is `known`."""
    return change(books) if incident_of(case, books.attempts.incidents) == known else books


def reserved(books: Books, use: Use) -> Books:
    """The books with a use that begins, unless the rule is being tried in another repository."""
    if tried_elsewhere(books.library, use.precedent, use.repository, now=use.at):
        return books
    return replace(books, library=began(books.library, use))


def restored(books: Books, incident: Incident) -> Books:
    """The books with an incident that they lost, unless another run was sooner."""
    known = {exact for one in books.attempts.incidents.values() for exact in one.ids}
    return books if known.intersection(incident.ids) else _stored(books, incident)


def settled(books: Books, incident: Incident) -> Books:
    """The books with an incident as it is, without a line in the log."""
    return _stored(books, incident)


def with_baseline(books: Books, baseline: Baseline) -> Books:
    """The books with what the tests said of a commit."""
    return replace(books, attempts=replace(books.attempts, baseline=baseline))
