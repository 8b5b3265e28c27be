"""Learned fixes: how one is made from a merge, found again, and judged by what becomes of it."""

from homeostat.patterns.grammars import language_of
from homeostat.patterns.match import match, own_frames
from homeostat.patterns.proposals import Place
from homeostat.patterns.record import Cause, Changes, added, change_of, digest, extract, fixes_in
from homeostat.patterns.structural import searched
from homeostat.patterns.teaching import NamedRule, Suggester, pieces, rules_named, taught
from homeostat.patterns.uses import began, ended, lower_bound, tried_elsewhere

__all__ = [
    "Cause",
    "Changes",
    "NamedRule",
    "Place",
    "Suggester",
    "added",
    "began",
    "change_of",
    "digest",
    "ended",
    "extract",
    "fixes_in",
    "language_of",
    "lower_bound",
    "match",
    "own_frames",
    "pieces",
    "rules_named",
    "searched",
    "taught",
    "tried_elsewhere",
]
