"""The commands as people type them: what is printed, what is written, and the exit code."""

from __future__ import annotations

import contextlib
import io
import json
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click
import pytest
from click import Command, Group
from click.testing import CliRunner

from homeostat import __version__
from homeostat.cli import commands, main
from homeostat.console import teller

ROOT = Path(__file__).parent.parent
OWN = ("HOMEOSTAT_", "GITHUB_", "RUNNER_", "GIT_", "APPLY_", "MAX_", "LEARNING_", "CONFIDENCE_")
TESTS = "python3 -m unittest discover -s tests -t ."


@dataclass(frozen=True)
class Said:
    """What a command answered."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:  # noqa: ANN401 - whatever was printed
        return json.loads(self.out)


def environment(extra: Mapping[str, str]) -> dict[str, str]:
    """The process's own, without what a workflow or a user set for Homeostat."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(OWN)}
    return {**kept, "PYTHONPATH": str(ROOT), **extra}


@click.command(context_settings={"ignore_unknown_options": True, "help_option_names": []})
@click.argument("words", nargs=-1, type=click.UNPROCESSED)
def entry(words: tuple[str, ...]) -> None:
    """What the console script calls, its boundary included."""
    main(words)


def homeostat(*words: object, stdin: str | bytes = b"", cwd: Path = ROOT, **extra: str) -> Said:
    """Run a command in this process: the same entry, without the time that a new one takes."""
    unset = {name: None for name in os.environ if name.startswith(OWN)}
    with contextlib.chdir(cwd):
        done = CliRunner().invoke(entry, [*map(str, words)], input=stdin, env={**unset, **extra})
    return Said(done.exit_code, done.stdout, done.stderr)


def process(*words: object, stdin: str | bytes = b"", cwd: Path = ROOT, **extra: str) -> Said:
    """Run `python -m homeostat` as a process of its own."""
    given = stdin.encode() if isinstance(stdin, str) else stdin
    command = [sys.executable, "-m", "homeostat", *map(str, words)]
    done = subprocess.run(
        command, input=given, capture_output=True, cwd=cwd, env=environment(extra), check=False
    )
    said = Said(done.returncode, done.stdout.decode(), done.stderr.decode())
    assert "Traceback (most" not in said.err
    return said


def git(folder: Path, *words: str) -> str:
    who = ["-c", "user.name=ann", "-c", "user.email=ann@example.com", "-c", "commit.gpgsign=false"]
    return subprocess.run(
        ["git", *who, *words], cwd=folder, env=environment({}), capture_output=True, text=True, check=True
    ).stdout


def lay(folder: Path, files: Mapping[str, str]) -> Path:
    for path, text in files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text, encoding="utf-8")
    return folder


# --- a team: one project that a person fixed, another with the same bug -------------------------------

BUGGY = 'DEFAULT = 30\n\n\ndef timeout(settings):\n    value = settings["timeout"]\n    return int(value)\n'
MENDED = BUGGY.replace('settings["timeout"]', 'settings.get("timeout", DEFAULT)')
CASE = (
    "import unittest\n\nfrom src.settings import timeout\n\n\nclass T(unittest.TestCase):\n"
    "    def test_given(self):\n        self.assertEqual(timeout({'timeout': '5'}), 5)\n\n"
    "    def test_default(self):\n        self.assertEqual(timeout({}), 30)\n"
)
PROJECT = {
    "src/__init__.py": "",
    "src/settings.py": BUGGY,
    "tests/__init__.py": "",
    "tests/test_settings.py": CASE,
}
TRACE = (
    'Traceback (most recent call last):\n  File "/srv/shop/run.py", line 3, in main\n    timeout({})\n'
    '  File "/srv/shop/src/settings.py", line 5, in timeout\n    value = settings["timeout"]\n'
    "KeyError: 'timeout'\n"
)


@dataclass(frozen=True)
class Lesson:
    """A repository whose newest commit is a person's fix, and the library learned from it."""

    checkout: Path
    library: Path
    said: Said

    @property
    def pattern_id(self) -> str:
        return self.said.out.split()[0]


@pytest.fixture(scope="module")
def lesson(tmp_path_factory: pytest.TempPathFactory) -> Lesson:
    root = tmp_path_factory.mktemp("lesson")
    checkout = lay(root / "orders", PROJECT)
    git(checkout, "init", "--quiet")
    git(checkout, "add", ".")
    git(checkout, "commit", "--quiet", "-m", "Start")
    lay(checkout, {"src/settings.py": MENDED})
    git(checkout, "commit", "--quiet", "-am", "Fall back to the default")
    library = root / "learned" / "library.json"
    said = homeostat("patterns", "learn", checkout, "--trace", "-", "--library", library, stdin=TRACE)
    return Lesson(checkout, library, said)


@pytest.fixture
def project(tmp_path: Path) -> Path:
    return lay(tmp_path / "project", PROJECT)


def files_of(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def fix(project: Path, *words: object, test: str = TESTS, stdin: str = "") -> Said:
    return homeostat("fix", project, "--test", test, *words, stdin=stdin)


# --- patterns -------------------------------------------------------------------------------------------


def test_a_pattern_is_learned_from_a_persons_commit(lesson: Lesson) -> None:
    assert lesson.said.code == 0
    assert re.match(r"p-[0-9a-f]{12}  python  KeyError\n", lesson.said.out)
    assert "  - " in lesson.said.out
    assert 'settings.get("timeout", DEFAULT)' in lesson.said.out
    stored = json.loads(lesson.library.read_text(encoding="utf-8"))
    assert [pattern["id"] for pattern in stored["patterns"]] == [lesson.pattern_id]


LESSONS = "".join(
    json.dumps({
        "id": f"acme/{name}@1", "language": "python", "path": "a.py", "error": {"type": "KeyError"},
        "before": f"def f({name}):\n    return {name}['x']\n",
        "after": f"def f({name}):\n    return {name}.get('x')\n",
    }) + "\n"
    for name in ("rates", "items")
)  # fmt: skip
FAILING = "def price(basket, item):\n    return basket[item]\n"


@pytest.fixture(scope="module")
def rules(tmp_path_factory: pytest.TempPathFactory) -> Path:
    library = tmp_path_factory.mktemp("rules") / "library.json"
    said = homeostat("patterns", "learn", "--jsonl", "--library", library, stdin=LESSONS)
    assert (said.code, said.out) == (0, "")
    assert said.err.startswith("2 fixes taught something; ")
    return library


def test_rules_answer_questions_one_a_line(rules: Path) -> None:
    asked = {"language": "python", "path": "b.py", "source": FAILING, "lines": [2, 2], "error": None}
    questions = "".join(json.dumps({"id": str(n), **asked}) + "\n" for n in range(2))
    said = homeostat("patterns", "suggest", "--jsonl", "--library", rules, "--limit", 3, stdin=questions)
    answers = [json.loads(line) for line in said.out.splitlines()]
    assert [answer["id"] for answer in answers] == ["0", "1"]
    best, *others = answers[0]["candidates"]
    assert best["after"] == FAILING.replace("basket[item]", "basket.get(item)")
    assert best["pattern"].startswith("r-")
    assert 0 < best["confidence"] <= 1
    assert len(others) == 2


def test_a_general_rule_has_a_page(rules: Path) -> None:
    listed = homeostat("patterns", "list", "--library", rules)
    assert re.match(r"python: \d+ general rules, from 2 fixes in 2 repositories\n", listed.out)
    told = homeostat("patterns", "list", "--library", rules, "--json").json["rules"]["python"]
    assert listed.out.startswith(f"python: {told['rules']} general rules")
    assert (told["fixes"], told["repositories"]) == (2, 2)
    asked = {
        "id": "a",
        "language": "python",
        "path": "b.py",
        "source": FAILING,
        "error": {"type": "KeyError"},
    }
    said = homeostat("patterns", "suggest", "--jsonl", "--library", rules, stdin=json.dumps(asked))
    best = said.json["candidates"][0]["pattern"]
    page = homeostat("patterns", "show", best, "--library", rules)
    assert page.out.startswith(f"{best}  python  ")
    assert "\nseen in 2 fixes: acme/rates@1, acme/items@1\nused 0 times\n" in page.out
    assert "may be any code:\n  - ⟦0⟧ [ ⟦1⟧ ]\n  + ⟦0⟧.get(⟦1⟧)\n" in page.out
    told = homeostat("patterns", "show", best, "--library", rules, "--json").json
    assert (told["id"], told["code"], told["uses"], told["deliveries"]) == (best, "⟦0⟧.get(⟦1⟧)", 0, [])
    none = homeostat("patterns", "show", "r-000000000000", "--library", rules)
    assert none.code == 2
    assert "pull requests name rules" in none.err


def test_a_person_is_shown_what_a_rule_would_change(rules: Path, tmp_path: Path) -> None:
    lay(tmp_path, {"b.py": FAILING})
    words = ("suggest", tmp_path / "b.py", "--line", 2, "--error", "KeyError", "--no-search", "--limit", 1)
    said = homeostat("patterns", *words, "--library", rules)
    assert "   -    return basket[item]\n   +    return basket.get(item)\n" in said.out
    nothing = homeostat("patterns", "suggest", tmp_path / "b.py", "--line", 99, "--library", rules)
    assert nothing.out == "The library has nothing to suggest here.\n"


@pytest.mark.parametrize(
    ("words", "stdin", "told"),
    [
        (("learn", "--jsonl"), "{", "standard input, line 1: "),
        (("learn", "--jsonl"), '\n{"id": "a"}\n', "standard input, line 2: "),
        (("suggest", "--jsonl"), '{"id": "a", "language": 1}', "standard input, line 1: "),
        (("learn",), "", "Give a CHECKOUT and the report of its error with --trace, or fixes with --jsonl."),
        (("suggest",), "", "Give the FILE that fails, or questions with --jsonl."),
    ],
    ids=[
        "no JSON",
        "a field is missing",
        "a field is wrong",
        "nothing to learn from",
        "nothing to ask about",
    ],
)
def test_a_bad_request_is_one_sentence(
    rules: Path, tmp_path: Path, words: tuple[str, ...], stdin: str, told: str
) -> None:
    library = tmp_path / "library.json"
    library.write_bytes(rules.read_bytes())
    said = homeostat("patterns", *words, "--library", library, stdin=stdin)
    assert said.code == 2
    assert said.err.startswith(told)
    assert said.err.count("\n") == 1
    assert library.read_bytes() == rules.read_bytes()


def test_learning_reads_the_repository_and_changes_nothing_in_it(lesson: Lesson) -> None:
    assert git(lesson.checkout, "status", "--porcelain", "--ignored") == ""


def test_the_same_lesson_is_kept_once(lesson: Lesson, tmp_path: Path) -> None:
    library = tmp_path / "library.json"
    library.write_bytes(lesson.library.read_bytes())
    words = ("patterns", "learn", lesson.checkout, "--commit", "HEAD", "--trace", "-", "--library", library)
    assert homeostat(*words, stdin=TRACE).code == 0
    assert len(json.loads(library.read_text(encoding="utf-8"))["patterns"]) == 1


def test_patterns_are_listed_one_a_line(lesson: Lesson) -> None:
    said = homeostat("patterns", "list", "--library", lesson.library)
    assert said.out.splitlines()[0] == f"{lesson.pattern_id}  python  KeyError"
    listed = homeostat("patterns", "list", "--library", lesson.library, "--json").json
    assert [pattern["path"] for pattern in listed["patterns"]] == ["src/settings.py"]


def test_a_pattern_is_shown_as_it_was_learned(lesson: Lesson) -> None:
    said = homeostat("patterns", "show", lesson.pattern_id, "--library", lesson.library)
    assert (said.code, said.out) == (0, lesson.said.out)
    told = homeostat("patterns", "show", lesson.pattern_id, "--library", lesson.library, "--json").json
    assert (told["id"], told["path"], told["success_rate"]) == (lesson.pattern_id, "src/settings.py", 1.0)
    assert "\nused 0 times\n" in said.out


def test_an_empty_library_and_a_retired_pattern_say_so(lesson: Lesson, tmp_path: Path) -> None:
    stored = json.loads(lesson.library.read_text(encoding="utf-8"))
    stored["patterns"][0]["retired"] = "success rate 40% after 10 uses"
    retired = lay(tmp_path, {"retired.json": json.dumps(stored)}) / "retired.json"
    empty = lay(tmp_path, {"empty.json": json.dumps({**stored, "patterns": [], "rules": {}})}) / "empty.json"
    assert homeostat("patterns", "list", "--library", retired).out.splitlines()[0].endswith(" (retired)")
    assert (
        "; retired: success rate 40%"
        in homeostat("patterns", "show", lesson.pattern_id, "--library", retired).out
    )
    assert homeostat("patterns", "list", "--library", empty).out.startswith("The library is empty")


def test_an_unknown_pattern_is_one_sentence(lesson: Lesson) -> None:
    said = homeostat("patterns", "show", "p-none", "--library", lesson.library)
    assert (said.code, said.out) == (2, "")
    assert "holds no pattern p-none" in said.err


LIBRARIES = {
    "missing": (None, "is no file"),
    "not JSON": ("{", "is no library that this Homeostat can read"),
    "of another time": ('{"version": 9}', "is no library that this Homeostat can read"),
}


@pytest.mark.parametrize(("text", "told"), LIBRARIES.values(), ids=LIBRARIES.keys())
def test_what_is_no_library_is_told_in_one_sentence(text: str | None, told: str, tmp_path: Path) -> None:
    library = tmp_path / "library.json"
    if text is not None:
        library.write_text(text, encoding="utf-8")
    said = homeostat("patterns", "list", "--library", library)
    assert (said.code, said.out, said.err.count("\n")) == (2, "", 1)
    assert f"{library} {told}" in said.err
    assert "state branch" not in said.err


def test_a_commit_without_a_lesson_says_why(tmp_path: Path) -> None:
    checkout = lay(tmp_path / "plain", {"README": "one"})
    git(checkout, "init", "--quiet")
    for text in ("one", "two"):
        lay(checkout, {"README": text, f"new-{text}.txt": text})
        git(checkout, "add", ".")
        git(checkout, "commit", "--quiet", "-m", text)
    library = tmp_path / "library.json"
    words = ("patterns", "learn", checkout, "--trace", "-", "--library", library)
    said = homeostat(*words, "--commit", "nowhere", stdin=TRACE)
    assert "has no commit 'nowhere'" in said.err
    assert homeostat(*words, stdin="it does not work").code == 2
    empty = homeostat(*words, "--commit", "HEAD", stdin=TRACE)
    assert (empty.code, empty.out) == (2, "")
    assert empty.err.startswith("Nothing to learn from HEAD: ")
    assert empty.err.endswith("Name the fix with --commit.\n")
    assert not library.exists()


# --- fix ----------------------------------------------------------------------------------------------


def test_a_fix_is_printed_with_its_proof_and_nothing_is_changed(project: Path, lesson: Lesson) -> None:
    before = files_of(project)
    said = fix(project, "--library", lesson.library, "--trace", "-", stdin=TRACE)
    assert said.code == 0
    assert '-    value = settings["timeout"]\n+    value = settings.get("timeout", DEFAULT)\n' in said.out
    assert "Proven: 1 failing before, passing after" in said.out
    assert "  at src/settings.py:5   hs1-" in said.out
    assert re.search(r"  before   exit 1, \d+\.\d s\n  after    exit 0, ", said.out)
    assert f"  pattern  {lesson.pattern_id} (confidence " in said.out
    assert files_of(project) == before


def test_apply_writes_the_fix_and_only_the_fix(project: Path, lesson: Lesson) -> None:
    before = files_of(project)
    said = fix(project, "--library", lesson.library, "--apply")
    assert (said.code, said.out.splitlines()[-1]) == (0, "written: src/settings.py")
    assert files_of(project) == {**before, "src/settings.py": MENDED.encode()}
    lay(project, {"src/settings.py": BUGGY})
    as_json = fix(project, "--library", lesson.library, "--apply", "--json")
    assert as_json.json["failures"][0]["healed"] is True
    assert as_json.err.endswith("written: src/settings.py\n")
    again = fix(project, "--library", lesson.library)
    assert (again.code, again.out) == (0, "Nothing to heal: the tests pass.\n")


@pytest.mark.slow
def test_a_fix_as_json_tells_the_same_to_machines(project: Path, lesson: Lesson) -> None:
    said = fix(project, "--library", lesson.library, "--json")
    assert (said.code, said.json["tests"]) == (0, "red")
    (failure,) = said.json["failures"]
    assert failure["healed"] is True
    assert failure["proof"]["verdict"] == "proven"
    assert failure["fingerprint"]["culprit"]["path"] == "src/settings.py"
    assert "+    value = settings.get" in failure["diff"]


@pytest.mark.slow
def test_a_report_that_no_test_shows_is_healed_as_consistent(project: Path, lesson: Lesson) -> None:
    lay(project, {"tests/test_settings.py": CASE.split("    def test_default", maxsplit=1)[0]})
    said = fix(project, "--library", lesson.library, "--trace", "-", stdin=TRACE)
    assert said.code == 0
    assert "Consistent: no test failed before" in said.out


def test_without_a_fitting_pattern_nothing_is_healed_and_the_exit_code_is_1(project: Path) -> None:
    said = fix(project, "--no-search")
    assert said.code == 1
    assert "Not healed: no pattern has been learned yet" in said.out
    assert fix(project, "--no-search", "--json").json["failures"][0]["diff"] == ""


@pytest.mark.slow
def test_an_edit_that_no_one_learned_is_found_and_said_to_be_one(project: Path) -> None:
    lay(project, {"src/last.py": "def last(items):\n    at = len(items)\n    return items[at]\n"})
    case = CASE.split("class T", maxsplit=1)[0].replace("settings import timeout", "last import last")
    test = (
        "class T(unittest.TestCase):\n    def test_last(self):\n        self.assertEqual(last([4, 7]), 7)\n"
    )
    (project / "tests" / "test_settings.py").unlink()
    lay(project, {"tests/test_last.py": case + test})
    said = fix(project)
    assert said.code == 0
    assert "+    return items[at - 1]" in said.out or "+    at = len(items) - 1" in said.out
    assert "  note     the tests pass; whether it is right, read it\n" in said.out


BROKEN = {
    "missing command": ("no-such-command", "the test command cannot run here"),
    "no readable test": ("exit 3", "exit code 3, and no failing test can be read"),
}


@pytest.mark.parametrize(("command", "told"), BROKEN.values(), ids=BROKEN.keys())
def test_a_broken_test_command_is_told_and_proves_nothing(
    command: str, told: str, project: Path, lesson: Lesson
) -> None:
    bare = fix(project, "--library", lesson.library, test=command)
    assert (bare.code, bare.out.count("\n")) == (1, 1)
    assert bare.out.startswith("No failure can be read: ")
    assert told in bare.out
    traced = fix(project, "--library", lesson.library, "--trace", "-", test=command, stdin=TRACE)
    assert traced.code == 1
    assert f"Not healed: {told}" in traced.out


def test_tests_without_an_end_are_killed_at_their_time_limit(project: Path, lesson: Lesson) -> None:
    said = fix(project, "--library", lesson.library, "--timeout", "0.01", test="sleep 20")
    assert said.code == 1
    assert "the tests did not end within" in said.out


def test_an_unreadable_trace_is_one_sentence(project: Path) -> None:
    said = fix(project, "--trace", "-", stdin="it does not work")
    assert (said.code, said.out) == (2, "")
    assert "The report cannot be read. It lacks a stack trace" in said.err
    assert said.err.endswith(": give all that was printed.\n")


def test_a_missing_library_is_one_sentence(project: Path) -> None:
    said = fix(project, "--library", project / "none.json")
    assert (said.code, said.out) == (2, "")
    assert "none.json is no file" in said.err


# --- help -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("words", [(), ("patterns",)], ids=["all", "patterns"])
def test_each_command_is_told_in_a_whole_sentence(words: tuple[str, ...]) -> None:
    lines = homeostat(*words, "--help", COLUMNS="80").out.partition("\nCommands:\n")[2].splitlines()
    assert len(lines) > 5
    assert [line for line in lines if line.endswith("...") or not line.endswith((".", "?"))] == []


# --- validate -----------------------------------------------------------------------------------------

ENTRY = (
    "version: 1\nrepositories:\n  - slug: acme/shop\n    branch: main\n    max_prs_per_run: 2\n"
    f"    labels: [shop]\n    path_filters: {{include: [src/]}}\n    test_command: {TESTS}\n"
)


def validate(folder: Path, text: str, *words: str) -> Said:
    return homeostat("validate", *words, "repos.yml", cwd=lay(folder, {"repos.yml": text}))


def test_a_sound_configuration_is_told_with_its_repositories(tmp_path: Path) -> None:
    said = validate(tmp_path, ENTRY)
    assert (said.code, said.out) == (0, "repos.yml: valid, 1 repository: acme/shop\n")
    assert validate(tmp_path, ENTRY, "--json").json == {"valid": True, "repositories": ["acme/shop"]}


def test_an_empty_configuration_is_sound(tmp_path: Path) -> None:
    assert validate(tmp_path, "version: 1\nrepositories: []\n").out == "repos.yml: valid, empty\n"


def test_every_problem_has_its_line_and_column(tmp_path: Path) -> None:
    said = validate(
        tmp_path, ENTRY.replace("branch", "brunch").replace("max_prs_per_run: 2", "max_prs_per_run: -1")
    )
    assert (said.code, said.out) == (2, "")
    assert all(re.match(r"repos\.yml:\d+:\d+: ", line) for line in said.err.splitlines())
    assert "brunch" in said.err
    assert "max_prs_per_run" in said.err


def test_problems_are_told_as_json_too(tmp_path: Path) -> None:
    said = validate(tmp_path, ENTRY.replace("branch", "brunch"), "--json")
    assert said.code == 2
    assert said.json == {"valid": False, "problems": said.err.splitlines()}


def test_a_missing_configuration_says_where_it_is_expected(tmp_path: Path) -> None:
    said = homeostat("validate", cwd=tmp_path)
    assert said.code == 2
    assert said.err.startswith(".homeostat/repos.yml: there is no such file")


# --- fingerprint --------------------------------------------------------------------------------------


def test_a_pasted_trace_is_identified() -> None:
    found = process("fingerprint", stdin=TRACE).json
    assert (found["language"], found["type"], found["template"]) == ("python", "KeyError", "'timeout'")
    assert (found["culprit"]["path"], found["culprit"]["function"]) == ("src/settings.py", "timeout")
    assert len(found["frames"]) == 2
    assert set(found) == {"exact", "coarse", "site", "language", "type", "template", "culprit", "frames"}


@pytest.mark.parametrize("text", [b"", b" \n\n", b"\x00\x00"], ids=["nothing", "blank", "bytes"])
def test_what_cannot_be_identified_says_what_it_lacks(text: bytes) -> None:
    said = homeostat("fingerprint", stdin=text)
    assert (said.code, said.json) == (0, {"error": "it lacks a stack trace with at least one file and line"})


@pytest.mark.parametrize(
    "text", [b"hello", b"\xff\xfe\x00", b"panic: late"], ids=["a word", "bytes", "a panic"]
)
def test_words_without_a_stack_are_identified_by_themselves(text: bytes) -> None:
    found = homeostat("fingerprint", stdin=text).json
    assert (found["culprit"], found["frames"]) == (None, [])
    assert found["template"]


def test_an_identity_is_explained() -> None:
    said = homeostat("fingerprint", "--explain", stdin=TRACE)
    assert said.code == 0
    assert all(word in said.out for word in ("exact     hs1-", "coarse    hs1-", "the culprit", "template"))


def test_what_says_nothing_cannot_be_explained() -> None:
    said = homeostat("fingerprint", "--explain", stdin=b"")
    assert (said.code, said.out) == (2, "")
    assert said.err == "standard input: it lacks a stack trace with at least one file and line.\n"


def test_one_report_is_explained_at_a_time() -> None:
    assert homeostat("fingerprint", "--explain", "--jsonl", stdin=TRACE).code == 2


def test_json_lines_are_answered_line_by_line() -> None:
    stack = "    at run (/srv/shop/src/a.js:3:4)"
    asked: list[dict[str, object]] = [
        {"id": 1, "text": TRACE},
        {"id": "half \ud800", "text": f"TypeError: half \ud800\n{stack}"},
        {"type": "TypeError", "message": "bad", "stack": stack},
        {"type": "TypeError", "message": "bad", "stack": f"TypeError: bad\n{stack}"},
        {"text": None},
    ]
    said = homeostat("fingerprint", "--jsonl", stdin="\n\n".join(map(json.dumps, asked)))
    answers = [json.loads(line) for line in said.out.splitlines()]
    assert (said.code, len(answers)) == (0, len(asked))
    assert (answers[0]["id"], answers[1]["id"]) == (1, "half ?")
    assert answers[2]["exact"] == answers[3]["exact"]
    assert answers[4] == {"error": "it lacks a stack trace with at least one file and line"}


WRONG_LINES = {
    "no JSON": ("nope", "line 2: not JSON"),
    "no object": ("[1]", "line 2: no JSON object: give one object a line"),
    "too deep": ("[" * 200_000, "line 2: not JSON"),
}


@pytest.mark.parametrize(("line", "told"), WRONG_LINES.values(), ids=WRONG_LINES.keys())
def test_a_wrong_line_is_named(line: str, told: str) -> None:
    said = homeostat("fingerprint", "--jsonl", stdin=f'{{"text": "x"}}\n{line}\n')
    assert (said.code, said.out.count("\n"), said.err.count("\n")) == (2, 1, 1)
    assert said.err.startswith(f"standard input, {told}")


# --- heal ---------------------------------------------------------------------------------------------


@pytest.fixture
def forge(tmp_path: Path) -> Path:
    """A folder with repos.yml and an empty forge."""
    (lay(tmp_path, {"repos.yml": ENTRY}) / "forge").mkdir()
    return tmp_path


WRONG_HEALS = {
    "wrong slug": (("--repo", "acme/shpo", "--forge", "forge"), {}, "did you mean 'acme/shop'?"),
    "unknown slug": (("--repo", "zoo/lion", "--forge", "forge"), {}, "add it to repositories"),
    "missing forge": (("--repo", "acme/shop", "--forge", "none"), {}, "'none' does not exist"),
    "no forge": (("--repo", "acme/shop"), {}, "There is no sandbox: the tests of a repository never"),
    "repository not in the forge": (
        ("--repo", "acme/shop", "--forge", "forge"), {}, "forge holds no repository acme/shop",
    ),
    "unknown environment": (
        ("--repo", "acme/shop", "--forge", "forge"), {"HOMEOSTAT_ENV": "prod"},
        "accepted: dev, test, production",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("words", "extra", "told"), WRONG_HEALS.values(), ids=WRONG_HEALS.keys())
def test_a_wrong_order_is_one_clear_sentence(
    words: tuple[str, ...], extra: dict[str, str], told: str, forge: Path
) -> None:
    said = homeostat("heal", "--config", "repos.yml", *words, cwd=forge, **extra)
    assert (said.code, said.out) == (2, "")
    assert told in said.err.splitlines()[-1]


def test_a_failed_leg_tells_the_workflow(forge: Path) -> None:
    output = lay(forge, {"output": ""}) / "output"
    words = ("heal", "--config", "repos.yml", "--repo", "acme/shop", "--forge", "forge")
    assert homeostat(*words, cwd=forge, GITHUB_OUTPUT=str(output)).code == 2
    assert re.fullmatch(r"status<<(\S+)\nfailed\n\1\n", output.read_text(encoding="utf-8"))


def test_a_repository_that_is_not_enabled_is_left_alone(forge: Path) -> None:
    lay(forge, {"repos.yml": ENTRY + "    enabled: false\n"})
    said = homeostat("heal", "--config", "repos.yml", "--repo", "acme/shop", "--forge", "forge", cwd=forge)
    assert said.code == 0
    assert said.out.endswith("  enabled is false in repos.yml: nothing was done.\n")
    words = ("heal", "--config", "repos.yml", "--repo", "acme/shop", "--forge", "forge", "--json")
    assert homeostat(*words, cwd=forge).json["notes"] == ["enabled is false in repos.yml: nothing was done."]


def test_progress_on_a_terminal_is_coloured_unless_told_not_to() -> None:
    shown = {}
    for wish in ("", "1"):
        keeper, terminal = os.openpty()
        said = io.TextIOWrapper(os.fdopen(terminal, "wb"), write_through=True)
        with contextlib.redirect_stderr(said):
            teller({"NO_COLOR": wish})("running the tests", command="a\x1b[31m\n::error::b")
        shown[wish] = os.read(keeper, 10_000).decode()
        said.close()
        os.close(keeper)
    assert "\x1b[" in shown[""]
    plain = r"\d\d:\d\d:\d\d running the tests +command=.*a\[31m :\\u200b:error::b.*\r\n"
    assert re.fullmatch(plain, shown["1"])


# --- demo ---------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> tuple[Said, Path]:
    keep = tmp_path_factory.mktemp("demo") / "kept"
    return process("demo", "--keep", keep), keep


def test_the_demo_ends_with_what_came_of_it(demo: tuple[Said, Path]) -> None:
    said, keep = demo
    assert said.code == 0
    told, kept = said.out.splitlines()[-2:]
    assert re.fullmatch(
        r"1 merged by a person and learned, 1 healed at zero cost, 1 unhealed; "
        r"second run: nothing to do\. \d+\.\d s, \$0\.00\.",
        told,
    )
    assert kept == f"The repositories, issues and pull requests are in {keep}."


def test_the_demo_shows_its_pull_request(demo: tuple[Said, Path]) -> None:
    said, keep = demo
    _, found, told = said.out.partition("\n== Pull request #2 in acme/reports: ")
    assert found
    assert "Fixes #1" in told
    whole = f"\nIts whole text, with what is folded here (▸), is in {keep}/acme/reports/pulls/2.json.\n"
    assert whole in told


def test_the_demo_prints_its_pull_request_for_a_reader_and_no_source(demo: tuple[Said, Path]) -> None:
    told = demo[0].out.partition("== Pull request #2")[2].partition("Its whole text")[0]
    assert not [mark for mark in ("<!--", "<details", "</", "**", "```", "|--", "\x1b") if mark in told]
    assert "• ▸ Try it yourself\n" in told
    assert "git fetch" not in told
    assert '\n +    wait = options.get("timeout", DEFAULT_TIMEOUT)' in told


@pytest.mark.slow
def test_what_the_demo_keeps_can_be_healed_again(demo: tuple[Said, Path], tmp_path: Path) -> None:
    keep, output = demo[1], tmp_path / "output"
    report = tmp_path / "reports" / "acme-reports.json"
    summary = lay(tmp_path, {"summary": "", "output": ""}) / "summary"
    words = ["heal", "--repo", "acme/reports", "--config", keep / "repos.yml", "--forge", keep]
    words += ["--state-repo", "acme/control", "--dry-run", "--report-dir", report.parent]
    said = homeostat(*words, "--json", GITHUB_OUTPUT=str(output), GITHUB_STEP_SUMMARY=str(summary))
    assert (said.code, said.json["outputs"]["status"]) == (0, "nothing-to-do")
    assert json.loads(report.read_text(encoding="utf-8")) == said.json
    assert "## Homeostat: acme/reports: nothing-to-do" in summary.read_text(encoding="utf-8")
    assert str(report) in output.read_text(encoding="utf-8")
    assert homeostat(*words).out.startswith("acme/reports: nothing-to-do (1 already delivered)\n")


def test_in_a_workflow_the_report_lies_in_the_runners_folder(demo: tuple[Said, Path], tmp_path: Path) -> None:
    words = ["heal", "--repo", "acme/reports", "--config", demo[1] / "repos.yml", "--forge", demo[1]]
    words += ["--state-repo", "acme/control", "--dry-run"]
    summary = lay(tmp_path, {"summary": ""}) / "summary"
    said = homeostat(*words, RUNNER_TEMP=str(tmp_path), GITHUB_STEP_SUMMARY=str(summary))
    assert (said.code, said.out) == (0, "")
    report = json.loads((tmp_path / "homeostat" / "acme-reports.json").read_text(encoding="utf-8"))
    assert report["repository"] == "acme/reports"


@pytest.mark.parametrize("place", ["file", "folder"])
def test_the_demo_overwrites_nothing(place: str, tmp_path: Path) -> None:
    lay(tmp_path, {"file": "mine", "folder/file": "mine"})
    said = homeostat("demo", "--keep", tmp_path / place)
    assert (said.code, said.out) == (2, "")
    assert "is not an empty folder: name a new folder" in said.err
    assert files_of(tmp_path) == {"file": b"mine", "folder/file": b"mine"}


# --- every command --------------------------------------------------------------------------------------


def paths_of(group: Group, *above: str) -> list[tuple[str, ...]]:
    found: list[tuple[str, ...]] = [above]
    for name, command in group.commands.items():
        found += paths_of(command, *above, name) if isinstance(command, Group) else [(*above, name)]
    return found


def test_the_commands_are_those_of_the_contract() -> None:
    known = {" ".join(path) for path in paths_of(commands)}
    assert known >= {"demo", "fix", "heal", "validate", "fingerprint"}
    assert known >= {f"patterns {name}" for name in ("list", "show", "mine", "learn", "suggest")}
    assert known >= {f"patterns {name}" for name in ("test", "export", "import")}


def option_lines(command: Command) -> list[str]:
    return [name for parameter in command.params for name in parameter.opts if name.startswith("--")]


@pytest.mark.parametrize("path", paths_of(commands), ids=" ".join)
@pytest.mark.parametrize("asked", ["--help", "-h"])
def test_every_command_explains_itself(path: tuple[str, ...], asked: str) -> None:
    shown = CliRunner().invoke(commands, [*path, asked], prog_name="homeostat")
    assert shown.exit_code == 0
    assert shown.output.startswith(f"Usage: {' '.join(('homeostat', *path))} ")
    command: Command = commands
    for name in path:
        assert isinstance(command, Group)
        command = command.commands[name]
    assert [name for name in option_lines(command) if name not in shown.output] == []


def test_the_version_is_told() -> None:
    assert process("--version").out == f"homeostat, version {__version__}\n"


def test_an_unknown_command_is_told() -> None:
    said = process("cure")
    assert said.code == 2
    assert "No such command 'cure'" in said.err


@pytest.fixture
def fault() -> Iterator[str]:
    """A command of ours that fails in a way nobody foresaw."""

    @commands.command("fault")
    def fail() -> None:
        raise ZeroDivisionError

    yield "fault"
    del commands.commands["fault"]


def test_an_internal_fault_is_one_sentence_and_its_traceback_only_on_request(fault: str) -> None:
    said, shown = homeostat(fault), homeostat(fault, HOMEOSTAT_DEBUG="1")
    assert (said.code, said.out, said.err.count("\n")) == (70, "", 1)
    assert said.err.startswith("homeostat: internal error (ZeroDivisionError()): please report it")
    assert shown.code == 70
    assert "Traceback (most recent call last)" in shown.err


def test_no_command_at_all_shows_the_help() -> None:
    said = homeostat()
    assert said.code == 2
    assert "Usage: homeostat" in said.err


@pytest.mark.usefixtures("interruptible")
def test_an_interrupt_ends_with_130_and_one_sentence(project: Path) -> None:
    started = project.parent / "started"
    words = [sys.executable, "-m", "homeostat", "fix", str(project), "--test", f"touch {started}; sleep 50"]
    with subprocess.Popen(
        words, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment({}), text=True
    ) as process:
        wait_for(started)
        process.send_signal(signal.SIGINT)
        _, err = process.communicate(timeout=20)
    assert process.returncode == 130
    assert err.splitlines()[-1].startswith("Stopped.")
    assert "Traceback" not in err


def wait_for(path: Path, *, seconds: float = 20) -> None:
    until = time.monotonic() + seconds
    while not path.exists() and time.monotonic() < until:
        time.sleep(0.02)
    assert path.exists()


def test_a_place_that_cannot_be_written_is_one_sentence() -> None:
    said = homeostat("demo", "--keep", "/proc/none")
    assert said.code == 1
    assert "check that the path is there" in said.err


# --- a repository's own past --------------------------------------------------------------------------------


def history(root: Path) -> Path:
    """Four commits: the start, two fixes, one of which names its error, and one that mends nothing."""
    git(
        lay(root, {"a.py": "def f(a):\n    return a['x']\n", "b.py": "def g(b):\n    return b.size\n"}),
        "init",
        "-q",
    )
    for message, files in {
        "Start": {},
        "Fix KeyError for free items": {"a.py": "def f(a):\n    return a.get('x')\n"},
        "fixed the size": {"b.py": "def g(b):\n    return len(b.size)\n"},
        "Say it better": {"b.py": "def g(b):\n    return len(b.sizes)\n"},
    }.items():
        lay(root, files)
        git(root, "add", ".")
        git(root, "commit", "-q", "-m", message)
    return root


def test_a_team_starts_with_its_own_past(tmp_path: Path) -> None:
    root, library = history(tmp_path / "shop"), tmp_path / "library.json"
    said = homeostat("patterns", "mine", root, "--name", "acme/shop", "--library", library)
    assert said.err == "2 of 2 fix commits of acme/shop\n"
    assert re.match(r"python: \d+ general rules, from 2 fixes in 1 repository\n", said.out)
    again = homeostat("patterns", "mine", root, "--name", "acme/shop", "--library", library)
    assert again.out == f"acme/shop has no fix commits that are new to {library}.\n"


def test_mining_goes_on_where_it_was_and_reads_the_error_that_a_message_names(tmp_path: Path) -> None:
    root, library = history(tmp_path / "shop"), tmp_path / "library.json"
    homeostat("patterns", "mine", root, "--library", library)
    lay(root, {"a.py": "def f(a):\n    return a.get('x') or 0\n"})
    git(root, "commit", "-q", "-am", "Fix TypeError and ValueError")
    said = homeostat("patterns", "mine", root, "--library", library)
    assert said.err == "1 of 1 fix commits of shop\n"
    places = json.loads(library.read_text(encoding="utf-8"))["rules"]["python"]["rules"]
    assert {place[3:].partition("|")[0] for place in places if place[2] == "!"} == {"KeyError"}


def test_what_has_no_history_is_one_sentence(tmp_path: Path) -> None:
    said = homeostat("patterns", "mine", tmp_path, "--library", tmp_path / "library.json")
    assert (said.code, said.out) == (1, "")
    assert said.err.endswith("has no history that can be read: give a git repository.\n")
