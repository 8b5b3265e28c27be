"""`check-patch` as people run it: verdicts, reasons, bases and exit codes."""

from __future__ import annotations

import base64
from pathlib import Path

import pytest

from tests.edges.test_git_patches import GIT, NEW, git
from tests.test_cli import Said, homeostat

CONFIG = """version: 1
repositories:
  - slug: octo/app
    branch: main
    max_prs_per_run: 2
    labels: [fix]
    path_filters: {include: [src/], exclude: [src/vendor/]}
    test_command: npm test
  - slug: octo/all
    branch: main
    max_prs_per_run: 2
    labels: [fix]
    path_filters: {include: ["*"]}
    test_command: npm test
"""
OURS = "ours-abcdefghij-4711"
FIXES = sorted((Path(__file__).parent.parent / "benchmarks" / "crashes").glob("*/*.fix"))


@pytest.fixture
def place(tmp_path: Path) -> Path:
    (tmp_path / "repos.yml").write_text(CONFIG)
    (tmp_path / "here").mkdir()
    return tmp_path


def checked(place: Path, patch: str | bytes, *words: str, slug: str = "octo/app", **environ: str) -> Said:
    given = ("--repo", slug, "--config", str(place / "repos.yml"), *words, "-")
    return homeostat("check-patch", *given, stdin=patch, cwd=place / "here", **environ)


def checkout(place: Path, origin: str = "") -> Path:
    top = place / "here"
    git(top, "init", "--quiet", "--template=")
    (top / "src").mkdir()
    (top / "src/a.py").write_text("one\ntwo\nthree\n")
    (top / "src/gr\u00fcn.py").write_text("one\n")
    (top / "src/tests").mkdir()
    (top / "src/tests/test_a.py").write_text("assert price('pear-77') == 4711\n")
    git(top, "add", "--all")
    git(top, "commit", "--quiet", "-m", "m")
    if origin:
        git(top, "remote", "add", "origin", origin)
    return top


@pytest.mark.parametrize("form", [OURS, OURS[::-1], base64.b64encode(OURS.encode()).decode()])
def test_a_secret_of_the_run_is_in_no_patch_in_whatever_form(place: Path, form: str) -> None:
    patch = GIT.replace("+2\n", f"+2  # {form}\n")
    said = checked(place, patch, SHOP_DEPLOY_TOKEN=OURS)
    assert (said.code, said.json["reasons"]) == (
        3,
        ["src/a.py: it holds a secret of this run, which it did not before"],
    )


def test_an_honest_patch_passes(place: Path) -> None:
    said = checked(place, GIT)
    assert (said.code, said.json) == (0, {"verdict": "pass", "reasons": [], "base": "from the patch"})


def test_a_patch_may_be_a_file(place: Path) -> None:
    (place / "mend.patch").write_text(GIT)
    words = ("--repo", "octo/app", "--config", place / "repos.yml", place / "mend.patch")
    assert homeostat("check-patch", *words, cwd=place / "here").code == 0


@pytest.mark.slow
def test_a_last_line_may_lack_its_end(place: Path) -> None:
    assert checked(place, GIT.removesuffix("\n")).code == 0


def test_a_blocked_patch_says_why_and_ends_with_3(place: Path) -> None:
    said = checked(
        place, GIT + NEW.format("src/vendor/x.py", "100644") + NEW.format("package.json", "100644")
    )
    assert said.code == 3
    assert said.json["verdict"] == "block"


@pytest.mark.parametrize("patch", ["", "no patch at all\n"], ids=["empty", "words"])
def test_what_is_no_patch_is_blocked(place: Path, patch: str) -> None:
    assert checked(place, patch).code == 3


def test_a_hundred_megabytes_are_blocked_and_not_read(place: Path) -> None:
    big = place / "big.patch"
    with big.open("wb") as file:
        file.truncate(100_000_000)
    said = homeostat("check-patch", "--repo", "octo/app", "--config", place / "repos.yml", big)
    assert (said.code, said.json["verdict"]) == (3, "block")


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("--repo", "octo/apq", "--config", "../repos.yml", "-"), "octo/apq"),
        (("--repo", "octo/app", "--config", "none.yml", "-"), "no such file"),
        (("--repo", "octo/app", "--config", "../repos.yml", "none.patch"), "none.patch"),
        (("--config", "../repos.yml", "-"), "--repo"),
        (("--repo", "octo/app", "--config", "../repos.yml", "--checkout", "..", "-"), "no git checkout"),
        (("--repo", "octo/app", "--config", "../repos.yml"), "PATCH"),
    ],
    ids=["an unknown slug", "no configuration", "no patch", "no slug", "no checkout", "nothing to judge"],
)
def test_bad_input_ends_with_2(place: Path, words: tuple[str, ...], told: str) -> None:
    said = homeostat("check-patch", *words, stdin=GIT, cwd=place / "here")
    assert said.code == 2
    assert told in said.err


@pytest.mark.slow
def test_the_checkout_in_the_current_folder_is_the_base(place: Path) -> None:
    checkout(place)
    assert checked(place, GIT).json == {"verdict": "pass", "reasons": [], "base": "checkout"}
    wrong = checked(place, GIT.replace("-two", "-2two"))
    assert (wrong.code, wrong.json["base"]) == (3, "checkout")
    assert "does not apply" in wrong.json["reasons"][0]


def test_a_checkout_may_be_named(place: Path) -> None:
    top = checkout(place)
    words = ("--repo", "octo/app", "--config", place / "repos.yml", "--checkout", top, "-")
    said = homeostat("check-patch", *words, stdin=GIT, cwd=place)
    assert (said.code, said.json["base"]) == (0, "checkout")


@pytest.mark.slow
def test_a_checkout_of_another_repository_is_no_base(place: Path) -> None:
    checkout(place, "https://github.com/octo/other.git")
    assert checked(place, GIT.replace("-two", "-2two")).json["base"] == "from the patch"


def test_the_repositorys_own_checkout_is_the_base_whatever_it_holds(place: Path) -> None:
    checkout(place, "git@github.com:Octo/App.git")
    said = checked(place, GIT.replace("a.py", "z.py"))
    assert (said.code, said.json["base"]) == (3, "checkout")


@pytest.mark.slow
def test_a_checkout_without_any_of_the_files_is_no_base(place: Path) -> None:
    checkout(place)
    assert checked(place, GIT.replace("a.py", "z.py")).json["base"] == "from the patch"


@pytest.mark.slow
def test_a_checkout_without_a_commit_is_no_base(place: Path) -> None:
    git(place / "here", "init", "--quiet", "--template=")
    assert checked(place, GIT).json["base"] == "from the patch"


def test_the_tests_values_are_known_from_the_checkout(place: Path) -> None:
    checkout(place)
    cheat = GIT.replace("+2\n", "+if name == 'pear-77': answer = 4711\n")
    said = checked(place, cheat)
    assert said.code == 3
    assert said.json["reasons"] == ["src/a.py: it treats values of the test apart: pear-77"]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("patch", "reason"),
    [
        (NEW.format("src/A.py", "100644"), "src/a.py where case does not matter"),
        (NEW.format("SRC/b.py", "100644"), "same as src where case does not matter"),
        (
            NEW.format("src/gru\u0308n.py", "100644"),
            "src/gr\u00fcn.py where the form of its letters in Unicode does not matter",
        ),
        (
            "diff --git a/src/a.py b/src/a.py\ndeleted file mode 100644\n--- a/src/a.py\n+++ /dev/null\n"
            "@@ -1,3 +0,0 @@\n-one\n-two\n-three\n" + NEW.format("src/a.py/b.py", "100644"),
            "src/a.py is a file, and would become a folder",
        ),
    ],
    ids=["case of a file", "case of a folder", "form of a letter", "a file that becomes a folder"],
)
def test_names_that_are_one_elsewhere_are_blocked(place: Path, patch: str, reason: str) -> None:
    checkout(place)
    said = checked(place, patch, slug="octo/all")
    assert said.code == 3
    assert any(reason in told for told in said.json["reasons"])


@pytest.mark.slow
def test_a_copy_is_judged_on_both_sides(place: Path) -> None:
    text = "diff --git a/{0} b/src/c.py\nsimilarity index 100%\ncopy from {0}\ncopy to src/c.py\n"
    assert checked(place, text.format("src/b.py")).code == 0
    assert "outside" in checked(place, text.format("config/keys.py")).json["reasons"][0]


@pytest.mark.slow
def test_a_reason_holds_no_character_of_control(place: Path) -> None:
    odd = NEW.format("X", "100644").replace("a/X b/X", r'"a/src/\033[2J" "b/src/\033[2J"')
    said = checked(place, odd.replace("b/X", r'"b/src/\033[2J"'))
    assert said.code == 3
    assert not any(ord(c) < 32 for reason in said.json["reasons"] for c in reason)


@pytest.mark.slow
def test_what_nobody_sees_in_a_name_is_spelled(place: Path) -> None:
    said = checked(place, NEW.format("src/a\u200b\u202e\u3164.py", "100644"))
    assert said.json["reasons"][0].startswith(r"src/a\u200b\u202e\u3164.py: the path holds")


@pytest.mark.slow
@pytest.mark.parametrize("with_checkout", [True, False], ids=["a checkout", "no checkout"])
@pytest.mark.parametrize(
    ("name", "told"), [(b"src/a\xff.py", r"src/a\xff.py"), (b"src/\xed\xa0\x80.py", r"src/\xed\xa0\x80.py")]
)
def test_a_name_that_is_no_utf_8_is_blocked(
    place: Path, name: bytes, told: str, *, with_checkout: bool
) -> None:
    if with_checkout:
        checkout(place)
    for patch in (NEW.format("N", "100644"), GIT.replace("src/a.py", "N")):
        said = checked(place, patch.encode().replace(b"N", name))
        assert (said.code, said.err) == (3, "")
        assert said.json["reasons"] == [f"the path '{told}' is not UTF-8"]


@pytest.mark.slow
@pytest.mark.parametrize("fix", FIXES, ids=lambda path: path.stem)
def test_every_fix_of_the_programs_that_crash_passes(place: Path, fix: Path) -> None:
    assert checked(place, fix.read_bytes(), slug="octo/all").json["reasons"] == []
