"""The dashboard's text: what is open, cooling down, given up and stopped, by repository, the newest first."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import accumulate, groupby

from homeostat.dashboard.boxes import OPENS, Box, box
from homeostat.dashboard.folds import OFFERED
from homeostat.outbound import address, counted, inline, joined, markdown, word
from homeostat.records import Attempts, Incident, Markdown, Status, TeamBooks, Tick
from homeostat.triage import MAX_ATTEMPTS

UNFOLDED = 20
"""Errors of a section that are seen at once."""
MOST_BYTES = 64_000
"""GitHub takes 65,536 characters."""
STALE = markdown(
    "> Learning is off: a pull request that was merged or closed since may still be listed as open."
)
FRAME = 300
"""Bytes of a section beside its rows."""
LATELY = timedelta(days=7)
"""How long it is told what a tick did."""
MOST_UNREADABLE = 10
_NEWS = re.compile(r"as of \d{4}-\d\d-\d\d \d\d:\d\d UTC")
_SHOWN_WHILE_DUE = frozenset({Status.COOLING, Status.UNHEALED})


@dataclass(frozen=True, slots=True)
class Entry:
    """One error of one repository."""

    repository: str
    incident: Incident
    reports: tuple[str, ...]
    """Numbers of the open issues that tell of it."""

    @property
    def title(self) -> str:
        return f"{self.incident.error_type}: {self.incident.template}"


@dataclass(frozen=True, slots=True)
class Sections:
    """What the dashboard lists."""

    open: tuple[Entry, ...]
    cooling: tuple[Entry, ...]
    given_up: tuple[Entry, ...]
    stopped: tuple[Entry, ...]


def sections(books: TeamBooks, now: datetime) -> Sections:
    """Every error that waits for somebody or something. One that is due and no longer seen is none."""
    known = [entry for slug, attempts in books.attempts.items() for entry in _entries(slug, attempts, now)]

    def those(*statuses: Status) -> tuple[Entry, ...]:
        return tuple(entry for entry in known if entry.incident.status in statuses)

    return Sections(
        those(Status.DELIVERED),
        those(Status.COOLING, Status.UNHEALED, Status.CLAIMED),
        those(Status.GIVEN_UP),
        those(Status.STOPPED),
    )


def _entries(slug: str, attempts: Attempts, now: datetime) -> list[Entry]:
    newest = sorted(attempts.incidents.values(), key=lambda i: i.last_tried, reverse=True)
    seen = attempts.baseline
    shown = set(seen.fingerprints) if seen else set()
    by_report = {number: one.exact for number, one in seen.reports.items()} if seen else {}
    return [
        Entry(slug, one, tuple(n for n, exact in by_report.items() if exact in one.ids and n.isdecimal()))
        for one in newest
        if _waits(one, shown.union(by_report.values()), now)
    ]


def _waits(one: Incident, seen: set[str], now: datetime) -> bool:
    if one.status is Status.DELIVERED:
        return one.pull is not None
    if one.status is Status.CLAIMED:
        return bool(one.claim and one.claim.until > now)
    if one.status in _SHOWN_WHILE_DUE:
        return bool(one.next_try and one.next_try > now) or not seen.isdisjoint(one.ids)
    return one.status in {Status.GIVEN_UP, Status.STOPPED}


def page(books: TeamBooks, *, now: datetime, server: str, learns: bool = True) -> Markdown:
    """The whole text, every box unticked. Where nothing is learned no leg notes how a pull request ended."""
    told = sections(books, now)
    head = [
        OPENS,
        markdown(
            "Homeostat heals {} from here. Tick a box, and the next run does what it says and unticks it; it "
            "counts when somebody with write access to this repository ticks it. "
            "To switch this page off, close the issue.",
            inline(counted(len(books.attempts) + len(books.unreadable), "repository")),
        ),
        _totals(told, now),
        *_warnings(books),
        *([] if learns or not told.open else [STALE]),
    ]
    lately = [*_lately(books, now)]
    room = MOST_BYTES - len(joined("\n\n", [*head, *lately]).encode())
    return joined("\n\n", [*head, *_listed(told, room, now=now, server=server), *lately])


def _listed(told: Sections, room: int, *, now: datetime, server: str) -> Iterator[Markdown]:
    """The sections that list something; what one leaves of its share of the room goes to those after it."""
    shares: list[tuple[Markdown, Sequence[Entry], Callable[[Entry], Markdown]]] = [
        (markdown("Open pull requests"), told.open, lambda entry: _open_entry(entry, server)),
        (markdown("Cooling down"), told.cooling, lambda entry: _waiting_entry(entry, server, now)),
        (markdown("Given up"), told.given_up, lambda entry: _waiting_entry(entry, server, now)),
        (markdown("Stopped"), told.stopped, lambda entry: _waiting_entry(entry, server, now)),
    ]
    for left, (title, entries, row) in zip((4, 3, 2, 1), shares, strict=True):
        if entries:
            text = joined("\n\n", _section(title, [(one, row(one)) for one in entries], room // left))
            room -= len(text.encode()) + 2
            yield text


def is_same(text: str, standing: str) -> bool:
    """Whether a text says nothing that is not there already; when it was written does not matter."""
    return _timeless(text) == _timeless(standing)


def _timeless(text: str) -> str:
    return _NEWS.sub("", text, count=1).replace("\r\n", "\n").strip()


def _totals(told: Sections, now: datetime) -> Markdown:
    return markdown(
        "**{}** open · **{}** cooling down · **{}** given up · as of {}",
        len(told.open),
        len(told.cooling),
        len(told.given_up),
        _time(now),
    )


def _time(at: datetime) -> Markdown:
    return inline(f"{at:%Y-%m-%d %H:%M} UTC")


def _warnings(books: TeamBooks) -> Iterator[Markdown]:
    unreadable = list(books.unreadable.items())
    for slug, why in unreadable[:MOST_UNREADABLE]:
        yield markdown("> {} is missing here: {}", word(slug), inline(why, 300))
    if unreadable[MOST_UNREADABLE:]:
        yield markdown("> {} more are missing for such a reason.", len(unreadable) - MOST_UNREADABLE)


def _section(title: Markdown, rows: Sequence[tuple[Entry, Markdown]], room: int) -> Iterator[Markdown]:
    """At most `room` bytes, of which most are seen only by who unfolds them."""
    sizes = accumulate((len(f"{row}{entry.repository}".encode()) + 20 for entry, row in rows), initial=FRAME)
    fitting = rows[: sum(size <= room for size in sizes) - 1]
    yield markdown("### {}", title)
    yield from _grouped(fitting[:UNFOLDED])
    if fitting[UNFOLDED:]:
        folded = joined("\n\n", _grouped(fitting[UNFOLDED:]))
        more = len(fitting) - UNFOLDED
        yield markdown("<details><summary>{} more</summary>\n\n{}\n\n</details>", more, folded)
    if len(fitting) < len(rows):
        yield markdown("… and {} more, which the report of the last run names.", len(rows) - len(fitting))


def _grouped(rows: Sequence[tuple[Entry, Markdown]]) -> Iterator[Markdown]:
    for slug, those in groupby(rows, lambda row: row[0].repository):
        yield markdown("**{}**", word(slug))
        yield joined("\n", (row for _, row in those))


def _link(server: str, slug: str, kind: Markdown, number: str) -> Markdown:
    return markdown("[#{}]({}/{}/{}/{})", word(number), address(server), word(slug), kind, word(number))


def _reports(entry: Entry, server: str) -> Markdown:
    links = [_link(server, entry.repository, markdown("issues"), number) for number in entry.reports[:5]]
    return markdown(", reported in {}", joined(", ", links)) if links else markdown("")


def _open_entry(entry: Entry, server: str) -> Markdown:
    link = _link(server, entry.repository, markdown("pull"), str(entry.incident.pull))
    return markdown("- {} {}{}", link, inline(entry.title, 120), _reports(entry, server))


def _waiting_entry(entry: Entry, server: str, now: datetime) -> Markdown:
    one = entry.incident
    lines = [
        markdown("- **{}**{}", inline(entry.title, 120), _reports(entry, server)),
        markdown("  {}", _state(one, now)),
        *(box(Box(action, entry.repository, one.ids[0])) for action in OFFERED.get(one.status, ())),
    ]
    return joined("\n", lines)


def _state(one: Incident, now: datetime) -> Markdown:
    """Until when, after how many attempts, why."""
    if one.status is Status.CLAIMED and one.claim:
        return markdown("a run works on it until {}", _time(one.claim.until))
    failed = markdown("{} of {} attempts failed", min(one.attempts, MAX_ATTEMPTS), MAX_ATTEMPTS)
    due = one.next_try and one.next_try > now
    until = markdown("until {}", _time(one.next_try)) if one.next_try and due else markdown("next run")
    told = [
        *([] if one.status in {Status.GIVEN_UP, Status.STOPPED} else [until]),
        *([failed] if one.attempts else []),
        inline(one.reason, 200),
    ]
    return joined(" · ", told)


def _lately(books: TeamBooks, now: datetime) -> Iterator[Markdown]:
    ticks = [tick for tick in reversed(books.board.ticks) if now - tick.at < LATELY]
    if ticks:
        yield markdown("### Ticked lately")
        yield joined("\n", (_tick(books, tick) for tick in ticks))


def _tick(books: TeamBooks, tick: Tick) -> Markdown:
    attempts = books.attempts.get(tick.repository)
    known = attempts.incidents.get(tick.fingerprint) if attempts else None
    title = f"{known.error_type}: {known.template}" if known else tick.fingerprint
    return markdown(
        "- {}: {} ticked *{}* for {}, {}: {}",
        _time(tick.at),
        inline(tick.by, 60),
        tick.action,
        word(tick.repository),
        inline(title, 80),
        inline(tick.told, 200),
    )
