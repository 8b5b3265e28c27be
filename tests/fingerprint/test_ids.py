"""One error keeps one id: on every machine, after edits elsewhere, whatever its message carries."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from homeostat.fingerprint import VERSION, identify
from homeostat.records import Failure, Fingerprint, Frame, Origin


@dataclass(frozen=True)
class Tree:
    """A checkout in memory."""

    files: Mapping[str, str] = field(default_factory=dict)

    def paths(self) -> frozenset[str]:
        return frozenset(self.files)

    def read(self, path: str) -> str | None:
        return self.files.get(path)


def failure(*frames: Frame, type: str = "KeyError", message: str = "'timeout'") -> Failure:  # noqa: A002
    return Failure(type, message, frames, "python", Origin.TRACE)


# --- the culprit ----------------------------------------------------------------------------------

SETTINGS = "LIMIT = 3\n\ndef timeout(settings):\n    return settings['timeout']\n"
TREE = Tree(
    {"src/settings.py": SETTINGS, "src/run.py": "def run():\n    go()\n", "tests/test_run.py": "run()\n"}
)
RAISED = Frame("/srv/shop/src/settings.py", 4, function="timeout")
CALLER = Frame("/srv/shop/src/run.py", 2, function="run")
IN_TEST = Frame("/srv/shop/tests/test_run.py", 1, function="test_run")
IN_LIBRARY = Frame("/usr/lib/python3.12/json/decoder.py", 7, function="decode")
CULPRITS = {
    "innermost own frame": ((RAISED, CALLER), "src/settings.py"),
    "library passed over": ((IN_LIBRARY, RAISED, CALLER), "src/settings.py"),
    "test passed over": ((IN_TEST, CALLER, RAISED), "src/run.py"),
    "test when nothing else": ((IN_LIBRARY, IN_TEST), "tests/test_run.py"),
    "library when nothing else": ((IN_LIBRARY,), "json/decoder.py"),
}


@pytest.mark.parametrize(("frames", "path"), CULPRITS.values(), ids=CULPRITS.keys())
def test_the_culprit_is_the_innermost_frame_of_our_own(frames: tuple[Frame, ...], path: str) -> None:
    culprit = identify(failure(*frames), TREE).culprit
    assert culprit is not None
    assert culprit.path is not None
    assert culprit.path.endswith(path)


def test_a_failure_without_frames_has_no_culprit_and_still_an_identity() -> None:
    one, other = identify(failure(), TREE), identify(failure(message="'port'"), TREE)
    assert (one.culprit, one.site) == (None, None)
    assert one.exact != other.exact
    assert one.coarse != other.coarse


NAMES = {
    "class": "Settings.timeout",
    "receiver": "Object.timeout",
    "alias": "Settings.timeout [as get]",
    "php": "App\\Settings->timeout()",
    "php static": "App\\Settings::timeout(Array)",
    "async": "async timeout",
    "unknown": None,
    "module": "<module>",
}


@pytest.mark.parametrize("name", NAMES.values(), ids=NAMES.keys())
def test_a_function_is_known_by_its_bare_name(name: str | None) -> None:
    found = identify(failure(RAISED._replace(function=name)), TREE).culprit
    assert found is not None
    assert found.function == "timeout"


# --- the ids --------------------------------------------------------------------------------------


def _ids(found: Fingerprint) -> tuple[str, str, str | None]:
    return found.exact, found.coarse, found.site


USUAL = identify(failure(RAISED, CALLER), TREE)
MOVED = RAISED._replace(line=14)
EDITED_ABOVE = Tree({**TREE.files, "src/settings.py": "# note\n" * 10 + SETTINGS})
SAME = {
    "another machine": (failure(RAISED._replace(file="D:\\build\\src\\settings.py"), CALLER), TREE),
    "lines added above": (failure(MOVED, CALLER), EDITED_ABOVE),
    "line ends of Windows": (
        failure(RAISED, CALLER),
        Tree({path: text.replace("\n", "\r\n") for path, text in TREE.files.items()}),
    ),
    "a form feed above": (
        failure(RAISED, CALLER),
        Tree({**TREE.files, "src/settings.py": SETTINGS.replace("\n\n", "\n\f\n")}),
    ),
    "another caller": (failure(RAISED, IN_LIBRARY), TREE),
    "another column": (failure(RAISED._replace(column=9), CALLER), TREE),
    "the function not printed": (failure(RAISED._replace(function=None), CALLER), TREE),
}


@pytest.mark.parametrize(("told", "tree"), SAME.values(), ids=SAME.keys())
def test_all_three_ids_stay(told: Failure, tree: Tree) -> None:
    assert _ids(identify(told, tree)) == _ids(USUAL)


def test_exact_and_coarse_are_the_same_without_a_checkout() -> None:
    found = identify(failure(RAISED, CALLER), None)
    assert (found.exact, found.coarse, found.site) == (USUAL.exact, USUAL.coarse, None)


def test_numbers_in_the_message_leave_the_exact_id() -> None:
    one, other = (identify(failure(RAISED, message=f"got {n} of 7"), TREE) for n in (3, 4))
    assert one.exact == other.exact


def test_a_tag_in_a_message_is_no_placeholder() -> None:
    one, other = (
        identify(failure(RAISED, message=f"Expected <{tag}> in the page"), TREE) for tag in ("div", "p")
    )
    assert one.exact != other.exact


def test_another_message_leaves_coarse_and_site() -> None:
    other = identify(failure(RAISED, CALLER, message="'port'"), TREE)
    assert other.exact != USUAL.exact
    assert (other.coarse, other.site) == (USUAL.coarse, USUAL.site)


OTHERS = {
    "type": failure(RAISED, type="IndexError"),
    "file": failure(RAISED._replace(file="src/run.py")),
    "function": failure(RAISED._replace(function="port")),
}


@pytest.mark.parametrize("told", OTHERS.values(), ids=OTHERS.keys())
def test_another_type_or_place_is_another_error(told: Failure) -> None:
    found = identify(told, TREE)
    assert found.exact != USUAL.exact
    assert found.coarse != USUAL.coarse


def test_a_renamed_function_leaves_the_site() -> None:
    assert identify(failure(RAISED._replace(function="port")), TREE).site == USUAL.site


@pytest.mark.parametrize("line", [None, 0, 2, 99], ids=["unknown", "zero", "blank", "behind the end"])
def test_a_place_without_text_has_no_site(line: int | None) -> None:
    assert identify(failure(RAISED._replace(line=line)), TREE).site is None


def test_the_three_ids_differ_and_carry_their_version() -> None:
    ids = _ids(USUAL)
    assert len(set(ids)) == 3
    assert all(one is not None and one.startswith(f"{VERSION}-") and len(one) == 20 for one in ids)


@example("", "", "0", -1)
@given(st.text(), st.text(), st.text(), st.integers(-1, 10**9))
def test_every_failure_has_an_identity(kind: str, message: str, file: str, line: int) -> None:
    told = failure(Frame(file, line, function=message), type=kind, message=message)
    assert identify(told, TREE).exact == identify(told, TREE).exact
