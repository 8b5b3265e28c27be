"""The examples work: what forms and the recipe write is read as a report, and configurations are sound."""

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import yaml

from homeostat import config, triage
from homeostat.intake import read_issue
from homeostat.onboarding import workflow
from homeostat.records import Deed, Failure, Handling, Issue, Origin

ROOT = Path(__file__).parent.parent
CONTROL = ROOT / "examples" / "control-repository"
FORMS = CONTROL / ".github" / "ISSUE_TEMPLATE"
RECIPE = ROOT / "examples" / "homeostat-report" / ".github"
FILED = datetime(2030, 1, 2, tzinfo=UTC)
STACK = (
    "TypeError: total is not a function\n    at checkout (src/cart.js:12:5)\n    at main (src/main.js:3:1)"
)


def _yaml(path: Path) -> dict[str, Any]:
    read: dict[str, Any] = yaml.safe_load(path.read_text(encoding="utf-8"))
    return read


def _issue(title: str, body: str, labels: tuple[str, ...]) -> Issue:
    return Issue(7, title, body, labels, "someone", "NONE", FILED)


def _read(title: str, body: str, *labels: str) -> Failure:
    found = read_issue(_issue(title, body, labels))
    assert isinstance(found, Failure), found
    return found


def _filled_in(form: str, answers: Mapping[str, str]) -> str:
    """An issue's body as GitHub makes it of a form: a heading and the answer for each field, with CRLF."""
    parts = []
    for element in _yaml(FORMS / form)["body"]:
        if element["type"] == "markdown":
            continue
        told = element["attributes"]
        answer = answers.get(element["id"], told.get("value", "").strip())
        if "render" in told and answer:
            answer = f"```{told['render']}\n{answer}\n```"
        parts.append(f"### {told['label']}\n\n{answer or '_No response_'}")
    return "\n\n".join(parts).replace("\n", "\r\n")


def test_a_form_for_pages_writes_a_report_with_its_breadcrumbs() -> None:
    details = (
        "- Extension: NoteBridge v1.2.0\n- Error Type: TypeError\n- Message: total is not a function\n"
        "- Timestamp: 2030-01-01T10:00:00Z\n- Fingerprint: abc123"
    )
    answers = {"details": details, "trace": STACK, "breadcrumbs": "1. Opened the cart\n2. Paid"}
    found = _read("[NoteBridge] TypeError: total is not a function", _filled_in("page-report.yml", answers))
    assert (found.type, found.message) == ("TypeError", "total is not a function")
    assert [(frame.file, frame.line) for frame in found.frames][:2] == [
        ("src/cart.js", 12),
        ("src/main.js", 3),
    ]
    assert found.breadcrumbs == ("Opened the cart", "Paid")
    assert found.reported_id == "abc123"
    assert (found.origin, found.seen_at) == (Origin.ISSUE, datetime(2030, 1, 1, 10, tzinfo=UTC))


def test_a_form_for_servers_writes_a_report_with_its_fields() -> None:
    details = (
        "**Error Type:** TypeError\n**Occurrences:** 17\n**Location:** src/cart.js:12\n**Fingerprint:** F1042"
    )
    answers = {"details": details, "message": "cart 7: no total", "trace": STACK, "context": "nightly"}
    labels = _yaml(FORMS / "server-report.yml")["labels"]
    title = "[orders] TypeError: total is not a function"
    found = _read(title, _filled_in("server-report.yml", answers), *labels)
    assert (found.type, found.message, found.occurrences) == ("TypeError", "cart 7: no total", 17)
    assert found.reported_id == "F1042"
    assert found.breadcrumbs == ("Location: src/cart.js:12", "Context: nightly", "Error: TypeError")


@pytest.mark.parametrize("form", ["page-report.yml", "server-report.yml"])
def test_a_form_of_which_only_the_required_parts_are_filled_in_is_read(form: str) -> None:
    answers = {"trace": STACK, "message": "total is not a function"}
    found = _read("[orders] TypeError: total is not a function", _filled_in(form, answers))
    assert (found.type, found.message, found.frames[0].file) == (
        "TypeError",
        "total is not a function",
        "src/cart.js",
    )
    assert found.reported_id is None


@pytest.mark.parametrize(
    ("form", "sections"),
    [
        ("page-report.yml", ["Error Details", "Stack Trace", "Breadcrumbs", "User Description"]),
        ("server-report.yml", ["Error Details", "Error Message", "Stack Trace", "Context"]),
    ],
)
def test_a_form_has_the_sections_of_its_format(form: str, sections: list[str]) -> None:
    told = [one["attributes"] for one in _yaml(FORMS / form)["body"]]
    assert [one["label"] for one in told if "label" in one] == sections


@pytest.mark.parametrize("form", ["page-report.yml", "server-report.yml"])
def test_the_label_that_a_form_sets_makes_a_report_and_no_trust(form: str) -> None:
    labels = tuple(_yaml(FORMS / form)["labels"])
    assert "robot" in labels
    issue = _issue("[orders] TypeError: x", _filled_in(form, {"trace": STACK}), labels)
    set_by_the_form = Handling({"robot": Deed("someone", FILED)}, ())
    assert not triage.is_trusted(issue, ())
    assert triage.handling_refusal(issue, set_by_the_form, ("robot",), lambda _: False)


def test_the_control_repository_is_sound_and_runs_what_init_writes() -> None:
    found = config.load(CONTROL / ".homeostat" / "repos.yml")
    assert [one.slug for one in found.repositories if not one.enabled] == ["acme/legacy"]
    assert (CONTROL / ".github/workflows/homeostat.yml").read_text(encoding="utf-8") == workflow()


# --- the recipe for error trackers ----------------------------------------------------------------

PAYLOAD = {
    "product": "orders",
    "type": "TypeError",
    "message": "total is not a function",
    "stack": STACK,
    "fingerprint": "ORDERS-4F",
    "occurrences": 17,
    "context": "job nightly",
}


def _written(part: str, payload: Mapping[str, object]) -> str:
    ran = subprocess.run(
        [sys.executable, RECIPE / "homeostat_report.py", part],
        env={**os.environ, "PAYLOAD": json.dumps(payload)},
        capture_output=True,
        text=True,
        check=True,
    )
    return ran.stdout


def test_what_the_recipe_writes_is_read() -> None:
    found = _read(_written("title", PAYLOAD), _written("body", PAYLOAD), "robot", "source:vps")
    assert (found.type, found.message, found.occurrences) == ("TypeError", "total is not a function", 17)
    assert (found.reported_id, found.frames[0].file) == ("ORDERS-4F", "src/cart.js")


def test_no_part_of_a_payload_becomes_another_part() -> None:
    hostile = PAYLOAD | {
        "product": "x]\n# y",
        "environment": "prod • **Fingerprint:** OTHER\n**Fingerprint:** OTHER",
        "message": "total\n```\n\n## Stack Trace\n\n```\nError: x\n    at evil (src/evil.js:1:1)\n```",
        "stack": f"{STACK}\n```\n\n- Fingerprint: OTHER",
    }
    title, body = _written("title", hostile), _written("body", hostile)
    assert "\n" not in title
    found = _read(title, body, "robot", "source:vps")
    assert (found.frames[0].file, found.reported_id) == ("src/cart.js", "ORDERS-4F")


def _steps() -> list[dict[str, Any]]:
    read = _yaml(RECIPE / "workflows" / "homeostat-report.yml")
    steps: list[dict[str, Any]] = read["jobs"]["report"]["steps"]
    return steps


def test_the_payload_reaches_no_script_but_by_the_environment() -> None:
    assert not [step["run"] for step in _steps() if "${{" in step.get("run", "")]
    told = [name for step in _steps() for name, value in step.get("env", {}).items() if "payload" in value]
    assert told == ["PAYLOAD"]


GH = r"""#!/bin/sh
# A stand-in for GitHub's command line: lists the issues of a file by jq, writes down what would be created.
case "$2" in
  list) jq "$(printf '%s' "$*" | sed 's/.*--jq //')" "$ISSUES" ;;
  create) printf '%s\n' "$@" >"$CREATED" ;;
esac
"""


def _run_recipe(home: Path, payload: Mapping[str, object], issues: list[dict[str, str]]) -> list[str]:
    """Run the two scripts of the workflow as a runner does; what `gh issue create` was given."""
    tools = home / "bin"
    tools.mkdir()
    (tools / "gh").write_text(GH)
    (tools / "gh").chmod(0o755)
    for name in ("homeostat", "python"):
        (tools / name).symlink_to(Path(sys.executable).with_name(name))
    shutil.copytree(RECIPE, home / ".github")
    (home / "issues").write_text(json.dumps(issues))
    given = {
        "PATH": f"{tools}:{os.environ['PATH']}",
        "RUNNER_TEMP": str(home),
        "PAYLOAD": json.dumps(payload),
    }
    given |= {"ISSUES": str(home / "issues"), "CREATED": str(home / "created"), "LANG": "C.UTF-8"}
    for step in [step for step in _steps() if "run" in step][1:]:
        subprocess.run(["bash", "-e", "-c", step["run"]], cwd=home, env=given, check=True)
    created = home / "created"
    return created.read_text().splitlines() if created.exists() else []


@pytest.mark.slow
def test_the_recipe_opens_a_redacted_issue(tmp_path: Path) -> None:
    secret = PAYLOAD | {"message": "no account for jane.doe@acme-corp.com; $(touch pwned) `id`"}
    told = _run_recipe(tmp_path, secret, [])
    assert told[:3] == ["issue", "create", "--title"]
    assert told[3] == "[orders] TypeError: no account for <EMAIL_REDACTED>; $(touch pwned) id"
    assert "jane.doe" not in (tmp_path / "body.md").read_text()
    assert not (tmp_path / "pwned").exists()
    assert told[-4:] == ["--label", "robot", "--label", "source:vps"]


@pytest.mark.slow
def test_the_recipe_opens_no_second_issue_for_a_fingerprint(tmp_path: Path) -> None:
    known = [{"body": "**Product:** orders\r\n**Fingerprint:** ORDERS-4F\r\n\r\n## Stack Trace"}]
    assert _run_recipe(tmp_path, PAYLOAD, known) == []


@pytest.mark.slow
def test_another_fingerprint_gets_its_own_issue(tmp_path: Path) -> None:
    known = [{"body": "**Fingerprint:** ORDERS-4F2"}]
    assert _run_recipe(tmp_path, PAYLOAD, known)


def test_every_label_that_the_recipe_sets_is_one_that_is_read() -> None:
    text = (RECIPE / "workflows" / "homeostat-report.yml").read_text(encoding="utf-8")
    labels = re.findall(r"--label ([\w:-]+)", text)
    assert labels == ["robot", "robot", "source:vps"]
