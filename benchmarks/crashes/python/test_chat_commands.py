import unittest

from chat_commands import Bot


class BotTest(unittest.TestCase):
    def test_notes(self):
        self.assertEqual(Bot().answer("tea", "/remind buy milk"), "noted: buy milk")

    def test_lists_what_it_has_noted(self):
        bot = Bot()
        bot.answer("tea", "/remind buy milk")
        self.assertEqual(bot.answer("tea", "/list"), "buy milk")

    def test_is_silent_otherwise(self):
        self.assertIsNone(Bot().answer("tea", "hello there"))


if __name__ == "__main__":
    unittest.main()
