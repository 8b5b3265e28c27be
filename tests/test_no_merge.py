"""Nothing merges, and nothing is pushed to the branch under repair unless `apply_mode: commit` says so."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from homeostat.config import ApplyMode
from homeostat.edges.github import commits, handling
from homeostat.errors import ForgeError
from homeostat.ports import Forge, Workspace
from homeostat.records import Plain, PullState, Result
from tests.test_house import MODULES, ROOT
from tests.world import FILES, GOOD, NOW, World

OPERATIONS = {
    "git.create_ref",
    "git.delete_ref",
    "git.get_commit",
    "git.get_ref",
    "git.update_ref",
    "issues.add_labels",
    "issues.create",
    "issues.create_comment",
    "issues.create_label",
    "issues.get",
    "issues.list_comments",
    "issues.list_for_repo",
    "issues.list_labels_for_repo",
    "issues.update",
    "issues.update_comment",
    "pulls.create",
    "pulls.get",
    "pulls.list",
    "pulls.update",
    "repos.get",
    "repos.get_collaborator_permission_level",
}
"""All that the edge asks of GitHub over REST, beside the removal of a label. Think before you add one."""
STAND_INS = ("homeostat/demo/", "homeostat/edges/local_forge/")
"""Where people are played, who do merge."""
ONE = {path: text for path, text in FILES.items() if "prices" not in path and "agenda" not in path}


def _calls(path: Path) -> Iterator[tuple[str, ast.Call]]:
    """Each call of a method, with the method's name."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            yield node.func.attr, node


def _callers(method: str) -> list[str]:
    return [
        path.relative_to(ROOT).as_posix() for path in MODULES for name, _ in _calls(path) if name == method
    ]


@pytest.mark.parametrize("port", [Forge, Workspace])
def test_no_port_can_merge(port: type) -> None:
    assert [name for name in dir(port) if "merge" in name] == []


def test_the_github_edge_asks_for_these_operations_and_none_merges() -> None:
    asked = {
        node.args[0].value
        for path in (ROOT / "homeostat" / "edges" / "github").glob("*.py")
        for name, node in _calls(path)
        if name in {"call", "pages"} and node.args and isinstance(node.args[0], ast.Constant)
    }
    assert asked == OPERATIONS
    assert not [name for name in OPERATIONS if "merge" in name]


def test_graphql_is_asked_for_one_commit_and_two_questions() -> None:
    documents = [
        node.value
        for path in MODULES
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Constant)
        and isinstance(node.value, str)
        and node.value.startswith(("mutation", "query (", "query {"))
    ]
    assert sorted(documents) == sorted([commits.MUTATION, handling.QUERY, handling.VIEWER])
    assert "createCommitOnBranch" in commits.MUTATION
    assert "erge" not in commits.MUTATION


def test_only_one_place_commits_to_the_branch_itself() -> None:
    in_place = [path for path in MODULES if "workspace.commit(" in path.read_text(encoding="utf-8")]
    assert [path.name for path in in_place] == ["endings.py"]
    text = in_place[0].read_text(encoding="utf-8")
    assert text.count("_commit(leg, books, it, use)") == 1
    assert "    if _may_commit(leg, it):\n        return _commit(leg, books, it, use)\n" in text
    assert "apply_mode(leg.repository, leg.settings) is ApplyMode.COMMIT" in text


def test_nobody_but_the_played_people_merges() -> None:
    assert [path for path in _callers("merge_pull_request") if not path.startswith(STAND_INS)] == []


@pytest.mark.slow
@pytest.mark.parametrize("mode", ApplyMode)
def test_a_leg_leaves_the_branch_alone_unless_it_is_told_otherwise(tmp_path: Path, mode: ApplyMode) -> None:
    world = World.build(tmp_path / "forge", ONE)
    world.teach(tmp_path / "teacher", GOOD)
    before = world.git("rev-parse", "main")
    (outcome,) = world.heal(apply_mode=mode).outcomes
    proposes = mode is ApplyMode.PROPOSE
    assert outcome.result is (Result.CREATED if proposes else Result.COMMITTED)
    assert (world.git("rev-parse", "main") == before) is proposes
    assert {pull.state for pull in world.forge().pull_requests()} == ({PullState.OPEN} if proposes else set())


@pytest.mark.slow
def test_a_proposal_never_goes_to_the_branch_under_repair(tmp_path: Path) -> None:
    world = World.build(tmp_path / "forge", ONE)
    before = world.git("rev-parse", "main")
    with world.leg() as leg:
        workspace = leg.bench.workspace
        patch = workspace.patch({"src/settings.py": "DEFAULT = 1\n"})
        with pytest.raises(ForgeError, match="main is the branch under repair"):
            workspace.publish(patch, branch=Plain("main"), message=Plain("m"), when=NOW)
    assert world.git("rev-parse", "main") == before
