import unittest

from build_order import plan


class HiddenTest(unittest.TestCase):
    def check(self, text, targets, pairs):
        steps = [step.removeprefix("build ") for step in plan(text)]
        self.assertEqual(sorted(steps), sorted(targets))
        for earlier, later in pairs:
            self.assertLess(steps.index(earlier), steps.index(later))

    def test_a_source_shared_by_two(self):
        self.check("a: x y\nb: x\n", "abxy", [("x", "a"), ("y", "a"), ("x", "b")])

    def test_a_target_named_before_its_own_line(self):
        self.check("a: b\nb: c\nc: d\n", "abcd", [("d", "c"), ("c", "b"), ("b", "a")])

    def test_a_target_named_after_its_own_line(self):
        self.check("b: c\na: b d\n", "abcd", [("c", "b"), ("b", "a"), ("d", "a")])

    def test_comments_and_blank_lines(self):
        self.check("# all\n\na: b # why\nb:\n", "ab", [("b", "a")])

    def test_circles_are_refused(self):
        with self.assertRaises(ValueError):
            plan("a: b x\nb: a\n")


if __name__ == "__main__":
    unittest.main()
