import unittest

from chat_commands import Bot, parse_command


class HiddenTest(unittest.TestCase):
    def test_a_bare_command(self):
        self.assertEqual(Bot().answer("a", "/clear"), "0 forgotten")
        self.assertEqual(Bot().answer("a", "  /LIST "), "nothing noted")

    def test_a_command_that_misses_its_argument(self):
        self.assertEqual(Bot().answer("a", "/remind"), "usage: /remind text")

    def test_an_unknown_command(self):
        self.assertEqual(Bot().answer("a", "/dance"), "unknown command: dance")
        self.assertEqual(Bot().answer("a", "/dance now"), "unknown command: dance")

    def test_the_argument_keeps_its_spaces(self):
        self.assertEqual(parse_command("/remind  a b  c"), ("remind", "a b  c"))

    def test_no_command(self):
        self.assertIsNone(parse_command("remind me"))
        self.assertIsNone(parse_command(""))


if __name__ == "__main__":
    unittest.main()
