"""PHP's messages and stacks, whose frames say where a function was called and ours where one stood."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from homeostat.intake.reading import Heading, Reading, place
from homeostat.records import Frame

_LEVEL = re.compile(
    r"(?:\[[^\]]{1,60}\] )*(?:.{0,40}?PHP message: )?(?:PHP )?"
    r"(?P<level>(?:Recoverable |Catchable )?[Ff]atal error|Parse error|"
    r"Strict Standards|(?:User |Core |Compile )?(?:Warning|Notice|Deprecated|Error)):\s+(?P<rest>.*)"
)
_THROWN = re.compile(r"(?:Uncaught |Next )(?P<rest>.*)")
_PRINTED = re.compile(r"(?:.*Error message: )?(?P<rest>[A-Za-z_\\][\w\\]*(?:: .*)? in \S.*:[0-9]{1,9})")
_MONOLOG = re.compile(r"\[object\] \((?P<type>[\w\\]{1,300})\(code: [^)]{0,40}\): ")
_MONOLOG_LINE = re.compile(r":(?P<line>[0-9]{1,9})\)")
_OLD = re.compile(r"exception '(?P<type>[^']+)' with message '(?P<message>.*)'", re.DOTALL)
_NEW = re.compile(r"(?P<type>[^\W\d][\w\\]*)(?:: (?P<message>.*))?", re.DOTALL)
_NUMBER = re.compile(r"[0-9]{1,9}\b")
_INTERNAL_NAME = re.compile(r"\w+")
_CLOSURE = re.compile(r"(?<![\w\\])(?:\w+\\)*\{closure(?::[^}\n]{0,400})?\}")
_CALLER = re.compile(r", called in [^\n]{1,1000}? on line [0-9]{1,9}(?: and defined)?(?= in |$)")
_CALL = re.compile(
    r"(?:#[0-9]{1,6}|[0-9]{1,6}\.) (?P<file>(?!\[internal)\S.*?)\((?P<line>[0-9]{1,9})\)"
    r"(?::\s*(?P<call>\S.*)?)?"
)
_INTERNAL = re.compile(r"(?:#[0-9]{1,6}|[0-9]{1,6}\.) (?P<file>\[internal function\]|\S+?): (?P<call>\S.*)")
_CALLED_AT = re.compile(
    r"(?:in|#[0-9]{1,6}) +(?P<call>\S.*) called at \[?(?P<file>\S.*?)(?::| \()(?P<line>[0-9]{1,9})[)\]]"
)
_XDEBUG = re.compile(
    r"(?:PHP )?\s*(?:(?:[0-9.]+ +[0-9]+ +)?[0-9]{1,6}\.|[0-9]{1,6} [0-9.]+ +[0-9]+) "
    r"(?P<call>\S.*\)) +(?P<file>\S.*?):(?P<line>[0-9]{1,9})"
)
_STACK_BEGINS = ("Stack trace:", "[stacktrace]", "#0 ")
_BEGINS_A_CALL = frozenset("#0123456789iP")
_MAIN = re.compile(r"(?:#[0-9]{1,6}|[0-9]{1,6}\.) \{main\}.*")
_ONE_LINE = re.compile(
    r" (?=Stack trace: ?#0 |#[0-9]{1,6} (?:/|\[internal|\{main\}|[A-Z]:))|(?<=Stack trace:) ?(?=#0)"
)
MAX_MESSAGE_LINES = 30


def read(lines: Sequence[str]) -> Reading | None:
    """The error thrown last, else the last message of any level; the frames of what led to it stand first."""
    lines = [part.strip() for line in lines for part in _parts(line)]
    if not lines:
        return None
    starts = [at for at in range(len(lines)) if _thrown(lines[at : at + 2]) is not None]
    newest = max((at for at in starts if not lines[at].startswith("Next ")), default=0)
    starts = [at for at in starts if at >= newest]
    starts = starts or [at for at, line in enumerate(lines) if _told(line)][-1:] or [0]
    errors = [_read_one(lines[at:end]) for at, end in zip(starts, [*starts[1:], len(lines)], strict=True)]
    frames = tuple(frame for _, standing in errors for frame in standing)
    error = errors[-1][0]
    cause = errors[0][0].type if len(errors) > 1 else ""
    return Reading("php", error.type, error.message, frames, 0, cause) if frames else None


def _parts(line: str) -> list[str]:
    """The lines of PHP's own that one stands for: a stack in a line, an entry of Monolog or of a server."""
    if "[object] (" in line:
        thrown = _monolog(line)
        return [thrown] if thrown and "[previous exception]" not in line else []
    if "; PHP message: " in line:
        return [part for entry in line.split("; PHP message: ") for part in _parts(entry)]
    return _ONE_LINE.split(line) if "Stack trace:" in line else [line]


def _message_of(line: str) -> str | None:
    found = _LEVEL.fullmatch(line)
    return found["rest"] if found else None


def _monolog(line: str) -> str | None:
    """What an entry of Monolog's says, in PHP's own words."""
    logged = _MONOLOG.search(line)
    end = _MONOLOG_LINE.search(line, logged.end()) if logged else None
    if not (logged and end):
        return None
    message, _, file = line[logged.end() : end.start()].rpartition(" at ")
    named = logged["type"].replace("\\\\", "\\")
    return f"Uncaught {named}: {message} in {file}:{end['line']}"


def _thrown(lines: Sequence[str]) -> str | None:
    """What a line says of an error that was thrown; a program that prints one itself says only what it is."""
    line = lines[0]
    if "Uncaught " in line or line.startswith("Next "):
        found = _THROWN.fullmatch(_message_of(line) or line)
    elif lines[1:] and lines[1].startswith("Stack trace:"):
        found = _PRINTED.fullmatch(line)
    else:
        return None
    return found["rest"] if found else None


def _read_one(body: Sequence[str]) -> tuple[Heading, tuple[Frame, ...]]:
    """One error of a chain and its frames."""
    thrown = _thrown(body)
    error, raised = _told(body[0]) or (Heading("", ""), None)
    if thrown is not None:
        error, raised = _uncaught([thrown, *body[1:MAX_MESSAGE_LINES]])
    calls = list(_calls(body))
    if any(map(_XDEBUG.fullmatch, body)):
        calls.reverse()
    return error, _standing(raised, calls)


def _told(line: str) -> tuple[Heading, Frame] | None:
    """`Warning: message in file on line 3`."""
    found = _LEVEL.fullmatch(line)
    told = _on_line(found["rest"]) if found else None
    if not (found and told) or _THROWN.fullmatch(found["rest"]):
        return None
    return Heading(found["level"], told[0]), told[1]


def _on_line(text: str) -> tuple[str, Frame] | None:
    """A message and its place, `… in file on line 3`."""
    head, mark, tail = text.rpartition(" on line ")
    number = _NUMBER.match(tail)
    said, _, file = head.rpartition(" in ")
    return (said, Frame(file, int(number[0]))) if mark and number and file.strip() else None


def _uncaught(lines: Sequence[str]) -> tuple[Heading, Frame | None]:
    ends = (at for at, line in enumerate(lines) if not line or line.startswith(_STACK_BEGINS))
    end = 1 if _on_line(lines[0]) else next(ends, 1)
    text, raised = _cut_place(_CALLER.sub("", _CLOSURE.sub("{closure}", "\n".join(lines[:end]))))
    found = _OLD.fullmatch(text) or _NEW.fullmatch(text)
    error = Heading(found["type"], found["message"] or "") if found else Heading("", text)
    return error, raised


def _cut_place(text: str) -> tuple[str, Frame | None]:
    """A message without the place behind it: `… in file:3`, or `… in file on line 3`."""
    told = _on_line(text)
    if told:
        return told
    said, _, where = text.rpartition(" in ")
    return said, place(where)


def _calls(body: Iterable[str]) -> Iterator[tuple[Frame, str | None]]:
    """Each place with what was called there."""
    for line in body:
        if line[:1] not in _BEGINS_A_CALL:
            continue
        found = (
            _CALL.fullmatch(line)
            or _CALLED_AT.fullmatch(line)
            or (None if _MAIN.fullmatch(line) else _INTERNAL.fullmatch(line))
            or _XDEBUG.fullmatch(line)
        )
        if found:
            number = found.groupdict().get("line")
            yield Frame(found["file"], int(number) if number else None), found["call"]


def _standing(raised: Frame | None, calls: Sequence[tuple[Frame, str | None]]) -> tuple[Frame, ...]:
    """Each place with the function around it, which PHP prints one line later."""
    places = [at for at, _ in calls]
    functions = [_function(call) if call else None for _, call in calls]
    if not raised:
        functions = functions[1:]
    elif places and raised == places[0] and _INTERNAL_NAME.fullmatch(functions[0] or ""):
        # An internal function threw: PHP names the line that called it, which is its caller's.
        functions = [*functions[1:2], *functions[1:]]
        places.insert(0, raised)
    else:
        places.insert(0, raised)
    around = [*functions, *[None] * len(places)]
    return tuple(Frame(at.file, at.line, None, name) for at, name in zip(places, around, strict=False))


def _function(call: str) -> str:
    name, brace, rest = call.partition("{closure:")
    return f"{name}{brace}{rest.partition('}')[0]}}}" if brace else call.partition("(")[0]
