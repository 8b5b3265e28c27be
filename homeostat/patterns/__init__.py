"""Learned fixes: how one is made from a merge, found again, and judged by what becomes of it."""

from homeostat.patterns.match import match
from homeostat.patterns.record import Cause, added, digest, extract, scored

__all__ = ["Cause", "added", "digest", "extract", "match", "scored"]
