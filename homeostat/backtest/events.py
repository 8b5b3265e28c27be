"""The past errors of a repository: the fixes that say of what they mend, by a report or by tests."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath

from homeostat.conventions import LANGUAGES, is_test, protection, proves
from homeostat.learn import closed_by
from homeostat.mining import MOST_PIECES
from homeostat.records import Failure, Landing

Files = Sequence[tuple[str, str]]
"""git's letter and the path of each file that a landing changed."""


@dataclass(frozen=True, slots=True)
class Event:
    """A past fix."""

    landing: Landing
    product: tuple[str, ...]
    """The files of code that it changed."""
    tests: tuple[str, ...]
    """The tests, and what they rest on, that it changed."""
    report: Failure | None = None
    """What was told of the error before."""

    @property
    def id(self) -> str:
        return self.landing.sha


@dataclass(frozen=True, slots=True)
class Found:
    """The events of a past, the oldest first, and how many fixes are none."""

    events: tuple[Event, ...]
    untested: int = 0
    """They have neither a report nor tests, so nothing tells what they mended."""
    larger: int = 0
    """They have no report and change more places than a fix of one error does."""


def mends(path: str) -> bool:
    """Whether a path is code of the product."""
    return PurePosixPath(path).suffix in LANGUAGES and not (tells(path) or protection(path))


def tells(path: str) -> bool:
    """Whether a path is a test, or something that tests rest on."""
    return is_test(path) or proves(path)


def reported_in(
    landings: Sequence[Landing], reports: Mapping[int, Failure], pulls: Mapping[str, str]
) -> dict[str, Failure]:
    """By landing: the report that it closed, each report once.

    `pulls` are the words of merged pull requests by their merge commits.
    """
    found: dict[str, Failure] = {}
    left = dict(reports)
    for landing in landings:
        closed = closed_by(f"{landing.said}\n{pulls.get(landing.sha, '')}")
        number = next((number for number in closed if number in left), None)
        if number is not None:
            found[landing.sha] = left.pop(number)
    return found


def suspects(
    landings: Sequence[Landing], fixes: Collection[str], reported: Mapping[str, Failure]
) -> list[Landing]:
    """The landings that may be events: they closed a report, or say that they mend something."""
    known = frozenset(fixes)
    return [one for one in landings if one.sha in reported or not known.isdisjoint(one.brought)]


def events_of(
    suspected: Sequence[Landing],
    files: Mapping[str, Files],
    places: Mapping[str, int],
    reported: Mapping[str, Failure],
) -> Found:
    """The events among the suspects.

    `places` tells how many places of code each changed, as far as that can be told.
    """
    events, untested, larger = list[Event](), 0, 0
    for landing in suspected:
        changed = files.get(landing.sha, ())
        product = tuple(path for letter, path in changed if letter == "M" and mends(path))
        tests = tuple(path for _, path in changed if tells(path))
        brings = any(letter != "D" and tells(path) for letter, path in changed)
        event = Event(landing, product, tests if brings else (), reported.get(landing.sha))
        if not product:
            continue
        if event.report:
            events.append(event)
        elif not brings:
            untested += 1
        elif max(places.get(landing.sha, 0), len(product)) > MOST_PIECES:
            larger += 1
        else:
            events.append(event)
    return Found(tuple(events), untested, larger)
