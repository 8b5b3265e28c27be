"""The words that a program's author wrote: for messages that come without a stack to tell them apart.

Wider than `template`: a token that holds a digit, a value behind its key and a name behind its kind go as
well, what they are no longer counts, and a row of them is one. So a list of three and one of five are one.
"""

from __future__ import annotations

import re

from homeostat.fingerprint.template import KINDS, MAX_MESSAGE, template

_START = r"(?<![^\s,;:()\[\]{}<>\"'=|])"
_CHARACTER = r"(?:(?!\.{3})[^\s,;:()\[\]{}<>\"'=|])"
_ROW = r"<\*>(?:[\s,;:/\\|.+#@~&-]{0,4}<\*>)*+"
_USER = (
    r"\b([Uu]ser|USER|login|account|username)(: ?| )(?!unknown|request|error|auth|is |was |has |had |not "
    r"|does |did |can|must|name |id |with |from )[\w.@$-]++"
)
_UNIT = (
    r"(?<=<\*>) ?(?:[kKMGT]i?B|[bB]ytes?|B|[nuµm]?s|sec(?:ond)?s?|min(?:ute)?s?|hours?|days?|times|%"
    r"|[mM]illi(?:second)?s?|MILLISECONDS|SECONDS)(?!\w)"
)

RULES = {
    "what the template took out": (rf"<(?:{'|'.join(KINDS)})>", "<*>"),
    "token that varies": (
        rf"{_START}{_CHARACTER}*?(?:\d|<\*>)(?:<\*>|{_CHARACTER})*+",
        "<*>",
    ),
    "path": (rf"{_START}[/\\~]{_CHARACTER}++", "<*>"),
    "dotted name": (
        rf"{_START}[\w$/-]++(?:\.[\w$/-]++){{2,}}+(?<!Exception)(?<!Error)(?![^\s,;:()\[\]{{}}<>\"'=|.])",
        "<*>",
    ),
    "host with a port": (
        rf"{_START}[\w-]++\.(?!(?:[ch]|cc|cpp|cs|go|java|jsx?|kt|mm?|php|py|rb|rs|swift|tsx?)\b)[\w-]++(?=:<\*>)",
        "<*>",
    ),
    "word in quotes": (r"(?<!\w)([\"'`])[^\s\"'`]{1,200}+\1(?!\w)", "<*>"),
    "value of a key": (r"(?<==)(?: ?[\w$./\\@+%~-]++)?(?=[\s,;)\]}|]|$)", "<*>"),
    "name of a user": (_USER, r"\1\2<*>"),
    "one that something is for": (r"\b(for|by) [\w.@$-]++ from(?!\w)", r"\1 <*> from"),
    "below": (r"(?<!<)(?:<(?!\*>)){1,20}+(?=<\*>)", ""),
    "unit": (_UNIT, ""),
    "row": (_ROW, "<*>"),
    "brackets around a row": (rf"\(\s?{_ROW}\s?\)|\[\s?{_ROW}\s?\]|{{\s?{_ROW}\s?}}|(?<= )\(\)", "<*>"),
    "brackets around brackets": (rf"\(\s?{_ROW}\s?\)|\[\s?{_ROW}\s?\]|{{\s?{_ROW}\s?}}", "<*>"),
    "what touches a row": (rf"{_START}{_CHARACTER}*?<\*>(?:<\*>|{_CHARACTER})*+", "<*>"),
    "row of rows": (_ROW, "<*>"),
}
"""What goes, in this order; each pattern reads on from where it stopped."""
_WORD = re.compile(r"[^\W\d_]")
_RULES = [(re.compile(pattern), written) for pattern, written in RULES.values()]


def coarse_template(message: str) -> str:
    """Keep the words of the author; every run of what varies is `<*>`."""
    exact = words = template(message)
    for pattern, written in _RULES:
        words = pattern.sub(written, words)
    return " ".join(words.split())[:MAX_MESSAGE] if _WORD.search(words) else exact
