"""Folders that foreign commands have written: cleared, copied, filled. No link is ever followed."""

import os
import stat
import tarfile
from collections.abc import Callable, Collection, Iterator
from contextlib import nullcontext, suppress
from itertools import count
from pathlib import Path
from typing import IO

from homeostat.errors import HomeostatError

MESSAGE_LIMIT = 500
PIECE = 1 << 20


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
    """Delete all that a folder holds, in the same little memory whatever that is.

    Folders in folders are moved up to the top, where their turn comes: no path grows too long.
    """
    token = os.urandom(8).hex()
    names = (f"{top}/{token}-{number}" for number in count())
    with suppress(OSError):
        top.chmod(0o700)
    while _all(_delete, str(top), names):
        pass


Step = Callable[[os.DirEntry[str], Iterator[str]], None]


def _all(step: Step, folder: str, names: Iterator[str]) -> bool:
    """Take a step with each entry of a folder; whether any could be taken."""
    taken = False
    with suppress(OSError), os.scandir(folder) as entries:
        for entry in entries:
            with suppress(OSError):
                step(entry, names)
                taken = True
    return taken


def _delete(entry: os.DirEntry[str], names: Iterator[str]) -> None:
    """Delete a file, or a folder after what it holds."""
    if not entry.is_dir(follow_symlinks=False):
        os.unlink(entry.path)  # noqa: PTH108 - str is twice as fast as Path, and there may be 100,000
        return
    os.chmod(entry.path, 0o700)  # noqa: PTH101
    _all(_delete_or_move, entry.path, names)
    os.rmdir(entry.path)  # noqa: PTH106


def _delete_or_move(entry: os.DirEntry[str], names: Iterator[str]) -> None:
    if not entry.is_dir(follow_symlinks=False):
        os.unlink(entry.path)  # noqa: PTH108
        return
    os.chmod(entry.path, 0o700)  # noqa: PTH101 - a folder that is read-only cannot be moved
    os.rename(entry.path, next(names))  # noqa: PTH104


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
        with os.scandir(origin) as entries:
            for entry in entries:
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
        if found.st_nlink > 1:
            first = names.setdefault((found.st_dev, found.st_ino), target)
            if first != target:
                os.link(first, target)
                return
        _copy_file(entry.path, target, found)


def _copy_file(source: str, target: str, found: os.stat_result) -> None:
    """Copy content and marks by bare system calls: there may be 100,000 files."""
    old = os.open(source, os.O_RDONLY | os.O_NOFOLLOW)
    try:
        new = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        try:
            left = found.st_size
            while left and (sent := os.sendfile(new, old, None, left)):
                left -= sent
            _copy_marks(found, new)
        finally:
            os.close(new)
    finally:
        os.close(old)


def _copy_marks(found: os.stat_result, target: str | int) -> None:
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
            while chunk := content.read(PIECE):
                file.write(chunk)
        target.chmod(0o755 if member.mode & 0o100 else 0o644)
        os.utime(target, (member.mtime, member.mtime))
    else:
        raise HomeostatError(f"{member.name!r} is no file, folder or link; the sandbox refuses it.")


def lay_over(archive: IO[bytes], tree: Path) -> None:
    """Write the files and links of a tar over a tree that a command has changed, whatever stands there."""
    if tree.is_symlink():
        raise HomeostatError(f"{tree} was replaced by a link; a command tampered with the sandbox.")
    try:
        with tarfile.open(fileobj=archive, mode="r|") as members:
            for member in members:
                _make_way(tree, member.name)
                _unpack_member(members, member, tree)
    except (OSError, ValueError, tarfile.TarError) as error:
        reason = str(error)[:MESSAGE_LIMIT]
        raise HomeostatError(
            f"The repository's tests cannot be restored in the sandbox: {reason}."
        ) from error


def _make_way(tree: Path, path: str) -> None:
    """Leave real folders, which can be written to, above a path, and nothing at it."""
    *folders, name = path.split("/")
    place = tree
    for folder in folders:
        place.chmod(0o700 | stat.S_IMODE(place.stat().st_mode))
        place /= folder
        if place.is_symlink() or not place.is_dir():
            remove(place)
            place.mkdir()
    place.chmod(0o700 | stat.S_IMODE(place.stat().st_mode))
    remove(place / name)


def chosen(archive: IO[bytes], paths: Collection[str], destination: IO[bytes]) -> None:
    """Copy the files and links at `paths` from one tar to another."""
    with (
        tarfile.open(fileobj=archive, mode="r|") as members,
        tarfile.open(fileobj=destination, mode="w|") as kept,
    ):
        for member in members:
            if member.name in paths and not member.isdir():
                kept.addfile(member, members.extractfile(member) if member.isreg() else None)


def packed(tree: Path, paths: Collection[str], destination: IO[bytes]) -> None:
    """Write the files and links of a tree at `paths`, as far as they are there, as a tar."""
    with tarfile.open(fileobj=destination, mode="w|", dereference=False) as kept:
        for path in sorted(paths):
            place = tree / path
            if place.is_symlink() or place.is_file():
                member = kept.gettarinfo(place, arcname=path)
                if member.islnk():  # one file under two names
                    member.type, member.size = tarfile.REGTYPE, place.stat().st_size
                with place.open("rb") if member.isreg() else nullcontext() as content:
                    kept.addfile(member, content)


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
