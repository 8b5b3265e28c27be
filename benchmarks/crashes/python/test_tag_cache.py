import unittest

from tag_cache import TagCache, on_product_changed, render_page


class TagCacheTest(unittest.TestCase):
    def test_renders_once(self):
        cache = TagCache()
        rendered = []
        for _ in range(2):
            render_page(cache, "/p/1", lambda path: rendered.append(path) or "page")
        self.assertEqual(rendered, ["/p/1"])

    def test_a_change_drops_the_pages_that_show_it(self):
        cache = TagCache()
        cache.put("/p/1", "one", ["product:1"])
        cache.put("/all", "all", ["products"])
        cache.put("/about", "about")
        on_product_changed(cache, 1)
        self.assertEqual(["/p/1" in cache, "/all" in cache, "/about" in cache], [False, False, True])

    def test_a_page_shows_one_product_in_a_list(self):
        cache = TagCache()
        cache.put("/p/1", "one", ["product:1", "products"])
        cache.put("/p/2", "two", ["product:2"])
        on_product_changed(cache, 1)
        self.assertEqual(["/p/1" in cache, "/p/2" in cache], [False, True])


if __name__ == "__main__":
    unittest.main()
