"""What every forge must do, GitHub and its stand-in alike."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import sh

from homeostat.edges.local_forge import LocalForge, create_repository
from homeostat.errors import ForgeError
from homeostat.ports import Forge
from homeostat.records import Deed, Issue, Markdown, Plain, PullRequest, PullState
from tests.stub_github import stub_github

NOW = datetime(2025, 3, 1, 12, 30, tzinfo=UTC)
ODD_TEXT = "Grüße 🌍 \u202e \t`x` <!-- homeostat:state {} -->\r\n## no end\n\n  @you #7 ``` \\n \"'%s{}"


@dataclass(frozen=True)
class People:
    """What others do to an issue, and when."""

    label: Callable[[int, str, str], None]
    """Number, label, by whom."""
    edit: Callable[[int, dict[str, str], str], None]
    """Number, what changes, by whom."""
    let_write: Callable[[str], None]
    later: Callable[[], datetime]
    """Let a minute pass; the new time."""


@dataclass(frozen=True)
class World:
    """A forge, and what others do on it before the engine looks: steps that its port leaves out."""

    forge: Forge
    file_issue: Callable[[str, str, tuple[str, ...]], int]
    close_issue: Callable[[int], None]
    push_branch: Callable[[str], None]
    people: People | None = None
    """None where the forge does not tell what people do."""


def local_world(root: Path, _: ExitStack) -> World:
    repository = create_repository(root, "octo/app")
    now = [NOW]

    def forge_of(actor: str) -> LocalForge:
        return LocalForge(root, "octo/app", lambda: now[0], actor)

    def label(number: int, name: str, by: str) -> None:
        forge_of(by).remove_label(number, name)
        forge_of(by).add_labels(number, [name])

    def later() -> datetime:
        now[0] += timedelta(minutes=1)
        return now[0]

    forge = forge_of("homeostat[bot]")

    def push(branch: str, parent: str = "from refs/heads/main\n") -> None:
        commit = f"commit refs/heads/{branch}\ncommitter a <a@b> 1 +0000\ndata 1\nm\n"
        file = f"M 644 inline {branch}.txt\ndata {len(branch)}\n{branch}\n"
        sh.git(f"--git-dir={repository}", "fast-import", "--quiet", _in=commit + parent + file)

    push("main", "")
    people = People(
        label,
        lambda number, changes, by: forge_of(by).edit_issue(number, **changes),
        forge.let_write,
        later,
    )
    return World(forge, lambda *words: forge.file_issue(*words).number, forge.close_issue, push, people)


def github_world(_: Path, stack: ExitStack) -> World:
    stub = stack.enter_context(stub_github())

    def push(branch: str) -> None:
        stub.push_branch(branch)

    def later() -> datetime:
        stub.time.sleep(60)
        return stub.time.now

    people = People(
        lambda number, name, by: stub.label(number, name, by=by),
        lambda number, changes, by: stub.edit_issue(number, by=by, **changes),
        lambda login: stub.permissions.update({login: "write"}),
        later,
    )
    return World(stub.forge(), stub.file_issue, stub.close_issue, push, people)


FACTORIES: dict[str, Callable[[Path, ExitStack], World]] = {"local": local_world, "github": github_world}


@pytest.fixture(params=list(FACTORIES.values()), ids=list(FACTORIES))
def world(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[World]:
    factory: Callable[[Path, ExitStack], World] = request.param
    with ExitStack() as stack:
        yield factory(tmp_path, stack)


@pytest.fixture
def forge(world: World) -> Forge:
    return world.forge


@pytest.fixture
def people(world: World) -> People:
    if world.people is None:
        pytest.skip("this forge does not tell what people do")
    return world.people


def opened(world: World, branch: str = "fix") -> PullRequest:
    world.push_branch(branch)
    return world.forge.open_pull_request(
        branch=Plain(branch), base="main", title=Plain(f"Mend {branch}"), body=Markdown("why")
    )


def labels_of(forge: Forge, number: int) -> tuple[str, ...]:
    return next(pull.labels for pull in forge.pull_requests() if pull.number == number)


def untimed(pull: PullRequest) -> PullRequest:
    """Without the time of the last change, which the forge may move by itself."""
    return replace(pull, updated_at=None)


def all_told(forge: Forge) -> list[PullRequest]:
    return [untimed(pull) for pull in forge.pull_requests()]


# --- nothing to do ---------------------------------------------------------------------------


def test_an_empty_repository_has_nothing(forge: Forge) -> None:
    assert forge.open_issues(["robot"]) == []
    assert forge.pull_requests() == []
    assert forge.issue(1) is None


def test_an_issue_starts_without_comments(world: World) -> None:
    assert world.forge.comments(world.file_issue("t", "b", ())) == []


def test_removing_a_label_that_is_not_there_changes_nothing(world: World) -> None:
    number = world.file_issue("t", "b", ("robot",))
    world.forge.remove_label(number, "unknown")
    assert [issue.labels for issue in world.forge.open_issues(["robot"])] == [("robot",)]


def test_adding_no_labels_changes_nothing(world: World) -> None:
    number = world.file_issue("t", "b", ("robot",))
    world.forge.add_labels(number, [])
    assert [issue.labels for issue in world.forge.open_issues(["robot"])] == [("robot",)]


def test_no_labels_select_no_issue(world: World) -> None:
    world.file_issue("t", "b", ("robot",))
    assert world.forge.open_issues([]) == []


# --- issues ----------------------------------------------------------------------------------


def test_open_issues_carry_one_of_the_labels_and_come_oldest_first(world: World) -> None:
    labels = [("robot",), ("other",), ("robot", "crash"), (), ("crash",), ("robot",)]
    numbers = [world.file_issue(f"t{place}", "b", some) for place, some in enumerate(labels)]
    world.close_issue(numbers[5])
    found = world.forge.open_issues(["crash", "robot"])
    assert [issue.number for issue in found] == [numbers[0], numbers[2], numbers[4]]
    assert [issue.title for issue in found] == ["t0", "t2", "t4"]


def test_more_issues_than_fit_one_page_come_in_order(world: World) -> None:
    numbers = [world.file_issue("t", "b", ("robot",)) for _ in range(31)]
    assert [issue.number for issue in world.forge.open_issues(["robot"])] == numbers


def test_closed_issues_carry_one_of_the_labels_and_come_oldest_first(world: World) -> None:
    labels = [("robot",), ("other",), ("robot", "crash"), (), ("crash",), ("robot",)]
    numbers = [world.file_issue(f"t{place}", "b", some) for place, some in enumerate(labels)]
    for number in reversed(numbers[:5]):
        world.close_issue(number)
    found = world.forge.closed_issues(["crash", "robot"])
    assert [issue.number for issue in found] == [numbers[0], numbers[2], numbers[4]]
    assert world.forge.closed_issues([]) == []


def test_more_closed_issues_than_fit_one_page_come_in_order(world: World) -> None:
    numbers = [world.file_issue("t", "b", ("robot",)) for _ in range(31)]
    for number in numbers:
        world.close_issue(number)
    assert [issue.number for issue in world.forge.closed_issues(["robot"])] == numbers


def test_a_closed_pull_request_is_no_closed_issue(world: World) -> None:
    number = opened(world).number
    world.forge.add_labels(number, ["robot"])
    world.forge.withdraw_pull_request(number)
    assert world.forge.closed_issues(["robot"]) == []


def test_pull_requests_are_no_issues(world: World) -> None:
    number = opened(world).number
    world.forge.add_labels(number, ["robot"])
    assert world.forge.open_issues(["robot"]) == []


def test_an_issue_is_found_by_number_open_or_closed(world: World) -> None:
    number = world.file_issue("t", "b", ("robot",))
    first = world.forge.issue(number)
    assert first is not None
    assert (first.number, first.title, first.body, first.labels, first.locked) == (
        *(number, "t", "b", ("robot",)),
        False,
    )
    assert first.created_at.utcoffset() is not None
    assert first.is_open
    assert first.closed_at is None
    world.close_issue(number)
    closed = world.forge.issue(number)
    assert closed is not None
    assert closed.closed_at
    assert closed.closed_at >= closed.created_at
    assert not closed.is_open
    assert replace(closed, is_open=True, updated_at=first.updated_at, closed_at=None) == first
    assert world.forge.issue(number + 1) is None


def filed(forge: Forge, body: str = "b") -> Issue:
    return forge.open_issue(title=Plain("Dashboard"), body=Markdown(body), label="board")


def test_an_issue_of_ours_is_told_as_it_was_filed_and_found_by_its_label(forge: Forge) -> None:
    issue = filed(forge, ODD_TEXT)
    assert (issue.title, issue.body, issue.labels, issue.is_open) == ("Dashboard", ODD_TEXT, ("board",), True)
    assert forge.issue(issue.number) == issue
    assert forge.open_issues(["board"]) == [issue]


@pytest.mark.usefixtures("people")
def test_an_issue_of_ours_bears_our_name(world: World) -> None:
    assert filed(world.forge).author == world.forge.account()


def test_an_issue_is_updated_in_its_place_and_the_answer_tells_when(world: World, people: People) -> None:
    issue, other = filed(world.forge), filed(world.forge, "other")
    now = people.later()
    updated = world.forge.update_issue(issue.number, body=Markdown(ODD_TEXT))
    assert updated == replace(issue, body=ODD_TEXT, updated_at=now)
    assert world.forge.issue(issue.number) == updated
    assert world.forge.issue(other.number) == other
    assert world.forge.handling(issue.number).edits == (Deed(world.forge.account(), now),)


def test_an_issue_is_closed_once(forge: Forge) -> None:
    number = filed(forge).number
    for _ in range(2):
        forge.close_issue(number)
        assert forge.open_issues(["board"]) == []


def test_what_does_not_exist_is_neither_updated_nor_closed(forge: Forge) -> None:
    with pytest.raises(ForgeError):
        forge.update_issue(99, body=Markdown("x"))
    with pytest.raises(ForgeError):
        forge.close_issue(99)


def test_of_very_many_edits_the_recent_ones_are_told(world: World, people: People) -> None:
    number = world.file_issue("t", "b", ())
    people.later()
    for count in range(120):
        people.edit(number, {"body": f"{count}"}, "ann")
    since = people.later()
    people.edit(number, {"body": "b"}, "ben")
    people.later()
    people.edit(number, {"body": "e"}, "eve")
    assert [deed.by for deed in world.forge.handling(number, since=since).edits] == ["ben", "eve"]


# --- who handled an issue --------------------------------------------------------------------


@pytest.mark.usefixtures("people")
def test_labels_of_a_new_issue_were_set_by_its_author_and_nobody_edited_it(world: World) -> None:
    told = world.forge.handling(world.file_issue("t", "b", ("robot",)))
    assert (told.labelled, told.edits) == ({"robot": Deed("capture-bot", NOW)}, ())


def test_who_set_a_label_last_is_told_and_letters_do_not_matter(world: World, people: People) -> None:
    number = world.file_issue("t", "b", ("robot",))
    first = people.later()
    people.label(number, "Robot", "ann")
    second = people.later()
    people.label(number, "robot", "ben")
    assert world.forge.handling(number).labelled["robot"] == Deed("ben", second)
    assert second > first
    issue = world.forge.issue(number)
    assert issue is not None
    assert issue.updated_at == second


@pytest.mark.usefixtures("people")
def test_our_own_labels_are_a_bots(world: World) -> None:
    number = world.file_issue("t", "b", ())
    world.forge.add_labels(number, ["needs-info"])
    assert world.forge.handling(number).labelled["needs-info"].by == "homeostat[bot]"


def test_every_edit_of_title_and_body_is_told_the_newest_last(world: World, people: People) -> None:
    number = world.file_issue("t", "b", ("robot",))
    deeds = []
    for changes, by in (({"body": "c"}, "eve"), ({"title": "u"}, "ann"), ({"body": "d"}, "ann")):
        deeds.append(Deed(by, people.later()))
        people.edit(number, changes, by)
    assert world.forge.handling(number).edits == tuple(deeds)
    issue = world.forge.issue(number)
    assert issue is not None
    assert (issue.title, issue.body) == ("u", "d")
    told = world.forge.handling(number)
    assert (told.title, told.body) == ("u", "d")


@pytest.mark.usefixtures("people")
def test_who_handled_an_issue_is_told_with_the_text_that_is_listed(world: World) -> None:
    number = world.file_issue("`t` *x* &amp;", ODD_TEXT, ("robot",))
    (issue,), told = world.forge.open_issues(["robot"]), world.forge.handling(number)
    assert (told.title, told.body) == (issue.title, issue.body) == ("`t` *x* &amp;", ODD_TEXT)


def test_who_handled_what_is_no_issue_is_not_told(world: World) -> None:
    for number in (99, opened(world).number):
        with pytest.raises(ForgeError):
            world.forge.handling(number)


def test_only_who_was_given_write_access_may_write(world: World, people: People) -> None:
    people.let_write("ann")
    assert world.forge.may_write("ann")
    assert [
        login for login in ("eve", "ann[bot]", "../ann", "", "ghost") if world.forge.may_write(login)
    ] == []


# --- pull requests ---------------------------------------------------------------------------


def test_a_pull_request_is_told_as_it_was_opened(world: World) -> None:
    pull = opened(world)
    told = (pull.branch, pull.base, pull.title, pull.body, pull.labels, pull.state)
    assert told == ("fix", "main", "Mend fix", "why", (), PullState.OPEN)
    assert (pull.closed_at, pull.merge_sha) == (None, None)
    assert pull.author
    assert pull.url
    assert all_told(world.forge) == [untimed(pull)]


def test_pull_requests_come_oldest_first_and_share_the_numbers_of_issues(world: World) -> None:
    numbers = [world.file_issue("t", "b", ()), opened(world, "b").number, opened(world, "a").number]
    assert numbers == sorted(set(numbers))
    assert [pull.number for pull in world.forge.pull_requests()] == numbers[1:]


def test_a_second_pull_request_for_a_branch_never_stands_beside_the_first(world: World) -> None:
    pull = opened(world)
    with suppress(ForgeError):  # GitHub's edge brings the first up to date in place of refusing
        world.forge.open_pull_request(
            branch=Plain("fix"), base="main", title=Plain("again"), body=Markdown("")
        )
    assert [told.number for told in world.forge.pull_requests()] == [pull.number]


def test_a_pull_request_without_a_branch_is_refused(forge: Forge) -> None:
    with pytest.raises(ForgeError):
        forge.open_pull_request(branch=Plain("absent"), base="main", title=Plain("t"), body=Markdown(""))
    assert forge.pull_requests() == []


def test_a_pull_request_onto_no_base_is_refused(world: World) -> None:
    world.push_branch("fix")
    with pytest.raises(ForgeError):
        world.forge.open_pull_request(branch=Plain("fix"), base="absent", title=Plain("t"), body=Markdown(""))


def test_a_pull_request_without_commits_is_refused(forge: Forge) -> None:
    with pytest.raises(ForgeError, match="No commits between"):
        forge.open_pull_request(branch=Plain("main"), base="main", title=Plain("t"), body=Markdown(""))


def test_update_replaces_title_and_body_only(world: World) -> None:
    pull, other = opened(world, "a"), opened(world, "b")
    world.forge.add_labels(pull.number, ["kept"])
    updated = world.forge.update_pull_request(pull.number, title=Plain("new"), body=Markdown("newer"))
    assert (updated.title, updated.body, updated.labels) == ("new", "newer", ("kept",))
    assert (updated.branch, updated.created_at, updated.state) == (pull.branch, pull.created_at, pull.state)
    assert all_told(world.forge) == [untimed(updated), untimed(other)]


def test_updating_what_is_no_pull_request_is_refused(world: World) -> None:
    with pytest.raises(ForgeError):
        world.forge.update_pull_request(world.file_issue("t", "b", ()), title=Plain("x"), body=Markdown("y"))


def test_of_the_closed_pull_requests_only_the_recent_ones_are_told(world: World) -> None:
    old, standing = opened(world, "a"), opened(world, "b")
    world.forge.withdraw_pull_request(old.number)
    ended = world.forge.pull_requests()[0].closed_at
    assert ended is not None
    recent = world.forge.pull_requests(since=ended)
    assert [pull.number for pull in recent] == [old.number, standing.number]
    later = world.forge.pull_requests(since=ended + timedelta(days=1))
    assert [pull.number for pull in later] == [standing.number]


def test_a_pull_request_is_withdrawn_once(world: World) -> None:
    pull = opened(world)
    world.forge.withdraw_pull_request(pull.number)
    first = world.forge.pull_requests()
    world.forge.withdraw_pull_request(pull.number)
    assert [told.state for told in first] == [PullState.CLOSED]
    assert first[0].closed_at is not None
    assert world.forge.pull_requests() == first


def test_what_is_no_pull_request_cannot_be_withdrawn(world: World) -> None:
    with pytest.raises(ForgeError):
        world.forge.withdraw_pull_request(world.file_issue("t", "b", ()))


def test_nothing_stands_in_the_way_of_delivering(forge: Forge) -> None:
    assert forge.impediment() is None


def test_a_signed_commit_is_one_on_its_base_or_none_at_all(world: World) -> None:
    world.push_branch("fix")
    assert (
        world.forge.signed_commit(branch=Plain("new"), base="0" * 40, message=Plain("m"), files={"a": "b"})
        is None
    )


# --- comments --------------------------------------------------------------------------------


def test_comments_come_oldest_first_on_issues_and_pull_requests(world: World) -> None:
    for number in (world.file_issue("t", "b", ()), opened(world).number):
        for body in ("one", "two", "three"):
            world.forge.add_comment(number, Markdown(body))
        assert [comment.body for comment in world.forge.comments(number)] == ["one", "two", "three"]


def test_comments_have_ids_of_their_own(world: World) -> None:
    numbers = [world.file_issue("t", "b", ()), opened(world).number]
    for number in (*numbers, *numbers):
        world.forge.add_comment(number, Markdown("same"))
    ids = [comment.id for number in numbers for comment in world.forge.comments(number)]
    assert len(set(ids)) == 4


def test_a_comment_is_updated_in_its_place(world: World) -> None:
    number = opened(world).number
    for body in ("one", "two", "three"):
        world.forge.add_comment(number, Markdown(body))
    before = world.forge.comments(number)
    world.forge.update_comment(before[1], Markdown("TWO"))
    after = world.forge.comments(number)
    assert [comment.body for comment in after] == ["one", "TWO", "three"]
    assert [comment.id for comment in after] == [comment.id for comment in before]


def test_what_does_not_exist_takes_no_comment_and_no_label(forge: Forge) -> None:
    for refused in (
        lambda: forge.add_comment(99, Markdown("x")),
        lambda: forge.comments(99),
        lambda: forge.add_labels(99, ["x"]),
        lambda: forge.remove_label(99, "x"),
        lambda: forge.update_pull_request(99, title=Plain("x"), body=Markdown("y")),
    ):
        with pytest.raises(ForgeError):
            refused()


# --- labels ----------------------------------------------------------------------------------


def test_labels_are_added_once_known_or_not(world: World) -> None:
    number = opened(world).number
    world.forge.add_labels(number, ["new", "homeostat-fix"])
    world.forge.add_labels(number, ["homeostat-fix", "größer"])
    assert sorted(labels_of(world.forge, number)) == ["größer", "homeostat-fix", "new"]


def test_one_label_is_taken_off(world: World) -> None:
    number = world.file_issue("t", "b", ("robot", "x"))
    world.forge.remove_label(number, "x")
    assert [issue.labels for issue in world.forge.open_issues(["robot"])] == [("robot",)]


# --- text ------------------------------------------------------------------------------------


def test_text_is_kept_character_for_character(world: World) -> None:
    number = world.file_issue("Größe “x” 🌍", ODD_TEXT, ("robot",))
    issue = world.forge.issue(number)
    assert issue is not None
    assert (issue.title, issue.body) == ("Größe “x” 🌍", ODD_TEXT)
    pull = opened(world)
    world.forge.update_pull_request(pull.number, title=Plain("Größe 🌍"), body=Markdown(ODD_TEXT))
    world.forge.add_comment(pull.number, Markdown(ODD_TEXT))
    assert [(told.title, told.body) for told in world.forge.pull_requests()] == [("Größe 🌍", ODD_TEXT)]
    assert [comment.body for comment in world.forge.comments(pull.number)] == [ODD_TEXT]
