"""The pull request that asks a repository whether it wants Homeostat, and shows what it would do there."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from homeostat.errors import ConfigError
from homeostat.outbound import code, inline, joined, markdown, page, plain, row, rule, within
from homeostat.ports import Forge, Workspace
from homeostat.records import LegReport, Markdown, Outcome, PullRequest, PullState

BRANCH = plain("homeostat-onboarding")
"""Not one of those that fixes are on, `homeostat/…`: it counts as no open fix."""
TITLE = plain("Let Homeostat heal this repository")
MESSAGE = plain("Add Homeostat's configuration and workflow")
MOST_SHOWN = 20
LONGEST = 60_000
"""Bytes; GitHub takes 65,536 characters."""
OTHERS = markdown(
    "The other repositories of the list need a GitHub App (HOMEOSTAT_APP_CLIENT_ID, "
    "HOMEOSTAT_APP_PRIVATE_KEY) or a fine-grained token (secret HOMEOSTAT_TOKEN) with the same "
    "three rights on each of them."
)


@dataclass(frozen=True, slots=True)
class Seen:
    """What a plan of one repository found, before anything is set up."""

    slug: str
    label: str
    """That marks a report."""
    plan: LegReport | None
    unseen: str = ""
    """Why there is no plan, or what it lacks."""
    others: tuple[str, ...] = ()
    """Repositories that are healed too."""

    @property
    def labelled(self) -> bool:
        """Whether an issue carries the label already."""
        return self.plan is not None and any(one.issue for one in self.plan.outcomes)


def refusal(workspace: Workspace, pulls: Sequence[PullRequest], files: Sequence[str]) -> str | None:
    """Why nobody is asked (again) unless somebody insists, or None."""
    last = _last(pulls)
    if last and last.state is PullState.CLOSED:
        return f"{last.url} was closed unmerged, which is a no"
    if last and last.state is PullState.MERGED:
        return f"{last.url} was merged: Homeostat is set up there"
    there = [path for path in files if path in workspace.paths()]
    if there:
        return f"{' and '.join(there)} would be overwritten"
    stranger = workspace.stranger_on(BRANCH)
    return f"{stranger} has committed to {BRANCH}, which would be lost" if stranger else None


@dataclass(frozen=True, slots=True)
class Parcel:
    """What is proposed."""

    files: Mapping[str, str]
    base: str
    body: Markdown


def introduce(
    forge: Forge, workspace: Workspace, parcel: Parcel, pulls: Sequence[PullRequest], *, when: datetime
) -> tuple[PullRequest, bool]:
    """Push the files to a branch of their own and open its pull request, or update it; True when new."""
    patch = workspace.patch(parcel.files)
    if not patch.changes:
        raise ConfigError(f"{parcel.base} has the same files already: there is nothing to propose.")
    last = _last(pulls)
    workspace.publish(patch, branch=BRANCH, message=MESSAGE, when=when)
    if last and last.state is PullState.OPEN:
        return forge.update_pull_request(last.number, title=TITLE, body=parcel.body), False
    return forge.open_pull_request(branch=BRANCH, base=parcel.base, title=TITLE, body=parcel.body), True


def _last(pulls: Sequence[PullRequest]) -> PullRequest | None:
    ours = [pull for pull in pulls if pull.branch == BRANCH]
    standing = [pull for pull in ours if pull.state is PullState.OPEN]
    return next(reversed(standing or ours), None)


def body_of(seen: Seen) -> Markdown:
    """What the pull request says."""
    text = page(
        "onboarding.md",
        plan=_plan(seen),
        unseen=_unseen(seen),
        slug=inline(seen.slug),
        label=_label(seen),
        others=OTHERS if seen.others else markdown(""),
    )
    return within(text, LONGEST)


def _plan(seen: Seen) -> Markdown:
    if seen.plan is None:
        return markdown("That is not known: see below.")
    if not seen.plan.outcomes:
        return markdown("Nothing for now: no open issue carries the label {}.", code(seen.label))
    shown = seen.plan.outcomes[:MOST_SHOWN]
    head = row(markdown("failure"), markdown("from"), markdown("outcome"), markdown("why"))
    lines = [markdown("A plan of it, in which nothing was written:\n"), head, rule(4), *map(_row, shown)]
    more = len(seen.plan.outcomes) - len(shown)
    if more:
        lines.append(markdown("\nand {} more.", more))
    return joined("\n", lines)


def _label(seen: Seen) -> Markdown:
    label = code(seen.label)
    if seen.labelled:
        return markdown("The label {} marks an issue as a report.", label)
    return markdown("Create the label {} if it is not there: it marks an issue as a report.", label)


def _row(outcome: Outcome) -> Markdown:
    source = markdown("#{}", outcome.issue) if outcome.issue else markdown("tests")
    return row(inline(outcome.title), source, inline(outcome.result), inline(outcome.reason, 400))


def _unseen(seen: Seen) -> Markdown:
    told = [markdown("No test was run, so failures that only the tests show are not among these.")]
    if seen.unseen:
        told.insert(0, inline(seen.unseen, 600))
    if seen.others:
        told.append(
            markdown("Nor were other repositories of the list: {}.", inline(", ".join(seen.others), 600))
        )
    return joined(" ", told)
