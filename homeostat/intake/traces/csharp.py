""".NET's stacks, also Mono's and those of translated systems: `at Method(arguments) in file:line N`."""

from __future__ import annotations

import re
from collections.abc import Sequence

from homeostat.intake.reading import Heading, Reading, error_above
from homeostat.records import Frame

_AT = r"(?:at|bei|en|in|à|в|w|em|\N{CJK UNIFIED IDEOGRAPH-5728}) "
"""`at` in the languages that .NET speaks."""

_FRAME = re.compile(
    rf"\n[^\S\n]*{_AT}(?P<function>[^\s()]{{1,600}}) ?"
    r"\((?P<typed>[^()\n:]{1,2000} [A-Za-z_@]\w{0,200})?\)(?: \[0x[0-9a-f]{1,16}\])?"
    r"(?: \S{1,10} (?P<file>[^\n]{1,1000}?):(?:\S{1,10} )?(?P<line>[0-9]{1,9}))?(?=\.? *(?:<---)?(?:\n|$))"
)
_PARAMETER = re.compile(r"\nParameter name: (\w+)$")
"""How the .NET Framework says what .NET says in brackets."""

_PLACES = re.compile(r"<[0-9a-f]{4,64}>|<filename unknown>")
_UNHANDLED = re.compile(r"Unhandled [Ee]xception[.:]\s*|\[ERROR\] FATAL UNHANDLED EXCEPTION: ")


def read(lines: Sequence[str]) -> Reading | None:
    """All frames as printed: those of an inner error stand above those of the outer one."""
    body = _UNHANDLED.sub("", "\n" + "\n".join(lines))
    matches = list(_FRAME.finditer(body))
    if not any(found["file"] or found["typed"] for found in matches):
        return None
    error = _outermost(error_above(body[: matches[0].start()].split("\n")))
    return Reading("csharp", error.type, error.message, tuple(map(_frame, matches)))


def _frame(found: re.Match[str]) -> Frame:
    file = found["file"] or ""
    if not file or _PLACES.fullmatch(file):
        return Frame("", None, None, found["function"])
    return Frame(file, int(found["line"]), None, found["function"])


def _outermost(error: Heading) -> Heading:
    """The error that surfaced: .NET writes its causes behind it, on the same line or the next."""
    message = error.message.partition("--->")[0].strip()
    return Heading(error.type, _PARAMETER.sub(r" (Parameter '\1')", message))
