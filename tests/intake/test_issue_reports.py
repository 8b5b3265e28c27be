from __future__ import annotations

from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import yaml

from homeostat.intake import read_issue
from homeostat.intake.issues import NO_ERROR, NO_PLACE
from homeostat.records import Failure, Frame, Issue, Markdown, Origin, Unreadable

CORPUS = Path(__file__).parent.parent / "corpus"
EXPECTED: dict[str, Any] = yaml.safe_load((CORPUS / "issues.yaml").read_text())
FILED = datetime(2026, 3, 2, tzinfo=UTC)
TITLE = "[Shop] TypeError: no price"
PLACED = "**Location:** src/cart.js:12"


def issue(body: str, *, title: str = TITLE, labels: tuple[str, ...] = ()) -> Issue:
    return Issue(7, title, body, labels, "someone", "NONE", FILED)


def read(body: str, *, title: str = TITLE, labels: tuple[str, ...] = ()) -> Failure:
    failure = read_issue(issue(body, title=title, labels=labels))
    assert isinstance(failure, Failure)
    return failure


def body(name: str) -> str:
    return (CORPUS / "issues" / f"{name}.md").read_text()


def test_every_issue_has_its_expectation() -> None:
    assert {path.stem for path in (CORPUS / "issues").iterdir()} == EXPECTED.keys()


@pytest.mark.parametrize("line_end", ["\n", "\r\n"], ids=["unix", "web form"])
@pytest.mark.parametrize("name", EXPECTED)
def test_a_report_in_either_format_is_read(name: str, line_end: str) -> None:
    expected = dict(EXPECTED[name])
    text = body(name).replace("\n", line_end)
    failure = read(text, title=expected.pop("title"), labels=tuple(expected.pop("labels")))
    first = failure.frames[0]
    told = asdict(failure) | {
        "innermost": [first.file, first.line, first.function],
        "frames": len(failure.frames),
        "seen_at": failure.seen_at.isoformat() if failure.seen_at else None,
        "breadcrumbs": list(failure.breadcrumbs),
    }
    assert {key: told[key] for key in expected} == expected
    assert (failure.origin, failure.issue) == (Origin.ISSUE, 7)


@pytest.mark.parametrize(
    ("text", "title", "missing"),
    [
        pytest.param("", "It is broken", (NO_ERROR, NO_PLACE), id="nothing"),
        pytest.param("", TITLE, (NO_PLACE,), id="title only"),
        pytest.param(PLACED, "It is broken", (NO_ERROR,), id="place only"),
        pytest.param("## Stack Trace\n\n```\nat src/cart.js:12\n```", "Help", (NO_ERROR,), id="frames only"),
        pytest.param(
            "## Stack Trace\n\n```\nsee the log\n```", TITLE, (NO_PLACE,), id="no frame in the section"
        ),
        pytest.param("**Location:** somewhere", TITLE, (NO_PLACE,), id="a place without a line"),
    ],
)
def test_an_unreadable_report_says_what_is_missing(
    text: str, title: str, missing: tuple[Markdown, ...]
) -> None:
    assert read_issue(issue(text, title=title)) == Unreadable(missing, 7)


@pytest.mark.parametrize(
    ("title", "kind", "message"),
    [
        pytest.param("[A] TypeError: x is undefined", "TypeError", "x is undefined", id="extension"),
        pytest.param(r"[A] Shop\CartException: late", r"Shop\CartException", "late", id="php class"),
        pytest.param(
            "[a b] requests.exceptions.Timeout: 30: s", "requests.exceptions.Timeout", "30: s", id="dotted"
        ),
        pytest.param("[A] Oops: unnamed", "Oops", "unnamed", id="a name that tells nothing"),
        pytest.param("KeyError: 'price'", "KeyError", "'price'", id="no product"),
        pytest.param("\N{BUG} [A] KeyError: 'price'", "KeyError", "'price'", id="an emoji"),
        pytest.param(
            "\N{WARNING SIGN}\N{VARIATION SELECTOR-16} KeyError: 1",
            "KeyError",
            "1",
            id="no product, an emoji",
        ),
        pytest.param("[prod][A] KeyError: 'price'", "KeyError", "'price'", id="two brackets"),
        pytest.param("[Bug]: KeyError: 'price'", "KeyError", "'price'", id="a form's prefix"),
        pytest.param("[A] KeyError - 'price'", "KeyError", "'price'", id="a dash"),
    ],
)
def test_a_title_names_type_and_message(title: str, kind: str, message: str) -> None:
    failure = read(PLACED, title=title)
    assert (failure.type, failure.message) == (kind, message)


def test_a_title_that_names_no_error_yields_to_the_trace() -> None:
    trace = "```\nTypeError: no price\n    at total (src/cart.js:3:1)\n```"
    assert read(trace, title="[Bug] Checkout: fails since Monday").type == "TypeError"


@pytest.mark.parametrize("title", ["[Shop] Checkout - fails", "[Shop] \N{BUG} broken", "\N{BUG}" * 30])
def test_a_sentence_is_no_error(title: str) -> None:
    assert read_issue(issue(PLACED, title=title)) == Unreadable((NO_ERROR,), 7)


def test_the_printed_type_is_kept_when_the_title_shortens_it() -> None:
    trace = 'Traceback (most recent call last):\n  File "a.py", line 1, in f\nshop.errors.CartError: late'
    failure = read(f"```\n{trace}\n```", title="[Shop] CartError: la…")
    assert (failure.type, failure.message) == ("shop.errors.CartError", "late")


def test_without_a_fence_the_whole_section_is_the_trace() -> None:
    failure = read(
        "## Stack Trace\nTypeError: x\n    at total (src/cart.js:3:1)\n\n## Context\n\nat other.js:4:4"
    )
    assert failure.frames == (Frame("src/cart.js", 3, 1, "total"),)


def test_a_heading_inside_a_fence_starts_no_section() -> None:
    failure = read(
        "## Stack Trace\n```\n# TypeError: x\n## Context\nat src/cart.js:3:1\n```\n## Context\nreal"
    )
    assert failure.frames[0].line == 3
    assert failure.excerpt.startswith("# TypeError")


def test_other_fences_do_not_close_a_block() -> None:
    failure = read("~~~\n```\nTypeError: x\nat src/cart.js:3:1\n```\nat src/main.js:9:1\n~~~")
    assert [frame.file for frame in failure.frames] == ["src/cart.js", "src/main.js"]
    assert "src/main.js" in failure.excerpt


def test_shorter_fences_do_not_close_a_block() -> None:
    failure = read(
        "````\n```\nTypeError: x\nat src/cart.js:3:1\n```\nat src/main.js:9:1\n````\nat src/not.js:1:1"
    )
    assert [frame.file for frame in failure.frames] == ["src/cart.js", "src/main.js"]


def test_a_fence_that_names_a_language_closes_no_block() -> None:
    failure = read("```\nTypeError: x\n```js\nat src/cart.js:3:1\n```\nat src/not.js:1:1")
    assert [frame.file for frame in failure.frames] == ["src/cart.js"]


@pytest.mark.parametrize(
    ("location", "frame"),
    [
        pytest.param("src/cart.js:12", Frame("src/cart.js", 12), id="line"),
        pytest.param("src/cart.js:12:4", Frame("src/cart.js", 12, 4), id="column"),
        pytest.param("`src/Cart.php(45)`", Frame("src/Cart.php", 45), id="brackets"),
        pytest.param(r"C:\shop\cart.php:45", Frame(r"C:\shop\cart.php", 45), id="drive"),
        pytest.param("src/cart.js, line 12", Frame("src/cart.js", 12), id="words"),
        pytest.param("src/cart.js line 12", Frame("src/cart.js", 12), id="words without a comma"),
        pytest.param("`src/cart.js` on line 12", Frame("src/cart.js", 12), id="more words"),
        pytest.param("src/cart.js#L12", Frame("src/cart.js", 12), id="anchor"),
        pytest.param("src/cart.js#L12-L14", Frame("src/cart.js", 12), id="range"),
        pytest.param(
            "https://github.com/acme/shop/blob/3f9c2b7/src/cart.js#L12", Frame("src/cart.js", 12), id="link"
        ),
    ],
)
def test_a_location_stands_in_for_a_trace(location: str, frame: Frame) -> None:
    assert read(f"**Location:** {location}").frames == (frame,)


def test_a_place_without_a_known_ending_takes_its_language_from_the_fields() -> None:
    assert read("**Location:** bin/shop:3 • **PHP Version:** 8.2").language == "php"
    assert read("**Location:** bin/shop:3").language == "unknown"


@pytest.mark.parametrize(
    ("told", "seen"),
    [
        pytest.param("2026-03-01T09:30:00Z", datetime(2026, 3, 1, 9, 30, tzinfo=UTC), id="utc"),
        pytest.param("2026-03-01T09:30:00", datetime(2026, 3, 1, 9, 30, tzinfo=UTC), id="no zone"),
        pytest.param("2027-01-01T00:00:00Z", FILED, id="later than the issue"),
        pytest.param(
            "0001-01-01T00:00:00+23:59", datetime.fromisoformat("0001-01-01T00:00:00+23:59"), id="ancient"
        ),
        pytest.param("yesterday", FILED, id="words"),
    ],
)
def test_the_time_of_a_report(told: str, seen: datetime) -> None:
    assert read(f"{PLACED}\n**Timestamp:** {told}").seen_at == seen


@pytest.mark.parametrize(
    ("told", "count"), [("12", 12), ("1,204 times", 1204), ("many", 1), ("0", 1), ("9" * 5_000, 999_999_999)]
)
def test_occurrences_are_counted(told: str, count: int) -> None:
    assert read(f"{PLACED} • **Occurrences:** {told}").occurrences == count


@pytest.mark.parametrize(
    ("labels", "breadcrumbs"),
    [
        pytest.param(("robot",), (), id="extension"),
        pytest.param(("robot", "source:vps"), ("Location: src/cart.js:12", "Error: TypeError"), id="server"),
    ],
)
def test_only_servers_get_breadcrumbs_made(labels: tuple[str, ...], breadcrumbs: tuple[str, ...]) -> None:
    assert read(PLACED, labels=labels).breadcrumbs == breadcrumbs


def test_at_most_fifty_breadcrumbs_are_kept() -> None:
    steps = "\n".join(f"{number}. step {number}" for number in range(1, 80))
    failure = read(f"{PLACED}\n\n## Breadcrumbs\n\n{steps}")
    assert (len(failure.breadcrumbs), failure.breadcrumbs[0]) == (50, "step 1")


@pytest.mark.parametrize(
    "told",
    ["unknown", "n/a", "_No response_", "N/A", "none", "tbd", "-", "0", "12", "404", "<id>", "v1 or v2"],
)
def test_what_is_no_id_is_not_the_reporters_id(told: str) -> None:
    for text in (f"**Fingerprint:** {told}", f"- Fingerprint: `{told}`"):
        assert read(f"{text}\n{PLACED}").reported_id is None
    assert read(PLACED, labels=(f"fingerprint:{told}",)).reported_id is None
    assert read(f"**Fingerprint:** {told}\n{PLACED}", labels=("fingerprint:a-17",)).reported_id == "a-17"


@pytest.mark.parametrize("told", ["91d2e6c4", "ORDERS-4F", "2017", "{{default}}-5"])
def test_an_id_of_the_reporters_is_kept(told: str) -> None:
    assert read(f"**Fingerprint:** {told}\n{PLACED}").reported_id == told


def test_prose_with_a_colon_is_no_field() -> None:
    assert isinstance(read_issue(issue("Location: the cart")), Unreadable)


def test_a_place_named_in_a_sentence_is_a_place() -> None:
    assert read("It broke, see `src/cart.js:12`, as before.").frames == (Frame("src/cart.js", 12),)
    link = "https://github.com/acme/shop/blob/main/src/cart.js#L9"
    assert read(f"See {link}, or src/other.js line 3, for src/cart.js:12.").frames == (
        Frame("src/cart.js", 12),
    )


def test_the_excerpt_is_bounded() -> None:
    frames = "\n".join(f"    at step (src/cart.js:{line}:1)" for line in range(1, 900))
    failure = read(f"## Stack Trace\n```\nTypeError: x\n{frames}\n```")
    assert len(failure.excerpt) == 4_000
    assert len(failure.frames) == 500
    assert (failure.frames[0].line, failure.frames[-1].line) == (1, 899)
