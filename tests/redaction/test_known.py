"""The run's own secrets, in every form in which a text may carry them."""

import base64
import html
import json
import re
from collections.abc import Callable
from urllib.parse import quote, quote_plus

import pytest

from homeostat.redaction import Redactor, redacted

VALUES = ("zq9/Kw+7 pL&x=\"M'2", "plainvalue", "gh" + "x_" + "t7Yq2mZp" * 4, "née café 12", "six666")


def _folded(value: str, width: int, joint: str) -> str:
    return joint.join(value[at : at + width] for at in range(0, len(value), width))


def _base64(before: bytes, after: bytes = b"", *, address: bool = False) -> Callable[[str], str]:
    encode = base64.urlsafe_b64encode if address else base64.b64encode
    return lambda value: encode(before + value.encode() + after).decode()


FORMS: dict[str, Callable[[str], str]] = {
    "as it is": str,
    "JSON": lambda value: json.dumps(value)[1:-1],
    "JSON in JSON": lambda value: json.dumps(json.dumps(value)[1:-1])[1:-1],
    "JSON as it is": lambda value: json.dumps(value, ensure_ascii=False)[1:-1],
    "HTML": html.escape,
    "URL": lambda value: quote(value, safe=""),
    "URL with slashes": quote,
    "URL form": quote_plus,
    "URL twice": lambda value: quote(quote(value, safe=""), safe=""),
    "URL in small letters": lambda value: re.sub("%..", lambda one: one[0].lower(), quote(value, safe="")),
    "each byte in percents": lambda value: "".join(f"%{byte:02X}" for byte in value.encode()),
    "hex": lambda value: value.encode().hex(),
    "HEX": lambda value: value.encode().hex().upper(),
    "hex with spaces": lambda value: value.encode().hex(" "),
    "hex with colons": lambda value: value.encode().hex(":"),
    "hex escapes": lambda value: "".join(f"\\x{byte:02x}" for byte in value.encode()),
    "base64": _base64(b""),
    "base64 after one": _base64(b"u"),
    "base64 after two": _base64(b"u:"),
    "base64 before others": _base64(b"user:", b" and more"),
    "base64 without padding": lambda value: base64.b64encode(value.encode()).decode().rstrip("="),
    "base64 for addresses": _base64(b"", address=True),
    "base64 for addresses after two": _base64(b"u:", b"!", address=True),
    "base64 of a line": _base64(b"", b"\n"),
    "reversed": lambda value: value[::-1],
    "in lines": lambda value: _folded(value, 4, "\n"),
    "in indented lines": lambda value: _folded(value, 5, "\n        "),
    "in lines of Windows": lambda value: _folded(value, 5, "\r\n"),
    "in spaced characters": " ".join,
    "joined with plus": lambda value: _folded(value, 4, '" + "'),
    "joined over lines": lambda value: _folded(value, 4, "' +\n    '"),
    "escaped line ends": lambda value: _folded(value, 4, "\\n"),
    "continued lines": lambda value: _folded(value, 4, "\\\n"),
}


def _tells(pieces: list[str], value: str) -> bool:
    """Whether what is left, as it is or as base64, holds three characters in a row of the value."""
    read = list(pieces)
    for piece in pieces:
        plain = piece.rstrip("=").translate(str.maketrans("-_", "+/"))
        if re.fullmatch(r"[A-Za-z0-9+/]+", plain):
            padded = ("A" * before + plain for before in range(4))
            read += [base64.b64decode(one[: len(one) // 4 * 4]).decode(errors="replace") for one in padded]
    return any(value[at : at + 3] in piece for at in range(len(value) - 2) for piece in read)


@pytest.mark.parametrize("value", VALUES)
@pytest.mark.parametrize("form", FORMS.values(), ids=FORMS)
def test_a_known_value_is_taken_out_in_every_form(value: str, form: Callable[[str], str]) -> None:
    text = f"before [{form(value)}] after\n"
    left = Redactor([value])(text)
    inside = left.removeprefix("before [").removesuffix("] after\n")
    assert "<REDACTED:" in inside
    assert not _tells(inside.split("<REDACTED:known>"), value)
    assert left.count("\n") == text.count("\n")
    assert Redactor([value])(left) == left


def test_a_short_value_is_none() -> None:
    assert redacted("abcde is short", ["abcde", ""]) == "abcde is short"


def test_lines_of_a_known_value_are_known() -> None:
    assert (
        redacted("x second line of it y", ["first line of it\nsecond line of it\n"]) == "x <REDACTED:known> y"
    )


def test_a_placeholder_is_no_value() -> None:
    assert redacted("<REDACTED:known>", ["REDACTED"]) == "<REDACTED:known>"


def test_values_stay_apart() -> None:
    assert redacted("alphabet betagamma", ["alphabet", "betagamma"]) == "<REDACTED:known> <REDACTED:known>"
