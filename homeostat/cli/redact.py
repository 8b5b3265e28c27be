"""The redaction that stands before everything that leaves, as a filter."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from typing import BinaryIO

import click

from homeostat import config
from homeostat.redaction import Redactor

_BLOCK = 1 << 18


@click.command()
def redact() -> None:
    """Copy standard input without secrets and personal data.

    Taken out are the values of GITHUB_TOKEN, OPENAI_API_KEY and every other variable whose name ends in
    TOKEN, KEY, SECRET or PASSWORD, in every form; whatever looks like a credential; and mail addresses,
    telephone and card numbers, IP addresses and the names of home folders. Lines keep their number and
    their ends, and bytes that are no text survive.
    """
    redactor = Redactor(config.secrets(os.environ))
    for piece in redactor.stream(_blocks(sys.stdin.buffer)):
        sys.stdout.buffer.write(piece)
    sys.stdout.buffer.flush()


def _blocks(source: BinaryIO) -> Iterator[bytes]:
    while block := source.read(_BLOCK):
        yield block
