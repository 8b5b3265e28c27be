import unittest

from parcel import batch_postage, postage


class PostageTest(unittest.TestCase):
    def test_goes_by_weight(self):
        self.assertEqual([postage(100), postage(1500), postage(9000)], [290, 450, 790])

    def test_takes_the_heaviest_parcel(self):
        self.assertEqual(postage(31500), 1290)

    def test_refuses_more(self):
        with self.assertRaises(ValueError):
            postage(31501)

    def test_ten_are_cheaper(self):
        self.assertEqual(batch_postage([100] * 10), 2610)


if __name__ == "__main__":
    unittest.main()
