import unittest

from slugs import Blog, unique_slug


class HiddenTest(unittest.TestCase):
    def test_counts_on(self):
        blog = Blog()
        found = [blog.publish("News", "") for _ in range(11)]
        self.assertEqual(found[:3], ["news", "news-2", "news-3"])
        self.assertEqual(found[-1], "news-11")

    def test_fills_gaps(self):
        self.assertEqual(unique_slug("News", {"news", "news-3"}), "news-2")

    def test_titles_without_letters(self):
        blog = Blog()
        self.assertEqual([blog.publish("?!", ""), blog.publish("…", "")], ["untitled", "untitled-2"])

    def test_retitling_to_a_taken_title(self):
        blog = Blog()
        blog.publish("News", "a")
        blog.publish("Olds", "b")
        self.assertEqual(blog.retitle("olds", "News"), "news-2")

    def test_a_free_slug_stays_as_it_is(self):
        self.assertEqual(unique_slug("News", {"olds"}), "news")


if __name__ == "__main__":
    unittest.main()
