"""A test file that node could not load fails without a word; the word was printed before, as a crash."""

from __future__ import annotations

import re
from collections.abc import Sequence

from homeostat.intake.reading import Reading
from homeostat.intake.traces import javascript

_END = re.compile(r"(?:# )?Node\.js v[0-9]+\.[0-9.]+")
MAX_CRASHES = 20


def crashes(lines: Sequence[str]) -> list[str]:
    """What was printed before each line in which node says its version, as it does when it dies."""
    ends = [at for at, line in enumerate(lines) if _END.fullmatch(line)][:MAX_CRASHES]
    starts = [0, *(end + 1 for end in ends)]
    return [
        "\n".join(line.removeprefix("# ") for line in lines[start:end])
        for start, end in zip(starts, ends, strict=False)
    ]


def crash_of(file: str, printed: Sequence[str]) -> Reading | None:
    """The crash that names the file; None when there is none."""
    crash = next((text for text in printed if file in text), None)
    return javascript.read(crash.splitlines()) if crash else None
