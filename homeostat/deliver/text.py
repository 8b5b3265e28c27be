"""What a pull request and its commit say: what broke, what changes, the proof, and where the fix is from."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from homeostat.deliver.opinions import boxes
from homeostat.money import dollars, spent
from homeostat.outbound import (
    code,
    command,
    counted,
    fenced,
    inline,
    joined,
    markdown,
    one_line,
    page,
    plain,
    row,
    unlinked,
    word,
)
from homeostat.records import (
    Call,
    Candidate,
    Failure,
    Fingerprint,
    Markdown,
    Opinion,
    Patch,
    Pattern,
    Plain,
    Proof,
    Record,
    Run,
    Verdict,
)

PREFIX = plain("homeostat/")
MOST_TESTS = 10
"""Rows of each kind: GitHub takes 65,536 characters, and a hostile name may become six times as long."""
MOST_REASONS = 10
MOST_LINES = 24
"""Of a diff that is shown whole; a longer one is for the page that shows the files."""


@dataclass(frozen=True, slots=True)
class Parcel:
    """All that a pull request tells."""

    failure: Failure
    fingerprint: Fingerprint
    explanation: str
    """What the ids are made of, as plain lines."""
    candidate: Candidate
    origin: Markdown
    """Where the fix was learned and how it did."""
    patch: Patch
    proof: Proof
    calls: tuple[Call, ...] = ()
    """Of models, for this fix."""
    tried: int = 0
    """Fixes that were tried before it."""
    reasons: tuple[str, ...] = ()
    """Why models' answers before it were not taken."""
    opinion: Opinion | None = None
    """What a reviewer has ticked of this very change."""
    setup: str | None = None
    """What is run once before the tests."""
    most_files: int = 0
    most_lines: int = 0
    """The guard's limits."""


def branch_of(exact: str) -> Plain:
    """The branch of a fingerprint."""
    return plain("{}{}", PREFIX, one_line(exact))


def marker_of(exact: str) -> Markdown:
    """What a body of ours hides, to be found by when the branch is gone."""
    return markdown("<!-- homeostat:fingerprint {} -->", word(exact))


def title(found: Fingerprint) -> Plain:
    """`fix: <error> in <function>`, as a pull request's title and a commit's subject."""
    culprit = found.culprit
    where = culprit.function or culprit.path if culprit else None
    return unlinked(f"fix: {found.type} in {where}" if where else f"fix: {found.type}", 100)


def _told(run: Run | None) -> Markdown:
    if run is None:
        return markdown("not run")
    if run.timed_out:
        return markdown("no end in time, {:.1f} s", run.seconds)
    return markdown("exit {}, {:.1f} s", word(f"{run.exit_code}"), run.seconds)


def _used(record: Record | Pattern) -> Markdown:
    if not record.uses:
        return markdown("not used before")
    return markdown("used {}, success rate {:.0%}", inline(counted(record.uses, "time")), record.success_rate)


def origin_of_rule(candidate: Candidate, record: Record) -> Markdown:
    """A general rule, or what the search found, for the body of a pull request."""
    rule = code(candidate.pattern)
    if candidate.small:
        return markdown("edit {}, found by trying, learned from nobody", rule)
    learned = markdown("rule {}, learned from {} ({})", rule, inline(candidate.origin), _used(record))
    return markdown("{}, found by trying", learned) if candidate.searched else learned


def origin_of(pattern: Pattern, reader: str) -> Markdown:
    """A pattern, for the body of a pull request in the repository `reader`; no other one is named to it."""
    source = pattern.provenance
    number = f"#{source.pull}" if source.pull else source.commit[:10]
    ours = source.repository == reader
    where = inline(f"{source.repository} {number}" if ours else "another repository")
    return markdown("pattern {}, learned from {} ({})", code(pattern.id), where, _used(pattern))


def _where(found: Fingerprint) -> Markdown:
    culprit = found.culprit
    if culprit is None:
        return markdown("in code that is not of this repository")
    place = code(f"{culprit.path}:{culprit.line}" if culprit.line else f"{culprit.path}")
    if not culprit.function:
        return markdown("in {}", place)
    return markdown("in {}, function {}", place, code(culprit.function))


def _reason(candidate: Candidate) -> Markdown:
    why = inline(candidate.why, 400)
    if candidate.tier:
        asked = markdown("Nothing learned has healed it, so a model was asked. In its words: {}", why)
        return markdown("{} {}", asked, READ_WITH_CARE)
    if candidate.searched:
        found = markdown("Nothing learned has healed it. Trying other edits found one: {}.", why)
        return markdown("{} {}", found, READ_WITH_CARE)
    return markdown("A learned fix matches: {} (confidence {:.2f}).", why, candidate.confidence)


READ_WITH_CARE = markdown(
    "The tests pass with it; whether it is right, only a person can tell: hence a draft."
)


def body(parcel: Parcel) -> Markdown:
    """The pull request's text: what a reviewer needs comes first."""
    proof, failure = parcel.proof, parcel.failure
    closes = failure.issue if proof.verdict is Verdict.PROVEN else None
    return page(
        "pull_request.md",
        what=markdown("{} {}: {}", code(failure.type), _where(parcel.fingerprint), inline(failure.message)),
        change=_change(parcel.patch),
        why=_reason(parcel.candidate),
        diff=_diff(parcel.patch),
        verdict=_verdict(proof),
        tests=joined("\n", _rows(proof)),
        guard=_guard(parcel),
        cost=_cost(parcel),
        command=command(_command(parcel)),
        base=code(parcel.patch.base[:10]),
        excerpt=fenced(failure.excerpt or f"{failure.type}: {failure.message}"),
        explanation=fenced(parcel.explanation),
        boxes=boxes(parcel.opinion),
        closes=markdown("\nFixes #{}\n", closes) if closes else markdown(""),
        marker=marker_of(parcel.fingerprint.exact),
    )


def _change(patch: Patch) -> Markdown:
    """The diff in a sentence."""
    files = joined(", ", (code(change.path) for change in patch.changes))
    added, removed = _lines(patch)
    return markdown("{} added, {} removed in {}.", inline(counted(added, "line")), removed, files)


def _lines(patch: Patch) -> tuple[int, int]:
    """That are added, and removed."""
    return sum(len(change.added) for change in patch.changes), sum(change.removed for change in patch.changes)


def _guard(parcel: Parcel) -> Markdown:
    """What it looked at, with its limits."""
    size = markdown(
        "{} of at most {} files, {} of at most {} lines",
        len(parcel.patch.changes),
        parcel.most_files,
        sum(_lines(parcel.patch)),
        parcel.most_lines,
    )
    return markdown(
        "passed: {}; path filters, protected files, tests untouched, no secrets in added lines.", size
    )


def _diff(patch: Patch) -> Markdown:
    """The diff itself, where it is short and of one file, which the sentence before names."""
    _, at, hunks = patch.diff.rstrip().partition("\n@@")
    if not at or "\ndiff " in hunks or hunks.count("\n") > MOST_LINES:
        return markdown("")
    return markdown("\n{}\n", fenced(f"@@{hunks}", language="diff", limit=2_000))


def _verdict(proof: Proof) -> Markdown:
    reason = inline(proof.reason)
    if proof.verdict is Verdict.PROVEN:
        return markdown("**Proven**: {}. Without the change these tests failed in two runs.", reason)
    return markdown(
        "**Not proven, only consistent**: {}. The tests do not show that the change mends the error: "
        "please look closely; hence a draft.",
        reason,
    )


def _rows(proof: Proof) -> Iterator[Markdown]:
    """The proof: each test that shows the error, then the whole test command."""
    yield from _tests(proof.fixed, markdown("passed"))
    yield from _tests(proof.still_failing, markdown("fails as before, for a reason of its own"))
    yield row(markdown("all of {}", code(proof.command)), _told(proof.before), _told(proof.after))


def _tests(names: Sequence[str], after: Markdown) -> Iterator[Markdown]:
    for name in names[:MOST_TESTS]:
        yield row(code(name), markdown("failed"), after)
    if names[MOST_TESTS:]:
        more = inline(f"and {counted(len(names) - MOST_TESTS, 'more test')}")
        yield row(more, markdown("failed"), after)


def _command(parcel: Parcel) -> str:
    """What shows the fix in a clone."""
    branch = branch_of(parcel.fingerprint.exact)
    commands = "\n".join(filter(None, (parcel.setup, parcel.proof.command)))  # either may end in a comment
    return f"git fetch origin {branch} && git switch --detach FETCH_HEAD && {commands}"


def _cost(parcel: Parcel) -> Markdown:
    """What was paid, for which model, and what was tried before."""
    candidate = parcel.candidate
    if not parcel.calls:
        return markdown("$0.00, no model was asked: the fix is {}.", parcel.origin)
    models = Counter((call.model, call.task) for call in parcel.calls)
    calls = (markdown("{} of {}", times, code(f"{name} ({task})")) for (name, task), times in models.items())
    review = markdown(", and {} approved of it", code(candidate.reviewer))
    before = markdown(" {} failed before.", inline(counted(parcel.tried, "fix")))
    return markdown(
        "${}: tier {}, written by {}{}. Calls: {}.{}{}",
        inline(dollars(spent(parcel.calls))),
        code(candidate.tier),
        code(candidate.model),
        review if candidate.reviewer else markdown(""),
        joined(", ", calls),
        before if parcel.tried else markdown(""),
        joined("", (markdown("\n- {}", inline(reason, 300)) for reason in parcel.reasons[:MOST_REASONS])),
    )


def commit_message(parcel: Parcel) -> Plain:
    """Subject, what proves it, and the ids that find it again.

    The failure's own words open no line: `Fingerprint: hs…` there would be taken for ours.
    """
    return plain(
        "{}\n\nFailure: {}\n\nVerdict: {}, {}\nPattern: {}\nFingerprint: {}\n",
        title(parcel.fingerprint),
        unlinked(f"{parcel.failure.type}: {parcel.failure.message}"),
        parcel.proof.verdict,
        unlinked(parcel.proof.reason),
        unlinked(parcel.candidate.pattern),
        one_line(parcel.fingerprint.exact),
    )
