"""One comment that stays: found again by its mark and by its author, and written anew."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from generator.review.posting.conversation import Comment, Conversation, Forbidden, TooLong
from generator.review.posting.persistence import Wait, persistently

IsMarked = Callable[[str], bool]  # whether a comment's body bears our mark
Write = Callable[[int], str]  # the comment, in at most so many characters
SHORTER = 0.5  # of the limit, once a comment was refused for its length: servers count bytes where we count characters


@dataclass(frozen=True)
class Found:
    """The comments that bear our mark. Only those that this token's own account wrote are ours."""

    kept: Comment | None  # the oldest of ours
    doubles: tuple[Comment, ...]  # ours as well
    forged: tuple[Comment, ...]  # of somebody else


@dataclass(frozen=True)
class Posted:
    url: str
    action: Literal["created", "updated", "unchanged"]
    told: tuple[str, ...] = ()  # what a person should know


def find(conversation: Conversation, is_marked: IsMarked) -> Found:
    myself = conversation.myself().casefold()
    marked = [comment for comment in conversation.comments() if is_marked(comment.body)]
    ours = [comment for comment in marked if comment.author.casefold() == myself]
    forged = [comment for comment in marked if comment.author.casefold() != myself]
    return Found(ours[0] if ours else None, tuple(ours[1:]), tuple(forged))


def stick(conversation: Conversation, write: Write, is_marked: IsMarked, wait: Wait = time.sleep) -> Posted:
    """Write our one comment; raises PostingError.

    Each new try begins by looking for the comment: one that was made although the answer was lost is not made twice.
    """

    def attempt() -> Posted:
        found = find(conversation, is_marked)
        try:
            return _written(conversation, found, write(conversation.limit))
        except TooLong:
            return _written(conversation, found, write(int(conversation.limit * SHORTER)))

    return persistently(attempt, wait)


def _written(conversation: Conversation, found: Found, body: str) -> Posted:
    if found.kept is None:
        return Posted(conversation.create(body).url, "created", _told(conversation, found))
    if found.kept.body == body:
        return Posted(found.kept.url, "unchanged", _told(conversation, found))
    return Posted(conversation.update(found.kept, body).url, "updated", _told(conversation, found))


def _told(conversation: Conversation, found: Found) -> tuple[str, ...]:
    told = [f"{comment.url}: ignored: it bears our mark, but {_by(comment)} wrote it." for comment in found.forged]
    for comment in found.doubles:
        done = "is hidden now" if _hidden(conversation, comment) else "can be deleted"
        told.append(f"{comment.url}: an earlier review of ours that nothing updates any more; it {done}.")
    return tuple(told)


def _hidden(conversation: Conversation, comment: Comment) -> bool:
    """A token that may comment may not always hide; the review is posted all the same."""
    try:
        return conversation.hide(comment)
    except Forbidden:
        return False


def _by(comment: Comment) -> str:
    return f"@{comment.author}" if comment.author else "an account that is gone"
