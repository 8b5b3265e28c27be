import unittest

from feed_items import Entry, digest, read_feed


def feed(*items):
    return "<rss><channel>" + "".join(f"<item>{item}</item>" for item in items) + "</channel></rss>"


class HiddenTest(unittest.TestCase):
    def test_no_link(self):
        found = read_feed(feed("<title>a</title><description>b</description>"))
        self.assertEqual(found, [Entry("a", "", "b")])

    def test_an_empty_element(self):
        found = read_feed(feed("<title>a</title><link>/1</link><description/>"))
        self.assertEqual(found, [Entry("a", "/1", "")])

    def test_no_entry_is_lost(self):
        first = "<title>a</title><description>x</description>"
        found = feed(first, "<title>b</title>", "<title>c</title>")
        self.assertEqual(digest(found), ["a: x", "b", "c"])

    def test_texts_are_stripped(self):
        found = read_feed(feed("<title>\n a </title><link> /1\n</link><description> b </description>"))
        self.assertEqual(found, [Entry("a", "/1", "b")])

    def test_an_empty_feed(self):
        self.assertEqual(read_feed(feed()), [])


if __name__ == "__main__":
    unittest.main()
