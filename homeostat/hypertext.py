"""Our pages: one file each that runs nothing, asks the network for nothing, and escapes what it is given."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from hashlib import sha256
from importlib.resources import files
from typing import Any

from jinja2 import Environment, FunctionLoader, StrictUndefined

from homeostat.outbound import shown

LONGEST = 300
"""Characters of a text that a page shows."""


def rendered(
    template: str, *, styles: Sequence[str], filters: Mapping[str, Callable[..., Any]], **parts: object
) -> str:
    """A template of ours with its styles in it, which its policy allows by their hash and nothing else."""
    made = Environment(
        autoescape=True,
        undefined=StrictUndefined,
        loader=FunctionLoader(_file),
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters |= {"shown": seen, "lines": lambda text: shown(str(text)), **filters}
    style = "".join(map(_file, styles))
    digest = b64encode(sha256(style.encode()).digest()).decode()
    return made.get_template(template).render(style=style, style_hash=digest, **parts)


@cache
def seen(text: object) -> str:
    """A text as a reader sees it, on one line: anybody may have written it."""
    return " ".join(shown(str(text)).split())[:LONGEST]


@cache
def _file(name: str) -> str:
    return (files("homeostat") / "templates" / name).read_text(encoding="utf-8")
