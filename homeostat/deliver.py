"""Bring a verified patch to people: one branch, one pull request, one comment for each fingerprint.

Every step first looks for what an earlier, crashed run left behind, so that each can be done again.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from homeostat.books import STATE_OPENS, hidden_state
from homeostat.money import dollars, spent
from homeostat.outbound import code, counted, fenced, inline, joined, markdown, one_line, page, plain, word
from homeostat.ports import Forge, Workspace
from homeostat.records import (
    Call,
    Candidate,
    Failure,
    Fingerprint,
    Incident,
    Markdown,
    Patch,
    Pattern,
    Plain,
    Proof,
    PullRequest,
    PullState,
    Record,
    Run,
    Unreadable,
    Verdict,
)

PREFIX = plain("homeostat/")
PLAIN = "100644"
"""The mode of files that a forge can commit without changing it."""
NEEDS_INFO = "needs-info"
FORK = ":"
"""In the name of a fork's branch, owner:branch: anybody may copy our marker into a body there."""
_GONE_MARKER = markdown("<!-- homeostat:gone -->")
_NEEDS_INFO_MARKER = markdown("<!-- homeostat:needs-info -->")
_VERDICTS = {
    Verdict.PROVEN: markdown("**Proven**: these tests failed before the change and pass after it."),
    Verdict.CONSISTENT: markdown(
        "**Not proven, only consistent**: the tests do not show that the change mends the error. "
        "Please look closely: hence a draft."
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


def branch_of(exact: str) -> Plain:
    """The branch of a fingerprint."""
    return plain("{}{}", PREFIX, one_line(exact))


def marker_of(exact: str) -> Markdown:
    """What a body of ours hides, to be found by when the branch is gone."""
    return markdown("<!-- homeostat:fingerprint {} -->", word(exact))


def pull_of(exact: str, pulls: Sequence[PullRequest]) -> PullRequest | None:
    """The newest pull request of a fingerprint: by its branch first, by its marker second."""
    ours = [pull for pull in pulls if pull.branch == branch_of(exact)]
    ours = ours or [pull for pull in pulls if marker_of(exact) in pull.body and FORK not in pull.branch]
    return ours[-1] if ours else None


def title(found: Fingerprint) -> Plain:
    """`fix: <error> in <function>`, as a pull request's title and a commit's subject."""
    culprit = found.culprit
    where = culprit.function or culprit.path if culprit else None
    return one_line(f"fix: {found.type} in {where}" if where else f"fix: {found.type}", 100)


def _told(run: Run | None) -> Markdown:
    if run is None:
        return markdown("not run")
    if run.timed_out:
        return markdown("no end in time, {:.1f} s", run.seconds)
    return markdown("exit {}, {:.1f} s", word(f"{run.exit_code}"), run.seconds)


def _used(record: Record | Pattern) -> Markdown:
    if not record.uses:
        return markdown("not used before")
    return markdown("used {} times, {:.0%} merged", record.uses, record.success_rate)


def origin_of_rule(candidate: Candidate, record: Record) -> Markdown:
    """A general rule, or what the search found, for the body of a pull request."""
    rule = code(candidate.pattern)
    if candidate.searched and not candidate.origin:
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
        return markdown("No frame of this repository is in the report.")
    place = code(f"{culprit.path}:{culprit.line}" if culprit.line else f"{culprit.path}")
    if not culprit.function:
        return markdown("In {}.", place)
    return markdown("In {}, function {}.", place, code(culprit.function))


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
    """The pull request's text."""
    proof, failure = parcel.proof, parcel.failure
    files = joined(", ", (code(change.path) for change in parcel.patch.changes))
    rows = [markdown("| {} | failed | passed |", code(test)) for test in proof.fixed]
    rows += [
        markdown("| {} | failed | still fails: another failure |", code(test)) for test in proof.still_failing
    ]
    closes = failure.issue if proof.verdict is Verdict.PROVEN else None
    return page(
        "pull_request.md",
        what=markdown("{}: {}", code(failure.type), inline(failure.message)),
        where=_where(parcel.fingerprint),
        why=markdown("{} Files: {}.", _reason(parcel.candidate), files),
        command=code(proof.command),
        before=_told(proof.before),
        after=_told(proof.after),
        tests=joined("\n", rows),
        verdict=markdown("{} ({})", _VERDICTS[proof.verdict], inline(proof.reason)),
        guard=markdown(
            "passed: path filters, size, protected files, tests untouched, no secrets in added lines."
        ),
        cost=_cost(parcel),
        excerpt=fenced(failure.excerpt or f"{failure.type}: {failure.message}"),
        explanation=fenced(parcel.explanation),
        closes=markdown("\nFixes #{}\n", closes) if closes else markdown(""),
        marker=marker_of(parcel.fingerprint.exact),
    )


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
        joined("", (markdown("\n- {}", inline(reason, 300)) for reason in parcel.reasons)),
    )


def commit_message(parcel: Parcel) -> Plain:
    """Subject, what proves it, and the ids that find it again."""
    return plain(
        "{}\n\n{}\n\nVerdict: {}, {}\nPattern: {}\nFingerprint: {}\n",
        title(parcel.fingerprint),
        one_line(f"{parcel.failure.type}: {parcel.failure.message}"),
        parcel.proof.verdict,
        one_line(parcel.proof.reason),
        one_line(parcel.candidate.pattern),
        one_line(parcel.fingerprint.exact),
    )


def push(forge: Forge, workspace: Workspace, parcel: Parcel, *, branch: Plain, when: datetime) -> str:
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
    name, text = title(parcel.fingerprint), body(parcel)
    if standing and standing.state is PullState.OPEN:
        if (standing.title, standing.body) == (name, text):
            return standing, False
        return forge.update_pull_request(standing.number, title=name, body=text), False
    draft = parcel.candidate.needs_reading or parcel.proof.verdict is not Verdict.PROVEN
    branch = branch_of(parcel.fingerprint.exact)
    return forge.open_pull_request(branch=branch, base=base, draft=draft, title=name, body=text), True


def put_labels(forge: Forge, pull: PullRequest, labels: Sequence[str]) -> None:
    """Add the labels that the pull request lacks."""
    lacking = [label for label in labels if label not in pull.labels]
    if lacking:
        forge.add_labels(pull.number, lacking)


def put_state(forge: Forge, pull: PullRequest, incident: Incident) -> None:
    """Write the hidden state into our one comment on the pull request."""
    text = page("state_comment.md", state=hidden_state(incident))
    _put_comment(forge, pull.number, STATE_OPENS, text, lambda login: login == pull.author)


def withdraw(forge: Forge, pull: PullRequest, incident: Incident) -> None:
    """Say on the pull request why it is no longer needed, and close it."""
    put_state(forge, pull, incident)
    text = page("gone.md", marker=_GONE_MARKER, reason=inline(incident.reason, 400))
    _put_comment(forge, pull.number, _GONE_MARKER, text, lambda login: login == pull.author)
    forge.withdraw_pull_request(pull.number)


def ask_for_info(forge: Forge, number: int, unreadable: Unreadable) -> None:
    """Say once what a report lacks, and label it."""
    missing = joined("\n", (markdown("- {}", part) for part in unreadable.missing))
    text = page("needs_info.md", marker=_NEEDS_INFO_MARKER, missing=missing)
    _put_comment(forge, number, _NEEDS_INFO_MARKER, text, lambda login: _may_be_us(forge, login))
    forge.add_labels(number, [NEEDS_INFO])


def _may_be_us(forge: Forge, login: str) -> bool:
    return login.endswith("[bot]") or forge.may_write(login)


def _put_comment(
    forge: Forge, number: int, marker: str, text: Markdown, is_us: Callable[[str], bool]
) -> None:
    """Write our one comment of a kind. Anybody may copy the marker: only what we may have written is ours."""
    marked = (comment for comment in forge.comments(number) if marker in comment.body)
    ours = next((comment for comment in marked if is_us(comment.author)), None)
    if ours is None:
        forge.add_comment(number, text)
    elif ours.body != text:
        forge.update_comment(ours, text)
