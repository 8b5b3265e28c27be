"""What no learned fix may bring along, however often it was merged: libraries can be poisoned.

Judged at each use, on what a fix adds to the files that it changes.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

_DANGERS = {
    "runs text as code, or a program": (
        r"(?<![\w.])(?:eval|__import__|compile)\s*\(|(?<![\w.>])(?:exec|system)\s*\(|\bimportlib\b|\brunpy\b"
        r"|\bsubprocess\b|\bos\s*\.\s*(?:system|popen|exec\w+|spawn\w+|fork\w*)\b|\bpty\s*\.\s*spawn\b"
        r"|\bchild_process\b|(?<![\w.])Function\s*\(|\bvm\s*\.\s*run|\bshell_exec\b|\bpassthru\b|\bproc_open\b"
        r"|\bpcntl_exec\b|\bctypes\b|\b(?:globalThis|window)\s*\.\s*eval\b"
        r"|\b(?:pickle|marshal)\s*\.\s*loads?\b|\bunserialize\s*\("
    ),
    "opens a connection": (
        r"\bsocket\s*\.\s*\w+|\burlopen\b|\burllib\b|\b(?:requests|httpx|axios)\s*\.\s*\w+\s*\(|(?<![\w.])fetch\s*\("
        r"|\bXMLHttpRequest\b|\bsendBeacon\b|\bWebSocket\b|\bhttps?\s*\.\s*(?:get|request)\s*\(|\bcurl_\w+\s*\("
        r"|\bfsockopen\b|\bhttps?://(?!localhost\b)"
    ),
    "deletes files": (
        r"\brmtree\b|\bos\s*\.\s*(?:remove|unlink|rmdir|removedirs)\b|\.\s*unlink\s*\(|\bunlink(?:Sync)?\s*\("
        r"|\brm(?:dir)?Sync\b|\bfs\s*\.\s*(?:rm|rmdir)\b|\brmdir\s*\("
    ),
    "looks for secrets": (
        r"\bos\s*\.\s*environ\b|\bgetenv\b|\bprocess\s*\.\s*env\b|\$_ENV\b|/proc/|\.ssh\b|\bGITHUB_TOKEN\b"
    ),
}
_PATTERNS = {what: re.compile(pattern) for what, pattern in _DANGERS.items()}


def dangers(before: Mapping[str, str], after: Mapping[str, str]) -> tuple[str, ...]:
    """Every such thing that new texts by path have more of than the old ones."""
    return tuple(_told(before, after))


def _told(before: Mapping[str, str], after: Mapping[str, str]) -> Iterator[str]:
    for path, text in after.items():
        for what, pattern in _PATTERNS.items():
            if len(pattern.findall(text)) > len(pattern.findall(before.get(path, ""))):
                yield f"{path}: a learned fix may not add what {what}"
