"""What GitHub tells of a repository and of a token, by reading alone."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime
from http import HTTPStatus

from homeostat.edges.github.answers import LabelAnswer, RefAnswer, RepositoryAnswer
from homeostat.edges.github.refusals import RefusedError, impediment_of
from homeostat.edges.github.wire import Server, Wire
from homeostat.ports import Clock
from homeostat.records.facts import RepositoryFacts


def facts_of(
    slug: str, branch: str, server: Server, *, clock: Clock, sleep: Callable[[float], None]
) -> RepositoryFacts:
    """What a leg on that branch will find. Raises ForgeError where not even that may be read."""
    wire = Wire(slug, server, clock=clock, sleep=sleep)
    known, headers = wire.ask_whole(wire.call("repos.get"), RepositoryAnswer)
    if known.has_issues:
        wire.tell(wire.call("issues.list_for_repo", per_page=1))
    wire.tell(wire.call("pulls.list", per_page=1))
    scopes = headers.get("x-oauth-scopes")
    return RepositoryFacts(
        slug=slug,
        impediment=impediment_of(slug, known),
        private=known.private,
        has_issues=known.has_issues,
        has_branch=_has_branch(wire, branch),
        labels=_labels(wire),
        scopes=None if scopes is None else frozenset(scopes.replace(",", " ").split()),
        ahead=_ahead(headers, clock()),
    )


def _has_branch(wire: Wire, branch: str) -> bool:
    try:
        wire.ask(wire.call("git.get_ref", ref=f"heads/{branch}"), RefAnswer)
    except RefusedError as error:
        if error.refusal.status in {HTTPStatus.NOT_FOUND, HTTPStatus.CONFLICT}:  # 409: no commit at all
            return False
        raise
    return True


def _labels(wire: Wire) -> frozenset[str]:
    pages = wire.pages("issues.list_labels_for_repo", LabelAnswer)
    return frozenset(label.name.casefold() for page in pages for label in page if label.name)


def _ahead(headers: Mapping[str, str], now: datetime) -> timedelta | None:
    try:
        return now - parsedate_to_datetime(headers["date"])
    except (KeyError, ValueError, TypeError):
        return None
