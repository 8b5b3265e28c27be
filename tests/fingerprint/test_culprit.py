"""Who is to blame: the repository's own code, past engines, libraries, helpers that throw, and recursion."""

from __future__ import annotations

import pytest

from homeostat.config import PathFilters
from homeostat.fingerprint import explain, identify
from homeostat.fingerprint.explained import MAX_FRAMES, explanation
from homeostat.intake import read_trace
from homeostat.records import Failure, Frame, Origin


class Tree:
    """A checkout in memory."""

    def __init__(self, *files: str) -> None:
        self._files = frozenset(files)

    def paths(self) -> frozenset[str]:
        return self._files

    def read(self, path: str) -> str | None:
        return "" if path in self._files else None


def failure(*frames: Frame, language: str = "javascript", root: int = 0) -> Failure:
    return Failure("TypeError", "x is not a function", frames, language, Origin.TRACE, root)


def blamed(told: Failure, tree: Tree | None = None, in_app: PathFilters | None = None) -> str | None:
    found = identify(told, tree, in_app or PathFilters()).culprit
    return f"{found.path}:{found.function}" if found else None


OWN = Frame("/srv/src/cart.js", 3, function="total")
CALLER = Frame("/srv/src/main.js", 9, function="main")
HELPERS = {
    "throw": "throwIfMissing",
    "assert": "assertPrice",
    "invariant": "invariant",
    "check": "checkNotNull",
    "require": "requireNonNull",
    "validate": "validateRange",
    "error factory": "makeError",
    "report": "reportUnknown",
    "python": "raise_for_status",
    "rust": "panic_bounds_check",
}


@pytest.mark.parametrize("name", HELPERS.values(), ids=HELPERS.keys())
def test_a_helper_that_throws_is_passed_over(name: str) -> None:
    helper = Frame("/srv/src/util.js", 1, function=name)
    assert blamed(failure(helper, OWN, CALLER)) == "src/cart.js:total"


@pytest.mark.parametrize(
    "name", ["isEmpty", "failover", "check", "throughput", "assertive", "reporter", "validate"]
)
def test_a_name_that_only_looks_like_a_helpers_is_not(name: str) -> None:
    assert blamed(failure(Frame("/srv/src/util.js", 1, function=name), OWN)) == f"src/util.js:{name}"


def test_a_class_of_errors_is_a_helper() -> None:
    factory = Frame("/srv/src/CartError.js", 1, function="from")
    assert blamed(failure(factory, OWN)) == "src/cart.js:total"


def test_a_helper_is_blamed_when_nothing_else_is_there() -> None:
    assert blamed(failure(Frame("/srv/src/util.js", 1, function="throwIt"))) == "src/util.js:throwIt"


TEST = Frame("/srv/tests/cart.test.js", 5, function="sums")
LIBRARY = Frame("/srv/node_modules/left-pad/index.js", 5, function="pad")
ENGINE = Frame("node:internal/main", 5, function="run")
FALLBACKS = {
    "own code before a test": ((TEST, OWN), "src/cart.js:total"),
    "a test before a library": ((LIBRARY, TEST), "tests/cart.test.js:sums"),
    "a library before the engine": ((ENGINE, LIBRARY), "node_modules/left-pad/index.js:pad"),
    "the engine before nothing": ((ENGINE,), "main:run"),
}


@pytest.mark.parametrize(("frames", "expected"), FALLBACKS.values(), ids=FALLBACKS.keys())
def test_without_own_code_the_next_best_is_blamed(frames: tuple[Frame, ...], expected: str) -> None:
    found = identify(failure(*frames), None).culprit
    assert found is not None
    assert found.function == expected.rpartition(":")[2]


def test_the_root_of_a_chain_is_blamed_before_those_it_caused() -> None:
    assert blamed(failure(CALLER, OWN, root=1)) == "src/cart.js:total"


def test_a_recursion_names_the_same_function_wherever_the_stack_ends() -> None:
    even, odd = (Frame("/srv/src/walk.js", line, function=name) for line, name in ((3, "even"), (7, "odd")))
    assert blamed(failure(*[even, odd] * 20)) == blamed(failure(*[odd, even] * 20)) == "src/walk.js:even"


def test_twice_the_same_function_is_no_recursion() -> None:
    assert blamed(failure(CALLER, OWN, CALLER, OWN)) == "src/main.js:main"


# --- whose code it is -----------------------------------------------------------------------------

SHOP = Tree("src/cart.js", "vendor/ours/pad.js", "src/third_party/x.js")
VENDORED = Frame("/srv/vendor/ours/pad.js", 2, function="pad")
COPIED = Frame("/srv/src/third_party/x.js", 2, function="x")


def test_what_the_checkout_lacks_is_not_the_repositorys() -> None:
    assert blamed(failure(CALLER, OWN), SHOP) == "src/cart.js:total"


def test_of_a_bundle_that_no_checkout_holds_custom_tells_what_is_own() -> None:
    bundled = Frame("https://shop.example/app.3f9c2b71.js", 1, function="total")
    assert blamed(failure(ENGINE, LIBRARY, bundled), SHOP) == "app.js:total"


def test_a_vendored_file_is_a_dependency_unless_the_repository_says_so() -> None:
    assert blamed(failure(VENDORED, OWN), SHOP) == "src/cart.js:total"
    ours = PathFilters(include=("vendor/ours/",))
    assert blamed(failure(VENDORED, OWN), SHOP, ours) == "vendor/ours/pad.js:pad"


def test_a_package_named_as_a_librarys_is_own_when_the_checkout_holds_it() -> None:
    ours = Tree("src/main/java/org/apache/shop/Cart.java")
    frame = Frame("Cart.java", 3, function="org.apache.shop.Cart.total")
    assert identify(failure(frame, language="java"), ours).frames[0].in_app
    assert not identify(failure(frame, language="java"), None).frames[0].in_app


def test_an_inner_folder_of_a_dependency_is_not_ours_because_we_have_one_too() -> None:
    theirs = Frame("/srv/node_modules/x/src/cart.js", 1, function="x")
    everything = PathFilters(include=("src/",))
    assert blamed(failure(theirs, OWN), SHOP, everything) == "src/cart.js:total"


def test_a_copied_library_is_own_code_unless_the_repository_says_so() -> None:
    assert blamed(failure(COPIED, OWN), SHOP) == "src/third_party/x.js:x"
    others = PathFilters(exclude=("src/third_party/",))
    assert blamed(failure(COPIED, OWN), SHOP, others) == "src/cart.js:total"


# --- the explanation ------------------------------------------------------------------------------


def lines(told: Failure, tree: Tree | None = None, in_app: PathFilters | None = None) -> list[str]:
    ours = in_app or PathFilters()
    return explanation(told, identify(told, tree, ours), explain(told, tree, ours))


def test_every_frame_is_shown_with_what_became_of_it() -> None:
    helper = Frame("/srv/src/util.js", 1, function="throwIt")
    told = lines(failure(ENGINE, LIBRARY, helper, TEST, OWN, CALLER))
    fates = [line.split("  ")[-1].strip() for line in told[-6:]]
    assert fates == [
        "passed over: the runtime",
        "passed over: a dependency",
        "passed over: throws for its caller",
        "passed over: a test",
        "the culprit",
        "calls the culprit, or stands in its chain",
    ]


def test_a_reason_names_the_pattern_of_the_configuration() -> None:
    told = lines(failure(COPIED, OWN), SHOP, PathFilters(exclude=("src/third_party/",)))
    assert told[-2].endswith("passed over: excluded by in_app.exclude pattern 'src/third_party/'")


def test_a_culprit_for_want_of_a_better_one_says_why() -> None:
    assert lines(failure(LIBRARY))[-1].endswith("the culprit, for want of a better one: a dependency")


def test_ids_and_template_are_shown() -> None:
    told = failure(OWN)
    found = identify(told, None)
    shown = "\n".join(lines(told))
    assert all(
        text in shown for text in (found.exact, found.coarse, found.template, "src/cart.js:3 in total")
    )


def test_a_report_without_frames_is_explained_too() -> None:
    assert "none: the report has no frame" in "\n".join(lines(failure()))


def test_a_long_stack_is_cut() -> None:
    told = lines(failure(*[Frame(f"/srv/src/a{n}.js", 1, function="f") for n in range(MAX_FRAMES + 7)]))
    assert told[-1].strip() == "and 7 more"


def test_dotnet_prints_no_file_of_libraries() -> None:
    library = Frame("", function="Npgsql.Connection.Open")
    own = Frame("/src/Shop/Cart.cs", 9, function="Shop.Cart.Total")
    assert blamed(failure(library, own, language="csharp")) == "Shop/Cart.cs:Total"
    assert blamed(failure(library, language="csharp")) == "Npgsql/Connection.cs:Open"


def test_the_deferred_functions_of_go_are_not_to_blame() -> None:
    text = """panic: late

goroutine 1 [running]:
runtime/debug.Stack()
\t/usr/local/go/src/runtime/debug/stack.go:26 +0x5e
main.main.func1()
\t/srv/app/main.go:54 +0x85
panic({0x4a2b20?, 0x4e1b58?})
\t/usr/local/go/src/runtime/panic.go:792 +0x132
shop.example/shop/orders.Load(0x1)
\t/srv/app/orders/orders.go:13 +0x1c
main.main()
\t/srv/app/main.go:60 +0x90
"""
    told = read_trace(text)
    assert isinstance(told, Failure)
    assert blamed(told) == "shop.example/shop/orders/orders.go:Load"
