"""The fixes in a repository's own history, by their messages; the repository is only read."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from homeostat.edges.git.command import Git, GitError
from homeostat.errors import ForgeError

AROUND = 6
"""Lines on each side of a change."""
_FIXES = r"\b(fix(es|ed|ing)?|bug|regression|crash(es|ed)?|broken|TypeError|\w+Error|\w+Exception)\b"
_ENDINGS = ("js", "mjs", "cjs", "jsx", "ts", "mts", "cts", "tsx", "py", "php", "java")
_SOURCES = tuple(f"*.{ending}" for ending in _ENDINGS)
_HUNK = re.compile(r"@@ -[0-9,]{1,20} \+[0-9,]{1,20} @@")
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

    def fixes(self, since: str | None) -> list[str]:
        """Commits that mend something, the oldest first; with `since`, those that came after it."""
        words = ("log", "--no-merges", "--reverse", "--format=%H", "-i", "-E", f"--grep={_FIXES}")
        for span in (f"{since}..HEAD", "HEAD") if since else ("HEAD",):
            try:
                return self._git.text(*words, span, "--", *_SOURCES).split()
            except GitError as error:
                missing = error
        raise ForgeError(
            f"{self._checkout} has no history that can be read: give a git repository."
        ) from missing

    def read(self, path: str) -> str | None:
        """A file of the newest commit as text; None when it is not there."""
        try:
            return self._git("cat-file", "blob", f"HEAD:{path}").decode(errors="replace")
        except GitError:
            return None

    def revisions(self, shas: Sequence[str]) -> Iterator[Revision]:
        """What these commits changed in files that were there before."""
        for start in range(0, len(shas), _BATCH):
            told = self._git(
                "log", "--no-walk=unsorted", "--stdin", "-p", f"-U{AROUND}", "--format=%x00%H%n%B%x00",
                "--no-color", "--no-ext-diff", "--no-textconv", "--no-renames", "--diff-filter=M",
                "--", *_SOURCES, stdin="\n".join(shas[start : start + _BATCH]).encode(),
            )  # fmt: skip
            parts = told.decode(errors="replace").split("\0")
            for header, diff in zip(parts[1::2], parts[2::2], strict=False):
                sha, _, message = header.partition("\n")
                yield Revision(sha, message, tuple(_pieces(diff)))


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
