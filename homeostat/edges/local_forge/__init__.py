"""A folder in place of GitHub: JSON files beside bare git repositories, so the whole loop runs offline."""

import fcntl
import os
import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from typing import Literal

import sh

from homeostat.edges.local_forge.files import (
    Fields,
    create,
    deed,
    handling_of,
    is_open,
    issue_of,
    listed,
    load,
    names,
    pull_of,
    rewrite,
    store,
    thread_of,
    unique,
)
from homeostat.errors import ForgeError
from homeostat.ports import Clock
from homeostat.records import Comment, Handling, Issue, PullRequest, PullState
from homeostat.records.slugs import SLUG

CLOSING = re.compile(r"\b(?:close[sd]?|fix(?:e[sd])?|resolve[sd]?):?[ \t]{1,9}#([0-9]{1,9})\b", re.IGNORECASE)
KINDS = {"issues": "issue", "pulls": "pull request"}
GIT_ENVIRONMENT = {
    "GIT_CONFIG_NOSYSTEM": "1",
    "GIT_CONFIG_GLOBAL": os.devnull,
    "GIT_TERMINAL_PROMPT": "0",
    "LC_ALL": "C",
}

MERGE_MESSAGE = "Merge pull request #{pull.number} from {owner}/{pull.branch}\n\n{pull.title}\n"
SQUASH_MESSAGE = "{pull.title} (#{pull.number})\n\n{pull.body}\n"

COMMENTS_EACH = 1_000_000
"""A comment's id tells where it is kept: its issue's number times this, plus its position."""


def create_repository(root: Path, slug: str, default_branch: str = "main") -> Path:
    """Make the empty bare repository ROOT/<owner>/<name>.git and answer its path."""
    repository = _repository(root, slug)
    repository.parent.mkdir(parents=True, exist_ok=True)
    _git("init", "--bare", "--quiet", "--template=", f"--initial-branch={default_branch}", f"{repository}")
    return repository


class LocalForge:
    """The port Forge on a folder, as one actor uses it, and what people do on GitHub's pages."""

    def __init__(self, root: Path, slug: str, clock: Clock, actor: str = "homeostat[bot]") -> None:
        self._repository = _repository(root, slug)
        self._home = self._repository.with_suffix("")
        self._url = f"{root}/{slug}"
        self._slug = slug
        self._owner = slug.partition("/")[0]
        self._clock = clock
        self._actor = actor
        self.comments_added = 0

    # --- the port ---------------------------------------------------------------------------

    requests = 0

    def impediment(self) -> str | None:
        return None

    def open_issues(self, labels: Sequence[str]) -> list[Issue]:
        return self._issues(labels, are_open=True)

    def closed_issues(self, labels: Sequence[str]) -> list[Issue]:
        return self._issues(labels, are_open=False)

    def issue(self, number: int) -> Issue | None:
        path = self._file("issues", number)
        return load(path, issue_of) if path.exists() else None

    def handling(self, number: int, since: datetime | None = None) -> Handling:
        told = load(self._existing(number, "issues"), handling_of)
        return replace(told, edits=tuple(one for one in told.edits if since is None or one.at >= since))

    def account(self) -> str:
        return self._actor

    def open_issue(self, *, title: str, body: str, label: str) -> Issue:
        return self.file_issue(title, body, [label], self._actor, "NONE")

    def update_issue(self, number: int, *, body: str) -> Issue:
        self.edit_issue(number, body=body)
        return load(self._existing(number, "issues"), issue_of)

    def close_issue(self, number: int) -> None:
        with self._alone():
            self._existing(number, "issues")
            self._close([number])

    def may_write(self, login: str) -> bool:
        people = self._home / "people.json"
        return people.exists() and login in load(people, names)

    def pull_requests(self, since: datetime | None = None) -> list[PullRequest]:
        found = [self._pull(path) for path in self._all("pulls")]
        return [pull for pull in found if since is None or not pull.closed_at or pull.closed_at >= since]

    def comments(self, number: int) -> list[Comment]:
        self._existing(number, *KINDS)
        return load(self._file("comments", number), thread_of)

    def open_pull_request(
        self, *, branch: str, base: str, title: str, body: str, draft: bool = False
    ) -> PullRequest:
        with self._alone():
            self._refuse_second(branch)
            self._refuse_empty(branch, base)
            path = self._file("pulls", self._next_number())
            entry = {"branch": branch, "base": base, "title": title, "body": body, "author": self._actor}
            closing = {"closed_at": None, "closed_by": None, "merge_sha": None}
            store(path, self._opened(path) | entry | closing | ({"draft": True} if draft else {}))
            return self._pull(path)

    def update_pull_request(self, number: int, *, title: str, body: str) -> PullRequest:
        with self._alone():
            return self._change_pull(number, title=title, body=body)

    def withdraw_pull_request(self, number: int) -> None:
        with self._alone():
            if self._pull(self._existing(number, "pulls")).state is PullState.OPEN:
                self._end_pull(number, PullState.CLOSED, by=self._actor)

    def signed_commit(self, *, branch: str, base: str, message: str, files: Mapping[str, str]) -> str | None:  # noqa: ARG002 - this forge signs nothing
        return None

    def add_comment(self, number: int, body: str) -> None:
        with self._alone():
            self._existing(number, *KINDS)
            now = self._now()
            entry = {"author": self._actor, "body": body, "created_at": now, "updated_at": now}

            def longer(thread: list[Fields]) -> list[Fields]:
                return [*listed(thread), entry | {"id": number * COMMENTS_EACH + len(thread) + 1}]

            rewrite(self._file("comments", number), longer)
            self.comments_added += 1

    def update_comment(self, comment: Comment, body: str) -> None:
        number = comment.id // COMMENTS_EACH
        with self._alone():
            if comment.id not in [known.id for known in self.comments(number)]:
                raise ForgeError(f"{self._slug} has no comment {comment.id}; it may have been deleted.")
            change = {"body": body, "updated_at": self._now()}
            rewrite(
                self._file("comments", number),
                lambda thread: [entry | change if entry["id"] == comment.id else entry for entry in thread],
            )

    def add_labels(self, number: int, labels: Sequence[str]) -> None:
        with self._alone():
            path = self._existing(number, *KINDS)
            rewrite(path, lambda entry: self._labelled(entry, labels))
            self._know(labels)

    def remove_label(self, number: int, label: str) -> None:
        with self._alone():
            path = self._existing(number, *KINDS)
            rewrite(
                path, lambda entry: entry | {"labels": [kept for kept in entry["labels"] if kept != label]}
            )

    # --- what people do ---------------------------------------------------------------------

    def file_issue(
        self,
        title: str,
        body: str,
        labels: Sequence[str] = (),
        author: str = "capture-bot",
        association: str = "MEMBER",
    ) -> Issue:
        """File a report as `author`, whose standing GitHub would call `association`."""
        with self._alone():
            path = self._file("issues", self._next_number())
            entry = {"title": title, "body": body, "author": author, "association": association}
            by = dict.fromkeys(unique(labels), deed(author, self._now()))
            more = {"labels": unique(labels), "labelled": by, "locked": False, "closed_at": None}
            store(path, self._opened(path) | entry | more)
            self._know(labels)
            return load(path, issue_of)

    def edit_issue(self, number: int, **changes: str) -> None:
        """Give an issue another `title` or `body`."""
        with self._alone():
            path = self._existing(number, "issues")
            rewrite(
                path,
                lambda entry: (
                    entry | changes | {"edits": [*entry.get("edits", []), deed(self._actor, self._now())]}
                ),
            )

    def let_write(self, login: str) -> None:
        """Give somebody write access."""
        with self._alone():
            path = self._home / "people.json"
            store(path, sorted({*(load(path, names) if path.exists() else ()), login}))

    def merge_pull_request(
        self, number: int, *, by: str, method: Literal["merge", "squash"] = "merge"
    ) -> PullRequest:
        """Merge into the base branch in git, then close the pull request and the issues that it fixes."""
        with self._alone():
            pull = self._open_pull(number)
            sha = self._merge_in_git(pull, by, method)
            self._close([int(found) for found in CLOSING.findall(pull.body)])
            return self._end_pull(number, PullState.MERGED, by=by, merge_sha=sha)

    def close_pull_request(self, number: int, *, by: str) -> PullRequest:
        """Close without merging."""
        with self._alone():
            self._open_pull(number)
            return self._end_pull(number, PullState.CLOSED, by=by)

    def all_comments(self) -> dict[int, list[Comment]]:
        """Every comment by the number of its issue or pull request; silent ones are left out."""
        threads = {int(path.stem): load(path, thread_of) for path in self._all("comments")}
        return {number: thread for number, thread in threads.items() if thread}

    def labels(self) -> tuple[str, ...]:
        """The labels that the repository knows, sorted."""
        path = self._home / "labels.json"
        return load(path, names) if path.exists() else ()

    # --- the folder -------------------------------------------------------------------------

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """Keep other writers of this repository out; the kernel lets go when a process dies."""
        self._home.mkdir(parents=True, exist_ok=True)
        with (self._home / ".lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield

    def _now(self) -> str:
        return self._clock().astimezone(UTC).isoformat().replace("+00:00", "Z")

    def _issues(self, labels: Sequence[str], *, are_open: bool) -> list[Issue]:
        filed = [load(path, lambda entry: (is_open(entry), issue_of(entry))) for path in self._all("issues")]
        return [issue for state, issue in filed if state is are_open and {*labels} & {*issue.labels}]

    def _file(self, kind: str, number: int) -> Path:
        return self._home / kind / f"{number}.json"

    def _all(self, kind: str) -> list[Path]:
        found = [path for path in (self._home / kind).glob("*.json") if path.stem.isdecimal()]
        return sorted(found, key=lambda path: int(path.stem))

    def _existing(self, number: int, *kinds: str) -> Path:
        for path in (self._file(kind, number) for kind in kinds):
            if path.exists():
                return path
        raise ForgeError(f"{self._slug} has no {' or '.join(KINDS[kind] for kind in kinds)} #{number}.")

    def _next_number(self) -> int:
        """Take a number by creating its empty list of comments, which only one process can."""
        last = max((int(path.stem) for path in self._all("comments")), default=0)
        return next(number for number in count(last + 1) if create(self._file("comments", number), []))

    def _opened(self, path: Path) -> Fields:
        return {"number": int(path.stem), "labels": [], "state": "open", "created_at": self._now()}

    def _know(self, labels: Sequence[str]) -> None:
        store(self._home / "labels.json", sorted({*self.labels(), *labels}))

    def _labelled(self, entry: Fields, labels: Sequence[str]) -> Fields:
        new = {label: deed(self._actor, self._now()) for label in labels if label not in entry["labels"]}
        by = {**entry.get("labelled", {}), **new}
        return entry | {"labels": unique([*entry["labels"], *labels]), "labelled": by}

    def _close(self, numbers: Sequence[int]) -> None:
        closed = {"state": "closed", "closed_at": self._now()}
        for path in (self._file("issues", number) for number in unique(numbers)):
            if path.exists() and load(path, is_open):
                rewrite(path, lambda entry: entry | closed)

    # --- pull requests ----------------------------------------------------------------------

    def _pull(self, path: Path) -> PullRequest:
        return load(path, lambda entry: pull_of(entry, f"{self._url}/pulls/{path.name}"))

    def _open_pull(self, number: int) -> PullRequest:
        pull = self._pull(self._existing(number, "pulls"))
        if pull.state is not PullState.OPEN:
            raise ForgeError(f"Pull request #{number} of {self._slug} is {pull.state} already.")
        return pull

    def _change_pull(self, number: int, **changes: str) -> PullRequest:
        path = self._existing(number, "pulls")
        rewrite(path, lambda entry: entry | changes)
        return self._pull(path)

    def _end_pull(self, number: int, state: PullState, *, by: str, **changes: str) -> PullRequest:
        return self._change_pull(number, state=state, closed_at=self._now(), closed_by=by, **changes)

    def _refuse_second(self, branch: str) -> None:
        if any(pull.branch == branch and pull.state is PullState.OPEN for pull in self.pull_requests()):
            raise ForgeError(f"A pull request already exists for {self._owner}:{branch}.")

    def _refuse_empty(self, branch: str, base: str) -> None:
        if self._in_git("rev-list", "--count", f"{self._tip(base)}..{self._tip(branch)}") == "0":
            raise ForgeError(f"No commits between {base} and {branch} of {self._slug}; push one first.")

    # --- git --------------------------------------------------------------------------------

    def _in_git(self, *words: str, text: str = "", **environment: str) -> str:
        return _git(f"--git-dir={self._repository}", *words, text=text, environment=environment).strip()

    def _tip(self, branch: str) -> str:
        try:
            return self._in_git("show-ref", "--verify", "--hash", f"refs/heads/{branch}")
        except ForgeError as error:
            raise ForgeError(f"{self._slug} has no branch {branch}; push it first.") from error

    def _merge_in_git(self, pull: PullRequest, by: str, method: Literal["merge", "squash"]) -> str:
        base, head = self._tip(pull.base), self._tip(pull.branch)
        kinds = {
            "merge": (by, [base, head], MERGE_MESSAGE),
            "squash": (pull.author, [base], SQUASH_MESSAGE),
        }
        author, parents, message = kinds[method]
        date = f"{int(self._clock().timestamp())} +0000"
        sha = self._in_git(
            *["commit-tree", self._merged_tree(pull, base, head), "-F", "-"],
            *[word for parent in parents for word in ("-p", parent)],
            text=message.format(pull=pull, owner=self._owner),
            **_person("AUTHOR", author, date),
            **_person("COMMITTER", by, date),
        )
        self._in_git("update-ref", f"refs/heads/{pull.base}", sha, base)
        return sha

    def _merged_tree(self, pull: PullRequest, base: str, head: str) -> str:
        try:
            return self._in_git("merge-tree", "--write-tree", "--name-only", "--no-messages", base, head)
        except ForgeError as error:
            reason = f"Pull request #{pull.number} of {self._slug} cannot be merged into {pull.base}"
            raise ForgeError(f"{reason}; mend the conflict on {pull.branch} first. {error}") from error


def _repository(root: Path, slug: str) -> Path:
    if not SLUG.fullmatch(slug):
        raise ForgeError(f"{slug!r} is no repository; write it as owner/name.")
    return root / f"{slug}.git"


def _person(role: str, name: str, date: str) -> dict[str, str]:
    email = f"{name}@users.noreply.github.com"
    return {f"GIT_{role}_NAME": name, f"GIT_{role}_EMAIL": email, f"GIT_{role}_DATE": date}


def _git(*words: str, text: str = "", environment: Mapping[str, str] | None = None) -> str:
    scrubbed = {"PATH": os.environ.get("PATH", os.defpath), **GIT_ENVIRONMENT, **(environment or {})}
    try:
        git = sh.git.bake("--no-pager", "-c", f"core.hooksPath={os.devnull}", _tty_out=False, _env=scrubbed)
        return str(git(*words, _in=text.encode(errors="replace"), _encoding="utf-8"))
    except sh.CommandNotFound as error:
        raise ForgeError("git is not installed; install git 2.38 or newer.") from error
    except sh.ErrorReturnCode as error:
        said = b"\n".join([error.stderr, error.stdout]).decode(errors="replace").strip()
        raise ForgeError(f"git failed in the local forge: {said}") from error
