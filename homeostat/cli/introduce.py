"""`homeostat init --pull-request`: the two files as a pull request, with what Homeostat would do."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime

import click

from homeostat import config, console
from homeostat.assembly import Order, github_leg, models_of
from homeostat.config import Repository
from homeostat.errors import ConfigError, HomeostatError
from homeostat.introduction import Parcel, Seen, body_of, introduce, refusal
from homeostat.leg import DryRun, Leg
from homeostat.outbound import one_line
from homeostat.pipeline import heal
from homeostat.purse import LOCAL

NEXT = (
    "It shows what Homeostat would do and which token it needs: look at it, correct the files on its branch "
    "where they are wrong, and merge it."
)
LABEL = "Then create the label {label!r}, if it is not there."


def propose(own: str, texts: Mapping[str, str], repositories: tuple[Repository, ...], *, force: bool) -> None:
    """Open the pull request in `own`, or update it. Raises ConfigError when the answer was no."""
    environ, now = os.environ, datetime.now(UTC)
    listed = [one for one in repositories if one.slug.casefold() == own.casefold()]
    target = replace((*listed, *repositories)[0], slug=own)
    models = models_of(config.ladder(environ, target.tiers))
    order = Order(own, target, config.settings(environ), LOCAL, now, DryRun.PLAN, models)
    others = tuple(one.slug for one in repositories if one not in listed)
    access, tell = config.access(environ), console.teller(environ)
    with tell.working(f"looking at {own}"), github_leg(access, order, tell, None) as leg:
        pulls = leg.forge.pull_requests()
        told = refusal(leg.bench.workspace, pulls, [*texts])
        if told and not force:
            raise ConfigError(f"{told}: add --force to propose it all the same.")
        seen = _seen(leg, others, listed=bool(listed))
        parcel = Parcel(texts, target.branch, body_of(seen))
        pull, new = introduce(leg.forge, leg.bench.workspace, parcel, pulls, when=now)
    click.echo(f"{'opened' if new else 'updated'}: {one_line(pull.url)}")
    click.echo(NEXT if seen.labelled else f"{NEXT} {LABEL.format(label=seen.label)}")


def _seen(leg: Leg, others: tuple[str, ...], *, listed: bool) -> Seen:
    """A plan of the repository itself, which writes nothing; why there is none where it breaks off."""
    repository = leg.repository
    seen = Seen(repository.slug, repository.report_labels[0], None, others=others)
    if not listed:
        return replace(seen, unseen=f"{repository.slug} keeps the list only, and is not in it itself.")
    try:
        return replace(seen, plan=heal(leg))
    except HomeostatError as error:
        return replace(seen, unseen=f"A plan was tried and broke off: {error}")
