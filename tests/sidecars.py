"""The container's sandbox without its container: the real sidecar, in processes of this machine."""

import io
import subprocess
import sys
import tarfile
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import IO

from homeostat.edges.sandbox import ContainerSandbox

SIDECAR = (sys.executable, "-I", "-m", "homeostat.edges.sandbox.sidecar")


def archive_of(files: Mapping[str, str]) -> Callable[[IO[bytes]], None]:
    """What writes these files as a tar."""

    def archive(destination: IO[bytes]) -> None:
        with tarfile.open(fileobj=destination, mode="w|") as members:
            for path, text in files.items():
                member = tarfile.TarInfo(path)
                member.size = len(text.encode())
                members.addfile(member, io.BytesIO(text.encode()))

    return archive


@contextmanager
def short_folder() -> Iterator[Path]:
    """A folder with a path that a socket may have."""
    with TemporaryDirectory(prefix="h-") as folder:
        yield Path(folder)


@contextmanager
def contained(
    home: Path, files: Mapping[str, str], governing: Collection[str] = ()
) -> Iterator[ContainerSandbox]:
    """A sandbox and its two sidecars, which end with it."""
    with ExitStack() as stack:
        sockets = stack.enter_context(short_folder())
        sidecars = [
            stack.enter_context(subprocess.Popen([*SIDECAR, role, sockets, home]))
            for role in ("setup", "tests")
        ]
        with ContainerSandbox(
            sockets, archive_of(files), connect=20, grace=20, governing=lambda: governing
        ) as sandbox:
            yield sandbox
        assert [sidecar.wait(timeout=10) for sidecar in sidecars] == [0, 0]
