"""`homeostat backtest`: would it have helped? The past errors of a repository, healed as if it were then."""

from __future__ import annotations

import hashlib
import os
import shutil
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import click

from homeostat import __version__, backtest, config, console
from homeostat.assembly import Checkout, github_forge, local_forge
from homeostat.backtest import Event, Finding, Notebook, Ruling, State, Told, Unfinished
from homeostat.cli.choices import json_option, library
from homeostat.cli.local import DEFAULT_THRESHOLD, local_models
from homeostat.config import Settings
from homeostat.console import Teller
from homeostat.edges.git import History, Past
from homeostat.edges.git.origin_name import origin_slug
from homeostat.errors import ConfigError, HomeostatError
from homeostat.hindsight import Schooling, Survey, scene_of, surveyed
from homeostat.incidents import Stamp
from homeostat.leg import NOBODY, Models
from homeostat.money import Bounds, dollars
from homeostat.outbound import one_line
from homeostat.pipeline import Means
from homeostat.ports import Forge
from homeostat.purse import Purse
from homeostat.records import Books, Library

RUN = "backtest"
"""The name of the run that every charge of a state belongs to."""


@dataclass(frozen=True, slots=True)
class _Budget:
    """What a backtest may take."""

    dollars: Decimal
    minutes: float

    def over(self, notebook: Notebook, started: float, *, asks: bool) -> str:
        """Why no further event is begun; empty while one may be."""
        if asks and notebook.state.cost >= self.dollars:
            limit = dollars(self.dollars)
            return f"Stopped at --max-cost ${limit}: give more, and the same command goes on from here."
        if time.monotonic() - started >= self.minutes * 60:
            return f"Stopped at --max-minutes {self.minutes:g}: the same command goes on from here."
        return ""


@dataclass(frozen=True)
class _Replay:
    """All that the events have in common."""

    survey: Survey
    checkout: Checkout
    repository: str
    settings: Settings
    library: Library
    models: Models
    budget: _Budget
    notebook: Notebook
    tell: Teller

    def run(self, events: Sequence[Event], home: Path) -> str:
        """Play the events that are not judged yet; says why it ended before the last of them."""
        started = time.monotonic()
        past, history = Past(home / "past", self.checkout.path), History(self.checkout.path)
        schooling = Schooling(self.survey, past, history, self.repository, self.library)
        for number, event in enumerate(events, start=1):
            if event.id in self.notebook.state.known:
                continue
            no = self.budget.over(self.notebook, started, asks=self.models is not NOBODY)
            if no:
                return no
            place, subject = f"{number} of {len(events)}", event.landing.subject
            self.tell("past error", number=place, fix=event.id[:10], subject=subject)
            no = self._play(event, past, schooling, place)
            if no:
                return f"Stopped: {no}. The same command goes on from here, with more --max-cost if need be."
        return ""

    def _play(self, event: Event, past: Past, schooling: Schooling, place: str) -> str:
        """Judge one event and note it; says why it could not be finished."""
        began, paid = time.monotonic(), self.notebook.state.cost
        with self.tell.working("past error", f"{place}: "):
            ruling = self._ruling(event, past, schooling)
        if isinstance(ruling, Unfinished):
            return ruling.reason
        ruling = replace(ruling, cost=self.notebook.state.cost - paid)
        self.notebook.judge(event, ruling, time.monotonic() - began)
        self.tell("judged", outcome=ruling.finding, reason=ruling.reason)
        return ""

    def _ruling(self, event: Event, past: Past, schooling: Schooling) -> Ruling | Unfinished:
        """The boundary of one event: what goes wrong in it is told of it, and the others go on."""
        try:
            known = schooling.until(event)
            threshold = self.settings.confidence_threshold or DEFAULT_THRESHOLD
            means = Means(known, threshold, models=self.models, purse=self._purse())
            with TemporaryDirectory(prefix="homeostat-", ignore_cleanup_errors=True) as scratch:
                scene = scene_of(past, event, Path(scratch), self.checkout, self.settings, tell=self.tell)
                return backtest.replayed(event, scene, means)
        except HomeostatError as error:
            return Ruling(Finding.CANNOT_TELL, str(error))
        except Exception as error:  # noqa: BLE001 - else the next run would stop at the same event
            return Ruling(Finding.CANNOT_TELL, f"internal error ({error!r}): please report it")

    def _purse(self) -> Callable[..., Purse] | None:
        """Who pays: all events on one bill, which is written down before each call."""
        if self.models is NOBODY:
            return None
        notebook, most = self.notebook, self.budget.dollars
        stamp = Stamp(RUN, datetime.now(UTC), self.repository)

        def write(_: Books, change: Callable[[Books], Books], __: str) -> Books:
            books = change(Books(charges=notebook.state.charges))
            notebook.pay(books.charges)
            return books

        return lambda case: Purse(
            Books(charges=notebook.state.charges),
            write,
            Bounds(most, None, most),
            stamp,
            case.fingerprint.exact,
        )


@dataclass(frozen=True, slots=True)
class _Asked:
    """The options."""

    checkout: Path
    slug: str | None
    root: Path | None
    labels: tuple[str, ...]
    test_command: str
    setup_command: str | None
    timeout: float
    library_path: Path | None
    since: datetime | None
    most: int | None
    ai: bool
    max_cost: float | None
    max_minutes: float
    state_path: Path | None
    page: Path | None
    as_json: bool

    @property
    def name(self) -> str:
        """Of the repository."""
        return self.slug or origin_slug(self.checkout) or self.checkout.resolve().name

    def terms(self, settings: Settings, models: Models) -> dict[str, str]:
        """What the rulings depend on."""
        forge = f"{self.slug} {self.root or ''} {' '.join(self.labels)}"
        return {
            "version": __version__,
            "checkout": str(self.checkout.resolve()),
            "--repo": forge if self.slug else "none",
            "--test": self.test_command,
            "--setup": self.setup_command or "none",
            "--timeout": f"{self.timeout:g}",
            "--library": _digest(self.library_path.read_bytes()) if self.library_path else "none",
            "--ai": ", ".join(rung.writer.model for rung in models.rungs) or "off",
            "CONFIDENCE_THRESHOLD": str(settings.confidence_threshold or DEFAULT_THRESHOLD),
        }


@click.command("backtest")
@click.argument("checkout", type=click.Path(path_type=Path, exists=True, file_okay=False), default=Path())
@click.option("--repo", "slug", metavar="OWNER/NAME", help="Read its closed reports too, by GITHUB_TOKEN.")
@click.option(
    "--forge",
    "root",
    type=click.Path(path_type=Path, exists=True, file_okay=False),
    help="Read them from a local forge in this folder.",
)
@click.option(
    "--label",
    "labels",
    multiple=True,
    default=("robot",),
    show_default=True,
    help="What closed reports carry; may be given again.",
)
@click.option("--test", "test_command", required=True, metavar="CMD", help="How the tests are run.")
@click.option("--setup", "setup_command", metavar="CMD", help="Run before the tests of each moment.")
@click.option(
    "--timeout",
    default=10.0,
    show_default=True,
    type=click.FloatRange(min=0.01),
    help="Minutes for one run of the tests.",
)
@click.option(
    "--library",
    "library_path",
    type=click.Path(path_type=Path),
    help="Patterns that were known from the start, as a JSON file. [default: none; the past teaches]",
)
@click.option("--since", type=click.DateTime(["%Y-%m-%d"]), help="Only fixes of that day and later.")
@click.option("--most", type=click.IntRange(min=1), help="Only so many, the newest.")
@click.option("--ai", is_flag=True, help="Ask models too, by DEEPSEEK_API_KEY and OPENAI_API_KEY.")
@click.option(
    "--max-cost",
    type=click.FloatRange(min=0),
    help="US dollars for models altogether. [default: MAX_RUN_COST, else 1.0]",
)
@click.option(
    "--max-minutes",
    default=60.0,
    show_default=True,
    type=click.FloatRange(min=0),
    help="Then no further past error is begun.",
)
@click.option(
    "--state",
    "state_path",
    type=click.Path(path_type=Path, dir_okay=False),
    help="What is known so far, to go on from. [default: a file of these options in the user's cache]",
)
@click.option("--html", "page", type=click.Path(path_type=Path, dir_okay=False), help="Write a page there.")
@json_option
def backtest_command(**given: Any) -> None:  # noqa: ANN401 - the fields of _Asked
    """Would it have helped? Heal the past errors of CHECKOUT.

    They are healed as if it were then, and CHECKOUT stays as it is. Each past fix that closed a report, or
    that brought tests, is taken back: what was learned from the fixes before it, the search, and with
    --ai models try to heal the error, and the fix's own tests judge.
    Stopped, the same command goes on where it was.

    The tests run on this machine as you, old commits' too: use it on code that you would run yourself.
    """
    asked, settings, tell = _Asked(**given), config.settings(os.environ), console.teller(os.environ)
    if asked.root and not asked.slug:
        raise ConfigError("--forge needs the repository's name: give --repo OWNER/NAME.")
    models = local_models(tell) if asked.ai else NOBODY
    known = library(asked.library_path) if asked.library_path else Library()
    terms = asked.terms(settings, models)
    notebook = _notebook(asked.state_path or _default_state(asked.name, terms), terms)
    forge = _forge(asked.slug, asked.root) if asked.slug else None
    with tell.working("reading the history"):
        survey = surveyed(asked.checkout, forge, asked.labels)
    events = _chosen(survey.found.events, asked.since.date() if asked.since else None, asked.most)
    cost = settings.max_run_cost if asked.max_cost is None else Decimal(str(asked.max_cost))
    tested = Checkout(asked.checkout, asked.test_command, asked.setup_command, asked.timeout * 60)
    replay = _Replay(
        survey, tested, asked.name, settings, known, models, _Budget(cost, asked.max_minutes), notebook, tell
    )
    with TemporaryDirectory(prefix="homeostat-", ignore_cleanup_errors=True) as scratch:
        stopped = replay.run(events, Path(scratch))
    told = _told(replay, events, str(asked.library_path or ""), stopped)
    _tell(told, asked.page, as_json=asked.as_json)


def _forge(slug: str, root: Path | None) -> Forge:
    return local_forge(slug, root) if root else github_forge(slug, config.access(os.environ))


def _chosen(events: Sequence[Event], since: date | None, most: int | None) -> list[Event]:
    """The events that are asked for, the oldest first."""
    found = [event for event in events if since is None or event.landing.at.date() >= since]
    return found[-most:] if most else found


def _default_state(name: str, terms: dict[str, str]) -> Path:
    """A file for these very terms: other ones begin anew, and both are kept."""
    cache = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    told = _digest(repr(sorted(terms.items())).encode())
    return Path(cache) / "homeostat" / f"backtest-{name.replace('/', '-')}-{told}.json"


def _digest(text: bytes) -> str:
    return hashlib.sha256(text).hexdigest()[:12]


def _notebook(path: Path, terms: dict[str, str]) -> Notebook:
    """What is known so far, and where it is written: whole or not at all."""
    known = path.read_bytes() if path.exists() else None

    def write(text: bytes) -> None:
        nonlocal known
        if (path.read_bytes() if path.exists() else None) != known:
            raise ConfigError(f"{path} was changed by another run meanwhile: let one end, then run again.")
        path.parent.mkdir(parents=True, exist_ok=True)
        draft = path.with_name(f".{path.name}.{os.getpid()}")
        draft.write_bytes(text)
        draft.replace(path)
        known = text

    state = State(terms) if known is None else backtest.parsed(known, str(path), terms)
    if state.judged:
        click.echo(f"Going on from {path}: {len(state.judged)} judged already.", err=True)
    return Notebook(state, write)


def _told(replay: _Replay, events: Sequence[Event], library_name: str, stopped: str) -> Told:
    known = replay.notebook.state.known
    judged = [known[event.id] for event in events if event.id in known]
    found = replay.survey.found
    return Told(
        repository=replay.repository,
        judged=judged,
        left=len(events) - len(judged),
        spent=replay.notebook.state.cost,
        untested=found.untested,
        larger=found.larger,
        unread=replay.survey.unread,
        unanswered=replay.survey.unanswered,
        library=library_name,
        stopped=stopped,
    )


def _tell(told: Told, page: Path | None, *, as_json: bool) -> None:
    if page:
        page.write_text(backtest.html(told), encoding="utf-8")
    width = shutil.get_terminal_size().columns if sys.stdout.isatty() else None
    click.echo(backtest.as_data(told) if as_json else "\n".join(backtest.table(told, width)))
    if page:
        click.echo(one_line(f"The page: {page}", 400), err=True)
