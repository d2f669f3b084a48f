"""What GitHub and GitLab have in common for us: the comments of one pull or merge request, and what goes wrong."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from generator.errors import PostingError

if TYPE_CHECKING:
    from generator.review.posting.tracker import Tracker


@dataclass(frozen=True)
class Comment:
    id: int
    author: str  # login; empty where the account is gone
    body: str
    url: str


class Conversation(Protocol):
    """The comments of one pull or merge request. Every method may raise PostingError and what is below it."""

    @property
    def name(self) -> str:
        """`acme/images#7`."""

    @property
    def limit(self) -> int:
        """How many characters a comment may have."""

    def myself(self) -> str:
        """The login that this token writes as."""

    def comments(self) -> Iterable[Comment]:
        """All of them, the oldest first."""

    def create(self, body: str) -> Comment: ...

    def update(self, comment: Comment, body: str) -> Comment: ...

    def hide(self, comment: Comment) -> bool:
        """Fold a comment away as outdated; False where that cannot be done."""

    def editor(self, comment: Comment) -> str:
        """Who changed it last, as far as that was not its author; empty where nobody did."""


class Access(Protocol):
    """A repository, as one token sees it."""

    @property
    def name(self) -> str: ...

    def myself(self) -> str: ...

    def conversation(self, number: int) -> Conversation:
        """Of the pull or merge request with that number."""

    def tracker(self) -> Tracker:
        """Its issues."""

    def request_of(self, commit: str) -> int | None:
        """The pull or merge request that was merged as this commit."""


class Forbidden(PostingError):
    """The token may read, or not even that: nothing that is tried again helps."""


class TooLong(PostingError):
    """The comment is longer than the platform takes."""


class Trouble(PostingError):
    """Something that passes: a rate limit, an error of the server, a broken connection."""

    def __init__(self, message: str, after: float | None = None) -> None:
        super().__init__(message)
        self.after = after  # seconds to wait, where the server said so


def in_words(text: object) -> str:
    """What a server said, fit for one line of a terminal."""
    printable = "".join(each if each.isprintable() else " " for each in str(text or ""))
    return " ".join(printable.split())[:200] or "nothing"
