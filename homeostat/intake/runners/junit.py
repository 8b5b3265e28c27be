"""JUnit XML within the output of a command: it names each test. The writer is not to be trusted.

No file is read: what the tests' process can write, the code under test can write too, and the output is there
already. `node --test --test-reporter=junit`, `pytest --junit-xml=/dev/stdout`, or a `cat` behind the tests.
"""

from __future__ import annotations

import re
from xml.etree.ElementTree import ParseError, XMLParser  # nosec B405

from homeostat.intake.runners.rolls import Told, rolled
from homeostat.records import Roll

MOST = 2_000_000
"""Characters; the sandbox lets less through."""
_STARTS = re.compile(r"<testsuites?[\s>]")
_ENDS = re.compile(r"</testsuites?>")
_BAD = frozenset({"failure", "error", "skipped"})


class _Cases:
    """Notes the test cases of a document as it is read, and keeps no tree of it."""

    def __init__(self) -> None:
        self.told: list[Told] = []
        self._path: list[str] = []
        self._bad = False

    def start(self, tag: str, marks: dict[str, str]) -> None:
        if tag in {"testsuites", "testsuite"}:
            self._path.append(marks.get("name", ""))
        elif tag == "testcase":
            self._path.append(f"{marks.get('classname', '')} > {marks.get('name', '')}")
            self._bad = False
        elif tag in _BAD:
            self._bad = True

    def end(self, tag: str) -> None:
        if tag == "testcase":
            self.told.append((" > ".join(self._path), not self._bad))
        if tag in {"testcase", "testsuite", "testsuites"}:
            self._path.pop()


def read(output: str, passed: int | None) -> Roll | None:
    """The tests of the one document in an output; None for none, several, a broken or a strange one.

    It is read from its root element on, where XML allows no DTD: nothing can define an entity.
    """
    begins, ends = _STARTS.search(output), list(_ENDS.finditer(output))
    if not begins or not ends or len(output) > MOST:
        return None
    text = output[begins.start() : ends[-1].end()]
    cases = _Cases()
    parser = XMLParser(target=cases)  # noqa: S314  # nosec B314
    try:
        parser.feed(text)
        parser.close()
    except (ParseError, ValueError):
        return None
    good = sum(fine for _, fine in cases.told)
    return rolled(cases.told, good if passed is None else passed)
