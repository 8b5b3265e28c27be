import unittest
from datetime import date

from subscription import Cancellation, Subscription, revenue


class RevenueTest(unittest.TestCase):
    def test_counts_until_the_cancellation(self):
        plan = Subscription("basic", 500, date(2024, 1, 1), Cancellation(date(2024, 3, 1)))
        self.assertEqual(revenue([plan], date(2024, 2, 29)), {"basic": 500})
        self.assertEqual(revenue([plan], date(2024, 3, 1)), {})

    def test_sums_up_running_plans(self):
        plans = [Subscription("basic", 500, date(2024, 1, 1)), Subscription("basic", 700, date(2024, 2, 1))]
        self.assertEqual(revenue(plans, date(2024, 2, 15)), {"basic": 1200})

    def test_free_plans_bring_nothing(self):
        self.assertEqual(revenue([Subscription("free", 0, date(2024, 1, 1))], date(2024, 2, 1)), {})


if __name__ == "__main__":
    unittest.main()
