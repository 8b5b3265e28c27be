"""What can befall one repository and its ledger over days, step by step, and what must hold all the while."""

from __future__ import annotations

import contextlib
import re
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from decimal import Decimal
from enum import StrEnum
from itertools import count
from operator import ge
from pathlib import Path
from typing import Any, TypeVar, cast

from homeostat import config
from homeostat.bench import Bench, limits_of
from homeostat.books import costs_path, parse_attempts, parse_costs
from homeostat.config import Endpoint, Tier
from homeostat.edges.git.command import BOT
from homeostat.errors import CutOffError, ForgeError, HomeostatError, LedgerError, OutageError
from homeostat.incidents import Stamp
from homeostat.leg import DryRun, Leg, Models
from homeostat.money import cost
from homeostat.patterns import added
from homeostat.pipeline import heal
from homeostat.ports import Workspace
from homeostat.records import (
    Attempts,
    Books,
    Charge,
    Incident,
    LegReport,
    Pattern,
    Plain,
    Prompt,
    PullRequest,
    PullState,
    Reply,
    Result,
    Run,
    Status,
    Usage,
)
from homeostat.triage import MAX_ATTEMPTS
from tests.crash_leg import EFFECTS
from tests.grounds import Ground
from tests.model_server import edits
from tests.world import FILES, GOOD, NOW, PRICES, PRODUCTION, SETTINGS, SLUG, USELESS, World, pattern, report

EFFECTS_HERE = EFFECTS | {"withdraw_pull_request", "ask"}
KEYS = {**PRODUCTION, "DEEPSEEK_API_KEY": "sk-no-secret"}
USAGE = Usage(1_000, 100)
LEASE_OVER, COOL = timedelta(hours=3), timedelta(hours=100)
REPOSITORY = World(Path()).repository(max_prs_per_run=5)
SETTINGS_OF_LEGS = config.settings(PRODUCTION)
START = {path: text for path, text in FILES.items() if "agenda" not in path}
Port = TypeVar("Port")


@dataclass(frozen=True)
class Slip:
    """An error of the repository: where it is, what heals it, what does not, and how its test tells of it."""

    path: str
    text: str
    line: int
    function: str
    key: str
    right: str
    by_hand: str
    patterns: tuple[Pattern, Pattern]
    """One that heals it, one that does not."""
    test: str
    place: tuple[str, int, str]
    """Its file, the line that calls, and that line."""

    @property
    def broken(self) -> str:
        return self.text.splitlines()[self.line - 1].strip()

    @property
    def wrong(self) -> str:
        return self.right.replace(self.right.rpartition(", ")[2], "7)")

    def with_line(self, line: str) -> str:
        return self.text.replace(self.broken, line)

    def trouble(self, text: str | None) -> str | None:
        """How its test fails with this file, or None when it passes."""
        if self.broken in (text or ""):
            frame = (
                f'  File "/srv/tree/{self.path}", line {self.line}, in {self.function}\n    {self.broken}\n'
            )
            return f"ERROR: {self._head}{frame}KeyError: '{self.key}'\n"
        return f"FAIL: {self._head}AssertionError: 7 != 30\n" if self.wrong in (text or "") else None

    @property
    def _head(self) -> str:
        module, _, name = self.test.rpartition(".")
        path, line, call = self.place
        frame = f'  File "/srv/tree/{path}", line {line}, in {name}\n    {call}\n'
        return f"{name} ({module}.{name})\n{'-' * 70}\nTraceback (most recent call last):\n{frame}"


SLIPS = (
    Slip(
        "src/settings.py",
        SETTINGS,
        5,
        "timeout",
        "timeout",
        'value = settings.get("timeout", DEFAULT)',
        'value = settings.get("timeout") or DEFAULT',
        (
            GOOD,
            pattern(
                "p-bad",
                "lib/settings.py",
                'value = settings["timeout"]',
                'value = settings.get("timeout", 7)',
            ),
        ),
        "tests.test_settings.T.test_default",
        ("tests/test_settings.py", 11, "self.assertEqual(timeout({}), 30)"),
    ),
    Slip(
        "src/prices.py",
        PRICES,
        2,
        "price",
        "price",
        'amount = item.get("price", -1)',
        'amount = item.get("price") or -1',
        (
            pattern("p-price", "lib/prices.py", 'amount = item["price"]', 'amount = item.get("price", -1)'),
            USELESS,
        ),
        "tests.test_prices.T.test_free",
        ("tests/test_prices.py", 8, "self.assertEqual(price({}), 0)"),
    ),
)


class Mood(StrEnum):
    """How the repository's tests are to run."""

    STEADY = "steady"
    FLAKY = "flaky"
    BROKEN = "broken"


@dataclass
class ScriptedTests:
    """The port Sandbox: what the tests of the two slips say of a tree, without a process."""

    workspace: Workspace
    mood: Mood
    tried: dict[str, bool] = field(default_factory=dict)
    """By path of what a fix changed: whether one of them held."""
    runs: int = 0

    def prepare(self, setup_command: str | None, *, timeout: float) -> Run | None:  # noqa: ARG002 - the port's
        return None

    def run(self, command: str, edits: Mapping[str, str], *, timeout: float) -> Run:  # noqa: ARG002 - the port's
        self.runs += 1
        if self.mood is Mood.BROKEN:
            return Run(command, 127, "no such command", 0.1)
        if self.mood is Mood.FLAKY and self.runs == 2:
            return Run(command, 0, f"{'-' * 70}\nRan 3 tests in 0.001s\n\nOK\n", 0.1)
        found = {
            slip.path: slip.trouble(edits.get(slip.path, self.workspace.read(slip.path))) for slip in SLIPS
        }
        for path in edits:
            self.tried[path] = self.tried.get(path, False) or found[path] is None
        told = [f"{'=' * 70}\n{trouble}\n" for trouble in found.values() if trouble]
        end = f"FAILED (errors={len(told)})" if told else "OK"
        return Run(
            command, int(bool(told)), "".join(told) + f"{'-' * 70}\nRan 3 tests in 0.001s\n\n{end}\n", 0.1
        )


# --- steps ------------------------------------------------------------------------------------------


class Fault(StrEnum):
    """What goes wrong at one effect of a leg."""

    KILLED = "killed after it"
    FAILED = "it fails"
    LOST = "it happens, and the answer is lost"


@dataclass(frozen=True)
class Trouble:
    """What happens at the n-th effect of a leg, counted from 1; later than its last: nothing."""

    at: int
    fault: Fault | None = None
    inside: Heal | None = None
    """Another leg, which runs before this effect."""


@dataclass(frozen=True)
class Heal:
    """A leg."""

    trouble: Trouble | None = None
    answer: str | None = None
    """What a model answers: right or wrong; None: no key is there."""
    mood: Mood = Mood.STEADY
    again: bool = False
    """Under the id of the run before, as somebody runs a job anew."""


@dataclass(frozen=True)
class Wait:
    """Time goes by."""

    hours: int


class Deed(StrEnum):
    """What people do, about one of the two slips."""

    MERGE = "merge"
    CLOSE = "close"
    EDIT = "push to the branch"
    REVERT = "revert the merge"
    BREAK = "bring the error back"
    MEND = "mend it by hand"
    MOVE = "change something else"
    REPORT = "report"
    OPT_OUT = "label the reports do-not-fix"
    REWORD = "edit the reports"
    SOLVED = "close the reports"
    TEACH = "learn what heals it"
    MISLEAD = "learn what does not heal it"
    FORGET = "delete the ledger"


@dataclass(frozen=True)
class Act:
    """A deed about a slip."""

    deed: Deed
    slip: int = 0


Step = Heal | Wait | Act


class Killed(BaseException):
    """The leg is gone."""


@dataclass
class Ride:
    """One leg's way, effect by effect."""

    story: Story
    asked: Heal
    run: str
    sandbox: ScriptedTests | None = None
    effects: int = 0
    hurt: bool = False
    report: LegReport | None = None

    def effect(self, name: str, carry_out: Callable[[], Any]) -> Any:  # noqa: ANN401 - whatever the port answers
        self.effects += 1
        trouble = self.asked.trouble
        if trouble is None or trouble.at != self.effects:
            return carry_out()
        if trouble.inside:
            self.story.run_leg(trouble.inside)
        self.hurt = self.hurt or trouble.fault is not None
        if trouble.fault is Fault.FAILED:
            raise _refusal(name, happened=False)
        done = carry_out()
        if trouble.fault is Fault.KILLED:
            raise Killed
        if trouble.fault is Fault.LOST:
            raise _refusal(name, happened=True)
        return done


def _refusal(name: str, *, happened: bool) -> HomeostatError:
    if name == "ask":
        return CutOffError("it broke off") if happened else OutageError("nobody is there")
    return (LedgerError if name == "write" else ForgeError)(f"{name} got no answer")


class Watched:
    """A port whose effects a ride meets one by one."""

    def __init__(self, port: Any, ride: Ride) -> None:  # noqa: ANN401 - any port
        self._port, self._ride = port, ride

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 - whatever the port has
        found = getattr(self._port, name)
        if name not in EFFECTS_HERE:
            return found
        return lambda *args, **kwargs: self._ride.effect(name, lambda: found(*args, **kwargs))


def watched(port: Port, ride: Ride) -> Port:
    """The same port, watched."""
    return cast("Port", Watched(port, ride))


def _silent(*_: object, **__: object) -> None:
    """Nobody listens."""


@dataclass
class ScriptedModel:
    """The port Model: it answers each slip rightly or wrongly, and writes down what it is owed."""

    endpoint: Endpoint
    ride: Ride

    def ask(self, prompt: Prompt, heard: Callable[[int], object]) -> Reply:  # noqa: ARG002 - the port's
        told = "\n".join(message.text for message in prompt.messages)
        key = re.findall(r"KeyError: '(\w+)'", told)[0]
        slip = next(one for one in SLIPS if one.key == key)
        line = slip.right if self.ride.asked.answer == "right" else slip.wrong
        self.ride.story.owed.append((self.ride.run, cost(USAGE, self.endpoint.price)))
        return Reply(edits((slip.path, f"    {slip.broken}", f"    {line}")), USAGE)


# --- the story --------------------------------------------------------------------------------------


@dataclass
class Story:
    """A repository, and what is known of it from outside of the ledger."""

    ground: Ground
    now: datetime = NOW
    number: Any = field(default_factory=lambda: count(1))
    owed: list[tuple[str, Decimal]] = field(default_factory=list)
    """What models are owed, by run, since the ledger was begun."""
    calm: set[str] = field(default_factory=set)
    """Runs in which nothing went wrong."""
    refused: set[str] = field(default_factory=set)
    """Paths of the slips whose fix a person does not want."""
    touched: set[str] = field(default_factory=set)
    """Our branches that a person pushed to."""
    said: Counter[str] = field(default_factory=Counter)
    """By path: legs that ended and in which the tests rejected all fixes, since the ledger was begun."""
    begun: Counter[str] = field(default_factory=Counter)
    """By path: legs in which the tests had a say and none was proven."""
    failed_at: dict[str, datetime] = field(default_factory=dict)
    """By path: when such a leg ended last, since the ledger was begun."""
    run: str = ""

    # --- to look -------------------------------------------------------------------------------

    @property
    def pulls(self) -> list[PullRequest]:
        return [
            p for p in self.ground.forge("ann", self.now).pull_requests() if p.branch.startswith("homeostat/")
        ]

    def pulls_of(self, slip: Slip) -> list[PullRequest]:
        return [pull for pull in self.pulls if f" in {slip.function}" in pull.title]

    def text(self, slip: Slip) -> str:
        return self.ground.text(slip.path)

    @property
    def attempts(self) -> Attempts:
        text = self.ground.kept(f"attempts/{SLUG}.json")
        return parse_attempts(text, "attempts") if text else Attempts()

    def incidents(self, slip: Slip) -> list[Incident]:
        return [i for i in self.attempts.incidents.values() if i.template == f"'{slip.key}'"]

    @property
    def charges(self) -> tuple[Charge, ...]:
        path = costs_path(self.now)
        return parse_costs(self.ground.kept(path) or b'{"version":1,"charges":[]}', path)[0]

    # --- to play -------------------------------------------------------------------------------

    def play(self, steps: list[Step]) -> None:
        """All steps, then calm legs until nothing is left to tell; what must hold is looked at after each."""
        for step in steps:
            match step:
                case Heal():
                    self.run_leg(step)
                case Wait():
                    self.now += timedelta(hours=step.hours)
                case Act():
                    with contextlib.suppress(ForgeError):  # a merge that conflicts is not made
                        self.act(step.deed, SLIPS[step.slip])
            self.check()
        self.now += LEASE_OVER
        self._settle()
        for slip in SLIPS:  # whatever may be proposed is proposed now
            self.act(Deed.TEACH, slip)
        self.act(Deed.MOVE, SLIPS[0])
        self.now += COOL
        self._settle()

    def _settle(self) -> None:
        """Calm legs come to rest, and nothing is left lying about."""
        while Result.WITHDRAWN in self._calm_leg():  # what that teaches is learned by the next one
            pass
        for slip in SLIPS:
            self._check_end(slip)
        before = self.ground.state()
        self._calm_leg()
        assert self.ground.state() == before, "a calm leg after a calm leg changed something"

    def _calm_leg(self) -> set[Result]:
        told = self.run_leg(Heal())
        self.check()
        return {outcome.result for outcome in told.outcomes} if told else set()

    # --- legs ----------------------------------------------------------------------------------

    def run_leg(self, asked: Heal) -> LegReport | None:
        """A leg, from its first effect to its last; None when it did not come that far."""
        if not (asked.again and self.run):
            self.run = f"run-{next(self.number)}"
        ride = Ride(self, asked, self.run)
        wants = {slip.path: not slip.trouble(self.text(slip)) for slip in SLIPS}
        opened_before = {pull.number for pull in self.pulls}
        with contextlib.suppress(Killed):
            try:
                self._ridden(ride)
            except HomeostatError:
                assert ride.hurt, "a leg ended with an error of its own"
        self._noted(ride)
        self._judged(opened_before, wants)
        return ride.report

    def _ridden(self, ride: Ride) -> None:
        tiers = (Tier.PATTERNS, Tier.DEEPSEEK)
        rungs = config.ladder(KEYS if ride.asked.answer else PRODUCTION, tiers).rungs
        models = Models(
            rungs, lambda endpoint: watched(ScriptedModel(endpoint, ride), ride), lambda: "0" * 16
        )
        with self.ground.ports(self.now) as (ledger, workspace):
            ride.sandbox = ScriptedTests(workspace, ride.asked.mood)
            bench = Bench(
                workspace=watched(workspace, ride),
                sandbox=ride.sandbox,
                limits=limits_of(REPOSITORY, SETTINGS_OF_LEGS),
                setup_command=None,
                test_command=REPOSITORY.test_command,
                timeout=60,
                tell=_silent,
            )
            leg = Leg(
                repository=replace(REPOSITORY, tiers=tiers),
                settings=SETTINGS_OF_LEGS,
                forge=watched(self.ground.forge(BOT, self.now), ride),
                ledger=watched(ledger, ride),
                bench=bench,
                stamp=Stamp(ride.run, self.now, SLUG),
                dry_run=DryRun.OFF,
                tell=_silent,
                models=models,
            )
            ride.report = heal(leg)

    def _noted(self, ride: Ride) -> None:
        """What the leg did as far as it can be told without the ledger."""
        failed = {path for path, held in (ride.sandbox.tried if ride.sandbox else {}).items() if not held}
        for path in failed:
            self.begun[path] += 1
            before = self.failed_at.get(path)
            assert before is None or self.now - before >= timedelta(hours=24), (
                f"{path} was tried while it cools down"
            )
        if ride.report is None:
            self.calm.discard(ride.run)
            return
        wrong = [o for o in ride.report.outcomes if o.result is Result.ERROR]
        assert ride.hurt or not wrong, f"an error in an undisturbed leg: {wrong}"
        (self.calm.discard if ride.hurt or ride.asked.again else self.calm.add)(ride.run)
        for slip in SLIPS:
            told = [o for o in ride.report.outcomes if o.title == f"KeyError: '{slip.key}'"]
            if slip.path in failed and {o.result for o in told} & {Result.UNHEALED, Result.GIVEN_UP}:
                self.said[slip.path] += 1
                self.failed_at[slip.path] = self.now

    def _judged(self, before: set[int], mended: Mapping[str, bool]) -> None:
        """Whether the leg was right to open what it opened."""
        for slip in SLIPS:
            fresh = [pull for pull in self.pulls_of(slip) if pull.number not in before]
            assert not (fresh and slip.path in self.refused), f"{slip.path} was proposed again after a no"
            assert not (fresh and mended[slip.path]), f"{slip.path} was proposed after it was mended"

    # --- people --------------------------------------------------------------------------------

    def act(self, deed: Deed, slip: Slip) -> None:
        """What a person does, where it can be done."""
        ann = self.ground.forge("ann", self.now)
        mine = self.pulls_of(slip)
        standing = next((pull for pull in mine if pull.state is PullState.OPEN), None)
        merged = next((pull for pull in reversed(mine) if pull.state is PullState.MERGED), None)
        match deed:
            case Deed.MERGE if standing:
                ann.merge_pull_request(standing.number, by="ann")
            case Deed.CLOSE if standing:
                ann.close_pull_request(standing.number, by="ann")
                self.refused.add(slip.path)
            case Deed.EDIT if standing:
                self.touched.add(standing.branch)
                self.ground.push(standing.branch, {"src/more.py": f"x = {next(self.number)}\n"}, "My way")
            case Deed.REVERT if merged and not slip.trouble(self.text(slip)):
                self.ground.push(
                    "main", {slip.path: slip.text}, f"Revert\n\nThis reverts commit {merged.merge_sha}.\n"
                )
                self.refused.add(slip.path)
            case Deed.BREAK:
                self.ground.push("main", {slip.path: slip.text}, "Write it anew")
            case Deed.MEND:
                self.ground.push("main", {slip.path: slip.with_line(slip.by_hand)}, "Mend it by hand")
            case Deed.MOVE:
                self.ground.push("main", {"src/other.py": f"x = {next(self.number)}\n"}, "Something else")
            case Deed.TEACH | Deed.MISLEAD:
                self._teach(slip.patterns[deed is Deed.MISLEAD])
            case Deed.FORGET:
                self._forget()
            case _:
                self._report(deed, slip)

    def _report(self, deed: Deed, slip: Slip) -> None:
        ann = self.ground.forge("ann", self.now)
        title = f"[shop] KeyError: '{slip.key}'"
        if deed is Deed.REPORT:
            body = report(slip.path, slip.line, slip.function, f"'{slip.key}'")
            ann.file_issue(title, body, labels=["robot", "source:vps"])
        for issue in [issue for issue in ann.open_issues(["robot"]) if issue.title.startswith(title)]:
            match deed:
                case Deed.OPT_OUT:
                    ann.add_labels(issue.number, ["do-not-fix"])
                case Deed.REWORD:
                    ann.edit_issue(issue.number, title=f"{title} ({next(self.number)})")
                case Deed.SOLVED:
                    ann.close_issue(issue.number)

    def _teach(self, one: Pattern) -> None:
        def change(books: Books) -> Books:
            return replace(books, library=added(books.library, one, at=NOW))

        with self.ground.ports(self.now) as (ledger, _):
            ledger.write(change, Plain("Teach"))

    def _forget(self) -> None:
        """The ledger is gone, with all that no comment tells."""
        self.ground.forget()
        for known in (self.owed, self.calm, self.said, self.failed_at):
            known.clear()

    # --- what must hold ------------------------------------------------------------------------

    def check(self) -> None:
        for slip in SLIPS:
            standing = [pull.number for pull in self.pulls_of(slip) if pull.state is PullState.OPEN]
            assert len(standing) <= 1, f"{slip.path} has two open pull requests: {standing}"
            self._check_attempts(slip)
        self._check_costs()

    def _check_attempts(self, slip: Slip) -> None:
        known = self.incidents(slip)
        assert len(known) <= 1, f"{slip.path} has two incidents: {known}"
        attempts = known[0].attempts if known else 0
        assert self.said[slip.path] <= attempts <= self.begun[slip.path], f"{slip.path}: attempts {attempts}"
        assert attempts <= MAX_ATTEMPTS

    def _check_end(self, slip: Slip) -> None:
        """The ledger and the forge agree once calm legs have looked."""
        standing = [pull.number for pull in self.pulls_of(slip) if pull.state is PullState.OPEN]
        for known in self.incidents(slip):
            assert known.status is not Status.DELIVERED or [known.pull] == standing, known
            stuck = known.status is Status.CLAIMED and slip.trouble(self.ground.text(slip.path))
            assert not stuck or self.touched, f"a claim is left: {known}"

    def _check_costs(self) -> None:
        charges = self.charges
        assert len({charge.id for charge in charges}) == len(charges)
        for run in {run for run, _ in self.owed} | {charge.run for charge in charges}:
            booked = sorted((charge.amount for charge in charges if charge.run == run), reverse=True)
            owed = sorted((amount for one, amount in self.owed if one == run), reverse=True)
            assert len(booked) >= len(owed), f"{run}: a call is not booked"
            assert all(map(ge, booked, owed)), f"{run}: {booked} are booked, {owed} are owed"
            if run in self.calm:
                assert booked == owed, f"{run}: a cost is booked twice, or too high"
