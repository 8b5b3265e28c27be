"""What the inside asks of the world. The edges answer; tests put other answers in the same shape."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import IO, Protocol

from homeostat.records import (
    Books,
    Comment,
    Handling,
    Issue,
    Markdown,
    Patch,
    Plain,
    Prompt,
    PullRequest,
    Reply,
    Run,
    TeamBooks,
)

Clock = Callable[[], datetime]
"""Now, as an aware UTC datetime."""


class Forge(Protocol):
    """One repository on GitHub or on its local stand-in. Raises ForgeError."""

    @property
    def requests(self) -> int:
        """How many API requests were sent so far, each retry counted."""

    @property
    def comments_added(self) -> int:
        """How many new comments were written so far."""

    def impediment(self) -> str | None:
        """Why nothing can be delivered here at all (archived, no right to push), or None."""

    def open_issues(self, labels: Sequence[str]) -> list[Issue]:
        """Open issues that carry at least one of `labels`, oldest first; never pull requests."""

    def closed_issues(self, labels: Sequence[str]) -> list[Issue]:
        """The same of closed issues."""

    def issue(self, number: int) -> Issue | None:
        """One issue, open or closed; None when there is none of that number."""

    def handling(self, number: int, since: datetime | None = None) -> Handling:
        """Who labelled an issue, who edited its text and what that is now.

        Refused when that cannot be known to the end. With `since`, of the edits only those from then on.
        """

    def account(self) -> str:
        """The login that we act as."""

    def may_write(self, login: str) -> bool:
        """Whether somebody has write access here; a bot never has by this."""

    def open_issue(self, *, title: Plain, body: Markdown, label: str) -> Issue:
        """File an issue under one label: once, also where an answer was lost."""

    def update_issue(self, number: int, *, body: Markdown) -> Issue:
        """Replace an issue's text."""

    def close_issue(self, number: int) -> None:
        """Close an issue; one that is closed already stays as it is."""

    def pull_requests(self, since: datetime | None = None) -> list[PullRequest]:
        """All open pull requests, and those merged or closed, by number.

        With `since`, of the merged and closed ones only those that changed at that time or later.
        """

    def comments(self, number: int) -> list[Comment]:
        """All comments of an issue or a pull request, oldest first."""

    def open_pull_request(
        self, *, branch: Plain, base: str, title: Plain, body: Markdown, draft: bool = False
    ) -> PullRequest:
        """Open one. Where one is open for that branch it is updated, or this is refused: never a second.

        A draft where the forge has drafts.
        Raises NotPermittedError when the token, or the repository's settings, forbid it.
        """

    def update_pull_request(self, number: int, *, title: Plain, body: Markdown) -> PullRequest:
        """Replace title and body."""

    def withdraw_pull_request(self, number: int) -> None:
        """Close an open pull request of ours unmerged; nothing happens when it is closed already."""

    def signed_commit(
        self, *, branch: Plain, base: str, message: Plain, files: Mapping[str, str]
    ) -> str | None:
        """Make our `branch` one commit on top of `base`, signed by the forge: whole new texts by path.

        Returns the commit, or None when this forge signs nothing: then push one.
        """

    def add_comment(self, number: int, body: Markdown) -> None:
        """Comment on an issue or a pull request."""

    def update_comment(self, comment: Comment, body: Markdown) -> None:
        """Replace a comment's text."""

    def add_labels(self, number: int, labels: Sequence[str]) -> None:
        """Add labels, creating those that the repository does not know."""

    def remove_label(self, number: int, label: str) -> None:
        """Take one label off; nothing happens when it is not there."""


class Source(Protocol):
    """Files to read, as far as a stage needs to know of a checkout."""

    def paths(self) -> frozenset[str]:
        """Every file at base, relative, with forward slashes."""

    def read(self, path: str) -> str | None:
        """A file at base as text; None when it is missing, a link, binary or over 1 MiB."""


class Workspace(Source, Protocol):
    """The target repository at one commit, in a clone that no test has touched. Raises ForgeError."""

    @property
    def base(self) -> str:
        """The commit under repair, 40 hex digits."""

    @property
    def round_trips(self) -> int:
        """How many git commands have talked to the remote so far."""

    def export(self, destination: Path) -> None:
        """Write the files of base into an existing empty folder, without any git data."""

    def archive(self, destination: IO[bytes]) -> None:
        """Write the files of base as one uncompressed tar, byte for byte and without any git data."""

    def patch(self, edits: Mapping[str, str]) -> Patch:
        """What git makes of whole new texts by path."""

    def pairs(self, commit: str) -> list[tuple[str, str, str]]:
        """(path, before, after) of each text file that `commit` modified against its first parent.

        None of them when the remote no longer has the commit.
        """

    def publish(self, patch: Patch, *, branch: Plain, message: Plain, when: datetime) -> str:
        """Commit the judged patch on top of its base and push it to our `branch`; returns the commit."""

    def commit(self, patch: Patch, *, message: Plain, when: datetime) -> str:
        """The same, pushed to the branch under repair itself; refused when that has moved meanwhile."""

    def commits_with(self, line: str) -> list[str]:
        """The commits of base whose message has that whole line, the newest first."""

    def mentions(self, words: Sequence[str]) -> list[str]:
        """Paths of the text files at base that hold one of these as a word, in order."""

    def texts(self, paths: Sequence[str]) -> dict[str, str]:
        """What `read` gives of many files at once, without those that are no text."""

    def stranger_on(self, branch: str) -> str | None:
        """Who else committed to our branch since base, or None when it is ours alone or not there."""


class Ledger(Protocol):
    """The state branch. Raises LedgerError."""

    @property
    def round_trips(self) -> int:
        """How many git commands have talked to the remote so far."""

    def read(self) -> Books:
        """The books as they are now, without entries."""

    def write(self, change: Callable[[Books], Books], message: Plain) -> Books:
        """Apply `change` to the newest books and store them in one commit, again after each lost race.

        `change` must be pure: it runs once for every try. Nothing is stored when it changes nothing.
        """


class TeamLedger(Protocol):
    """The state branch as the dashboard sees it: all repositories at once. Raises LedgerError."""

    def read(self) -> TeamBooks:
        """All of it as it is now, by one look."""

    def write(self, change: Callable[[TeamBooks], TeamBooks], message: Plain) -> TeamBooks:
        """As a Ledger does it: `change` is pure, runs once for every try, and is stored in one commit."""


class Sandbox(Protocol):
    """Where the target's own commands run: no secrets, bounded time and output."""

    def prepare(self, setup_command: str | None, *, timeout: float) -> Run | None:
        """Lay out a pristine tree and run the setup in it; None when there is no setup. Seconds."""

    def run(self, command: str, edits: Mapping[str, str], *, timeout: float) -> Run:
        """Run a command in a fresh copy of the prepared tree with `edits` written over it. Seconds.

        What governs the tests there is what the pristine tree has, whatever the setup or a run made of it.
        """


class Model(Protocol):
    """A language model where it answers. Raises ModelError."""

    def ask(self, prompt: Prompt, heard: Callable[[int], object]) -> Reply:
        """Put one prompt to it; `heard` is told the characters so far, now and then."""
