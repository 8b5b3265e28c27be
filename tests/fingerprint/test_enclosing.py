"""Some runners print a file and a line, and nothing else: the function is found in the source."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from homeostat.conventions import LANGUAGES
from homeostat.fingerprint.enclosing import enclosing_function

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


def test_an_expression_without_end_is_no_trouble() -> None:
    source = f"function total() {{\n  return {' + '.join(['a'] * 3_000)};\n}}\n"
    assert enclosing_function(source, "a.js", 2) == "total"


@given(st.text(alphabet=st.characters(codec="utf-8")), st.sampled_from([*LANGUAGES]), st.integers(0, 9))
def test_no_source_is_too_broken_to_read(text: str, suffix: str, line: int) -> None:
    assert enclosing_function(text, f"a{suffix}", line) != ""
