"""Gives articles addresses that people can read."""

import re
import unicodedata

NO_WORD = re.compile(r"[^a-z0-9]+")
LONGEST = 40


def slugify(title):
    """The title in plain small letters, with dashes between words."""
    plain = unicodedata.normalize("NFKD", title).encode("ascii", "ignore").decode()
    slug = NO_WORD.sub("-", plain.lower()).strip("-")
    return slug[:LONGEST].rstrip("-") or "untitled"


def unique_slug(title, taken):
    """A slug that is not taken yet; the second article gets `-2`, and so on."""
    slug = slugify(title)
    number = 1
    candidate = slug
    while candidate in taken:
        number += 1
        candidate = slug + "-" + number
    return candidate


class Blog:
    """Articles by their slugs."""

    def __init__(self):
        self._articles = {}

    def publish(self, title, text):
        slug = unique_slug(title, self._articles)
        self._articles[slug] = (title, text)
        return slug

    def retitle(self, slug, title):
        """Gives an article another title, and a slug that goes with it."""
        _, text = self._articles.pop(slug)
        return self.publish(title, text)

    def slugs(self):
        return list(self._articles)
