"""May we try this failure now? Every no carries its reason."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from homeostat.records import Deed, Failure, Handling, Incident, Issue, PullRequest, PullState, Result, Status

BACK_OFF = (timedelta(hours=24), timedelta(hours=48), timedelta(hours=96))
"""Wait after the first, second and third failed attempt."""
MAX_ATTEMPTS = 3
RETRY_UNHEALED = timedelta(hours=24)
"""Wait when there was nothing to try; new patterns end it early."""
CLAIM_LEASE = timedelta(hours=2)
"""How long another run's claim is respected: longer than any leg may take."""
OPT_OUT = "do-not-fix"
OVER = frozenset({Status.MERGED, Status.GONE})
"""The error was mended: reports from before that are answered."""
NO = frozenset({Status.DECLINED, Status.STOPPED})
"""A person's."""
TRUSTED = frozenset({"OWNER", "MEMBER", "COLLABORATOR"})
BOT = "[bot]"
"""Ends the login of every bot; none is trusted for being one."""


@dataclass(frozen=True, slots=True)
class Refusal:
    """What is told instead of trying."""

    result: Result
    reason: str


@dataclass(frozen=True, slots=True)
class Moment:
    """When, for which run, with which patterns at hand (their digest) and at which commit we look."""

    now: datetime
    run: str
    library: str
    base: str = ""


def issue_refusal(issue: Issue) -> str | None:
    """Why an issue is not read at all, whoever wrote it."""
    if OPT_OUT in {label.casefold() for label in issue.labels}:
        return f"it carries the label {OPT_OUT}"
    return "it is locked" if issue.locked else None


def is_trusted(issue: Issue, authors: Collection[str] | None) -> bool:
    """Whether the author alone is reason enough; `authors` are the logins of report_authors."""
    if issue.author in (authors or ()):
        return True
    return issue.association in TRUSTED and not issue.author.endswith(BOT)


def handling_refusal(
    issue: Issue, handling: Handling, labels: Collection[str], may_write: Callable[[str], bool]
) -> str | None:
    """Why a stranger's report is not worked on: no one with write access says so, or its text is another."""
    carried = [label for label in issue.labels if label.casefold() in {name.casefold() for name in labels}]
    known = {label: handling.labelled.get(label.casefold()) for label in carried}
    approvals = [(deed, label) for label, deed in known.items() if deed and may_write(deed.by)]
    if not approvals:
        return f"{_stranger(issue)}, {_set_by(known)}: {_REMEDY.format(author=issue.author)}"
    approval, label = max(approvals, key=lambda found: found[0].at)
    for edit in handling.edits:
        if edit.at >= approval.at and not may_write(edit.by):
            return (
                f"the report was edited by {edit.by}, who has no write access, after {approval.by} set the "
                f"label {label}: take it off and set it again to say that the text may be worked on"
            )
    if _text(issue) != _text(handling):
        return (
            f"the report was edited while it was read: {approval.by} may have labelled another text; "
            "the next run reads it anew"
        )
    return None


def _text(told: Issue | Handling) -> tuple[str, str]:
    """Title and body, however their lines end."""
    title, body = (text.replace("\r\n", "\n").strip() for text in (told.title, told.body))
    return title, body


_REMEDY = (
    "if it may be worked on, somebody with write access takes the label off and sets it again, "
    "or {author} is added to report_authors in repos.yml"
)


def _stranger(issue: Issue) -> str:
    if issue.author.endswith(BOT):
        return f"{issue.author} is a bot that report_authors does not name"
    return f"{issue.author} is neither owner, member nor collaborator"


def _set_by(known: dict[str, Deed | None]) -> str:
    told = [
        f"the label {label} was set by {deed.by}, who has no write access"
        if deed
        else f"nothing tells who set the label {label}"
        for label, deed in known.items()
    ]
    return " and ".join(told)


def is_stale(incident: Incident | None, base: str) -> bool:
    """Whether an incident's pull request was judged on another commit than `base`."""
    return bool(incident and incident.status is Status.DELIVERED and incident.base not in (None, base))


def _pull_refusal(pull: PullRequest, failure: Failure) -> Refusal | None:
    if pull.state is PullState.OPEN:
        return Refusal(Result.DELIVERED, f"pull request #{pull.number} is open")
    if pull.state is PullState.CLOSED:
        return Refusal(Result.SKIPPED, f"a person closed pull request #{pull.number} unmerged: that is a no")
    if failure.seen_at and pull.closed_at and failure.seen_at <= pull.closed_at:
        return Refusal(Result.DELIVERED, f"pull request #{pull.number} was merged after this report")
    return None


def incident_refusal(incident: Incident, moment: Moment, seen_at: datetime | None = None) -> Refusal | None:
    """Why the ledger says no; `seen_at` is when a report was filed, None for what the tests show now."""
    claim = incident.claim
    if claim and claim.run != moment.run and claim.until > moment.now:
        return Refusal(Result.COOLING, f"run {claim.run} works on it until {claim.until:%Y-%m-%d %H:%M} UTC")
    if incident.status is Status.GIVEN_UP:
        return Refusal(
            Result.GIVEN_UP, f"{incident.attempts} attempts failed: it waits for a person to mend it"
        )
    if incident.status in NO:
        return Refusal(Result.SKIPPED, f"{incident.reason}: that is a no")
    if incident.status in OVER and seen_at and seen_at <= incident.last_tried:
        return Refusal(Result.DELIVERED, incident.reason)
    if incident.status is Status.UNHEALED and incident.library != moment.library:
        return None
    if incident.next_try and incident.next_try > moment.now:
        return Refusal(
            Result.COOLING, f"next try from {incident.next_try:%Y-%m-%d %H:%M} UTC ({incident.reason})"
        )
    return None


def refusal(
    failure: Failure, incident: Incident | None, pull: PullRequest | None, moment: Moment
) -> Refusal | None:
    """Why this failure is not tried now, or None; `pull` is its newest pull request."""
    if incident and incident.pull and _is_newer(incident, pull):
        return Refusal(Result.DELIVERED, f"pull request #{incident.pull} was opened by another run meanwhile")
    told = _pull_refusal(pull, failure) if pull and not _superseded(pull, incident, moment.base) else None
    if told is None and incident is not None:
        told = incident_refusal(incident, moment, failure.seen_at)
    return told


def _is_newer(incident: Incident, pull: PullRequest | None) -> bool:
    """Whether the ledger knows of a pull request that was opened after they were listed."""
    return incident.status is Status.DELIVERED and (pull is None or pull.number < (incident.pull or 0))


def _superseded(pull: PullRequest, incident: Incident | None, base: str) -> bool:
    """Whether there is more to do than the pull request says: a crash, a moved base, a returned error."""
    if incident is None:
        return False
    if pull.state is PullState.OPEN:
        return incident.status is Status.CLAIMED or is_stale(incident, base)
    return incident.status is Status.GONE


def next_try(failed_attempts: int, *, now: datetime) -> datetime:
    """When to try again after the n-th failed attempt (1-based)."""
    return now + BACK_OFF[min(failed_attempts, len(BACK_OFF)) - 1]
