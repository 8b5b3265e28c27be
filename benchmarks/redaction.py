"""How many megabytes a second are redacted, beside detect-secrets, which only says which lines hold a secret.

usage: python -m benchmarks.redaction [--rounds N]
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable
from pathlib import Path

from detect_secrets.core.scan import scan_line
from detect_secrets.settings import default_settings

from homeostat.redaction import Redactor
from tests.fingerprint.corpus import reports
from tests.redaction.tables import rows

ROOT = Path(__file__).parent.parent
KNOWN = ("a-token-of-the-run-0123456789", "another-key-of-the-run-0123456789")
MEGABYTE = 1e6


def mixed() -> str:
    """Reports of every language, source and documents, and after every 4,000 characters a secret."""
    sources = [*ROOT.glob("homeostat/**/*.py"), *ROOT.glob("docs/*.md"), ROOT / "requirements.lock"]
    texts = [*(report.text for report in reports()), *(path.read_text("utf-8") for path in sorted(sources))]
    plain = "\n".join(texts)
    secrets = [row.text for table in ("credentials", "personal") for row in rows(table)]
    pieces = [plain[at : at + 4_000] for at in range(0, len(plain), 4_000)]
    return "\n".join(f"{piece}\n{secrets[n % len(secrets)]}" for n, piece in enumerate(pieces))


def speed(work: Callable[[str], object], text: str, rounds: int) -> float:
    """Megabytes a second of processor time, after a round to warm up."""
    work(text)
    begun = time.process_time()
    for _ in range(rounds):
        work(text)
    return rounds * len(text.encode()) / MEGABYTE / (time.process_time() - begun)


def of_detect_secrets(text: str) -> None:
    """Each line beside all detectors of the library."""
    with default_settings():
        for line in text.split("\n"):
            list(scan_line(line))


def main() -> None:
    """Print a line for us, for what we find nothing in, and for the other."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    rounds = parser.parse_args().rounds
    text, redactor = mixed(), Redactor(KNOWN)
    clean = redactor(text)
    other = text[: len(text) // 20]
    ours, peer = speed(redactor, text, rounds), speed(of_detect_secrets, other, 1)
    print(f"mixed text {ours:6.1f} MB/s   {ours / peer:.0f} x detect-secrets, {peer:.2f} MB/s")  # noqa: T201 - what it is for
    print(f"clean text {speed(redactor, clean, rounds):6.1f} MB/s")  # noqa: T201


if __name__ == "__main__":
    main()
