"""What asking a model costs besides the model: our own milliseconds for a call, and for a large repository.

usage: python -m benchmarks.models [--files N]; needs git

The repository is made here: N files of Python that call each other. What is around a failure is looked up
once. A call is then everything up to the candidate: choosing what is shown, the prompt, the request to an
endpoint on loopback that answers at once, the answer as edits, the look for shortcuts. The time of the client
and of the endpoint is measured apart and taken off. What the ledger takes to reserve or to settle is told by
itself: it is one push each.
"""

from __future__ import annotations

import argparse
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from ast_grep_py import SgRoot

from homeostat import config
from homeostat.assembly import models_of
from homeostat.config import Tier
from homeostat.edges.git import GitLedger, GitWorkspace
from homeostat.fingerprint import identify
from homeostat.intake import read_text
from homeostat.records import Books, Failure
from homeostat.repair import Scene, applied, read_answer, shortcuts, shown, surveyed, write_prompt
from tests.model_server import Turn, edits, model_server, playing

CALLS = 100
NOW = datetime(2026, 1, 1, tzinfo=UTC)
BODY = '''"""Part {n} of a program."""

from src.part{m:05} import total{m}

RATE = {n}


class Order{n}:
    """One order."""

    def __init__(self, lines):
        self.lines = lines

    def weight(self):
        return sum(line["weight"] for line in self.lines)


def total{n}(orders, rates):
    """The sum of orders at rates."""
    found = 0
    for order in orders:
        found += rates[order.kind] * order.weight()
    return found + total{m}([], rates)


def report{n}(orders, rates):
    return f"{{total{n}(orders, rates):.2f}}"
'''
TRACE = """Traceback (most recent call last):
  File "src/part00007.py", line 26, in report7
    return f"{total7(orders, rates):.2f}"
  File "src/part00007.py", line 21, in total7
    found += rates[order.kind] * order.weight()
KeyError: 'bulky'
"""
ANSWER = edits(
    (
        "src/part00007.py",
        "        found += rates[order.kind] * order.weight()",
        "        found += rates.get(order.kind, RATE) * order.weight()",
    )
)


def repository(folder: Path, files: int) -> None:
    """Write a repository of that many files."""
    for number in range(files):
        path = folder / "src" / f"part{number:05}.py"
        path.parent.mkdir(exist_ok=True)
        path.write_text(BODY.format(n=number, m=(number + 1) % files), encoding="utf-8")
    subprocess.run(["git", "init", "-q", folder], check=True)


def told(name: str, seconds: list[float]) -> None:
    """One line: the median and the 95th of a hundred."""
    ordered = sorted(seconds)
    p50, p95 = statistics.median(ordered), ordered[int(len(ordered) * 0.95)]
    sys.stdout.write(f"{name:44} {p50 * 1000:8.2f} ms median, {p95 * 1000:8.2f} ms p95\n")


def timed(work: Callable[[], object]) -> float:
    """Seconds of one go."""
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def calls(scene: Scene) -> None:
    """One call after the other, and what the endpoint takes for the same by itself."""
    survey = surveyed(scene)
    with model_server(playing([Turn(ANSWER)])) as server:
        urls = {"DEEPSEEK_BASE_URL": server.url, "DEEPSEEK_API_KEY": "none"}
        ladder = config.ladder(urls, (Tier.DEEPSEEK,))
        (rung,) = ladder.rungs
        models = models_of(ladder)
        model = models.at(rung.writer)

        def ask() -> str:
            found = shown(survey, rung.context_tokens, [])
            return model.ask(write_prompt(found, models.marker()), lambda _: None).text

        def call() -> None:
            answer = read_answer(ask())
            made = applied(answer, scene.workspace) if not isinstance(answer, str) else answer
            if isinstance(made, str) or shortcuts({p: scene.workspace.read(p) or "" for p in made}, made, []):
                raise SystemExit(f"the answer of the endpoint was not taken: {made}")

        prompt = write_prompt(shown(survey, rung.context_tokens, []), models.marker())
        call()
        whole = [timed(call) for _ in range(CALLS)]
        bare = [timed(lambda: model.ask(prompt, lambda _: None)) for _ in range(CALLS)]
    told("a call, endpoint and all", whole)
    told("  of it the client and the endpoint", bare)
    told("  of it ours", [max(0.0, a - b) for a, b in zip(sorted(whole), sorted(bare), strict=True)])


def ledger(folder: Path) -> None:
    """Reserving or settling once: a commit, and a push to a remote on this disk."""
    remote = folder / "control.git"
    subprocess.run(["git", "init", "-q", "--bare", remote], check=True)
    kept = GitLedger(folder / "ledger", remote=str(remote), slug="a/b", clock=lambda: NOW)

    def note(books: Books, number: int) -> Books:
        return replace(books, entries=({"at": NOW, "number": number},))

    told(
        "a reservation or a settlement, by the ledger",
        [timed(partial(kept.write, partial(note, number=number), f"Note {number}")) for number in range(20)],
    )


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--files", type=int, default=10_000)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="models-") as made:
        folder = Path(made)
        checkout = folder / "checkout"
        checkout.mkdir()
        repository(checkout, given.files)
        workspace = GitWorkspace.snapshot(folder / "clone", checkout=checkout, when=NOW)
        workspace.paths()
        failure = read_text(TRACE)
        if not isinstance(failure, Failure):
            raise SystemExit("the trace cannot be read")
        scene = Scene(failure, identify(failure, workspace), workspace, "pytest")
        outlined = timed(lambda: surveyed(scene))
        texts = [path.read_text("utf-8") for path in sorted((checkout / "src").iterdir())]
        parsed = timed(
            lambda: [SgRoot(text, "python").root().find(kind="function_definition") for text in texts]
        )
        sys.stdout.write(f"{given.files} files outlined around a failure in {outlined:.2f} s\n")
        sys.stdout.write(
            f"ast-grep, parsing all of them    {parsed:.2f} s, {parsed / outlined:.0f} times as long\n"
        )
        calls(scene)
        ledger(folder)


if __name__ == "__main__":
    main()
