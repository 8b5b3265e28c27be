"""What a backtest knows so far, as a file: it goes on from there, and mixes no two backtests."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from decimal import Decimal
from typing import Literal

import msgspec

from homeostat.backtest.events import Event
from homeostat.backtest.judgement import Ruling
from homeostat.errors import ConfigError
from homeostat.money import total
from homeostat.outbound import cut, one_line, shown
from homeostat.records import Charge

Write = Callable[[bytes], object]
LONGEST = 400
"""Characters of a text that is kept."""
LONGEST_DIFF = 8_000


@dataclass(frozen=True, slots=True)
class Judged:
    """An event and what became of it."""

    id: str
    """The commit of the fix."""
    at: datetime
    subject: str
    issue: int | None
    ruling: Ruling
    seconds: float
    """That it took, nearly all of them for tests."""


@dataclass(frozen=True, slots=True)
class State:
    """The file."""

    terms: Mapping[str, str]
    """What the rulings depend on, by its name for people."""
    judged: tuple[Judged, ...] = ()
    charges: tuple[Charge, ...] = ()
    """Of models; one that died with us stays booked at its upper bound."""
    version: Literal[1] = 1

    @property
    def cost(self) -> Decimal:
        """US dollars."""
        return total(self.charges)

    @property
    def known(self) -> dict[str, Judged]:
        """By event."""
        return {one.id: one for one in self.judged}


@dataclass
class Notebook:
    """A state that is written down with each change."""

    state: State
    write: Write = field(repr=False)

    def judge(self, event: Event, ruling: Ruling, seconds: float) -> None:
        """Note what became of an event."""
        report, landing = event.report, event.landing
        diff = cut(shown(ruling.diff), LONGEST_DIFF)
        gated = replace(ruling, error=_line(ruling.error), reason=_line(ruling.reason), diff=diff)
        subject, issue = _line(landing.subject), report.issue if report else None
        told = Judged(event.id, landing.at, subject, issue, gated, round(seconds, 1))
        self._become(replace(self.state, judged=(*self.state.judged, told)))

    def pay(self, charges: tuple[Charge, ...]) -> None:
        """Note what models cost."""
        self._become(replace(self.state, charges=charges))

    def _become(self, state: State) -> None:
        self.write(rendered(state))
        self.state = state


def _line(text: str) -> str:
    """A text as it may be shown, on one line."""
    folded = " ".join(shown(text).split())
    return folded if len(folded) <= LONGEST else folded[: LONGEST - 1] + "…"


def rendered(state: State) -> bytes:
    """The file's text."""
    return msgspec.json.format(msgspec.json.encode(state), indent=1) + b"\n"


def parsed(text: bytes, name: str, terms: Mapping[str, str]) -> State:
    """The state in a file of the same terms. Raises ConfigError."""
    try:
        state = msgspec.json.decode(text, type=State)
    except (msgspec.MsgspecError, RecursionError) as error:
        raise ConfigError(
            f"{name} is no state that this Homeostat can go on from ({one_line(str(error))}): "
            "give another file with --state, or delete this one to begin anew."
        ) from error
    other = next((key for key in {**terms, **state.terms} if terms.get(key) != state.terms.get(key)), None)
    if other:
        then, now = (one_line(str(side.get(other, "none"))) for side in (state.terms, terms))
        raise ConfigError(
            f"{name} was begun with another {other} ({then}, now {now}), and the two do not mix: "
            "give the same, or another file with --state."
        )
    return state
