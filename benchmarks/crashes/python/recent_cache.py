"""A cache that forgets what has not been asked for the longest time."""


class _Node:
    def __init__(self, key, value):
        self.key = key
        self.value = value
        self.older = None
        self.newer = None


class RecentCache:
    """Holds at most `capacity` values; `get` and `put` make a value the newest."""

    def __init__(self, capacity):
        if capacity < 1:
            raise ValueError("a cache needs room for one value")
        self._capacity = capacity
        self._nodes = {}
        self._oldest = None
        self._newest = None

    def __len__(self):
        return len(self._nodes)

    def get(self, key, default=None):
        node = self._nodes.get(key)
        if node is None:
            return default
        self._unlink(node)
        self._link(node)
        return node.value

    def put(self, key, value):
        if key in self._nodes:
            self._unlink(self._nodes.pop(key))
        elif len(self._nodes) == self._capacity:
            del self._nodes[self._oldest.key]
            self._unlink(self._oldest)
        node = _Node(key, value)
        self._nodes[key] = node
        self._link(node)

    def keys(self):
        """The keys, the oldest first."""
        found = []
        node = self._oldest
        while node is not None:
            found.append(node.key)
            node = node.newer
        return found

    def _link(self, node):
        node.older, node.newer = self._newest, None
        if self._newest is not None:
            self._newest.newer = node
        else:
            self._oldest = node
        self._newest = node

    def _unlink(self, node):
        node.older.newer = node.newer
        node.newer.older = node.older
