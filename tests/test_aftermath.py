"""What people do about a delivered fix: its rule learns from it, and goes no further than it may."""

from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path

import pytest

from homeostat.aftermath import study
from homeostat.config import ApplyMode
from homeostat.deliver import opinion_of
from homeostat.edges.git import GitWorkspace
from homeostat.patterns import pieces, taught
from homeostat.pipeline import attempt
from homeostat.records import (
    Books,
    Ending,
    Fix,
    Incident,
    Markdown,
    Opinion,
    Outcome,
    Plain,
    Precedent,
    Record,
    Result,
    Status,
    Use,
)
from tests.world import GREEN, NOW, World

pytestmark = pytest.mark.slow

SHADE = "def shade(colours):\n    return colours['dark'] + 1\n"
ORIGIN = Precedent("acme/shop", "#7")
LESSON = Fix("a", "python", "a.py", SHADE, SHADE.replace("['dark']", ".get('dark', 0)"), ORIGIN, "KeyError")
RATES = "def rate(table, land):\n    percent = table[land]\n    return percent / 100\n"
MENDED = RATES.replace("table[land]", "table.get(land, 0)")
CASE = (
    "import unittest\n\nfrom src.rates import rate\n\n\nclass T(unittest.TestCase):\n"
    "    def test_unknown(self):\n        self.assertEqual(rate({}, 'de'), 0)\n"
)
FILES = {**GREEN, "src/rates.py": RATES, "tests/test_rates.py": CASE}


def till(root: Path, name: str = "till") -> World:
    """A repository whose ledger, kept in another one, knows a rule from a third."""
    state = World.build(root, GREEN, slug="acme/hub") if not (root / "acme/hub.git").exists() else None
    world = World.build(root, FILES, slug=f"acme/{name}", state_slug="acme/hub")
    if state:

        def known(books: Books) -> Books:
            rules, _ = taught({}, pieces(LESSON))
            return replace(books, library=replace(books.library, rules=rules))

        world.ledger(root / "teacher").write(known, "Know a rule")
    return world


@dataclass
class Story:
    """What happens to one repository, run after run."""

    world: World
    home: Path
    runs: int = 0

    def run(self, **arguments: object) -> Outcome | None:
        self.runs += 1
        now = NOW + timedelta(days=self.runs)
        outcomes = self.world.heal(run=f"run-{self.runs}", now=now, **arguments).outcomes
        return outcomes[0] if outcomes else None

    def books(self) -> Books:
        return self.world.books(self.home / "books")

    @property
    def use(self) -> Use:
        return self.books().library.uses[-1]

    @property
    def record(self) -> Record:
        return self.books().library.records.get(self.use.pattern, Record())

    @property
    def incident(self) -> Incident:
        (incident,) = self.books().attempts.incidents.values()
        return incident

    def tick(self, name: str) -> None:
        """A reviewer ticks a box of the newest pull request."""
        ann = self.world.forge(actor="ann")
        pull = ann.pull_requests()[-1]
        box = f"- [ ] <!-- homeostat:{name} -->"
        assert box in pull.body
        body = Markdown(pull.body.replace(box, box.replace("[ ]", "[x]")))
        ann.update_pull_request(pull.number, title=Plain(pull.title), body=body)

    def merge(self) -> str:
        """A person merges the newest pull request; returns the merge."""
        ann = self.world.forge(actor="ann", now=NOW + timedelta(days=self.runs))
        pull = ann.pull_requests()[-1]
        ann.merge_pull_request(pull.number, by="ann")
        return self.world.git("rev-parse", "main").strip()


@pytest.fixture
def story(tmp_path: Path) -> Story:
    """The rule's fix stands in a pull request."""
    told = Story(till(tmp_path / "forge"), tmp_path)
    outcome = told.run()
    assert outcome
    assert outcome.result is Result.CREATED
    return told


def test_a_delivery_is_a_use_of_its_rule(story: Story) -> None:
    use = story.use
    assert (use.ending, use.repository, use.pull, use.precedent) == (Ending.OPEN, "acme/till", 1, ORIGIN)
    assert use.pattern.startswith("r-")


def test_a_merge_ends_the_use_and_counts_for_the_rule(story: Story) -> None:
    sha = story.merge()
    story.run()
    assert (story.use.ending, story.use.commit) == (Ending.MERGED, sha)
    assert story.record == Record(1, 1.0)


class Unreadable(GitWorkspace):
    """A clone in which no commit can be read."""

    def pairs(self, commit: str) -> list[tuple[str, str, str]]:
        raise RecursionError(commit)


def test_a_merge_whose_change_cannot_be_studied_ends_the_use_all_the_same(story: Story) -> None:
    story.merge()
    blind = Unreadable.clone(story.home / "clone", remote=str(story.world.bare), branch="main")
    with story.world.leg() as leg:
        books, pulls = leg.ledger.read(), leg.forge.pull_requests()
        study(replace(leg, bench=replace(leg.bench, workspace=blind)), books, pulls)
    assert (story.use.ending, story.incident.status) == (Ending.MERGED, Status.MERGED)
    assert story.books().attempts.settled == {"1": "it could not be studied; the log says why"}


def test_a_merge_into_another_branch_ends_the_use_and_teaches_nothing(story: Story) -> None:
    story.merge()
    before = story.books().library.rules
    with story.world.leg() as leg:
        pulls = [replace(pull, base="side") for pull in leg.forge.pull_requests()]
        study(leg, leg.ledger.read(), pulls)
    assert story.use.ending is Ending.MERGED
    assert story.books().attempts.settled == {"1": "it was merged into another branch"}
    assert (story.books().library.rules, story.books().library.patterns) == (before, ())


def test_a_merge_that_a_reviewer_had_to_change_counts_against_the_rule(story: Story) -> None:
    (pull,) = story.world.forge().pull_requests()
    ours = story.world.git("show", f"{pull.branch}:src/rates.py")
    changed = ours.replace("table.get(land, 0)", "table.get(land) or 0")
    assert changed != ours
    story.world.push(pull.branch, {"src/rates.py": changed + "\n"}, "My way")
    story.merge()
    story.run()
    assert story.use.ending is Ending.EDITED
    assert story.record == Record(1, 0.9)
    assert story.incident.status is Status.MERGED


def test_a_reviewers_test_on_the_branch_is_no_change_of_the_fix(story: Story) -> None:
    (pull,) = story.world.forge().pull_requests()
    story.world.push(pull.branch, {"tests/test_more.py": "import unittest\n"}, "A test")
    story.merge()
    story.run()
    assert story.use.ending is Ending.MERGED


def test_a_merge_that_was_ticked_as_wrong_counts_against_the_rule_and_teaches_nothing(story: Story) -> None:
    before = story.books().library.rules
    story.tick("wrong")
    story.merge()
    story.run()
    assert (story.use.ending, story.use.opinion) == (Ending.MERGED, Opinion.WRONG)
    assert story.record == Record(1, 0.9)
    library = story.books().library
    assert (library.rules, library.patterns) == (before, ())
    assert story.incident.status is Status.MERGED


def test_a_tick_outlives_a_renewed_proof_and_no_other_change(story: Story) -> None:
    story.tick("idea")
    story.world.push("main", {"README.md": "more\n"}, "Base moves")
    outcome = story.run()
    assert outcome
    assert outcome.result is Result.UPDATED
    (pull,) = story.world.forge().pull_requests()
    assert opinion_of(pull.body) is Opinion.IDEA
    story.world.push("main", {"src/rates.py": RATES.replace("percent", "share")}, "Another name")
    story.run()
    (pull,) = story.world.forge().pull_requests()
    assert opinion_of(pull.body) is None


@pytest.mark.parametrize(
    "words",
    [
        pytest.param('Revert "fix"\n\nThis reverts commit {sha}.\n', id="git revert"),
        pytest.param(
            'Revert "fix"\n\nThis reverts commit {sha}, reversing\nchanges made to abc.\n', id="a merge"
        ),
        pytest.param('Revert "fix" (#2)\n\nReverts acme/till#1\n', id="the button"),
    ],
)
def test_a_revert_quarantines_the_rule_and_is_a_no(story: Story, words: str) -> None:
    sha = story.merge()
    story.run()
    rule = story.use.pattern
    story.world.push("main", {"src/rates.py": RATES}, words.format(sha=sha))
    outcome = story.run()
    assert outcome
    assert outcome.result is Result.SKIPPED
    assert story.use.ending is Ending.REVERTED
    assert (story.books().library.records[rule].retired or "").startswith("quarantined: its fix was reverted")
    assert story.incident.status is Status.DECLINED


def test_a_fix_that_was_merged_and_reverted_between_two_runs_is_a_no_as_well(story: Story) -> None:
    sha = story.merge()
    rule = story.use.pattern
    story.world.push("main", {"src/rates.py": RATES}, f'Revert "fix"\n\nThis reverts commit {sha}.\n')
    outcome = story.run()
    assert outcome
    assert outcome.result is Result.SKIPPED
    assert (story.books().library.records[rule].retired or "").startswith("quarantined")


def test_a_revert_is_a_no_also_where_a_crash_took_what_was_delivered(story: Story) -> None:
    """A leg that dies between its pull request and its last write leaves a claim, and no pattern in it."""

    def forgotten(books: Books) -> Books:
        incidents = {
            exact: replace(one, status=Status.CLAIMED, pattern=None, pull=None)
            for exact, one in books.attempts.incidents.items()
        }
        library = replace(books.library, uses=())
        return replace(books, library=library, attempts=replace(books.attempts, incidents=incidents))

    story.world.ledger(story.home / "crash").write(forgotten, "Crash")
    sha = story.merge()
    story.run()
    story.world.push("main", {"src/rates.py": RATES}, f'Revert "fix"\n\nThis reverts commit {sha}.\n')
    outcome = story.run()
    assert outcome
    assert outcome.result is Result.SKIPPED
    assert story.incident.status is Status.DECLINED


def test_no_rule_rests_on_a_reverted_fix(story: Story) -> None:
    sha = story.merge()
    story.run()
    story.world.push("main", {"src/rates.py": RATES}, f'Revert "fix"\n\nThis reverts commit {sha}.\n')
    story.run()
    desk = Story(till(story.world.root, "desk"), story.home)
    outcome = desk.run()
    assert outcome
    assert outcome.result is Result.UNHEALED
    assert not desk.world.forge().pull_requests()


def test_a_message_that_only_looks_like_a_revert_is_none(story: Story) -> None:
    story.merge()
    story.run()
    story.world.push("main", {"src/other.py": "x = 1\n"}, "Other\n\nReverts acme/till#12\n")
    story.run()
    assert story.use.ending is Ending.MERGED


@pytest.mark.parametrize("words", ["This reverts commit {sha}.", "Reverts acme/till#1"])
def test_a_message_of_a_revert_on_something_else_is_none(story: Story, words: str) -> None:
    sha = story.merge()
    story.run()
    mended = story.world.git("show", "main:src/rates.py")
    typo = {"src/other.py": "# a typo mended\n", "src/rates.py": f"# Rates.\n{mended}\n"}
    story.world.push("main", typo, f"Mend a typo (#3)\n\n{words.format(sha=sha)}\n", author="eve")
    story.run()
    assert story.use.ending is Ending.MERGED
    assert story.incident.status is Status.MERGED


def test_a_revert_is_found_beneath_messages_that_only_say_so(story: Story) -> None:
    story.merge()
    story.run()
    said = "\n\nReverts acme/till#1\n"
    story.world.push("main", {"src/rates.py": RATES}, f'Revert "fix"{said}')
    story.world.push("main", {"src/other.py": "# a typo mended\n"}, f"Mend a typo{said}", author="eve")
    story.run()
    assert story.use.ending is Ending.REVERTED


def test_an_error_that_comes_back_lowers_the_rule(story: Story) -> None:
    story.merge()
    story.run()
    story.world.push("main", {"src/rates.py": RATES}, "Write it anew")
    outcome = story.run()
    assert outcome
    assert outcome.result is Result.CREATED
    uses = story.books().library.uses
    assert [use.ending for use in uses] == [Ending.RECURRED, Ending.OPEN]
    assert story.books().library.records[uses[0].pattern] == Record(1, 0.9)


def test_a_commit_is_a_use_that_no_person_judged(tmp_path: Path) -> None:
    story = Story(till(tmp_path / "forge"), tmp_path)
    outcome = story.run(apply_mode=ApplyMode.COMMIT)
    assert outcome
    assert outcome.result is Result.COMMITTED
    assert (story.use.ending, len(story.use.commit)) == (Ending.COMMITTED, 40)
    assert story.record == Record()


# --- one more repository before everywhere --------------------------------------------------------


def test_a_new_rule_is_tried_in_one_repository_before_it_goes_everywhere(story: Story) -> None:
    desk = Story(till(story.world.root, "desk"), story.home)
    outcome = desk.run()
    assert outcome
    assert outcome.result is Result.UNHEALED
    assert "is new: it is tried in acme/till#1 before it goes further" in outcome.reason
    assert not desk.world.forge().pull_requests()
    assert desk.incident.attempts == 0
    story.merge()
    story.run()
    again = desk.run()
    assert again
    assert again.result is Result.CREATED


def test_a_leg_that_lost_the_race_for_the_trial_delivers_nothing(tmp_path: Path) -> None:
    """Both looked before either had begun: the ledger lets one of them through."""
    root = tmp_path / "forge"
    first, second = till(root), till(root, "desk")
    with first.leg() as one:
        books = one.ledger.read()
        case = one.bench.test_cases()[0]
        assert second.heal().outcomes[0].result is Result.CREATED
        _, outcome = attempt(one, books, case, None, [])
    assert outcome.result is Result.UNHEALED
    assert "it is tried in acme/desk#1" in outcome.reason
    assert not first.forge().pull_requests()
