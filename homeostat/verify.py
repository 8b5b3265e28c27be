"""What the repository's own tests say: before, to see the failure; after, to see it gone."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum

from homeostat.ports import Sandbox
from homeostat.records import Proof, Roll, Run, TestReport, Verdict

NOT_RUNNABLE = frozenset({126, 127})
"""The shell's exit codes for a command that cannot run or is not there."""
Reader = Callable[[Run], TestReport | None]


class Colour(StrEnum):
    """The state of the tests before any fix."""

    GREEN = "green"
    RED = "red"
    BROKEN = "broken"


@dataclass(frozen=True, slots=True)
class Suite:
    """One run of the test command, read."""

    run: Run
    report: TestReport | None
    colour: Colour
    reason: str

    @property
    def failed(self) -> frozenset[str]:
        """Ids of the failing tests."""
        return frozenset(test.id for test in self.report.failed) if self.report else frozenset()

    @property
    def ran(self) -> int | None:
        """How many tests ran, where the runner says so."""
        if self.report is None or self.report.passed is None:
            return None
        return self.report.passed + len(self.report.failed)

    @property
    def roll(self) -> Roll | None:
        """The tests by name, where the runner names all that pass."""
        return self.report.roll if self.report and self.report.roll and self.report.roll.whole else None


def read_suite(run: Run, read: Reader) -> Suite:
    """Judge one run of the whole test command."""
    report = read(run)
    if run.timed_out:
        return Suite(run, report, Colour.BROKEN, f"the tests did not end within {run.seconds:.0f} s")
    if run.exit_code in NOT_RUNNABLE:
        last = run.output.strip().splitlines()[-1:] or ["no output"]
        return Suite(run, None, Colour.BROKEN, f"the test command cannot run here: {last[0]}")
    if run.exit_code == 0:
        return Suite(run, report, Colour.GREEN, "the tests pass")
    if report is None or not report.failed:
        reason = f"exit code {run.exit_code}, and no failing test can be read from the output of the tests"
        return Suite(run, report, Colour.BROKEN, reason)
    return Suite(
        run,
        report,
        Colour.RED,
        f"{len(report.failed)} failing: {', '.join(sorted(t.id for t in report.failed)[:3])}",
    )


def baseline(sandbox: Sandbox, *, setup: str | None, command: str, timeout: float, read: Reader) -> Suite:
    """Lay out the tree, run the setup, run the tests. Seconds."""
    prepared = sandbox.prepare(setup, timeout=timeout)
    if prepared is not None and prepared.exit_code != 0:
        said = "did not end in time" if prepared.timed_out else f"ended with exit code {prepared.exit_code}"
        return Suite(prepared, None, Colour.BROKEN, f"setup_command {said}")
    return read_suite(sandbox.run(command, {}, timeout=timeout), read)


def _untold(before: Roll, after: Roll) -> str | None:
    """Which tests of before are gone, or pass no more, by their names; another test is none of them."""
    for names, what in ((before.names - after.names, "runs"), (before.passed - after.passed, "passes")):
        if names:
            return f"it no longer {what} {', '.join(sorted(names)[:5])}"
    return None


def _broken_again(before: Suite, after: Suite) -> str | None:
    """Why the run after the fix is worse, or cannot be trusted."""
    if after.colour is Colour.BROKEN:
        return after.reason
    new = after.failed - before.failed
    if new:
        return f"it breaks {', '.join(sorted(new)[:5])}"
    if before.report is not None and after.report is None:
        return "the test runner's own summary is missing from the output"
    if before.ran is not None and (after.ran is None or after.ran < before.ran):
        ran = "unknown" if after.ran is None else after.ran
        return f"fewer tests ran than before ({ran} instead of {before.ran})"
    skipped = [suite.report.skipped or 0 if suite.report else 0 for suite in (before, after)]
    if skipped[1] > skipped[0]:
        return f"more tests are skipped than before ({skipped[1]} instead of {skipped[0]})"
    if before.roll:
        return _untold(before.roll, (after.report and after.report.roll) or Roll())
    return None


def _is_shown(before: Suite, after: Suite) -> bool:
    """Whether more than the exit code says that tests pass: the runner's count, or their names.

    That no fewer run than before is known already: with a count, those that fail no more have passed.
    """
    if before.ran is not None:
        return True
    then, now = (suite.report.roll if suite.report else None for suite in (before, after))
    return then is not None and now is not None and bool(then.others) and then.others <= now.passed


def compare(before: Suite, after: Suite, tests: frozenset[str]) -> Proof:
    """The verdict on a fix for the failure that `tests` show; an empty set when no test shows it.

    Proven is what all these say together, for each is written by a process that runs the code under test:
    the exit code; that none of `tests` is called failing, and no other test that was not before; the
    runner's own summary, where there was one; no fewer tests run and no more skipped, by its count; each test
    that it named before named again, each that passed before passing again, where it names those that pass.
    Where it gives neither count nor names, an exit code is all there is: consistent, not proven.
    """

    def proof(verdict: Verdict, reason: str) -> Proof:
        fixed = tuple(sorted(tests - after.failed)) if verdict is Verdict.PROVEN else ()
        left, broken = tuple(sorted(after.failed)), tuple(sorted(after.failed - before.failed))
        return Proof(verdict, reason, before.run.command, before.run, after.run, fixed, left, broken)

    worse = _broken_again(before, after)
    if worse:
        return proof(Verdict.REJECTED, worse)
    if tests & after.failed:
        return proof(Verdict.REJECTED, f"still failing: {', '.join(sorted(tests & after.failed)[:5])}")
    disowned = tests & after.report.disowned if after.report else frozenset()
    if disowned:
        told = ", ".join(sorted(disowned)[:5])
        return proof(Verdict.REJECTED, f"still failing by the output, whatever the exit code says: {told}")
    if tests and not _is_shown(before, after):
        return proof(
            Verdict.CONSISTENT,
            "the runner neither counts nor names its tests: only the exit code is good",
        )
    if tests:
        return proof(Verdict.PROVEN, f"{len(tests)} failing before, passing after")
    if after.colour is Colour.GREEN:
        return proof(
            Verdict.CONSISTENT, "no test failed before; all pass after: nothing shows that the error is gone"
        )
    return proof(Verdict.REJECTED, "the tests are red for another reason, so nothing can be shown")


def refuted(alone: Suite, after: Suite, tests: frozenset[str]) -> Proof | None:
    """The rejection of a fix by the failing tests alone, before and after it; None: ask the whole suite.

    An exit code rejects nothing here: a limit on coverage is missed whenever few tests run.
    """
    told = after.run.timed_out or after.failed
    proof = compare(alone, after, tests)
    return proof if told and proof.verdict is Verdict.REJECTED else None


def verify(
    sandbox: Sandbox,
    edits: Mapping[str, str],
    before: Suite,
    tests: frozenset[str],
    *,
    timeout: float,
    read: Reader,
) -> Proof:
    """Run the whole test command with whole new texts by path. Seconds."""
    after = read_suite(sandbox.run(before.run.command, edits, timeout=timeout), read)
    return compare(before, after, tests)


def reproduced(before: Suite, again: Suite, tests: frozenset[str]) -> Proof | None:
    """None when a second run of the untouched tree shows the same tests fail, else what became of them."""
    if tests <= again.failed:
        return None
    if again.colour is Colour.BROKEN:
        return Proof(Verdict.ENVIRONMENT_BROKEN, again.reason, before.run.command, before.run, again.run)
    gone = ", ".join(sorted(tests - again.failed)[:5])
    reason = f"failed once and passed once without any change: {gone}"
    return Proof(Verdict.FLAKY, reason, before.run.command, before.run, again.run)


def differ(before: Suite, again: Suite) -> bool:
    """Whether any test did otherwise in a second run of the same tree."""

    def told(suite: Suite) -> tuple[object, ...]:
        skipped = suite.report.skipped if suite.report else None
        return suite.failed, suite.ran, skipped, suite.roll

    return told(before) != told(again)


def steady(before: Suite, again: Suite) -> Suite:
    """The first of two runs of the same tree, without the names of tests that the second does not repeat."""
    if before.report is None or before.roll is None:
        return before
    other = again.roll or Roll()
    names, passed = before.roll.names & other.names, before.roll.passed & other.passed
    roll = Roll(passed, names - passed, whole=True)
    return replace(before, report=replace(before.report, roll=roll))


def twice(second: Proof) -> Proof:
    """The verdict on a fix that was proven once, where tests do not always do the same."""
    if second.verdict is Verdict.PROVEN:
        return replace(second, reason=f"{second.reason}, twice: the tests do not always do the same")
    return replace(
        second, verdict=Verdict.REJECTED, reason=f"proven once and not a second time: {second.reason}"
    )
