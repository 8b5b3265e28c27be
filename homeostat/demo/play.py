"""Act the demo out, and say what happens as it happens."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from contextlib import nullcontext
from datetime import UTC, datetime, timedelta
from io import StringIO
from pathlib import Path
from tempfile import TemporaryDirectory

from homeostat import config
from homeostat.assembly import Order, local_leg
from homeostat.demo.stage import CONTROL, ORDERS, REPORTS, Actor, build, cast, merge_persons_fix
from homeostat.edges.local_forge import LocalForge
from homeostat.errors import ConfigError
from homeostat.pipeline import heal
from homeostat.records import LegReport, Result
from homeostat.summarise import terminal

Say = Callable[[str], object]
SHOWN = ("command", "pattern", "reason")
"""Facts of an event that the demo prints."""
FOLD = "▸"
_FOLDED = re.compile(r"<details><summary>(.*?)</summary>.*?</details>", re.DOTALL)
_HIDDEN = re.compile(r"<!--.*?-->", re.DOTALL)
WIDEST = 110
"""Characters of a line that is easy to read."""
LATER = timedelta(hours=6)
"""The default schedule: the second run comes six hours after the first."""


def play(keep: Path | None, say: Say) -> None:
    """The whole loop. `keep` is a new folder for the repositories; None throws them away."""
    if keep and keep.exists() and not (keep.is_dir() and not any(keep.iterdir())):
        raise ConfigError(f"{keep} is not an empty folder: name a new folder for the demo's repositories.")
    place = nullcontext(str(keep)) if keep else TemporaryDirectory(prefix="homeostat-demo-")
    with place as folder:
        root = Path(folder).absolute()
        root.mkdir(parents=True, exist_ok=True)
        _play(root, say, kept=keep is not None)
        if keep:
            say(f"The repositories, issues and pull requests are in {keep}.")


def _play(root: Path, say: Say, *, kept: bool) -> None:
    started, now = time.monotonic(), datetime.now(UTC).replace(microsecond=0)
    actors = cast()
    say("== A team of three repositories ==")
    build(root, now)
    for actor in actors:
        told = actor.title or "its tests are red; nobody filed a report"
        say(f"  {actor.slug:18} {actor.language:11} {told}")
    number = merge_persons_fix(root, now)
    say(f"\nann fixes {ORDERS.slug} by hand and merges pull request #{number}. The others stay broken.")
    first = _run(root, actors, now, say, "First run: production, no AI key")
    _show_pull_request(root, first, say, kept=kept)
    second = _run(root, actors, now + LATER, say, "Second run, six hours later")
    _close(first, second, say, seconds=time.monotonic() - started)


def _run(root: Path, actors: tuple[Actor, ...], now: datetime, say: Say, headline: str) -> list[LegReport]:
    say(f"\n== {headline} ==")
    repositories = config.load(root / "repos.yml")
    settings = config.settings({"HOMEOSTAT_ENV": "production"})
    reports = []
    for actor in actors:
        repository = config.find(repositories, actor.slug)
        order = Order(CONTROL, repository, settings, run=f"demo-{now:%d-%H}", now=now)
        with local_leg(root, order, _progress(actor, say)) as leg:
            reports.append(heal(leg))
        say(terminal(reports[-1]))
    return reports


def _progress(actor: Actor, say: Say) -> Callable[..., object]:
    def tell(event: str, **facts: object) -> None:
        told = ", ".join(f"{name}: {facts[name]}" for name in SHOWN if name in facts)
        say(f"  … {actor.name}: {event}{f' ({told})' if told else ''}")

    return tell


def _show_pull_request(root: Path, reports: list[LegReport], say: Say, *, kept: bool) -> None:
    number = next(outcome.pull for report in reports for outcome in report.outcomes if outcome.pull)
    pulls = LocalForge(root, REPORTS.slug, lambda: datetime.now(UTC)).pull_requests()
    pull = next(pull for pull in pulls if pull.number == number)
    say(f"\n== Pull request #{pull.number} in {REPORTS.slug}: {pull.title} ==\n\n{as_read(pull.body)}")
    whole = f"in {pull.url}" if kept else "kept by `homeostat demo --keep FOLDER`"
    say(f"\nIts whole text, with what is folded here ({FOLD}), is {whole}.")


def as_read(body: str) -> str:
    """A pull request's text as a page shows it: folds by their title, and nothing that is hidden."""
    from rich.console import Console  # noqa: PLC0415 - 0.1 s, for the one command that shows it
    from rich.markdown import Markdown as Rendered  # noqa: PLC0415
    from rich.theme import Theme  # noqa: PLC0415

    visible = _HIDDEN.sub("", _FOLDED.sub(rf"- {FOLD} \1", body))
    theme = Theme({"markdown.code": "cyan"})  # without a background: a terminal may be light
    console = Console(file=StringIO(), force_terminal=True, theme=theme)
    console.width = min(console.width, WIDEST)
    with console.capture() as capture:
        console.print(Rendered(visible, code_theme="ansi_dark"))
    lines = (line.rstrip() for line in capture.get().splitlines())
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines))


def _close(first: list[LegReport], second: list[LegReport], say: Say, *, seconds: float) -> None:
    """Say what came of it; the words are counted from the reports, not assumed."""
    outcomes = [outcome for report in first for outcome in report.outcomes]
    merged = sum(
        lesson.pattern is not None and lesson.applied for report in first for lesson in report.lessons
    )
    healed = sum(outcome.result is Result.CREATED for outcome in outcomes)
    unhealed = sum(outcome.result is Result.UNHEALED for outcome in outcomes)
    again = sum(
        outcome.result in (Result.CREATED, Result.UPDATED, Result.UNHEALED)
        for r in second
        for outcome in r.outcomes
    )
    say(
        f"\n{merged} merged by a person and learned, {healed} healed at zero cost, {unhealed} unhealed; "
        f"second run: {f'{again} tried' if again else 'nothing to do'}. {seconds:.1f} s, $0.00."
    )
