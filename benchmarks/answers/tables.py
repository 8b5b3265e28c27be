"""The tables as Markdown; nothing in them differs from run to run."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from decimal import Decimal

from benchmarks.answers.judge import DELIVERED, Fate, stops
from benchmarks.answers.play import Healing
from benchmarks.answers.scripts import CHEATS, SOUND, Kind
from homeostat.money import dollars
from homeostat.outbound import counted
from homeostat.records import Verdict

SCRIPTED = """\
# What the loop does with models' answers

No model was asked for this: every answer is written by hand (`benchmarks/answers`, MIT like the repository),
in the ways that models are known to go right and wrong, and is played through a server to the whole loop,
without a library and without the search. What was delivered is judged by hidden tests that the loop never
sees; `make answers` makes this file again, byte for byte.

The shares say nothing of how often models go wrong, nor that no cheat gets past: whoever wrote the answers
chose them, and the guard was mended where two of these cheats had got past it. A literal that is assigned
and then answered still does.
"""
LIVE = """\
# What models answered

The models behind the endpoints were asked; what was delivered is judged by hidden tests that the loop never
sees.
"""
HEAD = (
    "program",
    "answers, and what stopped them",
    "outcome",
    "tier",
    "tries",
    "calls",
    "cost",
    "runs",
    "lines",
    "right",
)
KIND_HEAD = ("kind of answer", "answers", "pass the visible tests", "right", "stopped by", "delivered")


def _row(cells: Sequence[object]) -> str:
    return f"| {' | '.join(map(str, cells))} |"


def _table(head: Sequence[str], rows: Sequence[Sequence[object]]) -> str:
    return "\n".join([_row(head), _row(["---"] * len(head)), *map(_row, rows)])


def _story(healing: Healing, found: Sequence[Fate]) -> str:
    """Each answer with its fate, tier by tier."""
    words = [f"{fate.turn.kind} ({fate.stop})" for fate in found] or stops(healing)
    return "; ".join(words) or "none"


def _cells(healing: Healing, found: Sequence[Fate]) -> tuple[object, ...]:
    fixed = healing.fixed
    trial = fixed.trials[-1] if fixed.proof else None
    lines = sum(len(one.added) + one.removed for one in trial.patch.changes) if trial else "-"
    return (
        healing.program.title,
        _story(healing, found),
        fixed.proof.verdict if fixed.proof else "unhealed",
        trial.candidate.tier if trial else "-",
        healing.tries,
        len(fixed.calls),
        f"${dollars(healing.cost)}",
        healing.runs,
        lines,
        {True: "yes", False: "no", None: "-"}[healing.right],
    )


def _summary(healings: Sequence[Healing]) -> Iterator[str]:
    verdicts = Counter(one.fixed.proof.verdict if one.fixed.proof else None for one in healings)
    delivered = [one for one in healings if one.fixed.proof]
    cost = sum((one.cost for one in healings), Decimal(0))
    tries, calls = sum(one.tries for one in healings), sum(len(one.fixed.calls) for one in healings)
    right = sum(bool(one.right) for one in delivered)
    yield (
        f"Of {counted(len(healings), 'program')}, {verdicts[Verdict.PROVEN]} got a proven fix, "
        f"{verdicts[Verdict.CONSISTENT]} a consistent one, and {verdicts[None]} stayed unhealed, "
        f"with {tries} tries in {calls} calls "
        f"for ${dollars(cost)} and {sum(one.runs for one in healings)} runs of the tests."
    )
    yield (
        f"Of the {len(delivered)} fixes that were delivered, {right} are right by the hidden tests, "
        f"and {len(delivered) - right} are not."
    )


def _looks(found: Sequence[Fate]) -> Iterator[str]:
    """What became of the answers that pass the visible tests and are wrong."""
    false = [one for one in found if one.alone and one.alone.passes and not one.alone.right]
    through = [one for one in false if one.stop == DELIVERED]
    by = Counter(one.stop for one in false if one.stop != DELIVERED)
    guards = ", ".join(f"{name} {count}" for name, count in by.most_common())
    yield (
        f"{len(false)} of the {len(found)} answers pass the visible tests and are wrong: "
        f"{by.total()} were stopped ({guards}), {len(through)} got through."
    )
    cheats = [one for one in found if one.turn.kind in CHEATS]
    past = sum(one.stop == DELIVERED for one in cheats)
    yield f"Of {len(cheats)} answers that cheat, {past} got through."
    lost = [one for one in found if one.turn.kind in SOUND and one.stop != DELIVERED]
    why = ", ".join(f"{name} {count}" for name, count in Counter(one.stop for one in lost).most_common())
    yield f"{len(lost)} right answers were stopped{f' ({why})' if why else ''}."


def _kinds(found: Sequence[Fate]) -> Iterator[tuple[object, ...]]:
    for kind in Kind:
        some = [one for one in found if one.turn.kind is kind]
        if some:
            by = Counter(one.stop for one in some if one.stop != DELIVERED)
            yield (
                kind,
                len(some),
                sum(bool(one.alone and one.alone.passes) for one in some),
                sum(bool(one.alone and one.alone.right) for one in some),
                ", ".join(f"{name} {count}" for name, count in by.most_common()) or "-",
                sum(one.stop == DELIVERED for one in some),
            )


def report(told: Sequence[tuple[Healing, Sequence[Fate]]], *, live: bool) -> str:
    """The whole text: what it is, the summary, the programs, and the kinds of answers."""
    every = [fate for _, found in told for fate in found]
    parts = [LIVE if live else SCRIPTED, *_summary([healing for healing, _ in told])]
    if not live:
        parts += _looks(every)
    parts.append(_table(HEAD, [_cells(*one) for one in told]))
    if not live:
        parts.append(_table(KIND_HEAD, [*_kinds(every)]))
    return "\n\n".join(part.strip("\n") for part in parts) + "\n"
