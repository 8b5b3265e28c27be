import unittest

from tokenizer import evaluate, tokens


class TokenizerTest(unittest.TestCase):
    def test_reads_signs_and_numbers(self):
        self.assertEqual(tokens("(12+3)"), ["(", 12, "+", 3, ")"])

    def test_evaluates(self):
        self.assertEqual(evaluate("12 + 3"), 15)

    def test_evaluates_brackets(self):
        self.assertEqual(evaluate("(2 + 3) * (4 - 1)"), 15)

    def test_refuses_other_signs(self):
        with self.assertRaises(ValueError):
            tokens("(2 / 3)")


if __name__ == "__main__":
    unittest.main()
