"""All legs of one run in one table: what each did, what it came to, and which limits held."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal

import msgspec

from homeostat.outbound import as_json, counted, inline, joined, markdown, row, rule, shown, word
from homeostat.records import LegReport, Markdown, Plain, Result
from homeostat.summarise.counts import COUNTS, HEALED, outputs, worked_on
from homeostat.summarise.folds import folds
from homeostat.summarise.leg import bounded, in_a_sentence, pull_link, what_now

SUMS = (*COUNTS, "zero-cost-fixes")
LISTS = ("patterns-used", "pr-urls")
ORDER = ("failed", "partial", "healed", "planned", "nothing-to-do")
"""The status of several legs is the first of these that any of them has."""
VERSION = 1


class _Version(msgspec.Struct):
    version: int
    outputs: dict[str, str]


def read_report(text: bytes) -> LegReport | str:
    """A leg's JSON report, or why it is none."""
    try:
        version = msgspec.json.decode(text, type=_Version).version
        if version != VERSION:
            return f"it has version {version}, and this Homeostat reads version {VERSION}"
        return msgspec.json.decode(text, type=LegReport)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        return f"it is no report of a leg ({error})"


def _sum(told: Sequence[Mapping[str, str]], name: str) -> Plain:
    return shown(str(sum((Decimal(one[name]) for one in told), Decimal("0.00" if name == "cost" else 0))))


def totals(
    reports: Sequence[LegReport], *, silent: Sequence[str] = (), report_path: str = ""
) -> dict[str, Plain]:
    """The outputs of several legs as those of one; `silent` are the repositories whose leg left no report."""
    told = [outputs(report) for report in reports]
    found = {one["status"] for one in told} | ({"failed"} if silent else set())
    joined = {
        name: shown(",".join(dict.fromkeys(item for one in told for item in one[name].split(",") if item)))
        for name in LISTS
    }
    return {
        "status": shown(next((status for status in ORDER if status in found), "nothing-to-do")),
        **{name: _sum(told, name) for name in SUMS},
        **joined,
        "report-path": shown(report_path),
    }


def _row(name: Markdown, told: Mapping[str, str]) -> Markdown:
    return row(name, *(word(told[column]) for column in ("status", *COUNTS)))


def _sentences(reports: Sequence[LegReport], silent: Sequence[str]) -> Iterator[Markdown]:
    """What it came to, and which legs tell nothing."""
    if reports:
        yield markdown("{}\n", in_a_sentence([one for report in reports for one in worked_on(report)]))
    if silent:
        one = len(silent) == 1
        who = inline(silent[0] if one else counted(len(silent), "repository"))
        where = markdown("its job's log" if one else "the logs of their jobs")
        yield markdown("{} left no report: look at {}.\n", who, where)
    if not (reports or silent):
        yield markdown("No leg left a report: look at the logs of the jobs that heal.\n")


def _pulls(reports: Sequence[LegReport]) -> list[Markdown]:
    """The pull requests that wait for people, each with its way there."""
    found = [(r, o) for r in reports for o in r.outcomes if o.pull and o.result in HEALED]
    head = markdown("\n**To review**\n")
    told = [markdown("- {} {}: {}", inline(r.repository), pull_link(o), inline(o.title)) for r, o in found]
    return [head, *told] if told else []


def _notes(reports: Sequence[LegReport]) -> list[Markdown]:
    """What people should know of each leg beside its numbers."""
    told = [
        markdown("- {}: {}", inline(r.repository), inline(note, 400)) for r in reports for note in r.notes
    ]
    return [markdown(""), *told] if told else []


def _reasons(reports: Sequence[LegReport], *, planned: bool) -> list[Markdown]:
    """Why each failure that was tried was not healed; or what would be tried for it."""
    left = [
        (r, o)
        for r in reports
        for o in worked_on(r)
        if o.result not in HEALED and planned is (o.result is Result.WOULD_TRY)
    ]
    if not left:
        return []
    opened = markdown(" open" if planned else "")
    ending = markdown("would be tried" if planned else "not healed")
    return [
        markdown("\n<details{}><summary>{} {}</summary>\n", opened, len(left), ending),
        markdown("| repository | failure | outcome | why |\n|---|---|---|---|"),
        *(row(inline(r.repository), inline(o.title), o.result, inline(o.reason, 400)) for r, o in left),
        *what_now(outcome for _, outcome in left),
        markdown("\n</details>"),
    ]


def table(reports: Sequence[LegReport], *, silent: Sequence[str] = ()) -> Markdown:
    """The step summary of a run."""
    ordered = sorted(reports, key=lambda report: report.repository.casefold())
    whole = totals(ordered, silent=silent)
    many = inline(counted(len(ordered) + len(silent), "repository"))
    empty = [markdown("")] * len(COUNTS)
    lines = [
        markdown("## Homeostat: {}: {}\n", many, inline(whole["status"])),
        *_sentences(ordered, silent),
        row(*map(inline, ("repository", "status", *COUNTS))),
        rule(len(COUNTS) + 2, numbers=len(COUNTS)),
        *(_row(inline(report.repository), outputs(report)) for report in ordered),
        *(row(inline(slug), markdown("no report"), *empty) for slug in silent),
        _row(markdown("**all**"), whole),
        *_pulls(ordered),
        *_notes(ordered),
        *_reasons(ordered, planned=True),
        *_reasons(ordered, planned=False),
        *folds(ordered, whole),
    ]
    return bounded(joined("\n", lines))


def data(reports: Sequence[LegReport], *, silent: Sequence[str] = ()) -> Plain:
    """The same for machines: the outputs of all, and of each leg."""
    legs = [{"repository": report.repository, "outputs": outputs(report)} for report in reports]
    told = {"version": VERSION, "outputs": totals(reports, silent=silent), "legs": legs, "silent": silent}
    return as_json(told, indent=2)
