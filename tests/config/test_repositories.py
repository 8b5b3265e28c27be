"""repos.yml: what it means when it is right, and what its author reads when it is not."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

from homeostat.config import (
    ApplyMode,
    Config,
    PathFilters,
    Repository,
    Tier,
    load,
    parse,
)
from homeostat.errors import ConfigError
from homeostat.onboarding import SCHEMA

EXAMPLE = Path(__file__).parents[2] / "examples" / "repos.yml"

SMALLEST = """\
version: 1
repositories:
  - slug: a/b
    branch: main
    max_prs_per_run: 2
    labels: [fix]
    path_filters: {include: [src/]}
    test_command: npm test
"""


def read(text: str | bytes) -> Config:
    return parse(text.encode() if isinstance(text, str) else text, "r.yml")


def only(text: str) -> Repository:
    (repository,) = read(text).repositories
    return repository


def refusal(text: str | bytes) -> str:
    with pytest.raises(ConfigError) as caught:
        read(text)
    return str(caught.value)


def with_line(line: str) -> str:
    """The smallest configuration and one more line in its repository, which is line 9."""
    return f"{SMALLEST}    {line}\n"


def reference(name: str) -> Repository:
    return Repository(
        slug=f"littlebearapps/{name}",
        branch="main",
        max_prs_per_run=2,
        labels=("homeostat-fix", name),
        path_filters=PathFilters(include=("src/", "content/", "background/"), exclude=("tests/", "docs/")),
        test_command="npm test",
        confidence_threshold=0.8,
        enabled=True,
        setup_command=None,
        test_timeout_minutes=10.0,
        test_image=None,
        test_network=False,
        report_labels=("robot",),
        report_authors=None,
        in_app=PathFilters(),
        sensitive_paths=only(SMALLEST).sensitive_paths,
        protected_paths=(),
        apply_mode=None,
        max_open_prs=5,
        max_cost_usd=None,
        models_on_sensitive_paths=True,
        tiers=tuple(Tier),
    )


def test_the_reference_configuration_holds_its_three_repositories() -> None:
    names = ("convert-my-file", "notebridge", "palette-kit")
    assert load(EXAMPLE) == Config(version=1, repositories=tuple(reference(name) for name in names))


def test_the_reference_configuration_names_its_schema_for_editors() -> None:
    first_line = EXAMPLE.read_text("utf-8").splitlines()[0]
    assert first_line == f"# yaml-language-server: $schema={SCHEMA}"


def test_no_repositories_is_a_configuration() -> None:
    assert read("version: 1\nrepositories: []") == Config(1, ())


def test_every_key_is_read() -> None:
    repository = only(
        SMALLEST
        + """\
    confidence_threshold: 1
    enabled: false
    setup_command: npm ci
    test_timeout_minutes: 2.5
    test_image: php:8.3-cli
    test_network: true
    report_labels: [bug, crash]
    report_authors: [alice, "dependabot[bot]"]
    in_app: {include: [vendor/ours/], exclude: [src/copied/]}
    sensitive_paths: []
    protected_paths: [migrations/]
    apply_mode: commit
    max_open_prs: 0
    max_cost_usd: 0.1
    models_on_sensitive_paths: false
    tiers: [search, patterns]
"""
    )
    assert repository == Repository(
        slug="a/b",
        branch="main",
        max_prs_per_run=2,
        labels=("fix",),
        path_filters=PathFilters(include=("src/",), exclude=()),
        test_command="npm test",
        confidence_threshold=1.0,
        enabled=False,
        setup_command="npm ci",
        test_timeout_minutes=2.5,
        test_image="php:8.3-cli",
        test_network=True,
        report_labels=("bug", "crash"),
        report_authors=("alice", "dependabot[bot]"),
        in_app=PathFilters(include=("vendor/ours/",), exclude=("src/copied/",)),
        sensitive_paths=(),
        protected_paths=("migrations/",),
        apply_mode=ApplyMode.COMMIT,
        max_open_prs=0,
        max_cost_usd=Decimal("0.1"),
        models_on_sensitive_paths=False,
        tiers=(Tier.SEARCH, Tier.PATTERNS),
    )


def test_a_value_of_its_own_replaces_the_default_whole() -> None:
    repository = only(f"defaults:\n  path_filters: {{include: [lib/], exclude: [tests/]}}\n{SMALLEST}")
    assert repository.path_filters == PathFilters(include=("src/",), exclude=())


def test_defaults_stand_in_for_what_a_repository_leaves_out() -> None:
    moved = SMALLEST.replace("    branch: main\n", "").replace(
        "version: 1", "version: 1\ndefaults: {branch: dev}"
    )
    assert only(moved).branch == "dev"


def test_a_missing_key_points_at_its_repository() -> None:
    assert refusal(SMALLEST.replace("    branch: main\n", "")) == (
        "r.yml:3:5: repositories[0].branch: missing; give it here or in defaults"
    )


def test_defaults_cannot_give_a_slug() -> None:
    assert refusal(f"defaults: {{slug: a/b}}\n{SMALLEST}") == "r.yml:1:12: defaults.slug: unknown key"


def test_all_problems_are_told_in_the_order_of_the_file() -> None:
    text = (
        SMALLEST.replace("2", '"2"')
        .replace("test_command", "test_comand")
        .replace("version: 1", "version: 3")
    )
    assert refusal(text).splitlines() == [
        "r.yml:1:10: version: this release reads version 1 only, found the number 3",
        "r.yml:3:5: repositories[0].test_command: missing; give it here or in defaults",
        (
            'r.yml:5:22: repositories[0].max_prs_per_run: expected an integer, found the string "2"; '
            "remove the quotes"
        ),
        "r.yml:8:5: repositories[0].test_comand: unknown key; did you mean 'test_command'?",
    ]


SLIPS = {
    "a number in quotes": (
        'max_open_prs: "5"',
        'expected an integer, found the string "5"; remove the quotes',
    ),
    "a fraction in quotes": ('max_cost_usd: "0.5"', 'found the string "0.5"; remove the quotes'),
    "not a number at all": ("max_open_prs: 1_000", 'expected an integer, found the string "1_000"'),
    "a quoted octal": ('max_open_prs: "010"', 'expected an integer, found the string "010"'),
    "a whole fraction": ("max_open_prs: 2.0", "expected an integer, found the number 2.0; write 2"),
    "a real fraction": ("max_open_prs: 2.5", "expected an integer, found the number 2.5"),
    "a boolean for a number": ("max_open_prs: true", "expected an integer, found the boolean true"),
    "an octal": ("max_open_prs: 010", '"010" is read differently by different YAML versions'),
    "a hexadecimal": ("max_open_prs: 0x10", '"0x10" is read differently'),
    "a number without end": ("max_open_prs: " + "9" * 5000, "is read differently"),
    "NaN": ("confidence_threshold: .nan", '".nan" is not a number that can be used here'),
    "infinity": ("max_cost_usd: .inf", '".inf" is not a number that can be used here'),
    "an overflow": ("max_cost_usd: 1e999", '"1e999" is not a number that can be used here'),
    "below zero": ("max_open_prs: -1", "expected at least 0, found the number -1"),
    "above one": ("confidence_threshold: 1.5", "expected at most 1, found the number 1.5"),
    "no time": ("test_timeout_minutes: 0", "expected more than 0, found the number 0"),
    "too much time": ("test_timeout_minutes: 361", "expected at most 360"),
    "yes": ("enabled: yes", 'expected true or false, found the string "yes"; write true'),
    "off": ("enabled: Off", "; write false"),
    "true in quotes": ("enabled: 'true'", "; write true without quotes"),
    "perhaps": ("enabled: perhaps", 'expected true or false, found the string "perhaps"'),
    "one for true": ("enabled: 1", "expected true or false, found the number 1"),
    "a string for a list": ("report_labels: robot", "; write it as a list: [robot]"),
    "a phrase for a list": ("report_labels: a b", '; write it as a list: ["a b"]'),
    "a mapping for a list": ("report_labels: {a: b}", "expected a list, found a mapping"),
    "nothing for a list": (
        "report_labels:",
        "expected a list, found nothing; give it a value or remove the key",
    ),
    "a number for a string": (
        "setup_command: 5",
        "expected a string or nothing, found the number 5; put it in quotes",
    ),
    "a list for a string": ("setup_command: [a]", "expected a string or nothing, found a list"),
    "a misspelt mode": (
        "apply_mode: comit",
        "expected one of propose, commit, found the string \"comit\"; did you mean 'commit'?",
    ),
    "a misspelt tier": ("tiers: [gpt5]", "did you mean 'gpt-5'?"),
    "no tier": ("tiers: []", "needs at least one entry"),
    "a bare login": ("report_authors: alice", "expected trusted, or a list of GitHub logins such as [alice]"),
    "misspelt trust": ("report_authors: trustd", "did you mean 'trusted'?"),
    "no login": ("report_authors: ['-x-']", "not a GitHub login"),
    "a number of authors": ("report_authors: 5", "expected a string or a list, found the number 5"),
    "a label twice": (
        "report_labels: [a, b, a]",
        'r.yml:9:27: repositories[0].report_labels[2]: the string "a" is listed twice',
    ),
    "a label with a comma": ("report_labels: ['a,b']", "a label needs text, without commas"),
    "a blank label": ("report_labels: [' ']", "a label needs text"),
    "a long label": (f"report_labels: [{'a' * 51}]", "longer than 50 characters"),
    "an image like an option": ("test_image: --privileged", "expected an image such as php:8.3-cli"),
    "an image in capitals": ("test_image: PHP", "expected an image such as php:8.3-cli"),
    "an empty command": ("setup_command: ''", "a command must not be empty"),
    "a command with NUL": ('setup_command: "a\\0b"', "a command must not hold control characters"),
    "a long command": (f"setup_command: {'a' * 4097}", "longer than 4096 characters"),
    "a key twice": (
        "branch: dev",
        "r.yml:9:5: repositories[0].branch: the key stands twice; the first is on line 4",
    ),
    "a date as a key": ("2024-01-01: x", "repositories[0].2024-01-01: unknown key"),
    "a number as a key": ("1: x", "a key must be text; put it in quotes"),
    "NaN as a key": (".nan: x", '".nan" is not a number'),
    "a list as a key": ("? [a]\n    : b", "a key must be text"),
    "a merge key": (
        "<<: {branch: x}",
        "merge keys (<<) are not supported; put what repositories share into defaults",
    ),
    "on as a key": ("on: x", "repositories[0].on: unknown key"),
    "a key of several lines": ('"a\\nb": x', 'repositories[0]."a\\nb": unknown key'),
}


@pytest.mark.parametrize(("line", "told"), SLIPS.values(), ids=SLIPS.keys())
def test_a_slip_is_told_in_one_line_of_plain_words(line: str, told: str) -> None:
    message = refusal(with_line(line))
    assert told in message
    assert message.startswith("r.yml:9:")
    assert len(message.splitlines()) == 1


def test_what_yaml_1_1_would_twist_is_text() -> None:
    repository = only(with_line("report_labels: [on, no, 2024-01-01, 1:30, 1_000]"))
    assert repository.report_labels == ("on", "no", "2024-01-01", "1:30", "1_000")


@pytest.mark.parametrize("version", ["1.0", "'1'", "2024-01-01", "true", "01", "2", "null"])
def test_only_version_1_is_read(version: str) -> None:
    assert refusal(SMALLEST.replace("version: 1", f"version: {version}")).startswith("r.yml:1:10: version: ")


SLUGS = [
    "a",
    "a/",
    "/b",
    "a/b/c",
    "-a/b",
    "a-/b",
    "a--b/c",
    "a_b/c",
    f"{'a' * 40}/b",
    "a/..",
    "a/.",
    "a/b.git",
]
SLUGS += ["a/b.GIT", "a/b c", f"a/{'b' * 101}", '"a/b\\n"', "https://github.com/a/b"]


@pytest.mark.parametrize("slug", SLUGS)
def test_a_slug_that_github_would_not_allow_is_refused(slug: str) -> None:
    told = "r.yml:3:11: repositories[0].slug: not a repository; write it as owner/name"
    assert refusal(SMALLEST.replace("a/b", slug)).startswith(told)


@pytest.mark.parametrize("slug", ["a/b", f"{'a' * 39}/{'b' * 100}", "a-b/.github", "A1/b_c.d-e", "a/b.gitx"])
def test_a_slug_that_github_allows_is_read(slug: str) -> None:
    assert only(SMALLEST.replace("a/b", slug)).slug == slug


BRANCHES = [
    "a..b",
    "-a",
    "/a",
    "a/",
    "a.",
    "a.lock",
    "a.lock/b",
    "a//b",
    "a/.b",
    '".a"',
    "'a b'",
    "a~1",
    "a^",
]
BRANCHES += ["'a:b'", "'a?'", "'a*'", "'a['", "'a\\b'", "'a@{b'", "'@'", "HEAD", '"a\\n"', '"a\\x7f"']


@pytest.mark.parametrize("branch", BRANCHES)
def test_a_branch_that_git_would_not_allow_is_refused(branch: str) -> None:
    told = "r.yml:4:13: repositories[0].branch: not a branch name that git accepts"
    assert refusal(SMALLEST.replace("main", branch)).startswith(told)


@pytest.mark.parametrize("branch", ["release/1.x", "a@b", "feature-1_2", "ünïcode", "locked"])
def test_a_branch_that_git_allows_is_read(branch: str) -> None:
    assert only(SMALLEST.replace("main", branch)).branch == branch


PATTERNS = {
    "!x": "a pattern cannot be negated with !; use include and exclude instead",
    "/src": "paths are relative; leave out the leading /",
    "../a": "must not hold the folders . or ..",
    "a/../b": "must not hold the folders . or ..",
    "./a": "must not hold the folders . or ..",
    "a//b": "or an empty one",
    "a\\b": "must not hold a backslash",
    "": "must not be empty",
    " a": "must not begin or end with a space",
    "{a,b}": "gitignore does not know {a,b}; write one pattern for each",
    "a**": "** stands for whole folders",
    "***": "** stands for whole folders",
    "a*b*c*d*e": "at most three *",
    "[": "not a pattern that can be read; check its brackets",
    "[z-a]": "check its brackets",
    "[[:alpha:]": "check its brackets",
    "[[:punct:]]": "of [[:alpha:]] and its like only alpha, digit, alnum, upper, lower or xdigit",
    "[[:letter:]]": "of [[:alpha:]] and its like only alpha",
    "#a": "write [#] for a leading #",
    "a" * 301: "longer than 300 characters",
}


@pytest.mark.parametrize("key", ["sensitive_paths", "protected_paths"])
@pytest.mark.parametrize(("pattern", "told"), PATTERNS.items())
def test_a_pattern_that_would_not_mean_what_it_says_is_refused(key: str, pattern: str, told: str) -> None:
    message = refusal(with_line(f"{key}: ['{pattern}']"))
    assert message.startswith(f"r.yml:9:{len(key) + 8}: repositories[0].{key}[0]: ")
    assert told in message
    assert len(message.splitlines()) == 1


@pytest.mark.parametrize("pattern", ["app/[[]id]/", "[[:alpha:]]*.js", "src/[id]/", "[#]a", "src/**/"])
def test_a_pattern_that_git_knows_is_read(pattern: str) -> None:
    assert only(with_line(f"protected_paths: ['{pattern}']")).protected_paths == (pattern,)


def test_a_pattern_with_NUL_is_refused() -> None:  # noqa: N802 -- the character's name
    assert "control characters" in refusal(SMALLEST.replace("[src/]", '["a\\0b"]'))


@pytest.mark.timeout(10)
def test_an_endless_pattern_is_refused_at_once() -> None:
    assert "longer than 300 characters" in refusal(SMALLEST.replace("[src/]", f"['{'*a' * 100_000}']"))


def test_filters_must_include_something() -> None:
    assert refusal(SMALLEST.replace("[src/]", "[]")) == (
        "r.yml:7:29: repositories[0].path_filters.include: needs at least one entry"
    )
    assert refusal(SMALLEST.replace("include", "exclude")) == (
        "r.yml:7:19: repositories[0].path_filters.include: missing; it must be given"
    )


ENTRY = SMALLEST[SMALLEST.index("  - ") :]
TWICE = {
    "in another case": SMALLEST + ENTRY.replace("a/b", "A/B"),
    "as an alias": SMALLEST.replace("- slug", "- &one\n    slug") + "  - *one\n",
    "beside other problems": "x: 1\n" + SMALLEST + ENTRY,
}


@pytest.mark.parametrize("text", TWICE.values(), ids=TWICE.keys())
def test_a_repository_listed_twice_is_refused(text: str) -> None:
    assert "repositories[1].slug: the repository is listed twice, first on line " in refusal(text)


def test_two_repositories_may_share_a_line() -> None:
    shared = "{branch: m, max_prs_per_run: 1, labels: [], path_filters: {include: [a]}, test_command: t}"
    text = f"version: 1\ndefaults: {shared}\nrepositories: [{{slug: a/b}}, {{slug: a/c}}]"
    assert [repository.slug for repository in read(text).repositories] == ["a/b", "a/c"]
    assert "listed twice, first on line 3" in refusal(text.replace("a/c", "a/b"))
