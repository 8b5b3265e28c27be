import unittest

from invoice import Coupon, Item, Order, total


class TotalTest(unittest.TestCase):
    def test_takes_a_share_off(self):
        self.assertEqual(total(Order([Item("lamp", 8000)], Coupon("percent", 10))), 7200)

    def test_takes_a_fixed_amount_off(self):
        self.assertEqual(total(Order([Item("lamp", 8000)], Coupon("fixed", 1000, 6000))), 7000)

    def test_a_small_order_with_a_coupon(self):
        self.assertEqual(total(Order([Item("bulb", 1000)], Coupon("fixed", 1000, 6000))), 1490)


if __name__ == "__main__":
    unittest.main()
