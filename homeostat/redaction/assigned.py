"""Values that a name gives away: `password = …`, `"api_key": …`, `HEROKU_TOKEN=…`; code and prose stay."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from homeostat.redaction.names import hits, is_word, kind_at
from homeostat.redaction.nearby import MORE, Nearby, nearby
from homeostat.redaction.said import Said, gives_away, jumbled
from homeostat.redaction.spans import Span

_HEAD = (
    r"([\w.-]{0,40}+(?:[ \t][\w.-]{1,20}+){0,2}?)(?:\\?[\"'`])?(?::(?:protected|\"?[\w\\]{1,80}\"?:private))?"
    r"(?:\\?[\"'`]|[\])*_]){0,3}[ \t]{0,20}(?:"
    r"(:[ \t]{0,2}[&'A-Za-z_][\w.:<>\[\]|?&' ]{0,40}[ \t]?=)|"
    r"(\|\|=?|\?\?=?|\?=|:{0,2}={1,3}>?|!={1,2}|<-|->|;s:[0-9]{1,6}:|::(?=[ \t])|:(?!:)|,|\())"
    r"(?:(?<=:)\*{1,2}|(?<=>)\s{1,40}string(?:\([0-9]{1,6}\))?(?=[ \t])|"
    r"(?<![,(])(?<!\):)[ \t]{0,20}\(?[ \t]{0,20}\r?\n(?=[ \t]{1,40}[\"'`](?!['\"])))?"
    r"[ \t]{0,40}([\[({]?(?:[bBrRfFuU@$]{0,2}\\{0,3}(?:\"\"\"|'''|[\"'`]))?)"
)
_SPOKEN = (
    r"([\w.-]{0,40})(?:\\?[\"'`]|[\])]){0,3}()([ \t]is:?[ \t]|[ \t]was:?[ \t]|[ \t]{1,4})((?:\\{0,3}[\"'])?)"
)
_OPENERS = (b"", b"-", b"export", b"?", b"&")
_BLANK = (b" ", b"\t")
_TAIL, _TYPE, _SIGN, _OPEN = 1, 2, 3, 4
_IN_NAMES = b"".join(bytes([code]) for code in range(128) if chr(code).isalnum() or chr(code) in "_.$-")
_QUOTED = {quote: re.compile(rb"[^\r\n\\" + quote + rb"]{1,600}") for quote in (b'"', b"'", b"`")}
_CLOSED = {
    (quote, depth): re.compile(
        rb"(?:[^\r\n\\%(q)b]|\\{%(most)d}|\\{%(inner)d}%(q)b|\\{1,%(most)d}+(?![\\\r\n%(q)b])){1,600}+(?=\\{%(depth)d}%(q)b)"
        % {b"q": quote, b"depth": depth, b"inner": 2 * depth + 1, b"most": 2 * depth + 2}
    )
    for quote in _QUOTED
    for depth in (0, 1, 3)
}
"""As far as the quote that closes it: one that a text in a text escapes no more than the first was."""
_BARE = re.compile(rb"[^\s\"'`,;<>&|(){}\[\]\\]{1,600}")
_WITH_QUOTES = re.compile(
    rb"[^\s\"'`,;<>&|(){}\[\]\\]{1,100}+(?:[\"'`](?=\w)[^\s\"'`,;<>&|(){}\[\]\\]{1,100}+){1,6}"
)
_TO_SPACE = re.compile(rb"(?:[^\s\"'`\\<]|<(?!/|br)){1,600}")
_TO_END = re.compile(rb"[^\s\"'`;]{1,600}+(?=;|[ \t]*(?:[\r\n]|\Z))")
_CODE = re.compile(rb"\w\(.*\)|[\])}>,]\Z|=>|->|&&|\|\||[&,]\w[\w.-]*[=:]|</|\A[(\[{]\w*[)\]}]|\\[nrtbfux/]")
_DIGIT, _BRACKET = re.compile(rb"\d"), re.compile(rb"[<>(){}\[\]|\\]")
_COMMAND = re.compile(
    rb"(?:^|[\s;&|\"'`>])(?:ENV|ARG|setenv|setx(?:[ \t]{1,4}/[mM])?|set(?:[ \t]{1,4}-\w{1,10}){1,4})"
    rb"[ \t]{1,4}\Z"
)
"""What sets a variable with nothing between its name and its value."""
_PAIR = re.compile(rb"(?i)\b(?:host(?:addr)?|port|user|dbname|username|server|uid)=[^\s=;,]{1,60}[ \t]\Z")
"""What stands before in a connection string of words."""
_ENDS = (b"", b"\r", b"\n")
_DIRECTIVE = re.compile(rb"(?i)requirepass|masterauth|rootpw|bindpw|olcRootPW")
_NETRC = re.compile(rb"(?i)\b(?:machine|login|user(?:name)?)[ \t=:]")


@cache
def _heads() -> tuple[re.Pattern[bytes], ...]:
    return tuple(re.compile(f"(?i){pattern}".encode()) for pattern in (_HEAD, _SPOKEN))


def found(data: bytes) -> Iterator[Span]:
    """Each value that its name gives away."""
    done = 0
    for at in hits(data):
        if at.start() < done:
            continue
        said = next((one for one in _readings(data, at.start(), at.end()) if gives_away(one)), None)
        if said:
            done = said.end
            yield Span(said.start, done, said.kind if said.kind == "password" else "secret")


def _readings(data: bytes, start: int, after: int) -> Iterator[Said]:
    """What may be meant, the longest value first."""
    kind = kind_at(data, start)
    if kind == "vendor" and not is_word(data, start, after):
        return
    first = max(0, start - 50)
    begun = first + len(data[first:start].rstrip(_IN_NAMES))
    apart = nearby(data, start, after)
    if apart:
        yield from _apart(data, kind, data[begun:after] + apart.tail, begun, apart)
    head, spoken = _heads()
    most = min(len(data), after + 300)
    commanded = data[begun - 1 : begun] in _BLANK and bool(_COMMAND.search(data, max(0, begun - 60), begun))
    likely, other = (spoken, head) if commanded else (head, spoken)
    opened = likely.match(data, after, most) or other.match(data, after, most)
    if opened:
        directed = bool(_DIRECTIVE.fullmatch(data, begun, after)) and _opens(data, begun)
        commanded = commanded or directed
        yield from _said(data, kind, begun, opened, commanded=commanded and not opened[_SIGN].strip())


def _apart(data: bytes, kind: str, name: bytes, begun: int, apart: Nearby) -> Iterator[Said]:
    sign = apart.sign or (b"=" if name.isupper() else b"is")
    quoted = bool(apart.opened) or (apart.shape is not None and not apart.below)
    for value in (
        [apart.shape.match(data, apart.end)] if apart.shape else _values(data, apart.end, apart.opened)
    ):
        if value and (sign != b"is" or b" " not in value[0]):
            start, end = value.span()
            alone = apart.below and _alone(data, begun, end)
            more = MORE.match(data, end) if alone and sign == b":" else None
            end = more.end() if more else end
            yield Said(kind, name, apart.tail, sign, quoted, alone, value[0], start, end)


def _values(data: bytes, at: int, opened: bytes, *, to_space: bool = False) -> list[re.Match[bytes] | None]:
    """How far the value may go, the farthest first."""
    quote = opened[-1:] if opened[-1:] in _QUOTED else b""
    if not quote:
        return [_WITH_QUOTES.match(data, at), (_TO_SPACE if to_space else _BARE).match(data, at)]
    closed = _CLOSED.get((quote, opened.count(b"\\")))
    return [closed and closed.match(data, at), _QUOTED[quote].match(data, at)]


def _said(data: bytes, kind: str, begun: int, head: re.Match[bytes], *, commanded: bool) -> Iterator[Said]:
    sign, opened = (head[_TYPE] or head[_SIGN]).strip(b" \t"), head[_OPEN]
    quoted = opened[-1:] in _QUOTED
    name = data[begun : head.end(_TAIL)]
    to_space = (head[_SIGN] == b"=" or commanded) and name.isupper() and not quoted
    tight = not data[head.end(_SIGN) : head.end(_SIGN) + 1].isspace()
    apart = kind == "vendor" or (kind != "password" and b" " in head[_TAIL])
    if sign == b":" and apart and tight and not quoted:
        return  # an address: `npm:name`, `github:owner/name`
    if not (sign or commanded or _spoken(data, begun, quoted=quoted)):
        return
    settled = kind == "password" and sign in (b":", b"=") and not quoted
    whole = settled and _to_end(data, begun, head.end() - len(opened))
    joined = sign == b"=" and tight and head.start(_SIGN) == head.end(_TAIL)
    values = [value for value in (whole, *_values(data, head.end(), opened, to_space=to_space)) if value]
    for value in sorted(values, key=lambda value: -value.end()):
        alone = _alone(data, begun, value.end())
        literal = value is whole or (joined and _literal(data, begun, value.end() + quoted))
        said = b"=" if commanded else sign
        yield Said(kind, name, head[_TAIL], said, quoted, alone, value[0], *value.span(), literal)


def _to_end(data: bytes, start: int, at: int) -> re.Match[bytes] | None:
    """What goes to the end of its line or part, through signs at which code would stop."""
    value = _TO_END.match(data, at)
    settings = _opens(data, start) or data[start - 1 : start] == b";"
    return value if value and settings and _runs_on(value[0]) else None


def _runs_on(value: bytes) -> bool:
    """Whether a value holds signs at which code would stop, and is none."""
    simple = _DIGIT.search(value) and not _BRACKET.search(value)
    return not (_BARE.fullmatch(value) or _CODE.search(value)) and bool(simple or jumbled(value))


def _opens(data: bytes, start: int) -> bool:
    """Whether nothing stands before a name in its line."""
    line = max(data.rfind(b"\n", max(0, start - 80), start) + 1, start - 80, 0)
    return data[line:start].strip() in _OPENERS


def _alone(data: bytes, start: int, end: int) -> bool:
    return _opens(data, start) and data[end : end + 1] in (*_ENDS, b"&", b";")


def _literal(data: bytes, start: int, end: int) -> bool:
    """Whether name and value, with nothing around their sign, are one of several in a row, or a line."""
    before, after = data[max(0, start - 2) : start].rstrip(b" ")[-1:], data[end : end + 1]
    if before in (b";", b"&", b"?"):
        return after in (*_ENDS, b"&", b";", b"'", b'"', b" ")
    return (after in _ENDS and _opens(data, start)) or bool(_PAIR.search(data, max(0, start - 80), start))


def _spoken(data: bytes, start: int, *, quoted: bool) -> bool:
    """Whether a value may follow with nothing between: as netrc has it, or in quotes as prose has it."""
    return quoted or bool(_NETRC.search(data, max(0, start - 120), start))
