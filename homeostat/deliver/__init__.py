"""Bring a verified patch to people: one branch, one pull request, one comment for each fingerprint.

Every step first looks for what an earlier, crashed run left behind, so that each can be done again.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from datetime import datetime

from homeostat.books import STATE_OPENS, hidden_state
from homeostat.deliver.opinions import opinion_of
from homeostat.deliver.text import (
    PREFIX,
    Parcel,
    body,
    branch_of,
    commit_message,
    marker_of,
    origin_of,
    origin_of_rule,
    title,
)
from homeostat.outbound import inline, joined, markdown, page
from homeostat.ports import Forge, Workspace
from homeostat.records import Incident, Markdown, Plain, PullRequest, PullState, Unreadable, Verdict

__all__ = [
    "NEEDS_INFO",
    "PREFIX",
    "Parcel",
    "ask_for_info",
    "branch_of",
    "commit_message",
    "marker_of",
    "opinion_of",
    "origin_of",
    "origin_of_rule",
    "pull_of",
    "push",
    "put_labels",
    "put_pull_request",
    "put_state",
    "withdraw",
]

PLAIN = "100644"
"""The mode of files that a forge can commit without changing it."""
NEEDS_INFO = "needs-info"
FORK = ":"
"""In the name of a fork's branch, owner:branch: anybody may copy our marker into a body there."""
_GONE_MARKER = markdown("<!-- homeostat:gone -->")
_NEEDS_INFO_MARKER = markdown("<!-- homeostat:needs-info -->")


def pull_of(exact: str, pulls: Sequence[PullRequest]) -> PullRequest | None:
    """The newest pull request of a fingerprint: by its branch first, by its marker second.

    Our marker is a body's last line. Anywhere else it is what a report, a test or a model said.
    """
    ours = [pull for pull in pulls if pull.branch == branch_of(exact)]
    marked = (pull for pull in pulls if FORK not in pull.branch and _last_line(pull.body) == marker_of(exact))
    ours = ours or list(marked)
    return ours[-1] if ours else None


def _last_line(text: str) -> str:
    return text.rstrip().rpartition("\n")[2]


def push(forge: Forge, workspace: Workspace, parcel: Parcel, *, branch: Plain, when: datetime) -> str:
    """Commit the judged patch to a branch, signed where the forge does that; returns the commit."""
    patch = parcel.patch
    if all(change.status == "M" and change.mode == change.old_mode == PLAIN for change in patch.changes):
        files = parcel.candidate.edits
        signed = forge.signed_commit(
            branch=branch, base=patch.base, message=commit_message(parcel), files=files
        )
        if signed:
            return signed
    return workspace.publish(parcel.patch, branch=branch, message=commit_message(parcel), when=when)


def put_pull_request(forge: Forge, parcel: Parcel, *, base: str, standing: PullRequest | None) -> PullRequest:
    """Open the fingerprint's pull request, or update the open one.

    `standing` is the fingerprint's newest pull request in any state.
    """
    name, text = title(parcel.fingerprint), body(parcel)
    if standing and standing.state is PullState.OPEN:
        if (standing.title, standing.body) == (name, text):
            return standing
        return forge.update_pull_request(standing.number, title=name, body=text)
    draft = parcel.candidate.needs_reading or parcel.proof.verdict is not Verdict.PROVEN
    branch = branch_of(parcel.fingerprint.exact)
    return forge.open_pull_request(branch=branch, base=base, draft=draft, title=name, body=text)


def put_labels(forge: Forge, pull: PullRequest, labels: Sequence[str]) -> None:
    """Add the labels that the pull request lacks."""
    lacking = [label for label in labels if label not in pull.labels]
    if lacking:
        forge.add_labels(pull.number, lacking)


def put_state(forge: Forge, pull: PullRequest, incident: Incident) -> None:
    """Write the hidden state into our one comment on the pull request."""
    text = page("state_comment.md", state=hidden_state(incident))
    _put_comment(forge, pull.number, STATE_OPENS, text, lambda login: login == pull.author)


def withdraw(forge: Forge, pull: PullRequest, incident: Incident) -> None:
    """Say on the pull request why it is no longer needed, and close it."""
    put_state(forge, pull, incident)
    text = page("gone.md", marker=_GONE_MARKER, reason=inline(incident.reason, 400))
    _put_comment(forge, pull.number, _GONE_MARKER, text, lambda login: login == pull.author)
    forge.withdraw_pull_request(pull.number)


def ask_for_info(forge: Forge, number: int, unreadable: Unreadable) -> None:
    """Say once what a report lacks, and label it."""
    missing = joined("\n", (markdown("- {}", part) for part in unreadable.missing))
    text = page("needs_info.md", marker=_NEEDS_INFO_MARKER, missing=missing)
    _put_comment(forge, number, _NEEDS_INFO_MARKER, text, lambda login: _may_be_us(forge, login))
    forge.add_labels(number, [NEEDS_INFO])


def _may_be_us(forge: Forge, login: str) -> bool:
    return login.endswith("[bot]") or forge.may_write(login)


def _put_comment(
    forge: Forge, number: int, marker: str, text: Markdown, is_us: Callable[[str], bool]
) -> None:
    """Write our one comment of a kind. Anybody may copy the marker: only what we may have written is ours.

    With us it opens a line; whoever quotes us, or repeats a report, has it elsewhere.
    """
    marked = (one for one in forge.comments(number) if re.search(rf"(?m)^{re.escape(marker)}", one.body))
    ours = next((comment for comment in marked if is_us(comment.author)), None)
    if ours is None:
        forge.add_comment(number, text)
    elif ours.body != text:
        forge.update_comment(ours, text)
