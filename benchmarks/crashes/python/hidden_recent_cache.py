import unittest

from recent_cache import RecentCache


def filled(capacity, keys):
    cache = RecentCache(capacity)
    for key in keys:
        cache.put(key, key.upper())
    return cache


class HiddenTest(unittest.TestCase):
    def test_get_of_the_oldest(self):
        cache = filled(3, "abc")
        self.assertEqual(cache.get("a"), "A")
        self.assertEqual(cache.keys(), ["b", "c", "a"])

    def test_get_of_the_newest(self):
        cache = filled(3, "abc")
        self.assertEqual(cache.get("c"), "C")
        self.assertEqual(cache.keys(), ["a", "b", "c"])

    def test_room_for_one(self):
        cache = filled(1, "ab")
        self.assertEqual(cache.get("b"), "B")
        self.assertIsNone(cache.get("a"))
        self.assertEqual(cache.keys(), ["b"])

    def test_put_again_replaces(self):
        cache = filled(2, "ab")
        cache.put("a", 1)
        self.assertEqual(cache.get("a"), 1)
        self.assertEqual(cache.keys(), ["b", "a"])

    def test_a_long_life(self):
        cache = filled(3, "abcdefg")
        self.assertEqual(cache.keys(), ["e", "f", "g"])
        cache.get("e")
        cache.put("h", "H")
        self.assertEqual(cache.keys(), ["g", "e", "h"])

    def test_the_middle_still_works(self):
        cache = filled(3, "abc")
        cache.get("b")
        self.assertEqual(cache.keys(), ["a", "c", "b"])


if __name__ == "__main__":
    unittest.main()
