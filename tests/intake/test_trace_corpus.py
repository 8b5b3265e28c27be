from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from homeostat.intake import read_trace
from homeostat.records import Failure, Frame, Origin

CORPUS = Path(__file__).parent.parent / "corpus"
EXPECTED: dict[str, Any] = yaml.safe_load((CORPUS / "traces.yaml").read_text())


def trace(name: str) -> str:
    return (CORPUS / "traces" / f"{name}.txt").read_text()


def read(text: str) -> Failure:
    failure = read_trace(text)
    assert isinstance(failure, Failure)
    return failure


def shown(frame: Frame) -> list[str | None]:
    place = [str(part) for part in (frame.file, frame.line, frame.column) if part is not None]
    return [":".join(place), frame.function]


def quoted(text: str) -> str:
    return "\n".join(f"> {line}" for line in text.split("\n"))


def fenced(text: str) -> str:
    return f"```text\n{text}\n```\n\nThat is all I know."


def indented(text: str) -> str:
    return "\n".join(f"      {line}" for line in text.split("\n"))


def coloured(text: str) -> str:
    return "\n".join(f"\x1b[31m{line}\x1b[0m" for line in text.split("\n"))


def clocked(text: str) -> str:
    return "\n".join(f"2026-03-01T09:30:00.1234567Z {line}" for line in text.split("\n"))


WRAPPINGS: dict[str, Callable[[str], str]] = {
    "crlf": lambda text: text.replace("\n", "\r\n"),
    "quoted": quoted,
    "quoted twice": lambda text: quoted(quoted(text)),
    "fenced": fenced,
    "indented": indented,
    "coloured": coloured,
    "in a CI log": clocked,
    "after prose": lambda text: f"Hello, since this morning I get this:\n\n{text}",
}


def test_every_trace_has_its_expectation() -> None:
    assert {path.stem for path in (CORPUS / "traces").iterdir()} == EXPECTED.keys()


@pytest.mark.parametrize("name", EXPECTED)
def test_a_real_trace_is_read(name: str) -> None:
    failure = read(trace(name))
    assert {
        "language": failure.language,
        "type": failure.type,
        "message": failure.message,
        "innermost": shown(failure.frames[0]),
        "outermost": shown(failure.frames[-1]),
        "frames": len(failure.frames),
    } == EXPECTED[name]
    assert failure.origin is Origin.TRACE


@pytest.mark.parametrize("wrapping", WRAPPINGS)
@pytest.mark.parametrize(
    "name", ["python311-cause", "node-crash_cause", "php-cli-crash_previous", "go-crash"]
)
def test_how_a_trace_was_pasted_changes_nothing(name: str, wrapping: str) -> None:
    plain, wrapped = read(trace(name)), read(WRAPPINGS[wrapping](trace(name)))
    assert wrapped.frames == plain.frames
    assert (wrapped.type, wrapped.message, wrapped.language) == (plain.type, plain.message, plain.language)


@pytest.mark.parametrize("ending", ["simple", "during", "cause", "recursion", "syntax", "group"])
def test_python_versions_agree(ending: str) -> None:
    old, new = read(trace(f"python311-{ending}")), read(trace(f"python313-{ending}"))
    assert (old.type, old.message, old.frames) == (new.type, new.message, new.frames)


@pytest.mark.parametrize("kind", ["crash", "crash_previous", "parse", "warn"])
def test_where_php_prints_its_errors_changes_nothing(kind: str) -> None:
    shown_on_screen = read(trace(f"php-{kind}"))
    for source in ("php-log", "php-cli"):
        other = read(trace(f"{source}-{kind}"))
        assert (other.type, other.message, other.frames) == (
            shown_on_screen.type,
            shown_on_screen.message,
            shown_on_screen.frames,
        )
