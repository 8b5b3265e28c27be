"""GitHub Actions' files: outputs and step summary. Elsewhere there are none, and nothing is written."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from pathlib import Path

from homeostat.records import Markdown, Plain


def _target(environ: Mapping[str, str], name: str) -> Path | None:
    """The file that the runner gave; None when it gave none or it is not there."""
    path = Path(environ[name]) if environ.get(name) else None
    return path if path is not None and path.is_file() else None


def write_outputs(environ: Mapping[str, str], outputs: Mapping[str, Plain]) -> None:
    """Append outputs with random delimiters, so that no value can add another output."""
    target = _target(environ, "GITHUB_OUTPUT")
    if target is None:
        return
    with target.open("a", encoding="utf-8") as file:
        for name, value in outputs.items():
            fence = f"end-{secrets.token_hex(16)}"
            file.write(f"{name}<<{fence}\n{value}\n{fence}\n")


def write_summary(environ: Mapping[str, str], markdown: Markdown) -> bool:
    """Append to the step summary; False when there is none."""
    target = _target(environ, "GITHUB_STEP_SUMMARY")
    if target is None:
        return False
    with target.open("a", encoding="utf-8") as file:
        file.write(markdown)
    return True
