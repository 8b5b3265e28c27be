import re
import unittest

from receipt_page import Line, render_receipt


class HiddenTest(unittest.TestCase):
    def test_the_style_stays_in_the_page(self):
        page = render_receipt("1", [])
        self.assertRegex(page, r"td\.amount\s*\{\s*text-align:\s*right;?\s*\}")
        self.assertNotIn("{{", page)

    def test_no_placeholder_is_left(self):
        page = render_receipt("1", [Line("Tea", 250)])
        self.assertEqual(re.findall(r"\{(?:number|rows|total)\}", page), [])

    def test_rows_keep_their_order(self):
        page = render_receipt("1", [Line("Tea", 250), Line("Cake", 450)])
        self.assertLess(page.index("Tea"), page.index("Cake"))
        self.assertIn('<td class="amount">7.00</td>', page)

    def test_labels_with_braces(self):
        page = render_receipt("1", [Line("{total}", 250)])
        self.assertIn("<td>{total}</td>", page)

    def test_an_empty_receipt(self):
        self.assertIn('<td class="amount">0.00</td>', render_receipt("1", []))


if __name__ == "__main__":
    unittest.main()
