"""The reference pages: what the schema, the action and the reusable workflow say of themselves, as Markdown.

`python -m tools.reference` writes it between the marks of each page; the prose around them is a person's.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).parent.parent
Schema = Mapping[str, Any]
TYPES = {
    "string": "text",
    "integer": "whole number",
    "number": "number",
    "boolean": "true or false",
    "array": "list",
    "object": "mapping",
    "null": "null",
}


def between(text: str, name: str, content: str) -> str:
    """The page with `content` between the marks of that name; ValueError where it has none."""
    opening, closing = f"<!-- generated: {name} -->\n", f"<!-- end: {name} -->"
    before, found, rest = text.partition(opening)
    _, closed, after = rest.partition(closing)
    if not (found and closed):
        raise ValueError(f"the page has no marks for {name}")
    return f"{before}{opening}\n{content}\n{closing}{after}"


def keys_of_a_repository() -> str:
    """A section for each key that a repository may carry."""
    schema = json.loads((ROOT / "schema" / "repos.schema.json").read_text(encoding="utf-8"))
    required = {
        name
        for rule in schema["allOf"]
        for name in rule["else"]["properties"]["repositories"]["items"]["required"]
    }
    keys: Schema = schema["definitions"]["repository"]["properties"]
    need = {**dict.fromkeys(required, "required, here or in `defaults`"), "slug": "required"}
    return "\n".join(_section(name, found, need.get(name)) for name, found in keys.items())


def _section(name: str, found: Schema, need: str | None) -> str:
    facts = " · ".join(filter(None, [_type(found), need or _default(found)]))
    parts = "\n".join(
        f"- `{part}` ({_type(inner)}): {inner['description']}"
        for part, inner in found.get("properties", {}).items()
    )
    example = f"```yaml\n{_examples(name, found)}```\n"
    return "\n\n".join(filter(None, [f"### `{name}`", facts, found["description"], parts, example]))


def _type(found: Schema) -> str:
    kinds = found["type"] if isinstance(found["type"], list) else [found["type"]]
    told = " or ".join(TYPES[kind] for kind in kinds if kind != "null")
    values = found.get("enum") or found.get("items", {}).get("enum")
    return f"{told} of {', '.join(f'`{value}`' for value in values)}" if values else told


def _default(found: Schema) -> str:
    value = found.get("default")
    if value in (None, {}):
        return "optional"
    if isinstance(value, list):
        return f"default {', '.join(f'`{one}`' for one in value)}" if value else "default empty"
    return f"default `{json.dumps(value) if not isinstance(value, str) else value}`"


def _examples(name: str, found: Schema) -> str:
    return "# or\n".join(_example(name, one) for one in found["examples"])


def _example(name: str, value: object) -> str:
    if isinstance(value, dict):
        return yaml.safe_dump({name: value}, default_flow_style=None, sort_keys=False, width=100)
    told = yaml.safe_dump(value, default_flow_style=True, width=100).removesuffix("...\n").strip()
    return f"{name}: {told}\n"


def _row(*cells: str) -> str:
    told = (re.sub(r"\s+", " ", cell).strip().replace("|", "\\|") for cell in cells)
    return f"| {' | '.join(told)} |"


def _table(head: tuple[str, ...], rows: Iterator[tuple[str, ...]]) -> str:
    return "\n".join([_row(*head), f"|{'---|' * len(head)}", *(_row(*row) for row in rows)]) + "\n"


def _read(*path: str) -> Mapping[str, Any]:
    """A workflow's YAML; every value is a text, and `on` no truth value."""
    text = ROOT.joinpath(*path).read_text(encoding="utf-8")
    found: Mapping[str, Any] = yaml.load(text, Loader=yaml.BaseLoader)  # noqa: S506 - makes texts only
    return found


def _inputs(found: Mapping[str, Mapping[str, str]]) -> str:
    rows = (
        (f"`{name}`", one["description"], f"`{one['default']}`" if one.get("default") else "")
        for name, one in found.items()
    )
    return _table(("input", "what it is", "default"), rows)


def _described(head: str, found: Mapping[str, Mapping[str, str]]) -> str:
    return _table((head, "what it is"), ((f"`{name}`", one["description"]) for name, one in found.items()))


def inputs_of_the_action() -> str:
    """A row for each input of action.yml."""
    return _inputs(_read("action.yml")["inputs"])


def outputs_of_the_action() -> str:
    """A row for each output of action.yml."""
    return _described("output", _read("action.yml")["outputs"])


def _call() -> Mapping[str, Any]:
    found: Mapping[str, Any] = _read(".github", "workflows", "heal.yml")["on"]["workflow_call"]
    return found


def inputs_of_the_workflow() -> str:
    """A row for each input of the reusable workflow."""
    return _inputs(_call()["inputs"])


def secrets_of_the_workflow() -> str:
    """A row for each secret of the reusable workflow."""
    return _described("secret", _call()["secrets"])


PAGES: Mapping[str, Mapping[str, Callable[[], str]]] = {
    "docs/configuration.md": {"keys": keys_of_a_repository},
    "docs/action.md": {
        "inputs": inputs_of_the_action,
        "outputs": outputs_of_the_action,
        "workflow inputs": inputs_of_the_workflow,
        "workflow secrets": secrets_of_the_workflow,
    },
}


def made(page: str) -> str:
    """The text that a page should have."""
    text = (ROOT / page).read_text(encoding="utf-8")
    for name, content in PAGES[page].items():
        text = between(text, name, content())
    return text


def main() -> None:
    """Write every page anew."""
    for page in PAGES:
        (ROOT / page).write_text(made(page), encoding="utf-8")


if __name__ == "__main__":
    main()
