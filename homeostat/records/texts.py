"""Text that has passed the gate. Everything else that is a `str` is untrusted, and no port takes it."""

from __future__ import annotations

from typing import NewType

Plain = NewType("Plain", str)
"""For where nothing is marked up: logs, titles, commits, branches, prompts, the ledger, outputs."""
Markdown = NewType("Markdown", str)
"""For pull requests, comments and summaries: what came from outside is escaped in it."""
