from __future__ import annotations

import pytest

from homeostat.intake import read_trace
from homeostat.records import Failure, Frame, Markdown, Unreadable


def read(text: str) -> Failure:
    failure = read_trace(text)
    assert isinstance(failure, Failure)
    return failure


V8_FRAMES = {
    "function": ("at total (src/cart.js:3:1)", Frame("src/cart.js", 3, 1, "total")),
    "method": ("at Cart.total (src/cart.js:3:1)", Frame("src/cart.js", 3, 1, "Cart.total")),
    "alias": ("at Cart.sum [as total] (src/cart.js:3:1)", Frame("src/cart.js", 3, 1, "Cart.sum")),
    "constructor": ("at new Cart (src/cart.js:3:1)", Frame("src/cart.js", 3, 1, "new Cart")),
    "async": ("at async total (src/cart.js:3:1)", Frame("src/cart.js", 3, 1, "total")),
    "async place": ("at async file:///srv/cart.mjs:3:1", Frame("file:///srv/cart.mjs", 3, 1)),
    "place": ("at src/cart.js:3:1", Frame("src/cart.js", 3, 1)),
    "no column": ("at api/fetch-brands.js:78", Frame("api/fetch-brands.js", 78)),
    "internals": ("at node:internal/main:28:49", Frame("node:internal/main", 28, 49)),
    "anonymous": ("at Array.map (<anonymous>)", Frame("<anonymous>", function="Array.map")),
    "native": ("at Array.forEach (native)", Frame("native", function="Array.forEach")),
    "promise": ("at async Promise.all (index 0)", Frame("index 0", function="Promise.all")),
    "no blank": ("at App.render(src/app.js:3:1)", Frame("src/app.js", 3, 1, "App.render")),
    "brackets in a folder": (
        "at total (C:\\my (old) shop\\cart.js:3:1)",
        Frame("C:\\my (old) shop\\cart.js", 3, 1, "total"),
    ),
    "brackets in a name": (
        "at Object.(anonymous function) (a.js:3:1)",
        Frame("a.js", 3, 1, "Object.(anonymous function)"),
    ),
    "brackets behind a name": ("at step (inner) (a.js:3:1)", Frame("a.js", 3, 1, "step (inner)")),
    "eval": (
        "at eval (eval at first (src/cart.js:6:49), <anonymous>:1:1)",
        Frame("src/cart.js", 6, 49, "eval"),
    ),
    "extension": (
        "at sync (chrome-extension://<EXT_ID>/background.js:9:2)",
        Frame("chrome-extension://<EXT_ID>/background.js", 9, 2, "sync"),
    ),
    "address": ("at https://example.com/app.js?v=3:9:2", Frame("https://example.com/app.js?v=3", 9, 2)),
}


@pytest.mark.parametrize("shape", V8_FRAMES)
def test_a_frame_of_v8(shape: str) -> None:
    line, frame = V8_FRAMES[shape]
    assert read(f"TypeError: x\n    {line}").frames == (frame,)


GECKO_FRAMES = {
    "function": ("total@https://shop.test/cart.js:3:1", Frame("https://shop.test/cart.js", 3, 1, "total")),
    "none": ("@https://shop.test/cart.js:3:1", Frame("https://shop.test/cart.js", 3, 1)),
    "safari's bare place": ("https://shop.test/cart.js:3:1", Frame("https://shop.test/cart.js", 3, 1)),
    "no column": ("total@https://shop.test/cart.js:3", Frame("https://shop.test/cart.js", 3, None, "total")),
    "native": ("forEach@[native code]", Frame("[native code]", function="forEach")),
    "address with an at": (
        "who@http://shop.test/@v2/cart.js:3:9",
        Frame("http://shop.test/@v2/cart.js", 3, 9, "who"),
    ),
    "name with an at": ('shop["@total"]@shop/1:10:29', Frame("shop/1", 10, 29, 'shop["@total"]')),
    "eval": (
        "total@https://shop.test/cart.js line 26 > eval:2:96",
        Frame("https://shop.test/cart.js", 26, None, "total"),
    ),
}


@pytest.mark.parametrize("shape", GECKO_FRAMES)
def test_a_frame_of_firefox_or_safari(shape: str) -> None:
    line, frame = GECKO_FRAMES[shape]
    assert read(f"TypeError: x is null\n{line}\nmain@https://shop.test/main.js:1:1").frames[0] == frame


@pytest.mark.parametrize(
    ("first", "kind", "message"),
    [
        ("Uncaught TypeError: x is undefined", "TypeError", "x is undefined"),
        ("Uncaught (in promise) RangeError: too long", "RangeError", "too long"),
        ("Unhandled Rejection (TypeError): x is undefined", "TypeError", "x is undefined"),
        ("TypeError [Error]: x", "TypeError", "x"),
        ("Error [CartError]: refused", "CartError", "refused"),
        ("Error [ERR_MODULE_NOT_FOUND]: no module", "Error", "no module"),
        ("Oops: custom", "Oops", "custom"),
        ("2026-03-01 10:00 [error] worker: TypeError: x", "TypeError", "x"),
        ("TypeError", "TypeError", ""),
        ("something odd happened", "Error", "something odd happened"),
        ("this is what I get:", "Error", ""),
        ('Exception in thread "main" shop.CartError: x', "shop.CartError", "x"),
        ("Shop::CartError: x", "Shop::CartError", "x"),
    ],
)
def test_how_an_error_is_headed(first: str, kind: str, message: str) -> None:
    failure = read(f"{first}\n    at total (src/cart.js:3:1)")
    assert (failure.type, failure.message) == (kind, message)


def test_frames_alone_are_an_unnamed_error() -> None:
    failure = read("total@https://shop.test/cart.js:3:1")
    assert (failure.type, failure.message, failure.language) == ("Error", "", "javascript")


def test_a_message_of_several_lines_ends_at_the_stack() -> None:
    failure = read("Error: cannot find it\nRequire stack:\n- /srv/a.js\n    at f (/srv/a.js:1:1)")
    assert failure.message == "cannot find it\nRequire stack:\n- /srv/a.js"


@pytest.mark.parametrize(
    ("line", "language"),
    [
        ("at includes/database.php:45", "php"),
        ("at api/fetch-brands.js:78", "javascript"),
        ("at jobs/import.py:12", "python"),
        ("at bin/shop:3", "javascript"),
    ],
)
def test_the_language_of_a_short_frame_is_its_files(line: str, language: str) -> None:
    assert read(f"Error: x\n{line}").language == language


@pytest.mark.parametrize(
    ("text", "kind", "message", "frames"),
    [
        pytest.param(
            'File "a.py", line 3, in f\nreturn g()\nFile "b.py", line 9, in g\nraise E()\nshop.CartError: x',
            "shop.CartError",
            "x",
            ("b.py", "a.py"),
            id="lost its indentation",
        ),
        pytest.param(
            '  File "a.py", line 3, in f\n    return g()\n', "Error", "", ("a.py",), id="lost its last line"
        ),
        pytest.param(
            'Traceback (most recent call last):\n  File "a.py", line 3, in f\n    exit()\nKeyboardInterrupt',
            "KeyboardInterrupt",
            "",
            ("a.py",),
            id="no message",
        ),
        pytest.param(
            'Traceback (most recent call last):\n  File "a.py", line 3\nValueError: one\ntwo\n2026-03-01 on',
            "ValueError",
            "one\ntwo",
            ("a.py",),
            id="a log goes on",
        ),
        pytest.param(
            'Traceback (most recent call last):\n  File "a.py", line 1, in f\nKeyError: 1\n\n'
            'Traceback (most recent call last):\n  File "b.py", line 2, in g\nValueError: 2\n',
            "ValueError",
            "2",
            ("b.py", "a.py"),
            id="two in a row",
        ),
    ],
)
def test_a_python_traceback(text: str, kind: str, message: str, frames: tuple[str, ...]) -> None:
    failure = read(text)
    assert (failure.type, failure.message) == (kind, message)
    assert (tuple(frame.file for frame in failure.frames), failure.language) == (frames, "python")


@pytest.mark.parametrize(
    ("text", "kind", "message", "frames"),
    [
        pytest.param(
            "#0 a.php(3): total()\n#1 b.php(9): Cart->sum(Array)\n#2 {main}",
            "Error",
            "",
            (Frame("a.php", 3, function="Cart->sum"), Frame("b.php", 9)),
            id="frames alone",
        ),
        pytest.param(
            "PHP Fatal error:  Uncaught exception 'PDOException' with message 'gone' in /srv/db.php:5\n"
            "Stack trace:\n#0 {main}\n  thrown in /srv/db.php on line 5",
            "PDOException",
            "gone",
            (Frame("/srv/db.php", 5),),
            id="php 5",
        ),
        pytest.param(
            "Fatal error: Uncaught Error: no in /srv/a.php:5 Stack trace: #0 /srv/b.php(7): f(1) #1 {main}",
            "Error",
            "no",
            (Frame("/srv/a.php", 5, function="f"), Frame("/srv/b.php", 7)),
            id="one line",
        ),
        pytest.param(
            "PHP Fatal error:  Uncaught Error: no in /srv/a.php:5\nStack trace:\n"
            "#0 /srv/b.php(7): {closure:/srv/b.php(6)}(1)\n#1 {main}",
            "Error",
            "no",
            (Frame("/srv/a.php", 5, function="{closure:/srv/b.php(6)}"), Frame("/srv/b.php", 7)),
            id="closure of php 8.4",
        ),
        pytest.param(
            "[01-Mar-2026 10:00:00 UTC] PHP Warning:  odd in number in /srv/a.php on line 5",
            "Warning",
            "odd in number",
            (Frame("/srv/a.php", 5),),
            id="warning in a log",
        ),
        pytest.param(
            "PHP Fatal error:  Uncaught 3 odd words in /srv/a.php:5\nStack trace:\n#0 {main}",
            "Error",
            "3 odd words",
            (Frame("/srv/a.php", 5),),
            id="no type",
        ),
    ],
)
def test_a_php_error(text: str, kind: str, message: str, frames: tuple[Frame, ...]) -> None:
    failure = read(text)
    assert (failure.type, failure.message, failure.frames) == (kind, message, frames)
    assert failure.language == "php"


CSHARP = """\
Unhandled exception. System.IndexOutOfRangeException: late
   at Shop.Cart.Price(Int32 at) in /src/Cart.cs:line 7
   at Shop.Program.Main()
"""

JAVA = """\
java.lang.IllegalStateException: late
\tat app//shop.Cart.sum(Cart.java:3)
\tat shop.X.y(Native Method)
Caused by: java.io.IOException: gone
\tat shop.Z.z(Z.java:1)
"""

GO = """\
panic: late [recovered]

goroutine 7 [running]:
main.f(...)
\t/srv/a.go:3
created by main.main in goroutine 1
\t/srv/a.go:9 +0x1

goroutine 1 [sleep]:
main.g()
\t/srv/b.go:4 +0x2
"""

RUBY = """\
shop.rb:2:in 'Cart#sum': late (Shop::CartError)
\tfrom shop.rb:9:in '<main>'
"""

OTHERS = {
    "csharp": (
        CSHARP,
        "System.IndexOutOfRangeException",
        (Frame("/src/Cart.cs", 7, function="Shop.Cart.Price"), Frame("", function="Shop.Program.Main")),
    ),
    "java": (
        JAVA,
        "java.lang.IllegalStateException",
        (
            Frame("Cart.java", 3, function="shop.Cart.sum"),
            Frame("Native Method", function="shop.X.y"),
            Frame("Z.java", 1, function="shop.Z.z"),
        ),
    ),
    "go": (
        GO,
        "panic",
        (Frame("/srv/a.go", 3, function="main.f"), Frame("/srv/a.go", 9, function="main.main")),
    ),
    "ruby": (
        RUBY,
        "Shop::CartError",
        (Frame("shop.rb", 2, function="Cart#sum"), Frame("shop.rb", 9, function="<main>")),
    ),
    "rust": (
        "thread 'main' panicked at 'late', src/main.rs:3:10",
        "panic",
        (Frame("src/main.rs", 3, 10),),
    ),
}


@pytest.mark.parametrize("language", OTHERS)
def test_another_language(language: str) -> None:
    text, kind, frames = OTHERS[language]
    failure = read(text)
    assert (failure.language, failure.type, failure.frames) == (language, kind, frames)
    assert failure.message == "late"


@pytest.mark.parametrize(
    ("above", "innermost"),
    [
        pytest.param("/srv/cart.js:3\nconst a = [ };\n            ^\n\n", "/srv/cart.js", id="a file"),
        pytest.param("undefined:1\n{bad\n ^\n\n", "<anonymous>", id="text that a program parsed"),
        pytest.param("", "<anonymous>", id="nothing"),
    ],
)
def test_node_prints_above_what_it_could_not_parse(above: str, innermost: str) -> None:
    failure = read(
        f"{above}SyntaxError: Unexpected token\n    at JSON.parse (<anonymous>)\n    at f (a.js:1:1)"
    )
    assert failure.frames[0].file == innermost


def test_a_goroutine_without_a_panic_is_unnamed() -> None:
    assert read("goroutine 1 [running]:\nmain.f()\n\t/srv/a.go:3 +0x1").type == "Error"


def test_a_ruby_backtrace_may_come_without_its_error() -> None:
    assert read("a.rb:1:in `f'\nb.rb:2:in `g'").type == "Error"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "   \n\n",
        "It does not work.",
        "TypeError: x is undefined",
        "at",
        "at ()",
        "@",
        "somebody@example.com:25",
        "goroutine 1 [running]:",
        "thread 'main' panicked at nowhere",
        "   at Shop.Program.Main()",
        "Traceback (most recent call last):",
        "PHP Warning:  no place",
        "#0 {main}",
        "at total (somewhere)",
        "at eval (eval at first (nowhere), x)",
    ],
)
def test_a_text_without_a_frame_is_unreadable(text: str) -> None:
    assert read_trace(text) == Unreadable((Markdown("a stack trace with at least one file and line"),))


def test_a_deep_recursion_keeps_both_ends() -> None:
    lines = "\n".join(f"    at step (src/cart.js:{line}:1)" for line in range(1, 2_001))
    failure = read(f"RangeError: too deep\n{lines}")
    assert len(failure.frames) == 500
    assert [failure.frames[at].line for at in (0, 399, 400, 499)] == [1, 400, 1_901, 2_000]


def test_a_huge_text_keeps_its_ends() -> None:
    failure = read(f"TypeError: x\n    at total (src/cart.js:3:1)\n{'noise ' * 80_000}")
    assert failure.type == "TypeError"
    assert len(failure.excerpt) <= 4_000


LARAVEL = """\
[2026-03-01 10:11:12] production.ERROR: No total {"exception":"[object] (ErrorException(code: 0): No total \
at /srv/app/Cart.php:12)
[stacktrace]
#0 /srv/app/Http/Kernel.php(33): App\\\\Cart->total()
#1 {main}
"}
"""

PRINTED = """\
RuntimeException: no total in /srv/app/Cart.php:12
Stack trace:
#0 [internal function]: App\\Cart->{closure}(1)
#1 /srv/app/main.php(33): array_map()
#2 {main}
"""

FASTAPI = """\
  + Exception Group Traceback (most recent call last):
  |   File "/srv/v/lib/python3.12/site-packages/starlette/base.py", line 1, in call
  |     raise group
  | ExceptionGroup: unhandled errors in a TaskGroup (1 sub-exception)
  +-+---------------- 1 ----------------
    | Traceback (most recent call last):
    |   File "/srv/app/main.py", line 9, in total
    |     return prices
    | NameError: name 'prices' is not defined
    +------------------------------------

During handling of the above exception, another exception occurred:

Traceback (most recent call last):
  File "/srv/app/main.py", line 9, in total
    return prices
NameError: name 'prices' is not defined
"""

SERVER = """\
PHP message: PHP Warning:  odd in /a on line 2; PHP message: PHP Fatal error:  Uncaught Error: no in /b.php:5
"""

INTERPRETER = """\
Fatal Python error: Aborted

Current thread 0x1 (most recent call first):
  File "/a.py", line 3 in g
  File "/b.py", line 9 in f
"""

MORE = {
    "an entry of Laravel's log": (
        LARAVEL,
        (
            "ErrorException",
            "No total",
            ["/srv/app/Cart.php:12", "/srv/app/Http/Kernel.php:33"],
        ),
    ),
    "an error that PHP's program printed": (
        PRINTED,
        (
            "RuntimeException",
            "no total",
            ["/srv/app/Cart.php:12", "[internal function]:None", "/srv/app/main.php:33"],
        ),
    ),
    "warnings and an error in one entry": (
        SERVER,
        ("Error", "no", ["/b.php:5"]),
    ),
    "a group that led to another error": (
        FASTAPI,
        ("NameError", "name 'prices' is not defined", ["/srv/app/main.py:9"]),
    ),
    "the error above the traceback": (
        '[ERROR] ValueError: bad\nTraceback (most recent call last):\n  File "/a.py", line 3, in f',
        ("ValueError", "bad", ["/a.py:3"]),
    ),
    "a crash of the interpreter": (
        INTERPRETER,
        ("Error", "", ["/a.py:3", "/b.py:9"]),
    ),
    "an error of Rails": (
        "RuntimeError (no total):\n  \napp/models/cart.rb:12:in 'total'\napp/a.rb:3:in 'index'",
        ("RuntimeError", "no total", ["app/models/cart.rb:12", "app/a.rb:3"]),
    ),
    "a line of rspec": (
        "RuntimeError: no\n# ./lib/cart.rb:12:in `total'\n# ./spec/cart_spec.rb:3:in `block'",
        ("RuntimeError", "no", ["./lib/cart.rb:12", "./spec/cart_spec.rb:3"]),
    ),
    "a Ruby that does not parse": (
        "main.rb:3: syntax error, unexpected end (SyntaxError)",
        ("SyntaxError", "syntax error, unexpected end", ["main.rb:3"]),
    ),
    "a German .NET": (
        "System.Exception: kein Preis\n   bei Shop.Cart.Total(Int32 n) in C:\\src\\Cart.cs:Zeile 12.",
        ("System.Exception", "kein Preis", ["C:\\src\\Cart.cs:12"]),
    ),
    "a goroutine that lost its indentation": (
        "panic: late\n\ngoroutine 1 [running]:\n\nmain.f()\n/srv/a.go:3 +0x1",
        ("panic", "late", ["/srv/a.go:3"]),
    ),
    "an old panic of Rust without a column": (
        "thread 'main' panicked at 'late', src/main.rs:4",
        ("panic", "late", ["src/main.rs:4"]),
    ),
    "a rejection in brackets": (
        "[AssertionError: not equal]\n    at f (/srv/a.js:1:2)",
        ("AssertionError", "not equal", ["/srv/a.js:1"]),
    ),
    "an exception that is not called one": (
        "com.shop.OutOfStock: none left\n\tat com.shop.Cart.take(Cart.java:12)",
        ("com.shop.OutOfStock", "none left", ["Cart.java:12"]),
    ),
}


@pytest.mark.parametrize("shape", MORE)
def test_what_frameworks_make_of_an_error(shape: str) -> None:
    text, (kind, message, places) = MORE[shape]
    failure = read(text)
    told = [f"{frame.file}:{frame.line}" for frame in failure.frames]
    assert (failure.type, failure.message) == (kind, message)
    assert told[: len(places)] == places
