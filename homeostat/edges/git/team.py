"""The port TeamLedger: what the dashboard knows of the state branch."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from homeostat import books as codec
from homeostat.edges.git.branch import StateBranch
from homeostat.edges.git.remote import Remote
from homeostat.errors import LedgerError
from homeostat.ports import Clock
from homeostat.records import Attempts, Board, TeamBooks


class GitTeamLedger(StateBranch[TeamBooks]):
    """The attempts of some repositories, and the dashboard's own file."""

    def __init__(self, home: Path, *, remote: Remote | str, slugs: Sequence[str], clock: Clock) -> None:
        super().__init__(home, remote=remote, clock=clock)
        self._slugs = tuple(slugs)

    def _held(self, head: str | None) -> TeamBooks:
        paths = [codec.attempts_path(slug) for slug in self._slugs]
        board, *texts = self._read(head, codec.BOARD_PATH, *paths)
        attempts: dict[str, Attempts] = {}
        unreadable: dict[str, str] = {}
        for slug, path, text in zip(self._slugs, paths, texts, strict=True):
            try:
                attempts[slug] = Attempts() if text is None else codec.parse_attempts(text, path)
            except LedgerError as error:
                unreadable[slug] = str(error)
        return TeamBooks(
            Board() if board is None else codec.parse_board(board, codec.BOARD_PATH), attempts, unreadable
        )

    def _files(self, head: str | None, current: TeamBooks, wanted: TeamBooks) -> Mapping[str, bytes]:  # noqa: ARG002 - nothing is appended
        files = {
            codec.attempts_path(slug): codec.render_attempts(one)
            for slug, one in wanted.attempts.items()
            if one != current.attempts[slug]
        }
        if wanted.board != current.board:
            files[codec.BOARD_PATH] = codec.render_board(wanted.board)
        return files
