"""What a terminal shows: progress as it happens, and the outcome of `homeostat fix`."""

from __future__ import annotations

import difflib
import json
import re
import sys
from collections.abc import Iterator, Mapping, MutableMapping, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import click
import msgspec

from homeostat.bench import Tell
from homeostat.fingerprint.explained import as_data
from homeostat.incidents import tried
from homeostat.money import dollars, spent
from homeostat.outbound import counted, logged, one_line
from homeostat.patterns import NamedRule, Score
from homeostat.patterns.abstraction import SITE
from homeostat.patterns.rewrites import CLOSES, OPENS
from homeostat.pipeline import Fixed
from homeostat.records import Candidate, Library, Pattern, Proposal, Record, Rules, Run, Verdict
from homeostat.verify import Colour, Suite

if TYPE_CHECKING:
    from rich.progress import Progress


class Teller:
    """Progress on standard error. Where somebody watches, the foot says what goes on and for how long."""

    def __init__(self, log: Tell, environ: Mapping[str, str], *, watched: bool) -> None:
        self._log = log
        self._environ = environ
        self._watched = watched
        self._foot: Progress | None = None
        self._place = ""

    def __call__(self, event: str, **facts: object) -> None:
        """Tell of an event. What becomes of wrong tries is summed up in the end: who watches sees it pass."""
        if self._foot is None or not (self._place or _passes(event, facts)):
            with self._aside():
                self._log(event, **facts)
        self._begin(event)

    def step(self, text: str) -> None:
        """Tell how far it is: at the foot, or on a line of its own where nobody watches."""
        if self._foot is None:
            click.echo(text, err=True)
        self._begin(text)

    def say(self, text: str) -> None:
        """Print a result on standard output, the foot out of its way."""
        with self._aside():
            click.echo(text)

    @contextmanager
    def working(self, doing: str, place: str = "") -> Iterator[None]:
        """Show the foot for as long as something is done.

        `place` is that of one among many: it stands before each step, and all steps pass.
        """
        if not self._watched:
            yield
            return
        foot = self._foot = _foot(self._environ)
        foot.add_task("", total=None)
        self._place = place
        self._begin(doing)
        foot.start()
        try:
            yield
        finally:
            self._foot = None
            foot.stop()

    def _begin(self, step: str) -> None:
        if self._foot:
            self._foot.reset(self._foot.task_ids[0], description=one_line(f"{self._place}{step}", 60))

    @contextmanager
    def _aside(self) -> Iterator[None]:
        foot = self._foot
        if foot:
            foot.stop()
        try:
            yield
        finally:
            if foot:
                foot.start()


def _passes(event: str, facts: Mapping[str, object]) -> bool:
    wrong = event.endswith("tests after the fix") and facts.get("verdict") is Verdict.REJECTED
    return wrong or event in {"trying a fix", "refused by the guard"}


def _foot(environ: Mapping[str, str]) -> Progress:
    from rich.console import Console  # noqa: PLC0415 - 0.1 s, where somebody watches
    from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn  # noqa: PLC0415

    return Progress(
        SpinnerColumn(),
        TextColumn("{task.description}", markup=False),
        TimeElapsedColumn(),
        console=Console(stderr=True, no_color=bool(environ.get("NO_COLOR"))),
        transient=True,
        redirect_stdout=False,
        redirect_stderr=False,
    )


def teller(environ: Mapping[str, str]) -> Teller:
    """Progress on standard error: readable lines on a terminal, logfmt in a workflow."""
    import structlog  # noqa: PLC0415 - 0.12 s, for commands that tell of progress

    on_terminal = sys.stderr.isatty() and environ.get("CI", "").lower() in {"", "0", "false"}
    watched = on_terminal and environ.get("TERM") != "dumb"
    renderer = (
        structlog.dev.ConsoleRenderer(
            colors=watched and not environ.get("NO_COLOR"), pad_event_to=28, sort_keys=False
        )
        if on_terminal
        else structlog.processors.LogfmtRenderer(key_order=["timestamp", "event"], bool_as_flag=False)
    )
    logger = structlog.wrap_logger(
        structlog.PrintLogger(sys.stderr),
        processors=[structlog.processors.TimeStamper(fmt="%H:%M:%S", utc=False), _quiet, renderer],
    )
    return Teller(logger.info, environ, watched=watched)


def _quiet(_: object, __: str, facts: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Text from outside stays on its line: no control characters, no log commands."""
    told = {name: f"{fact:.2f}" if isinstance(fact, float) else str(fact) for name, fact in facts.items()}
    return {name: one_line(fact, 400) for name, fact in told.items()}


def _seconds(run: Run | None) -> str:
    if run is None:
        return "not run"
    return "killed at its time limit" if run.timed_out else f"exit {run.exit_code}, {run.seconds:.1f} s"


NOW = "Mend it by hand: `homeostat patterns learn` makes a pattern of your fix. --ai asks models besides."


def fix_lines(fixed: Fixed) -> list[str]:
    """The outcome of one failure: what it is, the patch and the proof, or why there is none."""
    found = fixed.case.fingerprint
    where = f"{found.culprit.path}:{found.culprit.line}" if found.culprit else "no frame of this checkout"
    lines = [one_line(f"{found.type}: {fixed.case.failure.message}"), f"  at {where}   {found.exact}", ""]
    if fixed.proof is None:
        first, *others = one_line(fixed.reason, 600).split(" | ")
        after = [NOW] if fixed.trials else []
        return [*lines, f"Not healed: {first}", *[f"            {told}" for told in [*others, *after]], ""]
    trial, proof = fixed.trials[-1], fixed.proof
    return [
        *lines,
        logged(trial.patch.diff).rstrip(),
        "",
        f"{proof.verdict.capitalize()}: {proof.reason}",
        f"  before   {_seconds(proof.before)}",
        f"  after    {_seconds(proof.after)}",
        *[f"  fixed    {one_line(test)}" for test in proof.fixed],
        *[f"  still failing, another failure: {one_line(test)}" for test in proof.still_failing],
        f"  {_source(trial.candidate)}, cost ${dollars(spent(fixed.calls))}",
        f"  why      {one_line(trial.candidate.why)}",
        *(
            ["  note     the tests pass; whether it is right, read it"]
            if trial.candidate.needs_reading
            else []
        ),
        "",
    ]


def _source(candidate: Candidate) -> str:
    """Where a fix comes from, in a word."""
    if candidate.tier:
        review = f", {candidate.reviewer} approved" if candidate.reviewer else ""
        return f"model    {candidate.model} (tier {candidate.tier}{review})"
    return f"pattern  {candidate.pattern} (confidence {candidate.confidence:.2f})"


def print_fixes(found: Sequence[Fixed], suite: Suite, *, as_json: bool) -> None:
    """Tell what became of each failure."""
    if as_json:
        click.echo(json.dumps({"tests": suite.colour, "failures": [_plain(one) for one in found]}, indent=2))
        return
    if not found:
        nothing = "Nothing to heal" if suite.colour is Colour.GREEN else "No failure can be read"
        click.echo(f"{nothing}: {one_line(suite.reason, 600)}.")
    for one in found:
        click.echo("\n".join(fix_lines(one)))


def _plain(fixed: Fixed) -> object:
    return {
        "fingerprint": as_data(fixed.case.fingerprint),
        "healed": fixed.proof is not None,
        "reason": fixed.reason,
        "tried": tried(fixed.trials),
        "diff": fixed.trials[-1].patch.diff if fixed.proof else "",
        "proof": msgspec.to_builtins(fixed.proof),
        "calls": msgspec.to_builtins(fixed.calls),
    }


def pattern_lines(pattern: Pattern, library: Library) -> list[str]:
    """A page on one pattern: before, after, where it came from, how it did."""
    source = pattern.provenance
    origin = f"{source.repository} {f'#{source.pull}' if source.pull else source.commit[:10]}"
    licence = f", {source.licence}" if source.licence else ""
    lines = [
        f"{pattern.id}  {pattern.language}  {pattern.error_type}",
        f"learned from {origin} ({source.by}, {source.at:%Y-%m-%d}{licence}), in {pattern.path}",
        *_record_lines(pattern.id, pattern, library),
    ]
    for hunk in pattern.rule.hunks:
        lines += ["", *[f"    {line}" for line in hunk.context_before]]
        lines += [*[f"  - {line}" for line in hunk.before], *[f"  + {line}" for line in hunk.after]]
        lines += [f"    {line}" for line in hunk.context_after]
    return [logged(line) for line in lines]


def _record_lines(name: str, record: Pattern | Record, library: Library) -> list[str]:
    """How a rule did, and what became of each of its uses."""
    retired = f"; retired: {record.retired}" if record.retired else ""
    rate = f", success rate {record.success_rate:.0%}" if record.uses else ""
    lines = [f"used {counted(record.uses, 'time')}{rate}{retired}"]
    for use in library.uses:
        if use.pattern == name:
            where = f"{use.repository}#{use.pull}" if use.pull else f"{use.repository}@{use.commit[:10]}"
            lines.append(f"  {use.at:%Y-%m-%d}  {where}  {use.ending}")
    return lines


def rules_line(language: str, rules: Rules) -> str:
    """How many general rules a language has, and of what."""
    counts = rules_counts(rules)
    fixes, where = counted(counts["fixes"], "fix"), counted(counts["repositories"], "repository")
    return f"{logged(language)}: {counted(counts['rules'], 'general rule')}, from {fixes} in {where}"


def rules_counts(rules: Rules) -> dict[str, int]:
    """The same as numbers: rules, the fixes that taught them, the repositories of those."""
    return {
        "rules": sum(len(codes) for codes in rules.rules.values()),
        "fixes": rules.fixes,
        "repositories": len({one.repository for one in rules.precedents}),
    }


_PLACE_HOLE = re.compile("\N{SECTION SIGN}[a-z]?([0-9]+)")
LEVELS = {
    "X": "code with exactly these tokens",
    "A": "code of this form; each numbered name or text may be any other",
    "S": "code of this form; each numbered name or value may be any other",
    "P": "code of this form; each numbered part may be any code",
    "K": "any code of this kind",
}


def _with_holes(level: str, told: str) -> str:
    """A place as the new code tells it: the same holes, written the same way."""
    code = told.partition(":")[2] if level == "P" else told
    return _PLACE_HOLE.sub(rf"{OPENS}\1{CLOSES}", code)


def rule_lines(rule: NamedRule, library: Library) -> list[str]:
    """A page on one general rule."""
    record = library.records.get(rule.id, Record())
    level, inside, told = rule.place.split("|", 2)
    form = told if level[0] == "K" else _with_holes(level[0], told)
    code = rule.code.replace(f"{OPENS}{SITE}{CLOSES}", form)
    origins = ", ".join(f"{one}{f' ({one.licence})' if one.licence else ''}" for one in rule.precedents)
    lines = [
        f"{rule.id}  {rule.language}  {rule.error_type or 'any error'}",
        f"seen in {counted(rule.fixes, 'fix')}: {origins}",
        *_record_lines(rule.id, record, library),
        "",
        f"{LEVELS[level[0]]}{f', in {inside}' if inside else ''}:",
        f"  - {form}",
        *[f"  + {line}" for line in (code or "(it goes)").split("\n")],
    ]
    return [logged(line)[:WIDEST] for line in lines]


def score_lines(repository: str, score: Score, rule: str | None) -> list[str]:
    """How a library did on the past of a repository."""
    known = f" ({counted(score.known, 'fix')} more it had learned from)" if score.known else ""
    lines = [f"{repository}: asked about {counted(score.asked, 'fix')}{known}"]
    if rule:
        right = len(score.ranks)
        return [
            *lines,
            f"{rule} proposed something for {score.proposed}, what the developer wrote for {right}",
        ]
    for count, words in ((1, "first"), (5, "among the first 5"), (50, "among the first 50")):
        share = score.among(count) / score.asked if score.asked else 0
        lines.append(f"{score.among(count):6d}  {share:6.1%}  what the developer wrote came {words}")
    return lines


WIDEST = 200
"""Characters of a line of code that are shown."""


def proposal_lines(source: str, found: Sequence[Proposal]) -> list[str]:
    """Each proposal as the lines that it changes, with its rule and how likely it is."""
    lines = []
    for number, proposal in enumerate(found, start=1):
        lines.append(f"{number}. {proposal.id}  {proposal.confidence:.1%}  {proposal.place}  {proposal.code}")
        changed = difflib.unified_diff(source.splitlines(), proposal.after.splitlines(), n=0, lineterm="")
        lines += [f"   {line}" for line in list(changed)[3:] if not line.startswith("@@")]
    return [logged(line)[:WIDEST] for line in lines]
