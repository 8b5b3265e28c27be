"""A backtest for people: a table, and one honest sentence; for machines the same as JSON."""

from __future__ import annotations

import textwrap
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import chain

from homeostat.backtest.judgement import Finding, Ruling, Source
from homeostat.backtest.state import Judged
from homeostat.money import dollars
from homeostat.outbound import ZERO_WIDTH, as_json, counted, one_line

SOURCES = {Source.LEARNED: "free", Source.SEARCH: "draft", Source.MODEL: "$"}
"""What is to be known of each."""
COLUMNS = ("Fix", "Date", "Error", "Outcome", "By", "Cost", "Took", "Why")
MINUTES_FROM = 100
"""Seconds that are told as such."""
MOST = (10, 10, 44, 11, 15, 9, 8, 100)
"""Characters of each column in a terminal."""
ERROR, BY = 2, 4
"""Columns: where a terminal is narrow, the one is cut, and the other stands beneath as the last does."""
SHORTEST = 12
"""Characters that are left of an error at least."""


@dataclass(frozen=True, slots=True)
class Told:
    """All there is to tell."""

    repository: str
    judged: Sequence[Judged]
    left: int
    """Events that were not judged yet."""
    spent: Decimal
    """US dollars, of the events that were begun and not judged too."""
    untested: int = 0
    larger: int = 0
    unread: int = 0
    """Reports that were closed and cannot be read."""
    unanswered: int = 0
    """Reports that were closed, and no change says that it fixed them."""
    library: str = ""
    """The library that was given."""
    stopped: str = ""
    """Why it stopped, and how it goes on."""

    @property
    def counts(self) -> Mapping[Finding, int]:
        """How many events came out each way."""
        found = [one.ruling.finding for one in self.judged]
        return {finding: found.count(finding) for finding in Finding}


def why(ruling: Ruling) -> str:
    """The reason, with what is best about it first."""
    return f"the same as the developer's; {ruling.reason}" if ruling.same else ruling.reason


def _by(ruling: Ruling) -> str:
    if ruling.source is None:
        return ""
    told = "draft" if ruling.draft and ruling.source is Source.LEARNED else SOURCES[ruling.source]
    return f"{ruling.source} ({told})"


def _time(seconds: float) -> str:
    return f"{seconds:.0f} s" if seconds < MINUTES_FROM else f"{seconds / 60:.1f} min"


def cells(one: Judged) -> tuple[str, ...]:
    """The row of an event."""
    ruling = one.ruling
    issue = f"#{one.issue} " if one.issue else ""
    return (
        one.id[:10],
        f"{one.at:%Y-%m-%d}",
        issue + (ruling.error or one.subject),
        ruling.finding,
        _by(ruling),
        f"${dollars(ruling.cost)}",
        _time(one.seconds),
        why(ruling),
    )


def sentence(told: Told) -> str:
    """What it comes to."""
    count, healed = told.counts, [one for one in told.judged if one.ruling.finding is Finding.HEALED]
    drafts = sum(one.ruling.draft for one in healed)
    same = sum(one.ruling.same for one in healed)
    cost = sum((one.ruling.cost for one in healed), Decimal(0))
    parts = [
        f"{len(healed)} would have been healed for ${dollars(cost)}"
        if healed
        else "none would have been healed",
        *([f"{drafts} of them as {'a draft' if drafts == 1 else 'drafts'}"] if drafts else []),
        *([f"{same} of them as the developer did"] if same else []),
    ]
    rest = [
        f"{count[finding]} {words}"
        for finding, words in (
            (Finding.WRONG, "would have got a fix that is wrong"),
            (Finding.UNPROVEN, "would have got a fix that nothing can judge"),
            (Finding.NOT_HEALED, "not" if healed else "got no fix"),
            (Finding.CANNOT_TELL, "cannot be told"),
        )
        if count[finding]
    ]
    if not told.judged:
        return "No past error was judged: the history names no fix that a test or a report can judge."
    return f"Of {counted(len(told.judged), 'past error')} {'; '.join([', '.join(parts), *rest])}."


def notes(told: Told) -> list[str]:
    """What the sentence rests on, and what it leaves out."""
    took = _time(sum(one.seconds for one in told.judged))
    lines = [f"Models cost ${dollars(told.spent)} in all; it took {took}, most of it for tests."]
    if told.library:
        lines.append(f"Everything in {told.library} was known from the start.")
    if told.untested:
        lines.append(
            f"Left out: {counted(told.untested, 'fix')} without tests or a report, which nothing can judge."
        )
    if told.larger:
        lines.append(f"Left out: {counted(told.larger, 'fix')} of more places than one error takes.")
    if told.unread:
        lines.append(f"Left out: {counted(told.unread, 'closed report')} that cannot be read.")
    if told.unanswered:
        lines.append(f"Left out: {counted(told.unanswered, 'closed report')} that no change says it fixed.")
    if any(one.ruling.source is Source.MODEL for one in told.judged):
        lines.append("A model may have read a public fix before it was asked: trust the next ones more.")
    if told.left:
        lines.append(f"Not judged yet: {counted(told.left, 'past error')}.")
    return [*lines, *([told.stopped] if told.stopped else [])]


def table(told: Told, width: int | None = None) -> list[str]:
    """The lines; where they are wider than a terminal of `width` characters, reasons stand beneath."""
    rows = [COLUMNS, *(cells(one) for one in told.judged)]
    lines = [[one_line(cell, most) for cell, most in zip(row, MOST, strict=True)] for row in rows]
    shown = _aligned(lines)
    if width and max(map(_wide, shown)) > width:
        shown = _folded(lines, width)
    ends = [one_line(line, 600) for line in (sentence(told), *notes(told))]
    folded = [part for line in ends for part in (textwrap.wrap(line, width) if width else [line])]
    return [*(shown if told.judged else []), "", *folded]


def _wide(text: str) -> int:
    """The characters of a terminal that it takes."""
    return len(text) - text.count(ZERO_WIDTH)


def _aligned(lines: Sequence[Sequence[str]]) -> list[str]:
    widths = [max(map(_wide, column)) for column in zip(*lines, strict=True)]
    padded = [
        [cell + " " * (wide - _wide(cell)) for cell, wide in zip(one, widths, strict=True)] for one in lines
    ]
    return ["  ".join(cells).rstrip() for cells in padded]


def _folded(lines: Sequence[Sequence[str]], width: int) -> list[str]:
    """What found it and the reason beneath each row, whose error is cut to what the width leaves."""
    kept = [[*line[:BY], *line[BY + 1 : -1]] for line in lines]
    over = max(map(_wide, _aligned(kept))) - width
    most = max(SHORTEST, *(len(line[ERROR]) - max(over, 0) for line in kept))
    heads, *rows = _aligned(
        [[*line[:ERROR], one_line(line[ERROR], most), *line[ERROR + 1 :]] for line in kept]
    )
    whys = [": ".join(filter(None, (line[BY], line[-1]))) for line in lines[1:]]
    told = [[row, *_indented(why, width)] for row, why in zip(rows, whys, strict=True)]
    return [heads, *chain.from_iterable(told)]


def _indented(text: str, width: int) -> list[str]:
    return textwrap.wrap(text, width, initial_indent="  ", subsequent_indent="  ")


def as_data(told: Told) -> str:
    """For machines."""
    return as_json(
        {
            "repository": told.repository,
            "past_errors": len(told.judged),
            "counts": dict(told.counts),
            "drafts": sum(o.ruling.draft for o in told.judged if o.ruling.finding is Finding.HEALED),
            "cost": told.spent,
            "left": told.left,
            "left_out": {
                "untested": told.untested,
                "larger": told.larger,
                "unread": told.unread,
                "unanswered": told.unanswered,
            },
            "stopped": told.stopped,
            "summary": sentence(told),
            "events": told.judged,
        },
        indent=2,
    )
