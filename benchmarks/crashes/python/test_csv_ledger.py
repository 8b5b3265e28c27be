import unittest
from decimal import Decimal

from csv_ledger import balances, monthly


class LedgerTest(unittest.TestCase):
    def test_sums_up_accounts(self):
        text = "date,account,amount\n2024-01-02,rent,-700\n2024-01-05,rent,-20.50\n"
        self.assertEqual(balances(text), {"rent": Decimal("-720.50")})

    def test_reads_an_aligned_export(self):
        text = "date,       account, amount\n2024-01-02, rent,    -700\n2024-01-05, food,    -20\n"
        self.assertEqual(balances(text), {"food": Decimal(-20), "rent": Decimal(-700)})

    def test_sums_up_months(self):
        text = "date,account,amount\n2024-01-02,rent,-700\n2024-02-02,rent,-700\n"
        self.assertEqual(monthly(text), {"2024-01": Decimal(-700), "2024-02": Decimal(-700)})


if __name__ == "__main__":
    unittest.main()
