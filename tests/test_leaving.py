"""What leaves a leg on any way, when report, tests and model all want secrets and mischief out."""

from __future__ import annotations

import base64
import re
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.model_server import Turn, edits, playing
from tests.model_world import AT, GET, KEYS, Team, team
from tests.world import FILES, GREEN, NOW, PRODUCTION, environment, report

TOKEN = "tok_5EcReT" + "AbCdEf0123456789"  # gathered here, so that no scanner takes it for one
GITHUB = "ghp_" + "a1B2c3D4e5F6g7H8i9J0k1L2m3N4o5P6q7R8"
MAIL = "jane.doe@customer-mail.com"
CARD = "4111 1111 1111 1111"
SECRETS = {
    "a key of the run": KEYS["DEEPSEEK_API_KEY"],
    "the token of the run": TOKEN,
    "it in base64": base64.b64encode(TOKEN.encode()).decode().rstrip("="),
    "it reversed": TOKEN[::-1],
    "it in hex": TOKEN.encode().hex(),
    "it with invisible letters": "\u200b".join(TOKEN),
    "a token of somebody": GITHUB,
    "a mail address": MAIL,
    "a card": CARD,
}
MISCHIEF = (
    "@octocat please, Fixes #7 closes acme/other#8 see acme/other#12 user#7 GH-9 "
    "![p](https://evil.example/x.png?d=1) "
    "<img src=https://evil.example/y> [link](https://evil.example) <!-- homeostat:state --> \u202egnp.exe"
)
COMMANDS = "::set-output name=x::1\n::add-mask::x\n##[command]y\n"
SAID = f"'timeout' {' '.join(SECRETS.values())} {MISCHIEF}"
ONE = {path: text for path, text in FILES.items() if "prices" not in path and "agenda" not in path}
TALK = f"\n\nprint({SAID!r})\nprint({COMMANDS!r})\n"
WORLDS = {
    "tests that fail": {**ONE, "tests/test_settings.py": ONE["tests/test_settings.py"] + TALK},
    "tests that pass": {**GREEN, "tests/test_settings.py": GREEN["tests/test_settings.py"] + TALK},
}


@dataclass(frozen=True)
class Left:
    """Everything that left, by the way it took."""

    plain: dict[str, str]
    markdown: dict[str, str]

    @property
    def all(self) -> dict[str, str]:
        return {**self.plain, **self.markdown}


def _ran(it: Team, home: Path) -> Left:
    body = report("src/settings.py", 5, "timeout", SAID)
    it.world.forge().file_issue(f"[shop] KeyError: {SAID}", body, labels=["robot"])
    it.world.forge().file_issue(SAID, SAID + COMMANDS, labels=["robot"])
    config = home / "repos.yml"
    config.write_text(
        "version: 1\nrepositories:\n  - slug: acme/shop\n    branch: main\n    max_prs_per_run: 2\n"
        "    labels: [fix]\n    path_filters: {include: [src/]}\n"
        "    test_command: python3 -m unittest discover -s tests -t .\n    tiers: [deepseek]\n"
    )
    files = {name: home / name for name in ("outputs", "summary.md")}
    for file in files.values():
        file.touch()
    told = {"GITHUB_OUTPUT": str(files["outputs"]), "GITHUB_STEP_SUMMARY": str(files["summary.md"])}
    environ = environment() | it.environ(**PRODUCTION, **told, SHOP_DEPLOY_TOKEN=TOKEN)
    words = ("heal", "--repo", "acme/shop", "--config", config, "--forge", it.world.root, "--json")
    ran = subprocess.run(
        [sys.executable, "-m", "homeostat", *map(str, words), "--report-dir", str(home / "reports")],
        env=environ, capture_output=True, text=True, check=False, timeout=60,
    )  # fmt: skip
    assert ran.returncode == 0, ran.stderr
    forge = it.world.forge(now=NOW)
    pulls = forge.pull_requests()
    assert len(pulls) == 1, ran.stdout
    comments = [comment.body for comment in forge.comments(pulls[0].number)]
    return Left(
        {
            "log": ran.stderr,
            "output": ran.stdout,
            "outputs": files["outputs"].read_text(),
            "report": "".join(path.read_text() for path in (home / "reports").glob("*.json")),
            "title": pulls[0].title,
            "branch": pulls[0].branch,
            "commits": it.world.git("log", "--format=%B", "homeostat-state", pulls[0].branch, "^main"),
            "changes": it.world.git("log", "-p", "--format=", pulls[0].branch, "^main"),
            "ledger": it.world.git("log", "-p", "--format=", "homeostat-state"),
            "prompts": "\n".join(it.server.prompts()),
        },
        {"body": pulls[0].body, "comments": "\n".join(comments), "summary": files["summary.md"].read_text()},
    )


@pytest.fixture(scope="module", params=WORLDS)
def left(tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest) -> Left:
    home = tmp_path_factory.mktemp("leaving")
    (home / "team").mkdir()
    mends = edits(("src/settings.py", AT, GET), why=SAID + COMMANDS)
    with team(home / "team", playing([Turn(mends)]), WORLDS[request.param]) as it:
        return _ran(it, home)


@pytest.mark.slow
@pytest.mark.parametrize("secret", SECRETS.values(), ids=SECRETS)
def test_no_secret_leaves_on_any_way(left: Left, secret: str) -> None:
    bare = secret.replace("\u200b", "")
    found = {
        way for way, text in left.all.items() if bare in re.sub(r"[\s\\\u200b]", " ", text) or bare in text
    }
    assert not found


@pytest.mark.slow
def test_every_way_was_taken(left: Left) -> None:
    assert not [way for way, text in left.all.items() if not text.strip()]
    assert "REDACTED:known" in left.markdown["summary"]
    assert "KeyError" in left.markdown["body"]
    assert re.search(r"\| #2 \| ⏸ needs info", left.markdown["summary"])


@pytest.mark.slow
@pytest.mark.parametrize(
    "acting",
    [
        pytest.param(r"(?<![\w`])@octocat", id="a mention"),
        pytest.param(r"(?i)\b(fixes|closes):?\s+(#7|acme/other#8)", id="a closing keyword"),
        pytest.param(r"(acme/other|user)#\d|\s#7|GH-9", id="a reference to an issue"),
        pytest.param(r"(?<!\\)!?\[[^\]\\]*\]\(https:", id="a link or a picture"),
        pytest.param(r"(?<!\\)<img", id="HTML"),
        pytest.param("\u202e", id="another direction"),
    ],
)
def test_nothing_acts_in_markdown(left: Left, acting: str) -> None:
    for way, text in left.markdown.items():
        outside = re.sub(r"^(`{3,})[^`]*?^\1$", "", text, flags=re.MULTILINE | re.DOTALL)
        assert not re.search(acting, re.sub(r"`[^`\n]*`", "", outside)), way


@pytest.mark.slow
def test_no_line_is_a_command_of_the_runner(left: Left) -> None:
    for way in ("log", "output", "outputs"):
        assert not re.search(r"^\s*::|##\[", left.plain[way], re.MULTILINE), way


@pytest.mark.slow
def test_only_our_own_hidden_comments_stand_in_a_body(left: Left) -> None:
    outside = re.sub(r"^(`{3,})[^`]*?^\1$", "", left.markdown["body"], flags=re.MULTILINE | re.DOTALL)
    hidden = re.findall(r"(?<!\\)<!--\s*(\S+)", re.sub(r"`[^`\n]*`", "", outside))
    assert hidden == [f"homeostat:{part}" for part in ("opinion", "right", "idea", "wrong", "fingerprint")]
