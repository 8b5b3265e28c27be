"""Whether what a name gives away is a secret: code, prose, placeholders and ids are none."""

from __future__ import annotations

import re
from typing import NamedTuple

from homeostat.redaction.rules import entropy

_LOOSE = (b"", b",", b"(", b"is", b"was", b"is:", b"was:")
_CALLED = (b",", b"(")
_NOT_A_SECRET = re.compile(
    rb"(?i)(?:length|len|min|max|policy|field|input|reset|expir\w*|ttl|timeout|attempts?|age|count|file|path|dir|"
    rb"url|uri|endpoint|type|name|label|hint|regex|pattern|errors?|invalid|required|format|header|param\w*|prefix|"
    rb"suffix|version|sha\d*|hash|checksum|digest|commit|revision|ref|branch|integrity|etag|algorithm|mode|"
    rb"enabled|size|limit|usage|index|position|pos|offset|scopes?|status|at|by|ids?|arn|provider|strategy|"
    rb"message|title|description|text|ize\w*|izer|kind|list|store|manager|service|validator|class|component|env|"
    rb"column|row|budget|cost|price|host|port|region|bucket|email|user|username|release)\Z"
)
_IDENTITY = re.compile(rb"(?i)(?:session|client|app|key)[_.-]?id\Z")
"""Ids that are worth as much as a key."""
_NO_KEY = re.compile(
    rb"(?i)(?:public|cache|primary|foreign|sort|partition|i18n|translation|message|object|unique|index|row|react|"
    rb"query|hot|map|dict|locale|lang|locali[sz]ation|group|routing|storage|idempotency|lookup|config|settings|"
    rb"registry|dedup\w*|hash|restore|s3|mon|tur|don|hockey|whis|jockey|key)[_. -]?\Z"
)
_PLACEHOLDER = re.compile(
    rb"(?i)[<$%*#{\[]|a-z|!\w+\Z|x{4,}|\.{3}|\*{3}|(?:your|my|the|some)[_-]|placeholder|redacted|process\.env|"
    rb"os\.|env\.|(?:none|null|nil|undefined|true|false|string|str|text|hidden|required|optional|password|passwd|secret|"
    rb"token|bearer|basic|number|int|bool\w*|any|object|void|unknown|never|default|self|this|function|async|"
    rb"await|new|return|yes|no|on|off|masked|filtered|empty|missing|invalid|auto|todo|changed|incorrect|wrong|"
    rb"hashed|encrypted|plaintext|prompt|failed|ok|accepted|denied|rejected|"
    rb"correct|mismatch|matches|"
    rb"updated|unchanged|username|email|strong|expired|not|is|was|and|or|the|for|must|should|bytes|input|field|value|type|name|test_\w*)\Z"
)
_ADDRESS = re.compile(
    rb"(?i)[\w./-]+\.(?:html?|js|ts|py|md|json|ya?ml)\b|"
    rb"(?:https?|file|s3|gs|ssh|git|data|arn|urn|npm|sha\d{1,3})[:-]|[./~]{0,2}/|[a-z]:\\"
)
_DOTTED = re.compile(rb"[A-Za-z_$][\w$]*(?:(?:\.|::|->|\?\.|!\.)[A-Za-z_$][\w$]*)+[!?;]?\Z")
_WORDS = re.compile(rb"[A-Za-z]+(?:[_.:/ -][A-Za-z]+)*\d{0,2}\Z|[A-Za-z]+\d{0,2}(?:[_-][A-Za-z]*\d{0,2})+\Z")
_CAMEL = re.compile(rb"[a-z]+(?:[A-Z][a-z]+)*\d{0,2}\Z")
_SHAPE = re.compile(rb"[\w+/=.~:!@#%^*?-]+\Z")
_QUOTED_SHAPE = re.compile(rb"[!-;=?-z|~\x80-\xff]+\Z")
_ESCAPED = re.compile(rb"\\+(?:[\"'`/nrtbf]|u[0-9a-fA-F]{4}|x[0-9a-fA-F]{2}|(?<=\\\\))")
"""In texts; a pattern has others."""
_KEYLIKE = re.compile(rb"[\w+/-]+={0,2}\Z")
_PAIRS = re.compile(rb"(?i)(?:[0-9a-f]{2}:){3}")
_UUID = re.compile(rb"(?i)[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\Z")
_HEX = re.compile(rb"(?i)(?:[a-z]+_)?[0-9a-f]+\Z")
_DATED = re.compile(rb"v?\d+(?:[.:T-]\d+)+\S{0,12}\Z")
_NUMBER = re.compile(rb"[+-]?[\d._]+\Z")
_DIGIT, _LETTER, _MARK = (re.compile(pattern) for pattern in (rb"\d", rb"[A-Za-z]", rb"[!@#$%^&*?~+=]"))
_DIGITS, _RUNS = re.compile(rb"\d+"), re.compile(rb"[a-z]+|[A-Z]+")
_ENCLOSED = re.compile(rb"<.*>|\{.*\}|\[.*\]|%.*%|\$\{|\#\{|\{\{|\$\(")
_LOWER = re.compile(rb"[a-z]+\Z")
_OF_A_PASSWORD = re.compile(
    rb"(?i)(?:forgot\w*|new|old|current|confirm\w*|reset|change|enter|invalid|wrong|show|hide|your|user|db|is|has|"
    rb"verify|repeat|retype|missing|bad|weak|empty|"
    rb"no|update|set|get|check|the|a|input|auth\w*|login)?[ _.-]?passw"
)
_CHANGE = re.compile(rb"[a-z](?=[A-Z])")


class Said(NamedTuple):
    """A name, what joins it to its value, and the value."""

    kind: str
    name: bytes
    tail: bytes
    sign: bytes
    quoted: bool
    alone: bool
    """Whether they have a line to themselves, as in files of settings."""
    chained: bool
    """Whether they are one of several in a row, as in addresses and connection strings."""
    value: bytes
    start: int
    end: int


def _character(escape: re.Match[bytes]) -> bytes:
    """What an escape stands for, as far as it matters for a judgement."""
    name = escape[0].lstrip(b"\\")
    if len(name) > 1:
        code = int(name[1:], 16)
        return bytes([code]) if code < 128 else b"x"
    return b" " if name and name in b"nrtbf" else b"x"


def gives_away(said: Said) -> bool:
    """Whether its value is one to take out."""
    value = said.value
    if b"\\" in value:
        value = _ESCAPED.sub(_character, value)
        if said.kind == "password" and said.quoted:
            value = value.replace(b"\\", b"x")
        elif b"\\" in value or (said.kind != "password" and not _SHAPE.match(value)):
            return False
        said = said._replace(value=value)
    joined = not said.quoted and said.kind != "password" and b"=" in value.rstrip(b"=")
    if joined or b"public" in said.name.lower():
        return False
    if (
        (_PLACEHOLDER.match(value) and not (said.quoted and said.kind == "password" and _jumbled(value)))
        or b"REDACTED" in value
        or b"::" in value
        or (value.count(b":") > 2 and _PAIRS.search(value))
        or len(set(value[:40])) < 3
    ):
        return False
    if said.sign in _CALLED and (said.tail or not said.quoted):
        return False
    if _NOT_A_SECRET.search(said.tail) and not _IDENTITY.search(said.name):
        return False
    return _JUDGES[said.kind](said)


def _is_password(said: Said) -> bool:
    value, marked = said.value, bool(_DIGIT.search(said.value) or _MARK.search(said.value))
    if (
        len(value) < 4
        or _ADDRESS.match(value)
        or (_DOTTED.match(value) and not (said.quoted and _jumbled(value)))
    ):
        return False
    if said.name.lower() in (b"pwd", b"oldpwd") and said.kind == "password" and b"/" in value:
        return False
    if b" " in value:
        return b"phrase" in said.name.lower() or (value.count(b" ") < 3 and bool(_DIGIT.search(value)))
    if not marked and _OF_A_PASSWORD.match(value):
        return False
    if said.quoted:
        return said.sign not in _LOOSE or (marked and len(value) >= 6)
    if said.sign == b":" and _NUMBER.match(value):
        return b"." not in said.tail and len(value) >= 4
    shell = said.sign == b"=" and (said.name.isupper() or said.chained)
    if said.alone and len(value) >= 6 and said.sign in (b"=", b":") and b"passw" not in value.lower():
        return shell or marked or bool(_LOWER.match(value)) or _shuffled(value)
    return shell or (marked and not (said.sign == b"," or value.endswith((b":", b"?", b"="))))


def _is_secret(said: Said) -> bool:
    value = said.value
    if len(value) < 8 or not _plain(value, _QUOTED_SHAPE if said.quoted else _SHAPE) or _NUMBER.match(value):
        return False
    digits = len(_DIGIT.findall(value))
    if said.sign in _LOOSE and (digits < 2 or len(value) < 12):
        return False
    told = (said.quoted and b"secret" in said.name.lower()) or said.sign == b"="
    if told and _shuffled(value, 0.5 if said.quoted else 0.51):
        return True
    if _CAMEL.match(value) or _WORDS.match(value):
        return (b"secret" in said.name.lower() and said.quoted and digits > 0) or (
            digits > 2 and _random(value, 20)
        )
    if said.quoted or (said.sign == b"=" and said.name.isupper()):
        return digits > 0 or (len(value) >= 16 and entropy(value) > 3.3)
    return (digits >= 2 and len(value) >= 10) or _random(value, 20)


def _is_key(said: Said) -> bool:
    if _NO_KEY.search(re.split(rb"(?i)key", said.name)[0]) or len(said.value) < 20:
        return False
    if b"-" in said.value and not (re.search(rb"[A-Z]", said.value) and re.search(rb"[a-z]", said.value)):
        return False
    if not _KEYLIKE.match(said.value) or _WORDS.match(said.value) or _HEX.match(said.value):
        return False
    return _random(said.value, 20)


def _is_vendors(said: Said) -> bool:
    value = said.value
    if said.sign in _LOOSE or len(value) < 10 or not _plain(value):
        return False
    if _UUID.match(value):
        return True
    if _scrambled(value):
        return True
    if _DATED.match(value) or _NUMBER.match(value) or _WORDS.match(value) or _CAMEL.match(value):
        return False
    return (
        len(value) >= 14 and len(_DIGIT.findall(value)) >= 2 and b"/" not in value[:4] and entropy(value) > 3
    )


def _plain(value: bytes, shape: re.Pattern[bytes] = _SHAPE) -> bool:
    """Whether it has the form of a token: in one word, no address, no path, no expression."""
    return bool(shape.match(value)) and not (
        _ADDRESS.match(value) or _DOTTED.match(value) or _DATED.match(value)
    )


def _scrambled(value: bytes) -> bool:
    """Whether letters change their case more often than in words that are joined."""
    return len(value) >= 24 and value.isalnum() and len(_CHANGE.findall(value)) * 5 >= len(value)


def _jumbled(value: bytes) -> bool:
    """Whether digits stand among letters of both cases: as in what a machine has made, and in no name."""
    mixed = len(_DIGITS.findall(value)) >= 3 and not value.islower() and not value.isupper()
    return mixed and not _ENCLOSED.match(value)


def _shuffled(value: bytes, least: float = 0.5) -> bool:
    """Whether its letters change their case about every second time."""
    letters, runs = sum(map(len, _RUNS.findall(value))), len(_RUNS.findall(value))
    return len(value) >= 12 and runs >= least * letters > 4


def _random(value: bytes, least: int) -> bool:
    return (
        len(value) >= least
        and _plain(value)
        and bool(_DIGIT.search(value) and _LETTER.search(value))
        and entropy(value) >= 3.5
        and not _UUID.match(value)
    )


def _is_pat(said: Said) -> bool:
    return bool(_KEYLIKE.match(said.value)) and not _WORDS.match(said.value) and _random(said.value, 20)


_JUDGES = {
    "pat": _is_pat,
    "password": _is_password,
    "secret": _is_secret,
    "key": _is_key,
    "vendor": _is_vendors,
}
