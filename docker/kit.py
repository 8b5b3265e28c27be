# ruff: noqa: INP001 - runs alone, while the image is built
"""Lay out the sandbox kit: a Python that starts in any image of this architecture, with the sidecar inside.

kit.py FOLDER copies the interpreter, its loader and libraries, and those modules that the sidecar loads.
"""

import os
import py_compile
import re
import shutil
import subprocess
import sys
from pathlib import Path

SIDECAR = "homeostat.edges.sandbox.sidecar"
LATER = "encodings.ascii, encodings.idna, encodings.latin_1, encodings.utf_8, runpy, traceback"
"""Modules that Python itself loads at need."""
UNUSED = {"_bz2", "_lzma", "bz2", "lzma", "zlib"}
"""Compression, which the sidecar's library offers and the sidecar does not use."""


def loaded() -> dict[str, Path]:
    """The modules that a sidecar loads, with their files."""
    listing = (
        f"import sys; sys.path.append('.'); import {LATER}, {SIDECAR}; "
        "[print(n, m.__file__) for n, m in sys.modules.items() if getattr(m, '__file__', None)]"
    )
    told = subprocess.run(
        [sys.executable, "-I", "-S", "-c", listing], capture_output=True, text=True, check=True
    ).stdout
    pairs = (line.split(" ", 1) for line in told.splitlines())
    return {name: Path(file) for name, file in pairs if name not in UNUSED}


def libraries(binary: Path) -> set[Path]:
    """The shared libraries of a binary, and the loader."""
    told = subprocess.run(["ldd", str(binary)], capture_output=True, text=True, check=True).stdout
    return {Path(path) for path in re.findall(r"(/\S+) \(0x", told)}


def copy_module(name: str, file: Path, library: Path) -> None:
    """Compile a module, or copy one that is compiled already."""
    place = library.joinpath(*name.split("."))
    if file.suffix == ".so":
        shutil.copy(file, library / "lib-dynload")
        return
    compiled = place / "__init__.pyc" if file.stem == "__init__" else place.with_suffix(".pyc")
    compiled.parent.mkdir(parents=True, exist_ok=True)
    shown = str(place.with_suffix(".py").relative_to(library))
    unchecked = py_compile.PycInvalidationMode.UNCHECKED_HASH
    py_compile.compile(str(file), str(compiled), shown, doraise=True, invalidation_mode=unchecked)


def lay_out(kit: Path) -> None:
    """Fill an empty folder."""
    library = kit / f"lib/python{sys.version_info.major}.{sys.version_info.minor}"
    (library / "lib-dynload").mkdir(parents=True)
    (kit / "bin").mkdir()
    python = Path(sys.executable).resolve()
    shutil.copy(python, kit / "bin/python3")
    needed = libraries(python)
    for name, file in loaded().items():
        copy_module(name, file, library)
        needed |= libraries(file) if file.suffix == ".so" else set()
    for path in needed:
        shutil.copy(path, kit / "lib" / ("ld.so" if path.name.startswith("ld-") else path.name))


if __name__ == "__main__":
    os.umask(0o022)
    lay_out(Path(sys.argv[1]))
