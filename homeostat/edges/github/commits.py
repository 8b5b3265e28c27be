"""Commits that GitHub signs, by the one mutation that does so for every kind of token.

https://docs.github.com/graphql/reference/mutations#createcommitonbranch appends to a branch that is there,
and knows neither executable bits nor links. A pull request whose branch is set back to its base is closed by
GitHub for good; so the commit grows on a branch of its own whenever ours stands already, and ours moves once.
"""

from __future__ import annotations

import re
from base64 import b64encode
from collections.abc import Mapping
from dataclasses import dataclass, replace
from http import HTTPStatus
from typing import TYPE_CHECKING

from homeostat.edges.github.answers import CommitAnswer, GraphQLAnswer, RefAnswer
from homeostat.edges.github.refusals import FaultError, RefusedError
from homeostat.errors import ForgeError

if TYPE_CHECKING:
    from homeostat.edges.github.wire import Wire

SCRATCH = "-signing"
MUTATION = (
    "mutation ($input: CreateCommitOnBranchInput!) { createCommitOnBranch(input: $input) { commit { oid } } }"
)
OID = re.compile(r"[0-9a-f]{40,64}")


@dataclass(frozen=True, slots=True)
class CommitOrder:
    """One commit to make: `files` are whole new texts by path, on top of `base`."""

    slug: str
    branch: str
    base: str
    message: str
    files: Mapping[str, str]


def graphql_url(api_url: str) -> str:
    """The GraphQL endpoint beside a REST one, on github.com and on an Enterprise Server."""
    return re.sub(r"/api/v3$", "/api", api_url.rstrip("/")) + "/graphql"


def signed_commit(wire: Wire, order: CommitOrder, url: str) -> str | None:
    """Make the branch the ordered commit, or leave the branch as it was and answer None."""
    standing = _tip(wire, order.branch)
    if standing in {None, order.base}:
        return _grown(wire, order, url, exists=standing is not None)
    if standing and _is_made(wire, order, standing):
        _delete(wire, order.branch + SCRATCH)  # the crashed run that made it may have died before this
        return standing
    return _moved(wire, order, url)


def _moved(wire: Wire, order: CommitOrder, url: str) -> str | None:
    """Make the commit beside a branch that stands elsewhere, then move the branch to it."""
    scratch = replace(order, branch=order.branch + SCRATCH)
    standing = _tip(wire, scratch.branch)
    if standing not in {None, order.base}:
        _move(wire, scratch.branch, order.base)
    commit = _grown(wire, scratch, url, exists=standing is not None)
    if commit:
        _move(wire, order.branch, commit)
        _delete(wire, scratch.branch)
    return commit


def _grown(wire: Wire, order: CommitOrder, url: str, *, exists: bool) -> str | None:
    """Append the commit to a branch that is at base or not there; without a commit it stays what it was."""
    if not exists and not _create(wire, order):
        return None
    commit = _committed(wire, order, url)
    if commit is None:
        _give_up(wire, order, ours=not exists)
    return commit


def _give_up(wire: Wire, order: CommitOrder, *, ours: bool) -> None:
    tip = _tip(wire, order.branch)
    if tip not in {None, order.base}:
        raise ForgeError(
            f"{order.branch} of {order.slug} moved meanwhile, so it is left alone; the next run looks again."
        )
    if ours and tip:
        _delete(wire, order.branch)


def _create(wire: Wire, order: CommitOrder) -> bool:
    where = {"ref": f"refs/heads/{order.branch}", "sha": order.base}
    try:
        wire.tell(wire.call("git.create_ref", **where), repeatable=True)
    except RefusedError as error:  # a second try finds what the first has made
        return "already exists" in error.refusal.said and _tip(wire, order.branch) == order.base
    return True


def _committed(wire: Wire, order: CommitOrder, url: str) -> str | None:
    content = {"query": MUTATION, "variables": {"input": _input(order)}}
    call = wire.call_url("POST", url, "commit", content)

    def look() -> str | None:
        tip = _tip(wire, order.branch)
        return tip if tip and _is_made(wire, order, tip) else None

    try:
        answer = wire.once(lambda: wire.ask(call, GraphQLAnswer), lambda: _as_answer(look()))
    except (RefusedError, FaultError):
        return None
    return _oid(answer) or look()


def _input(order: CommitOrder) -> dict[str, object]:
    headline, _, body = order.message.strip().partition("\n")
    additions = [
        {"path": path, "contents": b64encode(text.encode()).decode()}
        for path, text in sorted(order.files.items())
    ]
    return {
        "branch": {"repositoryNameWithOwner": order.slug, "branchName": order.branch},
        "expectedHeadOid": order.base,
        "message": {"headline": headline.strip(), "body": body.strip()},
        "fileChanges": {"additions": additions},
    }


def _as_answer(commit: str | None) -> GraphQLAnswer | None:
    return GraphQLAnswer({"createCommitOnBranch": {"commit": {"oid": commit}}}) if commit else None


def _oid(answer: GraphQLAnswer) -> str | None:
    made = ((answer.data or {}).get("createCommitOnBranch") or {}).get("commit") or {}
    oid = str(made.get("oid", ""))
    return oid if OID.fullmatch(oid) else None


# --- branches -------------------------------------------------------------------------------


def _tip(wire: Wire, branch: str) -> str | None:
    try:
        return wire.ask(wire.call("git.get_ref", ref=f"heads/{branch}"), RefAnswer).target.sha
    except RefusedError as error:
        if error.refusal.status == HTTPStatus.NOT_FOUND:
            return None
        raise


def _is_made(wire: Wire, order: CommitOrder, commit: str) -> bool:
    """Whether a commit is the ordered one, which a crashed run has left behind."""
    if commit == order.base:
        return False
    known = wire.ask(wire.call("git.get_commit", commit_sha=commit), CommitAnswer)
    parents = [parent.sha for parent in known.parents]
    return parents == [order.base] and known.message.split() == order.message.split()


def _move(wire: Wire, branch: str, commit: str) -> None:
    wire.tell(wire.call("git.update_ref", ref=f"heads/{branch}", sha=commit, force=True))


def _delete(wire: Wire, branch: str) -> None:
    """Take a branch away; that it is gone already is as good."""
    try:
        wire.tell(wire.call("git.delete_ref", ref=f"heads/{branch}"))
    except RefusedError as error:
        if error.refusal.status not in {HTTPStatus.NOT_FOUND, HTTPStatus.UNPROCESSABLE_ENTITY}:
            raise
