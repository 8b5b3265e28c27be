"""The bare name of a function: what stays of it over compilers, engines, receivers and releases."""

from __future__ import annotations

import re

_ANONYMOUS = frozenset({
    "", "?", "_", "func", "apply", "eval", "eval code", "global code", "module code", "anonymous",
    "<anonymous>", "anonymous function", "(anonymous function)", "{closure}", "{{closure}}",
    "<module>", "<lambda>", "<listcomp>", "<dictcomp>", "<setcomp>", "<genexpr>", "<init>", "<clinit>",
    "(anonymous)", "{main}", "<main>", "<top (required)>", "<unknown>", "(null)",
})  # fmt: skip
"""What engines print where a function has no name."""

_DRESS = re.compile(
    r"^(?:async\*?|new|get|set|static|block(?: \([0-9]+ levels\))? in|rescue in|ensure in|top \(required\)) +"
    r"| \[as [^\]]{1,200}\]$|\([^()]*\)$|/?<+$"
)
"""What engines write around a name: `async f`, `new C`, `block in f`, `C.f [as g]`, `f(a, b)`, `f/<`."""

LONGEST = 300
"""Characters of a printed function that are looked at."""

_GENERATED = {
    "C#'s state machines and closures": re.compile(r"<(?P<name>\w+)>[dbg]__\w*(?:\|\w+)?(?:\.MoveNext)?$"),
    "Java's lambdas": re.compile(r"lambda\$(?P<name>\w+)\$[0-9]+$"),
    "Kotlin's lambdas": re.compile(r"\$(?P<name>[a-z]\w*)\$[0-9]+(?:\.invoke)?$"),
    "Go's closures": re.compile(
        r"(?P<name>[^.]+)(?:\.func[0-9]+|\.[0-9]+|-fm|-range[0-9]+|\.deferwrap[0-9]+|\.gowrap[0-9]+)+$"
    ),
    "Rust's hashes and closures": re.compile(
        r"(?P<name>\w+)(?:(?:::\{\{?closure(?:#[0-9]+)?\}\}?)+(?:::h[0-9a-f]{16})?|::h[0-9a-f]{16})$"
    ),
    "Kotlin's twins": re.compile(r"(?P<name>\w+)(?:\$default|-impl)$"),
}
_PHP_CLOSURE = re.compile(r"\{closure:[^}]*\}$")
"""PHP 8.4 tells where a closure stands, PHP 8.3 does not: the checkout tells both the same."""

_TYPED = re.compile(r"(?<=\w)\[[^\[\]]*\](?=\(|$)|::<[^<>]*>(?=::|$)")
"""Type arguments behind a name, as Go and Rust print them."""

_PARTS = re.compile(r"::|->|[./#\\]")


def bare(name: str | None) -> str | None:
    """Without receiver, class, alias, arguments and what a compiler added; None where there is no name."""
    text = (name or "")[:LONGEST].strip()
    if text.casefold() in _ANONYMOUS:
        return None
    text = _TYPED.sub("", text)
    while (undressed := _DRESS.sub("", text)) != text:
        text = undressed.strip()
    for pattern in _GENERATED.values():
        found = pattern.search(text)
        if found:
            text = found["name"]
            break
    last = _PARTS.split(_PHP_CLOSURE.sub("", text))[-1]
    return None if last in _ANONYMOUS else last
