"""Which fixes of a past are its errors, and how what became of them is told and kept."""

from __future__ import annotations

import json
import re
from base64 import b64encode
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from hashlib import sha256
from html.parser import HTMLParser

import pytest

from homeostat.backtest import (
    Event,
    Finding,
    Judged,
    Notebook,
    Ruling,
    Source,
    State,
    Told,
    as_data,
    events_of,
    html,
    parsed,
    reported_in,
    suspects,
    table,
)
from homeostat.backtest.state import rendered
from homeostat.errors import ConfigError
from homeostat.records import Charge, Failure, Landing, Origin

AT = datetime(2026, 3, 2, 10, 17, tzinfo=UTC)


def landing(name: str, message: str, *brought: str, said: str = "") -> Landing:
    return Landing(name, f"before {name}", AT, message, (*brought, name), said or message)


def failure(issue: int) -> Failure:
    return Failure("KeyError", "'a'", (), "python", Origin.ISSUE, issue=issue)


# --- events ---------------------------------------------------------------------------------------


def test_a_fix_with_tests_is_an_event_and_one_without_is_only_counted() -> None:
    one, two = landing("1", "Fix a"), landing("2", "Fix b")
    files = {"1": [("M", "src/a.py"), ("A", "tests/test_a.py"), ("M", "README.md")], "2": [("M", "src/b.py")]}
    found = events_of([one, two], files, {"1": 1, "2": 1}, {})
    assert found.events == (Event(one, ("src/a.py",), ("tests/test_a.py",)),)
    assert (found.untested, found.larger) == (1, 0)


def test_a_report_makes_an_event_of_any_change_of_code_with_tests_or_without() -> None:
    one, two = landing("1", "Rewrite a"), landing("2", "Say how")
    files = {"1": [("M", "src/a.py")], "2": [("M", "docs/a.md"), ("M", "tests/test_a.py")]}
    found = events_of([one, two], files, {"1": 40}, {"1": failure(7), "2": failure(8)})
    assert [(event.id, event.tests) for event in found.events] == [("1", ())]


def test_a_change_of_many_places_is_no_fix_of_one_error() -> None:
    files = {"1": [("M", "src/a.py"), ("M", "tests/test_a.py")]}
    assert events_of([landing("1", "Fix a")], files, {"1": 4}, {}).events
    found = events_of([landing("1", "Fix a")], files, {"1": 5}, {})
    assert (found.events, found.larger) == ((), 1)
    go = {"1": [*((("M", f"pkg/{name}.go")) for name in "abcde"), ("M", "pkg/a_test.go")]}
    assert events_of([landing("1", "Fix a")], go, {}, {}).larger == 1


@pytest.mark.parametrize(
    "files",
    [
        [("A", "src/a.py"), ("A", "tests/test_a.py")],
        [("M", "setup.py"), ("A", "tests/test_a.py")],
        [("M", "notes.txt"), ("A", "tests/test_a.py")],
    ],
    ids=["new code", "machinery", "no code"],
)
def test_what_changes_no_code_that_was_there_mends_nothing(files: list[tuple[str, str]]) -> None:
    found = events_of([landing("1", "Fix a")], {"1": files}, {"1": 1}, {})
    assert (found.events, found.untested) == ((), 0)


def test_tests_that_only_go_show_nothing() -> None:
    files = {"1": [("M", "src/a.py"), ("D", "tests/test_a.py")]}
    found = events_of([landing("1", "Fix a")], files, {"1": 1}, {})
    assert (found.events, found.untested) == ((), 1)


def test_a_merge_is_suspected_for_what_it_brought() -> None:
    merge, other = landing("m", "Merge pull request #3 from ann/b", "fix", "test"), landing("n", "Add c")
    assert suspects([merge, other], ["fix"], {}) == [merge]
    assert suspects([merge, other], [], {"n": failure(7)}) == [other]


def test_a_report_is_closed_by_a_commit_or_by_the_words_of_a_pull_request_and_once() -> None:
    one = landing("1", "Merge", said="Merge\n\nfix a\n\nFixes #7")
    two, three, four = landing("2", "Merge #4"), landing("3", "Closes: #7"), landing("4", "Fixes #99")
    pulls = {"2": "Have a limit\nResolves #9"}
    reports = {7: failure(7), 9: failure(9)}
    found = reported_in([one, two, three, four], reports, pulls)
    assert {sha: one.issue for sha, one in found.items()} == {"1": 7, "2": 9}


# --- told -----------------------------------------------------------------------------------------

RULINGS = (
    Ruling(
        Finding.HEALED, "its own tests prove it", "KeyError: 'a'", Source.LEARNED, same=True,
        diff="--- a/a.py\n+++ b/a.py\n@@ -1 +1 @@\n-    <b>\n+    b\n",
    ),
    Ruling(Finding.HEALED, "its own tests prove it", "KeyError: 'b'", Source.SEARCH, draft=True),
    Ruling(
        Finding.HEALED, "proven", "KeyError: 'c'", Source.MODEL, draft=True, cost=Decimal("0.00042")
    ),
    Ruling(Finding.WRONG, "still failing: test_d", "KeyError: 'd'", Source.LEARNED, draft=True),
    Ruling(Finding.UNPROVEN, "no tests", "KeyError: 'e'", Source.LEARNED, draft=True),
    Ruling(Finding.NOT_HEALED, "nothing matches", "KeyError: 'f'", cost=Decimal("0.5")),
    Ruling(Finding.CANNOT_TELL, "its tests pass without it as well"),
)  # fmt: skip


def judged(number: int, ruling: Ruling, subject: str = "Fix it") -> Judged:
    return Judged(f"{number:040x}", AT, subject, 7 if number == 1 else None, ruling, 130.0 if number else 2.0)


def told(*rulings: Ruling, **more: object) -> Told:
    rows = [judged(number, ruling) for number, ruling in enumerate(rulings)]
    return Told("acme/shop", rows, spent=Decimal("0.50042"), **{"left": 0, **more})  # type: ignore[arg-type]


def test_the_sentence_counts_every_event_once() -> None:
    lines = table(told(*RULINGS))
    assert (
        "Of 7 past errors 3 would have been healed for $0.00042, 2 of them as drafts, 1 of them as the "
        "developer did; 1 would have got a fix that is wrong; 1 would have got a fix that nothing can judge; "
        "1 not; 1 cannot be told."
    ) in lines


def test_each_event_has_its_row() -> None:
    lines = [line.replace("\u200b", "") for line in table(told(*RULINGS))]
    assert lines[0].split() == ["Fix", "Date", "Error", "Outcome", "By", "Cost", "Took", "Why"]
    rows = [re.split(r" {2,}", line)[2:] for line in lines[1:8]]
    assert rows[0] == [
        "KeyError: 'a'", "healed", "learned (free)", "$0.00", "2 s",
        "the same as the developer's; its own tests prove it",
    ]  # fmt: skip
    assert rows[1][:5] == ["#7 KeyError: 'b'", "healed", "search (draft)", "$0.00", "2.2 min"]
    assert [row[2] for row in rows[2:5]] == ["model ($)", "learned (draft)", "learned (draft)"]
    assert rows[2][3] == "$0.00042"
    assert rows[6] == ["Fix it", "cannot tell", "$0.00", "2.2 min", "its tests pass without it as well"]


@pytest.mark.parametrize("width", [80, 100])
def test_on_a_narrow_terminal_reasons_stand_beneath_and_nothing_is_wider(width: int) -> None:
    lines = [line.replace("\u200b", "") for line in table(told(*RULINGS), width)]
    assert max(map(len, lines)) <= width
    assert lines[0].endswith("Took")
    assert lines[2] == "  learned (free): the same as the developer's; its own tests prove it"
    assert lines[14] == "  its tests pass without it as well"
    assert "wrong; 1 would have got a fix that nothing can judge; 1 not; 1 cannot be told." in " ".join(lines)
    assert {line.index("2026-") for line in lines if "2026-" in line} == {12}


def test_on_a_wide_terminal_the_table_is_the_same() -> None:
    assert table(told(*RULINGS), 200)[:8] == table(told(*RULINGS))[:8]


def test_none_healed_is_said_so_and_nothing_judged_too() -> None:
    assert "Of 1 past error none would have been healed; 1 cannot be told." in table(told(RULINGS[6]))
    assert "Of 1 past error none would have been healed; 1 got no fix." in table(told(RULINGS[5]))
    assert table(told())[1].startswith("No past error was judged: the history names no fix")


def test_a_model_that_may_have_known_the_fix_is_said_to_be_one() -> None:
    warning = "A model may have read a public fix before it was asked: trust the next ones more."
    assert warning in table(told(RULINGS[2]))
    assert warning not in table(told(*RULINGS[:2]))


def test_what_is_left_out_and_what_was_given_is_said() -> None:
    lines = table(
        told(
            RULINGS[0],
            untested=3,
            larger=1,
            unread=2,
            unanswered=1,
            left=4,
            library="lib.json",
            stopped="Stopped at x.",
        )
    )
    assert lines[-8:] == [
        "Models cost $0.50042 in all; it took 2 s, most of it for tests.",
        "Everything in lib.json was known from the start.",
        "Left out: 3 fixes without tests or a report, which nothing can judge.",
        "Left out: 1 fix of more places than one error takes.",
        "Left out: 2 closed reports that cannot be read.",
        "Left out: 1 closed report that no change says it fixed.",
        "Not judged yet: 4 past errors.",
        "Stopped at x.",
    ]


def test_machines_read_the_same() -> None:
    data = json.loads(as_data(told(*RULINGS, left=2)))
    assert data["counts"] == {"healed": 3, "wrong": 1, "unproven": 1, "not healed": 1, "cannot tell": 1}
    assert (data["past_errors"], data["drafts"], data["left"], data["cost"]) == (7, 2, 2, "0.50042")
    assert data["events"][0]["ruling"] == {
        "finding": "healed", "reason": "its own tests prove it", "error": "KeyError: 'a'",
        "source": "learned", "draft": False, "same": True, "cost": "0", "diff": RULINGS[0].diff,
    }  # fmt: skip


# --- the page -------------------------------------------------------------------------------------


class Tags(HTMLParser):
    def __init__(self, text: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.text += data


HOSTILE = "<script>alert(1)</script>\" onload='x' &lt; $title </table> \u202e"


def test_nothing_from_outside_becomes_markup() -> None:
    bad = replace(RULINGS[0], error=HOSTILE, reason=HOSTILE)
    page = html(Told(HOSTILE, [judged(1, bad, HOSTILE)], 1, Decimal(0), library=HOSTILE, stopped=HOSTILE))
    tags, plain = Tags(page), Tags(html(told(RULINGS[0], RULINGS[1], left=1, library="x", stopped="x")))
    assert {tag for tag, _ in tags.found} == {tag for tag, _ in plain.found}
    assert {name for _, attributes in tags.found for name in attributes} == {
        name for _, attributes in plain.found for name in attributes
    }
    assert tags.text.count("<script>alert(1)</script>\" onload='x' &lt; $title </table>") == 7
    assert "\u202e" not in page


def test_the_page_loads_nothing_and_runs_nothing() -> None:
    page = html(told(*RULINGS))
    style = page.partition("<style>")[2].partition("</style>")[0]
    digest = b64encode(sha256(style.encode()).digest()).decode()
    policy = f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"
    tags = Tags(page)
    assert ("meta", {"http-equiv": "Content-Security-Policy", "content": policy}) in tags.found
    names = {name for _, attributes in tags.found for name in attributes}
    assert not names & {"src", "href", "style", "onload", "onclick"}
    assert not {"script", "link", "img", "iframe"} & {tag for tag, _ in tags.found}


def test_the_page_tells_what_its_colours_tell_in_words_too() -> None:
    tags = Tags(html(told(*RULINGS)))
    assert tags.found[0][0] == "html"
    assert tags.found[0][1] == {"lang": "en"}
    assert "3 healed" in tags.text
    assert "1 cannot tell" in tags.text
    shares = [float((a["width"] or "").rstrip("%")) for tag, a in tags.found if tag == "rect"]
    assert sum(shares) == pytest.approx(100, abs=0.1)
    assert [tag for tag, _ in tags.found].count("h1") == 1
    assert [a["scope"] for tag, a in tags.found if tag == "th"] == ["col"] * 8 + ["row"] * 7


# --- the state ------------------------------------------------------------------------------------

TERMS = {"--test": "make test", "version": "1"}


def test_a_state_is_read_as_it_was_written() -> None:
    charge = Charge("c", AT, "backtest", "acme/shop", "hs1-0", "m", Decimal("0.1"), 7, settled=True)
    rows = tuple(judged(number, ruling) for number, ruling in enumerate(RULINGS))
    state = State(TERMS, rows, (charge,))
    assert parsed(rendered(state), "state.json", TERMS) == state
    assert state.cost == Decimal("0.1")
    assert [*state.known] == [one.id for one in rows]


def test_two_backtests_do_not_mix() -> None:
    text = rendered(State(TERMS))
    for other in ({**TERMS, "--test": "make check"}, {**TERMS, "--ai": "gpt"}, {"--test": "make test"}):
        with pytest.raises(ConfigError) as caught:
            parsed(text, "state.json", other)
        told = str(caught.value)
        assert re.match(r"state\.json was begun with another (--test|--ai|version) \(", told)
        assert told.endswith("give the same, or another file with --state.")


@pytest.mark.parametrize(
    "text",
    [b"", b"{}", b"[" * 100_000, b'{"terms": {}, "version": 2}', b'{"terms": {}, "judged": [{}]}'],
    ids=["empty", "no terms", "deep", "newer", "no event"],
)
def test_what_is_no_state_is_one_sentence(text: bytes) -> None:
    with pytest.raises(ConfigError, match=r"^state\.json is no state that this Homeostat can go on from"):
        parsed(text, "state.json", {})


def test_each_change_is_written_before_it_is_known_and_holds_no_secret() -> None:
    written: list[bytes] = []
    notebook = Notebook(State(TERMS), written.append)
    secret = "ghp_" + "a1B2" * 9
    ruling = Ruling(Finding.NOT_HEALED, f"it said\n{secret}", f"KeyError: '{secret}'")
    notebook.judge(Event(landing("1", f"Fix {secret}"), (), (), failure(7)), ruling, 1.26)
    assert parsed(written[-1], "x", TERMS) == notebook.state
    assert secret not in written[-1].decode()
    assert (notebook.state.judged[0].issue, notebook.state.judged[0].seconds) == (7, 1.3)

    def full(_: bytes) -> None:
        raise OSError

    broken = Notebook(notebook.state, full)
    with pytest.raises(OSError, match=r"^$"):
        broken.judge(Event(landing("2", "Fix"), (), ()), ruling, 1.0)
    assert broken.state == notebook.state
