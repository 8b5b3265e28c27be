"""Addresses that a change brings into code that talks to the network, or sends a reader elsewhere."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from homeostat.guard.calls import CALLS
from homeostat.guard.code import code_of
from homeostat.records import Change

_HOST = re.compile(r"\b(?:https?|wss?|ftp)://(?:[^/\s'\"`@]{1,80}@)?([\w.-]{1,100}\w)", re.ASCII)
_BELOW = re.compile(
    r"\}\.((?:[\w-]{1,40}\.){1,4}(?:com|net|org|io|dev|app|xyz|top|info|biz|ru|cn|cc|me|sh|site|online|example))\b[/:'\"`]",
    re.ASCII,
)
"""A name that is filled in below a domain, as a look-up that carries something out does."""
_HARMLESS = re.compile(
    r"(?:^|\.)(?:w3\.org|schema\.org|json-schema\.org|xmlsoap\.org|localhost)$|^127\.0\.0\.1$"
)
_GOES = re.compile(r"\blocation\b|\bsrc\s*=|\bhref\s*=|\bredirect\b|\burl\b|\bAPI\b", re.IGNORECASE)


def strange_hosts(changes: Sequence[Change]) -> Iterator[tuple[str, str]]:
    """(path, host) of each that no file of the patch named before."""
    known = {host for change in changes for host in _named(change.before)}
    for change in changes:
        code = code_of(change.path, change.after).plain
        if not (CALLS["talks to the network"].pattern.search(code) or _GOES.search(code)):
            continue
        for host in dict.fromkeys(_named(code)):
            if host not in known and not _HARMLESS.search(host):
                yield change.path, host


def _named(code: str) -> list[str]:
    return [*_HOST.findall(code), *_BELOW.findall(code)]
