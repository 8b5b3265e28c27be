import unittest

from sensor_report import alarms, median, outliers


class HiddenTest(unittest.TestCase):
    def test_an_odd_number(self):
        self.assertEqual(median([9, 2, 7, 4, 5]), 5)

    def test_an_even_number(self):
        self.assertEqual(median([9, 1, 4, 2]), 3)

    def test_a_single_value(self):
        self.assertEqual(median([4]), 4)

    def test_equal_values(self):
        self.assertEqual(median([2, 2, 2, 2]), 2)

    def test_outliers(self):
        self.assertEqual(outliers([10, 16, 10, 9, 40]), [16, 40])

    def test_no_alarms(self):
        self.assertEqual(alarms("a 1\na 1\nb 3\n"), [])


if __name__ == "__main__":
    unittest.main()
