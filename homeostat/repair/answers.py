"""Read a model's answer: edits in one strict form, each anchored to exactly one place."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from itertools import pairwise
from typing import Any, Literal, TypeVar

import msgspec

from homeostat.ports import Source

MOST_EDITS = 20
LONGEST = 60_000
"""Characters of an answer that is read."""

EDITS: Mapping[str, Any] = {
    "type": "object",
    "properties": {
        "explanation": {"type": "string", "description": "The cause and the mend, in one or two sentences."},
        "edits": {
            "type": "array",
            "items": {
                "type": "object",
                "properties": {
                    "path": {"type": "string", "description": "A file that was shown."},
                    "search": {"type": "string", "description": "Whole lines of it that occur there once."},
                    "replace": {"type": "string", "description": "The lines that stand there afterwards."},
                },
                "required": ["path", "search", "replace"],
                "additionalProperties": False,
            },
        },
    },
    "required": ["explanation", "edits"],
    "additionalProperties": False,
}
REVIEW: Mapping[str, Any] = {
    "type": "object",
    "properties": {
        "verdict": {"type": "string", "enum": ["approve", "reject"]},
        "reasons": {"type": "array", "items": {"type": "string"}},
    },
    "required": ["verdict", "reasons"],
    "additionalProperties": False,
}


class Edit(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """One replacement."""

    path: str
    search: str
    replace: str


class Answer(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """What a writer answers."""

    explanation: str
    edits: tuple[Edit, ...]


class Review(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """What a reviewer answers."""

    verdict: Literal["approve", "reject"]
    reasons: tuple[str, ...]

    @property
    def approves(self) -> bool:
        return self.verdict == "approve"


_Shape = TypeVar("_Shape")
_MARK = re.compile(r"[0-9a-f]{4}\|")
_OBJECT = re.compile(r'\{\s*["}]')
"""Where JSON begins; in prose, other things stand in braces."""
_FENCE = re.compile(r"```[\w-]*[ \t]*\r?\n(.*?)\r?\n?```", re.DOTALL)


def _objects(text: str) -> Iterator[str]:
    """What may be the JSON object in a text: bare, in a fence, or between other words."""
    bare = text.lstrip()[:1] == "{"
    for inner in (*(() if bare else _FENCE.findall(text)), text):
        start = _OBJECT.search(inner)
        if start:
            yield _until_closed(inner[start.start() :])
    yield text


def _until_closed(text: str) -> str:
    """A text that begins with an object, without what stands behind it."""
    try:
        return text[: json.JSONDecoder().raw_decode(text)[1]]
    except (ValueError, RecursionError):
        return text


def _read(text: str, shape: type[_Shape]) -> _Shape | str:
    if not text.strip():
        return "the answer is empty"
    if len(text) > LONGEST:
        return f"the answer is longer than {LONGEST} characters"
    faults = []
    for found in _objects(text):
        try:
            return msgspec.json.decode(found, type=shape)
        except (msgspec.MsgspecError, RecursionError, UnicodeError) as error:
            faults.append(str(error))
    return f"the answer is not the JSON that was asked for: {faults[0]}"


def read_answer(text: str) -> Answer | str:
    """The edits, or why there are none."""
    found = _read(text, Answer)
    if isinstance(found, Answer) and not found.edits:
        return f"the model sees no fix: {found.explanation}"
    if isinstance(found, Answer) and len(found.edits) > MOST_EDITS:
        return f"{len(found.edits)} edits are more than {MOST_EDITS}"
    return found


def read_review(text: str) -> Review | str:
    """The reviewer's word, or why it is none."""
    return _read(text, Review)


def applied(answer: Answer, source: Source) -> dict[str, str] | str:
    """The new text of each file that changes, or what is wrong with an edit."""
    spans: dict[str, list[tuple[int, int, str]]] = {}
    texts: dict[str, str] = {}
    for number, edit in enumerate(answer.edits, 1):
        text = texts.get(edit.path) or (source.read(edit.path) if edit.path in source.paths() else None)
        if text is None:
            return (
                f"edit {number}: there is no text file {edit.path!r}: only files that are there are changed"
            )
        placed = _placed(edit, text)
        if isinstance(placed, str):
            return f"edit {number}: {placed}"
        texts[edit.path] = text
        spans.setdefault(edit.path, []).append(placed)
    changed: dict[str, str] = {}
    for path, found in spans.items():
        found.sort()
        if any(one[1] > other[0] for one, other in pairwise(found)):
            return f"two edits of {path} overlap: make them one"
        changed[path] = _replaced(texts[path], found)
    same = [path for path, text in changed.items() if text == texts[path]]
    return f"the edits leave {same[0]} as it is" if same else changed


def _placed(edit: Edit, text: str) -> tuple[int, int, str] | str:
    """Where an edit goes: first and last character, and what to put there."""
    search, put = map(_unmarked, (edit.search, edit.replace))
    ends = "\r\n" if "\r\n" in text else "\n"  # models write those that they like
    search, put = (re.sub(r"\r?\n", ends, part) for part in (search, put))
    if not search.strip():
        return "`search` is empty: copy the lines that are to change"
    times = text.count(search)
    if times == 1 and text.find(search, text.index(search) + 1) >= 0:
        times = 2  # the places overlap
    if times != 1:
        how = "does not occur" if times == 0 else f"occurs {times} times"
        hint = "copy the lines exactly" if times == 0 else "add lines around it until it is the only one"
        return f"its `search` {how} in {edit.path}: {hint}"
    start = text.index(search)
    return start, start + len(search), put


def _unmarked(text: str) -> str:
    """A text without the mark that stands before each line of what is shown, where a model has copied it."""
    marks = {line[:5] for line in text.split("\n") if line}
    copied = len(marks) == 1 and _MARK.fullmatch(marks.pop())
    return re.sub(r"^.{5} ?", "", text, flags=re.MULTILINE) if copied else text


def _replaced(text: str, spans: list[tuple[int, int, str]]) -> str:
    for start, end, put in reversed(spans):
        text = text[:start] + put + text[end:]
    return text
