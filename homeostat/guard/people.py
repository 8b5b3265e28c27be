"""What a patch tells of people and their machines: nobody's address or number belongs into a fix."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from ipaddress import ip_address

from homeostat.guard.code import code_of
from homeostat.records import Change
from homeostat.redaction import personal_details

_AT = re.compile(r"@|%40|\\u0040|&#0?64;|&#[xX]40;|&commat;")
_RESERVED = re.compile(
    r"(?:^|\.)(?:example\.\w+|example|test|invalid|local|localhost|localdomain|internal)$"
    r"|^(?:your?|my|some|the)?-?(?:domain|company|host|hostname|site|server|org|test|foo|bar|acme)\.\w+$"
    r"|^users\.noreply\.github\.com$",
    re.IGNORECASE,
)
"""Domains of examples and of nobody."""
_ROLE = re.compile(
    r"(?:(?:no|do-?not)-?reply|support|info|contact|help|hello|admin|root|security|abuse|(?:post|host|web)master"
    r"|mailer-daemon|sales|billing|team|office|git|[ds]|(?:your?)?[-_.]?(?:name|e?mail|user(?:name)?|login|address)"
    r"|you|me|some(?:one|body)|foo|bar|test|example|local[-_]?part)(?:\+.*)?",
    re.IGNORECASE,
)
"""Names of mailboxes that are nobody's own; of `%s` the percent is no part."""
_RESOLVERS = frozenset({"8.8.8.8", "8.8.4.4", "1.1.1.1", "1.0.0.1", "9.9.9.9"})
_SECTION = re.compile(r"\d\d?(?:\.\d\d?){3}")
"""A version, a section of a standard or the number of an object, far more often than an address."""
_MADE_UP = re.compile(r"55501\d\d$|5555555|1234567|7654321|0000000")
_COUNTED = re.compile(r"0011223344|aabbccddee|0123456789ab|123456789abc|deadbeef")


def _mail(text: str) -> bool:
    local, host = _AT.split(text, maxsplit=1)
    name = local.strip("!#%&*+=?^~'\"")
    return not name or bool(_RESERVED.search(host) or _ROLE.fullmatch(name) or _ROLE.fullmatch(local))


def _machine(text: str) -> bool:
    if _SECTION.fullmatch(text) or text in _RESOLVERS or text.endswith((".0", "::")):
        return True
    address = ip_address(text)
    return not address.is_global or address.is_multicast


_NOBODYS: dict[str, Callable[[str], bool]] = {
    "email": _mail,
    "ip": _machine,
    "mac": lambda text: bool(_COUNTED.search(re.sub(r"\W", "", text).lower())),
    "phone": lambda text: bool(_MADE_UP.search(re.sub(r"\D", "", text))),
    "user": lambda _: True,
    "ssn": lambda text: text in {"123-45-6789", "111-22-3333", "078-05-1120"} or text.startswith("000"),
}
"""What is nobody's, by kind; of home folders all, for `/home/settings` may be a page."""


def personal(changes: Sequence[Change]) -> Iterator[tuple[str, str]]:
    """(path, kind) of each detail of a person or a machine that no file of the patch held before."""
    for change in changes:
        told = personal_details("\n".join(change.added))
        somebodys = {(kind, text) for kind, text in told if not _is_nobodys(kind, text, change)}
        if somebodys:
            somebodys -= personal_details("\n".join(one.before for one in changes))
        yield from ((change.path, kind) for kind in sorted({kind for kind, _ in somebodys}))


def _is_nobodys(kind: str, text: str, change: Change) -> bool:
    known = _NOBODYS.get(kind)
    return bool(known and known(text)) or (kind == "email" and _multiplies(change, text))


def _multiplies(change: Change, text: str) -> bool:
    """Whether it is Python's `a@b.transpose`."""
    if not change.path.endswith((".py", ".pyi")):
        return False
    code = code_of(change.path, change.after)
    return text in code.plain and not any(text in string for string in code.strings)
