import unittest
from decimal import Decimal

from exchange import RateTable, convert, convert_all

TABLE = RateTable.parse("eur", "USD 1.10\ngbp 0.88\n")


class ExchangeTest(unittest.TestCase):
    def test_converts(self):
        self.assertEqual(convert("10", "EUR", "USD", TABLE), Decimal("11.00"))

    def test_converts_what_a_form_sends(self):
        self.assertEqual(convert("10", "eur", "usd", TABLE), Decimal("11.00"))

    def test_knows_its_codes(self):
        self.assertEqual(TABLE.codes(), ["EUR", "GBP", "USD"])

    def test_sums_up(self):
        self.assertEqual(convert_all([("1", "EUR"), ("2.20", "USD")], "EUR", TABLE), Decimal("3.00"))


if __name__ == "__main__":
    unittest.main()
