import unittest

from sessions import SessionStore


def filled(*times):
    store = SessionStore(lifetime=60)
    for number, time in enumerate(times):
        store.open(f"t{number}", "desk", time)
    return store


class HiddenTest(unittest.TestCase):
    def test_several_are_over(self):
        store = filled(101, 100, 2, 1, 0)
        self.assertEqual(len(store), 5)
        self.assertEqual(store.sweep(110), 3)
        self.assertEqual(len(store), 2)

    def test_all_are_over(self):
        store = filled(0, 1, 2)
        self.assertEqual(store.sweep(1000), 3)
        self.assertEqual(len(store), 0)

    def test_none_is_over(self):
        store = filled(0, 1, 2)
        self.assertEqual(store.sweep(10), 0)
        self.assertEqual(len(store), 3)

    def test_those_between_are_over(self):
        store = filled(50, 0, 51, 1, 52)
        self.assertEqual(store.sweep(65), 2)
        left = [number for number in range(5) if store.find(f"t{number}", 65)]
        self.assertEqual(left, [0, 2, 4])

    def test_the_very_moment(self):
        store = filled(0, 1)
        self.assertEqual(store.sweep(60), 1)


if __name__ == "__main__":
    unittest.main()
