from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from homeostat.intake import read_issue, read_test_output, read_trace
from homeostat.records import Failure, Issue, TestReport, Unreadable

CORPUS = Path(__file__).parent.parent / "corpus"
FILES = sorted([*CORPUS.glob("traces/*.txt"), *CORPUS.glob("runs/*.txt"), *CORPUS.glob("issues/*.md")])
SIZE = 300 * 1024

SEEDS: list[str] = yaml.safe_load((CORPUS / "pieces.yaml").read_text())


def issue(title: str, body: str) -> Issue:
    return Issue(
        1, title, body, ("robot", "fingerprint:", title), "x", "NONE", datetime(2026, 3, 2, tzinfo=UTC)
    )


def read_as_report(text: str) -> None:
    """A trace is tried with every reader of runners and of traces, an issue with sections and fields too."""
    assert isinstance(read_trace(text), Failure | Unreadable)
    assert isinstance(read_issue(issue(text[:300], text)), Failure | Unreadable)


def read_every_way(text: str) -> None:
    read_as_report(text)
    assert isinstance(read_test_output(text, exit_code=None), TestReport | None)


@pytest.mark.parametrize("seed", SEEDS)
def test_a_flood_of_one_piece_is_read_to_its_end(seed: str) -> None:
    read_as_report(seed * (SIZE // len(seed)))


@pytest.mark.parametrize("seed", [seed for seed in SEEDS if "\n" not in seed])
def test_a_flood_of_long_lines_is_read_to_its_end(seed: str) -> None:
    line = seed * (3_900 // len(seed))
    read_as_report(f"{line}!\n" * (SIZE // 3_900))


pieces = st.sampled_from(SEEDS) | st.text(max_size=12) | st.sampled_from(["\n", "\r\n", "\n    "])


@given(st.lists(pieces, max_size=60).map("".join))
def test_no_mixture_of_pieces_is_too_much(text: str) -> None:
    read_every_way(text)


@given(st.sampled_from(FILES), st.integers(0, 4_000), st.integers(0, 4_000), st.text(max_size=20))
def test_no_cut_of_a_real_report_is_too_much(file: Path, start: int, length: int, put: str) -> None:
    text = file.read_text()
    read_every_way(text[:start] + put + text[start + length :])


@given(st.text(), st.text())
def test_any_text_at_all_is_read_or_refused(title: str, body: str) -> None:
    read_every_way(body)
    assert isinstance(read_issue(issue(title, body)), Failure | Unreadable)
