"""Ranks the players of a round."""

from dataclasses import dataclass


@dataclass
class Player:
    """A player; the score comes when the round has been played, and may be below zero."""

    name: str
    score: int | None = None


def ranked(players: list[Player]) -> list[Player]:
    """The best first, equals by name; players who still play come last."""
    return sorted(players, key=lambda player: (-player.score, player.name))


def place(players: list[Player], name: str) -> int:
    """The place of a player, from 1; equal scores share a place."""
    ahead = 0
    order = ranked(players)
    for position, player in enumerate(order):
        if position and player.score != order[position - 1].score:
            ahead = position
        if player.name == name:
            return ahead + 1
    raise LookupError(f"{name} does not play")


def score_text(player: Player) -> str:
    return "…" if player.score is None else str(player.score)


def board(players: list[Player]) -> str:
    """One line for each player."""
    width = max((len(player.name) for player in players), default=0)
    return "\n".join(f"{player.name:<{width}} {score_text(player):>4}" for player in ranked(players))
