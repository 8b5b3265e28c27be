import unittest

from recent_cache import RecentCache


def filled(capacity, keys):
    cache = RecentCache(capacity)
    for key in keys:
        cache.put(key, key.upper())
    return cache


class RecentCacheTest(unittest.TestCase):
    def test_a_value_that_is_asked_for_becomes_the_newest(self):
        cache = filled(3, "abc")
        self.assertEqual(cache.get("b"), "B")
        self.assertEqual(cache.keys(), ["a", "c", "b"])

    def test_forgets_the_oldest(self):
        cache = filled(2, "abc")
        self.assertEqual(cache.keys(), ["b", "c"])
        self.assertEqual(len(cache), 2)

    def test_an_unknown_key_has_a_default(self):
        self.assertEqual(filled(2, "a").get("x", 0), 0)


if __name__ == "__main__":
    unittest.main()
