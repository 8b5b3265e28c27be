"""What both pages fold away: what was learned, and which limits held."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal

from homeostat.money import dollars
from homeostat.outbound import Cell, inline, markdown, row, rule
from homeostat.records import LegReport, Markdown, Outcome
from homeostat.summarise.counts import HEALED, outputs


def folds(reports: Sequence[LegReport], told: Mapping[str, str]) -> list[Markdown]:
    """The numbers of one leg or of several, of which `told` are the outputs."""
    return [
        *_library(max((report.patterns_known for report in reports), default=0), told),
        *_limits(reports),
        markdown(
            "\nAPI requests: {} · git round trips: {}",
            sum(report.api_requests for report in reports),
            sum(report.git_round_trips for report in reports),
        ),
    ]


def _library(known: int, told: Mapping[str, str]) -> list[Markdown]:
    used = len([name for name in told["patterns-used"].split(",") if name])
    return [
        markdown("\n<details><summary>Pattern library</summary>\n"),
        row(*map(inline, ("learned patterns", "used, found by search too", "zero-cost fixes"))),
        rule(3, numbers=3),
        row(known, used, inline(told["zero-cost-fixes"])),
        markdown("\n</details>"),
    ]


def _changed_lines(outcome: Outcome) -> int:
    lines = outcome.diff.split("\n")
    return sum(line[:1] in "+-" and line[:3] not in ("+++", "---") for line in lines if line)


def _limits(reports: Sequence[LegReport]) -> list[Markdown]:
    """Which limits held, and how much of each the run used."""
    caps = [report.caps for report in reports if report.caps]
    if not caps:
        return []
    diffs = [outcome for report in reports for outcome in report.outcomes if outcome.result in HEALED]
    lines = max(map(_changed_lines, diffs), default=0)
    files = max((outcome.diff.count("\ndiff --git ") + 1 for outcome in diffs if outcome.diff), default=0)
    created = max(int(outputs(report)["created"]) for report in reports)
    standing, requests = max(r.open_pulls for r in reports), max(r.api_requests for r in reports)
    cost = sum((Decimal(outputs(report)["cost"]) for report in reports), Decimal(0))
    calls = max(sum(len(outcome.calls) for outcome in report.outcomes) for report in reports)
    rows: dict[str, tuple[Cell, Cell]] = {
        "pull requests of one leg": (created, max(cap.max_prs_per_run for cap in caps)),
        "pull requests open at once": (standing, max(cap.max_open_prs for cap in caps)),
        "changed lines of one fix": (lines, max(cap.max_diff_lines for cap in caps)),
        "files of one fix": (files, max(cap.max_files for cap in caps)),
        "US dollars": (inline(dollars(cost)), inline(dollars(max(cap.max_run_cost for cap in caps)))),
        "calls of models in one leg": (calls, max(cap.max_calls for cap in caps)),
        "comments of one leg": (max(r.comments for r in reports), max(cap.max_comments for cap in caps)),
        "API requests of one leg": (requests, max(cap.max_requests for cap in caps)),
        "minutes of one leg": (
            markdown("{:.1f}", max(r.minutes for r in reports)),
            max(cap.max_run_minutes for cap in caps),
        ),
    }
    return [
        markdown("\n<details><summary>Safety: limits, and the most that was used of each</summary>\n"),
        row(*map(inline, ("limit", "used", "allowed"))),
        rule(3, numbers=2),
        *(row(inline(name), used, allowed) for name, (used, allowed) in rows.items()),
        markdown("\n</details>"),
    ]
