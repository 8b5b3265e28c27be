"""What a fragment of a file lacks around it: the openings of all that it begins within, and the closings."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from homeostat.patterns.grammars import Grammar

# --- languages with blocks in braces --------------------------------------------------------------

_OPENING = {"(": ")", "[": "]", "{": "}"}
_CLOSING = {closing: opening for opening, closing in _OPENING.items()}
_COMMENTS = ("//", "/*", "#")
_PRIVATE = re.compile(r"#[A-Za-z_]\w*")
_STRINGS = r"""
    "(?:\\.|[^"\\\n]){0,400}+" | '(?:\\.|[^'\\\n]){0,400}+'
"""
_TOKEN = re.compile(
    rf"""//[^\n]*+ | /\*(?:[^*]|\*(?!/)){{0,4000}}+\*/ | {_STRINGS} | `(?:\\.|[^`\\]){{0,2000}}+`
    | (?:(?<=[(,=:\[!&|?{{;])|(?<=[(,=:\[!&|?{{;][ ]))  # where a value may begin, a slash opens a regex
      /(?![*/ ])(?:\\.|\[(?:\\.|[^\]\\\n]){{0,100}}+\]|[^/\\\n\[]){{1,100}}+/[a-z]*+
    | [A-Za-z_$\#][\w$]*+ | => | [()\[\]{{}}:,;=.?]""",
    re.VERBOSE | re.DOTALL,
)
_TOKEN_OF_PYTHON = re.compile(
    rf"""\#[^\n]*+ | \"\"\"(?:[^"]|"(?!"")){{0,4000}}+\"\"\" | \'\'\'(?:[^']|'(?!'')){{0,4000}}+\'\'\'
    | {_STRINGS} | [()\[\]{{}}]""",
    re.VERBOSE | re.DOTALL,
)
_CONTROL = frozenset({"if", "for", "foreach", "while", "switch", "catch", "with", "elseif", "match"})
_NO_METHOD = frozenset({"function", "new", ".", "=>", "="})
_BODY = frozenset({"{", "{}", ":"})
"""What follows the parameters of a method."""
_ACCESS = frozenset({"public", "protected", "private"})
_HEADERS = {
    **dict.fromkeys(("else", "elseif"), "if (_) {"),
    **dict.fromkeys(("catch", "finally"), "try {"),
    "while": "do {",
}
"""What opens a block, by what follows it."""
Scaffold = tuple[str, str]
"""What goes in front of a text, and what behind it."""


@dataclass(slots=True)
class _Level:
    """What stands in one bracket of which the opening is missing; brackets in it are folded."""

    tokens: list[str] = field(default_factory=list)
    closing: str = ""
    """Empty for the rest of the text, which nothing closes."""
    end: int = 0
    """The position after it."""
    following: str = ""
    """The token after it."""

    @property
    def is_class(self) -> bool:
        """Whether methods stand in it, or what is public, protected or private."""
        tokens = self.tokens
        for at, (name, one, two) in enumerate(zip(tokens, tokens[1:], tokens[2:], strict=False)):
            before = tokens[at - 1] if at else ""
            if name in _ACCESS:
                return True
            if one == "()" and two in _BODY and name not in _CONTROL and before not in _NO_METHOD:
                return tokens[at + 3 : at + 4] != [","] and (name[0].isalpha() or name[0] in "_$#")
        return False

    def is_map(self, between: str) -> bool:
        """Whether it is a list of keys and values, with that token between them."""
        tokens = self.tokens
        if tokens[:1] == ["{}"] and (tokens[1:2] or [self.following]) == [","]:
            return True
        if ";" in tokens or "=" in tokens:
            return False
        begins = [0, *(at + 1 for at, one in enumerate(tokens) if one == ",")]
        return any(tokens[at + 1 : at + 2] == [between] and tokens[at] != "()" for at in begins)

    @property
    def is_switch(self) -> bool:
        """Whether it is a list of cases."""
        return "case" in self.tokens


@dataclass(frozen=True, slots=True)
class _Speech:
    """How a language says these things."""

    between: str = ":"
    """What stands between a key and its value."""
    pair: str = "_: "
    map: str = "{"
    method: str = "_() {"
    array: str = ""
    """What opens a list of keys and values in round brackets."""


_SPEECH = _Speech()
_SPEECHES = {"php": _Speech("=>", "'_' => ", "[", "function _() {", "array(")}


def _levels(text: str, tokens: re.Pattern[str]) -> tuple[list[_Level], list[str]]:
    """From the innermost that the text begins within to the rest of it; and the brackets open at its end."""
    levels, standing = [_Level()], list[str]()
    for found in tokens.finditer(text):
        token = found[0]
        if token.startswith(_COMMENTS) and not _PRIVATE.fullmatch(token):
            continue
        if len(levels) > 1 and not levels[-2].following:
            levels[-2].following = token
        if token in _CLOSING and not standing:
            levels[-1].closing, levels[-1].end = token, found.end()
            levels.append(_Level([_CLOSING[token] + token]))
        elif token in _CLOSING:
            standing.pop()
            if not standing:
                levels[-1].tokens[-1] += token
        else:
            if not standing:
                levels[-1].tokens.append(token)
            if token in _OPENING:
                standing.append(token)
    return levels, standing


def _by_brace(text: str, grammar: Grammar) -> Scaffold:
    """The openings of all brackets that a text only closes, and of what is around it."""
    speech = _SPEECHES.get(grammar.parser, _SPEECH)
    (*levels, rest), standing = _levels(text, _TOKEN)
    pairs = zip(levels, [*levels, rest][1:], strict=True)
    openings = [_opening(level, outer, speech) for level, outer in pairs]
    around = (
        "class _ {"
        if rest.is_class
        else f"$_ = {speech.map}"
        if rest.is_map(speech.between)
        else "switch (_) {"
        if rest.is_switch
        else ""
    )
    return around + "".join(reversed(openings)), _closed([around[-1:], *standing])


def _closed(standing: Sequence[str]) -> str:
    return "".join(_OPENING[one] for one in reversed(standing) if one)


def _opening(level: _Level, outer: _Level, speech: _Speech) -> str:
    is_map = level.is_map(speech.between)
    value = speech.pair if outer.is_map(speech.between) else "" if outer.closing in (")", "]") else "$_ = "
    if level.closing == ")":
        if is_map and speech.array:
            return f"{value}{speech.array}"
        if level.following in ("{", ":"):
            return "_(" if outer.is_class else "if (" if level.following == "{" else "function _("
        return f"{value}(" if level.following == "=>" else f"{value}_("
    if level.closing == "]":
        return f"{value}["
    if level.is_switch:
        return "switch (_) {"
    if is_map:
        return f"{value}{{"
    return "class _ {" if level.is_class else _block(level, outer, value, speech)


def _block(level: _Level, outer: _Level, value: str, speech: _Speech) -> str:
    if level.following in _HEADERS:
        return _HEADERS[level.following]
    if level.following in (")", ",", "]"):
        return f"{value}function () {{"
    if outer.is_class:
        return speech.method
    return "if (_) {"


# --- languages with blocks by margin --------------------------------------------------------------


def _by_margin(text: str) -> Scaffold:
    """Headers of the blocks that a piece of Python begins within, one for each level that it returns to.

    Where it begins within brackets, those of the code after them.
    """
    (*levels, _), standing = _levels(text, _TOKEN_OF_PYTHON)
    begin = levels[-1].end if levels else 0
    lines = text[begin:].split("\n")[1 if levels else 0 :]
    margins = _margins(lines)
    headers = [
        " " * margin + ("try:\n" if code.startswith(("except", "finally")) else "if _:\n")
        for margin, code in reversed(margins[1:])
    ]
    if margins and margins[-1][0]:
        headers.insert(0, "if _:\n")
    first = " " * margins[0][0] if margins and levels else ""
    openings = "".join({")": "_(", "]": "_[", "}": "{"}[level.closing] for level in reversed(levels))
    return "".join(headers) + first + openings, _closed(standing) or _body(lines)


def _margins(lines: Sequence[str]) -> list[tuple[int, str]]:
    """The margin of the first line, and each that is smaller than all before, with the code there."""
    margins: list[tuple[int, str]] = []
    for line in lines:
        code = line.lstrip()
        margin = len(line) - len(code)
        if code and code[0] != "#" and (not margins or margin < margins[-1][0]):
            margins.append((margin, code))
    return margins


def _body(lines: Sequence[str]) -> str:
    """The body of a header that ends a text."""
    last = next((line for line in reversed(lines) if line.strip() and line.lstrip()[0] != "#"), "")
    return f"\n{' ' * (len(last) - len(last.lstrip()) + 1)}pass" if last.rstrip().endswith(":") else ""


def scaffold(text: str, grammar: Grammar) -> Scaffold:
    """What to put in front of a text and behind it, so that it parses as what it is a piece of."""
    if grammar.parser == "python":
        return _by_margin(text)
    above, below = _by_brace(text, grammar) if "<?" not in text else ("", "")
    return (grammar.opening if "<?" not in text else "") + above, below
