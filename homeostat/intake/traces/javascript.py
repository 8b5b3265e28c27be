"""V8's stacks (Node, Chrome, Edge) and every other `at file:line` that a report may hold."""

from __future__ import annotations

import re
from collections.abc import Sequence

from homeostat.intake.reading import Heading, Reading, error_above, heading, language_of, place
from homeostat.records import Frame

_NATIVE = re.compile(r"<anonymous>|native|native code|index [0-9]+|\[native code\]")
_WASM = re.compile(r"(?P<file>.+):wasm-function\[[0-9]+\]:0x[0-9a-f]+")
_ORIGIN = re.compile(r"\((?P<place>[^()]+:[0-9]{1,9}:[0-9]{1,9})\)")
_ELLIPSIS = re.compile(r"\.\.\. [0-9]+ lines matching cause stack trace \.\.\.|at <anonymous>")
_CAUSE = re.compile(r"\s*(?:\[cause\]|Caused by):")
_NUMBERED = re.compile(r"\s*>?\s*[0-9]{1,9} \|")
_CARET = re.compile(r"\s*\^[\^~]*")
_COMPONENTS = re.compile(r"The above error occurred in ")
"""React's, above a stack of components: an error's own stack, where one follows, says more."""

_REJECTED = re.compile(r"Unhandled Rejection \((?P<type>[\w.$]+)\): (?P<message>.*)")


def read(lines: Sequence[str]) -> Reading | None:
    """The first stack of a text, the error that surfaced; the frames of its causes follow."""
    title = next((at for at, line in enumerate(lines) if _COMPONENTS.search(line)), None)
    if title is None:
        return _reading(lines)
    start = next((at for at in range(title, len(lines)) if frame(lines[at])), len(lines))
    below = _reading(lines[start + len(stack(lines[start:])) :])
    above = any(map(frame, lines[:title]))
    return below if below and below.type and not above else _reading(lines)


def _reading(lines: Sequence[str]) -> Reading | None:
    found = [(at, shown) for at, line in enumerate(lines) if (shown := frame(line))]
    if not found:
        return None
    start = found[0][0]
    frames = tuple(shown for _, shown in found)
    root, cause = _root(lines, [at for at, _ in found])
    error = _rejected(lines[start - 1]) if start else None
    error = error or error_above(lines[:start])
    if error.type == "SyntaxError":
        frames = (*_misspelt(lines[:start]), *frames)
    else:
        error = _without_code(error)
    return Reading(language_of(frames, "javascript"), error.type, error.message, frames, root, cause)


def _without_code(error: Heading) -> Heading:
    """Jest and Deno show the code between the message and the stack; a parser's message ends with it."""
    first, *rest = error.message.split("\n")
    if rest[1:] and _CARET.fullmatch(rest[-1]):
        rest = rest[:-2]
    code = next((at for at, line in enumerate(rest) if _NUMBERED.match(line)), len(rest))
    return Heading(error.type, "\n".join([first, *rest[:code]]).rstrip())


def _root(lines: Sequence[str], places: Sequence[int]) -> tuple[int, str]:
    """How many frames stand above those of the last cause, and its type."""
    several = next((at for at, line in enumerate(lines) if "[errors]: [" in line), len(lines))
    causes = [at for at, line in enumerate(lines[:several]) if _CAUSE.match(line) and at < places[-1]]
    if not causes:
        return 0, ""
    above = sum(1 for at in places if at < causes[-1])
    cause = heading(lines[causes[-1]])
    return above, cause.type if cause else ""


def stack(lines: Sequence[str]) -> tuple[Frame, ...]:
    """The frames at the top of `lines`, up to the first line that is none."""
    frames = []
    for line in lines:
        found = frame(line)
        if found:
            frames.append(found)
        elif not _ELLIPSIS.fullmatch(line.strip()):
            break
    return tuple(frames)


def frame(line: str) -> Frame | None:
    """`at f (file:1:2)`, `at async f (…)`, `at new X (…)`, `at f [as g] (…)`, `at file:1:2`."""
    text = line.strip().removesuffix(" {").removesuffix(",")
    if not text.startswith("at "):
        return None
    return call(text.removeprefix("at "))


def call(text: str) -> Frame | None:
    """What stands behind `at`: a function with its place, or a place alone."""
    if not text.endswith(")"):
        return _bare(text)
    if " (eval at " in text:
        return _evaluated(text)
    # A function's name may hold brackets, and so may a folder's.
    for function, opening, inside in (text.partition(" ("), text.partition(") ("), text.rpartition(" (")):
        found = _inside(inside[:-1]) if opening else None
        if found and ") (" not in found.file:
            return _named(found, f"{function})" if opening == ") (" else function)
    return _without_blank(text)


def _bare(text: str) -> Frame | None:
    text = text.removeprefix("async ").removeprefix("(")
    function, mark, url = text.partition(" @ ")
    if mark:
        found = place(url)
        return _named(found, function) if found else None
    return place(text) if " in " not in text else None


def _inside(text: str) -> Frame | None:
    if _NATIVE.fullmatch(text):
        return Frame(text)
    wasm = _WASM.fullmatch(text)
    # Hermes gives an address in its bytecode where others give a line and a column.
    return Frame(wasm["file"]) if wasm else place(text.removeprefix("async ").removeprefix("address at "))


def _evaluated(text: str) -> Frame | None:
    """Evaluated code stands where eval was called: the innermost place in brackets."""
    function, _, rest = text.partition(" (")
    origin = _ORIGIN.search(rest)
    found = place(origin["place"]) if origin else None
    return _named(found, function) if found else None


def _without_blank(text: str) -> Frame | None:
    """`at f(file:1:2)`, as older engines print it; Java's frames look alike but know no column."""
    function, _, rest = text.partition("(")
    found = place(rest[:-1])
    return _named(found, function) if found and found.column is not None else None


def _named(found: Frame, function: str) -> Frame:
    name = function.strip().removeprefix("async ").partition(" [as ")[0]
    return Frame(found.file, found.line, found.column, name or None)


def _misspelt(lines: Sequence[str]) -> tuple[Frame, ...]:
    """Where Node could not parse: printed above the source line and its caret, and in no frame."""
    for where, caret in zip(lines, lines[2:], strict=False):
        found = place(where)
        if found and "/" in found.file and caret.strip() and not caret.strip(" ^"):
            return (found,)
    return ()


def _rejected(line: str) -> Heading | None:
    found = _REJECTED.fullmatch(line.strip())
    return Heading(found["type"], found["message"]) if found else None
