"""Values that stand apart from their names: in a field, a cell or an element of their own, in lines below."""

from __future__ import annotations

import re
from functools import cache
from typing import NamedTuple

import re2

from homeostat.redaction.spans import options

_TAIL = r"(?i)([\w.-]{0,40})"
_OTHER = (
    r"(?:[\"']?[\w-]{1,30}[\"']?[ \t]{0,4}[:=][ \t]{0,4}[\"']?[\w./*-]{0,40}[\"']?(?:,\s{0,40}|\s{1,40}))"
)
_FIELD = (
    r"(?:\\?[\"'])?[ \t]{0,4},?\s{0,40}" + _OTHER + r"{0,2}"
    r"(?:\\?[\"'])?(?:value|val|content)(?:\\?[\"'])?[ \t]{0,4}[:=]\s{0,4}(\\{0,3}[\"']?)"
)
_NAMED = (
    r"(?:[\s\"'{,(\[-](?:name|key|id|var|variable|field|property|parameter(?:key|name)?)(?:\\?[\"'])?"
    r"[ \t]{0,4}[:=][ \t]{0,4}(?:\\?[\"'])?|<(?:name|key)>)"
)
_CELL = r"<(?:t[dh]|dt)(?:[ \t][^<>]{0,100})?>\s{0,40}(?:<\w{1,6}>)?[^<>\r\n]{0,60}"
_TO_TAG = re.compile(rb"[^<>\s]{1,600}(?=<)")
_NO_TYPE = rb"(?!\w{1,30}\([\d,]{0,20}\))"
_TO_QUOTE = re.compile(_NO_TYPE + rb"[^<>\s\"']{1,600}(?=[\"']?\s{0,40}<)")
_TO_BAR = re.compile(_NO_TYPE + rb"[^\s|`]{1,600}(?=`?[ \t]{0,40}\|)")
_TO_TAB = re.compile(rb"\S{1,600}(?=[\t\r\n]|\Z)")
_LINE = re.compile(rb"[^\s\"'`,;<>&|(){}\[\]\\]{1,600}(?=[ \t]*(?:[\r\n]|\Z))")
_SCALAR = re.compile(rb"[^\s\"'`,;<>&|(){}\[\]\\]{1,600}(?<!:)(?=[ \t]*(?:[\r\n]|\Z))")
MORE = re.compile(rb"(?:\r?\n[ \t]{1,40}[\w+/=.~-]{12,600}+(?=\r?\n|\Z)){0,40}")
"""What goes on in the lines below."""
_INPUT = re.compile(
    rb"(?i)<input\s[^<>]{0,200}?\bvalue=([\"'])(?=([^\"'<>\r\n]{1,200})\1)"
    rb"[^<>]{1,300}[ \t](?:type|name|id)=[\"']?\w{0,40}\Z"
)
_INTO = re.compile(rb"(?i)\binsert\s[^()]{1,100}\(([^()]{0,300})\Z")
_VALUES = re.compile(rb"(?i)([\w-]{0,40})[^()]{0,300}\)\s{0,40}values\s{0,40}\(")
_BEFORE = rb"\s{0,40}(?:'(?:[^'\\\r\n]|\\.|''){0,200}'|[^,'()]{1,200}(?:\([^()]{0,100}\))?)\s{0,40},"


class Nearby(NamedTuple):
    """Where the name ends, what opens the value and where; how it goes on, where that is known here."""

    tail: bytes
    opened: bytes
    end: int
    shape: re.Pattern[bytes] | None
    sign: bytes = b""
    """What joins them, where the name does not say it."""
    below: bool = False


class _Form(NamedTuple):
    """What stands before a name and after it, and how the value goes on."""

    needs: bytes
    """What stands after it in whatever case, or the form is not looked for."""
    before: re.Pattern[bytes] | None
    after: re2._Regexp
    shape: re.Pattern[bytes] | None = None
    sign: bytes = b""
    below: bool = False


def _form(
    needs: bytes,
    before: str,
    after: str,
    shape: re.Pattern[bytes] | None,
    sign: bytes = b"",
    *,
    below: bool = False,
) -> _Form:
    led = re.compile(f"(?i){before}[\\w.-]{{0,60}}\\Z".encode()) if before else None
    return _Form(needs, led, re2.compile(f"{_TAIL}{after}".encode(), options()), shape, sign, below)


@cache
def _forms() -> tuple[_Form, ...]:
    below = r"(?:\\?[\"'])?[ \t]{0,4}:[ \t]{0,8}"
    return (
        _form(b"\n", "", below + r"[|>][+-]?[0-9]?[ \t]{0,8}\r?\n[ \t]{1,40}()", _LINE, b":", below=True),
        _form(b"\n", "", below + r"\r?\n[ \t]{1,40}()", _SCALAR, b"is", below=True),
        _form(b"", _NAMED, _FIELD, None),
        _form(
            b">",
            _NAMED,
            r"(?:[\"'][^<>\r\n]{0,100}>|</[\w.:-]{1,40}>\s{0,40}<(?:[\w.-]{1,20}:)?value>)()",
            _TO_TAG,
        ),
        _form(
            b"<",
            _CELL,
            r"[^<>\r\n]{0,20}(?:</\w{1,6}>\s{0,40}){1,2}<(?:td|dd)(?:[ \t][^<>]{0,100})?>\s{0,40}"
            r"(?:[\"']?<(?:pre|code|span|em|i)(?:[ \t][^<>]{0,100})?>\s{0,40}){0,2}[\"']?()",
            _TO_QUOTE,
            b"is",
        ),
        _form(b"|", r"\|[ \t]{0,20}[`*]{0,3}", r"[`*]{0,3}[ \t]{0,40}\|[ \t]{0,40}`?()", _TO_BAR, b"is"),
        _form(b"\t", r"(?:\A|[\r\n\t])", r"\t()", _TO_TAB, b"is"),
        _form(
            b"\n", r"form-data; name=\"", r"\]?\"\r?\n(?:Content-[^\r\n]{0,100}\r?\n)?\r?\n()", _TO_TAB, b"="
        ),
        _form(
            b"{",
            r"\bvariable[ \t]{1,4}\"",
            r"\"[ \t]{0,4}\{[^{}]{0,300}?\bdefault[ \t]{0,40}=[ \t]{0,4}(\")",
            None,
        ),
    )


def nearby(data: bytes, start: int, after: int) -> Nearby | None:
    """The value that belongs to a name of which a piece stands from `start` to `after`."""
    most = min(len(data), after + 400)
    first, told = max(0, start - 160), data[after:most].lower()
    for form in _forms():
        found = form.after.match(data, after, most) if form.needs in told else None
        if found and (form.before is None or form.before.search(data, first, start)):
            return Nearby(found[1], found[2], found.end(), form.shape, form.sign, form.below)
    return _input(data, start) or _inserted(data, start, after)


def _input(data: bytes, start: int) -> Nearby | None:
    """The value of a field of a form, where it stands before the name."""
    at = data.rfind(b"<", max(0, start - 400), start)
    found = _INPUT.match(data, at, start) if at >= 0 else None
    return Nearby(b"", found[1], found.start(2), None) if found else None


def _inserted(data: bytes, start: int, after: int) -> Nearby | None:
    """What SQL puts into a column of that name."""
    values = _VALUES.match(data, after, after + 400)
    into = _INTO.search(data, max(0, start - 420), start) if values else None
    if not (values and into):
        return None
    before = re.compile(b"(?:%b){%d}\\s{0,40}'" % (_BEFORE, into[1].count(b","))).match(data, values.end())
    return Nearby(values[1], b"'", before.end(), None) if before else None
