import unittest

from free_slots import free_slots, merged, show_free


class HiddenTest(unittest.TestCase):
    def test_nothing_to_join(self):
        self.assertEqual(list(merged([])), [])

    def test_an_empty_day_is_free(self):
        self.assertEqual(free_slots([], 540, 1020), [(540, 1020)])
        self.assertEqual(show_free(" , "), ["09:00-17:00"])

    def test_an_empty_day_may_be_too_short(self):
        self.assertEqual(free_slots([], 540, 550), [])

    def test_one_appointment(self):
        self.assertEqual(show_free("09:00-17:00"), [])
        self.assertEqual(show_free("10:00-17:00"), ["09:00-10:00"])

    def test_touching_ones_are_one(self):
        self.assertEqual(merged([(30, 40), (10, 30)]), [(10, 40)])

    def test_short_gaps_do_not_count(self):
        self.assertEqual(free_slots([(550, 600), (614, 700)], 540, 710), [])


if __name__ == "__main__":
    unittest.main()
