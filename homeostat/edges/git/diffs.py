"""What git makes of a new tree: the patch that is judged, and what it has to read for it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from homeostat.edges.git.command import Git
from homeostat.edges.git.objects import contents
from homeostat.records import Change, Patch

DIFF = ("diff-tree", "-r", "--no-ext-diff", "--no-textconv", "--no-color")
GITLINK = "160000"


def judged(git: Git, base: str, tree: str) -> Patch:
    """The patch between two trees, each change with its lines."""
    plain = (*DIFF, "-M", base, tree)
    raw = git(*plain, "--raw", "-z", "--no-abbrev").decode(errors="surrogateescape")
    diff = git(*plain, "--patch").decode(errors="replace")
    rows = raw_rows(raw)
    texts = _texts(git, [meta.removeprefix(":").split() for meta, _, _ in rows])
    changes = (_change(git, base, tree, row) for row in rows)
    return Patch(
        base,
        tree,
        diff,
        tuple(
            replace(change, before=before, after=after)
            for change, (before, after) in zip(changes, texts, strict=True)
        ),
    )


def _texts(git: Git, metas: Sequence[Sequence[str]]) -> list[tuple[str, str]]:
    """Each change's file before and after, for judging; nothing for what is no file."""
    wanted = [
        (mode, blob) for old, new, old_blob, blob, _ in metas for mode, blob in ((old, old_blob), (new, blob))
    ]
    blobs = list(dict.fromkeys(blob for mode, blob in wanted if mode.startswith("100")))
    read = zip(blobs, contents(git, blobs), strict=True) if blobs else ()
    known = {blob: found[1].decode(errors="replace") for blob, found in read if found}
    texts = [known.get(blob, "") if mode.startswith("100") else "" for mode, blob in wanted]
    return list(zip(texts[::2], texts[1::2], strict=True))


def _change(git: Git, base: str, tree: str, row: tuple[str, str, str]) -> Change:
    meta, old_path, path = row
    old_mode, mode, _, _, status = meta.removeprefix(":").split()
    places = (f":(top,literal){name}" for name in (old_path, path))
    hunks = git(*DIFF, "-M", "-U0", "--patch", base, tree, "--", *places).decode(errors="replace")
    body = hunks[hunks.find("\n@@") + 1 :].split("\n") if "\n@@" in hunks else []
    return Change(
        status=status[0],
        path=path,
        old_path=old_path,
        mode=mode,
        old_mode=old_mode,
        added=tuple(line[1:] for line in body if line.startswith("+")),
        removed=sum(line.startswith("-") for line in body),
        binary="\nBinary files " in hunks,
    )


def replaced(git: Git, base: str, tree: str) -> list[str]:
    """The files of base that git reads to compare it with `tree`."""
    raw = git(*DIFF, "--raw", "-z", "--no-abbrev", "--no-renames", base, tree)
    rows = [row.split() for row, _, _ in raw_rows(raw.decode(errors="surrogateescape"))]
    return [old for old_mode, _, old, *_ in rows if old_mode not in (":000000", f":{GITLINK}")]


def raw_rows(raw: str) -> list[tuple[str, str, str]]:
    """(meta, old path, path) of each change of `--raw -z`; renames and copies carry two paths."""
    fields = iter(raw.split("\0"))
    rows = []
    for meta in fields:
        if not meta:
            continue
        old_path = next(fields)
        path = next(fields) if meta.split()[-1][0] in "RC" else old_path
        rows.append((meta, old_path, path))
    return rows
