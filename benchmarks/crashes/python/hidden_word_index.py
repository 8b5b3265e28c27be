import unittest

from word_index import WordIndex


def library():
    index = WordIndex()
    index.add("tea", "Boil the water, add the leaves; water again")
    index.add("soup", "Boil the bones in water")
    return index


class HiddenTest(unittest.TestCase):
    def test_nothing_holds_the_word(self):
        self.assertEqual(library().search("sugar"), [])

    def test_known_words_count_wherever_they_stand(self):
        self.assertEqual(library().search("sugar bones"), ["soup"])
        self.assertEqual(library().search("bones sugar"), ["soup"])
        self.assertEqual(library().search("milk water sugar"), ["tea", "soup"])

    def test_an_empty_query_finds_nothing(self):
        self.assertEqual(library().search("the"), [])

    def test_searching_leaves_the_index_as_it_was(self):
        index = library()
        index.search("sugar")
        self.assertEqual(index.search("sugar"), [])
        self.assertEqual(index.search("boil"), ["soup", "tea"])


if __name__ == "__main__":
    unittest.main()
