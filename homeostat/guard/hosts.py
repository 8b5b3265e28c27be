"""Addresses that a change brings into code that talks to the network, or sends a reader elsewhere."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from homeostat.guard.calls import CALLS
from homeostat.guard.code import code_of
from homeostat.records import Change

_HOST = re.compile(r"\b(?:https?|wss?|ftp)://(?:[^/\s'\"`@]{1,80}@)?([\w.-]{1,100}\w)", re.ASCII)
_HARMLESS = re.compile(
    r"(?:^|\.)(?:w3\.org|schema\.org|json-schema\.org|xmlsoap\.org|localhost)$|^127\.0\.0\.1$"
)
_GOES = re.compile(r"\blocation\b|\bsrc\s*=|\bhref\s*=|\bredirect\b|\burl\b|\bAPI\b", re.IGNORECASE)


def strange_hosts(changes: Sequence[Change]) -> Iterator[tuple[str, str]]:
    """(path, host) of each that no file of the patch named before."""
    known = {host for change in changes for host in _HOST.findall(change.before)}
    for change in changes:
        code = code_of(change.path, change.after).plain
        if not (CALLS["talks to the network"].pattern.search(code) or _GOES.search(code)):
            continue
        for host in dict.fromkeys(_HOST.findall(code)):
            if host not in known and not _HARMLESS.search(host):
                yield change.path, host
