"""The page of a backtest: one file that asks the network for nothing and runs nothing."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from homeostat.backtest.judgement import Finding
from homeostat.backtest.telling import COLUMNS, Told, cells, notes, sentence
from homeostat.hypertext import rendered


@dataclass(frozen=True, slots=True)
class Share:
    """One outcome's part of the bar, in percent."""

    finding: Finding
    count: int
    begin: float
    width: float


def html(told: Told) -> str:
    """The page, in the style of the report's."""
    return rendered(
        "backtest.html",
        styles=("report.css", "backtest.css"),
        filters={"kind": lambda finding: finding.replace(" ", "-")},
        repository=told.repository,
        sentence=sentence(told),
        notes=notes(told),
        columns=COLUMNS,
        rows=[(one, cells(one)) for one in told.judged],
        shares=[*_shares(told)],
    )


def _shares(told: Told) -> Iterator[Share]:
    begin = 0.0
    for finding, count in told.counts.items():
        width = 100 * count / len(told.judged) if count else 0.0
        if count:
            yield Share(finding, count, begin, width)
        begin += width
