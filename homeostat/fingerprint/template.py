"""The message with what changes from one occurrence to the next taken out.

One pass, one alternation: at each place the first pattern that matches wins, so the order of the tables is
the rule. Every pattern is linear: a repeat is bounded or possessive, and what is looked ahead at is bounded.
A pattern sees a placeholder beside it as it sees the word that stood there: a template is its own template.
"""

from __future__ import annotations

import re

MAX_MESSAGE = 4_000
"""Characters of a message that identify it; the rest is payload."""

_HEX = "[0-9a-fA-F]"
_DAY = r"(?:Mon|Tues?|Wed(?:nes)?|Thu(?:rs)?|Fri|Sat(?:ur)?|Sun)(?:day)?"
_MONTH = (
    r"(?:Jan(?:uary)?|Feb(?:ruary)?|Mar(?:ch)?|Apr(?:il)?|May|June?|July?|Aug(?:ust)?|Sept?(?:ember)?"
    r"|Oct(?:ober)?|Nov(?:ember)?|Dec(?:ember)?)"
)
_MONTH_ABROAD = (
    r"(?i:januar|februar|märz|mai|juni|juli|oktober|dezember|janv(?:ier)?|févr(?:ier)?|mars|avr(?:il)?|juin"
    r"|juil(?:let)?|août|septembre|octobre|novembre|déc(?:embre)?|enero|febrero|marzo|abril|mayo|junio|julio"
    r"|agosto|septiembre|octubre|noviembre|diciembre)"
)
_NOON = r"\s?[AaPp]\.?[Mm](?!\w)\.?"
_ZONE = (
    r"(?:\s?Z(?:\d\d:\d\d)?(?!\w)|\s?[+-]\d\d:?\d\d(?!\w)"
    r"|\s(?:UTC?|GMT|MSK|[ECMPAHN][SD]T|[CEW]ES?T|[BIJKS]ST|A[CEW][SD]T|NZ[SD]T)(?:[+-]\d\d?(?::?\d\d)?)?(?!\w))"
)
_CLOCK = (
    rf"(?:(?:T|:|,?\s(?:at\s)?)\d\d?:\d\d(?::\d\d(?:[.,:]\d{{1,9}})?)?(?:{_NOON})?{_ZONE}?(?:\s\d{{4}})?(?!\w)"
    r"(?:\s\([A-Z][\w ]{1,40}\))?|(?![\w/-]|\.\d))"
)
_DATE = (
    r"(?:\d{4}(?:-\d\d?-|/\d\d?/|\.\d\d?\.)\d\d?|\d\d?(?:-\d\d?-|/\d\d?/|\.\d\d?\.)\d{4}|\d\d?/\d\d?/\d\d"
    rf"|\d\d?[-/ ]{_MONTH}[-/., ]{{1,2}}\d{{2,4}}"
    rf"|\d\d?(?:\.?\s|\sde\s){_MONTH_ABROAD}\.?\s(?:de\s)?\d{{4}})"
)
_LABEL = r"[\w-]{1,63}+"
_NUMBER = r"(?:\d(?:\.\d{1,30})?[eE][-+]?\d{1,3}|\d++(?:[.,_]\d++)*)(?!\w)"
_SEGMENT = r"[\w.@+~%$-]{1,255}+"

SIGNS = {
    "path": (
        r"[~./\\](?<![\w./\\>~].)(?<!:/(?=/))"
        r"(?:(?<=['\"]/)[^'\"/<>:]{1,80}+(?:/[^'\"/<>:]{1,80}+)++(?=['\"])"
        rf"|(?<=[/\\])[/\\]?(?:\?\\(?:[A-Za-z]:\\)?)?{_SEGMENT}(?:[/\\]{{1,2}}{_SEGMENT})++[/\\]?"
        rf"|(?<=\.)\.?(?:[/\\]{_SEGMENT}){{2,}}+[/\\]?|(?<=~)\w*+(?:[/\\]{_SEGMENT})++[/\\]?)"
    ),
    "value": r"\"(?<![=!<>]=\")(?<==\")[^\"]*+\"|'(?<![=!<>]=')(?<==')[^']*+'",
    "id": r"\"(?:(?<=[iI][dD]\": \")|(?<=[iI][dD]\":\"))[\w.:-]++\"",
    "unspecified": (
        r"::(?<![\w:>]::)(?:(?=[a-fA-F:]{0,30}\d)[0-9a-fA-F:]{1,36}+(?:(?:\.\d{1,3}){3})?)?"
        r"(?:%\w{1,15})?(?:/\d{1,3})?(?![\w:~(<])"
    ),
    "signed": rf"[-+](?<![\w.)\]>][-+]){_NUMBER}",
}
"""What begins with a sign. An id in JSON is text or number: its quotes go; a dict's tell which and stay."""

PLAIN = {
    "bool": r"(?=[tTfF])(?:(?<=[^=!<>]=)|(?<=[\"']:)|(?<=[\"']: ))(?:[tT]rue|[fF]alse)(?!\w)",
    "day": (
        r"(?=[JFMASONDTW][aepuconrhi])"
        rf"(?:{_DAY},?\s)?(?:{_DATE}|{_MONTH}\.?\s\d\d?(?:,?\s\d{{4}})?){_CLOCK}"
    ),
}
"""What begins with a plain word."""

LETTERS = {
    "name": (
        r"(?i:utf|ucs|iso|iec|ieee|rfc|ecma|sha\d?|md|crc|aes|ora|pls|tns|windows)-\d{1,5}(?:-\d{1,3})?(?!\w)"
    ),
    "url": (
        r"(?:[a-zA-Z][\w+.-]{1,40}+://(?:\[[0-9a-fA-F:.]{2,45}\])?|(?:jar:)?file:/|data:[\w/+.-]{0,60}[;,])"
        r"(?:[^\s'\"`<>()\]]++|\([^\s'\"`<>()]*+\))*+"
    ),
    "token": r"eyJ[\w-]{10,300}+(?:\.[\w-]++){1,2}+",
    "transaction": r"tx[0-9a-f]{21}-[0-9a-f]{10}(?:-\w++)?(?!\w)",
    "drive": rf"[A-Za-z]:(?:[\\/]{{1,2}}(?:[\w.@+~%$() -]{{1,80}}+(?=[\\/])|{_SEGMENT}))++[\\/]?",
    "datetime": r"datetime\.(?:datetime|date|time)\((?:[^()]|\([^()]{0,60}\)){0,160}+\)",
}
"""What begins with a letter; a `name` stays. A `transaction` is OpenStack Swift's."""

MIXED = {
    "email": rf"[\w.+-]{{1,64}}+@{_LABEL}(?:\.{_LABEL}){{0,7}}\.[a-zA-Z]{{2,24}}(?![\w<-])",
    "uuid": rf"{_HEX}{{8}}-{_HEX}{{4}}-{_HEX}{{4}}-{_HEX}{{4}}-{_HEX}{{12}}(?!\w)",
    "mac": rf"(?:{_HEX}{{2}}[:-]){{5}}{_HEX}{{2}}(?![\w:-])",
    "ip": (
        r"\d{1,3}\.\d{1,3}\.\d{1,3}\.\d{1,3}(?:/\d\d?(?!\w))?(?!\w|\.\d)"
        rf"|(?:{_HEX}{{1,4}}:){{7}}{_HEX}{{1,4}}(?:/\d{{1,3}})?(?![\w:])"
        r"|(?=[a-fA-F:]{0,30}\d)(?=[0-9a-fA-F:]{0,37}::)[0-9a-fA-F:]{3,39}+(?:(?:\.\d{1,3}){3})?"
        r"(?:%\w{1,15})?(?:/\d{1,3})?(?![\w<])"
    ),
    "host": (
        rf"(?:{_LABEL}\.){{1,8}}?(?:com|net|org|edu|gov|mil|biz|arpa|COM|NET|ORG)(?![\w<-]|\.[\w<])"
        rf"|(?:{_LABEL}\.){{2,8}}?(?:internal|local|lan|cloud|de|uk|fr|nl|eu|ru|cn|jp|br|au|ca|ch|pl|cz|dk|kr|tw|mx)"
        r"(?![\w<-]|\.[\w<])"
    ),
}
"""What begins with either. Domains that are words of programs (`props.id`, `socket.io`) are none here."""

DIGITS = {
    "date": rf"{_DATE}{_CLOCK}|(?:19|20)\d{{6}}[T ]\d{{6}}(?:\.\d{{1,9}})?(?:Z|[+-]\d\d:?\d\d)?(?!\w)",
    "trace": r"00-[0-9a-f]{32}-[0-9a-f]{16}-\d\d(?!\w)|1-[0-9a-f]{8}-[0-9a-f]{24}(?!\w)",
    "time": rf"\d\d?:\d\d(?::\d\d(?:[.,]\d{{1,9}})?(?:{_NOON}|Z)?|{_NOON}|Z)(?!\w)",
    "hex": rf"0[xX]{_HEX}++n?(?!\w)",
    "duration": r"(?:\d++(?:[.,]\d++)?(?:[nuµμm]?s|secs?|mins?|m|hrs?|h)|\d++d(?=\d)){1,6}(?!\w)",
    "size": r"\d++(?:[.,]\d++)?(?:[kKmMGTP]i?[bB]|B)(?:ps)?(?!\w)",
}
"""What begins with a digit."""

REST = {
    "version": r"(?:v?\d++(?:\.\d++){2,}+|v\d++\.\d++)(?:[-+~]\w++(?:[.-]\w++)*+|[a-z]\w*+)?(?!\w)",
    "number": _NUMBER,
    "hash": rf"(?:(?=\d*+[a-fA-F]){_HEX}{{8,}}+|(?=\d*+[a-f])(?=[a-f]*+\d)[0-9a-f]{{4,7}}+)(?!\w)",
    "word": r"(?=[^\W\d]*+\d)\w++",
}
"""What is left; a `word` that holds a digit is looked at by `_word`."""

_SAME = {
    "count": "number",
    "signed": "number",
    "unspecified": "ip",
    "drive": "path",
    "key": "id",
    "day": "date",
}
_KEY = r"(?<=')(?:(?<=[iI][dD]': ')|(?<=[iI][dD]':'))[\w.:-]++(?=')"
KINDS = sorted(
    {_SAME.get(kind, kind) for table in (SIGNS, PLAIN, LETTERS, MIXED, DIGITS, REST) for kind in table}
    | {"id", "number"}
)
"""What a placeholder may be."""

# Most of a message is plain words and counts: they are told first, without a try of each pattern.
_COUNT = r"\d++(?=[)\]}'\";%]|,(?!\d)|$|\s[b-ceg-ik-lp-rt-zBCEGHIKLQRT-Z(\[{<])"
_PLAIN_WORD = r"[A-Za-z_-]++(?![\w@+\\/]|[.:][\w\\/:])(?<![a-fA-F]{8})"


def _any(table: dict[str, str]) -> str:
    return "(?:" + "|".join(f"(?P<{kind}>{pattern})" for kind, pattern in table.items()) + ")"


_ANY = re.compile(
    rf"(?=[~./\\\"':+-]){_any(SIGNS)}"
    rf"|\b(?=\w)(?:(?P<count>{_COUNT})|(?P<key>{_KEY})|(?!{_PLAIN_WORD})(?:(?=[a-zA-Z]){_any(LETTERS)}"
    rf"|{_any(MIXED)}|(?=\d){_any(DIGITS)}|{_any(REST)})|{_any(PLAIN)})"
)
_HINT = re.compile(r"[\d@/\\=]|[a-fA-F]{8}|::|[\"']:|\.[a-zA-Z]{2}")
_RESTLESS = 6
_RUNS = re.compile(r"[A-Z]+[a-z]*|[a-z]+|\d+")
_LONG = re.compile(r"(?<=[a-z])\d{5,}(?![^\W_])|(?<=_)\d{3,}(?![^\W_])")
_COUNTER = re.compile(r"(?<=[a-z_])\d+(?![^\W_])")


def _random(word: str) -> bool:
    """Whether no one made up this word: letters of both cases and digits change too often for a name."""
    runs = len(_RUNS.findall(word))
    longest = 3.3 if word.isupper() or word.islower() else 2.4
    return runs >= _RESTLESS and word.isalnum() and len(word) <= runs * longest


def _word(word: str) -> str:
    if _random(word):
        return "<id>"
    return _COUNTER.sub("<number>", word) if not word[0].isdigit() and _LONG.search(word) else word


def _written(found: re.Match[str]) -> str:
    kind, text = found.lastgroup or "", found[0]
    if kind == "name":
        return text
    if kind == "word":
        return _word(text)
    return f"<{_SAME.get(kind, kind)}>"


def template(message: str) -> str:
    """Replace what varies by `<kind>`; names in quotes stay, white space is folded."""
    folded = " ".join(message[:MAX_MESSAGE].split())
    if not _HINT.search(folded):
        return folded
    written = _ANY.sub(_written, folded)
    if len(written) <= MAX_MESSAGE:
        return written
    return written[:MAX_MESSAGE].rpartition(" ")[0] or written[:MAX_MESSAGE]
