"""Shows the shop to a real browser, headless, and keeps what it reports of each error: out/<error>.txt.

    python collect.py chromium|firefox|webkit|extension|firefox-extension

Reads ORIGIN (where the page is said to be), MODULE (the script, with * for its hash), BUSTER (put before each ".js"
of an import: a hash, or after it when it starts with "?"), VALUE and DEPTH.
"""

import http.server
import json
import os
import re
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
import urllib.parse
from pathlib import Path

PORT = 3000
ROOT = Path.cwd()
ORIGIN = os.environ.get("ORIGIN", "http://localhost:3000/")
MODULE = os.environ.get("MODULE", "web/main.js")
BUSTER = os.environ.get("BUSTER", "")
PROXY = f"127.0.0.1:{PORT}"
done = threading.Event()
pending = os.environ["ERRORS"].split()


def busted(name: str) -> str:
    """The name of a script as this deployment publishes it."""
    if not BUSTER:
        return name
    return name + BUSTER if BUSTER.startswith("?") else re.sub(r"\.js$", f".{BUSTER}.js", name)


def page() -> str:
    script = next(ROOT.glob(MODULE)).relative_to(ROOT).name
    return f"""<!doctype html><title>Shop</title>
<script type="module" src="{ORIGIN}{busted(script)}"></script>
<script type="module" src="/report.js"></script>"""


class Shop(http.server.BaseHTTPRequestHandler):
    def answer(self, text: str, kind: str = "text/html") -> None:
        self.send_response(200)
        self.send_header("Content-Type", f"{kind}; charset=utf-8")
        self.send_header("Access-Control-Allow-Origin", "*")
        self.send_header("Cache-Control", "no-store")
        self.end_headers()
        self.wfile.write(text.encode())

    def do_GET(self) -> None:
        name = urllib.parse.urlsplit(self.path).path.rsplit("/", 1)[-1]
        if name == "next":
            one = {"error": pending[0], "value": os.environ.get("VALUE", "4711")} if pending else {}
            self.answer(json.dumps({**one, "depth": int(os.environ.get("DEPTH", "0"))}), "application/json")
            if not pending:
                done.set()
        elif name.endswith(".js"):
            self.answer(self.script(name), "text/javascript")
        else:
            self.answer(page())

    def script(self, name: str) -> str:
        name = name.replace(f".{BUSTER}.js", ".js") if BUSTER else name
        text = next(path for path in [ROOT / "web" / name, ROOT / "dist" / name] if path.exists()).read_text()
        return re.sub(r'(?<=from "\./)[^"]+', lambda match: busted(match[0]), text)

    def do_POST(self) -> None:
        if not self.path.endswith("/report"):
            return self.answer("")  # a browser's own errands
        seen = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        head = f"{seen['name']}: {seen['message']}"
        stack = seen.get("stack", "")  # a failed fetch has none in WebKit
        stack = stack if stack.startswith(head) else f"{head}\n{stack}"
        (ROOT / "out" / f"{seen['error']}.txt").write_text(stack.rstrip("\n") + "\n")
        if pending and pending[0] == seen["error"]:
            pending.pop(0)
        return self.answer("")

    def log_message(self, *_: object) -> None:
        """Nothing: what is printed is the report."""


def chromium(home: Path) -> list[str]:
    flags = [
        "--headless=new",
        "--no-sandbox",
        "--disable-gpu",
        f"--user-data-dir={home}",
        "--disable-component-update",
    ]
    return ["chromium", *flags, f"--proxy-server={PROXY}", ORIGIN]


def manifest(version: int, background: dict[str, object], **more: object) -> None:
    told = {"manifest_version": version, "name": "Shop", "version": "1.0", **more}
    (ROOT / "web" / "manifest.json").write_text(
        json.dumps({**told, "background": {**background, "type": "module"}})
    )


def extension(home: Path) -> list[str]:
    manifest(3, {"service_worker": "background.js"}, host_permissions=["http://localhost/*"])
    flags = [f"--load-extension={ROOT / 'web'}", "--disable-features=DisableLoadExtensionCommandLineSwitch"]
    return [*chromium(home)[:-2], *flags, "about:blank"]


def firefox_extension(home: Path) -> list[str]:
    manifest(2, {"scripts": ["background.js"]}, permissions=["http://localhost/*"])
    threading.Thread(target=install, daemon=True).start()
    return [*firefox(home)[:-1], "--marionette", "about:blank"]


def install() -> None:
    """Ask Firefox by its remote protocol to load the extension: messages are [0, id, command, parameters]."""
    for _ in range(60):
        try:
            line = socket.create_connection(("127.0.0.1", 2828))
            break
        except OSError:
            time.sleep(0.5)
    answers = line.makefile("rb")
    session = ("WebDriver:NewSession", {})
    load = ("Addon:Install", {"path": str(ROOT / "web"), "temporary": True})
    for number, (command, words) in enumerate([session, load]):
        text = json.dumps([0, number, command, words]).encode()
        line.sendall(b"%d:%s" % (len(text), text))
        answers.read(1)
        time.sleep(3)
    time.sleep(60)  # the extension goes when its installer does


def firefox(home: Path) -> list[str]:
    settings = {"network.proxy.type": 1, "network.proxy.http": "127.0.0.1", "network.proxy.http_port": PORT}
    more = {"dom.security.https_first": False, "browser.shell.checkDefaultBrowser": False}
    lines = [
        f"user_pref({json.dumps(key)}, {json.dumps(value)});" for key, value in {**settings, **more}.items()
    ]
    (home / "user.js").write_text("\n".join(lines))
    return ["firefox-esr", "--headless", "--profile", str(home), ORIGIN]


def webkit(home: Path) -> list[str]:
    browser = next(Path("/usr/lib").glob("*/webkit2gtk-4.1/MiniBrowser"))
    return ["xvfb-run", "-a", str(browser), f"--proxy=http://{PROXY}", "--ignore-host=localhost", ORIGIN]


BROWSERS = {
    "chromium": chromium,
    "firefox": firefox,
    "webkit": webkit,
    "extension": extension,
    "firefox-extension": firefox_extension,
}


def main(browser: str) -> None:
    (ROOT / "out").mkdir(exist_ok=True)
    server = http.server.ThreadingHTTPServer(("127.0.0.1", PORT), Shop)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as home:
        command = BROWSERS[browser](Path(home))
        shown = subprocess.Popen(
            command,
            env={**os.environ, "HOME": home, "MOZ_CRASHREPORTER_DISABLE": "1"},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        if not done.wait(60):
            print(f"{browser} did not report {pending}")
        os.killpg(shown.pid, signal.SIGTERM)
        shown.wait(20)


if __name__ == "__main__":
    main(sys.argv[1])
