"""Many legs write one state branch over HTTP at once: how long it takes, and that nothing is lost or doubled.

usage: python -m benchmarks.ledger [--writers N] [--writes N]
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import time
from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from homeostat import books as codec
from homeostat.edges.git import GitLedger, Remote
from homeostat.edges.git.command import Git
from homeostat.records import Books
from tests.git_server import GitServer, pushing

NOW = datetime(2026, 3, 2, tzinfo=UTC)
STATE, TOKEN = "octo/state", "ghs_bench"


def write(home: Path, url: str, writer: str, writes: int) -> None:
    """One leg: each write settles one more pull request, notes it in the library, and logs it."""
    remote = Remote(url, TOKEN)
    ledger = GitLedger(home, remote=remote, slug=f"octo/{writer}", clock=lambda: NOW)
    tries, slowest = 0, 0.0
    for number in range(writes):
        key = f"{writer}-{number}"

        def change(books: Books, key: str = key, number: int = number) -> Books:
            nonlocal tries
            tries += 1
            attempts = replace(books.attempts, settled={**books.attempts.settled, str(number): key})
            library = replace(books.library, note=f"{books.library.note} {key}")
            return replace(books, attempts=attempts, library=library, entries=({"key": key},))

        started, before = time.monotonic(), tries
        ledger.write(change, key)
        slowest = max(slowest, time.monotonic() - started)
        sys.stderr.write(f"{key}: try {tries - before}\n")
    sys.stdout.write(json.dumps({"tries": tries, "slowest": slowest, "round_trips": ledger.round_trips}))


def main(words: list[str]) -> int:
    """Run the writers, print the figures, and judge what is on the branch."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--writers", type=int, default=8)
    parser.add_argument("--writes", type=int, default=100)
    parser.add_argument("--writer", nargs=3, metavar=("HOME", "URL", "NAME"), help=argparse.SUPPRESS)
    given = parser.parse_args(words)
    if given.writer:
        home, url, name = given.writer
        write(Path(home), url, name, given.writes)
        return 0
    with tempfile.TemporaryDirectory(prefix="homeostat-bench-") as scratch:
        return race(Path(scratch), given.writers, given.writes)


def race(scratch: Path, writers: int, writes: int) -> int:
    """All of them against one server of our own; 0 when every write is there once."""
    state = Git(scratch / f"served/{STATE}.git")
    state.init()
    with GitServer(scratch / "served", {TOKEN: "rw"}) as server:
        started = time.monotonic()
        legs = [_leg(scratch / f"leg{n}", server.url(STATE), f"leg{n}", writes) for n in range(writers)]
        told = [(leg.communicate(), leg.returncode) for leg in legs]
        seconds = time.monotonic() - started
    for (_, stderr), code in told:
        if code:
            sys.stderr.write(stderr)
    figures = [json.loads(stdout) for (stdout, _), code in told if not code]
    most = max(
        int(line.split()[-1]) for (_, stderr), _ in told for line in stderr.splitlines() if ": try" in line
    )
    total, tries = writers * writes, sum(figure["tries"] for figure in figures)
    sys.stdout.write(
        f"{writers} writers, {writes} writes each: {seconds:.1f} s, {total / seconds:.1f} writes a second, "
        f"{tries - total} races lost ({tries / total:.2f} tries a write, at most {most}), "
        f"slowest write {max((f['slowest'] for f in figures), default=0):.1f} s, "
        f"pushes seen {sum(map(pushing, server.seen))}\n"
    )
    wrong = faults(state, writers, writes)
    sys.stdout.write("".join(f"WRONG: {fault}\n" for fault in wrong) or "nothing lost, nothing doubled\n")
    return 1 if wrong or any(code for _, code in told) else 0


def _leg(home: Path, url: str, name: str, writes: int) -> subprocess.Popen[str]:
    words = [
        sys.executable,
        "-m",
        "benchmarks.ledger",
        "--writes",
        str(writes),
        "--writer",
        str(home),
        url,
        name,
    ]
    return subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def faults(state: Git, writers: int, writes: int) -> list[str]:
    """What is missing from the branch, or there twice."""

    def stored(path: str) -> bytes:
        return state("cat-file", "blob", f"refs/heads/{codec.BRANCH}:{path}")

    keys = {f"leg{n}": [f"leg{n}-{m}" for m in range(writes)] for n in range(writers)}
    every = sorted(key for own in keys.values() for key in own)
    logged = sorted(json.loads(line)["key"] for line in stored(codec.log_path(NOW)).splitlines())
    noted = sorted(codec.parse_library(stored(codec.LIBRARY_PATH), codec.LIBRARY_PATH).note.split())
    messages = sorted(state.text("log", "--format=%s", f"refs/heads/{codec.BRANCH}").split())
    found = {"the run log": logged, "the library": noted, "the commits": messages}
    for name, own in keys.items():
        path = codec.attempts_path(f"octo/{name}")
        found[path] = sorted(codec.parse_attempts(stored(path), path).settled.values())
        if found[path] == sorted(own):
            del found[path]
    return [
        f"{place} lacks {sorted((Counter(every) - Counter(held)).elements())[:5]} and holds more than once "
        f"{sorted((Counter(held) - Counter(every)).elements())[:5]}"
        for place, held in found.items()
        if held != every
    ]


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
