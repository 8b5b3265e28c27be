"""Keeps rendered pages until something that they show has changed."""


class TagCache:
    """Values by key; each may carry tags, and a tag drops all values that carry it."""

    def __init__(self, capacity=100):
        self._capacity = capacity
        self._values = {}
        self._keys_by_tag = {}

    def __contains__(self, key):
        return key in self._values

    def __len__(self):
        return len(self._values)

    def put(self, key, value, tags=()):
        if key not in self._values and len(self._values) >= self._capacity:
            self.drop(next(iter(self._values)))
        self._values[key] = value
        for tag in tags:
            self._keys_by_tag.setdefault(tag, set()).add(key)

    def get(self, key, default=None):
        return self._values.get(key, default)

    def drop(self, key):
        """Forgets one value; whether there was one."""
        return self._values.pop(key, None) is not None

    def drop_tag(self, tag):
        """Forgets all values that carry a tag."""
        for key in self._keys_by_tag.pop(tag, set()):
            del self._values[key]


def render_page(cache, path, render, tags=()):
    """The page from the cache, or freshly rendered."""
    page = cache.get(path)
    if page is None:
        page = render(path)
        cache.put(path, page, tags)
    return page


def on_product_changed(cache, product):
    """Drops every page that shows a product."""
    cache.drop_tag(f"product:{product}")
    cache.drop_tag("products")
