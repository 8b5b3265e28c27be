"""Conditions under which a program refuses: a fix may add some, and changes none."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence

from homeostat.guard.code import code_of
from homeostat.records import Change

_REFUSES = re.compile(
    r"(?i)(?:\b(?:raise|throw|abort|die|exit|reject|return|next|fail|wp_die|wp_send_json_error)\b|\bstatus\w*\s*[(:=]|\bhttp_response_code)"
    r"[^\n]{0,160}(?:\b40[13]\b|forbid|unauthori|denied|deny|permission|not.?allowed|disallow|unsafe|untrusted"
    r"|travers|outside|not.?permitted|blocked|suspicious|insecure|security|csrf|check_?sum|integrity|digest"
    r"|(?:bad|invalid|wrong|missing|expired).{0,3}(?:token|signature|host|path|url|origin|file.?name|session|credential))"
)
"""A line that turns somebody away."""
_CONDITION = re.compile(r"(?:^|[\s};])(?:el)?if\b|\bunless\b|\bwhen\b")
_LIST = (
    r"\b\w{0,40}(?:allow|block|deny|denied|white|black|trusted|forbid|permit|reserved|danger|editable|writable"
    r"|fillable)\w{0,40}\b"
)
_LISTED = re.compile(
    rf"(?i){_LIST}[^\n]{{0,80}}(?:\.has\b|\.includes\b|\bin\b|in_array|isset|contains|indexOf|\[)"
    rf"|\bof\s+{_LIST}"
    rf"|(?:\bin\b|\bin_array\s*\(|\bisset\s*\()[^\n]{{0,80}}{_LIST}"
)
"""A line that asks a list of what is let through, or is not."""
_PROVES = re.compile(
    r"(?i)\b(?:compare_digest|timingSafeEqual|hash_equals|password_verify|check_?pw|verify_?signature|hash_hmac"
    r"|createHmac|hmac\s*\.\s*new|bcrypt\s*\.\s*compare\w*|jwt\s*\.\s*(?:verify|decode))\s*\("
    r"|\b(?:user|viewer|actor|me|account|session)\??(?:\.|->)\w{0,8}id\s*={2,3}\s*[\w.$>?-]{0,40}(?:owner|author|user)_?id\b"
    r"|\b(?:owner|author|user)_?id\s*={2,3}\s*[\w.$>?-]{0,40}\b(?:user|viewer|actor|me|account|session)\??(?:\.|->)\w{0,8}id\b"
)
"""A line that proves who or what something is from."""
_DECIDES = re.compile(
    r"(?i)\b\w{0,30}(?:verif|authenti|authori[sz]|(?:is|are)_?(?:admin|owner|allowed|trusted|permitted)|can_?access"
    r"|has_?(?:access|perm|role)|csrf|signature|webhook)\w{0,40}\s*(?:=\s*)?(?:async\s*)?(?:function\s*)?\([^()\n]{0,160}\)[^;\n]{0,60}[:{>]\s*$"
)
"""A function that decides who may come in."""
_FUNCTION = re.compile(
    r"^\s*(?:[\w]+\s+){0,4}(?:def|function|fn|func)\b|=>\s*\{?\s*$|^\s*(?:(?:public|private|async|static)\s+)+\w+\s*\("
)
"""Where another function begins."""
_NO = re.compile(r"\breturn\s+(?:false|False)\b|\b(?:throw|raise)\b")
"""How such a function says no."""
_STRONG = re.compile(r"\b(?:is_relative_to|compare_digest|timingSafeEqual|hash_equals)\(")
"""A check that may stand in for one that has none of these."""
_SAME = re.compile(r"[\s?]+|\.encode\([^()]{0,20}\)")
"""What changes nothing about a condition."""
_STRICTLY = ",true)"
"""How PHP asks for the type too."""
_ABOVE = 3
"""Lines that a condition may stand above what it leads to."""


def weakened(changes: Sequence[Change]) -> Iterator[str]:
    """Paths of files that no longer refuse under every condition that they did; what has moved is there."""
    after = sum((_conditions(change.path, change.after) for change in changes), Counter[str]())
    after += Counter({one.replace(_STRICTLY, ")"): count for one, count in after.items() if _STRICTLY in one})
    before = sum((_conditions(change.old_path, change.before) for change in changes), Counter[str]())
    stronger = sum(_STRONG.search(one) is not None for one in (after - before).elements())
    for change in changes:
        lost = _conditions(change.old_path, change.before) - after
        weaker = sum(_STRONG.search(one) is None for one in lost.elements())
        if change.status != "D" and (lost.total() > weaker or weaker > stronger):
            yield change.path


def _conditions(path: str, text: str) -> Counter[str]:
    lines = code_of(path, text).plain.split("\n") if text else []
    found = Counter[str]()
    decides = False
    for at, line in enumerate(lines):
        if _DECIDES.search(line) or _FUNCTION.search(line):
            decides = bool(_DECIDES.search(line))
        if _LISTED.search(line) or _PROVES.search(line):
            found[_bare(line)] += 1
        elif _REFUSES.search(line) or (decides and _NO.search(line)):
            above = lines[max(0, at - _ABOVE) : at + 1]
            condition = next((one for one in reversed(above) if _CONDITION.search(one)), None)
            if condition is not None:
                found[_bare(condition)] += 1
    return found


def _bare(line: str) -> str:
    return _SAME.sub("", line).strip("{}")
