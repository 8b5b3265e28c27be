"""Look at all that a run needs, by reading alone: each look for itself, whatever another one found."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TypeVar

from homeostat import config, doctor
from homeostat.config import Access, Endpoint, Repository
from homeostat.doctor import Check, Finding, Health
from homeostat.edges.engine import docker_version
from homeostat.edges.git import GitLedger, Remote
from homeostat.edges.git.rights import git_version, rehearse_push
from homeostat.errors import ForgeError, HomeostatError
from homeostat.ports import Clock
from homeostat.records.facts import RepositoryFacts

TRIES = 2
"""Of a request without an answer: somebody sits and waits."""
LONGEST = 20.0
"""Seconds that are waited when GitHub asks for it."""
PATIENCE = 0.2
Found = TypeVar("Found")


@dataclass(frozen=True, slots=True)
class Visit:
    """What is to be looked at, from where, and when."""

    environ: Mapping[str, str]
    config_path: Path
    slugs: Sequence[str]
    """None of them: all repositories that are listed."""
    state_slug: str | None
    """Where the ledger is; None: each repository keeps its own."""
    clock: Clock


def findings(visit: Visit) -> Iterator[Finding]:
    """Each finding as it is made."""
    yield from _machine(visit.environ)
    found, wrong = _tried(Check.CONFIG, lambda: _repositories(visit))
    repositories = found or []
    yield from wrong or [_listed(visit, repositories)]
    settings, wrong = _tried(Check.SWITCHES, lambda: config.settings(visit.environ))
    yield from wrong
    if settings:
        yield from doctor.of_switches(settings, repositories)
    yield from _models(visit, repositories)
    access, wrong = _tried(Check.TOKEN, lambda: config.access(visit.environ))
    yield from wrong
    if access:
        yield from _github(visit, access, repositories)
    if not access or not repositories:
        lacking = "a repository" if access else "a token"
        told = f"without {lacking} to look at, nothing can be said of it: see what failed above"
        skipped = (Check.BRANCH, Check.ISSUES, Check.LABELS, Check.PUSH, Check.LEDGER)
        yield from (Finding(check, Health.SKIPPED, told) for check in skipped)


def _tried(check: Check, look: Callable[[], Found], about: str = "") -> tuple[Found | None, list[Finding]]:
    """What a look sees; where it breaks off, findings that say why."""
    try:
        return look(), []
    except HomeostatError as error:
        return None, doctor.failure(check, error, about)


def _told(check: Check, look: Callable[[], Iterable[Finding]], about: str = "") -> list[Finding]:
    seen, wrong = _tried(check, lambda: [*look()], about)
    return seen or wrong


def _machine(environ: Mapping[str, str]) -> Iterator[Finding]:
    with TemporaryDirectory(prefix="homeostat-") as home:
        yield from _told(Check.GIT, lambda: [doctor.of_git(git_version(Path(home)))])
    in_action = bool(environ.get("HOMEOSTAT_SANDBOX"))
    yield doctor.of_docker(
        None if in_action else docker_version(),
        in_workflow=environ.get("GITHUB_ACTIONS") == "true",
        in_action=in_action,
    )


# --- what people decided ----------------------------------------------------------------------------


def _repositories(visit: Visit) -> list[Repository]:
    """Those that were asked for, else all that are enabled. Raises ConfigError."""
    known = config.load(visit.config_path)
    if visit.slugs:
        return [config.find(known, slug) for slug in visit.slugs]
    return [one for one in known.repositories if one.enabled]


def _listed(visit: Visit, repositories: Sequence[Repository]) -> Finding:
    if repositories:
        names = ", ".join(one.slug for one in repositories)
        return Finding(Check.CONFIG, Health.OK, f"{visit.config_path} is valid; looked at: {names}")
    return Finding(
        Check.CONFIG,
        Health.WARNING,
        f"{visit.config_path} is valid, but lists no enabled repository: a run does nothing",
        "Add one, or set `enabled: true`.",
    )


def _models(visit: Visit, repositories: Sequence[Repository]) -> Iterator[Finding]:
    tiers = tuple(dict.fromkeys(tier for one in repositories for tier in one.tiers))
    ladder, wrong = _tried(Check.MODELS, lambda: config.ladder(visit.environ, tiers))
    yield from wrong
    if ladder is None:
        return
    yield from doctor.of_ladder(ladder)
    asked = [one for rung in ladder.rungs for one in (rung.writer, rung.reviewer) if one]
    places = dict[tuple[str, str, str], list[Endpoint]]()
    for endpoint in asked:
        places.setdefault((endpoint.provider, endpoint.url, endpoint.key), []).append(endpoint)
    for endpoints in places.values():
        yield from _told(Check.MODELS, partial(_endpoint, endpoints, visit.clock))


def _endpoint(endpoints: Sequence[Endpoint], clock: Clock) -> list[Finding]:
    from homeostat.edges.llm.reach import models_at  # noqa: PLC0415 - only where a model is asked

    wanted = [*dict.fromkeys(one.model for one in endpoints)]
    return [doctor.of_endpoint(endpoints[0].provider, wanted, models_at(endpoints[0], clock))]


# --- what lies on GitHub ----------------------------------------------------------------------------


def _github(visit: Visit, access: Access, repositories: Sequence[Repository]) -> Iterator[Finding]:
    clock_told = False
    admitted = set[str]()
    for one in repositories:
        facts, wrong = _tried(Check.TOKEN, partial(_facts, visit, access, one), one.slug)
        yield from wrong
        if facts:
            if not clock_told:
                yield doctor.of_clock(facts.ahead)
                clock_told = True
            yield from doctor.of_repository(one, facts)
        state = visit.state_slug or one.slug
        own = Remote(f"{access.server_url}/{one.slug}.git", access.token, patience=PATIENCE)
        yield from _push(visit, own, one.slug, "fixes")
        yield from _ledger(visit, access, state, one.slug, admitted)


def _facts(visit: Visit, access: Access, one: Repository) -> RepositoryFacts:
    from homeostat.edges.github.sight import facts_of  # noqa: PLC0415 - half a second
    from homeostat.edges.github.wire import Server  # noqa: PLC0415

    server = Server(access.api_url, access.token, 30.0, tries=TRIES)
    return facts_of(one.slug, one.branch, server, clock=visit.clock, sleep=_briefly)


def _briefly(seconds: float) -> None:
    if seconds > LONGEST:
        raise ForgeError(f"GitHub's rate limit for this token holds for {seconds:.0f} s: look again then.")
    time.sleep(seconds)


def _push(visit: Visit, remote: Remote, slug: str, what: str) -> list[Finding]:
    def rehearsed() -> list[Finding]:
        with TemporaryDirectory(prefix="homeostat-") as home:
            rehearse_push(Path(home), remote, visit.clock())
        return [Finding(Check.PUSH, Health.OK, f"{slug}: {what} may be pushed (tried without pushing)")]

    return _told(Check.PUSH, rehearsed, slug)


def _ledger(visit: Visit, access: Access, state: str, slug: str, admitted: set[str]) -> Iterator[Finding]:
    same = access.state_token == access.token
    name = "GITHUB_TOKEN" if same else "HOMEOSTAT_STATE_TOKEN"
    remote = Remote(f"{access.server_url}/{state}.git", access.state_token, name, PATIENCE)
    if state not in admitted and not (same and state == slug):
        admitted.add(state)
        yield from _push(visit, remote, state, "the ledger")

    def read() -> list[Finding]:
        with TemporaryDirectory(prefix="homeostat-") as home:
            ledger = GitLedger(Path(home), remote=remote, slug=slug, clock=visit.clock)
            return [*doctor.of_ledger(state, slug, ledger.read() if ledger.is_there() else None)]

    yield from _told(Check.LEDGER, read, state)
