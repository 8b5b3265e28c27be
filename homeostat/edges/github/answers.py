"""GitHub's answers as far as we read them, and the records made of them."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal

from msgspec import Struct, field

from homeostat.records import Comment, Issue, PullRequest, PullState

GHOST = "ghost"
"""GitHub's own name for an author whose account is gone; the API says null."""


class UserAnswer(Struct):
    """Who wrote something."""

    login: str


class LabelAnswer(Struct):
    """A label on an issue or a pull request."""

    name: str | None = None


class IssueAnswer(Struct):
    """An issue; GitHub lists pull requests among them, which carry `pull_request`."""

    number: int
    title: str
    labels: list[LabelAnswer | str]
    user: UserAnswer | None
    created_at: datetime
    author_association: str
    body: str | None = None
    locked: bool = False
    state: str = "open"
    updated_at: datetime | None = None
    closed_at: datetime | None = None
    pull_request: dict[str, Any] | None = None


class RepositoryAnswer(Struct):
    """A repository, and what the token may do in it."""

    full_name: str
    archived: bool = False
    disabled: bool = False
    permissions: dict[str, bool] | None = None
    private: bool = False
    has_issues: bool = True


class HeadAnswer(Struct):
    """One end of a pull request; `repo` is null when its fork is gone."""

    ref: str
    label: str | None = None
    repo: RepositoryAnswer | None = None


class PullAnswer(Struct):
    """A pull request."""

    number: int
    title: str
    body: str | None
    labels: list[LabelAnswer]
    user: UserAnswer | None
    state: Literal["open", "closed"]
    created_at: datetime
    updated_at: datetime
    closed_at: datetime | None
    merged_at: datetime | None
    merge_commit_sha: str | None
    html_url: str
    head: HeadAnswer
    base: HeadAnswer


class CommentAnswer(Struct):
    """A comment on an issue or a pull request."""

    id: int
    user: UserAnswer | None
    body: str | None = None


class PermissionAnswer(Struct):
    """What somebody may do in a repository: admin, write, read or none; other roles count as one of these."""

    permission: str


class ObjectAnswer(Struct):
    """A commit, by its id."""

    sha: str


class RefAnswer(Struct):
    """A branch and where it stands."""

    target: ObjectAnswer = field(name="object")


class CommitAnswer(Struct):
    """A commit."""

    message: str
    parents: list[ObjectAnswer]


class RefusalAnswer(Struct):
    """What GitHub says when it refuses."""

    message: str = ""
    errors: Any = None


class GraphQLAnswer(Struct):
    """What the GraphQL endpoint says, refusals included."""

    data: dict[str, Any] | None = None
    errors: list[dict[str, Any]] | None = None


def issue_of(answer: IssueAnswer) -> Issue:
    """The record of an issue."""
    return Issue(
        number=answer.number,
        title=answer.title,
        body=answer.body or "",
        labels=_names(answer.labels),
        author=_login(answer.user),
        association=answer.author_association,
        created_at=answer.created_at,
        locked=answer.locked,
        is_open=answer.state == "open",
        updated_at=answer.updated_at,
        closed_at=answer.closed_at,
    )


def pull_of(answer: PullAnswer) -> PullRequest:
    """The record of a pull request; a fork's branch is named owner:branch, never taken for ours."""
    return PullRequest(
        number=answer.number,
        branch=_branch(answer),
        base=answer.base.ref,
        title=answer.title,
        body=answer.body or "",
        labels=_names(answer.labels),
        author=_login(answer.user),
        state=_state(answer),
        created_at=answer.created_at,
        closed_at=answer.closed_at,
        merge_sha=answer.merge_commit_sha if answer.merged_at else None,
        url=answer.html_url,
        updated_at=answer.updated_at,
    )


def comment_of(answer: CommentAnswer) -> Comment:
    """The record of a comment."""
    return Comment(id=answer.id, author=_login(answer.user), body=answer.body or "")


def _login(user: UserAnswer | None) -> str:
    return user.login if user else GHOST


def _names(labels: list[LabelAnswer] | list[LabelAnswer | str]) -> tuple[str, ...]:
    names = [label if isinstance(label, str) else label.name for label in labels]
    return tuple(name for name in names if name)


def _branch(answer: PullAnswer) -> str:
    head, home = answer.head, answer.base.repo
    if head.repo and home and head.repo.full_name == home.full_name:
        return head.ref
    return head.label or f"unknown:{head.ref}"


def _state(answer: PullAnswer) -> PullState:
    if answer.merged_at:
        return PullState.MERGED
    return PullState(answer.state)
