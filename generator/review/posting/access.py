"""From a place and a token to what can be done there; the client libraries are extras, and loaded here."""

from __future__ import annotations

from collections.abc import Mapping

from generator.errors import PostingError
from generator.review.posting.conversation import Access, Conversation
from generator.review.posting.place import Place, token_of


def access_of(place: Place, environment: Mapping[str, str]) -> Access:
    """Raises PostingError without the client library, Forbidden without a token."""
    token = token_of(place.platform, environment)
    try:
        if place.platform == "github":
            from generator.review.posting.github import GitHubAccess

            return GitHubAccess(place.api, token, place.repository, environment.get("GITHUB_ACTIONS") == "true")
        from generator.review.posting.gitlab import GitLabAccess

        return GitLabAccess(place.api, token, place.repository)
    except ModuleNotFoundError as error:
        raise PostingError(
            f"{place.platform}: the Python package {error.name} is not installed. "
            f"Run: pip install 'goldsmith[{place.platform}]'"
        ) from None


def conversation_of(place: Place, environment: Mapping[str, str]) -> Conversation:
    """The pull or merge request that the run belongs to. Raises PostingError without one."""
    if place.number is None:
        raise PostingError(f"{place.repository}: this run belongs to no pull or merge request.")
    return access_of(place, environment).conversation(place.number)
