"""The ids of one report of each error of the corpus, by version.

`python -m tests.fingerprint.golden` writes the file of a new version, and none again that stands.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

from homeostat.fingerprint import VERSION
from tests.fingerprint.corpus import Report, reports

FOLDER = Path(__file__).parent / "golden"


def firsts() -> dict[str, Report]:
    """One report of each error."""
    return {report.group: report for report in reversed(reports())}


def known(version: str) -> dict[str, list[str]]:
    """The exact and the coarse id by group."""
    found: dict[str, list[str]] = json.loads((FOLDER / f"{version}.json").read_text())
    return found


def main() -> None:
    """Write the file of this version."""
    path = FOLDER / f"{VERSION}.json"
    if path.exists():
        sys.exit(f"{path.name} stands: ids do not change within a version; give the new rules a new VERSION.")
    ids = {group: [report.found.exact, report.found.coarse] for group, report in sorted(firsts().items())}
    path.write_text(json.dumps(ids, indent=1) + "\n")


if __name__ == "__main__":
    main()
