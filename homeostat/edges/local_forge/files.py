"""A local forge's records as JSON files: written whole or not at all, read strictly."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any, TypeVar

from homeostat.errors import ForgeError
from homeostat.records import Comment, Deed, Handling, Issue, PullRequest, PullState

Fields = dict[str, Any]
Parsed = TypeVar("Parsed")
MALFORMED = (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError)


def load(path: Path, read: Callable[[Any], Parsed]) -> Parsed:
    """Read a file through `read`; whatever is wrong with it is told with the file's name."""
    try:
        return read(json.loads(path.read_text(encoding="utf-8")))
    except MALFORMED as error:
        raise ForgeError(f"{path} is not readable ({error!r}); restore or delete it.") from error


def store(path: Path, content: object) -> None:
    """Store a file, in place of what was there."""
    _draft(path, content).replace(path)


def create(path: Path, content: object) -> bool:
    """Store a file unless it is there already: whole or not at all, and by one process only."""
    draft = _draft(path, content)
    try:
        path.hardlink_to(draft)
    except FileExistsError:
        return False
    finally:
        draft.unlink()
    return True


def _draft(path: Path, content: object) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    draft.write_text(json.dumps(content, indent=2, sort_keys=True) + "\n", encoding="utf-8")
    return draft


def rewrite(path: Path, change: Callable[[Any], object]) -> None:
    """Store what `change` makes of a file's content."""
    store(path, load(path, change))


def unique(values: Sequence[Any]) -> list[Any]:
    """Without repetition, in order of first mention."""
    return list(dict.fromkeys(values))


def listed(content: list[Parsed]) -> list[Parsed]:
    """A list, and nothing else."""
    if not isinstance(content, list):
        raise TypeError("not a list")
    return content


def names(content: list[str]) -> tuple[str, ...]:
    """A list of names as a tuple."""
    return tuple(listed(content))


def is_open(entry: Fields) -> bool:
    """Whether an issue or a pull request is open."""
    return bool(entry["state"] == "open")


def thread_of(thread: list[Fields]) -> list[Comment]:
    """A thread as records."""
    return [Comment(id=entry["id"], author=entry["author"], body=entry["body"]) for entry in listed(thread)]


def issue_of(entry: Fields) -> Issue:
    """An issue as a record."""
    return Issue(
        **{name: entry[name] for name in ("number", "title", "body", "author", "association", "locked")},
        labels=names(entry["labels"]),
        created_at=datetime.fromisoformat(entry["created_at"]),
        is_open=is_open(entry),
        updated_at=_changed_at(entry),
        closed_at=_closed_at(entry),
    )


def _changed_at(entry: Fields) -> datetime:
    deeds = [*entry.get("edits", []), *entry.get("labelled", {}).values()]
    known = [entry["created_at"], entry["closed_at"], *(deed["at"] for deed in deeds)]
    return max(datetime.fromisoformat(at) for at in known if at)


def _closed_at(entry: Fields) -> datetime | None:
    return datetime.fromisoformat(entry["closed_at"]) if entry["closed_at"] else None


def deed(by: str, at: str) -> Fields:
    """What somebody does, as it is kept."""
    return {"by": by, "at": at}


def handling_of(entry: Fields) -> Handling:
    """What was done to an issue as a record; files of before tell nothing of it."""
    labelled, edits = entry.get("labelled", {}), entry.get("edits", [])
    return Handling(
        {label.casefold(): _deed_of(one) for label, one in labelled.items()},
        tuple(map(_deed_of, edits)),
        entry["title"],
        entry["body"],
    )


def _deed_of(kept: Fields) -> Deed:
    return Deed(kept["by"], datetime.fromisoformat(kept["at"]))


def pull_of(entry: Fields, url: str) -> PullRequest:
    """A pull request as a record."""
    return PullRequest(
        **{
            name: entry[name] for name in ("number", "branch", "base", "title", "body", "author", "merge_sha")
        },
        labels=names(entry["labels"]),
        state=PullState(entry["state"]),
        created_at=datetime.fromisoformat(entry["created_at"]),
        closed_at=_closed_at(entry),
        url=url,
        updated_at=datetime.fromisoformat(entry["closed_at"] or entry["created_at"]),
    )
