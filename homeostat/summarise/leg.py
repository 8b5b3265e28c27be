"""What a person or a workflow reads after one leg: outputs, step summary, JSON report."""

from __future__ import annotations

import json
from collections import Counter
from decimal import Decimal
from typing import Any

import msgspec

from homeostat.money import dollars
from homeostat.outbound import code, inline, visible
from homeostat.records import LegReport, Outcome, Result

HEALED = frozenset({Result.CREATED, Result.UPDATED, Result.COMMITTED, Result.PLANNED})
LEFT_ALONE = frozenset({Result.COOLING, Result.DELIVERED, Result.SKIPPED, Result.NEEDS_INFO, Result.GIVEN_UP})
SUMMARY_LIMIT = 900_000
"""Bytes; GitHub refuses step summaries over 1 MiB."""
_COUNTED = ("processed", "created", "updated", "cooldown", "skipped", "cost", "tokens", "zero-cost-fixes")
_MARKS = {
    **dict.fromkeys(HEALED, "✅"),
    **dict.fromkeys(LEFT_ALONE, "⏸"),
    Result.ERROR: "❌",
}


def _count(report: LegReport, *results: Result) -> int:
    return sum(outcome.result in results for outcome in report.outcomes)


def worked_on(report: LegReport) -> list[Outcome]:
    """The outcomes of failures that were tried, not only looked at."""
    return [outcome for outcome in report.outcomes if outcome.result not in LEFT_ALONE]


def status(report: LegReport) -> str:
    """Say healed (all that was tried), partial (something stayed unhealed) or nothing-to-do."""
    tried = worked_on(report)
    if not tried:
        return "nothing-to-do"
    return "healed" if all(outcome.result in HEALED for outcome in tried) else "partial"


def outputs(report: LegReport, *, report_path: str = "") -> dict[str, str]:
    """The action's outputs by name, as text."""
    healed = [outcome for outcome in report.outcomes if outcome.result in HEALED]
    patterns = sorted({outcome.pattern for outcome in healed if outcome.pattern and not outcome.calls})
    return {
        "status": status(report),
        "processed": str(len(worked_on(report))),
        "created": str(_count(report, Result.CREATED)),
        "updated": str(_count(report, Result.UPDATED)),
        "cooldown": str(_count(report, Result.COOLING)),
        "skipped": str(_count(report, Result.SKIPPED, Result.DELIVERED, Result.NEEDS_INFO, Result.GIVEN_UP)),
        "cost": dollars(sum((outcome.cost for outcome in report.outcomes), Decimal(0))),
        "tokens": str(sum(outcome.tokens for outcome in report.outcomes)),
        "patterns-used": ",".join(patterns),
        "zero-cost-fixes": str(sum(not outcome.calls for outcome in healed)),
        "pr-urls": ",".join(outcome.url for outcome in healed if outcome.url),
        "report-path": report_path,
    }


def _row(outcome: Outcome) -> str:
    mark = _MARKS.get(outcome.result, "⚠️")
    source = f"#{outcome.issue}" if outcome.issue else "tests"
    pull = f" (#{outcome.pull})" if outcome.pull else ""
    cells = (inline(outcome.title), source, f"{mark} {outcome.result}{pull}", inline(outcome.reason, 400))
    return f"| {' | '.join(cells)} |"


def fitting(text: str) -> str:
    """A summary's beginning and end, as much as GitHub takes, with the number of what is left out."""
    whole = text.encode()
    if len(whole) <= SUMMARY_LIMIT:
        return text
    head = whole[: SUMMARY_LIMIT * 2 // 3].decode(errors="ignore")
    tail = whole[-SUMMARY_LIMIT // 3 :].decode(errors="ignore")
    return f"{head}\n[… {len(text) - len(head) - len(tail)} characters left out …]\n{tail}"


def markdown(report: LegReport) -> str:
    """The step summary of one leg."""
    told = outputs(report)
    lines = [
        f"## Homeostat: {inline(report.repository)}: {told['status']}",
        "",
        f"| {' | '.join(_COUNTED)} | patterns known |",
        f"|{'---|' * (len(_COUNTED) + 1)}",
        f"| {' | '.join(told[name] for name in _COUNTED)} | {report.patterns_known} |",
        "",
        f"API requests: {report.api_requests} · git round trips: {report.git_round_trips}",
    ]
    if report.notes:
        lines += ["", *(f"- {inline(note, 400)}" for note in report.notes)]
    if report.outcomes:
        lines += ["", "| failure | from | outcome | why |", "|---|---|---|---|", *map(_row, report.outcomes)]
    if report.lessons:
        lines += ["", "**Learned**" if report.lessons[0].applied else "**Would learn** (learning is off)", ""]
        lines += [
            f"- {inline(lesson.what)}{f' → {code(lesson.pattern)}' if lesson.pattern else ''}"
            for lesson in report.lessons
        ]
    return fitting("\n".join(lines)) + "\n"


def _line(text: str, limit: int = 400) -> str:
    """One line that cannot steer a terminal."""
    return " ".join(visible(text).split())[:limit]


def terminal(report: LegReport) -> str:
    """The same in a few plain lines."""
    counts = Counter(outcome.result for outcome in report.outcomes)
    told = ", ".join(f"{number} {result}" for result, number in counts.items()) or "no failures"
    lines = [f"{report.repository}: {status(report)} ({told})"]
    lines += [f"  {_line(note)}" for note in report.notes]
    for outcome in report.outcomes:
        where = f" → #{outcome.pull} {outcome.url}".rstrip() if outcome.pull else ""
        lines += [f"  {outcome.result}: {_line(outcome.title, 120)}{where}", f"    {_line(outcome.reason)}"]
    verb = {True: "learned", False: "would learn"}
    lines += [f"  {verb[lesson.applied]}: {_line(lesson.what)}" for lesson in report.lessons]
    return "\n".join(lines)


def as_json(report: LegReport, *, report_path: str = "") -> str:
    """The whole report of a leg, for machines."""
    plain: dict[str, Any] = {
        "version": 1,
        **msgspec.to_builtins(report),
        "outputs": outputs(report, report_path=report_path),
    }
    return json.dumps(plain, indent=2, sort_keys=True, ensure_ascii=False) + "\n"
