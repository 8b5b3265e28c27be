"""The documentation: made parts are as made now, links lead somewhere, messages are still said."""

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
import yaml

from homeostat import config
from tools.reference import PAGES, made

ROOT = Path(__file__).parent.parent
DOCS = sorted((ROOT / "docs").glob("*.md"))
TEXTS = [*DOCS, *(ROOT / name for name in ("README.md", "CONTRIBUTING.md", "SECURITY.md"))]
FENCE = re.compile(r"^(```|~~~).*?^\1\s*$", re.MULTILINE | re.DOTALL)
LINK = re.compile(r"\]\(([^)\s]+)\)")
HERE = re.compile(r"https://github\.com/littlebearapps/homeostat/(?:blob|tree)/main/([^#)\s]+)")
SITE = yaml.safe_load((ROOT / "mkdocs.yml").read_text(encoding="utf-8"))

text_of_people = pytest.mark.parametrize("path", TEXTS, ids=lambda path: path.name)


@cache
def _prose(path: Path) -> str:
    return FENCE.sub("", path.read_text(encoding="utf-8"))


@cache
def _anchors(path: Path) -> frozenset[str]:
    """The anchors of a page's headings, as GitHub and the site make them."""
    found = re.findall(r"^#{1,6} (.+?)(?: \{ #([\w-]+) \})?$", _prose(path), re.MULTILINE)
    return frozenset(
        given or re.sub(r"[^\w\- ]", "", title.lower()).strip().replace(" ", "-") for title, given in found
    )


@pytest.mark.parametrize("page", PAGES)
def test_what_is_made_of_schema_and_action_is_as_it_would_be_made_now(page: str) -> None:
    assert (ROOT / page).read_text(encoding="utf-8") == made(page), "run `make docs`"


@text_of_people
def test_every_link_to_a_file_leads_to_one_and_to_a_heading_in_it(path: Path) -> None:
    lost = []
    for link in LINK.findall(_prose(path)):
        place, _, anchor = link.partition("#")
        if re.match(r"[a-z]+:", link):
            continue
        target = (path.parent / place).resolve() if place else path
        if not target.exists() or (anchor and anchor not in _anchors(target)):
            lost.append(link)
    assert lost == []


@text_of_people
def test_every_address_of_a_file_of_ours_on_github_is_one_of_a_file_that_is_here(path: Path) -> None:
    assert [place for place in HERE.findall(_prose(path)) if not (ROOT / place.rstrip(").,")).exists()] == []


def _pages(nav: object) -> Iterator[str]:
    if isinstance(nav, str):
        yield nav
    elif isinstance(nav, list):
        for one in nav:
            yield from _pages(one)
    elif isinstance(nav, dict):
        for one in nav.values():
            yield from _pages(one)


def test_every_page_is_in_the_navigation_once() -> None:
    assert sorted(_pages(SITE["nav"])) == sorted(path.name for path in DOCS)


def test_pages_link_to_nothing_outside_of_docs_by_a_relative_path() -> None:
    """What works on GitHub alone would be a dead link on the site."""
    assert [
        (path.name, link) for path in DOCS for link in LINK.findall(_prose(path)) if link.startswith("../")
    ] == []


CONFIGURATION = re.compile(r"^```yaml\n((?:# yaml.*\n)?version: 1\n(?:[^`].*\n|\n)+)```$", re.MULTILINE)
CONFIGURATIONS = [(path, text) for path in TEXTS for text in CONFIGURATION.findall(path.read_text("utf-8"))]


def test_readme_and_three_pages_show_a_whole_configuration() -> None:
    assert {path.name for path, _ in CONFIGURATIONS} == {
        "README.md",
        "configuration.md",
        "many-repositories.md",
        "quick-start.md",
    }


@pytest.mark.parametrize(("path", "text"), CONFIGURATIONS, ids=lambda part: getattr(part, "name", ""))
def test_a_configuration_that_a_page_shows_is_valid(path: Path, text: str) -> None:
    assert config.parse(text.encode(), path.name).repositories


WORKFLOWS = [
    (path, text)
    for path in TEXTS
    for text in re.findall(r"^```yaml\n(name: .*?)^```$", path.read_text("utf-8"), re.MULTILINE | re.DOTALL)
]


def test_readme_and_quick_start_show_a_whole_workflow() -> None:
    assert {path.name for path, _ in WORKFLOWS} >= {"README.md", "quick-start.md"}


@pytest.mark.parametrize(("path", "text"), WORKFLOWS, ids=lambda part: getattr(part, "name", ""))
def test_a_workflow_that_a_page_shows_is_valid_and_knows_our_inputs(path: Path, text: str) -> None:
    linted = subprocess.run(
        [Path(sys.executable).with_name("actionlint"), "-no-color", "-stdin-filename", path.name, "-"],
        input=text.encode(),
        capture_output=True,
        check=False,
    )
    assert (linted.returncode, linted.stdout.decode()) == (0, "")
    steps = yaml.safe_load(text)["jobs"]["heal"]["steps"]
    given = next(step["with"] for step in steps if step["uses"] == "littlebearapps/homeostat@v1")
    assert given.keys() <= yaml.safe_load((ROOT / "action.yml").read_text("utf-8"))["inputs"].keys()


# --- troubleshooting ------------------------------------------------------------------------------


@cache
def _said() -> tuple[str, ...]:
    """Every text that the program holds, `…` for what is filled in."""
    found = [(ROOT / "docker" / "run.sh").read_text(encoding="utf-8")]
    found += [(ROOT / "schema" / "repos.schema.json").read_text(encoding="utf-8")]
    for path in sorted((ROOT / "homeostat").rglob("*.py")):
        if "repositories" not in path.relative_to(ROOT / "homeostat").parts:
            found += [_text(node) for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))]
    return tuple(_blank(text) for text in found if text)


def _text(node: ast.AST) -> str:
    if isinstance(node, ast.JoinedStr):
        return "".join(str(one.value) if isinstance(one, ast.Constant) else "…" for one in node.values)
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else ""


def _blank(text: str) -> str:
    return re.sub(r"\$\([^)]*\)|\$\w+|\{\w*\}|`[^`]*`|…", "…", text)


def _messages() -> list[str]:
    text = (ROOT / "docs" / "troubleshooting.md").read_text(encoding="utf-8")
    return [line[5:-1] for line in re.findall(r"^### `.*`(?= \{ #|$)", text, re.MULTILINE)]


def test_troubleshooting_tells_of_many_messages_each_once() -> None:
    assert len(_messages()) > 80
    assert len(set(_messages())) == len(_messages())


@pytest.mark.slow
def test_every_message_of_the_troubleshooting_page_is_still_said() -> None:
    wanted = {message: _blank(message).strip("…") for message in _messages()}
    assert [told for told, text in wanted.items() if not any(text in said for said in _said())] == []
