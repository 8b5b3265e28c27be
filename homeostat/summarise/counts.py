"""What a leg did, as numbers and words of a contract."""

from __future__ import annotations

from decimal import Decimal

from homeostat.money import dollars
from homeostat.outbound import shown
from homeostat.records import LegReport, Outcome, Plain, Result

HEALED = frozenset({Result.CREATED, Result.UPDATED, Result.COMMITTED, Result.PLANNED})
LEFT_ALONE = frozenset({Result.COOLING, Result.DELIVERED, Result.SKIPPED, Result.NEEDS_INFO, Result.GIVEN_UP})
COUNTS = ("processed", "created", "updated", "cooldown", "skipped", "cost", "tokens")
"""The outputs that a table shows."""


def _count(report: LegReport, *results: Result) -> int:
    return sum(outcome.result in results for outcome in report.outcomes)


def worked_on(report: LegReport) -> list[Outcome]:
    """The outcomes of failures that were tried, not only looked at."""
    return [outcome for outcome in report.outcomes if outcome.result not in LEFT_ALONE]


def status(report: LegReport) -> str:
    """Say healed (all that was tried), partial (something stayed unhealed), planned or nothing-to-do."""
    found = {outcome.result for outcome in worked_on(report)}
    if not found:
        return "nothing-to-do"
    return "planned" if found == {Result.WOULD_TRY} else "healed" if found <= HEALED else "partial"


def outputs(report: LegReport, *, report_path: str = "") -> dict[str, Plain]:
    """The action's outputs by name, as text."""
    healed = [outcome for outcome in report.outcomes if outcome.result in HEALED]
    patterns = sorted({outcome.pattern for outcome in healed if outcome.pattern and not outcome.calls})
    told = {
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
    return {name: shown(" ".join(value.split())) for name, value in told.items()}
