"""Both pages in Chromium: they ask for nothing, and hide nothing from a keyboard or a screen reader."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from homeostat import backtest
from homeostat.books.shelf import parse_shelf
from homeostat.page import page as rendered
from homeostat.records import Shelf
from tests.browser.axe import violations
from tests.page.ledgers import NOW, hostile, told
from tests.test_backtest import RULINGS
from tests.test_backtest import told as judged

pytestmark = pytest.mark.browser

HERE = Path(__file__).parent
SHOTS = HERE / "screenshots"
LEDGERS = {"team": lambda: told(230), "hostile": hostile, "empty": dict}
NAMES = (*LEDGERS, "backtest")
SCHEMES = ("light", "dark")
WIDTHS = (360, 1280)


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    folder, made = tmp_path_factory.mktemp("pages"), {}
    for name, files in LEDGERS.items():
        made[name] = folder / f"{name}.html"
        shelf: Shelf = parse_shelf(files())
        text = rendered(shelf, title="acme/control", server="https://forge.example", now=NOW)
        made[name].write_text(text, encoding="utf-8")
    made["backtest"] = folder / "backtest.html"
    made["backtest"].write_text(backtest.html(judged(*RULINGS, untested=12, left=4)), encoding="utf-8")
    return made


def opened(browser: Browser, path: Path, scheme: str = "light", width: int = 1280, **more: Any) -> Page:  # noqa: ANN401
    size: Any = {"width": width, "height": 900}
    page = browser.new_page(viewport=size, color_scheme=scheme, **more)  # type: ignore[arg-type]
    page.goto(path.as_uri())
    return page


def unfold(page: Page) -> None:
    page.evaluate("document.querySelectorAll('details').forEach((one) => { one.open = true; })")


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("name", NAMES)
def test_it_asks_for_nothing_and_the_console_stays_empty(
    browser: Browser, pages: dict[str, Path], name: str, scheme: str
) -> None:
    page = browser.new_page(color_scheme=scheme)  # type: ignore[arg-type]
    asked, said = list[str](), list[str]()
    page.on("request", lambda request: asked.append(request.url))
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    page.on("dialog", lambda dialog: said.append(dialog.message))
    page.goto(pages[name].as_uri())
    unfold(page)
    page.wait_for_timeout(200)
    assert (asked, said) == ([pages[name].as_uri()], [])


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("name", NAMES)
def test_axe_finds_nothing(browser: Browser, pages: dict[str, Path], name: str, scheme: str) -> None:
    page = opened(browser, pages[name], scheme)
    unfold(page)
    assert violations(page) == []


@pytest.mark.parametrize("name", NAMES)
def test_nothing_but_wide_tables_scrolls_sideways(
    browser: Browser, pages: dict[str, Path], name: str
) -> None:
    page = opened(browser, pages[name], width=360)
    unfold(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= 360


def test_it_reads_the_same_without_javascript(browser: Browser, pages: dict[str, Path]) -> None:
    page = opened(browser, pages["team"], java_script_enabled=False)
    assert page.get_by_role("heading", name="Open failures").is_visible()
    assert page.get_by_role("img", name="Merged fixes by month").is_visible()
    table = page.get_by_role("region", name="By the month of the merge")
    assert not table.is_visible()
    page.get_by_text("The same as a table").first.click()
    assert table.is_visible()


def test_the_keyboard_reaches_every_link_in_order_and_sees_where_it_is(
    browser: Browser, pages: dict[str, Path]
) -> None:
    page = opened(browser, pages["team"])
    unfold(page)
    stops = "a[href], summary, [tabindex='0']"
    page.evaluate(f'document.querySelectorAll("{stops}").forEach((one, at) => {{ one.dataset.at = at; }})')
    every = page.locator("[data-at]").count()
    seen = list[int]()
    for _ in range(every):
        page.keyboard.press("Tab")
        at, outline = page.evaluate(
            "[document.activeElement.dataset.at, getComputedStyle(document.activeElement).outlineStyle]"
        )
        assert outline != "none", f"no focus is seen at {at}"
        seen.append(int(at))
    assert seen == list(range(every))


def test_enter_opens_a_repository(browser: Browser, pages: dict[str, Path]) -> None:
    page = opened(browser, pages["team"])
    place = page.locator("details.place").first
    place.locator("summary").first.focus()
    page.keyboard.press("Enter")
    assert place.get_by_role("region").first.is_visible()


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("name", NAMES)
def test_it_has_its_picture_taken(
    browser: Browser, pages: dict[str, Path], name: str, scheme: str, width: int
) -> None:
    page = opened(browser, pages[name], scheme, width)
    SHOTS.mkdir(exist_ok=True)
    path = SHOTS / f"{name}-{scheme}-{width}.png"
    page.screenshot(path=path, full_page=True)
    ground = page.evaluate("getComputedStyle(document.body).backgroundColor")
    assert (ground == "rgb(255, 255, 255)") is (scheme == "light")
    assert path.stat().st_size > 10_000
