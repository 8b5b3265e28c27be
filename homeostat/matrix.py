"""The legs of a run, for a workflow's `strategy.matrix`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

from homeostat.config import Repository
from homeostat.errors import ConfigError

MAX_LEGS = 256
"""Jobs that GitHub makes of one matrix at most."""


@dataclass(frozen=True, slots=True)
class MatrixLeg:
    """One job of the matrix; the fields are what a workflow reads."""

    name: str
    repo: str
    """Slugs, parted by spaces: one, unless there are more repositories than legs."""
    owner: str
    repositories: str
    """Names without the owner, parted by commas, as actions/create-github-app-token takes them."""
    id: str
    """For concurrency groups and artifacts: nothing but letters, digits, `.`, `_` and `-`."""


def legs(repositories: Sequence[Repository]) -> list[MatrixLeg]:
    """One leg for each repository that is enabled; above 256, several of one owner to a leg."""
    slugs = [repository.slug for repository in repositories if repository.enabled]
    owners = {slug.partition("/")[0].casefold() for slug in slugs}
    if len(owners) > MAX_LEGS:
        raise ConfigError(
            f"{len(owners)} owners are more than the {MAX_LEGS} legs that a run may have, and a leg's token "
            "is of one owner: spread the repositories over several files, with a workflow each."
        )
    return [_leg(chunk) for chunk in _chunks(slugs)]


def _chunks(slugs: Sequence[str]) -> list[tuple[str, ...]]:
    """The slugs in equal shares, in at most 256 of them."""
    by_owner = [tuple(own) for _, own in groupby(sorted(slugs, key=_owner), _owner)]
    if len(slugs) <= MAX_LEGS:
        return [(slug,) for slug in slugs]
    size = 2
    while sum(-(-len(own) // size) for own in by_owner) > MAX_LEGS:
        size += 1
    return [chunk for own in by_owner for chunk in _evenly(own, size)]


def _owner(slug: str) -> str:
    return slug.partition("/")[0].casefold()


def _evenly(own: Sequence[str], size: int) -> list[tuple[str, ...]]:
    """In as many shares as `size` makes necessary, none more than one larger than another."""
    shares = -(-len(own) // size)
    return [tuple(own[n::shares]) for n in range(shares)]


def _leg(slugs: Sequence[str]) -> MatrixLeg:
    first = slugs[0]
    owner, name = first.split("/")
    more = f" and {len(slugs) - 1} more" if len(slugs) > 1 else ""
    return MatrixLeg(
        name=first + more,
        repo=" ".join(slugs),
        owner=owner,
        repositories=",".join(slug.split("/")[1] for slug in slugs),
        id=f"homeostat-{owner}.{name}",
    )
