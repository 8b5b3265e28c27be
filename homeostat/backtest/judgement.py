"""What would have become of a past error: the healer at work on the eve of the fix, judged by its tests."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from homeostat.backtest.events import Event
from homeostat.bench import Bench
from homeostat.cases import Case, gathered
from homeostat.pipeline import Fixed, Means, fix_case
from homeostat.records import Candidate, Verdict
from homeostat.verify import Colour, Suite, compare, reproduced, steady


class Finding(StrEnum):
    """What the healer would have done; the value is what people see."""

    HEALED = "healed"
    WRONG = "wrong"
    """It would have delivered what the fix's own tests refute."""
    UNPROVEN = "unproven"
    """It would have delivered what no test of the fix can judge."""
    NOT_HEALED = "not healed"
    CANNOT_TELL = "cannot tell"


class Source(StrEnum):
    """Where a fix would have come from; the value is what people see."""

    LEARNED = "learned"
    SEARCH = "search"
    MODEL = "model"


@dataclass(frozen=True, slots=True)
class Scene:
    """The moments of an event, each on a bench of its own."""

    then: Bench
    """The commit before the fix, with the tests of then."""
    shown: Bench
    """The same with the fix's tests, which show the error."""
    fixed: Bench
    """The fix."""


@dataclass(frozen=True, slots=True)
class Ruling:
    """What is known of an event once it was played again."""

    finding: Finding
    reason: str
    error: str = ""
    """The error in a line, once it was seen."""
    source: Source | None = None
    draft: bool = False
    """Whether a person would have had to read it."""
    same: bool = False
    """Whether the patch is the developer's own."""
    cost: Decimal = Decimal(0)
    """US dollars that models took."""
    diff: str = ""
    """What would have been proposed."""


@dataclass(frozen=True, slots=True)
class Unfinished:
    """An event that a model might have healed, which could not be asked now."""

    reason: str


def replayed(event: Event, scene: Scene, means: Means) -> Ruling | Unfinished:
    """Let the healer work on an event as if it were then."""
    own = own_tests(scene.shown, scene.fixed) if event.tests else frozenset[str]()
    if isinstance(own, str):
        return Ruling(Finding.CANNOT_TELL, own)
    if event.report is None:
        return _shown(event, scene, own, means)
    bench = scene.then
    if bench.suite.colour is Colour.BROKEN:
        return Ruling(Finding.CANNOT_TELL, f"the tests cannot run before the fix: {_trouble(bench.suite)}")
    case = gathered([bench.case_of(event.report), *bench.test_cases()])[0]
    fixed = fix_case(bench, case, means)
    if fixed.postponed:
        return Unfinished(fixed.postponed)
    return _ruling(event, scene, [fixed], *_judged(fixed, scene.shown, own))


def own_tests(shown: Bench, fixed: Bench) -> frozenset[str] | str:
    """The tests that fail before the fix and pass with it, each time; or why there are none to go by."""
    before = shown.suite
    if before.colour is Colour.BROKEN:
        return f"its tests cannot run before it: {_trouble(before)}"
    if before.colour is Colour.GREEN:
        return "its tests pass without it as well"
    if fixed.suite.colour is Colour.BROKEN:
        return f"the tests cannot run with the developer's fix: {_trouble(fixed.suite)}"
    own = before.failed - fixed.suite.failed
    if not own:
        return "its tests fail with it as well"
    unsteady = reproduced(before, shown.again, own)
    proof = unsteady or compare(steady(before, shown.again), fixed.suite, own)
    if unsteady or proof.verdict is Verdict.REJECTED:
        return f"its tests do not prove the developer's fix: {proof.reason}"
    return own


def _trouble(suite: Suite) -> str:
    """Why tests cannot be read, their last words first: those name what the setup lacks."""
    last = next((line.strip() for line in reversed(suite.run.output.splitlines()) if line.strip()), "")
    return f"{last} ({suite.reason})" if last else suite.reason


def _shown(event: Event, scene: Scene, own: frozenset[str], means: Means) -> Ruling | Unfinished:
    """An error without a report: the fix's tests are laid over what was there before."""
    left, found = own, list[Fixed]()
    for case in _cases(scene.shown, own):
        if left.isdisjoint(case.failure.tests):
            continue
        fixed = fix_case(scene.shown, case, means)
        if fixed.postponed:
            return Unfinished(fixed.postponed)
        found.append(fixed)
        if fixed.proof:
            left &= frozenset(fixed.proof.still_failing)
    delivered = [one.proof for one in found if one.proof]
    if not found:
        return Ruling(Finding.NOT_HEALED, "no failure can be read from its failing tests")
    if left:
        told = next(one.reason for one in found if not one.proof) if len(found) > len(delivered) else ""
        partly = f"in part, {len(own) - len(left)} of its {len(own)} tests: " if delivered else ""
        return _ruling(event, scene, found, Finding.NOT_HEALED, partly + (told or "others still fail"))
    proven = all(proof.verdict is Verdict.PROVEN for proof in delivered)
    finding, told = Finding.HEALED if proven else Finding.UNPROVEN, delivered[-1].reason
    return _ruling(event, scene, found, finding, "its own tests prove it" if proven else told)


def _cases(bench: Bench, own: frozenset[str]) -> list[Case]:
    return [case for case in gathered(bench.test_cases()) if not own.isdisjoint(case.failure.tests)]


def _judged(fixed: Fixed, shown: Bench, own: frozenset[str]) -> tuple[Finding, str]:
    """What the fix's own tests say of a patch that was made without them."""
    if fixed.proof is None:
        return Finding.NOT_HEALED, fixed.reason
    if not own:
        return Finding.UNPROVEN, "the fix brought no tests that could judge it"
    proof = shown.proof(fixed.trials[-1].candidate, own)
    findings = {Verdict.PROVEN: Finding.HEALED, Verdict.CONSISTENT: Finding.UNPROVEN}
    finding = findings.get(proof.verdict, Finding.WRONG)
    return finding, "the fix's own tests prove it" if finding is Finding.HEALED else proof.reason


def _ruling(event: Event, scene: Scene, found: Sequence[Fixed], finding: Finding, reason: str) -> Ruling:
    candidates = [one.trials[-1].candidate for one in found if one.proof]
    edits = {path: text for one in candidates for path, text in one.edits.items()}
    theirs = {path: scene.fixed.workspace.read(path) for path in event.product}
    return Ruling(
        finding,
        reason,
        found[0].case.title,
        max(map(_source, candidates), key=[*Source].index, default=None),
        draft=any(one.proof and _is_draft(one) for one in found),
        same=bool(edits) and edits == theirs,
        diff="\n".join(one.trials[-1].patch.diff.rstrip() for one in found if one.proof),
    )


def _is_draft(fixed: Fixed) -> bool:
    """Whether its pull request would have been a draft: nothing but reading can tell if it is right."""
    proven = fixed.proof and fixed.proof.verdict is Verdict.PROVEN
    return not proven or fixed.trials[-1].candidate.needs_reading


def _source(candidate: Candidate) -> Source:
    if candidate.tier:
        return Source.MODEL
    return Source.SEARCH if candidate.searched else Source.LEARNED
