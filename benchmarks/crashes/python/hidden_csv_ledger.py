import unittest
from decimal import Decimal

from csv_ledger import balances, monthly, read_bookings


class HiddenTest(unittest.TestCase):
    def test_spaces_behind_names(self):
        text = "date ,account ,amount \n2024-01-02,rent,-700\n"
        self.assertEqual(balances(text), {"rent": Decimal(-700)})

    def test_spaces_on_both_sides_of_all_names(self):
        text = " date , account ,\tamount\n 2024-01-02 , rent , -700 \n"
        self.assertEqual(monthly(text), {"2024-01": Decimal(-700)})

    def test_no_booking_is_lost(self):
        text = "date, amount, account\n2024-01-02, 1, a\n2024-01-03, 2, b\n2024-01-04, 3, a\n"
        self.assertEqual(len(read_bookings(text)), 3)
        self.assertEqual(balances(text), {"a": Decimal(4), "b": Decimal(2)})

    def test_an_empty_export(self):
        self.assertEqual(read_bookings(""), [])
        self.assertEqual(read_bookings("date,account,amount\n"), [])

    def test_a_plain_export(self):
        text = 'date,account,amount\n2024-01-02,"rent, flat",-700\n'
        self.assertEqual(balances(text), {"rent, flat": Decimal(-700)})


if __name__ == "__main__":
    unittest.main()
