"""Where there is no checkout: a base of the lines that a patch itself says it finds."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from homeostat.edges.git.apply import NO_PREFIX, bare, read
from homeostat.edges.git.command import Git, GitError, signature
from homeostat.edges.git.difftext import Hunk, Section
from homeostat.edges.git.workspace import GitWorkspace
from homeostat.errors import PatchError

MOST_LINES = 200_000
_LINK = b"120000"
_SUBMODULE = b"160000"


def sketched(home: Path, text: bytes) -> GitWorkspace:
    """A repository in `home` in which the patch applies: its old lines in their places, blank lines between.

    Raises PatchError when the text is no patch, or tells of a base that cannot be.
    """
    if bare(text):
        raise PatchError(f"{NO_PREFIX}: write both, or give a checkout that holds the files")
    git = Git(home / "target.git")
    found = read(text)
    git.init()
    entries = b"".join(_entry(git, section) for section in found if _is_there(section))
    try:
        git("update-index", "-z", "--index-info", stdin=entries)
        base = git.text("commit-tree", git.text("write-tree", "--missing-ok"), "-m", "base", env=_SIGNED)
    except GitError as error:
        raise PatchError("it names a path that git refuses, or a file inside of a file") from error
    return GitWorkspace(git, base)


_SIGNED = signature(datetime(2000, 1, 1, tzinfo=UTC))


def _is_there(section: Section) -> bool:
    """Whether the file is there before; a plain diff that finds no line tells of a new one."""
    return section.old is not None and (section.by_git or any(hunk.old for hunk in section.hunks))


def _entry(git: Git, section: Section) -> bytes:
    name = section.old or b""
    content = _content(section.hunks) if section.hunks else name + b"\n"
    if section.mode == _SUBMODULE:
        blob = content.strip().rpartition(b" ")[2].ljust(40, b"0")[:40]
    else:
        content = content.removesuffix(b"\n") if section.mode == _LINK else content
        blob = git("hash-object", "-w", "--stdin", stdin=content).strip()
    return b"%s %s\t%s\0" % (section.mode, blob, name)


def _content(hunks: Sequence[Hunk]) -> bytes:
    lines: list[bytes] = []
    for hunk in hunks:
        above = max(hunk.start - bool(hunk.old), 0)
        if above < len(lines) or above > MOST_LINES:
            raise PatchError("its hunks overlap, or stand too far down in a file")
        lines += [b""] * (above - len(lines)) + hunk.old
    text = b"".join(line + b"\n" for line in lines)
    return text[:-1] if hunks and hunks[-1].ends_open and hunks[-1].old else text
