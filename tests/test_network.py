"""A leg over HTTP that is killed, refused, cut off or left waiting at any step ends where a calm leg ends."""

import json
import shutil
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from homeostat.edges.git import GitLedger
from homeostat.edges.git.command import Git
from homeostat.edges.local_forge import create_repository
from homeostat.patterns import added
from homeostat.records import Books, Status
from tests import git_server
from tests.git_server import Seen, saying
from tests.network import Network, Told, Trouble, ended, network
from tests.stub_github import Answer, Fault, Request, refusal
from tests.world import FILES, GOOD, NOW, SETTINGS, SLUG, USELESS, World

pytestmark = [pytest.mark.network, pytest.mark.timeout(400)]

OURS = "homeostat/hs1-fecad2adbfc48d94"
STEPS = (
    "GET /pulls",
    "GET /pulls",
    "GET /issues/3",
    "push homeostat-state",
    "GET /issues",
    "GET /issues/1/comments",
    "POST /issues/1/comments",
    "POST /labels",
    "POST /issues/1/labels",
    "GET /",
    "push homeostat-state",
    "push homeostat-state",
    f"GET /git/ref/heads/{OURS}",
    "POST /git/refs",
    "POST /graphql",
    "POST /pulls",
    "POST /labels",
    "POST /labels",
    "POST /issues/5/labels",
    "GET /issues/5/comments",
    "POST /issues/5/comments",
    *["push homeostat-state"] * 5,
)
"""What a calm leg does, pinned: a new step must join the trial."""
WRITES = [number for number, step in enumerate(STEPS, 1) if not step.startswith("GET")]
IN_DOUBT = ("POST /issues/1/comments", "POST /graphql", "POST /pulls", "POST /issues/5/comments")
"""Requests that must not be sent twice."""


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("template")
    World.busy(root / "forge", root / "ledger")
    return root / "forge"


@contextmanager
def _served(template: Path, to: Path) -> Iterator[Network]:
    shutil.copytree(template, to / "forge")
    with network(World(to / "forge")) as served:
        yield served


@pytest.fixture
def net(template: Path, tmp_path: Path) -> Iterator[Network]:
    with _served(template, tmp_path) as served:
        yield served


Calm = dict[str, str]
"""The state that an undisturbed leg leaves."""


def _calm(template: Path, to: Path, *, signs: bool = True, mode: str = "propose") -> tuple[list[str], Calm]:
    with _served(template, to) as served:
        served.github.signs = signs
        told = served.leg(mode=mode)
        assert told.code == 0, told.error
        steps = [*served.trap.steps]
        _look_again(served, mode)
        return steps, _without_place(served)


def _look_again(served: Network, mode: str) -> None:
    """A commit moves the branch, so the next run notes other tests: let it, on both sides."""
    if mode == "commit":
        assert served.leg(mode=mode).code == 0


def _without_place(served: Network) -> Calm:
    return {name: text.replace(str(served.world.root), "ROOT") for name, text in served.state().items()}


@pytest.fixture(scope="module")
def calm(template: Path, tmp_path_factory: pytest.TempPathFactory) -> Calm:
    steps, state = _calm(template, tmp_path_factory.mktemp("calm"))
    assert steps == [*STEPS]
    return state


# --- killed -----------------------------------------------------------------------------------------


# All that a leg remembers dies with it: a death before a step is a death after the one before, and one
# after a question is one after the last deed. One trial for each deed, and one before the first, are all.
DEATHS = [(WRITES[0], "before"), *((step, "after") for step in WRITES)]


@pytest.mark.parametrize(("step", "when"), DEATHS)
def test_a_leg_killed_at_any_step_and_run_again_ends_as_a_calm_one(
    step: int, when: str, net: Network, calm: Calm
) -> None:
    assert net.leg(fatal=(step, when)).code == -9
    again = net.leg()
    assert again.code == 0, again.error
    assert _without_place(net) == calm


@pytest.fixture(scope="module", params=[(False, "propose"), (True, "commit")], ids=["unsigned", "commit"])
def other(
    request: pytest.FixtureRequest, template: Path, tmp_path_factory: pytest.TempPathFactory
) -> tuple[bool, str, int, Calm]:
    """A leg that pushes its fix, and which step that is."""
    signs, mode = request.param
    steps, state = _calm(template, tmp_path_factory.mktemp("other"), signs=signs, mode=mode)
    (pushed,) = (number for number, step in enumerate(steps, 1) if step in {f"push {OURS}", "push main"})
    return signs, mode, pushed, state


@pytest.mark.parametrize("place", [-1, 0, 1])
def test_a_leg_killed_about_the_push_of_its_fix_ends_as_a_calm_one(
    place: int, net: Network, other: tuple[bool, str, int, Calm]
) -> None:
    signs, mode, pushed, state = other
    net.github.signs = signs
    assert net.leg(fatal=(pushed + place, "after"), mode=mode).code == -9
    assert net.leg(mode=mode).code == 0
    _look_again(net, mode)
    assert _without_place(net) == state


# --- killed while an open pull request is looked after ----------------------------------------------

SMALL = {path: text for path, text in FILES.items() if "prices" not in path and "agenda" not in path}
MENDED = SETTINGS.replace('settings["timeout"]', 'settings.get("timeout", DEFAULT)')
LOOKS_AFTER = {"renewed": ({"src/other.py": "x = 1\n"}, 9), "withdrawn": ({"src/settings.py": MENDED}, 5)}
"""What a person pushes to main, and how many deeds it takes to follow."""
NEXT: dict[str, Any] = {"run": "run-2", "hours": 6}


@contextmanager
def _proposed(to: Path, files: Mapping[str, str]) -> Iterator[Network]:
    """An open pull request of ours, whose base has moved."""
    world = World.build(to / "forge", SMALL)
    world.teach(to / "ledger", GOOD)
    with network(world) as served:
        assert served.leg().results == ["pull request created"]
        world.push("main", files, "Something else")
        yield served


@pytest.fixture(scope="module", params=LOOKS_AFTER)
def followed(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> tuple[str, list[int], Calm]:
    """How an undisturbed leg follows: its deeds, and the state that it leaves."""
    files, deeds = LOOKS_AFTER[request.param]
    with _proposed(tmp_path_factory.mktemp("followed"), files) as served:
        assert served.leg(**NEXT).results == [f"pull request {request.param}".replace("renewed", "updated")]
        writes = [number for number, step in enumerate(served.trap.steps, 1) if not step.startswith("GET")]
        assert len(writes) == deeds
        assert served.leg(**NEXT).code == 0  # a closing is settled by the next look
        return request.param, writes, _without_place(served)


@pytest.mark.parametrize("deed", range(9))
def test_a_leg_killed_while_it_looks_after_a_pull_request_ends_as_a_calm_one(
    deed: int, followed: tuple[str, list[int], Calm], tmp_path: Path
) -> None:
    kind, writes, state = followed
    if deed >= len(writes):
        return  # the other kind has more deeds
    with _proposed(tmp_path, LOOKS_AFTER[kind][0]) as served:
        assert served.leg(fatal=(writes[deed], "after"), **NEXT).code == -9
        for _ in range(2):
            assert served.leg(**NEXT).code == 0
        assert _without_place(served) == state


# --- the API fails, and recovers --------------------------------------------------------------------

SECONDARY = "You have exceeded a secondary rate limit. Please wait a few minutes before you try again."
PRIMARY = "API rate limit exceeded for installation ID 1."
RESET = {"x_ratelimit_remaining": "0", "x_ratelimit_reset": f"{NOW.timestamp() + 90:.0f}"}
UNSEEN = refusal(404, "never told")
HTML = Answer(502, b"<html><title>Unicorn!</title></html>", {"content-type": "text/html"})

FAULTS: dict[str, tuple[Answer | None, str, bool]] = {
    "429 with Retry-After": (refusal(429, "Too many requests", retry_after="7"), "answer", False),
    "403 secondary": (refusal(403, SECONDARY), "answer", False),
    "403 secondary with Retry-After": (refusal(403, SECONDARY, retry_after="3"), "answer", False),
    "403 primary": (refusal(403, PRIMARY, **RESET), "answer", False),
    "500": (refusal(500, "Server Error"), "answer", False),
    "500, and done": (refusal(500, "Server Error"), "answer", True),
    "502": (HTML, "answer", False),
    "502, and done": (HTML, "answer", True),
    "reset": (UNSEEN, "reset", False),
    "reset, and done": (None, "reset", True),
    "slow": (UNSEEN, "slow", False),
    "slow, and done": (None, "slow", True),
    "half a body, and done": (None, "cut", True),
    "half of the JSON, and done": (None, "garbled", True),
}
"""Answer (None: the true one), manner, whether the request is carried out."""


def _fault(kind: str, request: Request) -> Fault:
    answer, manner, done = FAULTS[kind]
    return Fault(request.verb, "", answer, manner, done)


def _patience(kind: str) -> float:
    return 1.2 if "slow" in kind else 30


def each_first(kind: str) -> Trouble:
    """Whatever is asked for fails the first time."""
    asked: set[str] = set()

    def trouble(_: int, request: Request) -> Fault | None:
        key = json.dumps([request.verb, request.path, request.query, request.body], sort_keys=True)
        first = key not in asked
        asked.add(key)
        return _fault(kind, request) if first else None

    return trouble


def once(kind: str, verb: str, path: str) -> Trouble:
    """One kind of request fails the first time."""
    left = [verb]

    def trouble(_: int, request: Request) -> Fault | None:
        hit = request.verb in left and request.path.endswith(path)
        return _fault(left.pop() and kind, request) if hit else None

    return trouble


# Some limits hold for a minute or more each time: eighteen in a row are too much for a leg.
LONG = ("403 secondary", "403 primary")


@pytest.mark.parametrize("kind", [kind for kind in FAULTS if kind not in LONG])
def test_a_leg_whose_every_request_fails_at_first_ends_as_a_calm_one(
    kind: str, net: Network, calm: Calm
) -> None:
    net.github.trouble = each_first(kind)
    told = net.leg(patience=_patience(kind))
    assert (told.code, told.error) == (0, "")
    assert _without_place(net) == calm


@pytest.mark.parametrize(
    ("step", "kind"),
    [*((step, "reset, and done") for step in IN_DOUBT), *(("POST /pulls", kind) for kind in LONG)],
)
def test_a_request_in_doubt_is_not_carried_out_twice(kind: str, step: str, net: Network, calm: Calm) -> None:
    verb, path = step.split()
    net.github.trouble = once(kind, verb, path)
    told = net.leg(patience=_patience(kind))
    assert (told.code, told.error) == (0, "")
    assert _without_place(net) == calm


# --- the API fails, and does not recover ------------------------------------------------------------


def from_then_on(number: int, fault: Callable[[Request], Fault]) -> Trouble:
    return lambda place, request: fault(request) if place >= number else None


REQUESTS = [step for step in STEPS if not step.startswith("push")]
LASTING = {
    "429 for an hour": refusal(429, "Too many requests", retry_after="3600"),
    "expired token": refusal(401, "Bad credentials"),
}


@pytest.mark.parametrize("step", ["GET /pulls", *IN_DOUBT, "POST /issues/5/labels"])
def test_a_leg_whose_github_is_gone_for_good_leaves_all_to_the_next(
    step: str, net: Network, calm: Calm
) -> None:
    net.github.trouble = from_then_on(REQUESTS.index(step) + 1, lambda request: _fault("502", request))
    _assert_stopped(net.leg())
    _assert_healthy(net, calm)


@pytest.mark.parametrize(
    ("step", "kind"),
    [
        ("GET /pulls", "expired token"),
        ("POST /issues/1/comments", "429 for an hour"),
        ("POST /graphql", "slow, and done"),
        ("POST /pulls", "half of the JSON, and done"),
        ("POST /issues/5/comments", "reset, and done"),
    ],
)
def test_what_lasts_ends_in_a_sentence_and_loses_nothing(
    step: str, kind: str, net: Network, calm: Calm
) -> None:
    def fault(request: Request) -> Fault:
        return Fault(request.verb, "", LASTING[kind]) if kind in LASTING else _fault(kind, request)

    net.github.trouble = from_then_on(REQUESTS.index(step) + 1, fault)
    _assert_stopped(net.leg(patience=_patience(kind)))
    _assert_healthy(net, calm)


def _assert_stopped(told: Told) -> None:
    """Infrastructure failed: one sentence for the run, or for each failure that it was in the way of."""
    sentences = [told.error] if told.code else [o["reason"] for o in told.outcomes if o["result"] == "error"]
    assert told.code in {0, 1}
    assert sentences
    for sentence in sentences:
        assert "\n" not in sentence
        assert "internal error" not in sentence
        assert "GitHub" in sentence


def _assert_healthy(net: Network, calm: Calm) -> None:
    net.github.trouble = lambda _number, _request: None
    healthy = net.leg()
    assert (healthy.code, healthy.error) == (0, "")
    assert _without_place(net) == calm


# --- git fails --------------------------------------------------------------------------------------

GIT_FAULTS = {
    "500": git_server.Fault(git_server.pushing, "refuse", answer=saying(500, "Internal Server Error")),
    "502": git_server.Fault(git_server.pushing, "refuse", answer=saying(502, "<html>Bad gateway</html>")),
    "reset before": git_server.Fault(git_server.pushing, "reset before"),
    "reset after": git_server.Fault(git_server.pushing, "reset after"),
    "truncate": git_server.Fault(git_server.pushing, "truncate"),
    "slow": git_server.Fault(git_server.pushing, "slow", seconds=4),
}


def _git_fault(net: Network, kind: str, fits: Callable[[Seen], bool], times: int = 1_000) -> None:
    net.git.faults = [replace(GIT_FAULTS[kind], fits=fits, times=times)]


@pytest.mark.parametrize("kind", GIT_FAULTS)
def test_a_leg_whose_git_server_fails_now_and_then_ends_as_a_calm_one(
    kind: str, net: Network, calm: Calm
) -> None:
    every = 16 if kind == "slow" else 7
    _git_fault(net, kind, lambda _: len(net.git.seen) % every == 4)
    told = net.leg(git_patience=1)
    assert (told.code, told.error) == (0, "")
    assert _without_place(net) == calm


@pytest.mark.parametrize(
    ("number", "kind"), [(1, "500"), (2, "reset before"), (2, "reset after"), (3, "502"), (3, "truncate")]
)
def test_a_ledger_that_cannot_be_written_ends_the_leg_in_a_sentence(
    number: int, kind: str, net: Network, calm: Calm
) -> None:
    _git_fault(net, kind, lambda seen: _pushes(net) >= number and git_server.pushing(seen))
    told = net.leg()
    if kind in {"reset after", "truncate"}:  # what arrived is found to have arrived
        assert told.code == 0
    else:
        assert told.code == 1
        assert "\n" not in told.error
        assert "run again" in told.error
    net.git.faults = []
    assert net.leg().code == 0
    assert _without_place(net) == calm


def _pushes(net: Network) -> int:
    return sum(git_server.pushing(seen) for seen in net.git.seen)


# --- not permitted ----------------------------------------------------------------------------------

NOT_PERMITTED = refusal(403, "GitHub Actions is not permitted to create or approve pull requests.")


def test_a_fix_that_may_not_be_proposed_is_pushed_and_told_and_opened_later(
    net: Network, tmp_path: Path
) -> None:
    net.github.trouble = lambda _, request: (
        Fault("POST", "/pulls$", NOT_PERMITTED) if request.path.endswith("/pulls") else None
    )
    told = net.leg()
    (outcome,) = (one for one in told.outcomes if one["result"] == "not permitted")
    assert f"/{SLUG}/compare/main...{OURS}?expand=1" in outcome["reason"]
    assert "Allow GitHub Actions to create and approve pull requests" in outcome["reason"]
    assert OURS in net.github.refs
    incident = net.world.books(tmp_path / "a").attempts.incidents[OURS.removeprefix("homeostat/")]
    assert incident.attempts == 0
    assert incident.status is Status.UNHEALED
    net.github.trouble = lambda _number, _request: None
    before, soon = net.github.refs[OURS], net.leg(run="run-2", hours=6)
    assert soon.results.count("pull request created") == 0
    assert net.leg(run="run-3", hours=25).results.count("pull request created") == 1
    assert net.github.refs[OURS] == before
    assert _open_pulls(net) == 1
    (pull,) = (number for number, one in net.github.entries.items() if one.get("head") == OURS)
    assert (net.github.entries[pull]["labels"], len(net.github.threads[pull])) == (
        ["homeostat-fix", "shop"],
        1,
    )


def _open_pulls(net: Network) -> int:
    return sum("pull_request" in one and one["state"] == "open" for one in net.github.entries.values())


# --- what it costs ----------------------------------------------------------------------------------


def test_an_idle_leg_makes_three_requests_and_two_round_trips(net: Network) -> None:
    first = net.leg()
    assert (first.requests, first.round_trips) == (len(net.github.requests), net.git.round_trips)
    assert (first.requests, first.round_trips) == (18, 21)
    net.github.requests.clear()
    net.git.seen.clear()
    before = net.state()
    idle = net.leg(run="run-2", hours=6)
    assert (idle.requests, idle.round_trips) == (3, 2)
    assert (len(net.github.requests), net.git.round_trips) == (3, 2)
    assert net.state() == before


# --- eight at once ----------------------------------------------------------------------------------

TEAM = [f"acme/shop{number}" for number in range(8)]


def _team(template: Path, root: Path) -> World:
    """Eight copies of the busy repository, and a ninth that keeps the ledger of all."""
    world = World(shutil.copytree(template, root))
    Git(world.bare)("update-ref", "-d", "refs/heads/homeostat-state")
    for slug in TEAM:
        shutil.copytree(world.bare, root / f"{slug}.git")
        shutil.copytree(root / SLUG, root / slug)
    create_repository(root, "acme/control")

    def teach(books: Books) -> Books:
        library = added(added(books.library, GOOD, at=NOW), USELESS, at=NOW)
        return replace(books, library=library)

    _ledger(root, SLUG).write(teach, "Teach")
    return world


def _ledger(root: Path, slug: str) -> GitLedger:
    home = root / f"ledger-{slug.replace('/', '-')}"
    return GitLedger(home, remote=str(root / "acme/control.git"), slug=slug, clock=lambda: NOW)


def test_eight_legs_at_once_lose_nothing_and_try_a_new_rule_in_one_repository(
    template: Path, tmp_path: Path
) -> None:
    world = _team(template, tmp_path / "forge")
    with ExitStack() as stack:
        team = [stack.enter_context(network(world, slug)) for slug in TEAM]
        legs = [stack.enter_context(one.begin(state_slug="acme/control")) for one in team]
        told = [ended(leg) for leg in legs]
    assert [(one.code, one.error) for one in told] == [(0, "")] * 8
    created = [("pull request created" in one.results) for one in told]
    assert (sum(created), [len(one.results) for one in told]) == (1, [4] * 8)
    books = [_ledger(world.root, slug).read() for slug in TEAM]
    assert {len(one.attempts.incidents) for one in books} == {3}
    assert {len(one.attempts.settled) for one in books} == {1}
    log = Git(world.root / "acme/control.git").text("show", "homeostat-state:runs/2026-03.jsonl")
    entries = [json.loads(line) for line in log.splitlines()]
    lines = Counter((entry["repository"], entry["fingerprint"]) for entry in entries)
    assert {entry["repository"] for entry in entries} == {*TEAM}
    assert (len(lines), {*lines.values()}) == (24, {1})
    assert [_open_pulls(one) for one in team] == created
