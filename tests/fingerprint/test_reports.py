"""Real programs that fail on purpose, told of by many runtimes, machines, loggers and builds."""

from __future__ import annotations

from collections import defaultdict
from fnmatch import fnmatch

import pytest

from homeostat.fingerprint import EARLIER, VERSION, identify
from tests.fingerprint import golden
from tests.fingerprint.corpus import CORPUS, MINIFIED, Report, by_folder, figures, index, of_group, reports

APART = {
    "browser/destructured": {"firefox", "firefox-extension", "webkit"},  # they name another part of the error
    "browser/no-function": {
        "firefox",
        "firefox-hashed",
        "firefox-extension",
    },  # only Firefox names the function
    "browser/unreachable": {"webkit"},  # no stack
    "java/number": {"deep"},  # the message is the number, in quotes
    "javascript/refused": {"winston"},  # it prints no cause
    "php/memory": {"php-8.5", "xdebug"},  # the others print no stack
    "python/anchors": {"pypy"},  # it names the key
    "python/bad-json": {"pypy"},  # a parser with words of its own
    "python/price": {"pypy"},
    "python/stock": {"pypy"},
    "ruby/refused": {"jruby"},  # it prints no cause
    "rust/differs": {"old", "old-backtrace"},  # assert_eq! was worded otherwise
}
"""Reports that do not say enough, or say it too differently, to be told to be the group's error."""

STACKLESS = "webpack-dev/*"
"""In code that webpack evaluates, WebKit knows no file: nothing but type and message is left."""

ALIKE = [
    {"go/refused", "go/repanicked"},  # the same panic, thrown once more
    {"webpack-dev/customer", "webpack-dev/order"},  # by WebKit: see STACKLESS
    {"webpack-dev/price", "webpack-dev/stock"},
]
"""Errors that are told to be one."""

REPANICKED = ("go/refused", "go/repanicked")
"""The first panic is to blame, where the second one surfaced."""

UNFOLDED = [group for group in index() if not group.startswith(MINIFIED)]


def has_stack(report: Report) -> bool:
    return not (fnmatch(report.group, STACKLESS) and report.variant == "webkit")


def test_every_file_is_in_the_index() -> None:
    files = {str(path.relative_to(CORPUS)) for path in (CORPUS / "reports").rglob("*.txt")}
    assert files == {facts["file"] for entry in index().values() for facts in entry["variants"].values()}


@pytest.mark.parametrize("group", UNFOLDED)
def test_one_error_has_one_id(group: str) -> None:
    kept = [r for r in of_group(group) if r.variant not in APART.get(group, ()) and has_stack(r)]
    assert len({report.found.exact for report in kept}) == 1
    assert len({report.found.coarse for report in kept}) == 1


@pytest.mark.parametrize("group", APART)
def test_what_is_apart_is_so_for_good_reason(group: str) -> None:
    ids = {report.variant: report.found.exact for report in of_group(group)}
    apart = {ids[variant] for variant in APART[group]}
    assert not apart & {exact for variant, exact in ids.items() if variant not in APART[group]}


@pytest.mark.parametrize("folder", [folder for folder in by_folder() if folder not in MINIFIED])
def test_two_errors_have_two_ids(folder: str) -> None:
    groups = defaultdict(set)
    for report in by_folder()[folder]:
        groups[report.found.exact].add(report.group)
    assert [told for told in groups.values() if len(told) > 1 and told not in ALIKE] == []


@pytest.mark.parametrize("group", UNFOLDED)
def test_type_language_and_culprit_are_those_of_the_program(group: str) -> None:
    for report in filter(has_stack, of_group(group)):
        expected = report.expected
        assert report.failure.type == (expected["type"] or report.failure.type), report.variant
        if report.failure.frames:
            assert report.failure.language == expected["language"], report.variant
        if report.failure.frames and not expected.get("causes") and group not in REPANICKED:
            _assert_blamed(report)


def _assert_blamed(report: Report) -> None:
    """The culprit's file, as far as it is printed, and its function, as far as that has a name."""
    (file, function), culprit = report.expected["own"], report.found.culprit
    assert culprit is not None
    printed = culprit.file.replace("\\", "/").partition("?")[0].rpartition("/")[2]
    assert not printed or fnmatch(printed, file), report.variant
    assert not function or not culprit.function or culprit.function in function, report.variant


FIGURES = {
    "browser": 0.90,
    "csharp": 1.0,
    "esbuild": 1.0,
    "go": 1.0,
    "java": 0.97,
    "javascript": 0.97,
    "kotlin": 1.0,
    "php": 0.97,
    "python": 0.90,
    "rollup": 1.0,
    "ruby": 0.97,
    "rust": 0.96,
}
"""At least this share of the pairs of reports of one error has one exact id."""


@pytest.mark.parametrize("folder", FIGURES)
def test_the_figures_stand(folder: str) -> None:
    found = figures(by_folder()[folder])
    assert found["exact recall"] >= FIGURES[folder]
    assert found["exact precision"] >= (0.85 if folder == "go" else 1.0)
    assert found["coarse recall"] >= found["exact recall"] - 0.01


def test_ids_lie_in_ledgers_and_do_not_change_within_a_version() -> None:
    ids = {group: [report.found.exact, report.found.coarse] for group, report in golden.firsts().items()}
    assert ids == golden.known(VERSION)


def test_every_version_that_ledgers_may_hold_is_still_known() -> None:
    assert {path.stem for path in golden.FOLDER.glob("*.json")} == {VERSION, *EARLIER}
    for version, algorithm in EARLIER.items():
        ids = {group: algorithm(report.failure, None) for group, report in golden.firsts().items()}
        assert ids == {group: exact for group, (exact, _) in golden.known(version).items()}


def test_a_failure_is_known_by_the_ids_of_earlier_versions_too() -> None:
    failure = reports()[0].failure
    found = identify(failure, None, earlier={"hs0": lambda told, _: f"hs0-{told.language}"})
    assert found.ids == (identify(failure, None).exact, "hs0-javascript")
