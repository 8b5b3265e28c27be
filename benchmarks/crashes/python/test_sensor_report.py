import unittest

from sensor_report import alarms, median, read_values, summary


class SensorReportTest(unittest.TestCase):
    def test_reads_values(self):
        self.assertEqual(read_values("a 1\nb 2\n\na 3.5\n"), {"a": [1.0, 3.5], "b": [2.0]})

    def test_finds_the_middle(self):
        self.assertEqual(median([5, 1, 3]), 3)

    def test_alarms(self):
        self.assertEqual(alarms("a 10\na 11\na 30\nb 10\nb 11\n"), ["a"])

    def test_sums_up(self):
        self.assertEqual(summary([1, 2, 6]), (1, 3, 6))


if __name__ == "__main__":
    unittest.main()
