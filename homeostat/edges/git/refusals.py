"""What git and its servers say when they refuse, in an ordered table, and the sentence for the user."""

from __future__ import annotations

import re

from homeostat.edges.git.command import GitError
from homeostat.edges.git.remote import Remote
from homeostat.errors import LostRaceError


class RefusedError(GitError):
    """The server said no, for a reason that we know: the message is a whole sentence."""


class NetworkFaultError(GitError):
    """The server or the way to it failed: nobody knows yet what the server did."""


class MissingRefError(GitError):
    """The branch, or the commit, is not there."""


class MovedError(GitError):
    """The repository is at another address now."""


_LOST = re.compile(
    "stale info|failed to update ref|cannot lock ref|fetch first|non-fast-forward"
    "|reference already exists|incorrect old value provided"
)
_FINAL = {
    r"archived so it is read-only": "{url} is archived, so nothing can be pushed: unarchive it, or set "
    "`enabled: false` for it in repos.yml.",
    r"SAML SSO": "The organisation of {url} asks for single sign-on: authorise the token in {secret} for it.",
    r"IP allow list": "The organisation of {url} lets only listed addresses in: add this runner's address "
    "to its IP allow list.",
    r"GH009|push protection|contains? secrets|GH013: [^\n]*secret": "{url} took the push for one that holds "
    "a secret: look at what push protection found, then allow it or close the report.",
    r"without `?workflows?`? (?:scope|permission)": "The token in {secret} may not change workflow files of "
    "{url}: give it `workflows: write` (a classic one the scope `workflow`), which the workflow's own "
    "GITHUB_TOKEN never has.",
    r"GH013|[Rr]epository rule violations": "A ruleset of {url} forbids the push: let Homeostat bypass it, "
    "or exclude the branches `homeostat/**` and `homeostat-state` from it.",
    r"GH006|[Pp]rotected branch": "A protected branch of {url} does not take the push: let Homeostat bypass "
    "its protection.",
    r"(?:data|disk|storage) quota|[Qq]uota exceeded|GH001|file size limit": "{url} has no room for "
    "the push: its storage quota or its size limit is reached.",
    r"could not read Username|Authentication failed|returned error: 401|Invalid username or token"
    r"|Bad credentials": "The token in {secret} is missing, wrong or expired for {url}: renew it.",
    r"[Rr]epository '?[^\n]*'? ?not found|returned error: 404": "{url} was not found: correct the slug, or "
    "give the token in {secret} access to it.",
    r"Write access to repository not granted|Permission to \S+ denied|returned error: 403": "The token in "
    "{secret} has no right to this in {url}: give it `contents: write`, for this repository.",
    r"certificate problem|certificate verif|SSL CA cert": "The certificate of {url} is not trusted: give its "
    "authority's file as SSL_CERT_FILE.",
}
_FAULTS = {
    r"Could not resolve host": "{url} cannot be reached, as its host name is not known: check "
    "GITHUB_SERVER_URL, the network and its name server.",
    r"Could not resolve proxy|Proxy CONNECT|Received HTTP code 407": "The proxy on the way to {url} does not "
    "answer: check HTTPS_PROXY and NO_PROXY.",
    r"returned error: 429|HTTP 429": "{url} asks for fewer requests: run again later.",
    r"returned error: 5\d\d|HTTP 5\d\d|[Ii]nternal [Ss]erver [Ee]rror": "The git server of {url} failed: "
    "run again later.",
    r"Failed to connect|Couldn't connect|[Cc]onnection|[Tt]imed out|too slow|Recv failure|Send failure"
    r"|Empty reply|disconnect|early EOF|hung up|RPC failed|transfer closed|HTTP/2|GnuTLS|SSL_|TLS|index-pack"
    r"|protocol error|unexpected|flush|bad line length|truncated|unable to access": "The connection to {url} "
    "broke: check the network, then run again.",
}
_MISSING = re.compile("couldn't find remote ref|not our ref|no such remote ref")
_MOVED = re.compile(r"returned error: 30[12378]")


def error_of(told: GitError, remote: Remote, *, pushing: bool) -> GitError | LostRaceError:
    """The same failure of a command that talked to `remote`, as what it means."""
    said = told.stderr.replace(remote.url, "URL")  # a name in it is no sign
    if _MISSING.search(said):
        return MissingRefError(str(told), told.stderr)
    if _MOVED.search(said):
        return MovedError(f"{remote.url} has moved to another address: correct the slug in repos.yml.", said)
    final = _sentence(_FINAL, said, remote)
    if final:
        return RefusedError(final, told.stderr)
    if pushing and _LOST.search(said):
        return LostRaceError(told.stderr)
    fault = _sentence(_FAULTS, said, remote) if remote.far else None
    return NetworkFaultError(fault, told.stderr) if fault else told


def _sentence(table: dict[str, str], said: str, remote: Remote) -> str | None:
    found = next((text for sign, text in table.items() if re.search(sign, said)), None)
    return found and found.format(url=remote.url, secret=remote.secret)
