"""Ask models, tier after tier, until the tests prove an answer: propose, guard, verify, minimise, review."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal

from homeostat import money
from homeostat.bench import MOST_SECONDS, Bench
from homeostat.cases import Case
from homeostat.config import Endpoint, Rung, Tier, matches
from homeostat.conventions import is_private
from homeostat.errors import CutOffError, ModelError
from homeostat.incidents import Trial
from homeostat.leg import Leg, Models
from homeostat.outbound import one_line
from homeostat.purse import NoMoneyError, Purse
from homeostat.records import MODEL, Books, Call, Candidate, Prompt, Proof, Reply, Result, Stop, Verdict
from homeostat.repair import (
    Answer,
    Review,
    Scene,
    Shown,
    Survey,
    Tried,
    applied,
    chosen,
    is_idle,
    is_sensitive,
    read_answer,
    read_review,
    review_prompt,
    route,
    shortcuts,
    smallest,
    surveyed,
    write_prompt,
)

LEAST_SECONDS, SLOWER = 5.0, 3.0
"""A smaller fix has so many seconds for the tests, and so many times those of the fix it is made of: without
a piece of it the program may never end."""


@dataclass(frozen=True, slots=True)
class Terms:
    """What a repository lets models do."""

    sensitive: tuple[str, ...] = ()
    """Patterns of files that only the strongest tier may change."""
    on_sensitive: bool = True
    """Whether even that one may."""

    def hidden_from(self, tier: str) -> tuple[str, ...]:
        """Patterns of files that a tier neither sees nor changes."""
        return () if tier == Tier.GPT_5 and self.on_sensitive else self.sensitive


def rungs_for(models: Models, case: Case, terms: Terms) -> tuple[list[Rung], str]:
    """The tiers that may work on a failure, and why none may where its files are sensitive.

    There are none while its pull request is open, which is paid for.
    """
    if case.open_pull or not models.rungs:
        return [], ""
    sensitive = is_sensitive(case.fingerprint, terms.sensitive)
    if sensitive and not terms.on_sensitive:
        return [], "no model may work on what `sensitive_paths` names"
    found = route(case.failure, case.fingerprint, models.rungs, sensitive=sensitive)
    return (
        found,
        "" if found else f"only {Tier.GPT_5} may work on what `sensitive_paths` names, and it is off",
    )


def terms_of(leg: Leg) -> Terms:
    """What the leg's repository lets models do."""
    return Terms(leg.repository.sensitive_paths, leg.repository.models_on_sensitive_paths)


def purse_of(leg: Leg, books: Books, case: Case, calls: list[Call]) -> Purse:
    """What a leg may spend on a failure; `calls` takes what it is spent on."""
    settings = leg.settings
    bounds = money.Bounds(
        settings.max_run_cost, leg.repository.max_cost_usd, settings.max_fingerprint_cost, settings.max_calls
    )
    return Purse(books, leg.write, bounds, leg.stamp, case.fingerprint.exact, calls)


@dataclass
class Ascent:
    """One failure on its way up the tiers."""

    bench: Bench
    case: Case
    models: Models
    purse: Purse
    terms: Terms
    trials: list[Trial] = field(default_factory=list)
    """Those of before, and then of the models; the last may be deliverable."""
    tried: list[Tried] = field(default_factory=list)
    known: set[tuple[tuple[str, str], ...]] = field(default_factory=set)
    """Changes that need not be tried again."""
    reasons: list[str] = field(default_factory=list)
    missed: tuple[Result, str] | None = None
    """Why a model could not be asked: no answer is to be had, or no money."""
    verified: bool = False
    """Whether an answer reached the tests."""
    waiting: bool = False
    """Whether one that passed them still waits for its review."""
    _surveys: dict[tuple[str, ...], Survey] = field(default_factory=dict, init=False)
    """What there is to show, by what is hidden."""

    def __post_init__(self) -> None:
        self.known |= {trial.candidate.patch for trial in self.trials}

    @property
    def proof(self) -> Proof | None:
        """That of the last trial, when it may be delivered."""
        return self.trials[-1].deliverable if self.trials else None

    @property
    def postponed(self) -> tuple[Result, str] | None:
        """Why the failure must be tried again before it may count as an attempt, or None."""
        return None if self.verified and not self.waiting else self.missed

    def climb(self, rungs: Sequence[Rung]) -> None:
        """Try the rungs in order, up to and with the first answer that may be delivered."""
        for rung in rungs:
            for turn in range(1, rung.tries + 1):
                try:
                    trial = self._turn(rung, turn)
                except NoMoneyError as error:
                    self._note(rung, str(error))
                    self.missed = self.missed or (error.result, str(error))
                    return
                except ModelError as error:
                    self._note(rung, str(error))
                    if error.outage:
                        self.missed = self.missed or (Result.OUTAGE, str(error))
                    break
                if trial and trial.deliverable:
                    return
                if self._seconds > MOST_SECONDS:
                    self._note(rung, f"the tests have taken {self._seconds:.0f} s: no more is tried now")
                    return

    @property
    def _seconds(self) -> float:
        """That the tests have taken for this failure."""
        return sum(trial.seconds for trial in self.trials)

    def _note(self, rung: Rung, reason: str) -> None:
        self.reasons.append(f"{rung.tier}: {reason}")
        self.bench.tell("no fix by a model", tier=rung.tier, reason=reason)

    # --- one try --------------------------------------------------------------------------------

    def _turn(self, rung: Rung, turn: int) -> Trial | None:
        found = chosen(self._survey(rung), rung.context_tokens, self.tried)
        if not (found.pieces[1:] or found.left_out):
            raise ModelError("no code around the error may be shown to a model")
        if not found.pieces[1:] or not {*self._survey(rung).first} <= {*found.pieces}:
            raise ModelError("the code around the error does not fit into its budget of tokens")
        reply = self._ask(rung, rung.writer, "write", write_prompt(found, self.models.marker()), found)
        if reply.stop is not Stop.DONE:
            candidate: Candidate | str = f"the answer was {reply.stop}"
        else:
            candidate = self._candidate(rung, reply.text)
        if isinstance(candidate, str):
            self.tried.append(Tried(reply.text, candidate))
            self.purse.conclude(candidate)
            self._note(rung, f"try {turn}: {candidate}")
            return None
        trial, review = self._judged(candidate), None
        if trial.deliverable:
            trial = self._minimised(trial)
            review = self._review(rung, trial, found)
            trial = _reviewed(trial, rung.reviewer, review)
        if not isinstance(review, str):  # one that cannot be read says nothing of the fix: it may come again
            self.known |= {candidate.patch, trial.candidate.patch}
        return self._taken(rung, turn, trial)

    def _candidate(self, rung: Rung, text: str) -> Candidate | str:
        """The patch in an answer, or why there is none."""
        answer = read_answer(text)
        if not isinstance(answer, str):
            answer = self._unseen(rung, answer) or answer
        edits = answer if isinstance(answer, str) else applied(answer, self.bench.workspace)
        if isinstance(answer, str) or isinstance(edits, str):
            return str(edits)
        why = one_line(answer.explanation, 400)
        return Candidate(edits, f"{MODEL}{rung.writer.model}", 0.0, why, tier=rung.tier)

    def _unseen(self, rung: Rung, answer: Answer) -> str | None:
        """Why an answer is not even tried: what the tests say of it would show what is hidden."""
        who = f"only {Tier.GPT_5}" if self.terms.on_sensitive else "no model"
        for edit in answer.edits:
            if is_private(edit.path):
                return f"{edit.path} is shown to no model and changed by none"
            if matches(self.terms.hidden_from(rung.tier), edit.path):
                return f"{edit.path} is sensitive: {who} may change it"
        return None

    def _taken(self, rung: Rung, turn: int, trial: Trial) -> Trial:
        self.trials.append(trial)
        told = "; ".join(trial.refusals) or (trial.proof.reason if trial.proof else "")
        if trial.deliverable is None:
            run = trial.proof.after if trial.proof and not trial.refusals else None
            self.tried.append(Tried(trial.patch.diff, told, run.output if run else ""))
            self._note(rung, f"try {turn}: {told}")
        return trial

    def _judged(self, candidate: Candidate) -> Trial:
        """The guard, then the tests."""
        edits, workspace = candidate.edits, self.bench.workspace
        before = {path: workspace.read(path) or "" for path in edits}
        reasons = [*shortcuts(before, edits, self.bench.test_texts(self.case))]
        if is_idle(before, edits):
            reasons.append("it changes no code")
        if candidate.patch in self.known:
            reasons.append("the same change was tried before")
        if reasons:
            trial = Trial(candidate, workspace.patch(edits), None, tuple(reasons))
        else:
            trial = self.bench.trial(self.case, candidate)
        self.verified = self.verified or trial.proof is not None
        self.purse.conclude("; ".join(trial.refusals) or (trial.proof.verdict if trial.proof else ""))
        return trial

    def _minimised(self, trial: Trial) -> Trial:
        """Without what the tests do not need; only where tests show the failure."""
        proof = trial.deliverable
        if proof is None or proof.verdict is not Verdict.PROVEN:
            return trial
        workspace, best = self.bench.workspace, trial
        before = {path: workspace.read(path) or "" for path in trial.candidate.edits}
        texts = self.bench.test_texts(self.case)
        seconds = max(LEAST_SECONDS, SLOWER * (proof.after.seconds if proof.after else 0.0))

        spent = 0.0

        def proves(edits: dict[str, str]) -> bool:
            nonlocal best, spent
            if shortcuts(before, edits, texts) or spent > MOST_SECONDS / 2:
                return False
            found = self.bench.trial(self.case, replace(trial.candidate, edits=edits), seconds)
            spent += found.seconds
            held = found.deliverable
            if held and (held.fixed, held.verdict) == (proof.fixed, proof.verdict):
                best = found
            return best is found

        smallest(before, trial.candidate.edits, proves)
        return best

    def _review(self, rung: Rung, trial: Trial, found: Shown) -> Review | str | None:
        """What the rung's reviewer says, or why that cannot be read; None where it has no reviewer."""
        if rung.reviewer is None or trial.proof is None:
            return None
        verdict = f"{trial.proof.verdict}: {trial.proof.reason}"
        prompt = review_prompt(found, trial.patch.diff, verdict, self.models.marker())
        self.waiting = True
        reply = self._ask(rung, rung.reviewer, "review", prompt, found)
        self.waiting = False
        review = read_review(reply.text) if reply.stop is Stop.DONE else f"the answer was {reply.stop}"
        self.purse.conclude(review if isinstance(review, str) else f"{review.verdict}: {_reasons(review)}")
        return review

    # --- what it takes --------------------------------------------------------------------------

    def _ask(self, rung: Rung, endpoint: Endpoint, task: str, prompt: Prompt, found: Shown) -> Reply:
        """One call; one whose answer broke off is made once more, and both are booked."""
        call = Call(rung.tier, endpoint.model, task, Decimal(0), None, 0.0, "", prompt.parts, found.left_out)
        at_most = f"${money.dollars(money.upper_bound(prompt, endpoint))}"
        self.bench.tell("asking a model", tier=rung.tier, model=endpoint.model, task=task, at_most=at_most)

        def heard(characters: int) -> None:
            self.bench.tell("the model answers", model=endpoint.model, characters=characters)

        model = self.models.at(endpoint)
        try:
            return self.purse.ask(model, endpoint, prompt, call, heard)
        except CutOffError as error:
            self.bench.tell("asking once more", model=endpoint.model, reason=str(error))
            return self.purse.ask(model, endpoint, prompt, call, heard)

    def _survey(self, rung: Rung) -> Survey:
        """What there is to show a rung, looked up when the first model is asked."""
        hidden = self.terms.hidden_from(rung.tier)
        if hidden not in self._surveys:
            nearly = [t.candidate for t in self.trials if not t.candidate.searched and not t.candidate.tier]
            bench, case = self.bench, self.case
            self._surveys[hidden] = surveyed(
                Scene(
                    case.failure, case.fingerprint, bench.workspace, bench.test_command, tuple(nearly), hidden
                )
            )
        return self._surveys[hidden]


def _reviewed(trial: Trial, reviewer: Endpoint | None, review: Review | str | None) -> Trial:
    """A fix that the tests prove, after its review."""
    if reviewer is None or review is None:
        return trial
    if isinstance(review, str):
        return replace(trial, refusals=(f"it could not be reviewed: {review}",))
    if review.approves:
        return replace(trial, candidate=replace(trial.candidate, reviewer=reviewer.model))
    return replace(trial, refusals=(f"{reviewer.model} rejects it: {_reasons(review)}",))


def _reasons(review: Review) -> str:
    return one_line("; ".join(review.reasons), 400)
