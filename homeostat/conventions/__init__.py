"""What files are by custom: tests, machinery that no fix may touch, languages, licences."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache
from pathlib import PurePosixPath

from homeostat.config import matches_any
from homeostat.conventions.protected import folded, holds_secrets, protection, proves, says_how_tests_run

__all__ = [
    "LANGUAGES",
    "LICENCES",
    "LICENCE_FILES",
    "TESTS",
    "governs_tests",
    "is_private",
    "is_test",
    "licence_of",
    "protection",
    "proves",
]

TESTS = (
    "test/",
    "tests/",
    "__tests__/",
    "spec/",
    "test_*.py",
    "*_test.py",
    "tests.py",
    "conftest.py",
    "*.test.[cm]js",
    "*.test.[jt]s",
    "*.test.[jt]sx",
    "*.spec.[jt]s",
    "*.spec.[jt]sx",
    "*-test.js",
    "*Test.php",
    "*_test.go",
    "*_spec.rb",
    "*Test.java",
    "*Tests.java",
    "*TestCase.java",
    "Test[A-Z]*.java",
    "*Test.kt",
    "*Tests.cs",
    "*Test.cs",
)
"""gitignore-style patterns of test files."""

LANGUAGES = {
    ".py": "python",
    ".js": "javascript",
    ".cjs": "javascript",
    ".mjs": "javascript",
    ".jsx": "javascript",
    ".ts": "typescript",
    ".tsx": "tsx",
    ".php": "php",
    ".java": "java",
    ".go": "go",
    ".rb": "ruby",
    ".rs": "rust",
    ".cs": "csharp",
}
"""The grammar of a file, by its suffix."""

LICENCE_FILES = ("LICENSE", "LICENSE.md", "LICENSE.txt", "LICENCE", "LICENCE.md", "COPYING")
LICENCES = {
    "AGPL-3.0": r"GNU AFFERO GENERAL PUBLIC LICENSE\s+Version 3",
    "LGPL-3.0": r"GNU LESSER GENERAL PUBLIC LICENSE\s+Version 3",
    "LGPL-2.1": r"GNU LESSER GENERAL PUBLIC LICENSE\s+Version 2\.1",
    "GPL-3.0": r"GNU GENERAL PUBLIC LICENSE\s+Version 3",
    "GPL-2.0": r"GNU GENERAL PUBLIC LICENSE\s+Version 2",
    "MPL-2.0": r"Mozilla Public License,? (?:Version|v\.) ?2\.0",
    "Apache-2.0": r"Apache License\s+Version 2\.0",
    "BSD-3-Clause": r"Redistribution and use in source and binary forms[\s\S]{0,900}Neither the name",
    "BSD-2-Clause": r"Redistribution and use in source and binary forms",
    "ISC": r"Permission to use, copy, modify, and(?:/or)? distribute this software",
    "MIT": r"Permission is hereby granted, free of charge",
    "Unlicense": r"This is free and unencumbered software released into the public domain",
}
"""SPDX names, by words that only such a licence has; the first that fits."""


def licence_of(read: Callable[[str], str | None]) -> str:
    """The SPDX name of a repository's licence; `read` gives a file's text, or None. Empty: not known."""
    text = next((told for name in LICENCE_FILES if (told := read(name))), "")[:6_000]
    return next((name for name, words in LICENCES.items() if re.search(words, text, re.IGNORECASE)), "")


@lru_cache(maxsize=8192)
def is_test(path: str) -> bool:
    """Whether a repository path is a test by the customs of its ecosystem."""
    return matches_any(TESTS, path)


def is_private(path: str) -> bool:
    """Whether no model sees a file: one of secrets, a dot file, or machinery that no fix may touch.

    Code of tests is shown: what fixtures do tells of the error.
    """
    plain = folded(path)
    if any(part.startswith(".") for part in plain.split("/")):
        return True
    is_code = PurePosixPath(plain).suffix in LANGUAGES
    return not (is_code and is_test(path)) and bool(protection(path) or (not is_code and holds_secrets(path)))


def governs_tests(path: str) -> bool:
    """Whether a file has a say in what the tests find: one of them, what they rest on, or how they run."""
    return is_test(path) or proves(path) or says_how_tests_run(path)
