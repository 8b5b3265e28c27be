"""May this patch leave the house? All the reasons against it, judged on git's own view."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from homeostat.config import PathFilters, matches, path_refusal
from homeostat.conventions import is_test, protection, proves
from homeostat.guard.calls import CALLS
from homeostat.guard.doors import DOORS
from homeostat.guard.hosts import strange_hosts
from homeostat.guard.letters import disguises, hidden
from homeostat.guard.people import personal
from homeostat.guard.places import collisions, oddity, stands_in
from homeostat.guard.refusing import weakened
from homeostat.guard.shapes import told
from homeostat.guard.tampering import SUPPRESSED, TAMPERING, stubbed
from homeostat.records import Change, Patch
from homeostat.redaction import credentials

__all__ = ["Limits", "collisions", "refusals"]

PLAIN_MODES = frozenset({"100644", "100755", "000000"})


@dataclass(frozen=True, slots=True)
class Limits:
    """What a repository lets a patch touch, and how much of it."""

    filters: PathFilters
    protected: tuple[str, ...]
    max_diff_lines: int
    max_files: int


def _sides(change: Change) -> Sequence[str]:
    return (change.path,) if change.path == change.old_path else (change.old_path, change.path)


def _size(patch: Patch, limits: Limits) -> Iterator[str]:
    lines = sum(len(change.added) + change.removed for change in patch.changes)
    if not patch.changes:
        yield "the patch changes nothing"
    if lines > limits.max_diff_lines:
        yield f"{lines} changed lines are more than MAX_DIFF_LINES ({limits.max_diff_lines})"
    if len(patch.changes) > limits.max_files:
        yield f"{len(patch.changes)} files are more than MAX_FILES ({limits.max_files})"


def _place(path: str, limits: Limits) -> Iterator[str]:
    outside = path_refusal(limits.filters, path)
    if outside:
        yield f"{path}: {outside}"
    odd = oddity(path)
    if odd:
        yield f"{path}: the path {odd}"
    group = protection(path)
    if group:
        yield f"{path}: {group} are never changed by a fix"
    own = matches(limits.protected, path)
    if own:
        yield f"{path}: protected_paths names {own!r}"
    if is_test(path) or proves(path):
        yield f"{path}: a fix may not change the tests that prove it"


def _kind(change: Change) -> Iterator[str]:
    if change.status in {"A", "C", "R"} and stands_in(change.path):
        yield f"{change.path}: a new file may not stand in for a test runner or a library"
    if change.mode not in PLAIN_MODES or change.old_mode not in PLAIN_MODES:
        yield f"{change.path}: links and submodules are never changed by a fix"
    elif change.status not in {"A", "D"} and change.mode != change.old_mode:
        yield f"{change.path}: a fix may not change file modes"
    elif change.status == "A" and change.mode == "100755":
        yield f"{change.path}: a fix may not add programs"
    if change.binary:
        yield f"{change.path}: binary files are never changed by a fix"


def _added(change: Change) -> Iterator[str]:
    if hidden(change):
        yield f"{change.path}: an added line holds invisible or control characters"
    for disguise in disguises(change):
        yield f"{change.path}: in an added line {disguise}"
    for kind in sorted(credentials("\n".join(change.added))):
        yield f"{change.path}: an added line looks like a secret ({kind})"


def _done(patch: Patch) -> Iterator[str]:
    """What the files do that they did not do before."""
    for shapes in (CALLS, DOORS, TAMPERING):
        for path, what in told(patch.changes, shapes):
            yield f"{path}: it {what}, {shapes[what].when}"
    for change in patch.changes:
        if any(SUPPRESSED.search(line) for line in change.added):
            yield f"{change.path}: an added comment takes code from the eyes of a tool"
        if stubbed(change):
            yield f"{change.path}: it returns a literal in place of what it found"
    for path in weakened(patch.changes):
        yield f"{path}: it changes a condition under which it turns somebody away"
    for path, host in strange_hosts(patch.changes):
        yield f"{path}: it names the address {host}, which was not there before"


def refusals(patch: Patch, limits: Limits) -> tuple[str, ...]:
    """Every reason to refuse the patch, none left out; empty when it may pass."""
    found = [*_size(patch, limits)]
    for change in patch.changes:
        for path in _sides(change):
            found += _place(path, limits)
        found += [*_kind(change), *_added(change)]
    for path, kind in personal(patch.changes):
        found.append(f"{path}: an added line tells of a person or a machine ({kind})")
    return (*found, *_done(patch))
