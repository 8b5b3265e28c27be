"""What is taken of a model's answer, and what is said of one that cannot be taken."""

import json
from dataclasses import dataclass, field
from typing import Literal

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st

from homeostat.repair import Answer, Review, applied, read_answer, read_review
from homeostat.repair.answers import EDITS, LONGEST, MOST_EDITS, REVIEW, Edit

EDIT = {"path": "a.py", "search": "x = 1", "replace": "x = 2"}
GOOD = {"explanation": "It was one.", "edits": [EDIT]}
PLAIN = json.dumps(GOOD)
READ = Answer("It was one.", (Edit("a.py", "x = 1", "x = 2"),))
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=9),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=9), inner, max_size=3),
    max_leaves=9,
)


@dataclass(frozen=True)
class Files:
    """The port Source over a few texts."""

    texts: dict[str, str] = field(default_factory=dict)

    def paths(self) -> frozenset[str]:
        return frozenset(self.texts)

    def read(self, path: str) -> str | None:
        return self.texts.get(path)


def answer(*edits: tuple[str, str, str]) -> Answer:
    return Answer("why", tuple(Edit(*edit) for edit in edits))


# --- reading -----------------------------------------------------------------------------------


@pytest.mark.parametrize("text", ["", " ", "\n\t"])
def test_an_empty_answer_is_told(text: str) -> None:
    assert read_answer(text) == read_review(text) == "the answer is empty"


def test_an_answer_without_edits_is_the_models_own_word() -> None:
    told = read_answer(json.dumps({"explanation": "the file is not shown", "edits": []}))
    assert told == "the model sees no fix: the file is not shown"


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(PLAIN, id="bare"),
        pytest.param(f"\n {json.dumps(GOOD, indent=2)}\n", id="indented"),
        pytest.param(f"```json\n{PLAIN}\n```", id="fence"),
        pytest.param(f"```\n{PLAIN}```", id="fence closed on the line"),
        pytest.param(f"```json\r\n{PLAIN}\r\n```\r\n", id="fence of Windows"),
        pytest.param(f"Here it is:\n{PLAIN}\nThat mends it.", id="between words"),
        pytest.param(f"<think>{{x}} is one.</think>In {{ y }}: {PLAIN}", id="after braces that are no JSON"),
        pytest.param(f"{PLAIN}\nNow {{x}} is two.", id="words with braces behind"),
        pytest.param(
            f"The code:\n```python\nx = {{}}\n```\nThe mend:\n```json\n{PLAIN}\n```", id="two fences"
        ),
        pytest.param(f"The code:\n```python\nx = 1\n```\n{PLAIN}", id="a fence before"),
        pytest.param(f"[{PLAIN}]", id="in a list"),
        pytest.param(f"\ufeff{PLAIN}", id="byte order mark"),
    ],
)
def test_an_answer_is_found_wherever_it_stands(text: str) -> None:
    assert read_answer(text) == READ


def test_a_fence_inside_an_edit_is_text() -> None:
    edit = {"path": "a.md", "search": "```js\na\n```", "replace": "```\nb\n```"}
    found = read_answer(json.dumps({"explanation": "", "edits": [edit]}, indent=1))
    assert found == Answer("", (Edit(**edit),))


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("I cannot do that.", id="words"),
        pytest.param("{", id="torn"),
        pytest.param(PLAIN[:-9], id="cut off"),
        pytest.param("null", id="null"),
        pytest.param("{}", id="nothing in it"),
        pytest.param('{"edits": []}', id="no explanation"),
        pytest.param(json.dumps({**GOOD, "tests": []}), id="more than asked"),
        pytest.param(json.dumps({**GOOD, "edits": "x"}), id="edits as text"),
        pytest.param(json.dumps({**GOOD, "edits": [{"path": "a"}]}), id="half an edit"),
        pytest.param(json.dumps({**GOOD, "edits": [{**EDIT, "line": 3}]}), id="more than an edit"),
        pytest.param('{"explanation": "\\ud800", "edits": []}', id="half a character"),
        pytest.param("{" * 10_000, id="braces"),
        pytest.param('{"a":' * 5_000, id="too deep"),
    ],
)
def test_what_is_no_answer_is_told_why(text: str) -> None:
    told = read_answer(text)
    assert isinstance(told, str)
    assert told.startswith("the answer is not the JSON that was asked for: ")


def test_an_answer_that_is_too_long_is_not_read() -> None:
    edits = [{**EDIT, "replace": "x" * LONGEST}]
    told = read_answer(json.dumps({**GOOD, "edits": edits}))
    assert told == f"the answer is longer than {LONGEST} characters"


def test_too_many_edits_are_too_many() -> None:
    most = read_answer(json.dumps({**GOOD, "edits": [EDIT] * MOST_EDITS}))
    assert isinstance(most, Answer)
    told = read_answer(json.dumps({**GOOD, "edits": [EDIT] * (MOST_EDITS + 1)}))
    assert told == f"{MOST_EDITS + 1} edits are more than {MOST_EDITS}"


@given(st.text() | JSON.map(json.dumps) | st.text(alphabet='{}[]"`:,\n ae\\'))
def test_no_text_is_too_strange_to_be_read(text: str) -> None:
    assert isinstance(read_answer(text), Answer | str)
    assert isinstance(read_review(text), Review | str)


@given(st.text(), st.lists(st.tuples(st.text(), st.text(), st.text()), min_size=1, max_size=3), st.booleans())
def test_every_answer_in_the_form_that_is_asked_for_is_read(
    why: str,
    edits: list[tuple[str, str, str]],
    plain: bool,  # noqa: FBT001
) -> None:
    told = {"explanation": why, "edits": [dict(zip(EDIT, edit, strict=True)) for edit in edits]}
    jsonschema.validate(told, EDITS)
    text = json.dumps(told, ensure_ascii=plain)
    assert read_answer(text) == Answer(why, tuple(Edit(*edit) for edit in edits))


@pytest.mark.parametrize("verdict", ["approve", "reject"])
def test_a_review_is_read(verdict: Literal["approve", "reject"]) -> None:
    told = {"verdict": verdict, "reasons": ["so"]}
    jsonschema.validate(told, REVIEW)
    found = read_review(f"```json\n{json.dumps(told)}\n```")
    assert found == Review(verdict, ("so",))
    assert isinstance(found, Review)
    assert found.approves is (verdict == "approve")


@pytest.mark.parametrize("verdict", ["Approve", "approved", "", "maybe"])
def test_a_verdict_is_one_of_two_words(verdict: str) -> None:
    told = read_review(json.dumps({"verdict": verdict, "reasons": []}))
    wrong = f"Invalid enum value '{verdict}' - at `$.verdict`"
    assert told == f"the answer is not the JSON that was asked for: {wrong}"


# --- applying ----------------------------------------------------------------------------------


def test_an_edit_that_changes_nothing_is_told() -> None:
    told = applied(answer(("a.py", "x = 1", "x = 1")), Files({"a.py": "x = 1\n"}))
    assert told == "the edits leave a.py as it is"


def test_edits_are_placed_wherever_they_stand() -> None:
    files = Files({"a.py": "a\nb\nc\nd\n", "b.py": "e\n"})
    found = applied(answer(("a.py", "d", "D\nE"), ("b.py", "e\n", ""), ("a.py", "a\nb", "")), files)
    assert found == {"a.py": "\nc\nD\nE\n", "b.py": ""}


def test_edits_side_by_side_do_not_overlap() -> None:
    assert applied(answer(("a.py", "a\n", "x\n"), ("a.py", "b\n", "y\n")), Files({"a.py": "a\nb\n"})) == {
        "a.py": "x\ny\n"
    }


def test_line_ends_of_windows_are_kept() -> None:
    files = Files({"a.py": "a\r\nb\r\nc\r\n"})
    assert applied(answer(("a.py", "a\nb\n", "x\ny\r\n")), files) == {"a.py": "x\r\ny\r\nc\r\n"}
    plain = Files({"a.py": "a\nb\nc\n"})
    assert applied(answer(("a.py", "a\r\nb\r\n", "x\r\ny\n")), plain) == {"a.py": "x\ny\nc\n"}


def test_a_search_is_text_and_no_pattern() -> None:
    found = applied(answer(("a.py", "f(.*)", r"\1\g<0>")), Files({"a.py": "f(.*)\nf(x)\n"}))
    assert found == {"a.py": "\\1\\g<0>\nf(x)\n"}


@pytest.mark.parametrize(
    ("edits", "message"),
    [
        pytest.param(
            [("new.py", "a", "b")],
            "edit 1: there is no text file 'new.py': only files that are there are changed",
            id="a new file",
        ),
        pytest.param([("../a.py", "a", "b")], "edit 1: there is no text file '../a.py'", id="outside"),
        pytest.param(
            [("a.py", "z", "b")], "edit 1: its `search` does not occur in a.py: copy", id="not there"
        ),
        pytest.param([("a.py", "", "b")], "edit 1: `search` is empty", id="empty"),
        pytest.param([("a.py", " \n", "b")], "edit 1: `search` is empty", id="blank"),
        pytest.param(
            [("a.py", "b", "c"), ("a.py", "a", "b")], "edit 2: its `search` occurs 2 times", id="twice"
        ),
        pytest.param(
            [("c.py", "}\n}\n", "x")], "edit 1: its `search` occurs 2 times", id="twice, overlapping"
        ),
        pytest.param(
            [("a.py", "a\nb", "x"), ("a.py", "b\na", "y")],
            "two edits of a.py overlap: make them one",
            id="overlap",
        ),
        pytest.param(
            [("a.py", "b", "x")] * 2, "two edits of a.py overlap: make them one", id="the same twice"
        ),
    ],
)
def test_an_edit_that_cannot_be_placed_is_told(edits: list[tuple[str, str, str]], message: str) -> None:
    told = applied(answer(*edits), Files({"a.py": "a\nb\na\n", "c.py": "}\n}\n}\n"}))
    assert isinstance(told, str)
    assert told.startswith(message)


@given(
    st.text("ab\n", max_size=8), st.lists(st.tuples(st.text("ab\n", max_size=3), st.text("xy\n", max_size=3)))
)
def test_edits_change_what_they_name_and_nothing_else(text: str, edits: list[tuple[str, str]]) -> None:
    found = applied(answer(*(("a", search, put) for search, put in edits)), Files({"a": text}))
    if isinstance(found, str):
        return
    marks = [chr(0xE000 + at) for at in range(len(edits))]
    for mark, (search, _) in zip(marks, edits, strict=True):
        text = text.replace(search, mark)
    for mark, (_, put) in zip(marks, edits, strict=True):
        text = text.replace(mark, put)
    assert found == ({"a": text} if edits else {})
