"""Learned fixes as values: taken from a change, placed in another text, ranked."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from homeostat.patterns import Cause, added, digest, extract, match
from homeostat.patterns.anchor import AMBIGUOUS, CONTEXT_FLOOR, REINDENTED, apply_hunks
from homeostat.patterns.hunks import CONTEXT, hunks_between, is_meaningful
from homeostat.patterns.match import SAME_NAME, SAME_PATH
from homeostat.patterns.record import MAX_LINES
from homeostat.records import Fingerprint, Frame, Hunk, Library, Pattern, Provenance, Rule
from tests.patterns.examples import Files

NOW = datetime(2026, 3, 2, 10, 17, tzinfo=UTC)
LATER = datetime(2026, 3, 3, 10, 17, tzinfo=UTC)
PROVENANCE = Provenance("acme/shop", 7, "c" * 40, "person", NOW)
CAUSE = Cause("f" * 16, "python", "KeyError", "'<key>'")
RISKY = 'value = settings["timeout"]'
SAFE = 'value = settings.get("timeout", 30)'
FILE = f"def timeout(settings):\n    {RISKY}\n    return int(value)\n"
HEALED = FILE.replace(RISKY, SAFE)


def hunk(
    before: str = "", after: str = "", *, above: tuple[str, ...] = (), below: tuple[str, ...] = ()
) -> Hunk:
    return Hunk(tuple(before.splitlines()), tuple(after.splitlines()), above, below)


def applies(rule: Hunk, text: str, *, near: int | None = None) -> tuple[str, float] | None:
    """The new text, and how surely to six digits."""
    return rounded(apply_hunks([rule], text, near=near))


def rounded(applied: tuple[str, float] | None) -> tuple[str, float] | None:
    return (applied[0], round(applied[1], 6)) if applied else None


def learned(before: str, after: str, text: str, *, near: int | None = None) -> str | None:
    """The text after the change from `before` to `after` was carried over to it."""
    applied = apply_hunks(hunks_between(before, after), text, near=near)
    return applied[0] if applied else None


# --- hunks ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("text", ["", "one\n", "one\ntwo"], ids=["empty", "one line", "no last line end"])
def test_equal_texts_have_no_hunks(text: str) -> None:
    assert hunks_between(text, text) == ()


def test_a_hunk_keeps_three_lines_on_each_side_of_the_change() -> None:
    lines = [f"line {n}" for n in range(9)]
    changed = [*lines[:4], "other", *lines[5:]]
    (found,) = hunks_between("\n".join(lines), "\n".join(changed))
    assert (found.before, found.after) == (("line 4",), ("other",))
    assert found.context_before == tuple(lines[1:4])
    assert found.context_after == tuple(lines[5:8])
    assert CONTEXT == 3


def test_context_ends_where_the_file_ends() -> None:
    (found,) = hunks_between("a\nb", "x\nb")
    assert (found.context_before, found.context_after) == ((), ("b",))


def test_line_ends_alone_make_no_hunk() -> None:
    assert hunks_between("one\r\ntwo\r\n", "one\ntwo") == ()


def test_changes_apart_from_each_other_are_hunks_in_file_order() -> None:
    found = hunks_between("a\nb\nc\nd\n", "A\nb\nc\nD\n")
    assert [(h.before, h.after) for h in found] == [(("a",), ("A",)), (("d",), ("D",))]


@pytest.mark.parametrize(
    ("candidate", "meaningful"),
    [
        (hunk("}", "};"), False),
        (hunk("return", "return 1"), False),
        (hunk("", "guard()", above=("",), below=("}",)), False),
        (hunk("return value", "return 0"), True),
        (hunk("call()", ""), True),
        (hunk("", "guard()", above=("value = 1",), below=("}",)), True),
    ],
    ids=[
        "a brace",
        "a lone word",
        "an insertion between nothings",
        "two words",
        "a call",
        "an insertion below code",
    ],
)
def test_a_hunk_is_meaningful_when_its_anchor_could_be_recognised(
    candidate: Hunk, *, meaningful: bool
) -> None:
    assert is_meaningful(candidate) is meaningful


# --- places -----------------------------------------------------------------------------------------


def test_no_hunks_leave_the_text_as_it_is() -> None:
    assert apply_hunks((), FILE, near=None) == (FILE, 1.0)


TEXT = "first()\nsecond()\nthird()\nfourth()\n"


@pytest.mark.parametrize(
    "changed",
    [
        TEXT.replace("second()", "other()"),
        TEXT.removeprefix("first()\n"),
        TEXT.removesuffix("fourth()\n"),
        "zeroth()\n" + TEXT,
        TEXT + "fifth()\n",
        TEXT.replace("third()", "third()\nbetween()"),
        TEXT.replace("first()", "1").replace("fourth()", "4\n5"),
        "",
    ],
    ids=[
        "replacement",
        "deletion at the start",
        "deletion at the end",
        "insertion at the start",
        "insertion at the end",
        "insertion inside",
        "several hunks",
        "everything deleted",
    ],
)
def test_a_change_applies_to_the_text_that_it_was_learned_from(changed: str) -> None:
    assert rounded(apply_hunks(hunks_between(TEXT, changed), TEXT, near=None)) == (changed, 1.0)


@pytest.mark.parametrize(
    ("text", "healed"),
    [
        (FILE.replace("\n", "\r\n"), HEALED.replace("\n", "\r\n")),
        (FILE.removesuffix("\n"), HEALED.removesuffix("\n")),
    ],
    ids=["carriage returns", "no last line end"],
)
def test_line_ends_are_kept(text: str, healed: str) -> None:
    assert learned(FILE, HEALED, text) == healed


def test_a_change_of_the_last_line_keeps_its_missing_line_end() -> None:
    assert learned("a()\nlast()", "a()\nfinal()", "a()\nlast()") == "a()\nfinal()"


def indented(text: str, by: str) -> str:
    return "".join(by + line if line.strip() else line for line in text.splitlines(keepends=True))


@pytest.mark.parametrize("by", ["    ", "\t"], ids=["spaces", "a tab"])
def test_a_fix_is_indented_as_the_code_that_it_meets(by: str) -> None:
    before = "if ready:\n\n    start()\n"
    after = "if ready and able:\n\n    start(now)\n"
    applied = applies(hunk(before, after), indented(before, by))
    assert applied == (indented(after, by), REINDENTED)


def test_a_fix_moves_out_to_a_lesser_indent() -> None:
    deep = hunk("        stop(engine)\n", "        if engine:\n            stop(engine)\n")
    applied = applies(deep, "    stop(engine)\n")
    assert applied == ("    if engine:\n        stop(engine)\n", REINDENTED)


def test_a_line_further_out_than_the_first_stays_where_it_was() -> None:
    before = "def f(x):\n    if x:\n        return 1\n"
    after = "def f(x):\n    if x:\n        return 2\n    return 3\n"
    assert learned(before, after, before) == after


def test_a_line_further_out_keeps_its_distance_at_another_indent() -> None:
    rule = hunk("        return one(x)\n", "        return two(x)\n    return three(x)\n")
    applied = applies(rule, "            return one(x)\n")
    assert applied == (
        "            return two(x)\n        return three(x)\n",
        REINDENTED,
    )


def test_an_insertion_below_deeper_code_stays_where_it_was() -> None:
    before = "def f(x):\n    if x:\n        log(x)\n"
    after = before + "    return x\n"
    assert learned(before, after, before) == after


def test_an_insertion_is_indented_as_the_lines_that_it_meets() -> None:
    rule = hunk("", "guard(x)", above=("def f(x):",), below=("call(x)",))
    applied = applies(rule, "  def f(x):\n  call(x)\n")
    assert applied == ("  def f(x):\n  guard(x)\n  call(x)\n", 1.0)


def test_an_insertion_below_an_empty_line_is_indented_as_the_line_below() -> None:
    rule = hunk("", "guard(x)", above=("",), below=("call(x)",))
    applied = applies(rule, "a()\n\n    call(x)\n")
    assert applied == ("a()\n\n    guard(x)\n    call(x)\n", 1.0)


def test_an_insertion_at_the_start_takes_the_indent_of_the_line_below() -> None:
    rule = hunk("", "import re", below=("import os",))
    applied = applies(rule, "try:\n    import os\n")
    assert applied == ("try:\n    import re\n    import os\n", 1.0)


@pytest.mark.parametrize(
    ("rule", "text"),
    [
        (hunk("gone()", "here()"), TEXT),
        (hunk("first()\nthird()", "x()"), TEXT),
        (hunk("fourth()\nfifth()", "x()"), TEXT),
        (hunk("", "x()", above=("first()",), below=("third()",)), TEXT),
        (hunk("", "x()", above=("fifth()",)), TEXT),
        (hunk("", "x()"), ""),
        (hunk("if a:\n    b()", "c()"), "if a:\n  b()\n"),
    ],
    ids=[
        "other lines",
        "lines not together",
        "beyond the end",
        "insertion between lines not together",
        "insertion below a line not there",
        "insertion without surroundings",
        "another inner indent",
    ],
)
def test_a_hunk_that_fits_nowhere_applies_nowhere(rule: Hunk, text: str) -> None:
    assert applies(rule, text) is None


def test_one_hunk_without_a_place_spoils_the_others() -> None:
    assert apply_hunks([hunk("first()", "1"), hunk("gone()", "2")], TEXT, near=None) is None


def test_hunks_apply_in_their_order_only() -> None:
    assert apply_hunks([hunk("third()", "3"), hunk("first()", "1")], TEXT, near=None) is None


TWICE = "risky(x)\na()\nb()\nc()\nrisky(x)\n"


@pytest.mark.parametrize(
    ("near", "healed"),
    [
        (None, TWICE.replace("risky", "safe", 1)),
        (0, TWICE.replace("risky", "safe", 1)),
        (2, TWICE.replace("risky", "safe", 1)),
        (3, "risky(x)\na()\nb()\nc()\nsafe(x)\n"),
        (99, "risky(x)\na()\nb()\nc()\nsafe(x)\n"),
    ],
    ids=["no line", "at the first", "in the middle", "nearer to the second", "beyond"],
)
def test_of_equal_places_the_nearest_to_the_error_is_taken(near: int | None, healed: str) -> None:
    applied = applies(hunk("risky(x)", "safe(x)"), TWICE, near=near)
    assert applied == (healed, AMBIGUOUS)


def test_the_line_of_the_error_moves_with_the_hunks_above_it() -> None:
    text = "top()\n" + TWICE
    rules = [hunk("top()", "top()\n1\n2\n3\n4"), hunk("risky(x)", "safe(x)")]
    applied = apply_hunks(rules, text, near=1)
    assert applied is not None
    assert applied[0] == "top()\n1\n2\n3\n4\n" + TWICE.replace("risky", "safe", 1)


def test_surroundings_decide_between_equal_lines() -> None:
    rule = hunk("risky(x)", "safe(x)", above=("c()",))
    applied = applies(rule, TWICE, near=0)
    assert applied == ("risky(x)\na()\nb()\nc()\nsafe(x)\n", 1.0)


@pytest.mark.parametrize(
    ("above", "below", "share"),
    [
        (("first()",), ("third()",), 1.0),
        (("first()",), ("other()",), 0.5),
        (("other()",), ("other()",), 0.0),
        (("zeroth()", "first()"), ("third()", "fourth()"), 0.75),
    ],
    ids=["all the same", "one of two", "none", "more than the file holds"],
)
def test_surroundings_that_differ_cost_certainty(
    above: tuple[str, ...], below: tuple[str, ...], share: float
) -> None:
    applied = applies(hunk("second()", "2", above=above, below=below), TEXT)
    certainty = round(CONTEXT_FLOOR + (1 - CONTEXT_FLOOR) * share, 6)
    assert applied == (TEXT.replace("second()", "2"), certainty)


def test_the_certainty_is_that_of_the_weakest_hunk() -> None:
    rules = [hunk("first()", "1", below=("other()",)), hunk("third()", "3")]
    applied = rounded(apply_hunks(rules, TEXT, near=None))
    assert applied == ("1\nsecond()\n3\nfourth()\n", CONTEXT_FLOOR)


INDENTS = st.sampled_from(["", "    ", "        ", "\t"])
STEPS = st.lists(st.tuples(INDENTS, st.booleans(), st.lists(INDENTS, max_size=2)), min_size=1, max_size=9)


@given(STEPS, st.sampled_from(["\n", "\r\n"]))
def test_whatever_was_learned_from_lines_all_different_applies_to_them_again(
    steps: list[tuple[str, bool, list[str]]], ending: str
) -> None:
    """Each step is a line's indent, whether it stays, and the indents of lines that come in below it."""
    before = "".join(f"{indent}old({n}){ending}" for n, (indent, _, _) in enumerate(steps))
    after = "".join(
        (f"{indent}old({n}){ending}" if stays else "") + "".join(f"{i}new({n}){ending}" for i in come)
        for n, (indent, stays, come) in enumerate(steps)
    )
    assert learned(before, after, before) == after


# --- match ------------------------------------------------------------------------------------------


def pattern(name: str = "p-1", **changes: object) -> Pattern:
    base = Pattern(
        id=name,
        fingerprint=CAUSE.fingerprint,
        language="python",
        error_type="KeyError",
        path="src/settings.py",
        rule=Rule("hunks", hunks_between(FILE, HEALED)),
        provenance=PROVENANCE,
    )
    return replace(base, **changes)  # type: ignore[arg-type]


def at(path: str | None, line: int | None = 2, *, in_app: bool = True) -> Frame:
    return Frame(path or "<frozen>", line=line, path=path, in_app=in_app)


def fingerprint(*frames: Frame, exact: str = CAUSE.fingerprint, kind: str = "KeyError") -> Fingerprint:
    culprit = next((frame for frame in frames if frame.in_app), None)
    return Fingerprint(exact, "coarse", None, kind, "'<key>'", culprit, frames)


SOURCE = Files({"src/settings.py": FILE, "lib/settings.py": FILE, "src/other.py": FILE})
OTHER = "0" * 16


def found(failure: Fingerprint, *patterns: Pattern) -> list[tuple[str, str, float]]:
    """(pattern, path, confidence) of each candidate, in order."""
    listed = match(failure, Library(patterns), SOURCE, language="python")
    return [(c.pattern, path, c.confidence) for c in listed for path in c.edits]


def test_an_empty_library_matches_nothing() -> None:
    assert found(fingerprint(at("src/settings.py"))) == []


@pytest.mark.parametrize(
    ("failure", "path", "confidence", "why"),
    [
        (fingerprint(at("src/settings.py")), "src/settings.py", 1.0, "the same fingerprint"),
        (fingerprint(), "src/settings.py", 1.0, "the same fingerprint"),
        (fingerprint(at("src/settings.py", None)), "src/settings.py", 1.0, "the same fingerprint"),
        (
            fingerprint(at("src/settings.py"), exact=OTHER),
            "src/settings.py",
            SAME_PATH,
            "KeyError in the same file, src/settings.py",
        ),
        (
            fingerprint(at("lib/settings.py"), exact=OTHER),
            "lib/settings.py",
            SAME_NAME,
            "KeyError in a file of the same name, lib/settings.py",
        ),
    ],
    ids=["exact", "exact without frames", "exact without a line", "same path", "same name"],
)
def test_a_match_says_where_how_surely_and_why(
    failure: Fingerprint, path: str, confidence: float, why: str
) -> None:
    (only,) = match(failure, Library((pattern(),)), SOURCE, language="python")
    assert dict(only.edits) == {path: HEALED}
    assert (only.pattern, only.confidence, only.why) == ("p-1", confidence, why)


@pytest.mark.parametrize(
    "failure",
    [
        fingerprint(at("src/settings.py"), exact=OTHER, kind="TypeError"),
        fingerprint(at("src/other.py"), exact=OTHER),
        fingerprint(at("src/settings.py", in_app=False), exact=OTHER),
        fingerprint(at(None), exact=OTHER),
        fingerprint(at("gone/settings.py"), exact=OTHER),
    ],
    ids=["another error type", "another file", "foreign code", "no path", "no such file"],
)
def test_a_pattern_of_another_place_does_not_match(failure: Fingerprint) -> None:
    assert found(failure, pattern()) == []


@pytest.mark.parametrize(
    "unfit",
    [
        pattern(retired="success rate 43% after 10 uses"),
        pattern(language="php"),
        pattern(rule=Rule("hunks", (hunk("gone()", "x()"),))),
    ],
    ids=["retired", "another language", "lines that are gone"],
)
def test_an_unfit_pattern_does_not_match_even_exactly(unfit: Pattern) -> None:
    assert found(fingerprint(at("src/settings.py")), unfit) == []


def variant(name: str, value: int, **changes: object) -> Pattern:
    healed = HEALED.replace("30", str(value))
    return pattern(name, rule=Rule("hunks", hunks_between(FILE, healed)), **changes)


def test_the_surest_comes_first_then_the_more_successful_then_the_more_used_then_the_id() -> None:
    library = [
        variant("p-z", 1),
        variant("p-a", 2),
        variant("p-used", 3, uses=5),
        variant("p-poor", 4, success_rate=0.9, uses=9),
        variant("p-fuzzy", 5, fingerprint=OTHER, uses=99),
    ]
    names = [name for name, _, _ in found(fingerprint(at("src/settings.py")), *library)]
    assert names == ["p-used", "p-a", "p-z", "p-poor", "p-fuzzy"]


def test_of_candidates_that_make_the_same_text_the_surest_is_listed_once() -> None:
    listed = found(
        fingerprint(at("src/settings.py")), pattern("p-fuzzy", fingerprint=OTHER), pattern("p-exact")
    )
    assert listed == [("p-exact", "src/settings.py", 1.0)]


def test_a_file_met_twice_in_a_trace_is_listed_once() -> None:
    failure = fingerprint(at("src/settings.py", 2), at("src/settings.py", 3), exact=OTHER)
    assert len(found(failure, pattern())) == 1


def test_every_frame_of_a_fitting_file_makes_a_candidate_the_same_path_first() -> None:
    failure = fingerprint(at("lib/settings.py"), at("src/settings.py"), exact=OTHER)
    assert found(failure, pattern()) == [
        ("p-1", "src/settings.py", SAME_PATH),
        ("p-1", "lib/settings.py", SAME_NAME),
    ]


def test_the_same_fingerprint_also_reaches_a_moved_file_of_the_same_name_less_surely() -> None:
    failure = fingerprint(at("lib/settings.py"), at("src/settings.py"))
    assert found(failure, pattern()) == [
        ("p-1", "src/settings.py", 1.0),
        ("p-1", "lib/settings.py", SAME_NAME),
    ]
    assert found(failure, pattern(path="gone/settings.py"))[0][2] == SAME_NAME


# --- extraction -------------------------------------------------------------------------------------


def test_a_merged_change_of_one_source_file_makes_a_pattern() -> None:
    made = extract([("src/settings.py", FILE, HEALED)], CAUSE, PROVENANCE)
    assert isinstance(made, Pattern)
    assert made == pattern(made.id)
    assert made.id.startswith("p-")


def test_tests_and_machinery_beside_it_are_passed_over() -> None:
    alone = extract([("src/settings.py", FILE, HEALED)], CAUSE, PROVENANCE)
    changes = [("tests/test_x.py", "a", "b"), ("src/settings.py", FILE, HEALED), ("package.json", "{}", "[]")]
    assert extract(changes, CAUSE, PROVENANCE) == alone


LONG = "".join(f"call({n})\n" for n in range(MAX_LINES // 2))


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ([], "it changes 0 source files; a pattern comes from exactly one"),
        ([("tests/test_x.py", FILE, HEALED)], "it changes 0 source files; a pattern comes from exactly one"),
        (
            [("a.py", FILE, HEALED), ("b.py", FILE, HEALED)],
            "it changes 2 source files; a pattern comes from exactly one",
        ),
        ([("a.py", "}\n", "};\n")], "its lines say too little to be recognised elsewhere"),
        ([("a.py", FILE, FILE.replace("\n", "\r\n"))], "its lines say too little to be recognised elsewhere"),
        ([("a.py", LONG, LONG.replace("call", "dial") + "dial()\n")], "it changes more than 60 lines"),
    ],
    ids=["nothing", "only tests", "two files", "a brace", "only line ends", "too long"],
)
def test_a_change_that_teaches_nothing_is_refused_with_the_reason(
    changes: list[tuple[str, str, str]], reason: str
) -> None:
    assert extract(changes, CAUSE, PROVENANCE) == reason


def test_the_longest_change_that_teaches_has_60_lines() -> None:
    assert isinstance(extract([("a.py", LONG, LONG.replace("call", "dial"))], CAUSE, PROVENANCE), Pattern)


def test_the_id_depends_on_the_rule_and_not_on_where_it_was_learned() -> None:
    here = extract([("a.py", FILE, HEALED)], CAUSE, PROVENANCE)
    there = extract([("a.py", FILE, HEALED)], CAUSE, replace(PROVENANCE, repository="acme/else", pull=9))
    other = extract([("a.py", FILE, HEALED.replace("30", "60"))], CAUSE, PROVENANCE)
    assert isinstance(here, Pattern)
    assert isinstance(there, Pattern)
    assert isinstance(other, Pattern)
    assert here.id == there.id != other.id


# --- a pattern's life -------------------------------------------------------------------------------


def test_a_new_pattern_is_added_and_the_library_dated() -> None:
    library = added(Library(note="ours"), pattern(), at=NOW)
    assert library == Library((pattern(),), NOW, "ours")


@pytest.mark.parametrize(
    "duplicate",
    [
        pattern(),
        pattern("p-2", path="elsewhere.py", fingerprint=OTHER, uses=3),
        pattern("p-3", rule=Rule("hunks", hunks_between(indented(FILE, "  "), indented(HEALED, "  ")))),
    ],
    ids=["the same", "another place", "another indent"],
)
def test_a_duplicate_is_never_added(duplicate: Pattern) -> None:
    library = Library((pattern(),), NOW)
    assert added(library, duplicate, at=LATER) is library


def test_a_retired_pattern_does_not_come_back_as_a_duplicate() -> None:
    library = Library((pattern(retired="it failed"),), NOW)
    assert added(library, pattern("p-2"), at=LATER) is library


@pytest.mark.parametrize(
    "other",
    [
        pattern("p-2", error_type="TypeError"),
        pattern("p-2", language="php"),
        pattern("p-2", rule=Rule("hunks", hunks_between(FILE, HEALED.replace("30", "60")))),
    ],
    ids=["error type", "language", "lines"],
)
def test_a_pattern_that_differs_in_one_thing_is_added(other: Pattern) -> None:
    assert added(Library((pattern(),), NOW), other, at=LATER) == Library((pattern(), other), LATER)


def test_the_same_line_inserted_at_another_place_is_another_pattern() -> None:
    one = Rule("hunks", (hunk("", "guard(x)", above=("def f(x):",)),))
    two = Rule("hunks", (hunk("", "guard(x)", above=("def g(x):",)),))
    library = Library((pattern("p-1", rule=one),), NOW)
    assert len(added(library, pattern("p-2", rule=two), at=LATER).patterns) == 2


def test_the_digest_changes_when_a_pattern_is_learned_or_retired_and_only_then() -> None:
    one, two = pattern("p-1"), pattern("p-2")
    base = digest(Library((one, two)))
    assert base == digest(Library((two, replace(one, uses=4, success_rate=0.7)), NOW, "a note"))
    assert digest(Library((one,))) != base
    assert digest(Library((one, replace(two, retired="it failed")))) == digest(Library((one,)))
