"""What servers say when they refuse, and what the user reads of it."""

from __future__ import annotations

from pathlib import Path

import pytest

from homeostat.edges.git import Remote
from homeostat.edges.git.command import Git, GitError
from homeostat.edges.git.refusals import (
    MissingRefError,
    MovedError,
    NetworkFaultError,
    RefusedError,
    error_of,
)
from homeostat.errors import LostRaceError

URL = "https://github.example/acme/data-quota-connection-flush.git"
REMOTE = Remote(URL, "ghs_secret", secret="HOMEOSTAT_STATE_TOKEN")  # noqa: S106 - no secret


def unable(status: str) -> str:
    return f"fatal: unable to access '{URL}/': {status}"


def declined(rule: str) -> str:
    return f"remote: error: {rule}\nTo {URL}\n ! [remote rejected] 1 -> x ({rule})\nerror: failed to push"


REFUSED = {
    "token, git gives up": (
        f"fatal: could not read Username for '{URL}': terminal prompts disabled",
        "HOMEOSTAT_STATE_TOKEN is missing, wrong or expired",
    ),
    "token, GitHub's words": (
        f"remote: Invalid username or token.\nfatal: Authentication failed for '{URL}/'",
        "missing, wrong or expired",
    ),
    "no write access": (
        f"remote: Write access to repository not granted.\n{unable('The requested URL returned error: 403')}",
        "give it `contents: write`",
    ),
    "another's token": (
        "remote: Permission to acme/shop.git denied to ann.\n"
        + unable("The requested URL returned error: 403"),
        "give it `contents: write`",
    ),
    "not found": (f"remote: Repository not found.\nfatal: repository '{URL}/' not found", "correct the slug"),
    "archived": (
        "remote: This repository was archived so it is read-only.\n"
        + unable("The requested URL returned error: 403"),
        "is archived, so nothing can be pushed: unarchive it",
    ),
    "single sign-on": (
        "remote: The `acme' organization has enabled or enforced SAML SSO.\n"
        + unable("The requested URL returned error: 403"),
        "authorise the token",
    ),
    "address list": (
        "remote: The repository owner has an IP allow list enabled\n"
        + unable("The requested URL returned error: 403"),
        "allow list",
    ),
    "protected branch": (
        declined("GH006: Protected branch update failed for refs/heads/main."),
        "let Homeostat bypass its protection",
    ),
    "ruleset": (
        declined("GH013: Repository rule violations found for refs/heads/homeostat-state."),
        "A ruleset of .* forbids the push",
    ),
    "push protection": (
        declined("GH013: Repository rule violations found\nremote: - Push cannot contain secrets"),
        "holds a secret",
    ),
    "workflow files": (
        declined(
            "refusing to allow a GitHub App to create or update workflow `.github/workflows/ci.yml` "
            "without `workflows` permission"
        ),
        "`workflows: write`",
    ),
    "workflow files, by a person's token": (
        declined(
            "refusing to allow a Personal Access Token to create or update workflow "
            "`.github/workflows/ci.yml` without `workflow` scope"
        ),
        "`workflows: write`",
    ),
    "over quota": (declined("This repository is over its data quota."), "storage quota"),
    "too large": (declined("GH001: Large files detected."), "size limit"),
    "certificate": (
        unable("server certificate verification failed. CAfile: none CRLfile: none"),
        "give its authority's file as SSL_CERT_FILE",
    ),
}
FAULTS = {
    "no such host": (unable("Could not resolve host: github.example"), "host name is not known"),
    "no such proxy": (unable("Could not resolve proxy: proxy.example"), "check HTTPS_PROXY"),
    "refused": (unable("Failed to connect to 127.0.0.1 port 9 after 0 ms: Couldn't connect"), "broke"),
    "reset": ("error: RPC failed; curl 56 Recv failure: Connection reset by peer", "broke"),
    "torn": ("fatal: early EOF\nfatal: fetch-pack: invalid index-pack output", "broke"),
    "stalled": (
        unable("Operation too slow. Less than 1 bytes/sec transferred the last 60 seconds"),
        "broke",
    ),
    "bad gateway": (unable("The requested URL returned error: 502"), "failed: run again later"),
    "during the push": (
        "error: RPC failed; HTTP 500\nsend-pack: unexpected disconnect while reading sideband packet",
        "failed: run again later",
    ),
    "too many requests": (unable("The requested URL returned error: 429"), "fewer requests"),
}


def read(said: str, *, pushing: bool = False) -> GitError | LostRaceError:
    return error_of(GitError(f"git fetch failed: {said}", said), REMOTE, pushing=pushing)


@pytest.mark.parametrize(("said", "told"), REFUSED.values(), ids=REFUSED)
@pytest.mark.parametrize("pushing", [True, False], ids=["push", "fetch"])
def test_a_refusal_is_one_sentence_with_what_to_do(said: str, told: str, *, pushing: bool) -> None:
    error = read(said, pushing=pushing)
    assert type(error) is RefusedError
    with pytest.raises(RefusedError, match=told):
        raise error
    assert "\n" not in str(error)
    assert error.stderr == said


@pytest.mark.parametrize(("said", "told"), FAULTS.values(), ids=FAULTS)
def test_a_fault_of_the_network_is_told_from_a_refusal(said: str, told: str) -> None:
    with pytest.raises(NetworkFaultError, match=told):
        raise read(said)


@pytest.mark.parametrize("said", ["stale info", "cannot lock ref", "incorrect old value provided"])
def test_a_lost_race_is_one_only_for_a_push(said: str) -> None:
    assert isinstance(read(f"To {URL}\n ! [rejected] 1 -> x ({said})", pushing=True), LostRaceError)
    assert type(read(said)) is GitError


@pytest.mark.parametrize("status", [301, 302, 307, 308])
def test_a_repository_that_is_elsewhere_is_told(status: int) -> None:
    assert isinstance(read(unable(f"The requested URL returned error: {status}")), MovedError)


def test_a_branch_that_is_not_there_is_no_refusal() -> None:
    assert isinstance(read("fatal: couldn't find remote ref refs/heads/x"), MissingRefError)


def test_what_nobody_foresaw_stays_in_gits_words() -> None:
    assert str(read("fatal: a new kind of trouble")) == "git fetch failed: fatal: a new kind of trouble"
    assert type(read(f"To {URL}\n ! [remote rejected] 1 -> x (pre-receive hook declined)")) is GitError


# --- what git's processes are given ---------------------------------------------------------------


def test_the_environment_names_no_other_settings_than_proxies_and_certificates(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    given = {
        "https_proxy": "http://p:1", "HTTPS_PROXY": "http://p:2", "NO_PROXY": "x.example", "all_proxy": "http://p:3",
        "SSL_CERT_DIR": "/certs", "GIT_SSL_CAPATH": "/capath", "GIT_PROXY_SSL_CAINFO": "/proxy.pem",
    }  # fmt: skip
    left_out = {"GIT_SSL_NO_VERIFY": "1", "GIT_TRACE": "1", "GIT_ASKPASS": "/bin/x", "SSH_ASKPASS": "/bin/x",
                "GIT_EXEC_PATH": "/x", "GIT_CURL_VERBOSE": "1", "GIT_DIR": "/x"}  # fmt: skip
    for name in ("http_proxy", "no_proxy", "ALL_PROXY"):
        monkeypatch.delenv(name, raising=False)
    for name, value in (given | left_out).items():
        monkeypatch.setenv(name, value)
    environment = REMOTE.environment
    assert environment.items() >= given.items()
    assert not environment.keys() & left_out.keys()
    assert environment["GIT_ALLOW_PROTOCOL"] == "https"


@pytest.mark.parametrize("name", ["GIT_SSL_CAINFO", "SSL_CERT_FILE", "CURL_CA_BUNDLE"])
def test_an_authority_of_ones_own_is_trusted_whatever_tool_it_was_named_for(
    monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    for other in ("GIT_SSL_CAINFO", "SSL_CERT_FILE", "CURL_CA_BUNDLE"):
        monkeypatch.delenv(other, raising=False)
    monkeypatch.setenv(name, "/own.pem")
    assert REMOTE.environment["GIT_SSL_CAINFO"] == "/own.pem"


@pytest.mark.parametrize(
    ("url", "allowed"),
    [
        ("https://h/x.git", "https"),
        ("HTTPS://h/x.git", "https"),
        ("http://h/x.git", "http:https"),
        ("/srv/x.git", "file"),
        ("ssh://h/x.git", "file"),
        ("git://h/x.git", "file"),
        ("h:x.git", "file"),
        ("ext::sh", "file"),
    ],
)
def test_only_the_transport_that_an_address_asks_for_is_allowed(url: str, allowed: str) -> None:
    assert Remote(url).environment["GIT_ALLOW_PROTOCOL"] == allowed


def test_a_command_without_a_remote_may_use_no_transport_at_all(tmp_path: Path) -> None:
    ours, theirs = Git(tmp_path / "a.git"), Git(tmp_path / "b.git")
    ours.init()
    theirs.init()
    with pytest.raises(GitError, match="transport 'file' not allowed"):
        ours("fetch", str(theirs.git_dir))


def test_what_git_says_is_told_without_the_token_or_a_proxys_password() -> None:
    told = REMOTE.scrubbed("ghs_secret eC1hY2Nlc3MtdG9rZW46Z2hzX3NlY3JldA== http://me:pw@proxy.example:3128/")
    assert told == "*** *** http://***@proxy.example:3128/"


def test_a_remote_is_shown_without_its_token() -> None:
    assert "ghs_secret" not in f"{REMOTE!r} {REMOTE}"
