import unittest

from feed_items import Entry, digest, read_feed, shorten

FULL = (
    "<rss><channel><item><title> Release </title><link>/1</link>"
    "<description>All new</description></item></channel></rss>"
)
BARE = "<rss><channel><item><title>Release</title><link>/1</link></item></channel></rss>"


class FeedTest(unittest.TestCase):
    def test_reads_an_item(self):
        self.assertEqual(read_feed(FULL), [Entry("Release", "/1", "All new")])

    def test_an_item_may_be_short(self):
        self.assertEqual(digest(BARE), ["Release"])

    def test_shortens_at_a_word(self):
        self.assertEqual(shorten("one two three", 9), "one two…")


if __name__ == "__main__":
    unittest.main()
