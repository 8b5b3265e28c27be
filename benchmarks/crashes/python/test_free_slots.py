import unittest

from free_slots import clock, merged, show_free


class FreeSlotsTest(unittest.TestCase):
    def test_between_appointments(self):
        self.assertEqual(show_free("11:00-12:00, 09:00-09:30"), ["09:30-11:00", "12:00-17:00"])

    def test_a_day_without_appointments(self):
        self.assertEqual(show_free(""), ["09:00-17:00"])

    def test_joins_what_overlaps(self):
        self.assertEqual(merged([(10, 30), (20, 40), (50, 60)]), [(10, 40), (50, 60)])

    def test_writes_times(self):
        self.assertEqual(clock(545), "09:05")


if __name__ == "__main__":
    unittest.main()
