import unittest

from word_index import WordIndex, words


def library():
    index = WordIndex()
    index.add("tea", "Boil the water, add the leaves; water again")
    index.add("soup", "Boil the bones in water")
    return index


class SearchTest(unittest.TestCase):
    def test_the_best_comes_first(self):
        self.assertEqual(library().search("water"), ["tea", "soup"])

    def test_looks_for_any_of_the_words(self):
        self.assertEqual(library().search("leaves or sugar"), ["tea"])

    def test_words_without_stop_words(self):
        self.assertEqual(words("The cup of TEA"), ["cup", "tea"])


if __name__ == "__main__":
    unittest.main()
