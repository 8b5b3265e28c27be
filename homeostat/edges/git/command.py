"""One way to run git: no hooks, no drivers, no user or system settings, no prompts, no pager."""

from __future__ import annotations

import os
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path

import sh

from homeostat.errors import ForgeError

BOT = "homeostat[bot]"
BOT_EMAIL = "homeostat[bot]@users.noreply.github.com"

# What a hostile repository or machine could make git run, switched off for every call.
_SETTINGS = {
    "core.hooksPath": os.devnull,
    "core.fsmonitor": "false",
    "core.attributesFile": os.devnull,
    "core.excludesFile": os.devnull,
    "core.autocrlf": "false",
    "core.quotePath": "false",
    "core.symlinks": "true",
    "protocol.ext.allow": "never",
    "submodule.recurse": "false",
    "core.abbrev": "10",
    "gc.auto": "0",
    "maintenance.auto": "false",
    "init.templateDir": "",
    "init.defaultBranch": "main",
    "commit.gpgSign": "false",
    "advice.detachedHead": "false",
    "safe.directory": "*",
    # git's own time limit for a stalled connection; sh's polls and adds 0.1 s to every call.
    "http.lowSpeedLimit": "1000",
    "http.lowSpeedTime": "60",
}
# Highest in git's order: no attribute of the repository converts a file or runs a driver.
_ATTRIBUTES = "* -text -ident -filter -working-tree-encoding !eol !diff !merge\n"


class GitError(ForgeError):
    """A git command failed; `stderr` is what it said."""

    def __init__(self, message: str, stderr: str = "") -> None:
        super().__init__(message)
        self.stderr = stderr


def _environment(extra: Mapping[str, str]) -> dict[str, str]:
    pairs = list(_SETTINGS.items())
    numbered = {f"GIT_CONFIG_KEY_{i}": key for i, (key, _) in enumerate(pairs)}
    numbered |= {f"GIT_CONFIG_VALUE_{i}": value for i, (_, value) in enumerate(pairs)}
    return {
        "PATH": os.environ.get("PATH", os.defpath),
        "HOME": os.devnull,
        "LC_ALL": "C.UTF-8",
        "GIT_CONFIG_NOSYSTEM": "1",
        "GIT_CONFIG_GLOBAL": os.devnull,
        "GIT_ATTR_NOSYSTEM": "1",
        "GIT_TERMINAL_PROMPT": "0",
        "GIT_OPTIONAL_LOCKS": "0",
        "GIT_CONFIG_COUNT": str(len(pairs)),
        **numbered,
        **extra,
    }


def signature(when: datetime) -> dict[str, str]:
    """The environment that makes a commit ours, at a given time."""
    stamp = when.isoformat()
    return {
        "GIT_AUTHOR_NAME": BOT,
        "GIT_AUTHOR_EMAIL": BOT_EMAIL,
        "GIT_AUTHOR_DATE": stamp,
        "GIT_COMMITTER_NAME": BOT,
        "GIT_COMMITTER_EMAIL": BOT_EMAIL,
        "GIT_COMMITTER_DATE": stamp,
    }


class Git:
    """git in one git directory."""

    def __init__(self, git_dir: Path) -> None:
        self.git_dir = git_dir.absolute()

    def __call__(
        self, *words: str, stdin: bytes = b"", env: Mapping[str, str] | None = None, cwd: Path | None = None
    ) -> bytes:
        """Run one command and return its standard output; GitError with git's own words when it fails."""
        try:
            done = sh.git(
                "--no-pager",
                f"--git-dir={self.git_dir}",
                *words,
                _in=stdin,
                _env=_environment(env or {}),
                _cwd=str(cwd or self.git_dir.parent),
                _tty_out=False,
                _return_cmd=True,
            )
        except sh.CommandNotFound as error:
            raise GitError("git is not installed, or not on PATH: install git and run again.") from error
        except sh.ErrorReturnCode as error:
            said = error.stderr.decode(errors="replace").strip()
            raise GitError(f"git {words[0]} failed: {said or 'no message'}", said) from error
        return bytes(done.stdout)

    def text(self, *words: str, stdin: bytes = b"", env: Mapping[str, str] | None = None) -> str:
        """The same, as stripped text."""
        return self(*words, stdin=stdin, env=env).decode(errors="replace").strip()

    def init(self) -> None:
        """Make the git directory: bare, so that nothing is ever checked out by accident."""
        self.git_dir.mkdir(parents=True, exist_ok=True)
        self("init", "--quiet", "--bare", str(self.git_dir))
        (self.git_dir / "info").mkdir(exist_ok=True)
        (self.git_dir / "info" / "attributes").write_text(_ATTRIBUTES)
