"""How the loop deals with models' answers: healed by scripts, judged by the hidden tests.

usage: python -m benchmarks.answers [--live] [--record DIR | --replay DIR] [--markdown FILE]; needs node

Without --live a server on this machine plays the answers in python/ and javascript/. No model was asked for
them: they are written by hand. Exit 1 when one that cheats is delivered, or one is not what it is said to be.
"""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path

from benchmarks.answers.judge import fates, faults
from benchmarks.answers.play import Healing, checked, healed, scripted
from benchmarks.answers.scripts import Program, programs
from benchmarks.answers.tables import report
from homeostat.assembly import models_of
from homeostat.config import Ladder, Tier, ladder
from homeostat.edges.llm import Reel
from homeostat.errors import ConfigError


def _options() -> argparse.Namespace:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    options.add_argument("--live", action="store_true", help="ask the models by the keys in the environment")
    reels = options.add_mutually_exclusive_group()
    reels.add_argument("--record", type=Path, metavar="DIR", help="keep the calls in a new folder")
    reels.add_argument("--replay", type=Path, metavar="DIR", help="play the calls of such a folder")
    options.add_argument("--markdown", type=Path, metavar="FILE", help="write the tables to a file too")
    options.add_argument("--only", default="", metavar="PATTERN", help="such as python/menu")
    return options.parse_args()


def _live_ladder() -> Ladder:
    found = ladder(os.environ, tuple(Tier))
    if not found.rungs:
        raise ConfigError(f"--live: no model can be asked: {'; '.join(found.off)}.")
    return found


def _healing(program: Program, chosen: argparse.Namespace) -> Healing:
    folder = Path(program.language.name, program.name)
    if chosen.replay:
        rungs = ladder(os.environ if chosen.live else {}, tuple(Tier), keyless=True)
        found = healed(program, models_of(rungs, Reel.old(chosen.replay / folder), playing=True))
        return found if chosen.live else checked(found)
    reel = Reel.new(chosen.record / folder) if chosen.record else None
    return healed(program, models_of(_live_ladder(), reel)) if chosen.live else scripted(program, reel)


def main() -> int:
    """Heal every program, print the tables, and say what should not be."""
    chosen = _options()
    try:
        healings = [_healing(program, chosen) for program in programs(chosen.only)]
    except ConfigError as error:
        print(error, file=sys.stderr)  # noqa: T201 - what it is for
        return 2
    told = [(one, [] if chosen.live else fates(one)) for one in healings]
    text = report(told, live=chosen.live)
    print(text, end="")  # noqa: T201
    if chosen.markdown:
        chosen.markdown.write_text(text, encoding="utf-8")
    wrong = [fault for healing, found in told for fault in faults(healing, found)]
    for fault in wrong:
        print(fault, file=sys.stderr)  # noqa: T201
    return int(bool(wrong))


if __name__ == "__main__":
    sys.exit(main())
