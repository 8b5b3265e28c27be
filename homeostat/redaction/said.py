"""Whether what stands beside a name is a secret: code, prose and what only stands for one is none."""

from __future__ import annotations

import re
from typing import NamedTuple

from homeostat.redaction.rules import entropy

_TOLD = 100
"""Characters of a value that tell whether it is made of words."""
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
_PATTERN = re.compile(rb"\[.*\]|\(.*\)|\\[AbBdDsSwWzZ]|[+*?]\\|\\\Z|\A\^")
_KEYLIKE = re.compile(rb"[\w+/-]+={0,2}\Z")
_PAIRS = re.compile(rb"(?i)(?:[0-9a-f]{2}:){3}")
_UUID = re.compile(rb"(?i)[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\Z")
_HEX = re.compile(rb"(?i)(?:[a-z]+_)?[0-9a-f]+\Z")
_DATED = re.compile(rb"v?\d+(?:[.:T-]\d+)+\S{0,12}\Z")
_NUMBER = re.compile(rb"[+-]?[\d._]+\Z")
_DIGIT, _LETTER, _MARK = (re.compile(pattern) for pattern in (rb"\d", rb"[A-Za-z]", rb"[!@#$%^&*?~+=]"))
_LOWER = re.compile(rb"[a-z]+\Z")
_OF_A_PASSWORD = re.compile(
    rb"(?i)(?:forgot\w*|new|old|current|confirm\w*|reset|change|enter|invalid|wrong|show|hide|your|user|db|is|has|"
    rb"verify|repeat|retype|missing|bad|weak|empty|"
    rb"no|update|set|get|check|the|a|input|auth\w*|login)?[ _.-]?passw"
)
_CHANGE = re.compile(rb"[a-z](?=[A-Z])")
_PIECE, _VOWEL = re.compile(rb"[A-Z]?[a-z]+|[A-Z]+(?![a-z])|\d+"), re.compile(rb"(?i)[aeiouy]")
_ENCLOSED = re.compile(rb"<[^>]*>|[^{]*\{.*\}|\[.*\]|%.*%|!.*!|[$#%]?[{(]\w*[})]|\{\{|\$[{(]")
_SECRET_WORD = re.compile(rb"(?i)key|token|secret|pass|pwd|auth(?!or)|cred|dsn|webhook|[_.-]pat\Z")
_MD5 = 32
_NAMED_ID = re.compile(rb"[a-z]{2,6}_[A-Za-z0-9]+\Z")
_STANDS_FOR = re.compile(
    rb"(?i)(?:change|replace|insert|enter|put|add|example|sample|dummy|fake|test|client|api)[_-]?"
)
_FINAL = re.compile(rb"(?i)(?:key|token|secret|salt|credentials?)\Z")


class Said(NamedTuple):
    """A name, what joins it to its value, and the value."""

    kind: str
    name: bytes
    tail: bytes
    sign: bytes
    quoted: bool
    alone: bool
    """Whether they have a line to themselves, as in files of settings."""
    value: bytes
    start: int
    end: int
    literal: bool = False
    """Whether it is a value whatever it looks like: in a connection string, a query, an environment."""


def _character(escape: re.Match[bytes]) -> bytes:
    """What an escape stands for, as far as it matters for a judgement."""
    name = escape[0].lstrip(b"\\")
    if len(name) > 1:
        code = int(name[1:], 16)
        return bytes([code]) if code < 128 else b"x"
    return b" " if name and name in b"nrtbf" else b"x"


def gives_away(said: Said) -> bool:
    """Whether the value is what the name promises."""
    value = said.value
    if b"\\" in value:
        value = _ESCAPED.sub(_character, value)
        told = said.quoted or said.literal
        if b"\\" in value and not (told and jumbled(value) and not _PATTERN.search(value)):
            return False
        value = value.replace(b"\\", b"x")
        if said.kind != "password" and not _SHAPE.match(value):
            return False
        said = said._replace(value=value)
    joined = not said.quoted and said.kind != "password" and b"=" in value.rstrip(b"=")
    if joined or b"public" in said.name.lower():
        return False
    if (
        (_PLACEHOLDER.match(value) and not _begins_with_a_sign(value))
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
        or (_ADDRESS.match(value) and not jumbled(value, b"/"))
        or _is_member(value, literal=said.quoted or said.literal)
    ):
        return False
    if said.name.lower() in (b"pwd", b"oldpwd") and said.kind == "password" and b"/" in value:
        return False
    if b" " in value:
        return b"phrase" in said.name.lower() or (value.count(b" ") < 3 and bool(_DIGIT.search(value)))
    if not marked and _OF_A_PASSWORD.match(value.lstrip(b":")):
        return False
    if said.quoted:
        return said.sign not in _LOOSE or (marked and len(value) >= 6)
    if said.sign == b":" and _NUMBER.match(value):
        return b"." not in said.tail and len(value) >= 4
    shell = said.sign == b"=" and (said.name.isupper() or said.literal)
    if said.alone and len(value) >= 6 and said.sign in (b"=", b":", b"::") and b"passw" not in value.lower():
        return shell or marked or bool(_LOWER.match(value)) or jumbled(value)
    return shell or (marked and not (said.sign == b"," or value.endswith((b":", b"?", b"="))))


def _is_secret(said: Said) -> bool:
    value = said.value
    if len(value) < 8 or not _plain(value, _QUOTED_SHAPE if said.quoted else _SHAPE) or _NUMBER.match(value):
        return False
    if (_UUID.match(value) or _HEX.match(value)) and _NO_KEY.search(_before_key(said.name)):
        return False
    digits = len(_DIGIT.findall(value))
    if said.sign in _LOOSE and (digits < 2 or len(value) < 12):
        return False
    if said.literal and said.name.isupper() and _FINAL.search(said.name):
        named = _NO_KEY.search(_before_key(said.name)) or _letters(value) in _letters(said.name)
        return not (named or _STANDS_FOR.match(value))
    mixed = len(value) >= 12 and jumbled(value)
    if (_CAMEL.match(value) or _WORDS.match(value)) and not mixed:
        return (b"secret" in said.name.lower() and said.quoted and digits > 0) or (
            digits > 2 and _random(value, 20)
        )
    if said.quoted or (said.sign == b"=" and said.name.isupper()):
        return digits > 0 or mixed or (len(value) >= 16 and entropy(value) > 3.3)
    return (digits >= 2 and len(value) >= 10) or ((digits > 0 or said.alone) and mixed) or _random(value, 20)


def _is_key(said: Said) -> bool:
    if _NO_KEY.search(_before_key(said.name)) or len(said.value) < 20:
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
    if _is_id(said) and not _SECRET_WORD.search(said.name):
        return False
    if _UUID.match(value) or _scrambled(value):
        return True
    if _DATED.match(value) or _NUMBER.match(value) or _WORDS.match(value) or _CAMEL.match(value):
        return False
    return (
        len(value) >= 14 and len(_DIGIT.findall(value)) >= 2 and b"/" not in value[:4] and entropy(value) > 3
    )


def _is_id(said: Said) -> bool:
    """Whether it is a hash or names something; of a vendor alone, an MD5 is a key of it."""
    value = said.value
    if _HEX.match(value):
        return bool(said.tail) or len(value) != _MD5
    return bool(_UUID.match(value) or _NAMED_ID.match(value))


def _plain(value: bytes, shape: re.Pattern[bytes] = _SHAPE) -> bool:
    """Whether it has the form of a token: in one word, no address, no path, no expression."""
    return bool(shape.match(value)) and not (
        _ADDRESS.match(value) or _is_member(value) or _DATED.match(value)
    )


def _is_member(value: bytes, *, literal: bool = False) -> bool:
    """Whether it is a member of something: no literal is that is random, nor what has digits in its names."""
    if not _DOTTED.match(value):
        return False
    return not (jumbled(value) and (literal or len(_DIGIT.findall(value)) > 1))


def _begins_with_a_sign(value: bytes) -> bool:
    """Whether it begins as what stands for a value does, and is one: random, and not enclosed."""
    return not value[:1].isalnum() and not _ENCLOSED.match(value) and jumbled(value, value[:1])


def jumbled(value: bytes, sign: bytes = b"") -> bool:
    """Whether letters of both cases, or digits among them, make no words; with a sign only as its first."""
    if sign and (not value.startswith(sign) or sign in value[1:]):
        return False
    value = value[:_TOLD]
    cased = not value.islower() and not value.isupper()
    pieces = _PIECE.findall(value)
    words = (piece for piece in pieces if len(piece) > 2 and _VOWEL.search(piece))
    in_words = sum(len(word) for word in words if not (cased and word.isupper()))
    digits = sum(piece.isdigit() for piece in pieces)
    return len(value) >= 8 and (cased or digits > 1) and in_words * 2 < sum(map(len, pieces))


def _before_key(name: bytes) -> bytes:
    return re.split(rb"(?i)key", name)[0]


def _letters(text: bytes) -> bytes:
    return text.translate(None, b"_-. ").lower()


def _scrambled(value: bytes) -> bool:
    """Whether letters change their case more often than in words that are joined."""
    return len(value) >= 24 and value.isalnum() and len(_CHANGE.findall(value)) * 5 >= len(value)


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
