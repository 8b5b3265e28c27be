"""Reads bookings from a spreadsheet's export and sums them up."""

import csv
import io
from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from decimal import Decimal


@dataclass(frozen=True)
class Booking:
    day: date
    account: str
    amount: Decimal


def _rows(text):
    reader = csv.DictReader(io.StringIO(text))
    yield from reader


def _booking(row):
    return Booking(
        day=date.fromisoformat(row["date"].strip()),
        account=row["account"].strip(),
        amount=Decimal(row["amount"].strip()),
    )


def read_bookings(text):
    """The bookings of an export; spaces around names and values mean nothing."""
    return [_booking(row) for row in _rows(text)]


def balances(text):
    """What each account holds, by name."""
    totals = defaultdict(Decimal)
    for booking in read_bookings(text):
        totals[booking.account] += booking.amount
    return dict(sorted(totals.items()))


def monthly(text):
    """The sum of all bookings of a month, by `YYYY-MM`."""
    totals = defaultdict(Decimal)
    for booking in read_bookings(text):
        totals[f"{booking.day:%Y-%m}"] += booking.amount
    return dict(sorted(totals.items()))
