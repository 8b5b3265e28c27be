"""What tells of a person: addresses, telephone and card numbers, machines, home folders."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Iterator
from functools import cache
from importlib.resources import files
from ipaddress import IPv6Address

import re2

from homeostat.redaction.spans import Span, options

_FILES = frozenset(
    (
        b"js jsx ts tsx mjs cjs mts cts vue svelte png jpg jpeg gif svg webp avif ico css scss sass less "
        b"html htm json json5 xml yml yaml toml lock map txt log csv php py rb go java kt swift cpp hpp "
        b"cs class jar tgz gz zip tar whl woff woff2 ttf eot pdf mp3 mp4 wasm test spec min dist"
    ).split()
)
_UNITS = frozenset(b"service socket timer target mount automount swap slice scope device path".split())
"""Of systemd, whose instances are named behind an `@`."""
_REMOTES = frozenset((b"git", b"hg", b"svn", b"gitlab", b"gitea", b"forgejo"))
_SERVICES = frozenset(
    b"runner runneradmin circleci travis vsts vsts_azpcontainer node jenkins git linuxbrew shared public "
    b"default www www-data app vscode gitpod all".split()
)
_LOOPBACK = (b"127.", b"0.0.0.0", b"255.255.255.")
_VERSION = re.compile(
    rb"(?i)(?:version|section|ver|release|rev|revision|build|assembly\w*|"
    rb"[=~^<>]=|[\w)]@|\bv|[a-z]/|\w-|\w_)[\"'\s:=(]{0,4}\Z"
)
_PROGRAM = re.compile(
    rb"(?i)\b(?:php|nginx|apache|httpd|tomcat|python|pypy|ruby|rails|node|nodejs|npm|java|jdk|jre|openjdk|openssl|"
    rb"mysql|mariadb|postgres|postgresql|sqlite|redis|mongodb|rabbitmq|kafka|elasticsearch|kibana|grafana|gradle|maven|"
    rb"dotnet|mono|perl|golang|rust|rustc|cargo|gcc|clang|llvm|cmake|curl|git|docker|kubernetes|helm|terraform|ansible|"
    rb"jenkins|chrome|chromium|chromedriver|firefox|safari|opera|electron|android|ios|macos|windows|linux|ubuntu|"
    rb"debian|numpy|django|flask|laravel|symfony|composer|wordpress|unity)[ \t]{1,2}\Z"
)
_SMALL = re.compile(rb"(?:[0-9]{1,2}\.){3}[0-9]{1,2}\Z")
_ROUTE = re.compile(rb"(?:GET|POST|PUT|PATCH|DELETE|HEAD|OPTIONS|route|path|href|url|src)[\"'\s:=(]{1,4}\Z")
_DRIVE = re.compile(rb"(?:\b[A-Za-z]:|/mnt/[a-z]|/[a-z]|/var|/export|/usr|/data|/mnt|/nfs|file://|\s[ab])\Z")
_HOMES = _UNIX, _WINDOWS, _ = 1, 2, 3
_ROW_BEFORE = re.compile(rb"(?i)(?:\b[0-9a-f]{1,2}[ :.]|[0-9a-f]{2}:? )\Z")
_ROW_AFTER = re.compile(rb"(?i)[ .:](?=[a-f]*[0-9])[0-9a-f]{1,8}\b")
"""Numbers that stand in a row of numbers are columns or a dump."""
_OWN = re.compile(rb"(?i)2|fe[89ab]|f[cd]|64:ff9b")


@cache
def _compiled() -> dict[str, re2._Regexp]:
    text = (files("homeostat.redaction") / "personal.toml").read_text(encoding="utf-8")
    forms = tomllib.loads(text).items()
    return {kind: re2.compile(pattern.encode("latin-1"), options()) for kind, pattern in forms}


def found(data: bytes) -> Iterator[Span]:
    """Each of them, the surer kinds first."""
    for kind, check in _CHECKS.items():
        for match in _compiled()[kind].finditer(data):
            span = check(data, match)
            if span:
                yield span


def _before(data: bytes, start: int, size: int = 1) -> bytes:
    return data[max(0, start - size) : start]


def _stands_alone(data: bytes, start: int, end: int, marks: bytes) -> bool:
    """Whether no letter, digit or one of `marks` goes on at either end; a full stop may end a sentence."""
    before, after = _before(data, start), data[end : end + 2]
    joined = after[:1].isalnum() or after[:1] == b"_" or (after[:1] in marks and after[1:].isalnum())
    return not (
        before.isalnum() or before == b"_" or (before and before in marks) or (after[:1] != b"" and joined)
    )


_AT = re.compile(rb"(?:@|%40|\\u0040|&#0?64;|&#[xX]40;|&commat;)\Z")


def _email(data: bytes, match: re2._Match) -> Span | None:
    start, end = match.span()
    top, local = match[2].lower(), _AT.sub(b"", match[0][: match.start(1) - start])
    if (
        top in _FILES
        or top in _UNITS
        or local.lower() in _REMOTES
        or (data[end : end + 1] == b":" and data[end + 1 : end + 2].isdigit() and len(top) == 2)
    ):
        return None
    address = data.rfind(b"://", max(0, start - 200), start)
    inside = data[address + 3 : start] if address >= 0 else b" "
    if address >= 0 and not re.search(rb"[\s/?#\"'<>,]", inside):
        return None
    shift = len(local) - len(local.lstrip(b"'{|*=&?#!$%")) if local else 0
    named = re.search(rb"[=&?]", local)
    return Span(start + max(shift, 0 if not named else local.rfind(named[0]) + 1), end, "email")


def _mailbox(_: bytes, match: re2._Match) -> Span:
    return Span.at(match.span(), "email")


def _ip(data: bytes, match: re2._Match) -> Span | None:
    start, end = match.span()
    octets = match[0].split(b".")
    if any(int(one) > 255 or (len(one) > 1 and one[:1] == b"0") for one in octets):
        return None
    if match[0].startswith(_LOOPBACK) or (match[0].endswith(b".0.0.0") and octets[0] != b"10"):
        return None
    if not _stands_alone(data, start, end, b"._-+~") or _VERSION.search(_before(data, start, 24)):
        return None
    if octets[0] != b"10" and _SMALL.match(match[0]) and _PROGRAM.search(_before(data, start, 24)):
        return None
    return Span(start, end, "ip")


def _ip6(data: bytes, match: re2._Match) -> Span | None:
    start, end = match.span()
    text = match[0]
    if (
        not _stands_alone(data, start, end, b":.")
        or data[end : end + 1] == b":"
        or not re.search(rb"\d", text)
    ):
        return None
    groups = [one for one in text.split(b":") if one]
    if len(groups) < 3 and not _OWN.match(text) and b"." not in text:
        return None
    try:
        address = IPv6Address(text.decode())
    except ValueError:
        return None
    if address.is_loopback or address.is_unspecified or all(len(one) < 3 and one.isdigit() for one in groups):
        return None
    return Span(start, end, "ip")


def _mac(data: bytes, match: re2._Match) -> Span | None:
    start, end = match.span()
    text = match[0]
    plain = text.replace(b"-", b"").replace(b":", b"").replace(b".", b"")
    if not _stands_alone(data, start, end, b":-.") or (
        b":" not in text and not re.search(rb"(?i)[a-f]", plain)
    ):
        return None
    if b"." in text and not re.search(rb"\d", plain):
        return None
    return None if len(set(plain)) == 1 else Span(start, end, "mac")


def _card(data: bytes, match: re2._Match) -> Span | None:
    start, end = match.span()
    digits = re.sub(rb"\D", b"", match[0]).decode()
    if not _stands_alone(data, start, end, b".-_/:+") or not _brand(digits) or len(set(digits)) < 2:
        return None
    groups = [len(group) for group in re.split(rb"[ -]", match[0])]
    total = sum(sum(divmod(int(d) * (1 + i % 2), 10)) for i, d in enumerate(reversed(digits)))
    return Span(start, end, "card") if total % 10 == 0 and _grouped(groups) else None


def _grouped(sizes: list[int]) -> bool:
    """Whether the digits stand as on a card; without gaps, only the sizes that are no ids of other things."""
    if len(sizes) == 1:
        return sizes[0] in (14, 15, 16)
    fours = all(size == 4 for size in sizes[:-1]) and sizes[-1] <= 4 and len(sizes) > 3
    return fours or sizes in ([4, 6, 5], [4, 6, 4])


def _brand(digits: str) -> bool:
    size, two, four = len(digits), int(digits[:2]), int(digits[:4])
    return (
        (digits[0] == "4" and size in (13, 16, 19))
        or (size == 16 and (51 <= two <= 55 or 2221 <= four <= 2720 or two in (35, 60, 62, 64, 65)))
        or (size == 15 and two in (34, 37))
        or (size == 14 and two in (30, 36, 38, 39))
        or (size in (16, 17, 18, 19) and two in (62, 50, 56, 57, 58, 63, 67))
    )


def _iban(_: bytes, match: re2._Match) -> Span | None:
    plain = match[0].replace(b" ", b"").decode()
    if not 15 <= len(plain) <= 34:
        return None
    number = int("".join(str(int(c, 36)) for c in plain[4:] + plain[:4]))
    return Span.at(match.span(), "iban") if number % 97 == 1 else None


def _ssn(data: bytes, match: re2._Match) -> Span | None:
    start, end = match.span()
    context = re.search(rb"(?i)ssn|social|tax|itin", _before(data, start, 30))
    return Span(start, end, "ssn") if context and _stands_alone(data, start, end, b".-_/") else None


def _phone(data: bytes, match: re2._Match) -> Span | None:
    start, end = match.span(match.re.groups) if match.span(match.re.groups) != (-1, -1) else match.span()
    number = data[start:end]
    digits = re.sub(rb"\D", b"", number)
    if not 7 <= len(digits) <= 15 or len(set(digits)) < 3:
        return None
    sure = number[:1] == b"+" or match.span(match.re.groups) != (-1, -1)
    if not _stands_alone(data, start, end, b"_@" if sure else b"-_/:.+@"):
        return None
    if (
        match.span(match.re.groups) == (-1, -1)
        and number[:1] == b"+"
        and digits == number[1:]
        and len(digits) < 10
    ):
        return None
    if re.match(rb"(?:19|20)\d\d[-./ ]\d\d[-./ ]", number) or re.search(rb"\d\d\d\d-\d\d-\d\d", number):
        return None
    if not sure and (_ROW_BEFORE.search(_before(data, start, 4)) or _ROW_AFTER.match(data[end : end + 10])):
        return None
    return Span(start, end, "phone")


def _user(data: bytes, match: re2._Match) -> Span | None:
    group = next(number for number in _HOMES if match.span(number) != (-1, -1))
    start, end = match.span(group)
    name = data[start:end]
    if group == _WINDOWS and data[end : end + 1] not in (b"\\", b"/"):
        end = start + len(name.split(b" ")[0])
        name = data[start:end]
    folder, after = match.start(), data[end : end + 1]
    before = _before(data, folder, 10)
    if name.lower() in _SERVICES or name.lower().split(b" ")[0] in (b"all", b"default"):
        return None
    if (
        group == _UNIX
        and (before[-1:].isalnum() or before[-1:] in b"_-./")
        and before
        and not _DRIVE.search(before)
    ):
        return None
    if (
        group == _UNIX
        and after != b"/"
        and (b"." in name.strip(b".") and name.rsplit(b".", 1)[1].lower() in _FILES)
    ):
        return None
    if group == _UNIX and after != b"/" and _ROUTE.search(_before(data, folder, 12)):
        return None
    return Span(start, end - (1 if name.endswith(b".") else 0), "user")


_CHECKS: dict[str, Callable[[bytes, re2._Match], Span | None]] = {
    "email": _email,
    "mailbox": _mailbox,
    "card": _card,
    "iban": _iban,
    "ssn": _ssn,
    "mac": _mac,
    "ip6": _ip6,
    "ip": _ip,
    "phone": _phone,
    "user": _user,
}
