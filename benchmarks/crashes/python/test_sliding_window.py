import unittest

from sliding_window import LatencyWatch, SlidingWindow


class SlidingWindowTest(unittest.TestCase):
    def test_holds_values_in_order(self):
        window = SlidingWindow(3)
        window.push(1)
        window.push(2)
        self.assertEqual(window.values(), [1, 2])
        self.assertEqual(window.mean(), 1.5)

    def test_watches_for_long(self):
        watch = LatencyWatch(limit=100, size=2)
        self.assertEqual([watch.report(value) for value in (50, 90, 130, 170)], [False, False, True, True])
        self.assertEqual(watch.recent(), [130, 170])

    def test_an_empty_window(self):
        self.assertEqual(SlidingWindow(2).mean(), 0.0)


if __name__ == "__main__":
    unittest.main()
