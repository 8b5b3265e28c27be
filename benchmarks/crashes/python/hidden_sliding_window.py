import unittest

from sliding_window import LatencyWatch, SlidingWindow


def pushed(size, count):
    window = SlidingWindow(size)
    for value in range(1, count + 1):
        window.push(value)
    return window


class HiddenTest(unittest.TestCase):
    def test_exactly_full(self):
        self.assertEqual(pushed(3, 3).values(), [1, 2, 3])

    def test_one_too_many(self):
        self.assertEqual(pushed(3, 4).values(), [2, 3, 4])

    def test_many_rounds(self):
        window = pushed(3, 11)
        self.assertEqual(window.values(), [9, 10, 11])
        self.assertEqual(window.mean(), 10)
        self.assertEqual(len(window), 3)

    def test_a_window_of_one(self):
        self.assertEqual(pushed(1, 5).values(), [5])

    def test_becomes_fast_again(self):
        watch = LatencyWatch(limit=100, size=2)
        self.assertEqual([watch.report(value) for value in (300, 10, 10)], [True, True, False])


if __name__ == "__main__":
    unittest.main()
