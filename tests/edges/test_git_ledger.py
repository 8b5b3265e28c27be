"""The state branch through real git: nothing is lost, nothing is counted twice, nothing else is touched."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from homeostat import books as codec
from homeostat.edges.git import GitLedger
from homeostat.errors import LedgerError
from homeostat.records import Attempts, Books, Library

pytestmark = pytest.mark.slow

NOW = datetime(2025, 3, 1, 12, 30, tzinfo=UTC)
LATER = datetime(2025, 4, 2, tzinfo=UTC)
SLUG = "octo/app.js"
ATTEMPTS = f"attempts/{SLUG}.json"


def git(where: Path, *words: str) -> str:
    settings = {"PATH": os.environ["PATH"], "HOME": os.devnull, "GIT_CONFIG_GLOBAL": os.devnull}
    done = subprocess.run(
        ["git", "-C", where, *words], env=settings, capture_output=True, text=True, check=True
    )
    return done.stdout.strip()


def store(remote: Path, files: dict[str, str]) -> None:
    """Put files on the state branch as a person would, without our code."""
    lines = [f"commit refs/heads/{codec.BRANCH}", "committer ada <ada@x.example> 1 +0000", "data 1", "m"]
    lines += [f"from refs/heads/{codec.BRANCH}^0"] if head(remote) else []
    for path, text in files.items():
        lines += [f"M 644 inline {path}", f"data {len(text.encode())}", text]
    script = "\n".join([*lines, ""]).encode()
    subprocess.run(["git", "-C", remote, "fast-import", "--quiet"], input=script, check=True)


def head(remote: Path) -> str:
    return git(remote, "for-each-ref", "--format=%(objectname)", f"refs/heads/{codec.BRANCH}")


def stored(remote: Path, path: str) -> str:
    return git(remote, "show", f"{codec.BRANCH}:{path}")


def refusing(remote: Path, script: str) -> None:
    hook = remote / "hooks" / "pre-receive"
    hook.parent.mkdir(exist_ok=True)
    hook.write_text(f"#!/bin/sh\n{script}\n")
    hook.chmod(0o755)


def settling(number: int, lesson: str = "learned") -> Callable[[Books], Books]:
    """A change that remembers one pull request."""
    return lambda books: replace(
        books, attempts=replace(books.attempts, settled={**books.attempts.settled, str(number): lesson})
    )


@pytest.fixture
def remote(tmp_path: Path) -> Path:
    path = tmp_path / "remote.git"
    path.mkdir()
    git(path, "init", "--quiet", "--bare", "--template=")
    git(path, "config", "core.fsync", "none")
    return path


def ledger_of(remote: Path, home: str = "home", slug: str = SLUG, now: datetime = NOW) -> GitLedger:
    return GitLedger(remote.parent / home, remote=str(remote), slug=slug, clock=lambda: now)


@pytest.fixture
def ledger(remote: Path) -> GitLedger:
    return ledger_of(remote)


# --- there and back ----------------------------------------------------------------------------


def test_a_ledger_is_empty_at_first_and_reading_makes_nothing(remote: Path, ledger: GitLedger) -> None:
    assert ledger.read() == Books()
    assert head(remote) == ""


def test_what_is_written_is_read_by_the_next_run(remote: Path, ledger: GitLedger) -> None:
    library = Library(updated=NOW, note="ours")
    written = ledger.write(lambda books: replace(settling(1)(books), library=library), "Remember one")
    assert written == Books(Attempts(settled={"1": "learned"}), library)
    assert ledger.read() == ledger_of(remote, "other").read() == written


@pytest.mark.parametrize("change", [lambda books: books, settling(1)], ids=["same books", "same facts"])
def test_nothing_is_stored_when_nothing_changes(
    remote: Path, ledger: GitLedger, change: Callable[[Books], Books]
) -> None:
    before = ledger.write(settling(1), "first")
    commit = head(remote)
    assert ledger.write(change, "again") == before
    assert head(remote) == commit


def test_a_write_is_one_commit_of_ours_on_top_of_the_last(remote: Path, ledger: GitLedger) -> None:
    ledger.write(settling(1), "first")
    ledger.write(settling(2), "second")
    told = git(remote, "log", "--format=%s|%ae|%cI", codec.BRANCH).splitlines()
    bot = "homeostat[bot]@users.noreply.github.com"
    assert told == [f"{word}|{bot}|2025-03-01T12:30:00+00:00" for word in ("second", "first")]


def test_only_the_file_that_changed_is_written(remote: Path, ledger: GitLedger) -> None:
    ledger.write(settling(1), "attempts")
    assert git(remote, "ls-tree", "-r", "--name-only", codec.BRANCH) == ATTEMPTS
    assert (
        stored(remote, ATTEMPTS) + "\n" == codec.render_attempts(Attempts(settled={"1": "learned"})).decode()
    )


def test_repositories_have_attempts_of_their_own_and_one_library(remote: Path, ledger: GitLedger) -> None:
    ledger.write(lambda books: replace(settling(1)(books), library=Library(note="ours")), "one")
    other = ledger_of(remote, "other", "octo/b")
    assert other.read() == Books(library=Library(note="ours"))
    other.write(settling(2), "two")
    assert ledger.read().attempts.settled == {"1": "learned"}


def test_other_files_and_branches_are_kept(remote: Path, ledger: GitLedger) -> None:
    store(remote, {"README.md": "ours\n", "attempts/x/y.json": "theirs"})
    git(remote, "branch", "main", codec.BRANCH)
    before = git(remote, "rev-parse", "main")
    ledger.write(settling(1), "m")
    assert stored(remote, "README.md") == "ours"
    assert stored(remote, "attempts/x/y.json") == "theirs"
    assert git(remote, "rev-parse", "main", f"{codec.BRANCH}^") == f"{before}\n{before}"


# --- the run log -------------------------------------------------------------------------------


def test_lines_of_the_run_log_are_appended_month_by_month(remote: Path, ledger: GitLedger) -> None:
    for count in (1, 2):
        ledger.write(lambda books, n=count: replace(books, entries=({"run": n}, {"at": NOW})), "log")  # type: ignore[misc]
    april = ledger_of(remote, "later", now=LATER)
    assert april.write(lambda books: replace(books, entries=({"run": 3},)), "log") == Books()
    lines = [json.loads(line) for line in stored(remote, "runs/2025-03.jsonl").splitlines()]
    at = {"at": "2025-03-01T12:30:00Z"}
    assert lines == [{"run": 1}, at, {"run": 2}, at]
    assert stored(remote, "runs/2025-04.jsonl") == '{"run": 3}'


# --- races -------------------------------------------------------------------------------------


def test_a_write_lost_to_another_is_folded_and_tried_again(remote: Path, ledger: GitLedger) -> None:
    other = ledger_of(remote, "other")
    seen: list[dict[str, str]] = []

    def raced(books: Books) -> Books:
        seen.append(dict(books.attempts.settled))
        if len(seen) < 3:
            other.write(settling(len(seen), "theirs"), "theirs")
        return replace(settling(9, "ours")(books), entries=({"run": 9},))

    written = ledger.write(raced, "ours")
    assert seen == [{}, {"1": "theirs"}, {"1": "theirs", "2": "theirs"}]
    assert written.attempts.settled == {"1": "theirs", "2": "theirs", "9": "ours"}
    assert ledger.read() == written
    assert stored(remote, "runs/2025-03.jsonl") == '{"run": 9}'


@pytest.mark.parametrize(
    "said",
    [
        "stale info",
        "failed to update ref",
        "cannot lock ref 'refs/heads/homeostat-state': is at 1 but expected 2",
        "fetch first",
        "non-fast-forward",
        "reference already exists",
        "incorrect old value provided",
    ],
)
def test_a_server_that_says_the_race_is_lost_is_asked_again(
    remote: Path, ledger: GitLedger, said: str
) -> None:
    refusing(remote, f'[ -e seen ] && exit 0; touch seen; echo "{said}" >&2; exit 1')
    assert ledger.write(settling(1), "m").attempts.settled == {"1": "learned"}
    assert git(remote, "rev-list", "--count", codec.BRANCH) == "1"


WRITER = """
import sys
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from homeostat.edges.git import GitLedger
home, remote, name = sys.argv[1:]
ledger = GitLedger(Path(home), remote=remote, slug="octo/app", clock=lambda: datetime(2025, 3, 1, tzinfo=UTC))
for turn in range(10):
    key = f"{name}-{turn}"
    ledger.write(
        lambda books: replace(
            books,
            attempts=replace(books.attempts, settled={**books.attempts.settled, key: name}),
            entries=({"key": key},),
        ),
        key,
    )
"""


@pytest.mark.crash
@pytest.mark.timeout(200)  # four processes share what processors there are
def test_four_processes_that_write_at_once_lose_nothing(remote: Path) -> None:
    writers = [
        subprocess.Popen([sys.executable, "-c", WRITER, remote.parent / name, remote, name])
        for name in "abcd"
    ]
    assert [writer.wait(timeout=180) for writer in writers] == [0] * 4
    expected = {f"{name}-{turn}": name for name in "abcd" for turn in range(10)}
    assert ledger_of(remote, slug="octo/app").read().attempts.settled == expected
    logged = [json.loads(line)["key"] for line in stored(remote, "runs/2025-03.jsonl").splitlines()]
    assert sorted(logged) == sorted(expected)
    assert git(remote, "rev-list", "--count", codec.BRANCH) == "40"


# --- what stops it -----------------------------------------------------------------------------


@pytest.mark.parametrize("path", [ATTEMPTS, codec.LIBRARY_PATH])
@pytest.mark.parametrize(
    ("text", "message"),
    [
        pytest.param('{"version": 2, "new": true}', "has version 2", id="newer version"),
        pytest.param('{"version": 1, "fing', "cannot be read", id="torn"),
        pytest.param('{"version": 1, "fingerprints": 1, "patterns": 1}', "cannot be read", id="types"),
        pytest.param("", "cannot be read", id="empty"),
    ],
)
def test_a_file_that_is_not_ours_stops_the_run_and_stays(
    remote: Path, ledger: GitLedger, path: str, text: str, message: str
) -> None:
    store(remote, {path: text})
    before = head(remote)
    for attempt in (ledger.read, lambda: ledger.write(settling(1), "m")):
        with pytest.raises(LedgerError, match=f"{path} on the state branch {message}"):
            attempt()
    assert (head(remote), stored(remote, path)) == (before, text)


def test_an_unreachable_remote_is_told(tmp_path: Path) -> None:
    ledger = ledger_of(tmp_path / "nowhere.git")
    for attempt in (ledger.read, lambda: ledger.write(settling(1), "m")):
        with pytest.raises(LedgerError, match="The state branch cannot be fetched: git fetch failed"):
            attempt()


def test_an_address_is_no_option(tmp_path: Path) -> None:
    mark = tmp_path / "ran"
    ledger = GitLedger(tmp_path, remote=f"--upload-pack=touch {mark};", slug=SLUG, clock=lambda: NOW)
    with pytest.raises(LedgerError, match="cannot be fetched"):
        ledger.read()
    assert not mark.exists()


def test_a_write_that_is_not_allowed_is_told_and_not_repeated(remote: Path, ledger: GitLedger) -> None:
    refusing(remote, "echo x >> tries; echo 'not for you' >&2; exit 1")
    with pytest.raises(LedgerError, match=r"cannot be written: (?s:.*)not for you(?s:.*)contents: write"):
        ledger.write(settling(1), "m")
    assert (remote / "tries").read_text() == "x\n"
    assert head(remote) == ""


def test_a_change_that_fails_leaves_the_branch_as_it_is(remote: Path, ledger: GitLedger) -> None:
    def failing(_: Books) -> Books:
        raise ValueError

    ledger.write(settling(1), "m")
    before = head(remote)
    with pytest.raises(ValueError, match=r"^$"):
        ledger.write(failing, "m")
    assert head(remote) == before
