import unittest

from tag_cache import TagCache, on_product_changed


class HiddenTest(unittest.TestCase):
    def test_a_value_dropped_by_hand(self):
        cache = TagCache()
        cache.put("a", 1, ["t"])
        cache.put("b", 2, ["t"])
        self.assertTrue(cache.drop("a"))
        cache.drop_tag("t")
        self.assertEqual(len(cache), 0)

    def test_a_value_pushed_out(self):
        cache = TagCache(capacity=2)
        for key in "abc":
            cache.put(key, key, ["t"])
        cache.drop_tag("t")
        self.assertEqual(len(cache), 0)

    def test_all_values_of_both_tags_go(self):
        cache = TagCache()
        for number in range(5):
            cache.put(number, "page", ["products", "product:1"])
        cache.put("other", "page", ["product:2"])
        on_product_changed(cache, 1)
        self.assertEqual(len(cache), 1)
        self.assertIn("other", cache)

    def test_unknown_tags_and_keys(self):
        cache = TagCache()
        cache.drop_tag("nothing")
        self.assertFalse(cache.drop("nothing"))

    def test_a_tag_drops_only_its_own(self):
        cache = TagCache()
        cache.put("a", 1, ["t"])
        cache.put("b", 2, ["u"])
        cache.drop_tag("t")
        self.assertEqual((cache.get("a"), cache.get("b")), (None, 2))


if __name__ == "__main__":
    unittest.main()
