import unittest

from stock_sheet import Article, parse_number, read_sheet, shopping_list

HEADER = "article;quantity;minimum\n"


class HiddenTest(unittest.TestCase):
    def test_empty_and_blank_cells(self):
        self.assertEqual([parse_number(cell) for cell in ("", " ", "   ")], [0, 0, 0])

    def test_an_empty_minimum(self):
        self.assertEqual(read_sheet(HEADER + "nails;5; \n"), [Article("nails", 5, 0)])
        self.assertEqual(shopping_list(HEADER + "nails;5;\n"), [])

    def test_no_row_is_lost(self):
        sheet = read_sheet(HEADER + "a;;\nb;1;2\nc; ;3\n")
        self.assertEqual([(a.quantity, a.minimum) for a in sheet], [(0, 0), (1, 2), (0, 3)])

    def test_numbers(self):
        self.assertEqual([parse_number(cell) for cell in ("0", " 7 ", "1,234", "-3")], [0, 7, 1234, -3])

    def test_words_stay_an_error(self):
        for cell in ("x", "1.5", "12a"):
            with self.assertRaises(ValueError):
                parse_number(cell)


if __name__ == "__main__":
    unittest.main()
