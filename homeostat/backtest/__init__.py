"""Would it have helped? The past errors of a repository, healed as if it were then."""

from homeostat.backtest.events import Event, Found, events_of, reported_in, suspects
from homeostat.backtest.judgement import Finding, Ruling, Scene, Source, Unfinished, replayed
from homeostat.backtest.page import html
from homeostat.backtest.state import Judged, Notebook, State, parsed
from homeostat.backtest.telling import Told, as_data, table

__all__ = [
    "Event",
    "Finding",
    "Found",
    "Judged",
    "Notebook",
    "Ruling",
    "Scene",
    "Source",
    "State",
    "Told",
    "Unfinished",
    "as_data",
    "events_of",
    "html",
    "parsed",
    "replayed",
    "reported_in",
    "suspects",
    "table",
]
