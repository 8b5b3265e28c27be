"""What one repository learned heals another: other names, another file, and only where its tests agree."""

from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from homeostat.records import Books, LegReport, Library, Outcome, Record, Result
from tests.world import GREEN, TESTS, World

pytestmark = pytest.mark.slow


@dataclass(frozen=True)
class Slip:
    """A fix of one repository, and the same slip in another one, whose tests agree with the fix or do not."""

    error: str
    path: str
    broken: str
    mended: str
    trace: str
    other_path: str
    other: str
    healed: str
    """The line that heals it."""
    case: str
    test: str
    """The test; `{}` is what it expects."""
    agrees: str
    refuses: str
    command: str
    green: dict[str, str]


SLIPS = {
    "python": Slip(
        error="KeyError: 'dark'",
        path="src/colours.py",
        broken="def shade(colours):\n    return colours['dark'] + 1\n",
        mended="def shade(colours):\n    return colours.get('dark', 0) + 1\n",
        trace='Traceback (most recent call last):\n  File "/srv/src/colours.py", line 2, in shade\n    x\n',
        other_path="src/rates.py",
        other="def rate(table, land):\n    percent = table[land]\n    return percent / 100\n",
        healed="+    percent = table.get(land, 0)",
        case="tests/test_rates.py",
        test=(
            "import unittest\n\nfrom src.rates import rate\n\n\n"
            "class T(unittest.TestCase):\n    def test_unknown(self):\n"
            "        self.assertEqual(rate({{}}, 'de'), {})\n"
        ),
        agrees="0",
        refuses="19",
        command=TESTS,
        green=GREEN,
    ),
    "javascript": Slip(
        error="TypeError: Cannot read properties of undefined (reading 'name')",
        path="src/label.js",
        broken="exports.label = (cart) => {\n  const owner = cart.owner;\n  return owner.name;\n};\n",
        mended="exports.label = (cart) => {\n  const owner = cart.owner;\n  return owner?.name;\n};\n",
        trace=(
            "TypeError: Cannot read properties of undefined (reading 'name')\n"
            "    at exports.label (/srv/src/label.js:3:16)\n"
        ),
        other_path="src/post.js",
        other="function zip(order) {\n  const place = order.ship.address.zip;\n  return place || '';\n}\n"
        "module.exports = { zip };\n",
        healed="+  const place = order.ship.address?.zip;",
        case="tests/post.test.js",
        test=(
            "const test = require('node:test');\nconst assert = require('node:assert');\n"
            "const {{ zip }} = require('../src/post.js');\n\n"
            "test('no address', () => {{\n  assert.strictEqual(zip({{ ship: {{}} }}), {});\n}});\n"
        ),
        agrees="''",
        refuses="'unknown'",
        command="node --test",
        green={"tests/sum.test.js": "require('node:test')('sums', () => {});\n"},
    ),
    "php": Slip(
        error='Warning: Undefined array key "dark"',
        path="src/colours.php",
        broken="<?php\n\nfunction shade(array $a): int\n{\n    return $a['dark'] + 1;\n}\n",
        mended="<?php\n\nfunction shade(array $a): int\n{\n    return ($a['dark'] ?? 0) + 1;\n}\n",
        trace=(
            'Warning: Undefined array key "dark" in /srv/src/colours.php on line 5\n'
            "Stack trace:\n#0 /srv/src/colours.php(5): shade()\n#1 {main}\n"
        ),
        other_path="src/rates.php",
        other=(
            "<?php\n\nfunction rate(array $table, string $land): float\n{\n"
            "    $percent = 100 * $table['lands'][$land];\n    return $percent;\n}\n"
        ),
        healed="+    $percent = 100 * ($table['lands'][$land] ?? 0);",
        case="tests/RatesTest.php",
        test=(
            "<?php\n\nuse PHPUnit\\Framework\\TestCase;\n\nrequire_once __DIR__ . '/../src/rates.php';\n\n"
            "final class RatesTest extends TestCase\n{{\n    public function testUnknown(): void\n    {{\n"
            "        $this->assertSame({}, rate(['lands' => []], 'fr'));\n    }}\n}}\n"
        ),
        agrees="0.0",
        refuses="19.0",
        command="phpunit tests",
        green={
            "tests/SumTest.php": (
                "<?php\n\nfinal class SumTest extends PHPUnit\\Framework\\TestCase\n{\n"
                "    public function testSum(): void\n    {\n        $this->assertSame(2, 1 + 1);\n    }\n}\n"
            )
        },
    ),
}


def healed(world: World, slip: Slip, **arguments: object) -> LegReport:
    return world.heal(test_command=slip.command, **arguments)


@pytest.fixture(scope="module", params=SLIPS)
def slip(request: pytest.FixtureRequest) -> Slip:
    return SLIPS[str(request.param)]


@pytest.fixture(scope="module")
def library(slip: Slip, tmp_path_factory: pytest.TempPathFactory) -> Library:
    """What a leg learns when a person's pull request that closes a report was merged."""
    root = tmp_path_factory.mktemp("one")
    world = World.build(root / "forge", {**slip.green, slip.path: slip.broken})
    kind, _, message = slip.error.partition(": ")
    body = (
        f"**Error Type:** {kind} • **Host:** web-1\n\n## Error Message\n\n{message}\n\n"
        f"## Stack Trace\n\n```\n{slip.trace}{'' if slip.trace.startswith(kind) else slip.error}\n```\n"
    )
    world.forge().file_issue(f"[shop] {slip.error}", body, labels=["robot", "source:vps"])
    world.push("mend", {slip.path: slip.mended}, "Mend it")
    ann = world.forge(actor="ann")
    pull = ann.open_pull_request(branch="mend", base="main", title="Mend it", body="Fixes #1")
    ann.merge_pull_request(pull.number, by="ann")
    healed(world, slip)
    return world.books(root / "books").library


def other(root: Path, library: Library, slip: Slip, expected: str) -> World:
    """Another repository of the team, whose one test fails."""
    files = {**slip.green, slip.other_path: slip.other, slip.case: slip.test.format(expected)}
    world = World.build(root / "forge", files, slug="acme/till")

    def shared(books: Books) -> Books:
        return replace(books, library=library)

    world.ledger(root / "teacher").write(shared, "Share the library")
    return world


def outcome_of(world: World, slip: Slip) -> Outcome:
    (outcome,) = healed(world, slip).outcomes
    return outcome


def test_a_merged_fix_teaches_rules(library: Library, slip: Slip) -> None:
    (known,) = library.rules.values()
    assert [str(one) for one in known.precedents] == ["acme/shop#2"]
    kind = slip.error.partition(":")[0]
    assert any(place[2:].startswith((f"!{kind}|", f"!{kind}, ")) for place in known.rules)


def test_a_rule_heals_another_expression_of_another_file(
    library: Library, slip: Slip, tmp_path: Path
) -> None:
    world = other(tmp_path, library, slip, slip.agrees)
    outcome = outcome_of(world, slip)
    assert outcome.result is Result.CREATED
    assert (outcome.pattern or "").startswith("r-")
    (pull,) = world.forge().pull_requests()
    assert "1 fix in 1 repository" in pull.body
    assert slip.healed in world.git("diff", f"main...{pull.branch}")


def test_a_rule_that_the_tests_do_not_confirm_is_refused(
    library: Library, slip: Slip, tmp_path: Path
) -> None:
    world = other(tmp_path, library, slip, slip.refuses)
    outcome = outcome_of(world, slip)
    assert outcome.result is Result.UNHEALED
    assert "still failing" in outcome.reason
    assert not world.forge().pull_requests()


@pytest.mark.parametrize(("merged", "rate"), [(True, 1.0), (False, 0.9)], ids=["merged", "closed"])
def test_what_becomes_of_its_pull_request_is_the_rules_record(
    library: Library, slip: Slip, tmp_path: Path, *, merged: bool, rate: float
) -> None:
    world = other(tmp_path, library, slip, slip.agrees)
    outcome = outcome_of(world, slip)
    ann = world.forge(actor="ann")
    (pull,) = ann.pull_requests()
    if merged:
        ann.merge_pull_request(pull.number, by="ann")
    else:
        ann.close_pull_request(pull.number, by="ann")
    healed(world, slip, run="run-2")
    record = world.books(tmp_path / "books").library.records[outcome.pattern or ""]
    assert (record.uses, record.success_rate) == (1, rate)


def test_a_retired_rule_is_tried_no_more(library: Library, slip: Slip, tmp_path: Path) -> None:
    outcome = outcome_of(other(tmp_path / "first", library, slip, slip.agrees), slip)
    assert outcome.pattern
    record = Record(uses=12, success_rate=0.4, retired="success rate 40% after 12 uses")
    retired = replace(library, records={outcome.pattern: record})
    again = outcome_of(other(tmp_path / "second", retired, slip, slip.agrees), slip)
    assert again.pattern != outcome.pattern
