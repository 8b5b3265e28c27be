"""A raw patch becomes a tree: caps on its text first, then git, which alone says what it changes."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
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
_APPLY = ("apply", "--cached", "--whitespace=nowarn")


NO_PREFIX = "its names have no a/ and b/ before them"


def bounded(text: bytes) -> None:
    """Raise PatchError unless a raw patch may be read at all."""
    lines = text.count(b"\n") + 1
    if len(text) > MAX_BYTES:
        raise PatchError(f"the patch has more than {MAX_BYTES:,} bytes")
    if lines > MAX_LINES:
        raise PatchError(f"the patch has {lines:,} lines, more than {MAX_LINES:,}")
    if not text.strip():
        raise PatchError("the patch is empty")
    if b"\0" in text:
        raise PatchError("the patch holds a NUL character")


def read(text: bytes, strip: int = 1) -> list[Section]:
    """The files that a raw patch names, when its text is within all bounds. Raises PatchError."""
    bounded(text)
    found = sections(text, strip)
    hunks = sum(len(section.hunks) for section in found)
    if len(found) > MAX_SECTIONS:
        raise PatchError(f"the patch names {len(found)} files, more than {MAX_SECTIONS}")
    if hunks > MAX_HUNKS:
        raise PatchError(f"the patch has {hunks:,} hunks, more than {MAX_HUNKS:,}")
    return found


def bare(text: bytes) -> frozenset[str]:
    """The names that stand in a patch without a/ and b/."""
    return frozenset(_text(one.old) for one in _plainly(text) if _is_bare(one))


def _is_bare(section: Section) -> bool:
    """Whether it names a file twice alike, and thus one that is there: of a new one nobody could tell."""
    name = section.old or b"a/"
    return name == section.new and not name.startswith((b"a/", b"b/"))


def _plainly(text: bytes) -> list[Section]:
    """The files that a patch names, were all names without a/ and b/; none where they cannot be."""
    try:
        return sections(text, 0)
    except PatchError:
        return []


def strip_of(text: bytes, known: Collection[str]) -> int:
    """How many folders are taken off a patch's names: 1, as git does, or 0 where only that names files.

    Raises PatchError where both do.
    """
    names = bare(text)
    here = {name for name in names if name in known}
    below = {name for name in names if name.partition("/")[2] in known}
    if here and below:
        raise PatchError(f"{NO_PREFIX}, and there are files with and without their first folder: write both")
    return 0 if here and here == names and all(map(_is_bare, _plainly(text))) else 1


def applied(git: Git, text: bytes, env: Mapping[str, str], strip: int) -> str:
    """The tree that git makes of an index and a patch. Raises PatchError with git's reason."""
    found = read(text, strip)
    apply = (*_APPLY, f"-p{strip}")
    try:
        told = git(*apply, "--numstat", "-z", "-", stdin=text, env=env)
        _compare([section.name for section in found], told)
        git(*apply, "-", stdin=text, env=env)
        return git.text("write-tree", "--missing-ok", env=env)
    except GitError as error:
        raise PatchError(f"git refuses it: {_reason(error.stderr)}{_advice(text, found)}") from error


def _advice(text: bytes, found: Sequence[Section]) -> str:
    """What to do about it, where its form may be why git refuses it."""
    if bare(text):
        return f"; {NO_PREFIX}: write both"
    hunks = [hunk for section in found for hunk in section.hunks if section.old and section.new]
    alone = bool(hunks) and not any(hunk.has_context for hunk in hunks)
    return "; its hunks have no lines of context: give three, as `git diff -U3` does" if alone else ""


def with_sources(patch: Patch, text: bytes, strip: int, texts: Callable[[str], str | None]) -> Patch:
    """The same with the source of each copy, which git tells as a new file: both sides are judged."""
    copies = {_text(one.new): _text(one.old) for one in sections(text, strip) if one.copied}
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
