"""What a person or a workflow reads after one leg: outputs, step summary, JSON report."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from decimal import Decimal

import msgspec

from homeostat import outbound
from homeostat.money import dollars
from homeostat.outbound import (
    code,
    counted,
    inline,
    joined,
    link,
    logged,
    markdown,
    one_line,
    plain,
    row,
    rule,
    within,
)
from homeostat.records import LegReport, Lesson, Markdown, Outcome, Plain, Result
from homeostat.summarise.counts import COUNTS, HEALED, LEFT_ALONE, outputs, status, worked_on
from homeostat.summarise.folds import folds

SUMMARY_LIMIT = 900_000
"""Bytes; GitHub refuses step summaries over 1 MiB."""
CUT = markdown("\n\nThe rest is in the reports, kept as artifacts of this run.")
NEXT = markdown(
    "\nWhat is unhealed is tried again, a day later at first. Or mend it by hand: "
    "a merged pull request that says which report it fixes teaches Homeostat."
)
_MARKS = {
    **dict.fromkeys(HEALED, markdown("✅")),
    **dict.fromkeys(LEFT_ALONE, markdown("⏸")),
    Result.WOULD_TRY: markdown("🔎"),
    Result.ERROR: markdown("❌"),
}


def pull_link(outcome: Outcome) -> Markdown:
    """The number of its pull request, which leads there."""
    return link(markdown("#{}", outcome.pull or 0), outcome.url)


def _row(outcome: Outcome) -> Markdown:
    mark = _MARKS.get(outcome.result, markdown("⚠️"))
    source = markdown("#{}", outcome.issue) if outcome.issue else markdown("tests")
    told = markdown("{} {}", mark, outcome.result)
    if outcome.pull:
        told = markdown("{} ({})", told, pull_link(outcome))
    return row(inline(outcome.title), source, told, inline(outcome.reason, 400))


def what_now(outcomes: Iterable[Outcome]) -> list[Markdown]:
    """What to do about those that stayed unhealed."""
    return [NEXT] if any(one.result is Result.UNHEALED for one in outcomes) else []


def _lesson(lesson: Lesson) -> Markdown:
    what = inline(lesson.what)
    return markdown("- {} → {}", what, code(lesson.pattern)) if lesson.pattern else markdown("- {}", what)


def markdown_of(report: LegReport) -> Markdown:
    """The step summary of one leg: what it came to, each failure, and the numbers in a fold."""
    lines = [
        markdown("## Homeostat: {}: {}\n", inline(report.repository), inline(status(report))),
        in_a_sentence(worked_on(report)),
    ]
    if report.notes:
        lines += [markdown(""), *(markdown("- {}", inline(note, 400)) for note in report.notes)]
    if report.outcomes:
        head = markdown("\n| failure | from | outcome | why |\n|---|---|---|---|")
        lines += [head, *map(_row, report.outcomes), *what_now(report.outcomes)]
    if report.lessons:
        on = report.lessons[0].applied
        head = markdown("\n**Learned**\n" if on else "\n**Would learn** (learning is off)\n")
        lines += [head, *map(_lesson, report.lessons)]
    return bounded(joined("\n", [*lines, *_numbers(report)]))


def in_a_sentence(tried: Sequence[Outcome]) -> Markdown:
    """How much of what was tried was healed, and for how much."""
    if not tried:
        return markdown("No failure was worked on.")
    planned = sum(outcome.result is Result.WOULD_TRY for outcome in tried)
    if planned == len(tried):
        return markdown("**{} would be tried**; a plan tries nothing.", inline(counted(planned, "failure")))
    healed = [outcome for outcome in tried if outcome.result in HEALED]
    free = sum(not outcome.calls for outcome in healed)
    cost = inline(dollars(sum((outcome.cost for outcome in tried), Decimal(0))))
    failures = inline(counted(len(tried) - planned, "failure"))
    dry = any(outcome.result is Result.PLANNED for outcome in tried)
    would = markdown("would be " if dry else "")
    told = markdown("**{} of {} {}healed**, {} at no cost", len(healed), failures, would, free)
    return markdown("{}; ${} in all.", told, cost)


def _numbers(report: LegReport) -> list[Markdown]:
    told = outputs(report)
    return [
        markdown("\n<details><summary>Numbers</summary>\n"),
        row(*map(inline, COUNTS)),
        rule(len(COUNTS), numbers=len(COUNTS)),
        row(*(inline(told[name]) for name in COUNTS)),
        markdown("\n</details>"),
        *folds([report], told),
    ]


def bounded(told: Markdown) -> Markdown:
    """A summary that GitHub takes; where it had to be cut, it says where the rest is."""
    text = within(told, SUMMARY_LIMIT)
    return markdown("{}{}\n", text, markdown("") if text == told else CUT)


def terminal(report: LegReport) -> Plain:
    """The same in a few plain lines."""
    counts = Counter(outcome.result for outcome in report.outcomes)
    told = ", ".join(f"{number} {result}" for result, number in counts.items()) or "no failures"
    lines = [f"{report.repository}: {status(report)} ({told})"]
    lines += [f"  {one_line(note, 400)}" for note in report.notes]
    for outcome in report.outcomes:
        where = f" → #{outcome.pull} {outcome.url}".rstrip() if outcome.pull else ""
        lines += [f"  {outcome.result}: {one_line(outcome.title, 120)}{where}"]
        lines += [f"    {one_line(outcome.reason, 400)}"]
    verb = {True: "learned", False: "would learn"}
    lines += [f"  {verb[lesson.applied]}: {one_line(lesson.what, 400)}" for lesson in report.lessons]
    return logged("\n".join(lines))


def as_json(report: LegReport, *, report_path: str = "") -> Plain:
    """The whole report of a leg, for machines."""
    told = {"version": 1, **msgspec.to_builtins(report), "outputs": outputs(report, report_path=report_path)}
    return plain("{}\n", outbound.as_json(told, indent=2))
