import unittest

from slugs import Blog, slugify


class BlogTest(unittest.TestCase):
    def test_writes_plain_slugs(self):
        self.assertEqual(slugify("  Crème brûlée, again!"), "creme-brulee-again")

    def test_publishes_the_same_title_again(self):
        blog = Blog()
        self.assertEqual([blog.publish("News", "a"), blog.publish("News", "b")], ["news", "news-2"])

    def test_retitles(self):
        blog = Blog()
        blog.publish("News", "a")
        self.assertEqual(blog.retitle("news", "Old news"), "old-news")
        self.assertEqual(blog.slugs(), ["old-news"])


if __name__ == "__main__":
    unittest.main()
