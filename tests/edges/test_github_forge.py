"""What GitHub does beyond the contract: pages, limits, faults, refusals, renames, signed commits."""

from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import timedelta
from typing import Any

import pytest

from homeostat.edges.github import GitHubForge
from homeostat.edges.github.commits import graphql_url
from homeostat.errors import ForgeError, NotPermittedError
from homeostat.records import PullState
from tests.stub_github import NOW, TOKEN, Answer, Fault, StubGitHub, refusal, stub_github

ISSUES, PULLS, THREAD = r"/issues$", r"/pulls$", r"/issues/1/comments$"


class Hasty(GitHubForge):
    """A forge that waits a quarter of a second for an answer."""

    timeout = 0.25


@pytest.fixture
def stub() -> Iterator[StubGitHub]:
    with stub_github() as running:
        yield running


@pytest.fixture
def forge(stub: StubGitHub) -> GitHubForge:
    return stub.forge()


def verbs(stub: StubGitHub) -> list[str]:
    return [request.verb for request in stub.requests]


def opened(forge: GitHubForge, stub: StubGitHub, branch: str = "fix") -> int:
    stub.push_branch(branch)
    return forge.open_pull_request(branch=branch, base="main", title="t", body="b").number


def bodies(stub: StubGitHub, number: int = 1) -> list[str]:
    return [comment["body"] for comment in stub.threads[number]]


# --- before any request ----------------------------------------------------------------------


@pytest.mark.parametrize("slug", ["", "octo", "octo/../x", "octo/..", "o/a?b", "o/a#b", "o/a.git", "o/a b"])
def test_what_is_no_slug_is_refused_before_any_request(stub: StubGitHub, slug: str) -> None:
    with pytest.raises(ForgeError, match="owner/name"):
        stub.forge(slug=slug)
    assert stub.requests == []


def test_making_a_forge_sends_nothing(stub: StubGitHub, forge: GitHubForge) -> None:
    assert forge.requests == 0
    assert stub.requests == []


# --- frugality and pages ---------------------------------------------------------------------


def test_an_idle_look_takes_three_requests(stub: StubGitHub, forge: GitHubForge) -> None:
    forge.open_issues(["robot"])
    forge.pull_requests(since=NOW)
    assert (forge.requests, len(stub.requests)) == (3, 3)
    assert {request.query["per_page"] for request in stub.requests} == {"100"}


def test_all_pages_are_read_and_no_empty_one_is_asked_for(stub: StubGitHub, forge: GitHubForge) -> None:
    numbers = [stub.file_issue("t", "b", ("robot",)) for _ in range(250)]
    assert [issue.number for issue in forge.open_issues(["robot"])] == numbers
    assert forge.requests == 3


def test_a_server_without_links_is_paged_by_number(stub: StubGitHub, forge: GitHubForge) -> None:
    stub.links = False
    numbers = [stub.file_issue("t", "b", ("robot",)) for _ in range(101)]
    assert [issue.number for issue in forge.open_issues(["robot"])] == numbers


def test_comments_and_pull_requests_come_from_all_pages(stub: StubGitHub, forge: GitHubForge) -> None:
    number = stub.file_issue("t", "b")
    stub.threads[number] = [{"id": place, "user": None, "body": f"{place}"} for place in range(250)]
    assert [comment.id for comment in forge.comments(number)] == [*range(250)]
    pulls = [stub.file_pull(f"b{place}") for place in range(120)]
    assert [pull.number for pull in forge.pull_requests()] == pulls


def test_closed_pull_requests_are_read_until_the_first_that_is_too_old(
    stub: StubGitHub, forge: GitHubForge
) -> None:
    for place in range(250):
        moment = (NOW + timedelta(minutes=place)).strftime("%Y-%m-%dT%H:%M:%SZ")
        stub.file_pull(f"b{place}", state="closed", updated_at=moment, closed_at=moment)
    found = forge.pull_requests(since=NOW + timedelta(minutes=240))
    assert [pull.branch for pull in found] == [f"b{place}" for place in range(240, 250)]
    assert forge.requests == 2


def test_labels_are_asked_for_one_by_one_and_put_together(stub: StubGitHub, forge: GitHubForge) -> None:
    numbers = [stub.file_issue("t", "b", some) for some in (("a",), ("b",), ("a", "b"))]
    assert [issue.number for issue in forge.open_issues(["b", "a", "b"])] == numbers
    assert forge.requests == 2


def test_a_label_that_was_seen_is_not_made_again(stub: StubGitHub, forge: GitHubForge) -> None:
    number = stub.file_issue("t", "b", ("robot",))
    forge.open_issues(["robot"])
    forge.add_labels(number, ["robot", "new"])
    made = [request.body for request in stub.requests if request.path.endswith("/app/labels")]
    assert [(label["name"], len(label["color"])) for label in made] == [("new", 6)]


def test_a_label_that_exists_unseen_is_used_as_it_is(stub: StubGitHub, forge: GitHubForge) -> None:
    stub.labels["robot"] = {"name": "robot", "color": "ff0000", "description": "ours"}
    forge.add_labels(stub.file_issue("t", "b"), ["robot"])
    assert stub.labels["robot"]["color"] == "ff0000"


@pytest.mark.parametrize("label", ["a/b", "..", "a?b#c", "größer", "100 %"])
def test_a_label_of_any_letters_is_taken_off(stub: StubGitHub, forge: GitHubForge, label: str) -> None:
    number = stub.file_issue("t", "b", (label, "kept"))
    forge.remove_label(number, label)
    assert stub.entries[number]["labels"] == ["kept"]


# --- what is told ----------------------------------------------------------------------------


def test_a_pull_request_is_no_issue_by_number_either(stub: StubGitHub, forge: GitHubForge) -> None:
    assert forge.issue(stub.file_pull("fix")) is None


def test_a_deleted_author_and_an_empty_text_are_told(stub: StubGitHub, forge: GitHubForge) -> None:
    issue = forge.issue(stub.file_issue("t", None, user=None))
    assert issue is not None
    assert (issue.author, issue.body) == ("ghost", "")


def test_a_deleted_issue_is_none(stub: StubGitHub, forge: GitHubForge) -> None:
    # REST "Get an issue": "If the issue was deleted ... the API returns a 410 Gone"
    stub.faults = [Fault("GET", r"/issues/1$", refusal(410, "This issue was deleted"))]
    assert forge.issue(1) is None


def test_a_merged_pull_request_tells_its_commit_and_a_closed_one_none(
    stub: StubGitHub, forge: GitHubForge
) -> None:
    closed = {"state": "closed", "closed_at": "2025-03-01T12:30:00Z", "merge_commit_sha": "e" * 40}
    stub.file_pull("a", **closed, merged_at="2025-03-01T12:30:00Z")
    stub.file_pull("b", **closed)
    stub.file_pull("c", merge_commit_sha="f" * 40)
    told = [(pull.state, pull.merge_sha) for pull in forge.pull_requests()]
    assert told == [(PullState.MERGED, "e" * 40), (PullState.CLOSED, None), (PullState.OPEN, None)]
    assert all(
        pull.updated_at == NOW and pull.url.endswith("/pull/" + str(pull.number))
        for pull in forge.pull_requests()
    )


@pytest.mark.parametrize("repository", [{"full_name": "stranger/app"}, None])
def test_a_branch_of_a_fork_is_never_taken_for_ours(
    stub: StubGitHub, forge: GitHubForge, repository: dict[str, str] | None
) -> None:
    stub.file_pull("fix", fork_head={"ref": "fix", "label": "stranger:fix", "repo": repository})
    assert [pull.branch for pull in forge.pull_requests()] == ["stranger:fix"]


@pytest.mark.parametrize(
    "content", [{"number": 1}, {"message": "no list"}, [{"number": "one"}], [1], "text", None]
)
def test_an_answer_of_another_shape_is_told(stub: StubGitHub, forge: GitHubForge, content: object) -> None:
    stub.faults = [Fault("GET", ISSUES, Answer(200, content), times=9)]
    with pytest.raises(ForgeError, match=r"answer to .* cannot be read|its answer is no JSON"):
        forge.open_issues(["robot"])


# --- delivering ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"archived": True}, "archived"),
        ({"disabled": True}, "disabled"),
        ({"permissions": {"push": False}}, "may not push"),
        ({"full_name": "octo/new"}, "renamed to octo/new"),
        ({"has_issues": False}, None),
        ({"permissions": None}, None),
        ({"full_name": "Octo/App"}, None),
    ],
)
def test_what_stands_in_the_way_is_asked_once_and_told(
    stub: StubGitHub, forge: GitHubForge, change: dict[str, object], told: str | None
) -> None:
    stub.repository |= change
    first = forge.impediment()
    assert first == forge.impediment()
    assert (told or "None") in str(first)
    assert forge.requests == 1


def test_an_open_pull_request_is_brought_up_to_date_in_place_of_a_second(
    stub: StubGitHub, forge: GitHubForge
) -> None:
    number = opened(forge, stub)
    again = forge.open_pull_request(branch="fix", base="main", title="new", body="newer")
    assert (again.number, again.title, again.body) == (number, "new", "newer")


def asked(stub: StubGitHub) -> list[object]:
    return [request.body.get("draft") for request in stub.requests if request.verb == "POST"]


def test_a_draft_is_asked_for_only_when_it_is_wanted(stub: StubGitHub, forge: GitHubForge) -> None:
    for branch, draft in (("one", True), ("two", False)):
        stub.push_branch(branch)
        forge.open_pull_request(branch=branch, base="main", title="t", body="b", draft=draft)
    assert asked(stub) == [True, None]


def test_where_there_are_no_drafts_it_is_a_plain_pull_request(stub: StubGitHub, forge: GitHubForge) -> None:
    # REST "Create a pull request": private repositories of free plans
    stub.push_branch("fix")
    told = refusal(422, "Draft pull requests are not supported in this repository.")
    stub.faults = [Fault("POST", PULLS, told)]
    pull = forge.open_pull_request(branch="fix", base="main", title="t", body="b", draft=True)
    assert (pull.branch, asked(stub)) == ("fix", [True, None])


@pytest.mark.parametrize(
    "answer",
    [
        refusal(403, "GitHub Actions is not permitted to create or approve pull requests."),
        refusal(422, "Unprocessable", "GitHub Actions is not permitted to create or approve pull requests."),
        refusal(403, "Resource not accessible by integration"),
        refusal(403, "Resource not accessible by personal access token"),
    ],
    ids=["403", "422", "app", "token"],
)
def test_a_token_that_may_open_no_pull_request_gets_the_link_and_the_setting(
    stub: StubGitHub, forge: GitHubForge, answer: Answer
) -> None:
    # REST "Create a pull request" and "Managing GitHub Actions settings for a repository"
    stub.push_branch("homeostat/é#1")
    stub.faults = [Fault("POST", PULLS, answer)]
    with pytest.raises(NotPermittedError) as caught:
        forge.open_pull_request(branch="homeostat/é#1", base="main", title="t", body="b")
    link = "https://github.example/octo/app/compare/main...homeostat/%C3%A9%231?expand=1"
    assert link in str(caught.value)
    assert "Allow GitHub Actions to create and approve pull requests" in str(caught.value)
    assert "pull-requests: write" in str(caught.value)


# --- limits ----------------------------------------------------------------------------------


def primary(seconds: float, status: int = 403) -> Answer:
    reset = f"{int((NOW + timedelta(seconds=seconds)).timestamp())}"
    headers = {"x-ratelimit-remaining": "0", "x-ratelimit-reset": reset}
    return Answer(status, {"message": "API rate limit exceeded for installation ID 1."}, headers)


@pytest.mark.parametrize("status", [403, 429])
def test_a_used_up_limit_is_waited_for(stub: StubGitHub, forge: GitHubForge, status: int) -> None:
    # "Rate limits for the REST API": not before the time that x-ratelimit-reset gives
    stub.faults = [Fault("GET", ISSUES, primary(90, status))]
    assert forge.open_issues(["robot"]) == []
    assert stub.time.slept == [91.0]
    assert forge.requests == 2


def test_the_last_request_of_a_limit_is_not_followed_by_another(stub: StubGitHub, forge: GitHubForge) -> None:
    # "Best practices for using the REST API": when x-ratelimit-remaining is 0, no other request
    stub.faults = [Fault("GET", ISSUES, Answer(200, [], primary(30).headers))]
    forge.open_issues(["robot"])
    assert stub.time.slept == []
    forge.comments(stub.file_issue("t", "b"))
    assert stub.time.slept == [31.0]


def test_a_limit_that_holds_too_long_stops_the_leg(stub: StubGitHub, forge: GitHubForge) -> None:
    stub.faults = [Fault("GET", ISSUES, primary(3_000), times=9)]
    with pytest.raises(ForgeError, match=r"rate limit .* 13:20 UTC"):
        forge.open_issues(["robot"])
    assert (stub.time.slept, forge.requests) == ([], 1)


def test_waits_for_limits_add_up(stub: StubGitHub, forge: GitHubForge) -> None:
    limited = refusal(429, "secondary rate limit", retry_after="250")
    stub.faults = [Fault("GET", ISSUES, limited, times=2)]
    forge.open_issues(["robot"])
    stub.faults = [Fault("GET", ISSUES, limited)]
    with pytest.raises(ForgeError, match="longer than a leg waits"):
        forge.open_issues(["robot"])
    assert stub.time.slept == [250.0, 250.0]


@pytest.mark.parametrize("status", [403, 429])
def test_retry_after_is_obeyed_for_writes_too(stub: StubGitHub, forge: GitHubForge, status: int) -> None:
    # "Best practices for using the REST API": retry-after first of all
    number = stub.file_issue("t", "b")
    limited = refusal(status, "You have exceeded a secondary rate limit.", retry_after="7")
    stub.faults = [Fault("POST", THREAD, limited)]
    forge.add_comment(number, "once")
    assert bodies(stub) == ["once"]
    assert stub.time.slept == [7.0]


def test_a_secondary_limit_without_a_time_is_waited_for_longer_each_time(
    stub: StubGitHub, forge: GitHubForge
) -> None:
    # "Best practices for using the REST API": at least one minute, then exponentially longer
    stub.faults = [Fault("GET", ISSUES, refusal(403, "You have exceeded a secondary rate limit"), times=3)]
    assert forge.open_issues(["robot"]) == []
    assert stub.time.slept == [60.0, 120.0, 240.0]


def test_a_secondary_limit_without_end_stops_the_leg(stub: StubGitHub, forge: GitHubForge) -> None:
    stub.faults = [Fault("GET", ISSUES, refusal(429, "slow down", retry_after="0"), times=99)]
    with pytest.raises(ForgeError, match="rate limit"):
        forge.open_issues(["robot"])
    assert forge.requests < 10


def test_writes_keep_a_second_between_each_other(stub: StubGitHub, forge: GitHubForge) -> None:
    # "Best practices for using the REST API": at least one second between POST, PATCH, PUT, DELETE
    number = stub.file_issue("t", "b")
    for body in ("a", "b", "c"):
        forge.add_comment(number, body)
    forge.comments(number)
    assert stub.time.slept == [1.0, 1.0]


def test_time_that_passed_counts_for_the_second(stub: StubGitHub, forge: GitHubForge) -> None:
    number = stub.file_issue("t", "b")
    forge.add_comment(number, "a")
    stub.time.now += timedelta(seconds=0.75)
    forge.add_comment(number, "b")
    stub.time.now += timedelta(hours=1)
    forge.add_comment(number, "c")
    assert stub.time.slept == [0.25]


# --- faults ----------------------------------------------------------------------------------

FAULTS = {
    "reset": {"manner": "reset"},
    "cut": {"manner": "cut"},
    "garbled": {"manner": "garbled"},
    **{str(status): {"answer": refusal(status, "oops")} for status in (500, 502, 503, 504)},
    "html": {"answer": Answer(502, b"<html>Unicorn!</html>", {"content-type": "text/html"})},
}
fault = pytest.mark.parametrize("more", FAULTS.values(), ids=FAULTS)


@fault
def test_a_read_is_sent_again_after_a_fault(
    stub: StubGitHub, forge: GitHubForge, more: dict[str, object]
) -> None:
    number = stub.file_issue("t", "b", ("robot",))
    stub.faults = [Fault("GET", ISSUES, times=2, **more)]  # type: ignore[arg-type]
    assert [issue.number for issue in forge.open_issues(["robot"])] == [number]
    assert forge.requests == 3
    assert len(stub.time.slept) == 2


@fault
def test_a_comment_whose_answer_was_lost_is_not_written_twice(
    stub: StubGitHub, forge: GitHubForge, more: dict[str, object]
) -> None:
    number = stub.file_issue("t", "b")
    stub.faults = [Fault("POST", THREAD, done=True, **more)]  # type: ignore[arg-type]
    forge.add_comment(number, "once")
    assert bodies(stub) == ["once"]
    assert verbs(stub) == ["POST", "GET"]


@fault
def test_a_comment_that_was_not_written_is_written_after_a_look(
    stub: StubGitHub, forge: GitHubForge, more: dict[str, object]
) -> None:
    number = stub.file_issue("t", "b")
    answer = {"answer": refusal(500, "never looked at")} | more
    stub.faults = [Fault("POST", THREAD, done=False, **answer)]  # type: ignore[arg-type]
    forge.add_comment(number, "once")
    assert bodies(stub) == ["once"]
    assert verbs(stub) == ["POST", "GET", "POST"]


@fault
def test_a_pull_request_whose_answer_was_lost_is_not_opened_twice(
    stub: StubGitHub, forge: GitHubForge, more: dict[str, object]
) -> None:
    stub.faults = [Fault("POST", PULLS, done=True, **more)]  # type: ignore[arg-type]
    number = opened(forge, stub)
    assert [pull.number for pull in forge.pull_requests()] == [number]
    assert verbs(stub).count("POST") == 1


@fault
def test_an_issue_whose_answer_was_lost_is_not_filed_twice(
    stub: StubGitHub, forge: GitHubForge, more: dict[str, object]
) -> None:
    stub.faults = [Fault("POST", ISSUES, done=True, **more)]  # type: ignore[arg-type]
    issue = forge.open_issue(title="Dashboard", body="b", label="board")
    assert [(entry["number"], entry["labels"]) for entry in stub.entries.values()] == [
        (issue.number, ["board"])
    ]
    assert forge.requests == 3


def test_whose_the_token_is_needs_an_answer(stub: StubGitHub, forge: GitHubForge) -> None:
    assert forge.account() == "homeostat[bot]"
    stub.faults = [Fault("POST", "graphql$", Answer(200, {"data": None, "errors": [{"message": "no"}]}))]
    with pytest.raises(ForgeError, match="whose the token is"):
        forge.account()


def test_more_edits_than_are_told_since_a_time_are_refused(stub: StubGitHub, forge: GitHubForge) -> None:
    number, since = stub.file_issue("t", "b"), stub.time.now
    for _ in range(120):
        stub.edit_issue(number, by="ann", body="c")
    with pytest.raises(ForgeError, match="more than 100 times"):
        forge.handling(number, since=since)


def test_edits_of_which_the_newest_are_not_told_are_refused(stub: StubGitHub, forge: GitHubForge) -> None:
    number = stub.file_issue("t", "b")
    for _ in range(120):
        stub.edit_issue(number, by="ann", body="c")
    stub.time.sleep(60)
    stub.edit_issue(number, by="eve", body="d")
    told = stub.handling({"owner": "octo", "name": "app", "number": number})
    edits = told.content["data"]["repository"]["issue"]["userContentEdits"]
    edits["nodes"] = edits["nodes"][1:]
    stub.faults = [Fault("POST", "graphql$", told)]
    with pytest.raises(ForgeError, match="more than 100 times"):
        forge.handling(number, since=stub.time.now)


@fault
def test_labels_whose_answer_was_lost_are_there_once(
    stub: StubGitHub, forge: GitHubForge, more: dict[str, object]
) -> None:
    number = stub.file_issue("t", "b")
    stub.faults = [Fault("POST", "labels$", done=True, times=2, **more)]  # type: ignore[arg-type]
    forge.add_labels(number, ["new"])
    assert stub.entries[number]["labels"] == ["new"]


def test_a_look_that_fails_leaves_the_write_alone(stub: StubGitHub, forge: GitHubForge) -> None:
    number = stub.file_issue("t", "b")
    stub.faults = [
        Fault("POST", THREAD, done=True, manner="reset"),
        Fault("GET", THREAD, refusal(500, "oops"), times=99),
    ]
    with pytest.raises(ForgeError, match="could not be used to list issue comments"):
        forge.add_comment(number, "once")
    assert verbs(stub).count("POST") == 1


def test_faults_without_end_are_told_with_what_to_check(stub: StubGitHub, forge: GitHubForge) -> None:
    stub.faults = [Fault("GET", ISSUES, refusal(503, "Service Unavailable"), times=99)]
    with pytest.raises(ForgeError, match=r"HTTP 503 Service Unavailable.*githubstatus\.com"):
        forge.open_issues(["robot"])
    assert forge.requests == 5
    assert sum(stub.time.slept) < 60


def test_an_answer_that_does_not_come_is_given_up(stub: StubGitHub) -> None:
    hasty = Hasty(
        "octo/app",
        token=TOKEN,
        api_url=stub.url,
        server_url=stub.url,
        clock=stub.time.clock,
        sleep=stub.time.sleep,
    )
    number = stub.file_issue("t", "b")
    stub.faults = [Fault("POST", THREAD, done=True, manner="slow")]
    hasty.add_comment(number, "once")
    assert bodies(stub) == ["once"]


def test_half_a_character_is_told(stub: StubGitHub, forge: GitHubForge) -> None:
    with pytest.raises(ForgeError, match="half a character"):
        forge.add_comment(stub.file_issue("t", "b"), "x\ud800")


def test_a_limit_without_the_servers_time_is_reckoned_by_ours(stub: StubGitHub, forge: GitHubForge) -> None:
    limited = primary(5)
    stub.faults = [Fault("GET", ISSUES, Answer(403, limited.content, limited.headers | {"date": "soon"}))]
    forge.open_issues(["robot"])
    assert stub.time.slept == [6.0]


def test_a_time_that_passed_while_waiting_is_not_waited_again(stub: StubGitHub, forge: GitHubForge) -> None:
    stub.faults = [Fault("GET", ISSUES, Answer(200, [], primary(30).headers))]
    forge.open_issues(["robot"])
    stub.time.now += timedelta(minutes=5)
    forge.open_issues(["robot"])
    assert stub.time.slept == []


def test_a_server_that_is_not_there_is_told(stub: StubGitHub) -> None:
    forge = stub.forge(api_url="http://127.0.0.1:9")
    for refused in (lambda: forge.open_issues(["robot"]), lambda: forge.add_comment(1, "x")):
        with pytest.raises(ForgeError, match="Check the network, GITHUB_API_URL"):
            refused()
    assert forge.requests == 10


# --- refusals --------------------------------------------------------------------------------

REFUSALS: dict[str, tuple[Answer, str]] = {
    # "Troubleshooting the REST API" and "Authenticating to the REST API"
    "expired": (refusal(401, "Bad credentials"), "expired, was revoked or is mistyped"),
    "rights": (
        refusal(
            403,
            "Resource not accessible by integration",
            x_accepted_github_permissions="issues=write",
        ),
        "may not list repository issues in octo/app .*give it issues=write",
    ),
    "sso": (
        refusal(
            403,
            "Resource protected by organization SAML enforcement.",
            x_github_sso="required; url=https://github.com/orgs/o/sso?x=1",
        ),
        r"authorize the token at https://github\.com/orgs/o/sso\?x=1",
    ),
    "archived": (refusal(403, "Repository was archived so is read-only."), "archived.*enabled: false"),
    "blocked": (refusal(403, "Repository access blocked"), "blocks access"),
    "addresses": (refusal(403, "the `o` organization has an IP allow list enabled"), "allow list"),
    "disabled": (refusal(410, "Issues has been disabled in this repository."), "Issues are disabled"),
    "missing": (refusal(404, "Not Found"), "Correct the slug, in repos.yml or --repo, or"),
    "fields": (
        refusal(422, "Validation Failed", {"field": "labels", "code": "invalid"}, "second"),
        "Validation Failed: labels invalid: second",
    ),
    "teapot": (refusal(418, "I'm a teapot"), "HTTP 418: I'm a teapot"),
    "html": (Answer(403, b"<html>", {"content-type": "text/html"}), "may not"),
}


@pytest.mark.parametrize(("answer", "told"), REFUSALS.values(), ids=REFUSALS)
def test_a_refusal_is_told_once_in_one_sentence(
    stub: StubGitHub, forge: GitHubForge, answer: Answer, told: str
) -> None:
    stub.faults = [Fault("GET", ISSUES, answer)]
    with pytest.raises(ForgeError, match=told) as caught:
        forge.open_issues(["robot"])
    assert "\n" not in str(caught.value)
    assert forge.requests == 1


def test_a_wrong_token_is_told(stub: StubGitHub) -> None:
    with pytest.raises(ForgeError, match="Bad credentials"):
        stub.forge(token="ghs_wrong").open_issues(["robot"])  # noqa: S106 - wrong on purpose


def test_the_token_is_in_no_message(stub: StubGitHub, forge: GitHubForge) -> None:
    echo = f"your token {TOKEN} is bad"
    answers = [
        refusal(400, echo),
        refusal(403, echo, x_accepted_github_permissions=TOKEN),
        refusal(422, echo, {"message": echo}, echo),
        refusal(500, echo),
        Answer(200, [{"number": TOKEN}]),
        Answer(200, {TOKEN: 1}),
    ]
    for answer in answers:
        stub.faults = [Fault("GET", ISSUES, answer, times=9)]
        with pytest.raises(ForgeError) as caught:
            forge.open_issues(["robot"])
        chain = [caught.value, caught.value.__cause__]
        assert not [error for error in chain if TOKEN in f"{error!r} {error}"]


def test_a_refusal_of_any_step_is_told(stub: StubGitHub, forge: GitHubForge) -> None:
    number = stub.file_issue("t", "b", ("robot",))
    steps: dict[tuple[str, str], Callable[[], object]] = {
        ("GET", "/issues/1$"): lambda: forge.issue(number),
        ("DELETE", "/labels/robot$"): lambda: forge.remove_label(number, "robot"),
        ("POST", "/app/labels$"): lambda: forge.add_labels(number, ["new"]),
        ("POST", "/pulls$"): lambda: forge.open_pull_request(branch="b", base="main", title="t", body="b"),
        ("GET", "/git/ref/"): lambda: sign(forge, stub),
        ("DELETE", "/git/refs/"): lambda: sign_in_vain(forge, stub),
    }
    for (verb, path), refused in steps.items():
        stub.faults = [Fault(verb, path, refusal(403, "no"))]
        with pytest.raises(ForgeError, match="The token may not"):
            refused()


# --- renames ---------------------------------------------------------------------------------


def test_reads_of_a_renamed_repository_follow_to_its_new_name(stub: StubGitHub) -> None:
    # "Best practices for using the REST API": follow redirects; 301 is permanent
    stub.old_slug, stub.slug = "octo/app", "octo/new"
    number = stub.file_issue("t", "b", ("robot",))
    forge = stub.forge(slug="octo/app")
    assert [issue.number for issue in forge.open_issues(["robot"])] == [number]
    assert forge.requests == 2
    assert forge.impediment() == "octo/app was renamed to octo/new: correct the slug in repos.yml."


def test_writes_to_a_renamed_repository_are_refused_with_its_new_name(stub: StubGitHub) -> None:
    stub.old_slug, stub.slug = "octo/app", "octo/new"
    number = stub.file_issue("t", "b")
    forge = stub.forge(slug="octo/app")
    for refused in (
        lambda: forge.add_comment(number, "x"),
        lambda: forge.add_labels(number, ["x"]),
        lambda: forge.update_pull_request(number, title="x", body="y"),
    ):
        with pytest.raises(ForgeError, match="renamed to octo/new: correct the slug"):
            refused()
    assert bodies(stub) == []
    assert "x" not in stub.entries[number]["labels"]


def test_a_transferred_issue_is_gone(stub: StubGitHub, forge: GitHubForge) -> None:
    # REST "Get an issue": "If the issue was transferred ... 301 Moved Permanently"
    stub.file_issue("another one", "b")
    moved = Answer(301, {}, {"location": f"{stub.url}/repositories/1/issues/1"})
    stub.faults = [Fault("GET", r"/issues/7$", moved)]
    assert forge.issue(7) is None


@pytest.mark.parametrize("verb", ["GET", "POST"])
def test_the_token_goes_to_no_other_server(stub: StubGitHub, forge: GitHubForge, verb: str) -> None:
    with stub_github() as other:
        away = Answer(301, {}, {"location": f"{other.url}/repos/octo/app/issues"})
        stub.faults = [Fault(verb, "", away, times=9)]
        with pytest.raises(ForgeError, match="points to another server"):
            forge.open_issues(["robot"]) if verb == "GET" else forge.add_comment(1, "x")
        assert other.requests == []


def test_a_circle_of_redirects_is_told(stub: StubGitHub, forge: GitHubForge) -> None:
    circle = Answer(302, {}, {"location": f"{stub.url}/repos/octo/app/issues"})
    stub.faults = [Fault("GET", ISSUES, circle, times=99)]
    with pytest.raises(ForgeError, match="in a circle"):
        forge.open_issues(["robot"])


# --- who handled an issue --------------------------------------------------------------------


def test_one_question_tells_who_handled_an_issue(stub: StubGitHub, forge: GitHubForge) -> None:
    number = stub.file_issue("t", "b", ("robot",), user={"login": "eve"})
    stub.label(number, "robot", by="github-actions", kind="Bot")
    assert forge.handling(number).labelled["robot"].by == "github-actions[bot]"
    assert forge.requests == 1
    assert stub.time.slept == []


@pytest.mark.parametrize(
    ("permission", "may"), [("admin", True), ("write", True), ("read", False), ("none", False), ("", False)]
)
def test_write_access_is_what_github_calls_so_and_is_asked_once(
    stub: StubGitHub, forge: GitHubForge, permission: str, *, may: bool
) -> None:
    stub.permissions = {"ann": permission}
    assert [forge.may_write("ann") for _ in range(3)] == [may] * 3
    assert forge.requests == 1


def test_of_bots_and_of_what_is_no_login_nobody_is_asked(forge: GitHubForge) -> None:
    assert not any(forge.may_write(login) for login in ("x[bot]", "", "a/../b", "-a", "ann\n", "ä"))
    assert forge.requests == 0


def test_an_account_that_is_gone_may_not_write(stub: StubGitHub, forge: GitHubForge) -> None:
    stub.faults = [Fault("GET", "/permission$", refusal(404, "Not Found"))]
    assert not forge.may_write("ghost")


def test_a_permission_that_may_not_be_asked_is_no_answer(stub: StubGitHub, forge: GitHubForge) -> None:
    stub.faults = [Fault("GET", "/permission$", refusal(403, "Resource not accessible by integration"))]
    with pytest.raises(ForgeError, match="Resource not accessible"):
        forge.may_write("ann")


ISSUE_ANSWER: dict[str, Any] = {
    "title": "t",
    "body": "b",
    "createdAt": "2025-03-01T12:30:00Z",
    "userContentEdits": {"totalCount": 0, "nodes": []},
    "renamings": {"totalCount": 0, "nodes": []},
    "labellings": {"totalCount": 0, "nodes": []},
}
EDIT = {"editedAt": "2025-03-01T12:31:00Z", "editor": None}


def handling_answer(**changes: object) -> Answer:
    return Answer(200, {"data": {"repository": {"issue": ISSUE_ANSWER | changes}}})


@pytest.mark.parametrize(
    "answer",
    [
        pytest.param(Answer(200, {"data": None, "errors": [{"message": "no"}]}), id="errors"),
        pytest.param(Answer(200, {"data": {"repository": None}}), id="no repository"),
        pytest.param(Answer(200, {"data": {"repository": {"issue": {}}}}), id="another shape"),
        pytest.param(handling_answer(labellings={"totalCount": 1, "nodes": [None]}), id="a hole"),
        pytest.param(handling_answer(body=None), id="no text"),
        pytest.param(handling_answer(userContentEdits={"totalCount": 101, "nodes": []}), id="many edits"),
        pytest.param(handling_answer(renamings={"totalCount": 101, "nodes": []}), id="many titles"),
        pytest.param(refusal(403, "Resource not accessible by integration"), id="forbidden"),
        pytest.param(refusal(404, "Not Found"), id="no GraphQL"),
    ],
)
def test_what_github_does_not_tell_to_the_end_is_not_guessed(
    stub: StubGitHub, forge: GitHubForge, answer: Answer
) -> None:
    number = stub.file_issue("t", "b", ("robot",))
    stub.faults = [Fault("POST", "graphql$", answer, times=9)]
    with pytest.raises(ForgeError):
        forge.handling(number)


def test_an_editor_who_is_gone_is_nobody_with_write_access(stub: StubGitHub, forge: GitHubForge) -> None:
    number = stub.file_issue("t", "b", ("robot",))
    edits = {"totalCount": 1, "nodes": [EDIT]}
    answer = handling_answer(userContentEdits=edits, lastEditedAt=EDIT["editedAt"], editor=None)
    stub.faults = [Fault("POST", "graphql$", answer)]
    (edit,) = forge.handling(number).edits
    assert edit.by == "ghost"
    assert not forge.may_write(edit.by)


# --- signed commits --------------------------------------------------------------------------

MESSAGE = "fix: it\n\nWhy.\n\nVerdict: proven\n"
FILES = {"src/größe.py": "x = 1  # 🌍\r\n", "a b": ""}


def sign(forge: GitHubForge, stub: StubGitHub, branch: str = "fix") -> str | None:
    return forge.signed_commit(branch=branch, base=stub.refs["main"], message=MESSAGE, files=FILES)


def sign_in_vain(forge: GitHubForge, stub: StubGitHub) -> str | None:
    stub.faults.append(Fault("POST", "graphql$", refusal(404, "Not Found")))
    return sign(forge, stub)


def assert_made(stub: StubGitHub, commit: str | None) -> None:
    assert commit is not None
    assert stub.refs == {"main": stub.refs["main"], "fix": commit}
    made = stub.commits[commit]
    assert (made["parents"], made["files"]) == ([stub.refs["main"]], FILES)
    assert made["message"] == MESSAGE.strip()


def test_a_new_branch_is_one_signed_commit_after_three_requests(stub: StubGitHub, forge: GitHubForge) -> None:
    assert_made(stub, sign(forge, stub))
    assert forge.requests == 3


def test_a_branch_left_at_its_base_gets_the_commit(stub: StubGitHub, forge: GitHubForge) -> None:
    stub.refs["fix"] = stub.refs["main"]
    assert_made(stub, sign(forge, stub))


def test_the_same_commit_is_not_made_twice(stub: StubGitHub, forge: GitHubForge) -> None:
    first = sign(forge, stub)
    assert sign(forge, stub) == first
    assert_made(stub, first)


def test_a_branch_that_stands_elsewhere_moves_once_and_never_to_its_base(
    stub: StubGitHub, forge: GitHubForge
) -> None:
    stub.push_branch("fix")
    stub.push_branch("fix-signing")
    assert_made(stub, sign(forge, stub))
    moves = [
        request.body["sha"]
        for request in stub.requests
        if request.path.endswith("heads/fix") and request.body
    ]
    assert moves == [stub.refs["fix"]]


@pytest.mark.parametrize(
    "answer",
    [
        refusal(404, "Not Found"),
        refusal(403, "Resource not accessible by integration"),
        Answer(200, {"data": None, "errors": [{"type": "FORBIDDEN", "message": "no"}]}),
        Answer(
            200, {"errors": [{"message": "Field 'createCommitOnBranch' doesn't exist on type 'Mutation'"}]}
        ),
        Answer(200, {"data": {"createCommitOnBranch": None}}),
        refusal(502, "oops"),
    ],
    ids=["404", "403", "forbidden", "unknown", "nothing", "502"],
)
@pytest.mark.parametrize("standing", [False, True])
def test_where_nothing_is_signed_the_branch_stays_as_it_was(
    stub: StubGitHub, forge: GitHubForge, answer: Answer, *, standing: bool
) -> None:
    if standing:
        stub.push_branch("fix")
    before = dict(stub.refs)
    stub.faults = [Fault("POST", "graphql$", answer, times=99)]
    assert sign(forge, stub) is None
    kept = {branch: sha for branch, sha in stub.refs.items() if branch != "fix-signing"}
    assert kept == before
    asked = forge.requests
    assert sign(forge, stub) is None
    assert forge.requests == asked


@pytest.mark.parametrize("manner", ["reset", "cut", "garbled"])
@pytest.mark.parametrize("done", [False, True])
def test_a_commit_whose_answer_was_lost_is_made_once(
    stub: StubGitHub, forge: GitHubForge, manner: str, *, done: bool
) -> None:
    answer = None if done else refusal(500, "never done")
    stub.faults = [Fault("POST", "graphql$", answer, manner=manner, done=done)]
    assert_made(stub, sign(forge, stub))


def test_a_lost_answer_to_the_new_branch_is_made_good(stub: StubGitHub, forge: GitHubForge) -> None:
    stub.faults = [Fault("POST", "git/refs$", manner="reset", done=True)]
    assert_made(stub, sign(forge, stub))


def test_a_branch_that_may_not_be_made_is_left_to_git(stub: StubGitHub, forge: GitHubForge) -> None:
    stub.faults = [Fault("POST", "git/refs$", refusal(422, "Repository rule violations found"))]
    assert sign(forge, stub) is None


def test_a_commit_of_somebody_else_meanwhile_is_left_alone(stub: StubGitHub, forge: GitHubForge) -> None:
    base = stub.refs["main"]
    stub.refs["fix"] = base
    stale = Answer(
        200, {"data": {"createCommitOnBranch": None}, "errors": [{"type": "STALE_DATA", "message": "x"}]}
    )
    theirs = stub.push_branch("fix", message="theirs")
    stub.refs["fix"] = base
    stub.faults = [Fault("POST", "graphql$", stale)]
    stub.after["POST"] = lambda: stub.refs.update({"fix": theirs})
    with pytest.raises(ForgeError, match="moved meanwhile"):
        sign(forge, stub)
    assert stub.refs["fix"] == theirs


@pytest.mark.parametrize(
    ("api", "graphql"),
    [
        ("https://api.github.com", "https://api.github.com/graphql"),
        ("https://api.octo.ghe.com/", "https://api.octo.ghe.com/graphql"),
        ("https://ghes.example/api/v3", "https://ghes.example/api/graphql"),
        ("https://ghes.example/api/v3/", "https://ghes.example/api/graphql"),
    ],
)
def test_graphql_lies_beside_the_rest_interface(api: str, graphql: str) -> None:
    assert graphql_url(api) == graphql


def test_an_enterprise_server_is_used_below_its_path() -> None:
    with stub_github("/api/v3") as stub:
        forge = stub.forge()
        number = stub.file_issue("t", "b", ("robot",))
        forge.add_comment(number, "x")
        forge.remove_label(number, "robot")
        assert_made(stub, sign(forge, stub))
        assert {request.path.split("/")[1] for request in stub.requests} == {"api"}


# --- a leg that dies -------------------------------------------------------------------------


def deliver(forge: GitHubForge, stub: StubGitHub) -> None:
    """What a leg does, each step looking first."""
    sign(forge, stub)
    standing = next((pull for pull in forge.pull_requests() if pull.branch == "fix"), None)
    pull = standing or forge.open_pull_request(branch="fix", base="main", title="t", body="b")
    forge.add_labels(pull.number, ["homeostat-fix"])
    if not forge.comments(pull.number):
        forge.add_comment(pull.number, "state")


@pytest.mark.parametrize("requests", range(1, 15))
@pytest.mark.parametrize("standing", [False, True], ids=["new", "standing"])
def test_a_leg_that_died_after_any_request_leaves_nothing_twice(
    stub: StubGitHub, requests: int, *, standing: bool
) -> None:
    if standing:
        stub.push_branch("fix")
    stub.alive_for = requests
    with suppress(ForgeError):
        deliver(stub.forge(), stub)
    stub.alive_for = None
    deliver(stub.forge(), stub)
    assert [entry["labels"] for entry in stub.entries.values()] == [["homeostat-fix"]]
    assert bodies(stub) == ["state"]
    assert_made(stub, stub.refs["fix"])
