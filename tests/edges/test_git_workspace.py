"""The target's files through real git: what is read, judged and pushed, and what never runs."""

import os
import shutil
import stat
import subprocess
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

import pytest

from homeostat.edges.git import GitWorkspace
from homeostat.edges.git.command import BOT, BOT_EMAIL, Git, GitError
from homeostat.errors import ForgeError
from homeostat.records import Change

pytestmark = pytest.mark.slow
NOW = datetime(2025, 3, 1, 12, 30, tzinfo=UTC)
MIB = 1 << 20
ODD = [
    "with space.py",
    "naïve ✓.py",
    'it\'s "quoted".py',
    "new\nline.py",
    "tab\there.py",
    "-dash.py",
    ":(top).py",
]
LATIN = os.fsdecode(b"caf\xe9.py")
FILES: dict[str, bytes] = {
    "src/a.py": b"one\ntwo\nthree\n",
    "src/b.py": b"b\n",
    "run.sh": b"#!/bin/sh\n",
    "crlf.txt": b"a\r\nb\r\n",
}


def git(where: Path, *words: str, author: str = "ada <ada@example.com>") -> str:
    name, email = author.removesuffix(">").split(" <")
    person = {f"GIT_{who}_{part}": value for who in ("AUTHOR", "COMMITTER")
              for part, value in (("NAME", name), ("EMAIL", email))}  # fmt: skip
    env = {"PATH": os.environ["PATH"], "HOME": os.devnull, "GIT_CONFIG_GLOBAL": os.devnull, **person}
    done = subprocess.run(["git", "-C", where, *words], env=env, capture_output=True, text=True, check=True)
    return done.stdout.strip()


def write(where: Path, files: Mapping[str, bytes]) -> None:
    for path, content in files.items():
        (where / path).parent.mkdir(parents=True, exist_ok=True)
        (where / path).write_bytes(content)


def commit(
    where: Path, files: Mapping[str, bytes], message: str = "m", author: str = "ada <ada@x.example>"
) -> str:
    write(where, files)
    git(where, "add", "--all")
    git(where, "commit", "--quiet", "--allow-empty", "-m", message, author=author)
    return git(where, "rev-parse", "HEAD")


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("template")
    git(path, "init", "--quiet", "--initial-branch=main", "--template=")
    git(path, "config", "receive.denyCurrentBranch", "ignore")
    git(path, "config", "core.fsync", "none")
    write(path, FILES)
    (path / "run.sh").chmod(0o755)
    (path / "link").symlink_to("src/a.py")
    commit(path, {})
    return path


@pytest.fixture
def theirs(tmp_path: Path, template: Path) -> Path:
    """A repository of the target's own, with a work tree, that also serves as the remote."""
    return Path(shutil.copytree(template, tmp_path / "theirs", symlinks=True))


def cloned(tmp_path: Path, theirs: Path, branch: str = "main") -> GitWorkspace:
    return GitWorkspace.clone(tmp_path / "home", remote=str(theirs), branch=branch)


def snapshot(tmp_path: Path, checkout: Path) -> GitWorkspace:
    return GitWorkspace.snapshot(tmp_path / "home", checkout=checkout, when=NOW)


def content(path: Path) -> bytes:
    if path.is_symlink():
        return bytes(path.readlink())
    return path.read_bytes() if path.is_file() else b""


def tree(where: Path) -> dict[str, tuple[int, bytes, int]]:
    """Everything below a folder: kind and mode, content, time of its last change."""
    return {
        str(path.relative_to(where)): (
            path.lstat().st_mode,
            content(path),
            path.lstat().st_mtime_ns,
        )
        for path in where.rglob("*")
    }


# --- git itself --------------------------------------------------------------------------------


def test_a_failing_command_says_gits_own_words(tmp_path: Path) -> None:
    ours = Git(tmp_path / "x.git")
    ours.init()
    with pytest.raises(GitError, match="git rev-parse failed: fatal: Needed a single revision") as failed:
        ours("rev-parse", "--verify", "HEAD")
    assert failed.value.stderr == "fatal: Needed a single revision"


def test_a_command_that_fails_silently_is_told_so(tmp_path: Path) -> None:
    ours = Git(tmp_path / "x.git")
    ours.init()
    with pytest.raises(GitError, match="git cat-file failed: no message"):
        ours("cat-file", "-e", "0" * 40)


def test_a_machine_without_git_is_told_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(GitError, match="install git and run again"):
        Git(tmp_path / "x.git").init()


# --- clone -------------------------------------------------------------------------------------


def test_a_clone_stands_at_its_branch(tmp_path: Path, theirs: Path) -> None:
    git(theirs, "checkout", "--quiet", "-b", "next")
    commit(theirs, {"new.py": b"n\n"})
    git(theirs, "checkout", "--quiet", "main")
    workspace = cloned(tmp_path, theirs, "next")
    assert workspace.base == git(theirs, "rev-parse", "next")
    assert workspace.paths() == {*FILES, "link", "new.py"}


def test_a_missing_branch_is_told_with_what_to_do(tmp_path: Path, theirs: Path) -> None:
    with pytest.raises(ForgeError, match=r"has no branch 'nope': push it, or mend --branch or `branch` in"):
        cloned(tmp_path, theirs, "nope")


def test_a_missing_remote_is_told_in_gits_words(tmp_path: Path) -> None:
    with pytest.raises(ForgeError, match=r"git fetch failed: .*does not appear to be a git repository"):
        cloned(tmp_path, tmp_path / "nowhere")


@pytest.mark.parametrize(
    "remote",
    [pytest.param("ext::touch {mark}", id="ext"), pytest.param("--upload-pack=touch {mark}", id="option")],
)
def test_an_address_runs_no_command(tmp_path: Path, remote: str) -> None:
    mark = tmp_path / "ran"
    with pytest.raises(ForgeError):
        GitWorkspace.clone(tmp_path / "home", remote=remote.format(mark=mark), branch="main")
    assert not mark.exists()


# --- read --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("path", "text"),
    [
        pytest.param("src/a.py", "one\ntwo\nthree\n", id="plain"),
        pytest.param("run.sh", "#!/bin/sh\n", id="executable"),
        pytest.param("crlf.txt", "a\r\nb\r\n", id="line ends as they are"),
        pytest.param("nope.py", None, id="missing"),
        pytest.param("src", None, id="folder"),
        pytest.param("../theirs/src/b.py", None, id="outside"),
        pytest.param("link", None, id="symlink"),
    ],
)
def test_a_file_is_read_as_text_or_not_at_all(
    tmp_path: Path, theirs: Path, path: str, text: str | None
) -> None:
    assert cloned(tmp_path, theirs).read(path) == text


@pytest.mark.parametrize(
    ("content", "text"),
    [
        pytest.param(b"", "", id="empty"),
        pytest.param("naïve ✓\u2028\n".encode(), "naïve ✓\u2028\n", id="unicode"),
        pytest.param(b"a\0b", None, id="NUL"),
        pytest.param(b"caf\xe9", None, id="another encoding"),
        pytest.param(b"x" * MIB, "x" * MIB, id="just small enough"),
        pytest.param(b"x" * (MIB + 1), None, id="one byte too big"),
    ],
)
def test_only_small_utf8_is_text(tmp_path: Path, theirs: Path, content: bytes, text: str | None) -> None:
    commit(theirs, {"file": content})
    assert cloned(tmp_path, theirs).read("file") == text


@pytest.mark.parametrize("path", ODD, ids=ascii)
def test_a_file_of_any_name_is_read_patched_and_exported(tmp_path: Path, theirs: Path, path: str) -> None:
    commit(theirs, {path: b"old\n"})
    workspace = cloned(tmp_path, theirs)
    assert workspace.read(path) == "old\n"
    (change,) = workspace.patch({path: "new\n"}).changes
    assert change == Change("M", path, path, "100644", "100644", ("new",), 1)
    out = tmp_path / "out"
    out.mkdir()
    workspace.export(out)
    assert (out / path).read_bytes() == b"old\n"


def test_a_name_that_is_not_utf8_is_exported_and_kept_but_never_edited(tmp_path: Path, theirs: Path) -> None:
    sha = commit(theirs, {LATIN: b"old\n"})
    workspace = cloned(tmp_path, theirs)
    assert workspace.paths() == {*FILES, "link"}
    assert workspace.pairs(commit(theirs, {LATIN: b"new\n"})) == [("caf\ufffd.py", "old\n", "new\n")]
    patch = workspace.patch({"src/b.py": "B\n"})
    fixed = workspace.publish(patch, branch="homeostat/x", message="fix", when=NOW)
    assert git(theirs, "diff", "--name-only", sha, fixed) == "src/b.py"
    (tmp_path / "out").mkdir()
    workspace.export(tmp_path / "out")
    assert (tmp_path / "out" / LATIN).read_bytes() == b"old\n"


def test_a_submodule_is_no_file(tmp_path: Path, theirs: Path) -> None:
    git(theirs, "update-index", "--add", "--cacheinfo", f"160000,{'1' * 40},sub")
    git(theirs, "commit", "--quiet", "-m", "submodule")
    workspace = cloned(tmp_path, theirs)
    assert "sub" not in workspace.paths()
    assert workspace.read("sub") is None


# --- export ------------------------------------------------------------------------------------


def test_an_export_is_the_commit_without_git_data(tmp_path: Path, theirs: Path) -> None:
    out = tmp_path / "out"
    out.mkdir()
    cloned(tmp_path, theirs).export(out)
    assert {str(p.relative_to(out)) for p in out.rglob("*")} == {*FILES, "link", "src"}
    assert {path: (out / path).read_bytes() for path in FILES} == FILES
    assert (out / "link").readlink() == Path("src/a.py")
    assert (out / "run.sh").stat().st_mode & stat.S_IXUSR


def test_attributes_of_the_repository_change_no_byte_and_run_no_filter(tmp_path: Path, theirs: Path) -> None:
    mark = tmp_path / "ran"
    content = {"a.txt": b"lf\ncrlf\r\n", "b.id": b"$Id$\n", "c.f": b"plain\n", "u.txt": b"utf-8\n"}
    rules = (
        b"*.txt text eol=crlf\n*.id ident\n*.f filter=evil diff=evil\nu.txt working-tree-encoding=UTF-16\n"
    )
    blobs = {path: plain_blob(theirs, text) for path, text in {**content, ".gitattributes": rules}.items()}
    for path, blob in blobs.items():
        git(theirs, "update-index", "--add", "--cacheinfo", f"100644,{blob},{path}")
    git(theirs, "commit", "--quiet", "-m", "attributes")
    workspace = cloned(tmp_path, theirs)
    for key in ("filter.evil.smudge", "filter.evil.clean", "diff.evil.command", "diff.evil.textconv"):
        git(tmp_path / "home" / "target.git", "config", key, f"touch {mark}")
    out = tmp_path / "out"
    out.mkdir()
    workspace.export(out)
    patch = workspace.patch({"c.f": "changed\n"})
    assert {path: (out / path).read_bytes() for path in content} == content
    assert "-plain\n+changed\n" in patch.diff
    assert not mark.exists()


def plain_blob(where: Path, content: bytes) -> str:
    done = subprocess.run(
        ["git", "-C", where, "hash-object", "-w", "--no-filters", "--stdin"],
        input=content,
        capture_output=True,
        check=True,
    )
    return done.stdout.decode().strip()


# --- what never runs ---------------------------------------------------------------------------

HOOKS = (
    "post-checkout",
    "post-index-change",
    "pre-push",
    "pre-commit",
    "commit-msg",
    "reference-transaction",
)


def hostile(where: Path, mark: Path) -> None:
    """Hooks and commands that leave a mark when git runs them."""
    where.mkdir(parents=True, exist_ok=True)
    for hook in HOOKS:
        (where / hook).write_text(f"#!/bin/sh\ntouch '{mark}'\n")
        (where / hook).chmod(0o755)


def hostile_settings(hooks: Path, mark: Path) -> str:
    command = f"touch {mark}"
    return (
        f"[core]\nhooksPath = {hooks}\nfsmonitor = {command}\npager = {command}\nsshCommand = {command}\n"
        f"[diff]\nexternal = {command}\n[commit]\ngpgSign = true\n[gpg]\nprogram = {command}\n"
        f"[init]\ntemplateDir = {hooks.parent}\n[credential]\nhelper = !{command}\n"
    )


def test_settings_and_hooks_of_the_user_never_run(
    tmp_path: Path, theirs: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    mark = tmp_path / "ran"
    hostile(tmp_path / "user" / "hooks", mark)
    (tmp_path / "user" / ".gitconfig").write_text(hostile_settings(tmp_path / "user" / "hooks", mark))
    for name in ("HOME", "XDG_CONFIG_HOME"):
        monkeypatch.setenv(name, str(tmp_path / "user"))
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", str(tmp_path / "user" / ".gitconfig"))
    monkeypatch.setenv("GIT_DIR", "/nowhere")
    monkeypatch.setenv("GIT_EXTERNAL_DIFF", f"touch {mark}")
    workspace = cloned(tmp_path, theirs)
    patch = workspace.patch({"src/a.py": "x\n"})
    workspace.publish(patch, branch="homeostat/x", message="fix", when=NOW)
    (tmp_path / "out").mkdir()
    workspace.export(tmp_path / "out")
    assert "+x\n" in patch.diff
    assert not mark.exists()


def test_settings_and_hooks_of_a_checkout_never_run(tmp_path: Path, theirs: Path) -> None:
    mark = tmp_path / "ran"
    hostile(theirs / ".git" / "hooks", mark)
    with (theirs / ".git" / "config").open("a") as file:
        file.write(hostile_settings(theirs / ".git" / "hooks", mark))
    write(theirs, {".gitattributes": b"* filter=evil\n", "src/a.py": b"dirty\n"})
    folder = GitWorkspace.snapshot(tmp_path / "one", checkout=theirs, when=NOW)
    commit_ = GitWorkspace.at(tmp_path / "two", checkout=theirs, revision="HEAD")
    clone = GitWorkspace.clone(tmp_path / "three", remote=str(theirs), branch="main")
    assert [w.read("src/a.py") for w in (folder, commit_, clone)] == ["dirty\n", *["one\ntwo\nthree\n"] * 2]
    assert not mark.exists()


# --- patch -------------------------------------------------------------------------------------


def test_no_edit_is_an_empty_patch(tmp_path: Path, theirs: Path) -> None:
    workspace = cloned(tmp_path, theirs)
    patch = workspace.patch({"src/b.py": "b\n"})
    assert (patch.diff, patch.changes, patch.base) == ("", (), workspace.base)
    assert patch.tree == git(theirs, "rev-parse", "HEAD^{tree}")


@pytest.mark.parametrize(
    ("path", "text", "change"),
    [
        pytest.param("src/a.py", "one\n2\nthree\n", ("M", "100644", "100644", ("2",), 1), id="modify"),
        pytest.param("run.sh", "", ("M", "100755", "100755", (), 1), id="mode kept"),
        pytest.param("new/c.py", "x\ny", ("A", "100644", "000000", ("x", "y"), 0), id="add"),
        pytest.param(
            "src/b.py",
            "++ x\n-- y\n@@ z\n",
            ("M", "100644", "100644", ("++ x", "-- y", "@@ z"), 1),
            id="signs",
        ),
        pytest.param("crlf.txt", "a\r\nc\r\n", ("M", "100644", "100644", ("c\r",), 1), id="line ends"),
        pytest.param("bin", "a\0b", ("A", "100644", "000000", (), 0), id="binary"),
    ],
)
def test_a_patch_is_judged_by_git(
    tmp_path: Path, theirs: Path, path: str, text: str, change: tuple[str, str, str, tuple[str, ...], int]
) -> None:
    patch = cloned(tmp_path, theirs).patch({path: text})
    status, mode, old_mode, added, removed = change
    assert patch.changes == (Change(status, path, path, mode, old_mode, added, removed, path == "bin"),)
    assert patch.diff.startswith(f"diff --git a/{path} b/{path}\n")


def test_a_patch_of_many_files_is_one_tree(tmp_path: Path, theirs: Path) -> None:
    workspace = cloned(tmp_path, theirs)
    edits = {"src/b.py": "B\n", "src/c.py": "c\n", "src/a.py": "A\n"}
    patch = workspace.patch(edits)
    assert [(c.status, c.path) for c in patch.changes] == [
        ("M", "src/a.py"),
        ("M", "src/b.py"),
        ("A", "src/c.py"),
    ]
    sha = workspace.publish(patch, branch="homeostat/x", message="m", when=NOW)
    assert {path: git(theirs, "show", f"{sha}:{path}") + "\n" for path in edits} == edits
    assert workspace.read("src/a.py") == "one\ntwo\nthree\n"


# --- pairs -------------------------------------------------------------------------------------


def test_pairs_are_the_modified_text_files(tmp_path: Path, theirs: Path) -> None:
    commit(theirs, {"bin": b"\0", "gone.py": b"g\n"})
    (theirs / "gone.py").unlink()
    sha = commit(theirs, {"src/a.py": b"A\n", "new\nline.py": b"n\n", "bin": b"\0\0", "crlf.txt": b"a\r\n"})
    assert cloned(tmp_path, theirs).pairs(sha) == [
        ("crlf.txt", "a\r\nb\r\n", "a\r\n"),
        ("src/a.py", "one\ntwo\nthree\n", "A\n"),
    ]


def test_renames_links_and_changes_of_kind_are_no_pairs(tmp_path: Path, theirs: Path) -> None:
    git(theirs, "mv", "src/a.py", "src/moved.py")
    (theirs / "link").unlink()
    (theirs / "link").symlink_to("src/b.py")
    (theirs / "crlf.txt").unlink()
    (theirs / "crlf.txt").symlink_to("src/b.py")
    sha = commit(theirs, {"run.sh": b"#!/bin/bash\n"})
    assert cloned(tmp_path, theirs).pairs(sha) == [("run.sh", "#!/bin/sh\n", "#!/bin/bash\n")]


def test_a_merge_is_compared_with_its_first_parent(tmp_path: Path, theirs: Path) -> None:
    git(theirs, "checkout", "--quiet", "-b", "fix")
    commit(theirs, {"src/a.py": b"A\n"})
    git(theirs, "checkout", "--quiet", "main")
    commit(theirs, {"src/b.py": b"B\n"})
    git(theirs, "merge", "--quiet", "--no-edit", "fix")
    merge = git(theirs, "rev-parse", "HEAD")
    assert cloned(tmp_path, theirs).pairs(merge) == [("src/a.py", "one\ntwo\nthree\n", "A\n")]


def test_a_commit_beside_the_branch_is_fetched(tmp_path: Path, theirs: Path) -> None:
    git(theirs, "checkout", "--quiet", "-b", "fix")
    sha = commit(theirs, {"src/a.py": b"A\n"})
    git(theirs, "checkout", "--quiet", "main")
    assert cloned(tmp_path, theirs).pairs(sha) == [("src/a.py", "one\ntwo\nthree\n", "A\n")]


def test_the_first_commit_of_a_history_has_no_pairs_to_tell(tmp_path: Path, theirs: Path) -> None:
    workspace = cloned(tmp_path, theirs)
    with pytest.raises(ForgeError, match="git diff-tree failed"):
        workspace.pairs(workspace.base)


def test_a_commit_that_is_nowhere_has_no_pairs_or_is_told_in_gits_words(tmp_path: Path, theirs: Path) -> None:
    assert cloned(tmp_path, theirs).pairs("1" * 40) == []
    with pytest.raises(ForgeError, match="git cat-file failed"):
        GitWorkspace.snapshot(tmp_path / "two", checkout=theirs, when=NOW).pairs("1" * 40)


# --- publish and commit ------------------------------------------------------------------------


def published(workspace: GitWorkspace, text: str = "x\n", branch: str = "homeostat/f1") -> str:
    return workspace.publish(
        workspace.patch({"src/a.py": text}), branch=branch, message="fix: it\n\nbody", when=NOW
    )


def test_publish_makes_our_branch(tmp_path: Path, theirs: Path) -> None:
    workspace = cloned(tmp_path, theirs)
    sha = published(workspace)
    assert git(theirs, "rev-parse", "homeostat/f1") == sha
    assert git(theirs, "rev-parse", f"{sha}^", "main") == f"{workspace.base}\n{workspace.base}"
    told = git(theirs, "show", "-s", "--format=%an|%ae|%cn|%ce|%aI|%B", sha)
    assert told == f"{BOT}|{BOT_EMAIL}|{BOT}|{BOT_EMAIL}|2025-03-01T12:30:00+00:00|fix: it\n\nbody"
    assert git(theirs, "show", f"{sha}:src/a.py") == "x"


def test_publish_again_does_nothing(tmp_path: Path, theirs: Path) -> None:
    first = published(cloned(tmp_path, theirs))
    hook = theirs / ".git" / "hooks" / "pre-receive"
    hook.parent.mkdir(exist_ok=True)
    hook.write_text("#!/bin/sh\nexit 1\n")
    hook.chmod(0o755)
    again = GitWorkspace.clone(tmp_path / "two", remote=str(theirs), branch="main")
    assert published(again) == first
    with pytest.raises(ForgeError, match="pre-receive hook declined"):
        published(again, "y\n")


def test_publish_replaces_what_stood_on_our_branch(tmp_path: Path, theirs: Path) -> None:
    workspace = cloned(tmp_path, theirs)
    first, second = published(workspace), published(workspace, "y\n")
    assert first != second
    assert git(theirs, "rev-parse", "homeostat/f1", "homeostat/f1^") == f"{second}\n{workspace.base}"


def test_commit_moves_the_branch_under_repair(tmp_path: Path, theirs: Path) -> None:
    workspace = cloned(tmp_path, theirs)
    sha = workspace.commit(workspace.patch({"src/a.py": "x\n"}), message="fix", when=NOW)
    assert git(theirs, "rev-parse", "main", "main^") == f"{sha}\n{workspace.base}"


def test_commit_is_refused_when_the_branch_has_moved(tmp_path: Path, theirs: Path) -> None:
    workspace = cloned(tmp_path, theirs)
    moved = commit(theirs, {"src/b.py": b"B\n"})
    with pytest.raises(ForgeError, match="stale info"):
        workspace.commit(workspace.patch({"src/a.py": "x\n"}), message="fix", when=NOW)
    assert git(theirs, "rev-parse", "main") == moved


def test_commit_is_refused_when_the_branch_is_gone(tmp_path: Path, theirs: Path) -> None:
    workspace = cloned(tmp_path, theirs)
    git(theirs, "checkout", "--quiet", "-b", "other")
    git(theirs, "branch", "-D", "main")
    with pytest.raises(ForgeError, match="stale info"):
        workspace.commit(workspace.patch({"src/a.py": "x\n"}), message="fix", when=NOW)


# --- whose work it is --------------------------------------------------------------------------


def test_a_commit_is_found_by_a_line_of_its_message(tmp_path: Path, theirs: Path) -> None:
    line = "Fingerprint: a.*[1]"
    old, new = (commit(theirs, {}, f"fix\n\n{line}") for _ in range(2))
    commit(theirs, {}, "Fingerprint: abc1")
    workspace = cloned(tmp_path, theirs)
    assert old != new
    assert workspace.commits_with(line) == [new, old]
    assert workspace.commits_with("Fingerprint: nope") == []
    assert workspace.commits_with(line[:-1]) == []


def test_a_branch_of_ours_has_no_stranger(tmp_path: Path, theirs: Path) -> None:
    workspace = cloned(tmp_path, theirs)
    assert workspace.stranger_on("homeostat/f1") is None
    published(workspace)
    assert workspace.stranger_on("homeostat/f1") is None


@pytest.mark.parametrize("name", ["Ada Lovelace", "Ada\u2028L\x85ovelace", "ada|ö"], ids=ascii)
def test_a_person_on_our_branch_is_named(tmp_path: Path, theirs: Path, name: str) -> None:
    workspace = cloned(tmp_path, theirs)
    published(workspace)
    git(theirs, "checkout", "--quiet", "homeostat/f1")
    commit(theirs, {"src/b.py": b"B\n"}, author=f"{name} <ada@x.example>")
    commit(theirs, {"src/c.py": b"c\n"}, author=f"{BOT} <{BOT_EMAIL}>")
    assert workspace.stranger_on("homeostat/f1") == name


def test_people_on_the_base_are_no_strangers(tmp_path: Path, theirs: Path) -> None:
    workspace = cloned(tmp_path, theirs)
    commit(theirs, {"src/b.py": b"B\n"})
    fresh = GitWorkspace.clone(tmp_path / "two", remote=str(theirs), branch="main")
    published(fresh)
    assert fresh.stranger_on("homeostat/f1") is None
    assert workspace.stranger_on("homeostat/f1") is None


def test_without_a_remote_there_is_no_stranger(tmp_path: Path, theirs: Path) -> None:
    assert snapshot(tmp_path, theirs).stranger_on("main") is None


# --- snapshot of a local folder ----------------------------------------------------------------


def test_a_snapshot_holds_the_files_as_they_are_now(tmp_path: Path, theirs: Path) -> None:
    write(theirs, {"src/a.py": b"dirty\n", "untracked.py": b"u\n", "debug.log": b"l\n", "deps/x.js": b"x\n"})
    write(theirs, {".gitignore": b"*.log\n/deps/\n"})
    (theirs / "src/b.py").unlink()
    workspace = snapshot(tmp_path, theirs)
    expected = {*FILES, "link", "untracked.py", ".gitignore"} - {"src/b.py"}
    assert workspace.paths() == expected
    assert workspace.read("src/a.py") == "dirty\n"
    assert workspace.read("link") is None


def test_a_snapshot_leaves_the_folder_and_its_git_as_they_are(tmp_path: Path, theirs: Path) -> None:
    write(theirs, {"src/a.py": b"dirty\n", "untracked.py": b"u\n", "crlf.txt": b"staged\n"})
    git(theirs, "add", "crlf.txt")
    before = tree(theirs)
    workspace = snapshot(tmp_path, theirs)
    workspace.patch({"src/a.py": "x\n"})
    workspace.copy_worktree(tmp_path / "copy")
    assert tree(theirs) == before


def test_a_folder_without_git_can_be_snapshot(tmp_path: Path) -> None:
    folder = tmp_path / "folder"
    write(folder, dict.fromkeys(ODD, b"x\n"))
    before = tree(folder)
    assert snapshot(tmp_path, folder).paths() == set(ODD)
    assert tree(folder) == before


def test_an_empty_folder_is_an_empty_snapshot(tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    assert snapshot(tmp_path, tmp_path / "folder").paths() == frozenset()


def test_the_same_files_are_the_same_snapshot(tmp_path: Path, theirs: Path) -> None:
    bases = [GitWorkspace.snapshot(tmp_path / n, checkout=theirs, when=NOW).base for n in ("one", "two")]
    assert bases[0] == bases[1]


def test_a_copy_has_what_git_ignores_and_no_git_data(tmp_path: Path, theirs: Path) -> None:
    write(theirs, {".gitignore": b"deps/\n", "deps/.git/x": b"x", "deps/y.js": b"y\n"})
    copy = tmp_path / "copy"
    copy.mkdir()
    snapshot(tmp_path, theirs).copy_worktree(copy)
    assert sorted(p.name for p in copy.iterdir()) == [
        ".gitignore",
        "crlf.txt",
        "deps",
        "link",
        "run.sh",
        "src",
    ]
    assert (copy / "deps/.git/x").read_bytes() == b"x"
    assert (copy / "link").readlink() == Path("src/a.py")
    assert (copy / "run.sh").stat().st_mode & stat.S_IXUSR


# --- one commit of a local repository ----------------------------------------------------------


@pytest.mark.parametrize("revision", ["HEAD^", "main~1", "old"])
def test_a_commit_of_a_local_repository_comes_with_its_history(
    tmp_path: Path, theirs: Path, revision: str
) -> None:
    sha = commit(theirs, {"src/a.py": b"A\n"})
    git(theirs, "tag", "-a", "-m", "t", "old")
    commit(theirs, {"src/a.py": b"later\n"})
    before = tree(theirs)
    workspace = GitWorkspace.at(tmp_path / "home", checkout=theirs, revision=revision)
    assert workspace.base == sha
    assert workspace.read("src/a.py") == "A\n"
    assert workspace.pairs(sha) == [("src/a.py", "one\ntwo\nthree\n", "A\n")]
    assert tree(theirs) == before


def test_a_bare_repository_and_a_linked_worktree_are_repositories_too(tmp_path: Path, theirs: Path) -> None:
    git(tmp_path, "clone", "--quiet", "--bare", str(theirs), "bare.git")
    git(theirs, "worktree", "add", "--quiet", "--detach", str(tmp_path / "linked"))
    for home, place in (("one", "bare.git"), ("two", "linked")):
        workspace = GitWorkspace.at(tmp_path / home, checkout=tmp_path / place, revision="HEAD")
        assert workspace.base == git(theirs, "rev-parse", "main")


@pytest.mark.parametrize(
    "revision",
    ["nope", "0" * 40, "--all", "", "main:src/a.py"],
    ids=["name", "sha", "option", "empty", "file"],
)
def test_a_missing_commit_is_told_with_what_to_do(tmp_path: Path, theirs: Path, revision: str) -> None:
    with pytest.raises(ForgeError, match=f"has no commit '{revision}': give a commit of that repository"):
        GitWorkspace.at(tmp_path / "home", checkout=theirs, revision=revision)


def test_a_folder_that_is_no_repository_has_no_commit(tmp_path: Path) -> None:
    with pytest.raises(ForgeError, match="has no commit 'HEAD'"):
        GitWorkspace.at(tmp_path / "home", checkout=tmp_path, revision="HEAD")


# --- back into the checkout --------------------------------------------------------------------


def test_a_fix_is_written_back_with_its_mode_and_line_ends(tmp_path: Path, theirs: Path) -> None:
    workspace = snapshot(tmp_path, theirs)
    assert workspace.write_back({"run.sh": "#!/bin/bash\r\n✓", "src/a.py": "x\n"}) == []
    assert (theirs / "run.sh").read_bytes() == "#!/bin/bash\r\n✓".encode()
    assert stat.S_IMODE((theirs / "run.sh").stat().st_mode) == 0o755
    assert (theirs / "src/a.py").read_bytes() == b"x\n"
    assert sorted(p.name for p in (theirs / "src").iterdir()) == ["a.py", "b.py"]


def changed(path: Path) -> None:
    path.write_text("mine\n")


def linked(path: Path) -> None:
    content = path.read_bytes()
    path.with_name("real").write_bytes(content)
    path.unlink()
    path.symlink_to("real")


def foldered(path: Path) -> None:
    path.unlink()
    path.mkdir()


@pytest.mark.parametrize("meddle", [changed, linked, foldered, Path.unlink])
def test_a_file_that_changed_meanwhile_is_left_alone(tmp_path: Path, theirs: Path, meddle: object) -> None:
    assert callable(meddle)
    workspace = snapshot(tmp_path, theirs)
    meddle(theirs / "src/a.py")
    before = tree(theirs / "src")
    assert workspace.write_back({"src/a.py": "x\n", "crlf.txt": "y\n"}) == ["src/a.py"]
    assert tree(theirs / "src") == before
    assert (theirs / "crlf.txt").read_bytes() == b"y\n"


# --- who mentions a word -----------------------------------------------------------------------


def test_no_words_are_mentioned_nowhere(tmp_path: Path, theirs: Path) -> None:
    assert cloned(tmp_path, theirs).mentions([]) == []


def test_a_word_that_nobody_mentions_is_found_nowhere(tmp_path: Path, theirs: Path) -> None:
    assert cloned(tmp_path, theirs).mentions(["nowhere"]) == []


@pytest.mark.parametrize(
    ("words", "found"),
    [
        pytest.param(["total"], ["c.py", "d/e.py"], id="as a word"),
        pytest.param(["totals"], ["f.py"], id="not as a part"),
        pytest.param(["total", "totals"], ["c.py", "d/e.py", "f.py"], id="one of them"),
        pytest.param(["t.tal"], [], id="no pattern"),
        pytest.param(["-v"], ["g.py"], id="no option"),
        pytest.param(["$price"], ["h.php"], id="with a sign"),
        pytest.param(["Total"], [], id="with its case"),
        pytest.param([""], [], id="an empty one"),
        pytest.param(["", "totals"], ["f.py"], id="an empty one among others"),
        pytest.param(["naïve"], ["naïve ✓.py"], id="letters of all kinds"),
        pytest.param(["nothing\nat"], [], id="more than a line"),
    ],
)
def test_a_word_is_found_as_it_stands(
    tmp_path: Path, theirs: Path, words: list[str], found: list[str]
) -> None:
    files = {
        "c.py": b"total(1)\n",
        "d/e.py": b"x = shop.total\n",
        "f.py": b"totals = 3\n",
        "g.py": b"run -v\nat\n",
        "h.php": b"<?php $price = 1;\n",
        "naïve ✓.py": "naïve\n".encode(),
    }
    commit(theirs, files)
    assert cloned(tmp_path, theirs).mentions(words) == found


def test_only_text_at_base_is_searched(tmp_path: Path, theirs: Path) -> None:
    (theirs / "total").symlink_to("total")
    git(theirs, "config", "grep.lineNumber", "true")
    commit(theirs, {"binary.bin": b"\0 total", LATIN: b"total\n", "sub/.gitattributes": b"* binary\n"})
    workspace = cloned(tmp_path, theirs)
    commit(theirs, {"later.py": b"total\n"})
    assert workspace.mentions(["total"]) == []


def test_odd_names_are_found_too(tmp_path: Path, theirs: Path) -> None:
    commit(theirs, dict.fromkeys(ODD, b"total\n"))
    assert sorted(cloned(tmp_path, theirs).mentions(["total"])) == sorted(ODD)


def test_a_snapshot_and_a_commit_are_searched_like_a_clone(tmp_path: Path, theirs: Path) -> None:
    sha = commit(theirs, {"src/total.py": b"total\n"})
    at = GitWorkspace.at(tmp_path / "at", checkout=theirs, revision=sha)
    assert at.mentions(["total"]) == snapshot(tmp_path, theirs).mentions(["total"]) == ["src/total.py"]
