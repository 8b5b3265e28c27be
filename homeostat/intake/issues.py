"""A report filed as an issue, in the two formats of the capture tool or in a person's own words."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from itertools import chain

from homeostat.intake.pasted import pasted_reading
from homeostat.intake.reading import Heading, Reading, failure, heading, is_telling, language_of, place
from homeostat.intake.sections import Document, code_of, document, items_of
from homeostat.intake.text import MAX_LINE, excerpt
from homeostat.outbound import markdown
from homeostat.records import Failure, Frame, Issue, Origin, Unreadable

NO_ERROR = markdown("an error type and message in the title, as in `[Product] TypeError: message`")
NO_PLACE = markdown(
    "a `## Stack Trace` section with the trace in a code fence, "
    "or the place as in `**Location:** src/file.js:12`"
)

_TITLE = re.compile(
    r"(?:\[[^\]]{1,100}\]:?\s*){1,4}(?P<type>[^\W\d][\w.$\\-]*)"
    r"(?:\s?:|(?P<dash> [-\N{EN DASH}\N{EM DASH}] ))(?P<message>.*)",
    re.DOTALL,
)
_ORNAMENT = re.compile(r"\A[^\w\[(<'\"]{1,10}")
"""What people put before a title: an emoji, a dash."""

_COUNT = re.compile(r"[0-9]{1,9}")
_BRACKETS = re.compile(r"(?P<file>.+)\((?P<line>[0-9]{1,9})\)")
_FINGERPRINT = "fingerprint:"
_ID = re.compile(r"(?=.*[0-9])\S{4,200}")
"""Of an error: `unknown`, `n/a` and `_No response_` are none, nor is a number of three digits."""
_SERVER_LABELS = frozenset({"source:wordpress", "source:vps"})
_SERVER_FIELDS = ("site hash", "host", "php version", "wordpress version", "job", "runtime", "occurrences")
_TRACE_SECTIONS = ("stack trace", "stacktrace", "stack", "traceback", "trace")
_PLAIN = frozenset({"", "Error", "Exception"})
"""Names of errors that are also words of a sentence."""

_LIBRARY = re.compile(
    r"(?:^|[/\\])(?:site-packages|dist-packages|node_modules|lib[/\\]python[0-9.]+|vendor)[/\\]"
)
MAX_CONTEXT = 100
MAX_BREADCRUMBS = 50


def read_issue(issue: Issue) -> Failure | Unreadable:
    """The failure that an issue reports, or what it would have to say."""
    report = document(issue.body)
    text, reading = _trace(issue.title[:MAX_LINE], report)
    where = _location(report)
    frames = reading.frames if reading else tuple(filter(None, [where]))
    error = _error(issue.title, report, reading)
    missing = tuple(part for part, found in ((NO_ERROR, error.type), (NO_PLACE, frames)) if not found)
    if missing:
        return Unreadable(missing, issue.number)
    language, chain = _language(report, reading, frames), (reading.root, reading.cause) if reading else ()
    whole = Reading(language, error.type, error.message, frames, *chain)
    return replace(
        failure(whole, Origin.ISSUE, excerpt=excerpt(text)),
        issue=issue.number,
        reported_id=_reported_id(report, issue.labels),
        occurrences=_occurrences(report),
        seen_at=_seen_at(report, issue.created_at),
        breadcrumbs=_breadcrumbs(report, issue.labels, error),
    )


def _trace(title: str, report: Document) -> tuple[str, Reading | None]:
    """The text of the trace and its reading: from its section, else any code block, else the whole body.

    Of several the one whose error the title names, else the first that is not a library's alone.
    """
    sections = [code_of(report.sections[name]) for name in _TRACE_SECTIONS if name in report.sections]
    found = list(_read([*sections, *report.blocks])) or list(_read([report.lines]))
    if not found:
        return "\n".join(next(iter(sections), ())), None
    named = (one for one in found if _names(title, one[1].type))
    own = (one for one in found if not all(_LIBRARY.search(frame.file) for frame in one[1].frames))
    return next(chain(named, own, found))


def _read(places: Iterable[Sequence[str]]) -> Iterator[tuple[str, Reading]]:
    texts = dict.fromkeys("\n".join(lines) for lines in places)
    return ((text, reading) for text in texts if (reading := pasted_reading(text)))


def _names(title: str, kind: str) -> bool:
    """Whether a title tells of an error of that type, be it in a sentence."""
    titled, name = _titled(title).type, _last_name(kind)
    if is_telling(titled):
        return _last_name(titled) == name
    return name not in _PLAIN and re.search(rf"\b{re.escape(name)}\b", title) is not None


def _error(title: str, report: Document, reading: Reading | None) -> Heading:
    titled = _titled(title[:MAX_LINE])
    printed = Heading(reading.type, reading.message) if reading else Heading("", "")
    named = titled.type if is_telling(titled.type) or not printed.type else ""
    kind = report.fields.get("error type") or named or printed.type
    same = _last_name(kind) == _last_name(printed.type)
    said = (
        report.fields.get("message") or "\n".join(code_of(report.sections.get("error message", ()))).strip()
    )
    return Heading(printed.type if same else kind, said or (same and printed.message) or titled.message)


def _titled(title: str) -> Heading:
    title = _ORNAMENT.sub("", title).strip()
    found = _TITLE.fullmatch(title)
    if found and (not found["dash"] or is_telling(found["type"])):
        return Heading(found["type"], found["message"].strip())
    plain = heading(title)
    return plain if plain and is_telling(plain.type) else Heading("", "")


def _last_name(kind: str) -> str:
    return kind.replace("\\", ".").rpartition(".")[2]


def _location(report: Document) -> Frame | None:
    text = report.fields.get("location", "")
    found = _BRACKETS.fullmatch(text)
    return Frame(found["file"], int(found["line"])) if found else place(text)


def _language(report: Document, reading: Reading | None, frames: Sequence[Frame]) -> str:
    if reading:
        return reading.language
    return language_of(frames, "php" if "php version" in report.fields else "unknown")


def _reported_id(report: Document, labels: Sequence[str]) -> str | None:
    """What the reporter calls the error; None for what is no id, as in a form that somebody left unfilled."""
    named = (label.removeprefix(_FINGERPRINT).strip() for label in labels if label.startswith(_FINGERPRINT))
    return next(
        (name for name in (report.fields.get("fingerprint", ""), *named) if _ID.fullmatch(name)), None
    )


def _occurrences(report: Document) -> int:
    found = _COUNT.match(report.fields.get("occurrences", "").replace(",", ""))
    return max(1, int(found[0])) if found else 1


def _seen_at(report: Document, filed: datetime) -> datetime:
    """The report's own time, unless it cannot be read or claims to be later than the issue."""
    try:
        told = datetime.fromisoformat(report.fields.get("timestamp", ""))
    except ValueError:
        return filed
    return min(told if told.tzinfo else told.replace(tzinfo=UTC), filed)


def _breadcrumbs(report: Document, labels: Sequence[str], error: Heading) -> tuple[str, ...]:
    listed = items_of(report.sections.get("breadcrumbs", ()))
    if listed or not _is_server(report, labels):
        return tuple(listed[:MAX_BREADCRUMBS])
    context = " ".join(" ".join(code_of(report.sections.get("context", ()))).split())
    made = {
        "Job": report.fields.get("job"),
        "Location": report.fields.get("location"),
        "Context": context[:MAX_CONTEXT],
        "Error": error.type,
    }
    return tuple(f"{name}: {value}" for name, value in made.items() if value)


def _is_server(report: Document, labels: Sequence[str]) -> bool:
    """By label; without one that says so, by the fields that only servers send."""
    sources = {label for label in labels if label.startswith("source:")}
    return bool(sources & _SERVER_LABELS) or any(name in report.fields for name in _SERVER_FIELDS)
