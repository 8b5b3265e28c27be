"""git over HTTP against a real server: what it costs, what it sends, and what it says when it fails."""

from __future__ import annotations

import base64
import io
import os
import tarfile
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from benchmarks.ledger import race
from homeostat.edges.git import GitLedger, GitWorkspace, Remote
from homeostat.edges.git.command import BOT, BOT_EMAIL, Git, GitError
from homeostat.errors import ConfigError, ForgeError, HomeostatError, LedgerError
from homeostat.records import Books
from tests.edges.test_git_workspace import commit, git
from tests.git_server import Answer, Fault, GitServer, Seen, pushing, saying

pytestmark = pytest.mark.slow

NOW = datetime(2026, 3, 2, 10, 17, tzinfo=UTC)
SLUG, TOKEN, READER = "octo/app", "ghs_abcdefghij0123456789", "ghs_reader"
FILES = {f"src/part{n}.py": f"value = {n}\n".encode() for n in range(12)}
BASIC = "Basic " + base64.b64encode(f"x-access-token:{TOKEN}".encode()).decode()


@dataclass(frozen=True)
class Place:
    """A served repository, a checkout of it, and a folder for clones."""

    server: GitServer
    checkout: Path
    home: Path

    @property
    def remote(self) -> Remote:
        return Remote(self.server.url(SLUG), TOKEN, patience=0.01)

    @property
    def bare(self) -> Git:
        return Git(self.server.root / f"{SLUG}.git")

    def clone(self, remote: Remote | None = None) -> GitWorkspace:
        return GitWorkspace.clone(self.home / "clone", remote=remote or self.remote, branch="main")

    def ledger(self, name: str = "ledger") -> GitLedger:
        return GitLedger(self.home / name, remote=self.remote, slug=SLUG, clock=lambda: NOW)

    def push(self, *refs: str) -> None:
        git(self.checkout, "push", "--quiet", "--force", str(self.server.root / f"{SLUG}.git"), *refs)

    @property
    def conversations(self) -> int:
        """What begins a round trip."""
        return sum(
            "/info/refs" in seen.target and seen.authorization is not None for seen in self.server.seen
        )


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Place]:
    bare = Git(tmp_path / f"served/{SLUG}.git")
    bare.init()
    bare("config", "uploadpack.allowFilter", "true")
    bare("config", "uploadpack.allowAnySHA1InWant", "true")
    checkout = tmp_path / "checkout"
    checkout.mkdir()
    git(checkout, "init", "--quiet", "-b", "main")
    for number in range(3):
        commit(checkout, FILES | {"count.txt": f"{number}\n".encode()}, f"Commit {number}")
    with GitServer(tmp_path / "served", {TOKEN: "rw", READER: "ro"}) as server:
        made = Place(server, checkout, tmp_path / "home")
        made.push("main")
        yield made


def noting(key: str) -> Callable[[Books], Books]:
    def change(books: Books) -> Books:
        return replace(books, attempts=replace(books.attempts, settled={**books.attempts.settled, key: key}))

    return change


# --- what it costs --------------------------------------------------------------------------------


def test_an_idle_look_is_two_round_trips_and_brings_no_file(place: Place) -> None:
    ledger, workspace = place.ledger(), place.clone()
    assert ledger.read() == Books()
    assert set(FILES) < workspace.paths()
    assert (ledger.round_trips, workspace.round_trips, place.conversations) == (1, 1, 2)
    blob = place.bare.text("rev-parse", "main:src/part1.py")
    with pytest.raises(GitError):
        Git(place.home / "clone/target.git")("cat-file", "-e", blob)


def test_a_clone_holds_one_commit(place: Place) -> None:
    place.clone()
    assert Git(place.home / "clone/target.git").text("rev-list", "--all").count("\n") == 0


def test_one_file_is_one_round_trip_and_all_files_are_one_more(place: Place) -> None:
    workspace = place.clone()
    assert workspace.read("src/part1.py") == "value = 1\n"
    assert workspace.read("src/part1.py") == "value = 1\n"
    assert workspace.round_trips == 2
    sink = place.home / "tree.tar"
    with sink.open("wb") as archive:
        workspace.archive(archive)
    assert workspace.round_trips == 3
    with tarfile.open(sink) as tar:
        assert {name: tar.extractfile(name).read() for name in FILES} == FILES  # type: ignore[union-attr]


def test_a_server_that_knows_no_filter_is_good_enough(place: Place) -> None:
    place.bare("config", "uploadpack.allowFilter", "false")
    place.bare("config", "uploadpack.allowAnySHA1InWant", "false")
    workspace = place.clone()
    assert workspace.read("src/part3.py") == "value = 3\n"
    workspace.export(_folder(place.home / "tree"))
    assert (place.home / "tree/src/part3.py").read_bytes() == b"value = 3\n"


def _folder(path: Path) -> Path:
    path.mkdir(parents=True)
    return path


# --- what it brings and pushes --------------------------------------------------------------------


def test_an_archive_holds_the_bytes_of_git_whatever_attributes_say(place: Place) -> None:
    hostile = b"* export-ignore export-subst ident text eol=crlf filter=evil working-tree-encoding=UTF-16\n"
    text = b"$Format:%H$ $Id$\r\nend\n"
    commit(place.checkout, {".gitattributes": b""}, "Nothing yet")
    git(place.checkout, "-c", "core.autocrlf=false", "commit", "--quiet", "--allow-empty", "-m", "x")
    blob = git(place.checkout, "hash-object", "-w", "--no-filters", str(_file(place.home / "raw", text)))
    rules = git(
        place.checkout, "hash-object", "-w", "--no-filters", str(_file(place.home / "rules", hostile))
    )
    for path, name in (("odd.txt", blob), (".gitattributes", rules)):
        git(place.checkout, "update-index", "--add", "--cacheinfo", f"100644,{name},{path}")
    git(place.checkout, "commit", "--quiet", "-m", "Hostile")
    place.push("main")
    sink = place.home / "tree.tar"
    with sink.open("wb") as archive:
        place.clone().archive(archive)
    with tarfile.open(fileobj=io.BytesIO(sink.read_bytes())) as tar:
        assert tar.extractfile("odd.txt").read() == text  # type: ignore[union-attr]
        assert tar.extractfile(".gitattributes").read() == hostile  # type: ignore[union-attr]


def _file(path: Path, content: bytes) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    return path


def test_a_fix_is_pushed_on_top_of_base_and_again_without_a_second_push(place: Place) -> None:
    workspace = place.clone()
    patch = workspace.patch({"src/part1.py": "value = 100\n"})
    for _ in range(2):
        pushed = workspace.publish(patch, branch="homeostat/x", message="fix: it", when=NOW)
    assert place.bare.text("rev-parse", "homeostat/x^") == workspace.base
    assert place.bare.text("rev-parse", "homeostat/x") == pushed
    assert place.bare.text("show", "homeostat/x:src/part1.py") == "value = 100"
    assert sum(map(pushing, place.server.seen)) == 1


def test_both_sides_of_a_merge_are_read_although_the_clone_is_shallow(place: Place) -> None:
    merged = commit(place.checkout, {"src/part1.py": b"value = 7\n"}, "Mend")
    commit(place.checkout, {"src/part2.py": b"value = 8\n"}, "Later")
    place.push("main")
    assert place.clone().pairs(merged) == [("src/part1.py", "value = 1\n", "value = 7\n")]


def test_a_merge_that_is_no_longer_there_teaches_nothing(place: Place) -> None:
    assert place.clone().pairs("1" * 40) == []


def test_a_line_is_found_in_the_history_that_was_not_cloned(place: Place) -> None:
    found = commit(place.checkout, {}, "fix: it\n\nFingerprint: hs1-aa")
    commit(place.checkout, {}, "Later")
    place.push("main")
    workspace = place.clone()
    assert workspace.commits_with("Fingerprint: hs1-aa") == [found]
    assert workspace.commits_with("Fingerprint: hs1-bb") == []
    assert workspace.commits_with("Fingerprint: hs1-a") == []


OURS = f"{BOT} <{BOT_EMAIL}>"


@pytest.mark.parametrize(
    ("author", "message", "stranger"),
    [
        (OURS, "fix", None),
        ("GitHub <noreply@github.com>", "fix\n\nFingerprint: hs1-aa", None),
        ("GitHub <noreply@github.com>", "Merge branch main", "GitHub"),
        ("ann <ann@x.example>", "fix\n\nFingerprint: hs1-aa", "ann"),
    ],
    ids=["ours", "signed for us", "a merge on the web", "a person's"],
)
def test_who_else_committed_to_our_branch(
    place: Place, author: str, message: str, stranger: str | None
) -> None:
    git(place.checkout, "checkout", "--quiet", "-b", "homeostat/x")
    commit(place.checkout, {"src/part1.py": b"value = 9\n"}, message, author)
    git(place.checkout, "checkout", "--quiet", "main")
    commit(place.checkout, {"src/part2.py": b"value = 10\n"}, "The base moves on")
    place.push("main", "homeostat/x")
    workspace = place.clone()
    assert workspace.stranger_on("homeostat/x") == stranger
    assert workspace.stranger_on("homeostat/none") is None


# --- the token ------------------------------------------------------------------------------------


def test_the_token_is_sent_and_stands_nowhere(place: Place) -> None:
    workspace = place.clone()
    workspace.publish(workspace.patch({"src/part1.py": "x\n"}), branch="homeostat/x", message="fix", when=NOW)
    place.ledger().write(noting("a"), "Note")
    assert {seen.authorization for seen in place.server.seen} == {BASIC}
    secret = (TOKEN.encode(), BASIC.removeprefix("Basic ").encode())
    files = [path for path in place.home.rglob("*") if path.is_file()]
    assert files
    assert not [path for path in files if any(word in path.read_bytes() for word in secret)]
    assert TOKEN not in repr(place.remote)


def test_the_token_is_not_sent_to_another_host(place: Place, tmp_path: Path) -> None:
    with GitServer(tmp_path / "served", {TOKEN: "rw"}) as elsewhere:
        place.server.moved[SLUG] = elsewhere.url(SLUG)
        with pytest.raises(ForgeError, match="has moved to another address"):
            place.clone()
        assert not [seen for seen in elsewhere.seen if seen.authorization]


def test_a_renamed_repository_is_followed_on_the_same_host(place: Place) -> None:
    (place.server.root / f"{SLUG}.git").rename(place.server.root / "octo/renamed.git")
    place.server.moved[SLUG] = place.server.url("octo/renamed")
    assert set(FILES) < place.clone().paths()


def test_an_address_with_a_password_is_refused() -> None:
    with pytest.raises(ConfigError, match="take it out"):
        Remote("https://me:secret@example.com/o/r.git")


# --- refusals -------------------------------------------------------------------------------------

REFUSALS = {
    "a wrong token": (
        saying(401, "Bad", WWW_Authenticate='Basic realm="GitHub"'),
        "missing, wrong or expired",
    ),
    "no right": (saying(403, "Write access to repository not granted."), "contents: write"),
    "not there": (saying(404, "Repository not found."), "correct the slug"),
    "archived": (saying(403, "This repository was archived so it is read-only."), "archived|contents: write"),
}


@pytest.mark.parametrize(("answer", "told"), REFUSALS.values(), ids=REFUSALS)
def test_a_refusal_is_one_sentence_and_is_not_repeated(place: Place, answer: Answer, told: str) -> None:
    place.server.faults.append(Fault(lambda _: True, "refuse", times=99, answer=answer))
    with pytest.raises(HomeostatError, match=told) as caught:
        place.clone()
    assert "\n" not in str(caught.value)
    assert TOKEN not in str(caught.value)
    assert len(place.server.seen) <= 2


def test_a_token_that_may_only_read_is_told_when_it_pushes(place: Place) -> None:
    workspace = place.clone(Remote(place.server.url(SLUG), READER))
    patch = workspace.patch({"src/part1.py": "x\n"})
    with pytest.raises(ForgeError, match="contents: write"):
        workspace.publish(patch, branch="homeostat/x", message="fix", when=NOW)


def test_a_missing_branch_is_told(place: Place) -> None:
    with pytest.raises(ForgeError, match="has no branch 'dev'"):
        GitWorkspace.clone(place.home / "clone", remote=place.remote, branch="dev")


def test_a_server_that_is_not_there_is_told(place: Place) -> None:
    remote = Remote("http://127.0.0.1:9/octo/app.git", TOKEN, patience=0.01)
    with pytest.raises(ForgeError, match=r"broke: check the network|cannot be reached"):
        place.clone(remote)


# --- faults ---------------------------------------------------------------------------------------

PASSING = {
    "reset before": Fault(lambda _: True, "reset before"),
    "reset after": Fault(lambda _: True, "reset after"),
    "a torn answer": Fault(lambda seen: seen.method == "POST", "truncate"),
    "an internal error": Fault(lambda _: True, "refuse", answer=saying(500, "oops")),
    "a bad gateway": Fault(lambda _: True, "refuse", times=2, answer=saying(502, "oops")),
}


@pytest.mark.parametrize("fault", PASSING.values(), ids=PASSING)
def test_a_passing_fault_is_waited_out(place: Place, fault: Fault) -> None:
    place.server.faults.append(replace(fault))
    assert set(FILES) < place.clone().paths()


@pytest.mark.parametrize("kind", ["reset before", "reset after"])
def test_a_push_without_an_answer_happens_once(place: Place, kind: str) -> None:
    workspace = place.clone()
    patch = workspace.patch({"src/part1.py": "value = 5\n"})
    place.server.faults.append(Fault(pushing, kind))
    pushed = workspace.publish(patch, branch="homeostat/x", message="fix", when=NOW)
    assert place.bare.text("rev-list", "main..homeostat/x") == pushed


@pytest.mark.parametrize("kind", ["reset before", "reset after"])
def test_a_ledger_write_without_an_answer_is_neither_lost_nor_doubled(place: Place, kind: str) -> None:
    ledger = place.ledger()
    ledger.write(noting("a"), "Note a")
    place.server.faults.append(Fault(pushing, kind))
    entry = {"key": "b"}
    ledger.write(lambda books: replace(noting("b")(books), entries=(entry,)), "Note b")
    assert set(place.ledger("second").read().attempts.settled) == {"a", "b"}
    assert place.bare.text("log", "--format=%s", "homeostat-state").split("\n") == ["Note b", "Note a"]


def test_a_ledger_that_nobody_answers_for_is_one_sentence(place: Place) -> None:
    def push(seen: Seen) -> bool:
        return pushing(seen)

    place.server.faults.append(Fault(push, "reset before", times=99))
    with pytest.raises(LedgerError) as caught:
        place.ledger().write(noting("a"), "Note")
    assert "\n" not in str(caught.value)


# --- hostile repositories -------------------------------------------------------------------------


def test_submodules_links_and_modules_files_have_no_effect(place: Place) -> None:
    modules = b'[submodule "x"]\n\tpath = x\n\turl = ext::sh -c "touch /tmp/pwned"\n\tupdate = !touch pwned\n'
    (place.checkout / "out").symlink_to("/etc")
    commit(place.checkout, {".gitmodules": modules}, "Hostile")
    git(place.checkout, "update-index", "--add", "--cacheinfo", f"160000,{'1' * 40},x")
    git(place.checkout, "commit", "--quiet", "-m", "A submodule")
    place.push("main")
    workspace = place.clone()
    assert workspace.read("out") is None
    assert "x" not in workspace.paths()
    workspace.export(_folder(place.home / "tree"))
    assert (place.home / "tree/out").is_symlink()
    assert not list((place.home / "tree").glob("x/*"))
    assert {seen.target.split(".git")[0] for seen in place.server.seen} == {f"/{SLUG}"}


@pytest.mark.parametrize("name", [".git", ".GIT", "git~1", ".g\u200cit", ".."])
def test_a_tree_that_reaches_for_gits_own_folder_is_refused(place: Place, name: str) -> None:
    blob = place.bare.text("hash-object", "-w", "--stdin", stdin=b"[core]\n\tfsmonitor = touch pwned\n")
    inner = place.bare.text("mktree", stdin=f"100644 blob {blob}\tconfig\n".encode())
    tree = place.bare.text("mktree", stdin=f"040000 tree {inner}\t{name}\n".encode())
    evil = place.bare.text("commit-tree", tree, "-m", "x", env=_who())
    place.bare("update-ref", "refs/heads/main", evil)
    with pytest.raises(ForgeError):
        place.clone().export(_folder(place.home / "tree"))


def _who() -> dict[str, str]:
    return {f"GIT_{who}_{part}": "x" for who in ("AUTHOR", "COMMITTER") for part in ("NAME", "EMAIL")}


def test_hooks_and_settings_of_the_target_never_run(place: Place) -> None:
    hook = b"#!/bin/sh\ntouch /tmp/homeostat-pwned\n"
    files = {f"hooks/{name}": hook for name in ("post-checkout", "pre-push", "reference-transaction")}
    commit(place.checkout, {**files, ".lfsconfig": b"[lfs]\n\turl = http://127.0.0.1:9/\n"}, "Hostile")
    place.push("main")
    workspace = place.clone()
    workspace.export(_folder(place.home / "tree"))
    workspace.publish(workspace.patch({"src/part1.py": "x\n"}), branch="homeostat/x", message="fix", when=NOW)
    assert not Path("/tmp/homeostat-pwned").exists()  # noqa: S108 - where the hooks would leave their mark


# --- late, and many at once -----------------------------------------------------------------------


def ticking() -> Callable[[], datetime]:
    """A clock that never says the same twice, so that no two commits are one."""
    seconds = iter(range(1000))
    return lambda: NOW + timedelta(seconds=next(seconds))


@pytest.mark.parametrize("between", [False, True], ids=["alone", "another writes on top"])
def test_a_write_that_arrives_after_we_looked_is_not_written_again(place: Place, *, between: bool) -> None:
    place.ledger("first").write(noting("a"), "Note a")
    ledger = GitLedger(place.home / "ledger", remote=place.remote, slug=SLUG, clock=ticking())
    gate, turns = threading.Event(), 0
    # Twice: curl itself sends a request again when the line is cut before the first byte of an answer.
    place.server.faults += [Fault(pushing, "reset late", gate=gate), Fault(pushing, "reset before")]

    def change(books: Books) -> Books:
        nonlocal turns
        turns += 1
        if turns == 2:
            gate.set()
            _until(lambda: "Note b" in place.bare.text("log", "--format=%s", "homeostat-state"))
            if between:
                place.ledger("other").write(noting("c"), "Note c")
        return replace(noting("b")(books), entries=({"key": "b"},))

    written = ledger.write(change, "Note b")
    assert written.entries == ()
    told = place.bare.text("log", "--format=%s", "homeostat-state").split("\n")
    assert told == [*(["Note c"] if between else []), "Note b", "Note a"]
    assert place.bare.text("show", "homeostat-state:runs/2026-03.jsonl") == '{"key": "b"}'
    assert written.attempts.settled.keys() == {"a", "b", *("c" if between else "")}


def _until(happened: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 20
    while not happened() and time.monotonic() < deadline:
        time.sleep(0.05)


@pytest.mark.parametrize("kind", ["reset before", "reset after"])
def test_a_commit_without_an_answer_is_on_the_branch_once(place: Place, kind: str) -> None:
    workspace = place.clone()
    place.server.faults.append(Fault(pushing, kind))
    pushed = workspace.commit(workspace.patch({"src/part1.py": "x\n"}), message="fix", when=NOW)
    assert place.bare.text("rev-list", f"{workspace.base}..main") == pushed


def test_a_commit_that_arrived_unanswered_below_another_is_no_lost_race(place: Place) -> None:
    workspace = place.clone()
    patch = workspace.patch({"src/part1.py": "x\n"})

    def pushed_on(seen: Seen) -> bool:
        if not pushing(seen) and place.bare.text("rev-list", "--count", f"{base}..main") == "1":
            git(place.checkout, "pull", "--quiet", str(place.bare.git_dir), "main")
            commit(place.checkout, {"src/part2.py": b"y\n"}, "Someone goes on")
            place.push("main")
        return False

    base = workspace.base
    place.server.faults += [Fault(pushed_on, "none"), Fault(pushing, "reset after")]
    pushed = workspace.commit(patch, message="fix", when=NOW)
    assert place.bare.text("rev-list", f"{base}..main").split()[-1] == pushed
    assert place.bare.text("rev-list", "--count", f"{base}..main") == "2"


def test_a_push_of_another_since_we_looked_is_not_overwritten(place: Place) -> None:
    workspace = place.clone()
    patch = workspace.patch({"src/part1.py": "x\n"})
    workspace.publish(patch, branch="homeostat/x", message="fix", when=NOW)
    assert workspace.stranger_on("homeostat/x") is None
    git(place.checkout, "fetch", "--quiet", str(place.bare.git_dir), "homeostat/x")
    git(place.checkout, "checkout", "--quiet", "FETCH_HEAD")
    theirs = commit(place.checkout, {"src/part2.py": b"y\n"}, "Mine", author="ann <ann@x.example>")
    place.push("HEAD:homeostat/x")
    again = workspace.patch({"src/part1.py": "z\n"})
    with pytest.raises(ForgeError, match="ann has pushed to homeostat/x meanwhile"):
        workspace.publish(again, branch="homeostat/x", message="fix", when=NOW)
    assert place.bare.text("rev-parse", "homeostat/x") == theirs


def test_a_branch_that_the_forge_moved_for_us_is_replaced_all_the_same(place: Place) -> None:
    workspace = place.clone()
    assert workspace.stranger_on("homeostat/x") is None
    place.push("main:homeostat/x")
    patch = workspace.patch({"src/part1.py": "x\n"})
    pushed = workspace.publish(patch, branch="homeostat/x", message="fix", when=NOW)
    assert place.bare.text("rev-parse", "homeostat/x") == pushed


def test_a_fix_is_pushed_without_the_files_that_the_server_has(place: Place) -> None:
    workspace = place.clone()
    sink = io.BytesIO()
    workspace.archive(sink)
    commit(place.checkout, {"src/big.py": os.urandom(200_000)}, "The base moves on")
    place.push("main")
    patch = workspace.patch({"src/part1.py": "x\n"})
    workspace.publish(patch, branch="homeostat/x", message="fix", when=NOW)
    (sent,) = [seen for seen in place.server.seen if pushing(seen)]
    assert len(sent.told) < 1500


def test_our_branch_that_was_merged_holds_no_stranger(place: Place) -> None:
    workspace = place.clone()
    workspace.publish(workspace.patch({"src/part1.py": "x\n"}), branch="homeostat/x", message="fix", when=NOW)
    git(place.checkout, "pull", "--quiet", str(place.bare.git_dir), "homeostat/x")
    commit(place.checkout, {"src/part2.py": b"y\n"}, "Later")
    place.push("main")
    assert workspace.stranger_on("homeostat/x") is None
    patch = workspace.patch({"src/part1.py": "z\n"})
    pushed = workspace.publish(patch, branch="homeostat/x", message="fix", when=NOW)
    assert place.bare.text("rev-parse", "homeostat/x") == pushed


def test_a_ledger_that_may_not_be_written_says_why_once(place: Place) -> None:
    remote = replace(place.remote, token=READER, secret="HOMEOSTAT_STATE_TOKEN")  # noqa: S106 - a name
    ledger = GitLedger(place.home / "ledger", remote=remote, slug=SLUG, clock=lambda: NOW)
    with pytest.raises(LedgerError) as caught:
        ledger.write(noting("a"), "Note")
    assert str(caught.value) == (
        "The state branch cannot be written: The token in HOMEOSTAT_STATE_TOKEN has no right to this in "
        f"{remote.url}: give it `contents: write`, for this repository."
    )


@pytest.mark.crash
@pytest.mark.timeout(400)  # nine processes share what processors there are
def test_eight_processes_that_write_at_once_lose_and_double_nothing(tmp_path: Path) -> None:
    assert race(tmp_path, 8, 10) == 0
