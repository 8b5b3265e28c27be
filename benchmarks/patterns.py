"""A library of ten thousand rules: how long it takes to load, and to ask about one failure, beside ast-grep.

usage: python -m benchmarks.patterns [--rules N] [--rounds N]

The rules are learned from as many made-up fixes of one shape or another as it takes, each under names of its
own. ast-grep is asked in the same run to match the same places with those rules that it can express, one
after the other, as it does with a folder of rules. Memory is the process's largest.
"""

from __future__ import annotations

import argparse
import resource
import statistics
import time
from collections.abc import Iterator
from itertools import islice

import yaml
from ast_grep_py import SgRoot

from homeostat.books import parse_library, render_library
from homeostat.patterns import Place, Suggester, as_yaml, named_rules, taught
from homeostat.records import Fix, Library, Precedent

SHAPES = (
    ("    v{0} = {1}[{2}]\n", "    v{0} = {1}.get({2}, {0})\n", "KeyError"),
    ("    return {1}.{2}.f{0}()\n", "    return {1}.{2}.f{0}() if {1}.{2} else None\n", "AttributeError"),
    (
        "    for x in {1}.m{0}:\n        {2}(x)\n",
        "    for x in {1}.m{0} or []:\n        {2}(x)\n",
        "TypeError",
    ),
    ("    if {1} < {2}.n{0}:\n        stop()\n", "    if {1} <= {2}.n{0}:\n        stop()\n", None),
)
ASKED = (
    "def rate(table, land):\n    percent = table[land]\n    return percent / 100\n",
    2,
    "KeyError",
    "KeyError: 'de'",
)
"""The code, the line of the trace, the type of the error, what it said."""


def fixes() -> Iterator[Fix]:
    """Made-up fixes, each with names of its own."""
    number = 0
    while True:
        for before, after, error in SHAPES:
            names = (number, f"a{number}", f"b{number % 97}")
            head = f"def f{number}(a{number}, b{number % 97}):\n"
            seen_in = Precedent(f"acme/r{number % 50}", f"#{number}")
            texts = (head + before.format(*names), head + after.format(*names))
            yield Fix(str(number), "python", "a.py", *texts, seen_in, error)
            number += 1


def library_of(count: int) -> Library:
    """A library of about so many rules."""
    rules, several = taught({}, ()), fixes()
    while sum(len(codes) for known in rules[0].values() for codes in known.rules.values()) < count:
        rules = taught(rules[0], islice(several, 200))
    return Library(rules=rules[0])


def timed(library: Library, rounds: int) -> list[float]:
    """Milliseconds of each question; the first reads what it asks of the tables."""
    source, line, kind, said = ASKED
    asked, spans = Suggester(library, search=True), []
    for _ in range(rounds):
        begun = time.perf_counter()
        asked.proposals("python", "a.py", Place(source, (line, line), kind, said), limit=50)
        spans.append((time.perf_counter() - begun) * 1e3)
    return spans


def of_ast_grep(rules: list[str], rounds: int) -> list[float]:
    """Milliseconds to match the same code with the rules that ast-grep can express."""
    configs = [yaml.safe_load(rule) for rule in rules]
    spans = []
    for _ in range(rounds):
        begun = time.perf_counter()
        root = SgRoot(ASKED[0], "python").root()
        for config in configs:
            root.find_all({"rule": config["rule"], "constraints": config.get("constraints", {})})
        spans.append((time.perf_counter() - begun) * 1e3)
    return spans


def _told(name: str, spans: list[float]) -> str:
    p95 = sorted(spans)[int(len(spans) * 0.95)]
    return f"{name:34s} {statistics.median(spans):8.2f} ms median, {p95:8.2f} ms p95"


def main() -> None:
    """Print a line for each figure."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    options.add_argument("--rules", type=int, default=10_000)
    options.add_argument("--rounds", type=int, default=100)
    chosen = options.parse_args()
    text = render_library(library_of(chosen.rules))
    begun = time.perf_counter()
    library = parse_library(text, "library")
    loaded = (time.perf_counter() - begun) * 1e3
    rules = list(named_rules(library))
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"{len(rules)} rules, {len(text) / 1e6:.1f} MB: loaded in {loaded:.0f} ms, {memory:.0f} MB in all")  # noqa: T201
    ours = timed(library, chosen.rounds)
    expressed = [told for rule in rules[::10] if (told := as_yaml(rule))]
    theirs = of_ast_grep(expressed, max(1, chosen.rounds // 10))
    print(_told("one failure, all rules and the search", ours))  # noqa: T201
    print(_told(f"ast-grep, {len(expressed)} of them", theirs))  # noqa: T201
    each = statistics.median(theirs) / len(expressed) * len(rules)
    print(f"ast-grep with as many would take {each / statistics.median(ours):.0f} times as long")  # noqa: T201


if __name__ == "__main__":
    main()
