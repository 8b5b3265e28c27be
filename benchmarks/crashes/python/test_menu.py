import unittest

from menu import draw, paths, read_menu


class MenuTest(unittest.TestCase):
    def test_draws_children_below(self):
        text = '{"menu": [{"slug": "shop", "children": [{"slug": "tea", "label": "All teas"}]}]}'
        self.assertEqual(draw(read_menu(text)), "Shop (/shop)\n  All teas (/shop/tea)")

    def test_draws_what_the_editor_saves(self):
        text = '{"menu": [{"slug": "shop", "label": null, "children": null}]}'
        self.assertEqual(draw(read_menu(text)), "Shop (/shop)")

    def test_lists_paths(self):
        self.assertEqual(paths(read_menu('{"menu": [{"slug": "a"}, {"slug": "b"}]}')), ["/a", "/b"])


if __name__ == "__main__":
    unittest.main()
