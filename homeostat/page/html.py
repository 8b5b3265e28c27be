"""The page itself: figures into the template, everything from the ledger escaped and past the gate."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal

from homeostat import __version__
from homeostat.hypertext import rendered, seen
from homeostat.money import dollars
from homeostat.outbound import counted
from homeostat.page.charts import Chart, svg
from homeostat.page.figures import OPEN, Figures, Month, figures
from homeostat.page.rules import rule_rows
from homeostat.records import Shelf, Status
from homeostat.records.slugs import SLUG

LIMITS = {"few": 10, "open": 200, "reasons": 15, "rules": 30, "incidents": 20, "log": 20, "aside": 30}
"""Rows that are shown; the page says how many there are."""
MOST_OUTCOMES, MOST_MONTHS, LONGEST_LABEL = 10, 8, 26
HOUR, DAY = 3_600, 86_400
TENTH_OF_A_CENT = Decimal("0.001")


@dataclass(frozen=True, slots=True)
class Links:
    """Addresses on the forge, made of what has the right form and of nothing else."""

    server: str

    def repository(self, slug: str) -> str | None:
        """Of a repository."""
        return f"{self.server}/{slug}" if SLUG.fullmatch(slug) else None

    def pull(self, slug: str, number: int | None) -> str | None:
        """Of a pull request."""
        return f"{self.server}/{slug}/pull/{number}" if number and SLUG.fullmatch(slug) else None


def page(shelf: Shelf, *, title: str, server: str, now: datetime) -> str:
    """The ledger as one HTML file. `server` is an address that our own settings have checked."""
    found = figures(shelf, now)
    return rendered(
        "report.html",
        styles=("report.css",),
        filters={
            "dollars": money,
            "percent": lambda share: "not known" if share is None else f"{share:.0%}",
            "span": span,
            "day": lambda at: "not known" if at is None else f"{at:%Y-%m-%d}",
            "counted": counted,
        },
        title=title,
        now=now,
        version=__version__,
        empty=not (found.lines or found.fixes or found.places),
        found=found,
        rules=rule_rows(shelf.library, found.fixes),
        charts={chart.id: svg(chart) for chart in _charts(found)},
        links=Links(server),
        limits=LIMITS,
        set_aside=[(path, one) for path, aside in shelf.set_aside.items() for one in aside],
        unread=shelf.unread,
        costs_whole=not any(path.startswith("costs/") for path in (*shelf.unread, *shelf.set_aside)),
        open_statuses=OPEN,
        given_up=sum(one.incident.status is Status.GIVEN_UP for one in found.open),
    )


TENTHS_BELOW = 10
"""Hours that are told with their tenths."""


def money(amount: Decimal | None) -> str:
    """US dollars to the cent; below one to a tenth of it, and what is less than that as it is."""
    if amount is None:
        return "not known"
    if amount and amount < TENTH_OF_A_CENT:
        return f"${dollars(amount)}"
    return f"${amount:.3f}" if 0 < amount < 1 else f"${amount:.2f}"


def span(time: timedelta | None) -> str:
    """How long something took, as precise as people tell it."""
    if time is None:
        return "not known"
    seconds = time.total_seconds()
    if seconds < HOUR:
        return f"{seconds / 60:.0f} min"
    return f"{seconds / HOUR:.1f} h" if seconds < 2 * DAY else f"{seconds / DAY:.1f} days"


# --- charts -------------------------------------------------------------------------------------


def _charts(found: Figures) -> list[Chart]:
    """Those that have something to show."""
    made = [_merged(found.months), _spent(found.months), _waits(found.months), _outcomes(found)]
    return [chart for chart in made if any(value for _, values in chart.series for value in values)]


def _merged(months: Sequence[Month]) -> Chart:
    free = [month.sums.free for month in months]
    paid = [month.sums.healed - month.sums.free for month in months]
    told = f"Merged {sum(free)} fixes at no cost and {sum(paid)} with a model, over {_span_of(months)}."
    series = [("at no cost", free), ("with a model", paid)]
    return Chart("merged", "Merged fixes by month", told, _names(months), series, stacked=True)


def _spent(months: Sequence[Month]) -> Chart:
    spent = [float(month.sums.spent) for month in months]
    most = max(months, key=lambda month: month.sums.spent, default=None)
    dearest = f"; the most in {most.name}: {money(most.sums.spent)}" if most else ""
    told = f"Paid for models over {_span_of(months)}{dearest}."
    series = [("US dollars", spent)]
    return Chart("spent", "Paid for models by month", told, _names(months), series, form="${:.2f}".format)


def _waits(months: Sequence[Month]) -> Chart:
    pull = [_hours(month.sums.to_pull.median) for month in months]
    merge = [_hours(month.sums.to_merge.median) for month in months]
    told = f"Median hours from the report to the pull request and to the merge, over {_span_of(months)}."
    series = [("to the pull request", pull), ("to the merge", merge)]
    long = max((hours for hours in (*pull, *merge) if hours is not None), default=0.0) >= TENTHS_BELOW
    return Chart(
        "waits",
        "Hours from report to merge",
        told,
        _names(months),
        series,
        form=("{:.0f} h" if long else "{:.1f} h").format,
    )


def _outcomes(found: Figures) -> Chart:
    counts = Counter[str]()
    for reason in found.reasons:
        counts[seen(reason.outcome)] += reason.count
    top = counts.most_common(MOST_OUTCOMES)
    told = "; ".join(f"{name}: {count}" for name, count in top)
    labels, values = [cut(name) for name, _ in reversed(top)], [count for _, count in reversed(top)]
    return Chart("outcomes", "Outcomes", told, labels, [("lines of the log", values)], lying=True)


def cut(label: str) -> str:
    """A label that leaves room for its bar."""
    return label if len(label) <= LONGEST_LABEL else f"{label[: LONGEST_LABEL - 1]}…"


def _names(months: Sequence[Month]) -> list[str]:
    """As an axis bears them: of many each second or third, up to the last; the year where it is another."""
    step = -(-len(months) // MOST_MONTHS) or 1
    names, year = list[str](), 0
    for left, month in zip(range(len(months))[::-1], months, strict=True):
        at = datetime.strptime(month.name, "%Y-%m").replace(tzinfo=UTC)
        named = left % step == 0
        names.append(f"{at:%b}{f' {at:%Y}' if at.year != year else ''}" if named else "")
        year = at.year if named else year
    return names


def _span_of(months: Sequence[Month]) -> str:
    return f"{months[0].name} to {months[-1].name}" if months else "no month"


def _hours(time: timedelta | None) -> float | None:
    return round(time.total_seconds() / HOUR, 1) if time is not None else None
