"""git, by its own command line: the target's workspace and the state branch."""

from homeostat.edges.git.branch import ledger_files
from homeostat.edges.git.history import History
from homeostat.edges.git.ledger import GitLedger
from homeostat.edges.git.remote import Remote
from homeostat.edges.git.workspace import GitWorkspace

__all__ = ["GitLedger", "GitWorkspace", "History", "Remote", "ledger_files"]
