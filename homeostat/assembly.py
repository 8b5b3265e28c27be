"""Put real edges together into a leg, or into a bench for one local checkout."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from homeostat.bench import Bench, Tell, limits_of
from homeostat.config import PathFilters, Repository, Settings
from homeostat.edges.git import GitLedger, GitWorkspace
from homeostat.edges.local_forge import LocalForge
from homeostat.edges.sandbox import ProcessSandbox
from homeostat.errors import ConfigError
from homeostat.fingerprint import identify
from homeostat.guard import Limits
from homeostat.incidents import Stamp
from homeostat.leg import Leg
from homeostat.patterns import Cause, extract
from homeostat.records import Failure, Pattern, Provenance


@dataclass(frozen=True, slots=True)
class Order:
    """What a leg is asked for."""

    forge_root: Path
    state_slug: str
    """The repository whose state branch is the ledger."""
    repository: Repository
    settings: Settings
    run: str
    now: datetime
    dry_run: bool = False


def _remote(root: Path, slug: str) -> str:
    path = root.resolve() / f"{slug}.git"
    if not path.is_dir():
        raise ConfigError(
            f"{root} holds no repository {slug}: expected the bare git repository {path}. "
            "Correct --forge or the slug."
        )
    return str(path)


@contextmanager
def local_leg(order: Order, tell: Tell) -> Iterator[Leg]:
    """A leg on the local forge; its clones and test trees are gone afterwards."""
    repository, slug = order.repository, order.repository.slug
    remote, state = _remote(order.forge_root, slug), _remote(order.forge_root, order.state_slug)

    def clock() -> datetime:
        return order.now

    with TemporaryDirectory(prefix="homeostat-", ignore_cleanup_errors=True) as scratch:
        home = Path(scratch)
        workspace = GitWorkspace.clone(home / "clone", remote=remote, branch=repository.branch)
        bench = Bench(
            workspace=workspace,
            sandbox=ProcessSandbox(home / "sandbox", workspace.export),
            limits=limits_of(repository, order.settings),
            setup_command=repository.setup_command,
            test_command=repository.test_command,
            timeout=repository.test_timeout_minutes * 60,
            tell=tell,
        )
        yield Leg(
            repository=repository,
            settings=order.settings,
            forge=LocalForge(order.forge_root, slug, clock),
            ledger=GitLedger(home / "ledger", remote=state, slug=slug, clock=clock),
            bench=bench,
            stamp=Stamp(order.run, order.now, slug),
            dry_run=order.dry_run,
            tell=tell,
        )


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
        bench = Bench(
            workspace=workspace,
            sandbox=ProcessSandbox(home / "sandbox", workspace.copy_worktree),
            limits=Limits(PathFilters(("*",), ()), (), settings.max_diff_lines, settings.max_files),
            setup_command=checkout.setup_command,
            test_command=checkout.test_command,
            timeout=checkout.timeout,
            tell=tell,
        )
        yield bench, workspace


def lesson_of_commit(checkout: Path, revision: str, failure: Failure, *, now: datetime) -> Pattern | str:
    """The pattern in one commit of a local repository, or why there is none to learn."""
    with TemporaryDirectory(prefix="homeostat-", ignore_cleanup_errors=True) as scratch:
        workspace = GitWorkspace.at(Path(scratch), checkout=checkout, revision=revision)
        found = identify(failure, workspace)
        cause = Cause(found.exact, failure.language, found.type, found.template)
        source = Provenance(checkout.resolve().name, None, workspace.base, "person", now)
        return extract(workspace.pairs(workspace.base), cause, source)
