"""The page of a backtest: one file that asks the network for nothing and runs nothing."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from importlib.resources import files

from jinja2 import Environment, FunctionLoader, StrictUndefined

from homeostat.backtest.judgement import Finding
from homeostat.backtest.telling import COLUMNS, Told, cells, notes, sentence
from homeostat.outbound import shown


@dataclass(frozen=True, slots=True)
class Share:
    """One outcome's part of the bar, in percent."""

    finding: Finding
    count: int
    begin: float
    width: float


def html(told: Told) -> str:
    """The page, in the style of the report's."""
    style = _file("report.css") + _file("backtest.css")
    template = _environment().get_template("backtest.html")
    return template.render(
        repository=told.repository,
        sentence=sentence(told),
        notes=notes(told),
        columns=COLUMNS,
        rows=[(one, cells(one)) for one in told.judged],
        shares=[*_shares(told)],
        style=style,
        style_hash=b64encode(sha256(style.encode()).digest()).decode(),
    )


@cache
def _file(name: str) -> str:
    return (files("homeostat") / "templates" / name).read_text(encoding="utf-8")


@cache
def _environment() -> Environment:
    made = Environment(
        autoescape=True,
        undefined=StrictUndefined,
        loader=FunctionLoader(_file),
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters |= {
        "shown": lambda text: " ".join(shown(text).split()),
        "kind": lambda finding: finding.replace(" ", "-"),
    }
    return made


def _shares(told: Told) -> Iterator[Share]:
    begin = 0.0
    for finding, count in told.counts.items():
        width = 100 * count / len(told.judged) if count else 0.0
        if count:
            yield Share(finding, count, begin, width)
        begin += width
