"""What stands in the way of a run, judged before it: each finding with what is to be done."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from homeostat.config import ApplyMode, Endpoint, Ladder, Repository, Rung, Settings, apply_mode
from homeostat.errors import HomeostatError
from homeostat.money import dollars
from homeostat.outbound import counted
from homeostat.records import Books, SetAside
from homeostat.records.facts import RepositoryFacts

LEAST_GIT = (2, 31)
"""The first that takes settings from its environment: with an older one no hook would be switched off."""
CLOSE = timedelta(seconds=60)
"""Clocks that differ by less agree."""
SHOWN = 5
"""Entries that are named of those set aside."""


class Health(StrEnum):
    """How a check ended."""

    OK = "ok"
    WARNING = "warning"
    FAILED = "failed"
    SKIPPED = "skipped"


class Check(StrEnum):
    """What is looked at."""

    GIT = "git"
    DOCKER = "docker"
    SWITCHES = "switches"
    CONFIG = "config"
    MODELS = "models"
    TOKEN = "token"  # noqa: S105 - a word
    CLOCK = "clock"
    BRANCH = "branch"
    ISSUES = "issues"
    LABELS = "labels"
    PUSH = "push"
    LEDGER = "ledger"


@dataclass(frozen=True, slots=True)
class Finding:
    """One check's result; `remedy` is empty where nothing is to be done, or `told` ends with it."""

    check: Check
    health: Health
    told: str
    remedy: str = ""
    exit_code: int = 1
    """Of the command when this one failed."""


def failure(check: Check, error: HomeostatError, about: str = "") -> list[Finding]:
    """A check that broke off: a finding for each line of the error, which says itself what to do."""
    lines = str(error).splitlines()
    named = [line if not about or about in line else f"{about}: {line}" for line in lines]
    return [Finding(check, Health.FAILED, line, exit_code=error.exit_code) for line in named]


def exit_code(findings: Sequence[Finding]) -> int:
    """0 when nothing failed; else 2 for a wrong configuration, which goes first, or 1."""
    return max((found.exit_code for found in findings if found.health is Health.FAILED), default=0)


# --- this machine -----------------------------------------------------------------------------------


def of_git(version: tuple[int, ...]) -> Finding:
    """Whether git can do what is asked of it."""
    told = f"git {'.'.join(map(str, version))}"
    if version >= LEAST_GIT:
        return Finding(Check.GIT, Health.OK, told)
    least = ".".join(map(str, LEAST_GIT))
    return Finding(
        Check.GIT,
        Health.FAILED,
        f"{told} does not take the settings that keep a hostile repository harmless",
        f"Install git {least} or newer.",
    )


def of_docker(engine: str | None, *, in_workflow: bool, in_action: bool) -> Finding:
    """Whether the containers of the tests can be started, where this machine has to."""
    if in_action:
        return Finding(Check.DOCKER, Health.OK, "the action has started the containers of the tests")
    if engine:
        return Finding(Check.DOCKER, Health.OK, f"engine {engine}")
    if in_workflow:
        return Finding(
            Check.DOCKER,
            Health.FAILED,
            "no engine answers on this runner, and tests run in containers only",
            "Use a runner that has Docker, such as ubuntu-latest.",
        )
    return Finding(
        Check.DOCKER,
        Health.SKIPPED,
        "no engine answers here; tests run in the workflow, on a runner that has one",
        "Nothing, unless this machine is that runner: then install Docker and let this user use it.",
    )


def of_clock(ahead: timedelta | None) -> Finding:
    """Whether our time is GitHub's: cool-downs and a month's costs are reckoned by it."""
    if ahead is None:
        return Finding(Check.CLOCK, Health.SKIPPED, "GitHub's answer bears no date to compare with")
    seconds = round(ahead.total_seconds())
    if abs(ahead) < CLOSE:
        return Finding(Check.CLOCK, Health.OK, f"it differs from GitHub's by {abs(seconds)} s")
    way = "fast" if seconds > 0 else "slow"
    return Finding(
        Check.CLOCK,
        Health.WARNING,
        f"it is {counted(abs(seconds), 'second')} {way} of GitHub's, and cool-downs are reckoned by it",
        "Set the clock of this machine, by NTP for example.",
    )


# --- what people decided ----------------------------------------------------------------------------


def of_switches(settings: Settings, repositories: Sequence[Repository]) -> Iterator[Finding]:
    """What the settings will make of a run."""
    if settings.disabled:
        yield Finding(
            Check.SWITCHES,
            Health.WARNING,
            "HOMEOSTAT_DISABLED is true: a run does nothing at all",
            "Unset it when Homeostat is to work again.",
        )
    yield _learning(settings)
    committing = [one.slug for one in repositories if apply_mode(one, settings) is ApplyMode.COMMIT]
    if committing:
        yield Finding(
            Check.SWITCHES,
            Health.WARNING,
            f"apply mode is commit for {', '.join(committing)}: a proven fix goes to the branch unreviewed",
            "Set apply_mode to propose where a person should see each fix first.",
        )
    else:
        yield Finding(Check.SWITCHES, Health.OK, "apply mode is propose: each fix becomes a pull request")


def _learning(settings: Settings) -> Finding:
    told = f"HOMEOSTAT_ENV is {settings.environment}, LEARNING_ENABLED {str(settings.learning).lower()}"
    if settings.extractor_on:
        return Finding(Check.SWITCHES, Health.OK, f"{told}: merged fixes become patterns")
    return Finding(
        Check.SWITCHES,
        Health.OK,
        f"{told}: nothing is learned, a run says what it would learn",
        "To learn, set HOMEOSTAT_ENV to production and leave LEARNING_ENABLED unset.",
    )


def of_ladder(ladder: Ladder) -> Iterator[Finding]:
    """Which models are asked and at which price, and which tiers are off."""
    for rung in ladder.rungs:
        yield Finding(Check.MODELS, Health.OK, f"{rung.tier}: {_asked(rung)}")
    for off in ladder.off:
        yield Finding(
            Check.MODELS,
            Health.SKIPPED,
            off,
            "Set the key to ask them; learned fixes and the search need none.",
        )
    if not (ladder.rungs or ladder.off):
        yield Finding(Check.MODELS, Health.SKIPPED, "no repository has a tier that asks models")


def _asked(rung: Rung) -> str:
    review = f", reviewed by {_priced(rung.reviewer)}" if rung.reviewer else ""
    return f"{_priced(rung.writer)}{review}"


def _priced(endpoint: Endpoint) -> str:
    price = endpoint.price
    return f"{endpoint.model} (${dollars(price.input)} in, ${dollars(price.output)} out per million tokens)"


def of_endpoint(provider: str, wanted: Sequence[str], listed: frozenset[str] | None) -> Finding:
    """Whether an endpoint knows the models that will be asked; None: it has no list."""
    if listed is None:
        return Finding(
            Check.MODELS,
            Health.WARNING,
            f"{provider} answers, but has no list of its models: the first paid call will show",
            "See that the address ends where /chat/completions begins.",
        )
    lacking = [model for model in wanted if model not in listed]
    if lacking:
        return Finding(
            Check.MODELS,
            Health.WARNING,
            f"{provider} takes the key, but does not list {', '.join(lacking)}",
            "Correct the model's `name` in a file of your own, given as HOMEOSTAT_MODELS.",
        )
    return Finding(Check.MODELS, Health.OK, f"{provider} takes the key and lists {', '.join(wanted)}")


# --- one repository ---------------------------------------------------------------------------------


def of_repository(repository: Repository, facts: RepositoryFacts) -> Iterator[Finding]:
    """What a leg will meet there."""
    slug = repository.slug
    yield _access(facts)
    yield _named(
        Check.BRANCH,
        slug,
        f"branch {repository.branch}" if facts.has_branch else f"there is no branch {repository.branch}",
        "" if facts.has_branch else "Correct `branch` in repos.yml, or push that branch.",
        sound=facts.has_branch,
    )
    yield _named(
        Check.ISSUES,
        slug,
        "issues are on" if facts.has_issues else "issues are disabled, and reports are issues",
        ""
        if facts.has_issues
        else "Turn them on under Settings > General > Features, or set enabled: false.",
        sound=facts.has_issues,
    )
    yield from _labels(repository, facts)


def _named(check: Check, slug: str, told: str, remedy: str, *, sound: bool) -> Finding:
    return Finding(check, Health.OK if sound else Health.FAILED, f"{slug}: {told}", remedy)


def _access(facts: RepositoryFacts) -> Finding:
    if facts.impediment:
        return Finding(Check.TOKEN, Health.FAILED, facts.impediment)
    if facts.scopes is None:
        return Finding(
            Check.TOKEN,
            Health.OK,
            f"{facts.slug}: read, with its issues and pull requests; whether they may be written, GitHub "
            "tells beforehand of classic tokens only",
            "See that it has issues: write and pull-requests: write.",
        )
    enough = {"repo"} if facts.private else {"repo", "public_repo"}
    held = ", ".join(sorted(facts.scopes)) or "none"
    if facts.scopes & enough:
        return Finding(Check.TOKEN, Health.OK, f"{facts.slug}: read; a classic token with the scopes {held}")
    return Finding(
        Check.TOKEN,
        Health.FAILED,
        f"{facts.slug}: the classic token may only read there, its scopes are: {held}",
        f"Give it the scope {min(enough, key=len)}, or better use a fine-grained token.",
    )


def _labels(repository: Repository, facts: RepositoryFacts) -> Iterator[Finding]:
    slug = repository.slug
    lacking = [label for label in repository.report_labels if label.casefold() not in facts.labels]
    if lacking:
        yield Finding(
            Check.LABELS,
            Health.WARNING,
            f"{slug}: no label {', '.join(lacking)}, so no issue can be marked as a report yet",
            f"Create it: gh label create {lacking[0]!r} --repo {slug}",
        )
    own = [label for label in repository.labels if label.casefold() not in facts.labels]
    later = f"; the first pull request makes {', '.join(own)}" if own else ""
    if not lacking:
        yield Finding(
            Check.LABELS,
            Health.OK,
            f"{slug}: reports are marked {', '.join(repository.report_labels)}{later}",
        )
    elif own:
        yield Finding(Check.LABELS, Health.OK, f"{slug}{later.replace(';', ':', 1)}")


# --- the ledger -------------------------------------------------------------------------------------


def of_ledger(state_slug: str, slug: str, books: Books | None) -> Iterator[Finding]:
    """What the state branch holds of a repository; None: there is no such branch."""
    if books is None:
        told = f"{state_slug} has no branch homeostat-state yet: the first leg that writes makes it"
        yield Finding(Check.LEDGER, Health.OK, told)
        return
    errors, known = len(books.attempts.incidents), len(books.library.patterns)
    told = f"{state_slug} tells of {counted(errors, 'error')} in {slug} and {counted(known, 'pattern')}"
    yield Finding(Check.LEDGER, Health.OK, told)
    costs = [one for aside in books.charges_aside.values() for one in aside]
    aside = [*books.attempts.set_aside, *books.library.set_aside, *costs]
    if aside:
        yield _aside(state_slug, aside)


def _aside(state_slug: str, aside: Sequence[SetAside]) -> Finding:
    some = "; ".join(f"of {one.place}: {one.reason}" for one in aside[:SHOWN])
    more = f"; and {len(aside) - SHOWN} more" if aside[SHOWN:] else ""
    entries = f"{len(aside)} entries are" if len(aside) > 1 else "1 entry is"
    return Finding(
        Check.LEDGER,
        Health.WARNING,
        f"{state_slug}: {entries} set aside, kept and not used ({some}{more})",
        "Mend them on the branch homeostat-state if they are missed; a run goes on without them.",
    )
