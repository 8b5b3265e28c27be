"""One case for each error, however many reports and tests tell of it."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace

from homeostat.fingerprint.dialects import fold
from homeostat.fingerprint.template import template
from homeostat.intake.reading import Heading, heading
from homeostat.outbound import shown
from homeostat.records import Failure, Fingerprint, Origin, PullRequest, PullState

_VOID = re.compile(r"\S.{0,300} is (undefined|null)")
_READ = re.compile(r"Cannot (?:read|set) properties of (undefined|null) ")


@dataclass(frozen=True, slots=True)
class Case:
    """A failure with its identity; `failure.tests` are the tests that show it now."""

    failure: Failure
    fingerprint: Fingerprint
    standing: PullRequest | None = None
    """Its newest pull request, in any state."""
    others: tuple[int, ...] = ()
    """Issues that tell of the same, besides the failure's own."""

    @property
    def title(self) -> str:
        return f"{self.fingerprint.type}: {self.words}"

    @property
    def words(self) -> str:
        """Its message without what varies: redacted first, since no half of a secret is known for one."""
        return template(shown(self.failure.message))

    @property
    def open_pull(self) -> PullRequest | None:
        """Its pull request, when that is open."""
        return self.standing if self.standing and self.standing.state is PullState.OPEN else None

    @property
    def issues(self) -> tuple[int, ...]:
        """Every issue that tells of it."""
        return (self.failure.issue, *self.others) if self.failure.issue else self.others


def _is_same(one: Case, other: Case) -> bool:
    """Anybody may write what a report says of its own id: it joins only what is alike besides."""
    ours, theirs = one.fingerprint, other.fingerprint
    if ours.exact == theirs.exact:
        return True
    shown_by_tests = Origin.TESTS in (one.failure.origin, other.failure.origin)
    named_alike = one.failure.reported_id is not None and one.failure.reported_id == other.failure.reported_id
    if ours.coarse == theirs.coarse and (shown_by_tests or named_alike):
        return True
    return (named_alike and _in_one_file(ours, theirs)) or (not shown_by_tests and _begins_alike(one, other))


def _begins_alike(one: Case, other: Case) -> bool:
    """Whether two reports tell of one place in the same first line: what a log goes on with is no message."""
    here, there = one.fingerprint.culprit, other.fingerprint.culprit
    if here is None or there is None or (here.path, here.function) != (there.path, there.function):
        return False
    first, second = (case.failure.message.partition("\n") for case in (one, other))
    told = one.fingerprint.type == other.fingerprint.type and bool(first[2] or second[2])
    return told and template(first[0]) == template(second[0]) != ""


def _in_one_file(one: Fingerprint, other: Fingerprint) -> bool:
    """Whether they are of one type, and of one file that is known."""
    files = [found.culprit and found.culprit.path for found in (one, other)]
    return one.type == other.type and files[0] is not None and files[0] == files[1]


def _joined(one: Case, other: Case) -> Case:
    """The earlier case with the other's evidence."""
    tests = tuple(dict.fromkeys((*one.failure.tests, *other.failure.tests)))
    occurrences = one.failure.occurrences
    if other.failure.origin is Origin.ISSUE:
        occurrences += other.failure.occurrences
    seen = other if _shows_where(other, one) else one
    failure = replace(one.failure, tests=tests, occurrences=occurrences, frames=seen.failure.frames)
    place = seen.fingerprint
    found = replace(one.fingerprint, site=place.site, culprit=place.culprit, frames=place.frames)
    return replace(one, failure=failure, fingerprint=found, others=(*one.others, *other.issues))


def _shows_where(test: Case, report: Case) -> bool:
    """Whether a test knows the place in the checkout that a report has by another name or not at all."""
    at = test.fingerprint.culprit
    told = {frame.path for frame in report.fingerprint.frames if frame.in_app}
    return test.failure.origin is Origin.TESTS and at is not None and at.path not in told


def gathered(cases: Iterable[Case]) -> list[Case]:
    """Cases without repetition, in order of first mention: put issues before test failures."""
    found: list[Case] = []
    for case in cases:
        at = next((i for i, known in enumerate(found) if _is_same(known, case)), None)
        if at is None:
            found.append(case)
        else:
            found[at] = _joined(found[at], case)
    return _with_retold(found)


def _with_retold(found: Iterable[Case]) -> list[Case]:
    """Reports that no test shows word for word, with the tests that show them all the same."""
    cases = {case.fingerprint.exact: case for case in found}
    tests = [case for case in cases.values() if case.failure.origin is Origin.TESTS]
    unshown = [
        exact
        for exact, case in cases.items()
        if case.failure.origin is not Origin.TESTS and not case.failure.tests
    ]
    for test in tests:
        report = next((exact for exact in unshown if _is_shown(cases[exact], test)), None)
        if report:
            cases[report] = _joined(cases[report], cases.pop(test.fingerprint.exact))
    return list(cases.values())


def _is_shown(report: Case, test: Case) -> bool:
    return _names_too(report, test) or _is_as_void(report, test)


def _names_too(report: Case, test: Case) -> bool:
    """Whether a report has the test's error in its text and its place in the stack."""
    at, (said, _, _) = test.fingerprint.culprit, test.failure.message.partition("\n")
    own = {(frame.path, frame.function) for frame in report.fingerprint.frames if frame.in_app}
    if at is None or (at.path, at.function) not in own or not said:
        return False
    wanted = _worded(Heading(test.failure.type, said), test.failure.language)
    told = (heading(line.strip(" |")) for line in report.failure.excerpt.splitlines())
    return any(one and _worded(one, report.failure.language) == wanted for one in told)


def _is_as_void(report: Case, test: Case) -> bool:
    """Whether both read something of nothing at one place: Firefox names the one, others the other."""
    old, new = _VOID.fullmatch(report.fingerprint.template), _READ.match(test.fingerprint.template)
    here, there = report.fingerprint.culprit, test.fingerprint.culprit
    if not (old and new and here and there) or report.fingerprint.type != test.fingerprint.type:
        return False
    return (old[1], here.path, here.function) == (new[1], there.path, there.function)


def _worded(error: Heading, language: str) -> tuple[str, str]:
    kind, message = fold(error.type, error.message, language)
    return kind, template(message)
