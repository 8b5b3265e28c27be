"""The legs of a run, as a workflow's matrix takes them."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from pathlib import Path

import pytest

from homeostat import config
from homeostat.config import Repository
from homeostat.errors import ConfigError
from homeostat.matrix import MAX_LEGS, MatrixLeg, legs
from tests.test_cli import homeostat

HEAD = "version: 1\ndefaults: {branch: main, max_prs_per_run: 2, labels: [fix], test_command: npm test,\n"
HEAD += "  path_filters: {include: [src/]}}\nrepositories:\n"


def listed(slugs: Sequence[str], more: str = "") -> str:
    rows = "".join(f"  - {{slug: {slug}{more}}}\n" for slug in slugs)
    return HEAD + rows if rows else "version: 1\nrepositories: []\n"


def repositories(*slugs: str) -> tuple[Repository, ...]:
    return config.parse(listed(slugs).encode(), "repos.yml").repositories


def slugs_of(found: Sequence[MatrixLeg]) -> list[str]:
    return sorted(slug for leg in found for slug in leg.repo.split())


def test_no_repositories_make_no_leg() -> None:
    assert legs([]) == []


def test_each_repository_is_a_leg_in_the_order_of_the_file() -> None:
    found = legs(repositories("octo/b", "acme/a.js"))
    assert [leg.repo for leg in found] == ["octo/b", "acme/a.js"]
    assert found[1] == MatrixLeg("acme/a.js", "acme/a.js", "acme", "a.js", "homeostat-acme.a.js")


def test_what_is_not_enabled_has_no_leg() -> None:
    text = listed(["octo/a"]) + "  - {slug: octo/b, enabled: false}\n"
    assert slugs_of(legs(config.parse(text.encode(), "repos.yml").repositories)) == ["octo/a"]


def test_as_many_as_a_matrix_holds_are_one_each() -> None:
    found = legs(repositories(*(f"octo/r{n}" for n in range(MAX_LEGS))))
    assert len(found) == MAX_LEGS
    assert all(" " not in leg.repo for leg in found)


@pytest.mark.parametrize("owners", [1, 3, 200])
@pytest.mark.parametrize("count", [257, 600, 1000])
def test_more_are_shared_out_evenly_and_none_is_lost(owners: int, count: int) -> None:
    slugs = [f"owner{n % owners}/r{n}" for n in range(count)]
    found = legs(repositories(*slugs))
    assert len(found) <= MAX_LEGS
    assert slugs_of(found) == sorted(slugs)
    for leg in found:
        assert {slug.split("/")[0] for slug in leg.repo.split()} == {leg.owner}
        assert leg.repositories.split(",") == [slug.split("/")[1] for slug in leg.repo.split()]
    sizes = [len(leg.repo.split()) for leg in found if leg.owner == found[0].owner]
    assert max(sizes) - min(sizes) <= 1


def test_ids_are_safe_and_of_one_leg_only() -> None:
    found = legs(repositories("a-b/c", "a/b-c", "a/b.c"))
    assert len({leg.id for leg in found}) == 3
    assert all(re.fullmatch(r"[A-Za-z0-9._-]+", leg.id) for leg in found)


def test_more_owners_than_legs_are_refused_with_a_way_out() -> None:
    with pytest.raises(ConfigError, match="257 owners are more than the 256 legs"):
        legs(repositories(*(f"owner{n}/r" for n in range(257))))


# --- the command ----------------------------------------------------------------------------------


def test_the_command_prints_json_and_writes_outputs(tmp_path: Path) -> None:
    (tmp_path / "repos.yml").write_text(listed(["octo/a", "octo/b"]), encoding="utf-8")
    output = tmp_path / "output"
    output.touch()
    said = homeostat("matrix", "--config", "repos.yml", cwd=tmp_path, GITHUB_OUTPUT=str(output))
    assert (said.code, said.err) == (0, "")
    assert [leg["repo"] for leg in said.json["include"]] == ["octo/a", "octo/b"]
    written = output.read_text(encoding="utf-8")
    assert f"\n{said.out.strip()}\n" in written
    assert re.search(r"legs<<(\S+)\n2\n\1\n", written)


def test_an_empty_list_is_no_error(tmp_path: Path) -> None:
    (tmp_path / "repos.yml").write_text(listed([]), encoding="utf-8")
    said = homeostat("matrix", "--config", "repos.yml", cwd=tmp_path)
    assert (said.code, said.json) == (0, {"include": []})
    assert "nothing to heal" in said.err


def test_a_wrong_file_is_told_as_everywhere(tmp_path: Path) -> None:
    (tmp_path / "repos.yml").write_text("version: 1\nrepositries: []\n", encoding="utf-8")
    said = homeostat("matrix", "--config", "repos.yml", cwd=tmp_path)
    assert (said.code, said.out) == (2, "")
    assert json.dumps(said.err)
    assert "did you mean 'repositories'?" in said.err
