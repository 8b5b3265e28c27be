"""What models cost: exact to the last digit, bounded before each call, and the same for all legs at once."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from decimal import Decimal

from homeostat.config import Endpoint, Price
from homeostat.records import Books, Call, Charge, Prompt, Usage

MILLION = Decimal(1_000_000)
ENVELOPE = 1_000
"""Tokens that an endpoint may add to a prompt of its own accord: turns, forms, its own system text."""
CENTS = Decimal("0.01")


@dataclass(frozen=True, slots=True)
class Bounds:
    """US dollars; None: no such bound."""

    run: Decimal
    """Of all legs of the run."""
    month: Decimal | None
    """Of one repository in a month."""
    fingerprint: Decimal
    """Of one error of one repository in a month."""
    calls: int | None = None
    """Of models, in one run and one repository."""


def cost(usage: Usage, price: Price) -> Decimal:
    """US dollars, not rounded."""
    fresh = usage.input - usage.cached
    parts = fresh * price.input + usage.cached * price.cached_input + usage.output * price.output
    return parts / MILLION


def upper_bound(prompt: Prompt, endpoint: Endpoint) -> Decimal:
    """What one call costs at most: no token is shorter than a byte, and the answer has a limit."""
    price = endpoint.price
    dearest = replace(price, input=max(price.input, price.cached_input))
    return cost(Usage(prompt.size + ENVELOPE, endpoint.output_tokens), dearest)


def dollars(amount: Decimal) -> str:
    """As people read it: two digits, and up to four more where they matter."""
    rounded = amount.quantize(Decimal("0.000001")).normalize()
    return f"{rounded:f}" if rounded != rounded.quantize(CENTS) else f"{rounded:.2f}"


def total(charges: Iterable[Charge]) -> Decimal:
    """US dollars of all of them."""
    return sum((charge.amount for charge in charges), Decimal(0))


def spent(calls: Iterable[Call]) -> Decimal:
    """US dollars of some calls."""
    return sum((call.cost for call in calls), Decimal(0))


def too_many(charges: Iterable[Charge], wanted: Charge, bounds: Bounds) -> str | None:
    """Why no model may be asked any more in this leg, or None."""
    same = (wanted.run, wanted.repository)
    made = sum((one.run, one.repository) == same and one.id != wanted.id for one in charges)
    if bounds.calls is None or made < bounds.calls:
        return None
    return f"MAX_CALLS ({bounds.calls}) is reached: the next run goes on"


def refusal(charges: Iterable[Charge], wanted: Charge, bounds: Bounds) -> str | None:
    """Why the call may not be made, or None; `charges` are the month's, and those of runs around its ends."""
    known, at = list(charges), wanted.at
    told = too_many(known, wanted, bounds)
    if told:
        return told
    month = [one for one in known if (one.at.year, one.at.month) == (at.year, at.month)]
    here = [one for one in month if one.repository == wanted.repository]
    same = [one for one in here if one.fingerprint == wanted.fingerprint]
    limits = {
        "MAX_RUN_COST": (bounds.run, [one for one in known if one.run == wanted.run]),
        "max_cost_usd of this month": (bounds.month, here),
        "MAX_FINGERPRINT_COST": (bounds.fingerprint, same),
    }
    for name, (limit, so_far) in limits.items():
        if limit is not None and total(so_far) + wanted.amount > limit:
            return (
                f"{wanted.model} may cost up to ${dollars(wanted.amount)} now, and ${dollars(total(so_far))} "
                f"of {name} (${dollars(limit)}) is spent: raise that bound if it shall be asked"
            )
    return None


def reserved(books: Books, wanted: Charge, bounds: Bounds) -> Books:
    """The books with the charge, or as they are when a bound forbids it; again the same after the same."""
    if any(one.id == wanted.id for one in books.charges) or refusal(books.charges, wanted, bounds):
        return books
    return replace(books, charges=(*books.charges, wanted))


def settled(books: Books, charge: Charge) -> Books:
    """The books with what the call did cost."""
    known = tuple(charge if one.id == charge.id else one for one in books.charges)
    return replace(books, charges=known)
