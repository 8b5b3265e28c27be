"""The site as a browser gets it: no warning, every link leads on, nothing comes from elsewhere."""

import shutil
import subprocess
import sys
from html.parser import HTMLParser
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
HOME = "https://littlebearapps.github.io/homeostat/"
LOADED = {"script": "src", "img": "src", "link": "href", "iframe": "src", "source": "src"}
"""What a browser loads by itself; the address of the page itself is a link too, and is not loaded."""


class _Page(HTMLParser):
    """The links, ids and loaded addresses of one page."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.links: list[str] = []
        self.ids: set[str] = set()
        self.loaded: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = {name: value or "" for name, value in attrs}
        self.ids |= {found[name] for name in ("id", "name") if name in found}
        if tag == "a" and "href" in found:
            self.links.append(found["href"])
        if LOADED.get(tag) in found and found.get("rel") not in {"canonical", "next", "prev"}:
            self.loaded.append(found[LOADED[tag]])


def built(home: Path) -> Path:
    """The folder of the site, made below `home` as `make docs` makes it."""
    shutil.copytree(ROOT / "docs", home / "docs")
    shutil.copy(ROOT / "mkdocs.yml", home)
    zensical = Path(sys.executable).with_name("zensical")
    ran = subprocess.run(
        [zensical, "build", "--strict", "--clean"], cwd=home, capture_output=True, text=True, check=False
    )
    assert ran.returncode == 0, ran.stdout + ran.stderr
    return home / "site"


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> dict[Path, _Page]:
    folder = built(tmp_path_factory.mktemp("site"))
    return {path: _Page(path.read_text(encoding="utf-8")) for path in folder.rglob("*.html")}


@pytest.mark.slow
def test_no_page_loads_anything_from_elsewhere(pages: dict[Path, _Page]) -> None:
    assert any(page.loaded for page in pages.values())
    assert [
        one for page in pages.values() for one in page.loaded if "//" in one and not one.startswith(HOME)
    ] == []


@pytest.mark.slow
def test_every_link_of_a_page_leads_to_a_page_and_a_place_in_it(pages: dict[Path, _Page]) -> None:
    lost = []
    for path, page in pages.items():
        for link in page.links if path.name != "404.html" else ():
            place, _, anchor = link.partition("#")
            if place.startswith(("http", "mailto:")):
                continue
            target = (path.parent / place).resolve() if place else path
            target = target / "index.html" if target.is_dir() else target
            if not target.is_file() or (anchor and anchor not in pages[target].ids):
                lost.append((path.parent.name, link))
    assert lost == []
