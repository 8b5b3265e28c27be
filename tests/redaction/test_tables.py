"""What is taken out, what stays byte for byte: tables of texts, each row made anew from its seed."""

import re

import pytest

from homeostat.redaction import Redactor, credentials
from tests.redaction.tables import Row, rows, texts

REDACTOR = Redactor()
SEEDS = range(1)
PLACEHOLDER = re.compile(r"<REDACTED:[a-z0-9-]+>|<[A-Z]+_REDACTED>")
PIECE = 6
"""Characters in a row that tell enough of a secret to be a leak."""


def leaks(row: Row, left: str) -> list[str]:
    told, around = PLACEHOLDER.sub("", left), row.text
    for secret in row.secrets:
        around = around.replace(secret, "")
    pieces = (
        secret[at : at + PIECE] for secret in row.secrets for at in range(max(1, len(secret) - PIECE + 1))
    )
    return [piece for piece in pieces if piece in told and piece not in around]


def made(table: str) -> list[object]:
    return [pytest.param(row, id=f"{row.name} {seed}") for seed in SEEDS for row in rows(table, seed)]


@pytest.mark.parametrize("row", [*made("credentials"), *made("personal")])
def test_what_must_not_leave_is_taken_out(row: Row) -> None:
    left = REDACTOR(row.text)
    assert row.secrets
    assert not leaks(row, left)
    assert REDACTOR(left) == left
    assert len(left.splitlines()) == len(row.text.splitlines())


@pytest.mark.parametrize("row", made("credentials"))
def test_a_patch_that_adds_a_credential_is_known_by_the_same_rules(row: Row) -> None:
    assert credentials(row.text)


@pytest.mark.parametrize("text", texts("lookalikes"))
def test_what_only_looks_like_it_stays(text: str) -> None:
    assert REDACTOR(text) == text
    assert not credentials(text.replace("-----BEGIN PUBLIC", ""))


def test_the_tables_are_large() -> None:
    assert len(rows("credentials")) >= 250
    assert len(rows("personal")) >= 90
    assert len(texts("lookalikes")) >= 350


def test_all_of_it_in_one_text_comes_out_the_same() -> None:
    every = [row for table in ("credentials", "personal") for row in rows(table)]
    whole = "\n\n".join(part for row in every for part in (row.text, "and so on, as was said"))
    left = REDACTOR(whole)
    assert not [row.name for row in every if any(secret in left for secret in row.secrets)]
    assert len(left.split("\n")) == len(whole.split("\n"))
    assert REDACTOR(left) == left


def test_placeholders_say_what_stood_there() -> None:
    token = "gh" + "p_" + "a1B2c3D4e5F6" * 3
    assert REDACTOR(f"{token} a@example.com") == "<REDACTED:github-token> <EMAIL_REDACTED>"
    assert REDACTOR("/home/ann/shop/main.js:3:7") == "/home/<USER_REDACTED>/shop/main.js:3:7"
