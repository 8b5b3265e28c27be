"""Rules: what one fix teaches about code with other names, in other files and repositories."""

import pytest

from homeostat.patterns import Place, Suggester, pieces, searched, taught
from homeostat.patterns.abstraction import Key, Level
from homeostat.patterns.rewrites import OPENS
from homeostat.patterns.trust import Trust
from homeostat.records import Frame, Library, Rules
from tests.patterns.examples import Files, candidates, changed, fix, learned

OWNER = "function label(cart) {\n  const owner = cart.owner;\n  return owner.name;\n}\n"
TIMEOUT = 'def limit(settings):\n    value = settings["timeout"]\n    return int(value)\n'
NONE = "def name(user):\n    return user.name.title()\n"
COUNT = "function total($order)\n{\n    return count($order['items']);\n}\n"

ELSEWHERE = {
    "JavaScript, a property of undefined": (
        "javascript", fix("javascript", OWNER, OWNER.replace("owner.name", "owner?.name"), error="TypeError"),
        "lib/rates.js", "const zip = (order) => {\n  return order.address.zip;\n};\n", 2, "TypeError",
        "return order.address?.zip;",
    ),
    "TypeScript learns from JavaScript": (
        "typescript",
        fix("javascript", OWNER, OWNER.replace("owner.name", "owner?.name"), error="TypeError"),
        "lib/rates.ts", "const zip = (o: Order): string => {\n  return o.zip;\n};\n", 2, "TypeError",
        "return o?.zip;",
    ),
    "Python, a key that is not there": (
        "python",
        fix("python", TIMEOUT, TIMEOUT.replace('settings["timeout"]', 'settings.get("timeout", 0)'),
            error="KeyError"),
        "lib/rates.py",
        "class Rates:\n    def of(self, land):\n        rate = self.table[land]\n        return 100 + rate\n",
        3, "KeyError", "rate = self.table.get(land, 0)",
    ),
    "Python, None": (
        "python",
        fix("python", NONE, NONE.replace("    r", "    if user is None:\n        return None\n    r"),
            error="AttributeError"),
        "lib/mail.py", "def domain(address):\n    return address.host.lower()\n", 2, "AttributeError",
        "if address is None:",
    ),
    "PHP, an index that is not there": (
        "php", fix("php", COUNT, COUNT.replace("$order['items']", "$order['items'] ?? []"), error="Warning"),
        "src/Rates.php", "<?php\nfunction rate($table, $land)\n{\n    return sum($table['lands']);\n}\n", 4,
        "Warning", "return sum($table['lands'] ?? []);",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", ELSEWHERE)
def test_a_fix_heals_another_expression_in_another_file(name: str) -> None:
    language, lesson, path, code, line, error, wanted = ELSEWHERE[name]
    found = candidates(learned(lesson), language, path, code, line, error)
    assert wanted in [text for one in found for text in changed(code, one)]
    assert all(0.8 <= one.confidence <= 0.9 and one.pattern.startswith("r-") for one in found)
    assert found[0].origin == "1 fix in 1 repository"
    assert str(found[0].precedent) == "acme/one#1"


def test_a_rule_is_tried_on_the_type_of_error_that_it_mended_and_no_other() -> None:
    language, lesson, path, code, line, error, _ = ELSEWHERE["Python, a key that is not there"]
    assert candidates(learned(lesson), language, path, code, line, error)
    assert not candidates(learned(lesson), language, path, code, line, "ValueError")


def test_a_rule_takes_no_name_of_its_own_fix_elsewhere() -> None:
    language, lesson, path, code, line, error, _ = ELSEWHERE["JavaScript, a property of undefined"]
    for one in candidates(learned(lesson), language, path, code, line, error):
        assert not any("owner" in text or "cart" in text for text in changed(code, one))


def test_learning_leaves_the_given_tables_as_they_are() -> None:
    first = learned(fix("python", "a = b[0]\n", "a = b[1]\n"))
    kept = repr(first)
    second, told = taught(first, [fix("python", "c = d[0]\n", "c = d[1]\n", repository="acme/two")])
    assert (repr(first), told) == (kept, 1)
    assert second["python"].fixes == 2
    assert [str(one) for one in second["python"].precedents] == ["acme/one#1", "acme/two#1"]


def test_rules_count_their_fixes_and_repositories() -> None:
    same = [fix("python", "a = b[0]\n", "a = b[1]\n", repository=f"acme/{n}") for n in range(6)]
    rules = learned(*same)["python"].rules
    fixes, *where = rules["X0||0"]["1"]
    assert (fixes, where) == (6, [0, 1, 2, 3])


def test_what_says_nothing_teaches_nothing() -> None:
    fixes = [
        fix("python", "a()\n", "a( )\n"),
        fix("python", "a()\n", f"a('{OPENS}0')\n"),
        fix("cobol", "A", "B"),
    ]
    rules, told = taught({}, fixes)
    assert told == 0
    assert not any(table.rules for table in rules.values())


def test_a_fix_of_many_places_is_a_lesson_for_each() -> None:
    lines = [f"line_{n} = {n}" for n in range(40)]
    other = [*lines[:5], "line_5 = 50", *lines[6:30], "line_30 = 300", *lines[31:]]
    found = pieces(fix("python", "\n".join(lines), "\n".join(other)))
    assert [one.before.count("\n") for one in found] == [11, 12]
    assert not pieces(fix("python", "a\nb\n" * 20, "a\nc\n" * 20))


def test_suggestions_are_ranked_distinct_and_bounded() -> None:
    rules = learned(*[fix("python", f"if a < {n}:\n    b()\n", f"if a <= {n}:\n    b()\n") for n in range(5)])
    place = Place("def f(x, y):\n    if x < y:\n        return x\n", (2, 2))
    found = Suggester(Library(rules=rules), search=False).proposals("python", "f.py", place, limit=3)
    assert found[0].after == place.source.replace("<", "<=")
    assert len({one.after for one in found}) == len(found) <= 3
    assert [one.confidence for one in found] == sorted((one.confidence for one in found), reverse=True)


GUARDED = "def f(x):\n    if x:\n        log(x)\n    return x\n"


@pytest.mark.parametrize(
    ("lines", "wanted"),
    [
        ((2, 3), "def f(x):\n    \n    return x\n"),
        ((3, 3), "def f(x):\n    if x:\n        pass\n    return x\n"),
    ],
    ids=["all of it", "a part of it"],
)
def test_what_changes_just_the_lines_to_change_comes_first(lines: tuple[int, int], wanted: str) -> None:
    dropped = [fix("python", f"a{n} = 1\nif a{n}:\n    b({n})\n", f"a{n} = 1\n") for n in range(9)]
    calls = [fix("python", f"if a{n}:\n    b({n})\n", f"if a{n}:\n    pass\n") for n in range(2)]
    asked = Suggester(Library(rules=learned(*dropped, *calls)), search=False)
    exact = asked.proposals("python", "f.py", Place(GUARDED, lines, exact=True), limit=1)
    near = asked.proposals("python", "f.py", Place(GUARDED, lines), limit=1)
    assert exact[0].after == wanted
    assert near[0].after == "def f(x):\n    \n    return x\n"


def test_one_lucky_trial_makes_no_rule_likelier_than_a_proven_kind() -> None:
    key = Key(Level.PARTS, 0, "P0||call:§0 ( )", {})
    many = {f"P0,1,-{share}": [5, 20 * 2**share] for share in range(1, 9)}
    lucky = {**many, "P0,1,-10": [2, 100]}
    untold, told = (Trust(trials).odds(key, 1, 1024) for trials in (many, lucky))
    assert untold < told < 2 / 100 / 10
    proven = {**many, "P0,4,-7": [40, 40 * 128]}
    assert Trust(proven).odds(key, 8, 1024) > Trust(proven).odds(key, 1, 128)


def test_an_empty_library_proposes_nothing_and_the_search_something() -> None:
    place = Place("def f(x, y):\n    return x < y\n")
    assert not Suggester(Library(), search=False).proposals("python", "f.py", place, limit=9)
    found = Suggester(Library(), search=True).proposals("python", "f.py", place, limit=99)
    assert place.source.replace("<", "<=") in [one.after for one in found]
    assert all(one.place.startswith("search: ") for one in found)


def test_a_language_without_a_grammar_has_no_suggestions() -> None:
    place = Place("IDENTIFICATION DIVISION.")
    assert not Suggester(Library(rules={"cobol": Rules()}), search=True).proposals(
        "cobol", "a.cob", place, limit=5
    )


@pytest.mark.parametrize(
    ("source", "wanted"),
    [
        ("f(a, b)\n", "f(a)\n"),
        ("f(a)\n", "f()\n"),
        ("def f():\n    a()\n", "def f():\n    pass\n"),
    ],
    ids=["with its comma", "the only argument", "the only statement of a block"],
)
def test_what_goes_leaves_code_in_order(source: str, wanted: str) -> None:
    found = Suggester(Library(), search=True).proposals("python", "f.py", Place(source), limit=400)
    assert "".join(wanted.split()) in {"".join(one.after.split()) for one in found}


SECRETS = {
    "a token": "'ghp_16C7e42F292c6912E7710c838347Ae178B4a'",
    "an address": "'ann@example.org'",
    "a long text": f"'{'secret words ' * 5}'",
    "an account": "4929123456789012",
}


@pytest.mark.parametrize("kind", SECRETS)
def test_what_looks_like_data_is_in_no_rule(kind: str) -> None:
    secret = SECRETS[kind]
    code = f"def f(a):\n    return send(a, {secret})\n"
    mended = code.replace("send(a", "send(a or b")
    for before, after in [
        (code, mended),
        (mended, code),
        (f"x = {secret}\n", "x = y\n"),
        ("x = y\n", f"x = {secret}\n"),
    ]:
        told = repr(learned(fix("python", before, after)))
        assert secret.strip("'")[:12] not in told


def test_the_tests_that_judge_are_no_suspects() -> None:
    language, lesson, _, code, line, error, _ = ELSEWHERE["Python, a key that is not there"]
    assert not candidates(learned(lesson), language, "tests/test_rates.py", code, line, error)


def test_no_edit_is_tried_twice() -> None:
    code = "def f(a):\n    b = a[2]\n    return b[2]\n"
    frames = [Frame("src/f.py", line, None, "f", "src/f.py", in_app=True) for line in (3, 2)]
    tried = searched(frames, Library(), Files({"src/f.py": code}), language="python")
    assert tried
    assert len({one.edits["src/f.py"] for one in tried}) == len(tried)
