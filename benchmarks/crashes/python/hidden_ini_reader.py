import unittest

from ini_reader import parse_settings


class HiddenTest(unittest.TestCase):
    def test_blank_lines_at_the_beginning_and_end(self):
        settings = parse_settings("\n\nname = demo\n\n")
        self.assertEqual(settings.get("", "name"), "demo")

    def test_lines_of_spaces(self):
        settings = parse_settings("[a]\nx = 1\n   \t\ny = 2")
        self.assertEqual(settings.get("a", "x"), "1")
        self.assertEqual(settings.get("a", "y"), "2")

    def test_what_follows_a_blank_line_stays_in_its_section(self):
        settings = parse_settings("[a]\n\nx = 1\n\n[b]\n\nx = 2\n")
        self.assertEqual(settings.get("a", "x"), "1")
        self.assertEqual(settings.get("b", "x"), "2")

    def test_an_empty_text_has_no_sections(self):
        self.assertEqual(parse_settings("").sections(), [])

    def test_an_empty_value_is_kept(self):
        self.assertEqual(parse_settings("[a]\nx =").get("a", "x"), "")

    def test_flags(self):
        settings = parse_settings("[a]\nx = Yes\n\ny = no")
        self.assertTrue(settings.flag("a", "x"))
        self.assertFalse(settings.flag("a", "y"))


if __name__ == "__main__":
    unittest.main()
