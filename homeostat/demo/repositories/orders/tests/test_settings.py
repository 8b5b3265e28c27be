import unittest

from src.settings import currency, request_timeout


class SettingsTest(unittest.TestCase):
    def test_timeout_is_read(self):
        self.assertEqual(request_timeout({"timeout": "5"}), 5)

    def test_currency_has_a_default(self):
        self.assertEqual(currency({}), "EUR")
