"""The gate for text from outside on its way out: into Markdown, commits, logs, prompts and the ledger.

Every way through it goes in this order: what nobody sees is dropped, so that it hides no secret; secrets and
what tells of a person are redacted; what the channel would act on is neutralised; the rest is cut to length.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Iterable
from decimal import Decimal
from enum import StrEnum
from functools import cache, cached_property
from importlib.resources import files
from string import Template
from typing import Any

import msgspec

from homeostat.records import Markdown, Plain
from homeostat.redaction import Redactor

ZERO_WIDTH = "\u200b"
Told = Plain | int | float | Decimal | StrEnum
"""What our own plain words may enclose."""
Cell = Markdown | int | float | Decimal | StrEnum
"""What our own Markdown may enclose."""
TOO_LONG = 1_000_000
"""Characters of one text that are looked at; what is beyond is never shown anywhere."""

_REFERENCE = re.compile(
    r"((?<!\w)(?:[@#](?=\w)|GH(?=-\d))|(?<=\w)(?:#(?=\d)|@(?=[0-9a-f]{7,40}\b))"
    r"|(?<!\w)[0-9a-f]{7}(?=[0-9a-f]{33}\b))",
    re.ASCII | re.IGNORECASE,
)
"""What a forge links or tells somebody of: `@user`, `#1`, `GH-1`, `owner/name#1`, `user@SHA`, a whole SHA."""
_OUR_MARK = re.compile(
    r"<!--(?=\s*homeostat:)|^(?:Fingerprint:|Reverts|This reverts commit)(?= )", re.MULTILINE
)
"""What opens the marks that we read again, in bodies, comments and commits: text from outside has none."""
_MARKDOWN = re.compile(r"([\\`*_{}\[\]<>|~])")
_BLOCK = re.compile(r"^(?:[-+=#]|\d{1,9}(?=[.)](?:\s|$)))")
"""What opens a heading, a rule or an item of a list."""
_LINK = re.compile(r"((?:https?|ftp|javascript|data)(?=:)|www(?=\.)|(?<=[\w.+-])@(?=\w))", re.IGNORECASE)
_KEYWORD = re.compile(
    r"\b(close[sd]?|fix(?:e[sd])?|resolve[sd]?)(?=:?\s+(?:#|GH-|https?:|[\w.-]+/[\w.-]+#))", re.IGNORECASE
)
_SKIP = re.compile(
    r"\[(?=\s*(?:skip[\s-]+[\w-]{1,20}|[\w-]{1,20}[\s-]+skip|no[\s-]+(?:ci|actions))\s*\])"
    r"|\*\*(?=\*NO_CI\*)|\bskip(?=-checks\s*:)",
    re.IGNORECASE,
)
"""What tells a forge or a builder, in a title or a commit, to run no checks: `[skip ci]` and its kin."""
_ADDRESS = re.compile(r"https?://[\w.:-]{1,100}(?:/[\w./#-]{0,200})?", re.ASCII)
_WEB = re.compile(r"((?:https?|ftp)(?=://)|www(?=\.))", re.IGNORECASE)
_LOG_COMMAND = re.compile(r"^([^\S\n]*:)(?=:)|(##)(?=\[)", re.MULTILINE)
"""What a workflow runner takes for a command: `::` that opens a line, and `##[` anywhere."""
_CONTROLS = {code: None for code in (*range(32), 127) if chr(code) not in "\n\t"}
"""What a text of ASCII alone is rid of."""
_UNSEEN = re.compile(
    "[\\u034f\\u115f\\u1160\\u17b4\\u17b5\\u180b-\\u180f\\u3164\\ufe00-\\ufe0f\\uffa0\\U000e0100-\\U000e01ef]"
)
"""Letters and marks that Unicode counts among the printable, and nobody sees."""


class _Gate:
    """The one of this process, which knows the secrets that it was started with."""

    def __init__(self) -> None:
        self.secrets: frozenset[str] = frozenset()

    def learn(self, secrets: Iterable[str]) -> None:
        self.secrets |= {secret for secret in secrets if secret}
        vars(self).pop("redactor", None)

    @cached_property
    def redactor(self) -> Redactor:
        return Redactor(self.secrets)


_GATE = _Gate()


def keep_secret(secrets: Iterable[str]) -> None:
    """Let no text out from now on that holds one of these, in whatever form."""
    _GATE.learn(secrets)


def holds_our_secret(text: str) -> bool:
    """Whether one of those is in a text, in whatever form."""
    return _GATE.redactor.knows(text)


def visible(text: str) -> str:
    """Without control, invisible and bidirectional characters; line ends become newlines. Not yet safe."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n")
    if lines.isascii():
        return lines.translate(_CONTROLS)
    return "".join(c for c in lines if c in "\n\t" or unicodedata.category(c) not in ("Cc", "Cf", "Cs", "Co"))


def spelled(text: str) -> str:
    """One line with an escape for each character that nobody sees, and each byte that is no UTF-8."""
    return "".join(c if c.isprintable() and not _UNSEEN.match(c) else _escape(c) for c in text)


def _escape(character: str) -> str:
    byte = character.encode(errors="surrogateescape") if "\udc80" <= character <= "\udcff" else b""
    return f"\\x{byte[0]:02x}" if byte else character.encode("unicode_escape").decode()


def is_clean(text: str) -> bool:
    """Whether the gate would let every visible character of it out."""
    return shown(text) == visible(text)


# --- plain text ---------------------------------------------------------------------------------


def shown(text: str) -> Plain:
    """For prompts and machines: what a reader sees of it, redacted, and with its lines."""
    return Plain(_GATE.redactor(visible(text[:TOO_LONG])))


def logged(text: str) -> Plain:
    """For a log: the same, with nothing in it that a workflow runner takes for a command."""
    return Plain(_LOG_COMMAND.sub(lambda found: f"{found[0]}{ZERO_WIDTH}", shown(text)))


def one_line(text: str, limit: int = 200) -> Plain:
    """For titles, commit subjects, log lines: one visible line that mentions nobody and closes nothing."""
    quiet = _quiet(" ".join(logged(text).split()))
    return Plain(quiet if len(quiet) <= limit else quiet[: limit - 1] + "…")


def unlinked(text: str, limit: int = 200) -> Plain:
    """For what a forge shows of a commit, where it links addresses: the same line, and none to click on."""
    return Plain(_WEB.sub(rf"\1{ZERO_WIDTH}", one_line(text, limit)))


def _quiet(text: str) -> str:
    """With nothing in it that a forge links, closes or tells of, or skips checks for, and no mark of ours."""
    text = _SKIP.sub(rf"\g<0>{ZERO_WIDTH}", text)
    open_still = _KEYWORD.sub(lambda found: f"{found[1][0]}{ZERO_WIDTH}{found[1][1:]}", text)
    return _OUR_MARK.sub(rf"\g<0>{ZERO_WIDTH}", _REFERENCE.sub(rf"\1{ZERO_WIDTH}", open_still))


def plain(words: str, *parts: Told) -> Plain:
    """Our own words, with what has passed the gate in place of each `{}`."""
    return Plain(words.format(*parts))


def ours(file: str) -> Plain:
    """A text that is part of the program."""
    return Plain(_file(file).strip())


def block(title: Plain, text: Plain, marker: str) -> Plain:
    """For a prompt: data between lines that begin with `marker`, which is random and is taken out of it.

    A mark stands before each of its lines as well, so that none can pass for a word of ours.
    """
    head = " ".join(_without(marker, title).split())
    mark = mark_of(marker)
    lines = [f"{mark} {line}" for line in _without(marker, text).split("\n")]
    return Plain("\n".join([f"<<{marker} {head}>>", *lines, f"<<{marker} end>>"]))


def mark_of(marker: str) -> str:
    """What stands before each line of a block: four letters of the marker, and `|`."""
    return f"{marker[-4:]}|"


def _without(marker: str, text: str) -> str:
    while marker in text:  # what is left of two may be one
        text = text.replace(marker, "")
    return text


def as_json(value: Any, *, indent: int | None = None) -> Plain:  # noqa: ANN401 - whatever msgspec knows
    """A record as JSON, every text in it as it may be shown."""
    told = _each(msgspec.to_builtins(value))
    text = json.dumps(told, indent=indent, sort_keys=True, ensure_ascii=False)
    return Plain(text.replace("##[", "#\\u0023["))  # printed in a workflow, it would be a command


def _each(value: Any) -> Any:  # noqa: ANN401
    if isinstance(value, str):
        return shown(value)
    if isinstance(value, dict):
        return {shown(str(key)): _each(one) for key, one in value.items()}
    return [_each(one) for one in value] if isinstance(value, list | tuple) else value


def cut(text: str, limit: int) -> str:
    """At most `limit` characters of it, with the number left out said in the text."""
    if len(text) <= limit:
        return text
    head, tail = limit * 2 // 3, limit // 3
    return f"{text[:head]}\n[… {len(text) - head - tail} characters left out …]\n{text[len(text) - tail :]}"


def shortened(text: Plain, limit: int) -> Plain:
    """The same for what has passed the gate: cut before it, half a secret is none."""
    return Plain(cut(text, limit))


PLURALS = {"entry": "entries", "fix": "fixes", "merged fix": "merged fixes", "repository": "repositories"}


def counted(number: int, noun: str) -> str:
    """A number with its noun: `1 fix`, `2 fixes`."""
    return f"{number} {noun if number == 1 else PLURALS.get(noun, f'{noun}s')}"


# --- Markdown -----------------------------------------------------------------------------------


def inline(text: str, limit: int = 200) -> Markdown:
    """One line, with nothing left that Markdown, HTML or a link would act on."""
    escaped = _MARKDOWN.sub(r"\\\1", one_line(text, limit)).replace("&", "&amp;")
    quiet = _LINK.sub(lambda found: f"{found[1]}{ZERO_WIDTH}", escaped)
    return Markdown(_BLOCK.sub(lambda found: _unblocked(found[0]), quiet))


def _unblocked(opening: str) -> str:
    return f"{opening}\\" if opening.isdigit() else f"\\{opening}"


def code(text: str, limit: int = 200) -> Markdown:
    """Inline code that the text cannot leave, nor the cell of a table that it stands in."""
    line = one_line(text, limit)
    if "|" not in line:
        return Markdown(f"`{line.replace('`', chr(39))}`")
    return Markdown(f"<code>{''.join(c if c.isalnum() or c == ' ' else f'&#{ord(c)};' for c in line)}</code>")


def fenced(text: str, *, language: str = "", limit: int = 8_000) -> Markdown:
    """A block whose fence is longer than any run of backticks inside.

    Quiet as a line is: whoever squashes a pull request makes a commit of its body, where no fence counts.
    """
    return _block(_quiet(cut(shown(text), limit)), language)


def command(text: str) -> Markdown:
    """A block to copy into a shell, letter for letter: for the words of the settings and our own."""
    return _block(shown(text), "sh")


def _block(text: str, language: str) -> Markdown:
    body = text.rstrip("\n")
    longest = max((len(run) for run in re.findall(r"`+", body)), default=0)
    fence = "`" * max(3, longest + 1)
    return Markdown(f"{fence}{language}\n{body}\n{fence}")


def word(text: str) -> Markdown:
    """An id: letters, digits, `-`, `_`, `.` and `/`, of which nothing can be made."""
    return Markdown(re.sub(r"[^0-9A-Za-z_./-]", "", text))


def address(url: str) -> Markdown:
    """An address from the settings, for a link that we build: nothing in it can end the link."""
    return Markdown(re.sub(r"[^0-9A-Za-z_./:-]", "", url))


def markdown(words: str, *parts: Cell) -> Markdown:
    """Our own Markdown, with what has passed the gate in place of each `{}`."""
    return Markdown(words.format(*parts))


def joined(glue: str, parts: Iterable[Markdown]) -> Markdown:
    """The parts with our own words between them."""
    return Markdown(glue.join(parts))


def row(*cells: Cell) -> Markdown:
    """A row of a table."""
    return Markdown(f"| {' | '.join(str(cell) for cell in cells)} |")


def rule(columns: int, *, numbers: int = 0) -> Markdown:
    """What stands between a table's head and its rows; the last `numbers` columns are aligned as such."""
    return Markdown(f"|{'---|' * (columns - numbers)}{'---:|' * numbers}")


def link(text: Markdown, address: str) -> Markdown:
    """A link to a page of the forge; the text alone where the address is none, or may be more than one."""
    return Markdown(f"[{text}]({address})") if _ADDRESS.fullmatch(address) else text


def within(text: Markdown, limit: int) -> Markdown:
    """The first and the last lines of it, at most `limit` bytes, with what is left out said between."""
    whole = text.encode()
    if len(whole) <= limit:
        return text
    head = whole[: limit * 2 // 3].decode(errors="ignore").rpartition("\n")[0]
    tail = whole[-limit // 3 :].decode(errors="ignore").partition("\n")[2]
    left_out = len(text) - len(head) - len(tail)
    return Markdown(f"{head}\n\n[… {left_out} characters left out …]\n\n{tail}")


def page(template: str, **parts: Markdown) -> Markdown:
    """A template of ours, filled."""
    return Markdown(_template(template).substitute(parts))


@cache
def _template(name: str) -> Template:
    return Template(_file(f"templates/{name}"))


@cache
def _file(path: str) -> str:
    return (files("homeostat") / path).read_text(encoding="utf-8")


def hidden(opens: str, value: Any, closes: str) -> Markdown:  # noqa: ANN401
    """A record in an HTML comment of ours, escaped so that nothing in it can end it or mention anybody."""
    safe = re.sub("[<>&@#]", lambda found: f"\\u{ord(found[0]):04x}", as_json(value))
    return Markdown(f"{opens}\n{safe}\n{closes}")
