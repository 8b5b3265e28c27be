import unittest

from tokenizer import evaluate, tokens


class HiddenTest(unittest.TestCase):
    def test_one_digit(self):
        self.assertEqual(tokens("7"), [7])

    def test_a_long_number_at_the_end(self):
        self.assertEqual(tokens("1+2048"), [1, "+", 2048])

    def test_a_number_before_a_space(self):
        self.assertEqual(tokens("42 "), [42])

    def test_order_of_operations(self):
        self.assertEqual(evaluate("2 + 3 * 4"), 14)
        self.assertEqual(evaluate("-2 * -3"), 6)

    def test_brackets(self):
        self.assertEqual(evaluate("(10 - (2 + 3))"), 5)

    def test_nothing(self):
        self.assertEqual(tokens("  "), [])


if __name__ == "__main__":
    unittest.main()
