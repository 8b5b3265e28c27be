"""Fixes that people make, in each language, and code that fails the same way under other names."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from homeostat.patterns import match, pieces, taught
from homeostat.records import Candidate, Fingerprint, Fix, Frame, Library, Precedent, Rules


@dataclass(frozen=True)
class Files:
    """The port Source over texts by path."""

    texts: Mapping[str, str]

    def paths(self) -> frozenset[str]:
        return frozenset(self.texts)

    def read(self, path: str) -> str | None:
        return self.texts.get(path)


def fix(
    language: str, before: str, after: str, *, error: str | None = None, repository: str = "acme/one"
) -> Fix:
    """A merged fix of a file named after its language."""
    return Fix(f"{repository}@1:f", language, "src/file", before, after, Precedent(repository, "#1"), error)


def learned(*fixes: Fix) -> dict[str, Rules]:
    """The tables after these fixes."""
    return taught({}, [piece for one in fixes for piece in pieces(one)])[0]


def candidates(
    rules: Mapping[str, Rules], language: str, path: str, code: str, line: int, error: str
) -> list[Candidate]:
    """What a library of these rules proposes for an error that a trace puts on that line."""
    frame = Frame(path, line, None, "f", path, in_app=True)
    found = Fingerprint("hs1-a", "hs1-b", None, error, "", frame, (frame,))
    return match(found, Library(rules=rules), Files({path: code}), language=language)


def changed(code: str, candidate: Candidate) -> Iterator[str]:
    """The new lines of a candidate."""
    (after,) = candidate.edits.values()
    old = code.split("\n")
    return (line.strip() for line in after.split("\n") if line not in old)
