"""Calls of a model kept in a folder, and played again: the same leg, offline and byte for byte."""

from __future__ import annotations

import json
import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import Any

import msgspec

from homeostat.errors import ConfigError, CutOffError, ModelError, OutageError
from homeostat.ports import Model
from homeostat.records import Prompt, Reply

_ERRORS = {kind.__name__: kind for kind in (CutOffError, OutageError, ModelError)}


@dataclass
class Reel:
    """The folder of a recording, and how far in it we are; shared by all models of a leg."""

    folder: Path
    seed: str
    """What the random markers of its prompts are made from."""
    tiers: tuple[str, ...] = ()
    """Those that could be asked when it was recorded."""
    at: int = field(default=0)

    @classmethod
    def new(cls, folder: Path, tiers: Sequence[str] = ()) -> Reel:
        """Begin a recording in an empty folder; `tiers` are those that can be asked. Raises ConfigError."""
        seed = secrets.token_hex(16)
        try:
            folder.mkdir(parents=True, exist_ok=True)
            if any(folder.iterdir()):
                raise ConfigError(f"{folder} is not empty: give a new folder to --record.")
            (folder / "seed").write_text(f"{seed}\n{' '.join(tiers)}\n", encoding="utf-8")
        except OSError as error:
            raise ConfigError(
                f"{folder} cannot hold a recording ({error.strerror}): give a new folder to --record."
            ) from None
        return cls(folder, seed, tuple(tiers))

    @classmethod
    def old(cls, folder: Path) -> Reel:
        """Play a recording. Raises ConfigError."""
        try:
            seed, _, tiers = (folder / "seed").read_text("utf-8").partition("\n")
        except (OSError, UnicodeDecodeError):
            raise ConfigError(
                f"{folder} holds no recording: give the folder of a --record to --replay."
            ) from None
        return cls(folder, seed, tuple(tiers.split()))

    def next(self) -> Path:
        """The file of the next call."""
        self.at += 1
        return self.folder / f"{self.at:04}.json"


def _asked(model: str, prompt: Prompt) -> dict[str, Any]:
    return {"model": model, **msgspec.to_builtins(prompt)}


def _digest(asked: dict[str, Any]) -> str:
    return sha256(json.dumps(asked, sort_keys=True).encode()).hexdigest()


@dataclass
class Recorder:
    """The port Model that keeps each call; keys are no part of one."""

    model: Model
    name: str
    reel: Reel

    def ask(self, prompt: Prompt, heard: Callable[[int], object]) -> Reply:
        asked = _asked(self.name, prompt)
        call: dict[str, Any] = {"asked": asked, "digest": _digest(asked)}
        try:
            reply = self.model.ask(prompt, heard)
        except ModelError as error:
            kind = next(kind for kind in type(error).__mro__ if kind.__name__ in _ERRORS)
            self._keep({**call, "failed": {"kind": kind.__name__, "message": str(error)}})
            raise
        self._keep({**call, "replied": msgspec.to_builtins(reply)})
        return reply

    def _keep(self, call: dict[str, Any]) -> None:
        text = json.dumps(call, indent=1, sort_keys=True, ensure_ascii=False) + "\n"
        self.reel.next().write_text(text, encoding="utf-8")


class _Failed(msgspec.Struct):
    kind: str
    message: str


class _Call(msgspec.Struct):
    digest: str
    replied: Reply | None = None
    failed: _Failed | None = None


@dataclass
class Player:
    """The port Model that answers from a recording, and from nothing else."""

    name: str
    reel: Reel

    def ask(self, prompt: Prompt, heard: Callable[[int], object]) -> Reply:  # noqa: ARG002 - it takes no time
        path = self.reel.next()
        try:
            call = msgspec.json.decode(path.read_bytes(), type=_Call)
        except FileNotFoundError:
            raise ModelError(f"the recording ends before call {self.reel.at}: record it again") from None
        except (OSError, msgspec.MsgspecError) as error:
            raise ModelError(f"{path} cannot be read ({error}): record it again") from None
        if call.digest != _digest(_asked(self.name, prompt)):
            raise ModelError(
                f"call {self.reel.at} is not the one that was recorded: the repository, its tests or "
                "Homeostat have changed. Record it again."
            )
        if call.failed:
            raise _ERRORS.get(call.failed.kind, ModelError)(call.failed.message)
        if call.replied is None:
            raise ModelError(f"{path} tells of no answer: record it again")
        return call.replied
