"""One issue for each thing that lasts: opened when it comes, kept up to date, closed when it is gone."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Protocol

from generator.review.posting.persistence import Wait, persistently

LABEL = "goldsmith-drift"
MOST = 25  # that are opened in one run: a fleet that is wrong as a whole needs one look, not hundreds of issues


@dataclass(frozen=True)
class Issue:
    number: int
    author: str
    title: str
    body: str
    url: str


@dataclass(frozen=True)
class Wanted:
    """An issue as it should stand; `key` tells it from the others, and stands in its body."""

    key: str
    title: str
    body: str


class Tracker(Protocol):
    """The issues of one repository. Every method may raise PostingError."""

    def myself(self) -> str: ...

    def issues(self) -> Iterable[Issue]:
        """Those that are open and bear LABEL, the oldest first."""

    def open(self, title: str, body: str) -> Issue: ...

    def update(self, issue: Issue, title: str, body: str) -> None: ...

    def close(self, issue: Issue, words: str) -> None:
        """With a last comment."""


def keep_up(
    tracker: Tracker,
    wanted: Sequence[Wanted],
    key_of: Callable[[str], str | None],
    *,
    gone: str | None,
    wait: Wait = time.sleep,
) -> tuple[str, ...]:
    """Make the open issues those that are wanted; returns what was done, in words. Raises PostingError.

    `key_of` reads a key from a body. `gone`: the last words to an issue that is wanted no more; None closes none. Each
    new try begins by looking, so nothing is opened twice.
    """
    done: dict[str, None] = {}
    persistently(lambda: _keep_up(tracker, wanted, key_of, gone, done), wait)
    return tuple(done)


def _keep_up(
    tracker: Tracker,
    wanted: Sequence[Wanted],
    key_of: Callable[[str], str | None],
    gone: str | None,
    done: dict[str, None],
) -> None:
    ours = _ours(tracker, key_of)
    new = [each for each in wanted if each.key not in ours]
    for each in wanted:
        issue = ours.pop(each.key, None)
        if issue is not None and (issue.title, issue.body) != (each.title, each.body):
            tracker.update(issue, each.title, each.body)
            done[f"{issue.url}: updated: {each.title}"] = None
    for issue in ours.values() if gone is not None else ():
        tracker.close(issue, gone or "")
        done[f"{issue.url}: closed: {issue.title}"] = None
    for each in new[:MOST]:
        done[f"{tracker.open(each.title, each.body).url}: opened: {each.title}"] = None
    if len(new) > MOST:
        done[f"{len(new) - MOST} more are left for the next run, since one run opens {MOST} issues at most."] = None


def _ours(tracker: Tracker, key_of: Callable[[str], str | None]) -> dict[str, Issue]:
    """By key, the oldest of each: whoever else writes our mark into an issue writes an issue of their own."""
    myself = tracker.myself().casefold()
    found: dict[str, Issue] = {}
    for issue in tracker.issues():
        key = key_of(issue.body)
        if key and issue.author.casefold() == myself:
            found.setdefault(key, issue)
    return found
