"""What strangers could write to stop a leg, or to hold it up."""

from __future__ import annotations

import pytest

from homeostat.intake import read_text
from homeostat.records import Failure

DEEP = '{"a":' * 2_000 + "1" + "}" * 2_000
HOSTILE = {
    "a previous exception alone": "[previous exception] [object] (Foo(code: 0): m at /a.php:3)",
    "JSON without end": "at f (a.js:1:2)\n" + DEEP,
    "a group without an end": '+ Exception Group Traceback (most recent call last):\n  File "a.py", line 1\n',
    "a group whose frames stand behind its ladder": (
        "\n  + Exception Group Traceback\n" * 3 + '  |   File "a.py", line 21, in <lambda>'
    ),
    "entries of Monolog": ("[object] (X(code: ): " * 95 + " at a" * 398 + "\n") * 60,
    "blanks before what is no file": ("x.go:1\n" * 9 + " " * 3_990 + "x\n") * 60,
    "blanks before what is no place": (" " * 3_990 + "x.rb:in\n") * 60,
    "places of JRuby": (" at a" * 790 + ".rb:x\n") * 60,
    "places of PHP": "PHP Fatal error:  Uncaught E: x\n" + (" in a" * 790 + "\n") * 60,
    "a name of underscores": "Uncaught " + "_" * 250_000,
}


@pytest.mark.timeout(20)  # a pattern that looks back takes minutes
@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE.keys())
def test_no_text_stops_a_reader(text: str) -> None:
    assert isinstance(read_text(text, words=True), Failure)


def test_a_suppressed_errors_cause_is_not_the_errors() -> None:
    text = (
        "shop.CartError: late\n\tat shop.A.a(A.java:1)\n\tSuppressed: shop.B: x\n\t\tat shop.B.b(B.java:2)\n"
        "\tCaused by: java.io.IOException: y\n\t\tat shop.C.c(C.java:3)\n"
    )
    found = read_text(text)
    assert isinstance(found, Failure)
    assert (found.root, found.cause) == (0, "")
    caused = read_text(text + "Caused by: shop.D: z\n\tat shop.D.d(D.java:4)\n")
    assert isinstance(caused, Failure)
    assert (caused.root, caused.cause) == (3, "shop.D")


def test_a_folder_that_begins_with_n_is_no_line_end() -> None:
    found = read_text(r"TypeError: x\n    at f (C:\\node\\tests\\cart.js:1:2)\n    at g (b.js:3:4)")
    assert isinstance(found, Failure)
    assert [frame.file for frame in found.frames] == [r"C:\node\tests\cart.js", "b.js"]


def test_a_comprehension_stands_in_the_function_around_it() -> None:
    frames = ((9, "main"), (3, "total"), (3, "<listcomp>"))
    told = "".join(f'  File "a.py", line {line}, in {name}\n' for line, name in frames)
    old = read_text(f"Traceback (most recent call last):\n{told}KeyError: 1")
    assert isinstance(old, Failure)
    assert [frame.function for frame in old.frames] == ["total", "total", "main"]
