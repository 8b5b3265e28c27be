import unittest

from stock_sheet import parse_number, shopping_list

HEADER = "article;quantity;minimum\n"


class StockSheetTest(unittest.TestCase):
    def test_lists_what_is_short(self):
        text = HEADER + "nails;1,200;2 000\nscrews;50;40\n"
        self.assertEqual(shopping_list(text), [("nails", 800)])

    def test_lists_what_has_run_out(self):
        text = HEADER + "nails;;100\nscrews;90;100\n"
        self.assertEqual(shopping_list(text), [("nails", 100), ("screws", 10)])

    def test_refuses_words(self):
        with self.assertRaises(ValueError):
            parse_number("many")


if __name__ == "__main__":
    unittest.main()
