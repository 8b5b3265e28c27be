import unittest

from parcel import base_price, batch_postage, postage


class HiddenTest(unittest.TestCase):
    def test_each_bracket_includes_its_weight(self):
        self.assertEqual([base_price(grams) for grams in (500, 2000, 10000, 31500)], [290, 450, 790, 1290])

    def test_the_next_bracket_begins_above(self):
        self.assertEqual([base_price(grams) for grams in (501, 2001, 10001)], [450, 790, 1290])

    def test_refuses_nothing_and_too_much(self):
        for grams in (0, -1, 40000):
            with self.assertRaises(ValueError):
                base_price(grams)

    def test_surcharges(self):
        self.assertEqual(postage(31500, "world"), 2790)
        self.assertEqual(postage(400, "union", insured=True), 1090)

    def test_batches(self):
        self.assertEqual(batch_postage([31500, 400]), 1580)


if __name__ == "__main__":
    unittest.main()
