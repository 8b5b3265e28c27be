"""git, by its own command line: the target's workspace and the state branch."""

from homeostat.edges.git.history import History
from homeostat.edges.git.ledger import GitLedger
from homeostat.edges.git.past import Past
from homeostat.edges.git.remote import Remote
from homeostat.edges.git.shelf import ledger_files
from homeostat.edges.git.team import GitTeamLedger
from homeostat.edges.git.workspace import GitWorkspace

__all__ = ["GitLedger", "GitTeamLedger", "GitWorkspace", "History", "Past", "Remote", "ledger_files"]
