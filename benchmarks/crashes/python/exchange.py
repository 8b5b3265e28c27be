"""Converts amounts between currencies."""

from decimal import ROUND_HALF_UP, Decimal

CENT = Decimal("0.01")


class RateTable:
    """What one unit of the base currency is worth; codes are read in any case."""

    def __init__(self, base, rates):
        self._rates = {code.strip().upper(): Decimal(rate) for code, rate in rates.items()}
        self._rates[base.strip().upper()] = Decimal(1)

    @classmethod
    def parse(cls, base, text):
        """A table from lines such as `USD 1.08`."""
        rates = {}
        for line in text.splitlines():
            if line.strip():
                code, rate = line.split()
                rates[code] = rate
        return cls(base, rates)

    def rate(self, source, target):
        return self._rates[target] / self._rates[source]

    def codes(self):
        return sorted(self._rates)


def convert(amount, source, target, table):
    """The amount in the other currency, rounded to cents."""
    exact = Decimal(amount) * table.rate(source, target)
    return exact.quantize(CENT, rounding=ROUND_HALF_UP)


def convert_all(amounts, target, table):
    """The sum of (amount, code) pairs in one currency."""
    return sum((convert(amount, code, target, table) for amount, code in amounts), Decimal(0))
