"""What a change says of an earlier one."""

import pytest

from homeostat.patterns import takes_back

BROKEN = "def rate(table, land):\n    percent = table[land]\n\n    return percent / 100\n"
MENDED = BROKEN.replace("table[land]", "table.get(land, 0)")
GUARDED = BROKEN.replace("    percent", "    if not table:\n        return 0\n    percent", 1)
ELSE = "def other(table):\n    if not table:\n        return 0\n"
PATH = "src/rates.py"


@pytest.mark.parametrize(
    ("mended", "before", "after"),
    [
        pytest.param(MENDED, MENDED, BROKEN, id="all of it"),
        pytest.param(GUARDED, GUARDED, BROKEN, id="a fix that only adds lines"),
        pytest.param(MENDED, MENDED + "# more\n", BROKEN + "# more\n", id="in a file that has grown"),
        pytest.param(MENDED, MENDED, "# first\n" + BROKEN + "# more\n", id="with something besides"),
        pytest.param(MENDED, MENDED.replace("0)", "1)"), BROKEN, id="once its line was changed again"),
        pytest.param(GUARDED, GUARDED + ELSE, BROKEN + ELSE, id="where a line of it stands elsewhere"),
        pytest.param(MENDED, MENDED.replace("\n", "\r\n"), BROKEN, id="with other line ends"),
    ],
)
def test_a_change_takes_a_fix_back(mended: str, before: str, after: str) -> None:
    assert takes_back([(PATH, before, after)], [(PATH, BROKEN, mended)])


@pytest.mark.parametrize(
    ("mended", "before", "after"),
    [
        pytest.param(MENDED, MENDED, MENDED + "# more\n", id="a line besides"),
        pytest.param(MENDED, MENDED, MENDED + "    percent = table[land]\n", id="the broken line besides"),
        pytest.param(MENDED, MENDED, MENDED.replace("0)", "1)"), id="another fix"),
        pytest.param(GUARDED, GUARDED, GUARDED.replace("/ 100", "/ 10"), id="a line below"),
    ],
)
def test_a_change_beside_a_fix_takes_nothing_back(mended: str, before: str, after: str) -> None:
    assert not takes_back([(PATH, before, after)], [(PATH, BROKEN, mended)])


def test_a_change_elsewhere_takes_nothing_back() -> None:
    fix = [(PATH, BROKEN, MENDED)]
    assert not takes_back([("src/other.py", MENDED, BROKEN)], fix)
    assert not takes_back([], fix)
    assert not takes_back([(PATH, MENDED, BROKEN)], [])


def test_only_what_a_fix_did_to_the_product_counts() -> None:
    fix = [("tests/test_rates.py", "a = 1\n", "a = 2\n"), (PATH, BROKEN, MENDED)]
    assert not takes_back([("tests/test_rates.py", "a = 2\n", "a = 1\n")], fix)
    assert takes_back([(PATH, MENDED, BROKEN)], fix)
