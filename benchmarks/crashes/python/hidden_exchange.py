import unittest
from decimal import Decimal

from exchange import RateTable, convert, convert_all

TABLE = RateTable("EUR", {"usd": "1.10", "GBP": "0.88"})


class HiddenTest(unittest.TestCase):
    def test_mixed_case_on_either_side(self):
        self.assertEqual(convert("11", "Usd", "EUR", TABLE), Decimal("10.00"))
        self.assertEqual(convert("10", "EUR", "gbp", TABLE), Decimal("8.80"))

    def test_sums_in_any_case(self):
        amounts = [("1", "eur"), ("1.10", "USD"), ("0.88", "Gbp")]
        self.assertEqual(convert_all(amounts, "eur", TABLE), Decimal("3.00"))

    def test_upper_case_as_before(self):
        self.assertEqual(convert("8.80", "GBP", "USD", TABLE), Decimal("11.00"))

    def test_an_unknown_currency_stays_an_error(self):
        with self.assertRaises((KeyError, ValueError)):
            convert("1", "EUR", "XXX", TABLE)


if __name__ == "__main__":
    unittest.main()
