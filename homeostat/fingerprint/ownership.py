"""Whose code a frame is: the repository's, a dependency's, the runtime's.

Without a checkout this is a table by ecosystem: where files lie, and how packages are called.
"""

from __future__ import annotations

import re

DEPENDENCY, RUNTIME, TEST_FRAMEWORK = "a dependency", "the runtime", "a test framework"
_GO = (
    "archive|bufio|builtin|bytes|cmd|compress|container|context|crypto|database|debug|embed|encoding|errors|expvar|flag|fmt"
    "|go|hash|html|image|index|internal|io|iter|log|maps|math|mime|net|os|path|plugin|reflect|regexp|runtime|slices|sort"
    "|strconv|strings|structs|sync|syscall|testing|text|time|unicode|unique|unsafe|vendor|weak"
)
"""The first folders of Go's own library: others below `go/src` are whoever's."""

FILES = {
    TEST_FRAMEWORK: (
        r"(?:^|/)(?:node_modules/(?:\.pnpm/)?(?:jest|@jest|vitest|@vitest|mocha|chai|jasmine|@playwright)\b"
        r"|site-packages/(?:_?pytest|pluggy|unittest2|nose)\b|(?:vendor/phpunit|phpunit)\b|gems/(?:rspec|minitest)"
        r"|unittest/(?:case|suite|main|runner)\.py)"
    ),
    DEPENDENCY: (
        r"(?:^|/)(?:site-packages|sitepackages|dist-packages|node_modules|bower_components|jspm_packages|vendor"
        r"|gems|\.?cargo/(?:registry|git/checkouts)|pkg/mod|Pods|\.pnpm|\.yarn|\.m2|\.gradle|\.nuget)/|\.composer/|\(webpack\)|^webpack/"
        r"|(?:^|/)wp-(?:includes|admin)/|/~/"
    ),
    RUNTIME: (
        r"^[<\[]|^(?:native|index [0-9]|node:|internal/|eval code|ext:|extensions::|chrome://|resource://|self-hosted)"
        r"|^(?:module|node|events|net|timers|bootstrap_node|_[a-z]+_[a-z]+|fs|path|assert|buffer|child_process|dns|util"
        r"|url|vm|stream|zlib|crypto|https?|tls|dgram|domain|querystring|string_decoder)\.js$"
        r"|(?:^|/)lib(?:64)?/python[0-9.]*/|(?i:conda3?/(?:envs/[^/]+/)?lib/)|/[Pp]ython/[0-9.]+/x64/|/var/runtime/|/[Pp]ython[0-9.]*/[Ll]ib/|/\.pyenv/|/usr/lib/|/usr/share/(?!nginx/)|/lib/ruby/|/rubies/"
        r"|^\(?/?rustc/|/rustc-[0-9.]+(?:-src)?/library/|/rustlib/|^library/(?:std|core|alloc)/|^src/lib(?:std|core|alloc|panic)|\.rustup/"
        rf"|(?:^|/)go[0-9.-]*/src/(?:pkg/)?(?:{_GO})/|/libexec/src/|/goroot/|^\?\?$"
        r"|^(?:Native Method|Unknown Source|Unknown|<generated>)$"
    ),
}
"""By file as printed, with `/` between folders; the first that matches says whose it is."""

FUNCTIONS = {
    TEST_FRAMEWORK: (
        r"(?:junit|org\.junit|org\.testng|org\.mockito|org\.hamcrest|org\.assertj|org\.spockframework|kotlin\.test"
        r"|org\.opentest4j|Xunit|NUnit|Microsoft\.VisualStudio\.TestPlatform|testing)\."
    ),
    RUNTIME: (
        r"(?:java|javax|jdk|sun|com\.sun|kotlin|kotlinx|scala|groovy|clojure|dalvik|android|com\.android|System|Microsoft"
        r"|Mono|runtime|reflect|sync)(?:\.|/(?=[a-z]+\.))|(?:core|std|alloc|rust_begin_unwind|_*rust_\w+)(?:::|$)"
        r"|<(?:core|std|alloc)::"
        r"|(?:archive|bufio|bytes|compress|container|context|crypto|database|debug|embed|encoding|expvar|flag|fmt|go|hash|html"
        r"|image|index|internal|io|log|maps|math|mime|net|os|path|plugin|regexp|slices|sort|strconv|strings|text|time|unicode"
        r")(?:/[a-z0-9]+)*\.(?=[(A-Z])"
    ),
    DEPENDENCY: (
        r"(?:org\.(?:postgresql|mongodb|mybatis|jboss|glassfish|codehaus|h2|bouncycastle|quartz|thymeleaf|flywaydb)|akka"
        r"|com\.(?:mysql|zaxxer|facebook|amazonaws|squareup|netflix|mchange|microsoft)|software\.amazon|oracle|feign|okio"
        r"|io\.(?:grpc|vertx|undertow|lettuce|micrometer|micronaut|quarkus)|com\.google\.(?:firebase|android|cloud|api)"
        r"|redis\.clients|rx|org\.springframework|org\.hibernate|org\.apache|org\.eclipse|org\.gradle|io\.netty|io\.reactivex|reactor|okhttp3"
        r"|retrofit2|androidx|com\.google\.(?:common|gson|inject|protobuf)|com\.fasterxml|ch\.qos|org\.slf4j|jakarta"
        r"|Newtonsoft|AutoMapper)\."
    ),
}
"""By function as printed: where a language's packages say what its files do not."""

_FILES = {whose: re.compile(pattern) for whose, pattern in FILES.items()}
_FUNCTIONS = {whose: re.compile(pattern) for whose, pattern in FUNCTIONS.items()}
_PACKAGED = frozenset({"java", "csharp", "go", "rust"})
"""Languages whose functions are printed with their package."""


def by_file(file: str) -> str | None:
    """Whose code it is by where its file lies, when it is not the repository's own; else None."""
    bare = file.replace("\\", "/")
    return next((whose for whose, pattern in _FILES.items() if pattern.search(bare)), None)


def foreign(file: str, function: str | None, language: str) -> str | None:
    """Whose code it is when it is not the repository's own, as far as tables can tell; else None."""
    if not file and language != "csharp":
        return RUNTIME
    found = by_file(file)
    if found or language not in _PACKAGED:
        return found
    return next((whose for whose, pattern in _FUNCTIONS.items() if pattern.match(function or "")), None)
