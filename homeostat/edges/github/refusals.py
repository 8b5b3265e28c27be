"""What GitHub's refusals mean, and what the user can do: one sentence each."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from homeostat.edges.github.answers import RepositoryAnswer
from homeostat.errors import ForgeError
from homeostat.outbound import one_line

STATUS_PAGE = "https://www.githubstatus.com"

SENTENCES = (
    (
        {401},
        r"",
        (
            "GitHub does not accept the token ({said}): it expired, was revoked or is mistyped. "
            "Put a new one into the secret that the token comes from."
        ),
    ),
    (
        {403},
        r"SAML|single sign-on",
        "The organization of {slug} asks for single sign-on: authorize the token{sso}, then run again.",
    ),
    (
        {403},
        r"archived|read-only",
        (
            "{slug} is archived, so nothing can be written there: "
            "set `enabled: false` for it in repos.yml, or unarchive it."
        ),
    ),
    (
        {403, 404, 451},
        r"access blocked|suspended|has been blocked|user is blocked|spammy",
        "GitHub blocks access ({said}): ask its support, or set `enabled: false` for {slug} in repos.yml.",
    ),
    (
        {403},
        r"IP allow list|IP address",
        (
            "The organization of {slug} lets in listed addresses only ({said}): "
            "add the runner's address to its IP allow list, or use a self-hosted runner."
        ),
    ),
    (
        {403},
        r"",
        "The token may not {deed} in {slug} ({said}): give it {needs} and access to {slug}.",
    ),
    (
        {410},
        r"issues",
        (
            "Issues are disabled in {slug}: turn them on under Settings > General > Features, "
            "or set `enabled: false` for it in repos.yml."
        ),
    ),
    (
        {404, 410},
        r"",
        (
            "GitHub could not {deed} in {slug}: it is not there, or the token may not see it ({said}). "
            "Correct the slug, in repos.yml or --repo, or give the token access to {slug}."
        ),
    ),
    (
        {422},
        r"",
        (
            "GitHub did not {deed} in {slug}: {said}. "
            "Check that the branch and the labels in repos.yml are right."
        ),
    ),
)
"""Statuses, what the message looks like, what to tell; the first that fits."""

OTHERWISE = "GitHub did not {deed} in {slug} (HTTP {status}: {said}). Run again; see {page} when it stays."


@dataclass(frozen=True, slots=True)
class Refusal:
    """A refusal as GitHub put it."""

    status: int
    message: str
    details: tuple[str, ...] = ()
    needs: str = ""
    """The permissions that GitHub's answer asks for, when it says so."""
    sso: str = ""
    """Where a token is authorized for single sign-on, when GitHub says so."""

    @property
    def said(self) -> str:
        """All of it on one line."""
        return one_line(": ".join([self.message.rstrip("."), *self.details]) or "no reason given")


class RefusedError(ForgeError):
    """GitHub said no; the edge itself looks at the refusal."""

    def __init__(self, refusal: Refusal, message: str) -> None:
        super().__init__(message)
        self.refusal = refusal


class FaultError(ForgeError):
    """No answer, or none that can be read; GitHub may have carried out the request (`maybe_done`)."""

    def __init__(self, message: str, *, maybe_done: bool) -> None:
        super().__init__(message)
        self.maybe_done = maybe_done


def sentence(refusal: Refusal, *, slug: str, deed: str) -> str:
    """What happened and what to do."""
    text = next(
        (
            text
            for statuses, pattern, text in SENTENCES
            if refusal.status in statuses and re.search(pattern, refusal.said, re.IGNORECASE)
        ),
        OTHERWISE,
    )
    return text.format(
        slug=slug,
        deed=deed,
        said=refusal.said,
        status=refusal.status,
        page=STATUS_PAGE,
        needs=refusal.needs or "the rights contents, issues and pull-requests: write",
        sso=f" at {refusal.sso}" if refusal.sso else "",
    )


def renamed(slug: str, known: str) -> str:
    """What to do about a repository that goes by another name."""
    return f"{slug} was renamed to {known}: correct the slug in repos.yml."


def impediment_of(slug: str, known: RepositoryAnswer) -> str | None:
    """Why nothing can be delivered to a repository, as it tells of itself, or None."""
    if known.full_name.casefold() != slug.casefold():
        return renamed(slug, known.full_name)
    if known.archived:
        return f"{slug} is archived: set `enabled: false` for it in repos.yml, or unarchive it."
    if known.disabled:
        return f"GitHub has disabled {slug}: ask GitHub's support, or set `enabled: false` for it."
    if known.permissions is not None and not known.permissions.get("push"):
        return f"The token may not push to {slug}: give it contents, issues and pull-requests: write."
    return None


def details_of(errors: Any) -> tuple[str, ...]:  # noqa: ANN401 - whatever GitHub put there
    """The reasons in a refusal's `errors`: texts, or records with a message or a field and a code."""
    listed = errors if isinstance(errors, list) else []
    return tuple(_detail(entry) for entry in listed)


def _detail(entry: Any) -> str:  # noqa: ANN401 - whatever GitHub put there
    if isinstance(entry, dict):
        return str(entry.get("message") or f"{entry.get('field')} {entry.get('code')}")
    return str(entry)
