"""A frame's file and function have one name on every machine, in every build and release."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from homeostat.fingerprint.functions import bare
from homeostat.fingerprint.ownership import foreign
from homeostat.fingerprint.paths import in_checkout, portable

CHECKOUT = frozenset(
    {"src/a.js", "lib/src/a.js", "content/x.js", "x.js", "app/src/main/java/org/shop/Cart.java"}
)
PLACES = {
    "as it is": ("src/a.js", "src/a.js"),
    "the longest suffix wins": ("/home/ann/shop/lib/src/a.js", "lib/src/a.js"),
    "under another root": ("/srv/www/src/a.js", "src/a.js"),
    "with dots": ("./src/../src/a.js", "src/a.js"),
    "extension of Chrome": ("chrome-extension://abcdefghijklmnop/content/x.js", "content/x.js"),
    "extension of Firefox": ("moz-extension://0f1e-22/src/a.js?v=3#top", "src/a.js"),
    "extension of Safari": ("safari-web-extension://0F1E-22/content/x.js", "content/x.js"),
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
    assert in_checkout(file, None, "javascript", CHECKOUT) == path


def test_a_file_that_the_checkout_lacks_has_no_name_there() -> None:
    assert in_checkout("/srv/other/z.js", None, "javascript", CHECKOUT) is None


def test_a_name_without_a_folder_is_that_of_the_one_file_that_has_it_and_is_no_test() -> None:
    checkout = frozenset({"src/cart/basket.js", "tests/basket.js", "src/a/index.js", "src/b/index.js"})
    assert in_checkout("basket.js", "names", "javascript", checkout) == "src/cart/basket.js"
    assert in_checkout("basket.js?v=3", None, "javascript", checkout) == "src/cart/basket.js"
    for file in ("index.js", "/assets/basket.js", "https://shop.example/basket.js", "basket.test.js"):
        assert in_checkout(file, None, "javascript", checkout) is None


def test_java_names_a_package_and_the_checkout_knows_its_folder() -> None:
    assert (
        in_checkout("Cart.java", "org.shop.Cart.total", "java", CHECKOUT)
        == "app/src/main/java/org/shop/Cart.java"
    )


def test_two_files_of_one_package_and_name_are_no_name() -> None:
    twice = CHECKOUT | {"old/org/shop/Cart.java"}
    assert in_checkout("Cart.java", "org.shop.Cart.total", "java", twice) is None


PORTABLE = {
    "source folder": ("/srv/shop/src/deep/a.py", "src/deep/a.py"),
    "the last of two source folders": ("/home/ann/src/shop/lib/a.py", "lib/a.py"),
    "drive": ("D:\\shop\\lib\\a.php", "lib/a.php"),
    "no custom to go by": ("/opt/shop/jobs/run.py", "run.py"),
    "one segment": ("run.py", "run.py"),
    "query": ("https://shop.example/assets/app.js?v=3", "app.js"),
    "nothing but a host": ("https://shop.example/", "/"),
    "hash of webpack": ("https://shop.example/main.3f9c2b71a0.js", "main.js"),
    "hash of webpack, dashed": ("https://shop.example/_next/main-0b8d2d0e3ff5d2d2.js", "main.js"),
    "hash of vite": ("https://shop.example/assets/index-BX3kd9f2.js", "index.js"),
    "hash of esbuild": ("https://shop.example/chunk-2EKZXA7Q.js", "chunk.js"),
    "hash without a digit": ("https://shop.example/assets/index-DiwrgTda.js", "index.js"),
    "hash of capitals": ("https://shop.example/chunk-VUVMRRXW.js", "chunk.js"),
    "hash of sprockets": (f"https://shop.example/app-{'0a' * 32}.js", "app.js"),
    "word with a dash": ("https://shop.example/shop-checkout.js", "shop-checkout.js"),
    "chunk without a name": ("https://shop.example/js/12.js", "chunk.js"),
    "customary home of a container": ("/usr/src/app/cart.js", "cart.js"),
    "sources in a home": ("/home/ann/src/shop/cart.js", "cart.js"),
    "number of a chunk": ("https://shop.example/js/12.chunk.js", "chunk.js"),
    "name with a number": ("https://shop.example/js/section2.js", "section2.js"),
    "name with a dash and a number": ("https://shop.example/js/my-section2.js", "my-section2.js"),
    "version of a library": ("https://shop.example/jquery-3.6.0.min.js", "jquery.min.js"),
    "version of a package": ("/app/node_modules/left@1.2.3/src/a.js", "node_modules/left/src/a.js"),
    "version of a gem": ("/home/a/.gem/ruby/3.1.0/gems/rack-2.2.4/lib/rack.rb", "gems/rack/lib/rack.rb"),
    "version of Python": ("/usr/lib/python3.12/site-packages/x/y.py", "site-packages/x/y.py"),
    "plugin of WordPress": (
        "/var/www/html/wp-content/plugins/shop/cart.php",
        "wp-content/plugins/shop/cart.php",
    ),
}


@pytest.mark.parametrize(("file", "path"), PORTABLE.values(), ids=PORTABLE.keys())
def test_without_a_checkout_the_name_leaves_out_machine_build_and_release(file: str, path: str) -> None:
    assert portable(file, None, "javascript") == path


def test_a_package_is_a_better_name_than_a_folder() -> None:
    assert portable("Cart.java", "org.shop.Cart.<init>", "java") == "org/shop/Cart.java"
    assert portable("/go/src/github.com/a/b/c.go", "github.com/a/b.(*T).Do", "go") == "github.com/a/b/c.go"


@given(st.text(), st.text())
def test_no_place_is_refused(file: str, function: str) -> None:
    assert portable(file, function, "java")
    assert in_checkout(file, function, "go", CHECKOUT) is None or file


FOREIGN = {
    "npm": ("/app/node_modules/left-pad/src/a.js", None, "javascript", "a dependency"),
    "npm on Windows": ("C:\\app\\node_modules\\x\\src\\a.js", None, "javascript", "a dependency"),
    "node": ("node:internal/modules/run_main", None, "javascript", "the runtime"),
    "old node": ("internal/main/run_main.js", None, "javascript", "the runtime"),
    "older node": ("module.js", "Module._compile", "javascript", "the runtime"),
    "older node's file system": ("fs.js", "readFileSync", "javascript", "the runtime"),
    "conda": ("C:\\anaconda3\\lib\\json\\decoder.py", "decode", "python", "the runtime"),
    "a driver": ("Driver.java", "org.postgresql.Driver.connect", "java", "a dependency"),
    "native": ("<anonymous>", "Array.map", "javascript", "the runtime"),
    "jest": ("/app/node_modules/jest-circus/build/run.js", None, "javascript", "a test framework"),
    "Python's library": ("/usr/lib/python3.12/json/decoder.py", "decode", "python", "the runtime"),
    "site-packages": ("/v/lib/python3.12/site-packages/click/core.py", None, "python", "a dependency"),
    "pytest": ("/v/lib/python3.12/site-packages/_pytest/python.py", None, "python", "a test framework"),
    "frozen": ("<frozen importlib._bootstrap>", None, "python", "the runtime"),
    "composer": ("/app/vendor/guzzle/src/Client.php", None, "php", "a dependency"),
    "WordPress": ("/var/www/html/wp-includes/plugin.php", "do_action", "php", "a dependency"),
    "inside PHP": ("[internal function]", "array_map", "php", "the runtime"),
    "the JDK": ("ArrayList.java", "java.util.ArrayList.get", "java", "the runtime"),
    "JUnit": ("Assert.java", "org.junit.Assert.fail", "java", "a test framework"),
    "Spring": ("Bean.java", "org.springframework.Bean.x", "java", "a dependency"),
    "Go": ("/usr/local/go/src/net/http/server.go", "net/http.(*conn).serve", "go", "the runtime"),
    "Go module": ("/root/go/pkg/mod/github.com/x/y@v1.2.3/z.go", "github.com/x/y.Z", "go", "a dependency"),
    "Rust": (
        "/rustc/5680fa18feaa87f3ff04063800aec256c3d4b4be/library/core/src/panicking.rs",
        None,
        "rust",
        "the runtime",
    ),
    "gem": ("/usr/local/bundle/gems/rack-3.0/lib/rack.rb", "call", "ruby", "a dependency"),
    "Ruby": ("<internal:kernel>", "loop", "ruby", "the runtime"),
    ".NET": ("", "System.Linq.Enumerable.First", "csharp", "the runtime"),
    "a method of Go's library": ("server.go", "net/http.(*conn).serve", "go", "the runtime"),
    "no place": ("", None, "php", "the runtime"),
}


@pytest.mark.parametrize(("file", "function", "language", "whose"), FOREIGN.values(), ids=FOREIGN.keys())
def test_the_code_of_others_is_told_by_custom(file: str, function: str, language: str, whose: str) -> None:
    assert foreign(file, function, language) == whose


OWN = {
    "javascript": ("/srv/app/src/cart.js", "total", "javascript"),
    "extension": ("chrome-extension://abc/content/x.js", "sync", "javascript"),
    "python": ("/srv/app/shop/library.py", "load", "python"),
    "php": ("/var/www/html/wp-content/plugins/shop/cart.php", "total", "php"),
    "java": ("Cart.java", "org.shop.Cart.total", "java"),
    "go": ("/root/go/src/github.com/a/b/main.go", "main.main", "go"),
    "go module without a dot": ("/app/cart/cart.go", "shop/cart.(*Cart).Total", "go"),
    "go in a container": ("/go/src/app/main.go", "main.main", "go"),
    "php of nginx": ("/usr/share/nginx/html/src/cart.php", "total", "php"),
    "rust": ("src/main.rs", "shop::total", "rust"),
    "ruby": ("/srv/app/lib/shop.rb", "total", "ruby"),
    "csharp": ("/src/Cart.cs", "Shop.Cart.Total", "csharp"),
}


@pytest.mark.parametrize(("file", "function", "language"), OWN.values(), ids=OWN.keys())
def test_what_custom_does_not_know_is_the_repositorys(file: str, function: str, language: str) -> None:
    assert foreign(file, function, language) is None


NAMES = {
    "nothing": (None, None),
    "module": ("<module>", None),
    "plain": ("total", "total"),
    "class": ("Cart.total", "total"),
    "receiver": ("Object.total", "total"),
    "alias": ("Cart.sum [as total]", "sum"),
    "constructor": ("new Cart", "Cart"),
    "async": ("async total", "total"),
    "arguments": ("total(Array, 3)", "total"),
    "Firefox's closure": ("total/<", "total"),
    "Firefox's nested function": ("Cart.prototype.add/inner", "inner"),
    "anonymous": ("Object.<anonymous>", None),
    "a bundler's twin": ("total$1", "total$1"),
    "a default of Kotlin": ("CartKt.total$default", "total"),
    "a value class of Kotlin": ("Cart.total-impl", "total"),
    "a generic function of Go": ("main.Map[...]", "Map"),
    "a generic function of Rust": ("shop::total::<shop::Item>", "total"),
    "a closure of Rust, by its number": ("shop::total::{closure#0}", "total"),
    "a comprehension": ("<listcomp>", None),
    "anonymous in Explorer": ("Anonymous function", None),
    "global in Safari": ("global code", None),
    "php method": ("Shop\\Cart->total()", "total"),
    "php static": ("Shop\\Cart::total(Array)", "total"),
    "php function in a namespace": ("Shop\\total", "total"),
    "php closure": ("Shop\\Cart::Shop\\{closure}()", None),
    "php closure of 8.4 in a method": ("{closure:Shop\\Cart::total():17}", None),
    "php closure of 8.4 in a file": ("{closure:/srv/app/main.php:17}", None),
    "java": ("org.shop.Cart.total", "total"),
    "java constructor": ("org.shop.Cart.<init>", None),
    "java lambda": ("org.shop.Cart.lambda$total$3", "total"),
    "go method": ("main.(*cart).price", "price"),
    "go closure": ("main.run.func1.2", "run"),
    "rust hash": ("shop::cart::total::h0123456789abcdef", "total"),
    "rust closure": ("shop::cart::total::{{closure}}", "total"),
    "ruby block": ("block (2 levels) in total", "total"),
    "ruby 3.4": ("Shop::Cart#total", "total"),
    "ruby top": ("<top (required)>", None),
    "csharp async": ("Shop.Cart.<Total>d__4.MoveNext", "Total"),
    "csharp lambda": ("Shop.Cart.<>c.<Total>b__3_0", "Total"),
}


@pytest.mark.parametrize(("printed", "name"), NAMES.values(), ids=NAMES.keys())
def test_a_function_is_known_by_its_bare_name(printed: str | None, name: str | None) -> None:
    assert bare(printed) == name


@given(st.text())
def test_no_function_is_refused(printed: str) -> None:
    assert bare(printed) != ""
