"""Learned fixes: how one is made from a merge, found again, and judged by what becomes of it."""

from homeostat.patterns.grammars import language_of
from homeostat.patterns.match import match, own_frames
from homeostat.patterns.proposals import Place
from homeostat.patterns.record import Cause, Changes, added, digest, extract, fixes_in, scored
from homeostat.patterns.structural import searched
from homeostat.patterns.teaching import NamedRule, Suggester, pieces, rules_named, taught

__all__ = [
    "Cause",
    "Changes",
    "NamedRule",
    "Place",
    "Suggester",
    "added",
    "digest",
    "extract",
    "fixes_in",
    "language_of",
    "match",
    "own_frames",
    "pieces",
    "rules_named",
    "scored",
    "searched",
    "taught",
]
