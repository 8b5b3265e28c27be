"""What the guard refuses, each reason alone and all of them together."""

from dataclasses import replace

import pytest

from homeostat.config import PathFilters
from homeostat.guard import Limits, refusals
from homeostat.records import Change, Patch

LIMITS = Limits(PathFilters(("src/",), ("src/vendor/",)), ("src/billing/",), max_diff_lines=10, max_files=2)
ORDINARY = Change("M", "src/a.py", "src/a.py", "100644", "100644", ("value = 1",), 1)
# Put together here, so that this file itself holds nothing that looks like one.
AWS_KEY = "AKIA" + "Z7QK4WBX2LPN5TRC"
GITHUB_TOKEN = "gh" + "p_" + "a1B2c3D4e5F6" * 3
PRIVATE_KEY = "-----BEGIN RSA " + "PRIVATE KEY-----"


def patch(*changes: Change) -> Patch:
    return Patch("b" * 40, "t" * 40, "", changes)


def changed(**fields: object) -> Change:
    return replace(ORDINARY, **fields)  # type: ignore[arg-type]


def at(path: str) -> Change:
    return changed(path=path, old_path=path)


@pytest.mark.parametrize(
    "change",
    [
        ORDINARY,
        changed(status="A", old_mode="000000"),
        changed(status="D", mode="000000", added=(), removed=3),
        changed(status="R", old_path="src/b.py"),
        changed(mode="100755", old_mode="100755"),
        changed(added=("\tprint('caf\u00e9 \u2615')\r",)),
        changed(added=("password = settings['password']", "key = settings['key']")),
        changed(added=("digest = 'b1946ac92492d2347c6235b4d2611184'",)),
        changed(added=("x",) * 9, removed=1),
    ],
    ids=[
        "a changed file",
        "a new file",
        "a deleted file",
        "a renamed file",
        "a changed program",
        "tabs, accents and a carriage return",
        "words about secrets",
        "a digest",
        "just small enough",
    ],
)
def test_an_ordinary_change_passes(change: Change) -> None:
    assert refusals(patch(change), LIMITS) == ()


def test_as_many_files_as_allowed_pass() -> None:
    assert refusals(patch(ORDINARY, at("src/b.py")), LIMITS) == ()


def test_a_patch_without_changes_is_refused() -> None:
    assert refusals(patch(), LIMITS) == ("the patch changes nothing",)


def test_one_line_too_many_is_refused() -> None:
    large = changed(added=("x",) * 9, removed=2)
    assert refusals(patch(large), LIMITS) == ("11 changed lines are more than MAX_DIFF_LINES (10)",)


def test_lines_are_counted_over_all_files() -> None:
    half = {"added": ("x",) * 3, "removed": 3}
    both = patch(changed(**half), changed(path="src/b.py", old_path="src/b.py", **half))
    assert refusals(both, LIMITS) == ("12 changed lines are more than MAX_DIFF_LINES (10)",)


def test_one_file_too_many_is_refused() -> None:
    many = patch(ORDINARY, at("src/b.py"), at("src/c.py"))
    assert refusals(many, LIMITS) == ("3 files are more than MAX_FILES (2)",)


@pytest.mark.parametrize(
    ("path", "reason"),
    [
        ("lib/a.py", "lib/a.py: outside path_filters.include"),
        ("src2/a.py", "src2/a.py: outside path_filters.include"),
        ("src/vendor/a.py", "src/vendor/a.py: excluded by path_filters.exclude pattern 'src/vendor/'"),
        ("src/../a.py", "src/../a.py: not a plain relative path"),
        ("src/.gitattributes", "src/.gitattributes: git's own files are never changed by a fix"),
        ("src/package.json", "src/package.json: manifests are never changed by a fix"),
        ("src/yarn.lock", "src/yarn.lock: lockfiles are never changed by a fix"),
        ("src/Dockerfile", "src/Dockerfile: files of the build are never changed by a fix"),
        ("src/billing/tax.py", "src/billing/tax.py: protected_paths names 'src/billing/'"),
        ("src/test_a.py", "src/test_a.py: a fix may not change the tests that prove it"),
        ("src/tests/a.py", "src/tests/a.py: a fix may not change the tests that prove it"),
    ],
    ids=[
        "outside",
        "a neighbour of the same beginning",
        "excluded",
        "climbing",
        "git attributes",
        "manifest",
        "lockfile",
        "build",
        "protected by the repository",
        "test by name",
        "test by folder",
    ],
)
def test_a_place_that_no_fix_may_touch_is_refused(path: str, reason: str) -> None:
    assert refusals(patch(at(path)), LIMITS) == (reason,)


@pytest.mark.parametrize(
    ("old", "new"),
    [("src/a.py", "lib/a.py"), ("lib/a.py", "src/a.py")],
    ids=["moved out", "moved in"],
)
def test_a_rename_is_judged_on_both_sides(old: str, new: str) -> None:
    moved = changed(status="R", old_path=old, path=new)
    assert refusals(patch(moved), LIMITS) == ("lib/a.py: outside path_filters.include",)


LINKS = "src/a.py: links and submodules are never changed by a fix"
MODES = "src/a.py: a fix may not change file modes"


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"status": "A", "mode": "120000", "old_mode": "000000"}, LINKS),
        ({"status": "A", "mode": "160000", "old_mode": "000000"}, LINKS),
        ({"status": "T", "mode": "120000"}, LINKS),
        ({"status": "T", "old_mode": "120000"}, LINKS),
        ({"status": "D", "mode": "000000", "old_mode": "120000"}, LINKS),
        ({"mode": "100755"}, MODES),
        ({"old_mode": "100755"}, MODES),
        ({"status": "R", "old_path": "src/b.py", "mode": "100755"}, MODES),
        ({"status": "A", "mode": "100755", "old_mode": "000000"}, "src/a.py: a fix may not add programs"),
        ({"binary": True, "added": ()}, "src/a.py: binary files are never changed by a fix"),
    ],
    ids=[
        "a new link",
        "a new submodule",
        "a file that becomes a link",
        "a link that becomes a file",
        "a deleted link",
        "a file made a program",
        "a program made a file",
        "a renamed file made a program",
        "a new program",
        "a binary file",
    ],
)
def test_a_change_of_another_kind_is_refused(fields: dict[str, object], reason: str) -> None:
    assert refusals(patch(changed(**fields)), LIMITS) == (reason,)


@pytest.mark.parametrize(
    "character",
    "\u200b\u202e\u2066\ufeff\x00\x08\x1b\x7f\x85\u061c\U000e0041\u2028\xad\u3164\U000e0100",
    ids=[
        "zero width space",
        "right to left override",
        "isolate",
        "byte order mark",
        "null",
        "backspace",
        "escape",
        "delete",
        "next line",
        "arabic letter mark",
        "tag letter",
        "line separator",
        "soft hyphen",
        "filler, a letter that is empty",
        "variation selector, of 256 in which bytes can be hidden",
    ],
)
def test_a_line_with_what_no_reviewer_sees_is_refused(character: str) -> None:
    hidden = changed(added=("fine", f"value = 1{character}"))
    assert refusals(patch(hidden), LIMITS) == (
        "src/a.py: an added line holds invisible or control characters",
    )


@pytest.mark.parametrize(
    ("line", "kind"),
    [
        (f"key = '{AWS_KEY}'", "aws-access-key"),
        (f"use('{GITHUB_TOKEN}')", "github-token"),
        (PRIVATE_KEY, "private-key"),
        ("url = 'https://ann:" + "hunter2hunter@example.org'", "url-credentials"),
        ("password = " + "'correct-horse-battery'", "password"),
    ],
    ids=["AWS key", "GitHub token", "private key", "password in an address", "password"],
)
def test_a_line_that_looks_like_a_secret_is_refused_without_repeating_it(line: str, kind: str) -> None:
    (reason,) = refusals(patch(changed(added=("fine", line))), LIMITS)
    assert reason == f"src/a.py: an added line looks like a secret ({kind})"


def test_a_kind_of_secret_is_told_once_for_each_file() -> None:
    assert len(refusals(patch(changed(added=(AWS_KEY, f"again({AWS_KEY!r})"))), LIMITS)) == 1


def test_every_reason_is_listed_at_once() -> None:
    worst = Change(
        "M",
        "lib/tests/yarn.lock",
        "src/vendor/a",
        "120000",
        "100644",
        (f"{AWS_KEY}\u200b",) * 11,
        0,
        binary=True,
    )
    protected = replace(LIMITS, protected=("lib/",))
    assert refusals(patch(worst, at("src/b.py"), changed(mode="100755")), protected) == (
        "15 changed lines are more than MAX_DIFF_LINES (10)",
        "3 files are more than MAX_FILES (2)",
        "src/vendor/a: excluded by path_filters.exclude pattern 'src/vendor/'",
        "lib/tests/yarn.lock: outside path_filters.include",
        "lib/tests/yarn.lock: lockfiles are never changed by a fix",
        "lib/tests/yarn.lock: protected_paths names 'lib/'",
        "lib/tests/yarn.lock: a fix may not change the tests that prove it",
        "lib/tests/yarn.lock: links and submodules are never changed by a fix",
        "lib/tests/yarn.lock: binary files are never changed by a fix",
        "lib/tests/yarn.lock: an added line holds invisible or control characters",
        "lib/tests/yarn.lock: an added line looks like a secret (aws-access-key)",
        MODES,
    )
