"""One error keeps one id: on every machine, after edits elsewhere, whatever its message carries."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from homeostat.fingerprint import VERSION, identify
from homeostat.fingerprint.enclosing import LANGUAGES, enclosing_function
from homeostat.fingerprint.paths import located
from homeostat.fingerprint.template import MAX_MESSAGE, PATTERNS, template
from homeostat.records import Failure, Fingerprint, Frame, Origin


@dataclass(frozen=True)
class Tree:
    """A checkout in memory."""

    files: Mapping[str, str] = field(default_factory=dict)

    def paths(self) -> frozenset[str]:
        return frozenset(self.files)

    def read(self, path: str) -> str | None:
        return self.files.get(path)


def failure(*frames: Frame, type: str = "KeyError", message: str = "'timeout'") -> Failure:  # noqa: A002
    return Failure(type, message, frames, "python", Origin.TRACE)


# --- the message --------------------------------------------------------------------------------

REPLACED = {
    "uuid": ("job 550e8400-e29b-41d4-a716-446655440000 failed", "job <uuid> failed"),
    "uuid in a path": ("/jobs/x/550e8400-e29b-41d4-a716-446655440000", "<path>"),
    "url": ("GET https://api.example.com/v1/users?id=5 failed", "GET <url> failed"),
    "url with date, port and hash": ("(see http://10.0.0.1:80/2026-03-02/deadbeef1)", "(see <url>)"),
    "database url": ("postgresql://app:secret@db:5432/shop refused", "<url> refused"),
    "mail": ("mail to ann.b+x@example.co.uk bounced", "mail to <email> bounced"),
    "datetime": ("since 2026-03-02T10:17:00.123Z", "since <datetime>"),
    "datetime with zone": ("since 2026-03-02 10:17:00+01:00", "since <datetime>"),
    "date": ("no rate for 2026-03-02", "no rate for <date>"),
    "date with dots": ("no rate for 02.03.2026 here", "no rate for <date> here"),
    "date with slashes": ("no rate for 2/3/2026", "no rate for <date>"),
    "time": ("closed at 10:17:33,5 today", "closed at <time> today"),
    "time of UTC": ("closed at 10:17Z", "closed at <time>"),
    "ip with port": ("10.0.0.12:8080 refused", "<ip>:<number> refused"),
    "path": ("open '/var/lib/app/2026-03.json': gone", "open '<path>': gone"),
    "relative path": ("cannot read ./cache/items.js", "cannot read <path>"),
    "path on Windows": ("C:\\Users\\ann\\x.txt gone", "<path> gone"),
    "hex": ("object at 0x7ffe12ab", "object at <hex>"),
    "short hash": ("commit deadbeef12 is gone", "commit <hash> is gone"),
    "long hash": ("commit 3f786850e387550fdab836ed7e6dc881de23001b", "commit <hash>"),
    "number": ("expected 5, got -3.5e10", "expected <number>, got <number>"),
    "digits alone are a number": ("order 1234567890", "order <number>"),
    "number with a unit": ("timed out after 5012ms at 3.5MB", "timed out after <number>ms at <number>MB"),
    "number in an id": ("no user_12345 here", "no user_<number> here"),
    "number in quotes": ("(reading '0')", "(reading '<number>')"),
    "white space": ("two\n\n  lines\tof text ", "two lines of text"),
}


@pytest.mark.parametrize(("message", "expected"), REPLACED.values(), ids=REPLACED.keys())
def test_what_varies_is_replaced_by_its_kind(message: str, expected: str) -> None:
    assert template(message) == expected


@pytest.mark.parametrize("kind", PATTERNS)
def test_every_pattern_of_the_table_gets_its_turn(kind: str) -> None:
    assert any(f"<{kind}>" in template(message) for message, _ in REPLACED.values())


KEPT = ["'timeout'", '"price" of undefined', "codec utf8 or int8", "facade", "v1.2.3", "a/b", "p2p", "10x"]


@pytest.mark.parametrize("message", KEPT)
def test_names_stay(message: str) -> None:
    assert template(message) == message


def test_two_names_stay_two_errors() -> None:
    assert template("'timeout'") != template("'currency'")


@pytest.mark.parametrize("message", [message for message, _ in REPLACED.values()], ids=REPLACED.keys())
def test_a_template_is_its_own_template(message: str) -> None:
    assert template(template(message)) == template(message)


def test_only_the_start_of_a_huge_message_counts() -> None:
    start = "x" * MAX_MESSAGE
    assert template(start + "one") == template(start + "two")
    assert template("one" + start) != template("two" + start)


@given(st.text())
def test_no_text_is_refused_and_none_keeps_line_ends(text: str) -> None:
    assert "\n" not in template(text)


@given(st.text(alphabet="0a1f:/.-@xTZ\\ e+<>'", max_size=200))
def test_text_that_looks_like_every_kind_at_once_is_no_trouble(text: str) -> None:
    assert len(template(text).split()) <= len(text.split())


# --- paths --------------------------------------------------------------------------------------

CHECKOUT = frozenset({"src/a.js", "lib/src/a.js", "content/x.js", "x.js"})
PLACES = {
    "as it is": ("src/a.js", "src/a.js"),
    "the longest suffix wins": ("/home/ann/shop/lib/src/a.js", "lib/src/a.js"),
    "under another root": ("/srv/www/src/a.js", "src/a.js"),
    "with dots": ("./src/../src/a.js", "src/a.js"),
    "extension of Chrome": ("chrome-extension://abcdefghijklmnop/content/x.js", "content/x.js"),
    "extension of Firefox": ("moz-extension://0f1e-22/src/a.js?v=3#top", "src/a.js"),
    "web server": ("http://localhost:3000/src/a.js?t=17", "src/a.js"),
    "file": ("file:///home/ann/src/a.js", "src/a.js"),
    "file at the root": ("file:///src/a.js", "src/a.js"),
    "file on a drive": ("file:///C:/work/src/a.js", "src/a.js"),
    "webpack": ("webpack://shop/./src/a.js?ab12", "src/a.js"),
    "webpack without a name": ("webpack:///src/a.js", "src/a.js"),
    "webpack in brackets": ("(webpack-internal:///./src/a.js", "src/a.js"),
    "app": ("app:///src/a.js", "src/a.js"),
    "drive": ("C:\\work\\src\\a.js", "src/a.js"),
}


@pytest.mark.parametrize(("file", "path"), PLACES.values(), ids=PLACES.keys())
def test_a_frame_gets_the_name_that_its_file_has_in_the_checkout(file: str, path: str) -> None:
    found = located(Frame(file, 1), CHECKOUT)
    assert (found.path, found.in_app, found.file) == (path, True, file)


LIBRARIES = [
    "/app/node_modules/left-pad/src/a.js",
    "/usr/lib/python3.12/json/decoder.py",
    "/home/ann/.venv/lib/python3.12/site-packages/click/core.py",
    "/app/vendor/guzzle/src/Client.php",
    "node:internal/modules/run_main",
    "<frozen importlib._bootstrap>",
    "C:\\app\\node_modules\\x\\src\\a.js",
]


@pytest.mark.parametrize("file", LIBRARIES)
@pytest.mark.parametrize("paths", [CHECKOUT, None], ids=["checkout", "no checkout"])
def test_the_code_of_others_is_not_the_repositorys(file: str, paths: frozenset[str] | None) -> None:
    assert not located(Frame(file, 1), paths).in_app


def test_a_file_that_the_checkout_lacks_is_not_the_repositorys() -> None:
    assert not located(Frame("/srv/other/z.js", 1), CHECKOUT).in_app


GUESSES = {
    "source folder": ("/srv/shop/src/deep/a.py", "src/deep/a.py"),
    "drive": ("D:\\shop\\lib\\a.php", "lib/a.php"),
    "two last segments": ("/opt/shop/jobs/run.py", "jobs/run.py"),
    "one segment": ("run.py", "run.py"),
    "query": ("https://shop.example/assets/app.js?v=3", "assets/app.js"),
}


@pytest.mark.parametrize(("file", "path"), GUESSES.values(), ids=GUESSES.keys())
def test_without_a_checkout_a_path_is_guessed(file: str, path: str) -> None:
    assert located(Frame(file, 1), None).path == path


@given(st.text())
def test_no_file_name_is_refused(file: str) -> None:
    assert located(Frame(file, 1), CHECKOUT).path is not None


# --- the function around a line -------------------------------------------------------------------

PY = (
    "import x\n\nclass A:\n    def run(self):\n        def inner():\n"
    "            pass\n        return 1\n\nx = 1\n"
)
JS = (
    "const x = 1;\nfunction run() {\n  return [1].map((y) => {\n"
    "    return y;\n  });\n}\nclass A {\n  go() {}\n}\n"
)
PHP = "<?php\n$x = 1;\nfunction run() {\n  return 1;\n}\nclass A {\n  public function go() {}\n}\n"
AROUND = {
    "python method": (PY, "a.py", 7, "run"),
    "python inner function": (PY, "a.py", 6, "inner"),
    "python definition line": (PY, "a.py", 4, "run"),
    "python module": (PY, "a.py", 9, None),
    "python class body": (PY, "a.py", 3, None),
    "javascript function": (JS, "a.js", 2, "run"),
    "javascript callback": (JS, "a.mjs", 4, "run"),
    "javascript method": (JS, "a.jsx", 8, "go"),
    "javascript module": (JS, "a.cjs", 1, None),
    "typescript function": (JS, "a.ts", 3, "run"),
    "php function": (PHP, "a.php", 4, "run"),
    "php method": (PHP, "a.php", 7, "go"),
    "php top level": (PHP, "a.php", 2, None),
    "behind the end": (PY, "a.py", 900, None),
    "an unknown language": (PY, "a.txt", 7, None),
}


@pytest.mark.parametrize(("text", "path", "line", "name"), AROUND.values(), ids=AROUND.keys())
def test_the_function_around_a_line_is_named(text: str, path: str, line: int, name: str | None) -> None:
    assert enclosing_function(text, path, line) == name


@given(st.text(alphabet=st.characters(codec="utf-8")), st.sampled_from([*LANGUAGES]), st.integers(0, 9))
def test_no_source_is_too_broken_to_read(text: str, suffix: str, line: int) -> None:
    assert enclosing_function(text, f"a{suffix}", line) != ""


# --- the culprit ----------------------------------------------------------------------------------

SETTINGS = "LIMIT = 3\n\ndef timeout(settings):\n    return settings['timeout']\n"
TREE = Tree(
    {"src/settings.py": SETTINGS, "src/run.py": "def run():\n    go()\n", "tests/test_run.py": "run()\n"}
)
RAISED = Frame("/srv/shop/src/settings.py", 4, function="timeout")
CALLER = Frame("/srv/shop/src/run.py", 2, function="run")
IN_TEST = Frame("/srv/shop/tests/test_run.py", 1, function="test_run")
IN_LIBRARY = Frame("/usr/lib/python3.12/json/decoder.py", 7, function="decode")
CULPRITS = {
    "innermost own frame": ((RAISED, CALLER), "src/settings.py"),
    "library passed over": ((IN_LIBRARY, RAISED, CALLER), "src/settings.py"),
    "test passed over": ((IN_TEST, CALLER, RAISED), "src/run.py"),
    "test when nothing else": ((IN_LIBRARY, IN_TEST), "tests/test_run.py"),
    "library when nothing else": ((IN_LIBRARY,), "json/decoder.py"),
}


@pytest.mark.parametrize(("frames", "path"), CULPRITS.values(), ids=CULPRITS.keys())
def test_the_culprit_is_the_innermost_frame_of_our_own(frames: tuple[Frame, ...], path: str) -> None:
    culprit = identify(failure(*frames), TREE).culprit
    assert culprit is not None
    assert culprit.path is not None
    assert culprit.path.endswith(path)


def test_a_failure_without_frames_has_no_culprit_and_still_an_identity() -> None:
    one, other = identify(failure(), TREE), identify(failure(message="'port'"), TREE)
    assert (one.culprit, one.site) == (None, None)
    assert one.exact != other.exact
    assert one.coarse != other.coarse


NAMES = {
    "class": "Settings.timeout",
    "receiver": "Object.timeout",
    "alias": "Settings.timeout [as get]",
    "php": "App\\Settings->timeout()",
    "php static": "App\\Settings::timeout(Array)",
    "async": "async timeout",
    "unknown": None,
    "module": "<module>",
}


@pytest.mark.parametrize("name", NAMES.values(), ids=NAMES.keys())
def test_a_function_is_known_by_its_bare_name(name: str | None) -> None:
    found = identify(failure(replace(RAISED, function=name)), TREE).culprit
    assert found is not None
    assert found.function == "timeout"


# --- the ids --------------------------------------------------------------------------------------


def _ids(found: Fingerprint) -> tuple[str, str, str | None]:
    return found.exact, found.coarse, found.site


USUAL = identify(failure(RAISED, CALLER), TREE)
MOVED = replace(RAISED, line=14)
EDITED_ABOVE = Tree({**TREE.files, "src/settings.py": "# note\n" * 10 + SETTINGS})
SAME = {
    "another machine": (failure(replace(RAISED, file="D:\\build\\src\\settings.py"), CALLER), TREE),
    "lines added above": (failure(MOVED, CALLER), EDITED_ABOVE),
    "line ends of Windows": (
        failure(RAISED, CALLER),
        Tree({path: text.replace("\n", "\r\n") for path, text in TREE.files.items()}),
    ),
    "a form feed above": (
        failure(RAISED, CALLER),
        Tree({**TREE.files, "src/settings.py": SETTINGS.replace("\n\n", "\n\f\n")}),
    ),
    "another caller": (failure(RAISED, IN_LIBRARY), TREE),
    "another column": (failure(replace(RAISED, column=9), CALLER), TREE),
    "the function not printed": (failure(replace(RAISED, function=None), CALLER), TREE),
}


@pytest.mark.parametrize(("told", "tree"), SAME.values(), ids=SAME.keys())
def test_all_three_ids_stay(told: Failure, tree: Tree) -> None:
    assert _ids(identify(told, tree)) == _ids(USUAL)


def test_exact_and_coarse_are_the_same_without_a_checkout() -> None:
    found = identify(failure(RAISED, CALLER), None)
    assert (found.exact, found.coarse, found.site) == (USUAL.exact, USUAL.coarse, None)


def test_numbers_in_the_message_leave_the_exact_id() -> None:
    one, other = (identify(failure(RAISED, message=f"got {n} of 7"), TREE) for n in (3, 4))
    assert one.exact == other.exact


def test_another_message_leaves_coarse_and_site() -> None:
    other = identify(failure(RAISED, CALLER, message="'port'"), TREE)
    assert other.exact != USUAL.exact
    assert (other.coarse, other.site) == (USUAL.coarse, USUAL.site)


OTHERS = {
    "type": failure(RAISED, type="IndexError"),
    "file": failure(replace(RAISED, file="src/run.py")),
    "function": failure(replace(RAISED, function="port")),
}


@pytest.mark.parametrize("told", OTHERS.values(), ids=OTHERS.keys())
def test_another_type_or_place_is_another_error(told: Failure) -> None:
    found = identify(told, TREE)
    assert found.exact != USUAL.exact
    assert found.coarse != USUAL.coarse


def test_a_renamed_function_leaves_the_site() -> None:
    assert identify(failure(replace(RAISED, function="port")), TREE).site == USUAL.site


@pytest.mark.parametrize("line", [None, 0, 2, 99], ids=["unknown", "zero", "blank", "behind the end"])
def test_a_place_without_text_has_no_site(line: int | None) -> None:
    assert identify(failure(replace(RAISED, line=line)), TREE).site is None


def test_the_three_ids_differ_and_carry_their_version() -> None:
    ids = _ids(USUAL)
    assert len(set(ids)) == 3
    assert all(one is not None and one.startswith(f"{VERSION}-") and len(one) == 20 for one in ids)


@example("", "", "0", -1)
@given(st.text(), st.text(), st.text(), st.integers(-1, 10**9))
def test_every_failure_has_an_identity(kind: str, message: str, file: str, line: int) -> None:
    told = failure(Frame(file, line, function=message), type=kind, message=message)
    assert identify(told, TREE).exact == identify(told, TREE).exact


PRICES = Tree({"content/cart.js": "function total(cart) {\n  return cart.items.price;\n}\n"})
STORE = Tree(
    {"includes/Store.php": "<?php\nclass Store {\n  function load($id) {\n    return $id[0];\n  }\n}\n"}
)
GOLDEN = {
    "python": (
        failure(RAISED, CALLER),
        TREE,
        ("hs1-fecad2adbfc48d94", "hs1-695e537349fc1a2b", "hs1-69a0b4580d321ec0"),
    ),
    "javascript": (
        failure(
            Frame("chrome-extension://abcdefghijklmnop/content/cart.js", 2, 21, "total"),
            type="TypeError",
            message="Cannot read properties of undefined (reading 'price')",
        ),
        PRICES,
        ("hs1-39f609dd363bf42c", "hs1-53ff8851d8c7f574", "hs1-144be997725e09ac"),
    ),
    "php": (
        failure(
            Frame("/var/www/html/includes/Store.php", 4, function="Store->load()"),
            type="TypeError",
            message="Cannot access offset of type int on 7 at 10:17:00",
        ),
        STORE,
        ("hs1-c64e1997b1a61b7c", "hs1-6cad3845f5688ecf", "hs1-fbf6d752e976f4ce"),
    ),
}
"""Ids lie in ledgers, branches and pull requests: when these change, VERSION must change too."""


@pytest.mark.parametrize(("told", "tree", "ids"), GOLDEN.values(), ids=GOLDEN.keys())
def test_known_failures_keep_the_ids_of_this_version(
    told: Failure, tree: Tree, ids: tuple[str, str, str]
) -> None:
    assert _ids(identify(told, tree)) == ids
