"""The target on the workbench: its files, its tests, and the trial of one candidate after the other."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import chain

from homeostat.cases import Case
from homeostat.config import PathFilters, Repository, Settings
from homeostat.conventions import is_test
from homeostat.fingerprint import explain, identify
from homeostat.fingerprint.explained import explanation
from homeostat.guard import Limits
from homeostat.incidents import Trial
from homeostat.intake import read_test_output
from homeostat.judge import objections
from homeostat.narrowing import narrowed
from homeostat.outbound import counted
from homeostat.ports import Sandbox, Workspace
from homeostat.records import Candidate, Failure, Proof, Run, TestReport, Verdict
from homeostat.verify import (
    Colour,
    Suite,
    baseline,
    differ,
    read_suite,
    refuted,
    reproduced,
    steady,
    twice,
    verify,
)

Tell = Callable[..., object]
"""Progress: an event's name, and its facts by keyword."""


MOST_SECONDS = 1_800
"""Of one failure's trials together; the one that goes over it is the last."""


WORTH_SECONDS = 1.0
"""A suite that is faster is run whole for each candidate."""

WORTH_SHARE = 0.5
"""Of the suite's time: failing tests that take more of it by themselves are not run first."""


MOST_TEST_FILES = 50
"""That are read for the values in them."""

NAMED = 3
"""Candidates that are told by name, of those that failed alike."""
FEW = 2
"""Names of what small edits broke."""


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

    @cached_property
    def again(self) -> Suite:
        """The tests of the untouched tree once more: run once, when a failing test first asks for it."""
        return self._ran(self.test_command, {})

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
        return reproduced(self.suite, self.again, tests)

    def test_texts(self, case: Case) -> list[str]:
        """The files of the tests that show the failure; all test files where it is not known which."""
        workspace, tests = self.workspace, case.failure.tests
        if not tests:
            return []
        known = workspace.paths()
        named = {re.split(r"::| > |:", test)[0] for test in tests} & known
        named |= {frame.path for frame in case.fingerprint.frames if frame.path and is_test(frame.path)}
        paths = sorted(named or (path for path in known if is_test(path)))[:MOST_TEST_FILES]
        return [workspace.read(path) or "" for path in paths]

    def _alone(self, case: Case, candidates: Sequence[Candidate]) -> Suite | None:
        """The case's tests run alone on the untouched tree, where a wrong fix is seen sooner by them."""
        whole, tests = self.suite, case.failure.tests
        few = not candidates[1:] or (whole.ran is not None and whole.ran <= len(tests))
        command = None if few or whole.run.seconds < WORTH_SECONDS else narrowed(self.test_command, tests)
        if command is None:
            return None
        found = self._ran(command, {})
        if not self._failures(found, tests) & self._failures(whole, tests):
            why = "alone, none of them fails as it does among the others"
        elif found.run.seconds > whole.run.seconds * WORTH_SHARE:
            why = "alone, they take nearly as long as all tests"
        else:
            self.tell("failing tests go first", command=command)
            return found
        self.tell("all tests for each fix", reason=why, command=command)
        return None

    def _failures(self, suite: Suite, tests: Sequence[str]) -> set[tuple[str, str]]:
        """Which of these tests fail, each with the identity of what it shows."""
        if suite.colour is not Colour.RED or suite.report is None:
            return set()
        shown = [(test.id, test.failure) for test in suite.report.failed if test.id in tests]
        return {(test, self.case_of(failure).fingerprint.exact) for test, failure in shown if failure}

    def _ran(self, command: str, edits: Mapping[str, str]) -> Suite:
        return read_suite(self.sandbox.run(command, edits, timeout=self.timeout), _read)

    def _judged(
        self, case: Case, candidate: Candidate, alone: Suite | None, timeout: float
    ) -> tuple[Proof, float]:
        """What the tests say, and the seconds that they took: the failing ones may reject, all may prove."""
        tests, seconds = frozenset(case.failure.tests), 0.0
        if alone:
            after = self._ran(alone.run.command, candidate.edits)
            seconds = after.run.seconds
            rejection = refuted(alone, after, tests)
            if rejection:
                return rejection, seconds
        proof, more = self._verified(candidate, tests, timeout)
        return proof, seconds + more

    def _verified(self, candidate: Candidate, tests: frozenset[str], timeout: float) -> tuple[Proof, float]:
        """What all tests say, two times where they did not do the same in two runs of the untouched tree."""
        before = steady(self.suite, self.again) if tests else self.suite

        def once() -> Proof:
            return verify(self.sandbox, candidate.edits, before, tests, timeout=timeout, read=_read)

        proof = once()
        seconds = proof.after.seconds if proof.after else 0.0
        if proof.verdict is not Verdict.PROVEN or not differ(self.suite, self.again):
            return proof, seconds
        self.tell("tests once more after the fix", pattern=candidate.pattern, reason="two runs differed")
        second = once()
        return twice(second), seconds + (second.after.seconds if second.after else 0.0)

    def _trial(
        self, case: Case, candidate: Candidate, alone: Suite | None, timeout: float | None = None
    ) -> Trial:
        patch = self.workspace.patch(candidate.edits)
        known, tests = self.workspace.paths(), self.test_texts(case)
        refused = objections(patch, self.limits, known=known, tests=tests)
        if refused:
            self.tell("refused by the guard", pattern=candidate.pattern, reason="; ".join(refused))
            return Trial(candidate, patch, None, refused)
        self.tell("trying a fix", pattern=candidate.pattern, confidence=candidate.confidence)
        proof, seconds = self._judged(case, candidate, alone, min(timeout or self.timeout, self.timeout))
        ran = "tests" if proof.command == self.test_command else "failing tests"
        self.tell(
            f"{ran} after the fix", pattern=candidate.pattern, verdict=proof.verdict, reason=proof.reason
        )
        return Trial(candidate, patch, proof, seconds=seconds)

    def trial(self, case: Case, candidate: Candidate, timeout: float | None = None) -> Trial:
        """Judge one candidate: the guard, then all tests, within fewer seconds where `timeout` says so."""
        return self._trial(case, candidate, None, timeout)

    def proof(self, candidate: Candidate, tests: frozenset[str]) -> Proof:
        """What all tests say of a candidate for the failure that `tests` show; no guard looks at it."""
        return self._verified(candidate, tests, self.timeout)[0]

    def climb(self, case: Case, candidates: Sequence[Candidate]) -> list[Trial]:
        """Try candidates in order, up to and with the first that may be delivered."""
        alone = self._alone(case, candidates) if candidates else None
        trials: list[Trial] = []
        for candidate in candidates:
            trials.append(self._trial(case, candidate, alone))
            if trials[-1].deliverable or sum(trial.seconds for trial in trials) > MOST_SECONDS:
                break
        return trials


def _told(trial: Trial) -> str:
    if trial.proof and not trial.refusals:
        return trial.proof.reason
    return f"refused: {'; '.join(trial.refusals)}"


def summary_of(trials: Sequence[Trial], reasons: Sequence[str] = ()) -> str:
    """What became of the candidates, in one line: those that failed alike are told together.

    Small edits are counted, for their names say nothing to anybody; what models wrote is told by `reasons`.
    """
    alike: dict[str, list[str]] = {}
    for trial in trials:
        if not (trial.candidate.tier or trial.candidate.small):
            alike.setdefault(_told(trial), []).append(trial.candidate.pattern)
    learned = (f"{several(list(dict.fromkeys(names)))}: {told}" for told, names in alike.items())
    small = [trial for trial in trials if trial.candidate.small]
    return " | ".join([*learned, *([_of_small(small)] if small else []), *reasons])


def _of_small(trials: Sequence[Trial]) -> str:
    """How many small edits of the search ended in which way."""
    ends: dict[str, list[Sequence[str]]] = {}
    for trial in trials:
        end, names = _end(trial)
        ends.setdefault(end, []).append(names)
    told = [(len(found), f"{end}{_of_these(found)}") for end, found in ends.items()]
    if len(told) == 1:
        return f"{counted(len(trials), 'small edit')} {told[0][1]}"
    *parts, last = (f"{number} {text}" for number, text in told)
    return f"of {len(trials)} small edits tried, {', '.join(parts)} and {last}"


def _end(trial: Trial) -> tuple[str, Sequence[str]]:
    """What became of a small edit, and what of that is told by name."""
    told = _told(trial)
    if told.startswith("still failing"):
        return "left the test failing", ()
    if trial.proof and told.startswith("it breaks"):
        return "broke another", trial.proof.broken
    return "came to nothing", (told,)


def _of_these(found: Sequence[Sequence[str]]) -> str:
    names = [name for name, _ in Counter(chain.from_iterable(found)).most_common()]
    return f" ({several(names, FEW)})" if names else ""


def several(names: Sequence[str], most: int = NAMED) -> str:
    """The first of them by name, and how many more there are."""
    more = f" and {len(names) - most} more" if len(names) > most else ""
    return ", ".join(names[:most]) + more
