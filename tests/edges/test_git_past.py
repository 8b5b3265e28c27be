"""A repository's past through real git: what its branch went through, and moments that never were."""

from __future__ import annotations

from pathlib import Path

import pytest

from homeostat.edges.git import History, Past
from homeostat.errors import ForgeError
from tests.edges.test_git_workspace import NOW, commit, git

pytestmark = pytest.mark.slow


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    """The start, a pull request of two commits, a merge of it, and one commit after it."""
    root = tmp_path / "shop"
    root.mkdir()
    git(root, "init", "--quiet", "--initial-branch=main")
    commit(root, {"a.py": b"a\n", "tests/test_a.py": b"old\n", "tests/gone.py": b"gone\n"}, "Start")
    git(root, "checkout", "--quiet", "-b", "mend")
    commit(root, {"a.py": b"b\n"}, "fix a crash\n\nCloses #7")
    (root / "tests" / "gone.py").unlink()
    commit(root, {"tests/test_a.py": b"new\n", "tests/with space.py": b"more\n"}, "Test it")
    git(root, "checkout", "--quiet", "main")
    commit(root, {"b.py": b"b\n"}, "Add b")
    merge = "Merge pull request #8 from ann/mend\n\nMend a\n"
    git(root, "merge", "--quiet", "--no-ff", "-m", merge, "mend")
    commit(root, {"b.py": b"c\n"}, "Say it better")
    return root


def files_in(folder: Path) -> dict[str, bytes]:
    return {str(p.relative_to(folder)): p.read_bytes() for p in folder.rglob("*") if p.is_file()}


def ids(root: Path, *names: str) -> list[str]:
    return [git(root, "rev-parse", name) for name in names]


def test_a_branch_is_told_step_by_step_and_a_merge_with_all_that_came_by_it(shop: Path) -> None:
    added, merge, better = History(shop).landings()
    assert [one.subject for one in (added, merge, better)] == ["Add b", "Mend a", "Say it better"]
    assert [merge.sha, merge.parent, *merge.brought] == ids(
        shop, "main~1", "main~2", "mend~1", "mend", "main~1"
    )
    assert "Closes #7" in merge.said
    assert added.brought == (added.sha,)
    assert (better.parent, better.at.utcoffset()) == (merge.sha, NOW.utcoffset())


def test_files_and_pieces_of_a_merge_are_those_of_all_its_commits(shop: Path) -> None:
    merge, better = ids(shop, "main~1", "main")
    history = History(shop)
    assert history.files([merge, better]) == {
        merge: [
            ("M", "a.py"),
            ("D", "tests/gone.py"),
            ("M", "tests/test_a.py"),
            ("A", "tests/with space.py"),
        ],
        better: [("M", "b.py")],
    }
    (told,) = history.revisions([merge])
    assert [(p.path, p.before, p.after) for p in told.pieces] == [
        ("a.py", "a\n", "b\n"), ("tests/test_a.py", "old\n", "new\n"),
    ]  # fmt: skip


def test_fixes_in_any_language_are_found_and_merges_are_none_themselves(shop: Path) -> None:
    commit(shop, {"main.go": b"package main\n"}, "Fix the start")
    history, (mend, go) = History(shop), ids(shop, "mend~1", "main")
    assert history.fixes(None, files=()) == [mend, go]
    assert history.fixes(None) == [mend]


def test_a_commit_that_changed_no_file_has_none(shop: Path) -> None:
    empty = commit(shop, {}, "Nothing")
    assert History(shop).files([empty]) == {empty: []}


def test_the_tests_of_a_fix_are_laid_over_what_was_there_before(shop: Path, tmp_path: Path) -> None:
    git(shop, "update-index", "--chmod=+x", "tests/test_a.py")
    git(shop, "commit", "--quiet", "-m", "Run it")
    before, fix = ids(shop, "main~3", "main")
    paths = ["tests/test_a.py", "tests/gone.py", "tests/with space.py", "never.py"]
    mixed = Past(tmp_path / "past", shop).mixed(before, fix, paths, NOW)
    assert mixed.paths() == {"a.py", "b.py", "tests/test_a.py", "tests/with space.py"}
    assert [mixed.read("a.py"), mixed.read("b.py")] == ["a\n", "b\n"]
    assert [mixed.read("tests/test_a.py"), mixed.read("tests/with space.py")] == ["new\n", "more\n"]
    tree = tmp_path / "tree"
    tree.mkdir()
    mixed.export(tree)
    assert (tree / "tests" / "test_a.py").stat().st_mode & 0o111


def test_the_same_moment_is_the_same_commit(shop: Path, tmp_path: Path) -> None:
    before, fix = ids(shop, "main~2", "main~1")
    made = [
        Past(tmp_path / n, shop).mixed(before, fix, ["tests/test_a.py"], NOW).base for n in ("one", "two")
    ]
    assert made[0] == made[1]


def test_a_checkout_is_only_read_whatever_it_looks_like(shop: Path, tmp_path: Path) -> None:
    (shop / "a.py").write_text("in the middle of something\n")
    before = files_in(shop)
    (first, *_), (merge, base) = History(shop).landings(), ids(shop, "main~1", "main~2")
    past = Past(tmp_path / "past", shop)
    past.mixed(base, merge, ["tests/test_a.py"], NOW).patch({"a.py": "z\n"})
    assert past.at(first.sha).read("a.py") == "a\n"
    assert files_in(shop) == before


@pytest.mark.parametrize("kind", ["bare", "worktree"])
def test_a_past_can_be_read_in_a_bare_repository_and_in_a_work_tree(
    kind: str, shop: Path, tmp_path: Path
) -> None:
    other = tmp_path / "other"
    if kind == "bare":
        git(tmp_path, "clone", "--quiet", "--bare", str(shop), str(other))
    else:
        git(shop, "worktree", "add", "--quiet", "--detach", str(other))
    landings = History(other).landings()
    assert landings == History(shop).landings()
    assert Past(tmp_path / "past", other).at(landings[-1].sha).read("b.py") == "c\n"


def test_what_has_no_past_is_one_sentence(tmp_path: Path) -> None:
    for look in (lambda: History(tmp_path).landings(), lambda: Past(tmp_path / "past", tmp_path)):
        with pytest.raises(ForgeError, match="has no history that can be read: give a git repository"):
            look()
