"""How many reports a second are read and identified, beside parsers that read frames and nothing else.

usage: python -m benchmarks.fingerprint [--rounds N]; the parsers of npm are asked when tests/oracles has them
"""

from __future__ import annotations

import argparse
import json
import subprocess
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from boltons.tbutils import ParsedException

from homeostat.fingerprint import identify
from homeostat.intake import read_text
from homeostat.records import Failure
from tests.fingerprint.corpus import reports

ORACLES = Path(__file__).parent.parent / "tests" / "oracles"
_TIMED = """
import { parse } from "stacktrace-parser";
import { readFileSync } from "node:fs";
const [rounds, texts] = JSON.parse(readFileSync(0, "utf8"));
for (const text of texts) parse(text);
const begun = process.hrtime.bigint();
for (let round = 0; round < rounds; round++) for (const text of texts) parse(text);
console.log(Number(process.hrtime.bigint() - begun) / 1e9);
"""


def ours(text: str) -> None:
    """Clean, read, locate, blame, and make the three ids."""
    found = read_text(text, words=True)
    if isinstance(found, Failure):
        identify(found, None)


def rate(work: Callable[[str], object], texts: Sequence[str], rounds: int) -> float:
    """Texts a second, after a round to warm up."""
    for text in texts:
        work(text)
    begun = time.perf_counter()
    for _ in range(rounds):
        for text in texts:
            work(text)
    return rounds * len(texts) / (time.perf_counter() - begun)


def of_boltons(text: str) -> None:
    """The frames of a traceback, its error and message."""
    try:
        ParsedException.from_string(text)
    except ValueError:  # an exception group
        return


def of_node(texts: Sequence[str], rounds: int) -> float | None:
    """Texts a second of stacktrace-parser, or None where it is not installed."""
    if not (ORACLES / "node_modules").is_dir():
        return None
    command = ["node", "--input-type=module", "-e", _TIMED]
    ran = subprocess.run(
        command,
        input=json.dumps([rounds, list(texts)]),
        cwd=ORACLES,
        capture_output=True,
        text=True,
        check=True,
    )
    return rounds * len(texts) / float(ran.stdout)


def row(name: str, texts: Sequence[str], rounds: int, peer: tuple[str, float | None] | None = None) -> str:
    """A line of the table."""
    speed, size = rate(ours, texts, rounds), sum(map(len, texts)) / len(texts)
    beside = f"   {speed / peer[1]:.2f} x {peer[0]}" if peer and peer[1] else ""
    return f"{name:12} {len(texts):5} of {size:5.0f} characters {speed:8.0f} a second{beside}"


def main() -> None:
    """Print a line for each language, and one for all."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    rounds = parser.parse_args().rounds
    kept = {
        language: [r.text for r in reports() if r.expected["language"] == language] for language in LANGUAGES
    }
    peers = {
        "python": ("boltons", rate(of_boltons, kept["python"], rounds)),
        "javascript": ("stacktrace-parser in Node", of_node(kept["javascript"], rounds)),
    }
    for language, texts in kept.items():
        print(row(language, texts, rounds, peers.get(language)))  # noqa: T201 - what it is for
    print(row("all", [report.text for report in reports()], rounds))  # noqa: T201


LANGUAGES = ("python", "javascript", "php", "java", "go", "ruby", "rust", "csharp")

if __name__ == "__main__":
    main()
