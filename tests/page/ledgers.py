"""Ledgers as months of runs leave them: each is made of the same seed, by the codec that legs use."""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

from homeostat import books as codec
from homeostat.outbound import one_line
from homeostat.records import (
    Attempts,
    Charge,
    Ending,
    Hunk,
    Incident,
    Library,
    Pattern,
    Provenance,
    Result,
    Rule,
    Status,
    Use,
)
from tests.edges.test_git_workspace import git

NOW = datetime(2026, 6, 30, 12, tzinfo=UTC)
TEAM = ("acme/orders", "acme/shop-frontend", "acme/till", "acme/convert-my-file", "acme/palette-kit")
ERRORS = (
    ("TypeError", "Cannot read properties of undefined (reading <value>)", "javascript", "src/cart/total.js"),
    ("KeyError", "<value>", "python", "src/orders/prices.py"),
    ("AttributeError", "'NoneType' object has no attribute <value>", "python", "src/orders/mail.py"),
    ("ReferenceError", "<value> is not defined", "javascript", "src/palette/mix.js"),
    ("ZeroDivisionError", "division by zero", "python", "src/till/change.py"),
)
CHANGES = (
    ("const total = cart.items.length;", "const total = cart?.items?.length ?? 0;"),
    ("price = prices[sku]", "price = prices.get(sku, 0)"),
    ("return user.email.lower()", "return user.email.lower() if user else None"),
    ("mix(colour)", "mix(color)"),
    ("share = paid / count", "share = paid / count if count else 0"),
)
REASONS = {
    Result.UNHEALED: "no learned fix matches this error in {} files",
    Result.FLAKY: "the tests fail at times: {} of 3 runs passed",
    Result.BROKEN: "the setup command ended with exit code {}",
    Result.OUTAGE: "gpt-5-mini did not answer within {} s",
    Result.NOT_PERMITTED: "the token may not open pull requests (status {})",
}


def patterns() -> tuple[Pattern, ...]:
    return tuple(
        Pattern(
            f"p-{number:012x}",
            f"hs1-{number:04x}",
            language,
            error,
            path,
            Rule("hunks", (Hunk((before,), (after,), (), ()),)),
            Provenance("acme/orders", number, "c" * 40, "person", NOW - timedelta(days=190)),
            uses=8 - number,
            success_rate=0.98 - number / 25,
        )
        for number, ((error, _, language, path), (before, after)) in enumerate(
            zip(ERRORS, CHANGES, strict=True), start=1
        )
    )


@dataclass
class Story:
    """Months of runs, told failure by failure."""

    dice: random.Random
    incidents: dict[str, dict[str, Incident]] = field(default_factory=lambda: defaultdict(dict))
    uses: list[Use] = field(default_factory=list)
    charges: list[Charge] = field(default_factory=list)
    lines: list[dict[str, Any]] = field(default_factory=list)

    def failure(self, number: int, slug: str, seen: datetime) -> None:
        """One failure: unhealed for a while, healed by a pattern or a model, or given up."""
        key = f"hs1-{number:06x}"
        kind = self.dice.randrange(len(ERRORS))
        error, template, language, _ = ERRORS[kind]
        known = Incident(
            (key,), language, one_line(error), one_line(template), Status.UNHEALED, 0, seen, seen,
            one_line("no learned fix matches"),
        )  # fmt: skip
        fate = self.dice.random()
        if fate < 0.55:
            self._healed(known, slug, kind, pull=number + 1)
        elif fate < 0.75:
            result = self.dice.choice([*REASONS])
            reason = REASONS[result].format(self.dice.randrange(1, 9))
            self._line(slug, known, seen + timedelta(hours=3), (result, reason))
            self._kept(slug, known, Status.UNHEALED, reason, seen + timedelta(hours=3))
        else:
            self._tried_in_vain(known, slug)

    def _healed(self, known: Incident, slug: str, kind: int, *, pull: int) -> None:
        at = known.first_seen + timedelta(hours=self.dice.uniform(0.3, 9))
        free = self.dice.random() < 0.7
        name = f"p-{kind + 1:012x}" if free else self.dice.choice(["model:deepseek-chat", "model:gpt-5-mini"])
        if not free:
            self._pay(slug, known, at, name)
        odds = [Ending.MERGED] * 7 + [Ending.EDITED, Ending.CLOSED, Ending.RECURRED]
        at = min(at, NOW)
        late = at > NOW - timedelta(days=4)
        ending = Ending.OPEN if late else self.dice.choice(odds)
        ended = None if late else at + timedelta(hours=self.dice.uniform(1, 60))
        use = Use(name, slug, known.ids[0], at, ending, pull, "" if late else f"{pull:040x}", ended=ended)
        self.uses.append(use)
        self._line(slug, known, at, (Result.CREATED, f"pull request #{pull} is open"), pull, name)
        status = Status.DELIVERED if late else Status.DECLINED if ending is Ending.CLOSED else Status.MERGED
        became = "was closed unmerged by a person" if ending is Ending.CLOSED else "was merged"
        reason = f"pull request #{pull} {'is open' if late else became}"
        self._kept(slug, known, status, reason, ended or at, pull=pull, pattern=name)

    def _tried_in_vain(self, known: Incident, slug: str) -> None:
        tries = self.dice.randrange(1, 4)
        at = known.first_seen
        reason = "2 candidates were tried; the failing test still fails"
        for number in range(tries):
            at = min(NOW, at + timedelta(hours=24 * 2**number))
            self._pay(slug, known, at, "model:gpt-5")
            result = Result.GIVEN_UP if number == 2 else Result.UNHEALED
            self._line(slug, known, at, (result, reason))
        status = Status.GIVEN_UP if tries == 3 else Status.COOLING
        self._kept(slug, known, status, reason, at, attempts=tries)

    def _pay(self, slug: str, known: Incident, at: datetime, model: str) -> None:
        amount = Decimal(self.dice.randrange(4, 90)) / 1000
        name = model.removeprefix("model:")
        self.charges.append(
            Charge(
                f"c{len(self.charges)}", at, _run(at), slug, known.ids[0], name, amount, 4_000, settled=True
            )
        )

    def _line(
        self,
        slug: str,
        known: Incident,
        at: datetime,
        said: tuple[Result, str],
        pull: int | None = None,
        pattern: str | None = None,
    ) -> None:
        self.lines.append(
            {
                "at": at, "run": _run(at), "repository": slug, "fingerprint": known.ids[0], "frames": [],
                "candidates": [], "status": known.status, "reason": said[1], "pull": pull, "pattern": pattern,
                "result": said[0], "reported": known.first_seen if self.dice.random() < 0.8 else None,
            }
        )  # fmt: skip

    def _kept(
        self,
        slug: str,
        known: Incident,
        status: Status,
        reason: str,
        at: datetime,
        **more: Any,  # noqa: ANN401
    ) -> None:
        wait = at + timedelta(hours=24) if status in {Status.COOLING, Status.UNHEALED} else None
        self.incidents[slug][known.ids[0]] = replace(
            known, status=status, reason=one_line(reason), last_tried=at, next_try=wait, **more
        )


def _run(at: datetime) -> str:
    return f"{at:%y%m%d%H%M%S}"


def told(failures: int, days: int = 180, seed: int = 7) -> Mapping[str, bytes]:
    """The files of a ledger after so many failures, by path."""
    dice = random.Random(seed)  # noqa: S311 - a story, no secret
    story = Story(dice)
    for number in range(failures):
        share = number / failures
        seen = NOW - timedelta(days=days * (1 - share**0.8)) - timedelta(hours=dice.uniform(0, 20))
        story.failure(number, dice.choice(TEAM), seen)
    return rendered(story)


def rendered(story: Story) -> Mapping[str, bytes]:
    library = Library(patterns(), NOW, uses=tuple(story.uses))
    files = {codec.LIBRARY_PATH: codec.render_library(library)}
    for slug, incidents in story.incidents.items():
        files[codec.attempts_path(slug)] = codec.render_attempts(Attempts(incidents))
    months = defaultdict[str, list[Charge]](list)
    for charge in story.charges:
        months[codec.costs_path(charge.at)].append(charge)
    files |= {path: codec.render_costs(tuple(charges)) for path, charges in months.items()}
    for line in sorted(story.lines, key=lambda one: one["at"]):
        path = codec.log_path(line["at"])
        files[path] = files.get(path, b"") + codec.render_entry(line)
    return files


def committed(folder: Path, files: Mapping[str, bytes]) -> Path:
    """A repository whose state branch holds these files."""
    folder.mkdir(parents=True)
    git(folder, "init", "--quiet", "-b", codec.BRANCH)
    for path, text in files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(text)
    git(folder, "add", "--all")
    git(folder, "commit", "--quiet", "--allow-empty", "-m", "Ledger")
    return folder


HOSTILE = (
    '</title></style></pre><script>alert(1)</script><img src="https://evil.example/x" onerror="alert(2)">'
    "\u202e{{ 7*7 }}"
)


def hostile() -> Mapping[str, bytes]:
    """A ledger in which every text is an attack, some lines are broken, and one file is no JSON."""
    text = one_line("plain")
    bad: Any = type(text)(HOSTILE)
    seen = NOW - timedelta(days=3)
    incident = Incident(
        ("hs1-a",), "python", bad, bad, Status.GIVEN_UP, 3, seen, seen, bad, pull=7, pattern=HOSTILE
    )
    use = Use(HOSTILE, HOSTILE, "hs1-a", seen, Ending.MERGED, 7, "c" * 40, ended=NOW)
    slug = "acme/javascript:alert(3)"
    pattern = replace(patterns()[0], error_type=HOSTILE, path="a/b", retired=HOSTILE)
    hunk = Hunk((HOSTILE,), (HOSTILE,), (), ())
    library = Library(
        (replace(pattern, rule=Rule("hunks", (hunk,))),), NOW, uses=(use, replace(use, repository=slug))
    )
    line = {
        "at": NOW, "run": HOSTILE, "repository": slug, "fingerprint": "hs1-a", "status": HOSTILE,
        "reason": HOSTILE, "pull": 7, "pattern": HOSTILE, "result": HOSTILE, "reported": None,
    }  # fmt: skip
    old = (
        b'{"at": "2026-06-01T00:00:00Z", "run": "1", "repository": "a/b", '
        b'"fingerprint": "x", "status": "merged"}\n'
    )
    broken = b'{"at": "never"}\n{"at": NaN\n\xff\xfe\n[]\n' + b"[" * 100_000 + b"\n"
    return {
        codec.attempts_path(slug): codec.render_attempts(Attempts({"hs1-a": incident})),
        codec.LIBRARY_PATH: codec.render_library(library),
        "runs/2026-06.jsonl": codec.render_entry(line) + broken + old,
        "costs/2026-06.json": b"<script>",
    }
