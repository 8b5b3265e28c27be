"""Path filters read as git reads .gitignore."""

from __future__ import annotations

import pytest

from homeostat.config import PathFilters, matches, parse, path_refusal

FILTERS = PathFilters(include=("src/", "content/", "*.md"), exclude=("tests/", "docs/"))

OUTSIDE = "outside path_filters.include"
UNPLAIN = "not a plain relative path"

PATHS = {
    "src/a.js": None,
    "src/deep/er/a.js": None,
    "packages/one/src/a.js": None,
    "content/a.js": None,
    "README.md": None,
    "src2/a.js": OUTSIDE,
    "mysrc/a.js": OUTSIDE,
    "src": OUTSIDE,
    "Src/a.js": OUTSIDE,
    "a.js": OUTSIDE,
    "src/tests/a.js": "excluded by path_filters.exclude pattern 'tests/'",
    "docs/a.md": "excluded by path_filters.exclude pattern 'docs/'",
    "docs/line\nbreak.md": "excluded by path_filters.exclude pattern 'docs/'",
    "line\nbreak/docs/a.md": "excluded by path_filters.exclude pattern 'docs/'",
    "docs2/a.md": None,
    "src/../.github/x": UNPLAIN,
    "./src/a.js": UNPLAIN,
    "/src/a.js": UNPLAIN,
    "src//a.js": UNPLAIN,
    "src/": UNPLAIN,
    "": UNPLAIN,
}


@pytest.mark.parametrize(("path", "refusal"), PATHS.items())
def test_a_path_passes_or_the_refusal_names_its_reason(path: str, refusal: str | None) -> None:
    assert path_refusal(FILTERS, path) == refusal


def test_nothing_is_excluded_without_exclude() -> None:
    assert path_refusal(PathFilters(include=("src/**",)), "src/tests/a.js") is None
    assert path_refusal(PathFilters(include=("src/**",)), "lib/src/a.js") == OUTSIDE


def test_the_first_pattern_that_matches_is_named() -> None:
    assert matches(("a.py", "*.py", "a.*"), "lib/a.py") == "a.py"
    assert matches(("b.py", "*.py", "a.*"), "lib/a.py") == "*.py"
    assert matches((), "lib/a.py") is None


SENSITIVE = [
    "manifest.json",
    "src/auth/login.js",
    "src/OAuth.js",
    "lib/api_keys.py",
    "lib/apiKey.js",
    "a/encryption.c",
]
SENSITIVE += [
    "payment/x.js",
    "src/stripe.js",
    "src/userData.js",
    "src/user-data.js",
    "tokenStore.js",
    ".env",
    ".npmrc",
]
SENSITIVE += [
    "config/secrets/a.yml",
    "shared/security/x.js",
    ".env.local",
    ".aws/config",
    "gcp-credentials.json",
]


@pytest.mark.parametrize("path", SENSITIVE)
def test_what_guards_people_and_money_is_sensitive_by_default(path: str) -> None:
    assert matches(default_sensitive_paths(), path)


@pytest.mark.parametrize("path", ["src/index.js", "README.md", "content/popup.html", "environment.js"])
def test_ordinary_code_is_not_sensitive(path: str) -> None:
    assert matches(default_sensitive_paths(), path) is None


def default_sensitive_paths() -> tuple[str, ...]:
    text = (
        b"version: 1\nrepositories:\n- {slug: a/b, branch: m, max_prs_per_run: 1, labels: [], "
        b"path_filters: {include: [a]}, test_command: t}"
    )
    return parse(text, "r.yml").repositories[0].sensitive_paths
