import unittest

from ini_reader import parse_settings


class ParseSettingsTest(unittest.TestCase):
    def test_reads_sections_and_comments(self):
        settings = parse_settings("# main\nname = demo\n[server]\nport: 8080\n; end")
        self.assertEqual(settings.get("", "name"), "demo")
        self.assertEqual(settings.get("server", "port"), "8080")

    def test_reads_sections_that_are_set_apart(self):
        settings = parse_settings("[server]\nport = 8080\n\n[client]\nretries = 3\n")
        self.assertEqual(settings.sections(), ["server", "client"])
        self.assertEqual(settings.get("client", "retries"), "3")

    def test_a_missing_value_has_a_default(self):
        self.assertEqual(parse_settings("a = 1").get("server", "port", "80"), "80")


if __name__ == "__main__":
    unittest.main()
