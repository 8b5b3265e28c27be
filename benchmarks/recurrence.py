"""Whether a fix that was merged once heals the same bug elsewhere: other names, another file and repository.

usage: python -m benchmarks.recurrence DATA [--cases N]
DATA holds {python,js,php}_train.jsonl.gz, fix commits with the lines before and after.

A library learns half of the fixes without their errors. Each case is a fix of the other half: it is learned
with an error type of its own, its bug is planted again with every name replaced, below other code, and the
library is asked with a trace that points at the line. Right is the developer's fix, under the new names,
among the first five.
"""

from __future__ import annotations

import argparse
import gzip
import json
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from homeostat.patterns import match
from homeostat.patterns.grammars import GRAMMARS
from homeostat.patterns.lessons import changed_lines, learn
from homeostat.patterns.rewrites import squeezed
from homeostat.patterns.scaffolds import scaffold
from homeostat.patterns.trees import NUMBER, STRING, TOKEN, parse, role
from homeostat.records import Fingerprint, Fix, Frame, Library, Precedent, Rules
from tests.patterns.examples import Files

LANGUAGES = {"python": "python", "js": "javascript", "php": "php"}
FIRST = 5
ABOVE = {
    "python": "import sys\n\n\nLIMIT = 7\n\n\n",
    "javascript": "const limit = 7;\n\n",
    "php": "<?php\n$limit = 7;\n\n",
}


def fixes(data: Path, name: str) -> Iterator[Fix]:
    """The fixes of a file, oldest first."""
    with gzip.open(data / f"{name}_train.jsonl.gz", "rt") as lines:
        rows = [json.loads(line) for line in lines]
    for row in sorted(rows, key=lambda row: str(row["date"])):
        yield _fix(row, LANGUAGES[name])


def _fix(row: Mapping[str, Any], language: str) -> Fix:
    before, after = (
        row["ctx_before"] + row[hunk] + row["ctx_after"] for hunk in ("before_hunk", "after_hunk")
    )
    return Fix(row["id"], language, row["path"], before, after, Precedent(row["repo"], row["id"]))


def renamed(text: str, language: str, names: dict[str, str]) -> str:
    """The text with each name replaced: by what `names` says, and by a new one that is put there."""
    grammar = GRAMMARS[language]
    found, last = "", 0
    for leaf in parse(text, grammar).leaves:
        if leaf.start >= 0 and role(leaf, grammar) not in (TOKEN, STRING, NUMBER):
            new = names.get(leaf.text, leaf.text)
            found += text[last : leaf.start] + new
            last = leaf.end
    return found + text[last:]


def names_of(text: str, language: str) -> dict[str, str]:
    """A new name for each of a text's, as long and as much of a word as it was."""
    grammar = GRAMMARS[language]
    names: dict[str, str] = {}
    for leaf in parse(text, grammar).leaves:
        if leaf.start >= 0 and role(leaf, grammar) not in (TOKEN, STRING, NUMBER):
            sign = "$" if leaf.text.startswith("$") else ""
            names.setdefault(leaf.text, f"{sign}word{chr(97 + len(names) // 26)}{chr(97 + len(names) % 26)}")
    return names


def line_of_code(text: str, first: int, language: str) -> int:
    """The line at or below `first` that holds code: what a trace can point at."""
    starts = (leaf.start for leaf in parse(text, GRAMMARS[language]).leaves)
    lines = sorted({text.count("\n", 0, start) + 1 for start in starts if start >= 0})
    return next((line for line in lines if line >= first), first)


def code_of(text: str, language: str) -> str:
    """A text's tokens, without its comments."""
    return squeezed(" ".join(leaf.text for leaf in parse(text, GRAMMARS[language]).leaves))


def heals(known: Rules, fix: Fix) -> bool | None:
    """Whether the renamed bug is healed; None for a fix that teaches nothing."""
    told = replace(fix, error_type=f"Case{known.fixes}Error")
    grammar = GRAMMARS[fix.language]
    if not learn(known, told, grammar):
        return None
    names = names_of(fix.before, fix.language)
    # A piece begins somewhere within a function: in a whole file, its headers stand above it.
    opened, closed = scaffold(fix.before, grammar)
    above = ABOVE[fix.language] + opened.removeprefix(grammar.opening)
    before, after = (
        f"{above}{renamed(text, fix.language, names)}\n{closed}" for text in (fix.before, fix.after)
    )
    line = line_of_code(before, changed_lines(before, after)[0], fix.language)
    frame = Frame("lib/other", line, None, "f", "lib/other", in_app=True)
    found = Fingerprint("", "", None, told.error_type or "", "", frame, (frame,))
    library = Library(rules={fix.language: known})
    proposed = match(found, library, Files({"lib/other": before}), language=fix.language)
    right = code_of(after, fix.language)
    return right in [code_of(one.edits["lib/other"], fix.language) for one in proposed[:FIRST]]


def main() -> None:
    """Print a line for each language."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data", type=Path)
    parser.add_argument("--cases", type=int, default=200)
    asked = parser.parse_args()
    for name, language in LANGUAGES.items():
        every, known = list(fixes(asked.data, name)), Rules()
        for fix in every[::2]:
            learn(known, fix, GRAMMARS[language])
        step = max(2, len(every) // (2 * asked.cases) * 2)
        told = [heals(known, fix) for fix in every[1::step]]
        cases = [one for one in told if one is not None]
        nothing = len(told) - len(cases)
        print(f"{name:8} {sum(cases) / len(cases):.3f} of {len(cases)}; {nothing} teach nothing")  # noqa: T201


if __name__ == "__main__":
    main()
