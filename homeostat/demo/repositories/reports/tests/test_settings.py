import unittest

from src.settings import connection, recipients


class ConnectionTest(unittest.TestCase):
    def test_settings_are_used(self):
        settings = {"host": "db", "timeout": "7"}
        self.assertEqual(connection(settings), {"host": "db", "timeout": 7})

    def test_everything_has_a_default(self):
        self.assertEqual(connection({}), {"host": "localhost", "timeout": 120})


class RecipientsTest(unittest.TestCase):
    def test_spaces_do_not_count(self):
        self.assertEqual(recipients({"recipients": "ann, bob,"}), ["ann", "bob"])
