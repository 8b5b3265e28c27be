"""What is particular to the forge in a folder: its files, its git, and what people do on it."""

import json
import re
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Literal

import pytest
import sh

from homeostat.edges.local_forge import LocalForge, create_repository
from homeostat.errors import ForgeError
from homeostat.records import PullState

pytestmark = pytest.mark.slow

NOW = datetime(2025, 3, 1, 12, 30, tzinfo=UTC)
SLUG = "octo/app.js"
BASE = {"a.txt": "1\n2\n3\n4\n5\n", "b.txt": "b\n"}
Method = Literal["merge", "squash"]
MERGE_MESSAGE = "Merge pull request #1 from octo/fix\n\nMend fix"


def git(root: Path, *words: str, text: str = "") -> str:
    return str(sh.git(f"--git-dir={root / SLUG}.git", *words, _in=text, _tty_out=False)).strip()


def push(root: Path, branch: str, files: dict[str, str], parent: str | None = "main") -> str:
    lines = [f"commit refs/heads/{branch}", "committer a <a@b> 1 +0000", "data 1", "m"]
    lines += [f"from refs/heads/{parent}^0"] if parent else []
    for path, text in files.items():
        lines += [f"M 644 inline {path}", f"data {len(text)}", text]
    git(root, "fast-import", "--quiet", "--force", text="\n".join(lines) + "\n")
    return git(root, "rev-parse", f"refs/heads/{branch}")


def forge_in(root: Path, actor: str = "homeostat[bot]") -> LocalForge:
    return LocalForge(root, SLUG, lambda: NOW, actor)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    create_repository(tmp_path, SLUG)
    push(tmp_path, "main", BASE, parent=None)
    return tmp_path


@pytest.fixture
def forge(root: Path) -> LocalForge:
    push(root, "fix", {"a.txt": "1\nTWO\n3\n4\n5\n"})
    return forge_in(root)


def opened(forge: LocalForge, body: str = "", branch: str = "fix") -> int:
    return forge.open_pull_request(branch=branch, base="main", title=f"Mend {branch}", body=body).number


def is_open(root: Path, number: int) -> bool:
    return bool(json.loads((root / SLUG / f"issues/{number}.json").read_text())["state"] == "open")


# --- the folder ------------------------------------------------------------------------------


def test_a_forge_writes_nothing_until_asked(tmp_path: Path) -> None:
    forge = forge_in(tmp_path)
    assert forge.open_issues(["robot"]) == []
    assert forge.labels() == ()
    assert forge.all_comments() == {}
    assert list(tmp_path.iterdir()) == []


def test_a_new_repository_is_bare_and_has_its_default_branch(tmp_path: Path) -> None:
    made = create_repository(tmp_path, SLUG, default_branch="trunk")
    assert made == tmp_path / "octo/app.js.git"
    assert git(tmp_path, "rev-parse", "--is-bare-repository") == "true"
    assert git(tmp_path, "symbolic-ref", "HEAD") == "refs/heads/trunk"


@pytest.mark.parametrize(
    "slug",
    ["", "app", "octo/", "/app", "../app", "octo/..", "octo/.", "octo/a/b", "/etc/passwd", "octo/app\n",
     "octo/app.git", "oc.to/app", "-o/app", "octo/a b", "octo\\app/x", "octo/\0", "öcto/app"],
)  # fmt: skip
def test_a_slug_that_could_leave_the_root_is_refused(tmp_path: Path, slug: str) -> None:
    with pytest.raises(ForgeError, match="owner/name"):
        LocalForge(tmp_path, slug, lambda: NOW)
    with pytest.raises(ForgeError, match="owner/name"):
        create_repository(tmp_path, slug)
    assert list(tmp_path.iterdir()) == []


def test_issues_are_stored_for_people_to_read(root: Path) -> None:
    east = timezone(timedelta(hours=2))
    forge = LocalForge(root, SLUG, lambda: datetime(2025, 3, 1, 12, 30, tzinfo=east))
    forge.file_issue("t", "b", ["robot", "robot"], author="ann", association="OWNER")
    text = (root / SLUG / "issues/1.json").read_text()
    stored = json.loads(text)
    assert text == json.dumps(stored, indent=2, sort_keys=True) + "\n"
    assert (stored["created_at"], stored["labels"]) == ("2025-03-01T10:30:00Z", ["robot"])
    assert (stored["author"], stored["association"], stored["state"]) == ("ann", "OWNER", "open")


def test_the_same_calls_at_the_same_time_make_the_same_bytes(tmp_path: Path) -> None:
    def play(root: Path) -> dict[str, bytes]:
        create_repository(root, SLUG)
        push(root, "main", BASE, parent=None)
        push(root, "fix", {"b.txt": "c\n"})
        forge = forge_in(root)
        forge.file_issue("t", "b", ["robot"])
        number = opened(forge, "Fixes #1")
        forge.add_labels(number, ["z", "y"])
        forge.add_comment(number, "c")
        forge.merge_pull_request(number, by="ann")
        return {f"{path.relative_to(root)}": path.read_bytes() for path in root.rglob("*.json")}

    first, second = play(tmp_path / "one"), play(tmp_path / "two")
    assert len(first) == 5
    assert first == second


def test_no_drafts_are_left_behind(root: Path, forge: LocalForge) -> None:
    forge.add_comment(opened(forge), "c")
    names = sorted(f"{path.relative_to(root / SLUG)}" for path in (root / SLUG).rglob("*") if path.is_file())
    assert names == [".lock", "comments/1.json", "pulls/1.json"]


def test_labels_become_known_when_they_are_used(forge: LocalForge) -> None:
    number = forge.file_issue("t", "b", ["robot"]).number
    forge.add_labels(number, ["crash", "robot"])
    assert forge.labels() == ("crash", "robot")


def test_authors_are_the_actors(root: Path, forge: LocalForge) -> None:
    number = opened(forge_in(root, "ann"))
    forge.add_comment(number, "hello")
    forge_in(root, "ben").add_comment(number, "hi")
    assert [pull.author for pull in forge.pull_requests()] == ["ann"]
    assert {n: [c.author for c in thread] for n, thread in forge.all_comments().items()} == {
        number: ["homeostat[bot]", "ben"]
    }


def test_the_address_of_a_pull_request_is_its_file(root: Path, forge: LocalForge) -> None:
    opened(forge)
    assert [pull.url for pull in forge.pull_requests()] == [f"{root}/{SLUG}/pulls/1.json"]


@pytest.mark.parametrize(
    "damage",
    [
        pytest.param(b"{", id="half a file"),
        pytest.param(b"", id="empty"),
        pytest.param(b"\xff\xfe", id="not UTF-8"),
        pytest.param(b"{}", id="fields missing"),
        pytest.param(b"[1]", id="another shape"),
        pytest.param(b"null", id="null"),
        pytest.param(b"[" * 100_000, id="too deep"),
    ],
)
@pytest.mark.parametrize("kind", ["issues", "pulls", "comments"])
def test_a_file_that_cannot_be_read_is_named(root: Path, forge: LocalForge, kind: str, damage: bytes) -> None:
    forge.file_issue("t", "b")
    number = opened(forge)
    forge.add_comment(number, "c")
    path = root / SLUG / kind / f"{number if kind == 'comments' else (1 if kind == 'issues' else 2)}.json"
    path.write_bytes(damage)
    reads: dict[str, Callable[[], object]] = {
        "issues": lambda: forge.open_issues(["robot"]),
        "pulls": forge.pull_requests,
        "comments": lambda: forge.comments(number),
    }
    with pytest.raises(ForgeError, match=re.escape(str(path))):
        reads[kind]()


def test_a_file_that_cannot_be_read_is_not_overwritten(root: Path, forge: LocalForge) -> None:
    path = root / SLUG / "issues" / f"{forge.file_issue('t', 'b').number}.json"
    path.write_text("{}")
    with pytest.raises(ForgeError, match=re.escape(str(path))):
        forge.add_labels(1, ["x"])
    assert path.read_text() == "{}"


def test_an_unknown_comment_cannot_be_updated(forge: LocalForge) -> None:
    number = opened(forge)
    forge.add_comment(number, "c")
    [comment] = forge.comments(number)
    with pytest.raises(ForgeError, match="has no comment"):
        forge.update_comment(type(comment)(comment.id + 1, "x", "y"), "z")


# --- many processes --------------------------------------------------------------------------

PRELUDE = """
import pathlib, sys
from datetime import UTC, datetime
from homeostat.edges.local_forge import LocalForge
forge = LocalForge(pathlib.Path(sys.argv[1]), "octo/app.js", lambda: datetime(2025, 1, 1, tzinfo=UTC))
"""


def start(root: Path, script: str) -> subprocess.Popen[str]:
    command = [sys.executable, "-c", PRELUDE + script, str(root)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True)


def test_processes_at_the_same_time_take_different_numbers_and_lose_no_comment(root: Path) -> None:
    first = forge_in(root).file_issue("first", "b").number
    script = f"for _ in range(10): print(forge.file_issue('t', 'b').number); forge.add_comment({first}, 'c')"
    processes = [start(root, script) for _ in range(5)]
    numbers = [int(line) for process in processes for line in process.communicate(timeout=30)[0].split()]
    assert [process.returncode for process in processes] == [0] * 5
    assert sorted(numbers) == list(range(2, 52))
    assert len(forge_in(root).comments(first)) == 50


def test_a_number_taken_without_the_lock_is_passed_over(root: Path, forge: LocalForge) -> None:
    opened(forge)
    (root / SLUG / "comments/2.json").write_text("[]\n")
    assert forge.file_issue("t", "b").number == 3
    assert forge.all_comments() == {}


def test_a_process_killed_while_writing_leaves_whole_files(root: Path, forge: LocalForge) -> None:
    number = opened(forge)
    with start(root, "while True: forge.update_pull_request(1, title='t', body='x' * 200_000)") as writer:
        deadline = time.monotonic() + 5
        while not forge.pull_requests()[0].body and time.monotonic() < deadline:
            time.sleep(0.01)
        writer.kill()
    assert len(forge.pull_requests()[0].body) == 200_000
    assert forge.update_pull_request(number, title="t", body="after").body == "after"


# --- closing ---------------------------------------------------------------------------------


def test_an_issue_is_closed_once(root: Path, forge: LocalForge) -> None:
    number = forge.file_issue("t", "b", ["robot"]).number
    forge.close_issue(number)
    closed = (root / SLUG / "issues/1.json").read_bytes()
    LocalForge(root, SLUG, lambda: NOW + timedelta(days=1)).close_issue(number)
    assert (root / SLUG / "issues/1.json").read_bytes() == closed
    assert forge.open_issues(["robot"]) == []
    with pytest.raises(ForgeError, match="no issue #2"):
        forge.close_issue(2)


def test_a_pull_request_is_closed_by_a_person(root: Path, forge: LocalForge) -> None:
    closed = forge.close_pull_request(opened(forge), by="ann")
    assert (closed.state, closed.closed_at, closed.merge_sha) == (PullState.CLOSED, NOW, None)
    assert forge.pull_requests() == [closed]
    assert json.loads(Path(closed.url).read_text())["closed_by"] == "ann"
    assert git(root, "rev-parse", "main") != git(root, "rev-parse", "fix")


def test_after_it_is_closed_another_one_may_be_opened_for_the_branch(forge: LocalForge) -> None:
    forge.close_pull_request(opened(forge), by="ann")
    assert opened(forge) == 2


def test_what_is_not_open_is_neither_merged_nor_closed(forge: LocalForge) -> None:
    forge.close_pull_request(opened(forge), by="ann")
    for end in (forge.merge_pull_request, forge.close_pull_request):
        with pytest.raises(ForgeError, match="is closed already"):
            end(1, by="ann")
        with pytest.raises(ForgeError, match="no pull request #2"):
            end(2, by="ann")


# --- merging ---------------------------------------------------------------------------------


def test_a_merge_is_a_commit_with_two_parents_by_the_person(root: Path, forge: LocalForge) -> None:
    before = push(root, "main", {"b.txt": "moved on\n"})
    merged = forge.merge_pull_request(opened(forge), by="ann")
    assert (merged.state, merged.closed_at) == (PullState.MERGED, NOW)
    assert merged.merge_sha == git(root, "rev-parse", "main")
    assert git(root, "log", "-1", "--format=%P", "main") == f"{before} {git(root, 'rev-parse', 'fix')}"
    assert git(root, "log", "-1", "--format=%B", "main") == MERGE_MESSAGE
    people = git(root, "log", "-1", "--format=%an %ae %cn %ct", "main")
    assert people == f"ann ann@users.noreply.github.com ann {NOW.timestamp():.0f}"
    assert git(root, "show", "main:a.txt") == "1\nTWO\n3\n4\n5"
    assert git(root, "show", "main:b.txt") == "moved on"


def test_a_squash_is_one_commit_of_the_author(root: Path, forge: LocalForge) -> None:
    before = git(root, "rev-parse", "main")
    merged = forge.merge_pull_request(opened(forge, "größer"), by="ann", method="squash")
    assert merged.merge_sha == git(root, "rev-parse", "main")
    told = git(root, "log", "-1", "--format=%P|%an|%cn|%B", "main")
    assert told == f"{before}|homeostat[bot]|ann|Mend fix (#1)\n\ngrößer"
    assert git(root, "show", "main:a.txt") == "1\nTWO\n3\n4\n5"


@pytest.mark.parametrize("method", ["merge", "squash"])
def test_a_conflict_is_told_and_changes_nothing(root: Path, forge: LocalForge, method: Method) -> None:
    number = opened(forge, "Fixes #2")
    forge.file_issue("t", "b")
    before = push(root, "main", {"a.txt": "1\nZWEI\n3\n4\n5\n"})
    with pytest.raises(ForgeError, match=r"cannot be merged into main; mend the conflict(.|\n)*a\.txt"):
        forge.merge_pull_request(number, by="ann", method=method)
    assert git(root, "rev-parse", "main") == before
    assert [pull.state for pull in forge.pull_requests()] == [PullState.OPEN]
    assert is_open(root, 2)


def test_a_branch_that_is_gone_cannot_be_merged(root: Path, forge: LocalForge) -> None:
    number = opened(forge)
    git(root, "update-ref", "-d", "refs/heads/fix")
    with pytest.raises(ForgeError, match="has no branch fix"):
        forge.merge_pull_request(number, by="ann")


def test_hooks_of_the_repository_do_not_run(root: Path, forge: LocalForge) -> None:
    hooks = root / f"{SLUG}.git/hooks"
    hooks.mkdir(exist_ok=True)
    (hooks / "reference-transaction").write_text(f"#!/bin/sh\ntouch {root}/ran\n")
    (hooks / "reference-transaction").chmod(0o755)
    forge.merge_pull_request(opened(forge), by="ann")
    assert not (root / "ran").exists()


@pytest.mark.timeout(20)
@pytest.mark.parametrize(
    ("body", "closed"),
    [
        pytest.param("", [], id="no body"),
        pytest.param("See #1", [], id="a mere mention"),
        pytest.param("Fixes #1, closes #2, resolves #3", [1, 2, 3], id="three of them"),
        pytest.param("fix #1 close #2 resolve #3", [1, 2, 3], id="plain"),
        pytest.param("FIXED #1\r\nCLOSED: #2\r\nresolved\t#3", [1, 2, 3], id="past"),
        pytest.param("prefixes #1 unfixed #2 fixing #3", [], id="other words"),
        pytest.param("Fixes #2 and fixes #2 again", [2], id="twice"),
        pytest.param("Fixes #999, fixes #0, fixes #4, fixes #1", [1], id="unknown ones"),
        pytest.param("Fixes #1x, fixes #" + "1" * 5000, [], id="no numbers"),
        pytest.param("fix " * 60_000 + " " * 20_000, [], id="hostile"),
    ],
)
def test_a_merge_closes_the_issues_that_it_fixes(
    root: Path, forge: LocalForge, body: str, closed: list[int]
) -> None:
    numbers = [forge.file_issue("t", "b", ["robot"]).number for _ in range(3)]
    number = opened(forge, body)
    forge.merge_pull_request(number, by="ann")
    assert [number for number in numbers if not is_open(root, number)] == closed


# --- git that does not answer ----------------------------------------------------------------


def test_a_repository_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(ForgeError):
        opened(forge_in(tmp_path))


def test_a_branch_name_is_never_an_option(forge: LocalForge) -> None:
    for branch in ("--upload-pack=x", "fix~0", "fix..main", "HEAD", "", "a\nb"):
        with pytest.raises(ForgeError):
            opened(forge, branch=branch)
    assert forge.pull_requests() == []


def test_a_machine_without_git_is_told(tmp_path: Path) -> None:
    script = (
        "import pathlib, os, sys\n"
        "from homeostat.edges.local_forge import create_repository\n"
        "from homeostat.errors import ForgeError\n"
        "os.environ['PATH'] = sys.argv[1]\n"
        "try: create_repository(pathlib.Path(sys.argv[1]), 'octo/app')\n"
        "except ForgeError as error: print(error)\n"
    )
    command = [sys.executable, "-c", script, str(tmp_path)]
    told = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    assert told == "git is not installed; install git 2.38 or newer.\n"
