"""The state branch as a reader sees it: every file of its newest commit."""

from __future__ import annotations

from pathlib import Path
from typing import IO

from homeostat import books as codec
from homeostat.edges.git.command import Git, GitError
from homeostat.edges.git.origin import Origin
from homeostat.edges.git.refusals import MissingRefError
from homeostat.edges.git.remote import Remote
from homeostat.errors import LedgerError

_LOCAL = "refs/heads/state"


def ledger_files(home: Path, remote: Remote | str) -> dict[str, bytes]:
    """By path; none where there is no such branch. A clone that has it from its origin only will do.

    `home` is an empty folder to work in. Raises LedgerError.
    """
    git = Git(home / "ledger.git")
    git.init()
    origin = Origin(git.git_dir, remote)
    for ref in (f"refs/heads/{codec.BRANCH}", f"refs/remotes/origin/{codec.BRANCH}"):
        try:
            origin.fetch_whole(f"+{ref}:{_LOCAL}", depth=1)
        except MissingRefError:
            continue
        except GitError as error:
            raise LedgerError(f"The state branch cannot be fetched: {error}") from error
        return _files(git)
    return {}


def _files(git: Git) -> dict[str, bytes]:
    rows = git.text("ls-tree", "-r", "-z", _LOCAL).split("\0")
    named = [row.partition("\t")[::2] for row in rows if row]
    blobs = {path: told.split()[2] for told, path in named if told.split()[1] == "blob"}
    wanted = "".join(f"{blob}\n" for blob in blobs.values()).encode()
    with (git.git_dir / "contents").open("w+b") as out:  # ten thousand runs have 10 MB: too much for a pipe
        git("cat-file", "--batch", stdin=wanted, out=out)
        out.seek(0)
        return {path: _next(out) for path in blobs}


def _next(out: IO[bytes]) -> bytes:
    size = int(out.readline().split()[2])
    content = out.read(size)
    out.readline()
    return content
