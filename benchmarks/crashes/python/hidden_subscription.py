import unittest
from datetime import date

from subscription import Subscription, billable, revenue


class HiddenTest(unittest.TestCase):
    def test_active_from_the_first_day(self):
        plan = Subscription("basic", 500, date(2024, 1, 10))
        self.assertFalse(plan.is_active(date(2024, 1, 9)))
        self.assertTrue(plan.is_active(date(2024, 1, 10)))
        self.assertTrue(plan.is_active(date(2034, 1, 10)))

    def test_a_cancelled_one_ends_on_its_day(self):
        plan = Subscription("basic", 500, date(2024, 1, 10))
        plan.cancel(date(2024, 2, 1))
        self.assertTrue(plan.is_active(date(2024, 1, 31)))
        self.assertFalse(plan.is_active(date(2024, 2, 1)))

    def test_running_and_cancelled_ones_together(self):
        running = Subscription("pro", 900, date(2024, 1, 1))
        ended = Subscription("pro", 800, date(2024, 1, 1))
        ended.cancel(date(2024, 1, 20))
        self.assertEqual(billable([running, ended], date(2024, 2, 1)), [running])
        self.assertEqual(revenue([running, ended], date(2024, 1, 5)), {"pro": 1700})

    def test_no_end_before_the_beginning(self):
        with self.assertRaises(ValueError):
            Subscription("pro", 900, date(2024, 1, 2)).cancel(date(2024, 1, 1))


if __name__ == "__main__":
    unittest.main()
