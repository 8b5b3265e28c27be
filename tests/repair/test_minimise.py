"""What a fix does not need is taken out of it, and what it needs stays."""

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from homeostat.repair import smallest
from homeostat.repair.minimise import MOST_RUNS, Piece, joined, pieces

Texts = dict[str, str]
LINES = st.lists(st.sampled_from(["a\n", "b\n", "}\n", "\n", "c\r\n", "d\x0c", "e\u2028"]), max_size=9).map(
    "".join
)


def always(_: Texts) -> bool:
    return True


def never(_: Texts) -> bool:
    return False


def holds(*lines: str) -> Callable[[Texts], bool]:
    """Proves what has all of these lines."""
    return lambda texts: set(lines) <= {line for text in texts.values() for line in text.splitlines()}


def test_no_change_has_no_pieces() -> None:
    assert pieces({}, {}) == []
    assert pieces({"a": "x\n"}, {"a": "x\n"}) == []
    assert smallest({"a": "x\n"}, {"a": "x\n"}, always) == {}


def test_a_single_piece_is_never_taken_out() -> None:
    tried: list[Texts] = []
    assert smallest({"a": "x\n"}, {"a": "y\n"}, lambda texts: not tried.append(texts)) == {"a": "y\n"}  # type: ignore[func-returns-value]
    assert tried == []


BEFORE = {"a.py": "1\n2\n3\n4\n5\n6\n7\n", "b.py": "x\n"}
AFTER = {"a.py": "1\nII\n3\nIV\n5\n6\n7\nVIII\n", "b.py": "y\n"}


def test_a_change_is_taken_apart_by_the_lines_between() -> None:
    assert pieces(BEFORE, AFTER) == [
        Piece("a.py", 1, 2, ("II\n",)),
        Piece("a.py", 3, 4, ("IV\n",)),
        Piece("a.py", 7, 7, ("VIII\n",)),
        Piece("b.py", 0, 1, ("y\n",)),
    ]


@pytest.mark.parametrize(
    ("needed", "left"),
    [
        pytest.param(["II"], {"a.py": "1\nII\n3\n4\n5\n6\n7\n"}, id="the first"),
        pytest.param(["VIII"], {"a.py": "1\n2\n3\n4\n5\n6\n7\nVIII\n"}, id="one that is put"),
        pytest.param(["y"], {"b.py": "y\n"}, id="another file"),
        pytest.param(["II", "y"], {"a.py": "1\nII\n3\n4\n5\n6\n7\n", "b.py": "y\n"}, id="two files"),
        pytest.param(["II", "IV", "VIII", "y"], AFTER, id="all of it"),
    ],
)
def test_what_proves_stays_and_the_rest_goes(needed: list[str], left: Texts) -> None:
    assert smallest(BEFORE, AFTER, holds(*needed)) == left


def test_what_nothing_smaller_proves_stays_whole() -> None:
    assert smallest(BEFORE, AFTER, never) == AFTER


def test_there_is_an_end_of_trying() -> None:
    many = {"a": "".join(f"{n}\n" for n in range(99))}
    other = {"a": "".join(f"{n}\nx{n}\n" for n in range(99))}
    runs: list[Texts] = []
    smallest(many, other, lambda texts: bool(runs.append(texts)))  # type: ignore[func-returns-value]
    assert len(runs) == MOST_RUNS


def test_a_long_file_of_like_lines_is_taken_apart_in_no_time() -> None:
    like = "}\n\n" * 3_000
    assert pieces({"a": like * 2}, {"a": f"{like}x\n{like}"}) == [Piece("a", 6_000, 6_000, ("x\n",))]
    both = pieces({"a": like * 2}, {"a": f"y\n{like}x\n{like}z\n"})
    assert joined({"a": like * 2}, both) == {"a": f"y\n{like}x\n{like}z\n"}


@given(st.dictionaries(st.sampled_from("pq"), st.tuples(LINES, LINES)))
def test_all_pieces_together_are_the_change(texts: dict[str, tuple[str, str]]) -> None:
    before = {path: old for path, (old, _) in texts.items()}
    after = {path: new for path, (_, new) in texts.items()}
    assert {**before, **joined(before, pieces(before, after))} == after


@given(LINES, LINES, st.sets(st.integers(0, 9)))
def test_the_smallest_change_always_proves(old: str, new: str, needed: set[int]) -> None:
    known = pieces({"a": old}, {"a": new})
    wanted = [piece for at, piece in enumerate(known) if at in needed]

    def proves(texts: Texts) -> bool:
        kept = pieces({"a": old}, texts)
        return texts == joined({"a": old}, known) or all(piece in kept for piece in wanted)

    found = smallest({"a": old}, {"a": new}, proves)
    assert proves(found) or not known
    assert len(pieces({"a": old}, found)) <= len(known)
