"""One way to run git: no hooks, no drivers, no user or system settings, no prompts, no pager.

A command talks to a remote only when it was made for one: without it every transport is forbidden, and a file
that a partial clone lacks is missing rather than fetched.
"""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import IO

import sh

from homeostat.edges.git.remote import Remote
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
    "core.protectHFS": "true",
    "core.protectNTFS": "true",
    "core.askPass": "",
    "credential.helper": "",
    "submodule.recurse": "false",
    "core.abbrev": "10",
    "gc.auto": "0",
    "maintenance.auto": "false",
    "init.templateDir": "",
    "init.defaultBranch": "main",
    "commit.gpgSign": "false",
    "advice.detachedHead": "false",
    "safe.directory": "*",
    # The header with the token is chosen once, by the first address: git would send it on to another host.
    "http.followRedirects": "false",
    # git's own time limit for a stalled connection; sh's polls and adds 0.1 s to every call. A server that
    # counts objects sends a few bytes every 5 seconds: it is not stalled.
    "http.lowSpeedLimit": "1",
    "http.lowSpeedTime": "60",
    "tar.umask": "0022",
}
# Highest in git's order: no attribute of the repository converts a file or runs a driver.
_ATTRIBUTES = "* -text -ident -filter -working-tree-encoding -export-ignore -export-subst !eol !diff !merge\n"
_GLOBAL = "homeostat.config"


class GitError(ForgeError):
    """A git command failed; `stderr` is what it said."""

    def __init__(self, message: str, stderr: str = "") -> None:
        super().__init__(message)
        self.stderr = stderr


def _environment(remote: Remote | None, extra: Mapping[str, str]) -> dict[str, str]:
    pairs = list((_SETTINGS | (remote.settings if remote else {})).items())
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
        "GIT_ALLOW_PROTOCOL": "",
        "GIT_CONFIG_COUNT": str(len(pairs)),
        **numbered,
        **(remote.environment if remote else {}),
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


def _name(words: Sequence[str]) -> str:
    settings = next(i for i in range(0, len(words), 2) if words[i] != "-c")
    return words[settings]


class Git:
    """git in one git directory, on its own or towards one remote."""

    def __init__(self, git_dir: Path, remote: Remote | None = None) -> None:
        self.git_dir = git_dir.absolute()
        self._remote = remote

    def __call__(
        self,
        *words: str,
        stdin: bytes = b"",
        env: Mapping[str, str] | None = None,
        cwd: Path | None = None,
        out: IO[bytes] | None = None,
    ) -> bytes:
        """Run one command and return its standard output; GitError with git's own words when it fails.

        The output goes to `out` instead when that is given.
        """
        try:
            done = sh.git(
                "--no-pager",
                f"--git-dir={self.git_dir}",
                *words,
                _in=stdin,
                _out=out,
                _env=_environment(self._remote, {**self._own, **(env or {})}),
                _cwd=str(cwd or self.git_dir.parent),
                _tty_out=False,
                _return_cmd=True,
            )
        except sh.CommandNotFound as error:
            raise GitError("git is not installed, or not on PATH: install git and run again.") from error
        except sh.ErrorReturnCode as error:
            said = error.stderr.decode(errors="replace").strip()
            said = self._remote.scrubbed(said) if self._remote else said
            raise GitError(f"git {_name(words)} failed: {said or 'no message'}", said) from None
        return bytes(done.stdout)

    @property
    def _own(self) -> dict[str, str]:
        """The server side of a local path knows no setting of ours, but reads this file."""
        path = self.git_dir / _GLOBAL
        return {"GIT_CONFIG_GLOBAL": str(path)} if path.is_file() else {}

    def text(self, *words: str, stdin: bytes = b"", env: Mapping[str, str] | None = None) -> str:
        """The same, as stripped text."""
        return self(*words, stdin=stdin, env=env).decode(errors="replace").strip()

    def init(self) -> None:
        """Make the git directory: bare, so that nothing is ever checked out by accident."""
        self.git_dir.mkdir(parents=True, exist_ok=True)
        self("init", "--quiet", "--bare", str(self.git_dir))
        (self.git_dir / "info").mkdir(exist_ok=True)
        (self.git_dir / "info" / "attributes").write_text(_ATTRIBUTES)
        (self.git_dir / _GLOBAL).write_text("[safe]\n\tdirectory = *\n")
