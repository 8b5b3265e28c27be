"""GitHub's REST and GraphQL interfaces, github.com or an Enterprise Server, behind the port Forge."""

from homeostat.edges.github.forge import GitHubForge

__all__ = ["GitHubForge"]
