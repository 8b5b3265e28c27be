"""The command that runs only some tests, made of the whole test command: a table, one entry a runner.

The ids of tests are text from outside. They become arguments at one place, quoted, and a command that is
more than one plain call of a known runner is left as it is.
"""

from __future__ import annotations

import glob
import re
import shlex
from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import pairwise

MOST_TESTS = 10
"""One that still fails is enough to reject a fix."""
LONGEST = 8_000
"""Characters that a narrow command may have."""

Words = Sequence[str]
Chosen = tuple[Words, Words]
"""Arguments to add, not yet quoted, and the words of the command that stay as they were written."""
Narrow = Callable[[Words, Words], Chosen | None]
"""From the tests and the words behind the runner's own call; None when it cannot choose these tests."""

_PIECE = r"""(?:[\w./:=,@%+*?\[\]-]|'[^'\n]*'|"[^"$`\\\n]*")"""
_WORD = re.compile(rf"{_PIECE}+")
_PLAIN = re.compile(rf"{_PIECE}+(?:[ \t]+{_PIECE}+)*")
"""Words that a shell takes as they stand, or as names of files: no operator, no variable, no second line."""

_ASSIGNMENTS = rf"(?:[A-Za-z_]\w*={_PIECE}* )*"
_FOLDER = r"(?:[\w.@%+/-]*/)?"
_PYTHON = rf"{_FOLDER}python(?:3(?:\.\d+)?)?(?: -[bBdEIOPqsSuv]+| -[WX] ?[a-z][\w.:=]*)* -m "
_NPX = rf"(?:npx (?:--no-install |--no |--yes |-y )?|pnpm exec |{_FOLDER})"
_NODE = rf"{_FOLDER}node (?:(?:--import|--require|--loader|-r) [\w.@/][\w.@/-]* |-[\w.@/=-]+ )*?--test"
"""No quotes in these, nor an equals sign before the name: what is added stands behind the runner's own."""

_SPECIAL = re.compile(r"[\\^$.*+?()\[\]{}|/]")
_NODE_ID = re.compile(r"(?P<node>[^\[]+?::[^\[\s]+(?:\[.*\])?).*")
"""A node id, and behind it what names a subtest."""

_VALUED = re.compile(
    r"-[kmnpcWo]|--(?:cov|cov-report|cov-config|tb|maxfail|ignore|deselect|timeout|durations|junit-?xml"
    r"|rootdir|dist|color|import-mode|confcutdir|basetemp)"
)
"""Options of pytest and its common plugins whose value may be a word of its own."""


def narrowed(command: str, tests: Words) -> str | None:
    """The command that runs the first of `tests` and few others; None when it cannot be told for sure."""
    few = tests[:MOST_TESTS]
    if not few or not all(map(_is_tame, few)) or not _PLAIN.fullmatch(command.strip()):
        return None
    text = " ".join(_WORD.findall(command))
    for call, narrow in RUNNERS.values():
        called = call.match(text)
        chosen = narrow(few, _WORD.findall(text[called.end() :])) if called else None
        if called and chosen:
            added, kept = chosen
            found = " ".join([called[0], shlex.join(added), *kept])
            return found if len(found) <= LONGEST else None
    return None


def _is_tame(test: str) -> bool:
    """Whether an id may be an argument: one visible line that is no option, and no file of options."""
    return test.isprintable() and test[:1] not in " -@"


def _exactly(alternatives: Iterable[str]) -> str:
    """A regular expression for these and nothing else; Vitest before 2 puts a blank before full names."""
    return f"^ ?(?:{'|'.join(dict.fromkeys(alternatives))})$"


def _literal(name: str) -> str:
    """A name within a regular expression, as JavaScript and PHP take it."""
    return _SPECIAL.sub(r"\\\g<0>", name)


def _selects(rest: Words, *options: str) -> bool:
    """Whether the command chooses tests by name already: a second choice would not narrow the first."""
    return any(word.startswith(options) for word in rest)


def _pytest(tests: Words, rest: Words) -> Chosen:
    """By node ids, instead of the files and folders of the command."""
    nodes = (found["node"] if (found := _NODE_ID.fullmatch(test)) else test for test in tests)
    kept = [word for before, word in pairwise(("", *rest)) if word[0] == "-" or _VALUED.fullmatch(before)]
    return list(dict.fromkeys(nodes)), kept


def _unittest(tests: Words, rest: Words) -> Chosen | None:
    """By patterns, which hold wherever discovery starts; what follows a blank names a subtest."""
    names = dict.fromkeys(test.partition(" ")[0] for test in tests)
    return None if _selects(rest, "-k") else ([f"-k*{glob.escape(name)}" for name in names], rest)


def _node_test(tests: Words, rest: Words) -> Chosen | None:
    """By the tests' own names, all that older versions match. A file that cannot load has none."""
    if _selects(rest, "--test-name-pattern") or not all(" > " in test for test in tests):
        return None
    names = _exactly(_literal(test.rpartition(" > ")[2]) for test in tests)
    return [f"--test-name-pattern={names}"], rest


def _jest(tests: Words, rest: Words) -> Chosen | None:
    mark = "\N{SINGLE RIGHT-POINTING ANGLE QUOTATION MARK}"
    return _by_file_and_name(tests, rest, mark=mark, files_only=("--runTestsByPath",))


def _vitest(tests: Words, rest: Words) -> Chosen | None:
    return _by_file_and_name(tests, rest, mark=">", files_only=())


def _by_file_and_name(tests: Words, rest: Words, *, mark: str, files_only: Words) -> Chosen | None:
    """By file, unless the command may name some, and by full name, whose marks may be printed alone."""
    if _selects(rest, "-t", "--testNamePattern"):
        return None
    parts = [test.split(f" {mark} ") for test in tests]
    added = [] if any(word[0] != "-" for word in rest) else [*dict.fromkeys(p[0] for p in parts), *files_only]
    if all(names for _, *names in parts):
        joint = f"(?: {mark})? "
        added += ["-t", _exactly(joint.join(map(_literal, names)) for _, *names in parts)]
    return (added, rest) if added else None


def _phpunit(tests: Words, rest: Words) -> Chosen | None:
    names = f"/{_exactly(map(_literal, tests))}/"
    return None if _selects(rest, "--filter") else (["--filter", names], rest)


RUNNERS: Mapping[str, tuple[re.Pattern[str], Narrow]] = {
    name: (re.compile(rf"{_ASSIGNMENTS}{call}(?= |$)"), narrow)
    for name, call, narrow in (
        ("pytest", rf"(?:{_PYTHON}|{_FOLDER})pytest", _pytest),
        ("unittest", rf"{_PYTHON}unittest(?: discover)?", _unittest),
        ("node:test", _NODE, _node_test),
        ("jest", rf"{_NPX}jest", _jest),
        ("vitest", rf"{_NPX}vitest(?: run)?", _vitest),
        ("phpunit", rf"(?:php )?{_FOLDER}phpunit(?:\.phar)?", _phpunit),
    )
}
"""How the call of each runner begins, and how it chooses tests."""
