import unittest

from invoice import Coupon, Item, Order, discount, total


class HiddenTest(unittest.TestCase):
    def test_just_below_the_minimum(self):
        self.assertEqual(total(Order([Item("lamp", 5999)], Coupon("fixed", 1000, 6000))), 5999)

    def test_just_at_the_minimum(self):
        self.assertEqual(total(Order([Item("lamp", 6000)], Coupon("fixed", 1000, 6000))), 5000)

    def test_an_empty_order(self):
        self.assertEqual(discount(Order([], Coupon("fixed", 500, 100))), 0)

    def test_never_more_than_the_amount(self):
        self.assertEqual(total(Order([Item("bulb", 300)], Coupon("fixed", 500))), 490)

    def test_no_coupon(self):
        self.assertEqual(total(Order([Item("bulb", 300, 2)])), 1090)

    def test_a_share_has_no_minimum(self):
        self.assertEqual(discount(Order([Item("bulb", 300)], Coupon("percent", 50))), 150)


if __name__ == "__main__":
    unittest.main()
