"""A repository's past on the workbench: its errors, what was known at each, and the moments around it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path

from homeostat.assembly import Checkout, bench_of, fixes_of_revision
from homeostat.backtest import Event, Found, Scene, events_of, reported_in, suspects
from homeostat.backtest.events import mends
from homeostat.bench import Tell
from homeostat.config import Settings
from homeostat.conventions import licence_of
from homeostat.edges.git import History, Past
from homeostat.errors import ConfigError, ForgeError
from homeostat.fingerprint import identify
from homeostat.intake import read_issue
from homeostat.patterns import Cause, added, extract, fixes_in, taught
from homeostat.ports import Forge
from homeostat.records import (
    Failure,
    Fix,
    Landing,
    Library,
    Pattern,
    Provenance,
    PullState,
    Unreadable,
)
from homeostat.triage import issue_refusal


@dataclass(frozen=True, slots=True)
class Survey:
    """What a repository's past holds."""

    landings: Sequence[Landing]
    fixes: frozenset[str]
    """The commits that say that they mend something."""
    reported: Mapping[str, Failure]
    """By landing: the report that it closed."""
    found: Found
    unread: int
    """Closed reports that cannot be read."""
    unanswered: int
    """Closed reports that no change says it fixed."""


def surveyed(checkout: Path, forge: Forge | None, labels: Sequence[str]) -> Survey:
    """Look through the history of a checkout, and through what its forge knows of closed reports."""
    history = History(checkout)
    landings, fixes = history.landings(), frozenset(history.fixes(None, files=()))
    reports, unread = _reports(forge, labels) if forge else ({}, 0)
    pulls = forge.pull_requests() if forge and reports else ()
    merged = {p.merge_sha: f"{p.title}\n{p.body}" for p in pulls if p.state is PullState.MERGED}
    said = {sha: words for sha, words in merged.items() if sha}
    reported = reported_in(landings, reports, said)
    suspected = suspects(landings, fixes, reported)
    shas = [one.sha for one in suspected]
    places = {one.sha: sum(mends(p.path) for p in one.pieces) for one in history.revisions(shas)}
    found = events_of(suspected, history.files(shas), places, reported)
    return Survey(landings, fixes, reported, found, unread, len(reports) - len(reported))


def _reports(forge: Forge, labels: Sequence[str]) -> tuple[dict[int, Failure], int]:
    """The closed reports that can be read, by number, and how many cannot."""
    read = {i.number: read_issue(i) for i in forge.closed_issues(labels) if not issue_refusal(i)}
    known = {number: one for number, one in read.items() if not isinstance(one, Unreadable)}
    return known, len(read) - len(known)


@dataclass
class Schooling:
    """A library that grows with the past: what the fixes before an event teach, and nothing else."""

    survey: Survey
    past: Past
    history: History
    repository: str
    library: Library = field(default_factory=Library)
    _done: int = 0
    _licence: str = ""

    def __post_init__(self) -> None:
        """Refuse a library that may know the past already."""
        self._licence = licence_of(self.history.read)
        rules, patterns = self.library.rules.values(), self.library.patterns
        known = {one.repository for table in rules for one in table.precedents}
        if self.repository in {*known, *(one.provenance.repository for one in patterns), *self.library.mined}:
            raise ConfigError(
                f"The library has learned from {self.repository} itself and would be asked about what it "
                "knows: leave --library out, the past teaches as it goes."
            )

    def until(self, event: Event) -> Library:
        """What is known on the eve of an event; events are asked for in their order."""
        stop = next(n for n, one in enumerate(self.survey.landings) if one.sha == event.id)
        patterns = list[Pattern]()
        rules, _ = taught(self.library.rules, self._fixes(self.survey.landings[self._done : stop], patterns))
        self.library, self._done = replace(self.library, rules=rules), stop
        for pattern in patterns:
            self.library = added(self.library, pattern, at=pattern.provenance.at)
        return self.library

    def _fixes(self, landings: Sequence[Landing], patterns: list[Pattern]) -> Iterator[Fix]:
        """What landings teach in their order: as closing a report does, or as a fix commit does."""
        waiting = list[str]()
        for landing in landings:
            report = self.survey.reported.get(landing.sha)
            if report is None:
                waiting += [sha for sha in landing.brought if sha in self.survey.fixes]
                continue
            yield from self._mined(waiting)
            waiting = []
            with suppress(ForgeError):  # what git cannot read teaches nothing
                yield from self._lesson(landing, report, patterns)
        yield from self._mined(waiting)

    def _mined(self, shas: Sequence[str]) -> Iterator[Fix]:
        for one in self.history.revisions(shas) if shas else ():
            yield from fixes_of_revision(one, self.repository, self._licence)

    def _lesson(self, landing: Landing, report: Failure, patterns: list[Pattern]) -> tuple[Fix, ...]:
        before = self.past.at(landing.parent)
        found = identify(report, before)
        cause = Cause(found.exact, report.language, found.type, found.template)
        source = Provenance(self.repository, None, landing.sha, "person", landing.at, self._licence)
        changes = before.pairs(landing.sha)
        pattern = extract(changes, cause, source)
        if isinstance(pattern, Pattern):
            patterns.append(pattern)
        return fixes_in(changes, cause, source)


def scene_of(
    past: Past, event: Event, home: Path, checkout: Checkout, settings: Settings, *, tell: Tell
) -> Scene:
    """The moments of an event, each in a folder below `home`."""
    landing = event.landing
    moments = {"then": past.at(landing.parent), "fixed": past.at(landing.sha)}
    if event.tests:
        moments["shown"] = past.mixed(landing.parent, landing.sha, event.tests, landing.at)
    benches = {
        name: bench_of(found, found.export, home / name, checkout, settings, tell=tell)
        for name, found in moments.items()
    }
    return Scene(benches["then"], benches.get("shown", benches["then"]), benches["fixed"])
