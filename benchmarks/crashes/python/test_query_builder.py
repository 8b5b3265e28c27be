import unittest

from query_builder import Query, latest_orders, open_orders


class QueryTest(unittest.TestCase):
    def test_selects_with_conditions(self):
        query = open_orders(7)
        self.assertEqual(query.sql(), "SELECT id, placed FROM orders WHERE customer = ? AND sent IS NULL")
        self.assertEqual(query.parameters, [7])

    def test_selects_the_latest(self):
        self.assertEqual(
            latest_orders(7, 5).sql(),
            "SELECT id, placed FROM orders WHERE customer = ? AND sent IS NULL ORDER BY placed DESC LIMIT 5",
        )

    def test_selects_all(self):
        self.assertEqual(Query("orders").limit(1).sql(), "SELECT * FROM orders LIMIT 1")


if __name__ == "__main__":
    unittest.main()
