"""Letters that a reviewer does not see, or takes for others."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

from homeostat.guard.code import code_of
from homeostat.records import Change

INVISIBLE = re.compile(
    "[\x00-\x08\x0b\x0e-\x1f\x7f-\x9f\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f"
    "\u2028-\u202e\u2060-\u206f\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufffc\ue000-\uf8ff"
    "\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U0010ffff]"
    "|\r(?=[^\n])|\x0c(?=[^\n])"
)
_EMOJI = "[\u00a9\u00ae\u203c-\u3299\u0023\u002a\u0030-\u0039\U0001f000-\U0001faff]"
_JOINED = re.compile(
    # An emoji's colour and its family; the joiners of scripts whose letters join; a word's own direction.
    f"(?<={_EMOJI})\ufe0f(?:\u20e3)?|(?<=[\ufe0f\u2190-\u2bff\U0001f000-\U0001faff])\u200d(?=[\u2190-\u2bff\U0001f000-\U0001faff])"
    "|(?<=[\u0600-\u08ff\u0900-\u0dff])[\u200c\u200d](?=[\u0600-\u08ff\u0900-\u0dff])"
)
_WORD = re.compile(r"[^\W\d_]+(?:[\w$]*[^\W_])?")

_ENDING = re.compile(r"[A-Z]{2,}[^\x00-\x7f]+")
"""An abbreviation with the ending of another language."""

LOOK_ALIKE = frozenset(
    "\u0430\u0435\u043e\u0440\u0441\u0443\u0445\u0456\u0458\u0455\u04bb\u0501\u051b\u051d\u0475\u0457\u0432\u043a\u043c\u043d\u0442"
    "\u0410\u0412\u0415\u041a\u041c\u041d\u041e\u0420\u0421\u0422\u0423\u0425\u0406\u0408\u0405\u04c0\u04cf\u050c\u051a\u051c"
    "\u03bf\u03bd\u03c1\u03c5\u03b9\u03ba\u03c7\u03b1\u03b5\u03b3\u0391\u0392\u0395\u0396\u0397\u0399\u039a\u039c\u039d\u039f\u03a1\u03a4\u03a5\u03a7"
    "\u03f2\u03f3\u037f\u0578\u057d\u0585\u0581\u0570\u0566\u0561\u0261\u01c0\u0251"
)
"""Cyrillic, Greek, Armenian and Latin letters that pass for Latin ones."""
_SYMBOLS = frozenset("\u03b1\u03b5\u03b3\u03bd\u03c1\u03ba\u03c7\u03b9")
"""Of these, what formulas call things; none of them is told beside Latin letters by itself."""


def hidden(change: Change) -> bool:
    """Whether an added line holds an invisible or a control character that no honest text needs."""
    lines = list(change.added)
    if lines and change.before.startswith("\ufeff") and change.after.startswith("\ufeff"):
        lines[0] = lines[0].removeprefix("\ufeff")
    return any(INVISIBLE.search(_JOINED.sub("", line)) for line in lines)


def disguises(change: Change) -> Iterator[str]:
    """Names and words in added lines that look like others."""
    told = "\n".join(change.added)
    if told.isascii():
        return
    before, after = code_of(change.old_path, change.before), code_of(change.path, change.after or told)
    names = set(after.names) - set(before.names)
    ascii_names = all(name.isascii() for name in before.names)
    for name in sorted(names):
        if name in told and (mixed(name) or (ascii_names and _passes_for_latin(name))):
            yield f"the name {name!r} passes for another one"
    for word in sorted(set(_words(after.strings)) - set(_words(before.strings))):
        if word in told and mixed(word) and _rest_looks_latin(word):
            yield f"the word {word!r} mixes letters of two scripts"


def _words(texts: tuple[str, ...]) -> Iterator[str]:
    return (
        word for text in texts if not text.isascii() for word in _WORD.findall(text) if not word.isascii()
    )


def _script(letter: str) -> str:
    return unicodedata.name(letter, "?").split()[0]


def mixed(name: str) -> bool:
    """Whether it mixes Latin with letters that look like Latin, or is spelled in forms that fold to ASCII."""
    if name.isascii():
        return False
    odd = [c for c in name if not c.isascii()]
    if any(unicodedata.normalize("NFKC", c).isascii() and c.isalnum() for c in odd):
        return True
    latin = any(c.isascii() and c.isalpha() for c in name)
    twins = [c for c in odd if c in LOOK_ALIKE]
    strangers = {_script(c) for c in odd if c.isalpha()} - {"LATIN"}
    if not (latin and strangers):
        return latin and any(c in LOOK_ALIKE for c in odd)
    if strangers == {"GREEK"} and len(odd) == 1 and odd[0] in _SYMBOLS:
        return False
    return bool(twins) or bool(strangers & {"CYRILLIC", "ARMENIAN", "CHEROKEE"})


def _rest_looks_latin(word: str) -> bool:
    """Whether its strange letters all pass for Latin ones: in a brand, not in an ending."""
    if _ENDING.fullmatch(word):
        return False
    odd = [c for c in word if not c.isascii() and _script(c) != "LATIN"]
    return bool(odd) and all(c in LOOK_ALIKE for c in odd)


def _passes_for_latin(name: str) -> bool:
    letters = [c for c in name if c.isalpha()]
    odd = [c for c in letters if not c.isascii()]
    return len(odd) > 1 and all(c in LOOK_ALIKE - _SYMBOLS for c in odd)
