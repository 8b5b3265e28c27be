"""What touches a secret hides it not: colours, escapes of JSON, percents of addresses."""

import pytest

from homeostat.outbound import fenced, inline, logged, one_line, shown
from homeostat.redaction import Redactor, credentials
from homeostat.redaction.escapes import unescaped
from homeostat.redaction.spans import Span
from tests.redaction.tables import expanded

REDACTOR = Redactor()
COLOURS = [
    "\x1b[33m",
    "\x1b[1;38;5;208m",
    "\x1b[0m\x1b[33m",
    "\x1b[K",
    "\x1b(B",
    "\\u001b[33m",
    "\\x1b[33m",
    "\\\\033[32m",
    "\\e[1m",
    "[33m",
    "[1;31m",
    "(B[0m",
]
ESCAPES = ["\\n", "\\t", "\\r", "\\r\\n", "\\\\n", "\\u0026", "\\u003d", "\\x3d", "\\u00e9"]
PERCENTS = ["%3D", "%3A", "%20", "%22", "%0A", "%253D", "%3d"]
TOKENS = {
    "github": "gh~p_{a36}",
    "gitlab": "gl~pat-{s20}",
    "aws": "AK~IA{u16}",
    "slack": "xo~xb-{d12}-{d12}-{a24}",
    "stripe": "s~k_live_{a24}",
    "npm": "np~m_{a36}",
    "jwt": "ey~J{s20}.ey~J{s60}.{s43}",
    "ip": "203.0.113.77",
}


@pytest.mark.parametrize("token", TOKENS.values(), ids=TOKENS)
@pytest.mark.parametrize("before", [*COLOURS, *ESCAPES, *PERCENTS])
def test_what_stands_right_before_it_hides_no_secret(before: str, token: str) -> None:
    secret = expanded(token, 7)
    for text in (f"as{before}{secret}\x1b[0m end", f'{{"log":"{before}{secret}\\n"}}'):
        left = REDACTOR(text)
        assert secret[2:14] not in left
        assert REDACTOR(left) == left
    if token[0] not in "02":
        assert credentials(f"as{before}{secret}")


@pytest.mark.parametrize("before", [*COLOURS, "\\n", "%3D"])
@pytest.mark.parametrize("token", ["gitlab", "ip"])
def test_a_text_that_leaves_is_rid_of_it_too(before: str, token: str) -> None:
    secret = expanded(TOKENS[token], 7)
    for gate in (shown, logged, one_line, inline, fenced):
        assert secret[2:12] not in gate(f"as{before}{secret}\x1b[0m end").replace("\\_", "_")


@pytest.mark.parametrize("before", [*COLOURS, *ESCAPES[:5], "%20", "%22", "%0A"])
def test_a_home_folder_is_seen_after_an_escape(before: str) -> None:
    for gate in (REDACTOR, shown):
        assert "annika" not in gate(f"at{before}/home/annika/shop/main.js:3")


@pytest.mark.parametrize("colour", COLOURS)
def test_a_colour_stands_between_a_name_and_its_value(colour: str) -> None:
    value = expanded("{a14}", 5)
    for text in (
        f"{colour}password\x1b[0m={value}",
        f"password={colour}{value}\x1b[0m",
        f"password{colour}: {value}",
    ):
        for gate in (REDACTOR, shown):
            assert value[:9] not in gate(text)


@pytest.mark.parametrize("token", ["github", "aws", "slack"])
@pytest.mark.parametrize("before", ["x_", "log", "_", "é"])
def test_a_form_that_nobody_else_has_is_seen_in_the_midst_of_a_word(before: str, token: str) -> None:
    secret = expanded(TOKENS[token], 7)
    assert secret[2:14] not in REDACTOR(f"{before}{secret}")


@pytest.mark.parametrize(
    ("text", "read"),
    [
        (b"plain\nlines", None),
        (b"one\na\\nb\nthree", b"a\nb\n"),
        (b"a%3D%253Db\n", b"a==b\n"),
        (b"a\x1b[1mb\x1b[0m c", b"a b c"),
        (b"\\u0041\\x00.", b"A ."),
        (b"100%\nC:\\new", b"C:\new"),
    ],
)
def test_lines_with_escapes_are_read_without_them(text: bytes, read: bytes | None) -> None:
    made = unescaped(text)
    assert (made and made.text) == read


def test_a_place_is_where_it_stood() -> None:
    text = b"first\n%22word%22\\tend\nlast\nx \x1b[1mbold\x1b[0m."
    made = unescaped(text)
    assert made
    for word, stood in (
        (b"word", b"word"),
        (b'"word"', b"%22word%22"),
        (b"bold", b"bold"),
        (b"d.", b"d\x1b[0m."),
    ):
        at = made.text.find(word)
        start, end, _ = made.place(Span(at, at + len(word), "x"))
        assert text[start:end] == stood
