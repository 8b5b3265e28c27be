"""What one of pytest's blocks tells: frames from the test inwards, then the error behind its E marks."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

from homeostat.intake.reading import Heading, Reading, heading, is_telling
from homeostat.intake.runners.blocks import ASSERTION, told, until
from homeostat.intake.text import indentation
from homeostat.intake.traces import python
from homeostat.records import Frame

_CAPTURED = re.compile(r"-+ (?:Captured |generated |live log )")
_CHAIN = re.compile(r"The above exception was the direct cause |During handling of the above exception, ")
_PLACE = re.compile(
    r"(?P<file>[^\s>].*?):(?P<line>[0-9]{1,9})(?:: ?(?:in (?P<function>\S.*)|(?P<error>[\w.]*)))?"
)
_DEFINITION = re.compile(r"[ >]   \s*(?:async )?def (?P<name>\w+)\(.*")
_FILE = re.compile(r'File "(?P<file>[^"]+)", line (?P<line>[0-9]{1,9}).*')
Part = tuple[str, Sequence[str]]
"""A title and the lines below it."""

_NO_FIXTURE = "FixtureLookupError"


def ruled(line: str, mark: str) -> str | None:
    """The title within a rule of `mark`; None for other lines and for a rule that divides frames."""
    title = line.strip(mark)
    framed = line[:1] == line[-1:] == mark and title[:1] == title[-1:] == " "
    return title.strip() if framed and title.strip(f"{mark} ") else None


def cut(lines: Sequence[str], mark: str, titles: frozenset[str] | None) -> list[Part]:
    """Titles and the lines below each; with `titles` only those count."""
    found = [(at, title) for at, line in enumerate(lines) if (title := ruled(line, mark))]
    starts = [(at, title) for at, title in found if titles is None or title in titles]
    return [(title, lines[at + 1 : end]) for (at, title), (end, _) in pairwise([*starts, (len(lines), "")])]


def reading_of(body: Sequence[str]) -> Reading | None:
    """The last exception of a block's chain; None when it shows no place."""
    body = until(body, _CAPTURED)
    if any(line.startswith("Traceback (most recent call last)") for line in body):
        return python.read(body)
    links = [at for at, line in enumerate(body) if _CHAIN.match(line)]
    last = body[links[-1] + 1 :] if links else body
    frames, kind = _frames(last)
    marked = _marked(last)
    return told(_error(marked, kind), [*_misspelt(marked), *frames], language="python")


def _frames(lines: Sequence[str]) -> tuple[list[Frame], str]:
    """Innermost first, with the short name of the error that stands behind the last place."""
    frames: list[Frame] = []
    function, kind = None, ""
    for line in lines:
        shown, place = _DEFINITION.fullmatch(line), _PLACE.fullmatch(line)
        if shown:
            function = function or shown["name"]
        elif place:
            frames.append(Frame(place["file"], int(place["line"]), function=place["function"] or function))
            function, kind = None, place["error"] or ""
    return frames[::-1], kind


def _marked(lines: Sequence[str]) -> list[str]:
    """The text behind the E marks, without their common indentation."""
    texts = [line[1:] for line in lines if line.startswith("E  ") or line == "E"]
    margin = min((indentation(text) for text in texts if text.strip()), default=0)
    return [text[margin:].rstrip() for text in texts]


def _misspelt(marked: Sequence[str]) -> list[Frame]:
    """Where a file could not be parsed: the innermost place stands in the error's own text."""
    found = [match for match in (_FILE.fullmatch(line.strip()) for line in marked) if match]
    return [Frame(match["file"], int(match["line"])) for match in found[-1:]]


def _error(marked: Sequence[str], kind: str) -> Heading:
    text = "\n".join(marked).strip()
    first, _, rest = text.partition("\n")
    found = heading(first)
    if found and (found.message or found.type.rpartition(".")[2] == kind or is_telling(found.type)):
        return replace(found, message=f"{found.message}\n{rest}".strip())
    if _FILE.fullmatch(first):
        return heading(marked[-1]) or Heading("SyntaxError", text)
    if first.startswith("fixture '"):
        return Heading(_NO_FIXTURE, first)
    return Heading(kind or ASSERTION, text)
