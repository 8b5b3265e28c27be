import unittest

from src.agenda import next_meeting


class AgendaTest(unittest.TestCase):
    def test_the_earliest_comes_first(self):
        self.assertEqual(next_meeting([{"start": 11}, {"start": 9}]), {"start": 9})

    def test_a_free_day_has_none(self):
        self.assertIsNone(next_meeting([]))
