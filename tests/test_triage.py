"""Which failures are tried now, which are not, and what is told instead."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from homeostat.records import (
    Claim,
    Deed,
    Failure,
    Handling,
    Incident,
    Issue,
    Origin,
    Plain,
    PullRequest,
    PullState,
    Result,
    Status,
)
from homeostat.triage import (
    CLAIM_LEASE,
    MAX_ATTEMPTS,
    OPT_OUT,
    RETRY_UNHEALED,
    Moment,
    Refusal,
    handling_refusal,
    incident_refusal,
    is_trusted,
    issue_refusal,
    next_try,
    refusal,
)

NOW = datetime(2026, 3, 2, 10, 17, tzinfo=UTC)
HOUR = timedelta(hours=1)
MOMENT = Moment(NOW, "run-2", "library-2")
ISSUE = Issue(4, "KeyError", "…", ("robot",), "ann", "OWNER", NOW)
FAILURE = Failure("KeyError", "'timeout'", (), "python", Origin.ISSUE, seen_at=NOW - HOUR)
SHOWN_BY_TESTS = replace(FAILURE, origin=Origin.TESTS, seen_at=None)
INCIDENT = Incident(
    ids=("f" * 16,),
    language="python",
    error_type=Plain("KeyError"),
    template=Plain("'<key>'"),
    status=Status.COOLING,
    attempts=1,
    first_seen=NOW - 9 * HOUR,
    last_tried=NOW - 3 * HOUR,
    reason=Plain("p-1: still failing"),
    library="library-2",
)
PULL = PullRequest(8, "homeostat/f", "main", "t", "b", (), "bot", PullState.OPEN, NOW - 9 * HOUR)
OPEN = Refusal(Result.DELIVERED, "pull request #8 is open")
CLOSED = Refusal(Result.SKIPPED, "a person closed pull request #8 unmerged: that is a no")
MERGED = Refusal(Result.DELIVERED, "pull request #8 was merged after this report")


def incident(**fields: object) -> Incident:
    return replace(INCIDENT, **fields)  # type: ignore[arg-type]


def pull(state: PullState, closed_at: datetime | None = None) -> PullRequest:
    return replace(PULL, state=state, closed_at=closed_at)


# --- issues -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("issue", "reason"),
    [
        (ISSUE, None),
        (replace(ISSUE, labels=("robot", OPT_OUT)), "it carries the label do-not-fix"),
        (replace(ISSUE, labels=("robot", "Do-Not-Fix")), "it carries the label do-not-fix"),
        (replace(ISSUE, locked=True), "it is locked"),
    ],
    ids=["plain", "opted out", "opted out loudly", "locked"],
)
def test_an_issue_is_not_read_and_the_reason_is_told(issue: Issue, reason: str | None) -> None:
    assert issue_refusal(issue) == reason


@pytest.mark.parametrize(
    ("author", "association", "authors", "trusted"),
    [
        ("ann", "OWNER", None, True),
        ("ann", "MEMBER", None, True),
        ("ann", "COLLABORATOR", [], True),
        ("ann", "owner", None, False),
        ("ann", "CONTRIBUTOR", None, False),
        ("ann", "NONE", None, False),
        ("ann", "NONE", ["ben"], False),
        ("ann", "NONE", ["ann"], True),
        ("ann", "NONE", ["Ann"], False),
        ("ann", "NONE", ["ann[bot]"], False),
        ("ann[bot]", "NONE", ["ann[bot]"], True),
        ("ann[bot]", "NONE", ["ann"], False),
        ("ann[bot]", "MEMBER", None, False),
        ("ann[bot]", "OWNER", ["ben[bot]"], False),
    ],
)
def test_an_author_is_trusted_by_standing_or_by_exact_login_and_a_bot_by_login_only(
    author: str, association: str, authors: list[str] | None, *, trusted: bool
) -> None:
    assert is_trusted(replace(ISSUE, author=author, association=association), authors) is trusted


FOREIGN = replace(ISSUE, author="eve", association="NONE")
EARLIER, LATER = NOW - HOUR, NOW + HOUR
REMEDY = (
    "if it may be worked on, somebody with write access takes the label off and sets it again, "
    "or eve is added to report_authors in repos.yml"
)
EDITED = (
    "the report was edited by eve, who has no write access, after ann set the label robot: "
    "take it off and set it again to say that the text may be worked on"
)


@pytest.mark.parametrize(
    ("labelled", "edits", "reason"),
    [
        pytest.param({"robot": Deed("ann", NOW)}, (), None, id="labelled by a writer"),
        pytest.param({"robot": Deed("ann", NOW)}, (Deed("eve", EARLIER),), None, id="edited before"),
        pytest.param({"robot": Deed("ann", NOW)}, (Deed("ann", LATER),), None, id="edited by a writer"),
        pytest.param({"robot": Deed("ann", NOW)}, (Deed("eve", LATER),), EDITED, id="edited after"),
        pytest.param({"robot": Deed("ann", NOW)}, (Deed("eve", NOW),), EDITED, id="edited in that second"),
        pytest.param(
            {"robot": Deed("ann", NOW)},
            (Deed("eve", LATER), Deed("ann", LATER + HOUR)),
            EDITED,
            id="edited after, and then by a writer",
        ),
        pytest.param(
            {"robot": Deed("eve", NOW)},
            (),
            "eve is neither owner, member nor collaborator, the label robot was set by eve, who has no write "
            f"access: {REMEDY}",
            id="a template's label",
        ),
        pytest.param(
            {},
            (),
            "eve is neither owner, member nor collaborator, nothing tells who set the label robot: " + REMEDY,
            id="nobody knows",
        ),
        pytest.param(
            {"crash": Deed("ann", NOW)},
            (),
            "eve is neither owner, member nor collaborator, nothing tells who set the label robot: " + REMEDY,
            id="another label",
        ),
    ],
)
def test_a_strangers_report_needs_the_label_of_a_writer_and_the_text_of_then(
    labelled: dict[str, Deed], edits: tuple[Deed, ...], reason: str | None
) -> None:
    handling = Handling(labelled, edits, FOREIGN.title, FOREIGN.body)
    assert handling_refusal(FOREIGN, handling, ["robot"], lambda login: login == "ann") == reason


def test_one_of_several_labels_is_enough_and_the_newest_approval_counts() -> None:
    issue = replace(FOREIGN, labels=("robot", "Crash", "other"))
    handling = Handling(
        {"robot": Deed("ann", EARLIER), "crash": Deed("ann", LATER), "other": Deed("ann", LATER + HOUR)},
        (Deed("eve", NOW),),
        issue.title,
        issue.body,
    )
    assert handling_refusal(issue, handling, ["robot", "crash"], lambda login: login == "ann") is None
    told = handling_refusal(issue, handling, ["robot"], lambda login: login == "ann")
    assert told is not None
    assert told.startswith("the report was edited by eve")


@pytest.mark.parametrize(
    ("said", "same"),
    [
        pytest.param(("KeyError", "one\n\ntwo"), True, id="the same"),
        pytest.param(("KeyError", "one\r\n\r\ntwo\r\n"), True, id="other ends of lines"),
        pytest.param(("KeyError", "something nice"), False, id="another body"),
        pytest.param(("Something nice", "one\n\ntwo"), False, id="another title"),
        pytest.param(("KeyError", ""), False, id="none"),
    ],
)
def test_an_approval_counts_for_the_text_in_hand_alone(said: tuple[str, str], same: bool) -> None:  # noqa: FBT001
    listed = replace(FOREIGN, body="one\n\ntwo")
    handling = Handling({"robot": Deed("ann", NOW)}, (), *said)
    told = handling_refusal(listed, handling, ["robot"], lambda login: login == "ann")
    assert told is None if same else (told or "").startswith("the report was edited while it was read")


def test_a_bot_that_nobody_named_is_told_as_one() -> None:
    bot = replace(FOREIGN, author="x[bot]")
    told = handling_refusal(bot, Handling({"robot": Deed("x[bot]", NOW)}), ["robot"], lambda _: False)
    assert told is not None
    assert told.startswith("x[bot] is a bot that report_authors does not name, the label robot was set by")


# --- pull requests ----------------------------------------------------------------------------------


def test_a_failure_that_nobody_knows_is_tried() -> None:
    assert refusal(FAILURE, None, None, MOMENT) is None


@pytest.mark.parametrize(
    ("failure", "newest", "told"),
    [
        (FAILURE, pull(PullState.OPEN), OPEN),
        (SHOWN_BY_TESTS, pull(PullState.OPEN), OPEN),
        (FAILURE, pull(PullState.CLOSED, NOW), CLOSED),
        (SHOWN_BY_TESTS, pull(PullState.CLOSED, NOW), CLOSED),
        (FAILURE, pull(PullState.MERGED, NOW), MERGED),
        (FAILURE, pull(PullState.MERGED, NOW - HOUR), MERGED),
        (FAILURE, pull(PullState.MERGED, NOW - 2 * HOUR), None),
        (FAILURE, pull(PullState.MERGED), None),
        (SHOWN_BY_TESTS, pull(PullState.MERGED, NOW), None),
    ],
    ids=[
        "open",
        "open, shown by tests",
        "closed",
        "closed, shown by tests",
        "merged after the report",
        "merged with the report",
        "merged before the report",
        "merged who knows when",
        "merged, and the tests still fail",
    ],
)
def test_its_newest_pull_request_decides(failure: Failure, newest: PullRequest, told: Refusal | None) -> None:
    assert refusal(failure, None, newest, MOMENT) == told


def test_the_pull_request_is_asked_before_the_ledger() -> None:
    waiting = incident(status=Status.GIVEN_UP)
    assert refusal(FAILURE, waiting, pull(PullState.OPEN), MOMENT) == OPEN


def test_a_pull_request_that_was_opened_after_they_were_listed_is_not_opened_again() -> None:
    delivered = incident(status=Status.DELIVERED, pull=8)
    told = Refusal(Result.DELIVERED, "pull request #8 was opened by another run meanwhile")
    assert refusal(FAILURE, delivered, None, MOMENT) == told
    assert refusal(FAILURE, delivered, replace(pull(PullState.CLOSED), number=7), MOMENT) == told
    assert refusal(FAILURE, delivered, pull(PullState.OPEN), MOMENT) == OPEN


def test_the_ledger_is_asked_when_the_pull_request_says_nothing() -> None:
    told = refusal(SHOWN_BY_TESTS, incident(next_try=NOW + HOUR), pull(PullState.MERGED, NOW), MOMENT)
    assert told is not None
    assert told.result is Result.COOLING


CRASHED = incident(status=Status.CLAIMED, claim=Claim("run-1", NOW - HOUR))


def test_a_crashed_run_is_taken_up_although_its_pull_request_is_open() -> None:
    assert refusal(FAILURE, CRASHED, pull(PullState.OPEN), MOMENT) is None


@pytest.mark.parametrize(
    ("newest", "told"),
    [(pull(PullState.CLOSED, NOW), CLOSED), (pull(PullState.MERGED, NOW), MERGED)],
    ids=["closed", "merged"],
)
def test_what_a_person_decided_counts_although_a_run_crashed(newest: PullRequest, told: Refusal) -> None:
    assert refusal(FAILURE, CRASHED, newest, MOMENT) == told


# --- the ledger -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("run", "left", "respected"),
    [
        ("run-1", HOUR, True),
        ("run-1", timedelta(seconds=1), True),
        ("run-1", timedelta(0), False),
        ("run-1", -HOUR, False),
        ("run-2", HOUR, False),
    ],
    ids=["of another run", "in its last second", "just over", "long over", "our own"],
)
def test_a_claim_of_another_run_is_respected_until_its_lease_ends(
    run: str, left: timedelta, *, respected: bool
) -> None:
    claimed = incident(status=Status.CLAIMED, claim=Claim(run, NOW + left))
    told = refusal(FAILURE, claimed, None, MOMENT)
    until = f"{NOW + left:%Y-%m-%d %H:%M}"
    assert told == (
        Refusal(Result.COOLING, f"run run-1 works on it until {until} UTC") if respected else None
    )


def test_a_claim_is_told_before_anything_else() -> None:
    busy = incident(status=Status.GIVEN_UP, claim=Claim("run-1", NOW + HOUR))
    told = incident_refusal(busy, MOMENT)
    assert told == Refusal(Result.COOLING, "run run-1 works on it until 2026-03-02 11:17 UTC")


def test_what_was_given_up_waits_for_a_person_whatever_is_learned() -> None:
    given_up = incident(status=Status.GIVEN_UP, attempts=MAX_ATTEMPTS, library="library-1")
    assert incident_refusal(given_up, MOMENT) == Refusal(
        Result.GIVEN_UP, "3 attempts failed: it waits for a person to mend it"
    )


@pytest.mark.parametrize(
    ("seen_at", "told"),
    [
        (NOW - 4 * HOUR, Refusal(Result.DELIVERED, "p-1: still failing")),
        (NOW - 3 * HOUR, Refusal(Result.DELIVERED, "p-1: still failing")),
        (NOW - 2 * HOUR, None),
        (None, None),
    ],
    ids=["reported before", "reported with it", "reported since", "seen now"],
)
def test_a_merged_fix_answers_the_reports_before_it(seen_at: datetime | None, told: Refusal | None) -> None:
    assert incident_refusal(incident(status=Status.MERGED), MOMENT, seen_at) == told


@pytest.mark.parametrize("status", [Status.COOLING, Status.UNHEALED], ids=str)
@pytest.mark.parametrize(
    ("left", "waits"),
    [(HOUR, True), (timedelta(seconds=1), True), (timedelta(0), False), (-HOUR, False)],
    ids=["before", "a second before", "at", "after"],
)
def test_a_failure_waits_until_its_next_try(status: Status, left: timedelta, *, waits: bool) -> None:
    told = incident_refusal(incident(status=status, next_try=NOW + left), MOMENT)
    when = f"{NOW + left:%Y-%m-%d %H:%M}"
    reason = f"next try from {when} UTC (p-1: still failing)"
    assert told == (Refusal(Result.COOLING, reason) if waits else None)


def test_a_failure_without_a_next_try_is_tried() -> None:
    assert incident_refusal(incident(), MOMENT) is None


@pytest.mark.parametrize(
    ("status", "library", "waits"),
    [
        (Status.UNHEALED, "library-1", False),
        (Status.UNHEALED, None, False),
        (Status.UNHEALED, "library-2", True),
        (Status.COOLING, "library-1", True),
    ],
    ids=["unhealed, new patterns", "unhealed, none tried", "unhealed, same patterns", "failed, new patterns"],
)
def test_new_patterns_end_only_the_wait_of_what_was_unhealed(
    status: Status, library: str | None, *, waits: bool
) -> None:
    waiting = incident(status=status, library=library, next_try=NOW + HOUR)
    assert (incident_refusal(waiting, MOMENT) is not None) is waits


# --- waits ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("failed", "hours"),
    [(1, 24), (2, 48), (3, 96), (4, 96)],
    ids=["first", "second", "third", "beyond"],
)
def test_the_wait_doubles_with_each_failed_attempt(failed: int, hours: int) -> None:
    assert next_try(failed, now=NOW) == NOW + timedelta(hours=hours)


def test_the_limits_are_those_that_the_readme_promises() -> None:
    assert (MAX_ATTEMPTS, RETRY_UNHEALED, CLAIM_LEASE) == (3, 24 * HOUR, 2 * HOUR)
