"""Where the target's own commands run: as local processes, or in containers that hold no secret."""

from homeostat.edges.sandbox.container import ContainerSandbox
from homeostat.edges.sandbox.processes import ProcessSandbox

__all__ = ["ContainerSandbox", "ProcessSandbox"]
