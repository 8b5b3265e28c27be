"""What holds of every text: a second pass changes nothing, lines stay lines, time is linear."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from homeostat.redaction import Redactor
from tests.growth import even
from tests.redaction.tables import rows, texts

REDACTOR = Redactor(["known-value-of-the-run"])
PARTS = [
    *texts("lookalikes"),
    *(row.text for table in ("credentials", "personal") for row in rows(table)),
    "known-value-of-the-run",
]
WORDS = st.text("abcdefghijklmnopqrstuvwxyz", min_size=1, max_size=12)
MIXED = st.lists(
    st.one_of(
        st.sampled_from(PARTS),
        st.sampled_from(["\n", "\r\n", "\r", " ", "=", ": ", '"', "'", "\\", "/", "@", ":", "::", ".", "-"]),
        st.text(max_size=8),
        st.from_regex(r"[0-9a-f.:+ -]{1,20}", fullmatch=True),
    ),
    max_size=12,
).map("".join)


@settings(max_examples=400)
@given(MIXED)
def test_a_second_pass_changes_nothing_and_lines_stay_lines(text: str) -> None:
    left = REDACTOR(text)
    assert REDACTOR(left) == left
    assert left.count("\n") == text.count("\n")
    assert left.count("\r") == text.count("\r")


@settings(max_examples=200)
@given(st.lists(WORDS, max_size=60).map(" ".join))
def test_plain_words_stay(text: str) -> None:
    assert REDACTOR(text) == text


@settings(max_examples=200)
@given(st.binary(max_size=300))
def test_bytes_that_are_no_text_survive(data: bytes) -> None:
    left = REDACTOR.of_bytes(data)
    assert left == data or b"REDACTED" in left
    assert left.count(b"\n") == data.count(b"\n")


@given(st.text(st.characters(categories=["Cs", "Lo", "Cc", "Nd"]), max_size=50))
def test_any_text_can_be_given(text: str) -> None:
    assert REDACTOR(text).count("\n") == text.count("\n")


@pytest.mark.slow
@pytest.mark.parametrize("size", [1 << 12, 1 << 18, 1 << 22])
def test_a_stream_is_cut_between_lines(size: int) -> None:
    key = next(row for row in rows("credentials") if row.name == "pem rsa").text
    text = "\n".join([*(f"line {number} of a@example.com" for number in range(60_000)), key] * 2).encode()
    blocks = (text[at : at + size] for at in range(0, len(text), size))
    assert b"".join(REDACTOR.stream(blocks)) == REDACTOR.of_bytes(text)


@pytest.mark.slow
def test_a_key_is_never_cut_by_a_stream() -> None:
    key = next(row for row in rows("credentials") if row.name == "pem rsa")
    for filling in range((1 << 20) - 300, (1 << 20) + 100, 23):
        text = b"x" * filling + b"\n" + key.text.encode() + b"\nend\n"
        left = b"".join(REDACTOR.stream(text[at : at + 65_536] for at in range(0, len(text), 65_536)))
        assert not [secret for secret in key.secrets if secret.encode() in left]


@pytest.mark.slow
@pytest.mark.timeout(300)
def test_one_long_line_is_cut_at_last() -> None:
    text = b"a@example.com " * (1 << 21)
    left = b"".join(REDACTOR.stream(text[at : at + (1 << 20)] for at in range(0, len(text), 1 << 20)))
    assert b"example" not in left


UNITS = [
    "a",
    "A",
    "0",
    "1",
    "-",
    "_",
    ".",
    "@",
    "a@",
    "a@b.",
    "a@b.c",
    ":",
    "::",
    "a:",
    "1:",
    "fe80:",
    "1.",
    "1.2.3.",
    "1.2.3.4",
    "/",
    "//",
    "://",
    "http://",
    "http://a:",
    "http://a:b@",
    '"',
    "'",
    "\\",
    "=",
    "token=",
    "token",
    "password",
    "password=",
    "key=",
    "api_key",
    "AKIA",
    "-----BEGIN",
    "eyJ",
    "eyJhbGciOi.",
    "sk-",
    "sk-a",
    "ghp_",
    "xoxb-",
    "bearer",
    "basic",
    "<password>",
    "<password>x",
    "define('",
    "0-",
    "+1",
    "+1(",
    "(555)",
    "555-",
    "4111-",
    "41111111",
    "DE89",
    "/home/",
    "/home/a",
    "/Users/a/",
    "C:\\Users\\",
    "\\Users\\",
    "a%40",
    "%",
    "%41",
    "+",
    "heroku",
    "heroku=",
    "aws",
    "{",
    "}",
    "<",
    ">",
    "$",
    "${",
    "{{",
    "[",
    "(",
    "token(",
    "--token=",
    "sig=",
    "&code=",
    "?token=",
    "_authToken=",
    "MIIE",
    "$2b$10$",
    "$6$a",
    "a1B2",
    "deadbeef",
    "AccountKey=",
    "1//0",
    "t1.",
    "s.",
    "hvs.",
    "a1:",
    "ab:cd:ef:",
    "ab-cd-ef-",
    "é",
    "中",
    "\\n",
    "%41",
    "%25",
    "\x1b[",
    "\x1b[33m",
    "[33m",
    "[1;",
    "(B",
    "\\u0041",
    "\\\\\\\\x41",
    "\\nghp_",
    'password="\\"',
    'password="a\\"',
    'password=\\"a\\\\\\"',
    'password=a"',
    'a"b',
    '"a"@',
    "a@[1.",
    "response=",
    "oauth_signature=",
    "jdbc:oracle:thin:a/",
    "&quot;",
    "&amp;",
    ";password=",
    "password=a&",
    "password=a\\",
    "password|",
    "|password|",
    "password\t",
    "<td>password</td><td>",
    '<input value="a" name="password"',
    "password=>\nstring(1)",
    ";s:1:",
    "[password:protected]",
    "pass_word",
    "密码:",
]
KEY = "PRIVATE " + "KEY-----"
PHRASES = (
    " ",
    "\n",
    "\x00",
    "token = ",
    "password = '",
    "password: ",
    "curl ",
    "curl -u a",
    "curl -u a:b ",
    "mysql x -p",
    "machine a login b ",
    "login a password ",
    "Authorization: Bearer ",
    "Cookie: a=",
    "Set-Cookie: a=b; ",
    "define('DB_PASSWORD', ",
    f"-----BEGIN {KEY}",
    f"-----BEGIN RSA {KEY}\nMIIEabcdefghijklmnopqr\n",
    f"-----END {KEY}",
    "x-api-key: ",
    'key="password" value="',
    '"name": "password", ',
    '"name":"password","value":',
    "name: password\n  ",
    '<entry key="password">',
    "<name>password</name> ",
    "password: |\n",
    "password: |\n  abcdefgh1234\n",
    "ENV PASSWORD ",
    "setx PASSWORD ",
    "password:\n  ",
    "password = (\n  ",
    "password:\n  abcdefgh1234",
    "**password:** ",
    'form-data; name="password"\r\n\r\n',
    'variable "password" { default = ',
    "insert into a (password) values ('",
    "insert into a (b, password, ",
    "password) values ('a', ",
    "<td>password</td> ",
    "<input value='a' ",
    "host=a password=a ",
    "htpasswd -b a ",
    "php 1.2.3.4 ",
    "4111 ",
    "06 12 34 ",
    "phone: ",
    "k n o w n - v a l u e ",
    "known-value-of-the-ru",
    'known-" + "',
    "AK" + "IAABCDEFGHIJKLMNOP ",
)
SIZE = 1 << 16


@pytest.mark.slow
@pytest.mark.parametrize("unit", [*UNITS, *PHRASES])
def test_no_text_holds_it_up(unit: str) -> None:
    assert even(REDACTOR, unit, SIZE)
