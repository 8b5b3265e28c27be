"""One error is one error in every browser, and two errors are two in each."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from homeostat.fingerprint.dialects import DIALECTS, fold

TYPE = "TypeError"
ONE = {
    "a property of undefined": (
        (TYPE, "Cannot read properties of undefined (reading 'price')"),
        (TYPE, "Cannot read property 'price' of undefined"),
        (TYPE, "undefined is not an object (evaluating 'cart.item.price')"),
        (TYPE, "undefined is not an object (evaluating 'this.item().price')"),
        (TYPE, "undefined is not an object (evaluating 'cart.price(a.b, \"c\")')"),
        (TYPE, "undefined is not an object (evaluating 'cart[\"price\"]')"),
        (TYPE, 'can\'t access property "price", cart.item is undefined'),
        (TYPE, 'can\'t access property "price" of undefined'),
        (TYPE, "Unable to get property 'price' of undefined or null reference"),
        ("", "Uncaught TypeError: Cannot read property 'price' of undefined"),
        ("Uncaught TypeError", "Cannot read property 'price' of undefined"),
        ("Error", "Uncaught (in promise) TypeError: Cannot read property 'price' of undefined"),
    ),
    "a property of null": (
        (TYPE, "Cannot read properties of null (reading 'price')"),
        (TYPE, "Cannot read property 'price' of null"),
        (TYPE, "null is not an object (evaluating 'cart.price')"),
        (TYPE, 'can\'t access property "price", cart is null'),
    ),
    "an index of undefined": (
        (TYPE, "Cannot read properties of undefined (reading '0')"),
        (TYPE, "undefined is not an object (evaluating 'cart.items[0]')"),
        (TYPE, "can't access property 0, cart.items is undefined"),
    ),
    "setting a property of undefined": (
        (TYPE, "Cannot set properties of undefined (setting 'price')"),
        (TYPE, "Cannot set property 'price' of undefined"),
        (TYPE, "undefined is not an object (evaluating 'cart.price = sum(5)')"),
        (TYPE, "Unable to set property 'price' of undefined or null reference"),
    ),
    "no function": (
        (TYPE, "total is not a function"),
        (TYPE, "cart.total is not a function"),
        (TYPE, "(intermediate value).total is not a function"),
        (TYPE, "(0 , cart__WEBPACK_IMPORTED_MODULE_2__.total) is not a function"),
        (TYPE, "cart.total is not a function. (In 'cart.total(5)', 'cart.total' is undefined)"),
        (TYPE, "cart.total is not a function (it is undefined)"),
        (TYPE, "undefined is not a function (evaluating 'cart.total(5)')"),
        (TYPE, "'undefined' is not a function (evaluating 'cart.total(f(5))')"),
        (TYPE, "undefined is not a function (near '...cart.total...')"),
        (TYPE, "Object doesn't support property or method 'total'"),
        (TYPE, "Object #<Cart> has no method 'total'"),
    ),
    "no constructor": (
        (TYPE, "Cart is not a constructor"),
        (TYPE, "shop.Cart is not a constructor"),
        (TYPE, "undefined is not a constructor (evaluating 'new shop.Cart(5)')"),
        (TYPE, "Cart is not a constructor. (In 'new Cart()', 'Cart' is undefined)"),
        (TYPE, "Cart is not a constructor (evaluating 'new Cart()')"),
    ),
    "not iterable": (
        (TYPE, "items is not iterable"),
        (TYPE, "cart.items is not iterable"),
        (TYPE, "items is not iterable (cannot read property Symbol(Symbol.iterator))"),
    ),
    "not defined": (
        ("ReferenceError", "cart is not defined"),
        ("ReferenceError", "Can't find variable: cart"),
        ("ReferenceError", "Property 'cart' doesn't exist"),
        (TYPE, "'cart' is undefined"),
        (TYPE, "'cart' is not defined"),
    ),
    "before its definition": (
        ("ReferenceError", "Cannot access 'cart' before initialization"),
        ("ReferenceError", "can't access lexical declaration 'cart' before initialization"),
    ),
    "constant": (
        (TYPE, "Assignment to constant variable."),
        (TYPE, "invalid assignment to const 'cart'"),
        (TYPE, "Attempted to assign to readonly property."),
        (TYPE, "Assignment to const"),
    ),
    "read-only property": (
        (TYPE, "Cannot assign to read only property 'price' of object '#<Cart>'"),
        (TYPE, '"price" is read-only'),
    ),
    "property with a getter": (
        (TYPE, "Cannot set property price of #<Cart> which has only a getter"),
        (TYPE, 'setting getter-only property "price"'),
    ),
    "closed object": (
        (TYPE, "Cannot add property price, object is not extensible"),
        (TYPE, 'can\'t define property "price": Object is not extensible'),
    ),
    "property that stays": (
        (TYPE, "Cannot delete property 'price' of #<Cart>"),
        (TYPE, 'property "price" is non-configurable and can\'t be deleted'),
    ),
    "property that is defined": (
        (TYPE, "Cannot redefine property: price"),
        (TYPE, 'can\'t redefine non-configurable property "price"'),
    ),
    "in no object": (
        (TYPE, "Cannot use 'in' operator to search for 'price' in 17 pieces"),
        (TYPE, 'cannot use \'in\' operator to search for "price" in "none"'),
    ),
    "nothing as an object": (
        (TYPE, "Cannot convert undefined or null to object"),
        (TYPE, "can't convert undefined to object"),
        (TYPE, "can't convert null to object"),
    ),
    "circular JSON": (
        (TYPE, "Converting circular structure to JSON\n    --> starting at object with constructor 'Cart'"),
        (TYPE, "cyclic object value"),
        (TYPE, "JSON.stringify cannot serialize cyclic structures."),
        (TYPE, "Circular reference in value argument not supported"),
    ),
    "JSON of a BigInt": (
        (TYPE, "Do not know how to serialize a BigInt"),
        (TYPE, "BigInt value can't be serialized in JSON"),
        (TYPE, "JSON.stringify cannot serialize BigInt."),
    ),
    "reduce of nothing": (
        (TYPE, "Reduce of empty array with no initial value"),
        (TYPE, "reduce of empty array with no initial value"),
    ),
    "URL": (
        (TYPE, "Failed to construct 'URL': Invalid URL"),
        (TYPE, "Invalid URL"),
        (TYPE, "URL constructor: shop is not a valid URL."),
    ),
    "fetch": (
        (TYPE, "Failed to fetch"),
        (TYPE, "Failed to fetch (api.shop.example)"),
        (TYPE, "NetworkError when attempting to fetch resource."),
        (TYPE, "Load failed"),
        (TYPE, "Load failed (api.shop.example)"),
        (TYPE, "Network request failed"),
        (TYPE, "fetch failed"),
        (TYPE, "The network connection was lost."),
        (TYPE, "The Internet connection appears to be offline."),
    ),
    "stack": (
        ("RangeError", "Maximum call stack size exceeded"),
        ("RangeError", "Maximum call stack size exceeded."),
        ("RangeError", "Maximum call stack size exceeded (native stack depth)"),
        ("InternalError", "too much recursion"),
        ("Error", "Out of stack space"),
    ),
    "array length": (
        ("RangeError", "Invalid array length"),
        ("RangeError", "invalid array length"),
        ("RangeError", "Array length must be a finite positive integer"),
        ("RangeError", "Array size is not a small enough positive integer."),
    ),
    "date": (
        ("RangeError", "Invalid time value"),
        ("RangeError", "invalid date"),
        ("RangeError", "Invalid Date"),
    ),
    "URI": (
        ("URIError", "URI malformed"),
        ("URIError", "malformed URI sequence"),
        ("URIError", "URI error"),
        ("URIError", "The URI to be decoded is not a valid encoding"),
    ),
    "token": (
        ("SyntaxError", "Unexpected token '<'"),
        ("SyntaxError", "Unexpected token <"),
        ("SyntaxError", "expected expression, got '<'"),
    ),
    "no JSON": (
        ("SyntaxError", "Unexpected token < in JSON at position 0"),
        ("SyntaxError", "Unexpected token '<', \"<html lang\"... is not valid JSON"),
        ("SyntaxError", '"[object Cart]" is not valid JSON'),
        ("SyntaxError", "Unexpected number in JSON at position 7"),
        ("SyntaxError", "Expected ',' or '}' after property value in JSON at position 7"),
        ("SyntaxError", "JSON.parse: unexpected character at line 2 column 7 of the JSON data"),
        ("SyntaxError", "JSON Parse error: Unrecognized token '<'"),
        ("SyntaxError", 'JSON Parse error: Unexpected identifier "cart"'),
    ),
    "cut JSON": (
        ("SyntaxError", "Unexpected end of JSON input"),
        ("SyntaxError", "JSON.parse: unexpected end of data at line 1 column 1 of the JSON data"),
        ("SyntaxError", "JSON.parse: end of data while reading object contents at line 1 column 2"),
        ("SyntaxError", "JSON Parse error: Unexpected EOF"),
        ("SyntaxError", "JSON Parse error: Unexpected end of input"),
    ),
    "text after JSON": (
        ("SyntaxError", "Unexpected non-whitespace character after JSON at position 4"),
        ("SyntaxError", "JSON.parse: unexpected non-whitespace character after JSON data at line 1 column 5"),
        ("SyntaxError", "JSON Parse error: Unable to parse JSON string"),
    ),
    "control character in JSON": (
        ("SyntaxError", "Bad control character in string literal in JSON at position 9"),
        ("SyntaxError", "JSON.parse: bad control character in string literal at line 1 column 10"),
    ),
    "open string in JSON": (
        ("SyntaxError", "Unterminated string in JSON at position 9"),
        ("SyntaxError", "JSON.parse: unterminated string at line 1 column 10 of the JSON data"),
        ("SyntaxError", "JSON Parse error: Unterminated string"),
    ),
    "quota": (
        ("QuotaExceededError", "The quota has been exceeded."),
        (
            "QuotaExceededError",
            "Failed to execute 'setItem' on 'Storage': Setting the value of 'c' exceeded the quota.",
        ),
        ("NS_ERROR_DOM_QUOTA_REACHED", "Persistent storage maximum size reached"),
        ("Error", "QuotaExceededError: DOM Exception 22"),
    ),
    "abort": (
        ("AbortError", "The operation was aborted."),
        ("AbortError", "The user aborted a request."),
        ("AbortError", "signal is aborted without reason"),
        ("AbortError", "This operation was aborted"),
        ("AbortError", "Fetch is aborted"),
    ),
    "resize": (
        ("Error", "ResizeObserver loop limit exceeded"),
        ("", "ResizeObserver loop completed with undelivered notifications."),
    ),
    "chunk": (
        ("ChunkLoadError", "Loading chunk 12 failed.\n(error: https://shop.example/js/12.0a1b2c.js)"),
        ("Error", "Loading chunk cart-view failed."),
        ("Error", "Uncaught ChunkLoadError: Loading chunk 7 failed."),
        ("Error", "Loading CSS chunk 12 failed.\n(/css/12.css)"),
        ("Error", "Failed to load chunk /_next/static/chunks/0a1b.js from module 17"),
        (TYPE, "Failed to fetch dynamically imported module: https://shop.example/cart.js"),
        (TYPE, "error loading dynamically imported module: https://shop.example/cart.js"),
        (TYPE, "Importing a module script failed."),
        ("Error", "Unable to preload CSS for /assets/cart.css"),
        ("Error", "Failed to load module script: Expected a JavaScript module script"),
        ("Error", "Loading module from x was blocked because of a disallowed MIME type"),
        (TYPE, "'text/html' is not a valid JavaScript MIME type."),
    ),
    "hydration": (
        ("Error", "Hydration failed because the server rendered HTML didn't match the client."),
        ("Error", "Text content does not match server-rendered HTML."),
        ("Error", 'Warning: Text content did not match. Server: "5" Client: "6"'),
        ("Error", 'Warning: Prop `href` did not match. Server: "a" Client: "b"'),
        ("Error", "There was an error while hydrating this Suspense boundary."),
        ("Error", "The server could not finish this Suspense boundary, likely due to an error"),
        ("Error", "A tree hydrated but some attributes of the server rendered HTML didn't match the client"),
        ("Error", "Expected server HTML to contain a matching <p> in <div>."),
        ("Error", "Did not expect server HTML to contain a <p> in <div>."),
        ("Error", "Hydration completed but contains mismatches."),
        ("Error", "Hydration node mismatch: rendered on server: a"),
        *(("Error", f"Minified React error #{code}; visit") for code in (418, 419, 422, 423, 425)),
    ),
    "extension": (
        ("Error", "Extension context invalidated."),
        ("Error", "Uncaught Error: Extension context invalidated."),
    ),
    "no receiver": (
        ("Error", "Could not establish connection. Receiving end does not exist."),
        ("", "Unchecked runtime.lastError: Could not establish connection. Receiving end does not exist."),
    ),
    "closed port": (
        ("Error", "The message port closed before a response was received."),
        (
            "Error",
            "A listener indicated an asynchronous response by returning true, but the message channel closed",
        ),
    ),
    "script": (("Error", "Script error."), ("", "Script error"), ("", "Script error. (:0)")),
}
CASES = {f"{name}: {kind}: {message}": (name, kind, message) for name in ONE for kind, message in ONE[name]}


@pytest.mark.parametrize(("name", "kind", "message"), CASES.values(), ids=CASES.keys())
def test_every_dialect_of_an_error_is_folded_into_one(name: str, kind: str, message: str) -> None:
    assert fold(kind, message) == fold(*ONE[name][0])


@pytest.mark.parametrize("name", ONE)
def test_the_canonical_form_is_its_own(name: str) -> None:
    canonical = fold(*ONE[name][0])
    assert fold(*canonical) == canonical


def test_no_two_errors_are_folded_into_one() -> None:
    assert len({fold(*spoken[0]) for spoken in ONE.values()}) == len(ONE)


def test_every_dialect_of_the_table_is_spoken_here() -> None:
    spoken = {fold(kind, message) for _, kind, message in CASES.values()}
    written = {canonical[1].partition("{")[0] for _, canonical in DIALECTS}
    assert all(any(text.startswith(start) for _, text in spoken) for start in written)


AS_IT_IS = {
    "no property is named": (TYPE, "cart.item is undefined"),
    "the property is computed": (TYPE, "undefined is not an object (evaluating 'cart[i]')"),
    "the call is no call of a name": (TYPE, "undefined is not an object (evaluating '(a || b)()')"),
    "the source is no name": (TYPE, "undefined is not a function (near '...[a, b] of c...')"),
    "a sentence of the program's": (TYPE, "The given listener is not a function"),
    "a name of nothing": (TYPE, "undefined is not a function"),
    "another React error": ("Error", "Minified React error #31; visit https://react.dev/errors/31"),
    "a longer React error": ("Error", "Minified React error #4180; visit"),
    "another script error": ("Error", "Script error for 'cart'"),
    "another type": ("CartError", "Load failed"),
    "Python": ("KeyError", "'cart' is undefined"),
    "Python's iterables": (TYPE, "'NoneType' object is not iterable"),
    "Go": ("", "unexpected end of JSON input"),
    "a type within another": ("RuntimeError", "ValueError: no cart"),
    "nothing": ("", ""),
}


@pytest.mark.parametrize(("kind", "message"), AS_IT_IS.values(), ids=AS_IT_IS.keys())
def test_what_is_in_no_dialect_stays_as_it_is(kind: str, message: str) -> None:
    assert fold(kind, message) == (kind, message)


def test_the_names_of_properties_and_functions_are_never_folded_away() -> None:
    assert fold(TYPE, "undefined is not an object (evaluating 'a.b')") != fold(TYPE, "a.c is not a function")
    assert fold(TYPE, "a.b is not a function") != fold(TYPE, "a.c is not a function")


@given(st.text() | st.text(alphabet="a.'()=[]\" "), st.sampled_from([spoken for spoken, _ in DIALECTS]))
def test_no_message_is_too_odd_to_fold(text: str, spoken: str) -> None:
    message = (
        spoken.replace("NAME", text)
        .replace("WORD", text)
        .replace("EXPR", text)
        .replace("NIL", "null")
        .replace("*", text)
    )
    folded = fold(TYPE, message)
    assert fold(*folded) == folded


def test_only_so_many_leads_are_read_as_such() -> None:
    assert fold("Error", "Error: Uncaught Error: Error: Error: no cart") == ("Error", "Error: no cart")
