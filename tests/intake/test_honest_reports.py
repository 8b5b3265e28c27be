"""Reports as people file them: each must name the error that the failing test names."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from homeostat.intake import read_issue
from homeostat.records import Failure, Issue

TITLE = "[shop] KeyError: 'timeout'"
FILED = datetime(2026, 3, 2, tzinfo=UTC)
UNDEFINED = "Cannot read properties of undefined (reading 'timeout')"


def read(body: str, title: str = "It is broken") -> Failure:
    failure = read_issue(Issue(7, title, body, (), "someone", "NONE", FILED))
    assert isinstance(failure, Failure)
    return failure


def told(failure: Failure) -> tuple[str, str, str, int | None, str | None]:
    first = failure.frames[0]
    return failure.type, failure.message, first.file, first.line, first.function


def fenced(text: str) -> str:
    return f"It happens since Monday:\n\n```\n{text}\n```\n"


PYTEST_LONG = """\
_______________________________ T.test_default _______________________________

self = <tests.test_settings.T testMethod=test_default>

    def test_default(self):
>       self.assertEqual(timeout({}), 30)

tests/test_settings.py:11:
_ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _

settings = {}

    def timeout(settings):
>       value = settings["timeout"]
E       KeyError: 'timeout'

src/settings.py:5: KeyError"""
PYTEST_SHORT = """\
_______ test_default ________
tests/test_settings.py:11: in test_default
    self.assertEqual(timeout({}), 30)
src/settings.py:5: in timeout
    value = settings["timeout"]
E   KeyError: 'timeout'"""
SUMMARY = (
    "=== short test summary info ===\nFAILED tests/test_settings.py::T::test_default - KeyError: 'timeout'"
)
TAP = f"""\
not ok 2 - default
  ---
  failureType: 'testCodeFailure'
  error: "{UNDEFINED}"
  code: 'ERR_TEST_FAILURE'
  name: 'TypeError'
  stack: |-
    timeout (/w/src/settings.js:5:23)
    TestContext.<anonymous> (/w/tests/settings.test.js:5:46)
  ..."""
PYTHON = ("KeyError", "'timeout'", "src/settings.py", 5, "timeout")
RUNS = {
    "pytest": (f"=== FAILURES ===\n{PYTEST_LONG}\n{SUMMARY}", PYTHON),
    "pytest from its block on": (f"{PYTEST_LONG}\n{SUMMARY}", PYTHON),
    "pytest's block alone": (PYTEST_LONG, PYTHON),
    "pytest's short block": (f"{PYTEST_SHORT}\n{SUMMARY}", PYTHON),
    "node's TAP from the result on": (
        TAP,
        ("TypeError", UNDEFINED, "/w/src/settings.js", 5, "timeout"),
    ),
}


@pytest.mark.parametrize(("text", "expected"), RUNS.values(), ids=RUNS)
def test_an_issue_may_hold_the_output_of_a_test_runner(
    text: str, expected: tuple[str, str, str, int, str]
) -> None:
    assert told(read(fenced(text))) == expected


TRACE = (
    'Traceback (most recent call last):\n  File "/srv/src/settings.py", line 5, in timeout\n'
    "KeyError: 'timeout'"
)


def test_a_trace_says_more_than_a_summary_of_tests() -> None:
    assert told(read(fenced(f"{TRACE}\n\n{SUMMARY}")))[2:] == ("/srv/src/settings.py", 5, "timeout")


def test_rules_of_underscores_make_no_test_run() -> None:
    assert told(read(fenced(f"____ start ____\n{TRACE}")))[2:] == ("/srv/src/settings.py", 5, "timeout")


CODE = """\
      3 |
      4 | function timeout(settings) {
    > 5 |   return settings.net.timeout;
        |                       ^
      6 | }
"""
SHOWN = {
    "jest": f"  ● default\n\n    TypeError: {UNDEFINED}\n\n{CODE}\n      at timeout (src/settings.js:5:23)",
    "deno": (
        f"error: Uncaught (in promise) TypeError: {UNDEFINED}\n  return settings.net.timeout;\n"
        "                      ^\n    at timeout (file:///srv/app/src/settings.js:5:23)"
    ),
}


@pytest.mark.parametrize("text", SHOWN.values(), ids=SHOWN)
def test_code_that_is_shown_above_a_stack_is_no_message(text: str) -> None:
    assert told(read(fenced(text)))[:2] == ("TypeError", UNDEFINED)


def test_a_message_may_have_paragraphs() -> None:
    said = "no price\n\n  shirt | 3 pieces\n  ^\nin the cart"
    assert read(fenced(f"Error: {said}\n    at total (src/cart.js:3:1)")).message == said


RETRIED = """\
Traceback (most recent call last):
  File "/usr/lib/python3.12/site-packages/urllib3/connection.py", line 174, in _new_conn
    conn = connection.create_connection()
TimeoutError: timed out"""
TITLES = {
    "the title's type": "KeyError: 'timeout'",
    "the capture tool's title": TITLE,
    "a type within the title": "KeyError 'timeout' after a retry",
    "a title that names none": "Error after a retry",
}


@pytest.mark.parametrize("title", TITLES.values(), ids=TITLES)
def test_of_several_traces_the_one_that_the_title_means_counts(title: str) -> None:
    assert told(read(fenced(RETRIED) + fenced(TRACE), title))[0::2] == (
        "KeyError",
        "/srv/src/settings.py",
        "timeout",
    )


def test_of_several_traces_without_a_hint_the_first_counts() -> None:
    other = TRACE.replace("KeyError", "ValueError")
    assert read(fenced(TRACE) + fenced(other)).type == "KeyError"
    assert read(fenced(TRACE) + fenced(other), "ValueError: 'timeout'").type == "ValueError"
    assert read(fenced(RETRIED), "Error after a retry").type == "TimeoutError"


TAILS = {
    "pyinstaller 5": "[1234] Failed to execute script 'main' due to unhandled exception!",
    "pyinstaller 6": "[PYI-1234:ERROR] Failed to execute script 'main' due to unhandled exception!",
    "sentry": "Sentry is attempting to send 2 pending events\nWaiting up to 2 seconds",
    "pycharm": "Process finished with exit code 1",
    "sublime text": "[Finished in 0.1s with exit code 1]",
    "kubectl": "command terminated with exit code 1",
    "just": "error: Recipe `run` failed on line 3 with exit code 1",
}


@pytest.mark.parametrize("tail", TAILS.values(), ids=TAILS)
def test_what_is_printed_when_a_program_has_ended_is_no_message(tail: str) -> None:
    assert read(fenced(f"{TRACE}\n{tail}")).message == "'timeout'"


@pytest.mark.parametrize("more", ["", "Raised during: shop.views.page\n"], ids=["4", "5"])
def test_the_page_of_django_names_the_error_below_its_traceback(more: str) -> None:
    text = f"""\
Environment:

Request Method: GET
Request URL: http://localhost:8000/settings

Django Version: 5.0
Python Version: 3.12.1

Traceback (most recent call last):
  File "/venv/lib/python3.12/site-packages/django/core/handlers/exception.py", line 55, in inner
    response = get_response(request)
  File "/srv/shop/src/settings.py", line 5, in timeout
    value = settings["timeout"]

Exception Type: KeyError at /settings
Exception Value: 'timeout'
{more}"""
    assert told(read(text, "500 at /settings")) == (
        "KeyError",
        "'timeout'",
        "/srv/shop/src/settings.py",
        5,
        "timeout",
    )


def log(lines: int) -> str:
    return "".join(f"10:00:{at % 60:02} INFO request {at} ok in {at % 97} ms\n" for at in range(lines))


def test_a_stack_in_the_midst_of_a_long_log_is_found() -> None:
    text = f"## Stack Trace\n```\n{log(2_500)}{TRACE}\n{log(2_500)}```\n"
    assert told(read(text, TITLE)) == ("KeyError", "'timeout'", "/srv/src/settings.py", 5, "timeout")


@pytest.mark.parametrize("before", [0, 700, 1_190, 4_000])
def test_a_stack_is_found_wherever_a_long_log_holds_it(before: int) -> None:
    stack = "TypeError: no price\n    at total (src/cart.js:3:1)\n    at main (src/main.js:9:1)\n"
    failure = read(f"```\n{log(before)}{stack}{log(1_300)}```\n")
    assert (failure.type, failure.message, len(failure.frames)) == ("TypeError", "no price", 2)


def test_a_stack_at_an_end_of_a_long_log_goes_first() -> None:
    other = TRACE.replace("KeyError", "ValueError")
    assert read(f"```\n{TRACE}\n{log(1_000)}{other}\n{log(1_000)}```\n").type == "KeyError"


def test_react_native_names_its_engine_behind_every_message() -> None:
    said = "Cannot read property 'timeout' of undefined"
    text = f"TypeError: {said}, js engine: hermes\n    at timeout (/srv/app/src/settings.js:5:23)"
    assert read(fenced(text)).message == said
    assert read(fenced(text), f"[Shop] TypeError: {said}, js engine: hermes").message == said


@pytest.mark.parametrize("blank", ["", "\n"], ids=["15", "17"])
def test_a_stack_of_components_is_not_the_errors(blank: str) -> None:
    components = f"The above error occurred in the <App> component:\n{blank}    at App (http://shop.test/src/App.js:3:1)\n"
    error = f"TypeError: {UNDEFINED}\n    at timeout (http://shop.test/src/settings.js:5:23)"
    settings = ("TypeError", UNDEFINED, "http://shop.test/src/settings.js", 5, "timeout")
    assert told(read(fenced(f"{components}{error}"))) == settings
    assert told(read(fenced(f"{error}\n\n{components}"))) == settings
    assert read(fenced(components), f"[Shop] TypeError: {UNDEFINED}").frames[0].function == "App"


def test_a_copy_of_firefoxs_console_is_a_stack() -> None:
    text = (
        "Uncaught TypeError: settings.net is undefined\n    timeout http://localhost:3000/src/settings.js:5\n"
        "    GET http://localhost:3000/api\n    <anonymous> http://localhost:3000/src/main.js:9:2\nsettings.js:5:3"
    )
    failure = read(fenced(text))
    settings = (
        "TypeError",
        "settings.net is undefined",
        "http://localhost:3000/src/settings.js",
        5,
        "timeout",
    )
    assert told(failure) == settings
    assert [frame.line for frame in failure.frames] == [5, 9]


TRACE = """\
Traceback (most recent call last):
  File "/srv/src/settings.py", line 5, in timeout
    value = settings["timeout"]
KeyError: 'timeout'
"""


@pytest.mark.parametrize(
    "after",
    [
        "2026-03-02 09:00:02 [main] INFO  c.b.Job - monthly done",
        "[worker-1] WARN late",
        "Call stack:\n  File \"/app/src/app.py\", line 5, in run\nMessage: 'x'\nArguments: ()",
    ],
    ids=["a log's line", "a log's line without a time", "what logging adds"],
)
def test_what_a_log_goes_on_with_is_no_part_of_the_message(after: str) -> None:
    assert read(fenced(f"{TRACE}{after}")).message == "'timeout'"


@pytest.mark.parametrize(
    "after", ["**Job:** monthly • **Host:** a", "---\nSent by the monitor", "**Job**: monthly"]
)
def test_what_stands_below_the_message_in_its_section_is_no_part_of_it(after: str) -> None:
    body = f"## Stack Trace\n\n```\n{TRACE}```\n\n## Error Message\n'timeout'\n\n{after}\n"
    assert read(body).message == "'timeout'"
