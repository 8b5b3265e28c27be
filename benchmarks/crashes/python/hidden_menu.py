import json
import unittest

from menu import draw, paths, read_menu


class HiddenTest(unittest.TestCase):
    def test_null_deep_below(self):
        leaf = {"slug": "c", "children": None}
        menu = [{"slug": "a", "children": [{"slug": "b", "children": [leaf]}]}]
        self.assertEqual(paths(read_menu(json.dumps({"menu": menu}))), ["/a", "/a/b", "/a/b/c"])

    def test_siblings_are_kept(self):
        menu = [{"slug": "a", "children": None}, {"slug": "b", "children": [{"slug": "c"}]}, {"slug": "d"}]
        self.assertEqual(paths(read_menu(json.dumps({"menu": menu}))), ["/a", "/b", "/b/c", "/d"])

    def test_an_empty_list(self):
        self.assertEqual(draw(read_menu('{"menu": [{"slug": "a", "children": []}]}')), "A (/a)")

    def test_an_empty_menu(self):
        self.assertEqual(draw(read_menu('{"menu": []}')), "")


if __name__ == "__main__":
    unittest.main()
