"""What arrives: issues, traces, test output, and the failures read from them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import NamedTuple

from homeostat.records.texts import Markdown


@dataclass(frozen=True, slots=True)
class Issue:
    """An issue as the forge tells it. Text is untrusted."""

    number: int
    title: str
    body: str
    labels: tuple[str, ...]
    author: str
    association: str
    """GitHub's author_association: OWNER, MEMBER, COLLABORATOR, CONTRIBUTOR, NONE …"""
    created_at: datetime
    locked: bool = False
    is_open: bool = True
    updated_at: datetime | None = None
    """When anything about it changed last, by the forge's clock."""
    closed_at: datetime | None = None


class PullState(StrEnum):
    """Where a pull request stands."""

    OPEN = "open"
    MERGED = "merged"
    CLOSED = "closed"


@dataclass(frozen=True, slots=True)
class PullRequest:
    """A pull request as the forge tells it."""

    number: int
    branch: str
    base: str
    title: str
    body: str
    labels: tuple[str, ...]
    author: str
    state: PullState
    created_at: datetime
    closed_at: datetime | None = None
    merge_sha: str | None = None
    url: str = ""
    updated_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Comment:
    """A comment on an issue or a pull request."""

    id: int
    author: str
    body: str


class Origin(StrEnum):
    """Where a failure was read."""

    ISSUE = "issue"
    TESTS = "test output"
    TRACE = "trace"


class Frame(NamedTuple):
    """One line of a stack trace. `file` is as printed; `path` is relative to the repository once known.

    A tuple, for a report has up to 500 of them and a frozen dataclass takes four times as long to make.
    """

    file: str
    line: int | None = None
    column: int | None = None
    function: str | None = None
    path: str | None = None
    in_app: bool = False


@dataclass(frozen=True, slots=True)
class Failure:
    """A parsed error. Frames run from the place that raised (first) to the outermost caller (last)."""

    type: str
    message: str
    frames: tuple[Frame, ...]
    language: str
    """javascript, python, php, java, go, ruby, rust, csharp or unknown."""
    origin: Origin
    root: int = 0
    """Where the frames of the error at the root of a chain begin; those of what it caused stand before."""
    cause: str = ""
    """That error's type, when it is not the one that surfaced."""
    issue: int | None = None
    reported_id: str | None = None
    """The fingerprint that the capture tool gave, kept beside ours."""
    tests: tuple[str, ...] = ()
    """Ids of the failing tests that showed it, as the runner prints them."""
    occurrences: int = 1
    seen_at: datetime | None = None
    """When the report was filed; None for what was seen just now."""
    breadcrumbs: tuple[str, ...] = ()
    excerpt: str = ""
    """The report's trace as text, for people."""


@dataclass(frozen=True, slots=True)
class Deed:
    """What somebody did to an issue, and when."""

    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Handling:
    """What was done to an issue after it was filed, and what it says since."""

    labelled: Mapping[str, Deed] = field(default_factory=dict)
    """By label, in small letters: who set it last."""
    edits: tuple[Deed, ...] = ()
    """Of its title and its body, by whomever, the newest last."""
    title: str = ""
    body: str = ""


@dataclass(frozen=True, slots=True)
class Unreadable:
    """A report that tells too little to act on."""

    missing: tuple[Markdown, ...]
    """Names of the parts that are missing, in words a reporter understands."""
    issue: int | None = None


@dataclass(frozen=True, slots=True)
class FailedTest:
    """One failing test: its id as printed, and the failure that it shows when that could be read."""

    id: str
    failure: Failure | None


@dataclass(frozen=True, slots=True)
class Roll:
    """The tests of a run by name, in whatever form the runner gives them to those that pass too."""

    passed: frozenset[str] = frozenset()
    others: frozenset[str] = frozenset()
    """Those that failed, were skipped, or ended in another way."""
    whole: bool = False
    """Whether all that passed are named, by the runner's own count."""

    @property
    def names(self) -> frozenset[str]:
        return self.passed | self.others


@dataclass(frozen=True, slots=True)
class TestReport:
    """What a test runner's output says. Counts are None when the runner did not print them."""

    __test__ = False  # not a test class, whatever its name makes pytest think

    runner: str
    failed: tuple[FailedTest, ...]
    passed: int | None = None
    skipped: int | None = None
    roll: Roll | None = None
    """None when the runner does not name the tests that pass."""
    disowned: frozenset[str] = frozenset()
    """Tests that the output calls failed, of a command that says that it ended well."""


@dataclass(frozen=True, slots=True)
class Fingerprint:
    """The identity of a failure: three ids from narrow to wide, and what they were made of."""

    exact: str
    coarse: str
    site: str | None
    type: str
    template: str
    culprit: Frame | None
    frames: tuple[Frame, ...]
    earlier: tuple[str, ...] = ()
    """The exact ids that earlier versions of the algorithm gave it, for ledgers that hold those."""

    @property
    def ids(self) -> tuple[str, ...]:
        """Every exact id that it may be known by, the current one first."""
        return (self.exact, *self.earlier)
