"""Raw patch text, read section by section. For reading only: what a patch does, git alone decides."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from homeostat.errors import PatchError
from homeostat.outbound import spelled

_HUNK = re.compile(rb"@@ -(\d{1,9})(?:,(\d{1,9}))? \+\d{1,9}(?:,(\d{1,9}))? @@")
_MODE = re.compile(rb"(?:old mode|deleted file mode|index [0-9a-f]+\.\.[0-9a-f]+) (\d{6})")
_MODES = (b" 100644", b" 100755", b" 120000", b" 160000")
_BETWEEN = re.compile(rb" "), re.compile(rb" [^/]+/")
"""What parts the two names of a file, by how many folders are taken off."""
_QUOTED = re.compile(rb'diff --git ("(?:[^"\\]|\\.)*") ("(?:[^"\\]|\\.)*")')
_ESCAPE = re.compile(rb'\\([0-7]{3}|[abtnvfr"\\])')
_ESCAPED = dict(zip(b'abtnvfr"\\', b'\a\b\t\n\v\f\r"\\', strict=True))
_EXTENDED = re.compile(
    rb"(?:old mode|new mode|deleted file mode|new file mode|copy from|copy to|rename from|rename to"
    rb"|rename old|rename new|similarity index|dissimilarity index|index) "
)
_PIECE = re.compile(
    rb"--- \S|\+\+\+ \S|@@|\*\*\* \S|\*{15}|diff |Index: |GIT binary patch|Binary files "
    rb"|\d+(?:,\d+)?[acd]\d|#\s*User |Only in |Property changes on|" + _EXTENDED.pattern
)
_MAIL = re.compile(rb"From [0-9a-f]{40} ")


@dataclass
class Hunk:
    """Where a hunk stands in the old file, and the lines that it finds there."""

    start: int
    old: list[bytes] = field(default_factory=list)
    ends_open: bool = False
    """Whether its last old line has no line end."""
    has_context: bool = False


@dataclass
class Section:
    """One file of a patch, as its headers tell; None is /dev/null."""

    old: bytes | None = b""
    new: bytes | None = b""
    mode: bytes = b"100644"
    hunks: list[Hunk] = field(default_factory=list)
    copied: bool = False
    by_git: bool = True
    """Whether it opens with `diff --git`."""

    @property
    def name(self) -> bytes:
        """The path by which git counts it."""
        return self.new or self.old or b""


class _Reader:
    """Walks over the lines as git does: sections, and the lines between that belong to none."""

    def __init__(self, lines: Sequence[bytes], strip: int) -> None:
        self.lines = lines
        self.strip = strip
        self.at = 0
        self.sections: list[Section] = []
        self.strays: list[int] = []

    def _line(self, ahead: int = 0) -> bytes:
        return self.lines[self.at + ahead] if self.at + ahead < len(self.lines) else b""

    def read(self) -> None:
        while self.at < len(self.lines):
            if self._line().startswith(b"diff --git "):
                self._git_section()
            elif self._headers_stand():
                self.sections.append(Section(by_git=False))
                self._file_headers(self.sections[-1])
                self._hunks(self.sections[-1])
            else:
                self.strays.append(self.at)
                self.at += 1

    def _headers_stand(self) -> bool:
        wanted = (b"--- ", b"+++ ", b"@@ -")
        return all(self._line(ahead).startswith(start) for ahead, start in enumerate(wanted))

    def _git_section(self) -> None:
        section = Section()
        self.sections.append(section)
        line = _bare(self._line())
        first = _first(line, self.strip)
        section.old = section.new = first
        self.at += 1
        while _EXTENDED.match(self._line()):
            self._extended(section, _bare(self._line()))
            self.at += 1
        if self._line().startswith(b"--- ") and self._line(1).startswith(b"+++ "):
            self._file_headers(section)
            _refuse_disagreement(line, first, section)
        if self._line().startswith(b"GIT binary patch"):
            self._binary()
        elif self._line().startswith(b"Binary files "):
            self.at += 1
        self._hunks(section)

    def _extended(self, section: Section, line: bytes) -> None:
        if b" mode " in line and not line.endswith(_MODES):
            raise PatchError(f"{shown(line)} is no mode that a file has")
        mode = _MODE.match(line)
        if mode:
            section.mode = mode[1]
        if line.startswith(b"new file mode "):
            section.old = None
        elif line.startswith(b"deleted file mode "):
            section.new = None
        elif line.startswith((b"rename from ", b"copy from ")):
            section.old = _unquoted(line.partition(b" from ")[2])
            section.copied = line.startswith(b"copy ")
        elif line.startswith((b"rename to ", b"copy to ")):
            section.new = _unquoted(line.partition(b" to ")[2])

    def _file_headers(self, section: Section) -> None:
        section.old = _name(self._line()[4:], self.strip)
        section.new = _name(self._line(1)[4:], self.strip)
        self.at += 2

    def _binary(self) -> None:
        self.at += 1
        while self.at < len(self.lines) and not self._line().startswith((b"diff ", b"-- ", b"From ")):
            self.at += 1

    def _hunks(self, section: Section) -> None:
        while found := _HUNK.match(self._line()):
            hunk = Hunk(int(found[1]))
            section.hunks.append(hunk)
            self.at += 1
            self._body(hunk, int(found[2] or 1), int(found[3] or 1))

    def _body(self, hunk: Hunk, old: int, new: int) -> None:
        mark = b""
        while self.at < len(self.lines) and (old > 0 or new > 0 or self._line().startswith(b"\\")):
            line = self._line()
            if line.startswith(b"\\"):
                hunk.ends_open = hunk.ends_open or mark != b"+"
            else:
                mark = line[:1] or b" "
                if mark not in (b" ", b"-", b"+"):
                    return
                old, new = old - (mark != b"+"), new - (mark != b"-")
                hunk.has_context = hunk.has_context or mark == b" "
                if mark != b"+":
                    hunk.old.append(line[1:])
            self.at += 1


def _first(line: bytes, strip: int) -> bytes:
    """The path that a `diff --git` line names, when it is one."""
    quoted = _QUOTED.fullmatch(line)
    if quoted:
        old, new = (_stripped(_unquoted(name), strip) for name in quoted.groups())
        return new if old == new else b""
    return _same(line.removeprefix(b"diff --git "), strip) if b'"' not in line else b""


def _same(names: bytes, strip: int) -> bytes:
    """X of `X X` or, where a folder is taken off both, of `one/X two/X`.

    There is one place at most to part them: with -p1 the first / of the second half.
    """
    absolute = names.startswith(b"/")
    names = _stripped(names, strip)
    second = names.find(b"/", (len(names) + 1) // 2) + 1 if strip else len(names) // 2 + 1
    size = len(names) - second
    if absolute or second == 0 or names[:size] != names[second:]:
        return b""
    return names[:size] if _BETWEEN[strip].fullmatch(names[size:second]) else b""


def _refuse_disagreement(line: bytes, first: bytes, section: Section) -> None:
    """Of `diff --git` and what stands below it, git believes the lower, and a reader the upper."""
    one = section.new or section.old or b""
    if first and first not in (section.old, section.new):
        raise PatchError(f"its headers name two files, {shown(first)} and {shown(one)}")
    if one and not first and section.old == section.new and b'"' not in line:
        raise PatchError(f"its header `diff --git` names another file than {shown(one)}")


def _bare(line: bytes) -> bytes:
    return line.removesuffix(b"\r")


def _stripped(path: bytes, strip: int) -> bytes:
    return path.partition(b"/")[2] if strip else path


def _name(text: bytes, strip: int) -> bytes | None:
    """The path of a `---` or `+++` line, as git reads it with -p1 or -p0; None for /dev/null."""
    path = _unquoted(_bare(text) if text.startswith(b'"') else _bare(text.partition(b"\t")[0]))
    if path == b"/dev/null":
        return None
    if path.startswith(b"/"):
        raise PatchError(f"{shown(path)} is an absolute path")
    return _stripped(path, strip)


def _unquoted(text: bytes) -> bytes:
    """A name as git writes it: in quotes and with escapes when it is odd."""
    if len(text) < 2 or not (text.startswith(b'"') and text.endswith(b'"')):  # noqa: PLR2004 - two quotes
        return text
    return _ESCAPE.sub(
        lambda found: bytes([int(found[1], 8) & 255 if found[1].isdigit() else _ESCAPED[found[1][0]]]),
        text[1:-1],
    )


def sections(text: bytes, strip: int = 1) -> list[Section]:
    """The files that a patch names, in order; `strip` is 0 where their names have no a/ and b/ before them.

    Raises PatchError where git would pass over text.
    """
    lines = text.split(b"\n")
    reader = _Reader(lines if lines[-1] else lines[:-1], strip)
    reader.read()
    if not reader.sections:
        raise PatchError("there is no patch in it: give what `git diff` prints")
    known = set(reader.strays)
    first = next((number for number in range(len(lines)) if number not in known), 0)
    _refuse_strays(lines, reader.strays, first)
    _refuse_names(reader.sections)
    _refuse_twins(reader.sections)
    return reader.sections


def _refuse_strays(lines: Sequence[bytes], strays: Sequence[int], first: int) -> None:
    """Text before the first file is a mail's; after it there is none but a signature and the next mail."""
    mail, signed = True, False
    for number in strays:
        line = _bare(lines[number])
        if number > first and _MAIL.match(line):
            mail = True
        elif number > first and number - 1 not in strays:
            mail = False
        if _PIECE.match(line) and not _opens(lines, number):
            raise PatchError(f"line {number + 1} is a piece of a diff that git does not read")
        if number > first and not mail and line.strip() and line not in (b"--", b"-- ") and not signed:
            raise PatchError(f"line {number + 1} stands after a hunk and belongs to none")
        signed = line in (b"--", b"-- ")


def _opens(lines: Sequence[bytes], number: int) -> bool:
    """Whether it is the `diff -ru` or `Index:` line of a file without git's own header."""
    line, below = _bare(lines[number]), lines[number + 1 : number + 4]
    if line.startswith(b"Index: "):
        below = [one for one in below if not one.startswith(b"=====")]
        named = line.removeprefix(b"Index: ")
        headers = (_bare(header[4:].partition(b"\t")[0]) for header in below[:2])
        fits = any(header == named or header.endswith(b"/" + named) for header in headers)
    else:
        fits = line.startswith(b"diff -") and not line.startswith((b"diff --cc", b"diff --comb"))
    return fits and bool(below) and below[0].startswith(b"--- ")


def _refuse_names(found: Sequence[Section]) -> None:
    for name in (name for section in found for name in (section.old, section.new) if name):
        try:
            name.decode()
        except UnicodeDecodeError as error:
            raise PatchError(f"the path {shown(name)} is not UTF-8") from error


def _refuse_twins(found: Sequence[Section]) -> None:
    seen: set[bytes] = set()
    for section in found:
        if not section.by_git and section.old and section.new and section.old != section.new:
            raise PatchError(f"its headers name two files, {shown(section.old)} and {shown(section.new)}")
        for name in {section.old, section.new} - {None, b""}:
            if name in seen:
                raise PatchError(f"{shown(name or b'')} is changed twice: give one change for each file")
            seen.add(name or b"")


def shown(name: bytes) -> str:
    """A path of a patch for a message, in quotes."""
    return f"'{spelled(name.decode(errors='surrogateescape'))}'"
