"""Our reader of tracebacks beside boltons' ParsedException, on every Python report of the corpus.

The library reads one traceback, from its first line on: a chain is cut into its tracebacks here, the last of
them is the error that surfaced, and what stands above the first is left out. It knows anchors (`~~~^^^`), but
not `[Previous line repeated … times]`, the own place of a SyntaxError below other frames, or a group:
CUT_SHORT and REFUSED name those reports, and both must stay true. Its message takes all that follows.
"""

import re
import traceback
from collections.abc import Mapping
from functools import cache
from typing import NoReturn

import pytest
from boltons.tbutils import ParsedException

from homeostat.intake import read_trace
from homeostat.records import Failure
from tests.fingerprint.corpus import CORPUS, index

START = re.compile(r"^(?=Traceback \(most recent call last\):$)", re.MULTILINE)
Place = tuple[str, int, str | None]


class _Shop:
    class CartError(Exception):
        """Python prints its qualified name."""


RAISED: Mapping[str, BaseException] = {
    "a colon": ValueError("price: a: b"),
    "no message": RuntimeError(),
    "several lines": ValueError("two\nlines"),
    "an indented line": ValueError("two\n    lines"),
    "a first line that is empty": ValueError("\n  late"),
    "a nested type": _Shop.CartError("empty"),
    "a quoted key": KeyError("a\nb"),
    "a file": FileNotFoundError(2, "No such file or directory", "/var/lib/a b.json"),
    "a pytest assertion": AssertionError("assert 1 == 2\n +  where 1 = total()"),
    "no exception": KeyboardInterrupt(),
}

CUT_SHORT = {
    r"/endless/|-recursion\.txt": "its frames end at `[Previous line repeated …`, and its error begins there",
    r"-syntax\.txt": "its frames end at the SyntaxError's own place, which names no function",
}
"""Reports whose outer frames alone the library reads."""

REFUSED = {r"/group/|-group\.txt": "no line of a group is a traceback's first: all stand behind a ladder"}


@cache
def texts() -> Mapping[str, str]:
    """Every Python report of the corpus, by its file."""
    python = [group for group in index().values() if group["language"] == "python"]
    files = [facts["file"] for group in python for facts in group["variants"].values()]
    files += sorted(f"traces/{path.name}" for path in (CORPUS / "traces").glob("python*"))
    return {file: (CORPUS / file).read_text() for file in files}


def of(table: Mapping[str, str]) -> list[str]:
    """The reports of which a table speaks."""
    return [id_ for id_ in texts() if any(re.search(pattern, id_) for pattern in table)]


def theirs(text: str) -> tuple[str, str, list[Place]]:
    """The library's type, message and frames: of the last traceback first, innermost first."""
    blocks = START.split(text)[1:] or [text]
    read = [ParsedException.from_string(block) for block in reversed(blocks)]
    frames = [
        (frame["filepath"], int(frame["lineno"]), frame["funcname"])
        for parsed in read
        for frame in reversed(parsed.frames)
    ]
    return read[0].exc_type, read[0].exc_msg.rstrip(), frames


def ours(text: str) -> tuple[str, str, list[Place]]:
    failure = read_trace(text)
    assert isinstance(failure, Failure)
    frames = [(frame.file, frame.line or 0, frame.function) for frame in failure.frames]
    return failure.type, failure.message, frames


def printed(error: BaseException) -> str:
    """What this interpreter prints of an error raised here."""
    try:
        _raise(error.with_traceback(None))
    except BaseException:  # noqa: BLE001 - whatever was raised
        return traceback.format_exc()


def _raise(error: BaseException) -> NoReturn:
    raise error


@pytest.mark.parametrize("id_", sorted(texts().keys() - of(CUT_SHORT | REFUSED)))
def test_we_read_what_the_library_reads(id_: str) -> None:
    assert ours(texts()[id_]) == theirs(texts()[id_])


@pytest.mark.parametrize("id_", of(CUT_SHORT))
def test_where_the_library_stops_short_we_agree_up_to_there(id_: str) -> None:
    error, _, frames = ours(texts()[id_])
    mistaken, _, outer = theirs(texts()[id_])
    assert outer
    assert outer == frames[-len(outer) :]
    assert mistaken.endswith(f"\n{error}")


@pytest.mark.parametrize("id_", of(REFUSED))
def test_what_the_library_refuses_we_read(id_: str) -> None:
    assert ours(texts()[id_])[2]
    with pytest.raises(ValueError, match="unrecognized traceback"):
        theirs(texts()[id_])


@pytest.mark.parametrize("kind", RAISED)
def test_we_read_what_this_python_prints_as_the_library_does(kind: str) -> None:
    assert ours(printed(RAISED[kind])) == theirs(printed(RAISED[kind]))


def test_a_message_that_quotes_a_frame_is_a_message() -> None:
    text = printed(ValueError('cannot render:\n  File "page.html", line 3, in body'))
    assert ours(text) == theirs(text)
