"""The port Forge on GitHub: each method is one paragraph of requests."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from functools import cached_property
from http import HTTPStatus
from typing import TYPE_CHECKING
from urllib.parse import quote

from homeostat.edges.github.answers import (
    CommentAnswer,
    IssueAnswer,
    PermissionAnswer,
    PullAnswer,
    RepositoryAnswer,
    comment_of,
    issue_of,
    pull_of,
)
from homeostat.edges.github.commits import CommitOrder, graphql_url, signed_commit
from homeostat.edges.github.handling import account_of, handling_of
from homeostat.edges.github.refusals import RefusedError, impediment_of
from homeostat.errors import ForgeError, NotPermittedError
from homeostat.ports import Clock
from homeostat.records import Comment, Handling, Issue, PullRequest
from homeostat.records.slugs import SLUG

if TYPE_CHECKING:
    from homeostat.edges.github.wire import Wire

GONE = {HTTPStatus.NOT_FOUND, HTTPStatus.GONE}
REFUSED = {HTTPStatus.FORBIDDEN, HTTPStatus.UNPROCESSABLE_ENTITY}
SECONDS = 30.0
"""GitHub ends a request of its own after ten."""
LOGIN = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9_-]{0,98}[A-Za-z0-9_])?")
"""A person's; a bot's ends in [bot], and GitHub knows no permission of one."""
WRITERS = frozenset({"admin", "write"})
LABEL = {"color": "1f883d", "description": "Homeostat, which heals this repository"}

FORBIDDEN = re.compile(
    r"not permitted to create|resource not accessible by|must have (?:push|write)|must be a collaborator"
    r"|pull requests? (?:creation )?(?:is|are) (?:restricted|disabled)",
    re.IGNORECASE,
)
NOT_PERMITTED = (
    "GitHub does not let this token open a pull request in {slug} ({said}). The fix is pushed; open it at "
    "{server}/{slug}/compare/{base}...{branch}?expand=1. To have it opened for you: with GITHUB_TOKEN, turn "
    "on `Allow GitHub Actions to create and approve pull requests` under Settings > Actions > General and "
    "give the job `pull-requests: write`; or use a GitHub App's token or a personal one with that right."
)


class GitHubForge:
    """One repository on GitHub, as one token sees it."""

    timeout = SECONDS
    most_requests: int | None = None
    """None: as many as it takes."""

    def __init__(
        self,
        slug: str,
        *,
        token: str,
        api_url: str,
        server_url: str,
        clock: Clock,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        if not SLUG.fullmatch(slug):
            raise ForgeError(f"{slug!r} is no repository; write it as owner/name.")
        self._slug = slug
        self._token = token
        self._api_url = api_url.rstrip("/")
        self._server_url = server_url.rstrip("/")
        self._clock = clock
        self._sleep = sleep
        self._known_labels: set[str] = set()
        self._writers: dict[str, bool] = {}
        self._signs = True
        self.comments_added = 0

    # --- the port ---------------------------------------------------------------------------

    @property
    def requests(self) -> int:
        return self._wire.requests if "_wire" in self.__dict__ else 0

    def impediment(self) -> str | None:
        return impediment_of(self._slug, self._repository)

    def open_issues(self, labels: Sequence[str]) -> list[Issue]:
        return self._labelled(labels, "open")

    def closed_issues(self, labels: Sequence[str]) -> list[Issue]:
        return self._labelled(labels, "closed")

    def issue(self, number: int) -> Issue | None:
        try:
            answer = self._wire.ask(self._wire.call("issues.get", issue_number=number), IssueAnswer)
        except RefusedError as error:
            if error.refusal.status in GONE:
                return None
            raise
        moved = answer.number != number  # GitHub leads from a transferred issue to where it is now
        return None if moved or answer.pull_request is not None else issue_of(answer)

    def handling(self, number: int, since: datetime | None = None) -> Handling:
        return handling_of(self._wire, self._slug, number, graphql_url(self._api_url), since)

    def account(self) -> str:
        return account_of(self._wire, graphql_url(self._api_url))

    def open_issue(self, *, title: str, body: str, label: str) -> Issue:
        self._make_known(label)
        call = self._wire.call("issues.create", title=title, body=body, labels=[label])
        return self._wire.once(
            lambda: issue_of(self._wire.ask(call, IssueAnswer)),
            lambda: next((known for known in self.open_issues([label]) if _same(known.body, body)), None),
        )

    def update_issue(self, number: int, *, body: str) -> Issue:
        call = self._wire.call("issues.update", issue_number=number, body=body)
        return issue_of(self._wire.ask(call, IssueAnswer))

    def close_issue(self, number: int) -> None:
        self._wire.tell(self._wire.call("issues.update", issue_number=number, state="closed"))

    def may_write(self, login: str) -> bool:
        if login not in self._writers:
            self._writers[login] = bool(LOGIN.fullmatch(login)) and self._permission(login) in WRITERS
        return self._writers[login]

    def pull_requests(self, since: datetime | None = None) -> list[PullRequest]:
        found = {pull.number: pull for page in self._pulls(state="open") for pull in page}
        for page in self._pulls(state="closed", sort="updated", direction="desc"):
            recent = [pull for pull in page if since is None or (pull.updated_at or pull.created_at) >= since]
            found.update({pull.number: pull for pull in recent})
            if len(recent) < len(page):
                break
        return [found[number] for number in sorted(found)]

    def comments(self, number: int) -> list[Comment]:
        pages = self._wire.pages("issues.list_comments", CommentAnswer, issue_number=number)
        return [comment_of(answer) for page in pages for answer in page]

    def open_pull_request(
        self, *, branch: str, base: str, title: str, body: str, draft: bool = False
    ) -> PullRequest:
        try:
            return self._open(branch, base, title=title, body=body, **({"draft": True} if draft else {}))
        except RefusedError as error:
            # Private repositories have drafts only in paid plans.
            if not (draft and "draft" in str(error).lower()):
                raise
            return self._open(branch, base, title=title, body=body)

    def _open(self, branch: str, base: str, *, title: str, body: str, **draft: bool) -> PullRequest:
        text = {"title": title, "body": body}
        call = self._wire.call("pulls.create", head=branch, base=base, **text, **draft)
        try:
            return self._wire.once(
                lambda: pull_of(self._wire.ask(call, PullAnswer)),
                lambda: self._taken_over(branch, base, **text),
            )
        except RefusedError as error:
            standing = self._taken_over(branch, base, **text) if "already exists" in str(error) else None
            if standing:
                return standing
            self._refuse_if_forbidden(error, branch, base)
            raise

    def update_pull_request(self, number: int, *, title: str, body: str) -> PullRequest:
        call = self._wire.call("pulls.update", pull_number=number, title=title, body=body)
        return pull_of(self._wire.ask(call, PullAnswer))

    def withdraw_pull_request(self, number: int) -> None:
        known = self._wire.ask(self._wire.call("pulls.get", pull_number=number), PullAnswer)
        if known.state == "open":
            self._wire.tell(self._wire.call("pulls.update", pull_number=number, state="closed"))

    def signed_commit(self, *, branch: str, base: str, message: str, files: Mapping[str, str]) -> str | None:
        if not self._signs:
            return None
        order = CommitOrder(self._slug, branch, base, message, files)
        commit = signed_commit(self._wire, order, graphql_url(self._api_url))
        self._signs = commit is not None
        return commit

    def add_comment(self, number: int, body: str) -> None:
        call = self._wire.call("issues.create_comment", issue_number=number, body=body)
        self._wire.once(
            lambda: comment_of(self._wire.ask(call, CommentAnswer)),
            lambda: next((known for known in self.comments(number) if _same(known.body, body)), None),
        )
        self.comments_added += 1

    def update_comment(self, comment: Comment, body: str) -> None:
        self._wire.tell(self._wire.call("issues.update_comment", comment_id=comment.id, body=body))

    def add_labels(self, number: int, labels: Sequence[str]) -> None:
        for label in labels:
            self._make_known(label)
        if labels:
            call = self._wire.call("issues.add_labels", issue_number=number, labels=[*labels])
            self._wire.tell(call, repeatable=True)

    def remove_label(self, number: int, label: str) -> None:
        name = quote(label, safe="").replace(".", "%2E")
        url = f"{self._api_url}/repos/{self._slug}/issues/{number}/labels/{name}"
        try:
            self._wire.tell(self._wire.call_url("DELETE", url, "remove a label"))
        except RefusedError as error:
            if error.refusal.status != HTTPStatus.NOT_FOUND:
                raise
            self._wire.tell(self._wire.call("issues.get", issue_number=number))

    # --- paragraphs of it -------------------------------------------------------------------

    @cached_property
    def _wire(self) -> Wire:
        from homeostat.edges.github.wire import Server, Wire  # noqa: PLC0415 - ghapi takes 0.5 s to load

        server = Server(self._api_url, self._token, self.timeout, self.most_requests)
        return Wire(self._slug, server, clock=self._clock, sleep=self._sleep)

    @cached_property
    def _repository(self) -> RepositoryAnswer:
        return self._wire.ask(self._wire.call("repos.get"), RepositoryAnswer)

    def _permission(self, login: str) -> str:
        call = self._wire.call("repos.get_collaborator_permission_level", username=login)
        try:
            return self._wire.ask(call, PermissionAnswer).permission
        except RefusedError as error:
            if error.refusal.status in GONE:
                return "none"
            raise

    def _labelled(self, labels: Sequence[str], state: str) -> list[Issue]:
        asked = [answer for label in dict.fromkeys(labels) for answer in self._issues(label, state)]
        found = {answer.number: answer for answer in asked}
        return [issue_of(found[number]) for number in sorted(found) if found[number].pull_request is None]

    def _issues(self, label: str, state: str) -> Iterator[IssueAnswer]:
        order = {"state": state, "labels": label, "sort": "created", "direction": "asc"}
        for page in self._wire.pages("issues.list_for_repo", IssueAnswer, **order):
            for answer in page:
                self._know(issue_of(answer).labels)
                yield answer

    def _pulls(self, **chosen: str) -> Iterator[list[PullRequest]]:
        for page in self._wire.pages("pulls.list", PullAnswer, **chosen):
            pulls = [pull_of(answer) for answer in page]
            self._know(label for pull in pulls for label in pull.labels)
            yield pulls

    def _taken_over(self, branch: str, base: str, *, title: str, body: str) -> PullRequest | None:
        """The open pull request of a branch, with the title and body that it should have."""
        head = f"{self._slug.partition('/')[0]}:{branch}"
        pages = self._pulls(state="open", head=head, base=base)
        standing = next((pull for page in pages for pull in page if pull.branch == branch), None)
        if standing is None or (standing.title, standing.body) == (title, body):
            return standing
        return self.update_pull_request(standing.number, title=title, body=body)

    def _refuse_if_forbidden(self, error: RefusedError, branch: str, base: str) -> None:
        refusal = error.refusal
        if refusal.status in REFUSED and FORBIDDEN.search(refusal.said):
            ends = {"base": quote(base, safe="/"), "branch": quote(branch, safe="/")}
            place = {"slug": self._slug, "server": self._server_url}
            raise NotPermittedError(NOT_PERMITTED.format(said=refusal.said, **place, **ends)) from None

    def _know(self, labels: Iterable[str]) -> None:
        """Remember which labels the repository has: seen on an issue costs no request."""
        self._known_labels.update(label.casefold() for label in labels)

    def _make_known(self, label: str) -> None:
        if label.casefold() in self._known_labels:
            return
        call = self._wire.call("issues.create_label", name=label, **LABEL)
        try:
            self._wire.tell(call, repeatable=True)
        except RefusedError as error:
            if "already_exists" not in error.refusal.said:
                raise
        self._know([label])


def _same(text: str, other: str) -> bool:
    return text.replace("\r\n", "\n").strip() == other.replace("\r\n", "\n").strip()
