"""pytest's node ids: the summary and the verbose lines print them, the blocks only hint at them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

from homeostat.intake.runners.blocks import MAX_TESTS
from homeostat.records import Frame

_SUMMARY = re.compile(r"(?P<kind>FAILED|ERROR) (?P<rest>\S.*)")
_SUBTEST = re.compile(r"SUBFAIL(?:ED)?(?P<case>\S*(?: \([^)]*\))?) (?P<rest>\S.*)")
_VERBOSE = re.compile(r"(?P<id>[^\s:]+\.py::.+?) (?P<kind>FAILED|ERROR)(?: +\[ *[0-9]+%\])?")
_WORKER = re.compile(r"\[gw[0-9]+\] \[ *[0-9]+%\] (?P<kind>FAILED|ERROR) (?P<id>\S.*)")
_SUBJECT = re.compile(r"ERROR (?:at \w+ of |collecting )(?P<name>.+)")
_ROOT = re.compile(r"rootdir: (?P<path>[^,]+)(?:, .*)?")


@dataclass(frozen=True, slots=True)
class Named:
    """A failing test by its node id; `title` is the name that its block bears."""

    kind: str
    id: str
    title: str
    message: str = ""

    @property
    def function(self) -> str | None:
        """The test's own name, without class and parameters; None for a file that could not be collected."""
        return self.title.partition("[")[0].rpartition(".")[2] if "::" in self.id else None


def failures_named(lines: Sequence[str]) -> list[Named]:
    """From the summary, then from the verbose lines those that it lacks."""
    entries: dict[tuple[str, str], Named] = {}
    for entry in (*_summarised(lines), *_verbose(lines)):
        entries.setdefault((entry.kind, entry.id), entry)
    return list(islice(entries.values(), MAX_TESTS))


def ids_by_block(named: Sequence[Named]) -> dict[tuple[bool, str], list[str]]:
    """Node ids by whether it was an error and by the block's subject, in the order of the blocks."""
    ids: dict[tuple[bool, str], list[str]] = {}
    for entry in named:
        ids.setdefault((entry.kind == "ERROR", entry.title or entry.id), []).append(entry.id)
    return ids


def subject(title: str) -> tuple[bool, str]:
    """Whether a block tells of an error around a test, and the test or file that it is about."""
    found = _SUBJECT.fullmatch(title)
    return (True, found["name"]) if found else (False, title)


def built_id(name: str, frames: Sequence[Frame], root: str) -> str:
    """A node id made of a block's title and the file of its test: the outermost frame of that name."""
    if name.endswith(".py") or not frames:
        return name
    test, bracket, parameters = name.partition("[")
    function = test.partition(" (")[0].rpartition(".")[2]
    own = next((frame for frame in reversed(frames) if frame.function == function), frames[-1])
    return f"{own.file.removeprefix(root)}::{test.replace('.', '::')}{bracket}{parameters}"


def root_of(lines: Sequence[str]) -> str:
    """The folder that node ids are relative to, with its slash; empty when it was not printed."""
    found = next((found for line in lines if (found := _ROOT.fullmatch(line))), None)
    return f"{found['path'].rstrip('/')}/" if found else ""


def _summarised(lines: Sequence[str]) -> Iterator[Named]:
    for line in lines:
        plain, case = _SUMMARY.fullmatch(line), _SUBTEST.fullmatch(line)
        if plain and _is_node(plain["rest"]):
            name, message = _split(plain["rest"])
            yield Named(plain["kind"], name, _title(name), message)
        elif case and _is_node(case["rest"]):
            name, message = _split(case["rest"])
            yield Named("FAILED", f"{name} {case['case']}", f"{_title(name)} {case['case']}", message)


def _is_node(text: str) -> bool:
    return "::" in text or text.partition(" - ")[0].endswith(".py")


def _verbose(lines: Sequence[str]) -> Iterator[Named]:
    for line in lines:
        found = _VERBOSE.fullmatch(line) or _WORKER.fullmatch(line.rstrip())
        if found:
            name = found["id"].rstrip()
            yield Named(found["kind"], name, _title(name))


def _split(text: str) -> tuple[str, str]:
    """Id and message, which a dash divides; parameters may hold one too."""
    name, dash, message = text.partition(" - ")
    while dash and "[" in name and not name.endswith("]"):
        more, dash, message = message.partition(" - ")
        name = f"{name} - {more}"
    return name, message


def _title(name: str) -> str:
    test, bracket, parameters = name.partition("::")[2].partition("[")
    return f"{test.replace('::', '.')}{bracket}{parameters}"
