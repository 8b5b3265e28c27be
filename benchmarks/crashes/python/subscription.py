"""Tells which subscriptions are to be billed for a month."""

from dataclasses import dataclass
from datetime import date


@dataclass
class Cancellation:
    effective: date
    reason: str = ""


@dataclass
class Subscription:
    """A plan from its first day on, until a cancellation takes effect."""

    plan: str
    cents: int
    first_day: date
    cancellation: Cancellation | None = None

    def is_active(self, day: date) -> bool:
        return self.first_day <= day and (day < self.cancellation.effective or not self.cancellation)

    def cancel(self, effective: date, reason: str = "") -> None:
        if effective < self.first_day:
            raise ValueError("a subscription ends after it began")
        self.cancellation = Cancellation(effective, reason)


def billable(subscriptions: list[Subscription], day: date) -> list[Subscription]:
    """The subscriptions that are active on a day and cost something."""
    return [one for one in subscriptions if one.cents > 0 and one.is_active(day)]


def revenue(subscriptions: list[Subscription], day: date) -> dict[str, int]:
    """What each plan brings in on a day, in cents."""
    totals: dict[str, int] = {}
    for one in billable(subscriptions, day):
        totals[one.plan] = totals.get(one.plan, 0) + one.cents
    return totals
