"""The documentation's site in Chromium: what is ours in it can be read by everybody."""

from __future__ import annotations

import functools
import threading
from collections.abc import Iterator
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.browser.axe import violations
from tests.test_site import built

pytestmark = pytest.mark.browser

OF_THE_THEME = {"landmark-unique", "scrollable-region-focusable"}
"""Several buttons to copy code, and tables that scroll: markup that is not ours."""


class _Silent(SimpleHTTPRequestHandler):
    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    folder: Path = built(tmp_path_factory.mktemp("site"))
    with ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(_Silent, directory=folder)) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("name", ["", "quick-start/", "configuration/", "reports/", "troubleshooting/"])
def test_axe_finds_nothing_that_is_ours(browser: Browser, address: str, name: str, scheme: str) -> None:
    page = browser.new_page(color_scheme=scheme)  # type: ignore[arg-type]
    page.goto(f"{address}/{name}")
    assert [told for told in violations(page) if told[0] not in OF_THE_THEME] == []
