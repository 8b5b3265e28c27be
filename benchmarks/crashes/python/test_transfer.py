import unittest

from transfer import Transfer, finished, status


class TransferTest(unittest.TestCase):
    def test_shows_how_far_it_is(self):
        self.assertEqual(status([Transfer("a.bin", 200, 50)]), ["a.bin [#####...............]  25%"])

    def test_shows_empty_files(self):
        self.assertEqual(status([Transfer("empty", 0)]), ["empty [####################] 100%"])

    def test_knows_the_remaining_time(self):
        one = Transfer("a.bin", 100)
        self.assertIsNone(one.remaining_seconds)
        one.advance(25, 2.0)
        self.assertEqual(one.remaining_seconds, 6.0)

    def test_is_finished(self):
        self.assertTrue(finished([Transfer("a", 5, 5)]))


if __name__ == "__main__":
    unittest.main()
