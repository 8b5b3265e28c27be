"""What a person, a workflow and a machine read afterwards: of one leg, and of all legs of a run."""

from homeostat.summarise.counts import HEALED, LEFT_ALONE, outputs, status, worked_on
from homeostat.summarise.leg import SUMMARY_LIMIT, as_json, markdown_of, terminal
from homeostat.summarise.legs import data, read_report, table, totals

__all__ = [
    "HEALED",
    "LEFT_ALONE",
    "SUMMARY_LIMIT",
    "as_json",
    "data",
    "markdown_of",
    "outputs",
    "read_report",
    "status",
    "table",
    "terminal",
    "totals",
    "worked_on",
]
