"""What all end-to-end tests share: Docker, the image, the emulator. `setup.sh` brings up what is missing."""

import os
import shlex
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent.parent
HERE = Path(__file__).parent


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if HERE in item.path.parents:
            item.add_marker(pytest.mark.e2e)
            item.add_marker(pytest.mark.timeout(900))


@pytest.fixture(scope="session")
def cache() -> Iterator[Path]:
    """Where slow things are kept between sessions; Docker answers, at DOCKER_HOST."""
    told = subprocess.run([HERE / "setup.sh"], stdout=subprocess.PIPE, text=True, check=True).stdout
    given = dict(word.split("=", 1) for word in shlex.split(told) if "=" in word)
    with pytest.MonkeyPatch.context() as patch:
        for name, value in given.items():
            patch.setenv(name, value)
        yield Path(os.environ["HOMEOSTAT_E2E_CACHE"])


@pytest.fixture(scope="session")
def emulate(cache: Path) -> Path:
    """Where npm has installed the emulator."""
    return next(cache.glob("emulate-*"))


@pytest.fixture(scope="session")
def action(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The checkout as the action's repository holds it: without what git ignores."""
    folder = tmp_path_factory.mktemp("action")
    listed = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    for name in subprocess.run(listed, cwd=ROOT, stdout=subprocess.PIPE, text=True, check=True).stdout.split(
        "\0"
    ):
        if name and (ROOT / name).is_file():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / name, folder / name, follow_symlinks=False)
    return folder


@pytest.fixture(scope="session")
def image(cache: Path, action: Path) -> str:  # noqa: ARG001 - Docker first
    """Our image, built from the checkout."""
    tag = "homeostat:e2e"
    subprocess.run(
        ["docker", "build", "--quiet", "--tag", tag, action], stdout=subprocess.DEVNULL, check=True
    )
    return tag
