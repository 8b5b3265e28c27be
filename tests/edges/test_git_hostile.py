"""Repositories that mean harm, over HTTP: nothing of theirs runs, is fetched, or leaves its tree."""

from __future__ import annotations

import io
import os
import subprocess
import tarfile
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest

from homeostat.edges.git import GitWorkspace, Remote
from homeostat.edges.git.command import Git
from homeostat.errors import ForgeError
from tests.git_server import GitServer

pytestmark = pytest.mark.slow

NOW = datetime(2026, 3, 2, 10, 17, tzinfo=UTC)
SLUG, TOKEN = "octo/app", "ghs_abcdefghij0123456789"
PERSON = {f"GIT_{who}_{part}": "x" for who in ("AUTHOR", "COMMITTER") for part in ("NAME", "EMAIL")}
MANY = 100_000


@dataclass(frozen=True)
class Lair:
    """A served repository that is made object by object, as no checkout would make it."""

    server: GitServer
    bare: Git
    home: Path

    def blob(self, content: bytes) -> str:
        return self.bare.text("hash-object", "-w", "--stdin", stdin=content)

    def tree(self, *entries: tuple[str, str, str]) -> str:
        """(mode, object, name) in this order, and unchecked: git's own tools would refuse some."""
        raw = b"".join(f"{m} {n}".encode() + b"\0" + bytes.fromhex(o) for m, o, n in entries)
        words = ("hash-object", "-t", "tree", "-w", "--literally", "--stdin")
        return self.bare.text(*words, stdin=raw)

    def import_file(self, path: str) -> None:
        """One file on main, its folders with it."""
        person = "committer x <x> 1 +0000\ndata 1\nx\n"
        script = f"commit refs/heads/main\n{person}M 100644 inline {path}\ndata 1\nx\n"
        self.bare("fast-import", "--quiet", "--force", stdin=script.encode())

    def commit(self, tree: str, date: str = "1 +0000") -> None:
        dates = {"GIT_AUTHOR_DATE": f"@{date}", "GIT_COMMITTER_DATE": f"@{date}"}
        made = self.bare.text("commit-tree", tree, "-m", "x", env=PERSON | dates)
        self.bare("update-ref", "refs/heads/main", made)

    def clone(self) -> GitWorkspace:
        remote = Remote(self.server.url(SLUG), TOKEN, patience=0.01)
        return GitWorkspace.clone(self.home, remote=remote, branch="main")

    def export(self) -> Path:
        out = self.home / "out/tree"
        out.mkdir(parents=True)
        self.clone().export(out)
        return out


@pytest.fixture
def lair(tmp_path: Path) -> Iterator[Lair]:
    bare = Git(tmp_path / f"served/{SLUG}.git")
    bare.init()
    bare("config", "uploadpack.allowFilter", "true")
    with GitServer(tmp_path / "served", {TOKEN: "rw"}) as server:
        yield Lair(server, bare, tmp_path / "home")


def archived(workspace: GitWorkspace) -> list[tarfile.TarInfo]:
    sink = io.BytesIO()
    workspace.archive(sink)
    with tarfile.open(fileobj=io.BytesIO(sink.getvalue())) as tar:
        return tar.getmembers()


def used(workspace: GitWorkspace, way: str) -> None:
    """Use the files of base in one of the ways that a leg knows."""
    with tempfile.TemporaryDirectory() as folder:
        ways: dict[str, Callable[[], object]] = {
            "paths": workspace.paths,
            "archive": lambda: archived(workspace),
            "export": lambda: workspace.export(Path(folder)),
            "patch": lambda: workspace.patch({"new.py": "x\n"}),
        }
        ways[way]()


# --- trees ----------------------------------------------------------------------------------------


ODD = [".GIT", "git~1", ".git ", ".git.", ".git::$INDEX_ALLOCATION", ".g\u200cit", "..", ".", "a/b"]


@pytest.mark.parametrize(
    ("name", "way"),
    [*((".git", way) for way in ("paths", "archive", "export", "patch")), *((odd, "archive") for odd in ODD)],
    ids=ascii,
)
def test_a_path_into_gits_folder_or_out_of_the_tree_is_refused_in_a_sentence(
    lair: Lair, name: str, way: str
) -> None:
    inner = lair.tree(("100644", lair.blob(b"[core]\n\tfsmonitor = touch pwned\n"), "config"))
    lair.commit(lair.tree(("40000", inner, name)))
    workspace = lair.clone()
    with pytest.raises(ForgeError, match=r"(?s)main holds a path that git refuses to write.*remove it"):
        used(workspace, way)


@pytest.mark.parametrize("way", ["archive", "export", "patch"])
def test_a_link_and_a_folder_of_one_name_are_refused(lair: Lair, tmp_path: Path, way: str) -> None:
    (tmp_path / "outside").mkdir()
    link = lair.blob(str(tmp_path / "outside").encode())
    inner = lair.tree(("100644", lair.blob(b"pwned\n"), "file"))
    lair.commit(lair.tree(("120000", link, "a"), ("40000", inner, "a")))
    with pytest.raises(ForgeError, match="main holds a path that git refuses to write"):
        used(lair.clone(), way)
    assert not list((tmp_path / "outside").iterdir())


def test_an_edit_below_a_link_is_no_edit_of_what_it_points_to(lair: Lair, tmp_path: Path) -> None:
    lair.commit(lair.tree(("120000", lair.blob(str(tmp_path).encode()), "a")))
    workspace = lair.clone()
    assert workspace.read("a") is None
    changes = workspace.patch({"a/file": "x\n"}).changes
    assert {(change.status, change.path) for change in changes} == {("D", "a"), ("A", "a/file")}
    assert not (tmp_path / "file").exists()


@pytest.mark.parametrize(
    "path",
    ["n" * 256, "é" * 128, "/".join(["folder"] * 700), "/".join(["d"] * 3000)],
    ids=["a letter too long", "a byte too long", "too long a path", "too deep"],
)
def test_a_name_that_linux_cannot_hold_is_told(lair: Lair, path: str) -> None:
    lair.import_file(path)
    with pytest.raises(ForgeError, match="too long a name for Linux: rename the file"):
        lair.clone().paths()


def test_the_longest_name_that_linux_holds_is_exported(lair: Lair) -> None:
    lair.commit(lair.tree(("100644", lair.blob(b"x\n"), "n" * 255)))
    assert (lair.export() / ("n" * 255)).read_bytes() == b"x\n"
    assert [member.name for member in archived(lair.clone())] == ["n" * 255]


def test_a_faulty_but_harmless_old_tree_is_healed_all_the_same(lair: Lair) -> None:
    inner = lair.tree(("100664", lair.blob(b"a\n"), "a.py"))
    lair.commit(lair.tree(("040000", inner, "src")))
    workspace = lair.clone()
    assert workspace.read("src/a.py") == "a\n"
    (change,) = workspace.patch({"src/a.py": "b\n"}).changes
    assert (change.status, change.path) == ("M", "src/a.py")
    used(workspace, "archive")
    used(workspace, "export")


@pytest.mark.parametrize("date", ["99999999999 +0000", "0 +0000", "1 +9999"])
def test_a_commit_of_any_date_is_archived_with_times_that_can_be_set(lair: Lair, date: str) -> None:
    lair.commit(lair.tree(("100644", lair.blob(b"x\n"), "x")), date)
    (member,) = archived(lair.clone())
    assert abs(member.mtime - datetime.now(UTC).timestamp()) < 3600


def test_a_hundred_thousand_files_come_in_one_round_trip(lair: Lair) -> None:
    blobs = [lair.blob(b"%d\n" % number) for number in range(10)]
    names = sorted(f"f{number:06}" for number in range(MANY))
    lair.commit(lair.tree(*(("100644", blobs[number % 10], name) for number, name in enumerate(names))))
    workspace = lair.clone()
    assert len(workspace.paths()) == MANY
    with open(os.devnull, "wb") as sink:  # noqa: PTH123 - a stream that holds nothing
        workspace.archive(sink)
    assert workspace.round_trips == 2


# --- what would run -------------------------------------------------------------------------------

FILTERS = (
    b"* filter=lfs diff=lfs merge=lfs -text\n"
    b"*.id ident\n*.e text eol=crlf\n*.x export-ignore\n*.s export-subst\n"
)
POINTER = b"version https://git-lfs.github.com/spec/v1\noid sha256:" + b"1" * 64 + b"\nsize 4\n"


def test_no_driver_of_the_repository_or_the_machine_converts_a_byte(
    lair: Lair, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    mark = tmp_path / "ran"
    settings = "".join(
        f'[filter "lfs"]\n\t{what} = touch {mark}\n' for what in ("smudge", "clean", "process")
    )
    (tmp_path / ".gitconfig").write_text(
        f"{settings}[core]\n\tfsmonitor = touch {mark}\n\thooksPath = {tmp_path}\n"
    )
    for hook in ("post-checkout", "post-index-change", "reference-transaction", "pre-push"):
        (tmp_path / hook).write_text(f"#!/bin/sh\ntouch {mark}\n")
        (tmp_path / hook).chmod(0o755)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", str(tmp_path / ".gitconfig"))
    monkeypatch.setenv("GIT_TEMPLATE_DIR", str(tmp_path))
    files = {
        ".gitattributes": FILTERS, ".lfsconfig": f"[lfs]\n\turl = {lair.server.url('evil/lfs')}\n".encode(),
        "big.bin": POINTER, "a.id": b"$Id$\n", "b.e": b"x\n", "c.x": b"x\n", "d.s": b"$Format:%H$\n",
    }  # fmt: skip
    lair.commit(lair.tree(*(("100644", lair.blob(text), name) for name, text in sorted(files.items()))))
    out = lair.export()
    workspace = lair.clone()
    workspace.publish(workspace.patch({"b.e": "y\n"}), branch="homeostat/x", message="fix", when=NOW)
    sink = io.BytesIO()
    workspace.archive(sink)
    with tarfile.open(fileobj=io.BytesIO(sink.getvalue())) as tar:
        packed = {name: tar.extractfile(name).read() for name in tar.getnames()}  # type: ignore[union-attr]
    assert {path.name: path.read_bytes() for path in out.iterdir()} == packed == files
    assert not mark.exists()
    assert not [seen for seen in lair.server.seen if "evil" in seen.target]


@pytest.mark.parametrize(
    "url", ["ext::touch {mark}", "--upload-pack=touch {mark}", "file://{mark}", "http://{host}/evil/sub.git"]
)
def test_a_submodule_is_neither_fetched_nor_run(lair: Lair, tmp_path: Path, url: str) -> None:
    mark = tmp_path / "ran"
    told = url.format(mark=mark, host=lair.server.host)
    run = f"update = !touch {mark}\n\tfetchRecurseSubmodules = true"
    modules = f'[submodule "s"]\n\tpath = s\n\turl = {told}\n\t{run}\n'
    lair.commit(lair.tree(("100644", lair.blob(modules.encode()), ".gitmodules"), ("160000", "1" * 40, "s")))
    out = lair.export()
    workspace = lair.clone()
    patch = workspace.patch({"new.py": "x\n"})
    workspace.publish(patch, branch="homeostat/x", message="fix", when=NOW)
    assert lair.bare.text("ls-tree", "homeostat/x", "s").startswith(f"160000 commit {'1' * 40}")
    assert [member.name for member in archived(workspace) if member.isfile()] == [".gitmodules"]
    assert not mark.exists()
    assert not any((out / "s").iterdir())
    assert {seen.target.split(".git")[0] for seen in lair.server.seen} == {f"/{SLUG}"}


# --- the machine ----------------------------------------------------------------------------------


def test_a_local_repository_of_another_user_is_read_and_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """git itself offers this variable to make every repository one of another user."""
    bare = Git(tmp_path / "bare.git")
    bare.init()
    blob = bare.text("hash-object", "-w", "--stdin", stdin=b"x\n")
    tree = bare.text("mktree", stdin=f"100644 blob {blob}\tx.py\n".encode())
    bare("update-ref", "refs/heads/main", bare.text("commit-tree", tree, "-m", "x", env=PERSON))
    real = subprocess.run(["which", "git"], capture_output=True, text=True, check=True).stdout.strip()
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin/git").write_text(f'#!/bin/sh\nGIT_TEST_ASSUME_DIFFERENT_OWNER=1 exec {real} "$@"\n')
    (tmp_path / "bin/git").chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path / 'bin'}:{os.environ['PATH']}")
    refused = subprocess.run(
        ["git", "ls-remote", str(bare.git_dir)], capture_output=True, text=True, check=False,
        env={"PATH": os.environ["PATH"], "GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1"},
    )  # fmt: skip
    assert "dubious ownership" in refused.stderr
    workspace = GitWorkspace.clone(tmp_path / "home", remote=str(bare.git_dir), branch="main")
    assert workspace.read("x.py") == "x\n"
    pushed = workspace.publish(workspace.patch({"x.py": "y\n"}), branch="homeostat/x", message="f", when=NOW)
    assert bare.text("rev-parse", "homeostat/x") == pushed
