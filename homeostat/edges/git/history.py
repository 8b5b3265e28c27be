"""The fixes in a repository's own history, by their messages; the repository is only read."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from homeostat.edges.git.command import Git, GitError
from homeostat.errors import ForgeError
from homeostat.records import Landing

AROUND = 6
"""Lines on each side of a change."""
_FIXES = r"\b(fix(es|ed|ing)?|bug|regression|crash(es|ed)?|broken|TypeError|\w+Error|\w+Exception)\b"
_ENDINGS = ("js", "mjs", "cjs", "jsx", "ts", "mts", "cts", "tsx", "py", "php", "java")
_SOURCES = tuple(f"*.{ending}" for ending in _ENDINGS)
_HUNK = re.compile(r"@@ -[0-9,]{1,20} \+[0-9,]{1,20} @@")
_SHA = re.compile(r"[0-9a-f]{40,64}")
_BATCH = 100
"""Commits that git is asked for at once."""


@dataclass(frozen=True, slots=True)
class Piece:
    """One place that a commit changed: the lines before and after, with those around."""

    path: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Revision:
    """A commit whose message says that it mends something."""

    sha: str
    message: str
    pieces: tuple[Piece, ...]


class History:
    """The commits of a local repository."""

    def __init__(self, checkout: Path) -> None:
        """Of a checkout or a bare repository."""
        source = checkout.resolve()
        self._git = Git(source if (source / "HEAD").is_file() else source / ".git")
        self._checkout = checkout

    def fixes(self, since: str | None, *, files: Sequence[str] = _SOURCES) -> list[str]:
        """Commits that mend something, the oldest first; with `since`, those that came after it.

        `files` are patterns of what they change.
        """
        words = ("log", "--no-merges", "--reverse", "--format=%H", "-i", "-E", f"--grep={_FIXES}")
        for span in (f"{since}..HEAD", "HEAD") if since else ("HEAD",):
            try:
                return self._git.text(*words, span, "--", *files).split()
            except GitError as error:
                missing = error
        raise self._unread() from missing

    def _unread(self) -> ForgeError:
        return ForgeError(f"{self._checkout} has no history that can be read: give a git repository.")

    def landings(self) -> list[Landing]:
        """How the branch came to be what it is, the oldest step first; without its very first commit."""
        try:
            told = self._git("log", "--topo-order", "--format=%H%x00%P%x00%ct%x00%B%x00", "HEAD")
        except GitError as error:
            raise self._unread() from error
        fields = told.decode(errors="replace").split("\0")
        rows = zip(*[iter(fields)] * 4, strict=False)
        return _landings([_Commit(sha.strip(), parents.split(), at, said) for sha, parents, at, said in rows])

    def read(self, path: str) -> str | None:
        """A file of the newest commit as text; None when it is not there."""
        try:
            return self._git("cat-file", "blob", f"HEAD:{path}").decode(errors="replace")
        except GitError:
            return None

    def revisions(self, shas: Sequence[str]) -> Iterator[Revision]:
        """What these commits changed in files that were there before; of a merge, all that came by it."""
        for start in range(0, len(shas), _BATCH):
            told = self._git(
                "log", "--no-walk=unsorted", "--stdin", "-p", f"-U{AROUND}", "--format=%x00%H%n%B%x00",
                "--no-color", "--no-ext-diff", "--no-textconv", "--no-renames", "--diff-filter=M",
                "--diff-merges=first-parent", "--", *_SOURCES,
                stdin="\n".join(shas[start : start + _BATCH]).encode(),
            )  # fmt: skip
            parts = told.decode(errors="replace").split("\0")
            for header, diff in zip(parts[1::2], parts[2::2], strict=False):
                sha, _, message = header.partition("\n")
                yield Revision(sha, message, tuple(_pieces(diff)))

    def files(self, shas: Sequence[str]) -> dict[str, list[tuple[str, str]]]:
        """By commit: git's letter (A, D, M, T) and path of each file that it changed; of a merge likewise."""
        found: dict[str, list[tuple[str, str]]] = {}
        for start in range(0, len(shas), _BATCH):
            told = self._git(
                "log", "--no-walk=unsorted", "--stdin", "-z", "--name-status", "--format=%x00%H",
                "--no-renames", "--diff-merges=first-parent",
                stdin="\n".join(shas[start : start + _BATCH]).encode(),
            )  # fmt: skip
            sha, letter = "", ""
            for word in told.decode(errors="replace").split("\0"):
                if _SHA.fullmatch(word.strip()) and not letter:
                    sha = word.strip()
                    found[sha] = []
                elif letter:
                    found[sha].append((letter, word))
                    letter = ""
                else:
                    letter = word.strip()
        return found


@dataclass(frozen=True, slots=True)
class _Commit:
    sha: str
    parents: Sequence[str]
    at: str
    said: str


def _landings(newest_first: Sequence[_Commit]) -> list[Landing]:
    known = {commit.sha: commit for commit in newest_first}
    place = {sha: number for number, sha in enumerate(known)}
    line, tip = list[_Commit](), newest_first[0] if newest_first else None
    while tip:
        line.append(tip)
        tip = known.get(tip.parents[0]) if tip.parents else None
    seen, found = set[str](), list[Landing]()
    for commit in reversed(line):
        fresh = _beyond(commit.sha, known, seen)
        seen |= fresh
        brought = sorted(fresh, key=lambda sha: -place[sha])
        if commit.parents and commit.parents[0] in known:
            at = datetime.fromtimestamp(int(commit.at), UTC)
            said = "\n\n".join(known[sha].said for sha in reversed(brought))
            found.append(Landing(commit.sha, commit.parents[0], at, commit.said, tuple(brought), said))
    return found


def _beyond(tip: str, known: Mapping[str, _Commit], seen: AbstractSet[str]) -> set[str]:
    """A commit and those before it that were not seen yet."""
    found, todo = set[str](), [tip]
    while todo:
        sha = todo.pop()
        if sha in known and sha not in seen and sha not in found:
            found.add(sha)
            todo += known[sha].parents
    return found


def _pieces(diff: str) -> Iterator[Piece]:
    path, hunk = "", list[str]()
    for line in [*diff.split("\n"), "diff "]:
        if line.startswith(("@@ ", "diff ")):
            if hunk and path:
                yield _piece(path, hunk)
            hunk = [] if _HUNK.match(line) is None else [""]
            path = "" if line.startswith("diff ") else path
        elif hunk:
            hunk.append(line)
        elif line.startswith("+++ b/"):
            path = line.removeprefix("+++ b/").rstrip("\t")


def _piece(path: str, hunk: Sequence[str]) -> Piece:
    before, after = (
        "\n".join(line[1:] for line in hunk if line[:1] in (sign, " ")) + "\n" for sign in ("-", "+")
    )
    return Piece(path, before, after)
