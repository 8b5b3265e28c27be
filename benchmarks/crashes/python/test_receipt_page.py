import unittest

from receipt_page import Line, money, render_receipt, render_row


class ReceiptTest(unittest.TestCase):
    def test_renders_a_row(self):
        row = render_row(Line("Tea & cake", 450, 2))
        self.assertEqual(row, '<tr><td>2 × Tea &amp; cake</td><td class="amount">9.00</td></tr>')

    def test_renders_a_page(self):
        page = render_receipt("A-17", [Line("Tea", 250), Line("Cake", 450, 2)])
        self.assertIn("<title>Receipt A-17</title>", page)
        self.assertIn('<th>Total</th><td class="amount">11.50</td>', page)

    def test_writes_money(self):
        self.assertEqual([money(5), money(-1250)], ["0.05", "-12.50"])


if __name__ == "__main__":
    unittest.main()
