"""PHP's messages and stacks, whose frames say where a function was called and ours where one stood."""

from __future__ import annotations

import re
from collections.abc import Sequence

from homeostat.intake.reading import Heading, Reading, place
from homeostat.records import Frame

_LEVEL = re.compile(
    r"(?:\[[^\]]{1,60}\] )?(?:.{0,40}?PHP message: )?(?:PHP )?"
    r"(?P<level>(?:Recoverable |Catchable )?[Ff]atal error|Parse error|"
    r"(?:User |Core |Compile )?(?:Warning|Notice|Deprecated|Error)):\s+(?P<rest>.*)"
)
_THROWN = re.compile(r"(?:Uncaught |Next )(?P<rest>.*)")
_OLD = re.compile(r"exception '(?P<type>[^']+)' with message '(?P<message>.*)'", re.DOTALL)
_NEW = re.compile(r"(?P<type>[^\W\d][\w\\]*)(?:: (?P<message>.*))?", re.DOTALL)
_LINE = re.compile(r"[0-9]{1,9}\.?")
_FRAME = re.compile(r"#[0-9]{1,6} (?P<file>.+?)(?:\((?P<line>[0-9]{1,9})\))?: (?P<call>\S.*)")
_MAIN = re.compile(r"#[0-9]{1,6} \{main\}")
_ONE_LINE = re.compile(
    r" (?=Stack trace: #0 |#[0-9]{1,6} (?:/|\[internal|\{main\}|[A-Z]:))|(?<=Stack trace:) (?=#0)"
)
MAX_MESSAGE_LINES = 30


def read(lines: Sequence[str]) -> Reading | None:
    """The last error that was thrown, else the last message of any level, else bare frames."""
    lines = [part for line in lines for part in _parts(line)]
    at = _heading_line(lines)
    body = lines[at:] if at is not None else lines
    error, raised = _error(body) if at is not None else (Heading("", ""), None)
    calls = [found for found in map(_FRAME.fullmatch, map(str.strip, body)) if found]
    frames = _standing(raised, calls)
    if not frames:
        return None
    return Reading("php", len(frames) + 2 * bool(error.type), error.type, error.message, frames)


def _parts(line: str) -> list[str]:
    return _ONE_LINE.split(line) if "Stack trace: #0 " in line else [line]


def _heading_line(lines: Sequence[str]) -> int | None:
    thrown = [at for at, line in enumerate(lines) if _thrown(line) is not None]
    told = [at for at, line in enumerate(lines) if _told(line)]
    return next(reversed(thrown or told), None)


def _message_of(line: str) -> str | None:
    found = _LEVEL.fullmatch(line.strip())
    return found["rest"] if found else None


def _thrown(line: str) -> str | None:
    found = _THROWN.fullmatch(_message_of(line) or line.strip())
    return found["rest"] if found else None


def _error(body: Sequence[str]) -> tuple[Heading, Frame | None]:
    thrown = _thrown(body[0])
    told = _told(body[0]) if thrown is None else None
    return told or _uncaught([thrown or "", *body[1:MAX_MESSAGE_LINES]])


def _told(line: str) -> tuple[Heading, Frame] | None:
    """`Warning: message in file on line 3`."""
    found = _LEVEL.fullmatch(line.strip())
    rest, _, number = (found["rest"] if found else "").rpartition(" on line ")
    message, _, file = rest.rpartition(" in ")
    if not (found and file and _LINE.fullmatch(number)):
        return None
    return Heading(found["level"], message), Frame(file, int(number.removesuffix(".")))


def _uncaught(lines: Sequence[str]) -> tuple[Heading, Frame | None]:
    end = next((at for at, line in enumerate(lines) if line.strip() == "Stack trace:"), 1)
    text, _, where = "\n".join(lines[:end]).rpartition(" in ")
    found = _OLD.fullmatch(text) or _NEW.fullmatch(text)
    error = Heading(found["type"], found["message"] or "") if found else Heading("", text)
    return error, place(where)


def _standing(raised: Frame | None, calls: Sequence[re.Match[str]]) -> tuple[Frame, ...]:
    """Each place with the function around it, which PHP prints one line later."""
    places = [Frame(call["file"], int(call["line"]) if call["line"] else None) for call in calls]
    functions = [_function(call["call"]) for call in calls]
    if raised:
        places.insert(0, raised)
    else:
        functions = functions[1:]
    around = [*functions, *[None] * len(places)]
    return tuple(Frame(at.file, at.line, function=name) for at, name in zip(places, around, strict=False))


def _function(call: str) -> str:
    name, brace, rest = call.partition("{closure:")
    return f"{name}{brace}{rest.partition('}')[0]}}}" if brace else call.partition("(")[0]
