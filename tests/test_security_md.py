"""SECURITY.md: each guarantee names a test that is there."""

import ast
import re
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PAGE = (ROOT / "SECURITY.md").read_text(encoding="utf-8")
NAMED = re.compile(r"`(tests/[\w/]+\.py)::(\w+(?:::\w+)?)`")
TABLE = PAGE.partition("| guarantee | held by |\n|---|---|\n")[2].partition("\n\n")[0].splitlines()


@cache
def _tests(path: str) -> frozenset[str]:
    """The tests that pytest would collect from a file: functions, and methods as `Class::method`."""
    body = ast.parse((ROOT / path).read_text(encoding="utf-8")).body
    groups = [("", body)]
    groups += [(f"{one.name}::", one.body) for one in body if isinstance(one, ast.ClassDef)]
    return frozenset(
        prefix + one.name
        for prefix, among in groups
        for one in among
        if isinstance(one, ast.FunctionDef) and one.name.startswith("test_")
    )


def test_the_page_has_a_table_of_guarantees() -> None:
    assert len(TABLE) >= 20


@pytest.mark.parametrize("row", TABLE, ids=lambda row: row[2:40])
def test_each_guarantee_names_tests_and_nothing_beside_them(row: str) -> None:
    _, guarantee, held, _ = row.split("|")
    assert guarantee.strip()
    assert NAMED.findall(held)
    assert NAMED.sub("", held).strip() == ""


@pytest.mark.parametrize(("path", "name"), NAMED.findall(PAGE), ids=lambda part: part)
def test_every_test_that_is_named_exists(path: str, name: str) -> None:
    assert (ROOT / path).is_file()
    assert name in _tests(path)


def test_every_file_that_is_named_exists() -> None:
    files = re.findall(r"`(tests/[\w/]+\.py)`|\]\((?!https)([^)#]+)", PAGE)
    assert files
    assert [one for pair in files for one in pair if one and not (ROOT / one).is_file()] == []
