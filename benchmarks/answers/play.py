"""Heals one program by its script: a server that plays the models, the loop itself, and the hidden tests."""

from __future__ import annotations

import re
import shutil
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from decimal import Decimal
from fractions import Fraction
from importlib.resources import files
from pathlib import Path
from typing import Any

import yaml

from benchmarks.answers.scripts import Program, Role, Turn
from benchmarks.crashes.check import HERE, started, tested
from homeostat.assembly import Checkout, checkout_bench, models_of
from homeostat.config import Tier, ladder, settings
from homeostat.edges.llm import Reel
from homeostat.incidents import Stamp
from homeostat.leg import Models
from homeostat.money import Bounds, spent
from homeostat.pipeline import Fixed, Means, fix
from homeostat.ports import Sandbox
from homeostat.purse import Purse
from homeostat.records import Books, Library, Run
from tests.model_server import Json, model_server
from tests.model_server import Turn as Said

KEYS = ("DEEPSEEK_API_KEY", "OPENAI_API_KEY")
TEST = re.compile(r"^(?:test\(|    def test_)", re.MULTILINE)
ADDRESSES = ("DEEPSEEK_BASE_URL", "OPENAI_BASE_URL")
PRICES: Mapping[str, Any] = yaml.safe_load((files("homeostat") / "models.yml").read_text("utf-8"))


@dataclass(frozen=True)
class Healing:
    """What became of one program."""

    program: Program
    fixed: Fixed
    runs: int
    """Runs of the tests."""
    right: bool | None
    """What the hidden tests say of the fix; None where there is none."""
    faults: tuple[str, ...] = ()
    """Where its calls are not those of its script, or do not cost what its tokens cost."""

    @property
    def cost(self) -> Decimal:
        """US dollars."""
        return spent(self.fixed.calls)

    @property
    def tries(self) -> int:
        """Answers of writers."""
        return sum(call.task == Role.WRITER for call in self.fixed.calls)


@dataclass
class Counted:
    """The port Sandbox that counts its runs."""

    inner: Sandbox
    runs: int = 0

    def prepare(self, setup_command: str | None, *, timeout: float) -> Run | None:
        return self.inner.prepare(setup_command, timeout=timeout)

    def run(self, command: str, edits: Mapping[str, str], *, timeout: float) -> Run:
        self.runs += 1
        return self.inner.run(command, edits, timeout=timeout)


def asked_of(turn: Turn) -> str:
    """The model that models.yml has for a turn."""
    word = "writer" if turn.role is Role.WRITER else "reviewer"
    found: str = PRICES["tiers"][turn.tier][word]
    return found


@dataclass
class Stage:
    """Plays the turns of a script, each to the model and for the task that it is written for."""

    turns: Sequence[Turn]
    played: int = 0
    surprises: list[str] = field(default_factory=list)

    def __call__(self, body: Json) -> Said:
        form = body.get("response_format", {}).get("json_schema", {}).get("name")
        reviews = form == "review" or '"verdict"' in body["messages"][0]["content"]
        role = Role.REVIEWER if reviews else Role.WRITER
        turn = self.turns[self.played] if self.played < len(self.turns) else None
        if turn is None or (asked_of(turn), turn.role) != (body["model"], role):
            self.surprises.append(f"{body['model']} is asked to {role} in turn {self.played + 1}")
            return Said(status=400)
        self.played += 1
        usage = _usage(turn)
        if turn.ends == "content_filter":
            return Said("", usage, finish="stop", refusal=turn.says)
        return Said(turn.says, usage, finish=turn.ends)


def _usage(turn: Turn) -> Json:
    """As the turn's provider tells of it."""
    tokens = turn.tokens
    told: Json = {"prompt_tokens": tokens.prompt, "completion_tokens": tokens.completion}
    if PRICES["models"][asked_of(turn)]["provider"] == "deepseek":
        return told | {"prompt_cache_hit_tokens": tokens.cached}
    return told | {"prompt_tokens_details": {"cached_tokens": tokens.cached}}


def bill(turns: Sequence[Turn]) -> Fraction:
    """What turns cost by their tokens and by models.yml, in US dollars: not by the purse's sum."""
    total = Fraction(0)
    for turn in turns:
        price = {name: Fraction(text) for name, text in PRICES["models"][asked_of(turn)]["price"].items()}
        tokens = turn.tokens
        total += (tokens.prompt - tokens.cached) * price["input"]
        total += tokens.cached * price["cached_input"] + tokens.completion * price["output"]
    return total / 1_000_000


@contextmanager
def laid_out(program: Program) -> Iterator[Path]:
    """The program with its visible tests, in a folder of its own."""
    module, visible, *_ = program.language.files(program.name)
    with tempfile.TemporaryDirectory(prefix="crash-") as made:
        folder = Path(made).resolve()
        for file in (module, visible):
            shutil.copy(HERE / program.language.name / file, folder)
        for path, text in program.script.beside.items():
            (folder / path).write_text(text, encoding="utf-8")
        yield folder


def right(program: Program, folder: Path) -> bool:
    """Whether the hidden tests pass in a folder, each of them."""
    _, _, hidden, _ = program.language.files(program.name)
    text = Path(shutil.copy(HERE / program.language.name / hidden, folder)).read_text(encoding="utf-8")
    said = tested(program.language, hidden, folder)
    return said.green and said.passed >= len(TEST.findall(text))


def healed(program: Program, models: Models) -> Healing:
    """Heal one program with these models and nothing else, and ask the hidden tests."""
    _, visible, *_ = program.language.files(program.name)
    with laid_out(program) as folder:
        for words in (("init", "-q"), ("add", "."), ("commit", "-q", "-m", "Start")):
            started(("git", "-c", "user.name=a", "-c", "user.email=a@b", *words), folder)
        fixed, runs = _fixed(folder, " ".join((*program.language.command, visible)), models)
        if fixed.proof is None:
            return Healing(program, fixed, runs, None)
        for path, text in fixed.trials[-1].candidate.edits.items():
            (folder / path).write_text(text, encoding="utf-8")
        return Healing(program, fixed, runs, right(program, folder))


def _fixed(folder: Path, command: str, models: Models) -> tuple[Fixed, int]:
    now = datetime.now(UTC)
    checkout = Checkout(folder, command, None, 60.0)
    with checkout_bench(checkout, settings({}), now=now, tell=lambda *_, **__: None) as (bench, _):
        sandbox = Counted(bench.sandbox)
        means = Means(Library(), 0.8, search=False, models=models, purse=_purse(now))
        found = fix(replace(bench, sandbox=sandbox), None, means)
    if len(found) != 1:
        raise LookupError(f"{folder} shows {len(found)} failures: a script tells of one")
    return found[0], sandbox.runs


def _purse(now: datetime) -> Callable[..., Purse]:
    most = settings({}).max_run_cost
    bounds, stamp = Bounds(most, None, most), Stamp("answers", now, "program")
    return lambda case: Purse(
        Books(), lambda books, change, _: change(books), bounds, stamp, case.fingerprint.exact
    )


def scripted(program: Program, reel: Reel | None = None) -> Healing:
    """Heal one program by its script."""
    stage = Stage(program.script.turns)
    with model_server(stage) as server:
        environ = dict.fromkeys(KEYS, "scripted") | dict.fromkeys(ADDRESSES, server.url)
        found = checked(healed(program, models_of(ladder(environ, tuple(Tier)), reel)))
    return replace(found, faults=(*found.faults, *stage.surprises))


def checked(found: Healing) -> Healing:
    """The healing, with what is wrong in its calls or in what they cost, to the last digit."""
    turns, calls = found.program.script.turns, found.fixed.calls
    faults = []
    if [(turn.tier, turn.role) for turn in turns] != [(call.tier, call.task) for call in calls]:
        faults.append(f"{len(calls)} calls are not those of the {len(turns)} turns: {found.fixed.reason}")
    if Fraction(found.cost) != bill(turns[: len(calls)]):
        faults.append(f"the purse says ${found.cost}, the tokens ${float(bill(turns[: len(calls)]))}")
    return replace(found, faults=tuple(faults))
