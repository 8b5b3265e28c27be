"""The gate for text from outside on its way out: into Markdown, commits, logs and workflow files."""

from __future__ import annotations

import re
import unicodedata

ZERO_WIDTH = "\u200b"
_MENTION = re.compile(r"(?<!\w)([@#](?=\w)|GH(?=-\d))", re.ASCII)
_MARKDOWN = re.compile(r"([\\`*_{}\[\]<>|~])")
_LINK = re.compile(r"((?:https?|ftp|javascript|data)(?=:)|www(?=\.)|(?<=[\w.+-])@(?=\w))", re.IGNORECASE)
_KEYWORD = re.compile(
    r"\b(close[sd]?|fix(?:e[sd])?|resolve[sd]?)(?=:?\s+(?:#|GH-|https?:|[\w.-]+/[\w.-]+#))", re.IGNORECASE
)


_LOG_COMMAND = re.compile(r"^(\s*:)(?=:)|(##)(?=\[)", re.MULTILINE)
"""What a workflow runner takes for a command: `::` that opens a line, and `##[` anywhere."""


def visible(text: str) -> str:
    """Without control, invisible and bidirectional characters; line ends become newlines."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n")
    return "".join(c for c in lines if c in "\n\t" or unicodedata.category(c) not in ("Cc", "Cf", "Cs", "Co"))


def logged(text: str) -> str:
    """For a log: the same, with nothing in it that a workflow runner takes for a command."""
    return _LOG_COMMAND.sub(lambda found: f"{found[0]}{ZERO_WIDTH}", visible(text))


def cut(text: str, limit: int) -> str:
    """At most `limit` characters of it, with the number left out said in the text."""
    if len(text) <= limit:
        return text
    head, tail = limit * 2 // 3, limit // 3
    return f"{text[:head]}\n[… {len(text) - head - tail} characters left out …]\n{text[len(text) - tail :]}"


PLURALS = {"fix": "fixes", "repository": "repositories"}


def counted(number: int, noun: str) -> str:
    """A number with its noun: `1 fix`, `2 fixes`."""
    return f"{number} {noun if number == 1 else PLURALS.get(noun, f'{noun}s')}"


def one_line(text: str, limit: int = 200) -> str:
    """For titles, commit subjects, log lines: one visible line that mentions nobody and closes nothing."""
    folded = " ".join(logged(text).split())
    quiet = _KEYWORD.sub(lambda found: f"{found[1][0]}{ZERO_WIDTH}{found[1][1:]}", folded)
    quiet = _MENTION.sub(rf"\1{ZERO_WIDTH}", quiet)
    return quiet if len(quiet) <= limit else quiet[: limit - 1] + "…"


def inline(text: str, limit: int = 200) -> str:
    """For Markdown text: the same, with nothing left that Markdown, HTML or a link would act on."""
    escaped = _MARKDOWN.sub(r"\\\1", one_line(text, limit)).replace("&", "&amp;")
    return _LINK.sub(lambda found: f"{found[1]}{ZERO_WIDTH}", escaped)


def code(text: str, limit: int = 200) -> str:
    """For Markdown: inline code that the text cannot leave."""
    quoted = one_line(text, limit).replace("`", "'")
    return f"`{quoted}`"


def fenced(text: str, *, language: str = "", limit: int = 8_000) -> str:
    """For Markdown: a block whose fence is longer than any run of backticks inside."""
    body = cut(visible(text), limit).rstrip("\n")
    longest = max((len(run) for run in re.findall(r"`+", body)), default=0)
    fence = "`" * max(3, longest + 1)
    return f"{fence}{language}\n{body}\n{fence}"
