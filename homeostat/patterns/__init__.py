"""Learned fixes: how one is made from a merge, found again, and judged by what becomes of it."""

from homeostat.patterns.astgrep import as_yaml
from homeostat.patterns.backtest import Score, alone, back_test
from homeostat.patterns.clues import error_name
from homeostat.patterns.exchange import common, fault_of, joined, shared
from homeostat.patterns.grammars import language_of
from homeostat.patterns.match import match, own_frames
from homeostat.patterns.proposals import Place
from homeostat.patterns.record import Cause, Changes, added, change_of, digest, extract, fixes_in, takes_back
from homeostat.patterns.structural import once, searched
from homeostat.patterns.teaching import NamedRule, Suggester, named_rules, pieces, taught
from homeostat.patterns.uses import began, ended, lower_bound, tried_elsewhere

__all__ = [
    "Cause",
    "Changes",
    "NamedRule",
    "Place",
    "Score",
    "Suggester",
    "added",
    "alone",
    "as_yaml",
    "back_test",
    "began",
    "change_of",
    "common",
    "digest",
    "ended",
    "error_name",
    "extract",
    "fault_of",
    "fixes_in",
    "joined",
    "language_of",
    "lower_bound",
    "match",
    "named_rules",
    "once",
    "own_frames",
    "pieces",
    "searched",
    "shared",
    "takes_back",
    "taught",
    "tried_elsewhere",
]
