"""The target on the workbench: its files, its tests, and the trial of one candidate after the other."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from homeostat.cases import Case
from homeostat.config import PathFilters, Repository, Settings
from homeostat.fingerprint import explain, identify
from homeostat.fingerprint.explained import explanation
from homeostat.guard import Limits, refusals
from homeostat.incidents import Trial
from homeostat.intake import read_test_output
from homeostat.ports import Sandbox, Workspace
from homeostat.records import Candidate, Failure, Proof, Run, TestReport
from homeostat.verify import Colour, Suite, baseline, reproduces, verify

Tell = Callable[..., object]
"""Progress: an event's name, and its facts by keyword."""


MOST_SECONDS = 1_800
"""Of one failure's trials together; the one that goes over it is the last."""


NAMED = 3
"""Candidates that are told by name, of those that failed alike."""


def limits_of(repository: Repository, settings: Settings) -> Limits:
    """What a patch to this repository may touch."""
    return Limits(
        filters=repository.path_filters,
        protected=repository.protected_paths,
        max_diff_lines=settings.max_diff_lines,
        max_files=settings.max_files,
    )


def _read(run: Run) -> TestReport | None:
    return read_test_output(run.output, exit_code=run.exit_code)


@dataclass(frozen=True)
class Bench:
    """A target repository and all that trying a candidate on it takes."""

    workspace: Workspace
    sandbox: Sandbox
    limits: Limits
    setup_command: str | None
    test_command: str
    timeout: float
    """Seconds that one run of the tests may take."""
    tell: Tell
    in_app: PathFilters = field(default_factory=PathFilters)
    """What the repository says of its own code."""

    @cached_property
    def suite(self) -> Suite:
        """The tests before any fix: run once, when first asked for."""
        self.tell("running the tests", command=self.test_command)
        found = baseline(
            self.sandbox,
            setup=self.setup_command,
            command=self.test_command,
            timeout=self.timeout,
            read=_read,
        )
        self.tell("tests before any fix", colour=found.colour, reason=found.reason)
        return found

    @property
    def tested(self) -> bool:
        """Whether the tests were run already."""
        return "suite" in vars(self)

    def case_of(self, failure: Failure) -> Case:
        """A failure with its identity in this repository."""
        return Case(failure, identify(failure, self.workspace, self.in_app))

    def explanation(self, case: Case) -> str:
        """What the case's ids are made of, as plain lines."""
        frames = explain(case.failure, self.workspace, self.in_app)
        return "\n".join(explanation(case.failure, case.fingerprint, frames))

    def test_cases(self) -> list[Case]:
        """One case for each failing test whose failure can be read."""
        if self.suite.colour is not Colour.RED or self.suite.report is None:
            return []
        return [self.case_of(test.failure) for test in self.suite.report.failed if test.failure]

    def unsteady(self, case: Case) -> Proof | None:
        """What stands in the way of a proof: the same tests do not fail twice, or cannot run twice."""
        tests = frozenset(case.failure.tests)
        if not tests:
            return None
        return reproduces(self.sandbox, self.suite, tests, timeout=self.timeout, read=_read)

    def _trial(self, case: Case, candidate: Candidate) -> Trial:
        patch = self.workspace.patch(candidate.edits)
        refused = refusals(patch, self.limits)
        if refused:
            self.tell("refused by the guard", pattern=candidate.pattern, reasons=list(refused))
            return Trial(candidate, patch, None, refused)
        self.tell("trying a fix", pattern=candidate.pattern, confidence=candidate.confidence)
        tests = frozenset(case.failure.tests)
        proof = verify(self.sandbox, candidate.edits, self.suite, tests, timeout=self.timeout, read=_read)
        self.tell(
            "tests after the fix", pattern=candidate.pattern, verdict=proof.verdict, reason=proof.reason
        )
        return Trial(candidate, patch, proof)

    def climb(self, case: Case, candidates: Sequence[Candidate]) -> list[Trial]:
        """Try candidates in order, up to and with the first that may be delivered."""
        trials: list[Trial] = []
        for candidate in candidates:
            trials.append(self._trial(case, candidate))
            if trials[-1].deliverable or _spent(trials) > MOST_SECONDS:
                break
        return trials


def _spent(trials: Sequence[Trial]) -> float:
    """Seconds that the tests of these trials took."""
    return sum(trial.proof.after.seconds for trial in trials if trial.proof and trial.proof.after)


def _told(trial: Trial) -> str:
    return trial.proof.reason if trial.proof else f"refused: {'; '.join(trial.refusals)}"


def summary_of(trials: Sequence[Trial]) -> str:
    """What became of the candidates, in one line: those that failed alike are told together."""
    alike: dict[str, list[str]] = {}
    for trial in trials:
        alike.setdefault(_told(trial), []).append(trial.candidate.pattern)
    return " | ".join(f"{_several(list(dict.fromkeys(names)))}: {told}" for told, names in alike.items())


def _several(names: Sequence[str]) -> str:
    more = f" and {len(names) - NAMED} more" if len(names) > NAMED else ""
    return ", ".join(names[:NAMED]) + more
