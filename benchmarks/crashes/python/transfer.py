"""Follows the transfer of files."""

from dataclasses import dataclass

BAR_WIDTH = 20


@dataclass
class Transfer:
    """One file on its way; an empty file is complete from the start."""

    name: str
    size: int
    done: int = 0
    seconds: float = 0.0

    def advance(self, count: int, seconds: float) -> None:
        self.done = min(self.done + count, self.size)
        self.seconds += seconds

    @property
    def share(self) -> float:
        return self.done / self.size

    @property
    def remaining_seconds(self) -> float | None:
        """How long it still takes, if that is known."""
        if not self.done:
            return None
        return self.seconds / self.done * (self.size - self.done)


def bar(share: float) -> str:
    filled = int(share * BAR_WIDTH)
    return "#" * filled + "." * (BAR_WIDTH - filled)


def status(transfers: list[Transfer]) -> list[str]:
    """One line for each file."""
    width = max((len(one.name) for one in transfers), default=0)
    return [f"{one.name:<{width}} [{bar(one.share)}] {one.share:4.0%}" for one in transfers]


def finished(transfers: list[Transfer]) -> bool:
    return all(one.share >= 1 for one in transfers)
