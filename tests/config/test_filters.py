"""Path filters read as git reads .gitignore."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

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


PATTERNS = """
    src/ src src/** src/* src/**/ src/*/ src/**/*/ src/**/x/ **/ **/x/ */ a/**/ **/src **/src/**
    src/**/*.js *.js a?.js src/x*y/ [a-c].js [!a-c].js [^a-c].js [ab]/x src/[[]id]/ src/[[]id[]]/
    src/[id]/ [[]x [![]x [[a]x [a[]x [[]] []]x []a[]x [a-]x [!!]x [[:alpha:]].js [[:digit:]_]x
    [^[:alpha:]].js [[:upper:][:digit:]].js [[:xdigit:]-]x [x[:lower:]]x [:alpha:]x [[:alnum:]]/
"""
PLACES = """
    src a.js src/a.js src/x/y.js src/x/z/y.js src/x/src/y/z src/xay/q.js b/src/x/y.js src/[id]/a.js
    src/id/a src/i/a src/id]/x src/[id/x a/b a/b/c x/y ab/x ax/y A.js d.js 1.js _.js ab.js _x 5x [x
    ax ]x a] [] [ []x px -x !x q/r é/r
"""


def test_a_pattern_means_what_it_means_to_git(tmp_path: Path) -> None:
    env = {"PATH": os.environ["PATH"], "HOME": os.devnull, "GIT_CONFIG_GLOBAL": os.devnull}
    git = ("git", "-C", str(tmp_path), "-c", "core.ignoreCase=false")
    subprocess.run([*git, "init", "--quiet", "--template="], env=env, check=True)
    places = PLACES.split()
    told = "".join(f"./{place}\0" for place in places)
    for pattern in PATTERNS.split():
        (tmp_path / ".gitignore").write_text(f"{pattern}\n")
        words = (*git, "check-ignore", "--no-index", "--stdin", "-z")
        done = subprocess.run(words, env=env, input=told, capture_output=True, text=True, check=False)
        theirs = {place.removeprefix("./") for place in done.stdout.split("\0") if place}
        ours = {place for place in places if matches((pattern,), place)}
        assert ours == theirs, pattern


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
