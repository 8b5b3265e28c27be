"""Bring a verified patch to people: one branch, one pull request, one comment for each fingerprint.

Every step first looks for what an earlier, crashed run left behind, so that each can be done again.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from importlib.resources import files
from string import Template

from homeostat.books import STATE_OPENS, hidden_state
from homeostat.money import dollars, spent
from homeostat.outbound import code, counted, fenced, inline, one_line
from homeostat.ports import Forge, Workspace
from homeostat.records import (
    Call,
    Candidate,
    Failure,
    Fingerprint,
    Incident,
    Patch,
    Pattern,
    Proof,
    PullRequest,
    PullState,
    Record,
    Run,
    Unreadable,
    Verdict,
)

PREFIX = "homeostat/"
PLAIN = "100644"
"""The mode of files that a forge can commit without changing it."""
NEEDS_INFO = "needs-info"
FORK = ":"
"""In the name of a fork's branch, owner:branch: anybody may copy our marker into a body there."""
_GONE_MARKER = "<!-- homeostat:gone -->"
_NEEDS_INFO_MARKER = "<!-- homeostat:needs-info -->"
_VERDICTS = {
    Verdict.PROVEN: "**Proven**: these tests failed before the change and pass after it.",
    Verdict.CONSISTENT: (
        "**Not proven, only consistent**: no test failed before the change, and all pass after it. "
        "No test shows the reported error; please look closely."
    ),
}


@dataclass(frozen=True, slots=True)
class Parcel:
    """All that a pull request tells."""

    failure: Failure
    fingerprint: Fingerprint
    explanation: str
    """What the ids are made of, as plain lines."""
    candidate: Candidate
    origin: str
    """Where the fix was learned and how it did, as Markdown."""
    patch: Patch
    proof: Proof
    calls: tuple[Call, ...] = ()
    """Of models, for this fix."""
    tried: int = 0
    """Fixes that were tried before it."""
    reasons: tuple[str, ...] = ()
    """Why models' answers before it were not taken."""


def branch_of(exact: str) -> str:
    """The branch of a fingerprint."""
    return PREFIX + exact


def marker_of(exact: str) -> str:
    """What a body of ours hides, to be found by when the branch is gone."""
    return f"<!-- homeostat:fingerprint {exact} -->"


def pull_of(exact: str, pulls: Sequence[PullRequest]) -> PullRequest | None:
    """The newest pull request of a fingerprint: by its branch first, by its marker second."""
    ours = [pull for pull in pulls if pull.branch == branch_of(exact)]
    ours = ours or [pull for pull in pulls if marker_of(exact) in pull.body and FORK not in pull.branch]
    return ours[-1] if ours else None


def _template(name: str) -> Template:
    return Template((files("homeostat") / "templates" / name).read_text(encoding="utf-8"))


def title(found: Fingerprint) -> str:
    """`fix: <error> in <function>`, as a pull request's title and a commit's subject."""
    culprit = found.culprit
    where = culprit.function or culprit.path if culprit else None
    return one_line(f"fix: {found.type} in {where}" if where else f"fix: {found.type}", 100)


def _told(run: Run | None) -> str:
    if run is None:
        return "not run"
    ending = "no end in time" if run.timed_out else f"exit {run.exit_code}"
    return f"{ending}, {run.seconds:.1f} s"


def origin_of_rule(candidate: Candidate, record: Record) -> str:
    """A general rule, or what the search found, for the body of a pull request."""
    if candidate.searched and not candidate.origin:
        return f"edit {code(candidate.pattern)}, found by trying, learned from nobody"
    uses = f"used {record.uses} times, {record.success_rate:.0%} merged" if record.uses else "not used before"
    learned = f"learned from {inline(candidate.origin)} ({uses})"
    found = ", found by trying" if candidate.searched else ""
    return f"rule {code(candidate.pattern)}, {learned}{found}"


def origin_of(pattern: Pattern, reader: str) -> str:
    """A pattern, for the body of a pull request in the repository `reader`; no other one is named to it."""
    source = pattern.provenance
    number = f"#{source.pull}" if source.pull else source.commit[:10]
    where = inline(f"{source.repository} {number}") if source.repository == reader else "another repository"
    uses = (
        f"used {pattern.uses} times, {pattern.success_rate:.0%} merged" if pattern.uses else "not used before"
    )
    return f"pattern {code(pattern.id)}, learned from {where} ({uses})"


def _where(found: Fingerprint) -> str:
    culprit = found.culprit
    if culprit is None:
        return "No frame of this repository is in the report."
    line = f":{culprit.line}" if culprit.line else ""
    return f"In {code(f'{culprit.path}{line}')}" + (
        f", function {code(culprit.function)}." if culprit.function else "."
    )


def _reason(candidate: Candidate) -> str:
    why = inline(candidate.why, 400)
    if candidate.tier:
        return f"Nothing learned has healed it, so a model was asked. In its words: {why} {READ_WITH_CARE}"
    if candidate.searched:
        return f"Nothing learned has healed it. Trying other edits found one: {why}. {READ_WITH_CARE}"
    return f"A learned fix matches: {why} (confidence {candidate.confidence:.2f})."


READ_WITH_CARE = "The tests pass with it; whether it is right, only a person can tell: hence a draft."


def body(parcel: Parcel) -> str:
    """The pull request's text."""
    proof, failure = parcel.proof, parcel.failure
    files = ", ".join(code(change.path) for change in parcel.patch.changes)
    rows = [f"| {code(test)} | failed | passed |" for test in proof.fixed]
    rows += [f"| {code(test)} | failed | still fails: another failure |" for test in proof.still_failing]
    return _template("pull_request.md").substitute(
        what=f"{code(failure.type)}: {inline(failure.message)}",
        where=_where(parcel.fingerprint),
        why=f"{_reason(parcel.candidate)} Files: {files}.",
        command=code(proof.command).replace("|", "\\|"),
        before=_told(proof.before),
        after=_told(proof.after),
        tests="\n".join(rows),
        verdict=_VERDICTS[proof.verdict],
        guard="passed: path filters, size, protected files, tests untouched, no secrets in added lines.",
        cost=_cost(parcel),
        excerpt=fenced(failure.excerpt or f"{failure.type}: {failure.message}"),
        explanation=fenced(parcel.explanation),
        closes=f"\nFixes #{failure.issue}\n" if failure.issue and proof.verdict is Verdict.PROVEN else "",
        marker=marker_of(parcel.fingerprint.exact),
    )


def _cost(parcel: Parcel) -> str:
    """What was paid, for which model, and what was tried before."""
    candidate = parcel.candidate
    if not parcel.calls:
        return f"$0.00, no model was asked: the fix is {parcel.origin}."
    paid = dollars(spent(parcel.calls))
    models = Counter(f"{call.model} ({call.task})" for call in parcel.calls)
    calls = ", ".join(f"{times} of {code(name)}" for name, times in models.items())
    review = f", and {code(candidate.reviewer)} approved of it" if candidate.reviewer else ""
    before = f" {counted(parcel.tried, 'fix')} failed before." if parcel.tried else ""
    told = "".join(f"\n- {inline(reason, 300)}" for reason in parcel.reasons)
    return (
        f"${paid}: tier {code(candidate.tier)}, written by "
        f"{code(candidate.model)}{review}. Calls: {calls}.{before}{told}"
    )


def commit_message(parcel: Parcel) -> str:
    """Subject, what proves it, and the ids that find it again."""
    return (
        f"{title(parcel.fingerprint)}\n\n"
        f"{one_line(f'{parcel.failure.type}: {parcel.failure.message}')}\n\n"
        f"Verdict: {parcel.proof.verdict}, {one_line(parcel.proof.reason)}\n"
        f"Pattern: {one_line(parcel.candidate.pattern)}\n"
        f"Fingerprint: {parcel.fingerprint.exact}\n"
    )


def push(forge: Forge, workspace: Workspace, parcel: Parcel, *, branch: str, when: datetime) -> str:
    """Commit the judged patch to a branch, signed where the forge does that; returns the commit."""
    patch = parcel.patch
    if all(change.status == "M" and change.mode == change.old_mode == PLAIN for change in patch.changes):
        files = parcel.candidate.edits
        signed = forge.signed_commit(
            branch=branch, base=patch.base, message=commit_message(parcel), files=files
        )
        if signed:
            return signed
    return workspace.publish(parcel.patch, branch=branch, message=commit_message(parcel), when=when)


def put_pull_request(
    forge: Forge, parcel: Parcel, *, base: str, standing: PullRequest | None
) -> tuple[PullRequest, bool]:
    """Open the fingerprint's pull request, or update the open one; True when it is new.

    `standing` is the fingerprint's newest pull request in any state.
    """
    branch = branch_of(parcel.fingerprint.exact)
    text = {"title": title(parcel.fingerprint), "body": body(parcel)}
    if standing and standing.state is PullState.OPEN:
        same = (standing.title, standing.body) == (text["title"], text["body"])
        return (standing if same else forge.update_pull_request(standing.number, **text)), False
    draft = parcel.candidate.needs_reading
    return forge.open_pull_request(branch=branch, base=base, draft=draft, **text), True


def put_labels(forge: Forge, pull: PullRequest, labels: Sequence[str]) -> None:
    """Add the labels that the pull request lacks."""
    lacking = [label for label in labels if label not in pull.labels]
    if lacking:
        forge.add_labels(pull.number, lacking)


def put_state(forge: Forge, number: int, incident: Incident) -> None:
    """Write the hidden state into our one comment on the pull request."""
    text = _template("state_comment.md").substitute(state=hidden_state(incident))
    _put_comment(forge, number, STATE_OPENS, text)


def withdraw(forge: Forge, number: int, incident: Incident) -> None:
    """Say on the pull request why it is no longer needed, and close it."""
    put_state(forge, number, incident)
    text = _template("gone.md").substitute(marker=_GONE_MARKER, reason=one_line(incident.reason))
    _put_comment(forge, number, _GONE_MARKER, text)
    forge.withdraw_pull_request(number)


def ask_for_info(forge: Forge, number: int, unreadable: Unreadable) -> None:
    """Say once what a report lacks, and label it."""
    missing = "\n".join(f"- {part}" for part in unreadable.missing)
    text = _template("needs_info.md").substitute(marker=_NEEDS_INFO_MARKER, missing=missing)
    _put_comment(forge, number, _NEEDS_INFO_MARKER, text)
    forge.add_labels(number, [NEEDS_INFO])


def _put_comment(forge: Forge, number: int, marker: str, text: str) -> None:
    ours = next((comment for comment in forge.comments(number) if marker in comment.body), None)
    if ours is None:
        forge.add_comment(number, text)
    elif ours.body != text:
        forge.update_comment(ours, text)
