"""Finds documents by the words they hold."""

import re
from collections import Counter

WORD = re.compile(r"[a-z0-9']+")
STOP_WORDS = frozenset({"a", "an", "and", "of", "or", "the", "to"})


def words(text):
    """The words of a text in lower case, without those that say nothing."""
    return [word for word in WORD.findall(text.lower()) if word not in STOP_WORDS]


class WordIndex:
    """Which documents hold a word, and how often."""

    def __init__(self):
        self._documents = {}
        self._occurrences = {}

    def add(self, name, text):
        self._documents[name] = text
        for word, count in Counter(words(text)).items():
            self._occurrences.setdefault(word, {})[name] = count

    def _score(self, name, wanted):
        return sum(self._occurrences[word].get(name, 0) for word in wanted)

    def search(self, query):
        """Names of the documents that hold any word of the query, the best first."""
        wanted = words(query)
        scores = {name: self._score(name, wanted) for name in self._documents}
        found = [name for name, score in scores.items() if score > 0]
        return sorted(found, key=lambda name: (-scores[name], name))
