"""Errors that arrive as JSON objects: each tells its type, its message and where it was raised."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from homeostat.intake import read_issue
from homeostat.intake.structured import printed
from homeostat.records import Issue, Unreadable
from tests.intake.test_honest_reports import FILED, fenced, read

OLDEST_FIRST = [
    {"filename": "/app/src/app.py", "function": "run", "lineno": 5, "in_app": True},
    {"filename": "/app/src/invoice.py", "function": "mean", "lineno": 7, "in_app": True},
]
RAISED = ("ZeroDivisionError", "float division by zero", "/app/src/invoice.py", 7, "mean")
OBJECTS: dict[str, tuple[dict[str, Any], tuple[str, str, str, int, str | None]]] = {
    "an event of Sentry, with its cause": (
        {
            "event_id": "9f",
            "type": "error",
            "exception": {
                "values": [
                    {"type": "OSError", "value": "gone", "stacktrace": {"frames": OLDEST_FIRST[:1]}},
                    {"type": RAISED[0], "value": RAISED[1], "stacktrace": {"frames": OLDEST_FIRST}},
                ]
            },
        },
        RAISED,
    ),
    "tracebacks of structlog": (
        {
            "event": "boom",
            "exception": [
                {
                    "exc_type": RAISED[0],
                    "exc_value": RAISED[1],
                    "frames": [
                        {"filename": at["filename"], "lineno": at["lineno"], "name": at["function"]}
                        for at in OLDEST_FIRST
                    ],
                }
            ],
        },
        RAISED,
    ),
    "Monolog": (
        {
            "message": "it broke",
            "context": {
                "exception": {
                    "class": "TypeError",
                    "message": "total(): Argument #1 must be of type array",
                    "file": "/app/src/Cart.php:8",
                    "trace": ["/app/src/Shop.php:12", "/app/public/index.php:3"],
                }
            },
        },
        ("TypeError", "total(): Argument #1 must be of type array", "/app/src/Cart.php", 8, None),
    ),
    "parsed stacks, innermost first": (
        {
            "type": "exception",
            "outerType": RAISED[0],
            "outerMessage": RAISED[1],
            "details": [{"parsedStack": [{"method": "mean", "fileName": "/app/src/invoice.py", "line": 7}]}],
        },
        RAISED,
    ),
    "methods and numbers of lines": (
        {
            "errorClass": "TypeError",
            "message": "x is undefined",
            "stacktrace": [
                {"file": "src/cart.js", "lineNumber": 4, "method": "names"},
                {"file": "src/shop.js", "lineNumber": 9},
            ],
        },
        ("TypeError", "x is undefined", "src/cart.js", 4, "names"),
    ),
}


@pytest.mark.parametrize("indent", [None, 2], ids=["in a line", "set out"])
@pytest.mark.parametrize(("told", "wanted"), OBJECTS.values(), ids=OBJECTS.keys())
def test_an_object_that_tells_an_error_is_a_report(
    told: dict[str, Any], wanted: tuple[str, str, str, int, str | None], indent: int | None
) -> None:
    failure = read(fenced(json.dumps(told, indent=indent)))
    first = failure.frames[0]
    assert (failure.type, failure.message, first.file, first.line, first.function) == wanted


@pytest.mark.parametrize(
    "told",
    [
        {"type": "KeyError", "frames": []},
        {"frames": OLDEST_FIRST},
        {"type": "KeyError", "value": "x", "frames": [{"filename": "a.py", "lineno": True}]},
        {"type": "KeyError", "value": "x", "frames": [{"filename": "a.py\nb", "lineno": 3}]},
        {"type": "KeyError", "value": "x", "trace": ["at a.js:1:2", 7, None]},
    ],
    ids=["no frames", "no type", "no number", "two lines", "other lines"],
)
def test_an_object_that_lacks_a_part_is_none(told: dict[str, Any]) -> None:
    assert printed(told) is None
    assert isinstance(
        read_issue(Issue(7, "It broke", fenced(json.dumps(told)), (), "a", "NONE", FILED)), Unreadable
    )


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=9),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["type", "frames", "file", "line", "trace", "values", "details"]), inner
        )
    ),
    max_leaves=30,
)


@given(JSON)
def test_any_object_is_read_or_not(told: object) -> None:
    found = printed(told)
    assert found is None or "\n" in found
