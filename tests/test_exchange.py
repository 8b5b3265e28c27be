"""What goes into a library and out of it again: back-tests, other teams' libraries, rules for ast-grep."""

import json
import subprocess
from dataclasses import replace
from pathlib import Path

import pytest
import yaml
from ast_grep_py import SgRoot

from homeostat.books import parse_library, render_library
from homeostat.conventions import LICENCES, licence_of
from homeostat.patterns import NamedRule, as_yaml, joined, named_rules, pieces, shared, taught
from homeostat.patterns.lessons import SPREAD
from homeostat.records import Fix, Library, Precedent, Record, Rules
from tests.patterns.test_rules import ELSEWHERE
from tests.test_cli import LESSONS, git, history, homeostat, lay
from tests.world import pattern

BEFORE = 'def f(s):\n    v = s["timeout"]\n    return v\n'
AFTER = BEFORE.replace('s["timeout"]', 's.get("timeout", 0)')


def lesson(repository: str, number: int = 1, error: str | None = "KeyError") -> Fix:
    seen_in = Precedent(repository, f"#{number}", "MIT")
    return Fix("a", "python", "a.py", BEFORE, AFTER, seen_in, error)


def learned(*fixes: Fix) -> Library:
    return Library(rules=taught({}, [piece for fix in fixes for piece in pieces(fix)])[0])


# --- a library on the past ------------------------------------------------------------------------


def test_a_library_is_tried_on_fixes_that_it_never_saw(tmp_path: Path) -> None:
    root = history(tmp_path / "shop")
    library = tmp_path / "library.json"
    homeostat("patterns", "learn", "--jsonl", "--library", library, stdin=LESSONS)
    said = homeostat("patterns", "test", root, "--library", library)
    assert said.code == 0
    asked, *ranks = said.out.splitlines()
    assert asked == "shop: asked about 2 fixes"
    assert [row.split()[0] for row in ranks] == ["1", "1", "1"]  # a['x'] became a.get('x'), as in the lessons
    assert said.err == "2 of 2 fix commits of shop\n"
    told = homeostat("patterns", "test", root, "--library", library, "--json").json
    among = {"1": 1, "5": 1, "50": 1}
    assert told == {"repository": "shop", "asked": 2, "known": 0, "proposed": 2, "among_first": among}


@pytest.mark.slow
def test_what_it_learned_from_is_no_test_of_it(tmp_path: Path) -> None:
    root, library = history(tmp_path / "shop"), tmp_path / "library.json"
    homeostat("patterns", "mine", root, "--library", library)
    said = homeostat("patterns", "test", root, "--library", library)
    assert said.out.startswith("shop: asked about 0 fixes (2 fixes more it had learned from)\n")


def test_one_rule_is_tried_alone(tmp_path: Path) -> None:
    root, library = history(tmp_path / "shop"), tmp_path / "library.json"
    homeostat("patterns", "learn", "--jsonl", "--library", library, stdin=LESSONS)
    rule = next(
        one.id
        for one in named_rules(parse_library(library.read_bytes(), "library"))
        if one.place.startswith("P0|") and one.code == "⟦0⟧.get(⟦1⟧)"
    )
    said = homeostat("patterns", "test", root, "--rule", rule, "--library", library)
    assert said.out.splitlines()[1] == f"{rule} proposed something for 1, what the developer wrote for 1"
    assert homeostat("patterns", "test", root, "--rule", "r-0", "--library", library).code == 2


# --- to another team and back ---------------------------------------------------------------------


def test_what_became_of_uses_stays_at_home() -> None:
    library = learned(lesson("acme/a"))
    used = Library(rules=library.rules, records={"r-1": Record(3, 0.7)}, mined={"acme/a": "abc"})
    assert shared(used) == library


def test_two_libraries_together_are_as_one_that_learned_all() -> None:
    one, other = learned(lesson("acme/a")), learned(lesson("acme/b"))
    both, together = joined(one, other), learned(lesson("acme/a"), lesson("acme/b"))
    assert both.rules["python"].rules.keys() == together.rules["python"].rules.keys()
    assert both.rules["python"].seen == together.rules["python"].seen
    assert both.rules["python"].precedents == together.rules["python"].precedents
    assert {tuple(t) for codes in both.rules["python"].rules.values() for t in codes.values()} == {(2, 0, 1)}


def test_a_rule_remembers_few_fixes_of_different_repositories() -> None:
    library = Library()
    for number in range(SPREAD + 2):
        library = joined(library, learned(lesson(f"acme/{number // 2}", number)))
    (tally, *_) = {tuple(t) for codes in library.rules["python"].rules.values() for t in codes.values()}
    assert tally == (SPREAD + 2, 0, 2, 4)


def test_a_library_goes_to_another_team_once(tmp_path: Path) -> None:
    ours, theirs = tmp_path / "ours.json", tmp_path / "theirs.json"
    homeostat("patterns", "learn", "--jsonl", "--library", theirs, stdin=LESSONS)
    given = tmp_path / "given.json"
    given.write_text(homeostat("patterns", "export", "--library", theirs).out, encoding="utf-8")
    said = homeostat("patterns", "import", given, "--library", ours)
    assert said.out.endswith(" general rules, from 2 fixes in 2 repositories\n")
    before = ours.read_bytes()
    again = homeostat("patterns", "import", given, "--library", ours)
    assert again.code == 2
    assert "both learned from 2 fixes, such as acme/rates@1: it would count twice" in again.err
    assert ours.read_bytes() == before


def test_what_is_no_library_is_not_imported(tmp_path: Path) -> None:
    lay(tmp_path, {"other.json": "{}"})
    said = homeostat("patterns", "import", tmp_path / "other.json", "--library", tmp_path / "ours.json")
    assert said.code == 2
    assert not (tmp_path / "ours.json").exists()


FAULTS: dict[str, tuple[dict[str, dict[str, list[int]]], dict[str, list[int]]]] = {
    "a tally of a fix that is not there": ({"P0||x": {"y": [1, 7]}}, {}),
    "an empty tally": ({"P0||x": {"y": []}}, {}),
    "a place that is none": ({"zzz": {"y": [1, 0]}}, {}),
    "a hole that is none": ({"P0||x": {"⟦zz9⟧": [1, 0]}}, {}),
    "a row of one": ({}, {"X0,1,0": [1]}),
    "a trial that is none": ({}, {"hello": [1, 2]}),
    "a share beyond all": ({}, {"K1,1,-99999": [1, 2]}),
}


@pytest.mark.parametrize("name", FAULTS)
def test_a_library_that_could_not_be_asked_is_not_imported(name: str, tmp_path: Path) -> None:
    rules, trials = FAULTS[name]
    tables = Rules(rules=rules, trials=trials, precedents=[Precedent("a/b", "#1")])
    other, ours = tmp_path / "other.json", tmp_path / "ours.json"
    other.write_bytes(render_library(Library(rules={"python": tables})))
    said = homeostat("patterns", "import", other, "--library", ours)
    assert said.code == 2
    assert "is not a library that may be imported: " in said.err
    assert not ours.exists()


def test_what_is_retired_is_not_given_away_and_a_duplicate_is_not_taken() -> None:
    ours = Library((pattern("p-a", "a.py", "x = a[1]", "x = a[2]"),))
    theirs = Library((pattern("p-b", "b.py", "x = a[1]", "x = a[2]"),))
    assert joined(ours, theirs).patterns == ours.patterns
    assert shared(Library((replace(ours.patterns[0], retired="it failed"),))).patterns == ()


# --- for ast-grep ---------------------------------------------------------------------------------


def rule_of(library: Library, place: str, code: str) -> NamedRule:
    return next(one for one in named_rules(library) if one.place == place and one.code == code)


def rewritten(text: str, rule: str) -> list[str]:
    """What ast-grep makes of a text by a rule in YAML, one text for each place."""
    config = yaml.safe_load(rule)
    root, found = SgRoot(text, config["language"]).root(), []
    for node in root.find_all({"rule": config["rule"], "constraints": config.get("constraints", {})}):
        code = config["fix"]
        for name in ("H0", "H1", "H2"):
            code = code.replace(f"${name}", node[name].text() if f"${name}" in code else "")
        found.append(root.commit_edits([node.replace(code)]))
    return found


def test_a_rule_in_ast_greps_words_changes_the_same_code() -> None:
    rule = rule_of(learned(lesson("a/b")), "P0!KeyError||subscript:§0 [ §1 ]", "⟦0⟧.get(⟦1⟧, 0)")
    told = as_yaml(rule)
    assert told
    assert yaml.safe_load(told)["id"] == rule.id
    assert rewritten("x = self.rates[land.code]\n", told) == ["x = self.rates.get(land.code, 0)\n"]


@pytest.mark.parametrize("name", ELSEWHERE)
def test_some_rules_of_every_fix_can_be_said_or_none_is_said_wrongly(name: str) -> None:
    fix = ELSEWHERE[name][1]
    told = [text for rule in named_rules(learned(fix)) if (text := as_yaml(rule))]
    for text in told:
        config = yaml.safe_load(text)
        assert set(config) >= {"id", "language", "rule", "fix"}
        assert "\N{MATHEMATICAL LEFT WHITE SQUARE BRACKET}" not in text


@pytest.mark.parametrize(
    ("place", "code"),
    [
        pytest.param(
            "P1!KeyError|return_statement.1 return|subscript:§0 [ §1 ]", "⟦0⟧.get(⟦1⟧)", id="context"
        ),
        pytest.param("P0||subscript:§0 [ §1 ]", "⟦n0⟧.get(⟦1⟧)", id="a name from around"),
        pytest.param("P0||subscript:§0 [ §1 ]", "", id="deleted"),
        pytest.param("P0||subscript:§0 [ §1 ]", "if ⟦0⟧:\n    pass", id="several lines"),
        pytest.param("P0||subscript:§0 [ [ §1 ]", "⟦0⟧.get(⟦1⟧)", id="no code"),
        pytest.param("K1|module.*|subscript:", "⟦0⟧ or 0", id="a kind alone"),
    ],
)
def test_what_ast_grep_cannot_say_is_not_said(place: str, code: str) -> None:
    assert as_yaml(NamedRule("r-1", "python", place, code, 1, ())) is None


def test_rules_are_exported_by_id_or_all(tmp_path: Path) -> None:
    library = tmp_path / "library.json"
    homeostat("patterns", "learn", "--jsonl", "--library", library, stdin=LESSONS)
    every = homeostat("patterns", "export", "--format", "ast-grep", "--library", library)
    rules = [*yaml.safe_load_all(every.out)]
    assert rules
    assert f"{len(rules)} of " in every.err
    one = homeostat("patterns", "export", rules[0]["id"], "--format", "ast-grep", "--library", library)
    assert yaml.safe_load(one.out) == rules[0]
    for words in (("r-0", "--format", "ast-grep"), ("r-0",)):
        assert homeostat("patterns", "export", *words, "--library", library).code == 2


# --- licences -------------------------------------------------------------------------------------

TEXTS = {
    "MIT": "Copyright\n\nPermission is hereby granted, free of charge, to any person",
    "Apache-2.0": "            Apache License\n            Version 2.0, January 2004",
    "BSD-3-Clause": "Redistribution and use in source and binary forms …\n3. Neither the name of the holder",
    "BSD-2-Clause": "Redistribution and use in source and binary forms, with or without modification",
    "GPL-3.0": "     GNU GENERAL PUBLIC LICENSE\n        Version 3, 29 June 2007",
    "": "All rights reserved.",
}


@pytest.mark.parametrize("name", TEXTS)
def test_a_licence_is_known_by_its_words(name: str) -> None:
    assert name in {*LICENCES, ""}
    assert licence_of({"LICENCE": TEXTS[name]}.get) == name
    assert licence_of({"LICENSE.md": TEXTS[name], "COPYING": "x"}.get) == name


def test_a_rule_says_under_which_licence_its_fix_was_seen(tmp_path: Path) -> None:
    root, library = history(tmp_path / "shop"), tmp_path / "library.json"
    lay(root, {"LICENSE": TEXTS["MIT"], "a.py": "def f(a):\n    return a.get('x', 0)\n"})
    git(root, "add", ".")
    git(root, "commit", "-q", "-m", "Fix free items again")
    homeostat("patterns", "mine", root, "--name", "acme/shop", "--library", library)
    known = parse_library(library.read_bytes(), "library")
    page = homeostat("patterns", "show", next(named_rules(known)).id, "--library", library).out
    sha = subprocess.run(
        ["git", "-C", str(root), "log", "--format=%h", "--abbrev=10", "--reverse"],
        capture_output=True, text=True, check=True,
    ).stdout.split()[1]  # fmt: skip
    assert f"acme/shop@{sha} (MIT)\n" in page
    assert json.loads(library.read_text(encoding="utf-8"))["version"] == 1
