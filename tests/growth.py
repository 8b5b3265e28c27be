"""How the time that a text takes grows with it, whatever the machine and whoever traces it."""

from __future__ import annotations

import time
from collections.abc import Callable

LONGER = 4
"""How much longer the second text is."""

MOST = 2.5 * LONGER
"""How much more it may take; with the square of its length it would take sixteen times as much."""

TRIES = 5


def seconds(work: Callable[[], object]) -> float:
    """Of the processor."""
    begun = time.process_time()
    work()
    return time.process_time() - begun


def even(work: Callable[[str], object], unit: str, size: int) -> bool:
    """Whether `size` characters of one unit over and over take about as much each as a quarter of them."""
    long = unit * (size // len(unit) + 1)
    short = long[: size // LONGER] + "!"
    long = long[:size] + "!"
    work(short)
    return any(seconds(lambda: work(long)) < MOST * seconds(lambda: work(short)) for _ in range(TRIES))
