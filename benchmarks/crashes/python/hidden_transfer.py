import unittest

from transfer import Transfer, finished, status


class HiddenTest(unittest.TestCase):
    def test_an_empty_file_is_complete(self):
        self.assertEqual(Transfer("empty", 0).share, 1)

    def test_an_empty_file_does_not_hold_up_the_others(self):
        self.assertTrue(finished([Transfer("empty", 0), Transfer("a", 5, 5)]))
        self.assertFalse(finished([Transfer("empty", 0), Transfer("a", 5, 4)]))

    def test_lines_of_all_files(self):
        lines = status([Transfer("empty", 0), Transfer("a", 4, 1)])
        self.assertEqual([line[-4:] for line in lines], ["100%", " 25%"])

    def test_nothing_done_yet(self):
        self.assertEqual(Transfer("a", 100).share, 0)

    def test_never_more_than_all(self):
        one = Transfer("a", 10)
        one.advance(50, 1.0)
        self.assertEqual(one.share, 1)


if __name__ == "__main__":
    unittest.main()
