"""How many programs that crash are healed: by the trace and the visible tests, judged by the hidden ones.

usage: python -m benchmarks.crashes [--data DIR] [--fixes N]; needs git and node
DIR holds {python,js}_train.jsonl.gz, fix commits with the lines before and after and no error named.

Each program is healed as `homeostat fix` does it, three times: with no library, with what N fixes of other
people taught, and with what the fixes of the other programs taught besides, each about its own error.
"""

from __future__ import annotations

import argparse
import shutil
import statistics
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import chain, islice
from pathlib import Path

from benchmarks.crashes.check import HERE, LANGUAGES, Language, started, tested
from benchmarks.recurrence import fixes
from homeostat.assembly import Checkout, checkout_bench
from homeostat.config import settings
from homeostat.patterns import error_name, pieces, taught
from homeostat.pipeline import Fixed, Means, fix
from homeostat.records import Fix, Library, Precedent, Rules

MOST_RUNS = 20
"""Candidates within which a program must be healed."""
FILES = ("python", "js")


@dataclass(frozen=True)
class Healing:
    """What became of one program."""

    language: str
    name: str
    error: str | None
    runs: int | None
    """Candidates up to the one that the visible tests proved; None when none was."""
    right: bool
    pattern: str


def healed(language: Language, name: str, rules: Mapping[str, Rules]) -> Healing:
    """Heal one program in a repository of its own, and ask the hidden tests."""
    module, visible, hidden, _ = language.files(name)
    with tempfile.TemporaryDirectory(prefix="crash-") as made:
        folder = Path(made).resolve()
        for file in (module, visible):
            shutil.copy(HERE / language.name / file, folder)
        for words in (("init", "-q"), ("add", "."), ("commit", "-q", "-m", "Start")):
            started(("git", "-c", "user.name=a", "-c", "user.email=a@b", *words), folder)
        found = _fixed(folder, " ".join((*language.command, visible)), Library(rules=rules))
        first = found[0].case.failure if found else None
        error = error_name(first.type, f"{first.type}: {first.message}") if first else None
        proven = next((one for one in found if one.proof), None)
        if proven is None:
            return Healing(language.name, name, error, None, right=False, pattern="")
        trial = proven.trials[-1]
        for path, text in trial.candidate.edits.items():
            (folder / path).write_text(text, encoding="utf-8")
        shutil.copy(HERE / language.name / hidden, folder)
        right = tested(language, hidden, folder).green
        return Healing(language.name, name, error, len(proven.trials), right, trial.candidate.pattern)


def _fixed(folder: Path, command: str, library: Library) -> list[Fixed]:
    checkout = Checkout(folder, command, None, 60.0)
    with checkout_bench(checkout, settings({}), now=datetime.now(UTC), tell=lambda *_, **__: None) as (
        bench,
        _,
    ):
        return fix(bench, None, Means(library, 0.8))


def fix_of_program(language: Language, name: str, error: str | None) -> Fix:
    """The corpus's own fix of a program, as its library would learn it."""
    module, *_, patch = language.files(name)
    with tempfile.TemporaryDirectory(prefix="crash-") as made:
        folder = Path(made).resolve()
        for file in (module, patch):
            shutil.copy(HERE / language.name / file, folder)
        started(("git", "apply", patch), folder)
        before = (HERE / language.name / module).read_text(encoding="utf-8")
        after = (folder / module).read_text(encoding="utf-8")
    return Fix(name, language.name, module, before, after, Precedent(f"corpus/{name}", "#1"), error)


def told(title: str, healings: Sequence[Healing]) -> None:
    """One line for each language and for both."""
    print(f"{title}, within {MOST_RUNS} candidates:")  # noqa: T201 - what it is for
    for language in ("python", "javascript", ""):
        some = [one for one in healings if one.language.startswith(language)]
        plausible = [one for one in some if one.runs and one.runs <= MOST_RUNS]
        right = [one for one in plausible if one.right]
        runs = statistics.median([one.runs or 0 for one in right] or [0])
        share = f"{len(right)} of {len(some)} healed rightly ({len(right) / len(some):.2f})"
        sure = f"{len(right) / max(1, len(plausible)):.2f} of what the tests passed"
        print(f"  {language or 'both':11s} {share}, {sure}, median of {runs:.0f} candidates")  # noqa: T201


def main() -> None:
    """Heal every program with each of the libraries."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    options.add_argument("--data", type=Path)
    options.add_argument("--fixes", type=int, default=10_000)
    options.add_argument("--each", action="store_true", help="a line for each program too")
    chosen = options.parse_args()
    programs = [(language, name) for language in LANGUAGES for name in language.names()]
    found = [healed(language, name, {}) for language, name in programs]
    told("no library", found)
    errors = {one.name: one.error for one in found}
    rules: Mapping[str, Rules] = {}
    if chosen.data:
        several = (islice(fixes(chosen.data, name), chosen.fixes) for name in FILES)
        rules, count = taught({}, chain.from_iterable(several))
        told(f"{count} fixes of other people", [healed(*program, rules) for program in programs])
    lessons = {name: pieces(fix_of_program(language, name, errors[name])) for language, name in programs}
    found = []
    for language, name in programs:
        others = [piece for other, parts in lessons.items() if other != name for piece in parts]
        found.append(healed(language, name, taught(rules, others)[0]))
    told("and the fixes of the other programs", found)
    if chosen.each:
        for one in found:
            what = (
                f"right {one.pattern} {one.runs}"
                if one.right
                else f"wrong {one.pattern} {one.runs}"
                if one.runs
                else "-"
            )
            print(f"  {one.language:11s} {one.name:24s} {one.error or '?':40s} {what}")  # noqa: T201


if __name__ == "__main__":
    main()
