import unittest

from build_order import order, plan


class PlanTest(unittest.TestCase):
    def test_builds_what_is_needed_first(self):
        self.assertEqual(plan("app: lib\nlib:\n"), ["build lib", "build app"])

    def test_builds_from_sources(self):
        self.assertEqual(plan("app: lib\nlib: lib.c\n"), ["build lib.c", "build lib", "build app"])

    def test_refuses_circles(self):
        with self.assertRaises(ValueError):
            order({"a": ["b"], "b": ["a"]})


if __name__ == "__main__":
    unittest.main()
