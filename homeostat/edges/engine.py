"""The container engine of this machine, asked whether it is there."""

from __future__ import annotations

import subprocess

SECONDS = 10.0


def docker_version() -> str | None:
    """The version of the engine that `docker` reaches, or None."""
    words = ["docker", "version", "--format", "{{.Server.Version}}"]
    try:
        told = subprocess.run(words, capture_output=True, text=True, timeout=SECONDS, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return None
    version = told.stdout.strip()
    return version if told.returncode == 0 and version else None
