"""Real reports of real programs, and how well their errors are told together and apart.

`python -m tests.fingerprint.corpus` prints the figures.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from homeostat.fingerprint import identify
from homeostat.intake import read_text
from homeostat.records import Failure, Fingerprint

CORPUS = Path(__file__).parent.parent / "corpus"
MINIFIED = ("esbuild-min", "webpack-min")
"""Folders whose function names change with every build: only a source map could tell them together."""


@dataclass(frozen=True)
class Report:
    """One report of an error, and what must be read from it."""

    group: str
    variant: str
    expected: dict[str, Any]
    text: str
    failure: Failure
    found: Fingerprint

    @property
    def folder(self) -> str:
        return self.group.partition("/")[0]


def _read(text: str) -> Failure:
    found = read_text(text, words=True)
    assert isinstance(found, Failure)
    return found


@cache
def index() -> dict[str, Any]:
    """What reports.yaml says, by group."""
    found: dict[str, Any] = yaml.load((CORPUS / "reports.yaml").read_text(), Loader=yaml.CSafeLoader)
    return found


@cache
def reports() -> tuple[Report, ...]:
    """Every report, read."""
    found = []
    for group, entry in index().items():
        for variant, facts in entry["variants"].items():
            text = (CORPUS / facts["file"]).read_text()
            failure = _read(text)
            published = facts.get("own", entry["own"][0])
            expected = {**entry, **facts, "own": [published, entry["own"][1]]}
            found.append(Report(group, variant, expected, text, failure, identify(failure, None)))
    return tuple(found)


def of_group(group: str) -> list[Report]:
    """The reports of one error."""
    return [report for report in reports() if report.group == group]


def pairs(true: Sequence[Hashable], told: Sequence[Hashable]) -> tuple[float, float]:
    """Precision and recall over pairs of reports: of those told to be one error, and of those that are."""
    both = _pairs(Counter(zip(true, told, strict=True)))
    return both / (_pairs(Counter(told)) or 1), both / (_pairs(Counter(true)) or 1)


def _pairs(counts: Counter[Any]) -> int:
    return sum(count * (count - 1) // 2 for count in counts.values())


def figures(of: Iterable[Report]) -> dict[str, float]:
    """The share of frames read, and how well both ids tell errors together and apart."""
    kept = list(of)
    printed = sum(report.expected["frames"] for report in kept)
    read = sum(min(report.expected["frames"], _lines(report.failure)) for report in kept)
    groups = [report.group for report in kept]
    exact = pairs(groups, [report.found.exact for report in kept])
    coarse = pairs(groups, [report.found.coarse for report in kept])
    return {
        "frames": read / (printed or 1),
        "exact precision": exact[0],
        "exact recall": exact[1],
        "coarse precision": coarse[0],
        "coarse recall": coarse[1],
    }


def _lines(failure: Failure) -> int:
    return sum(frame.line is not None for frame in failure.frames)


def by_folder() -> dict[str, list[Report]]:
    """Reports by language, engine or bundler."""
    found: dict[str, list[Report]] = defaultdict(list)
    for report in reports():
        found[report.folder].append(report)
    return dict(found)


if __name__ == "__main__":
    for folder, kept in by_folder().items():
        row = "  ".join(f"{name} {value:.3f}" for name, value in figures(kept).items())
        print(f"{folder:12} {len(kept):4} reports  {row}")  # noqa: T201 - what it is for
