"""Every request that the GitHub edge makes is one that GitHub's own OpenAPI description knows."""

import json
import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pytest
from jsonschema import Draft4Validator

from homeostat.errors import ForgeError
from tests.stub_github import NOW, Fault, Request, StubGitHub, refusal, stub_github

VERSION = "23.0.2"
PACKAGE = "@octokit/openapi"
Json = dict[str, Any]

CALLS = {
    ("GET", "/repos/{owner}/{repo}"),
    ("GET", "/repos/{owner}/{repo}/issues"),
    ("GET", "/repos/{owner}/{repo}/issues/{issue_number}"),
    ("GET", "/repos/{owner}/{repo}/issues/{issue_number}/comments"),
    ("POST", "/repos/{owner}/{repo}/issues/{issue_number}/comments"),
    ("PATCH", "/repos/{owner}/{repo}/issues/comments/{comment_id}"),
    ("POST", "/repos/{owner}/{repo}/issues/{issue_number}/labels"),
    ("DELETE", "/repos/{owner}/{repo}/issues/{issue_number}/labels/{name}"),
    ("POST", "/repos/{owner}/{repo}/labels"),
    ("GET", "/repos/{owner}/{repo}/collaborators/{username}/permission"),
    ("GET", "/repos/{owner}/{repo}/pulls"),
    ("POST", "/repos/{owner}/{repo}/pulls"),
    ("GET", "/repos/{owner}/{repo}/pulls/{pull_number}"),
    ("PATCH", "/repos/{owner}/{repo}/pulls/{pull_number}"),
    ("GET", "/repos/{owner}/{repo}/git/ref/{ref}"),
    ("POST", "/repos/{owner}/{repo}/git/refs"),
    ("PATCH", "/repos/{owner}/{repo}/git/refs/{ref}"),
    ("DELETE", "/repos/{owner}/{repo}/git/refs/{ref}"),
    ("GET", "/repos/{owner}/{repo}/git/commits/{commit_sha}"),
}
"""All that the edge asks of the REST interface; beside it stand one GraphQL mutation and one query."""


@pytest.fixture(scope="session")
def description() -> Json:
    """GitHub's description of its REST interface, from the package registry."""
    home = Path(os.environ.get("XDG_CACHE_HOME", Path.home() / ".cache")) / "homeostat-e2e"
    home = Path(os.environ.get("HOMEOSTAT_E2E_CACHE", home))
    folder = home / f"openapi-{VERSION}"
    file = folder / "node_modules" / PACKAGE / "generated" / "api.github.com.json"
    if not file.exists():
        folder.mkdir(parents=True, exist_ok=True)
        npm = shutil.which("npm") or str(home / "node" / "bin" / "npm")
        words = [
            npm,
            "install",
            f"--prefix={folder}",
            "--ignore-scripts",
            "--no-audit",
            "--no-fund",
            "--silent",
        ]
        subprocess.run([*words, f"{PACKAGE}@{VERSION}"], check=True)
    found: Json = json.loads(file.read_text(encoding="utf-8"))
    return found


@pytest.fixture(scope="module")
def requests() -> list[Request]:
    """All requests of a forge whose every method was used, and whose answers got lost where that matters."""
    with stub_github() as stub:
        _use_everything(stub)
        return [request for request in stub.requests if request.path != "/graphql"]


def _use_everything(stub: StubGitHub) -> None:
    forge = stub.forge()
    number = stub.file_issue("t", "b", ("robot", "a/b"))
    stub.push_branch("homeostat/x")
    forge.impediment()
    forge.open_issues(["robot", "a label"])
    forge.issue(number)
    forge.handling(number)
    forge.may_write("octo-cat")
    forge.pull_requests(since=NOW)
    stub.faults = [Fault("POST", "/pulls$", refusal(502, "lost"), done=True)]
    pull = forge.open_pull_request(branch="homeostat/x", base="main", title="t", body="b")
    forge.open_pull_request(branch="homeostat/x", base="main", title="new", body="b")
    stub.faults = [Fault("POST", "/comments$", refusal(502, "lost"), done=True)]
    forge.add_comment(number, "once")
    forge.update_comment(forge.comments(number)[0], "again")
    forge.add_labels(number, ["new", "größer"])
    forge.remove_label(number, "a/b")
    forge.remove_label(number, "not there")
    for branch in ("homeostat/x", "homeostat/new", "homeostat/x"):
        forge.signed_commit(branch=branch, base=stub.refs["main"], message="m\n\nwhy", files={"a": "b"})
    forge.withdraw_pull_request(pull.number)
    with pytest.raises(ForgeError):
        forge.update_pull_request(99, title="t", body="b")


def _path_pattern(template: str) -> str:
    """A branch, as {ref}, is the one parameter that may hold slashes."""
    plain = re.escape(template).replace(r"\{ref\}", ".+")
    return re.sub(r"\\\{\w+\\\}", "[^/]+", plain)


def _resolved(description: Json, entry: Json) -> Json:
    while "$ref" in entry:
        found: Any = description
        for word in entry["$ref"].removeprefix("#/").split("/"):
            found = found[word]
        entry = found
    return entry


def _operation(description: Json, request: Request) -> tuple[str, Json]:
    """The operation of a request: of several templates that fit, the one with the most fixed words."""
    fitting = [
        template
        for template, operations in description["paths"].items()
        if request.verb.lower() in operations and re.fullmatch(_path_pattern(template), request.path)
    ]
    assert fitting, f"GitHub knows no {request.verb} {request.path}"
    template = min(fitting, key=lambda found: (found.count("{"), -len(found)))
    operation: Json = description["paths"][template][request.verb.lower()]
    return template, operation


def _problems(description: Json, schema: Json, value: object, where: str) -> Iterator[str]:
    whole = {"allOf": [schema], "components": description["components"]}
    for error in Draft4Validator(whole).iter_errors(value):
        yield f"{where}: {error.message}"


def _query_problems(description: Json, operation: Json, query: dict[str, str]) -> Iterator[str]:
    known = [_resolved(description, parameter) for parameter in operation.get("parameters", [])]
    parameters = {parameter["name"]: parameter for parameter in known if parameter["in"] == "query"}
    yield from (f"unknown parameter {name}" for name in query if name not in parameters)
    for name, parameter in parameters.items():
        if name not in query:
            if parameter.get("required"):
                yield f"missing parameter {name}"
            continue
        schema = _resolved(description, parameter["schema"])
        value = int(query[name]) if schema.get("type") == "integer" else query[name]
        yield from _problems(description, schema, value, name)


def _body_problems(description: Json, operation: Json, body: object) -> Iterator[str]:
    if "requestBody" not in operation:
        yield from ["a body that nobody reads"] if body is not None else []
        return
    asked = _resolved(description, operation["requestBody"])
    schema = asked["content"]["application/json"]["schema"]
    if body is None:
        yield from ["no body"] if asked.get("required") else []
        return
    yield from _problems(description, schema, body, "body")
    known = _known_fields(description, schema)
    assert isinstance(body, dict)
    yield from (f"unknown field {name}" for name in body if name not in known)


def _known_fields(description: Json, schema: Json) -> set[str]:
    whole = _resolved(description, schema)
    parts = [part for kind in ("oneOf", "anyOf", "allOf") for part in whole.get(kind, [])]
    names = {*whole.get("properties", {})}
    return names.union(*[_known_fields(description, part) for part in parts])


def test_every_request_is_one_that_github_describes(description: Json, requests: list[Request]) -> None:
    problems = []
    for request in requests:
        template, operation = _operation(description, request)
        found = [
            *_query_problems(description, operation, request.query),
            *_body_problems(description, operation, request.body),
        ]
        problems += [f"{request.verb} {template}: {problem}" for problem in found]
    assert problems == []


def test_the_edge_makes_these_calls_and_no_others(description: Json, requests: list[Request]) -> None:
    made = {(request.verb, _operation(description, request)[0]) for request in requests}
    assert made == CALLS


def test_path_parameters_are_quoted(requests: list[Request]) -> None:
    labels = [request.path.rpartition("/")[2] for request in requests if request.verb == "DELETE"]
    assert "a%2Fb" in labels
    assert "a/b" in [unquote(label) for label in labels]


def test_every_request_names_its_version_and_its_client(requests: list[Request]) -> None:
    for request in requests:
        assert request.headers["x-github-api-version"] == "2022-11-28"
        assert request.headers["accept"] == "application/vnd.github+json"
        assert request.headers["user-agent"].startswith("homeostat/")
