"""Raw patches through real git: what is refused before it, what it refuses, what it makes of the rest."""
# ruff: noqa: E501, ISC004 - a patch is a line

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from homeostat.edges.git import GitWorkspace
from homeostat.edges.git.apply import MAX_BYTES, MAX_HUNKS, MAX_LINES, MAX_SECTIONS, bare, read
from homeostat.edges.git.sketch import sketched
from homeostat.errors import PatchError
from homeostat.records import Patch
from tests.growth import even

pytestmark = pytest.mark.slow
HUNK = "@@ -1,3 +1,3 @@\n one\n-two\n+2\n three\n"
PLAIN = f"--- a/src/a.py\n+++ b/src/a.py\n{HUNK}"
GIT = f"diff --git a/src/a.py b/src/a.py\nindex 4cb29ea..1111111 100644\n{PLAIN}"
NEW = "diff --git a/{0} b/{0}\nnew file mode {1}\n--- /dev/null\n+++ b/{0}\n@@ -0,0 +1 @@\n+x\n"
MAIL = f"From {'a' * 40} Mon Sep 17 00:00:00 2001\nFrom: Ann <ann@example.org>\nSubject: [PATCH] Mend\n\nIt was two.\n---\n src/a.py | 2 +-\n 1 file changed\n\n"
SIGNED = "-- \n2.39.5\n\n"


def git(where: Path, *words: str) -> None:
    who = {f"GIT_{role}_{part}": "x" for role in ("AUTHOR", "COMMITTER") for part in ("NAME", "EMAIL")}
    env = {"PATH": os.environ["PATH"], "HOME": os.devnull, "GIT_CONFIG_GLOBAL": os.devnull, **who}
    subprocess.run(["git", "-C", where, *words], env=env, capture_output=True, check=True)


@pytest.fixture(scope="module")
def checkout(tmp_path_factory: pytest.TempPathFactory) -> GitWorkspace:
    top = tmp_path_factory.mktemp("target")
    git(top, "init", "--quiet", "--template=")
    (top / "src").mkdir()
    (top / "src/a.py").write_text("one\ntwo\nthree\n")
    (top / "src/b.py").write_text("b\n" * 9)
    (top / "src/crlf.py").write_bytes(b"one\r\ntwo\r\nthree\r\n")
    for name in ("top.py", "src/top.py", "deep.py"):
        (top / name).write_text("one\ntwo\nthree\n")
    git(top, "add", "--all")
    git(top, "commit", "--quiet", "-m", "m")
    return GitWorkspace.at(tmp_path_factory.mktemp("home"), checkout=top, revision="HEAD")


def told(patch: Patch) -> list[tuple[str, str, str]]:
    return [(change.status, change.old_path, change.path) for change in patch.changes]


CHANGED = [("M", "src/a.py", "src/a.py")]
READ = {
    "git's own diff": (GIT, CHANGED),
    "without diff --git": (PLAIN, CHANGED),
    "with times": (PLAIN.replace("a/src/a.py", "a/src/a.py\t2024-01-01 00:00:00"), CHANGED),
    "with diff -u": (f"diff -ru a/src/a.py b/src/a.py\n{PLAIN}", CHANGED),
    "with Index": (f"Index: src/a.py\n{'=' * 67}\n{PLAIN}", CHANGED),
    "a mail": (MAIL + GIT + SIGNED, CHANGED),
    "a mail with line ends of Windows in its headers": (
        GIT.replace("a/src/a.py b/src/a.py\n", "a/src/a.py b/src/a.py\r\n"),
        CHANGED,
    ),
    "two mails": (
        MAIL + GIT + SIGNED + MAIL + NEW.format("src/c.py", "100644") + SIGNED,
        [*CHANGED, ("A", "src/c.py", "src/c.py")],
    ),
    "words before it": (f"Here is the fix:\n\n{GIT}", CHANGED),
    "a new file": (NEW.format("src/c.py", "100644"), [("A", "src/c.py", "src/c.py")]),
    "a new file without diff --git": (
        "--- /dev/null\n+++ b/src/c.py\n@@ -0,0 +1 @@\n+x\n",
        [("A", "src/c.py", "src/c.py")],
    ),
    "a deleted file": (
        "diff --git a/src/a.py b/src/a.py\ndeleted file mode 100644\n--- a/src/a.py\n+++ /dev/null\n"
        "@@ -1,3 +0,0 @@\n-one\n-two\n-three\n",
        [("D", "src/a.py", "src/a.py")],
    ),
    "a rename": (
        "diff --git a/src/b.py b/src/c.py\nsimilarity index 100%\nrename from src/b.py\nrename to src/c.py\n",
        [("R", "src/b.py", "src/c.py")],
    ),
    "a copy": (
        "diff --git a/src/b.py b/src/c.py\nsimilarity index 100%\ncopy from src/b.py\ncopy to src/c.py\n",
        [("C", "src/b.py", "src/c.py")],
    ),
    "a mode": (
        "diff --git a/src/a.py b/src/a.py\nold mode 100644\nnew mode 100755\n",
        CHANGED,
    ),
    "a link": (
        "diff --git a/src/l b/src/l\nnew file mode 120000\n--- /dev/null\n+++ b/src/l\n@@ -0,0 +1 @@\n"
        "+/etc/passwd\n\\ No newline at end of file\n",
        [("A", "src/l", "src/l")],
    ),
    "a submodule": (
        f"diff --git a/src/m b/src/m\nnew file mode 160000\n--- /dev/null\n+++ b/src/m\n@@ -0,0 +1 @@\n"
        f"+Subproject commit {'a' * 40}\n",
        [("A", "src/m", "src/m")],
    ),
    "a name in quotes": (
        NEW.format("X", "100644")
        .replace("a/X b/X", r'"a/src/na\303\257ve.py" "b/src/na\303\257ve.py"')
        .replace("b/X", r'"b/src/na\303\257ve.py"'),
        [("A", "src/naïve.py", "src/naïve.py")],
    ),
    "an empty file with a name in quotes": (
        'diff --git "a/src/\\303\\274.py" "b/src/\\303\\274.py"\nnew file mode 100644\nindex 0000000..e69de29\n',
        [("A", "src/ü.py", "src/ü.py")],
    ),
    "a binary file": (
        "diff --git a/src/i.png b/src/i.png\nnew file mode 100644\nindex "
        "0000000000000000000000000000000000000000..f76dd238ade08917e6712764a16a22005a50573d\n"
        "GIT binary patch\nliteral 1\nIcmZPo000310RR91\n\nliteral 0\nHcmV?d00001\n\n",
        [("A", "src/i.png", "src/i.png")],
    ),
}


@pytest.mark.parametrize(("text", "expected"), READ.values(), ids=READ)
def test_a_patch_is_what_git_makes_of_it(
    checkout: GitWorkspace, text: str, expected: list[tuple[str, str, str]]
) -> None:
    assert told(checkout.applied(text.encode())) == expected


@pytest.mark.parametrize(("text", "expected"), READ.values(), ids=READ)
def test_without_a_checkout_the_base_is_made_of_the_patch(
    tmp_path: Path, text: str, expected: list[tuple[str, str, str]]
) -> None:
    assert told(sketched(tmp_path, text.encode()).applied(text.encode())) == expected


def test_line_ends_of_windows_are_kept(checkout: GitWorkspace) -> None:
    text = "--- a/src/crlf.py\n+++ b/src/crlf.py\n@@ -1,3 +1,3 @@\n one\r\n-two\r\n+2\r\n three\r\n"
    assert checkout.applied(text.encode()).changes[0].after == "one\r\n2\r\nthree\r\n"


def test_the_texts_before_and_after_are_at_hand(checkout: GitWorkspace) -> None:
    (change,) = checkout.applied(GIT.encode()).changes
    assert (change.before, change.after) == ("one\ntwo\nthree\n", "one\n2\nthree\n")


def test_the_sketch_has_blank_lines_where_nothing_is_known(tmp_path: Path) -> None:
    text = b"--- a/a.py\n+++ b/a.py\n@@ -3,2 +3,2 @@\n c\n-d\n+D\n@@ -7,1 +7,1 @@\n-g\n+G\n"
    with pytest.raises(PatchError, match="git refuses"):
        sketched(tmp_path / "odd", text).applied(text)  # the first hunk says that it ends the file
    text = b"--- a/a.py\n+++ b/a.py\n@@ -3,3 +3,3 @@\n c\n-d\n+D\n e\n"
    (change,) = sketched(tmp_path / "even", text).applied(text).changes
    assert change.before == "\n\nc\nd\ne\n"


BARE = {
    "diff -u": PLAIN.replace("a/src", "src").replace("b/src", "src"),
    "diff -u with times": f"--- src/a.py\t2024-01-01 00:00:00\n+++ src/a.py\t2024-01-01 00:00:01\n{HUNK}",
    "git diff --no-prefix": GIT.replace("a/src", "src").replace("b/src", "src"),
    "a name in quotes": rf"""diff --git "src/\141.py" "src/\141.py"
--- "src/\141.py"
+++ "src/\141.py"
{HUNK}""",
    "Subversion's": f"Index: src/a.py\n{'=' * 67}\n--- src/a.py\t(revision 1)\n+++ src/a.py\t(working copy)\n{HUNK}",
    "two files of one name": f"--- top.py\n+++ top.py\n{HUNK}--- deep.py\n+++ deep.py\n{HUNK}",
}


@pytest.mark.parametrize("text", BARE.values(), ids=BARE)
def test_names_may_stand_alone_where_they_are_files(checkout: GitWorkspace, text: str) -> None:
    names = ["deep.py", "top.py"] if "top" in text else ["src/a.py"]
    assert told(checkout.applied(text.encode())) == [("M", name, name) for name in names]


@pytest.mark.parametrize("text", BARE.values(), ids=BARE)
def test_without_a_checkout_nobody_knows_what_names_that_stand_alone_mean(tmp_path: Path, text: str) -> None:
    with pytest.raises(PatchError, match="its names have no a/ and b/ before them: write both, or give"):
        sketched(tmp_path, text.encode())


def test_a_first_folder_that_is_the_same_twice_is_taken_off_where_only_that_names_a_file(
    checkout: GitWorkspace,
) -> None:
    text = PLAIN.replace("a/src", "project/src").replace("b/src", "project/src")
    assert told(checkout.applied(text.encode())) == CHANGED


REFUSED = {
    "names that stand alone, with and without their folder": (
        f"--- src/top.py\n+++ src/top.py\n{HUNK}",
        "no a/ and b/ before them, and there are files with and without",
    ),
    "names of which one is there without its folder": (
        f"--- src/top.py\n+++ src/top.py\n{HUNK}--- src/a.py\n+++ src/a.py\n{HUNK}",
        "no a/ and b/ before them, and there are files with and without",
    ),
    "a name that stands alone and is not there": (
        f"--- src/z.py\n+++ src/z.py\n{HUNK}",
        "does not exist in index; its names have no a/ and b/ before them: write both",
    ),
    "names at the top that stand alone and are not there": (
        f"diff --git y.py y.py\n--- y.py\n+++ y.py\n{HUNK}--- z.py\n+++ z.py\n{HUNK}",
        "git refuses it: .*; its names have no a/ and b/ before them: write both",
    ),
    "a new file beside names that stand alone": (
        f"--- src/a.py\n+++ src/a.py\n{HUNK}--- /dev/null\n+++ src/c.py\n@@ -0,0 +1 @@\n+x\n",
        "does not exist in index; its names have no a/ and b/",
    ),
    "no line of context": (
        GIT.replace(HUNK, "@@ -2 +2 @@\n-two\n+2\n"),
        "its hunks have no lines of context: give three, as `git diff -U3` does",
    ),
    "empty": ("", "empty"),
    "blank": ("\n\n", "empty"),
    "no patch": ("Just words.\n", "no patch"),
    "NUL": (GIT.replace("+2", "+\0"), "NUL"),
    "too many bytes": (GIT + "x" * MAX_BYTES, "bytes"),
    "too many lines": (GIT + "\n" * MAX_LINES, "lines"),
    "too many files": (
        "".join(NEW.format(f"src/{n}.py", "100644") for n in range(MAX_SECTIONS + 1)),
        "files",
    ),
    "too many hunks": (PLAIN + HUNK * MAX_HUNKS, "hunks"),
    "another file's lines": (GIT.replace("-two", "-2two"), "does not apply"),
    "a file that is not there": (GIT.replace("a.py", "z.py"), "git refuses"),
    "a new file that is there": (NEW.format("src/a.py", "100644"), "already exists"),
    "a hunk cut off": (GIT.replace(" three\n", ""), "corrupt"),
    "words after the hunk": (f"{GIT}And then run it.\n", "belongs to none"),
    "words between": (f"{GIT}And then:\n{NEW.format('src/c.py', '100644')}", "belongs to none"),
    "a hunk of its own": (f"{GIT}\n@@ -1,1 +1,1 @@\n-a\n+b\n", "does not read"),
    "an Index line of another file": (f"Index: src/b.py\n{'=' * 67}\n{PLAIN}", "does not read"),
    "a context diff": (
        "*** a/src/a.py\n--- b/src/a.py\n***************\n*** 1 ****\n! x\n",
        "no patch|does not read",
    ),
    "a context diff after": (f"{GIT}*** a/src/b.py\n--- b/src/b.py\n***************\n", "does not read"),
    "a normal diff after": (f"{GIT}1c1\n< a\n> b\n", "does not read"),
    "headers without hunks": (f"{GIT}--- a/src/b.py\n+++ b/src/b.py\n", "does not read"),
    "a combined diff": (
        "diff --cc src/a.py\nindex 1,2..3\n--- a/src/a.py\n+++ b/src/a.py\n@@@ -1,1 -1,1 +1,1 @@@\n- a\n++b\n",
        "no patch|does not read",
    ),
    "two names": (f"--- a/src/b.py\n+++ b/src/a.py\n{HUNK}", "two files"),
    "names that differ from git's header": (
        f"diff --git a/src/a.py b/src/a.py\n--- a/src/b.py\n+++ b/src/b.py\n{HUNK}",
        "two files",
    ),
    "names that differ from git's header, and are there": (
        GIT.replace("a/src/a.py b/src/a.py", "a/src/b.py b/src/b.py"),
        "two files, 'src/b.py' and 'src/a.py'",
    ),
    "a header of git's with two names": (
        GIT.replace("a/src/a.py b/src/a.py", "a/src/a.py b/src/b.py"),
        "another file than 'src/a.py'",
    ),
    "a name that is no UTF-8": (
        NEW.replace("a/{0} b/{0}", r'"a/{0}" "b/{0}"')
        .replace("+++ b/{0}", r'+++ "b/{0}"')
        .format(r"src/a\377.py", "100644"),
        r"the path 'src/a\\xff.py' is not UTF-8",
    ),
    "a name with half a letter of UTF-16": (
        NEW.replace("a/{0} b/{0}", r'"a/{0}" "b/{0}"')
        .replace("+++ b/{0}", r'+++ "b/{0}"')
        .format(r"src/\355\240\200", "100644"),
        r"'src/\\xed\\xa0\\x80' is not UTF-8",
    ),
    "a NUL in quotes": (
        NEW.replace("a/{0} b/{0}", r'"a/{0}" "b/{0}"')
        .replace("+++ b/{0}", r'+++ "b/{0}"')
        .format(r"src/a\000.py", "100644"),
        "headers show: 'src/a'",
    ),
    "a file twice": (GIT + GIT, "twice"),
    "upwards": (NEW.format("../x", "100644"), "git refuses"),
    "upwards inside": (NEW.format("src/../../x", "100644"), "git refuses"),
    "absolute": (NEW.format("X", "100644").replace("b/X", "/etc/x").replace("a/X", "/etc/x"), "absolute"),
    ".git": (NEW.format(".git/hooks/post-checkout", "100755"), "git refuses"),
    ".GIT": (NEW.format("src/.GIT/config", "100644"), "git refuses"),
    "git~1": (NEW.format("git~1/config", "100644"), "git refuses"),
    "a stream of NTFS": (NEW.format(".git::$INDEX_ALLOCATION/x", "100644"), "git refuses"),
    "a joiner in .git": (NEW.format(".g\u200cit/config", "100644"), "git refuses"),
    "a backslash": (NEW.format(r"src\..\.git\config", "100644"), "git"),
    "a file inside of a file": (NEW.format("src/a.py/x", "100644"), "git refuses"),
    "a mode that is none": (NEW.format("src/c.py", "100666x"), "no mode"),
    "a folder's mode": (NEW.format("src/c", "040000"), "no mode"),
    "a binary file without its bytes": (
        "diff --git a/src/i b/src/i\nindex 1..2\nBinary files a/src/i and b/src/i differ\n",
        "git refuses",
    ),
}


@pytest.mark.parametrize(("text", "reason"), REFUSED.values(), ids=REFUSED)
def test_a_patch_that_is_refused_says_why(checkout: GitWorkspace, text: str, reason: str) -> None:
    with pytest.raises(PatchError, match=reason):
        checkout.applied(text.encode())


@pytest.mark.parametrize(
    "text",
    [
        NEW.format("src/a", "100644") + NEW.format("src/a/b", "100644"),
        PLAIN.replace("-1,3 +1,3", "-999999999,3 +999999999,3"),
        PLAIN + HUNK,
        "diff --git a/x/../y b/x/../y\nold mode 100644\nnew mode 100755\n",
    ],
    ids=["a folder that is a file", "far down", "one over the other", "a path that git refuses"],
)
def test_a_base_that_cannot_be_is_refused(tmp_path: Path, text: str) -> None:
    with pytest.raises(PatchError):
        sketched(tmp_path, text.encode()).applied(text.encode())


@pytest.mark.parametrize("many", [" b/", " ", "a/ "])
def test_no_first_line_holds_the_reader_up(many: str) -> None:
    def reading(line: str) -> None:
        text = f"diff --git a/{line}\n{PLAIN}".encode()
        with pytest.raises(PatchError):
            read(text)
        assert not bare(text)

    assert even(reading, many, MAX_BYTES - 300)
