"""Shapes of code that are told by what they do, and when a change that brings them is refused."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from homeostat.guard.code import code_of
from homeostat.records import Change

PYTHON = (".py", ".pyi")
PHP = (".php", ".phtml", ".inc")
JAVASCRIPT = (
    ".js", ".cjs", ".mjs", ".jsx", ".ts", ".tsx", ".mts", ".cts", ".vue", ".svelte", ".html",
)  # fmt: skip
QUOTE = "['\"`]"
ARGUMENTS = r"[^\n;]{0,300}"
"""The rest of a call, as far as one line shows it."""


class When(StrEnum):
    """What of a shape is refused; the value is how a refusal says it."""

    NEW = "which it did not before"
    """The first of its kind in a file: one that has it already may have one more."""
    MORE = "more than before"
    """Each one that was not there."""
    GONE = "as it did before"
    """That what it says is nowhere any more; a `?` and blanks make no difference."""
    FEWER = "as often as before"
    """Each one that is gone."""


@dataclass(frozen=True, slots=True)
class Shape:
    """Patterns of one kind."""

    when: When
    pattern: re.Pattern[str]
    suffixes: tuple[str, ...] = ()
    """The files that it is sought in; all when empty."""


def shape(when: When, *patterns: str, suffixes: tuple[str, ...] = ()) -> Shape:
    """A shape that any of the patterns shows."""
    forms = (f"(?i:{one[4:]})" if one.startswith("(?i)") else f"(?:{one})" for one in patterns)
    return Shape(when, re.compile("|".join(forms), re.MULTILINE), suffixes)


def told(changes: Sequence[Change], shapes: Mapping[str, Shape]) -> Iterator[tuple[str, str]]:
    """(path, what) for each kind of shape that a change brings, or takes away.

    What one file of a patch loses another may gain: then it has only moved.
    """
    texts = [(change.path, _before(change), _after(change)) for change in changes]
    deleted = {change.path for change in changes if change.status == "D"}
    for name, one in shapes.items():
        found = [(path, _found(one, path, old), _found(one, path, new)) for path, old, new in texts]
        before = sum((old for _, old, _ in found), Counter[str]())
        after = sum((new for *_, new in found), Counter[str]())
        kept = before.keys() <= after.keys() if one.when is When.GONE else before.total() == after.total()
        for path, old, new in found:
            if not kept and path not in deleted and _is_refused(one.when, old, new):
                yield path, name


def _is_refused(when: When, old: Counter[str], new: Counter[str]) -> bool:
    match when:
        case When.NEW:
            return bool(new and not old)
        case When.MORE:
            return new.total() > old.total()
        case When.GONE:
            return not old.keys() <= new.keys()
        case When.FEWER:
            return new.total() < old.total()


def _found(one: Shape, path: str, text: str) -> Counter[str]:
    """What shows the shape, each with how often."""
    if one.suffixes and not path.lower().endswith(one.suffixes):
        return Counter()
    return Counter(re.sub(r"[\s?]", "", match[0]).lower() for match in one.pattern.finditer(text))


def _before(change: Change) -> str:
    return code_of(change.old_path, change.before).plain


def _after(change: Change) -> str:
    if change.status == "D":
        return ""
    return code_of(change.path, change.after or "\n".join(change.added)).plain
