"""Proves that each program of the corpus crashes as it should, and that its own fix heals it.

usage: python -m benchmarks.crashes.check; needs git and node
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).parent
TIMEOUT = 60
_BLOCK = re.compile(r"^={70}\n(ERROR|FAIL): ", re.MULTILINE)
_RAISED = re.compile(r"^([A-Za-z_][\w.]*)(?:: .*)?$", re.MULTILINE)
_RAN = re.compile(r"^Ran (\d+) tests? in ", re.MULTILINE)
_NOT_OK = re.compile(r"^not ok \d+ - .*\n  ---\n((?:  .*\n|\s*\n)*)", re.MULTILINE)
_NAME = re.compile(r"^  name: '(\w+)'$", re.MULTILINE)
_PASSED = re.compile(r"^# pass (\d+)$", re.MULTILINE)


@dataclass(frozen=True)
class Failed:
    """A test that failed: the error it met, and the trace."""

    error: str
    trace: str


@dataclass(frozen=True)
class Run:
    """What the tests of one file said."""

    green: bool
    passed: int
    failed: tuple[Failed, ...]


@dataclass(frozen=True)
class Verdict:
    """What is wrong with a case, and the errors that its visible tests meet."""

    faults: tuple[str, ...]
    errors: frozenset[str]


@dataclass(frozen=True)
class Language:
    """How the programs of a language are named, tested, and read."""

    name: str
    module: str
    visible: str
    hidden: str
    command: tuple[str, ...]
    read: Callable[[str], tuple[int, list[Failed]]]

    def names(self) -> list[str]:
        """All cases, told by their fixes."""
        return sorted(path.stem for path in (HERE / self.name).glob("*.fix"))

    def files(self, name: str) -> list[str]:
        """The files of a case."""
        return [form.format(name) for form in (self.module, self.visible, self.hidden, "{}.fix")]

    def strays(self) -> list[str]:
        """Files that belong to no case."""
        known = {file for name in self.names() for file in self.files(name)}
        found = {path.name for path in (HERE / self.name).iterdir() if path.is_file()}
        return sorted(found - known)


def _python(output: str) -> tuple[int, list[Failed]]:
    blocks = _BLOCK.split(output)[1:]
    failed = []
    for kind, block in zip(blocks[::2], blocks[1::2], strict=True):
        raised = _RAISED.findall(block.split("\n\nRan ")[0].rpartition("  File ")[2])
        failed.append(Failed("AssertionError" if kind == "FAIL" else raised[0] if raised else "?", block))
    ran = _RAN.search(output)
    return (int(ran[1]) if ran else 0) - len(failed), failed


def _javascript(output: str) -> tuple[int, list[Failed]]:
    failed = []
    for block in _NOT_OK.findall(output):
        name = _NAME.search(block)
        failed.append(Failed(name[1] if name else "?", block))
    passed = _PASSED.search(output)
    return int(passed[1]) if passed else 0, failed


LANGUAGES = (
    Language(
        "python", "{}.py", "test_{}.py", "hidden_{}.py", (sys.executable, "-B", "-m", "unittest"), _python
    ),
    Language(
        "javascript",
        "{}.js",
        "{}.test.js",
        "{}.hidden.js",
        ("node", "--test", "--test-reporter=tap"),
        _javascript,
    ),
)


def _environment(folder: Path) -> dict[str, str]:
    return {**os.environ, "GIT_CEILING_DIRECTORIES": str(folder.parent), "NO_COLOR": "1"}


def started(command: Sequence[str], folder: Path) -> subprocess.CompletedProcess[str]:
    """Run a command in a folder."""
    return subprocess.run(
        command,
        cwd=folder,
        env=_environment(folder),
        capture_output=True,
        text=True,
        check=False,
        timeout=TIMEOUT,
    )


def tested(language: Language, test: str, folder: Path) -> Run:
    """What one file of tests says in a folder."""
    done = started((*language.command, test), folder)
    passed, failed = language.read(done.stdout + done.stderr)
    return Run(done.returncode == 0, passed, tuple(failed))


def _crash_faults(visible: Run, module: str) -> Iterator[str]:
    if not visible.failed:
        yield "the visible tests show no crash"
    if not visible.passed:
        yield "no visible test passes on the buggy module"
    for failed in visible.failed:
        if failed.error in ("AssertionError", "?"):
            yield f"a visible test fails without a crash: {failed.error}"
        elif not re.search(rf"(?<![\w.]){re.escape(module)}\b", failed.trace):
            yield f"the trace of {failed.error} does not name {module}"


def _fix_faults(language: Language, name: str, folder: Path) -> Iterator[str]:
    _, visible, hidden, fix = language.files(name)
    applied = started(("git", "apply", fix), folder)
    if applied.returncode:
        yield f"the fix does not apply: {' '.join(applied.stderr.split())}"
    for kind, test in (("visible", visible), ("hidden", hidden)):
        after = tested(language, test, folder)
        if not after.green or not after.passed:
            yield f"the {kind} tests fail on the fixed module"


def tried(language: Language, name: str) -> Verdict:
    """What a case shows in a folder of its own, first with the bug and then with the fix."""
    module, visible, hidden, _ = files = language.files(name)
    missing = [file for file in files if not (HERE / language.name / file).is_file()]
    if missing:
        return Verdict((f"lacks {', '.join(missing)}",), frozenset())
    with tempfile.TemporaryDirectory(prefix="crash-") as made:
        folder = Path(made).resolve()
        for file in files:
            shutil.copy(HERE / language.name / file, folder)
        seen = tested(language, visible, folder)
        faults = list(_crash_faults(seen, module))
        if tested(language, hidden, folder).green:
            faults.append("the hidden tests pass on the buggy module")
        faults.extend(_fix_faults(language, name, folder))
    return Verdict(tuple(faults), frozenset(failed.error for failed in seen.failed))


def _listed(counts: Counter[str]) -> str:
    return ", ".join(f"{count} {what}" for what, count in counts.most_common())


def main() -> int:
    """Try all cases, print a line for each that is faulty, and count them."""
    faulty = False
    cases, errors = Counter[str](), Counter[str]()
    for language in LANGUAGES:
        for stray in language.strays():
            faulty = True
            print(f"{language.name}/{stray}: belongs to no case")  # noqa: T201 - what it is for
        for name in language.names():
            verdict = tried(language, name)
            cases[language.name] += 1
            errors.update(verdict.errors)
            if verdict.faults:
                faulty = True
                print(f"{language.name}/{name}: {'; '.join(verdict.faults)}")  # noqa: T201
    print(f"{cases.total()} cases ({_listed(cases)}): {_listed(errors)}")  # noqa: T201
    return int(faulty)


if __name__ == "__main__":
    sys.exit(main())
