"""What a fingerprint is made of: as data for programs; for people, each frame with its reason."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from homeostat.fingerprint.culprit import Judged
from homeostat.records import Failure, Fingerprint, Frame

MAX_FRAMES = 40
_WIDEST = 60


def as_data(found: Fingerprint) -> dict[str, Any]:
    """A fingerprint as JSON's objects: ids, type, template, culprit and frames."""
    return {
        "exact": found.exact,
        "coarse": found.coarse,
        "site": found.site,
        "type": found.type,
        "template": found.template,
        "culprit": found.culprit._asdict() if found.culprit else None,
        "frames": [frame._asdict() for frame in found.frames],
    }


def explanation(failure: Failure, found: Fingerprint, frames: Sequence[Judged]) -> list[str]:
    """Plain lines; their text comes from the report and is not safe to print as it is."""
    return [
        f"exact     {found.exact}   type, culprit, the message's template, the cause's type",
        f"coarse    {found.coarse}   a telling message, else the culprit; with the type",
        f"site      {found.site or '-':20}   the text of the source line, which needs the checkout",
        "",
        f"language  {failure.language}",
        f"type      {found.type or '-'}",
        f"message   {' '.join(failure.message.split()) or '-'}",
        f"template  {found.template or '-'}",
        f"culprit   {_place(found.culprit) if found.culprit else 'none: the report has no frame'}",
        "",
        *_frames(found, frames),
    ]


def _place(frame: Frame) -> str:
    line = f":{frame.line}" if frame.line else ""
    return f"{frame.path or frame.file}{line}" + (f" in {frame.function}" if frame.function else "")


def _frames(found: Fingerprint, frames: Sequence[Judged]) -> list[str]:
    shown = frames[:MAX_FRAMES]
    places = [_place(one.frame) for one in shown]
    width = min(max(map(len, places), default=0), _WIDEST)
    lines = [
        f"{number:>4}  {place:{width}}  {_fate(found, one)}"
        for number, (place, one) in enumerate(zip(places, shown, strict=True), start=1)
    ]
    left = len(frames) - len(shown)
    return [*lines, f"      and {left} more"] if left else lines


def _fate(found: Fingerprint, judged: Judged) -> str:
    if judged.frame == found.culprit:
        return "the culprit" + (f", for want of a better one: {judged.dropped}" if judged.dropped else "")
    return f"passed over: {judged.dropped}" if judged.dropped else "calls the culprit, or stands in its chain"
