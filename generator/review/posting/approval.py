"""What people approved: the digest in the review of a merged request, where nobody but the bot has written in it."""

from __future__ import annotations

import re
import time
from dataclasses import dataclass

from generator.errors import PostingError
from generator.review.header import Status, is_review, read_header, with_status
from generator.review.posting.conversation import Access, Comment, Conversation
from generator.review.posting.persistence import Wait, persistently
from generator.review.posting.sticky import find

DIGEST = re.compile(r"[0-9a-f]{64}")
BY_HAND = "Run it by hand, with the digest of a review that was read."


@dataclass(frozen=True)
class Approved:
    digest: str
    url: str  # of the review
    request: str  # acme/images#7


def approved(access: Access, commit: str, wait: Wait = time.sleep) -> Approved:
    """The digest that the request which was merged as `commit` was reviewed with.

    A review counts where this token's own account wrote it and nobody else has edited it since: whoever may write to
    a repository may edit the comments of others. Raises PostingError where there is no such review.
    """
    return persistently(lambda: _approved(access, commit), wait)


def set_status(conversation: Conversation, status: Status, note: str, link: str, wait: Wait = time.sleep) -> str:
    """Change the line of the review that lives on; returns its URL. Raises PostingError where there is no review."""

    def change() -> str:
        review = _review(conversation)
        try:
            body = with_status(review.body, status, note, link)
        except ValueError as error:
            raise PostingError(f"{review.url}: was written by another version of Goldsmith; review again.") from error
        return conversation.update(review, body).url

    return persistently(change, wait)


def merged_request(access: Access, commit: str) -> Conversation:
    """Raises PostingError for a commit that no request was merged as."""
    number = access.request_of(commit)
    if number is None:
        raise PostingError(f"{access.name}: no pull or merge request was merged as commit {commit[:12]}. {BY_HAND}")
    return access.conversation(number)


def _approved(access: Access, commit: str) -> Approved:
    conversation = merged_request(access, commit)
    review = _review(conversation)
    editor = conversation.editor(review)
    if editor:
        raise PostingError(
            f"{review.url}: @{editor} has edited the review, so what it says is not what was planned. {BY_HAND}"
        )
    header = read_header(review.body)
    if header is None or not DIGEST.fullmatch(header.digest):
        raise PostingError(f"{review.url}: the review has no digest to approve: a root could not be planned. {BY_HAND}")
    if header.status == "outdated":
        raise PostingError(f"{review.url}: the review is outdated. {BY_HAND}")
    return Approved(header.digest, review.url, conversation.name)


def _review(conversation: Conversation) -> Comment:
    found = find(conversation, is_review)
    if found.kept is None:
        forged = f" {len(found.forged)} that bear its mark were written by others." if found.forged else ""
        raise PostingError(f"{conversation.name}: there is no review by {conversation.myself()}.{forged} {BY_HAND}")
    return found.kept
