"""A raw patch becomes a tree: caps on its text first, then git, which alone says what it changes."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from homeostat.edges.git.command import Git, GitError
from homeostat.edges.git.difftext import Section, sections, shown
from homeostat.errors import PatchError
from homeostat.outbound import spelled
from homeostat.records import Change, Patch

MAX_BYTES = 1 << 20
MAX_LINES = 20_000
MAX_SECTIONS = 100
MAX_HUNKS = 1_000
MOST_SAID = 300
"""Characters of git's reason that are told."""
_APPLY = ("apply", "--cached", "--whitespace=nowarn", "-p1")


def read(text: bytes) -> list[Section]:
    """The files that a raw patch names, when its text is within all bounds. Raises PatchError."""
    lines = text.count(b"\n") + 1
    if len(text) > MAX_BYTES:
        raise PatchError(f"the patch has more than {MAX_BYTES:,} bytes")
    if lines > MAX_LINES:
        raise PatchError(f"the patch has {lines:,} lines, more than {MAX_LINES:,}")
    if not text.strip():
        raise PatchError("the patch is empty")
    if b"\0" in text:
        raise PatchError("the patch holds a NUL character")
    found = sections(text)
    hunks = sum(len(section.hunks) for section in found)
    if len(found) > MAX_SECTIONS:
        raise PatchError(f"the patch names {len(found)} files, more than {MAX_SECTIONS}")
    if hunks > MAX_HUNKS:
        raise PatchError(f"the patch has {hunks:,} hunks, more than {MAX_HUNKS:,}")
    return found


def applied(git: Git, text: bytes, env: Mapping[str, str]) -> str:
    """The tree that git makes of an index and a patch. Raises PatchError with git's reason."""
    named = [section.name for section in read(text)]
    try:
        told = git(*_APPLY, "--numstat", "-z", "-", stdin=text, env=env)
        _compare(named, told)
        git(*_APPLY, "-", stdin=text, env=env)
        return git.text("write-tree", "--missing-ok", env=env)
    except GitError as error:
        raise PatchError(f"git refuses it: {_reason(error.stderr)}") from error


def with_sources(patch: Patch, text: bytes, texts: Callable[[str], str | None]) -> Patch:
    """The same with the source of each copy, which git tells as a new file: both sides are judged."""
    copies = {_text(one.new): _text(one.old) for one in sections(text) if one.copied}
    return replace(patch, changes=tuple(_sourced(change, copies, texts) for change in patch.changes))


def _sourced(change: Change, copies: Mapping[str, str], texts: Callable[[str], str | None]) -> Change:
    source = copies.get(change.path)
    if source is None or change.status != "A":
        return change
    before = texts(source) or ""
    return replace(change, status="C", old_path=source, old_mode=change.mode, before=before)


def _text(name: bytes | None) -> str:
    return (name or b"").decode(errors="surrogateescape")


def _compare(named: Sequence[bytes], told: bytes) -> None:
    """Git must see the files that stand in the text for a reader, in the same order."""
    seen = [row.split(b"\t", 2)[2] for row in told.split(b"\0") if row]
    if seen != list(named):
        strange = next((name for name in seen if name not in named), b"")
        instead = f": {shown(strange)}" if strange else ""
        raise PatchError(f"git reads other files in it than its headers show{instead}")


def _reason(said: str) -> str:
    lines = [line.removeprefix("error: ").removeprefix("fatal: ") for line in said.splitlines()]
    told = [line for line in lines if line and not line.startswith("warning:")]
    reason = spelled("; ".join(told[:3]))
    return reason if len(reason) <= MOST_SAID else f"{reason[:MOST_SAID]}…"
