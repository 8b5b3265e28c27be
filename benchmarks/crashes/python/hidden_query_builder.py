import unittest

from query_builder import Query, latest_orders


class HiddenTest(unittest.TestCase):
    def test_the_default_count(self):
        self.assertTrue(latest_orders(1).sql().endswith(" ORDER BY placed DESC LIMIT 10"))

    def test_parameters_survive(self):
        self.assertEqual(latest_orders(42).parameters, [42])

    def test_order_as_the_last_step(self):
        self.assertEqual(Query("t").order_by("a").sql(), "SELECT * FROM t ORDER BY a")

    def test_order_as_the_first_step(self):
        query = Query("t").order_by("a", descending=True).where("b > ?", 1).select("a")
        self.assertEqual(query.sql(), "SELECT a FROM t WHERE b > ? ORDER BY a DESC")

    def test_each_query_is_its_own(self):
        first, second = Query("t"), Query("t")
        first.where("a = 1")
        self.assertEqual(second.sql(), "SELECT * FROM t")


if __name__ == "__main__":
    unittest.main()
