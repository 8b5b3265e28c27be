"""Watches the latest measurements of a service."""


class SlidingWindow:
    """The latest `size` values."""

    def __init__(self, size):
        if size < 1:
            raise ValueError("a window holds at least one value")
        self._slots = [None] * size
        self._next = 0
        self._count = 0

    def __len__(self):
        return self._count

    def push(self, value):
        self._slots[self._next] = value
        self._count = min(self._count + 1, len(self._slots))
        self._advance()

    def _advance(self):
        self._next += 1

    def values(self):
        """The values, the oldest first."""
        size = len(self._slots)
        first = self._next - self._count
        return [self._slots[(first + offset) % size] for offset in range(self._count)]

    def mean(self):
        return sum(self.values()) / self._count if self._count else 0.0


class LatencyWatch:
    """Says when a service has become slow."""

    def __init__(self, limit, size=5):
        self._limit = limit
        self._window = SlidingWindow(size)

    def report(self, milliseconds):
        """Takes a measurement; whether the service is slow on the whole."""
        self._window.push(milliseconds)
        return self._window.mean() > self._limit

    def recent(self):
        return self._window.values()
