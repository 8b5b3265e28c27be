"""What a reviewer ticks in a pull request. Only its author and people with write access can."""

from __future__ import annotations

import re

from homeostat.outbound import joined, markdown
from homeostat.records import Markdown, Opinion

_BOXES = {
    Opinion.RIGHT: markdown("<!-- homeostat:right -->right"),
    Opinion.IDEA: markdown("<!-- homeostat:idea -->right idea, but not this code"),
    Opinion.WRONG: markdown("<!-- homeostat:wrong -->wrong"),
}
_OPENS = markdown("<!-- homeostat:opinion -->")
_TICKED = re.compile(r"^- \[[xX]\] <!-- homeostat:(right|idea|wrong) -->", re.MULTILINE)


def boxes(ticked: Opinion | None) -> Markdown:
    """The three boxes. What stands before them in a body may look like them, and says nothing."""
    rows = (
        markdown("- [{}] {}", markdown("x") if one is ticked else markdown(" "), text)
        for one, text in _BOXES.items()
    )
    return joined("\n", [_OPENS, *rows])


def opinion_of(body: str) -> Opinion | None:
    """What is ticked in a body of ours; the worst of several."""
    _, found, told = body.rpartition(_OPENS)
    ticked = {Opinion[name.upper()] for name in _TICKED.findall(told)} if found else set()
    return max(ticked, key=list(Opinion).index, default=None)
