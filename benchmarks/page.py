"""The report page of ten thousand runs: how long it takes, beside what merely reading their log takes.

usage: python -m benchmarks.page [--failures N]
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from tests.page.ledgers import committed, told

MOST = 3.0
"""Seconds of processors that ten thousand runs may take."""
ROUNDS = 3


def main(words: list[str]) -> int:
    """Print the figures; 1 when the whole command took longer than it may."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--failures", type=int, default=8_200)
    given = parser.parse_args(words)
    files = told(given.failures, days=720)
    log = b"".join(text for path, text in files.items() if path.startswith("runs/"))
    with tempfile.TemporaryDirectory() as scratch:
        page = Path(scratch) / "page.html"
        ledger = committed(Path(scratch) / "ledger", files)
        whole = min(_seconds(ledger, page) for _ in range(ROUNDS))
        size = page.stat().st_size
    peer = min(_peer(log) for _ in range(ROUNDS))
    runs = len({json.loads(line)["run"] for line in log.splitlines()})
    sys.stdout.write(
        f"{runs} runs, a page of {size / 1e3:.0f} kB: {whole:.2f} s of processors, git's too "
        f"(at most {MOST:.0f}); "
        f"json.loads of their log alone: {peer:.2f} s, the page takes {whole / peer:.0f} times as long\n"
    )
    return int(whole > MOST)


def _seconds(ledger: Path, page: Path) -> float:
    """Of all processors together: what else the machine does makes it no longer."""
    command = (sys.executable, "-m", "homeostat", "report", "--html", page, "--ledger", ledger)
    before = os.times()
    subprocess.run([*map(str, command), "--state-repo", "acme/control"], check=True, capture_output=True)
    after = os.times()
    return after.children_user + after.children_system - before.children_user - before.children_system


def _peer(log: bytes) -> float:
    started = time.process_time()
    for line in log.splitlines():
        json.loads(line)
    return time.process_time() - started


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
