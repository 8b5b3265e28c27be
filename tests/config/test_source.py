"""Whatever bytes a configuration file holds, the answer is a record or one clear error, soon."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml
from hypothesis import example, given, settings
from hypothesis import strategies as st

from homeostat.config import load, parse
from homeostat.errors import ConfigError

VALID = (Path(__file__).parents[2] / "examples" / "repos.yml").read_bytes()


def refusal(text: bytes) -> str:
    with pytest.raises(ConfigError) as caught:
        parse(text, "r.yml")
    return str(caught.value)


BOMB = "".join(f"a{i}: &a{i} [{', '.join([f'*a{i - 1}'] * 9) if i else 'x'}]\n" for i in range(10)).encode()
DEEP_BY_ALIAS = "".join(f"a{i}: &a{i} [[[{f'*a{i - 1}' if i else 'x'}]]]\n" for i in range(90)).encode()

HOSTILE = {
    "empty": (b"", "r.yml:1:1: the file is empty; it needs version and repositories"),
    "only a comment": (b"# nothing\n", "r.yml:1:1: the file is empty; it needs version and repositories"),
    "a list": (b"- a", "r.yml:1:1: expected a mapping, found a list"),
    "a word": (b"x", 'r.yml:1:1: expected a mapping, found the string "x"'),
    "an empty mapping": (b"{}", "version: missing; it must be given"),
    "nothing in its lists": (
        b"version: 1\nrepositories: [5]",
        "repositories[0]: expected a mapping, found the number 5",
    ),
    "ten megabytes": (b"x" * 10_000_000, "r.yml:1:1: the file is over 1 MiB; no configuration is that long"),
    "not UTF-8": (b"a: 1\nb: \xff", "r.yml:2:4: not UTF-8 text; save the file as UTF-8"),
    "a mark, then not UTF-8": (
        b"\xef\xbb\xbfa: \xc3\xa9\xff",
        "r.yml:1:5: not UTF-8 text; save the file as UTF-8",
    ),
    "UTF-16": ("a: 1".encode("utf-16"), "r.yml:1:1: not UTF-8 text; save the file as UTF-8"),
    "NUL": (b"a: 1\nb: \0", "r.yml:2:4: the character U+0000 is not allowed in YAML; remove it"),
    "two documents": (VALID + b"---\na: 1\n", "a second document begins here; keep one per file"),
    "a tag": (
        b"a: !!python/object/apply:os.system [x]",
        'r.yml:1:4: the tag "!!python/object/apply:os.system" is not supported; remove it',
    ),
    "a tag on a scalar": (b"a: !!str 1", 'r.yml:1:4: the tag "!!str" is not supported; remove it'),
    "a tab": (b"a:\n\t- b", "r.yml:2:1: a tab cannot indent YAML; use spaces"),
    "a stray colon": (b"a: b: c", "r.yml:1:5: not valid YAML: mapping values are not allowed"),
    "an open list": (
        b"a: [",
        "r.yml:2:1: not valid YAML: while parsing a flow node, did not find expected node content",
    ),
    "an anchor twice": (b"a: &x 1\nb: &x 2", "r.yml:2:4: not valid YAML: found duplicate anchor"),
    "a directive from the future": (
        b"%YAML 9.9\n---\na",
        "r.yml:1:1: not valid YAML: found incompatible YAML",
    ),
    "brackets": (b"[" * 100_000, "r.yml:1:21: nested more than 20 levels deep"),
    "braces": (b"{" * 100_000, "r.yml:1:21: nested more than 20 levels deep"),
    "dashes": (b"- " * 100_000, "r.yml:1:41: nested more than 20 levels deep"),
    "a thousand million laughs": (BOMB, "more than 100000 values once aliases are written out"),
    "depth by alias": (DEEP_BY_ALIAS, "nested more than 20 levels deep"),
    "an alias in itself": (b"a: &b [*b]", 'r.yml:1:8: the alias "b" stands inside itself'),
    "an alias of nothing": (b"a: *base", 'r.yml:1:4: the alias "base" has no anchor'),
    "many aliases": (b"a: &a 1\nb: [" + b"*a, " * 101 + b"]", "more than 100 aliases"),
}


@pytest.mark.timeout(10)
@pytest.mark.parametrize(("text", "told"), HOSTILE.values(), ids=HOSTILE.keys())
def test_a_hostile_file_is_refused_clearly_and_at_once(text: bytes, told: str) -> None:
    assert told in refusal(text)


def test_a_file_of_too_many_values_is_refused_before_it_is_built() -> None:
    assert "more than 100000 values" in refusal(b"[" + b"a," * 100_001 + b"]")


def test_a_few_aliases_are_fine() -> None:
    text = VALID.replace(b"branch: main", b"branch: &main main\n  report_labels: &two [a, b]")
    text = text.replace(b"labels: [homeostat-fix, notebridge]", b"branch: *main\n    labels: *two")
    assert parse(text, "r.yml").repositories[1].labels == ("a", "b")


@pytest.mark.parametrize(
    "text",
    [b"\xef\xbb\xbf" + VALID, VALID.replace(b"\n", b"\r\n"), b"%YAML 1.2\n---\n" + VALID + b"...\n"],
    ids=["byte order mark", "CRLF", "a directive and document marks"],
)
def test_what_editors_add_changes_nothing(text: bytes) -> None:
    assert parse(text, "r.yml") == parse(VALID, "r.yml")


def test_a_missing_file_says_where_it_is_expected(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"no such file; `homeostat init` writes \.homeostat/repos\.yml"):
        load(tmp_path / "repos.yml")


def test_a_folder_is_not_a_configuration(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="is a folder"):
        load(tmp_path)


@pytest.mark.parametrize("name", ["file/repos.yml", "a\0b", "n" * 5000], ids=["below a file", "NUL", "long"])
def test_a_file_that_cannot_be_opened_is_an_error(tmp_path: Path, name: str) -> None:
    (tmp_path / "file").write_text("x", "utf-8")
    with pytest.raises(ConfigError, match="cannot be read"):
        load(tmp_path / name)


def test_a_file_over_the_limit_is_not_read_whole(tmp_path: Path) -> None:
    path = tmp_path / "repos.yml"
    path.write_bytes(b"x" * 10_000_000)
    with pytest.raises(ConfigError, match="over 1 MiB"):
        load(path)


def answers(text: bytes) -> None:
    """Read it; nothing but ConfigError may come out, and each of its lines has its place."""
    try:
        config = parse(text, "r.yml")
    except ConfigError as error:
        assert all(line.startswith("r.yml:") for line in str(error).splitlines())  # noqa: PT017
    else:
        assert config.version == 1


@given(st.binary(max_size=200))
@example(b"\xef\xbb\xbf\xc3\xa9\xff")
def test_random_bytes_never_escape(text: bytes) -> None:
    answers(text)


@given(st.text(alphabet="ab:-?[]{},&*!|>'\"%@#~<. \n\t\r\ufeff\x850123", max_size=60))
@settings(max_examples=300)
def test_random_punctuation_never_escapes(text: str) -> None:
    answers(text.encode())


PIECES = [
    b"",
    b"\t",
    b": ",
    b"- ",
    b"&a ",
    b"*a",
    b"[",
    b"}",
    b"!!int ",
    b"null",
    b"1e9",
    b"'",
    b"\n",
    b"<<: ",
    b"\0",
    b"\xff",
]


@given(st.integers(0, len(VALID)), st.integers(0, 12), st.sampled_from(PIECES))
@settings(max_examples=300)
def test_a_mutated_configuration_never_escapes(at: int, removed: int, piece: bytes) -> None:
    answers(VALID[:at] + piece + VALID[at + removed :])


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)
KEYS = [
    "version",
    "defaults",
    "repositories",
    "slug",
    "labels",
    "path_filters",
    "report_authors",
    "tiers",
    "branch",
]


@pytest.mark.slow
@given(st.sampled_from(KEYS), VALUES)
@settings(max_examples=300)
def test_any_value_in_any_place_never_escapes(key: str, value: object) -> None:
    answers(yaml.safe_dump({**yaml.safe_load(VALID), key: value}).encode())
    answers(yaml.safe_dump({"version": 1, "defaults": {key: value}, "repositories": []}).encode())
    answers(yaml.safe_dump({"version": 1, "repositories": [{key: value}]}).encode())
