"""Folders that foreign commands have written: cleared, copied, filled. No link is ever followed."""

import os
import stat
import tarfile
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import IO

from homeostat.errors import HomeostatError

MESSAGE_LIMIT = 500
WHOLE = 1 << 30


# --- cleared ----------------------------------------------------------------------------------


def make_empty(folder: Path) -> None:
    """Make a new empty folder, in place of what was there."""
    remove(folder)
    try:
        folder.mkdir(parents=True)
    except OSError as error:
        raise HomeostatError(f"The sandbox cannot lay out {folder}; clear it by hand. {error}") from error


def remove(place: Path) -> None:
    """Delete a file or a tree of any depth, read-only folders too.

    What resists is told by whoever then finds the place taken.
    """
    with suppress(OSError):
        if place.is_symlink() or not place.is_dir():
            place.unlink()
            return
    clear(place)
    with suppress(OSError):
        place.rmdir()


def clear(top: Path) -> None:
    """Delete all that a folder holds. Folders inside are moved up first: no path grows too long."""
    token = os.urandom(8).hex()
    folders = [str(top)]
    for number, folder in enumerate(folders):
        with suppress(OSError):
            os.chmod(folder, 0o700)  # noqa: PTH101 - str is twice as fast, and there may be 100,000
        with suppress(OSError):
            folders += _emptied(folder, f"{top}/{token}-{number}-")
    for folder in folders[:0:-1]:
        with suppress(OSError):
            os.rmdir(folder)  # noqa: PTH106


def _emptied(folder: str, moved: str) -> Iterator[str]:
    """Delete the files of a folder; yields its folders, moved to names that begin with `moved`."""
    for number, entry in enumerate(list(os.scandir(folder))):
        with suppress(OSError):
            if not entry.is_dir(follow_symlinks=False):
                os.unlink(entry.path)  # noqa: PTH108
                continue
            os.chmod(entry.path, 0o700)  # noqa: PTH101 - without it a folder cannot be moved
            os.rename(entry.path, f"{moved}{number}")  # noqa: PTH104
            yield f"{moved}{number}"


# --- copied -----------------------------------------------------------------------------------


def copy(source: Path, target: Path) -> None:
    """Copy a tree with its modes, times, links and second names of files."""
    if source.is_symlink():
        raise HomeostatError(f"{source} was replaced by a link; a command tampered with the sandbox.")
    try:
        _copy_tree(str(source), str(target))
    except OSError as error:
        reason = str(error)[:MESSAGE_LIMIT]
        raise HomeostatError(
            f"The sandbox cannot copy {source}; mend what its setup made. {reason}"
        ) from error


def _copy_tree(source: str, target: str) -> None:
    names: dict[tuple[int, int], str] = {}
    folders = [(source, target)]
    for origin, made in folders:
        os.mkdir(made, 0o700)  # noqa: PTH102
        for entry in list(os.scandir(origin)):
            place = f"{made}/{entry.name}"
            if entry.is_dir(follow_symlinks=False):
                folders.append((entry.path, place))
            else:
                _copy_entry(entry, place, names)
    for origin, made in reversed(folders):  # last, or a read-only folder could not be filled
        _copy_marks(os.lstat(origin), made)


def _copy_entry(entry: os.DirEntry[str], target: str, names: dict[tuple[int, int], str]) -> None:
    """Copy a file or a link; leave out sockets, pipes and devices, which do not outlive their process."""
    if entry.is_symlink():
        os.symlink(os.readlink(entry.path), target)  # noqa: PTH115, PTH211
    elif entry.is_file(follow_symlinks=False):
        found = entry.stat(follow_symlinks=False)
        first = names.setdefault((found.st_dev, found.st_ino), target)
        if first != target:
            os.link(first, target)
            return
        _copy_content(entry.path, target)
        _copy_marks(found, target)


def _copy_content(source: str, target: str) -> None:
    with open(source, "rb", buffering=0) as old, open(target, "xb", buffering=0) as new:  # noqa: PTH123
        while os.sendfile(new.fileno(), old.fileno(), None, WHOLE):
            pass


def _copy_marks(found: os.stat_result, target: str) -> None:
    os.chmod(target, found.st_mode & 0o777)  # noqa: PTH101
    os.utime(target, ns=(found.st_atime_ns, found.st_mtime_ns))


# --- filled -----------------------------------------------------------------------------------


def unpack(archive: IO[bytes], tree: Path) -> None:
    """Write the files of a tar of git's into an empty tree; links point wherever they point in git."""
    try:
        with tarfile.open(fileobj=archive, mode="r|") as members:
            for member in members:
                _unpack_member(members, member, tree)
    except (OSError, ValueError, tarfile.TarError) as error:
        reason = str(error)[:MESSAGE_LIMIT]
        raise HomeostatError(f"The repository cannot be laid out in the sandbox: {reason}.") from error


def _unpack_member(members: tarfile.TarFile, member: tarfile.TarInfo, tree: Path) -> None:
    target = _unlinked(tree, member.name)
    if member.isdir():
        target.mkdir(exist_ok=True)
    elif member.issym():
        target.symlink_to(member.linkname)
    elif content := member.isreg() and members.extractfile(member):
        with target.open("xb") as file:
            while chunk := content.read(WHOLE >> 10):
                file.write(chunk)
        target.chmod(0o755 if member.mode & 0o100 else 0o644)
        os.utime(target, (member.mtime, member.mtime))
    else:
        raise HomeostatError(f"{member.name!r} is no file, folder or link; the sandbox refuses it.")


def write(tree: Path, path: str, text: str) -> None:
    """Write the whole new text of one file."""
    try:
        _replace(_unlinked(tree, path), text.encode())
    except (OSError, ValueError) as error:
        raise HomeostatError(f"The edit of {path!r} cannot be written in the sandbox: {error}.") from error


def _unlinked(tree: Path, path: str) -> Path:
    """Where `path` is in the tree, its folders made; refused when it leaves the tree or meets a link."""
    parts = path.split("/")
    if {"", ".", ".."} & {*parts}:
        raise HomeostatError(f"{path!r} is no path inside the repository; the edit is refused.")
    target = tree
    for part in parts:
        target.mkdir(exist_ok=True)
        target /= part
        if target.is_symlink():
            raise HomeostatError(f"{path!r} goes through a symbolic link; the edit is refused.")
    return target


def _replace(target: Path, content: bytes) -> None:
    """Write a new file of the same mode: what was there may be read-only, or one file under two names."""
    mode = stat.S_IMODE(target.stat().st_mode) if target.exists() else 0o644
    target.unlink(missing_ok=True)
    with target.open("xb") as file:
        file.write(content)
    target.chmod(mode)
