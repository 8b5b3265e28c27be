"""Put real edges together into a leg, or into a bench for one local checkout."""

from __future__ import annotations

import hmac
import secrets
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory

from homeostat.bench import Bench, Tell, limits_of
from homeostat.config import Access, Endpoint, Ladder, PathFilters, Repository, Settings
from homeostat.conventions import governs_tests, licence_of
from homeostat.dashboard import Desk
from homeostat.edges.git import GitLedger, GitTeamLedger, GitWorkspace, History, Remote
from homeostat.edges.git.history import Revision
from homeostat.edges.llm import Breaker, OpenAIModel, Player, Recorder, Reel
from homeostat.edges.local_forge import LocalForge
from homeostat.edges.sandbox import ContainerSandbox, ProcessSandbox
from homeostat.errors import ConfigError, HomeostatError
from homeostat.fingerprint import identify
from homeostat.guard import Limits
from homeostat.incidents import Stamp
from homeostat.leg import NOBODY, DryRun, Leg, Models
from homeostat.mining import fixes_of
from homeostat.patterns import Cause, extract, fixes_in, taught
from homeostat.ports import Forge, Ledger, Model, Sandbox, Workspace
from homeostat.records import Failure, Fix, Library, Pattern, Precedent, Provenance, Run

MINED_AT_ONCE = 300
"""Commits between two savings of a library that is mined."""
NO_TESTS = "This is a plan: no test is run in it."


@dataclass(frozen=True, slots=True)
class Order:
    """What a leg is asked for."""

    state_slug: str
    """The repository whose state branch is the ledger."""
    repository: Repository
    settings: Settings
    run: str
    now: datetime
    dry_run: DryRun = DryRun.OFF
    models: Models = NOBODY

    def clock(self) -> datetime:
        """The leg's own time: everything it writes bears the same."""
        return self.now


class NoSandbox:
    """The port Sandbox of a leg that runs no test."""

    def prepare(self, setup_command: str | None, *, timeout: float) -> Run | None:  # noqa: ARG002
        raise HomeostatError(NO_TESTS)

    def run(self, command: str, edits: Mapping[str, str], *, timeout: float) -> Run:  # noqa: ARG002
        raise HomeostatError(NO_TESTS)


def _governing(workspace: Workspace) -> frozenset[str]:
    """The files of base that have a say in what its tests find."""
    return frozenset(filter(governs_tests, workspace.paths()))


def _bench(order: Order, workspace: GitWorkspace, sandbox: Sandbox, tell: Tell) -> Bench:
    repository = order.repository
    return Bench(
        workspace=workspace,
        sandbox=sandbox,
        limits=limits_of(repository, order.settings),
        setup_command=repository.setup_command,
        test_command=repository.test_command,
        timeout=repository.test_timeout_minutes * 60,
        tell=tell,
        in_app=repository.in_app,
    )


def _leg(order: Order, forge: Forge, ledger: Ledger, bench: Bench) -> Leg:
    return Leg(
        repository=order.repository,
        settings=order.settings,
        forge=forge,
        ledger=ledger,
        bench=bench,
        stamp=Stamp(order.run, order.now, order.repository.slug),
        dry_run=order.dry_run,
        tell=bench.tell,
        models=order.models,
    )


def models_of(ladder: Ladder, reel: Reel | None = None, *, playing: bool = False) -> Models:
    """The models of a ladder: asked, asked and recorded, or played from a recording."""
    breakers: dict[str, Breaker] = {}
    made: dict[str, Model] = {}
    seed = (reel.seed if reel else secrets.token_hex(16)).encode()
    numbers = count()

    def at(endpoint: Endpoint) -> Model:
        name = repr(endpoint)  # the same model may answer at two places, or with other options
        if name not in made:
            breaker = breakers.setdefault(endpoint.provider, Breaker(endpoint.provider))
            asked: Model = OpenAIModel(endpoint, breaker)
            if reel:
                asked = Player(endpoint.model, reel) if playing else Recorder(asked, endpoint.model, reel)
            made[name] = asked
        return made[name]

    def marker() -> str:
        return hmac.new(seed, str(next(numbers)).encode(), "sha256").hexdigest()[:16]

    return Models(ladder.rungs, at, marker)


def _remote(root: Path, slug: str) -> str:
    path = root.resolve() / f"{slug}.git"
    if not path.is_dir():
        raise ConfigError(
            f"{root} holds no repository {slug}: expected the bare git repository {path}. "
            "Correct --forge or the slug."
        )
    return str(path)


@contextmanager
def local_leg(root: Path, order: Order, tell: Tell) -> Iterator[Leg]:
    """A leg on the local forge in `root`; its clones and test trees are gone afterwards."""
    slug = order.repository.slug
    remote, state = _remote(root, slug), _remote(root, order.state_slug)
    with _scratch() as home:
        workspace = GitWorkspace.clone(home / "clone", remote=remote, branch=order.repository.branch)
        sandbox = ProcessSandbox(home / "sandbox", workspace.export, governing=lambda: _governing(workspace))
        ledger = GitLedger(home / "ledger", remote=state, slug=slug, clock=order.clock)
        forge = LocalForge(root, slug, order.clock)
        yield _leg(order, forge, ledger, _bench(order, workspace, sandbox, tell))


@contextmanager
def github_leg(access: Access, order: Order, tell: Tell, sockets: Path | None) -> Iterator[Leg]:
    """A leg on GitHub. `sockets` is the folder where the sandbox's sidecars look for us; None in a plan."""
    from homeostat.edges.github import GitHubForge  # noqa: PLC0415 - a quarter of a second, for this leg only

    slug, server = order.repository.slug, access.server_url
    target = Remote(f"{server}/{slug}.git", access.token)
    state = _state(access, order.state_slug)
    with _scratch() as home, ExitStack() as stack:
        sandbox: Sandbox = NoSandbox()
        if sockets:  # listens before anything slow: its sidecars do not wait for ever
            sandbox = stack.enter_context(
                ContainerSandbox(
                    sockets,
                    lambda archive: workspace.archive(archive),  # noqa: PLW0108 - made later
                    governing=lambda: _governing(workspace),
                )
            )
        ledger = GitLedger(home / "ledger", remote=state, slug=slug, clock=order.clock)
        workspace = GitWorkspace.clone(home / "clone", remote=target, branch=order.repository.branch)
        forge = GitHubForge(
            slug, token=access.token, api_url=access.api_url, server_url=server, clock=_wall_clock
        )
        forge.most_requests = order.settings.max_requests
        yield _leg(order, forge, ledger, _bench(order, workspace, sandbox, tell))


def _state(access: Access, slug: str) -> Remote:
    name = "GITHUB_TOKEN" if access.state_token == access.token else "HOMEOSTAT_STATE_TOKEN"
    return Remote(f"{access.server_url}/{slug}.git", access.state_token, secret=name)


@dataclass(frozen=True, slots=True)
class Subject:
    """What a dashboard is asked for."""

    state_slug: str
    """The control repository."""
    slugs: tuple[str, ...]
    """Those that it tells of."""
    now: datetime
    settings: Settings
    writes: bool

    @property
    def learns(self) -> bool:
        """Whether legs note how pull requests ended."""
        return self.settings.learner_on or self.settings.extractor_on

    def clock(self) -> datetime:
        """Everything that is written bears the same time."""
        return self.now


@contextmanager
def local_desk(root: Path, subject: Subject) -> Iterator[Desk]:
    """The dashboard on the local forge in `root`."""
    remote = _remote(root, subject.state_slug)
    forge = LocalForge(root, subject.state_slug, subject.clock)
    with _scratch() as home:
        ledger = GitTeamLedger(home, remote=remote, slugs=subject.slugs, clock=subject.clock)
        yield Desk(forge, ledger, subject.now, str(root), subject.writes, subject.learns)


@contextmanager
def github_desk(access: Access, subject: Subject) -> Iterator[Desk]:
    """The dashboard on GitHub, by the token of the control repository."""
    from homeostat.edges.github import GitHubForge  # noqa: PLC0415 - a quarter of a second

    forge = GitHubForge(
        subject.state_slug,
        token=access.state_token,
        api_url=access.api_url,
        server_url=access.server_url,
        clock=_wall_clock,
    )
    forge.most_requests = subject.settings.max_requests
    with _scratch() as home:
        remote = _state(access, subject.state_slug)
        ledger = GitTeamLedger(home, remote=remote, slugs=subject.slugs, clock=subject.clock)
        yield Desk(forge, ledger, subject.now, access.server_url, subject.writes, subject.learns)


def _wall_clock() -> datetime:
    return datetime.now(UTC)


@contextmanager
def _scratch() -> Iterator[Path]:
    with TemporaryDirectory(prefix="homeostat-", ignore_cleanup_errors=True) as scratch:
        yield Path(scratch)


@dataclass(frozen=True, slots=True)
class Checkout:
    """A local folder to heal, and how to test it."""

    path: Path
    test_command: str
    setup_command: str | None
    timeout: float
    """Seconds."""


@contextmanager
def checkout_bench(
    checkout: Checkout, settings: Settings, *, now: datetime, tell: Tell
) -> Iterator[tuple[Bench, GitWorkspace]]:
    """A bench on a copy of a local folder: ignored files such as installed dependencies come along."""
    with TemporaryDirectory(prefix="homeostat-", ignore_cleanup_errors=True) as scratch:
        home = Path(scratch)
        workspace = GitWorkspace.snapshot(home / "clone", checkout=checkout.path, when=now)
        yield (
            bench_of(workspace, workspace.copy_worktree, home / "sandbox", checkout, settings, tell=tell),
            workspace,
        )


def bench_of(
    workspace: GitWorkspace,
    populate: Callable[[Path], None],
    home: Path,
    checkout: Checkout,
    settings: Settings,
    *,
    tell: Tell,
) -> Bench:
    """A bench whose tests run as processes of this machine, in the folder `home`."""
    return Bench(
        workspace=workspace,
        sandbox=ProcessSandbox(home, populate, governing=lambda: _governing(workspace)),
        limits=Limits(PathFilters(("*",), ()), (), settings.max_diff_lines, settings.max_files),
        setup_command=checkout.setup_command,
        test_command=checkout.test_command,
        timeout=checkout.timeout,
        tell=tell,
    )


def local_forge(slug: str, root: Path) -> Forge:
    """The local forge in the folder `root`. Raises ConfigError when it has no such repository."""
    _remote(root, slug)
    return LocalForge(root, slug, _wall_clock)


def github_forge(slug: str, access: Access) -> Forge:
    """GitHub, to read from."""
    from homeostat.edges.github import GitHubForge  # noqa: PLC0415 - a quarter of a second

    return GitHubForge(
        slug, token=access.token, api_url=access.api_url, server_url=access.server_url, clock=_wall_clock
    )


def mined(checkout: Path, library: Library, repository: str) -> Iterator[tuple[Library, int, int]]:
    """The library after each batch of a repository's fix commits, how many are done, and of how many."""
    since = library.mined.get(repository)
    for batch, done, every in past_fixes(checkout, repository, since):
        rules, _ = taught(library.rules, batch.fixes)
        library = replace(library, rules=rules, mined={**library.mined, repository: batch.newest})
        yield library, done, every


@dataclass(frozen=True, slots=True)
class Batch:
    """Some fix commits of a repository's history."""

    newest: str
    """The last commit among them."""
    fixes: Iterator[Fix]


def past_fixes(checkout: Path, repository: str, since: str | None) -> Iterator[tuple[Batch, int, int]]:
    """The fixes in a repository's history, the oldest first; how many commits are done, and of how many."""
    history = History(checkout)
    shas, licence = history.fixes(since), licence_of(history.read)
    for start in range(0, len(shas), MINED_AT_ONCE):
        batch = shas[start : start + MINED_AT_ONCE]
        fixes = (
            fix for one in history.revisions(batch) for fix in fixes_of_revision(one, repository, licence)
        )
        yield Batch(batch[-1], fixes), start + len(batch), len(shas)


def fixes_of_revision(one: Revision, repository: str, licence: str) -> Iterator[Fix]:
    """The lessons of a commit of a repository."""
    places = [(piece.path, piece.before, piece.after) for piece in one.pieces]
    return fixes_of(one.message, places, Precedent(repository, one.sha[:10], licence))


def lesson_of_commit(
    checkout: Path, revision: str, failure: Failure, *, now: datetime
) -> tuple[Pattern | str, tuple[Fix, ...]]:
    """The pattern in one commit of a local repository, or why there is none, and its lessons for rules."""
    with TemporaryDirectory(prefix="homeostat-", ignore_cleanup_errors=True) as scratch:
        workspace = GitWorkspace.at(Path(scratch), checkout=checkout, revision=revision)
        found = identify(failure, workspace)
        cause = Cause(found.exact, failure.language, found.type, found.template)
        name, licence = checkout.resolve().name, licence_of(workspace.read)
        source = Provenance(name, None, workspace.base, "person", now, licence)
        changes = workspace.pairs(workspace.base)
        fixes = fixes_in(changes, cause, source)
        return extract(changes, cause, source), fixes
