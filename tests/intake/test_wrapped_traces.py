"""A stack says the same whatever a logger, a container, a tool, a chat or a web page wraps around it."""

from __future__ import annotations

import json
from collections.abc import Callable
from html import escape

import pytest

from homeostat.intake import read_text
from homeostat.intake.text import MAX_REPORT_LINES
from homeostat.records import Failure

TRACES = {
    "node": """TypeError: Cannot read properties of undefined (reading 'price')
    at total (/srv/app/cart.js:12:21)
    at Object.<anonymous> (/srv/app/main.js:3:1)
    at node:internal/main/run_main_module:28:49""",
    "firefox": """TypeError: cart is undefined
total@https://shop.test/cart.js:1:2
main@https://shop.test/main.js:3:4
@https://shop.test/main.js:9:1""",
    "python": """Traceback (most recent call last):
  File "/srv/app/main.py", line 3, in <module>
    total({})
  File "/srv/app/cart.py", line 12, in total
    return cart["price"]
KeyError: 'price'""",
    "java": """java.lang.IllegalStateException: no total
\tat shop.Cart.total(Cart.java:12)
\tat shop.Main.main(Main.java:3)
Caused by: java.io.IOException: gone
\tat shop.Io.read(Io.java:9)
\t... 1 more""",
    "php": """PHP Fatal error:  Uncaught Error: Call to undefined function price() in /srv/app/cart.php:3
Stack trace:
#0 /srv/app/index.php(12): total()
#1 {main}
  thrown in /srv/app/cart.php on line 3""",
    "go": """panic: no price

goroutine 1 [running]:
main.total(...)
\t/srv/app/cart.go:3
main.main()
\t/srv/app/main.go:9 +0x1""",
    "ruby": """app/models/cart.rb:12:in 'Cart#total': no price (RuntimeError)
\tfrom main.rb:3:in 'Object#run'
\tfrom main.rb:9:in '<main>'""",
    "csharp": """Unhandled exception. System.InvalidOperationException: no price
   at Shop.Cart.Total(Int32 number) in /src/Shop/Cart.cs:line 9
   at Shop.Program.Main(String[] args) in /src/Shop/Program.cs:line 3""",
}


def each(prefix: str) -> Callable[[str], str]:
    return lambda text: "\n".join(f"{prefix}{line}" for line in text.split("\n"))


WRAPPINGS: dict[str, Callable[[str], str]] = {
    "a clock and a process": each("2026-03-01T10:11:12.345Z app[4211]: "),
    "heroku": each("2026-03-01T10:11:12.345678+00:00 app[web.1]: "),
    "syslog": each("Mar  1 10:11:12 web-1 shop[4211]: "),
    "syslog with a priority": each("<13>Mar  1 10:11:12 shop: "),
    "docker compose": each("web-1  | "),
    "docker compose, starting": lambda text: f"Attaching to web-1\n{each('web-1  | ')(text)}",
    "a pod": each("[pod/web-6d4b75cb6d-abcde/web] "),
    "a pod of stern": each("web-6d4b75cb6d-abcde web "),
    "a container's log": each("2026-03-01T10:11:12.345678901Z stderr F "),
    "github actions": each("2026-03-01T10:11:12.1234567Z "),
    "github's command line": each("build\tRun tests\t2026-03-01T10:11:12.1234567Z "),
    "gitlab": each("2026-03-01T10:11:12.123456Z 01O "),
    "logcat": each("03-01 10:11:12.345  1234  1250 E AndroidRuntime: "),
    "logcat, brief": each("E/AndroidRuntime( 1234): "),
    "logback": each("2026-03-01 10:11:12,345 ERROR [http-nio-1] shop.Cart - "),
    "maven": each("[ERROR] "),
    "pm2": each("0|shop  | "),
    "foreman": each("10:11:12 web.1  | "),
    "turbo": each("@shop/web:build: "),
    "npm": each("npm ERR! "),
    "rails": each("[3f9c2b71-1234-4c5d-8e9f-001122334455] "),
    "a comment": each("// "),
    "a list": each("* "),
    "quoted": each("> "),
    "quoted twice": each("> > "),
    "indented": each("        "),
    "double spaced": lambda text: text.replace("\n", "\n\n"),
    "coloured": each("\x1b[31m"),
    "coloured, the escape lost": lambda text: f"[31m{text}[0m",
    "in a chat": lambda text: f"```{text}```",
    "in a fence": lambda text: f"~~~text\n{text}\n~~~",
    "escaped for a page": escape,
    "escaped by numbers": lambda text: text.replace("'", "&#39;").replace('"', "&#34;").replace("<", "&lt;"),
    "typographic": lambda text: text.replace('"', "\u201d").replace("'", "\u2019"),
    "a string of JSON": json.dumps,
    "an entry of JSON": lambda text: json.dumps({"level": 50, "err": {"type": "Error", "stack": text}}),
    "an entry of JSON with a clock": lambda text: (
        f"2026-03-01 10:11:12 {json.dumps({'msg': 'x', 'stack': text})}"
    ),
    "an entry of JSON over lines": lambda text: json.dumps(
        {"level": "error", "error": {"stack": text}}, indent=2
    ),
    "an entry with a list of lines": lambda text: json.dumps({"stackTrace": text.split("\n"), "log": "x"}),
    "line ends written out": lambda text: text.replace("\t", "\\t").replace("\n", "\\n"),
    "an entry behind it": lambda text: f"{text}\n2026-03-01 10:11:13,000 INFO shop done",
    "an announcement": lambda text: f"ERROR: {text}",
    "windows": lambda text: text.replace("\n", "\r\n"),
}
SPACED = {"go"}
"""Blank lines end a goroutine: between all lines they cannot be told from it."""


def read(text: str) -> Failure:
    found = read_text(text)
    assert isinstance(found, Failure)
    return found


@pytest.mark.parametrize("language", TRACES)
@pytest.mark.parametrize("wrapping", WRAPPINGS)
def test_a_wrapping_changes_nothing(wrapping: str, language: str) -> None:
    if wrapping == "double spaced" and language in SPACED:
        return
    plain, wrapped = read(TRACES[language]), read(WRAPPINGS[wrapping](TRACES[language]))
    assert (wrapped.type, wrapped.message) == (plain.type, plain.message)
    assert wrapped.frames == plain.frames
    assert (wrapped.root, wrapped.cause, wrapped.language) == (plain.root, plain.cause, plain.language)


def test_an_issue_tells_of_the_same_cause_as_its_trace() -> None:
    plain = read(TRACES["java"])
    told = read(
        f"[Shop] java.lang.IllegalStateException: no total\n\n## Stack Trace\n\n```\n{TRACES['java']}\n```\n"
    )
    assert (told.root, told.cause, told.frames) == (plain.root, plain.cause, plain.frames)


def test_the_error_of_a_log_stands_beside_its_stack() -> None:
    entry = {
        "errorType": "KeyError",
        "errorMessage": "'price'",
        "stackTrace": ['  File "/a.py", line 3, in f\n', "    g()\n"],
    }
    found = read(json.dumps(entry))
    assert (found.type, [frame.line for frame in found.frames]) == ("KeyError", [3])


@pytest.mark.parametrize(
    "entry", ['{"a": 1}', '{"stack": "no line end"}', '{"', '{"a":' * 5_000, '{"stack": null}']
)
def test_an_entry_without_a_stack_stays_as_it_is(entry: str) -> None:
    assert read(f"{TRACES['node']}\n{entry}").frames == read(TRACES["node"]).frames


def test_a_recursion_is_no_tag() -> None:
    frames = "\n".join(["walk@https://shop.test/tree.js:8:37"] * 40)
    assert len(read(f"RangeError: too deep\n{frames}").frames) == 40


def test_a_long_report_is_read_at_both_ends() -> None:
    noise = "\n".join(["nothing to see"] * 3 * MAX_REPORT_LINES)
    assert read(f"{noise}\n{TRACES['node']}").frames == read(TRACES["node"]).frames
