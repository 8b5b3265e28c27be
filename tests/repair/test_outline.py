"""Whole functions and classes, where they are and what they call, in every language."""

import pytest

from homeostat.repair.outline import AROUND, LONGEST, Unit, around, called, calls_of, head, units

PYTHON = """\
import os

LIMIT = 3


@cached
def first(items):
    return pick(items)[0]


class Shop:
    def total(self, items):
        return sum(self.price(item) for item in items)

    async def load(self):
        def inner():
            return Row(1)
        return inner()


add = lambda a, b: a + b
"""
JAVASCRIPT = """\
const fs = require('fs');

function first(items) {
  return new Row(pick(items));
}

const second = async (items) => {
  await items.load().save();
};

exports.third = function () {
  first();
};

export class Shop extends Base {
  total = (items) => {
    return sum(items);
  };

  load(id) {
    this.read(id);
  }
}

export default function fourth() {}
"""
TYPESCRIPT = """\
import { x } from './x';

export interface Row {
  id: number;
}

abstract class Base<T> {
  protected async load(id: number): Promise<T> {
    return read<T>(id);
  }
}

export const total = (rows: Row[]): number => {
  return sum(rows as Row[]);
};

enum Kind { A, B }
"""
PHP = """\
<?php

namespace Shop;

use Other\\Thing;

final class Cart extends Base
{
    public function total(array $items): int
    {
        $this->check($items);
        Price::of($items);
        return array_sum(new Row($items));
    }
}

function first(array $items) { return pick($items); }
"""
TEXTS = {"a.py": PYTHON, "a.js": JAVASCRIPT, "a.ts": TYPESCRIPT, "a.php": PHP}


def found(path: str) -> dict[str, tuple[int, int]]:
    return {unit.name: (unit.first, unit.last) for unit in units(TEXTS[path], path)}


def named(path: str, name: str) -> Unit:
    return next(unit for unit in units(TEXTS[path], path) if unit.name == name)


@pytest.mark.parametrize("path", ["a.txt", "a", "a.py", "a.js", "a.php"])
def test_an_empty_file_has_no_units(path: str) -> None:
    assert units("", path) == ()
    assert head("", path) is None
    assert calls_of("f", "", path) == []


def test_a_file_of_no_known_language_has_no_units() -> None:
    assert units("def f(): pass\n", "README.md") == ()


def test_a_bundle_has_no_units() -> None:
    assert units("def f(): pass\n".ljust(LONGEST), "a.py")
    assert units("def f(): pass\n".ljust(LONGEST + 1), "a.py") == ()


@pytest.mark.parametrize(
    ("path", "names"),
    [
        pytest.param(
            "a.py",
            {"first": (6, 8), "Shop": (11, 18), "total": (12, 13), "load": (15, 18), "inner": (16, 17)},
            id="py",
        ),
        pytest.param(
            "a.js",
            {"first": (3, 5), "second": (7, 9), "third": (11, 13), "Shop": (15, 23), "total": (16, 18),
             "load": (20, 22), "fourth": (25, 25)},
            id="js",
        ),
        pytest.param(
            "a.ts",
            {"Row": (3, 5), "Base": (7, 11), "load": (8, 10), "total": (13, 15), "Kind": (17, 17)},
            id="ts",
        ),
        pytest.param("a.php", {"Cart": (7, 15), "total": (9, 14), "first": (17, 17)}, id="php"),
    ],
)  # fmt: skip
def test_units_are_whole_with_what_stands_around_them(path: str, names: dict[str, tuple[int, int]]) -> None:
    assert found(path) == names
    assert len(units(TEXTS[path], path)) == len(names)


@pytest.mark.parametrize("path", TEXTS)
def test_the_text_of_a_unit_is_its_lines(path: str) -> None:
    lines = TEXTS[path].split("\n")
    assert all(unit.text == "\n".join(lines[unit.first - 1 : unit.last]) for unit in units(TEXTS[path], path))


def test_a_unit_is_told_by_path_and_lines() -> None:
    assert named("a.py", "first").title == "a.py, lines 6 to 8"


@pytest.mark.parametrize(
    ("path", "name", "calls"),
    [
        pytest.param("a.py", "first", ("pick",), id="py function"),
        pytest.param("a.py", "Shop", ("sum", "price", "Row", "inner"), id="py class"),
        pytest.param("a.js", "first", ("Row", "pick"), id="js new"),
        pytest.param("a.js", "second", ("save", "load"), id="js chain"),
        pytest.param("a.js", "load", ("read",), id="js method"),
        pytest.param("a.js", "fourth", (), id="js none"),
        pytest.param("a.ts", "load", ("read",), id="ts generic"),
        pytest.param("a.php", "total", ("check", "of", "array_sum", "Row"), id="php method"),
        pytest.param("a.php", "first", ("pick",), id="php function"),
    ],
)
def test_calls_are_known_by_the_last_name(path: str, name: str, calls: tuple[str, ...]) -> None:
    assert called(named(path, name), TEXTS[path]) == calls


def test_a_call_is_found_in_the_innermost_unit() -> None:
    assert [unit.name for unit in calls_of("Row", PYTHON, "a.py")] == ["inner"]
    assert [unit.name for unit in calls_of("first", JAVASCRIPT, "a.js")] == ["third"]
    assert calls_of("nowhere", PYTHON, "a.py") == []


def test_a_function_that_calls_itself_is_no_caller_of_its_own() -> None:
    assert calls_of("f", "def f(n):\n    return f(n - 1)\n", "a.py") == []


@pytest.mark.parametrize(
    ("line", "name"),
    [
        pytest.param(13, "total", id="a method"),
        pytest.param(17, "inner", id="a function in it"),
        pytest.param(18, "load", id="behind that"),
        pytest.param(11, "Shop", id="the class"),
        pytest.param(6, "first", id="a decorator"),
    ],
)
def test_a_line_stands_in_its_innermost_unit(line: int, name: str) -> None:
    assert around(PYTHON, "a.py", line).name == name


def test_a_line_outside_of_units_stands_among_its_neighbours() -> None:
    text = "\n".join(["", *(f"x{n} = {n}" for n in range(200)), ""])
    unit = around(text, "a.py", 100)
    assert unit.name == ""
    assert unit.first <= 100 - AROUND
    assert 100 + AROUND <= unit.last <= 100 + 2 * AROUND
    assert unit.text.split("\n") == text.split("\n")[unit.first - 1 : unit.last]


def test_neighbours_reach_to_the_next_blank_line() -> None:
    text = "\n".join(f"x{n}" if n not in {60, 145} else "" for n in range(1, 300))
    unit = around(text, "a.txt", 100)
    assert (unit.first, unit.last) == (61, 144)


@pytest.mark.parametrize("line", [1, 2, 3, 500, 10**9])
def test_a_line_behind_the_end_of_a_file_is_its_last(line: int) -> None:
    unit = around("a\nb\n", "a.py", line)
    assert (unit.first, unit.last, unit.text) == (1, 3, "a\nb\n")


def test_what_stands_before_the_first_unit_is_the_head() -> None:
    found = head(PYTHON, "a.py")
    assert found is not None
    assert (found.first, found.last, found.text) == (1, 5, "import os\n\nLIMIT = 3\n\n")
    assert head("\n\ndef f(): pass\n", "a.py") is None
    assert head("import os\n", "a.py") is None


@pytest.mark.parametrize(
    ("path", "text"),
    [
        pytest.param("a.py", f"x = {'(' * 9_999}1{')' * 9_999}\n", id="brackets"),
        pytest.param(
            "b.py", "".join(f"{' ' * n}def f{n}():\n" for n in range(500)), id="functions of Python"
        ),
        pytest.param("a.js", "function f() {\n" * 2_000 + "g();\n" + "}\n" * 2_000, id="functions"),
        pytest.param("b.js", "if (a) {} else " * 3_000 + "{}", id="branches"),
        pytest.param("a.php", "<?php " + "f(" * 5_000 + ")" * 5_000 + ";", id="calls"),
        pytest.param("c.js", f"{'}' * 5_000}{'{' * 5_000}", id="garbage"),
    ],
)
def test_code_may_nest_without_end(path: str, text: str) -> None:
    around(text, path, 1)
    head(text, path)
    callers = calls_of("g", text, path)
    assert all(unit.path == path for unit in (*units(text, path), *callers))
